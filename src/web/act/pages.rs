//! The pages of the choice: person, theme, refusal, and a choice that is over.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::decision::Reason;
use crate::domain::ids::PersonId;
use crate::domain::person::Identity;
use crate::domain::theme::Theme;
use crate::http::form::FormErrors;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::respond;
use crate::operations::act_choices::Choices;
use crate::operations::act_choices::OfferedPerson;
use crate::operations::identity_broker::is_broker;
use crate::text::Html;
use crate::text::Text;
use crate::text::catalogue::capital;
use crate::text::themes as theme_words;
use crate::web::act::Visit;

/// One person or theme to choose.
struct Choice {
    id: String,
    value: String,
    title: String,
    born: String,
    words: String,
    checked: bool,
}

#[derive(Template)]
#[template(path = "web/act/persons.html")]
struct Persons {
    page: Page,
    action: String,
    accepted: Html,
    client: String,
    choices: Vec<Choice>,
    missing: Vec<Html>,
}

#[derive(Template)]
#[template(path = "web/act/themes.html")]
struct Themes {
    page: Page,
    action: String,
    client: String,
    person: String,
    hint: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "web/act/over.html")]
struct Over {
    page: Page,
    action: String,
    client: String,
    why: String,
    advice: String,
    reference: Option<String>,
}

fn frame(visit: &Visit<'_>, choices: &Choices) -> Page {
    let t = visit.reader.t;
    visit
        .reader
        .aidant_page(visit.aidant)
        .without_nav()
        .with_form_origin(visit.act.request.redirect_uri.clone())
        .with_banner(Banner {
            icon: "enter",
            label: t.get("act-banner-client"),
            words: choices.client.registration.name.clone(),
            note: None,
        })
}

fn emphasised(titles: &[String], t: Text) -> Html {
    let marked: Vec<String> =
        titles.iter().map(|title| format!("<em>{}</em>", Html::escaped(title))).collect();
    Html::trusted(t.list(&marked))
}

fn titles<'a>(covered: impl IntoIterator<Item = &'a Theme>, t: Text) -> Vec<String> {
    covered.into_iter().map(|theme| theme_words().title(*theme, t.language()).to_owned()).collect()
}

fn born(identity: &Identity, t: Text) -> String {
    capital(&t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())))
}

/// The form's step 1; with an error when it came without a person.
pub(super) fn persons(visit: &Visit<'_>, choices: &Choices, unanswered: bool) -> Response {
    let t = visit.reader.t;
    let mut page = frame(visit, choices).titled(t.get("act-person-title")).form();
    if unanswered && !choices.offered.is_empty() {
        let mut errors = FormErrors::default();
        errors.add_at("person", "personne-1", t.get("act-person-missing"));
        page = page.with_errors(errors);
    }
    let all =
        choices.offered.iter().enumerate().map(|(place, person)| person_choice(place, person, t)).collect();
    let missing = choices.missing.iter().filter(|person| !person.themes.is_empty());
    let view = Persons {
        action: visit.path(),
        accepted: t.html(
            "act-accepted",
            &[
                ("client", &choices.client.registration.name),
                ("themes", &emphasised(&titles(&choices.accepted, t), t)),
            ],
        ),
        client: choices.client.registration.name.clone(),
        choices: all,
        missing: missing
            .map(|person| {
                let words = missing_words(
                    t,
                    person.reason,
                    &choices.client.registration.name,
                    &titles(&person.themes, t),
                );
                t.html("act-missing-line", &[("name", &person.identity.full_name()), ("why", &words)])
            })
            .collect(),
        page,
    };
    respond::html(
        if unanswered { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
        &view,
        &view.page.csp(),
    )
}

fn person_choice(place: usize, person: &OfferedPerson, t: Text) -> Choice {
    let until = person.themes.values().max().map(|until| t.until(until.day())).unwrap_or_default();
    let words = t.with(
        "act-person-words",
        &[("themes", &titles(person.themes.keys(), t).join(", ")), ("until", &until)],
    );
    Choice {
        id: format!("personne-{}", place + 1),
        value: person.handle.clone(),
        title: person.identity.full_name(),
        born: born(&person.identity, t),
        words: if person.declared { format!("{}. {words}", t.get("status-declared")) } else { words },
        checked: false,
    }
}

/// Who will know what. Behind a broker the service sees the person alone, and its session may open further services.
fn hint(choices: &Choices, name: &str, t: Text) -> String {
    let key = if is_broker(&choices.client) { "act-theme-hint-broker" } else { "act-theme-hint" };
    t.with(key, &[("name", &name), ("client", &choices.client.registration.name)])
}

/// The form's step 2; `kept` is the theme chosen before the second factor was asked for again.
pub(super) fn themes(
    visit: &Visit<'_>,
    choices: &Choices,
    person: &OfferedPerson,
    kept: Option<Theme>,
    unanswered: bool,
) -> Response {
    let t = visit.reader.t;
    let name = person.identity.full_name();
    let mut page = frame(visit, choices).titled(t.get("act-theme-title")).form().with_banner(Banner {
        icon: "person",
        label: t.get("act-banner-person"),
        words: format!(
            "{name}, {}",
            t.birthdate(person.identity.civil_birthdate(), Some(person.identity.gender.show()))
        ),
        note: Some(t.html("act-banner-at", &[("client", &choices.client.registration.name)])),
    });
    if unanswered {
        let mut errors = FormErrors::default();
        errors.add_at("theme", "demarche-1", t.get("act-theme-missing"));
        page = page.with_errors(errors);
    }
    let choice = |(place, (theme, until)): (usize, (&Theme, &crate::domain::time::Instant))| Choice {
        id: format!("demarche-{}", place + 1),
        value: theme.key().to_owned(),
        title: theme_words().title(*theme, t.language()).to_owned(),
        born: String::new(),
        words: t.with(
            "act-theme-words",
            &[("words", &theme_words().words(*theme, t.language())), ("until", &t.until(until.day()))],
        ),
        checked: kept == Some(*theme),
    };
    let view = Themes {
        action: visit.path(),
        client: choices.client.registration.name.clone(),
        hint: hint(choices, &name, t),
        person: name,
        choices: person.themes.iter().enumerate().map(choice).collect(),
        page,
    };
    respond::html(
        if unanswered { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
        &view,
        &view.page.csp(),
    )
}

/// The act was refused and written down: why, what to do, one button back.
pub(super) fn refused(
    visit: &Visit<'_>,
    choices: &Choices,
    person: Option<PersonId>,
    theme: Option<Theme>,
    reason: Reason,
) -> Response {
    let t = visit.reader.t;
    let offered =
        choices.offered.iter().find(|one| Some(one.id) == person).map(|one| one.identity.full_name());
    let missing =
        choices.missing.iter().find(|one| Some(one.id) == person).map(|one| one.identity.full_name());
    let name = offered.or(missing).unwrap_or_else(|| t.get("act-this-person"));
    let theme = theme
        .map_or_else(|| t.get("act-this-theme"), |theme| theme_words().title(theme, t.language()).to_owned());
    let args: [(&'static str, &dyn crate::text::Arg); 3] =
        [("name", &name), ("theme", &theme), ("client", &choices.client.registration.name)];
    let view = Over {
        page: frame(visit, choices).titled(t.get("act-refused-title")),
        action: format!("{}/quitter", visit.path()),
        client: choices.client.registration.name.clone(),
        why: t.with(&format!("act-refused-{}", reason.as_str().replace('_', "-")), &args),
        advice: t.get(advice_key(reason)),
        reference: Some(visit.reader.reference.clone()),
    };
    respond::html(StatusCode::FORBIDDEN, &view, &view.page.csp())
}

/// The broker's service asks for a step that no mandate here can cover.
pub(super) fn unusable(visit: &Visit<'_>, choices: &Choices) -> Response {
    let t = visit.reader.t;
    let view = Over {
        page: frame(visit, choices).titled(t.get("act-refused-title")),
        action: format!("{}/quitter", visit.path()),
        client: choices.client.registration.name.clone(),
        why: t.get("act-unusable-why"),
        advice: t.with("act-unusable-advice", &[("client", &choices.client.registration.name)]),
        reference: Some(visit.reader.reference.clone()),
    };
    respond::html(StatusCode::FORBIDDEN, &view, &view.page.csp())
}

/// The choice waited too long, was refused before, or was made.
pub(super) fn over(visit: &Visit<'_>, choices: &Choices) -> Response {
    let t = visit.reader.t;
    let view = Over {
        page: frame(visit, choices).titled(t.get("act-over-title")),
        action: format!("{}/quitter", visit.path()),
        client: choices.client.registration.name.clone(),
        why: t.get("act-over-why"),
        advice: t.with("act-over-advice", &[("client", &choices.client.registration.name)]),
        reference: None,
    };
    respond::html(StatusCode::GONE, &view, &view.page.csp())
}

pub(in crate::web) const fn advice_key(reason: Reason) -> &'static str {
    match reason {
        Reason::ClientNotActive | Reason::ClientNotEntitled | Reason::ClientTheme | Reason::ConsentGrade => {
            "act-advice-client"
        }
        Reason::AccountSuspended
        | Reason::HabilitationNotGiven
        | Reason::CharterUnsigned
        | Reason::HabilitationSuspended
        | Reason::HabilitationEnded
        | Reason::OrganisationSuspended
        | Reason::OrganisationTheme => "act-advice-referent",
        Reason::NoMandate
        | Reason::MandateNotGiven
        | Reason::MandateRevoked
        | Reason::MandateExpired
        | Reason::ThemeNotInMandate
        | Reason::ThemeRevoked => "act-advice-mandate",
        Reason::MandateSuspended | Reason::AidantBlocked | Reason::OrganisationBlocked => "act-advice-person",
        Reason::NoEmail => "act-advice-email",
        Reason::SecondFactorStale => "act-advice-factor",
    }
}

fn missing_words(t: Text, reason: Reason, client: &str, covered: &[String]) -> String {
    match reason {
        Reason::MandateSuspended => t.get("act-missing-suspended"),
        Reason::ConsentGrade => t.with("act-missing-grade", &[("client", &client)]),
        Reason::AidantBlocked | Reason::OrganisationBlocked => t.get("act-missing-blocked"),
        Reason::ThemeRevoked | Reason::ThemeNotInMandate | Reason::ClientTheme => {
            t.with("act-missing-themes", &[("themes", &t.list(covered)), ("client", &client)])
        }
        Reason::AccountSuspended
        | Reason::HabilitationNotGiven
        | Reason::CharterUnsigned
        | Reason::HabilitationSuspended
        | Reason::HabilitationEnded => t.get("act-missing-habilitation"),
        Reason::NoEmail => t.with("act-missing-email", &[("client", &client)]),
        Reason::OrganisationSuspended => t.get("act-missing-organisation"),
        Reason::OrganisationTheme => t.get("act-missing-organisation-theme"),
        Reason::ClientNotActive | Reason::ClientNotEntitled => {
            t.with("act-missing-client", &[("client", &client)])
        }
        Reason::NoMandate
        | Reason::MandateNotGiven
        | Reason::MandateRevoked
        | Reason::MandateExpired
        | Reason::SecondFactorStale => t.get("act-missing-ended"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_reason_has_its_words_in_both_languages() {
        for language in Language::ALL {
            let t = Text::new(language);
            for reason in Reason::ALL {
                let key = format!("act-refused-{}", reason.as_str().replace('_', "-"));
                let words = t.with(&key, &[("name", &"Jeanne"), ("theme", &"Logement"), ("client", &"CAF")]);
                assert!(!words.contains('⟦'), "{language} {key}");
                assert!(!t.get(advice_key(*reason)).contains('⟦'), "{language} {reason}");
                assert!(
                    !missing_words(t, *reason, "CAF", &["Logement".to_owned()]).contains('⟦'),
                    "{language} {reason}"
                );
            }
        }
    }
}
