//! First the purpose, then whom, then the lines: each look at them is written.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::court_orders;
use crate::operations::lines::Line;
use crate::operations::read_timeline::Cursor;
use crate::operations::read_trail;
use crate::operations::read_trail::Part;
use crate::operations::read_trail::Search;
use crate::operations::read_trail::Trail;
use crate::operations::read_trail::approvals;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::text::catalogue::capital;
use crate::text::sentences::Listener;
use crate::text::themes;
use crate::web::authority::Desk;
use crate::web::authority::reading::Reading;
use crate::web::lines::LineView;

/// The kinds the filter offers.
const KINDS: [&str; 12] = [
    "act.opened",
    "act.refused",
    "act.reported",
    "act.token_issued",
    "mandate.token_issued",
    "act.contested",
    "mandate.approved",
    "mandate.revoked",
    "act.error_declared",
    "trail.read_by_authority",
    "trail.exported",
    "aidant.logged_in",
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
    person: String,
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
    heading: String,
    born: String,
    limited: bool,
    shown: bool,
    several: bool,
    rows: Vec<Row>,
    next: Option<String>,
    filter: Filter,
}

/// The form below the lines.
struct Filter {
    search: Search,
    kinds: Vec<Choice>,
    clients: Vec<Choice>,
    orders: Vec<Choice>,
    waits: bool,
}

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    apres: String,
}

/// `GET /autorite/journal`: the step the reading is at.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
) -> Result<Response, PageError> {
    let reading = Reading::of(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
    match reading {
        None => Ok(purpose_form(&desk, FormErrors::default(), &Reading::default())),
        Some(reading) if reading.is_ready() => read(&app, &desk, reading, Cursor::parse(&asked.apres)).await,
        Some(reading) => search_form(&app, &desk, reading, FormErrors::default()).await,
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
                search: Search {
                    person: field("person")?.unwrap_or_else(|| before.search.person.clone()),
                    aidant: field("aidant")?.unwrap_or_default(),
                    organisation: field("organisation")?.unwrap_or_default(),
                    client: field("client")?.unwrap_or_default(),
                    from: field("from")?.unwrap_or_default(),
                    to: field("to")?.unwrap_or_default(),
                    kind: field("kind")?.unwrap_or_default(),
                    case: field("case")?.unwrap_or_default(),
                    order: field("order")?.unwrap_or_default(),
                },
                query: None,
                request: None,
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
        reading.search.person = person;
    }
    if reading.search == Search::default() {
        reading.keep(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
        return Ok(respond::see_other("/autorite/journal"));
    }
    look_up(&app, &desk, reading).await
}

/// Asks a second agent where one must approve; else finds whom and what is meant.
async fn look_up(app: &App, desk: &Desk, mut reading: Reading) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let sought = reading.sought();
    let wait = read_trail::needs_approval(&app.bench, &desk.authority);
    let done = if wait {
        let purpose = reading.stated(&app.bench, &desk.authority).await.map_err(refuse)?;
        let asked = (&purpose, &sought);
        approvals::ask(&app.bench, &desk.authority, asked, desk.reference()).await.map(|_| None)
    } else {
        read_trail::resolve(&app.bench, &desk.authority, &sought).await.map(Some)
    };
    match done {
        Ok(query) => reading.query = query,
        Err(Refusal::Invalid(found)) => {
            let faults = errors(desk.reader.t, &found);
            return search_form(app, desk, reading, faults).await;
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    }
    if wait {
        reading.search = Search::default();
    }
    reading.keep(&desk.session).await.map_err(refuse)?;
    Ok(respond::see_other(if wait { "/autorite/lectures/demandes" } else { "/autorite/journal" }))
}

fn errors(t: Text, faults: &[crate::operations::refusal::FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        errors.add(fault.field, t.get(fault.key));
    }
    errors
}

fn banner(desk: &Desk, purpose: &str) -> Banner {
    let t = desk.reader.t;
    Banner {
        icon: "eye",
        label: t.get("authority-banner"),
        words: purpose.to_owned(),
        note: Some(t.html("authority-banner-note", &[])),
    }
}

/// The form for whom and what, before anything was found.
async fn search_form(
    app: &App,
    desk: &Desk,
    reading: Reading,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = desk.page(t.get("authority-search-title")).with_errors(errors);
    let page = page.with_banner(banner(desk, &reading.purpose));
    let filter = Filter::of(app, desk, &reading.search).await.map_err(|refusal| desk.refuse(refusal))?;
    let view = TrailPage {
        page: page.wide(),
        heading: t.get("authority-search-title"),
        born: String::new(),
        limited: desk.services.is_some(),
        shown: false,
        several: false,
        rows: Vec::new(),
        next: None,
        filter,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

impl Filter {
    async fn of(app: &App, desk: &Desk, search: &Search) -> Result<Self, Refusal> {
        let t = desk.reader.t;
        let clients = read_trail::searchable(&app.bench, &desk.authority).await?;
        let clients = clients.into_iter().map(|(value, words)| {
            let chosen = value == search.client;
            Choice { value, words, chosen }
        });
        let orders = court_orders::usable(&app.bench, &desk.authority).await?;
        let orders = orders.into_iter().map(|order| {
            let value = order.id.to_string();
            let day = t.day_long(order.shown_from.day());
            let words = t.with("authority-order-choice", &[("order", &order.title), ("day", &day)]);
            Choice { chosen: value == search.order, value, words }
        });
        Ok(Self {
            search: search.clone(),
            kinds: kinds(t, &search.kind),
            clients: clients.collect(),
            orders: orders.collect(),
            waits: read_trail::needs_approval(&app.bench, &desk.authority),
        })
    }
}

fn kinds(t: Text, chosen: &str) -> Vec<Choice> {
    let choice = |kind: &&str| Choice {
        value: (*kind).to_owned(),
        words: t.kind_title(kind),
        chosen: *kind == chosen,
    };
    KINDS.iter().map(choice).collect()
}

async fn read(
    app: &App,
    desk: &Desk,
    reading: Reading,
    after: Option<Cursor>,
) -> Result<Response, PageError> {
    let part = Part { after, line: None };
    let trail = match reading.read(&app.bench, &desk.authority, part, desk.reference()).await {
        Ok(trail) => trail,
        Err(Refusal::Invalid(found)) => {
            let faults = errors(desk.reader.t, &found);
            return search_form(app, desk, Reading { query: None, request: None, ..reading }, faults).await;
        }
        // The approval is over, or there must be one now: the list of requests says which.
        Err(Refusal::Conflict(_)) => {
            let cleared = Reading { query: None, request: None, ..reading };
            cleared.keep(&desk.session).await.map_err(|refusal| desk.refuse(refusal))?;
            return Ok(respond::see_other("/autorite/lectures/demandes"));
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    let filter = Filter::of(app, desk, &reading.search).await.map_err(|refusal| desk.refuse(refusal))?;
    let view = trail_page(desk, filter, &trail);
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn trail_page(desk: &Desk, filter: Filter, trail: &Trail) -> TrailPage {
    let t = desk.reader.t;
    let several = trail.query.person.is_none();
    let identity = trail.person.as_ref().map(|person| &person.person.identity);
    let (heading, born) = match identity {
        Some(identity) => (
            identity.short_name(),
            capital(&t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()))),
        ),
        None if several => (t.get("authority-several"), t.get("authority-several-words")),
        None => (t.get("authority-erased"), t.get("authority-erased-words")),
    };
    let title = if several { "authority-several" } else { "authority-trail-title" };
    let page = desk.page(t.get(title)).with_banner(banner(desk, trail.purpose.words()));
    TrailPage {
        page: page.wide(),
        heading,
        born,
        limited: desk.services.is_some(),
        shown: true,
        several,
        rows: trail.lines.iter().map(|line| row(t, line)).collect(),
        next: trail.next.map(|next| format!("/autorite/journal?apres={}", next.to_text())),
        filter,
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
        person: told.and_then(|told| told.person.clone()).unwrap_or_default(),
        doer: doer.unwrap_or_default(),
        organisation: told.and_then(|told| told.organisation.clone()).unwrap_or_default(),
        place: [client, theme].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        outcome,
    }
}
