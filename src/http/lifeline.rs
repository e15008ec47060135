//! The life of a mandate as a line with today on it, the same in words for those who do not see it.

use crate::domain::time::Day;
use crate::text::Html;
use crate::text::Text;

/// The figure of a mandate that runs from `start` to `end` (its last day), seen on `today`; `paused` when it is suspended.
pub fn lifeline(t: Text, start: Day, end: Day, today: Day, paused: bool) -> Html {
    let place = place(start, end, today);
    let left = t.with("common-days-left", &[("days", &today.days_until(end).max(0))]);
    let label_key = if paused { "lifeline-paused" } else { "lifeline-running" };
    let label =
        t.with(label_key, &[("start", &t.day_long(start)), ("end", &t.day_long(end)), ("left", &left)]);
    let since = t.get(if start == today { "lifeline-since-today" } else { "common-since" });
    let words = |text: &str| Html::escaped(text);
    Html::trusted(format!(
        r#"<figure class="lifeline{class}">
<svg role="img" aria-label="{label}" width="100%" height="64">
<line class="lifeline__rest" x1="{place}%" x2="100%" y1="44" y2="44"/>
<line class="lifeline__past" x1="0" x2="{place}%" y1="44" y2="44"/>
<circle class="lifeline__start" cx="0" cy="44" r="7"/>
<circle class="lifeline__end" cx="100%" cy="44" r="7"/>
<circle class="lifeline__today" cx="{place}%" cy="44" r="10"/>
<text x="{place}%" y="20" text-anchor="{anchor}">{now}</text>
</svg>
<figcaption><span><span>{since}</span>{start}</span><span><span>{left}</span>{until}</span></figcaption>
</figure>"#,
        class = if paused { " lifeline--paused" } else { "" },
        label = words(&label),
        anchor = anchor(place),
        now = words(&t.get("common-today")),
        since = words(&since),
        start = words(&t.day_long(start)),
        left = words(&left),
        until = words(&t.until(end)),
    ))
}

/// Where today stands on the line, in percent: never so near an end that its dot hides the other.
fn place(start: Day, end: Day, today: Day) -> i32 {
    let whole = start.days_until(end).max(1);
    let gone = start.days_until(today).clamp(0, whole);
    (gone.saturating_mul(100) / whole).clamp(4, 96)
}

const fn anchor(place: i32) -> &'static str {
    match place {
        ..=14 => "start",
        86.. => "end",
        _ => "middle",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn today_moves_along_the_line_and_stays_on_it() {
        let (start, end) = (day("2026-11-10"), day("2027-05-11"));
        assert_eq!(place(start, end, start), 4);
        assert_eq!(place(start, end, day("2027-03-03")), 62);
        assert_eq!(place(start, end, day("2028-01-01")), 96);
        assert_eq!(place(start, start, start), 4);
    }

    #[test]
    fn the_figure_says_in_words_what_it_shows() {
        let t = Text::new(Language::Fr);
        let figure = lifeline(t, day("2027-03-03"), day("2027-04-03"), day("2027-03-03"), true);
        assert!(figure.as_str().contains("commencé le mercredi 3 mars 2027, suspendu"), "{figure}");
        assert!(figure.as_str().contains("Encore 31 jours") && figure.as_str().contains("lifeline--paused"));
    }
}
