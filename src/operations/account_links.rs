//! The link by which a professional enrols her own second factor: made, looked at, and bound to the browser that continues it.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::crypto::random::random_token;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::factor::LinkPurpose;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::account_links;
use crate::storage::account_links::AccountLinkRow;
use crate::storage::db::Tx;

/// How long a link holds.
pub const LIFETIME: Duration = Duration::from_secs(7 * 86_400);
/// The path of the page it opens, without the code.
pub const PATH: &str = "/compte/activation/";

/// Whom a link is for.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The account.
    pub account: Account,
    /// The key its lines are sealed under.
    pub data_key: DataKeyId,
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// Its last instant.
    pub expires_at: Instant,
}

/// What a link is worth in one browser.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// Nobody has continued it yet.
    Fresh(Box<Invited>),
    /// This browser continued it and may go on.
    Here(Box<Invited>),
    /// Another browser continued it.
    Elsewhere,
    /// It was used, or its time has passed, or nobody knows it.
    Gone,
}

/// Makes a link to an account and ends the ones before; gives its full address, to be mailed in the same transaction and kept
/// nowhere else.
///
/// # Errors
/// As the database says.
pub async fn issue(
    work: &mut Work<'_>,
    account: AccountId,
    purpose: LinkPurpose,
) -> Result<Private<String>, Refusal> {
    let (now, until) = (work.now, work.now.plus(LIFETIME));
    account_links::end_of_account(&mut work.tx, account, now).await?;
    let code = random_token(work.bench.random.as_ref(), 32);
    let hash = TokenHash::of(&code);
    account_links::insert(&mut work.tx, hash.as_bytes(), account, purpose, (now, until)).await?;
    Ok(Private::new(work.bench.config.server.public_url.join(&format!("{PATH}{code}"))))
}

/// What a link is worth, for the browser with this hash. Changes nothing: mail scanners open links too.
///
/// # Errors
/// As the database says.
pub async fn look(bench: &Bench, code: &str, browser: Option<&[u8; 32]>) -> Result<LinkState, Refusal> {
    let mut tx = bench.db.read().await?;
    look_in(bench, &mut tx, code, browser).await
}

async fn look_in(
    bench: &Bench,
    tx: &mut Tx,
    code: &str,
    browser: Option<&[u8; 32]>,
) -> Result<LinkState, Refusal> {
    let Some(link) = account_links::find(tx, TokenHash::of(code).as_bytes()).await? else {
        return Ok(LinkState::Gone);
    };
    if link.used_at.is_some() || bench.now() >= link.expires_at {
        return Ok(LinkState::Gone);
    }
    let (account, data_key) = actors::account(bench, tx, link.account).await?;
    if account.status != AccountStatus::Invited {
        return Ok(LinkState::Gone);
    }
    let held = holder(&link, browser);
    let invited = Invited { account, data_key, purpose: link.purpose, expires_at: link.expires_at };
    Ok(match held {
        None => LinkState::Fresh(Box::new(invited)),
        Some(true) => LinkState::Here(Box::new(invited)),
        Some(false) => LinkState::Elsewhere,
    })
}

/// Whether this browser holds the link; `None`: nobody does.
fn holder(link: &AccountLinkRow, browser: Option<&[u8; 32]>) -> Option<bool> {
    let bound = link.browser_hash.as_deref()?;
    Some(browser.is_some_and(|browser| same(bound, browser)))
}

/// Continues a link in the browser with this hash: binds it there at the first time, and gives what it is worth after.
///
/// # Errors
/// As the database says.
pub async fn continue_here(bench: &Bench, code: &str, browser: &[u8; 32]) -> Result<LinkState, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let bound = account_links::bind(&mut work.tx, TokenHash::of(code).as_bytes(), browser).await?;
    let state = look_in(bench, &mut work.tx, code, Some(browser)).await?;
    if bound && matches!(state, LinkState::Here(_)) {
        work.commit_without_entry(Housekeeping::LoginLink).await?;
    }
    Ok(state)
}

/// Takes the account behind a link that this browser holds, for the change that uses the link up.
///
/// # Errors
/// [`Refusal::Conflict`] when the link does not serve here any more.
pub(super) async fn take_held(
    work: &mut Work<'_>,
    code: &str,
    browser: &[u8; 32],
) -> Result<Invited, Refusal> {
    let state = look_in(work.bench, &mut work.tx, code, Some(browser)).await?;
    let LinkState::Here(invited) = state else { return Err(Refusal::Conflict("account-link-over")) };
    let now = work.now;
    if !account_links::use_up(&mut work.tx, TokenHash::of(code).as_bytes(), browser, now).await? {
        return Err(Refusal::Conflict("account-link-over"));
    }
    Ok(*invited)
}
