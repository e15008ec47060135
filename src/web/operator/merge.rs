//! `/operateur/structures/{id}/fusionner`: one organisation goes into another; a second person confirms it.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::OrganisationId;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::find_organisations;
use crate::operations::merge_organisations;
use crate::operations::merge_organisations::Confirmer;
use crate::operations::merge_organisations::Preview;
use crate::operations::merge_organisations::Proposed;
use crate::operations::refusal::Refusal;
use crate::operations::teams;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Desk;
use crate::web::operator::FreshDesk;
use crate::web::operator::errors;

/// With which organisation: `vers`; what is looked for: `q`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    vers: String,
    #[serde(default)]
    q: String,
}

/// What a merger would change, in words.
pub(crate) struct Change {
    pub(crate) absorbed: String,
    pub(crate) target: String,
    pub(crate) mandates: String,
    pub(crate) drafts: String,
    pub(crate) habilitations: String,
    pub(crate) withheld: String,
}

impl Change {
    /// The words of a preview.
    pub(crate) fn of(t: Text, preview: &Preview) -> Self {
        let withheld: Vec<Theme> = preview.withheld.clone();
        let titles: Vec<String> =
            themes().titles(&withheld, t.language()).into_iter().map(str::to_owned).collect();
        Self {
            absorbed: preview.absorbed.name.clone(),
            target: preview.target.name.clone(),
            mandates: t.with("merge-mandates", &[("count", &preview.mandates)]),
            drafts: t.with("merge-drafts", &[("count", &preview.drafts)]),
            habilitations: t.with("merge-habilitations", &[("count", &preview.habilitations)]),
            withheld: if titles.is_empty() { t.get("merge-withheld-none") } else { t.list(&titles) },
        }
    }
}

struct Candidate {
    name: String,
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/merge_choose.html")]
struct ChoosePage {
    page: Page,
    here: String,
    back: String,
    name: String,
    words: String,
    candidates: Vec<Candidate>,
}

#[derive(Template)]
#[template(path = "web/operator/merge.html")]
struct MergePage {
    page: Page,
    here: String,
    back: String,
    name: String,
    change: Change,
    denied: Option<String>,
    target: String,
    reason: String,
    waits: bool,
    own: bool,
    asked: String,
    alone: bool,
}

fn here(id: &str) -> String {
    format!("/operateur/structures/{id}/fusionner")
}

/// Which organisation to go into, then what would change; or the merger that waits.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &id, &asked, Outcome::default()).await
}

/// What a form of the page led to.
#[derive(Default)]
struct Outcome {
    errors: FormErrors,
    denied: Option<String>,
    reason: String,
}

async fn page(
    app: &App,
    desk: &Desk,
    id: &str,
    asked: &Asked,
    outcome: Outcome,
) -> Result<Response, PageError> {
    let absorbed: OrganisationId = desk.id(id)?;
    let refuse = |refusal| desk.refuse(refusal);
    let team = teams::of_organisation(&app.bench, &desk.operator, absorbed).await.map_err(refuse)?;
    let name = team.organisation.name;
    let waiting = merge_organisations::waiting(&app.bench, &desk.operator, absorbed).await.map_err(refuse)?;
    let t = desk.t();
    let status = match (&outcome.denied, outcome.errors.is_empty()) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = desk.page(t.get("operator-merge-title")).with_errors(outcome.errors);
    let (back, here) = (format!("/operateur/structures/{id}"), here(id));
    if let Some(waiting) = waiting {
        let date = t.day_long(waiting.asked_at.day());
        let view = MergePage {
            page,
            here,
            back,
            name,
            change: Change::of(t, &waiting.preview),
            denied: outcome.denied,
            target: waiting.preview.target.id.to_string(),
            asked: t.with("operator-merge-asked", &[("date", &date), ("reason", &waiting.reason)]),
            reason: outcome.reason,
            waits: true,
            own: waiting.own,
            alone: false,
        };
        return Ok(respond::html(status, &view, &view.page.csp()));
    }
    let Ok(target) = asked.vers.parse::<OrganisationId>() else {
        return choose(app, desk, page, (absorbed, name), asked).await;
    };
    match merge_organisations::preview(&app.bench, &desk.operator, absorbed, target).await {
        Ok(preview) => {
            let view = MergePage {
                page,
                here,
                back,
                name,
                change: Change::of(t, &preview),
                denied: outcome.denied,
                target: target.to_string(),
                reason: outcome.reason,
                waits: false,
                own: false,
                asked: String::new(),
                alone: !app.config().operators.two_persons,
            };
            Ok(respond::html(status, &view, &view.page.csp()))
        }
        Err(Refusal::Invalid(_)) => choose(app, desk, page, (absorbed, name), asked).await,
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

async fn choose(
    app: &App,
    desk: &Desk,
    page: Page,
    (absorbed, name): (OrganisationId, String),
    asked: &Asked,
) -> Result<Response, PageError> {
    let words = asked.q.trim();
    let found = find_organisations::find(&app.bench, &desk.operator, words, None).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?.found;
    let here = here(&absorbed.to_string());
    let candidates = found
        .into_iter()
        .filter(|one| one.organisation.id != absorbed)
        .map(|one| Candidate {
            href: format!("{here}?vers={}", one.organisation.id),
            words: format!("{} · {}", one.organisation.siret, one.organisation.address),
            name: one.organisation.name,
        })
        .collect();
    let back = format!("/operateur/structures/{absorbed}");
    let view = ChoosePage { page, back, here, name, words: words.to_owned(), candidates };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Asks for the merger.
pub(super) async fn propose(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let (target, reason) = (desk.one(&fields, "target")?, desk.one(&fields, "reason")?);
    let pair = (desk.id(&id)?, target.parse().map_err(|_| desk.bad_request())?);
    let done =
        merge_organisations::propose(&app.bench, &desk.operator, pair, &reason, desk.reference()).await;
    let asked = Asked { vers: target, q: String::new() };
    match done {
        Ok(Proposed::Waits) => Ok(respond::see_other(&here(&id))),
        Ok(Proposed::Done(_)) => Ok(respond::see_other(&format!("/operateur/structures/{id}"))),
        Err(Refusal::Invalid(faults)) => {
            let errors = errors(desk.t(), &faults);
            page(&app, &desk, &id, &asked, Outcome { errors, denied: None, reason }).await
        }
        Err(refusal) => after(&app, &desk, &id, Err(refusal)).await,
    }
}

/// A second operator agrees.
pub(super) async fn confirm(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let by = Confirmer::Operator(&desk.operator);
    let target = desk.one(&desk.fields(fields)?, "target")?;
    let pair = (desk.id(&id)?, target.parse().map_err(|_| desk.bad_request())?);
    let done = merge_organisations::confirm(&app.bench, by, pair, desk.reference()).await;
    after(&app, &desk, &id, done.map(drop)).await
}

/// It is taken back.
pub(super) async fn withdraw(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let by = Confirmer::Operator(&desk.operator);
    let done = merge_organisations::withdraw(&app.bench, by, desk.id(&id)?, desk.reference()).await;
    after(&app, &desk, &id, done).await
}

async fn after(app: &App, desk: &Desk, id: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    match done {
        Err(Refusal::Invalid(_)) => {
            let denied = Some(desk.t().get("operator-fault-target-closed"));
            page(app, desk, id, &Asked::default(), Outcome { denied, ..Outcome::default() }).await
        }
        Err(Refusal::Conflict("merge-same-operator")) => {
            let denied = Some(desk.t().get("merge-same-operator"));
            page(app, desk, id, &Asked::default(), Outcome { denied, ..Outcome::default() }).await
        }
        // Whoever was faster: the organisation's page says what is.
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/operateur/structures/{id}"))),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
