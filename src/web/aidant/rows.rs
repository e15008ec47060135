//! A mandate as lists and pages of the aidant's space show it.

use crate::domain::mandate::MandateStatus;
use crate::domain::person::Person;
use crate::domain::theme::Theme;
use crate::domain::time::Day;
use crate::operations::aidant_mandates::MandateView;
use crate::text::Html;
use crate::text::Text;
use crate::text::themes;

/// A mandate that ends within so many days is pointed out.
pub const ENDING_DAYS: i32 = 30;

/// A state as badges show it.
pub struct Badge {
    /// The part's colour word: active, waiting, stopped, ended.
    pub kind: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Its words.
    pub words: String,
}

/// One line of a table of persons.
pub struct Row {
    /// Given and family name.
    pub name: String,
    /// The birth date as a phrase.
    pub born: String,
    /// The mandate's page.
    pub href: String,
    /// Titles of the themes still open, one below the other.
    pub themes: Html,
    /// The last day.
    pub until: String,
    /// How many days are left, in words; empty once it has ended.
    pub left: String,
    /// The state.
    pub badge: Badge,
    /// Whether she is known by what an aidant took down only.
    pub declared: bool,
}

/// The words for a person whose identity is gone or not known.
pub fn name_of(t: Text, person: Option<&Person>) -> String {
    person.map_or_else(|| t.get("mandate-person-unknown"), |person| person.identity.full_name())
}

/// The birth date of a person as a phrase that agrees.
pub fn born(t: Text, person: &Person) -> String {
    t.birthdate(person.identity.civil_birthdate(), Some(person.identity.gender.show()))
}

/// Whether the mandate rests on an identity that an aidant took down.
pub fn declared(view: &MandateView) -> bool {
    view.mandate.terms.channel.is_declared()
}

/// The titles of themes, one below the other.
pub fn theme_lines<'a>(t: Text, keys: impl IntoIterator<Item = &'a Theme>) -> Html {
    Html::lines(keys.into_iter().map(|theme| themes().title(*theme, t.language())))
}

/// The titles of themes in a row.
pub fn theme_list<'a>(t: Text, keys: impl IntoIterator<Item = &'a Theme>) -> String {
    let titles: Vec<String> =
        keys.into_iter().map(|theme| themes().title(*theme, t.language()).to_owned()).collect();
    t.list(&titles)
}

/// Days from `today` to the end of a mandate in force.
pub fn days_left(view: &MandateView, today: Day) -> Option<i32> {
    let consent = view.mandate.consent()?;
    (view.status == MandateStatus::Active).then(|| today.days_until(consent.validity.until.day()))
}

/// The state as a badge.
pub fn badge(t: Text, view: &MandateView, today: Day) -> Badge {
    let (kind, icon, key) = match view.status {
        MandateStatus::Active if days_left(view, today).is_some_and(|days| days <= ENDING_DAYS) => {
            ("waiting", "clock", "status-ending")
        }
        MandateStatus::Active => ("active", "tick", "status-active"),
        MandateStatus::Suspended => ("stopped", "pause", "status-suspended"),
        MandateStatus::Draft | MandateStatus::AwaitingConsent => ("waiting", "clock", "status-awaiting"),
        MandateStatus::Revoked => ("ended", "stop", "status-revoked"),
        MandateStatus::Expired => ("ended", "stop", "status-ended"),
        MandateStatus::Refused => ("ended", "refused", "status-refused"),
        MandateStatus::Lapsed => ("ended", "clock", "status-lapsed"),
    };
    Badge { kind, icon, words: t.get(key) }
}

/// The line of a mandate that a person gave; `None` for a draft.
pub fn row(t: Text, view: &MandateView, today: Day) -> Option<Row> {
    let consent = view.mandate.consent()?;
    let last = consent.validity.until.day();
    let open = view.mandate.open_themes();
    let shown = if open.is_empty() { &view.mandate.terms.themes } else { &open };
    let running = matches!(view.status, MandateStatus::Active | MandateStatus::Suspended);
    Some(Row {
        name: name_of(t, view.person.as_ref()),
        born: view.person.as_ref().map(|person| born(t, person)).unwrap_or_default(),
        href: format!("/aidant/mandats/{}", view.mandate.id),
        themes: theme_lines(t, shown),
        until: t.until(last),
        left: if running {
            t.with("common-in-days", &[("days", &today.days_until(last).max(0))])
        } else {
            String::new()
        },
        badge: badge(t, view, today),
        declared: declared(view),
    })
}
