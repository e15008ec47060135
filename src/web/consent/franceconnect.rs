//! The person comes back from the identity provider: first identified, then logged out there, only then the text.

use std::sync::Arc;

use axum::Extension;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::response::Response;

use crate::domain::private::Private;
use crate::http::errors::PageError;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::ConsentSession;
use crate::http::state::App;
use crate::oidc::relying_party::FlowState;
use crate::oidc::relying_party::Identified;
use crate::oidc::relying_party::Purpose;
use crate::oidc::relying_party::RelyingParty;
use crate::oidc::relying_party::error::RpError;
use crate::operations::consent_link;
use crate::operations::consent_link::LinkState;
use crate::operations::decide_mandate::Evidence;
use crate::operations::identify_person::Recognised;
use crate::operations::identify_person::identify_for_consent;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::web::consent::flow;
use crate::web::consent::flow::Flow;
use crate::web::consent::flow::Known;
use crate::web::consent::flow::Stage;
use crate::web::consent::pages;
use crate::web::consent::pages::Stop;
use crate::web::consent::steps::Desk;

/// `GET /consentement/franceconnect/retour`
pub async fn came_back(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    reader: Reader,
    session: ConsentSession,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let desk = Desk { app, reader, session, provider };
    let refused = |refusal| desk.refused(refusal);
    let under_way = flow::under_way(&desk.session).await.map_err(refused)?;
    let Some(Flow { code, stage: Stage::Away { login, nonce_random } }) = under_way else {
        return Ok(pages::stopped(&desk.reader, Stop::Lost));
    };
    match desk.provider.finish(&login, query.as_deref().unwrap_or_default()).await {
        Ok(identified) => known(&desk, &code, &login, nonce_random, identified).await.map_err(refused),
        // Somebody else's answer must not end this login.
        Err(RpError::WrongState) => Ok(pages::stopped(&desk.reader, Stop::Lost)),
        Err(error) => failed(&desk, &code, &error).await,
    }
}

/// The person is known: keeps what proves it, gives the session a new id, and ends her session at the provider.
async fn known(
    desk: &Desk,
    code: &Private<String>,
    login: &FlowState,
    nonce_random: Private<String>,
    identified: Identified,
) -> Result<Response, Refusal> {
    let browser = desk.session.browser_hash().await?;
    let reference = Some(desk.reader.reference.as_str());
    let recognised =
        identify_for_consent(&desk.app.bench, code.show(), &browser, &identified.proven(), reference).await?;
    let logout_state = desk.provider.fresh_value();
    let logout = desk.provider.logout_url(Purpose::Consent, identified.id_token.show(), &logout_state).await;
    let stage = match recognised {
        Recognised::Another(expected) => {
            let logout_state = Private::new(logout_state);
            Stage::LeavingMistaken { id_token: identified.id_token, logout_state, expected }
        }
        Recognised::Person(person) => {
            let evidence =
                Evidence { id_token: identified.id_token, nonce: login.nonce.clone(), nonce_random };
            Stage::Leaving(Known { person, evidence, logout_state: Private::new(logout_state), shown: None })
        }
    };
    desk.session.cycle().await?;
    flow::keep(&desk.session, &Flow { code: code.clone(), stage }).await?;
    // Where its address is not known just now, the consent's own page offers the way out again.
    Ok(respond::see_other(&logout.unwrap_or_else(|_| format!("/consentement/{}", code.show()))))
}

/// Nobody was identified: nothing is kept of it, and the person may try again.
async fn failed(desk: &Desk, code: &Private<String>, error: &RpError) -> Result<Response, PageError> {
    let refused = |refusal| desk.refused(refusal);
    tracing::warn!(%error, "a person could not be identified");
    metrics::count_many(Counter::IdentificationFailed, error.of_the_provider().into());
    flow::keep(&desk.session, &Flow { code: code.clone(), stage: Stage::Open }).await.map_err(refused)?;
    let browser = desk.session.browser_hash().await.map_err(refused)?;
    match consent_link::look(&desk.app.bench, code.show(), Some(&browser)).await.map_err(refused)? {
        LinkState::Here(asked) => Ok(desk.welcome(code.show(), &asked, true, Some(error)).await),
        _ => Ok(pages::stopped(&desk.reader, Stop::TooLate)),
    }
}

/// `GET /consentement/franceconnect/sortie`
pub async fn logged_out(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    reader: Reader,
    session: ConsentSession,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let desk = Desk { app, reader, session, provider };
    let refused = |refusal| desk.refused(refusal);
    let Some(flow) = flow::under_way(&desk.session).await.map_err(refused)? else {
        return Ok(pages::stopped(&desk.reader, Stop::Lost));
    };
    let fields = FormFields::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let state = fields.one("state").ok().flatten().unwrap_or_default();
    let address = format!("/consentement/{}", flow.code.show());
    let stage = match flow.stage {
        Stage::Leaving(known) if known.logout_state.show() == state => Some(Stage::Reading(known)),
        Stage::LeavingMistaken { logout_state, expected, .. } if logout_state.show() == state => {
            Some(Stage::Mistaken { expected })
        }
        _ => None,
    };
    if let Some(stage) = stage {
        flow::keep(&desk.session, &Flow { code: flow.code, stage }).await.map_err(refused)?;
    }
    Ok(respond::see_other(&address))
}
