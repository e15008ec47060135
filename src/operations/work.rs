//! One transaction of an operation: change, entry and messages together, and no commit without its entry.

pub mod alone;

use std::ops::Deref;
use std::ops::DerefMut;
use std::time::Duration;

use tracing::Instrument;

use crate::crypto::seal::DataKey;
use crate::domain::account::Account;
use crate::domain::account::Role as AccountRole;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::MessageId;
use crate::domain::ids::PersonId;
use crate::domain::message::Message;
use crate::domain::organisation::Organisation;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::entry::Chain;
use crate::ledger::entry::Entry;
use crate::ledger::entry::Outcome;
use crate::ledger::entry::Role;
use crate::ledger::kinds::Event;
use crate::ledger::sealed::FiledUnder;
use crate::ledger::sealed::SealedEntry;
use crate::ledger::sealed::seal_entry;
use crate::ledger::values::Named;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::raise_signals;
use crate::operations::raise_signals::Cause;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::mandates::StoredMandate;
use crate::storage::outbox;
use crate::storage::tokens::StoredToken;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// How many entries of one instant keep their order by their identifiers.
const PER_INSTANT: u16 = 4096;

/// Why a transaction that writes no entry may commit. The list is closed: nothing here changes what anyone may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Housekeeping {
    /// A failed attempt was counted, or a count was cleared.
    Throttle,
    /// A session was written, renewed or dropped.
    Session,
    /// A single-use link waits in the outbox; its use is an entry.
    LoginLink,
    /// A request of an organisation waits for the mailed link to be opened; that is an entry.
    OrganisationRequest,
    /// A file to read in was kept or checked; what is read in are entries.
    Import,
    /// A code that proves an address or opens a space waits in the outbox; its use is an entry.
    SentCode,
    /// A consent link was bound to the browser that continued it.
    ConsentLink,
    /// A request was pushed or began to be answered; its outcome is an entry.
    AuthorizationRequest,
    /// An identifier was remembered so that it is not accepted twice.
    Replay,
    /// A message was claimed, sent or put back.
    Outbox,
    /// A person is reminded of a date that an entry told before.
    Reminder,
    /// An event for a client was claimed, told, taken, put back or given up; or a sign of life was asked for.
    Signals,
    /// The ledger's own bookkeeping: sequence, tiles, checkpoint, lease.
    Ledger,
    /// A status list was signed anew: it shows what was recorded before.
    StatusList,
    /// What has expired was dropped.
    Purge,
    /// What was recorded before was counted again.
    Statistics,
    /// By which names somebody is found was kept; who that is changed by an entry.
    Names,
    /// A client's refused call was noted for whoever connects it.
    ClientFault,
    /// Public keys were read from a client's own address.
    ClientKeys,
    /// A setting of the installation was made at first start.
    FirstStart,
    /// Made-up rows of a measurement, with their entries beside them, in a database made for it.
    Practice,
}

/// A transaction in which nothing has been recorded yet.
#[must_use]
pub struct Work<'b> {
    /// What the operation works with.
    pub bench: &'b Bench,
    /// The transaction.
    pub tx: Tx,
    /// The instant of the whole operation.
    pub now: Instant,
    request: Option<String>,
    written: u16,
    chains: Vec<(MandateId, Chain)>,
    counted: Vec<Counter>,
}

/// A transaction that holds at least one entry; only this one commits.
#[must_use]
pub struct Recorded<'b>(Work<'b>);

/// One line to record, with the key it is sealed under.
pub struct Line {
    event: Event,
    actor: Actor,
    key: DataKeyId,
    account: Option<AccountId>,
    organisation: Option<Named>,
    organisation_id: Option<crate::domain::ids::OrganisationId>,
    person: Option<PersonId>,
    mandate: Option<MandateId>,
    act: Option<ActId>,
    theme: Option<Theme>,
    client: Option<Named>,
    client_id: Option<crate::domain::ids::ClientId>,
    refused: Option<String>,
    shown_from: Option<Instant>,
}

impl Line {
    /// A line of `event` by `actor`, sealed under `key`: the person's where it is about one, the professional's for
    /// what is only the professional's, else the organisation's or the system's.
    pub const fn new(event: Event, actor: Actor, key: DataKeyId) -> Self {
        Self {
            event,
            actor,
            key,
            account: None,
            organisation: None,
            organisation_id: None,
            person: None,
            mandate: None,
            act: None,
            theme: None,
            client: None,
            client_id: None,
            refused: None,
            shown_from: None,
        }
    }

    /// The professional under whose journal it is found again.
    #[must_use]
    pub const fn account(mut self, id: AccountId) -> Self {
        self.account = Some(id);
        self
    }

    /// The organisation concerned.
    #[must_use]
    pub fn organisation(mut self, organisation: &Organisation) -> Self {
        let mut named = Named::new(organisation.id, organisation.name.clone());
        named.siret = Some(organisation.siret.as_str().to_owned());
        self.organisation = Some(named);
        self.organisation_id = Some(organisation.id);
        self
    }

    /// The person concerned.
    #[must_use]
    pub const fn person(mut self, id: PersonId) -> Self {
        self.person = Some(id);
        self
    }

    /// The mandate concerned; the line takes its place in the mandate's chain.
    #[must_use]
    pub const fn mandate(mut self, id: MandateId) -> Self {
        self.mandate = Some(id);
        self
    }

    /// The act concerned.
    #[must_use]
    pub const fn act(mut self, id: ActId) -> Self {
        self.act = Some(id);
        self
    }

    /// The theme concerned.
    #[must_use]
    pub const fn theme(mut self, theme: Theme) -> Self {
        self.theme = Some(theme);
        self
    }

    /// The client concerned.
    #[must_use]
    pub fn client(mut self, client: &Client) -> Self {
        self.client = Some(Named::new(&client.id, client.registration.name.clone()));
        self.client_id = Some(client.id.clone());
        self
    }

    /// The person it is about sees it from then on only.
    #[must_use]
    pub const fn shown_from(mut self, at: Option<Instant>) -> Self {
        self.shown_from = at;
        self
    }

    /// It was refused, for the reason with this key.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<String>) -> Self {
        self.refused = Some(reason.into());
        self
    }
}

/// A professional as the ledger names it.
pub fn actor(account: &Account) -> Actor {
    let role = match account.role {
        AccountRole::Aidant => Role::Aidant,
        AccountRole::Referent => Role::Referent,
        AccountRole::Authority => Role::Authority,
        AccountRole::Operator => Role::Operator,
        AccountRole::Integrator => Role::Integrator,
    };
    Actor::new(role, account.id, account.professional.full_name())
}

/// A person as the ledger names her: by number only, her line is sealed under her own key.
pub fn person_actor(id: PersonId) -> Actor {
    Actor { role: Role::Person, id: Some(id.to_string()), name: None }
}

/// A client as the ledger names it.
pub fn client_actor(client: &Client) -> Actor {
    Actor::new(Role::Client, &client.id, client.registration.name.clone())
}

impl<'b> Work<'b> {
    /// Begins; `request` is the reference number of the request, where there is one.
    ///
    /// # Errors
    /// When no connection is free in time.
    pub async fn begin(bench: &'b Bench, request: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self::on(bench, bench.db.begin().await?, request))
    }

    /// As [`Work::begin`], for a single statement: it stands alone.
    ///
    /// # Errors
    /// As [`Work::begin`].
    pub async fn begin_alone(bench: &'b Bench, request: Option<&str>) -> Result<Self, Refusal> {
        Ok(Self::on(bench, bench.db.begin_alone().await?, request))
    }

    fn on(bench: &'b Bench, tx: Tx, request: Option<&str>) -> Self {
        let request = request.map(str::to_owned);
        Self { bench, tx, now: bench.now(), request, written: 0, chains: Vec::new(), counted: Vec::new() }
    }

    /// Notes where the chain of a mandate ends that this transaction has taken, so that it is not read again.
    ///
    /// # Errors
    /// A fault when its head is no hash.
    pub fn taken(&mut self, stored: &StoredMandate) -> Result<(), Refusal> {
        let id = stored.mandate.id;
        let end = ends_at(stored.chain_n, stored.chain_head.as_deref())?;
        self.chains.retain(|(known, _)| *known != id);
        self.chains.push((id, end));
        Ok(())
    }

    /// The leaf hash of the newest line of a mandate that this transaction has written to.
    ///
    /// # Errors
    /// A fault when it has not.
    pub fn chain_head(&self, mandate: MandateId) -> Result<[u8; 32], Refusal> {
        let end = self.chains.iter().find(|(known, _)| *known == mandate).and_then(|(_, end)| end.prev);
        end.map(|digest| *digest.bytes())
            .ok_or_else(|| Refusal::fault("a mandate with entries has no chain head"))
    }

    /// Records a line; gives its identifier.
    ///
    /// # Errors
    /// When the key is gone or the database refuses.
    pub async fn record(mut self, line: Line) -> Result<(Recorded<'b>, EntryId), Refusal> {
        let id = self.write(line).await?;
        Ok((Recorded(self), id))
    }

    /// Records a line with the token that it says was issued.
    ///
    /// # Errors
    /// As [`Work::record`].
    pub async fn record_token(
        mut self,
        line: Line,
        token: &StoredToken,
    ) -> Result<(Recorded<'b>, EntryId), Refusal> {
        let id = self.write_token(line, token).await?;
        Ok((Recorded(self), id))
    }

    /// Records two lines that are written together; the second follows the first.
    ///
    /// # Errors
    /// As [`Work::record`].
    pub async fn record_two(mut self, first: Line, second: Line) -> Result<Recorded<'b>, Refusal> {
        let made = [self.make(first).await?, self.make(second).await?];
        let [one, other] = &made;
        entries::insert_two(&mut self.tx, [&one.new_entry(), &other.new_entry()]).await?;
        for one in &made {
            self.follow(one).await?;
        }
        Ok(Recorded(self))
    }

    /// Records a line beside the one without which this transaction cannot commit.
    ///
    /// # Errors
    /// As [`Work::record`].
    pub async fn also(&mut self, line: Line) -> Result<EntryId, Refusal> {
        self.write(line).await
    }

    /// Commits without an entry, for the reasons of [`Housekeeping`] only.
    ///
    /// # Errors
    /// When the database does not accept it.
    pub async fn commit_without_entry(self, why: Housekeeping) -> Result<(), Refusal> {
        tracing::trace!(?why, "committed without entry");
        Ok(self
            .tx
            .commit()
            .instrument(tracing::debug_span!("commit", engine = self.bench.db.engine()))
            .await?)
    }

    /// Puts a message into the outbox, sealed under the system's key; it leaves only if this transaction commits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn send(&mut self, message: &Message, worth_for: Duration) -> Result<(), Refusal> {
        let key = system_key(self).await?;
        let bytes = serde_json::to_vec(message)?;
        let sealed = key.seal("outbox.message", &bytes, self.bench.random.as_ref())?;
        let id = MessageId::fresh(self.now, self.bench.random.as_ref());
        outbox::insert(&mut self.tx, id, &sealed, self.now, self.now.plus(worth_for)).await?;
        Ok(())
    }

    async fn write(&mut self, line: Line) -> Result<EntryId, Refusal> {
        let made = self.make(line).await?;
        entries::insert(&mut self.tx, &made.new_entry()).await?;
        self.follow(&made).await?;
        Ok(made.entry.id)
    }

    async fn write_token(&mut self, line: Line, token: &StoredToken) -> Result<EntryId, Refusal> {
        let made = self.make(line).await?;
        entries::insert_with_token(&mut self.tx, &made.new_entry(), token).await?;
        self.follow(&made).await?;
        Ok(made.entry.id)
    }

    /// Seals a line as the next of its mandate's chain; nothing is written yet.
    async fn make(&mut self, line: Line) -> Result<Made, Refusal> {
        let random = self.bench.random.as_ref();
        let key = data_keys::require(self.bench, &mut self.tx, line.key).await?;
        if self.written == PER_INSTANT {
            self.now = self.now.plus(Duration::from_millis(1));
            self.written = 0;
        }
        let id = EntryId::in_order(self.now, self.written, random);
        self.written = self.written.saturating_add(1);
        if line.refused.is_none() {
            self.counted.extend(counter_of(&line.event));
        }
        let mut entry = Entry::new(id, self.now, line.actor, line.event);
        entry.organisation = line.organisation;
        entry.person = line.person;
        entry.mandate = line.mandate;
        entry.act = line.act;
        entry.theme = line.theme;
        entry.client = line.client;
        entry.context.request.clone_from(&self.request);
        if let Some(reason) = line.refused {
            entry.outcome = Outcome::Refused { reason };
        }
        if let Some(mandate) = line.mandate {
            entry.chain = Some(self.next_in_chain(mandate).await?);
        }
        let filed = filed_under(&entry, line.account, line.organisation_id, line.client_id.as_ref());
        let sealed = seal_entry(&entry, &filed, &key).map_err(|error| Refusal::Fault(error.into()))?;
        if let (Some(mandate), Some(chain)) = (line.mandate, &entry.chain) {
            self.chains.retain(|(known, _)| *known != mandate);
            self.chains.push((mandate, Chain { n: chain.n, prev: Some(sealed.leaf_hash.into()) }));
        }
        Ok(Made {
            entry,
            sealed,
            key: line.key,
            account: line.account,
            organisation: line.organisation_id,
            client: line.client_id,
            shown_from: line.shown_from,
        })
    }

    async fn follow(&mut self, made: &Made) -> Result<(), Refusal> {
        raise_signals::follow(self, &made.cause()).await
    }

    async fn next_in_chain(&mut self, mandate: MandateId) -> Result<Chain, Refusal> {
        let known = self.chains.iter().find(|(known, _)| *known == mandate).map(|(_, end)| *end);
        let end = match known {
            Some(end) => end,
            None => {
                let (n, head) = entries::chain_end(&mut self.tx, mandate)
                    .await?
                    .ok_or_else(|| Refusal::fault("an entry names a mandate that is not there"))?;
                ends_at(n, head.as_deref())?
            }
        };
        Ok(Chain { n: end.n + 1, prev: end.prev })
    }
}

/// A line sealed and ready to be written.
struct Made {
    entry: Entry,
    sealed: SealedEntry,
    key: DataKeyId,
    account: Option<AccountId>,
    organisation: Option<crate::domain::ids::OrganisationId>,
    client: Option<crate::domain::ids::ClientId>,
    shown_from: Option<Instant>,
}

impl Made {
    fn cause(&self) -> Cause<'_> {
        Cause { entry: &self.entry, account: self.account, organisation: self.organisation }
    }

    fn new_entry(&self) -> entries::NewEntry<'_> {
        entries::NewEntry {
            id: self.entry.id,
            at: self.entry.at,
            commitment: &self.sealed.commitment,
            leaf_hash: &self.sealed.leaf_hash,
            data_key: self.key,
            sealed: &self.sealed.sealed_payload,
            chain_n: self.entry.chain.as_ref().map(|chain| chain.n),
            refs: entries::Refs {
                kind: self.sealed.kind.as_str(),
                refused: matches!(self.entry.outcome, Outcome::Refused { .. }),
                filed: filed_under(&self.entry, self.account, self.organisation, self.client.as_ref()),
                shown_from: self.shown_from,
            },
        }
    }
}

/// What an entry is filed under.
fn filed_under<'a>(
    entry: &Entry,
    account: Option<AccountId>,
    organisation: Option<crate::domain::ids::OrganisationId>,
    client: Option<&'a crate::domain::ids::ClientId>,
) -> FiledUnder<'a> {
    FiledUnder { person: entry.person, mandate: entry.mandate, act: entry.act, account, organisation, client }
}

/// Where a line is what is counted.
const fn counter_of(event: &Event) -> Option<Counter> {
    match event {
        Event::PersonIdentified { .. } => Some(Counter::PersonIdentified),
        Event::MandateApproved { .. } => Some(Counter::MandateApproved),
        Event::MandateRevoked { .. } | Event::AuthorizationRevoked { .. } => Some(Counter::MandateRevoked),
        Event::ActReported { .. } => Some(Counter::ReceiptTaken),
        Event::AttestationVerified { .. } => Some(Counter::AttestationVerified),
        _ => None,
    }
}

/// The end of a chain: the number of its newest line, and that line's leaf hash.
fn ends_at(n: i64, head: Option<&[u8]>) -> Result<Chain, Refusal> {
    let head: Option<[u8; 32]> =
        head.map(TryInto::try_into).transpose().map_err(|_| Refusal::fault("chain head length"))?;
    Ok(Chain { n, prev: head.map(Into::into) })
}

async fn system_key(work: &mut Work<'_>) -> Result<DataKey, Refusal> {
    let id = data_keys::system(work.bench);
    data_keys::require(work.bench, &mut work.tx, id).await
}

impl<'b> Recorded<'b> {
    /// Records another line in the same transaction.
    ///
    /// # Errors
    /// As [`Work::record`].
    pub async fn record(mut self, line: Line) -> Result<(Self, EntryId), Refusal> {
        let id = self.0.write(line).await?;
        Ok((self, id))
    }

    /// Records another line, with the token that it says was issued.
    ///
    /// # Errors
    /// As [`Work::record`].
    pub async fn record_token(mut self, line: Line, token: &StoredToken) -> Result<(Self, EntryId), Refusal> {
        let id = self.0.write_token(line, token).await?;
        Ok((self, id))
    }

    /// Makes change, entries and messages durable together.
    ///
    /// # Errors
    /// When the database does not accept it: then nothing happened.
    pub async fn commit(self) -> Result<(), Refusal> {
        let span = tracing::debug_span!("commit", engine = self.0.bench.db.engine());
        self.0.tx.commit().instrument(span).await?;
        self.0.counted.into_iter().for_each(metrics::count);
        Ok(())
    }
}

impl<'b> Deref for Recorded<'b> {
    type Target = Work<'b>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Recorded<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}
