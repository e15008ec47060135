//! The person enters through FranceConnect, and its session is ended at once.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::config::OperatorTexts;
use crate::http::actor;
use crate::http::error_page::ErrorPage;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::PersonSession;
use crate::http::state::App;
use crate::oidc::relying_party::FlowState;
use crate::oidc::relying_party::Identified;
use crate::oidc::relying_party::Purpose;
use crate::oidc::relying_party::RelyingParty;
use crate::oidc::relying_party::error::RpError;
use crate::operations::log_in_person::log_in_person;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

const FLOW: &str = "franceconnect_flow";
const NEXT: &str = "login_next";
const HOME: &str = "/personne";
const LOGIN: &str = "/personne/connexion";

/// `?suite=`: the page to go to afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    suite: String,
}

#[derive(Template)]
#[template(path = "web/person/login.html")]
struct LoginPage {
    page: Page,
    action: String,
    operator: OperatorTexts,
}

/// Says what happens next, with one button.
pub(super) async fn show(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    Query(next): Query<Next>,
    reader: Reader,
) -> Response {
    let path = respond::local_path(&next.suite);
    let action = if path == "/" {
        LOGIN.to_owned()
    } else {
        let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        format!("{LOGIN}?suite={next}")
    };
    let mut page = reader.page(Space::Person).titled(reader.t.get("person-login-title"));
    if let Some(origin) = provider.form_origin().await {
        page = page.with_form_origin(origin);
    }
    let view = LoginPage { page, action, operator: app.config().operator.clone() };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}

/// Sends the browser to the identity provider.
pub(super) async fn begin(
    Extension(provider): Extension<Arc<RelyingParty>>,
    Query(next): Query<Next>,
    session: PersonSession,
    reader: Reader,
) -> Result<Response, PageError> {
    let begun = provider.begin(Purpose::PersonSpace, &provider.fresh_value()).await;
    let (url, flow) = begun.map_err(|error| PageError::from(failed(&reader, &error)))?;
    let kept = async {
        session.write(FLOW, &flow).await?;
        match respond::local_path(&next.suite) {
            "/" => session.remove(NEXT).await,
            path => session.write(NEXT, &path).await,
        }
    };
    kept.await.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Person))?;
    Ok(respond::see_other(url.as_str()))
}

/// The browser comes back; the person is logged in here, and out there.
pub(super) async fn finish(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    RawQuery(query): RawQuery,
    session: PersonSession,
    reader: Reader,
) -> Result<Response, PageError> {
    let refuse = |refusal: Refusal| PageError::from_refusal(refusal, &reader, Space::Person);
    let flow: Option<FlowState> = session.read(FLOW).await.map_err(refuse)?;
    let Some(flow) = flow else { return Ok(failed(&reader, &RpError::WrongState)) };
    let identified = match answered(&provider, flow, query).await {
        Ok(identified) => identified,
        // An answer that is not this browser's leaves the login that is under way alone.
        Err(RpError::WrongState) => return Ok(failed(&reader, &RpError::WrongState)),
        Err(error) => {
            session.remove(FLOW).await.map_err(refuse)?;
            return Ok(failed(&reader, &error));
        }
    };
    session.remove(FLOW).await.map_err(refuse)?;
    let person =
        log_in_person(&app.bench, &identified.proven(), Some(&reader.reference)).await.map_err(refuse)?;
    actor::log_in_person(&session, person).await.map_err(refuse)?;
    match provider.logout_url(Purpose::PersonSpace, identified.id_token.show(), &provider.fresh_value()).await
    {
        Ok(url) => Ok(respond::see_other(&url)),
        Err(error) => {
            tracing::warn!(%error, "the provider's session could not be ended");
            onward(&session).await.map_err(refuse)
        }
    }
}

async fn answered(
    provider: &RelyingParty,
    flow: FlowState,
    query: Option<String>,
) -> Result<Identified, RpError> {
    provider.finish(&flow, query.as_deref().unwrap_or_default()).await
}

/// Back from the provider's logout.
pub(super) async fn after_logout(session: PersonSession, reader: Reader) -> Result<Response, PageError> {
    onward(&session).await.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Person))
}

/// Ends the session.
pub(super) async fn leave(session: PersonSession, reader: Reader) -> Result<Response, PageError> {
    let ended = session.flush().await;
    ended.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Person))?;
    Ok(respond::see_other("/"))
}

async fn onward(session: &PersonSession) -> Result<Response, Refusal> {
    let next: Option<String> = session.read(NEXT).await?;
    if next.is_some() {
        session.remove(NEXT).await?;
    }
    Ok(respond::see_other(next.as_deref().map_or(HOME, respond::local_path)))
}

/// Why nobody is logged in, and what to do now.
fn failed(reader: &Reader, error: &RpError) -> Response {
    let t = reader.t;
    let (key, status) = match error {
        RpError::Denied => ("denied", StatusCode::OK),
        RpError::Off | RpError::Unavailable(_) => ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
        RpError::WrongState => ("state", StatusCode::BAD_REQUEST),
        RpError::Provider(_) | RpError::Untrusted(_) => ("refused", StatusCode::BAD_GATEWAY),
    };
    tracing::info!(%error, "a person was not identified");
    metrics::count_many(Counter::IdentificationFailed, error.of_the_provider().into());
    let say = |part: &str| t.get(&format!("person-login-{key}-{part}"));
    let view = ErrorPage {
        page: reader.page(Space::Person).titled(say("title")),
        why: say("why"),
        advice: vec![say("advice")],
        reference: Some(reader.reference.clone()),
        back_href: LOGIN.to_owned(),
        back_words: t.get("person-login-again"),
    };
    respond::html(status, &view, &view.page.csp())
}
