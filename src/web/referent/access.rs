//! `/referent/aidants/{id}/carte` and `…/reinitialiser`: the cards of an aidant, and the way back in when she lost everything. The
//! referent sees numbers and states, never a secret.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::factor::Factor;
use crate::domain::factor::FactorEnd;
use crate::domain::factor::FactorState;
use crate::domain::ids::AccountId;
use crate::domain::ids::FactorId;
use crate::domain::private::Private;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::give_card;
use crate::operations::give_card::Managed;
use crate::operations::refusal::Refusal;
use crate::operations::reset_factors;
use crate::operations::reset_factors::Asked;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::referent::Desk;
use crate::web::referent::FreshDesk;

struct Card {
    id: String,
    serial: String,
    badge: Badge,
    pending: bool,
    since: String,
}

#[derive(Template)]
#[template(path = "web/referent/cards.html")]
struct CardsPage {
    page: Page,
    base: String,
    cards: Vec<Card>,
    serial: String,
}

#[derive(Template)]
#[template(path = "web/account/card_validate.html")]
struct ValidatePage {
    page: Page,
    action: String,
    back: String,
    lead: String,
    otp: String,
}

#[derive(Template)]
#[template(path = "web/referent/reset.html")]
struct ResetPage {
    page: Page,
    name: String,
    base: String,
    reason: String,
    two_persons: bool,
    waits: bool,
    done: bool,
}

fn base(id: AccountId) -> String {
    format!("/referent/aidants/{id}")
}

fn id_of<T: std::str::FromStr>(desk: &Desk, text: &str) -> Result<T, PageError> {
    text.parse().map_err(|_| desk.refuse(Refusal::NotFound))
}

fn read(desk: &Desk, fields: Result<FormFields, BadForm>, name: &str) -> Result<String, PageError> {
    let bad = |_| PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent);
    let fields = fields.map_err(bad)?;
    Ok(fields.one(name).map_err(bad)?.unwrap_or_default().trim().to_owned())
}

fn status(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// Her cards, and the form for another one.
pub(super) async fn cards(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&desk, &id)?;
    cards_page(&app, &desk, id, FormErrors::default(), String::new()).await
}

async fn cards_page(
    app: &App,
    desk: &Desk,
    id: AccountId,
    errors: FormErrors,
    serial: String,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let found = give_card::cards_of(&app.bench, desk.whose(), id).await;
    let (managed, cards) = found.map_err(|refusal| desk.refuse(refusal))?;
    let name = managed.account.professional.full_name();
    let status = status(&errors);
    let view = CardsPage {
        page: desk.page(t.with("factor-referent-card-title", &[("aidant", &name)])).with_errors(errors),
        base: base(id),
        cards: cards.iter().map(|factor| card(t, factor)).collect(),
        serial,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn card(t: Text, factor: &Factor) -> Card {
    Card {
        id: factor.id.to_string(),
        serial: t.with("factor-card-number", &[("serial", &factor.serial.clone().unwrap_or_default())]),
        badge: Badge::factor(t, factor.state),
        pending: factor.state == FactorState::Pending,
        since: t.with("factor-since", &[("since", &t.day_short(factor.created_at.day()))]),
    }
}

/// Gives a card; the next page asks for its first code.
pub(super) async fn give(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id: AccountId = id_of(&desk, &id)?;
    let serial = read(&desk, fields, "serial")?;
    let given = give_card::give(&app.bench, desk.whose(), id, &serial, desk.reference()).await;
    let key = match given {
        Ok(card) => return Ok(respond::see_other(&format!("{}/carte/{card}", base(id)))),
        Err(Refusal::Invalid(faults)) if faults.iter().any(|fault| fault.key == "not-in-stock") => {
            "factor-fault-serial-stock"
        }
        Err(Refusal::Invalid(_)) => "factor-fault-serial-unknown",
        Err(Refusal::Conflict("factor-too-many")) => "factor-fault-many-hers",
        Err(Refusal::Conflict("account-suspended")) => "factor-fault-account-suspended",
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    let mut errors = FormErrors::default();
    errors.add("serial", desk.reader.t.get(key));
    cards_page(&app, &desk, id, errors, serial).await
}

async fn pending(app: &App, desk: &Desk, (id, card): (&str, &str)) -> Result<(Managed, Factor), PageError> {
    let (id, card): (AccountId, FactorId) = (id_of(desk, id)?, id_of(desk, card)?);
    let found = give_card::cards_of(&app.bench, desk.whose(), id).await;
    let (managed, cards) = found.map_err(|refusal| desk.refuse(refusal))?;
    let card = cards.into_iter().find(|one| one.id == card);
    Ok((managed, card.ok_or_else(|| desk.refuse(Refusal::NotFound))?))
}

/// Asks for the code the aidant reads from her card.
pub(super) async fn show_validate(
    State(app): State<App>,
    desk: Desk,
    Path((id, card)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (managed, card) = pending(&app, &desk, (&id, &card)).await?;
    Ok(validate_page(&desk, &managed, &card, FormErrors::default()))
}

fn validate_page(desk: &Desk, managed: &Managed, card: &Factor, errors: FormErrors) -> Response {
    let t = desk.reader.t;
    let name = t.with("factor-card-number", &[("serial", &card.serial.clone().unwrap_or_default())]);
    let aidant = managed.account.professional.full_name();
    let base = base(managed.account.id);
    let status = status(&errors);
    let view = ValidatePage {
        page: desk.page(t.get("factor-card-validate-title")).with_errors(errors),
        action: format!("{base}/carte/{}", card.id),
        back: format!("{base}/carte"),
        lead: t.with("factor-card-validate-for", &[("name", &name), ("aidant", &aidant)]),
        otp: String::new(),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Takes a card into use by its first code.
pub(super) async fn validate(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path((id, card)): Path<(String, String)>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let typed: String = read(&desk, fields, "otp")?.chars().filter(|sign| !sign.is_whitespace()).collect();
    let (managed, card) = pending(&app, &desk, (&id, &card)).await?;
    let which = (managed.account.id, card.id);
    let code = Private::new(typed);
    let done = give_card::validate_for(&app.bench, desk.whose(), which, &code, desk.reference()).await;
    let key = match done {
        Ok(()) | Err(Refusal::Conflict("card-in-use")) => {
            return Ok(respond::see_other(&format!("{}/carte", base(managed.account.id))));
        }
        Err(Refusal::Invalid(_)) => "factor-card-wrong",
        Err(Refusal::Throttled) => "factor-card-throttled",
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    let mut errors = FormErrors::default();
    errors.add("otp", desk.reader.t.get(key));
    Ok(validate_page(&desk, &managed, &card, errors))
}

/// Puts a card out of use.
pub(super) async fn put_out(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path((id, card)): Path<(String, String)>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let (id, card): (AccountId, FactorId) = (id_of(&desk, &id)?, id_of(&desk, &card)?);
    let why = match read(&desk, fields, "why")?.as_str() {
        "lost" => FactorEnd::Lost,
        "broken" => FactorEnd::Broken,
        "returned" => FactorEnd::Returned,
        _ => return Err(PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent)),
    };
    let done = give_card::put_out(&app.bench, desk.whose(), (id, card), why, desk.reference()).await;
    match done {
        Ok(()) | Err(Refusal::Conflict("factor-ended")) => {
            Ok(respond::see_other(&format!("{}/carte", base(id))))
        }
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

/// What a reset does, and the form that asks for one.
pub(super) async fn show_reset(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&desk, &id)?;
    reset_page(&app, &desk, id, (FormErrors::default(), String::new()), false).await
}

async fn reset_page(
    app: &App,
    desk: &Desk,
    id: AccountId,
    (errors, reason): (FormErrors, String),
    done: bool,
) -> Result<Response, PageError> {
    let found = async {
        let managed = give_card::managed(&app.bench, desk.whose(), id).await?;
        Ok((managed, reset_factors::waits(&app.bench, id).await?))
    };
    let (managed, waits) = found.await.map_err(|refusal| desk.refuse(refusal))?;
    let name = managed.account.professional.full_name();
    let status = status(&errors);
    let title = desk.reader.t.with("factor-reset-title", &[("aidant", &name)]);
    let view = ResetPage {
        page: desk.page(title).with_errors(errors),
        base: base(id),
        reason,
        two_persons: app.config().operators.two_persons,
        waits,
        done,
        name,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Asks for a reset.
pub(super) async fn ask_reset(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id: AccountId = id_of(&desk, &id)?;
    let reason = read(&desk, fields, "reason")?;
    let t = desk.reader.t;
    let mut errors = FormErrors::default();
    match reset_factors::ask_as_referent(&app.bench, desk.whose(), id, &reason, desk.reference()).await {
        Ok(Asked::Waits(_)) | Err(Refusal::Conflict("reset-waits")) => {
            return Ok(respond::see_other(&format!("{}/reinitialiser", base(id))));
        }
        Ok(Asked::Done) => return reset_page(&app, &desk, id, (errors, String::new()), true).await,
        Err(Refusal::Invalid(faults)) => {
            for fault in faults {
                errors.add(fault.field, t.get(&format!("factor-fault-{}-{}", fault.field, fault.key)));
            }
        }
        Err(Refusal::Conflict("reset-own")) => errors.add("reason", t.get("factor-fault-reset-own")),
        Err(Refusal::Conflict("account-suspended")) => {
            errors.add("reason", t.get("factor-fault-account-suspended"));
        }
        Err(refusal) => return Err(desk.refuse(refusal)),
    }
    reset_page(&app, &desk, id, (errors, reason), false).await
}
