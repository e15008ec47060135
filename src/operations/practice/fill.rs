//! Persons with a mandate each, and the lines of their mandates, 64 rows to a statement.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::crypto::hash::sha256;
use crate::crypto::seal::DataKey;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::ids::random_bytes;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Consent;
use crate::domain::mandate::ConsentMethod;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateDuration;
use crate::domain::mandate::Terms;
use crate::domain::mandate::Validity;
use crate::domain::mandate_text::CURRENT_VERSION;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::entry::Chain;
use crate::ledger::entry::Entry;
use crate::ledger::kinds::Event;
use crate::ledger::sealed::FiledUnder;
use crate::ledger::sealed::SealedEntry;
use crate::ledger::sealed::seal_entry;
use crate::ledger::values::Named;
use crate::ledger::words::ActWay;
use crate::operations::actors::IDENTITY_LABEL;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::names;
use crate::operations::practice::Stage;
use crate::operations::practice::THEME;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::client_actor;
use crate::operations::work::person_actor;
use crate::storage::bulk_entries;
use crate::storage::bulk_entries::ROWS;
use crate::storage::bulk_people;
use crate::storage::bulk_people::NewMandator;
use crate::storage::entries;
use crate::storage::entries::NewEntry;
use crate::storage::entries::Refs;
use crate::storage::persons::PersonRow;

/// One person of the made-up population.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Who she is, as logged in.
    pub person: PersonActor,
    /// Her one mandate.
    pub mandate: MandateId,
    /// One of her lines.
    pub line: Option<EntryId>,
}

struct Figure {
    sample: Sample,
    key: DataKey,
    terms: Terms,
    validity: Validity,
    n: i64,
    head: Option<[u8; 32]>,
    act: ActId,
}

/// Persons whose lines are written in turns, so that one person's lines lie far apart as they do in life.
pub struct Group<'b> {
    bench: &'b Bench,
    stage: &'b Stage,
    aidant: Actor,
    drafted_by: AccountId,
    figures: Vec<Figure>,
    now: Instant,
    written: u64,
}

impl std::fmt::Debug for Group<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Group({} persons)", self.figures.len())
    }
}

struct Ready {
    sealed: SealedEntry,
    figure: usize,
    act: Option<ActId>,
    account: Option<AccountId>,
}

impl Figure {
    /// What a line of hers is filed under.
    fn filed_under<'s>(
        &self,
        stage: &'s Stage,
        act: Option<ActId>,
        account: Option<AccountId>,
    ) -> FiledUnder<'s> {
        FiledUnder {
            person: Some(self.sample.person.person.id),
            mandate: Some(self.sample.mandate),
            act,
            account,
            organisation: Some(stage.organisation.id),
            client: act.map(|_| &stage.client.id),
        }
    }
}

impl<'b> Group<'b> {
    /// `many` persons (a multiple of 64), each with a mandate in force and its first line; times run on from `from`.
    ///
    /// # Errors
    /// As the database says.
    pub async fn gather(
        bench: &'b Bench,
        stage: &'b Stage,
        many: usize,
        from: Instant,
    ) -> Result<Self, Refusal> {
        let aidant = stage.aidant(bench, 0).await?;
        let (drafted_by, habilitation) = (aidant.account.id, aidant.habilitation.id);
        let aidant = actor(&aidant.account);
        let mut group = Self {
            bench,
            stage,
            aidant,
            drafted_by,
            figures: Vec::with_capacity(many),
            now: from,
            written: 0,
        };
        while group.figures.len() < many {
            let mut work = Work::begin(bench, None).await?;
            let first = group.figures.len();
            let mut stored = Vec::with_capacity(ROWS);
            for _ in 0..ROWS {
                let terms = Terms {
                    organisation: stage.organisation.id,
                    drafted_by,
                    habilitation,
                    themes: BTreeSet::from([THEME]),
                    duration: MandateDuration::Semester,
                    channel: Channel::Present,
                    text_version: CURRENT_VERSION.to_owned(),
                    reference: random_bytes(bench.random.as_ref()),
                    drafted_at: work.now,
                };
                let (figure, new) = made_up(bench, terms, group.figures.len())?;
                group.figures.push(figure);
                stored.push(new);
            }
            let lines = (first..group.figures.len())
                .map(|figure| group.approved(figure))
                .collect::<Result<Vec<_>, _>>()?;
            for (new, line) in stored.iter_mut().zip(&lines) {
                new.head = line.sealed.leaf_hash;
            }
            bulk_people::insert(&mut work.tx, &stored, work.now).await?;
            for figure in group.figures.iter().skip(first) {
                let person = &figure.sample.person.person;
                names::add(&mut work, person.id, &person.identity).await?;
            }
            group.store(&mut work, &lines).await?;
            work.commit_without_entry(Housekeeping::Practice).await?;
        }
        Ok(group)
    }

    /// How many entries it has written.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// The instant of its last line.
    pub const fn until(&self) -> Instant {
        self.now
    }

    /// One more line of every person, in one transaction.
    ///
    /// # Errors
    /// As the database says.
    pub async fn turn(&mut self) -> Result<(), Refusal> {
        let mut work = Work::begin(self.bench, None).await?;
        for first in (0..self.figures.len()).step_by(ROWS) {
            let lines =
                (first..first + ROWS).map(|figure| self.next(figure)).collect::<Result<Vec<_>, _>>()?;
            self.store(&mut work, &lines).await?;
        }
        work.commit_without_entry(Housekeeping::Practice).await
    }

    /// Notes each chain's head with its mandate, and gives every `each`-th person.
    ///
    /// # Errors
    /// As the database says.
    pub async fn close(self, each: usize) -> Result<Vec<Sample>, Refusal> {
        let mut work = Work::begin(self.bench, None).await?;
        // The first line's is stored with the mandate.
        for figure in self.figures.iter().filter(|figure| figure.n > 1) {
            if let Some(head) = &figure.head {
                entries::put_chain(&mut work.tx, figure.sample.mandate, figure.n, head).await?;
            }
        }
        work.commit_without_entry(Housekeeping::Practice).await?;
        Ok(self.figures.into_iter().step_by(each.max(1)).map(|figure| figure.sample).collect())
    }

    fn approved(&mut self, index: usize) -> Result<Ready, Refusal> {
        let figure = self.figure(index)?;
        let event = Event::MandateApproved {
            themes: vec![THEME],
            duration: figure.terms.duration.as_str().to_owned(),
            ends_at: figure.validity.until.into(),
            method: "franceconnect".to_owned(),
            grade: Identification::Eidas1.grade().as_str().to_owned(),
            text_digest: sha256(&figure.terms.reference).into(),
            text_version: figure.terms.text_version.clone(),
            draft_digest: sha256(&figure.terms.draft_bytes()?).into(),
            evidence_digest: None,
            attestation: None,
        };
        let by = person_actor(figure.sample.person.person.id);
        self.seal(index, by, event, None)
    }

    /// An act opened, its tokens, the mandate's token, a report; then the next act.
    fn next(&mut self, index: usize) -> Result<Ready, Refusal> {
        let (random, at, aidant) = (self.bench.random.as_ref(), self.now, self.aidant.clone());
        let client = client_actor(&self.stage.client);
        let figure = self.figure(index)?;
        let number = u64::from_be_bytes(random_bytes(random));
        let (by, event) = match figure.n % 4 {
            1 => {
                figure.act = ActId::fresh(at, random);
                let grade = Identification::Eidas1.grade().as_str().to_owned();
                let (state_digest, nonce_digest) = (None, None);
                (
                    aidant,
                    Event::ActOpened {
                        way: ActWay::Login,
                        factor_at: at.into(),
                        grade,
                        state_digest,
                        nonce_digest,
                    },
                )
            }
            2 => {
                (client, Event::ActTokenIssued { jti: vec![format!("{number:022x}")], expires_at: at.into() })
            }
            3 => {
                let (jti, themes) = (format!("{number:022x}"), vec![THEME]);
                (client, Event::MandateTokenIssued { jti, themes, expires_at: figure.validity.until.into() })
            }
            _ => {
                let label = "Demande de prime d’activité".to_owned();
                let reference = Some(format!("2026-{number:08x}"));
                (
                    client,
                    Event::ActReported {
                        receipt: "submitted".to_owned(),
                        label,
                        reference,
                        done_at: at.into(),
                    },
                )
            }
        };
        let act = figure.act;
        self.seal(index, by, event, Some(act))
    }

    fn figure(&mut self, index: usize) -> Result<&mut Figure, Refusal> {
        self.figures.get_mut(index).ok_or_else(|| Refusal::fault("no such person"))
    }

    fn seal(&mut self, index: usize, by: Actor, event: Event, act: Option<ActId>) -> Result<Ready, Refusal> {
        let random = self.bench.random.as_ref();
        self.now = self.now.plus(Duration::from_millis(1));
        let now = self.now;
        let id = EntryId::in_order(now, 0, random);
        let (stage, account) = (self.stage, (by == self.aidant).then_some(self.drafted_by));
        let mut organisation = Named::new(self.stage.organisation.id, self.stage.organisation.name.clone());
        organisation.siret = Some(self.stage.organisation.siret.as_str().to_owned());
        let client = Named::new(&self.stage.client.id, self.stage.client.registration.name.clone());
        let figure = self.figure(index)?;
        let mut entry = Entry::new(id, now, by, event);
        entry.organisation = Some(organisation);
        entry.person = Some(figure.sample.person.person.id);
        entry.mandate = Some(figure.sample.mandate);
        entry.act = act;
        entry.theme = act.map(|_| THEME);
        entry.client = act.map(|_| client);
        figure.n += 1;
        entry.chain = Some(Chain { n: figure.n, prev: figure.head.map(Into::into) });
        let filed = figure.filed_under(stage, act, account);
        let sealed = seal_entry(&entry, &filed, &figure.key).map_err(|error| Refusal::Fault(error.into()))?;
        figure.head = Some(sealed.leaf_hash);
        figure.sample.line = Some(id);
        Ok(Ready { sealed, figure: index, act, account })
    }

    async fn store(&mut self, work: &mut Work<'_>, lines: &[Ready]) -> Result<(), Refusal> {
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let figure = self.figures.get(line.figure).ok_or_else(|| Refusal::fault("no such person"))?;
            rows.push(NewEntry {
                chain_n: None,
                id: line.sealed.id,
                at: line.sealed.at,
                commitment: &line.sealed.commitment,
                leaf_hash: &line.sealed.leaf_hash,
                data_key: figure.sample.person.data_key,
                sealed: &line.sealed.sealed_payload,
                refs: Refs {
                    kind: line.sealed.kind.as_str(),
                    refused: false,
                    filed: figure.filed_under(self.stage, line.act, line.account),
                    shown_from: None,
                },
            });
        }
        bulk_entries::insert(&mut work.tx, &rows).await?;
        self.written += u64::try_from(rows.len()).unwrap_or(0);
        Ok(())
    }
}

/// A person and her mandate, without its line: the figure, and what of her is stored.
fn made_up(bench: &Bench, terms: Terms, number: usize) -> Result<(Figure, NewMandator), Refusal> {
    let (random, now) = (bench.random.as_ref(), terms.drafted_at);
    let data_key = DataKeyId::fresh(now, random);
    let key = DataKey::fresh(random);
    let sealed_key = bench.master.wrap(data_key, &key, random)?;
    let identity = Identity {
        given_name: "Andrée Paule".to_owned().into(),
        family_name: format!("MESURE {number}").into(),
        preferred_username: None,
        birthdate: "1948-04-12".to_owned().into(),
        presumed_birthdate: None,
        gender: "female".to_owned().into(),
        birthplace: "21231".to_owned().into(),
        birthcountry: "99100".to_owned().into(),
        birthplace_words: None,
        email: None,
    };
    let sealed = key.seal(IDENTITY_LABEL, &serde_json::to_vec(&identity)?, random)?;
    let (id, identification) = (PersonId::fresh(now, random), Identification::Eidas1);
    let validity = Validity::approved_at(now, terms.duration);
    let consent = Consent {
        person: id,
        method: ConsentMethod::FranceConnect,
        grade: identification.grade(),
        text_digest: sha256(&terms.reference),
        validity,
    };
    let lapses_at = now.plus(Duration::from_secs(3_600));
    let mandate = Mandate::draft(MandateId::fresh(now, random), terms.clone(), lapses_at);
    let mandate = mandate.submit()?.approve(consent)?;
    let row = PersonRow { id, identity: sealed, identification, data_key };
    let person = PersonActor { person: Person { id, identity, identification }, data_key };
    let sample = Sample { person, mandate: mandate.id, line: None };
    let act = ActId::fresh(now, random);
    let stored = NewMandator { person: row, sealed_key, mandate, theme: THEME, head: [0; 32] };
    Ok((Figure { sample, key, terms, validity, n: 0, head: None, act }, stored))
}
