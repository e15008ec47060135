//! `/aidant/mandats/nouveau`: themes and duration, then the hand-over.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::MandateId;
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
use crate::operations::draw_up_mandate;
use crate::operations::draw_up_mandate::Draft;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::renewal::Renewed;
use crate::text::themes;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::refused;
use crate::web::aidant::rows;

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
    renewed: Option<Old>,
}

/// The mandate that the new one is to follow.
struct Old {
    id: String,
    name: String,
    born: String,
    until: String,
}

/// What a link to this page may say.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    renouveler: Option<String>,
}

/// What was typed so far.
#[derive(Default)]
struct Typed {
    themes: BTreeSet<Theme>,
    duration: Option<MandateDuration>,
    channel: Option<Channel>,
}

/// `GET /aidant/mandats/nouveau`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let renewed = match renewed(&app, &reader, &aidant, asked.renouveler.as_deref()).await {
        Ok(renewed) => renewed,
        Err(Refusal::Conflict(_)) => {
            let back = asked.renouveler.unwrap_or_default();
            return Ok(respond::see_other(&format!("/aidant/mandats/{back}")));
        }
        Err(other) => return Err(refused(&reader)(other)),
    };
    let typed = renewed.as_ref().map_or_else(Typed::default, |old| Typed {
        themes: old.themes.clone(),
        duration: Some(old.duration),
        channel: Some(Channel::Present),
    });
    let paper = Paper { typed: &typed, renewed: renewed.as_ref() };
    Ok(page(&app, &reader, &aidant, &paper, FormErrors::default(), None))
}

async fn renewed(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    id: Option<&str>,
) -> Result<Option<Renewed>, Refusal> {
    let Some(id) = id.filter(|id| !id.is_empty()) else { return Ok(None) };
    let id: MandateId = id.parse().map_err(|_| {
        tracing::debug!(path = %reader.path, "no identifier of a mandate");
        Refusal::NotFound
    })?;
    renewal::look(&app.bench, aidant, id).await.map(Some)
}

/// What stands on the form.
struct Paper<'a> {
    typed: &'a Typed,
    renewed: Option<&'a Renewed>,
}

fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    paper: &Paper<'_>,
    errors: FormErrors,
    denied: Option<String>,
) -> Response {
    let t = reader.t;
    let typed = paper.typed;
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
        page: reader
            .aidant_page(aidant)
            .titled(t.get(if paper.renewed.is_some() { "mandate-renew-title" } else { "aidant-new-mandate" }))
            .form()
            .with_errors(errors),
        renewed: paper.renewed.map(|old| Old {
            id: old.mandate.to_string(),
            name: rows::name_of(t, old.person.as_ref()),
            born: old.person.as_ref().map(|person| rows::born(t, person)).unwrap_or_default(),
            until: t.until(old.until.day()),
        }),
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
    let fields = form(fields, &reader)?;
    let typed = read(&fields, &reader)?;
    let old = fields.one("renouveler").map_err(bad_form(&reader))?;
    let renewed = match renewed(&app, &reader, &aidant, old).await {
        Ok(renewed) => renewed,
        Err(Refusal::Conflict(_)) => {
            return Ok(respond::see_other(&format!("/aidant/mandats/{}", old.unwrap_or_default())));
        }
        Err(other) => return Err(refused(&reader)(other)),
    };
    let paper = Paper { typed: &typed, renewed: renewed.as_ref() };
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
    let (Some(duration), Some(channel), true) = (typed.duration, typed.channel, errors.is_empty()) else {
        return Ok(page(&app, &reader, &aidant, &paper, errors, None));
    };
    let draft =
        Draft { themes: typed.themes.clone(), duration, channel, renews: renewed.as_ref().map(|old| old.mandate) };
    match draw_up_mandate::draw_up(&app.bench, &aidant, &draft, Some(&reader.reference)).await {
        Ok(id) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(Refusal::Denied(reason)) => {
            let words = t.get(&format!("mandate-denied-{reason}"));
            Ok(page(&app, &reader, &aidant, &paper, FormErrors::default(), Some(words)))
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
