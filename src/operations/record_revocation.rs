//! A person asks by telephone or letter that a right end: an operator records it, it holds at once, and is confirmed in writing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::ids::RecordId;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Hold;
use crate::domain::mandate::Mandate;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::words::Channel;
use crate::ledger::words::RevokedBy;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::end_mandates::end_one;
use crate::operations::end_mandates::is_living;
use crate::operations::end_mandates::take_living;
use crate::operations::enrol::operator_actor;
use crate::operations::find_person;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::holds;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::recorded_revocations;
use crate::storage::recorded_revocations::Record;

/// The longest note, in characters.
pub const LONGEST_CHECK: usize = 500;
/// How long ago a letter may have been written, in days.
const OLDEST_DAYS: i32 = 366;
const NEWS_WORTH: Duration = Duration::from_secs(7 * 86_400);

text_enum! {
    /// How she asked.
    AskedBy {
        /// She telephoned.
        Telephone => "telephone",
        /// She wrote.
        Letter => "letter",
    }
}

/// What she asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Every mandate.
    All,
    /// Those of one organisation.
    Organisation(OrganisationId),
    /// One mandate.
    Mandate(MandateId),
    /// One theme of a mandate.
    Theme(MandateId, Theme),
}

impl Asked {
    /// The form's word for it: `all`, `organisation.<id>`, `mandate.<id>`, `theme.<id>.<theme>`.
    pub fn to_text(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Organisation(id) => format!("organisation.{id}"),
            Self::Mandate(id) => format!("mandate.{id}"),
            Self::Theme(id, theme) => format!("theme.{id}.{}", theme.key()),
        }
    }

    /// The reverse of [`Asked::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            ["all"] => Some(Self::All),
            ["organisation", id] => Some(Self::Organisation(id.parse().ok()?)),
            ["mandate", id] => Some(Self::Mandate(id.parse().ok()?)),
            ["theme", id, theme] => Some(Self::Theme(id.parse().ok()?, Theme::parse(theme)?)),
            _ => None,
        }
    }

    const fn scope(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Organisation(_) => "organisation",
            Self::Mandate(_) => "mandate",
            Self::Theme(..) => "theme",
        }
    }

    fn means(self, mandate: &Mandate) -> bool {
        match self {
            Self::All => true,
            Self::Organisation(id) => mandate.terms.organisation == id,
            Self::Mandate(id) => mandate.id == id,
            Self::Theme(id, theme) => mandate.id == id && mandate.open_themes().contains(&theme),
        }
    }
}

/// What an operator records.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// How she asked.
    pub by: AskedBy,
    /// On which day: of the call, or of the letter.
    pub asked_on: Day,
    /// What.
    pub asked: Asked,
    /// How the operator made sure that it was her.
    pub check: &'a str,
}

impl Call<'_> {
    fn checked(&self, today: Day) -> Result<String, Refusal> {
        let check = self.check.trim();
        let mut faults = Vec::new();
        let ago = self.asked_on.days_until(today);
        if !(0..=OLDEST_DAYS).contains(&ago) {
            faults.push(FieldFault { field: "asked_on", key: "record-day-wrong" });
        }
        let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if check.is_empty() {
            faults.push(FieldFault { field: "check", key: "record-check-missing" });
        } else if check.chars().count() > LONGEST_CHECK || check.chars().any(control) {
            faults.push(FieldFault { field: "check", key: "record-check-long" });
        }
        if faults.is_empty() { Ok(check.to_owned()) } else { Err(Refusal::Invalid(faults)) }
    }
}

/// A living mandate of a person, as an operator sees it while she is on the telephone.
#[derive(Clone, Debug)]
pub struct Living {
    /// The mandate.
    pub mandate: Mandate,
    /// Whose it is.
    pub organisation: Organisation,
    /// What holds it.
    pub holds: Vec<Hold>,
}

/// A person an operator works on.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub person: PersonActor,
    /// Her mandates in force or held, newest first.
    pub living: Vec<Living>,
    /// What was recorded for her before, newest first.
    pub records: Vec<Record>,
}

/// The person and what she may end.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody the operator has not looked for within the last hour.
pub async fn look(bench: &Bench, by: &OperatorActor, person: PersonId) -> Result<Caller, Refusal> {
    let person = find_person::looked_up(bench, by, person).await?;
    let mut tx = bench.db.read().await?;
    let mut living = Vec::new();
    for stored in mandates::of_person(&mut tx, person.person.id).await? {
        if is_living(&stored.mandate, bench.now()) {
            let holds = holds::of(&mut tx, stored.mandate.id).await?;
            let organisation = place(&mut tx, &stored.mandate).await?;
            let holds = holds.into_iter().map(|(hold, _)| hold).collect();
            living.push(Living { mandate: stored.mandate, organisation, holds });
        }
    }
    let records = recorded_revocations::of_person(&mut tx, person.person.id).await?;
    Ok(Caller { person, living, records })
}

async fn place(tx: &mut Tx, mandate: &Mandate) -> Result<Organisation, Refusal> {
    let stored = organisations::find(tx, mandate.terms.organisation).await?;
    Ok(stored
        .ok_or_else(|| Refusal::fault("a mandate names an organisation that is not there"))?
        .organisation)
}

/// Records what a person asked, and does it at once; gives the record, whose confirmation can be printed.
///
/// # Errors
/// [`Refusal::NotFound`] for anybody the operator has not looked for within the last hour; [`Refusal::Invalid`] at `asked_on`
/// or `check`; [`Refusal::Conflict`] with `nothing-to-end` where nothing of it is in force.
pub async fn record(
    bench: &Bench,
    by: &OperatorActor,
    person: PersonId,
    call: &Call<'_>,
    request: Option<&str>,
) -> Result<RecordId, Refusal> {
    let check = call.checked(bench.now().day())?;
    let person = find_person::looked_up(bench, by, person).await?;
    let mut work = Work::begin(bench, request).await?;
    let hers = mandates::of_person(&mut work.tx, person.person.id).await?;
    let ids = hers.iter().filter(|stored| call.asked.means(&stored.mandate)).map(|stored| stored.mandate.id);
    let mut taken = take_living(&mut work, ids.collect()).await?;
    taken.retain(|mandate| call.asked.means(mandate));
    if taken.is_empty() {
        return Err(Refusal::Conflict("nothing-to-end"));
    }
    let channel = match call.by {
        AskedBy::Telephone => Channel::Telephone,
        AskedBy::Letter => Channel::Letter,
    };
    let theme = match call.asked {
        Asked::Theme(_, theme) => Some(theme),
        _ => None,
    };
    let mut ends = Vec::new();
    let mut lines = Vec::new();
    let mut told: BTreeMap<String, BTreeSet<Theme>> = BTreeMap::new();
    for mandate in &taken {
        let organisation = place(&mut work.tx, mandate).await?;
        let gone = theme.map_or_else(|| mandate.open_themes(), |theme| BTreeSet::from([theme]));
        told.entry(organisation.name.clone()).or_default().extend(gone.iter().copied());
        ends.extend(gone.into_iter().map(|theme| (mandate.id, theme)));
        let by_her = (EndedBy::Person, RevokedBy::Person, channel);
        for event in end_one(&mut work, mandate, theme, by_her, None).await? {
            let of_theme = matches!(event, Event::AuthorizationRevoked { .. });
            let line = line(event, by, &person).organisation(&organisation).mandate(mandate.id);
            lines.push(match theme.filter(|_| of_theme) {
                Some(theme) => line.theme(theme),
                None => line,
            });
        }
    }
    confirm(&mut work, &person, call, told).await?;
    let event = Event::RevocationRecorded {
        channel,
        asked_on: call.asked_on.to_string(),
        scope: call.asked.scope().to_owned(),
        check,
    };
    let (mut recorded, entry) = work.record(line(event, by, &person)).await?;
    let new = Record {
        id: RecordId::fresh(recorded.now, bench.random.as_ref()),
        person: person.person.id,
        entry,
        channel: call.by.as_str().to_owned(),
        asked_on: call.asked_on.to_string(),
        at: recorded.now,
    };
    recorded_revocations::insert(&mut recorded.tx, &new, &ends).await?;
    for line in lines {
        recorded = recorded.record(line).await?.0;
    }
    recorded.commit().await?;
    Ok(new.id)
}

fn line(event: Event, by: &OperatorActor, person: &PersonActor) -> Line {
    Line::new(event, operator_actor(by), person.data_key).person(person.person.id)
}

async fn confirm(
    work: &mut Work<'_>,
    person: &PersonActor,
    call: &Call<'_>,
    told: BTreeMap<String, BTreeSet<Theme>>,
) -> Result<(), Refusal> {
    let body = MessageBody::RevocationRecorded {
        channel: call.by.as_str().to_owned(),
        asked_on: call.asked_on.to_string(),
        at: work.now,
        ended: told.into_iter().map(|(name, themes)| (name, themes.into_iter().collect())).collect(),
    };
    tell(work, person, NoticeKind::End, body, NEWS_WORTH).await.map(drop)
}

/// The written confirmation of a record.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Whom it is written to.
    pub person: PersonActor,
    /// How she asked; `telephone` or `letter`.
    pub channel: String,
    /// On which day.
    pub asked_on: Option<Day>,
    /// Since when it holds.
    pub at: Instant,
    /// Per organisation what ended.
    pub ended: Vec<(Organisation, Vec<Theme>)>,
}

/// The written confirmation of a record, to print again at any time.
///
/// # Errors
/// [`Refusal::NotFound`] for another person's record, and for anybody the operator has not looked for within the last hour.
pub async fn confirmation(
    bench: &Bench,
    by: &OperatorActor,
    person: PersonId,
    id: RecordId,
) -> Result<Confirmation, Refusal> {
    let person = find_person::looked_up(bench, by, person).await?;
    let mut tx = bench.db.read().await?;
    let record = recorded_revocations::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    if record.person != person.person.id {
        return Err(Refusal::NotFound);
    }
    let mut ended: Vec<(Organisation, Vec<Theme>)> = Vec::new();
    for (mandate, theme) in recorded_revocations::ends(&mut tx, id).await? {
        let mandate = mandates::find(&mut tx, mandate).await?.ok_or(Refusal::NotFound)?.mandate;
        let organisation = place(&mut tx, &mandate).await?;
        match ended.iter_mut().find(|(known, _)| known.id == organisation.id) {
            Some((_, themes)) if themes.contains(&theme) => {}
            Some((_, themes)) => themes.push(theme),
            None => ended.push((organisation, vec![theme])),
        }
    }
    Ok(Confirmation {
        person,
        channel: record.channel,
        asked_on: Day::parse(&record.asked_on),
        at: record.at,
        ended,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_was_asked_comes_back_from_its_text() {
        let (mandate, place) =
            (MandateId::from_uuid(Uuid::from_u128(3)), OrganisationId::from_uuid(Uuid::from_u128(4)));
        for asked in [
            Asked::All,
            Asked::Organisation(place),
            Asked::Mandate(mandate),
            Asked::Theme(mandate, Theme::Logement),
        ] {
            assert_eq!(Asked::parse(&asked.to_text()), Some(asked));
        }
        for wrong in
            ["", "everything", "mandate", "mandate.7", "theme.00000000-0000-0000-0000-000000000003.x"]
        {
            assert_eq!(Asked::parse(wrong), None, "{wrong}");
        }
    }
}
