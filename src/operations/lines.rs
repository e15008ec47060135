//! Lines of the ledger, opened with the keys of those they speak of, ready for their sentences.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::crypto::seal::DataKey;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::entry::Entry;
use crate::ledger::entry::Outcome;
use crate::ledger::kinds::Event;
use crate::ledger::sealed::open_payload;
use crate::ledger::values::Named;
use crate::ledger::words::ActWay;
use crate::ledger::words::Channel;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::end_habilitations::TERM;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::entries::StoredEntry;
use crate::storage::persons;
use crate::text::sentences::Details;
use crate::text::sentences::Doer;
use crate::text::sentences::THROUGH_BROKER;
use crate::text::sentences::Told;

/// What stands for the words of others where they are not for the reader.
pub(super) const UNSAID: &str = "…";
/// Nothing was mended yet, where a line says what was.
pub(super) const NOT_MENDED: &str = "none";
const FOR_THE_AUTHORITY: [&str; 2] = ["act.contested", "case.word_added"];

/// One line as it is shown.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its identifier.
    pub id: EntryId,
    /// When.
    pub at: Instant,
    /// `noun.verb`.
    pub kind: String,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// In which act.
    pub act: Option<ActId>,
    /// About whom.
    pub person: Option<PersonId>,
    /// By which professional.
    pub account: Option<AccountId>,
    /// At which client.
    pub client: Option<ClientId>,
    /// What it says; `None` once its contents were erased.
    pub told: Option<Told>,
}

impl Line {
    /// What a person wrote about an act she did not expect was written for the authority: others read a dot.
    pub(super) fn without_her_words(&mut self) {
        if let Some(told) = self.told.as_mut().filter(|told| FOR_THE_AUTHORITY.contains(&told.kind.as_str()))
        {
            told.details.words = Some(UNSAID.to_owned());
        }
    }

    /// Whether something was refused.
    pub fn is_refused(&self) -> bool {
        self.told.as_ref().is_some_and(|told| told.refused.is_some())
    }
}

/// A person as lines name her.
#[derive(Clone)]
struct Name {
    short: String,
    /// Known by what an aidant took down only.
    declared: bool,
}

/// Opens lines; keeps the keys and names it met, for one request only.
pub(super) struct Opener<'b> {
    bench: &'b Bench,
    keys: HashMap<DataKeyId, Option<DataKey>>,
    names: HashMap<PersonId, Option<Name>>,
}

impl<'b> Opener<'b> {
    /// Opens with the keys of this bench.
    pub(super) fn new(bench: &'b Bench) -> Self {
        Self { bench, keys: HashMap::new(), names: HashMap::new() }
    }

    /// Opens several lines.
    pub(super) async fn open_all(
        &mut self,
        tx: &mut Tx,
        stored: Vec<StoredEntry>,
    ) -> Result<Vec<Line>, Refusal> {
        let mut lines = Vec::with_capacity(stored.len());
        for entry in stored {
            lines.push(self.open(tx, entry).await?);
        }
        Ok(lines)
    }

    /// Opens one line.
    pub(super) async fn open(&mut self, tx: &mut Tx, stored: StoredEntry) -> Result<Line, Refusal> {
        let told = match self.entry(tx, &stored).await? {
            Some(entry) => {
                let name = match entry.person {
                    Some(person) => self.name(tx, person).await?,
                    None => None,
                };
                Some(told(&entry, name))
            }
            None => None,
        };
        Ok(Line {
            id: stored.id,
            at: stored.at,
            kind: stored.kind,
            mandate: stored.filed.mandate,
            act: stored.filed.act,
            person: stored.filed.person,
            account: stored.filed.account,
            client: stored.filed.client,
            told,
        })
    }

    /// The entry itself; `None` once its contents were erased.
    pub(super) async fn entry(
        &mut self,
        tx: &mut Tx,
        stored: &StoredEntry,
    ) -> Result<Option<Entry>, Refusal> {
        let (Some(id), Some(sealed)) = (stored.data_key, &stored.sealed) else { return Ok(None) };
        if !self.keys.contains_key(&id) {
            let key = data_keys::open(self.bench, tx, id).await?;
            self.keys.insert(id, key);
        }
        let Some(Some(key)) = self.keys.get(&id) else { return Ok(None) };
        let payload = open_payload(stored.id, &stored.filed.under(), key, sealed)
            .map_err(|error| Refusal::Fault(error.into()))?;
        Entry::from_payload(&payload).map(Some).map_err(|error| Refusal::Fault(error.into()))
    }

    async fn name(&mut self, tx: &mut Tx, id: PersonId) -> Result<Option<Name>, Refusal> {
        if let Some(known) = self.names.get(&id) {
            return Ok(known.clone());
        }
        let person = match persons::find(tx, id).await? {
            Some(row) => actors::open_person(self.bench, tx, &row).await?,
            None => None,
        };
        let name = person.map(|person| Name {
            short: person.identity.short_name(),
            declared: person.identification == Identification::Declared,
        });
        self.names.insert(id, name.clone());
        Ok(name)
    }
}

/// What the sentence of an entry says.
fn told(entry: &Entry, person: Option<Name>) -> Told {
    let actor = &entry.actor;
    let outcome = match &entry.outcome {
        Outcome::Done => None,
        Outcome::Refused { reason } => Some(reason.clone()),
    };
    let refused = match &entry.event {
        Event::ActRefused { reason, .. } => outcome.or_else(|| Some(reason.clone())),
        _ => outcome,
    };
    Told {
        kind: entry.event.kind().as_str().to_owned(),
        at: entry.at,
        doer: Doer { role: actor.role.as_str().to_owned(), id: actor.id.clone(), name: actor.name.clone() },
        organisation: entry.organisation.as_ref().map(|named| named.name.clone()),
        theme: entry.theme,
        client: entry.client.as_ref().map(|named| named.name.clone()),
        refused,
        details: Details {
            word: word(entry),
            declared: person.as_ref().is_some_and(|name| name.declared),
            ..details(&entry.event)
        },
        person: person.map(|name| name.short),
    }
}

/// The word that turns a sentence: the kind of a receipt, an act by way of an identity broker, tokens that went to an aidant's
/// software and not to the administration of the line.
fn word(entry: &Entry) -> Option<String> {
    match &entry.event {
        Event::ActTokenIssued { .. } | Event::MandateTokenIssued { .. } => {
            let client = entry.client.as_ref()?;
            (entry.actor.id.as_deref() != Some(client.id.as_str())).then(|| "software".to_owned())
        }
        Event::ActReported { receipt, .. } => Some(receipt.clone()),
        Event::FactorEnrolled { method, .. } | Event::FactorRemoved { method, .. } => Some(method.clone()),
        Event::CardWithdrawn { why, .. } => Some(why.clone()),
        Event::MandateCodeRefused { code, .. } => Some(code.clone()),
        Event::MandateLapsed { reason } => Some(reason.clone()),
        Event::MandateIdentityRefused { .. } => match &entry.outcome {
            Outcome::Refused { reason } => Some(reason.clone()),
            Outcome::Done => None,
        },
        Event::HabilitationEnded { reason, .. } if reason == TERM => Some(reason.clone()),
        Event::ReferentNamed { deputy: true, .. } => Some("deputy".to_owned()),
        Event::ActOpened { way: ActWay::Broker, .. } => Some(THROUGH_BROKER.to_owned()),
        Event::CaseAnswered { side, .. } => Some(side.clone()),
        Event::CaseClosed { outcome, .. } => Some(outcome.clone()),
        Event::ActErrorDeclared { told, .. } => Some(if *told { "told" } else { "untold" }.to_owned()),
        Event::RevocationRecorded { channel: Channel::Letter, .. } => Some("letter".to_owned()),
        Event::PersonContactChanged { what, change, .. } => Some(format!("{change}-{what}")),
        _ => None,
    }
}

fn details(event: &Event) -> Details {
    let empty = Details::default();
    match event {
        Event::AidantOrganisationSwitched { from } => {
            Details { subject: from.as_ref().map(|from| from.name.clone()), ..empty }
        }
        Event::FactorEnrolled { holder, card, .. } | Event::FactorRemoved { holder, card, .. } => {
            Details { subject: Some(holder.name.clone()), reference: card.clone(), ..empty }
        }
        Event::FactorGiven { holder, card } => {
            Details { subject: Some(holder.name.clone()), reference: Some(card.clone()), ..empty }
        }
        Event::FactorResetRequested { holder, reason } => {
            Details { subject: Some(holder.name.clone()), words: Some(reason.clone()), ..empty }
        }
        Event::FactorReset { holder, .. } | Event::FactorResetRefused { holder } => {
            Details { subject: Some(holder.name.clone()), ..empty }
        }
        Event::CardImported { cards, first, last } => {
            Details { lines: Some(*cards), reference: Some(format!("{first} … {last}")), ..empty }
        }
        Event::CardWithdrawn { card, .. } => Details { reference: Some(card.clone()), ..empty },
        Event::HabilitationAccepted { aidant, ends_at } => {
            Details { subject: Some(aidant.name.clone()), until: Some(ends_at.instant()), ..empty }
        }
        Event::HabilitationSuspended { aidant, reason } | Event::HabilitationEnded { aidant, reason } => {
            Details { subject: Some(aidant.name.clone()), words: Some(reason.clone()), ..empty }
        }
        Event::HabilitationRestored { aidant } | Event::AidantAccountUnlinked { aidant, .. } => {
            Details { subject: Some(aidant.name.clone()), ..empty }
        }
        Event::OrganisationSuspended { reason } | Event::ClientDisabled { reason } => {
            Details { words: Some(reason.clone()), ..empty }
        }
        Event::OrganisationRequested { name, .. }
        | Event::OrganisationRequestCorrected { name, .. }
        | Event::OrganisationRequestWithdrawn { name } => Details { subject: Some(name.clone()), ..empty },
        Event::OrganisationRequestChangesAsked { name, reason }
        | Event::OrganisationRefused { name, reason } => {
            Details { subject: Some(name.clone()), words: Some(reason.clone()), ..empty }
        }
        Event::OrganisationMergeAsked { target, reason } => {
            Details { subject: Some(target.name.clone()), words: Some(reason.clone()), ..empty }
        }
        Event::OrganisationMergeWithdrawn { target } => {
            Details { subject: Some(target.name.clone()), ..empty }
        }
        Event::OrganisationMerged { target, mandates, .. } => {
            Details { subject: Some(target.name.clone()), lines: Some(*mandates), ..empty }
        }
        Event::HabilitationMoved { aidant, from } => {
            Details { subject: Some(aidant.name.clone()), label: Some(from.name.clone()), ..empty }
        }
        Event::MandateTransferred { from } => Details { subject: Some(from.name.clone()), ..empty },
        Event::OperatorAdded { account }
        | Event::AuthorityAdded { account, .. }
        | Event::IntegratorAdded { account, .. } => Details { subject: Some(account.name.clone()), ..empty },
        Event::ClientChanged { changed }
        | Event::ClientChangeAsked { changed }
        | Event::ClientChangeWithdrawn { changed } => Details { words: Some(changed.join(", ")), ..empty },
        Event::PersonBlocked { blocked, .. } | Event::PersonUnblocked { blocked, .. } => {
            Details { subject: Some(blocked.name.clone()), ..empty }
        }
        Event::KeyCreated { kid, .. }
        | Event::KeyRotated { kid, .. }
        | Event::KeyRetired { kid, .. }
        | Event::KeyWithdrawn { kid, .. } => Details { reference: Some(kid.clone()), ..empty },
        Event::LedgerOriginOpened { origin, previous, .. } => {
            Details { reference: Some(origin.clone()), words: Some(previous.clone()), ..empty }
        }
        Event::OperatorSignReviewed { note, .. } => Details { words: Some(note.clone()), ..empty },
        Event::SignRaised { count, .. } => Details { lines: Some(*count), ..empty },
        Event::RetentionApplied { dropped } => Details { lines: Some(dropped.values().sum()), ..empty },
        Event::PlacesImported { added, changed, removed, .. } => {
            Details { lines: Some(added + changed + removed), ..empty }
        }
        Event::OrientationNoted { place, service, .. } => {
            Details { subject: Some(place.name.clone()), words: service.clone(), ..empty }
        }
        _ => mandate_details(event),
    }
}

fn mandate_details(event: &Event) -> Details {
    let empty = Details::default();
    match event {
        Event::MandateDrafted { themes, .. } => Details { themes: themes.clone(), ..empty },
        Event::MandateSubmitted { lapses_at, .. } => Details { until: Some(lapses_at.instant()), ..empty },
        Event::MandateApproved { themes, ends_at, .. } => {
            Details { themes: themes.clone(), until: Some(ends_at.instant()), ..empty }
        }
        Event::MandateExpired { ended_at } => Details { until: Some(ended_at.instant()), ..empty },
        Event::MandateReferentRefused { reason } => Details { words: Some(reason.clone()), ..empty },
        Event::MandateCodeRefused { left, .. } => Details { lines: Some(*left), ..empty },
        Event::MandateRevoked { reason, .. } => Details { words: reason.clone(), ..empty },
        Event::AuthorizationRevoked { reason, left, .. } => {
            Details { words: reason.clone(), themes: left.clone(), ..empty }
        }
        Event::MandateTokenIssued { themes, expires_at, .. } => {
            Details { themes: themes.clone(), until: Some(expires_at.instant()), ..empty }
        }
        Event::ActReported { label, reference, done_at, .. } => Details {
            label: Some(label.clone()),
            reference: reference.clone(),
            done_at: Some(done_at.instant()),
            ..empty
        },
        Event::ActContested { reason, .. } | Event::CaseClosed { reason, .. } => {
            Details { words: Some(reason.clone()), ..empty }
        }
        Event::CaseWordAdded { words, .. } | Event::CaseAnswered { words, .. } => {
            Details { words: Some(words.clone()), ..empty }
        }
        Event::ActErrorDeclared { happened, mended, .. } => Details {
            words: Some(happened.clone()),
            label: Some(mended.clone().unwrap_or_else(|| NOT_MENDED.to_owned())),
            ..empty
        },
        Event::MandateRenewed { ends_at, .. } => Details { until: Some(ends_at.instant()), ..empty },
        Event::TrailReadByAuthority { purpose, lines, approved_by, court_order, .. } => Details {
            words: Some(purpose.clone()),
            lines: Some(*lines),
            subject: approved_by.as_ref().map(|agent| agent.name.clone()),
            reference: court_order.clone(),
            ..empty
        },
        Event::TrailExported { purpose, lines, approved_by, court_order, .. } => Details {
            words: purpose.clone(),
            lines: Some(*lines),
            subject: approved_by.as_ref().map(|agent| agent.name.clone()),
            reference: court_order.clone(),
            ..empty
        },
        Event::TrailPrinted { purpose, lines, .. } => {
            Details { words: Some(purpose.clone()), lines: Some(*lines), ..empty }
        }
        Event::TrailReadingAsked { purpose, .. } => Details { words: Some(purpose.clone()), ..empty },
        Event::TrailReadingApproved { agent, purpose } | Event::TrailReadingRefused { agent, purpose } => {
            Details { subject: Some(agent.name.clone()), words: Some(purpose.clone()), ..empty }
        }
        Event::CourtOrderRecorded { court, number, shown_from, .. } => Details {
            reference: Some(format!("{court}, {number}")),
            day: Some(shown_from.instant()),
            ..empty
        },
        _ => team_details(event),
    }
}

/// What concerns the aidants, the referents and their accounts.
fn team_details(event: &Event) -> Details {
    let empty = Details::default();
    let about = |who: &Named| Details { subject: Some(who.name.clone()), ..Details::default() };
    match event {
        Event::HabilitationRequested { aidant } | Event::HabilitationCharterSigned { aidant, .. } => {
            about(aidant)
        }
        Event::HabilitationTrainingSet { aidant, on } | Event::HabilitationTrained { aidant, on } => {
            Details { day: Day::parse(on).map(Day::start), ..about(aidant) }
        }
        Event::HabilitationRefused { aidant, reason }
        | Event::HabilitationRenewalRefused { aidant, reason } => {
            Details { words: Some(reason.clone()), ..about(aidant) }
        }
        Event::HabilitationRenewalNotified { aidant, ends_at }
        | Event::HabilitationRenewalRequested { aidant, ends_at } => {
            Details { day: Some(ends_at.instant()), ..about(aidant) }
        }
        Event::HabilitationRenewed { aidant, ends_at } => {
            Details { until: Some(ends_at.instant()), ..about(aidant) }
        }
        Event::AccountSuspended { holder, reason } | Event::ReferentRemoved { referent: holder, reason } => {
            Details { words: Some(reason.clone()), ..about(holder) }
        }
        Event::AccountRestored { holder } => about(holder),
        Event::ReferentNamed { referent, .. } | Event::ReferentLeft { referent } => about(referent),
        Event::ReferentHandedOver { to } => about(to),
        Event::OrganisationThemesChanged { withheld } => Details { themes: withheld.clone(), ..empty },
        _ => empty,
    }
}

/// A line of a timeline with what belongs to it: the reports of an act, and its technical lines.
#[derive(Clone, Debug)]
pub struct Group {
    /// The line that is told.
    pub main: Line,
    /// What the administration reported during this act, oldest first.
    pub reports: Vec<Line>,
    /// The act's other lines: tokens given, a refusal at the last moment.
    pub others: Vec<Line>,
}

/// Whether a line stands under its act instead of by itself.
pub(super) fn belongs_to_act(kind: &str) -> bool {
    matches!(kind, "act.reported" | "act.token_issued" | "mandate.token_issued" | "act.exchanged")
}

/// Puts the lines of each act under the one that opened it; `acts` holds all lines of the acts that occur, oldest first.
pub(super) fn group(lines: Vec<Line>, acts: &HashMap<ActId, Vec<Line>>) -> Vec<Group> {
    let mut seen: BTreeSet<ActId> = BTreeSet::new();
    let mut groups = Vec::with_capacity(lines.len());
    for line in lines {
        let of_act = line.act.and_then(|act| acts.get(&act).map(|lines| (act, lines)));
        match of_act {
            Some((act, all)) if line.kind == "act.opened" && seen.insert(act) => {
                let inside = all.iter().filter(|other| belongs_to_act(&other.kind));
                let (reports, others) = inside.cloned().partition(|other| other.kind == "act.reported");
                groups.push(Group { main: line, reports, others });
            }
            Some((_, all))
                if belongs_to_act(&line.kind) && all.iter().any(|other| other.kind == "act.opened") => {}
            _ => groups.push(Group { main: line, reports: Vec::new(), others: Vec::new() }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn line(number: u128, kind: &str, act: Option<u128>) -> Line {
        Line {
            id: EntryId::from_uuid(Uuid::from_u128(number)),
            at: Instant::from_seconds(0),
            kind: kind.to_owned(),
            mandate: None,
            act: act.map(|act| ActId::from_uuid(Uuid::from_u128(act))),
            person: None,
            account: None,
            client: None,
            told: None,
        }
    }

    #[test]
    fn reports_stand_under_their_act_wherever_the_page_begins() {
        let whole = vec![
            line(1, "act.opened", Some(9)),
            line(2, "act.token_issued", Some(9)),
            line(3, "mandate.token_issued", Some(9)),
            line(4, "act.reported", Some(9)),
            line(5, "act.contested", Some(9)),
        ];
        let acts = HashMap::from([(ActId::from_uuid(Uuid::from_u128(9)), whole.clone())]);
        let newest_first: Vec<Line> =
            whole.iter().rev().cloned().chain([line(0, "mandate.approved", None)]).collect();
        let groups = group(newest_first, &acts);
        let kinds: Vec<&str> = groups.iter().map(|group| group.main.kind.as_str()).collect();
        assert_eq!(kinds, ["act.contested", "act.opened", "mandate.approved"]);
        assert_eq!((groups[1].reports.len(), groups[1].others.len()), (1, 2));
        let orphan = group(vec![line(7, "act.reported", Some(8))], &HashMap::new());
        assert_eq!(orphan.len(), 1, "a report whose act is not known stands by itself");
    }
}
