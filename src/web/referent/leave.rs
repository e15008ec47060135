//! `/referent/structures/{id}/quitter`: a referent leaves, or hands the charge over first.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;

use crate::domain::account::AccountStatus;
use crate::domain::ids::AccountId;
use crate::domain::organisation::ReferentKind;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::referents;
use crate::operations::referents::Decider;
use crate::operations::refusal::Refusal;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::told;

/// The value that means leaving without handing over.
const NOBODY: &str = "personne";

struct Heir {
    number: usize,
    id: String,
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/referent/leave.html")]
struct LeavePage {
    page: Page,
    organisation: String,
    back: String,
    action: String,
    heirs: Vec<Heir>,
    may_leave: bool,
    alone: usize,
}

/// `GET /referent/structures/{id}/quitter`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, &id, FormErrors::default()).await
}

async fn page(app: &App, desk: &Desk, id: &str, errors: FormErrors) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = desk.organisation(id)?;
    let by = Decider::Referent(&desk.referent, &desk.organisations);
    let all = referents::of(&app.bench, by, organisation.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.referent.account.id;
    let deputy = all.iter().any(|one| one.account == own && one.kind == ReferentKind::Deputy);
    let come = |account: AccountId, status: AccountStatus| account != own && status == AccountStatus::Active;
    let others = || all.iter().filter(|one| come(one.account, one.status));
    let heirs = others().filter(|_| !deputy).enumerate().map(|(place, one)| Heir {
        number: place + 1,
        id: one.account.to_string(),
        title: t.with("referent-leave-to", &[("name", one.name.show())]),
        words: t.get(if one.kind == ReferentKind::Deputy {
            "referent-leave-to-deputy"
        } else {
            "referent-leave-to-referent"
        }),
    });
    let heirs: Vec<Heir> = heirs.collect();
    let status = status(&errors);
    let back = format!("/referent/structures/{}/referents", organisation.id);
    let view = LeavePage {
        page: desk
            .page(t.with("referent-leave-title", &[("organisation", &organisation.name)]))
            .with_errors(errors),
        organisation: organisation.name.clone(),
        action: format!("/referent/structures/{}/quitter", organisation.id),
        back,
        alone: heirs.len() + 1,
        heirs,
        may_leave: deputy || others().any(|one| one.kind == ReferentKind::Referent),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /referent/structures/{id}/quitter`
pub(super) async fn leave(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let organisation = desk.organisation(&id)?.id;
    let typed = desk.one(&fields, "to")?;
    let (fait, done) = match typed.as_str() {
        "" => {
            let mut errors = FormErrors::default();
            errors.add_at("to", "to-1", desk.t().get("referent-fault-to-missing"));
            return page(&app, &desk, &id, errors).await;
        }
        NOBODY => {
            ("quitte", referents::leave(&app.bench, desk.whose(), organisation, desk.reference()).await)
        }
        heir => {
            let whom = (organisation, desk.id(heir)?);
            ("remis", referents::hand_over(&app.bench, desk.whose(), whom, desk.reference()).await)
        }
    };
    let path = match &done {
        Err(Refusal::Conflict(_)) => format!("/referent/structures/{organisation}/referents"),
        _ => "/referent".to_owned(),
    };
    let next = told::after(&path, fait, done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}
