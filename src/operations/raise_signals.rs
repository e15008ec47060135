//! What clients must hear of an entry: written in the entry's own transaction, one signal per receiver.
//!
//! A change of a mandate is told to every client that ever got a token under it and has a stream. The session of an act is ended
//! at its client while it may go on: up to twelve hours after its tokens were given.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::hash::sha256;
use crate::crypto::pairwise::AliasKind;
use crate::crypto::pairwise::alias;
use crate::crypto::seal::DataKey;
use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::SignalId;
use crate::domain::signal::Initiator;
use crate::domain::signal::SignalKind;
use crate::domain::signal::SignalReason;
use crate::domain::signal::StreamStatus;
use crate::domain::theme::Theme;
use crate::ledger::entry::Entry;
use crate::ledger::entry::Outcome;
use crate::ledger::entry::Role;
use crate::ledger::kinds::Event;
use crate::ledger::words::Blocked;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::signal_claims;
use crate::operations::signal_claims::Head;
use crate::operations::work::Work;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::persons;
use crate::storage::signals;
use crate::storage::signals::NewSignal;
use crate::storage::signals::Reach;
use crate::storage::signals::Session;
use crate::storage::streams;
use crate::storage::streams::Stream;

/// How long an event is tried: three days.
pub const HORIZON: Duration = Duration::from_secs(72 * 3_600);
/// How long a logout token is tried.
pub const LOGOUT_HORIZON: Duration = Duration::from_secs(10 * 60);
/// How long the session of an act may go on at its client.
const SESSION: Duration = Duration::from_secs(12 * 3_600);

/// An entry just written, with the identifiers its payload names only in words.
pub(super) struct Cause<'a> {
    pub entry: &'a Entry,
    pub account: Option<AccountId>,
    pub organisation: Option<OrganisationId>,
}

/// The theme that went, and those left; none where the whole mandate is meant.
type Themes = Option<(Theme, BTreeSet<Theme>)>;

/// What follows from an entry.
#[derive(Debug, PartialEq, Eq)]
struct Consequence {
    /// The mandate's own event, with the theme it is about and the themes left.
    told: Option<(SignalKind, Themes)>,
    /// Whose sessions are over.
    reach: Option<Reach>,
    reason: SignalReason,
}

/// Writes what clients must hear of this entry.
///
/// # Errors
/// As the database says; then neither the entry nor the change it speaks of happens.
pub(super) async fn follow(work: &mut Work<'_>, cause: &Cause<'_>) -> Result<(), Refusal> {
    let Some(consequence) = consequence(cause) else { return Ok(()) };
    let system = data_keys::system(work.bench);
    let system = data_keys::require(work.bench, &mut work.tx, system).await?;
    let raising = Raising { entry: cause.entry, system, reason: consequence.reason };
    if let (Some((kind, themes)), Some(mandate)) = (&consequence.told, cause.entry.mandate) {
        raising.tell(work, *kind, themes.as_ref(), mandate).await?;
    }
    match consequence.reach {
        Some(reach) => raising.end_sessions(work, reach).await,
        None => Ok(()),
    }
}

/// Whether clients must hear of this entry.
pub(super) fn is_followed(cause: &Cause<'_>) -> bool {
    consequence(cause).is_some()
}

fn consequence(cause: &Cause<'_>) -> Option<Consequence> {
    let entry = cause.entry;
    let refused = matches!(entry.outcome, Outcome::Refused { .. });
    let (told, reach, reason) = match &entry.event {
        // The tokens of a code that came twice were ended with this entry.
        Event::ActRefused { reason, .. } if reason == "code_used_twice" => {
            (None, entry.act.map(Reach::Act), SignalReason::CodeUsedTwice)
        }
        _ if refused => return None,
        Event::MandateRevoked { .. } => (
            Some((SignalKind::MandateRevoked, None)),
            entry.mandate.map(Reach::Mandate),
            SignalReason::MandateRevoked,
        ),
        Event::AuthorizationRevoked { left, .. } => {
            let (mandate, theme) = (entry.mandate?, entry.theme?);
            let rest = left.iter().copied().collect();
            // With the last theme the mandate ends: its own entry follows and ends every session.
            let reach = (!left.is_empty()).then_some(Reach::Theme(mandate, theme));
            (Some((SignalKind::MandateThemeRevoked, Some((theme, rest)))), reach, SignalReason::ThemeRevoked)
        }
        Event::MandateSuspended { .. } => (
            Some((SignalKind::MandateSuspended, None)),
            entry.mandate.map(Reach::Mandate),
            SignalReason::MandateSuspended,
        ),
        Event::MandateRestored { .. } => {
            (Some((SignalKind::MandateRestored, None)), None, SignalReason::MandateRestored)
        }
        Event::MandateExpired { .. } => (
            Some((SignalKind::MandateExpired, None)),
            entry.mandate.map(Reach::Mandate),
            SignalReason::MandateExpired,
        ),
        Event::OrganisationSuspended { .. } | Event::OrganisationMerged { .. } => {
            (None, cause.organisation.map(Reach::Organisation), SignalReason::OrganisationSuspended)
        }
        Event::HabilitationSuspended { .. } | Event::HabilitationEnded { .. } => (
            None,
            Some(Reach::Habilitation(cause.organisation?, cause.account?)),
            SignalReason::HabilitationOver,
        ),
        Event::AccountSuspended { .. } => {
            (None, cause.account.map(Reach::Account), SignalReason::HabilitationOver)
        }
        Event::PersonBlocked { what, blocked } => {
            let (person, id) = (entry.person?, blocked.id.parse().ok()?);
            let reach = match what {
                Blocked::Aidant => Reach::PersonAndAccount(person, AccountId::from_uuid(id)),
                Blocked::Organisation => Reach::PersonAndOrganisation(person, OrganisationId::from_uuid(id)),
            };
            (None, Some(reach), SignalReason::Blocked)
        }
        Event::ActEnded { by } if by == "logout" => {
            (None, entry.act.map(Reach::Act), SignalReason::LoggedOut)
        }
        _ => return None,
    };
    Some(Consequence { told, reach, reason })
}

const fn initiator(entry: &Entry) -> Initiator {
    match (&entry.event, entry.actor.role) {
        (Event::MandateExpired { .. }, _) => Initiator::Policy,
        (_, Role::Person) => Initiator::User,
        (_, Role::Client | Role::System) => Initiator::System,
        (_, Role::Aidant | Role::Referent | Role::Authority | Role::Operator | Role::Integrator) => {
            Initiator::Admin
        }
    }
}

struct Raising<'a> {
    entry: &'a Entry,
    system: DataKey,
    reason: SignalReason,
}

/// What stands around the claims of one signal.
struct Place {
    lane: uuid::Uuid,
    place: i64,
    act: Option<crate::domain::ids::ActId>,
    horizon: Duration,
}

impl Raising<'_> {
    async fn tell(
        &self,
        work: &mut Work<'_>,
        kind: SignalKind,
        themes: Option<&(Theme, BTreeSet<Theme>)>,
        mandate: MandateId,
    ) -> Result<(), Refusal> {
        let Some(person) = self.entry.person else { return Ok(()) };
        let concerned = streams::concerned(&mut work.tx, mandate).await?;
        if concerned.is_empty() {
            return Ok(());
        }
        let Some(row) = persons::find(&mut work.tx, person).await? else { return Ok(()) };
        // An erased person's aliases died with her key: nobody could know of whom the event speaks.
        let Some(key) = data_keys::open(work.bench, &mut work.tx, row.data_key).await? else { return Ok(()) };
        let place = self.entry.chain.as_ref().map_or(0, |chain| chain.n);
        for stream in concerned {
            let Some(client) = active(&mut work.tx, &stream.client).await? else { continue };
            let known = themes.is_none_or(|(theme, _)| client.registration.themes.contains(theme));
            let subject = alias(&key, AliasKind::Mandate, client.sector(), mandate.uuid());
            if !known || !stream.events.contains(&kind) || is_muted(&mut work.tx, &stream, &subject).await? {
                continue;
            }
            let mut details = self.details();
            if let Some((theme, left)) = themes {
                let own = left.intersection(&client.registration.themes).copied().collect();
                signal_claims::add_themes(&mut details, *theme, &own);
            }
            let id = SignalId::fresh(work.now, work.bench.random.as_ref());
            let issuer = work.bench.config.server.public_url.as_str();
            let head = Head { issuer, client: &client, id, kind, now: work.now };
            let subject = signal_claims::mandate_subject(&subject);
            let claims =
                signal_claims::event(&head, &subject, Some(&self.txn(&client)), Value::Object(details));
            let place = Place { lane: mandate.uuid(), place, act: None, horizon: HORIZON };
            self.keep(work, &head, Some(&stream), &place, &claims).await?;
        }
        Ok(())
    }

    async fn end_sessions(&self, work: &mut Work<'_>, reach: Reach) -> Result<(), Refusal> {
        let since = work.now.minus(SESSION);
        let mut known = Known::default();
        for session in signals::sessions(&mut work.tx, since, reach).await? {
            let Some(client) = known.client(&mut work.tx, &session.client).await? else { continue };
            let stream = known.stream(&mut work.tx, &session.client).await?;
            if stream.is_none() && client.registration.options.backchannel_logout_uri.is_none() {
                continue;
            }
            let Some(key) = known.key(work, session.data_key).await? else { continue };
            self.end_session(work, &session, &client, stream.as_ref(), &key).await?;
        }
        Ok(())
    }

    async fn end_session(
        &self,
        work: &mut Work<'_>,
        session: &Session,
        client: &Client,
        stream: Option<&Stream>,
        key: &DataKey,
    ) -> Result<(), Refusal> {
        let issuer = work.bench.config.server.public_url.as_str();
        let subject = alias(key, AliasKind::Subject, client.sector(), session.person.uuid());
        let mandate = alias(key, AliasKind::Mandate, client.sector(), session.mandate.uuid());
        let fresh = |kind| Head {
            issuer,
            client,
            id: SignalId::fresh(work.now, work.bench.random.as_ref()),
            kind,
            now: work.now,
        };
        let place = |horizon| Place { lane: session.id.uuid(), place: 0, act: Some(session.id), horizon };
        let (event, logout) = (fresh(SignalKind::SessionRevoked), fresh(SignalKind::BackchannelLogout));
        if let Some(stream) = stream.filter(|stream| stream.events.contains(&SignalKind::SessionRevoked))
            && !is_muted(&mut work.tx, stream, &mandate).await?
        {
            let about = signal_claims::session_subject(issuer, &subject, session.id);
            let details = Value::Object(self.details());
            let claims = signal_claims::event(&event, &about, Some(&self.txn(client)), details);
            self.keep(work, &event, Some(stream), &place(HORIZON), &claims).await?;
        }
        if client.registration.options.backchannel_logout_uri.is_some() {
            let claims = signal_claims::logout(&logout, &subject, session.id);
            self.keep(work, &logout, None, &place(LOGOUT_HORIZON), &claims).await?;
        }
        Ok(())
    }

    fn details(&self) -> serde_json::Map<String, Value> {
        signal_claims::details(self.entry.at, initiator(self.entry), self.reason.as_str())
    }

    /// One cause has one name per sector: it ties a client's events together and tells two clients nothing.
    fn txn(&self, client: &Client) -> String {
        alias(&self.system, AliasKind::Cause, client.sector(), self.entry.id.uuid())
    }

    async fn keep(
        &self,
        work: &mut Work<'_>,
        head: &Head<'_>,
        stream: Option<&Stream>,
        place: &Place,
        claims: &Value,
    ) -> Result<(), Refusal> {
        let bytes = serde_json::to_vec(claims)?;
        let sealed = self.system.seal(signal_claims::SEALED_AS, &bytes, work.bench.random.as_ref())?;
        let new = NewSignal {
            id: head.id,
            stream: stream.map(|stream| stream.id),
            client: &head.client.id,
            kind: head.kind,
            lane: place.lane,
            place: place.place,
            act: place.act,
            sealed: &sealed,
            at: head.now,
            expires_at: head.now.plus(place.horizon),
        };
        signals::insert(&mut work.tx, &new).await?;
        Ok(())
    }
}

/// What was read of clients and persons in this transaction.
#[derive(Default)]
struct Known {
    clients: HashMap<ClientId, Option<Client>>,
    streams: HashMap<ClientId, Option<Stream>>,
    keys: HashMap<DataKeyId, Option<DataKey>>,
}

impl Known {
    async fn client(&mut self, tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, Refusal> {
        if !self.clients.contains_key(id) {
            let found = active(tx, id).await?;
            self.clients.insert(id.clone(), found);
        }
        Ok(self.clients.get(id).cloned().flatten())
    }

    async fn stream(&mut self, tx: &mut Tx, id: &ClientId) -> Result<Option<Stream>, Refusal> {
        if !self.streams.contains_key(id) {
            let found = streams::of_client(tx, id).await?;
            let kept = found.filter(|stream| stream.status != StreamStatus::Disabled);
            self.streams.insert(id.clone(), kept);
        }
        Ok(self.streams.get(id).cloned().flatten())
    }

    async fn key(&mut self, work: &mut Work<'_>, id: DataKeyId) -> Result<Option<DataKey>, Refusal> {
        if let Some(known) = self.keys.get(&id) {
            return Ok(known.clone());
        }
        let found = data_keys::open(work.bench, &mut work.tx, id).await?;
        self.keys.insert(id, found.clone());
        Ok(found)
    }
}

async fn active(tx: &mut Tx, id: &ClientId) -> Result<Option<Client>, Refusal> {
    Ok(clients::find(tx, id).await?.filter(|client| client.status == ClientStatus::Active))
}

async fn is_muted(tx: &mut Tx, stream: &Stream, subject: &str) -> Result<bool, Refusal> {
    Ok(streams::is_muted(tx, stream.id, &sha256(subject.as_bytes())).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ActId;
    use crate::domain::ids::EntryId;
    use crate::domain::ids::PersonId;
    use crate::domain::time::Instant;
    use crate::ledger::entry::Actor;
    use crate::ledger::values::Named;
    use crate::ledger::words::ActStage;
    use crate::ledger::words::Channel;
    use crate::ledger::words::RevokedBy;
    use uuid::Uuid;

    const ID: Uuid = Uuid::from_u128(7);

    fn of(event: Event, change: impl FnOnce(&mut Entry)) -> Option<Consequence> {
        let mut entry = Entry::new(EntryId::from_uuid(ID), Instant::from_seconds(1), Actor::system(), event);
        change(&mut entry);
        let cause = Cause {
            entry: &entry,
            account: Some(AccountId::from_uuid(ID)),
            organisation: Some(OrganisationId::from_uuid(ID)),
        };
        consequence(&cause)
    }

    fn revoked(left: Vec<Theme>) -> Event {
        Event::AuthorizationRevoked { by: RevokedBy::Person, channel: Channel::Page, reason: None, left }
    }

    #[test]
    fn a_theme_ends_its_own_sessions_and_the_last_theme_leaves_them_to_the_mandate() {
        let mandate = MandateId::from_uuid(ID);
        let set = |entry: &mut Entry| {
            entry.mandate = Some(mandate);
            entry.theme = Some(Theme::Social);
        };
        let some = of(revoked(vec![Theme::Logement]), set).expect("a consequence");
        assert_eq!(some.reach, Some(Reach::Theme(mandate, Theme::Social)));
        let last = of(revoked(vec![]), set).expect("a consequence");
        assert_eq!(last.reach, None);
        assert_eq!(last.told.map(|(kind, _)| kind), Some(SignalKind::MandateThemeRevoked));
    }

    #[test]
    fn what_was_refused_tells_nobody_but_a_code_that_came_twice_does() {
        let refuse = |entry: &mut Entry| {
            entry.mandate = Some(MandateId::from_uuid(ID));
            entry.theme = Some(Theme::Social);
            entry.act = Some(ActId::from_uuid(ID));
            entry.outcome = Outcome::Refused { reason: "x".to_owned() };
        };
        assert_eq!(of(revoked(vec![]), refuse), None);
        let event =
            |reason: &str| Event::ActRefused { stage: ActStage::Redemption, reason: reason.to_owned() };
        assert_eq!(of(event("code_expired"), refuse), None);
        let twice = of(event("code_used_twice"), refuse).expect("a consequence");
        assert_eq!(twice.reach, Some(Reach::Act(ActId::from_uuid(ID))));
    }

    #[test]
    fn a_block_ends_the_sessions_of_whom_it_names() {
        let event = Event::PersonBlocked { what: Blocked::Aidant, blocked: Named::new(ID, "Amélie Durand") };
        let person = PersonId::from_uuid(ID);
        let consequence = of(event, |entry| entry.person = Some(person)).expect("a consequence");
        assert_eq!(consequence.reach, Some(Reach::PersonAndAccount(person, AccountId::from_uuid(ID))));
        assert_eq!(consequence.told, None);
    }

    #[test]
    fn a_client_that_gives_its_own_token_back_is_not_told() {
        let set = |entry: &mut Entry| entry.act = Some(ActId::from_uuid(ID));
        assert_eq!(of(Event::ActEnded { by: "revocation".to_owned() }, set), None);
        assert!(of(Event::ActEnded { by: "logout".to_owned() }, set).is_some());
    }
}
