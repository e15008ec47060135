//! `…/connexion`: address and code on one form; one neutral answer to every well-formed pair.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::http::address::ClientAddress;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::begin_login::Attempt;
use crate::operations::begin_login::Begun;
use crate::operations::begin_login::begin_login;
use crate::operations::enrol_factor;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::text::Language;
use crate::web::account::code;
use crate::web::account::door::Door;
use crate::web::account::door::NEUTRAL_TIME;
use crate::web::account::passkey::KeyForm;

/// Where the session keeps the page to go to after the login.
pub(super) const NEXT: &str = "login_next";

/// The way back of `?suite=`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) suite: String,
}

impl Next {
    /// The path, where a usable one was named.
    pub(super) fn path(&self) -> Option<&str> {
        let path = respond::local_path(&self.suite);
        (path != "/").then_some(path)
    }

    /// `path`, coming back to the same page afterwards.
    pub(super) fn behind(&self, path: String) -> String {
        match self.path() {
            Some(next) => {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                format!("{path}?suite={next}")
            }
            None => path,
        }
    }
}

#[derive(Template)]
#[template(path = "web/account/login.html")]
pub(super) struct LoginPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) lead: String,
    pub(super) email: String,
    pub(super) otp: String,
    pub(super) role: Role,
    pub(super) proconnect: Option<String>,
    pub(super) key: Option<KeyForm>,
}

#[derive(Template)]
#[template(path = "web/account/sent.html")]
pub(super) struct SentPage {
    pub(super) page: Page,
    pub(super) minutes: u64,
    pub(super) again: String,
}

/// The form.
pub(super) async fn show(
    State(app): State<App>,
    door: Door,
    Query(next): Query<Next>,
    reader: Reader,
) -> Response {
    form(&app, &door, &next, &reader, FormErrors::default(), (String::new(), String::new()))
}

pub(super) fn form(
    app: &App,
    door: &Door,
    next: &Next,
    reader: &Reader,
    errors: FormErrors,
    (email, otp): (String, String),
) -> Response {
    let t = reader.t;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = LoginPage {
        page: reader.page(door.space()).titled(t.get(&door.key("title"))).with_errors(errors),
        action: next.behind(door.path("connexion")),
        lead: t.get(&door.key("lead")),
        email,
        otp,
        role: door.role,
        key: enrol_factor::party(&app.bench).is_ok().then(|| KeyForm::new(door, "connexion/cle", next)),
        proconnect: (door.role == Role::Aidant && app.config().proconnect.is_some())
            .then(|| next.behind("/aidant/proconnect".to_owned())),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Takes the pair. Whatever is wrong with it, the answer and its time are the same as when all is right.
pub(super) async fn begin(
    State(app): State<App>,
    door: Door,
    Query(next): Query<Next>,
    ClientAddressText(network): ClientAddressText,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let begun = tokio::time::Instant::now();
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fields = fields.map_err(bad)?;
    let email = fields.one("email").map_err(bad)?.unwrap_or_default();
    let otp = fields.one("otp").map_err(bad)?.unwrap_or_default();
    let mut errors = FormErrors::default();
    let normal = normal_email(email);
    if normal.is_none() {
        errors.add("email", code::email_fault(reader.t, email));
    }
    let digits = code::read_code(reader.t, otp);
    if let Err(words) = &digits {
        errors.add("otp", words.clone());
    }
    let (Some(normal), Ok(digits)) = (normal, digits) else {
        return Ok(form(&app, &door, &next, &reader, errors, (email.to_owned(), otp.to_owned())));
    };
    let judged = judge(&app, &door, &next, &reader, (&normal.into(), &digits.into()), &network).await;
    judged.map_err(|refusal| PageError::from_refusal(refusal, &reader, door.space()))?;
    tokio::time::sleep_until(begun + NEUTRAL_TIME).await;
    Ok(respond::see_other(&door.path("connexion/courriel")))
}

async fn judge(
    app: &App,
    door: &Door,
    next: &Next,
    reader: &Reader,
    (email, code): (&Private<String>, &Private<String>),
    network: &str,
) -> Result<(), Refusal> {
    let browser = door.session.browser_hash().await?;
    match next.path() {
        Some(path) => door.session.write(NEXT, &path).await?,
        None => door.session.remove(NEXT).await?,
    }
    let link_path = door.path("connexion/lien/");
    let language = match reader.t.language() {
        Language::Fr => MessageLanguage::French,
        Language::En => MessageLanguage::English,
    };
    let attempt =
        Attempt { role: door.role, email, code, browser: &browser, network, link_path: &link_path, language };
    let counter = match begin_login(&app.bench, attempt, Some(&reader.reference)).await? {
        Begun::LinkSent => return Ok(()),
        Begun::Refused => Counter::LoginRefused,
        Begun::Stranger => Counter::LoginRefusedStrangers,
        Begun::Throttled => Counter::LoginThrottled,
    };
    metrics::count(counter);
    Ok(())
}

/// The neutral page after the form.
pub(super) async fn sent(State(app): State<App>, door: Door, reader: Reader) -> Response {
    let view = SentPage {
        page: reader.page(door.space()).titled(reader.t.get("account-sent-title")),
        minutes: app.config().login.link_lifetime.as_secs().div_ceil(60),
        again: door.path("connexion"),
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// The address a try is counted under.
pub(super) struct ClientAddressText(pub(super) String);

impl FromRequestParts<App> for ClientAddressText {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        ClientAddress::from_request_parts(parts, app).await.map(|address| Self(address.network()))
    }
}
