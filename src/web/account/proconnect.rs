//! `/aidant/proconnect`: an aidant enters through ProConnect; her own code as well where ProConnect's second factor is weak.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::http::actor;
use crate::http::actor::LoggedIn;
use crate::http::error_page::ErrorPage;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::session::Session;
use crate::http::state::App;
use crate::oidc::relying_party::AidantProvider;
use crate::oidc::relying_party::FlowState;
use crate::oidc::relying_party::IdentifiedAgent;
use crate::oidc::relying_party::Purpose;
use crate::oidc::relying_party::error::RpError;
use crate::operations::check_second_factor::FactorOutcome;
use crate::operations::check_second_factor::check_second_factor;
use crate::operations::current;
use crate::operations::factors::Holder;
use crate::operations::proconnect_login::Arrival;
use crate::operations::proconnect_login::Barred;
use crate::operations::proconnect_login::Entered;
use crate::operations::proconnect_login::ProvenAgent;
use crate::operations::proconnect_login::arrive;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::web::account::code;
use crate::web::account::login::ClientAddressText;
use crate::web::account::login::NEXT;
use crate::web::account::login::Next;

const FLOW: &str = "proconnect_flow";
const PENDING: &str = "proconnect_pending";
const ID_TOKEN: &str = "proconnect_id_token";
const LOGOUT: &str = "proconnect_logout";
const LOGIN: &str = "/aidant/connexion";
const CODE: &str = "/aidant/proconnect/code";

/// A login that waits for the aidant's own code.
#[derive(Serialize, Deserialize)]
struct Pending {
    proven: ProvenAgent,
    id_token: Private<String>,
    account: AccountId,
    habilitation: HabilitationId,
    at: Instant,
}

#[derive(Template)]
#[template(path = "web/account/proconnect_code.html")]
pub(super) struct CodePage {
    pub(super) page: Page,
    pub(super) otp: String,
}

#[derive(Template)]
#[template(path = "web/account/proconnect_left.html")]
pub(super) struct LeftPage {
    pub(super) page: Page,
    pub(super) onward: String,
}

fn fault(reader: &Reader) -> impl Fn(Refusal) -> PageError {
    |refusal| PageError::from_refusal(refusal, reader, Space::Aidant)
}

/// Sends the browser to ProConnect.
pub(super) async fn begin(
    Extension(provider): Extension<Arc<AidantProvider>>,
    Query(next): Query<Next>,
    session: AidantSession,
    reader: Reader,
) -> Result<Response, PageError> {
    if !provider.is_on() {
        return Ok(reader.trouble(Space::Aidant, Trouble::NotFound));
    }
    let (url, flow) = match provider.begin(Purpose::Aidant, &provider.fresh_value()).await {
        Ok(begun) => begun,
        Err(error) => return Ok(failed(&reader, &error)),
    };
    let kept = async {
        session.write(FLOW, &flow).await?;
        match next.path() {
            Some(path) => session.write(NEXT, &path).await,
            None => session.remove(NEXT).await,
        }
    };
    kept.await.map_err(fault(&reader))?;
    Ok(respond::see_other(url.as_str()))
}

/// The browser comes back from ProConnect.
pub(super) async fn finish(
    State(app): State<App>,
    Extension(provider): Extension<Arc<AidantProvider>>,
    RawQuery(query): RawQuery,
    session: AidantSession,
    reader: Reader,
) -> Result<Response, PageError> {
    let flow: Option<FlowState> = session.read(FLOW).await.map_err(fault(&reader))?;
    let Some(flow) = flow else { return Ok(failed(&reader, &RpError::WrongState)) };
    let answered = provider.finish_agent(&flow, query.as_deref().unwrap_or_default()).await;
    // An answer that is not this browser's leaves the login that is under way alone.
    if matches!(answered, Err(RpError::WrongState)) {
        return Ok(failed(&reader, &RpError::WrongState));
    }
    session.remove(FLOW).await.map_err(fault(&reader))?;
    match answered {
        Ok(identified) => {
            let (proven, id_token) = proven(identified);
            let desk = Desk { app: &app, provider: &provider, session: &session, reader: &reader };
            desk.judge(proven, id_token, None).await.map_err(fault(&reader))
        }
        Err(error) => {
            metrics::count(Counter::LoginRefusedStrangers);
            Ok(failed(&reader, &error))
        }
    }
}

fn proven(identified: IdentifiedAgent) -> (ProvenAgent, Private<String>) {
    let IdentifiedAgent { issuer, sub, agent, acr, amr, auth_time, id_token } = identified;
    let (idp_id, email, siret) = (agent.idp_id, agent.email, agent.siret);
    (ProvenAgent { issuer, sub, idp_id, email, siret, acr, amr, auth_time }, id_token)
}

/// What both ends of a login work with.
struct Desk<'a> {
    app: &'a App,
    provider: &'a AidantProvider,
    session: &'a Session,
    reader: &'a Reader,
}

impl Desk<'_> {
    async fn judge(
        &self,
        proven: ProvenAgent,
        id_token: Private<String>,
        own_code_at: Option<Instant>,
    ) -> Result<Response, Refusal> {
        let reference = Some(self.reader.reference.as_str());
        match arrive(&self.app.bench, &proven, own_code_at, reference).await? {
            Arrival::Entered(entered) => self.enter(entered, &id_token).await,
            Arrival::CodeNeeded { account, habilitation } => {
                let at = self.app.bench.now();
                let pending = Pending { proven, id_token, account, habilitation, at };
                self.session.cycle().await?;
                self.session.write(PENDING, &pending).await?;
                Ok(respond::see_other(CODE))
            }
            Arrival::Barred(barred) => {
                metrics::count(Counter::LoginRefused);
                self.barred(barred, &id_token).await
            }
            Arrival::Stranger => {
                metrics::count(Counter::LoginRefusedStrangers);
                self.barred(Barred::Unknown, &id_token).await
            }
        }
    }

    /// Gives the session its new id and holder, and keeps what ends ProConnect's session later.
    async fn enter(&self, entered: Entered, id_token: &Private<String>) -> Result<Response, Refusal> {
        metrics::count(Counter::LoginCompleted);
        let next: Option<String> = self.session.read(NEXT).await?;
        self.session.remove(NEXT).await?;
        self.session.remove(PENDING).await?;
        self.session.write(ID_TOKEN, id_token).await?;
        let who = LoggedIn {
            account: entered.account,
            habilitation: Some(entered.habilitation),
            factor_at: entered.factor_at,
            factor: entered.factor,
        };
        actor::log_in(self.session, who).await?;
        Ok(respond::see_other(next.as_deref().map_or(Space::Aidant.home(), respond::local_path)))
    }

    /// Why she does not enter; the button leaves ProConnect too, so that another account can be chosen there.
    async fn barred(&self, barred: Barred, id_token: &Private<String>) -> Result<Response, Refusal> {
        let what = match barred {
            Barred::Unknown => "unknown",
            Barred::EmailChanged => "email",
            Barred::OrganisationChanged => "organisation",
            Barred::Suspended => "suspended",
        };
        self.session.remove(PENDING).await?;
        self.session.remove(NEXT).await?;
        let onward = self.way_out(id_token).await?;
        let t = self.reader.t;
        let say = |part: &str| t.get(&format!("account-proconnect-{what}-{part}"));
        let view = ErrorPage {
            page: self.reader.page(Space::Aidant).titled(say("title")),
            why: say("why"),
            advice: vec![say("advice")],
            reference: Some(self.reader.reference.clone()),
            back_href: onward.unwrap_or_else(|| LOGIN.to_owned()),
            back_words: t.get("account-proconnect-other"),
        };
        Ok(respond::html(StatusCode::FORBIDDEN, &view, &view.page.csp()))
    }

    /// The address that ends ProConnect's session in this browser, where it can be known.
    async fn way_out(&self, id_token: &Private<String>) -> Result<Option<String>, Refusal> {
        let state = self.provider.fresh_value();
        match self.provider.logout_url(Purpose::Aidant, id_token.show(), &state).await {
            Ok(url) => {
                self.session.write(LOGOUT, &state).await?;
                Ok(Some(url))
            }
            Err(error) => {
                tracing::warn!(%error, "ProConnect's session could not be ended");
                Ok(None)
            }
        }
    }
}

async fn pending(app: &App, session: &Session) -> Result<Option<Pending>, Refusal> {
    let pending: Option<Pending> = session.read(PENDING).await?;
    let longest = app.config().login.link_lifetime;
    Ok(pending.filter(|pending| app.bench.now().since(pending.at) < longest))
}

/// The form for the aidant's own code.
pub(super) async fn show_code(
    State(app): State<App>,
    session: AidantSession,
    reader: Reader,
) -> Result<Response, PageError> {
    match pending(&app, &session).await.map_err(fault(&reader))? {
        Some(_) => Ok(code_form(&reader, FormErrors::default(), String::new())),
        None => Ok(respond::see_other(LOGIN)),
    }
}

fn code_form(reader: &Reader, errors: FormErrors, otp: String) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = reader.t.get("account-proconnect-code-title");
    let view = CodePage { page: reader.page(Space::Aidant).titled(title).with_errors(errors), otp };
    respond::html(status, &view, &view.page.csp())
}

/// Judges the code, then everything ProConnect said once more.
pub(super) async fn check_code(
    State(app): State<App>,
    Extension(provider): Extension<Arc<AidantProvider>>,
    session: AidantSession,
    ClientAddressText(network): ClientAddressText,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let bad = |bad: BadForm| PageError::from(bad.into_response());
    let fields = fields.map_err(bad)?;
    let typed = fields.one("otp").map_err(bad)?.unwrap_or_default();
    let found = async {
        let Some(pending) = pending(&app, &session).await? else { return Ok(None) };
        let aidant = current::aidant(&app.bench, pending.account, pending.habilitation, None).await?;
        Ok(aidant.map(|aidant| (pending, aidant)))
    };
    let Some((pending, aidant)) = found.await.map_err(fault(&reader))? else {
        return Ok(respond::see_other(LOGIN));
    };
    let mut errors = FormErrors::default();
    let digits = match code::read_code(reader.t, typed) {
        Ok(digits) => Private::new(digits),
        Err(words) => {
            errors.add("otp", words);
            return Ok(code_form(&reader, errors, typed.to_owned()));
        }
    };
    let outcome =
        check_second_factor(&app.bench, Holder::from(&aidant), &digits, &network, Some(&reader.reference))
            .await;
    let words = match outcome.map_err(fault(&reader))? {
        FactorOutcome::Fresh(at) => {
            let desk = Desk { app: &app, provider: &provider, session: &session, reader: &reader };
            let judged = desk.judge(pending.proven, pending.id_token, Some(at)).await;
            return judged.map_err(fault(&reader));
        }
        FactorOutcome::Wrong => reader.t.get("account-factor-wrong"),
        FactorOutcome::UsedUp { next_at } => {
            let wait = next_at.since(app.bench.now()).as_secs() + 1;
            reader.t.with("account-factor-used", &[("seconds", &wait)])
        }
    };
    metrics::count(Counter::SecondFactorRefused);
    errors.add("otp", words);
    Ok(code_form(&reader, errors, String::new()))
}

/// Ends the aidant's session here; gives the page that leads out of ProConnect's where she came that way.
///
/// # Errors
/// A fault.
pub(super) async fn leave(
    app: &App,
    provider: &AidantProvider,
    session: &Session,
    reader: &Reader,
) -> Result<Option<Response>, Refusal> {
    let id_token: Option<Private<String>> = session.read(ID_TOKEN).await?;
    session.flush().await?;
    let Some(id_token) = id_token else { return Ok(None) };
    let desk = Desk { app, provider, session, reader };
    let Some(onward) = desk.way_out(&id_token).await? else { return Ok(None) };
    let page = reader.page(Space::Aidant).titled(reader.t.get("account-proconnect-left-title"));
    let view = LeftPage { page, onward };
    let mut answer = respond::html(StatusCode::OK, &view, &view.page.csp());
    // Not a redirect of the form, which the page's `form-action` would have to allow for ProConnect and all behind it.
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={}", view.onward)) {
        answer.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(Some(answer))
}

/// Back from ProConnect's logout.
pub(super) async fn left(
    session: AidantSession,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let fields = FormFields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let given = fields.one("state").ok().flatten().unwrap_or_default();
    let awaited: Option<String> = session.read(LOGOUT).await.map_err(fault(&reader))?;
    if awaited.as_deref() != Some(given) {
        return Ok(failed(&reader, &RpError::WrongState));
    }
    session.remove(LOGOUT).await.map_err(fault(&reader))?;
    Ok(respond::see_other(LOGIN))
}

/// Why nobody entered, and what to do now.
fn failed(reader: &Reader, error: &RpError) -> Response {
    let t = reader.t;
    let (key, status) = match error {
        RpError::Denied => ("denied", StatusCode::FORBIDDEN),
        RpError::Off | RpError::Unavailable(_) => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        RpError::WrongState => ("state", StatusCode::BAD_REQUEST),
        RpError::Provider(_) | RpError::Untrusted(_) => ("refused", StatusCode::BAD_GATEWAY),
    };
    tracing::info!(%error, "an aidant was not identified");
    let say = |part: &str| t.get(&format!("account-proconnect-{key}-{part}"));
    let view = ErrorPage {
        page: reader.page(Space::Aidant).titled(say("title")),
        why: say("why"),
        advice: vec![say("advice")],
        reference: Some(reader.reference.clone()),
        back_href: LOGIN.to_owned(),
        back_words: t.get("account-proconnect-again"),
    };
    respond::html(status, &view, &view.page.csp())
}
