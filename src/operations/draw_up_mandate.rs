//! An aidant draws a mandate up and hands it over to the person: draft, link and both entries in one transaction.

use std::collections::BTreeSet;
use std::time::Duration;

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
use crate::domain::mandate_text::DECLARED_VERSION;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::private::Private;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::ask_person;
use crate::operations::ask_person::Way;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::FieldFault;
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
    /// Where the person is, and how she is asked.
    pub way: Way,
    /// The mandate it is to follow, of the same person.
    pub renews: Option<MandateId>,
}

/// Draws a mandate up and hands it over; gives its identifier.
///
/// # Errors
/// [`Refusal::Invalid`] for no theme, too long a duration or nowhere to write to, [`Refusal::FactorNeeded`] when the second
/// factor is too old, [`Refusal::Denied`] (written down) when the aidant's side does not allow it, [`Refusal::Conflict`] with
/// `declared-alike` where a person of this name and birth date is known in the organisation and it was not said whether she
/// is the same.
pub async fn draw_up(
    bench: &Bench,
    aidant: &AidantActor,
    draft: &Draft,
    request: Option<&str>,
) -> Result<MandateId, Refusal> {
    checked(draft)?;
    let now = bench.now();
    let max_age = bench.config.sessions.second_factor_max_age;
    if aidant.factor_at.is_none_or(|at| now.since(at) > max_age) {
        return Err(Refusal::FactorNeeded);
    }
    let mut work = Work::begin(bench, request).await?;
    renewal::check(&mut work, aidant, draft.renews).await?;
    let mandate = new_mandate(&work, aidant, draft);
    let channel = mandate.terms.channel;
    let digest = sha256(&mandate.terms.draft_bytes()?);
    let drafted = Event::MandateDrafted {
        themes: draft.themes.iter().copied().collect(),
        duration: draft.duration.as_str().to_owned(),
        channel: channel.as_str().to_owned(),
        text_version: mandate.terms.text_version.clone(),
        draft_digest: digest.into(),
    };
    let line = |event, about: Option<&PersonActor>| {
        let key = about.map_or(aidant.organisation_key, |person| person.data_key);
        let line = Line::new(event, actor(&aidant.account), key)
            .account(aidant.account.id)
            .organisation(&aidant.organisation);
        match about {
            Some(person) => line.person(person.person.id),
            None => line,
        }
    };
    if let Err(reason) = aidant_side(&mut work, aidant, Some(&draft.themes)).await? {
        let (recorded, _) = work.record(line(drafted, None).refused(reason.as_str())).await?;
        recorded.commit().await?;
        return Err(Refusal::Denied(reason));
    }
    let handed_over = mandate.submit()?;
    let lapses_at = work.now.plus(lifetime(bench, channel));
    let submitted =
        Event::MandateSubmitted { channel: channel.as_str().to_owned(), lapses_at: lapses_at.into() };
    mandates::insert(&mut work.tx, &handed_over).await?;
    let link = insert_link(&mut work, aidant, handed_over.id, lapses_at).await?;
    let asked = ask_person::ask(&mut work, aidant, &handed_over, &draft.way, &link).await?;
    let about = asked.as_ref().map(|asked| &asked.person);
    let mut events = vec![drafted, submitted];
    if asked.as_ref().is_some_and(|asked| asked.is_new) {
        events.insert(0, Event::PersonDeclared {});
    }
    let mut lines = events.into_iter().map(|event| line(event, about).mandate(handed_over.id));
    let first = lines.next().ok_or_else(|| Refusal::fault("a draft without an event"))?;
    let (mut recorded, _) = work.record(first).await?;
    for next in lines {
        (recorded, _) = recorded.record(next).await?;
    }
    recorded.commit().await?;
    Ok(handed_over.id)
}

fn checked(draft: &Draft) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |field, key| faults.push(FieldFault { field, key });
    if draft.themes.is_empty() {
        fault("theme", "mandate-error-no-theme");
    }
    if draft.duration > draft.way.channel().longest() {
        fault("duration", "mandate-error-too-long");
    }
    if let Some((field, key)) = draft.way.lacks() {
        fault(field, key);
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

fn new_mandate(work: &Work<'_>, aidant: &AidantActor, draft: &Draft) -> Mandate {
    let bench = work.bench;
    let random = bench.random.as_ref();
    let channel = draft.way.channel();
    let version = if channel.is_declared() { DECLARED_VERSION } else { CURRENT_VERSION };
    let terms = Terms {
        organisation: aidant.organisation.id,
        drafted_by: aidant.account.id,
        habilitation: aidant.habilitation.id,
        themes: draft.themes.clone(),
        duration: draft.duration,
        channel,
        text_version: version.to_owned(),
        reference: random_bytes(random),
        drafted_at: work.now,
    };
    let lapses_at = work.now.plus(lifetime(bench, channel));
    let mandate = Mandate::draft(MandateId::fresh(work.now, random), terms, lapses_at);
    Mandate { renews: draft.renews, ..mandate }
}

/// How long a draft waits for its person.
fn lifetime(bench: &Bench, channel: Channel) -> Duration {
    let times = &bench.config.mandate;
    match channel {
        Channel::Present => times.draft_lifetime_present,
        Channel::Remote | Channel::Sms => times.draft_lifetime_remote,
        Channel::Post => times.posted_code_lifetime,
    }
}

async fn insert_link(
    work: &mut Work<'_>,
    aidant: &AidantActor,
    mandate: MandateId,
    expires_at: Instant,
) -> Result<Private<String>, Refusal> {
    let link = fresh_link(work, aidant).await?;
    let hash = TokenHash::of(link.code.show());
    mandates::insert_link(&mut work.tx, hash.as_bytes(), mandate, &link.sealed, expires_at).await?;
    Ok(link.code)
}

/// The code of a consent link, clear and sealed.
pub(super) struct FreshLink {
    pub(super) code: Private<String>,
    pub(super) sealed: Vec<u8>,
}

/// Draws the code of a consent link.
///
/// # Errors
/// As the database says.
pub(super) async fn fresh_link(work: &mut Work<'_>, aidant: &AidantActor) -> Result<FreshLink, Refusal> {
    let random = work.bench.random.as_ref();
    let code = random_token(random, CODE_BYTES);
    let key = data_keys::require(work.bench, &mut work.tx, aidant.organisation_key).await?;
    let sealed = key.seal(CODE_LABEL, code.as_bytes(), random)?;
    Ok(FreshLink { code: Private::new(code), sealed })
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
