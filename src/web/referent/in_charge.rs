//! `/referent/structures/{id}/referents/{account}`: one who manages the organisation too, and what may change.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::account::AccountStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::ReferentKind;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::bench::Bench;
use crate::operations::referents;
use crate::operations::referents::Decider;
use crate::operations::referents::InCharge;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::errors;
use crate::web::referent::referents as list;
use crate::web::referent::referents::Row;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

const PROMOTE: &str = "promote";
const DEMOTE: &str = "demote";
const REMOVE: &str = "remove";
const AGAIN: &str = "again";

/// One of the changes.
pub(in crate::web) struct Way {
    pub(in crate::web) value: &'static str,
    pub(in crate::web) title: String,
    pub(in crate::web) words: String,
    pub(in crate::web) attributes: &'static str,
}

/// What was typed.
#[derive(Default)]
pub(in crate::web) struct Typed {
    pub(in crate::web) change: String,
    pub(in crate::web) reason: String,
}

#[derive(Template)]
#[template(path = "web/referent/in_charge.html")]
pub(in crate::web) struct InChargePage {
    pub(in crate::web) page: Page,
    pub(in crate::web) notice: Option<Notice>,
    pub(in crate::web) row: Row,
    pub(in crate::web) back: String,
    pub(in crate::web) action: String,
    pub(in crate::web) options: Vec<Way>,
    pub(in crate::web) reason: String,
}

/// What may change for one of them.
pub(in crate::web) fn options(t: Text, one: &InCharge, typed: &str) -> Vec<Way> {
    let offered: &[&'static str] = match (one.kind, one.status) {
        (ReferentKind::Deputy, AccountStatus::Invited) => &[AGAIN, PROMOTE, REMOVE],
        (ReferentKind::Deputy, _) => &[PROMOTE, REMOVE],
        (ReferentKind::Referent, AccountStatus::Invited) => &[AGAIN, DEMOTE, REMOVE],
        (ReferentKind::Referent, _) => &[DEMOTE, REMOVE],
    };
    offered
        .iter()
        .map(|value| Way {
            value,
            title: t.get(&format!("referent-way-{value}")),
            words: t.get(&format!("referent-way-{value}-words")),
            attributes: if typed == *value { "required checked" } else { "required" },
        })
        .collect()
}

/// `GET /referent/structures/{id}/referents/{account}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path((id, account)): Path<(String, String)>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let notice = told.notice(desk.t());
    page(&app, &desk, (&id, &account), notice, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    (id, account): (&str, &str),
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = desk.organisation(id)?;
    let account: AccountId = desk.id(account)?;
    let by = Decider::Referent(&desk.referent, &desk.organisations);
    let all = referents::of(&app.bench, by, organisation.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let found = all.iter().find(|one| one.account == account && account != desk.referent.account.id);
    let one = found.ok_or_else(|| desk.refuse(Refusal::NotFound))?;
    let back = format!("/referent/structures/{}/referents", organisation.id);
    let row = list::rows(t, std::slice::from_ref(one), &back, None).pop();
    let status = status(&errors);
    let view = InChargePage {
        page: desk.page(one.name.show().clone()).with_errors(errors),
        notice,
        row: row.ok_or_else(|| desk.refuse(Refusal::NotFound))?,
        action: format!("{back}/{account}"),
        back,
        options: options(t, one, &typed.change),
        reason: typed.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Makes the change; gives what was done. `None`: nothing was chosen.
pub(in crate::web) async fn apply(
    bench: &Bench,
    by: Decider<'_>,
    whom: (OrganisationId, AccountId),
    typed: &Typed,
    reference: Option<&str>,
) -> Option<(&'static str, Result<(), Refusal>)> {
    Some(match typed.change.as_str() {
        PROMOTE => ("change", referents::set_kind(bench, by, whom, ReferentKind::Referent, reference).await),
        DEMOTE => ("change", referents::set_kind(bench, by, whom, ReferentKind::Deputy, reference).await),
        REMOVE => ("retire", referents::remove(bench, by, whom, &typed.reason, reference).await),
        AGAIN => ("relance", referents::invite_again(bench, by, whom, reference).await),
        _ => return None,
    })
}

/// `POST /referent/structures/{id}/referents/{account}`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path((id, account)): Path<(String, String)>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed = Typed { change: desk.one(&fields, "change")?, reason: desk.one(&fields, "reason")? };
    let whom = (desk.organisation(&id)?.id, desk.id(&account)?);
    let by = Decider::Referent(&desk.referent, &desk.organisations);
    let Some((fait, done)) = apply(&app.bench, by, whom, &typed, desk.reference()).await else {
        let mut errors = FormErrors::default();
        errors.add_at("change", "change-remove", desk.t().get("operator-fault-change-missing"));
        return page(&app, &desk, (&id, &account), None, errors, typed).await;
    };
    if let Err(Refusal::Invalid(faults)) = &done {
        return page(&app, &desk, (&id, &account), None, errors(desk.t(), faults), typed).await;
    }
    let path = format!("/referent/structures/{}/referents", whom.0);
    let next = told::after(&path, fait, done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}
