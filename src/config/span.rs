//! Time spans as people write them: `250 ms`, `30 s`, `15 min`, `48 h`, `7 d`, or a bare number of seconds.

use std::time::Duration;

const UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads a span; `None` if it is not one.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let unit = match unit.trim() {
        "" => "s",
        unit => unit,
    };
    let (_, millis) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(millis).map(Duration::from_millis)
}

/// The shortest way to write a span, the reverse of [`parse`].
pub(super) fn words(span: Duration) -> String {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let fitting = UNITS.into_iter().rev().find(|(_, unit)| millis != 0 && millis.is_multiple_of(*unit));
    let (name, unit) = fitting.unwrap_or(("ms", 1));
    format!("{} {name}", millis / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_with_and_without_unit() {
        assert_eq!(parse("250 ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse("15min"), Some(Duration::from_secs(900)));
        assert_eq!(parse("3600"), Some(Duration::from_secs(3600)));
        for wrong in ["", "min", "-3 s", "1.5 h", "3 weeks", "99999999999999999999", "5 s s"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn words_come_back_as_the_same_span() {
        for text in ["250 ms", "90 s", "15 min", "1 h", "2 d"] {
            assert_eq!(parse(text).map(words).as_deref(), Some(text));
        }
    }
}
