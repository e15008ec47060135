//! Counts what was done, by day and by month; the same days give the same counts, however often they are folded.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::domain::ids::OrganisationId;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation_profile::Profile;
use crate::domain::statistics::Measure;
use crate::domain::statistics::Month;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::settings;
use crate::storage::statistics;
use crate::storage::statistics::Count;

const FOLDED: &str = "statistics.folded";
/// Days folded in one transaction.
const MOST_DAYS: usize = 31;
/// What changes so late is counted still: a transaction that began before midnight.
const AGAIN: i32 = 1;

/// What was counted: measure, département and theme.
type Sums = BTreeMap<(Measure, String, String), i64>;

/// Folds the days since the last fold, that one's last day again, and what stands now. Gives whether days are left to fold.
///
/// # Errors
/// As the database says; days folded before stay.
pub async fn fold(bench: &Bench) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    let now = work.now;
    let today = now.day();
    // Two processes at once: the second waits here.
    settings::replace(&mut work.tx, "statistics.turn", today.to_string().as_bytes()).await?;
    let Some(first) = first_day(&mut work.tx).await? else { return Ok(false) };
    let places = places(&mut work.tx).await?;
    let mut day = first;
    let mut days = Vec::new();
    while day <= today && days.len() < MOST_DAYS {
        days.push(day);
        day = day.plus_days(1);
    }
    for day in &days {
        let sums = count_day(&mut work.tx, &places, *day).await?;
        statistics::replace_day(&mut work.tx, &day.to_string(), &rows(&sums)).await?;
    }
    sum_months(&mut work.tx, &days).await?;
    let standing = count_now(&mut work.tx, &places, now).await?;
    statistics::replace_now(&mut work.tx, &rows(&standing)).await?;
    if let Some(last) = days.last() {
        settings::replace(&mut work.tx, FOLDED, last.to_string().as_bytes()).await?;
    }
    work.commit_without_entry(Housekeeping::Statistics).await?;
    Ok(day <= today)
}

/// The day after which everything is folded; `None` where there is nothing to count yet.
async fn first_day(tx: &mut Tx) -> Result<Option<Day>, Refusal> {
    let folded = settings::find(tx, FOLDED).await?;
    let folded = folded.and_then(|bytes| Day::parse(&String::from_utf8(bytes).ok()?));
    Ok(match folded {
        Some(day) => Some(day.plus_days(-AGAIN)),
        None => statistics::beginning(tx).await?.map(Instant::day),
    })
}

struct Places {
    departements: HashMap<OrganisationId, String>,
    active: Vec<OrganisationId>,
}

impl Places {
    fn of(&self, organisation: OrganisationId) -> String {
        self.departements.get(&organisation).cloned().unwrap_or_default()
    }
}

async fn places(tx: &mut Tx) -> Result<Places, Refusal> {
    let mut places = Places { departements: HashMap::new(), active: Vec::new() };
    for (id, departement, address, status) in statistics::organisations(tx).await? {
        // What was accepted before organisations had a département of their own has an address.
        let departement = departement.or_else(|| Profile::of_address(None, &address).departement);
        places.departements.insert(id, departement.unwrap_or_default());
        if status == OrganisationStatus::Active {
            places.active.push(id);
        }
    }
    Ok(places)
}

async fn count_day(tx: &mut Tx, places: &Places, day: Day) -> Result<Sums, Refusal> {
    let span = (day.start(), day.plus_days(1).start());
    let mut sums = Sums::new();
    for (organisation, theme, count) in statistics::acts(tx, span).await? {
        *sums.entry((Measure::Acts, places.of(organisation), theme.key().to_owned())).or_default() += count;
    }
    for (measure, counted) in [
        (Measure::Mandates, statistics::mandates(tx, span).await?),
        (Measure::Orientations, statistics::orientations(tx, span).await?),
    ] {
        for (organisation, count) in counted {
            *sums.entry((measure, places.of(organisation), String::new())).or_default() += count;
        }
    }
    Ok(sums)
}

async fn count_now(tx: &mut Tx, places: &Places, at: Instant) -> Result<Sums, Refusal> {
    let mut sums = Sums::new();
    let mut statuses: Vec<(MandateStatus, i64)> = Vec::new();
    for (organisation, status, count) in statistics::mandates_now(tx).await? {
        if status == MandateStatus::Active {
            *sums.entry((Measure::ActiveMandates, places.of(organisation), String::new())).or_default() +=
                count;
        }
        match statuses.iter_mut().find(|(known, _)| *known == status) {
            Some((_, sum)) => *sum += count,
            None => statuses.push((status, count)),
        }
    }
    statistics::replace_statuses(tx, &statuses, at).await?;
    for organisation in &places.active {
        *sums.entry((Measure::Organisations, places.of(*organisation), String::new())).or_default() += 1;
    }
    Ok(sums)
}

fn rows(sums: &Sums) -> Vec<Count<'_>> {
    let mut rows = Vec::with_capacity(sums.len());
    for ((measure, departement, theme), count) in sums {
        rows.push(Count { measure: measure.as_str(), departement, theme, count: *count });
    }
    rows
}

async fn sum_months(tx: &mut Tx, days: &[Day]) -> Result<(), Refusal> {
    let mut months: Vec<Month> = days.iter().map(|day| Month::of(*day)).collect();
    months.dedup();
    for month in months {
        let Some(first) = month.first_day() else { continue };
        // Thirty-one days on is the next month, whichever this one is.
        let end = Month::of(first.plus_days(31)).first_day().unwrap_or(first);
        statistics::sum_month(tx, &month.to_string(), &first.to_string(), &end.to_string()).await?;
    }
    Ok(())
}
