//! First the purpose, then whom, then the lines: each look at them is written.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::person::Identity;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::lines::Line;
use crate::operations::prove_lines;
use crate::operations::read_trail;
use crate::operations::read_trail::Trail;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::text::catalogue::capital;
use crate::text::sentences::Listener;
use crate::text::themes;
use crate::web::authority::Desk;
use crate::web::authority::reading::Reading;
use crate::web::lines::LineView;
use crate::web::lines::download;

/// The kinds the filter offers.
const KINDS: [&str; 8] = [
    "act.opened",
    "act.refused",
    "act.reported",
    "act.token_issued",
    "mandate.token_issued",
    "act.contested",
    "mandate.approved",
    "mandate.revoked",
];

#[derive(Template)]
#[template(path = "web/authority/purpose.html")]
struct PurposePage {
    page: Page,
    purpose: String,
    case: String,
}

struct Row {
    line: LineView,
    doer: String,
    organisation: String,
    place: String,
    outcome: String,
}

struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "web/authority/trail.html")]
struct TrailPage {
    page: Page,
    reading: Reading,
    heading: String,
    born: String,
    limited: bool,
    shown: bool,
    rows: Vec<Row>,
    more: bool,
    organisations: Vec<Choice>,
    kinds: Vec<Choice>,
}

/// `GET /autorite/journal`: the step the reading is at.
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let reading = Reading::of(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
    match reading {
        None => Ok(purpose_form(&desk, FormErrors::default(), &Reading::default())),
        Some(reading) => read(&app, &desk, reading).await,
    }
}

/// The purpose again, to state another.
pub(super) async fn purpose(desk: Desk) -> Result<Response, PageError> {
    let reading = Reading::of(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
    Ok(purpose_form(&desk, FormErrors::default(), &reading.unwrap_or_default()))
}

fn purpose_form(desk: &Desk, errors: FormErrors, typed: &Reading) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = PurposePage {
        page: desk.page(desk.reader.t.get("authority-purpose-title")).with_errors(errors),
        purpose: typed.purpose.clone(),
        case: typed.purpose_case.clone(),
    };
    respond::html(status, &view, &view.page.csp())
}

/// `POST /autorite/journal`: the purpose, or whom and which lines.
pub(super) async fn ask(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let one = |name: &str| fields.one(name).map(|value| value.map(|value| value.trim().to_owned()));
    let field = |name: &str| one(name).map_err(|bad| desk.bad_form(bad));
    let before = Reading::of(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
    let mut reading = match field("purpose")? {
        Some(purpose) => {
            let case = field("case")?.unwrap_or_default();
            let reading = Reading { purpose, purpose_case: case, ..Reading::default() };
            match reading.stated(&app.bench, &desk.authority).await {
                Ok(_) => reading,
                Err(Refusal::Invalid(faults)) => {
                    return Ok(purpose_form(&desk, errors(desk.reader.t, &faults), &reading));
                }
                Err(refusal) => return Err(desk.refuse(refusal)),
            }
        }
        None => match before {
            Some(before) => Reading {
                person: field("person")?.unwrap_or_else(|| before.person.clone()),
                aidant: field("aidant")?.unwrap_or_default(),
                organisation: field("organisation")?.unwrap_or_default(),
                from: field("from")?.unwrap_or_default(),
                to: field("to")?.unwrap_or_default(),
                kind: field("kind")?.unwrap_or_default(),
                case: field("case")?.unwrap_or_default(),
                ..before
            },
            None => {
                let mut errors = FormErrors::default();
                errors.add("purpose", desk.reader.t.get("authority-purpose-wrong"));
                return Ok(purpose_form(&desk, errors, &Reading::default()));
            }
        },
    };
    if let Some(person) = field("person")?.filter(|person| !person.is_empty()) {
        reading.person = person;
    }
    if let Some(answer) = look_up(&app, &desk, &mut reading).await? {
        return Ok(answer);
    }
    reading.keep(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other("/autorite/journal"))
}

/// Finds the person and checks the filter; an answer when something is to correct.
async fn look_up(app: &App, desk: &Desk, reading: &mut Reading) -> Result<Option<Response>, PageError> {
    let t = desk.reader.t;
    if reading.person.is_empty() && !reading.case.is_empty() {
        reading.person.clone_from(&reading.case);
    }
    if reading.person.is_empty() {
        return Ok(None);
    }
    let (_, mut faults) = reading.filter(t);
    match read_trail::find_person(&app.bench, &desk.authority, &reading.person).await {
        Ok(found) => reading.found = Some(found),
        Err(Refusal::Invalid(found)) => {
            reading.found = None;
            errors(t, &found).iter().for_each(|error| faults.add(&error.field, error.words.clone()));
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    }
    if !reading.case.is_empty() {
        match read_trail::find_case(&app.bench, &desk.authority, &reading.case).await {
            Ok(_) => {}
            Err(Refusal::Invalid(found)) => {
                errors(t, &found).iter().for_each(|error| faults.add(&error.field, error.words.clone()));
            }
            Err(refusal) => return Err(desk.refuse(refusal)),
        }
    }
    Ok((!faults.is_empty()).then(|| search_form(desk, reading.clone(), faults)))
}

fn errors(t: Text, faults: &[crate::operations::refusal::FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        errors.add(fault.field, t.get(fault.key));
    }
    errors
}

fn banner(desk: &Desk, reading: &Reading) -> Banner {
    let t = desk.reader.t;
    Banner {
        icon: "eye",
        label: t.get("authority-banner"),
        words: reading.purpose.clone(),
        note: Some(t.html("authority-banner-note", &[])),
    }
}

/// The form for whom, before anybody was found.
fn search_form(desk: &Desk, reading: Reading, errors: FormErrors) -> Response {
    let t = desk.reader.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page =
        desk.page(t.get("authority-search-title")).with_errors(errors).with_banner(banner(desk, &reading));
    let view = TrailPage {
        page: page.wide(),
        heading: t.get("authority-search-title"),
        born: String::new(),
        limited: desk.authority.competence != crate::domain::account::Competence::National,
        shown: false,
        rows: Vec::new(),
        more: false,
        organisations: Vec::new(),
        kinds: kinds(t, &reading.kind),
        reading,
    };
    respond::html(status, &view, &view.page.csp())
}

fn kinds(t: Text, chosen: &str) -> Vec<Choice> {
    let choice = |kind: &&str| Choice {
        value: (*kind).to_owned(),
        words: t.kind_title(kind),
        chosen: *kind == chosen,
    };
    KINDS.iter().map(choice).collect()
}

async fn read(app: &App, desk: &Desk, reading: Reading) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let Some(person) = reading.found else { return Ok(search_form(desk, reading, FormErrors::default())) };
    let (filter, faults) = reading.filter(t);
    let purpose =
        reading.stated(&app.bench, &desk.authority).await.map_err(|refusal| desk.refuse(refusal))?;
    let trail =
        read_trail::read_trail(&app.bench, &desk.authority, (person, &purpose), &filter, desk.reference())
            .await;
    let trail = match trail {
        Ok(trail) => trail,
        Err(Refusal::Invalid(found)) => return Ok(search_form(desk, reading, errors(t, &found))),
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    let view = trail_page(desk, reading, faults, &trail);
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn trail_page(desk: &Desk, reading: Reading, faults: FormErrors, trail: &Trail) -> TrailPage {
    let t = desk.reader.t;
    let identity = trail.person.as_ref().map(|person| &person.person.identity);
    let organisations = trail.organisations.iter().map(|(id, name)| {
        let value = id.to_string();
        Choice { chosen: value == reading.organisation, value, words: name.clone() }
    });
    let page =
        desk.page(t.get("authority-trail-title")).with_errors(faults).with_banner(banner(desk, &reading));
    TrailPage {
        page: page.wide(),
        heading: identity.map_or_else(|| t.get("authority-erased"), Identity::short_name),
        born: identity.map_or_else(
            || t.get("authority-erased-words"),
            |identity| capital(&t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()))),
        ),
        limited: desk.authority.competence != crate::domain::account::Competence::National,
        shown: true,
        rows: trail.lines.iter().map(|line| row(t, line)).collect(),
        more: trail.more,
        organisations: organisations.collect(),
        kinds: kinds(t, &reading.kind),
        reading,
    }
}

fn row(t: Text, line: &Line) -> Row {
    let view = LineView::of_line(t, line, Listener::Other);
    let told = line.told.as_ref();
    let theme = told.and_then(|told| told.theme).map(|theme| themes().title(theme, t.language()).to_owned());
    let client = told.and_then(|told| told.client.clone());
    let doer = told.and_then(|told| match told.doer.role.as_str() {
        "person" => told.person.clone(),
        "system" => Some(t.get("product")),
        _ => told.doer.name.clone(),
    });
    let outcome = match told {
        None => t.get("ledger-erased"),
        Some(told) => match (&told.refused, &told.details.label) {
            (Some(reason), _) => t.refusal_reason(reason),
            (None, Some(label)) => label.clone(),
            (None, None) => told.details.words.clone().unwrap_or_default(),
        },
    };
    Row {
        line: view,
        doer: doer.unwrap_or_default(),
        organisation: told.and_then(|told| told.organisation.clone()).unwrap_or_default(),
        place: [client, theme].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        outcome,
    }
}

/// The lines shown, with their proofs, as one file; the export is a line itself.
pub(super) async fn export(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let reading = Reading::of(&desk.session).await.map_err(refuse)?;
    let Some((person, reading)) = reading.and_then(|reading| Some((reading.found?, reading))) else {
        return Ok(respond::see_other("/autorite/journal"));
    };
    let (filter, _) = reading.filter(desk.reader.t);
    let purpose = reading.stated(&app.bench, &desk.authority).await.map_err(refuse)?;
    let exported =
        read_trail::export_trail(&app.bench, &desk.authority, (person, &purpose), &filter, desk.reference())
            .await;
    let file = prove_lines::file_of(&app.bench, &exported.map_err(refuse)?).await.map_err(refuse)?;
    Ok(download("procura-export.json", file))
}
