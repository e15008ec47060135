//! `/operateur/structures`: the organisations, accepting one, suspending one and giving it back.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::Siret;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::enrol;
use crate::operations::enrol::NewOrganisation;
use crate::operations::find_organisations;
use crate::operations::find_organisations::Found;
use crate::operations::merge_organisations;
use crate::operations::organisation_requests::queue;
use crate::operations::referents;
use crate::operations::referents::Decider;
use crate::operations::refusal::Refusal;
use crate::operations::suspend;
use crate::operations::teams;
use crate::operations::teams::Team;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::operator::Desk;
use crate::web::operator::errors;
use crate::web::period::status;

const LIST: &str = "/operateur/structures";

struct Row {
    name: String,
    siret: String,
    address: String,
    aidants: usize,
    badge: Badge,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/organisations.html")]
struct ListPage {
    page: Page,
    words: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Default)]
struct Typed {
    name: String,
    siret: String,
    address: String,
}

#[derive(Template)]
#[template(path = "web/operator/organisation_new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "web/operator/organisation.html")]
struct OnePage {
    page: Page,
    row: Row,
    withheld: String,
    kind: String,
    area: String,
    referents: String,
    request: Option<String>,
    merged: Option<String>,
    suspended: bool,
    reason: String,
}

fn row(desk: &Desk, team: &Team) -> Row {
    let organisation = &team.organisation;
    Row {
        name: organisation.name.clone(),
        siret: organisation.siret.to_string(),
        address: organisation.address.clone(),
        aidants: team.members.len(),
        badge: Badge::organisation(desk.t(), organisation.status),
        href: format!("{LIST}/{}", organisation.id),
    }
}

/// What is looked for: `q`, and `apres`, where the page before ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    apres: String,
}

/// One page of the organisations, by name.
pub(super) async fn list(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    desk: Desk,
) -> Result<Response, PageError> {
    let words = asked.q.trim();
    let found = find_organisations::find(&app.bench, &desk.operator, words, asked.apres.parse().ok()).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let next = found.next.map(|id| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", words).append_pair("apres", &id.to_string());
        format!("{LIST}?{}", query.finish())
    });
    let row = |one: &Found| Row {
        name: one.organisation.name.clone(),
        siret: one.organisation.siret.to_string(),
        address: one.organisation.address.clone(),
        aidants: usize::try_from(one.aidants).unwrap_or_default(),
        badge: Badge::organisation(desk.t(), one.organisation.status),
        href: format!("{LIST}/{}", one.organisation.id),
    };
    let view = ListPage {
        page: desk.page(desk.t().get("nav-operator-organisations")).wide(),
        words: words.to_owned(),
        rows: found.found.iter().map(row).collect(),
        next,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// The form for a new one.
pub(super) async fn form(desk: Desk) -> Response {
    new_page(&desk, FormErrors::default(), Typed::default())
}

fn new_page(desk: &Desk, errors: FormErrors, typed: Typed) -> Response {
    let status = status(&errors);
    let title = desk.t().get("operator-organisation-new");
    let view = NewPage { page: desk.page(title).with_errors(errors), typed };
    respond::html(status, &view, &view.page.csp())
}

/// Accepts it.
pub(super) async fn add(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed = Typed { name: one("name")?, siret: one("siret")?, address: one("address")? };
    let Some(siret) = Siret::parse(&typed.siret) else {
        let mut errors = FormErrors::default();
        errors.add("siret", desk.t().get("operator-fault-siret-wrong"));
        return Ok(new_page(&desk, errors, typed));
    };
    let new = NewOrganisation {
        siret,
        name: typed.name.clone(),
        address: typed.address.clone(),
        withheld_themes: [].into(),
    };
    match enrol::enrol_organisation(&app.bench, &desk.operator, new, desk.reference()).await {
        Ok(id) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Invalid(faults)) => Ok(new_page(&desk, errors(desk.t(), &faults), typed)),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// One organisation.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    one_page(&app, &desk, &id, FormErrors::default(), String::new()).await
}

async fn one_page(
    app: &App,
    desk: &Desk,
    id: &str,
    errors: FormErrors,
    reason: String,
) -> Result<Response, PageError> {
    let found = teams::of_organisation(&app.bench, &desk.operator, desk.id(id)?).await;
    let team = found.map_err(|refusal| desk.refuse(refusal))?;
    let t = desk.t();
    let withheld: Vec<_> = team.organisation.withheld_themes.iter().copied().collect();
    let titles: Vec<String> =
        themes().titles(&withheld, t.language()).into_iter().map(str::to_owned).collect();
    let status = status(&errors);
    let organisation = team.organisation.id;
    let refuse = |refusal| desk.refuse(refusal);
    let profile = find_organisations::profile(&app.bench, &desk.operator, organisation).await;
    let profile = profile.map_err(refuse)?;
    let request = queue::of_organisation(&app.bench, &desk.operator, organisation).await.map_err(refuse)?;
    let merged = merge_organisations::merged_into(&app.bench, organisation).await.map_err(refuse)?;
    let in_charge =
        referents::of(&app.bench, Decider::Operator(&desk.operator), organisation).await.map_err(refuse)?;
    let referents: Vec<String> = in_charge.iter().map(|one| one.name.show().clone()).collect();
    let unknown = || t.get("operator-organisation-unknown");
    let view = OnePage {
        kind: profile.kind.map_or_else(unknown, |kind| {
            t.get(&format!("organisation-kind-{}", kind.as_str().replace('_', "-")))
        }),
        area: profile.departement.unwrap_or_else(unknown),
        referents: if referents.is_empty() { t.get("operator-referents-none") } else { t.list(&referents) },
        request: request.map(|id| format!("/operateur/demandes/{id}")),
        merged: merged.map(|(target, at)| {
            let date = t.day_long(at.day());
            t.with("operator-organisation-merged", &[("target", &target.name), ("date", &date)])
        }),
        page: desk.page(team.organisation.name.clone()).with_errors(errors),
        row: row(desk, &team),
        withheld: if titles.is_empty() { t.get("organisation-withheld-none") } else { t.list(&titles) },
        suspended: team.organisation.status == OrganisationStatus::Suspended,
        reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Suspends it, for a reason.
pub(super) async fn suspend(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let reason = desk.one(&desk.fields(fields)?, "reason")?;
    let done =
        suspend::suspend_organisation(&app.bench, &desk.operator, desk.id(&id)?, &reason, desk.reference());
    match done.await {
        Err(Refusal::Invalid(faults)) => one_page(&app, &desk, &id, errors(desk.t(), &faults), reason).await,
        done => after(&desk, &id, done),
    }
}

/// Gives it back.
pub(super) async fn restore(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = suspend::restore_organisation(&app.bench, &desk.operator, desk.id(&id)?, desk.reference());
    after(&desk, &id, done.await)
}

/// Back to the page, also where somebody was faster.
fn after(desk: &Desk, id: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    match done {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
