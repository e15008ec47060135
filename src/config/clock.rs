//! The real clock, the one place where the program asks the system what time it is.

use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use crate::domain::time::Clock;
use crate::domain::time::Instant;

/// The system's clock in UTC, to the microsecond.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one real clock behind domain::time::Clock")]
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_later_than_this_program_was_written_and_does_not_run_backwards() {
        let first = SystemClock.now();
        assert!(first > Instant::from_seconds(1_735_689_600), "{first}");
        assert!(SystemClock.now() >= first);
    }
}
