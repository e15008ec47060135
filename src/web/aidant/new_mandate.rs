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
use crate::domain::person::Identification;
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
use crate::operations::ask_person::Same;
use crate::operations::ask_person::Way;
use crate::operations::declared_persons;
use crate::operations::declared_persons::Alike;
use crate::operations::draw_up_mandate;
use crate::operations::draw_up_mandate::Draft;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::renewal::Renewed;
use crate::text::Text;
use crate::text::themes;
use crate::web::aidant::asked::Asked;
use crate::web::aidant::asked::GENDERS;
use crate::web::aidant::asked::NOBODY;
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

struct ChannelChoice {
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

struct GenderChoice {
    key: &'static str,
    title: String,
    attributes: &'static str,
}

struct AlikeChoice {
    handle: String,
    name: String,
    born: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/aidant/new_mandate.html")]
struct NewMandate {
    page: Page,
    themes: Vec<ThemeChoice>,
    durations: Vec<DurationChoice>,
    channels: Vec<ChannelChoice>,
    genders: Vec<GenderChoice>,
    alike: Vec<AlikeChoice>,
    nobody: &'static str,
    asked: Asked,
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
pub struct Wanted {
    renouveler: Option<String>,
}

/// What was typed so far.
#[derive(Default)]
struct Typed {
    themes: BTreeSet<Theme>,
    duration: Option<MandateDuration>,
    channel: Option<Channel>,
    asked: Asked,
    alike: Vec<Alike>,
}

/// `GET /aidant/mandats/nouveau`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let renewed = match renewed(&app, &reader, &aidant, wanted.renouveler.as_deref()).await {
        Ok(renewed) => renewed,
        Err(Refusal::Conflict(_)) => {
            let back = wanted.renouveler.unwrap_or_default();
            return Ok(respond::see_other(&format!("/aidant/mandats/{back}")));
        }
        Err(other) => return Err(refused(&reader)(other)),
    };
    let typed = renewed.as_ref().map_or_else(Typed::default, |old| Typed {
        themes: old.themes.clone(),
        duration: Some(old.duration),
        channel: Some(if is_declared(old) { Channel::Sms } else { Channel::Present }),
        asked: old.person.as_ref().map(Asked::of).unwrap_or_default(),
        alike: Vec::new(),
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
        channels: Channel::ALL.iter().map(|channel| channel_choice(t, *channel, typed)).collect(),
        genders: GENDERS.iter().map(|key| gender_choice(t, key, typed)).collect(),
        alike: typed.alike.iter().map(|alike| alike_choice(t, alike, typed)).collect(),
        nobody: NOBODY,
        asked: typed.asked.clone(),
        denied,
    };
    respond::html(status, &view, &view.page.csp())
}

fn channel_choice(t: Text, channel: Channel, typed: &Typed) -> ChannelChoice {
    let chosen = typed.channel.unwrap_or(Channel::Present) == channel;
    ChannelChoice {
        key: channel.as_str(),
        title: t.get(&format!("mandate-new-{channel}")),
        words: t.get(&format!("mandate-new-{channel}-words")),
        attributes: if chosen { "required checked" } else { "required" },
    }
}

fn gender_choice(t: Text, key: &'static str, typed: &Typed) -> GenderChoice {
    let attributes = if typed.asked.gender == key { "checked" } else { "" };
    GenderChoice { key, title: t.get(&format!("asking-gender-{key}")), attributes }
}

fn alike_choice(t: Text, alike: &Alike, typed: &Typed) -> AlikeChoice {
    AlikeChoice {
        handle: alike.handle.clone(),
        name: alike.person.identity.full_name(),
        born: rows::born(t, &alike.person),
        attributes: if typed.asked.same_as == alike.handle { "checked" } else { "" },
    }
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
    let mut typed = read(&fields, &reader)?;
    let old = fields.one("renouveler").map_err(bad_form(&reader))?;
    let renewed = match renewed(&app, &reader, &aidant, old).await {
        Ok(renewed) => renewed,
        Err(Refusal::Conflict(_)) => {
            return Ok(respond::see_other(&format!("/aidant/mandats/{}", old.unwrap_or_default())));
        }
        Err(other) => return Err(refused(&reader)(other)),
    };
    let (draft, errors) = drafted(&app, &reader, &aidant, &mut typed, renewed.as_ref()).await?;
    let paper = Paper { typed: &typed, renewed: renewed.as_ref() };
    let Some(draft) = draft.filter(|_| errors.is_empty()) else {
        return Ok(page(&app, &reader, &aidant, &paper, errors, None));
    };
    match draw_up_mandate::draw_up(&app.bench, &aidant, &draft, Some(&reader.reference)).await {
        Ok(id) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(Refusal::Denied(reason)) => {
            let words = t.get(&format!("mandate-denied-{reason}"));
            Ok(page(&app, &reader, &aidant, &paper, FormErrors::default(), Some(words)))
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add_at(fault.field, target(fault.field), t.get(fault.key));
            }
            Ok(page(&app, &reader, &aidant, &paper, errors, None))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}

/// The first control of a field, where the summary of errors leads.
const fn target(field: &'static str) -> &'static str {
    match field.as_bytes() {
        b"theme" => "theme-papiers",
        b"duration" => "duration-short",
        b"channel" => "channel-present",
        b"same_as" => "same-as-new",
        _ => field,
    }
}

/// What was typed as a draft, and what is to correct; whoever is alike is put into `typed`.
async fn drafted(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    typed: &mut Typed,
    renewed: Option<&Renewed>,
) -> Result<(Option<Draft>, FormErrors), PageError> {
    let t = reader.t;
    let mut errors = FormErrors::default();
    let mut ask = |field: &'static str, key: &str| errors.add_at(field, target(field), t.get(key));
    if typed.themes.is_empty() {
        ask("theme", "mandate-error-no-theme");
    }
    match (typed.duration, typed.channel) {
        (None, _) => ask("duration", "mandate-error-no-duration"),
        (Some(duration), Some(channel)) if duration > channel.longest() => {
            ask("duration", "mandate-error-too-long");
        }
        _ => {}
    }
    let Some(channel) = typed.channel else {
        ask("channel", "mandate-error-channel");
        return Ok((None, errors));
    };
    if renewed.is_some_and(|old| is_declared(old) != channel.is_declared()) {
        ask("channel", "mandate-error-renew-channel");
    }
    let mut way = typed.asked.way(t, channel, app.bench.now().day(), &mut errors);
    let same = renewed.and_then(|old| old.person.as_ref()).map(|person| Same::Person(person.id));
    if let (Some(Way::Declared(declaration)), Some(same)) = (&mut way, same) {
        declaration.same = Some(same);
    } else if let Some(Way::Declared(declaration)) = &mut way {
        typed.alike = declared_persons::alike(&app.bench, aidant, &declaration.identity)
            .await
            .map_err(refused(reader))?;
        declaration.same = typed.asked.same(&typed.alike);
        if declaration.same.is_none() {
            errors.add_at("same_as", target("same_as"), t.get("asking-error-same"));
        }
    }
    let renews = renewed.map(|old| old.mandate);
    let draft = way.zip(typed.duration).map(|(way, duration)| Draft {
        themes: typed.themes.clone(),
        duration,
        way,
        renews,
    });
    Ok((draft, errors))
}

/// Whether the mandate to be followed was given without FranceConnect.
fn is_declared(old: &Renewed) -> bool {
    old.person.as_ref().is_some_and(|person| person.identification == Identification::Declared)
}

fn read(fields: &FormFields, reader: &Reader) -> Result<Typed, PageError> {
    let stranger = || PageError::of(Trouble::BadRequest, reader, Space::Aidant);
    let mut typed = Typed { asked: Asked::read(fields, reader)?, ..Typed::default() };
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
