//! What this provider can do, and its public keys (OIDC Discovery section 3, RFC 8414 section 2): nothing but the truth.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::dpop;
use crate::crypto::keys::Algorithm;
use crate::domain::client::ClientAuth;
use crate::domain::client::MANDATE_TYPE;
use crate::domain::software::MANDATES_SCOPE;
use crate::domain::software::OFFLINE_SCOPE;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::exchange;
use crate::operations::authenticate_client::TOKEN_PATH;
use crate::operations::identity_claims;
use crate::operations::issue_client_token::CLIENT_SCOPES;
use crate::operations::keys;
use crate::operations::software_tokens::ACR_AIDANT;
use crate::operations::token_claims::ACR_LOW;
use crate::operations::token_claims::ACR_SUBSTANTIAL;

const SIGNING: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];
const DELEGATION_CLAIMS: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "sid",
    "acr",
    "amr",
    "act",
    "authorization_details",
    "status",
    "txn",
    "org",
    "habilitation",
    "name",
];

/// Both metadata documents: they say the same.
pub(super) async fn metadata(State(app): State<App>) -> Response {
    (caching(), Json(document(&app))).into_response()
}

/// `/oauth/jwks` (RFC 7517 section 5): next, current and retired token keys.
pub(super) async fn jwks(State(app): State<App>, reader: Reader) -> Response {
    match keys::jwks(&app.bench).await {
        Ok(set) => (
            [(header::CONTENT_TYPE, "application/jwk-set+json"), caching()[0].clone(), caching()[1].clone()],
            Json(set),
        )
            .into_response(),
        Err(refusal) => OAuthError::from_refusal(&refusal, &reader.reference).into_response(),
    }
}

pub(super) const fn caching() -> [(header::HeaderName, &'static str); 2] {
    [(header::CACHE_CONTROL, "public, max-age=60"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]
}

fn document(app: &App) -> Map<String, Value> {
    let mut document = Map::new();
    for part in [addresses(app), authentication(), requests(), tokens()] {
        if let Value::Object(members) = part {
            document.extend(members);
        }
    }
    document
}

fn addresses(app: &App) -> Value {
    let url = &app.config().server.public_url;
    json!({
        "issuer": url.as_str(),
        "authorization_endpoint": url.join("/oauth/authorize"),
        "token_endpoint": url.join(TOKEN_PATH),
        "userinfo_endpoint": url.join("/oauth/userinfo"),
        "jwks_uri": url.join("/oauth/jwks"),
        "pushed_authorization_request_endpoint": url.join("/oauth/par"),
        "introspection_endpoint": url.join("/oauth/introspect"),
        "revocation_endpoint": url.join("/oauth/revoke"),
        "status_list_aggregation_endpoint": url.join("/status"),
        "end_session_endpoint": url.join("/oauth/end-session"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "service_documentation": url.join("/aide"),
        "op_policy_uri": url.join("/donnees-personnelles"),
        "op_tos_uri": url.join("/mentions-legales"),
    })
}

fn authentication() -> Value {
    let methods: Vec<&str> = ClientAuth::ALL.iter().map(|method| method.as_str()).collect();
    let assertions = names(&Algorithm::ALL);
    json!({
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": assertions,
        "introspection_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_signing_alg_values_supported": assertions,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": assertions,
        "dpop_signing_alg_values_supported": names(&dpop::ALGORITHMS),
    })
}

fn requests() -> Value {
    let software = [MANDATES_SCOPE, OFFLINE_SCOPE];
    let scopes = ["openid"].into_iter().chain(identity_claims::IDENTITY_SCOPES);
    let scopes: Vec<&str> = scopes.chain(CLIENT_SCOPES).chain(software).collect();
    json!({
        "require_pushed_authorization_requests": false,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "query.jwt", "jwt"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token", exchange::GRANT],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": scopes,
        "claims_parameter_supported": true,
        "request_parameter_supported": true,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "request_object_signing_alg_values_supported": names(&dpop::ALGORITHMS),
        "authorization_response_iss_parameter_supported": true,
        "authorization_details_types_supported": [MANDATE_TYPE],
        "acr_values_supported": [ACR_LOW, ACR_SUBSTANTIAL, ACR_AIDANT, "eidas1"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["fr", "en"],
    })
}

fn tokens() -> Value {
    let claims: Vec<&str> = DELEGATION_CLAIMS.into_iter().chain(identity_claims::CLAIMS).collect();
    let signing = names(&SIGNING);
    json!({
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": signing,
        "userinfo_signing_alg_values_supported": signing,
        "introspection_signing_alg_values_supported": signing,
        "authorization_signing_alg_values_supported": signing,
        "claims_supported": claims,
    })
}

fn names(algorithms: &[Algorithm]) -> Vec<&'static str> {
    algorithms.iter().map(|algorithm| algorithm.as_str()).collect()
}
