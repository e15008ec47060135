//! Opens an act: the decision, the code and the entry in one transaction; a refusal is an entry too.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::domain::account::SecondFactor;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::Opened;
use crate::domain::client::ClientKind;
use crate::domain::decision::Reason;
use crate::domain::ids::ActId;
use crate::domain::ids::EntryId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::message::Doer;
use crate::domain::message::MessageBody;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::words::ActStage;
use crate::operations::act_choices::accepted_themes;
use crate::operations::act_choices::best_mandate;
use crate::operations::actors::AidantActor;
use crate::operations::answer;
use crate::operations::begin_act::owned;
use crate::operations::bench::Bench;
use crate::operations::identity_broker;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::weigh::Hold;
use crate::operations::weigh::Parties;
use crate::operations::weigh::Weighed;
use crate::operations::weigh::weigh;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::acts;
use crate::storage::clients;
use crate::storage::mandates;

/// How long telling the person of an act is worth trying.
pub(super) const MESSAGE_WORTH: Duration = Duration::from_secs(7 * 86_400);

/// What the aidant chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// For whom; `None` for somebody this page never offered.
    pub person: Option<PersonId>,
    /// For what; `None` when the refusal comes before the theme.
    pub theme: Option<Theme>,
}

/// What became of it; the entry is written either way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The browser goes here, with the code.
    Opened(String),
    /// The act is over.
    Refused(Reason),
}

/// Decides and opens the act, or refuses it for good. Without a person or a theme it can only be refused. `asked` is the act as
/// its browser was shown it; it is read again once it is taken.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's act, [`Refusal::Conflict`] when it is no longer being chosen,
/// [`Refusal::FactorNeeded`] when the second factor must be given again first: then nothing is written.
pub async fn open_act(
    bench: &Bench,
    aidant: &AidantActor,
    asked: &Act,
    browser_hash: &[u8; 32],
    chosen: Chosen,
    reference: Option<&str>,
) -> Result<Opening, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    choosing(Some(Ok(asked.clone())), work.now)?;
    if !factor_is_fresh(bench, aidant, asked, work.now) {
        return Err(Refusal::FactorNeeded);
    }
    let Some(person) = chosen.person else {
        return refuse_unknown(work, aidant, asked, browser_hash, Reason::NoMandate).await;
    };
    let own: Vec<Mandate> = mandates::of_person(&mut work.tx, person)
        .await?
        .into_iter()
        .map(|stored| stored.mandate)
        .filter(|mandate| mandate.terms.organisation == aidant.organisation.id)
        .collect();
    let theme = chosen.theme.or_else(|| act_theme(asked, &own));
    let best = theme.and_then(|theme| best_mandate(&own, theme, work.now).map(|mandate| (theme, mandate)));
    let Some((theme, mandate)) = best else {
        return refuse_unknown(work, aidant, asked, browser_hash, Reason::NoMandate).await;
    };
    let parties = Parties {
        client: asked.client.clone(),
        account: aidant.account.id,
        organisation: aidant.organisation.id,
        habilitation: aidant.habilitation.id,
        mandate,
        theme,
        act: Some(asked.id),
    };
    let now = work.now;
    let mut weighed = weigh(bench, &mut work.tx, now, &parties, Hold::Taken, true).await?;
    work.now = weighed.at;
    work.taken(&weighed.mandate)?;
    let act = choosing(weighed.act.take().map(|stored| owned(Some(stored), browser_hash)), now)?;
    let accepted = accepted_themes(&act.request, &weighed.client).contains(&theme);
    let verdict = weighed.verdict.and(if accepted { Ok(()) } else { Err(Reason::ClientTheme) });
    // Registered when the request came, withdrawn since: no code is sent there any more.
    let known = weighed.client.redirects_to(&act.request.redirect_uri);
    let verdict = verdict.and(if known { Ok(()) } else { Err(Reason::ClientNotEntitled) });
    match (verdict, chosen.theme) {
        (Ok(()), Some(theme)) => open(work, aidant, &act, &parties, &weighed, theme).await,
        (Ok(()), None) => refuse(work, aidant, &act, &weighed, theme, Reason::ClientTheme).await,
        (Err(reason), _) => refuse(work, aidant, &act, &weighed, theme, reason).await,
    }
}

/// Refuses an act in which nothing can be chosen, because the broker's labels are none of its themes; the entry is written.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's act, [`Refusal::Conflict`] when it is over or can be chosen in.
pub async fn refuse_unusable(
    bench: &Bench,
    aidant: &AidantActor,
    id: ActId,
    browser_hash: &[u8; 32],
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let act = taken(&mut work, id, browser_hash).await?;
    if !act.request.labels_unusable {
        return Err(Refusal::Conflict("act-open"));
    }
    refuse_taken(work, aidant, &act, Reason::ClientTheme).await.map(drop)
}

/// Refuses an act to an aidant who may not work in her organisation at all, before anybody is named; the entry is written.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's act, [`Refusal::Conflict`] when it is over.
pub async fn refuse_barred(
    bench: &Bench,
    aidant: &AidantActor,
    (id, browser_hash): (ActId, &[u8; 32]),
    reason: Reason,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let act = taken(&mut work, id, browser_hash).await?;
    refuse_taken(work, aidant, &act, reason).await.map(drop)
}

/// The act while it is being chosen; nobody else changes it until the transaction ends.
async fn taken(work: &mut Work<'_>, id: ActId, browser_hash: &[u8; 32]) -> Result<Act, Refusal> {
    let found = acts::take(&mut work.tx, id).await?;
    choosing(found.map(|stored| owned(Some(stored), browser_hash)), work.now)
}

/// Whether the aidant may go on with this act without giving the second factor again.
pub fn factor_is_fresh(bench: &Bench, aidant: &AidantActor, act: &Act, now: Instant) -> bool {
    let oldest = bench.config.sessions.second_factor_max_age;
    act.factor_is_fresh(aidant.factor_at, now) && aidant.factor_at.is_some_and(|at| now.since(at) <= oldest)
}

/// The aidant goes back to the client without acting; gives the address.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's act.
pub async fn leave_act(bench: &Bench, id: ActId, browser_hash: &[u8; 32]) -> Result<String, Refusal> {
    let act = crate::operations::begin_act::act_of_browser(bench, id, browser_hash).await?;
    answer::denied(bench, &act).await
}

fn choosing(found: Option<Result<Act, Refusal>>, now: Instant) -> Result<Act, Refusal> {
    let act = found.ok_or(Refusal::NotFound)??;
    if !matches!(act.life, ActLife::Choosing { .. }) || now > act.expires_at {
        return Err(Refusal::Conflict("act-over"));
    }
    Ok(act)
}

/// The theme a refusal before the theme step is about: one that the mandates and the request share, else any of theirs.
fn act_theme(act: &Act, own: &[Mandate]) -> Option<Theme> {
    let covered = || own.iter().flat_map(|mandate| mandate.terms.themes.iter().copied());
    covered()
        .find(|theme| act.request.themes.is_empty() || act.request.themes.contains(theme))
        .or_else(|| covered().next())
}

async fn open(
    mut work: Work<'_>,
    aidant: &AidantActor,
    act: &Act,
    parties: &Parties,
    weighed: &Weighed,
    theme: Theme,
) -> Result<Opening, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let (person, consent) = weighed.agreed()?;
    let factor_at = aidant.factor_at.ok_or(Refusal::FactorNeeded)?;
    let body = MessageBody::ActOpened {
        doer: Doer {
            aidant: aidant.account.professional.full_name().into(),
            organisation: weighed.organisation.organisation.name.clone(),
        },
        administration: weighed.client.registration.name.clone(),
        theme,
        at: now,
        until: consent.validity.until,
        not_me: None,
    };
    tell(&mut work, person, NoticeKind::Use(parties.mandate, act.id), body, MESSAGE_WORTH).await?;
    let (way, state_digest, nonce_digest) = identity_broker::way(&weighed.client, &act.request);
    let event = Event::ActOpened {
        way,
        factor_at: factor_at.into(),
        grade: consent.grade.as_str().to_owned(),
        state_digest,
        nonce_digest,
    };
    let (mut recorded, txn) = work.record(line(event, aidant, act, weighed, theme)?).await?;
    let code = random_token(bench.random.as_ref(), 32);
    let opened = opened(parties, person.person.id, theme, now, (factor_at, aidant.factor), txn);
    let code_expires_at = now.plus(bench.config.oidc.code_lifetime);
    let first =
        acts::open(&mut recorded.tx, act.id, &opened, TokenHash::of(&code).as_bytes(), code_expires_at)
            .await?;
    if !first {
        return Err(Refusal::Conflict("act-over"));
    }
    recorded.commit().await?;
    Ok(Opening::Opened(answer::with_code(bench, act, &code).await?))
}

const fn opened(
    parties: &Parties,
    person: PersonId,
    theme: Theme,
    at: Instant,
    (factor_at, factor): (Instant, SecondFactor),
    txn: EntryId,
) -> Opened {
    Opened {
        account: parties.account,
        organisation: parties.organisation,
        habilitation: parties.habilitation,
        person,
        mandate: parties.mandate,
        theme,
        at,
        factor_at,
        factor,
        txn,
    }
}

fn line(
    event: Event,
    aidant: &AidantActor,
    act: &Act,
    weighed: &Weighed,
    theme: Theme,
) -> Result<Line, Refusal> {
    let (person, _) = weighed.agreed()?;
    Ok(Line::new(event, actor(&aidant.account), person.data_key)
        .account(aidant.account.id)
        .organisation(&weighed.organisation.organisation)
        .person(person.person.id)
        .mandate(weighed.mandate.mandate.id)
        .act(act.id)
        .theme(theme)
        .client(&weighed.client))
}

async fn refuse(
    mut work: Work<'_>,
    aidant: &AidantActor,
    act: &Act,
    weighed: &Weighed,
    theme: Theme,
    reason: Reason,
) -> Result<Opening, Refusal> {
    acts::refuse(&mut work.tx, act.id).await?;
    let event = Event::ActRefused { stage: ActStage::Opening, reason: reason.as_str().to_owned() };
    let line = line(event, aidant, act, weighed, theme)?.refused(reason.as_str());
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Opening::Refused(reason))
}

/// Refuses an act for somebody who gave the organisation no mandate: nothing about a person is known, nothing is told.
async fn refuse_unknown(
    mut work: Work<'_>,
    aidant: &AidantActor,
    asked: &Act,
    browser_hash: &[u8; 32],
    reason: Reason,
) -> Result<Opening, Refusal> {
    let act = taken(&mut work, asked.id, browser_hash).await?;
    refuse_taken(work, aidant, &act, reason).await
}

async fn refuse_taken(
    mut work: Work<'_>,
    aidant: &AidantActor,
    act: &Act,
    reason: Reason,
) -> Result<Opening, Refusal> {
    let client = clients::find(&mut work.tx, &act.client).await?.ok_or(Refusal::NotFound)?;
    acts::refuse(&mut work.tx, act.id).await?;
    let event = Event::ActRefused { stage: ActStage::Opening, reason: reason.as_str().to_owned() };
    let line = Line::new(event, actor(&aidant.account), aidant.organisation_key)
        .account(aidant.account.id)
        .organisation(&aidant.organisation)
        .act(act.id)
        .client(&client)
        .refused(reason.as_str());
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Opening::Refused(reason))
}

/// Whether clients of this kind send `prompt=login` always, which a factor of this session then meets.
pub const fn login_prompt_is_routine(kind: ClientKind) -> bool {
    matches!(kind, ClientKind::IdentityBroker)
}
