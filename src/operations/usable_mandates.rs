//! The mandates an aidant may use in her software now, under the software's aliases: what her own pages show her.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hash::b64;
use crate::crypto::hash::same;
use crate::crypto::hash::unb64;
use crate::crypto::pairwise::AliasKind;
use crate::crypto::pairwise::alias;
use crate::domain::account::AccountStatus;
use crate::domain::decision::Question;
use crate::domain::decision::decide;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::Validity;
use crate::domain::person::Identity;
use crate::domain::software::Approved;
use crate::domain::software::MANDATES_SCOPE;
use crate::domain::theme::Theme;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::live_token::LiveToken;
use crate::operations::refusal::Refusal;
use crate::operations::weigh::Parties;
use crate::operations::weigh::blocks;
use crate::storage::accounts;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;
use crate::storage::tokens::TokenKind;

/// How many mandates one page has at most.
pub const MOST: u32 = 100;
const CURSOR_LABEL: &str = "mandates.cursor";

/// One mandate that may be used now.
#[derive(Clone, Debug)]
pub struct UsableMandate {
    /// Its alias at this software.
    pub identifier: String,
    /// The person's alias at this software.
    pub sub: String,
    /// The themes that may be used.
    pub themes: BTreeSet<Theme>,
    /// From when to when it runs.
    pub validity: Validity,
    /// Who gave it.
    pub identity: Identity,
}

/// One page of them.
#[derive(Clone, Debug)]
pub struct Usable {
    /// The mandates.
    pub mandates: Vec<UsableMandate>,
    /// What the next page is asked for with, where there may be one.
    pub next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    organisation: OrganisationId,
    after: MandateId,
}

/// Whether a token opens the aidant's mandates to her software.
pub fn may_list(token: &LiveToken) -> bool {
    let scope = token.claims.get("scope").and_then(serde_json::Value::as_str).unwrap_or_default();
    token.row.kind == TokenKind::Aidant && scope.split(' ').any(|word| word == MANDATES_SCOPE)
}

/// Who agreed to the login behind a token.
pub(super) fn approved_of(token: &LiveToken) -> Result<&Approved, Refusal> {
    let approved = token.login.as_ref().and_then(|login| login.approved.as_ref());
    approved.ok_or_else(|| Refusal::fault("an aidant's token without its login"))
}

/// Lists the mandates behind `cursor`, at most `most` of them.
///
/// # Errors
/// [`Refusal::Invalid`] for a cursor that is not from here.
pub async fn usable_mandates(
    bench: &Bench,
    token: &LiveToken,
    cursor: Option<&str>,
    most: u32,
) -> Result<Usable, Refusal> {
    let approved = approved_of(token)?;
    let mut tx = bench.db.read().await?;
    let key = data_keys::system(bench);
    let key = data_keys::require(bench, &mut tx, key).await?;
    let organisation = approved.organisation;
    let after = match cursor {
        None => MandateId::from_uuid(uuid::Uuid::nil()),
        Some(text) => unb64(text)
            .and_then(|sealed| key.open(CURSOR_LABEL, &sealed).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(|cursor: &Cursor| cursor.organisation == organisation)
            .map(|cursor| cursor.after)
            .ok_or_else(|| Refusal::field("after", "a cursor of this list"))?,
    };
    let most = most.clamp(1, MOST);
    let found = mandates::usable(&mut tx, organisation, bench.now(), after, i64::from(most) + 1).await?;
    let page = usize::try_from(most).unwrap_or(usize::MAX);
    let last = (found.len() > page).then(|| found.get(page - 1).map(|stored| stored.mandate.id)).flatten();
    let next = match last {
        Some(after) => {
            let bytes = serde_json::to_vec(&Cursor { organisation, after })?;
            Some(b64(&key.seal(CURSOR_LABEL, &bytes, bench.random.as_ref())?))
        }
        None => None,
    };
    let mut usable = Vec::new();
    for stored in found.into_iter().take(page) {
        usable.extend(view(bench, &mut tx, token, approved, &stored.mandate).await?);
    }
    Ok(Usable { mandates: usable, next })
}

async fn view(
    bench: &Bench,
    tx: &mut Tx,
    token: &LiveToken,
    approved: &Approved,
    mandate: &Mandate,
) -> Result<Option<UsableMandate>, Refusal> {
    let Some(consent) = mandate.consent() else { return Ok(None) };
    let themes = usable_themes(bench, tx, token, approved, mandate).await?;
    if themes.is_empty() {
        return Ok(None);
    }
    let Some(row) = persons::find(tx, consent.person).await? else { return Ok(None) };
    let (Some(person), Some(key)) =
        (actors::open_person(bench, tx, &row).await?, data_keys::open(bench, tx, row.data_key).await?)
    else {
        return Ok(None);
    };
    let sector = token.client.sector();
    Ok(Some(UsableMandate {
        identifier: alias(&key, AliasKind::Mandate, sector, mandate.id.uuid()),
        sub: alias(&key, AliasKind::Subject, sector, person.id.uuid()),
        themes,
        validity: consent.validity,
        identity: person.identity,
    }))
}

/// The themes of a mandate for which the decision would be yes at this software now.
async fn usable_themes(
    bench: &Bench,
    tx: &mut Tx,
    token: &LiveToken,
    approved: &Approved,
    mandate: &Mandate,
) -> Result<BTreeSet<Theme>, Refusal> {
    let habilitation = accounts::find_habilitation(tx, approved.habilitation).await?;
    let organisation = organisations::find(tx, approved.organisation).await?;
    let (Some(habilitation), Some(organisation), Some(consent)) =
        (habilitation, organisation, mandate.consent())
    else {
        return Ok(BTreeSet::new());
    };
    let parties = |theme| Parties {
        client: token.client.id.clone(),
        account: approved.account,
        organisation: approved.organisation,
        habilitation: approved.habilitation,
        mandate: mandate.id,
        theme,
        act: None,
    };
    let mut usable = mandate.open_themes();
    let Some(first) = usable.first() else { return Ok(usable) };
    let blocks = blocks(tx, consent.person, &parties(*first)).await?;
    usable.retain(|theme| {
        decide(&Question {
            now: bench.now(),
            client: &token.client,
            // The token lives only while the account does.
            account: AccountStatus::Active,
            habilitation: &habilitation,
            organisation: &organisation.organisation,
            mandate: Some(mandate),
            theme: *theme,
            blocks,
            // Only an identity broker needs one.
            has_email: true,
            factor_was_fresh: true,
        })
        .is_ok()
    });
    Ok(usable)
}

/// The active mandate of an organisation that a sector knows by this alias. Every one is compared, found or not.
pub(super) async fn by_alias(
    bench: &Bench,
    tx: &mut Tx,
    organisation: OrganisationId,
    sector: &str,
    wanted: &str,
) -> Result<Option<MandateId>, Refusal> {
    let mut found = None;
    for (id, key_id, sealed) in mandates::keys(tx, organisation).await? {
        let key = bench.master.unwrap(key_id, &sealed)?;
        let known = alias(&key, AliasKind::Mandate, sector, id.uuid());
        if same(known.as_bytes(), wanted.as_bytes()) {
            found = Some(id);
        }
    }
    Ok(found)
}
