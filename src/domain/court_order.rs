//! An order of a court under which a person learns only from a day on that her trail was read.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::time::Day;
use crate::domain::time::Instant;

/// The furthest day, counted from the one an order is recorded on.
pub const LONGEST_DAYS: i32 = 731;
/// The longest court's name and order number, in characters.
pub const LONGEST_NAME: usize = 200;

/// What stands on an order; kept sealed. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourtOrder {
    /// The court.
    pub court: String,
    /// Its number there.
    pub number: String,
    /// Its day, `YYYY-MM-DD`.
    pub decided_on: String,
    /// Whom it concerns: family name with birth date, as it names her.
    pub person: String,
    /// SHA-256 of the order's file, in hexadecimal digits.
    pub document: String,
}

impl CourtOrder {
    /// Court and number, as entries name it.
    pub fn title(&self) -> String {
        format!("{}, {}", self.court, self.number)
    }
}

impl std::fmt::Debug for CourtOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CourtOrder(…)")
    }
}

/// From when on the person sees the readings: the beginning of that day in Paris.
///
/// `None` for a day that is over or begun, or lies further ahead than secrecy may last.
pub fn shown_from(today: Day, day: Day) -> Option<Instant> {
    (1..=LONGEST_DAYS).contains(&today.days_until(day)).then(|| day.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrecy_always_ends() {
        let today = Day::parse("2027-03-03").expect("a day");
        assert_eq!(shown_from(today, today), None);
        assert_eq!(shown_from(today, today.plus_days(-1)), None);
        assert_eq!(shown_from(today, today.plus_days(1)), Some(today.plus_days(1).start()));
        assert!(shown_from(today, today.plus_days(LONGEST_DAYS)).is_some());
        assert_eq!(shown_from(today, today.plus_days(LONGEST_DAYS + 1)), None);
    }
}
