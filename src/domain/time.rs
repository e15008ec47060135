//! Instants in UTC and days in Paris: what the rules mean by "now", "until the end of the day" and "31 days".

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::Serialize;

static PARIS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Paris").unwrap_or(TimeZone::fixed(jiff::tz::offset(1))));

/// The source of "now"; the program has one real clock and the tests have one they move by hand.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// The most by which clocks of one installation may differ. What was begun later than this from now was begun by a clock that ran
/// ahead: how old it is cannot be known.
pub const CLOCKS_AGREE: Duration = Duration::from_secs(300);

/// A point in time: microseconds since 1970-01-01T00:00:00Z, the precision both databases keep.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// From seconds since the Unix epoch (the unit of `NumericDate`, RFC 7519 section 2).
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Whole seconds since the Unix epoch (`NumericDate`, RFC 7519 section 2).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The instant `span` later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// The instant `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero when it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The civil day in Paris at this instant.
    pub fn day(self) -> Day {
        Day(self.zoned().date())
    }

    /// Hour and minute on a Paris clock.
    pub fn paris_clock(self) -> (u8, u8) {
        let zoned = self.zoned();
        (zoned.hour().unsigned_abs(), zoned.minute().unsigned_abs())
    }

    /// RFC 3339 text in UTC with six decimals, always 27 characters, so that text order is time order.
    pub fn to_text(self) -> String {
        let stamp = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        format!("{stamp:.6}")
    }

    /// The reverse of [`Instant::to_text`]; any RFC 3339 text is read. `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|stamp| Self(stamp.as_microsecond()))
    }

    fn zoned(self) -> jiff::Zoned {
        jiff::Timestamp::from_microsecond(self.0)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(PARIS.clone())
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// A civil day in Paris: mandates start and end with days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// The day `year`-`month`-`day`; `None` if the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// From `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 10).then(|| text.parse::<civil::Date>().ok().map(Self)).flatten()
    }

    /// `(year, month 1-12, day 1-31)`.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> usize {
        usize::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// Its first instant in Paris.
    pub fn start(self) -> Instant {
        self.0.to_zoned(PARIS.clone()).map_or(Instant(0), |zoned| Instant(zoned.timestamp().as_microsecond()))
    }

    /// Its last second in Paris, 23:59:59.
    pub fn end(self) -> Instant {
        self.plus_days(1).start().minus(Duration::from_secs(1))
    }

    /// The day `days` later (or earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// Days from `self` to `later`, negative when `later` is earlier.
    pub fn days_until(self, later: Self) -> i32 {
        later.0.since((jiff::Unit::Day, self.0)).map_or(0, |span| span.get_days())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order_and_comes_back() {
        let whole = Instant::from_seconds(1_795_000_000);
        let half = whole.plus(Duration::from_micros(500_000));
        assert_eq!(whole.to_text().len(), 27);
        assert!(whole.to_text() < half.to_text());
        assert_eq!(Instant::parse(&half.to_text()), Some(half));
    }

    #[test]
    fn a_day_in_paris_has_its_own_ends_in_summer_and_winter() {
        let winter = Day::new(2026, 11, 22).expect("a day");
        assert_eq!(winter.start().to_text(), "2026-11-21T23:00:00.000000Z");
        assert_eq!(winter.end().to_text(), "2026-11-22T22:59:59.000000Z");
        let summer = Day::new(2026, 7, 14).expect("a day");
        assert_eq!(summer.end().to_text(), "2026-07-14T21:59:59.000000Z");
        assert_eq!(winter.weekday(), 6);
    }

    #[test]
    fn the_night_of_the_change_of_hour_is_counted_in_days() {
        let before = Day::new(2026, 10, 24).expect("a day");
        assert_eq!(before.plus_days(2).to_string(), "2026-10-26");
        assert_eq!(before.days_until(before.plus_days(182)), 182);
        assert_eq!(before.plus_days(1).end().since(before.plus_days(1).start()).as_secs(), 25 * 3600 - 1);
    }
}
