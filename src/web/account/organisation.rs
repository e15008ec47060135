//! `/aidant/structure`: in which of her organisations an aidant works now.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::ids::HabilitationId;
use crate::http::actor;
use crate::http::actor::Aidant;
use crate::http::actor::LoggedIn;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::current;
use crate::operations::refusal::Refusal;
use crate::operations::switch_organisation::switch_organisation;
use crate::web::account::login::Next;

pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) words: String,
    pub(super) open: bool,
    pub(super) current: bool,
}

#[derive(Template)]
#[template(path = "web/account/organisation.html")]
pub(super) struct OrganisationPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) places: Vec<Place>,
    pub(super) none_open: bool,
}

/// The choice.
pub(super) async fn show(
    State(app): State<App>,
    Aidant(aidant): Aidant,
    Query(next): Query<Next>,
    reader: Reader,
) -> Result<Response, PageError> {
    form(&app, &aidant, &next, &reader, FormErrors::default()).await
}

async fn form(
    app: &App,
    aidant: &AidantActor,
    next: &Next,
    reader: &Reader,
    errors: FormErrors,
) -> Result<Response, PageError> {
    let t = reader.t;
    let all = current::workplaces(&app.bench, aidant.account.id).await;
    let all = all.map_err(|refusal| PageError::from_refusal(refusal, reader, Space::Aidant))?;
    let places: Vec<Place> = all
        .iter()
        .map(|place| Place {
            id: place.habilitation.id.to_string(),
            name: place.organisation.name.clone(),
            words: match place.habilitation.until() {
                Some(until) if place.open => {
                    t.with("account-organisation-until", &[("date", &t.until(until.day()))])
                }
                _ => t.get("account-organisation-closed"),
            },
            open: place.open,
            current: place.habilitation.id == aidant.habilitation.id,
        })
        .collect();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = OrganisationPage {
        page: reader
            .aidant_page(aidant)
            .titled(t.get("account-organisation-title"))
            .form()
            .with_errors(errors),
        action: next.behind("/aidant/structure".to_owned()),
        none_open: !places.iter().any(|place| place.open),
        places,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Goes on in another organisation.
pub(super) async fn switch(
    State(app): State<App>,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Query(next): Query<Next>,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fault = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Aidant);
    let fields = fields.map_err(bad)?;
    let Some(typed) = fields.one("organisation").map_err(bad)? else {
        let mut errors = FormErrors::default();
        errors.add_at("organisation", "structure-1", reader.t.get("account-organisation-missing"));
        return form(&app, &aidant, &next, &reader, errors).await;
    };
    let wanted: HabilitationId =
        typed.parse().map_err(|_| PageError::of(Trouble::BadRequest, &reader, Space::Aidant))?;
    let to =
        switch_organisation(&app.bench, &aidant, wanted, Some(&reader.reference)).await.map_err(fault)?;
    if let Some(factor_at) = aidant.factor_at {
        let who =
            LoggedIn { account: aidant.account.id, habilitation: Some(to), factor_at, factor: aidant.factor };
        actor::change(&session, who).await.map_err(fault)?;
    }
    Ok(respond::see_other(next.path().unwrap_or(Space::Aidant.home())))
}
