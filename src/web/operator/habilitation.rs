//! `/operateur/aidants/habilitations/{id}`: taking one away for now, giving it back, ending it.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;

use crate::domain::habilitation::Standing;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::suspend;
use crate::operations::suspend::HabilitationChange;
use crate::operations::teams;
use crate::web::badges::Badge;
use crate::web::operator::Desk;
use crate::web::operator::errors;
use crate::web::period::status;

/// What the form offers.
const SUSPEND: &str = "suspend";
const RESTORE: &str = "restore";
const END: &str = "end";

struct Way {
    value: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/operator/habilitation.html")]
struct HabilitationPage {
    page: Page,
    id: String,
    account: String,
    name: String,
    organisation: String,
    until: String,
    badge: Badge,
    options: Vec<Way>,
    reason: String,
}

#[derive(Default)]
struct Typed {
    change: String,
    reason: String,
}

/// `GET /operateur/aidants/habilitations/{id}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, id, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: String,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let found = teams::habilitation(&app.bench, &desk.operator, desk.id(&id)?).await;
    let (account, place) = found.map_err(|refusal| desk.refuse(refusal))?;
    let offered: &[&'static str] = match place.standing {
        Standing::InForce | Standing::Unsigned => &[SUSPEND, END],
        Standing::Awaited => &[END],
        Standing::Suspended => &[RESTORE, END],
        Standing::Ended => &[],
    };
    let option = |value: &'static str| Way {
        value,
        title: t.get(&format!("operator-change-{value}")),
        words: t.get(&format!("operator-change-{value}-words")),
        attributes: if typed.change == value { "required checked" } else { "required" },
    };
    let name = account.professional.full_name();
    let status = status(&errors);
    let title = t.with("operator-habilitation-title", &[("name", &name)]);
    let view = HabilitationPage {
        page: desk.page(title).with_errors(errors),
        id,
        account: format!("/operateur/aidants/{}", account.id),
        organisation: place.organisation.name,
        until: place.habilitation.until().map_or_else(String::new, |until| t.until(until.day())),
        badge: Badge::habilitation(t, &account, place.standing),
        options: offered.iter().map(|value| option(value)).collect(),
        name,
        reason: typed.reason,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// `POST /operateur/aidants/habilitations/{id}`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed = Typed { change: desk.one(&fields, "change")?, reason: desk.one(&fields, "reason")? };
    let change = match typed.change.as_str() {
        SUSPEND => HabilitationChange::Suspend(&typed.reason),
        RESTORE => HabilitationChange::Restore,
        END => HabilitationChange::End(&typed.reason),
        "" => {
            let mut errors = FormErrors::default();
            let first = format!("change-{END}");
            errors.add_at("change", &first, desk.t().get("operator-fault-change-missing"));
            return page(&app, &desk, id, errors, typed).await;
        }
        _ => return Err(desk.bad_request()),
    };
    let done =
        suspend::change_habilitation(&app.bench, &desk.operator, desk.id(&id)?, change, desk.reference());
    match done.await {
        Ok(()) => {
            let found = teams::habilitation(&app.bench, &desk.operator, desk.id(&id)?).await;
            let (account, _) = found.map_err(|refusal| desk.refuse(refusal))?;
            Ok(respond::see_other(&format!("/operateur/aidants/{}", account.id)))
        }
        Err(Refusal::Conflict(_)) => {
            Ok(respond::see_other(&format!("/operateur/aidants/habilitations/{id}")))
        }
        Err(Refusal::Invalid(faults)) => page(&app, &desk, id, errors(desk.t(), &faults), typed).await,
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}
