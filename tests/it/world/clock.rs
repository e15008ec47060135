//! A clock that runs like a real one from a chosen moment, and can be moved.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use procura::config::SystemClock;
use procura::domain::time::Clock;
use procura::domain::time::Instant;

/// Monday 23 November 2026, 10:00 in Paris.
const MONDAY: Instant = Instant::from_seconds(1_795_424_400);

/// The clock of one world.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Begins on a Monday morning, or shows the real time.
    pub fn new(live: bool) -> Self {
        let offset = if live { 0 } else { MONDAY.micros() - SystemClock.now().micros() };
        Self(AtomicI64::new(offset))
    }

    /// Shows the real time from now on, for counterparts that have a clock of their own.
    pub fn follow_real_time(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).expect("a span of less than an age");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Steps back, as a machine's clock does that had run ahead.
    pub fn set_back(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).expect("a span of less than an age");
        self.0.fetch_sub(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_micros(SystemClock.now().micros() + self.0.load(Ordering::SeqCst))
    }
}
