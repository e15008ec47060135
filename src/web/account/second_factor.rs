//! `/aidant/second-facteur`: the code again, before signing or acting.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::SecondFactor;
use crate::domain::private::Private;
use crate::http::actor;
use crate::http::actor::Aidant;
use crate::http::actor::LoggedIn;
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
use crate::operations::check_second_factor::FactorOutcome;
use crate::operations::check_second_factor::check_second_factor;
use crate::operations::factors::Holder;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::web::account::code;
use crate::web::account::login::ClientAddressText;
use crate::web::account::login::Next;

#[derive(Template)]
#[template(path = "web/account/second_factor.html")]
pub(super) struct FactorPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) otp: String,
    pub(super) minutes: u64,
}

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    Aidant(aidant): Aidant,
    Query(next): Query<Next>,
    reader: Reader,
) -> Response {
    form(&app, &aidant, &next, &reader, FormErrors::default(), String::new())
}

fn form(
    app: &App,
    aidant: &AidantActor,
    next: &Next,
    reader: &Reader,
    errors: FormErrors,
    otp: String,
) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = reader.t.get("account-factor-title");
    let view = FactorPage {
        page: reader.aidant_page(aidant).without_nav().titled(title).with_errors(errors),
        action: next.behind("/aidant/second-facteur".to_owned()),
        otp,
        minutes: app.config().sessions.second_factor_max_age.as_secs().div_ceil(60),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Judges the code; the session gets a new id with the fresh factor.
pub(super) async fn check(
    State(app): State<App>,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Query(next): Query<Next>,
    ClientAddressText(network): ClientAddressText,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fault = |refusal| PageError::from_refusal(refusal, &reader, Space::Aidant);
    let fields = fields.map_err(bad)?;
    let typed = fields.one("otp").map_err(bad)?.unwrap_or_default();
    let mut errors = FormErrors::default();
    let digits = match code::read_code(reader.t, typed) {
        Ok(digits) => Private::new(digits),
        Err(words) => {
            errors.add("otp", words);
            return Ok(form(&app, &aidant, &next, &reader, errors, typed.to_owned()));
        }
    };
    let outcome = check_second_factor(&app.bench, Holder::from(&aidant), &digits, &network, Some(&reader.reference)).await;
    let words = match outcome.map_err(fault)? {
        FactorOutcome::Fresh(factor_at) => {
            let who = LoggedIn {
                account: aidant.account.id,
                habilitation: Some(aidant.habilitation.id),
                factor_at,
                factor: SecondFactor::OwnCode,
            };
            actor::change(&session, who).await.map_err(fault)?;
            return Ok(respond::see_other(next.path().unwrap_or(Space::Aidant.home())));
        }
        FactorOutcome::Wrong => reader.t.get("account-factor-wrong"),
        FactorOutcome::UsedUp { next_at } => {
            let wait = next_at.since(app.bench.now()).as_secs() + 1;
            reader.t.with("account-factor-used", &[("seconds", &wait)])
        }
    };
    metrics::count(Counter::SecondFactorRefused);
    errors.add("otp", words);
    Ok(form(&app, &aidant, &next, &reader, errors, String::new()))
}
