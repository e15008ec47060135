//! `…/facteurs`: by what a professional enters her space, one more, one less.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::Role;
use crate::domain::factor::Factor;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::ids::FactorId;
use crate::domain::private::Private;
use crate::http::actor;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::session::Jar;
use crate::http::session::Sessions;
use crate::http::state::App;
use crate::operations::enrol_factor::Right;
use crate::operations::factors;
use crate::operations::give_card;
use crate::operations::refusal::Refusal;
use crate::operations::remove_factor;
use crate::text::Text;
use crate::web::account::code;
use crate::web::account::door::space;
use crate::web::account::enrol::Desk;
use crate::web::account::enrol::Sent;
use crate::web::account::insider::FreshInsider;
use crate::web::account::insider::Insider;
use crate::web::badges::Badge;

/// One factor, in words.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) since: String,
    pub(super) badge: Badge,
    pub(super) validate: Option<String>,
    pub(super) remove: String,
}

#[derive(Template)]
#[template(path = "web/account/factors.html")]
pub(super) struct FactorsPage {
    pub(super) page: Page,
    pub(super) rows: Vec<Row>,
    pub(super) add_key: String,
    pub(super) add_app: String,
}

#[derive(Template)]
#[template(path = "web/account/factor_remove.html")]
pub(super) struct RemovePage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) lead: String,
    pub(super) card: bool,
    pub(super) last: bool,
}

#[derive(Template)]
#[template(path = "web/account/card_validate.html")]
pub(super) struct ValidatePage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) lead: String,
    pub(super) otp: String,
}

/// The name of a factor as its holder knows it: hers, a card's number, or what it is.
pub(super) fn name_of(t: Text, factor: &Factor) -> String {
    match (&factor.label, &factor.serial) {
        (Some(label), _) => label.show().clone(),
        (None, Some(serial)) => t.with("factor-card-number", &[("serial", serial)]),
        (None, None) => kind_of(t, factor.kind),
    }
}

fn kind_of(t: Text, kind: FactorKind) -> String {
    t.get(&format!("factor-kind-{}", kind.as_str().replace('_', "-")))
}

/// `/compte/facteurs`: the page of whichever space this browser is logged in at, the aidant's where at none.
pub(super) async fn anywhere(sessions: Sessions) -> Response {
    for role in Role::ALL {
        let Ok(session) = sessions.of(Jar::of(*role)) else { continue };
        if matches!(actor::logged_in(&session).await, Ok(Some(_))) {
            return respond::see_other(&format!("{}/facteurs", space(*role).home()));
        }
    }
    respond::see_other("/aidant/facteurs")
}

/// The list.
pub(super) async fn list(State(app): State<App>, insider: Insider) -> Result<Response, PageError> {
    let all = factors::of_account(&app.bench, insider.holder().account.id).await;
    let all = all.map_err(|refusal| insider.refuse(refusal))?;
    let t = insider.reader.t;
    let view = FactorsPage {
        page: insider.page(t.get("factor-list-title")),
        rows: all.iter().map(|factor| row(t, &insider, factor)).collect(),
        add_key: insider.door.path("facteurs/cle"),
        add_app: insider.door.path("facteurs/application"),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn row(t: Text, insider: &Insider, factor: &Factor) -> Row {
    let pending = factor.state == FactorState::Pending;
    let since = t.day_short(factor.created_at.day());
    let path = |rest: &str| insider.door.path(&format!("facteurs/{}/{rest}", factor.id));
    Row {
        name: name_of(t, factor),
        kind: kind_of(t, factor.kind),
        since: match factor.last_used_at {
            Some(at) => t.with("factor-since-used", &[("since", &since), ("used", &t.day_short(at.day()))]),
            None => t.with("factor-since", &[("since", &since)]),
        },
        badge: Badge::factor(t, factor.state),
        validate: pending.then(|| path("valider")),
        remove: path("retirer"),
    }
}

fn desk<'a>(app: &'a App, insider: &'a Insider, rest: &str) -> Desk<'a> {
    Desk {
        app,
        session: &insider.door.session,
        t: insider.reader.t,
        action: insider.door.path(rest),
        back: insider.door.path("facteurs"),
        reference: &insider.reader.reference,
    }
}

fn readable(fields: Result<FormFields, BadForm>) -> Result<FormFields, PageError> {
    fields.map_err(|bad| PageError::from(bad.into_response()))
}

/// The page of a new application.
pub(super) async fn show_app(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
) -> Result<Response, PageError> {
    let email = insider.holder().account.professional.email.show();
    let page = insider.page("");
    let desk = desk(&app, &insider, "facteurs/application");
    let shown = desk.app_page(page, email, FormErrors::default(), ("", "")).await;
    shown.map_err(|refusal| insider.refuse(refusal))
}

/// Takes the first code of a new application.
pub(super) async fn add_app(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = readable(fields)?;
    let holder = insider.holder();
    let email = holder.account.professional.email.show();
    let desk = desk(&app, &insider, "facteurs/application");
    let sent = desk.send_app(Right::Login(holder), insider.page(""), email, &fields).await;
    after(&insider, sent)
}

/// The page of a new passkey.
pub(super) async fn show_key(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
) -> Result<Response, PageError> {
    Ok(desk(&app, &insider, "facteurs/cle").key_page(insider.page(""), FormErrors::default(), ""))
}

/// What to ask the device for.
pub(super) async fn key_options(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
) -> Result<Response, PageError> {
    let asked = desk(&app, &insider, "facteurs/cle").key_options(insider.holder().account).await;
    asked.map_err(|refusal| insider.refuse(refusal))
}

/// Takes the key the device made.
pub(super) async fn add_key(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = readable(fields)?;
    let desk = desk(&app, &insider, "facteurs/cle");
    let sent = desk.send_key(Right::Login(insider.holder()), insider.page(""), &fields).await;
    after(&insider, sent)
}

fn after(insider: &Insider, sent: Result<Sent, Refusal>) -> Result<Response, PageError> {
    match sent.map_err(|refusal| insider.refuse(refusal))? {
        Sent::Done(_) => Ok(respond::see_other(&insider.door.path("facteurs"))),
        Sent::Again(page) => Ok(page),
    }
}

/// The factor of an address, and whether it is the only one in use.
async fn own(app: &App, insider: &Insider, id: &str) -> Result<(Factor, bool), PageError> {
    let missing = || insider.refuse(Refusal::NotFound);
    let id: FactorId = id.parse().map_err(|_| missing())?;
    let all = factors::of_account(&app.bench, insider.holder().account.id).await;
    let all = all.map_err(|refusal| insider.refuse(refusal))?;
    let active = all.iter().filter(|one| one.state == FactorState::Active).count();
    let factor = all.into_iter().find(|one| one.id == id).ok_or_else(missing)?;
    let last = active <= 1 && factor.state == FactorState::Active;
    Ok((factor, last))
}

/// Asks once before it is taken away.
pub(super) async fn show_remove(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (factor, last) = own(&app, &insider, &id).await?;
    Ok(remove_page(&insider, &factor, last, StatusCode::OK))
}

fn remove_page(insider: &Insider, factor: &Factor, last: bool, status: StatusCode) -> Response {
    let t = insider.reader.t;
    let view = RemovePage {
        page: insider.page(t.get("factor-remove-title")),
        action: insider.door.path(&format!("facteurs/{}/retirer", factor.id)),
        back: insider.door.path("facteurs"),
        lead: t.with("factor-remove-lead", &[("name", &name_of(t, factor))]),
        card: factor.kind == FactorKind::TotpCard,
        last,
    };
    respond::html(status, &view, &view.page.csp())
}

/// Takes it away.
pub(super) async fn remove(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = readable(fields)?;
    let lost = fields.one("lost").map_err(|_| insider.bad_request())?.is_some();
    let (factor, _) = own(&app, &insider, &id).await?;
    let done =
        remove_factor::remove(&app.bench, insider.holder(), factor.id, lost, insider.reference()).await;
    match done {
        Ok(()) => Ok(respond::see_other(&insider.door.path("facteurs"))),
        Err(Refusal::Conflict("factor-last")) => {
            Ok(remove_page(&insider, &factor, true, StatusCode::CONFLICT))
        }
        Err(refusal) => Err(insider.refuse(refusal)),
    }
}

/// Asks for the first code of a card.
pub(super) async fn show_validate(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (factor, _) = own(&app, &insider, &id).await?;
    Ok(validate_page(&insider, &factor, FormErrors::default(), ""))
}

fn validate_page(insider: &Insider, factor: &Factor, errors: FormErrors, otp: &str) -> Response {
    let t = insider.reader.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = ValidatePage {
        page: insider.page(t.get("factor-card-validate-title")).with_errors(errors),
        action: insider.door.path(&format!("facteurs/{}/valider", factor.id)),
        back: insider.door.path("facteurs"),
        lead: t.with("factor-card-validate-own", &[("name", &name_of(t, factor))]),
        otp: otp.to_owned(),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Takes a card into use.
pub(super) async fn validate(
    State(app): State<App>,
    FreshInsider(insider): FreshInsider,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = readable(fields)?;
    let t = insider.reader.t;
    let typed = fields.one("otp").map_err(|_| insider.bad_request())?.unwrap_or_default();
    let (factor, _) = own(&app, &insider, &id).await?;
    let mut errors = FormErrors::default();
    let digits = match code::read_code(t, typed) {
        Ok(digits) => Private::new(digits),
        Err(words) => {
            errors.add("otp", words);
            return Ok(validate_page(&insider, &factor, errors, typed));
        }
    };
    let done =
        give_card::validate_own(&app.bench, insider.holder(), factor.id, &digits, insider.reference()).await;
    let key = match done {
        Ok(()) | Err(Refusal::Conflict("card-in-use")) => {
            return Ok(respond::see_other(&insider.door.path("facteurs")));
        }
        Err(Refusal::Invalid(_)) => "factor-card-wrong",
        Err(Refusal::Throttled) => "factor-card-throttled",
        Err(refusal) => return Err(insider.refuse(refusal)),
    };
    errors.add("otp", t.get(key));
    Ok(validate_page(&insider, &factor, errors, ""))
}
