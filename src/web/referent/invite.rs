//! `/referent/aidants/nouveau`: an aidant is invited, and her habilitation asked for.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::account::Professional;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::request_habilitation;
use crate::operations::request_habilitation::NewAidant;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::errors;
use crate::web::referent::told;

struct Place {
    number: usize,
    id: String,
    name: String,
    attributes: &'static str,
}

#[derive(Default)]
struct Typed {
    organisation: String,
    given_name: String,
    family_name: String,
    email: String,
    profession: String,
}

#[derive(Template)]
#[template(path = "web/referent/invite.html")]
struct InvitePage {
    page: Page,
    places: Vec<Place>,
    typed: Typed,
}

/// The organisation she comes from, where one was named.
#[derive(Debug, Default, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    organisation: String,
}

/// `GET /referent/aidants/nouveau`
pub(super) async fn show(desk: Desk, Query(from): Query<From>) -> Response {
    let typed = Typed { organisation: from.organisation, ..Typed::default() };
    page(&desk, FormErrors::default(), typed)
}

fn page(desk: &Desk, errors: FormErrors, typed: Typed) -> Response {
    let t = desk.t();
    let alone = desk.organisations.len() == 1;
    let places = desk.organisations.iter().enumerate().map(|(place, one)| {
        let id = one.id.to_string();
        let attributes = if alone || id == typed.organisation { "required checked" } else { "required" };
        Place { number: place + 1, attributes, name: one.name.clone(), id }
    });
    let status = status(&errors);
    let places = places.collect();
    let page = desk.page(t.get("referent-invite-title")).form().with_errors(errors);
    let view = InvitePage { page, places, typed };
    respond::html(status, &view, &view.page.csp())
}

/// `POST /referent/aidants/nouveau`: the same answer whether the address is known elsewhere or not.
pub(super) async fn invite(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed = Typed {
        organisation: one("organisation")?,
        given_name: one("given_name")?,
        family_name: one("family_name")?,
        email: one("email")?,
        profession: one("profession")?,
    };
    if typed.organisation.is_empty() {
        let mut errors = FormErrors::default();
        errors.add_at("organisation", "structure-1", desk.t().get("referent-fault-organisation-missing"));
        return Ok(page(&desk, errors, typed));
    }
    let organisation = desk.organisation(&typed.organisation)?.id;
    let professional = Professional {
        given_name: typed.given_name.clone().into(),
        family_name: typed.family_name.clone().into(),
        email: typed.email.clone().into(),
    };
    let new = NewAidant { professional, profession: typed.profession.clone().into() };
    let done = request_habilitation::request_as_referent(
        &app.bench,
        desk.whose(),
        organisation,
        &new,
        desk.reference(),
    );
    match done.await {
        Err(Refusal::Invalid(faults)) => Ok(page(&desk, errors(desk.t(), &faults), typed)),
        done => {
            let path = format!("/referent/structures/{organisation}");
            let next = told::after(&path, "invite", done).map_err(|refusal| desk.refuse(refusal))?;
            Ok(respond::see_other(&next))
        }
    }
}
