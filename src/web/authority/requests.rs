//! `/autorite/lectures/demandes`: readings that wait for a second agent of national oversight.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::read_trail::Search;
use crate::operations::read_trail::approvals;
use crate::operations::read_trail::approvals::Request;
use crate::operations::read_trail::approvals::State as Standing;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::authority::Desk;
use crate::web::authority::FreshDesk;
use crate::web::authority::reading::Reading;

struct Card {
    id: String,
    title: String,
    purpose: String,
    sought: Vec<(String, String)>,
    status: (&'static str, &'static str, String),
    note: String,
    to_decide: bool,
    to_open: bool,
}

#[derive(Template)]
#[template(path = "web/authority/requests.html")]
struct RequestsPage {
    page: Page,
    waiting: Vec<Card>,
    own: Vec<Card>,
}

fn sought(t: Text, search: &Search) -> Vec<(String, String)> {
    let kind = if search.kind.is_empty() { String::new() } else { t.kind_title(&search.kind) };
    let order = if search.order.is_empty() { String::new() } else { t.get("reading-under-order") };
    let all = [
        ("authority-person", search.person.clone()),
        ("authority-aidant", search.aidant.clone()),
        ("authority-organisation", search.organisation.clone()),
        ("authority-client", search.client.clone()),
        ("lines-from", search.from.clone()),
        ("lines-to", search.to.clone()),
        ("authority-kind", kind),
        ("authority-case", search.case.clone()),
        ("authority-order", order),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (t.get(key), value)).collect()
}

fn card(t: Text, request: &Request) -> Card {
    let moment = t.moment(request.asked_at);
    let agent = request.agent.show();
    let by = request.decided_by.as_ref().map(|name| name.show().clone()).unwrap_or_default();
    let (status, note) = match request.state {
        Standing::Waiting => (("waiting", "clock", "reading-status-waiting"), String::new()),
        Standing::Approved { until } => (
            ("active", "tick", "reading-status-approved"),
            t.with("reading-approved-note", &[("name", &by), ("until", &t.moment(until))]),
        ),
        Standing::Refused => (
            ("stopped", "refused", "reading-status-refused"),
            t.with("reading-refused-note", &[("name", &by)]),
        ),
        Standing::Over => (("ended", "clock", "reading-status-over"), t.get("reading-over-note")),
    };
    Card {
        id: request.id.to_string(),
        title: t.with("reading-title", &[("name", agent), ("moment", &moment)]),
        purpose: request.asked.purpose.words().to_owned(),
        sought: sought(t, &request.asked.search),
        status: (status.0, status.1, t.get(status.2)),
        note,
        to_decide: !request.own && request.state == Standing::Waiting,
        to_open: request.own && matches!(request.state, Standing::Approved { .. }),
    }
}

/// `GET /autorite/lectures/demandes`
pub(super) async fn list(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let all = approvals::list(&app.bench, &desk.authority).await.map_err(|refusal| desk.refuse(refusal))?;
    let (own, waiting): (Vec<&Request>, Vec<&Request>) = all.iter().partition(|request| request.own);
    let view = RequestsPage {
        page: desk.page(t.get("reading-requests-title")),
        waiting: waiting.into_iter().map(|request| card(t, request)).collect(),
        own: own.into_iter().map(|request| card(t, request)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `POST /autorite/lectures/demandes/{id}`: yes or no.
pub(super) async fn decide(
    State(app): State<App>,
    Path(id): Path<String>,
    FreshDesk(desk): FreshDesk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| desk.not_found())?;
    let fields = fields.map_err(|bad| desk.bad_form(bad))?;
    let yes = match fields.one("decision").map_err(|bad| desk.bad_form(bad))? {
        Some("approuver") => true,
        Some("refuser") => false,
        _ => return Err(desk.not_found()),
    };
    match approvals::decide(&app.bench, &desk.authority, id, yes, desk.reference()).await {
        // Somebody else was first, or it is over: the list says so.
        Ok(()) | Err(Refusal::Conflict("reading-decided" | "reading-over")) => {
            Ok(respond::see_other("/autorite/lectures/demandes"))
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// `POST /autorite/lectures/demandes/{id}/ouvrir`: from here on the reading of this session is the approved one.
pub(super) async fn open(
    State(app): State<App>,
    Path(id): Path<String>,
    desk: Desk,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| desk.refuse(refusal);
    let id = id.parse().map_err(|_| desk.not_found())?;
    let all = approvals::list(&app.bench, &desk.authority).await.map_err(refuse)?;
    let found = all.into_iter().find(|request| request.id == id && request.own);
    let request = found.ok_or_else(|| desk.not_found())?;
    if !matches!(request.state, Standing::Approved { .. }) {
        return Ok(respond::see_other("/autorite/lectures/demandes"));
    }
    let reading = Reading {
        purpose: request.asked.purpose.words().to_owned(),
        search: request.asked.search,
        request: Some(id),
        ..Reading::default()
    };
    reading.keep(&desk.session).await.map_err(refuse)?;
    Ok(respond::see_other("/autorite/journal"))
}
