//! `/operateur/aidants`: the aidants by organisation, and enrolling one with her code generator.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::account::Professional;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::qr;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::enrol;
use crate::operations::enrol::Enrolled;
use crate::operations::enrol::NewProfessional;
use crate::operations::refusal::Refusal;
use crate::operations::teams;
use crate::text::Html;
use crate::web::badges::Badge;
use crate::web::lines::read_day;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::errors;
use crate::web::period::status;

struct Row {
    name: String,
    email: String,
    organisation: String,
    until: String,
    badge: Badge,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/aidants.html")]
struct ListPage {
    page: Page,
    query: String,
    unknown: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// What is searched, and where the page before ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    courriel: String,
    #[serde(default)]
    apres: String,
}

#[derive(Default)]
struct Typed {
    given_name: String,
    family_name: String,
    email: String,
    organisation: String,
    until: String,
}

#[derive(Template)]
#[template(path = "web/operator/aidant_new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
    organisations: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "web/operator/enrolled.html")]
struct EnrolledPage {
    page: Page,
    name: String,
    email: String,
    secret: String,
    qr: Option<Html>,
    href: String,
}

/// Everyone, newest habilitation first; or the one of an address.
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let fault = |refusal| desk.refuse(refusal);
    let t = desk.t();
    let query = asked.courriel.trim().to_owned();
    if !query.is_empty() {
        let found = teams::by_email(&app.bench, &desk.operator, &query).await.map_err(fault)?;
        if let Some(account) = found {
            return Ok(respond::see_other(&format!("/operateur/aidants/{account}")));
        }
    }
    let after = asked.apres.parse().ok();
    let (all, next) = teams::newest(&app.bench, &desk.operator, after).await.map_err(fault)?;
    let now = app.bench.now();
    let rows = all.iter().map(|(organisation, member)| Row {
        name: member.account.professional.full_name(),
        email: member.account.professional.email.show().clone(),
        organisation: organisation.name.clone(),
        until: member
            .habilitation
            .until()
            .map_or_else(|| t.get("team-until-none"), |until| t.day_short(until.day())),
        badge: Badge::step(t, &member.account, &member.habilitation, now),
        href: format!("/operateur/aidants/{}", member.account.id),
    });
    let view = ListPage {
        page: desk.page(t.get("nav-operator-aidants")).wide(),
        unknown: !query.is_empty(),
        query,
        rows: rows.collect(),
        next: next.map(|next| format!("/operateur/aidants?apres={next}")),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// The form for a new one.
pub(super) async fn form(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    new_page(&app, &desk, FormErrors::default(), Typed::default()).await
}

async fn new_page(app: &App, desk: &Desk, errors: FormErrors, typed: Typed) -> Result<Response, PageError> {
    let organisations = organisation_choices(app, desk, &typed.organisation).await?;
    let status = status(&errors);
    let page = desk.page(desk.t().get("operator-aidant-new")).with_errors(errors);
    let view = NewPage { page, typed, organisations };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// The organisations to choose from, the one typed marked.
pub(super) async fn organisation_choices(
    app: &App,
    desk: &Desk,
    typed: &str,
) -> Result<Vec<Choice>, PageError> {
    let all =
        teams::organisations(&app.bench, &desk.operator).await.map_err(|refusal| desk.refuse(refusal))?;
    let choice = |organisation: Organisation| {
        let value = organisation.id.to_string();
        Choice { chosen: value == typed, words: organisation.name, value }
    };
    Ok(all.into_iter().map(choice).collect())
}

/// Where and until when, as typed into the form of a habilitation.
pub(super) fn habilitation(
    desk: &Desk,
    today: Day,
    (organisation, until): (&str, &str),
) -> Result<(OrganisationId, Instant), FormErrors> {
    let t = desk.t();
    let mut errors = FormErrors::default();
    let place = organisation.parse().ok();
    if place.is_none() {
        errors.add("organisation", t.get("operator-fault-organisation-missing"));
    }
    let day = read_day(until);
    match day {
        None => errors.add("until", t.get("operator-fault-until-wrong")),
        Some(day) if day < today => errors.add("until", t.get("operator-fault-until-past")),
        Some(_) => {}
    }
    match (place, day) {
        (Some(place), Some(day)) if errors.is_empty() => Ok((place, day.end())),
        _ => Err(errors),
    }
}

/// Enrols her; the code generator's secret is on this answer and nowhere else.
pub(super) async fn add(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed = Typed {
        given_name: one("given_name")?,
        family_name: one("family_name")?,
        email: one("email")?,
        organisation: one("organisation")?,
        until: one("until")?,
    };
    let today = app.bench.now().day();
    let place = match habilitation(&desk, today, (&typed.organisation, &typed.until)) {
        Ok(place) => place,
        Err(errors) => return new_page(&app, &desk, errors, typed).await,
    };
    let professional = Professional {
        given_name: typed.given_name.clone().into(),
        family_name: typed.family_name.clone().into(),
        email: typed.email.clone().into(),
    };
    let name = professional.full_name();
    let new = NewProfessional { professional, secret: None };
    match enrol::enrol_aidant(&app.bench, &desk.operator, new, &[place], desk.reference()).await {
        Ok(enrolled) => Ok(enrolled_page(&desk, &enrolled, name, typed.email)),
        Err(Refusal::Invalid(faults)) => new_page(&app, &desk, errors(desk.t(), &faults), typed).await,
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

fn enrolled_page(desk: &Desk, enrolled: &Enrolled, name: String, email: String) -> Response {
    let t = desk.t();
    let secret = enrolled.secret.to_base32();
    let groups: Vec<&str> =
        secret.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    let url = enrolled.secret.url(&t.get("product"), &email);
    let view = EnrolledPage {
        page: desk.page(t.with("operator-enrolled-title", &[("name", &name)])),
        qr: url.and_then(|url| qr::svg(&url, &t.get("operator-enrolled-qr")).ok()),
        secret: groups.join(" "),
        href: format!("/operateur/aidants/{}", enrolled.account),
        name,
        email,
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
