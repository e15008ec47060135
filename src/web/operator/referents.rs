//! `/operateur/structures/{id}/referents`: who manages an organisation, one more, one less.

use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::referents;
use crate::operations::referents::Decider;
use crate::operations::refusal::Refusal;
use crate::operations::teams;
use crate::web::operator::Desk;
use crate::web::period::status;
use crate::web::referent::errors;
use crate::web::referent::in_charge;
use crate::web::referent::in_charge::InChargePage;
use crate::web::referent::referents as list;
use crate::web::referent::referents::ReferentsPage;
use crate::web::referent::referents::Typed;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

async fn organisation(app: &App, desk: &Desk, id: &str) -> Result<Organisation, PageError> {
    let id: OrganisationId = desk.id(id)?;
    let found = teams::organisation(&app.bench, &desk.operator, id).await;
    found.map_err(|refusal| desk.refuse(refusal))
}

/// `GET /operateur/structures/{id}/referents`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let notice = told.notice(desk.t());
    page(&app, &desk, &id, notice, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: &str,
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = organisation(app, desk, id).await?;
    let by = Decider::Operator(&desk.operator);
    let all = referents::of(&app.bench, by, organisation.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let back = format!("/operateur/structures/{}", organisation.id);
    let action = format!("{back}/referents");
    let status = status(&errors);
    let view = ReferentsPage {
        page: desk
            .page(t.with("operator-referents-title", &[("organisation", &organisation.name)]))
            .form()
            .with_errors(errors),
        notice,
        organisation: organisation.name,
        leave: None,
        rows: list::rows(t, &all, &action, None),
        back,
        action,
        may_name: true,
        kinds: list::kinds(t, &typed.kind),
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /operateur/structures/{id}/referents`
pub(super) async fn appoint(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let organisation = organisation(&app, &desk, &id).await?.id;
    let (typed, read) = list::read(desk.t(), |name| desk.one(&fields, name))?;
    let (professional, kind) = match read {
        Ok(read) => read,
        Err(errors) => return page(&app, &desk, &id, None, errors, typed).await,
    };
    let by = Decider::Operator(&desk.operator);
    let done =
        referents::appoint(&app.bench, by, organisation, (&professional, kind), desk.reference()).await;
    if let Err(Refusal::Invalid(faults)) = &done {
        return page(&app, &desk, &id, None, errors(desk.t(), faults), typed).await;
    }
    let path = format!("/operateur/structures/{organisation}/referents");
    let next = told::after(&path, "nomme", done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}

/// `GET /operateur/structures/{id}/referents/{account}`
pub(super) async fn one(
    State(app): State<App>,
    desk: Desk,
    Path((id, account)): Path<(String, String)>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let notice = told.notice(desk.t());
    let typed = in_charge::Typed::default();
    one_page(&app, &desk, (&id, &account), notice, FormErrors::default(), typed).await
}

async fn one_page(
    app: &App,
    desk: &Desk,
    (id, account): (&str, &str),
    notice: Option<Notice>,
    errors: FormErrors,
    typed: in_charge::Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = organisation(app, desk, id).await?;
    let account: AccountId = desk.id(account)?;
    let by = Decider::Operator(&desk.operator);
    let all = referents::of(&app.bench, by, organisation.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let one = all.iter().find(|one| one.account == account);
    let one = one.ok_or_else(|| desk.refuse(Refusal::NotFound))?;
    let back = format!("/operateur/structures/{}/referents", organisation.id);
    let row = list::rows(t, std::slice::from_ref(one), &back, None).pop();
    let status = status(&errors);
    let view = InChargePage {
        page: desk.page(one.name.show().clone()).with_errors(errors),
        notice,
        row: row.ok_or_else(|| desk.refuse(Refusal::NotFound))?,
        action: format!("{back}/{account}"),
        back,
        options: in_charge::options(t, one, &typed.change),
        reason: typed.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /operateur/structures/{id}/referents/{account}`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path((id, account)): Path<(String, String)>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed =
        in_charge::Typed { change: desk.one(&fields, "change")?, reason: desk.one(&fields, "reason")? };
    let whom = (organisation(&app, &desk, &id).await?.id, desk.id(&account)?);
    let by = Decider::Operator(&desk.operator);
    let Some((fait, done)) = in_charge::apply(&app.bench, by, whom, &typed, desk.reference()).await else {
        let mut errors = FormErrors::default();
        errors.add_at("change", "change-remove", desk.t().get("operator-fault-change-missing"));
        return one_page(&app, &desk, (&id, &account), None, errors, typed).await;
    };
    if let Err(Refusal::Invalid(faults)) = &done {
        return one_page(&app, &desk, (&id, &account), None, errors(desk.t(), faults), typed).await;
    }
    let path = format!("/operateur/structures/{}/referents", whom.0);
    let next = told::after(&path, fait, done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}
