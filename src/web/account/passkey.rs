//! `…/connexion/cle`: logging in with a passkey alone, without a typed address and without mail.

use axum::Json;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;

use crate::http::actor;
use crate::http::actor::LoggedIn;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::passkey_login;
use crate::operations::passkey_login::Answer;
use crate::operations::passkey_login::KeyRefused;
use crate::operations::passkey_login::Outcome;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::text::Text;
use crate::web::account::ceremony;
use crate::web::account::ceremony::Purpose;
use crate::web::account::door::Door;
use crate::web::account::login;
use crate::web::account::login::ClientAddressText;
use crate::web::account::login::Next;

/// Where a form that asks for a passkey is sent, and where its script gets what to ask for.
pub(super) struct KeyForm {
    pub(super) action: String,
    pub(super) options: String,
}

impl KeyForm {
    /// Below a door, coming back to where one was.
    pub(super) fn new(door: &Door, rest: &str, next: &Next) -> Self {
        let path = door.path(rest);
        Self { options: format!("{path}/options"), action: next.behind(path) }
    }
}

/// The options for the script of the page.
pub(super) fn options_answer(options: Value) -> Response {
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], Json(options)).into_response()
}

/// Why a key opened nothing, and what to do now.
pub(super) fn refused_words(t: Text, answer: &str, why: KeyRefused) -> String {
    t.get(match why {
        _ if answer.is_empty() => "factor-key-noscript",
        KeyRefused::TooLate => "factor-key-late",
        KeyRefused::Wrong => "factor-key-wrong",
        KeyRefused::Cloned => "factor-key-cloned",
        KeyRefused::Throttled => "factor-key-throttled",
        KeyRefused::Closed => "factor-key-closed",
    })
}

/// What to ask the browser's device for.
pub(super) async fn options(
    State(app): State<App>,
    door: Door,
    reader: Reader,
) -> Result<Response, PageError> {
    let asked = async {
        let (options, using) = passkey_login::begin(&app.bench, None).await?;
        ceremony::keep(&door.session, Purpose::Login, using, app.bench.now()).await?;
        Ok(options)
    };
    let asked = asked.await.map(options_answer);
    asked.map_err(|refusal| PageError::from_refusal(refusal, &reader, door.space()))
}

/// Judges the device's answer and enters.
pub(super) async fn enter(
    State(app): State<App>,
    door: Door,
    Query(next): Query<Next>,
    ClientAddressText(network): ClientAddressText,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fault = |refusal| PageError::from_refusal(refusal, &reader, door.space());
    let fields = fields.map_err(bad)?;
    let answer = fields.one("answer").map_err(bad)?.unwrap_or_default();
    let judged = async {
        let using = ceremony::take(&door.session, Purpose::Login, app.bench.now()).await?;
        let answer = Answer { answer, using, network: &network };
        passkey_login::log_in(&app.bench, door.role, answer, Some(&reader.reference)).await
    };
    match judged.await.map_err(fault)? {
        Outcome::Entered(entered) => {
            metrics::count(Counter::LoginCompleted);
            let who = LoggedIn {
                account: entered.account,
                habilitation: entered.habilitation,
                factor_at: entered.factor_at,
                factor: entered.factor,
            };
            actor::log_in(&door.session, who).await.map_err(fault)?;
            Ok(respond::see_other(next.path().unwrap_or(door.space().home())))
        }
        Outcome::Refused(why) => {
            metrics::count(Counter::LoginRefused);
            let mut errors = FormErrors::default();
            errors.add_at("answer", "cle-bouton", refused_words(reader.t, answer, why));
            Ok(login::form(&app, &door, &next, &reader, errors, (String::new(), String::new())))
        }
    }
}
