//! The pages of a consent, from the question to the answer on paper.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::Channel;
use crate::domain::person::Person;
use crate::http::form::FormErrors;
use crate::http::page::Account;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::oidc::relying_party::error::RpError;
use crate::operations::answer_by_code::Answered;
use crate::operations::answer_by_code::Outcome;
use crate::operations::consent_link::Asked;
use crate::operations::decide_mandate::Decided;
use crate::operations::decide_mandate::Reading;
use crate::text::Html;
use crate::text::Language;
use crate::text::Text;
use crate::text::themes;
use crate::web::explanations;
use crate::web::sheet::sheet;

#[derive(Template)]
#[template(path = "web/consent/welcome.html")]
struct Welcome {
    page: Page,
    action: String,
    organisation: String,
    aidant: String,
    themes: Html,
    duration: String,
    phone: Option<String>,
    trouble: Option<(String, String)>,
    again: bool,
    channel: Channel,
}

#[derive(Template)]
#[template(path = "web/consent/pairing.html")]
struct Pairing {
    page: Page,
    action: String,
    organisation: String,
}

#[derive(Template)]
#[template(path = "web/consent/by_code.html")]
struct ByCode {
    page: Page,
    action: String,
    organisation: String,
    aidant: String,
    name: String,
    born: String,
    themes: Html,
    duration: String,
    letter: bool,
    renews: bool,
    sheet: Html,
    french_only: bool,
}

#[derive(Template)]
#[template(path = "web/consent/by_code_done.html")]
struct ByCodeDone {
    page: Page,
    agreed: bool,
    active: bool,
    organisation: String,
    themes: Html,
    until: String,
    at: String,
    phone: Option<String>,
    sheet: Html,
}

#[derive(Template)]
#[template(path = "web/consent/leaving.html")]
struct Leaving {
    page: Page,
    action: String,
    logout: String,
}

#[derive(Template)]
#[template(path = "web/consent/text.html")]
struct TextPage {
    page: Page,
    action: String,
    organisation: String,
    aidant: String,
    name: String,
    born: String,
    themes: Html,
    duration: String,
    until: String,
    answer_until: String,
    phone: Option<String>,
    sheet: Html,
    explained: Html,
    french_only: bool,
    changed: bool,
    renews: bool,
}

#[derive(Template)]
#[template(path = "web/consent/done.html")]
struct Done {
    page: Page,
    approved: bool,
    organisation: String,
    themes: Html,
    until: String,
    reference: String,
    at: String,
    news: Option<String>,
    phone: Option<String>,
    sheet: Html,
}

#[derive(Template)]
#[template(path = "web/consent/stopped.html")]
struct Stopped {
    page: Page,
    why: String,
    advice: String,
    space: bool,
}

/// Why a link leads no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// No such link.
    Unknown,
    /// Continued in another browser.
    Elsewhere,
    /// Answered already, or given up by the aidant.
    Answered,
    /// Its time has passed.
    TooLate,
    /// An answer of the identity provider that belongs to nothing here.
    Lost,
    /// The organisation may not act any more.
    OrganisationSuspended,
    /// Another person was expected.
    OtherIdentity,
    /// Three wrong pairing codes.
    Pairing,
    /// Three wrong codes.
    Code,
    /// A mandate is to be renewed, and another person gave it.
    OtherPerson,
}

impl Stop {
    const fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Elsewhere => "elsewhere",
            Self::Answered => "answered",
            Self::TooLate => "too-late",
            Self::Lost => "lost",
            Self::OrganisationSuspended => "organisation-suspended",
            Self::OtherIdentity => "other-identity",
            Self::Pairing => "pairing",
            Self::Code => "code",
            Self::OtherPerson => "other-person",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Elsewhere
            | Self::OrganisationSuspended
            | Self::OtherIdentity
            | Self::OtherPerson
            | Self::Pairing
            | Self::Code => StatusCode::FORBIDDEN,
            Self::Answered | Self::TooLate => StatusCode::GONE,
            Self::Lost => StatusCode::BAD_REQUEST,
        }
    }
}

fn address_of(code: &str) -> String {
    format!("/consentement/{code}")
}

fn theme_lines(t: Text, asked: &crate::domain::mandate::Mandate) -> Html {
    Html::lines(asked.terms.themes.iter().map(|theme| themes().title(*theme, t.language())))
}

fn phone(app: &App) -> Option<String> {
    app.config().operator.phone.clone()
}

/// A page of this consent; its form may end at the identity provider.
fn frame(reader: &Reader, origin: Option<String>) -> Page {
    let page = reader.page(Space::Consent);
    match origin {
        Some(origin) => page.with_form_origin(origin),
        None => page,
    }
}

fn with_person(page: Page, person: &Person) -> Page {
    let identity = &person.identity;
    let place = page.t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()));
    page.with_account(Account { name: identity.short_name(), place, switch: None, leave: None })
}

/// What the person should know of a failed login at the provider.
pub fn trouble_words(t: Text, error: &RpError) -> (String, String, StatusCode) {
    let (key, status) = match error {
        RpError::Denied => ("denied", StatusCode::OK),
        RpError::Off | RpError::Unavailable(_) => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        RpError::WrongState | RpError::Provider(_) | RpError::Untrusted(_) => {
            ("untrusted", StatusCode::BAD_GATEWAY)
        }
    };
    (t.get(&format!("consent-trouble-{key}-title")), t.get(&format!("consent-trouble-{key}-words")), status)
}

/// Who asks and what happens next; `again` once this browser has continued, `trouble` after a login that failed.
pub fn welcome(
    app: &App,
    reader: &Reader,
    origin: Option<String>,
    code: &str,
    asked: &Asked,
    again: bool,
    trouble: Option<&RpError>,
) -> Response {
    let t = reader.t;
    let words = trouble.map(|error| trouble_words(t, error));
    let status = words.as_ref().map_or(StatusCode::OK, |(_, _, status)| *status);
    let view = Welcome {
        page: frame(reader, origin).titled(t.get("consent-welcome-title")),
        action: address_of(code),
        organisation: asked.organisation.name.clone(),
        aidant: asked.aidant.show().clone(),
        themes: theme_lines(t, &asked.mandate),
        duration: t.get(&format!("duration-{}", asked.mandate.terms.duration)),
        phone: phone(app),
        trouble: words.map(|(title, words, _)| (title, words)),
        again,
        channel: asked.mandate.terms.channel,
    };
    respond::html(status, &view, &view.page.csp())
}

/// The six digits that the aidant says.
pub fn pairing(
    reader: &Reader,
    origin: Option<String>,
    code: &str,
    asked: &Asked,
    wrong: FormErrors,
) -> Response {
    let t = reader.t;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = Pairing {
        page: frame(reader, origin).titled(t.get("consent-pairing-title")).with_errors(wrong),
        action: address_of(code),
        organisation: asked.organisation.name.clone(),
    };
    respond::html(status, &view, &view.page.csp())
}

/// The exact text for a person without FranceConnect, and her two answers.
pub fn by_code(reader: &Reader, code: &str, reading: &Reading, wrong: FormErrors) -> Response {
    let t = reader.t;
    let identity = &reading.person.identity;
    let organisation = reading.organisation.name.clone();
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = t.with("consent-text-title", &[("organisation", &organisation)]);
    let view = ByCode {
        page: reader.page(Space::Consent).titled(title).with_errors(wrong),
        action: address_of(code),
        aidant: reading.aidant.professional.full_name(),
        name: identity.full_name(),
        born: t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        themes: theme_lines(t, &reading.mandate),
        duration: t.get(&format!("duration-{}", reading.mandate.terms.duration)),
        letter: reading.mandate.terms.channel == Channel::Post,
        renews: reading.mandate.renews.is_some(),
        sheet: sheet(&reading.words.text),
        french_only: t.language() != Language::Fr,
        organisation,
    };
    respond::html(status, &view, &view.page.csp())
}

/// What her answer by code did.
pub fn by_code_done(app: &App, reader: &Reader, answered: &Answered) -> Response {
    let t = reader.t;
    let reading = &answered.reading;
    let (agreed, active, until) = match answered.outcome {
        Outcome::Agreed { active, until } => (true, active, t.until(until.day())),
        Outcome::Refused | Outcome::Wrong { .. } | Outcome::Dead => (false, false, String::new()),
    };
    let key = match (agreed, active) {
        (true, true) => "consent-done-approved",
        (true, false) => "consent-done-said-yes",
        (false, _) => "consent-done-refused",
    };
    let view = ByCodeDone {
        page: reader.page(Space::Consent).titled(t.get(key)),
        agreed,
        active,
        organisation: reading.organisation.name.clone(),
        themes: theme_lines(t, &reading.mandate),
        until,
        at: t.moment(answered.at),
        phone: phone(app),
        sheet: if agreed { sheet(&reading.words.text) } else { Html::default() },
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// Her session at the provider is still open: how to end it.
pub fn leaving(reader: &Reader, origin: Option<String>, code: &str, logout: String) -> Response {
    let page = frame(reader, origin).titled(reader.t.get("consent-leaving-title"));
    let view = Leaving { page, action: address_of(code), logout };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// The exact text and the two answers.
pub fn text(
    app: &App,
    reader: &Reader,
    origin: Option<String>,
    code: &str,
    reading: &Reading,
    changed: bool,
) -> Response {
    let t = reader.t;
    let asked_themes: Vec<_> = reading.mandate.terms.themes.iter().copied().collect();
    let identity = &reading.person.identity;
    let organisation = reading.organisation.name.clone();
    let page = frame(reader, origin).titled(t.with("consent-text-title", &[("organisation", &organisation)]));
    let view = TextPage {
        page: with_person(page, &reading.person),
        action: address_of(code),
        aidant: reading.aidant.professional.full_name(),
        name: identity.full_name(),
        born: t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        themes: theme_lines(t, &reading.mandate),
        duration: t.get(&format!("duration-{}", reading.mandate.terms.duration)),
        until: crate::text::catalogue::capital(&t.until(reading.words.last_day)),
        answer_until: t.at(reading.until),
        phone: phone(app),
        sheet: sheet(&reading.words.text),
        explained: explanations::beside(reader, &asked_themes),
        french_only: t.language() != Language::Fr,
        changed,
        renews: reading.mandate.renews.is_some(),
        organisation,
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// Her answer, for her to print.
pub fn done(app: &App, reader: &Reader, decided: &Decided) -> Response {
    let t = reader.t;
    let reading = &decided.reading;
    let approved = decided.validity.is_some();
    let title = t.get(if approved { "consent-done-approved" } else { "consent-done-refused" });
    let email = reading.person.identity.email.as_ref().filter(|_| approved);
    let view = Done {
        page: with_person(reader.page(Space::Consent).titled(title), &reading.person),
        approved,
        organisation: reading.organisation.name.clone(),
        themes: theme_lines(t, &reading.mandate),
        until: decided.validity.map(|validity| t.until(validity.until.day())).unwrap_or_default(),
        reference: reading.mandate.terms.reference_text(),
        at: t.moment(decided.at),
        news: email.map(|email| t.with("consent-done-news", &[("email", email)])),
        phone: phone(app),
        sheet: if approved { sheet(&reading.words.text) } else { Html::default() },
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// Why the link leads no further, and what to do.
pub fn stopped(reader: &Reader, stop: Stop) -> Response {
    let t = reader.t;
    let say = |part: &str| t.get(&format!("consent-stop-{}-{part}", stop.key()));
    let view = Stopped {
        page: reader.page(Space::Consent).titled(say("title")),
        why: say("why"),
        advice: say("advice"),
        space: stop == Stop::Answered,
    };
    respond::html(stop.status(), &view, &view.page.csp())
}
