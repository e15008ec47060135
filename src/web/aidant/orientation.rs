//! `/aidant/mandats/{id}/orientation`: a place of digital mediation is looked for, noted, and printed for the person.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::MandateId;
use crate::domain::ids::OrientationId;
use crate::domain::mandate::MandateStatus;
use crate::domain::place::Service;
use crate::http::actor::Aidant;
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
use crate::operations::aidant_mandates;
use crate::operations::aidant_mandates::MandateView;
use crate::operations::orient;
use crate::operations::orient::Found;
use crate::operations::orient::Typed;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::aidant::bad_form;
use crate::web::aidant::form;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::aidant::rows;
use crate::web::lines::read_day;
use crate::web::pdf;
use crate::web::places::OrientationCard;
use crate::web::places::PlaceCard;

const LONGEST_SEARCH: usize = 100;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    commune: String,
    #[serde(default)]
    service: String,
    #[serde(default)]
    nom: String,
    #[serde(default)]
    apres: String,
}

impl Search {
    fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("commune", &self.commune)
            .append_pair("service", &self.service)
            .finish()
    }
}

struct Choice {
    value: &'static str,
    words: String,
    chosen: bool,
}

struct Row {
    place: PlaceCard,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/aidant/orientation.html")]
struct OrientationPage {
    page: Page,
    id: String,
    name: String,
    search: Search,
    services: Vec<Choice>,
    searched: bool,
    rows: Vec<Row>,
    next: Option<String>,
    communes: Vec<(String, String)>,
    typed: Typed,
    noted: Vec<OrientationCard>,
    denied: Option<String>,
}

#[derive(Template)]
#[template(path = "web/aidant/orientation_sheet.html")]
struct SheetPage {
    page: Page,
    id: String,
    name: String,
    card: OrientationCard,
}

/// What was typed, and what became of it.
#[derive(Default)]
struct Tried {
    typed: Typed,
    errors: FormErrors,
    denied: Option<String>,
}

/// `GET /aidant/mandats/{id}/orientation?commune=…&service=…`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
    Query(search): Query<Search>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    page(&app, &reader, &aidant, id, search, Tried::default()).await
}

async fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    id: MandateId,
    mut search: Search,
    tried: Tried,
) -> Result<Response, PageError> {
    let t = reader.t;
    let (view, _) = aidant_mandates::one(&app.bench, aidant, id).await.map_err(refused(reader))?;
    if view.status != MandateStatus::Active {
        return Ok(respond::see_other(&format!("/aidant/mandats/{id}")));
    }
    search.commune = search.commune.chars().filter(|sign| !sign.is_control()).take(LONGEST_SEARCH).collect();
    let service = Service::of_key(&search.service);
    let after = Some((search.nom.as_str(), search.apres.as_str())).filter(|(_, id)| !id.is_empty());
    let found = orient::search(&app.bench, &search.commune, service, after).await.map_err(refused(reader))?;
    let noted = orient::of_mandate(&app.bench, aidant, id).await.map_err(refused(reader))?;
    let status = match (&tried.denied, tried.errors.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::OK,
    };
    let name = name(t, &view);
    let view = OrientationPage {
        page: reader
            .aidant_page(aidant)
            .titled(t.with("orientation-title", &[("name", &name)]))
            .form()
            .with_errors(tried.errors),
        next: found.next.as_ref().map(|next| next_page(id, &search, next)),
        id: id.to_string(),
        name,
        services: services(t, service),
        searched: !search.commune.trim().is_empty(),
        rows: rows_of(t, &found, &tried.typed.place),
        communes: found
            .communes
            .iter()
            .map(|(commune, postcode)| suggestion(id, &search, commune, postcode))
            .collect(),
        search,
        typed: tried.typed,
        noted: noted.iter().map(|one| OrientationCard::new(t, one)).collect(),
        denied: tried.denied,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn name(t: Text, view: &MandateView) -> String {
    rows::name_of(t, view.person.as_ref())
}

fn services(t: Text, chosen: Option<Service>) -> Vec<Choice> {
    let choice = |service: &Service| Choice {
        value: service.key(),
        words: t.get(&format!("place-service-{}", service.key())),
        chosen: chosen == Some(*service),
    };
    Service::ALL.iter().map(choice).collect()
}

fn rows_of(t: Text, found: &Found, chosen: &str) -> Vec<Row> {
    found
        .places
        .iter()
        .map(|stored| Row {
            place: PlaceCard::new(t, &stored.place),
            attributes: if stored.place.id == chosen { "required checked" } else { "required" },
        })
        .collect()
}

fn next_page(id: MandateId, search: &Search, (name, place): &(String, String)) -> String {
    let after = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("nom", name)
        .append_pair("apres", place)
        .finish();
    format!("/aidant/mandats/{id}/orientation?{}&{after}", search.query())
}

fn suggestion(id: MandateId, search: &Search, commune: &str, postcode: &str) -> (String, String) {
    let there = Search { commune: commune.to_owned(), ..search.clone() };
    (format!("/aidant/mandats/{id}/orientation?{}", there.query()), format!("{commune} ({postcode})"))
}

/// `POST /aidant/mandats/{id}/orientation`: `place`, `reason`, `appointment`, `pass`.
pub async fn note(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let id = mandate_id(&id, &reader)?;
    let fields = form(fields, &reader)?;
    let one = |name: &str| {
        fields.one(name).map(|value| value.unwrap_or_default().to_owned()).map_err(bad_form(&reader))
    };
    let mut typed = Typed {
        place: one("place")?,
        reason: one("reason")?,
        service: one("service")?,
        appointment: one("appointment")?,
        pass: one("pass")?,
    };
    let shown = typed.clone();
    if let Some(day) = read_day(&typed.appointment) {
        typed.appointment = day.to_string();
    }
    let search = Search {
        commune: one("commune")?,
        service: typed.service.clone(),
        nom: one("nom")?,
        apres: one("apres")?,
    };
    match orient::note(&app.bench, &aidant, id, &typed, Some(&reader.reference)).await {
        Ok(made) => Ok(respond::see_other(&format!("/aidant/mandats/{id}/orientations/{made}"))),
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                let target = if fault.field == "place" { "place-1" } else { fault.field };
                errors.add_at(fault.field, target, t.get(fault.key));
            }
            page(&app, &reader, &aidant, id, search, Tried { typed: shown, errors, denied: None }).await
        }
        Err(Refusal::Denied(why)) => {
            let denied = Some(t.get(&format!("mandate-denied-{why}")));
            page(&app, &reader, &aidant, id, search, Tried { typed: shown, denied, ..Tried::default() }).await
        }
        Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(other) => Err(refused(&reader)(other)),
    }
}

async fn find(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    (id, orientation): (String, String),
) -> Result<(MandateId, OrientationCard), PageError> {
    let not_found = || PageError::of(Trouble::NotFound, reader, Space::Aidant);
    let id: MandateId = id.parse().map_err(|_| not_found())?;
    let orientation: OrientationId = orientation.parse().map_err(|_| not_found())?;
    let one = orient::for_aidant(&app.bench, aidant, id, orientation).await.map_err(refused(reader))?;
    Ok((id, OrientationCard::new(reader.t, &one)))
}

/// `GET /aidant/mandats/{id}/orientations/{orientation}`: the sheet to print.
pub async fn sheet(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Path(path): Path<(String, String)>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let (id, card) = find(&app, &reader, &aidant, path).await?;
    let (view, _) = aidant_mandates::one(&app.bench, &aidant, id).await.map_err(refused(&reader))?;
    let view = SheetPage {
        page: reader
            .aidant_page(&aidant)
            .titled(t.with("orientation-sheet-title", &[("place", &card.place.name)]))
            .form(),
        id: id.to_string(),
        name: name(t, &view),
        card,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /aidant/mandats/{id}/orientations/{orientation}/fiche.pdf`
pub async fn paper(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Path(path): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (_, card) = find(&app, &reader, &aidant, path).await?;
    pdf::answer(card.document(reader.t), "orientation").await.map_err(refused(&reader))
}
