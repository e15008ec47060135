//! `/aidant/mandats/nouveau`: themes and duration, then the hand-over.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::Channel;
use crate::domain::mandate::MandateDuration;
use crate::domain::theme::Theme;
use crate::http::actor::FreshAidant;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::ask_person::Way;
use crate::operations::draw_up_mandate;
use crate::operations::draw_up_mandate::Draft;
use crate::operations::refusal::Refusal;
use crate::text::themes;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::refused;

struct ThemeChoice {
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

struct DurationChoice {
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/aidant/new_mandate.html")]
struct NewMandate {
    page: Page,
    themes: Vec<ThemeChoice>,
    durations: Vec<DurationChoice>,
    denied: Option<String>,
}

/// What was typed so far.
#[derive(Default)]
struct Typed {
    themes: BTreeSet<Theme>,
    duration: Option<MandateDuration>,
    channel: Option<Channel>,
}

/// `GET /aidant/mandats/nouveau`
pub async fn show(State(app): State<App>, reader: Reader, FreshAidant(aidant): FreshAidant) -> Response {
    page(&app, &reader, &aidant, &Typed::default(), FormErrors::default(), None)
}

fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    typed: &Typed,
    errors: FormErrors,
    denied: Option<String>,
) -> Response {
    let t = reader.t;
    let status = match (&denied, errors.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, false) => StatusCode::BAD_REQUEST,
        (None, true) => StatusCode::OK,
    };
    let choices = Theme::ALL.into_iter().map(|theme| {
        let withheld = aidant.organisation.withheld_themes.contains(&theme);
        let own = || themes().words(theme, t.language()).to_owned();
        ThemeChoice {
            key: theme.key(),
            title: themes().title(theme, t.language()).to_owned(),
            words: if withheld { t.get("mandate-new-withheld") } else { own() },
            attributes: match (withheld, typed.themes.contains(&theme)) {
                (true, _) => "disabled",
                (false, true) => "checked",
                (false, false) => "",
            },
        }
    });
    let today = app.bench.now().day();
    let durations = MandateDuration::ALL.iter().map(|duration| DurationChoice {
        key: duration.as_str(),
        title: t.get(&format!("duration-{duration}")),
        words: t.with("common-until", &[("date", &t.until(duration.last_day(today)))]),
        attributes: if typed.duration == Some(*duration) { "required checked" } else { "required" },
    });
    let view = NewMandate {
        page: reader.aidant_page(aidant).titled(t.get("aidant-new-mandate")).form().with_errors(errors),
        themes: choices.collect(),
        durations: durations.collect(),
        denied,
    };
    respond::html(status, &view, &view.page.csp())
}

/// `POST /aidant/mandats/nouveau`
pub async fn draw_up(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let typed = read(&form(fields, &reader)?, &reader)?;
    let mut errors = FormErrors::default();
    if typed.themes.is_empty() {
        errors.add_at("theme", "theme-papiers", t.get("mandate-error-no-theme"));
    }
    if typed.duration.is_none() {
        errors.add_at("duration", "duration-short", t.get("mandate-error-no-duration"));
    }
    if typed.channel != Some(Channel::Present) {
        errors.add_at("channel", "channel-present", t.get("mandate-error-channel"));
    }
    let (Some(duration), true) = (typed.duration, errors.is_empty()) else {
        return Ok(page(&app, &reader, &aidant, &typed, errors, None));
    };
    let draft = Draft { themes: typed.themes.clone(), duration, way: Way::Present };
    match draw_up_mandate::draw_up(&app.bench, &aidant, &draft, Some(&reader.reference)).await {
        Ok(id) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(Refusal::Denied(reason)) => {
            let words = t.get(&format!("mandate-denied-{reason}"));
            Ok(page(&app, &reader, &aidant, &typed, FormErrors::default(), Some(words)))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}

fn read(fields: &FormFields, reader: &Reader) -> Result<Typed, PageError> {
    let stranger = || PageError::of(Trouble::BadRequest, reader, Space::Aidant);
    let mut typed = Typed::default();
    for key in fields.all("theme") {
        typed.themes.insert(Theme::parse(key).ok_or_else(stranger)?);
    }
    if let Some(word) = fields.one("duration").map_err(bad_form(reader))? {
        typed.duration = Some(MandateDuration::parse(word).ok_or_else(stranger)?);
    }
    if let Some(word) = fields.one("channel").map_err(bad_form(reader))? {
        typed.channel = Some(Channel::parse(word).ok_or_else(stranger)?);
    }
    Ok(typed)
}
