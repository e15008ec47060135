//! Looks for signs of abuse among what was done lately; each is kept once, with its entry.

use std::time::Duration;

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::SignId;
use crate::domain::sign::SignKind;
use crate::domain::sign::SignStatus;
use crate::domain::statistics::Month;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::signs;
use crate::storage::signs::SignRow;

const HOUR: Duration = Duration::from_secs(3_600);
/// Aidants, persons and addresses looked at in one turn.
const MOST: i64 = 500;
/// Grants of one aidant looked at in one turn.
const MOST_GRANTS: i64 = 5_000;

/// A mandate approved: at which organisation, when.
type Grant = (OrganisationId, Instant);

/// Grants that stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cluster {
    count: i64,
    first: Grant,
    last: Instant,
}

/// Looks at yesterday and today; gives how many new signs there are.
///
/// # Errors
/// As the database says; signs noticed before stay.
pub async fn watch(bench: &Bench) -> Result<usize, Refusal> {
    let now = bench.now();
    let span = (now.day().plus_days(-1).start(), now.plus(Duration::from_secs(1)));
    let mut tx = bench.db.read().await?;
    let mut found = of_aidants(bench, &mut tx, span, now).await?;
    found.extend(of_persons(bench, &mut tx, span, now).await?);
    found.extend(of_contacts(bench, &mut tx, span, now).await?);
    drop(tx);
    let mut raised = 0;
    for sign in found {
        raised += usize::from(keep(bench, sign).await?);
    }
    Ok(raised)
}

fn sign(bench: &Bench, now: Instant, kind: SignKind, subject: String, count: i64, least: u32) -> SignRow {
    SignRow {
        id: SignId::fresh(now, bench.random.as_ref()),
        kind,
        subject,
        noticed_at: now,
        first_at: now,
        last_at: now,
        count,
        threshold: i64::from(least),
        account: None,
        organisation: None,
        person: None,
        status: SignStatus::Open,
        note: None,
        reviewed_by: None,
        reviewed_at: None,
    }
}

async fn of_aidants(
    bench: &Bench,
    tx: &mut Tx,
    span: (Instant, Instant),
    now: Instant,
) -> Result<Vec<SignRow>, Refusal> {
    let set = bench.config.signs;
    let least = i64::from(set.grants_per_hour.min(set.grants_per_night));
    let mut found = Vec::new();
    for aidant in signs::busy(tx, span, least, MOST).await? {
        let grants = signs::grants(tx, aidant, span, MOST_GRANTS).await?;
        let clusters = bursts(&grants, set.grants_per_hour)
            .into_iter()
            .map(|(day, cluster)| (SignKind::Burst, set.grants_per_hour, day, cluster))
            .chain(
                nights(&grants, set.grants_per_night, (set.night_from, set.night_until))
                    .into_iter()
                    .map(|(day, cluster)| (SignKind::Night, set.grants_per_night, day, cluster)),
            );
        for (kind, threshold, day, cluster) in clusters {
            found.push(of_cluster(bench, now, (kind, threshold), (aidant, day), cluster));
        }
    }
    Ok(found)
}

fn of_cluster(
    bench: &Bench,
    now: Instant,
    (kind, threshold): (SignKind, u32),
    (aidant, day): (AccountId, Day),
    cluster: Cluster,
) -> SignRow {
    let (organisation, first_at) = cluster.first;
    let row = sign(bench, now, kind, format!("{aidant} {day}"), cluster.count, threshold);
    SignRow {
        first_at,
        last_at: cluster.last,
        account: Some(aidant),
        organisation: Some(organisation),
        ..row
    }
}

/// The fullest hour of each day, where it holds `least` grants or more. `grants` are in the order of time.
fn bursts(grants: &[Grant], least: u32) -> Vec<(Day, Cluster)> {
    let mut found: Vec<(Day, Cluster)> = Vec::new();
    for (at, first) in grants.iter().enumerate() {
        let within: Vec<&Grant> =
            grants.iter().skip(at).take_while(|(_, when)| when.since(first.1) < HOUR).collect();
        let count = i64::try_from(within.len()).unwrap_or(i64::MAX);
        let last = within.last().map_or(first.1, |(_, when)| *when);
        let cluster = Cluster { count, first: *first, last };
        keep_fullest(&mut found, first.1.day(), cluster, least);
    }
    found
}

/// The nights with `least` grants or more, each by the day on which it began.
fn nights(grants: &[Grant], least: u32, (from, until): (u8, u8)) -> Vec<(Day, Cluster)> {
    let night = |when: Instant| match when.paris_clock() {
        (hour, _) if hour >= from => Some(when.day()),
        (hour, _) if hour < until => Some(when.day().plus_days(-1)),
        _ => None,
    };
    let mut all: Vec<(Day, Cluster)> = Vec::new();
    for grant in grants {
        let Some(day) = night(grant.1) else { continue };
        match all.iter_mut().find(|(known, _)| *known == day) {
            Some((_, cluster)) => {
                cluster.count += 1;
                cluster.last = grant.1;
            }
            None => all.push((day, Cluster { count: 1, first: *grant, last: grant.1 })),
        }
    }
    all.retain(|(_, cluster)| cluster.count >= i64::from(least));
    all
}

fn keep_fullest(found: &mut Vec<(Day, Cluster)>, day: Day, cluster: Cluster, least: u32) {
    if cluster.count < i64::from(least) {
        return;
    }
    match found.iter_mut().find(|(known, _)| *known == day) {
        Some((_, known)) if known.count >= cluster.count => {}
        Some((_, known)) => *known = cluster,
        None => found.push((day, cluster)),
    }
}

async fn of_persons(
    bench: &Bench,
    tx: &mut Tx,
    span: (Instant, Instant),
    now: Instant,
) -> Result<Vec<SignRow>, Refusal> {
    let least = bench.config.signs.organisations_per_person;
    let month = Month::of(now.day());
    let many = signs::many_organisations(tx, span, i64::from(least), MOST).await?;
    Ok(many
        .into_iter()
        .map(|(person, count, first_at, last_at)| {
            let subject = format!("{person} {month}");
            let row = sign(bench, now, SignKind::ManyOrganisations, subject, count, least);
            SignRow { first_at, last_at, person: Some(person), ..row }
        })
        .collect())
}

async fn of_contacts(
    bench: &Bench,
    tx: &mut Tx,
    span: (Instant, Instant),
    now: Instant,
) -> Result<Vec<SignRow>, Refusal> {
    let least = bench.config.signs.persons_per_contact;
    let month = Month::of(now.day());
    let shared = signs::shared_contacts(tx, span, i64::from(least), MOST).await?;
    Ok(shared
        .into_iter()
        .map(|(lookup, count, first_at, last_at)| {
            // Half of a keyed hash is enough to tell two addresses apart, and tells neither.
            let short: String = lookup.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            let subject = format!("{short} {month}");
            let row = sign(bench, now, SignKind::SharedContact, subject, count, least);
            SignRow { first_at, last_at, ..row }
        })
        .collect())
}

/// Keeps a sign; `false` when the same thing was noticed before, and then only what has grown is noted.
async fn keep(bench: &Bench, row: SignRow) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, None).await?;
    if !signs::insert(&mut work.tx, &row).await? {
        signs::grow(&mut work.tx, row.kind, &row.subject, row.count, row.last_at).await?;
        work.commit_without_entry(crate::operations::work::Housekeeping::Statistics).await?;
        return Ok(false);
    }
    let key = data_keys::system(bench);
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let event = Event::SignRaised {
        sign: row.id,
        what: row.kind.as_str().to_owned(),
        count: number(row.count),
        threshold: number(row.threshold),
    };
    let (work, _) = work.record(Line::new(event, Actor::system(), key)).await?;
    work.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn grants(times: &[&str]) -> Vec<Grant> {
        let organisation = OrganisationId::from_uuid(Uuid::nil());
        times.iter().map(|at| (organisation, Instant::parse(at).expect("an instant"))).collect()
    }

    #[test]
    fn an_hour_is_full_from_its_threshold_on_and_ends_before_its_sixtieth_minute() {
        let all = grants(&[
            "2026-11-23T09:00:00Z",
            "2026-11-23T09:30:00Z",
            "2026-11-23T09:59:59Z",
            "2026-11-23T10:29:00Z",
        ]);
        assert_eq!(bursts(&all, 4), []);
        let three = bursts(&all, 3);
        assert_eq!((three.len(), three[0].1.count, three[0].1.first), (1, 3, all[0]));
        let apart = grants(&["2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z"]);
        assert_eq!(bursts(&apart, 2), [], "an hour later is another hour");
    }

    #[test]
    fn a_night_in_paris_goes_over_midnight() {
        // 21:59, 22:00, 00:30, 05:59 and 06:00 in Paris.
        let all = grants(&[
            "2026-11-23T20:59:00Z",
            "2026-11-23T21:00:00Z",
            "2026-11-23T23:30:00Z",
            "2026-11-24T04:59:00Z",
            "2026-11-24T05:00:00Z",
        ]);
        assert_eq!(nights(&all, 4, (22, 6)), []);
        let found = nights(&all, 3, (22, 6));
        assert_eq!((found.len(), found[0].0.to_string(), found[0].1.count), (1, "2026-11-23".to_owned(), 3));
        // In summer Paris is two hours ahead.
        let summer = grants(&["2026-07-14T19:59:00Z", "2026-07-14T20:00:00Z"]);
        assert_eq!(nights(&summer, 1, (22, 6))[0].1.count, 1);
    }
}
