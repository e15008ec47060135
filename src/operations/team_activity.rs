//! How much each aidant of an organisation did, month by month: mandates drawn up that were approved, and acts.

use std::collections::BTreeMap;

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::domain::time::Day;
use crate::operations::actors;
use crate::operations::actors::StaffActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::storage::team_activity;

/// As many months as are shown, the present one last.
pub const MONTHS: usize = 6;

/// What one aidant did in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// Mandates drawn up by her that persons approved.
    pub mandates: i64,
    /// Acts opened by her.
    pub acts: i64,
}

/// One aidant's months.
#[derive(Clone, Debug)]
pub struct Row {
    /// The account.
    pub account: AccountId,
    /// Her name.
    pub name: Private<String>,
    /// In the order of [`Activity::months`].
    pub months: [Month; MONTHS],
}

/// What was done at an organisation.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The first day of each month, oldest first.
    pub months: [Day; MONTHS],
    /// Whoever did something, by name.
    pub rows: Vec<Row>,
    /// All together.
    pub total: [Month; MONTHS],
}

/// The first day of the month `back` months before that of `day`.
fn month(day: Day, back: usize) -> Day {
    let (year, month, _) = day.parts();
    let index = i32::from(year) * 12 + i32::from(month) - 1 - i32::try_from(back).unwrap_or(0);
    let first = i16::try_from(index.div_euclid(12)).ok().zip(i8::try_from(index.rem_euclid(12) + 1).ok());
    first.and_then(|(year, month)| Day::new(year, month, 1)).unwrap_or(day)
}

/// What the aidants of one managed organisation did in the last months.
///
/// # Errors
/// [`Refusal::NotFound`] when it is not among them.
pub async fn activity(
    bench: &Bench,
    (_, managed): (&StaffActor, &[Organisation]),
    id: OrganisationId,
) -> Result<Activity, Refusal> {
    if !managed.iter().any(|own| own.id == id) {
        return Err(Refusal::NotFound);
    }
    let today = bench.now().day();
    let months: [Day; MONTHS] = std::array::from_fn(|place| month(today, MONTHS - 1 - place));
    let mut tx = bench.db.read().await?;
    let mut found: BTreeMap<AccountId, [Month; MONTHS]> = BTreeMap::new();
    let mut total = [Month::default(); MONTHS];
    for (place, first) in months.iter().enumerate() {
        let (from, to) = (first.start(), month(first.plus_days(40), 0).start());
        for (account, count) in team_activity::mandates(&mut tx, id, from, to).await? {
            found.entry(account).or_default()[place].mandates = count;
            total[place].mandates += count;
        }
        for (account, count) in team_activity::acts(&mut tx, id, from, to).await? {
            found.entry(account).or_default()[place].acts = count;
            total[place].acts += count;
        }
    }
    let mut rows = Vec::with_capacity(found.len());
    for (account, months) in found {
        let (opened, _) = actors::account(bench, &mut tx, account).await?;
        rows.push(Row { account, name: opened.professional.full_name().into(), months });
    }
    rows.sort_by_key(|row| row.name.show().to_lowercase());
    Ok(Activity { months, rows, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_back_over_the_new_year() {
        let day = Day::new(2027, 2, 28).expect("a day");
        let all: Vec<String> = (0..4).map(|back| month(day, back).to_string()).collect();
        assert_eq!(all, ["2027-02-01", "2027-01-01", "2026-12-01", "2026-11-01"]);
    }
}
