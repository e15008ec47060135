//! What is counted, and what of a count may be shown: no number that speaks of fewer than five, nor any that tells such a one.

use crate::domain::text_enum;
use crate::domain::time::Day;

/// The smallest number that is shown; nought is no number of people.
pub const LEAST: i64 = 5;

text_enum! {
    /// What is counted.
    Measure {
        /// Acts opened, by day, département of the organisation and theme.
        Acts => "acts",
        /// Mandates approved, by day and département of the organisation.
        Mandates => "mandates",
        /// Orientations noted, by day and département of the organisation.
        Orientations => "orientations",
        /// Mandates in force now.
        ActiveMandates => "active_mandates",
        /// Organisations whose aidants may act now, by département.
        Organisations => "organisations",
    }
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month of a day.
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.parts();
        Self { year, month }
    }

    /// From `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 7).then(|| Day::parse(&format!("{text}-01")).map(Self::of)).flatten()
    }

    /// The month before.
    #[must_use]
    pub const fn before(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { year: self.year, month: month - 1 },
        }
    }

    /// Its first day; `None` beyond the calendar.
    pub fn first_day(self) -> Option<Day> {
        Day::new(self.year, self.month, 1)
    }

    /// The twelve months that end with this one, oldest first.
    pub fn year_until(self) -> Vec<Self> {
        let mut months = vec![self];
        while let (true, Some(last)) = (months.len() < 12, months.last()) {
            months.push(last.before());
        }
        months.reverse();
        months
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// A total as it may be shown; `None` is hidden.
pub const fn shown_total(total: i64) -> Option<i64> {
    if total > 0 && total < LEAST { None } else { Some(total) }
}

/// Counts whose sum is shown too, as they may be shown; `None` is hidden.
///
/// Every number from 1 to 4 is hidden. Since the sum tells what the hidden ones make together, others are hidden beside them,
/// the smallest first, until each hidden number could be anything from 1 to at least 5. Where there are not enough of them,
/// nothing of these counts is shown, not even which are nought. Hidden numbers look alike.
pub fn protected(counts: &[i64]) -> Vec<Option<i64>> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| shown_total(*count).is_none()).collect();
    if !hidden.contains(&true) {
        return counts.iter().copied().map(Some).collect();
    }
    while !is_enough(counts, &hidden) {
        let next = counts
            .iter()
            .enumerate()
            .filter(|(at, count)| hidden.get(*at) == Some(&false) && **count > 0)
            .min_by_key(|(_, count)| **count)
            .map(|(at, _)| at);
        match next.and_then(|at| hidden.get_mut(at)) {
            Some(mark) => *mark = true,
            None => return vec![None; counts.len()],
        }
    }
    counts.iter().zip(hidden).map(|(count, hidden)| (!hidden).then_some(*count)).collect()
}

/// Whether the sum of the hidden numbers leaves each of them room up to [`LEAST`], were all others 1.
fn is_enough(counts: &[i64], hidden: &[bool]) -> bool {
    let (mut many, mut sum) = (0_i64, 0_i64);
    for (count, _) in counts.iter().zip(hidden).filter(|(_, hidden)| **hidden) {
        many += 1;
        sum = sum.saturating_add(*count);
    }
    many >= 2 && sum - (many - 1) >= LEAST
}

/// A number that changes from day to day, told so that no single step can be seen: down to the ten below.
pub const fn about(count: i64) -> i64 {
    count - count.rem_euclid(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn months_go_back_over_the_turn_of_the_year() {
        let month = Month::parse("2027-02").expect("a month");
        let year = month.year_until();
        assert_eq!(
            (year.len(), year[0].to_string(), year[11].to_string()),
            (12, "2026-03".into(), "2027-02".into())
        );
        assert_eq!(Month::parse("2027-13"), None);
        assert_eq!(Month::of(Day::parse("2027-02-28").expect("a day")), month);
    }

    #[test]
    fn a_single_small_number_takes_the_next_smallest_along() {
        assert_eq!(protected(&[3, 0, 40, 7]), [None, Some(0), Some(40), None]);
        assert_eq!(protected(&[5, 0, 40]), [Some(5), Some(0), Some(40)]);
        assert_eq!(protected(&[4, 4, 40]), [None, None, Some(40)]);
        assert_eq!(
            protected(&[1, 1, 40, 9]),
            [None, None, Some(40), None],
            "1 and 1 would be told by their sum"
        );
        assert_eq!(protected(&[0, 3, 0]), [None, None, None]);
        assert_eq!(protected(&[1, 1, 1, 2]), [None; 4]);
        assert_eq!((shown_total(0), shown_total(4), shown_total(5)), (Some(0), None, Some(5)));
        assert_eq!((about(0), about(19), about(20)), (0, 10, 20));
    }

    /// What somebody can make of a row and its total: for each hidden number, the least and the most it can be. Known is
    /// that nought is never hidden, except where everything is.
    fn guesses(counts: &[i64], shown: &[Option<i64>]) -> Vec<(i64, i64)> {
        let total: i64 = counts.iter().sum();
        let least = i64::from(shown.iter().any(Option::is_some));
        let hidden = shown.iter().filter(|cell| cell.is_none()).count();
        let many = i64::try_from(hidden).expect("a count");
        let rest = total - shown.iter().flatten().sum::<i64>();
        vec![(least, rest - least * (many - 1)); hidden]
    }

    proptest! {
        #[test]
        fn no_small_number_is_shown_or_can_be_told_from_the_rest(
            counts in prop::collection::vec(prop_oneof![3 => 0_i64..8, 1 => 0_i64..200], 2..14)
        ) {
            let shown = protected(&counts);
            for (count, cell) in counts.iter().zip(&shown) {
                prop_assert!(cell.is_none_or(|cell| cell == *count && (cell == 0 || cell >= LEAST)));
            }
            if shown_total(counts.iter().sum()).is_some() {
                for (least, most) in guesses(&counts, &shown) {
                    prop_assert!(least <= 1 && most >= LEAST, "{counts:?} {shown:?}: {least} to {most}");
                }
            }
        }

        #[test]
        fn where_nothing_is_small_everything_is_shown(counts in prop::collection::vec(prop_oneof![Just(0), 5_i64..99], 1..9)) {
            prop_assert_eq!(protected(&counts), counts.iter().copied().map(Some).collect::<Vec<_>>());
        }
    }
}
