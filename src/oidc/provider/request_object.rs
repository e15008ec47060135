//! A signed authorization request (RFC 9101, FAPI 2.0 Message Signing section 5.3): read once, then its parameters alone count.

use std::time::Duration;

use serde_json::Map;
use serde_json::Value;
use url::form_urlencoded;

use crate::crypto::dpop;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::domain::client::Client;
use crate::domain::time::Instant;
use crate::http::state::App;
use crate::oidc::provider::client_keys::client_keys;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::request;
use crate::oidc::provider::request::Fault;
use crate::operations::refusal::Refusal;

/// How far two clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(10);
/// The furthest `nbf` may lie ahead (FAPI 2.0 section 5.3.2.1: 8 s must pass, more than 60 s must not).
const AHEAD: Duration = Duration::from_secs(60);
/// The longest an object may be valid, and the oldest it may be.
const LONGEST: Duration = Duration::from_secs(3600);

/// The algorithms of request objects.
pub(super) const ALGORITHMS: [Algorithm; 3] = dpop::ALGORITHMS;

/// The parameters that count, and whether they came signed: those of `request` where there is one, else those given.
///
/// # Errors
/// `invalid_request_object` for an object that does not hold; the outer error is the database's.
pub(super) async fn resolve(
    app: &App,
    client: &Client,
    given: &Fields,
) -> Result<Result<(Fields, bool), Fault>, Refusal> {
    let Some(object) = given.get("request") else { return Ok(Ok((given.clone(), false))) };
    if given.get("request_uri").is_some() {
        return Ok(Err(Fault::invalid("request and request_uri exclude each other")));
    }
    let kid = jose::header(object).ok().and_then(|header| header.kid);
    let keys = client_keys(app, client, kid.as_deref()).await?;
    if keys.keys.is_empty() {
        return Ok(Err(bad("this client has no keys registered")));
    }
    let issuer = app.config().server.public_url.as_str();
    Ok(read(object, client, &keys, issuer, app.bench.now()).map(|fields| (fields, true)))
}

const fn bad(words: &'static str) -> Fault {
    Fault::new("invalid_request_object", words)
}

/// The parameters of an object that one of `keys` signed, for `issuer`, by this client, and that holds now.
///
/// # Errors
/// `invalid_request_object`.
pub fn read(
    object: &str,
    client: &Client,
    keys: &JwkSet,
    issuer: &str,
    now: Instant,
) -> Result<Fields, Fault> {
    let rule = Expected { typ: TypRule::Exactly("oauth-authz-req+jwt"), algorithms: &ALGORITHMS };
    let verified = jose::verify::<Map<String, Value>>(object, keys, &rule);
    let claims = verified.map_err(|_| bad("type, algorithm, key or signature do not hold"))?.claims;
    let id = Some(client.id.as_str());
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != id || text("client_id") != id {
        return Err(bad("iss and client_id are the client"));
    }
    if !is_for(claims.get("aud"), issuer) {
        return Err(bad("aud is the issuer"));
    }
    check_times(&claims, now)?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(bad("an object holds no other request"));
    }
    parameters(&claims)
}

/// The issuer, or a list with the issuer in it (FAPI 2.0 Message Signing section 5.3.1).
fn is_for(audience: Option<&Value>, issuer: &str) -> bool {
    match audience {
        Some(Value::String(one)) => one == issuer,
        Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(issuer)),
        _ => false,
    }
}

fn check_times(claims: &Map<String, Value>, now: Instant) -> Result<(), Fault> {
    let number = |name: &str| claims.get(name).and_then(Value::as_f64).filter(|number| number.is_finite());
    let (Some(exp), Some(nbf)) = (number("exp"), number("nbf")) else {
        return Err(bad("exp and nbf are needed"));
    };
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit a double exactly")]
    let at = |instant: Instant| instant.seconds() as f64;
    if exp <= at(now.minus(LEEWAY)) {
        return Err(bad("exp is past"));
    }
    if nbf > at(now.plus(AHEAD)) {
        return Err(bad("nbf lies ahead"));
    }
    if nbf < at(now.minus(LONGEST)) || exp - nbf > LONGEST.as_secs_f64() {
        return Err(bad("exp is at most 60 minutes after nbf, and nbf at most 60 minutes ago"));
    }
    Ok(())
}

/// The known parameters as if they had been sent plainly; JSON where the parameter is JSON.
fn parameters(claims: &Map<String, Value>) -> Result<Fields, Fault> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for name in request::NAMES {
        let structured = matches!(name, "claims" | "authorization_details");
        match claims.get(name) {
            None => {}
            Some(Value::String(text)) => {
                form.append_pair(name, text);
            }
            Some(value @ Value::Number(_)) if name == "max_age" => {
                form.append_pair(name, &value.to_string());
            }
            Some(value @ (Value::Object(_) | Value::Array(_))) if structured => {
                form.append_pair(name, &value.to_string());
            }
            Some(_) => return Err(bad("a parameter has another type")),
        }
    }
    Fields::parse(form.finish().as_bytes(), &request::NAMES).map_err(|_| bad("the object is too large"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use crate::oidc::provider::request::tests::client;
    use serde_json::json;

    const NOW: i64 = 1_795_000_000;
    const ISSUER: &str = "https://procura.example";

    fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm, &SystemRandom::new()).expect("a key").0
    }

    fn claims(change: &Value) -> Value {
        let mut claims = json!({
            "iss": "caf", "client_id": "caf", "aud": ISSUER, "nbf": NOW, "exp": NOW + 300,
            "response_type": "code", "state": "s", "max_age": 60, "claims": { "id_token": { "email": null } },
            "unknown": true,
        });
        for (name, value) in change.as_object().expect("changes") {
            if value.is_null() {
                claims.as_object_mut().expect("an object").remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    fn checked(key: &SigningKey, typ: &str, change: &Value) -> Result<Fields, &'static str> {
        let object = jose::sign(key, Some(typ), &claims(change)).expect("signed");
        let keys = JwkSet { keys: vec![key.public_jwk()] };
        read(&object, &client(), &keys, ISSUER, Instant::from_seconds(NOW)).map_err(|fault| fault.words)
    }

    const TYP: &str = "oauth-authz-req+jwt";

    #[test]
    fn the_parameters_of_an_object_count() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let fields = checked(&key(algorithm), TYP, &json!({})).expect("holds");
            assert_eq!(fields.get("state"), Some("s"));
            assert_eq!(fields.get("max_age"), Some("60"));
            assert_eq!(fields.get("claims"), Some(r#"{"id_token":{"email":null}}"#));
            assert_eq!(fields.get("unknown"), None);
        }
        let key = key(Algorithm::Es256);
        for change in [
            json!({ "aud": ["https://other.example", ISSUER] }),
            json!({ "nbf": NOW + 8 }),
            json!({ "nbf": NOW - 3600, "exp": NOW }),
            json!({ "exp": NOW + 3600 }),
        ] {
            assert!(checked(&key, TYP, &change).is_ok(), "{change}");
        }
    }

    #[test]
    fn an_object_that_does_not_hold_is_refused() {
        let good = key(Algorithm::Es256);
        for change in [
            json!({ "exp": null }),
            json!({ "nbf": null }),
            json!({ "exp": "soon" }),
            json!({ "exp": NOW + 3601 }),
            json!({ "nbf": NOW - 3601, "exp": NOW - 1 }),
            json!({ "nbf": NOW - 300, "exp": NOW - 10 }),
            json!({ "nbf": NOW + 61, "exp": NOW + 300 }),
            json!({ "aud": "https://other.example" }),
            json!({ "aud": [] }),
            json!({ "aud": null }),
            json!({ "iss": null }),
            json!({ "iss": "impots" }),
            json!({ "client_id": null }),
            json!({ "client_id": "impots" }),
            json!({ "request": "e30.e30.AA" }),
            json!({ "request_uri": "urn:x" }),
            json!({ "state": 3 }),
            json!({ "state": ["a"] }),
            json!({ "scope": { "a": 1 } }),
        ] {
            assert!(checked(&good, TYP, &change).is_err(), "{change}");
        }
        assert!(checked(&good, "JWT", &json!({})).is_err(), "another type");
        assert!(checked(&key(Algorithm::Rs256), TYP, &json!({})).is_err(), "RS256");
        let foreign = jose::sign(&key(Algorithm::Es256), Some(TYP), &claims(&json!({}))).expect("signed");
        let keys = JwkSet { keys: vec![good.public_jwk()] };
        assert!(read(&foreign, &client(), &keys, ISSUER, Instant::from_seconds(NOW)).is_err());
    }
}
