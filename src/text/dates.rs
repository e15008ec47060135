//! Days and hours as people say them: "mercredi 3 mars 2027 à 14 h 05".

use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::text::catalogue::Text;
use crate::text::catalogue::capital;
use crate::text::language::Language;

impl Text {
    /// `mercredi 3 mars 2027`, `lundi 1er mars 2027`; `Wednesday 3 March 2027`.
    pub fn day_long(self, day: Day) -> String {
        let weekday = self.get(&format!("weekday-{}", day.weekday()));
        self.with("date-long", &[("weekday", &weekday), ("date", &self.day_short(day))])
    }

    /// `3 mars 2027`; `3 March 2027`.
    pub fn day_short(self, day: Day) -> String {
        let (year, month, number) = day.parts();
        self.with(
            "date-short",
            &[("day", &number.unsigned_abs()), ("month", &self.month(month)), ("year", &year.to_string())],
        )
    }

    /// [`Text::day_long`] with a capital, to open a heading.
    pub fn day_heading(self, day: Day) -> String {
        capital(&self.day_long(day))
    }

    /// The last day of a mandate: `mercredi 3 mars 2027 inclus`; `the end of Wednesday 3 March 2027`.
    pub fn until(self, day: Day) -> String {
        self.with("date-until", &[("date", &self.day_long(day))])
    }

    /// The hour in Paris: `14 h 05` (spaces that do not break); `2:05 pm`.
    pub fn at(self, instant: Instant) -> String {
        let (hour, minute) = instant.paris_clock();
        let key = if hour < 12 { "time-before-noon" } else { "time-after-noon" };
        let shown = match self.language() {
            Language::Fr => hour,
            Language::En => (hour + 11) % 12 + 1,
        };
        self.with(key, &[("hour", &shown), ("minute", &format!("{minute:02}"))])
    }

    /// Day and hour: `mercredi 3 mars 2027 à 14 h 05`; `Wednesday 3 March 2027 at 2:05 pm`.
    pub fn moment(self, instant: Instant) -> String {
        self.with("date-moment", &[("date", &self.day_long(instant.day())), ("time", &self.at(instant))])
    }

    /// Day and hour without the weekday, for dense tables: `3 mars 2027 à 14 h 05`.
    pub fn moment_short(self, instant: Instant) -> String {
        self.with("date-moment", &[("date", &self.day_short(instant.day())), ("time", &self.at(instant))])
    }

    /// The name of a month and its year: `mars 2027`, to head a column or a chart.
    pub fn month_of(self, day: Day) -> String {
        let (year, month, _) = day.parts();
        self.with("date-month", &[("month", &self.month(month)), ("year", &year.to_string())])
    }

    /// A person's birth date as a phrase that agrees: `née le 12 avril 1948`, `né en 1992`, `naissance : mai 1992`.
    ///
    /// `civil` is `YYYY-MM-DD` where presumed dates have `00` for what is unknown (`1992-00-00`, `1992-05-00`);
    /// `gender` is the claim `female` or `male` (OpenID Connect Core section 5.1), anything else is worded neutrally.
    pub fn birthdate(self, civil: &str, gender: Option<&str>) -> String {
        let form = match gender {
            Some("female") => "born-female",
            Some("male") => "born-male",
            _ => "born",
        };
        let date = self.birth_day(civil);
        let key = if Day::parse(civil).is_some() { format!("{form}-on") } else { format!("{form}-in") };
        self.with(&key, &[("date", &date)])
    }

    /// A birth date alone: `12 avril 1948`, or what is known of it: `mai 1992`, `1992`.
    pub fn birth_day(self, civil: &str) -> String {
        if let Some(day) = Day::parse(civil) {
            return self.day_short(day);
        }
        let mut parts = civil.split('-');
        let year = parts.next().unwrap_or_default();
        let month =
            parts.next().and_then(|month| month.parse::<i8>().ok()).filter(|month| (1..=12).contains(month));
        match month {
            Some(month) => self.with("date-month", &[("month", &self.month(month)), ("year", &year)]),
            None => year.to_owned(),
        }
    }

    fn month(self, month: i8) -> String {
        self.get(&format!("month-{month}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FR: Text = Text::new(Language::Fr);
    const EN: Text = Text::new(Language::En);

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn days_have_their_real_weekday_and_the_first_is_an_ordinal() {
        assert_eq!(FR.day_long(day("2027-03-03")), "mercredi 3 mars 2027");
        assert_eq!(FR.day_long(day("2027-09-01")), "mercredi 1er septembre 2027");
        assert_eq!(EN.day_long(day("2027-09-01")), "Wednesday 1 September 2027");
        assert_eq!(FR.day_heading(day("2027-03-01")), "Lundi 1er mars 2027");
        assert_eq!(FR.until(day("2027-04-03")), "samedi 3 avril 2027 inclus");
        assert_eq!(EN.until(day("2027-04-03")), "the end of Saturday 3 April 2027");
    }

    #[test]
    fn hours_are_those_of_paris() {
        let winter = Instant::parse("2027-03-03T13:05:00Z").expect("an instant");
        assert_eq!(FR.at(winter), "14\u{a0}h\u{a0}05");
        assert_eq!(EN.at(winter), "2:05\u{a0}pm");
        assert_eq!(FR.moment(winter), "mercredi 3 mars 2027 à 14\u{a0}h\u{a0}05");
        assert_eq!(EN.moment_short(winter), "3 March 2027 at 2:05\u{a0}pm");
        let midnight = Instant::parse("2027-07-13T22:00:00Z").expect("an instant");
        assert_eq!(FR.moment(midnight), "mercredi 14 juillet 2027 à 0\u{a0}h\u{a0}00");
        assert_eq!(EN.at(midnight), "12:00\u{a0}am");
    }

    #[test]
    fn presumed_birth_dates_say_only_what_is_known() {
        assert_eq!(FR.birthdate("1948-04-12", Some("female")), "née le 12 avril 1948");
        assert_eq!(FR.birthdate("1992-00-00", Some("male")), "né en 1992");
        assert_eq!(FR.birthdate("1992-05-00", None), "naissance\u{a0}: mai 1992");
        assert_eq!(EN.birthdate("1992-05-00", None), "born in May 1992");
        assert_eq!(EN.birthdate("1948-04-01", Some("male")), "born on 1 April 1948");
    }
}
