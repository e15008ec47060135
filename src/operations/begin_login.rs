//! First half of a login: address and one-time code together; only if both are right is a single-use link mailed.

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::crypto::second_factor::FactorCheck;
use crate::crypto::second_factor::TotpSecret;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::operations::actors;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::login_entries;
use crate::operations::one_time_code;
use crate::operations::one_time_code::Verdict;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::throttle::Taken;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::accounts::AccountRow;
use crate::storage::logins;

/// What was typed at a login, and where.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Which kind of account.
    pub role: Role,
    /// The address, as [`crate::domain::account::normal_email`] gives it.
    pub email: &'a Private<String>,
    /// The six digits.
    pub code: &'a Private<String>,
    /// The browser, to which the link will be bound.
    pub browser: &'a [u8; 32],
    /// The network address, to be throttled.
    pub network: &'a str,
    /// The path of the page the link opens, without the token: `/aidant/connexion/lien/`.
    pub link_path: &'a str,
    /// The language of the mail.
    pub language: MessageLanguage,
}

/// What came of it. Whoever typed is told the same in every case; the rest is for figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Begun {
    /// The link is on its way.
    LinkSent,
    /// A known account, and something was wrong; its entry is written.
    Refused,
    /// No such account.
    Stranger,
    /// Too many failures before; nothing was looked at.
    Throttled,
}

/// Judges a pair of address and code.
///
/// # Errors
/// A fault only: a wrong pair is [`Begun`], not an error.
pub async fn begin_login(
    bench: &Bench,
    attempt: Attempt<'_>,
    request: Option<&str>,
) -> Result<Begun, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let email = attempt.email.show();
    let network = throttle::take(bench, &mut work.tx, Subject::Network(attempt.network)).await?;
    let account = throttle::take(bench, &mut work.tx, Subject::Account(attempt.role, email)).await?;
    let blocked = network.blocked() || account.blocked();
    let hash = bench.lookup.hash(EMAIL_LOOKUP, email);
    let Some(row) = accounts::find_by_email(&mut work.tx, attempt.role, &hash).await? else {
        return stranger(work, attempt, [network, account]).await;
    };
    let known = actors::open_account(bench, &mut work.tx, &row).await?;
    let verdict =
        if blocked { Err("throttled") } else { judge(&mut work, &row, &known, attempt.code.show()).await? };
    match verdict {
        Ok(()) => {
            account.cleared(&mut work.tx).await?;
            send_link(work, &known, attempt).await?;
            Ok(Begun::LinkSent)
        }
        Err(reason) => {
            if reason == "wrong_code" {
                network.failed(bench, &mut work.tx).await?;
                account.failed(bench, &mut work.tx).await?;
            }
            let (work, _) = work.record(login_entries::refused(&known, row.data_key, reason)).await?;
            work.commit().await?;
            Ok(if blocked { Begun::Throttled } else { Begun::Refused })
        }
    }
}

/// The same work as for a known account, so that time tells little, and nothing written but the counts.
async fn stranger(mut work: Work<'_>, attempt: Attempt<'_>, counts: [Taken; 2]) -> Result<Begun, Refusal> {
    let bench = work.bench;
    let key = data_keys::system(bench);
    let key = data_keys::require(bench, &mut work.tx, key).await?;
    let nobody = TotpSecret::from_bytes(key.derive("procura.login.nobody", &[]).as_slice())
        .ok_or_else(|| Refusal::fault("a derived secret is too short"))?;
    // What it says does not matter; there is no account.
    let _: FactorCheck = nobody.check(attempt.code.show(), work.now, None);
    let blocked = counts.iter().any(Taken::blocked);
    if !blocked {
        for count in counts {
            count.failed(bench, &mut work.tx).await?;
        }
    }
    work.commit_without_entry(Housekeeping::Throttle).await?;
    Ok(if blocked { Begun::Throttled } else { Begun::Stranger })
}

/// Checks the code, uses it up, and whether this account may log in at all; the reason is a word of the ledger.
async fn judge(
    work: &mut Work<'_>,
    row: &AccountRow,
    known: &Account,
    code: &str,
) -> Result<Result<(), &'static str>, Refusal> {
    match one_time_code::judge(work, row, code).await? {
        Verdict::Wrong => return Ok(Err("wrong_code")),
        Verdict::Used { .. } => return Ok(Err("code_used")),
        Verdict::Right { .. } => {}
    }
    if known.status != AccountStatus::Active {
        return Ok(Err("account_suspended"));
    }
    if known.role == Role::Aidant && accounts::habilitations(&mut work.tx, row.id).await?.is_empty() {
        return Ok(Err("no_habilitation"));
    }
    Ok(Ok(()))
}

async fn send_link(mut work: Work<'_>, known: &Account, attempt: Attempt<'_>) -> Result<(), Refusal> {
    let bench = work.bench;
    let lifetime = bench.config.login.link_lifetime;
    let expires_at = work.now.plus(lifetime);
    let token = random_token(bench.random.as_ref(), 32);
    let hash = TokenHash::of(&token);
    logins::insert_link(&mut work.tx, hash.as_bytes(), known.id, attempt.browser, work.now, expires_at)
        .await?;
    let link = bench.config.server.public_url.join(&format!("{}{token}", attempt.link_path));
    let message = Message {
        to: Address::Email(known.professional.email.clone()),
        name: known.professional.full_name().into(),
        language: attempt.language,
        body: MessageBody::LoginLink { link: link.into(), expires_at },
    };
    work.send(&message, lifetime).await?;
    work.commit_without_entry(Housekeeping::LoginLink).await
}
