//! `/operateur/aidants/{id}`: one aidant, her habilitations, and one more.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::account::AccountStatus;
use crate::domain::habilitation::Standing;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::enrol;
use crate::operations::refusal::Refusal;
use crate::operations::suspend_account;
use crate::operations::teams;
use crate::web::badges::Badge;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::aidants;
use crate::web::operator::errors;
use crate::web::period::status;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

struct Row {
    name: String,
    until: Option<String>,
    badge: Badge,
    href: Option<String>,
}

#[derive(Default)]
struct Typed {
    organisation: String,
    until: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "web/operator/account.html")]
struct AccountPage {
    page: Page,
    id: String,
    notice: Option<Notice>,
    email: String,
    status: AccountStatus,
    reason: String,
    rows: Vec<Row>,
    typed: Typed,
    organisations: Vec<Choice>,
}

/// `GET /operateur/aidants/{id}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    page(&app, &desk, id, told.notice(desk.t()), FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: String,
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let found = teams::aidant(&app.bench, &desk.operator, desk.id(&id)?).await;
    let (account, places) = found.map_err(|refusal| desk.refuse(refusal))?;
    let rows = places.into_iter().map(|place| {
        let over = place.standing == Standing::Ended;
        Row {
            until: place.habilitation.until().map(|until| t.until(until.day())),
            badge: Badge::step(t, &account, &place.habilitation, app.bench.now()),
            href: (!over).then(|| format!("/operateur/aidants/habilitations/{}", place.habilitation.id)),
            name: place.organisation.name,
        }
    });
    let rows = rows.collect();
    let status = status(&errors);
    let view = AccountPage {
        page: desk.page(account.professional.full_name()).with_errors(errors),
        id,
        notice,
        status: account.status,
        reason: typed.reason.clone(),
        email: account.professional.email.show().clone(),
        rows,
        organisations: aidants::organisation_choices(app, desk, &typed.organisation).await?,
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /operateur/aidants/{id}`: a habilitation in one more organisation.
pub(super) async fn habilitate(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed = Typed {
        organisation: desk.one(&fields, "organisation")?,
        until: desk.one(&fields, "until")?,
        reason: String::new(),
    };
    let today = app.bench.now().day();
    let place = match aidants::habilitation(&desk, today, (&typed.organisation, &typed.until)) {
        Ok(place) => place,
        Err(errors) => return page(&app, &desk, id, None, errors, typed).await,
    };
    let account = desk.id(&id)?;
    match enrol::add_habilitation(&app.bench, &desk.operator, account, place, desk.reference()).await {
        Ok(_) => Ok(respond::see_other(&format!("/operateur/aidants/{id}"))),
        Err(Refusal::Conflict("habilitation-exists")) => {
            let mut errors = FormErrors::default();
            errors.add("organisation", desk.t().get("operator-fault-organisation-exists"));
            page(&app, &desk, id, None, errors, typed).await
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// `POST /operateur/comptes/{id}/suspendre`: the whole account, wherever it works.
pub(super) async fn suspend(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let reason = desk.one(&desk.fields(fields)?, "reason")?;
    let done = suspend_account::suspend_account(
        &app.bench,
        &desk.operator,
        desk.id(&id)?,
        &reason,
        desk.reference(),
    )
    .await;
    if let Err(Refusal::Invalid(faults)) = &done {
        let typed = Typed { reason, ..Typed::default() };
        return page(&app, &desk, id, None, errors(desk.t(), faults), typed).await;
    }
    after(&desk, &id, "suspendu", done)
}

/// `POST /operateur/comptes/{id}/retablir`
pub(super) async fn restore(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = suspend_account::restore_account(&app.bench, &desk.operator, desk.id(&id)?, desk.reference());
    after(&desk, &id, "retabli", done.await)
}

fn after(desk: &Desk, id: &str, fait: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    let path = format!("/operateur/aidants/{id}");
    let next = told::after(&path, fait, done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}
