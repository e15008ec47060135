//! `…/second-facteur`: code or passkey again, before signing, acting, or changing what matters.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::SecondFactor;
use crate::domain::factor::FactorKind;
use crate::domain::private::Private;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::check_second_factor::FactorOutcome;
use crate::operations::check_second_factor::check_second_factor;
use crate::operations::enrol_factor;
use crate::operations::factors;
use crate::operations::passkey_login;
use crate::operations::passkey_login::Answer;
use crate::operations::passkey_login::Outcome;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::web::account::ceremony;
use crate::web::account::ceremony::Purpose;
use crate::web::account::code;
use crate::web::account::insider::Insider;
use crate::web::account::login::ClientAddressText;
use crate::web::account::login::Next;
use crate::web::account::passkey::KeyForm;
use crate::web::account::passkey::options_answer;
use crate::web::account::passkey::refused_words;

#[derive(Template)]
#[template(path = "web/account/second_factor.html")]
pub(super) struct FactorPage {
    pub(super) page: Page,
    pub(super) lead: String,
    pub(super) action: String,
    pub(super) back: &'static str,
    pub(super) otp: String,
    pub(super) key: Option<KeyForm>,
    pub(super) codes: bool,
}

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    insider: Insider,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    form(&app, &insider, &next, FormErrors::default(), String::new()).await
}

async fn form(
    app: &App,
    insider: &Insider,
    next: &Next,
    errors: FormErrors,
    otp: String,
) -> Result<Response, PageError> {
    let all = factors::of_account(&app.bench, insider.holder().account.id).await;
    let all = all.map_err(|refusal| insider.refuse(refusal))?;
    let key = enrol_factor::party(&app.bench).is_ok()
        && all.iter().any(|factor| factor.kind == FactorKind::Passkey);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let t = insider.reader.t;
    let minutes = app.config().sessions.second_factor_max_age.as_secs().div_ceil(60);
    let view = FactorPage {
        page: insider.page(t.get("account-factor-title")).without_nav().with_errors(errors),
        lead: t.with(&format!("account-factor-lead-{}", words_of(insider)), &[("minutes", &minutes)]),
        action: next.behind(insider.door.path("second-facteur")),
        back: insider.door.space().home(),
        otp,
        key: key.then(|| KeyForm::new(&insider.door, "second-facteur/cle", next)),
        codes: !key || all.iter().any(|factor| factor.kind != FactorKind::Passkey),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// The aidant signs and acts; the others decide.
const fn words_of(insider: &Insider) -> &'static str {
    match insider.door.role {
        crate::domain::account::Role::Aidant => "aidant",
        _ => "other",
    }
}

/// Judges the code; the session gets a new id with the fresh factor.
pub(super) async fn check(
    State(app): State<App>,
    insider: Insider,
    Query(next): Query<Next>,
    ClientAddressText(network): ClientAddressText,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let t = insider.reader.t;
    let fields = fields.map_err(bad)?;
    let typed = fields.one("otp").map_err(bad)?.unwrap_or_default();
    let mut errors = FormErrors::default();
    let digits = match code::read_code(t, typed) {
        Ok(digits) => Private::new(digits),
        Err(words) => {
            errors.add("otp", words);
            return form(&app, &insider, &next, errors, typed.to_owned()).await;
        }
    };
    let outcome =
        check_second_factor(&app.bench, insider.holder(), &digits, &network, insider.reference()).await;
    let words = match outcome.map_err(|refusal| insider.refuse(refusal))? {
        FactorOutcome::Fresh(factor_at) => {
            let done = insider.freshen(factor_at, SecondFactor::OwnCode).await;
            done.map_err(|refusal| insider.refuse(refusal))?;
            return Ok(respond::see_other(next.path().unwrap_or(insider.door.space().home())));
        }
        FactorOutcome::Wrong => t.get("account-factor-wrong"),
        FactorOutcome::UsedUp { next_at } => {
            let wait = next_at.since(app.bench.now()).as_secs() + 1;
            t.with("account-factor-used", &[("seconds", &wait)])
        }
    };
    metrics::count(Counter::SecondFactorRefused);
    errors.add("otp", words);
    form(&app, &insider, &next, errors, String::new()).await
}

/// What to ask the browser's device for.
pub(super) async fn options(State(app): State<App>, insider: Insider) -> Result<Response, PageError> {
    let asked = async {
        let (options, using) = passkey_login::begin(&app.bench, Some(insider.holder().account.id)).await?;
        ceremony::keep(&insider.door.session, Purpose::Check, using, app.bench.now()).await?;
        Ok(options)
    };
    asked.await.map(options_answer).map_err(|refusal| insider.refuse(refusal))
}

/// Judges the device's answer; the session gets a new id with the fresh factor.
pub(super) async fn check_key(
    State(app): State<App>,
    insider: Insider,
    Query(next): Query<Next>,
    ClientAddressText(network): ClientAddressText,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fields = fields.map_err(bad)?;
    let answer = fields.one("answer").map_err(bad)?.unwrap_or_default();
    let judged = async {
        let using = ceremony::take(&insider.door.session, Purpose::Check, app.bench.now()).await?;
        let answer = Answer { answer, using, network: &network };
        passkey_login::check(&app.bench, insider.holder(), answer, insider.reference()).await
    };
    match judged.await.map_err(|refusal| insider.refuse(refusal))? {
        Outcome::Entered((at, factor)) => {
            insider.freshen(at, factor).await.map_err(|refusal| insider.refuse(refusal))?;
            Ok(respond::see_other(next.path().unwrap_or(insider.door.space().home())))
        }
        Outcome::Refused(why) => {
            metrics::count(Counter::SecondFactorRefused);
            let mut errors = FormErrors::default();
            errors.add_at("answer", "cle-bouton", refused_words(insider.reader.t, answer, why));
            form(&app, &insider, &next, errors, String::new()).await
        }
    }
}
