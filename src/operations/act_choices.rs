//! What the aidant may choose for one request: the persons, their themes, and why others are missing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use uuid::Uuid;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::crypto::seal::DataKey;
use crate::domain::act::Act;
use crate::domain::act::AuthorizationRequest;
use crate::domain::client::Client;
use crate::domain::decision::Blocks;
use crate::domain::decision::Question;
use crate::domain::decision::Reason;
use crate::domain::decision::aidant_may_work;
use crate::domain::decision::decide;
use crate::domain::ids::ActId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::actors::AidantActor;
use crate::operations::actors::open_person;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::circumstances;
use crate::storage::circumstances::Given;
use crate::storage::db::Tx;

const HANDLE: &str = "act.person";

/// A person for whom the aidant may act at this client now.
#[derive(Clone, Debug)]
pub struct OfferedPerson {
    /// What stands for her in the form of this act, and nowhere else.
    pub handle: String,
    /// Who.
    pub id: PersonId,
    /// Her identity.
    pub identity: Identity,
    /// Whether it is what an aidant took down only.
    pub declared: bool,
    /// Each theme that may be chosen, with the last instant of the mandate behind it.
    pub themes: BTreeMap<Theme, Instant>,
}

/// A person with a mandate that cannot be used at this client now.
#[derive(Clone, Debug)]
pub struct MissingPerson {
    /// What would stand for her in the form.
    pub handle: String,
    /// Who.
    pub id: PersonId,
    /// Her identity.
    pub identity: Identity,
    /// Why not.
    pub reason: Reason,
    /// What her mandate covers.
    pub themes: BTreeSet<Theme>,
}

/// What the choice page shows.
#[derive(Clone, Debug)]
pub struct Choices {
    /// The administration that asks.
    pub client: Client,
    /// Themes among which one is chosen: those asked for, or all the client's.
    pub accepted: BTreeSet<Theme>,
    /// The persons, by name.
    pub offered: Vec<OfferedPerson>,
    /// Persons with a mandate in force or held that does not serve here, by name.
    pub missing: Vec<MissingPerson>,
}

impl Choices {
    /// What may be chosen for a person; `None` when nothing may.
    pub fn of(&self, id: PersonId) -> Option<&OfferedPerson> {
        self.offered.iter().find(|person| person.id == id)
    }
}

/// What stands for a person in the form of one act: another text each time, which only this act opens.
///
/// # Errors
/// A fault when it cannot be sealed.
pub fn handle(bench: &Bench, act: ActId, person: PersonId) -> Result<String, Refusal> {
    let sealed = handle_key(bench, act).seal(HANDLE, person.uuid().as_bytes(), bench.random.as_ref())?;
    Ok(b64(&sealed))
}

/// The person that a form of this act names by her handle; `None` for whatever else it holds.
pub fn person_of(bench: &Bench, act: ActId, shown: &str) -> Option<PersonId> {
    let opened = handle_key(bench, act).open(HANDLE, &unb64(shown)?).ok()?;
    Uuid::from_slice(&opened).ok().map(PersonId::from_uuid)
}

fn handle_key(bench: &Bench, act: ActId) -> DataKey {
    DataKey::from_bytes(bench.lookup.hash(HANDLE, &act.to_string()))
}

/// Everything that may be chosen for `act` at `client` by `aidant` in her current organisation; for one person only, where
/// she is named. Whoever may not work there is told of nobody.
///
/// # Errors
/// As the database says.
pub async fn act_choices(
    bench: &Bench,
    aidant: &AidantActor,
    act: &Act,
    client: &Client,
    person: Option<PersonId>,
) -> Result<Choices, Refusal> {
    // Each is decided again, with everything held, before anything is opened: one state of the database is not needed.
    let mut tx = bench.db.look().await?;
    let accepted = accepted_themes(&act.request, client);
    if may_work(bench, aidant).is_err() {
        return Ok(Choices { client: client.clone(), accepted, offered: Vec::new(), missing: Vec::new() });
    }
    let view = View { bench, aidant, act, client, accepted: &accepted };
    let mut by_person: BTreeMap<PersonId, Vec<Given>> = BTreeMap::new();
    for given in circumstances::given_to(&mut tx, aidant.organisation.id, aidant.account.id, person).await? {
        if let (Some(consent), Some(_)) = (given.mandate.mandate.consent(), &given.person) {
            by_person.entry(consent.person).or_default().push(given);
        }
    }
    let (mut offered, mut missing) = (Vec::new(), Vec::new());
    for (id, given) in by_person {
        match view.person(&mut tx, id, given).await? {
            Some(Standing::Offered(person)) => offered.push(person),
            Some(Standing::Missing(person)) => missing.push(person),
            None => {}
        }
    }
    offered.sort_by_key(|person| person.identity.full_name());
    missing.sort_by_key(|person| person.identity.full_name());
    Ok(Choices { client: client.clone(), accepted, offered, missing })
}

/// Whether an aidant may work in her current organisation at all, as she was found when she asked.
///
/// # Errors
/// The [`Reason`] of the refusal.
pub fn may_work(bench: &Bench, aidant: &AidantActor) -> Result<(), Reason> {
    aidant_may_work(bench.now(), aidant.account.status, &aidant.habilitation, &aidant.organisation)
}

/// Themes a request may be answered with.
pub(super) fn accepted_themes(request: &AuthorizationRequest, client: &Client) -> BTreeSet<Theme> {
    let (asked, own) = (&request.themes, &client.registration.themes);
    if request.labels_unusable {
        return BTreeSet::new();
    }
    if asked.is_empty() { own.clone() } else { asked.intersection(own).copied().collect() }
}

/// Which mandate of the organisation serves a person's theme best: one that may be used, the one that
/// renewed another before that other, the latest-ending first; else the
/// one whose refusal says most.
pub(super) fn best_mandate(mandates: &[Mandate], theme: Theme, now: Instant) -> Option<MandateId> {
    let rank = |mandate: &&Mandate| {
        let living = match mandate.status_at(now) {
            MandateStatus::Active => 2,
            MandateStatus::Suspended => 1,
            _ => 0,
        };
        let until = mandate.consent().map(|consent| consent.validity.until);
        let followed = mandates.iter().any(|next| next.renews == Some(mandate.id) && next.usable(theme, now));
        (mandate.usable(theme, now), mandate.terms.themes.contains(&theme), living, !followed, until)
    };
    mandates.iter().max_by_key(rank).map(|mandate| mandate.id)
}

enum Standing {
    Offered(OfferedPerson),
    Missing(MissingPerson),
}

struct View<'a> {
    bench: &'a Bench,
    aidant: &'a AidantActor,
    act: &'a Act,
    client: &'a Client,
    accepted: &'a BTreeSet<Theme>,
}

impl View<'_> {
    async fn person(
        &self,
        tx: &mut Tx,
        id: PersonId,
        given: Vec<Given>,
    ) -> Result<Option<Standing>, Refusal> {
        let now = self.bench.now();
        let Some(first) = given.first() else { return Ok(None) };
        let (blocks, row) = (first.blocks, first.person.clone());
        let Some(row) = row else { return Ok(None) };
        let Some(person) = open_person(self.bench, tx, &row).await? else { return Ok(None) };
        let mandates: Vec<Mandate> = given.into_iter().map(|given| given.mandate.mandate).collect();
        let mut themes = BTreeMap::new();
        let mut first_reason = None;
        for theme in self.accepted {
            let Some(best) = best_mandate(&mandates, *theme, now) else { continue };
            let Some(mandate) = mandates.iter().find(|mandate| mandate.id == best) else { continue };
            match self.verdict(&person, mandate, *theme, blocks) {
                Ok(until) => drop(themes.insert(*theme, until)),
                // A theme beside her mandate says less than what she lacks for every theme.
                Err(Reason::NoEmail) => first_reason = Some(Reason::NoEmail),
                Err(reason) => first_reason = first_reason.or(Some(reason)),
            }
        }
        let living: Vec<&Mandate> = mandates
            .iter()
            .filter(|mandate| {
                matches!(mandate.status_at(now), MandateStatus::Active | MandateStatus::Suspended)
            })
            .collect();
        let handle = handle(self.bench, self.act.id, id)?;
        if !themes.is_empty() {
            return Ok(Some(Standing::Offered(OfferedPerson {
                handle,
                id,
                declared: person.identification == Identification::Declared,
                identity: person.identity,
                themes,
            })));
        }
        let covered = if living.is_empty() {
            BTreeSet::new()
        } else {
            living.iter().flat_map(|mandate| mandate.open_themes()).collect()
        };
        let reason = first_reason.unwrap_or(Reason::ClientTheme);
        Ok(Some(Standing::Missing(MissingPerson {
            handle,
            id,
            identity: person.identity,
            reason,
            themes: covered,
        })))
    }

    fn verdict(
        &self,
        person: &Person,
        mandate: &Mandate,
        theme: Theme,
        blocks: Blocks,
    ) -> Result<Instant, Reason> {
        decide(&Question {
            now: self.bench.now(),
            client: self.client,
            account: self.aidant.account.status,
            habilitation: &self.aidant.habilitation,
            organisation: &self.aidant.organisation,
            mandate: Some(mandate),
            theme,
            blocks,
            has_email: person.identity.email.is_some(),
            factor_was_fresh: true,
        })?;
        mandate.consent().map(|consent| consent.validity.until).ok_or(Reason::MandateNotGiven)
    }
}
