//! The two pages on which a professional enrols a factor alone, at her own screen: an application by its square code, a passkey by
//! her device. The same pages serve the link of a new account and her own space.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Account;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::qr;
use crate::http::respond;
use crate::http::session::Session;
use crate::http::state::App;
use crate::operations::enrol_factor;
use crate::operations::enrol_factor::Right;
use crate::operations::enrol_factor::SERVICE;
use crate::operations::enrol_factor::TotpSecret;
use crate::operations::refusal::Refusal;
use crate::text::Html;
use crate::text::Text;
use crate::web::account::ceremony;
use crate::web::account::ceremony::Purpose;
use crate::web::account::code;

/// Where the session keeps a secret whose first code has not been shown yet.
const SECRET: &str = "factor_app";
/// How long it waits for that code.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(1_800);

#[derive(Serialize, Deserialize)]
struct Waiting {
    secret: Private<String>,
    at: Instant,
}

#[derive(Template)]
#[template(path = "web/account/enrol_app.html")]
pub(super) struct AppPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) qr: Option<Html>,
    pub(super) secret: String,
    pub(super) called: String,
    pub(super) otp: String,
}

#[derive(Template)]
#[template(path = "web/account/enrol_key.html")]
pub(super) struct KeyPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) options: String,
    pub(super) back: String,
    pub(super) called: String,
    pub(super) available: bool,
}

/// What both pages are drawn with.
pub(super) struct Desk<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a Session,
    pub(super) t: Text,
    /// The page's own address, also its form's.
    pub(super) action: String,
    /// Where one goes back to.
    pub(super) back: String,
    pub(super) reference: &'a str,
}

/// What came of a sent form.
pub(super) enum Sent {
    /// It is enrolled.
    Done(Box<Account>),
    /// The page again, with what to correct.
    Again(Response),
}

fn typed<'a>(fields: &'a FormFields, name: &str) -> Result<&'a str, BadForm> {
    Ok(fields.one(name)?.unwrap_or_default())
}

impl Desk<'_> {
    /// The secret this browser is enrolling now; a new one where there is none, or the last one waited too long.
    async fn secret(&self) -> Result<TotpSecret, Refusal> {
        let now = self.app.bench.now();
        let waiting: Option<Waiting> = self.session.read(SECRET).await?;
        let waiting = waiting.filter(|waiting| now.since(waiting.at) < LONGEST);
        if let Some(secret) = waiting.and_then(|waiting| TotpSecret::from_base32(waiting.secret.show())) {
            return Ok(secret);
        }
        let secret = TotpSecret::fresh(self.app.bench.random.as_ref());
        let waiting = Waiting { secret: secret.to_base32().to_string().into(), at: now };
        self.session.write(SECRET, &waiting).await?;
        Ok(secret)
    }

    /// The page with the square code.
    pub(super) async fn app_page(
        &self,
        page: Page,
        email: &str,
        errors: FormErrors,
        (label, otp): (&str, &str),
    ) -> Result<Response, Refusal> {
        let secret = self.secret().await?;
        let text = secret.to_base32();
        let groups: Vec<&str> =
            text.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
        let url = secret.url(SERVICE, email);
        let status = status(&errors);
        let view = AppPage {
            page: page.titled(self.t.get("factor-app-title")).with_errors(errors),
            action: self.action.clone(),
            back: self.back.clone(),
            qr: url.and_then(|url| qr::svg(&url, &self.t.get("factor-app-qr")).ok()),
            secret: groups.join(" "),
            called: label.to_owned(),
            otp: otp.to_owned(),
        };
        Ok(respond::html(status, &view, &view.page.csp()))
    }

    /// Judges the first code of an application.
    pub(super) async fn send_app(
        &self,
        right: Right<'_>,
        page: Page,
        email: &str,
        fields: &FormFields,
    ) -> Result<Sent, Refusal> {
        let bad = |_| Refusal::field("form", "repeated");
        let (label, otp) = (typed(fields, "label").map_err(bad)?, typed(fields, "otp").map_err(bad)?);
        let mut errors = FormErrors::default();
        if crate::domain::factor::label(label).is_none() {
            errors.add("label", self.t.get("factor-fault-label"));
        }
        let digits =
            code::read_code(self.t, otp).map_err(|words| errors.add("otp", words)).unwrap_or_default();
        if !errors.is_empty() {
            return Ok(Sent::Again(self.app_page(page, email, errors, (label, otp)).await?));
        }
        let secret = self.secret().await?;
        let typed = (&Private::new(digits), label);
        match enrol_factor::enrol_app(&self.app.bench, right, &secret, typed, Some(self.reference)).await {
            Ok(account) => {
                self.session.remove(SECRET).await?;
                Ok(Sent::Done(Box::new(account)))
            }
            Err(Refusal::Invalid(_)) => {
                errors.add("otp", self.t.get("factor-fault-otp"));
                Ok(Sent::Again(self.app_page(page, email, errors, (label, "")).await?))
            }
            Err(Refusal::Conflict("factor-too-many")) => {
                errors.add("label", self.t.get("factor-fault-many"));
                Ok(Sent::Again(self.app_page(page, email, errors, (label, "")).await?))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The page with the button that asks the device.
    pub(super) fn key_page(&self, page: Page, errors: FormErrors, label: &str) -> Response {
        let status = status(&errors);
        let view = KeyPage {
            page: page.titled(self.t.get("factor-key-title")).with_errors(errors),
            action: self.action.clone(),
            options: format!("{}/options", self.action),
            back: self.back.clone(),
            called: label.to_owned(),
            available: enrol_factor::party(&self.app.bench).is_ok(),
        };
        respond::html(status, &view, &view.page.csp())
    }

    /// What to ask the device for.
    pub(super) async fn key_options(&self, account: &Account) -> Result<Response, Refusal> {
        let (options, making) = enrol_factor::begin_passkey(&self.app.bench, account.id).await?;
        ceremony::keep(self.session, Purpose::Making, making, self.app.bench.now()).await?;
        Ok(super::passkey::options_answer(options))
    }

    /// Judges the key the device made.
    pub(super) async fn send_key(
        &self,
        right: Right<'_>,
        page: Page,
        fields: &FormFields,
    ) -> Result<Sent, Refusal> {
        let bad = |_| Refusal::field("form", "repeated");
        let (label, answer) = (typed(fields, "label").map_err(bad)?, typed(fields, "answer").map_err(bad)?);
        let mut errors = FormErrors::default();
        let making = ceremony::take(self.session, Purpose::Making, self.app.bench.now()).await?;
        if crate::domain::factor::label(label).is_none() {
            errors.add("label", self.t.get("factor-fault-label"));
            return Ok(Sent::Again(self.key_page(page, errors, label)));
        }
        let again = |key: &str| {
            let mut errors = FormErrors::default();
            errors.add_at("answer", "cle-bouton", self.t.get(key));
            Ok(Sent::Again(self.key_page(page, errors, label)))
        };
        let making = match making {
            _ if answer.is_empty() => return again("factor-key-noscript"),
            None => return again("factor-key-late"),
            Some(making) => making,
        };
        let made = (answer, &making);
        match enrol_factor::enrol_passkey(&self.app.bench, right, made, label, Some(self.reference)).await {
            Ok(account) => Ok(Sent::Done(Box::new(account))),
            Err(Refusal::Invalid(faults)) if faults.iter().any(|fault| fault.key == "known") => {
                again("factor-key-known")
            }
            Err(Refusal::Invalid(_)) => again("factor-key-refused"),
            Err(Refusal::Conflict("factor-too-many")) => again("factor-fault-many"),
            Err(refusal) => Err(refusal),
        }
    }
}

fn status(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}
