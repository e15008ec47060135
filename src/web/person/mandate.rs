//! One mandate as the person reads it again, and how she stops it: whole, or one theme.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::MandateId;
use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::merge_organisations;
use crate::operations::overview;
use crate::operations::overview::Held;
use crate::operations::prove_lines;
use crate::operations::prove_lines::MOST_PROOFS;
use crate::operations::read_timeline;
use crate::operations::read_timeline::Filter;
use crate::operations::renewal;
use crate::operations::revoke_mandate::Revoker;
use crate::operations::revoke_mandate::revoke as end_mandate;
use crate::text::Html;
use crate::text::Text;
use crate::text::themes;
use crate::web::lines::download;
use crate::web::lines::transfers;
use crate::web::person::Visit;
use crate::web::person::home::Card;
use crate::web::person::home::card;
use crate::web::sheet::sheet;

/// What a link to these pages may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    fait: String,
}

struct ThemeRow {
    key: &'static str,
    title: String,
    words: String,
    ended: Option<String>,
    checked: &'static str,
}

#[derive(Template)]
#[template(path = "web/person/mandate.html")]
struct MandatePage {
    page: Page,
    card: Card,
    rows: Vec<ThemeRow>,
    drafted_by: String,
    living: bool,
    stopped: bool,
    text: Option<Html>,
    done: bool,
    transfers: Vec<String>,
    follows: Option<(String, String)>,
    followed: Option<(String, String)>,
    place: String,
}

#[derive(Template)]
#[template(path = "web/person/revoke.html")]
struct RevokePage {
    page: Page,
    card: Card,
    rows: Vec<ThemeRow>,
    whole: &'static str,
}

fn rows(t: Text, held: &Held, chosen: Option<Theme>) -> Vec<ThemeRow> {
    let row = |theme: Theme| ThemeRow {
        key: theme.key(),
        title: themes().title(theme, t.language()).to_owned(),
        words: themes().words(theme, t.language()).to_owned(),
        ended: held.mandate.ended_themes.get(&theme).map(|end| t.day_long(end.at.day())),
        checked: if chosen == Some(theme) { "checked" } else { "" },
    };
    Theme::ALL.into_iter().filter(|theme| held.mandate.terms.themes.contains(theme)).map(row).collect()
}

const fn living(held: &Held) -> bool {
    matches!(held.status, MandateStatus::Active | MandateStatus::Suspended)
}

async fn find(app: &App, visit: &Visit, id: &str) -> Result<(Held, Option<String>), PageError> {
    let id: MandateId = id.parse().map_err(|_| visit.not_found())?;
    overview::one(&app.bench, &visit.person, id).await.map_err(|refusal| visit.refuse(refusal))
}

/// Facts, themes and text.
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let (held, text) = find(&app, &visit, &id).await?;
    let links = renewal::links(&app.bench, &held.mandate).await.map_err(|refusal| visit.refuse(refusal))?;
    let link = |key: &str, (id, until): (MandateId, Instant)| {
        (format!("/personne/mandats/{id}"), t.with(key, &[("date", &t.until(until.day()))]))
    };
    let title = t.with("person-mandate-title", &[("organisation", &held.organisation.name)]);
    let moved = merge_organisations::transfers(&app.bench, held.mandate.id).await;
    let moved = moved.map_err(|refusal| visit.refuse(refusal))?;
    let view = MandatePage {
        transfers: transfers(t, &moved),
        page: visit.page(title),
        card: card(t, &held, app.bench.now()),
        rows: rows(t, &held, None),
        drafted_by: held.drafted_by.clone(),
        living: living(&held),
        stopped: held.status == MandateStatus::Revoked || !held.mandate.ended_themes.is_empty(),
        text: text.map(|text| sheet(&text)),
        done: asked.fait == "arret",
        follows: links.before.map(|before| link("mandate-follows", before)),
        followed: links.after.map(|after| link("mandate-followed", after)),
        place: held.organisation.id.to_string(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Every line of the mandate with its proof, from the first: one file that shows that none is missing.
pub(super) async fn proofs(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let (held, _) = find(&app, &visit, &id).await?;
    let filter = Filter { mandate: Some(held.mandate.id), ..Filter::default() };
    let ids = read_timeline::line_ids(&app.bench, &visit.person, filter, MOST_PROOFS).await;
    let mut ids = ids.map_err(|refusal| visit.refuse(refusal))?;
    ids.reverse();
    let file = prove_lines::file_of(&app.bench, &ids).await.map_err(|refusal| visit.refuse(refusal))?;
    Ok(download(&format!("procura-mandat-{}.json", held.mandate.id), file))
}

/// What will change, and one question.
pub(super) async fn ask(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let (held, _) = find(&app, &visit, &id).await?;
    if !living(&held) {
        return Ok(respond::see_other(&format!("/personne/mandats/{id}")));
    }
    let chosen = Theme::parse(&asked.theme).filter(|theme| held.mandate.open_themes().contains(theme));
    let title = t.with("person-revoke-title", &[("organisation", &held.organisation.name)]);
    let mut rows = rows(t, &held, chosen);
    rows.retain(|row| row.ended.is_none());
    let view = RevokePage {
        page: visit.page(title),
        card: card(t, &held, app.bench.now()),
        rows,
        whole: if chosen.is_none() { "checked" } else { "" },
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Stops the mandate, or one theme of it, at once.
pub(super) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let theme = match fields.one("theme").map_err(|bad| visit.bad_form(bad))? {
        None | Some("") => None,
        Some(key) => Some(Theme::parse(key).ok_or_else(|| visit.not_found())?),
    };
    let mandate: MandateId = id.parse().map_err(|_| visit.not_found())?;
    let by = Revoker::Person(&visit.person);
    let ended = end_mandate(&app.bench, by, mandate, theme, None, visit.reference()).await;
    ended.map_err(|refusal| visit.refuse(refusal))?;
    Ok(respond::see_other(&format!("/personne/mandats/{mandate}?fait=arret")))
}
