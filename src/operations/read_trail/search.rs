//! What an agent typed, and whom and what it means: never a list of persons, always somebody or something named.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Competence;
use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::CourtOrderId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::folded;
use crate::domain::time::Day;
use crate::ledger::kinds::Kind;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::bench::Bench;
use crate::operations::names;
use crate::operations::read_trail::competent;
use crate::operations::read_trail::wanted::Wanted;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::cases;
use crate::storage::db::Tx;
use crate::storage::entries;
use crate::storage::names::Reach;
use crate::storage::organisations;

/// The longest text of one field, in characters.
const LONGEST: usize = 200;

/// A search as typed; every field may be empty, not all.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Family name with given name and birth date as needed, or the number of a case.
    pub person: String,
    /// With a person, a part of an aidant's name; without, her whole name or e-mail address.
    pub aidant: String,
    /// Name or SIRET of an organisation.
    pub organisation: String,
    /// Identifier of an administration's service.
    pub client: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// `noun.verb`.
    pub kind: String,
    /// Number of a case: the lines of its act.
    pub case: String,
    /// Identifier of a court's order.
    pub order: String,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Search(…)")
    }
}

/// What a search means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Of this person.
    pub person: Option<PersonId>,
    /// By this professional.
    pub account: Option<AccountId>,
    /// By somebody with this in the name.
    pub aidant: Option<String>,
    /// Of this organisation.
    pub organisation: Option<OrganisationId>,
    /// At this client.
    pub client: Option<ClientId>,
    /// First day.
    #[serde(with = "day")]
    pub from: Option<Day>,
    /// Last day.
    #[serde(with = "day")]
    pub to: Option<Day>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this act.
    pub act: Option<ActId>,
    /// Under this order of a court.
    pub order: Option<CourtOrderId>,
}

mod day {
    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serializer;

    use crate::domain::time::Day;

    #[expect(clippy::ref_option, reason = "serde passes the field")]
    pub(super) fn serialize<S: Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.as_deref().and_then(Day::parse))
    }
}

impl Search {
    /// What can be seen to be wrong without looking for anybody.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when nothing is named, or a day, a kind or a length does not fit.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        let fields = [
            ("person", &self.person),
            ("aidant", &self.aidant),
            ("organisation", &self.organisation),
            ("client", &self.client),
            ("case", &self.case),
        ];
        let mut wrong = |field, key| faults.push(FieldFault { field, key });
        for (name, typed) in fields {
            if typed.chars().count() > LONGEST {
                wrong(name, "authority-field-long");
            }
        }
        let days = [("from", &self.from), ("to", &self.to)].map(|(name, typed)| {
            let read = Day::parse(typed);
            if read.is_none() && !typed.is_empty() {
                wrong(name, "lines-day-wrong");
            }
            read
        });
        if let [Some(from), Some(to)] = days
            && from > to
        {
            wrong("to", "statement-days-wrong");
        }
        if !self.kind.is_empty() && Kind::parse(&self.kind).is_none() {
            wrong("kind", "authority-kind-wrong");
        }
        if fields.iter().all(|(_, typed)| typed.trim().is_empty()) && days == [None, None] {
            wrong("person", "authority-search-empty");
        }
        if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
    }
}

/// Finds whom and what a search means, in the agent's competence.
///
/// # Errors
/// [`Refusal::Invalid`] with every field that means nobody, or several.
pub async fn resolve(bench: &Bench, authority: &AuthorityActor, search: &Search) -> Result<Query, Refusal> {
    resolve_in(bench, &mut bench.db.read().await?, authority, search).await
}

pub(super) async fn resolve_in(
    bench: &Bench,
    tx: &mut Tx,
    authority: &AuthorityActor,
    search: &Search,
) -> Result<Query, Refusal> {
    search.check()?;
    let reach = competent(authority);
    let mut faults = Vec::new();
    let mut query = Query {
        from: Day::parse(&search.from),
        to: Day::parse(&search.to),
        kind: Some(search.kind.clone()).filter(|kind| !kind.is_empty()),
        order: search.order.parse().ok(),
        ..Query::default()
    };
    if !search.case.trim().is_empty() {
        match cases::by_number(tx, search.case.trim(), reach).await? {
            Some(case) => {
                query.act = entries::find(tx, case.entry).await?.and_then(|line| line.filed.act);
                query.person = search.person.trim().is_empty().then_some(case.person);
            }
            None => faults.push(FieldFault { field: "case", key: "authority-case-unknown" }),
        }
    }
    if !search.person.trim().is_empty() {
        keep(&mut faults, find_person(bench, tx, reach, &search.person).await)?
            .into_iter()
            .for_each(|id| query.person = Some(id));
    }
    if !search.organisation.trim().is_empty() {
        query.organisation = keep(&mut faults, find_organisation(tx, &search.organisation).await)?;
    }
    if !search.client.trim().is_empty() {
        query.client = keep(&mut faults, find_client(authority, &search.client))?;
    }
    if !search.aidant.trim().is_empty() {
        if query.person.is_some() || !search.person.trim().is_empty() {
            query.aidant = Some(search.aidant.trim().to_owned());
        } else {
            query.account = keep(&mut faults, find_aidant(bench, tx, &search.aidant).await)?;
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let named = query.person.is_some() || query.account.is_some() || query.organisation.is_some();
    if !named && query.client.is_none() && query.act.is_none() {
        // An administration with one service means that one.
        match &authority.competence {
            Competence::Clients(own) if own.len() == 1 => query.client = own.first().cloned(),
            _ => return Err(Refusal::field("person", "authority-search-empty")),
        }
    }
    Ok(query)
}

/// What was found; its faults go to the others.
fn keep<T>(faults: &mut Vec<FieldFault>, found: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Refusal::Invalid(more)) => {
            faults.extend(more);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

async fn find_person(
    bench: &Bench,
    tx: &mut Tx,
    reach: Option<AccountId>,
    typed: &str,
) -> Result<PersonId, Refusal> {
    if let Some(case) = cases::by_number(tx, typed.trim(), reach).await? {
        return Ok(case.person);
    }
    let wanted = Wanted::read(typed).ok_or_else(|| Refusal::field("person", "authority-person-missing"))?;
    let within = Reach { competent: reach, organisation: None };
    let looked = (&wanted.clues(), within);
    let found = names::persons(bench, tx, looked, 2, |identity| wanted.means(identity)).await?;
    match found.as_slice() {
        [one] => Ok(one.person.id),
        [] => Err(Refusal::field("person", "authority-person-unknown")),
        _ => Err(Refusal::field("person", "authority-person-several")),
    }
}

async fn find_organisation(tx: &mut Tx, typed: &str) -> Result<OrganisationId, Refusal> {
    let digits: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    if let Some(id) = organisations::by_siret(tx, &digits).await? {
        return Ok(id);
    }
    let first = ("", OrganisationId::from_uuid(uuid::Uuid::nil()));
    let found = organisations::search(tx, typed.trim(), first, 20).await?;
    let wanted = folded(typed);
    let same: Vec<_> = found.iter().filter(|one| folded(&one.organisation.name) == wanted).collect();
    match (same.as_slice(), found.as_slice()) {
        ([one], _) => Ok(one.organisation.id),
        ([], [one]) => Ok(one.organisation.id),
        ([], []) => Err(Refusal::field("organisation", "authority-organisation-unknown")),
        _ => Err(Refusal::field("organisation", "authority-organisation-several")),
    }
}

fn find_client(authority: &AuthorityActor, typed: &str) -> Result<ClientId, Refusal> {
    ClientId::parse(typed.trim())
        .filter(|id| authority.competence.covers(Some(id)))
        .ok_or_else(|| Refusal::field("client", "authority-client-unknown"))
}

async fn find_aidant(bench: &Bench, tx: &mut Tx, typed: &str) -> Result<AccountId, Refusal> {
    let unknown = || Refusal::field("aidant", "authority-aidant-unknown");
    if typed.contains('@') {
        let email = normal_email(typed).ok_or_else(unknown)?;
        let hash = bench.lookup.hash(EMAIL_LOOKUP, &email);
        let row = accounts::find_by_email(tx, Role::Aidant, &hash).await?;
        return Ok(row.ok_or_else(unknown)?.id);
    }
    match names::accounts(bench, tx, Role::Aidant, typed).await?.as_slice() {
        [one] => Ok(one.id),
        [] => Err(unknown()),
        _ => Err(Refusal::field("aidant", "authority-aidant-several")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(search: &Search) -> Option<&'static str> {
        match search.check() {
            Ok(()) => None,
            Err(Refusal::Invalid(faults)) => faults.first().map(|fault| fault.key),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_search_names_somebody_or_something() {
        let with = |change: fn(&mut Search)| {
            let mut search = Search::default();
            change(&mut search);
            search
        };
        assert_eq!(first(&Search::default()), Some("authority-search-empty"));
        assert_eq!(first(&with(|s| s.kind = "act.opened".into())), Some("authority-search-empty"));
        assert_eq!(first(&with(|s| s.client = "caf".into())), None);
        assert_eq!(first(&with(|s| s.from = "2027-03-03".into())), None);
        assert_eq!(first(&with(|s| s.from = "hier".into())), Some("lines-day-wrong"));
        let backwards = with(|s| {
            s.from = "2027-03-04".into();
            s.to = "2027-03-03".into();
        });
        assert_eq!(first(&backwards), Some("statement-days-wrong"));
        let kind = with(|s| {
            s.person = "Lefèvre".into();
            s.kind = "act.invented".into();
        });
        assert_eq!(first(&kind), Some("authority-kind-wrong"));
        assert_eq!(first(&with(|s| s.aidant = "x".repeat(201))), Some("authority-field-long"));
    }

    #[test]
    fn a_query_comes_back_from_its_json() {
        let query = Query {
            from: Day::parse("2027-03-03"),
            client: ClientId::parse("caf"),
            kind: Some("act.opened".to_owned()),
            ..Query::default()
        };
        let json = serde_json::to_string(&query).expect("json");
        assert_eq!(serde_json::from_str::<Query>(&json).expect("reads"), query);
    }
}
