//! Gives an aidant's software the signed mandate made for it: what it later exchanges, and keeps in its file.

use std::collections::BTreeSet;

use crate::crypto::keys::Algorithm;
use crate::crypto::random::random_token;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::Opened;
use crate::domain::ids::ActId;
use crate::domain::ids::MandateId;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::software::Approved;
use crate::domain::software::LoginStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::words::ActStage;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::keys;
use crate::operations::live_token::LiveToken;
use crate::operations::redeem_code::sign;
use crate::operations::refusal::Refusal;
use crate::operations::status_index;
use crate::operations::token_claims::Source;
use crate::operations::usable_mandates::approved_of;
use crate::operations::usable_mandates::by_alias;
use crate::operations::weigh::Hold;
use crate::operations::weigh::Parties;
use crate::operations::weigh::Weighed;
use crate::operations::weigh::weigh;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::sessions;
use crate::storage::software_logins;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

/// The signed mandate with its last instant; it does not print.
pub struct MandateToken {
    /// The `mandate+jwt`.
    pub token: String,
    /// The end of the mandate.
    pub expires_at: Instant,
}

impl std::fmt::Debug for MandateToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MandateToken(…)")
    }
}

/// Issues the mandate that this software knows by `identifier`, to the aidant logged in there.
///
/// # Errors
/// [`Refusal::NotFound`] when her organisation holds no active mandate of this alias, or her login has ended meanwhile;
/// [`Refusal::Denied`], written down, when she may not use it there.
pub async fn issue_mandate_token(
    bench: &Bench,
    token: &LiveToken,
    identifier: &str,
    reference: Option<&str>,
) -> Result<MandateToken, Refusal> {
    let approved = approved_of(token)?;
    let key = keys::signing_key(bench, Algorithm::Es256).await?;
    let mut work = Work::begin(bench, reference).await?;
    let sector = token.client.sector();
    let found = by_alias(bench, &mut work.tx, approved.organisation, sector, identifier).await?;
    let id = found.ok_or(Refusal::NotFound)?;
    let theme = first_theme(&mut work, token, approved, id).await?;
    let parties = Parties {
        client: token.client.id.clone(),
        account: approved.account,
        organisation: approved.organisation,
        habilitation: approved.habilitation,
        mandate: id,
        theme,
        act: None,
    };
    let now = work.now;
    let weighed = weigh(bench, &mut work.tx, now, &parties, Hold::Taken, true).await?;
    work.now = weighed.at;
    work.taken(&weighed.mandate)?;
    if let Err(reason) = weighed.verdict {
        let event = Event::ActRefused { stage: ActStage::MandateToken, reason: reason.as_str().to_owned() };
        let line = line(&mut work, event, approved, &weighed).await?.theme(theme).refused(reason.as_str());
        let (recorded, _) = work.record(line).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(reason));
    }
    let login = token.login.as_ref().ok_or(Refusal::NotFound)?;
    if !goes_on(&mut work, login.id, approved).await? {
        return Err(Refusal::NotFound);
    }
    issue(work, &key, token, approved, &weighed).await
}

/// Whether the login at her software goes on now; it stays so while this is written.
///
/// # Errors
/// As the database says.
pub(super) async fn goes_on(
    work: &mut Work<'_>,
    login: SoftwareLoginId,
    approved: &Approved,
) -> Result<bool, Refusal> {
    let stored = software_logins::take(&mut work.tx, login).await?;
    let given = stored.is_some_and(|stored| stored.login.status == LoginStatus::Given);
    let logged_in = sessions::is_logged_in(&mut work.tx, &approved.session_hash, work.now).await?;
    Ok(given && logged_in && work.now <= approved.ends_at)
}

/// A theme by which the decision is asked: one that the software and the organisation do, where there is one.
async fn first_theme(
    work: &mut Work<'_>,
    token: &LiveToken,
    approved: &Approved,
    id: MandateId,
) -> Result<Theme, Refusal> {
    let mandate = mandates::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?.mandate;
    let stored = organisations::find(&mut work.tx, approved.organisation).await?.ok_or(Refusal::NotFound)?;
    let open = mandate.open_themes();
    let fits = |theme: &&Theme| {
        token.client.registration.themes.contains(theme)
            && !stored.organisation.withheld_themes.contains(theme)
    };
    let first = open.iter().find(fits).or_else(|| mandate.terms.themes.first());
    first.copied().ok_or_else(|| Refusal::fault("a mandate without themes"))
}

async fn line(
    work: &mut Work<'_>,
    event: Event,
    approved: &Approved,
    weighed: &Weighed,
) -> Result<Line, Refusal> {
    let (person, _) = weighed.agreed()?;
    let (account, _) = actors::account(work.bench, &mut work.tx, approved.account).await?;
    Ok(Line::new(event, actor(&account), person.data_key)
        .account(approved.account)
        .organisation(&weighed.organisation.organisation)
        .person(person.person.id)
        .mandate(weighed.mandate.mandate.id)
        .client(&weighed.client))
}

async fn issue(
    mut work: Work<'_>,
    key: &crate::crypto::keys::SigningKey,
    token: &LiveToken,
    approved: &Approved,
    weighed: &Weighed,
) -> Result<MandateToken, Refusal> {
    let bench = work.bench;
    let (person, consent) = weighed.agreed()?;
    let mandate = &weighed.mandate.mandate;
    let withheld = &weighed.organisation.organisation.withheld_themes;
    let mut own: BTreeSet<Theme> = mandate.open_themes();
    own.retain(|theme| weighed.client.registration.themes.contains(theme) && !withheld.contains(theme));
    let jti = random_token(bench.random.as_ref(), 16);
    let row = StoredToken {
        jti: jti.clone(),
        kind: TokenKind::Mandate,
        client: token.client.id.clone(),
        act: None,
        mandate: Some(mandate.id),
        expires_at: consent.validity.until,
        ended_at: None,
    };
    let event = Event::MandateTokenIssued {
        jti: jti.clone(),
        themes: own.iter().copied().collect(),
        expires_at: consent.validity.until.into(),
    };
    let line = line(&mut work, event, approved, weighed).await?;
    let (account, account_key) = actors::account(bench, &mut work.tx, approved.account).await?;
    let account_key = data_keys::require(bench, &mut work.tx, account_key).await?;
    let person_key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
    let (now, theme) = (work.now, own.first().copied());
    let (mut recorded, txn) = work.record_token(line, &row).await?;
    let opened = Opened {
        account: approved.account,
        organisation: approved.organisation,
        habilitation: approved.habilitation,
        person: person.person.id,
        mandate: mandate.id,
        theme: theme.ok_or_else(|| Refusal::fault("an allowed mandate without themes"))?,
        at: now,
        factor_at: approved.factor_at,
        factor: approved.factor,
        txn,
    };
    let chain = recorded.chain_head(mandate.id)?;
    // Of an act the claims of a mandate take the entry alone, which here is the entry of this very issue.
    let act = Act {
        id: ActId::from_uuid(txn.uuid()),
        client: token.client.id.clone(),
        via: None,
        request: token.login.as_ref().map(|login| login.request.clone()).unwrap_or_default(),
        created_at: now,
        expires_at: now,
        life: ActLife::Choosing { kept: None },
    };
    let source = Source {
        issuer: bench.config.server.public_url.as_str(),
        now,
        client: &weighed.client,
        act: &act,
        opened: &opened,
        account: &account,
        account_key: &account_key,
        organisation: &weighed.organisation.organisation,
        person: &person.person,
        person_key: &person_key,
        mandate,
        consent,
        jkt: None,
    };
    let status = status_index::for_themes(bench, &mut recorded.tx, &source, &own).await?;
    let signed = sign(key, "mandate+jwt", &status.named_in(source.mandate(&jti, &own, &chain)))?;
    recorded.commit().await?;
    Ok(MandateToken { token: signed, expires_at: consent.validity.until })
}
