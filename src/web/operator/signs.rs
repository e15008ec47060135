//! `/operateur/signes`: signs of abuse, and what an operator found.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::SignId;
use crate::domain::sign::SignStatus;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::review_sign;
use crate::operations::review_sign::Reader;
use crate::web::operator::Desk;
use crate::web::signs::SignCard;
use crate::web::signs::tabs;

/// Which list, and where it goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    apres: String,
}

#[derive(Template)]
#[template(path = "web/operator/signs.html")]
struct SignsPage {
    page: Page,
    action: &'static str,
    tabs: Vec<(&'static str, String, bool)>,
    cards: Vec<SignCard>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/operator/sign.html")]
struct SignPage {
    page: Page,
    card: SignCard,
    aidant: Option<String>,
    typed: String,
    seen: &'static str,
    closed: &'static str,
}

/// `GET /operateur/signes`
pub(super) async fn list(
    State(app): State<App>,
    Query(typed): Query<Typed>,
    desk: Desk,
) -> Result<Response, PageError> {
    let t = desk.t();
    let status = SignStatus::parse(&typed.etat).unwrap_or(SignStatus::Open);
    let reader = Reader::Operator(&desk.operator);
    let found = review_sign::list(&app.bench, reader, status, typed.apres.parse().ok()).await;
    let (views, more) = found.map_err(|refusal| desk.refuse(refusal))?;
    let last = views.last().filter(|_| more).map(|view| view.id);
    let view = SignsPage {
        page: desk.page(t.get("nav-operator-signs")).wide(),
        action: "/operateur/signes",
        tabs: tabs(t, status),
        cards: views.iter().map(|view| SignCard::new(t, view)).collect(),
        next: last.map(|id| format!("/operateur/signes?etat={status}&apres={id}")),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /operateur/signes/{id}`
pub(super) async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    desk: Desk,
) -> Result<Response, PageError> {
    let id = desk.id(&id)?;
    form(&app, &desk, id, FormErrors::default(), "", "").await
}

async fn form(
    app: &App,
    desk: &Desk,
    id: SignId,
    errors: FormErrors,
    typed: &str,
    chosen: &str,
) -> Result<Response, PageError> {
    let t = desk.t();
    let found = review_sign::one(&app.bench, Reader::Operator(&desk.operator), id).await;
    let found = found.map_err(|refusal| desk.refuse(refusal))?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mark = |this: &str| if this == chosen { "required checked" } else { "required" };
    let view = SignPage {
        page: desk.page(t.get("sign-title")).form().with_errors(errors),
        card: SignCard::new(t, &found),
        aidant: found.aidant.map(|(account, _)| format!("/operateur/aidants/{account}")),
        typed: typed.to_owned(),
        seen: mark("seen"),
        closed: mark("closed"),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /operateur/signes/{id}`: `status` (`seen` or `closed`) and `note`.
pub(super) async fn review(
    State(app): State<App>,
    Path(id): Path<String>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let id = desk.id(&id)?;
    let fields = desk.fields(fields)?;
    let (note, chosen) = (desk.one(&fields, "note")?, desk.one(&fields, "status")?);
    let mut errors = FormErrors::default();
    let status = SignStatus::parse(&chosen).filter(|status| *status != SignStatus::Open);
    let Some(status) = status else {
        errors.add_at("status", "status-seen", t.get("sign-error-no-status"));
        return form(&app, &desk, id, errors, &note, &chosen).await;
    };
    match review_sign::review(&app.bench, &desk.operator, id, status, &note, desk.reference()).await {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/operateur/signes/{id}"))),
        Err(Refusal::Invalid(faults)) => {
            for fault in faults {
                errors.add(fault.field, t.get(fault.key));
            }
            form(&app, &desk, id, errors, &note, &chosen).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
