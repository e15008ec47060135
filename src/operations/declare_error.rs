//! An aidant declares an error made during an act ("droit à l'erreur"): what happened, what was done to mend it. The person, the
//! administration and the referents hear of it; the mandate stays as it is.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::crypto::hash::sha256_parts;
use crate::domain::account::Role;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::message::Address;
use crate::domain::message::CaseReader;
use crate::domain::message::Doer;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::actors::AidantActor;
use crate::operations::actors::AuthorityActor;
use crate::operations::bench::Bench;
use crate::operations::cases;
use crate::operations::lines;
use crate::operations::lines::NOT_MENDED;
use crate::operations::lines::Opener;
use crate::operations::lines::UNSAID;
use crate::operations::organisation_holds::sealed_under;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::act_errors;
use crate::storage::act_errors::Declared;
use crate::storage::cases as stored_cases;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::entries::StoredEntry;
use crate::storage::mandates;
use crate::storage::organisations;

/// The longest text of each field, in characters.
pub const LONGEST_TEXT: usize = 1_000;
/// How many declarations a page of a list holds.
pub const PAGE: i64 = 50;
const WORTH: Duration = Duration::from_secs(7 * 86_400);

/// What an aidant declares.
#[derive(Clone, Copy, Debug)]
pub struct Declaration<'a> {
    /// What happened.
    pub happened: &'a str,
    /// What was done to mend it; empty where nothing was yet.
    pub mended: &'a str,
    /// Whether the administration was told.
    pub told: bool,
}

/// Which lines an error may be declared about: acts that were opened under a mandate.
pub fn is_declarable(kind: &str, mandate: Option<MandateId>) -> bool {
    mandate.is_some() && kind == "act.opened"
}

fn checked(declaration: &Declaration<'_>) -> Result<(String, Option<String>), Refusal> {
    let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let mut faults = Vec::new();
    let (happened, mended) = (declaration.happened.trim(), declaration.mended.trim());
    if happened.is_empty() {
        faults.push(FieldFault { field: "happened", key: "error-happened-missing" });
    }
    for (field, words) in [("happened", happened), ("mended", mended)] {
        if words.chars().count() > LONGEST_TEXT || words.chars().any(control) {
            faults.push(FieldFault { field, key: "error-words-long" });
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    Ok((happened.to_owned(), (!mended.is_empty()).then(|| mended.to_owned())))
}

/// The aidant's own line, in the organisation she works in now.
async fn own_line(tx: &mut Tx, aidant: &AidantActor, entry: EntryId) -> Result<StoredEntry, Refusal> {
    let line = entries::find(tx, entry).await?.ok_or(Refusal::NotFound)?;
    let own = line.filed.account == Some(aidant.account.id)
        && line.filed.organisation == Some(aidant.organisation.id);
    if own && is_declarable(&line.kind, line.filed.mandate) { Ok(line) } else { Err(Refusal::NotFound) }
}

/// The line an error is to be declared about, with what was declared of it before, oldest first.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not an act of hers in this organisation.
pub async fn look(
    bench: &Bench,
    aidant: &AidantActor,
    entry: EntryId,
) -> Result<(lines::Line, Vec<lines::Line>), Refusal> {
    let mut tx = bench.db.read().await?;
    let line = own_line(&mut tx, aidant, entry).await?;
    let mut opener = Opener::new(bench);
    let line = opener.open(&mut tx, line).await?;
    let before = act_errors::of_line(&mut tx, entry).await?;
    Ok((line, open_all(bench, &mut tx, before).await?))
}

async fn open_all(bench: &Bench, tx: &mut Tx, ids: Vec<EntryId>) -> Result<Vec<lines::Line>, Refusal> {
    let mut opener = Opener::new(bench);
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(stored) = entries::find(tx, id).await? {
            lines.push(opener.open(tx, stored).await?);
        }
    }
    Ok(lines)
}

/// Declares an error about an act of one's own. The same words about the same act are taken once.
///
/// # Errors
/// [`Refusal::NotFound`] when the line is no act of hers in this organisation; [`Refusal::Invalid`] at `happened` or `mended`;
/// [`Refusal::Conflict`] with `error-declared-before`.
pub async fn declare(
    bench: &Bench,
    aidant: &AidantActor,
    entry: EntryId,
    declaration: &Declaration<'_>,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let (happened, mended) = checked(declaration)?;
    let digest = sha256_parts(&[
        happened.as_bytes(),
        &[0],
        mended.as_deref().unwrap_or_default().as_bytes(),
        &[u8::from(declaration.told)],
    ]);
    let mut work = Work::begin(bench, request).await?;
    let line = own_line(&mut work.tx, aidant, entry).await?;
    let mandate = line.filed.mandate.ok_or(Refusal::NotFound)?;
    let mandate = mandates::take(&mut work.tx, mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    work.now = bench.now();
    if act_errors::is_known(&mut work.tx, entry, &digest).await? {
        return Err(Refusal::Conflict("error-declared-before"));
    }
    let place =
        organisations::find(&mut work.tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?;
    let client = match &line.filed.client {
        Some(id) => clients::find(&mut work.tx, id).await?,
        None => None,
    };
    let (key, person) = sealed_under(&mut work, &mandate, &place).await?;
    let event = Event::ActErrorDeclared { line: entry, happened, mended, told: declaration.told };
    let mut written = Line::new(event, actor(&aidant.account), key)
        .account(aidant.account.id)
        .organisation(&place.organisation)
        .mandate(mandate.id);
    if let Some(person) = person {
        written = written.person(person);
    }
    if let Some(act) = line.filed.act {
        written = written.act(act);
    }
    if let Some(client) = &client {
        written = written.client(client);
    }
    let about = About { aidant, organisation: &place.organisation, client: client.as_ref(), at: line.at };
    tell_person(&mut work, &about, person).await?;
    tell_others(&mut work, &about).await?;
    let (mut recorded, id) = work.record(written).await?;
    let declared = Declared {
        entry: id,
        line: entry,
        digest,
        mandate: mandate.id,
        organisation: place.organisation.id,
        account: aidant.account.id,
        client: line.filed.client,
        at: recorded.now,
    };
    act_errors::insert(&mut recorded.tx, &declared).await?;
    recorded.commit().await
}

struct About<'a> {
    aidant: &'a AidantActor,
    organisation: &'a Organisation,
    client: Option<&'a Client>,
    at: Instant,
}

impl About<'_> {
    fn body(&self, reader: CaseReader) -> MessageBody {
        MessageBody::ErrorDeclared {
            doer: Doer {
                aidant: Private::new(self.aidant.account.professional.full_name()),
                organisation: self.organisation.name.clone(),
            },
            administration: self.client.map_or_else(String::new, |client| client.registration.name.clone()),
            act_at: self.at,
            reader,
        }
    }
}

async fn tell_person(
    work: &mut Work<'_>,
    about: &About<'_>,
    person: Option<crate::domain::ids::PersonId>,
) -> Result<(), Refusal> {
    let Some(person) = person else { return Ok(()) };
    let person = match actors::person(work.bench, &mut work.tx, person).await {
        Ok(actor) => actor,
        Err(Refusal::NotFound) => return Ok(()),
        Err(other) => return Err(other),
    };
    tell(work, &person, NoticeKind::Case, about.body(CaseReader::Person), WORTH).await.map(drop)
}

async fn tell_others(work: &mut Work<'_>, about: &About<'_>) -> Result<(), Refusal> {
    let client = about.client.map(|client| client.id.clone());
    let mut addressees: BTreeSet<AccountId> = BTreeSet::new();
    addressees.extend(stored_cases::agents(&mut work.tx, client).await?);
    addressees.extend(stored_cases::referents(&mut work.tx, about.organisation.id).await?);
    for id in addressees {
        let (account, _) = actors::account(work.bench, &mut work.tx, id).await?;
        let reader =
            if account.role == Role::Referent { CaseReader::Referent } else { CaseReader::Authority };
        let message = Message {
            to: Address::Email(account.professional.email.clone()),
            name: Private::new(account.professional.full_name()),
            language: MessageLanguage::French,
            body: about.body(reader),
        };
        work.send(&message, WORTH).await?;
    }
    Ok(())
}

/// A page of declarations.
#[derive(Clone, Debug)]
pub struct Declarations {
    /// Newest first.
    pub lines: Vec<lines::Line>,
    /// Where the next page begins.
    pub next: Option<(Instant, EntryId)>,
}

/// Where the first page of a list begins.
pub const fn first_page() -> (Instant, EntryId) {
    (Instant::from_seconds(253_000_000_000), EntryId::from_uuid(uuid::Uuid::max()))
}

async fn page(bench: &Bench, tx: &mut Tx, mut ids: Vec<EntryId>) -> Result<Declarations, Refusal> {
    let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = ids.len() > limit;
    ids.truncate(limit);
    let lines = open_all(bench, tx, ids).await?;
    let next = lines.last().filter(|_| more).map(|last| (last.at, last.id));
    Ok(Declarations { lines, next })
}

/// A page of the errors declared in an agent's competence, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_authority(
    bench: &Bench,
    authority: &AuthorityActor,
    after: (Instant, EntryId),
) -> Result<Declarations, Refusal> {
    let mut tx = bench.db.read().await?;
    let ids = act_errors::within(&mut tx, cases::competent(authority), after, PAGE + 1).await?;
    let mut page = page(bench, &mut tx, ids).await?;
    // Whose act it was and what happened there are read in that person's trail, for a stated purpose.
    for told in page.lines.iter_mut().filter_map(|line| line.told.as_mut()) {
        told.person = None;
        told.details.words = Some(UNSAID.to_owned());
        if told.details.label.as_deref() != Some(NOT_MENDED) {
            told.details.label = Some(UNSAID.to_owned());
        }
    }
    Ok(page)
}

/// A page of the errors declared by an organisation's aidants, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_organisation(
    bench: &Bench,
    organisation: OrganisationId,
    after: (Instant, EntryId),
) -> Result<Declarations, Refusal> {
    let mut tx = bench.db.read().await?;
    let ids = act_errors::of_organisation(&mut tx, organisation, after, PAGE + 1).await?;
    page(bench, &mut tx, ids).await
}
