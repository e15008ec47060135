//! An aidant draws a mandate up and hands it over to the person: draft, link and both entries in one transaction.

use std::collections::BTreeSet;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::sha256;
use crate::crypto::random::random_token;
use crate::domain::account::AccountStatus;
use crate::domain::decision::Reason;
use crate::domain::decision::habilitation_allows;
use crate::domain::ids::MandateId;
use crate::domain::ids::random_bytes;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateDuration;
use crate::domain::mandate::Terms;
use crate::domain::mandate_text::CURRENT_VERSION;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::theme::Theme;
use crate::ledger::kinds::Event;
use crate::operations::actors::AidantActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::mandates;
use crate::storage::organisations;

/// The label under which a consent link's code is sealed.
pub const CODE_LABEL: &str = "consent.code";
/// Random bytes of a consent link's code.
const CODE_BYTES: usize = 20;

/// What is drawn up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What the mandate shall cover.
    pub themes: BTreeSet<Theme>,
    /// For how long.
    pub duration: MandateDuration,
    /// Where the person is; only [`Channel::Present`] is offered so far.
    pub channel: Channel,
    /// The mandate it is to follow, of the same person.
    pub renews: Option<MandateId>,
}

/// Draws a mandate up and hands it over; gives its identifier.
///
/// # Errors
/// [`Refusal::Invalid`] for no theme or a channel that is not offered, [`Refusal::FactorNeeded`] when the second factor is
/// too old, [`Refusal::Denied`] (written down) when the aidant's side does not allow it.
pub async fn draw_up(
    bench: &Bench,
    aidant: &AidantActor,
    draft: &Draft,
    request: Option<&str>,
) -> Result<MandateId, Refusal> {
    if draft.themes.is_empty() {
        return Err(Refusal::field("theme", "mandate-error-no-theme"));
    }
    if draft.channel != Channel::Present {
        return Err(Refusal::field("channel", "mandate-error-channel"));
    }
    let now = bench.now();
    let max_age = bench.config.sessions.second_factor_max_age;
    if aidant.factor_at.is_none_or(|at| now.since(at) > max_age) {
        return Err(Refusal::FactorNeeded);
    }
    let mut work = Work::begin(bench, request).await?;
    renewal::check(&mut work, aidant, draft.renews).await?;
    let mandate = new_mandate(&work, aidant, draft)?;
    let digest = sha256(&mandate.terms.draft_bytes()?);
    let drafted = Event::MandateDrafted {
        themes: draft.themes.iter().copied().collect(),
        duration: draft.duration.as_str().to_owned(),
        channel: draft.channel.as_str().to_owned(),
        text_version: mandate.terms.text_version.clone(),
        draft_digest: digest.into(),
    };
    let line = |event| {
        Line::new(event, actor(&aidant.account), aidant.organisation_key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation)
    };
    if let Err(reason) = aidant_side(&mut work, aidant, Some(&draft.themes)).await? {
        let (recorded, _) = work.record(line(drafted).refused(reason.as_str())).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(reason));
    }
    let lapses_at = work.now.plus(bench.config.mandate.draft_lifetime_present);
    let submitted =
        Event::MandateSubmitted { channel: draft.channel.as_str().to_owned(), lapses_at: lapses_at.into() };
    let handed_over = mandate.submit()?;
    mandates::insert(&mut work.tx, &handed_over).await?;
    insert_link(&mut work, aidant, handed_over.id).await?;
    let (recorded, _) = work.record(line(drafted).mandate(handed_over.id)).await?;
    let (recorded, _) = recorded.record(line(submitted).mandate(handed_over.id)).await?;
    recorded.commit().await?;
    Ok(handed_over.id)
}

fn new_mandate(work: &Work<'_>, aidant: &AidantActor, draft: &Draft) -> Result<Mandate, Refusal> {
    let bench = work.bench;
    let random = bench.random.as_ref();
    let terms = Terms {
        organisation: aidant.organisation.id,
        drafted_by: aidant.account.id,
        habilitation: aidant.habilitation.id,
        themes: draft.themes.clone(),
        duration: draft.duration,
        channel: draft.channel,
        text_version: CURRENT_VERSION.to_owned(),
        reference: random_bytes(random),
        drafted_at: work.now,
    };
    let lapses_at = work.now.plus(bench.config.mandate.draft_lifetime_present);
    let mandate = Mandate::draft(MandateId::fresh(work.now, random), terms, lapses_at);
    Ok(Mandate { renews: draft.renews, ..mandate })
}

async fn insert_link(work: &mut Work<'_>, aidant: &AidantActor, mandate: MandateId) -> Result<(), Refusal> {
    let bench = work.bench;
    let code = random_token(bench.random.as_ref(), CODE_BYTES);
    let key = data_keys::require(bench, &mut work.tx, aidant.organisation_key).await?;
    let sealed = key.seal(CODE_LABEL, code.as_bytes(), bench.random.as_ref())?;
    let expires_at = work.now.plus(bench.config.mandate.draft_lifetime_present);
    mandates::insert_link(&mut work.tx, TokenHash::of(&code).as_bytes(), mandate, &sealed, expires_at)
        .await?;
    Ok(())
}

/// Whether the aidant's own side allows her to work on mandates of her current organisation, read in this transaction
/// and held to its end. `themes` are checked against those the organisation withheld.
///
/// # Errors
/// The outer one is a fault or [`Refusal::NotFound`]; the inner one is why not.
pub async fn aidant_side(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    themes: Option<&BTreeSet<Theme>>,
) -> Result<Result<(), Reason>, Refusal> {
    let tx = &mut work.tx;
    let habilitation =
        accounts::habilitation_shared(tx, aidant.habilitation.id).await?.ok_or(Refusal::NotFound)?;
    let organisation =
        organisations::find_shared(tx, aidant.organisation.id).await?.ok_or(Refusal::NotFound)?.organisation;
    let status = accounts::status_shared(tx, aidant.account.id).await?.ok_or(Refusal::NotFound)?;
    if habilitation.account != aidant.account.id || habilitation.organisation != organisation.id {
        return Err(Refusal::NotFound);
    }
    if status != AccountStatus::Active {
        return Ok(Err(Reason::AccountSuspended));
    }
    if let Err(reason) = habilitation_allows(habilitation.standing(work.now)) {
        return Ok(Err(reason));
    }
    if organisation.status != OrganisationStatus::Active {
        return Ok(Err(Reason::OrganisationSuspended));
    }
    if themes.is_some_and(|themes| themes.iter().any(|theme| organisation.withheld_themes.contains(theme))) {
        return Ok(Err(Reason::OrganisationTheme));
    }
    Ok(Ok(()))
}
