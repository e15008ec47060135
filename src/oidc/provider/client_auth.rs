//! How a client shows who it is in one request: exactly one method (RFC 6749 section 2.3, RFC 7523 section 2.2).

use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use secrecy::SecretString;

use crate::crypto::jose;
use crate::crypto::jwk::JwkSet;
use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientStatus;
use crate::domain::ids::ClientId;
use crate::http::errors::OAuthError;
use crate::http::form::FormFields;
use crate::http::state::App;
use crate::oidc::provider::client_keys::client_keys;
use crate::oidc::provider::faults;
use crate::oidc::provider::fields::Fields;
use crate::operations::authenticate_client::Proof;
use crate::operations::authenticate_client::authenticate_client;
use crate::operations::authenticate_client::claimed_client;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::show_client;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// Body parameters of client authentication.
pub(super) const NAMES: [&str; 4] =
    ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The one method of a request, not checked yet.
#[derive(Debug)]
enum Shown {
    Secret(ClientAuth, SecretString),
    Assertion(SecretString),
}

/// The authenticated client of a request.
///
/// # Errors
/// `invalid_request` for several methods at once, `invalid_client` (401) for everything that proves nothing.
pub(super) async fn client(
    app: &App,
    headers: &HeaderMap,
    fields: &Fields,
    reference: &str,
) -> Result<Client, OAuthError> {
    let (id, shown) = shown(headers, fields).inspect_err(|_| {
        if let Some(id) = fields.get("client_id").and_then(ClientId::parse) {
            faults::caller(&id, false);
        }
    })?;
    faults::caller(&id, false);
    let found = async {
        let proof = match shown {
            Shown::Secret(method, secret) => Proof::Secret(method, secret),
            Shown::Assertion(assertion) => {
                let Some(keys) = keys(app, &id, assertion.expose_secret()).await? else { return Ok(None) };
                Proof::Assertion(assertion, keys)
            }
        };
        authenticate_client(&app.bench, &id, &proof).await
    };
    let found = found.await.map_err(|refusal| OAuthError::from_refusal(&refusal, reference))?;
    let client = found.ok_or_else(refused)?;
    faults::caller(&client.id, true);
    Ok(client)
}

/// The keys that may have signed an assertion; `None` where nothing needs to be asked for.
async fn keys(app: &App, id: &ClientId, assertion: &str) -> Result<Option<JwkSet>, Refusal> {
    let client = match show_client(&app.bench, id).await {
        Ok(client) if client.registration.auth == ClientAuth::PrivateKeyJwt => client,
        Ok(_) | Err(Refusal::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let Some(header) = jose::header(assertion).ok().filter(|_| client.status == ClientStatus::Active) else {
        return Ok(None);
    };
    client_keys(app, &client, header.kid.as_deref()).await.map(Some)
}

fn refused() -> OAuthError {
    metrics::count(Counter::ClientRefused);
    OAuthError::new("invalid_client", "client authentication failed").status(StatusCode::UNAUTHORIZED)
}

fn shown(headers: &HeaderMap, fields: &Fields) -> Result<(ClientId, Shown), OAuthError> {
    let basic = headers.get_all(header::AUTHORIZATION).iter().count();
    let (secret, assertion) = (fields.get("client_secret"), fields.get("client_assertion"));
    if basic + usize::from(secret.is_some()) + usize::from(assertion.is_some()) > 1 {
        return Err(OAuthError::new("invalid_request", "a client authenticates by one method"));
    }
    let named = fields.get("client_id");
    let (id, shown) = if basic == 1 {
        let (id, secret) = read_basic(headers).ok_or_else(refused)?;
        (id, Shown::Secret(ClientAuth::SecretBasic, secret))
    } else if let Some(secret) = secret {
        let id = named.and_then(ClientId::parse).ok_or_else(refused)?;
        (id, Shown::Secret(ClientAuth::SecretPost, SecretString::from(secret.to_owned())))
    } else if let Some(assertion) = assertion {
        if fields.get("client_assertion_type") != Some(JWT_BEARER) {
            return Err(refused());
        }
        let id = claimed_client(assertion).ok_or_else(refused)?;
        (id, Shown::Assertion(SecretString::from(assertion.to_owned())))
    } else {
        return Err(refused());
    };
    if named.is_some_and(|named| named != id.as_str()) {
        return Err(refused());
    }
    Ok((id, shown))
}

/// Credentials are form-encoded before they are joined (RFC 6749 section 2.3.1).
fn read_basic(headers: &HeaderMap) -> Option<(ClientId, SecretString)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((ClientId::parse(&form_decoded(id)?)?, SecretString::from(form_decoded(secret)?)))
}

fn form_decoded(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return None;
    }
    let fields = FormFields::parse(format!("v={text}").as_bytes()).ok()?;
    fields.one("v").ok().flatten().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(basic: Option<&str>, body: &str) -> Result<(ClientId, Shown), OAuthError> {
        let mut headers = HeaderMap::new();
        if let Some(basic) = basic {
            let value = format!("Basic {}", STANDARD.encode(basic));
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(&value).expect("a header"));
        }
        shown(&headers, &Fields::parse(body.as_bytes(), &NAMES).expect("a form"))
    }

    #[test]
    fn credentials_are_decoded_and_one_method_is_taken() {
        let (id, proof) = with(Some("caf:a%2Fb+c%3A"), "client_id=caf").expect("shown");
        assert_eq!(id.as_str(), "caf");
        assert!(
            matches!(&proof, Shown::Secret(ClientAuth::SecretBasic, secret) if secret.expose_secret() == "a/b c:")
        );
        let (_, proof) = with(None, "client_id=caf&client_secret=s").expect("shown");
        assert!(matches!(proof, Shown::Secret(ClientAuth::SecretPost, _)));
        assert_eq!(
            with(Some("caf:s"), "client_id=caf&client_secret=s").map(|_| ()).expect_err("two").error,
            "invalid_request"
        );
        for (basic, body) in [
            (None, "client_id=caf"),
            (None, "client_secret=s"),
            (Some("caf"), ""),
            (Some("caf:s"), "client_id=other"),
            (None, "client_assertion=x.y.z"),
        ] {
            let error = with(basic, body).map(|_| ()).expect_err("nothing is proved");
            assert_eq!(
                (error.error, error.status),
                ("invalid_client", StatusCode::UNAUTHORIZED),
                "{basic:?} {body}"
            );
        }
    }
}
