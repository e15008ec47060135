//! Token exchange at `/oauth/token` (RFC 8693): a signed mandate and an aidant's login become access to one API.

use std::collections::BTreeSet;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::json::read_unambiguous;
use crate::domain::client::Client;
use crate::domain::client::MANDATE_TYPE;
use crate::domain::theme::Theme;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::token::answer;
use crate::operations::exchange_token::ACCESS_TOKEN_TYPE;
use crate::operations::exchange_token::Asked;
use crate::operations::exchange_token::Refused;
use crate::operations::exchange_token::exchange_token;
use crate::operations::software_tokens::ACR_AIDANT;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The grant type (RFC 8693 section 2.1).
pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Parameters of this grant that stand once; `resource` and `audience` may be repeated, which is refused as a target.
pub(super) const NAMES: [&str; 6] = [
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "requested_token_type",
    "authorization_details",
];

const JWT_TYPE: &str = "urn:ietf:params:oauth:token-type:jwt";
const LONGEST_DETAILS: usize = 4_096;

pub(super) async fn exchange(
    app: &App,
    reader: &Reader,
    client: &Client,
    fields: &Fields,
    jkt: Option<&str>,
) -> Result<Response, OAuthError> {
    let details = details(fields)?;
    let asked = Asked {
        subject_token: typed(fields, "subject_token", ("subject_token_type", JWT_TYPE))?,
        actor_token: typed(fields, "actor_token", ("actor_token_type", ACCESS_TOKEN_TYPE))?,
        resource: one_target(fields, "resource")?,
        audience: one_target(fields, "audience")?,
        themes: &details.themes,
        identifier: details.identifier.as_deref(),
        jkt,
    };
    if asked.resource.is_none() && asked.audience.is_none() {
        return Err(OAuthError::new("invalid_target", "audience or resource names the API"));
    }
    // A JWT is what our access tokens are: the two types ask for the same.
    if fields.get("requested_token_type").is_some_and(|kind| !matches!(kind, ACCESS_TOKEN_TYPE | JWT_TYPE)) {
        return Err(OAuthError::new("invalid_request", "only an access token is issued here"));
    }
    if fields.get("scope").is_some() {
        return Err(OAuthError::new(
            "invalid_scope",
            "an exchanged token reaches as far as authorization_details",
        ));
    }
    let done = exchange_token(&app.bench, client, &asked, Some(&reader.reference)).await;
    match done.map_err(|refusal| OAuthError::from_refusal(&refusal, &reader.reference))? {
        Ok(exchanged) => {
            metrics::count(Counter::ActOpened);
            Ok(answer(Json(exchanged)))
        }
        Err(refused) => {
            metrics::count(Counter::ActRefused);
            match refused.max_age {
                Some(max_age) => Ok(step_up(&refused, max_age)),
                None => Err(OAuthError::new(refused.error, refused.words)),
            }
        }
    }
}

/// A second factor too old for an act: what the aidant's next login must ask for (RFC 9470 section 3, in a token error).
fn step_up(refused: &Refused, max_age: u64) -> Response {
    metrics::count(Counter::TokenRefused);
    let body = json!({
        "error": refused.error,
        "error_description": "the second factor is too old: let the aidant log in again with this max_age",
        "acr_values": ACR_AIDANT,
        "max_age": max_age,
    });
    let fresh = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];
    (StatusCode::BAD_REQUEST, fresh, Json(body)).into_response()
}

/// A token with the one type it may have.
fn typed<'a>(
    fields: &'a Fields,
    name: &'static str,
    (type_name, expected): (&'static str, &'static str),
) -> Result<&'a str, OAuthError> {
    let token = fields.get(name);
    let token = token.ok_or_else(|| OAuthError::new("invalid_request", format!("{name} is missing")))?;
    match fields.get(type_name) {
        Some(kind) if kind == expected => Ok(token),
        Some(_) => Err(OAuthError::new("invalid_request", format!("{type_name} must be {expected}"))),
        None => Err(OAuthError::new("invalid_request", format!("{type_name} is missing"))),
    }
}

/// One API at a time (RFC 8693 section 2.2.2).
fn one_target<'a>(fields: &'a Fields, name: &'static str) -> Result<Option<&'a str>, OAuthError> {
    let mut values = fields.all(name).into_iter().filter(|value| !value.is_empty());
    match (values.next(), values.next()) {
        (first, None) => Ok(first),
        (_, Some(_)) => Err(OAuthError::new("invalid_target", "a token is for one API")),
    }
}

#[derive(Default)]
struct Details {
    themes: BTreeSet<Theme>,
    identifier: Option<String>,
}

/// `authorization_details` (RFC 9396): one mandate, narrowed.
fn details(fields: &Fields) -> Result<Details, OAuthError> {
    let bad = || {
        let words = "a list of one urn:procura:mandate with known privileges";
        OAuthError::new("invalid_authorization_details", words)
    };
    let Some(text) = fields.get("authorization_details") else { return Ok(Details::default()) };
    if text.len() > LONGEST_DETAILS {
        return Err(bad());
    }
    let list: Vec<Map<String, Value>> = read_unambiguous(text.as_bytes()).map_err(|_| bad())?;
    let [detail] = list.as_slice() else { return Err(bad()) };
    let known = detail.keys().all(|name| matches!(name.as_str(), "type" | "privileges" | "identifier"));
    if !known || detail.get("type").and_then(Value::as_str) != Some(MANDATE_TYPE) {
        return Err(bad());
    }
    let mut found = Details::default();
    if let Some(privileges) = detail.get("privileges") {
        let named = privileges.as_array().filter(|named| !named.is_empty()).ok_or_else(bad)?;
        for name in named {
            found.themes.insert(name.as_str().and_then(Theme::parse).ok_or_else(bad)?);
        }
    }
    if let Some(identifier) = detail.get("identifier") {
        found.identifier = Some(identifier.as_str().ok_or_else(bad)?.to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Details, OAuthError> {
        let encoded: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("authorization_details", text)
            .finish();
        details(&Fields::parse(encoded.as_bytes(), &NAMES).expect("a form"))
    }

    #[test]
    fn details_name_one_mandate() {
        let found = read(r#"[{"type":"urn:procura:mandate","privileges":["social"],"identifier":"abc"}]"#)
            .expect("read");
        assert_eq!(
            (found.themes, found.identifier.as_deref()),
            (BTreeSet::from([Theme::Social]), Some("abc"))
        );
        assert!(read("").expect("left out").themes.is_empty());
        for bad in [
            "{}",
            "[]",
            "[1]",
            r#"[{"type":"urn:procura:mandate"},{"type":"urn:procura:mandate"}]"#,
            r#"[{"type":"payment"}]"#,
            r#"[{"type":"urn:procura:mandate","privileges":[]}]"#,
            r#"[{"type":"urn:procura:mandate","privileges":["tout"]}]"#,
            r#"[{"type":"urn:procura:mandate","privileges":"social"}]"#,
            r#"[{"type":"urn:procura:mandate","identifier":1}]"#,
            r#"[{"type":"urn:procura:mandate","locations":[]}]"#,
            r#"[{"type":"urn:procura:mandate","type":"x"}]"#,
        ] {
            assert_eq!(
                read(bad).err().map(|error| error.error),
                Some("invalid_authorization_details"),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_token_comes_with_its_type_and_for_one_target() {
        let fields = |text: &str| Fields::parse(text.as_bytes(), &NAMES).expect("a form");
        let of = |text: &str| {
            typed(&fields(text), "subject_token", ("subject_token_type", "jwt")).map(str::to_owned)
        };
        assert_eq!(of("subject_token=a&subject_token_type=jwt"), Ok("a".to_owned()));
        for bad in ["subject_token_type=jwt", "subject_token=a", "subject_token=a&subject_token_type=saml2"] {
            assert_eq!(of(bad).expect_err(bad).error, "invalid_request");
        }
        assert_eq!(one_target(&fields("audience=a"), "audience"), Ok(Some("a")));
        assert_eq!(one_target(&fields(""), "audience"), Ok(None));
        let two = one_target(&fields("audience=a&audience=b"), "audience").expect_err("two");
        assert_eq!(two.error, "invalid_target");
    }
}
