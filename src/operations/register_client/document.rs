//! A registration as one JSON document under the registered names (RFC 7591, OIDC Registration), ours prefixed `procura_`.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;

use crate::domain::client::ClientKind;
use crate::domain::client::ClientOptions;
use crate::domain::client::Registration;
use crate::domain::client::TokenAlgorithm;
use crate::domain::ids::ClientId;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::NewClient;

/// A registration, member by member.
pub type Document = Map<String, Value>;

/// Registered name and name in [`Registration`]; members of its `options` bear their registered names but `resources`.
const NAMES: [(&str, &str); 15] = [
    ("client_name", "name"),
    ("procura_kind", "kind"),
    ("procura_compat", "compat"),
    ("token_endpoint_auth_method", "auth"),
    ("redirect_uris", "redirect_uris"),
    ("post_logout_redirect_uris", "post_logout_redirect_uris"),
    ("procura_themes", "themes"),
    ("procura_min_consent_grade", "min_consent_grade"),
    ("procura_aidant_name", "aidant_name"),
    ("require_pushed_authorization_requests", "require_par"),
    ("procura_assertion_audience", "assertion_audience"),
    ("jwks", "jwks"),
    ("id_token_signed_response_alg", "id_token_alg"),
    ("userinfo_signed_response_alg", "userinfo_alg"),
    ("procura_sector", "sector"),
];
const RESOURCES: &str = "procura_resources";

/// A member that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {why}")]
pub struct BadDocument {
    /// Which.
    pub member: String,
    /// Why, in English, for whoever wrote the file.
    pub why: String,
}

/// The document of a registration; members without a value are left out.
///
/// # Errors
/// A fault when it cannot be written as JSON.
pub fn document(registration: &Registration) -> Result<Document, Refusal> {
    let Value::Object(mut stored) = serde_json::to_value(registration)? else {
        return Err(Refusal::fault("a registration is one object"));
    };
    let mut document = Document::new();
    for (name, inner) in NAMES {
        if let Some(value) = stored.remove(inner) {
            document.insert(name.to_owned(), value);
        }
    }
    let scopes: Vec<&str> = registration.scopes.iter().map(String::as_str).collect();
    document.insert("scope".to_owned(), Value::from(scopes.join(" ")));
    if let Some(Value::Object(options)) = stored.remove("options") {
        for (name, value) in options {
            let name = if name == "resources" { RESOURCES.to_owned() } else { name };
            document.insert(name, value);
        }
    }
    document.retain(|_, value| !value.is_null());
    Ok(document)
}

/// What a document asks for.
///
/// # Errors
/// [`BadDocument`] for a member that is unknown, missing or of another form.
pub fn read(mut document: Document) -> Result<NewClient, BadDocument> {
    document.retain(|_, value| !value.is_null());
    let bad = |member: &str, why: &str| BadDocument { member: member.to_owned(), why: why.to_owned() };
    let kind: ClientKind =
        take(&mut document, "procura_kind")?.ok_or_else(|| bad("procura_kind", "is missing"))?;
    let name: String = take(&mut document, "client_name")?.ok_or_else(|| bad("client_name", "is missing"))?;
    let mut new = NewClient::new(kind, name);
    if let Some(id) = take::<String>(&mut document, "client_id")? {
        let id = ClientId::parse(&id);
        new.id = Some(id.ok_or_else(|| bad("client_id", "has 1 to 64 characters of [A-Za-z0-9_-]"))?);
    }
    new.compat = take(&mut document, "procura_compat")?.unwrap_or_default();
    new.auth = take(&mut document, "token_endpoint_auth_method")?;
    new.redirect_uris = take(&mut document, "redirect_uris")?.unwrap_or_default();
    new.post_logout_redirect_uris = take(&mut document, "post_logout_redirect_uris")?.unwrap_or_default();
    new.themes = take(&mut document, "procura_themes")?.unwrap_or_default();
    new.min_consent_grade = take(&mut document, "procura_min_consent_grade")?;
    new.aidant_name = take(&mut document, "procura_aidant_name")?.unwrap_or_default();
    new.require_par = take(&mut document, "require_pushed_authorization_requests")?.unwrap_or_default();
    new.assertion_audience = take(&mut document, "procura_assertion_audience")?;
    new.jwks = take(&mut document, "jwks")?;
    new.id_token_alg = algorithm(&mut document, "id_token_signed_response_alg")?;
    new.userinfo_alg = algorithm(&mut document, "userinfo_signed_response_alg")?;
    new.sector = take(&mut document, "procura_sector")?;
    let scope: Option<String> = take(&mut document, "scope")?;
    new.scopes =
        scope.map(|words| words.split_ascii_whitespace().map(str::to_owned).collect::<BTreeSet<_>>());
    if let Some(resources) = document.remove(RESOURCES) {
        document.insert("resources".to_owned(), resources);
    }
    new.options = serde_json::from_value::<ClientOptions>(Value::Object(document))
        .map_err(|error| bad("registration", &error.to_string()))?;
    Ok(new)
}

/// The members in which two documents differ.
pub fn differences(one: &Document, other: &Document) -> BTreeSet<String> {
    let names = one.keys().chain(other.keys());
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

/// Whether a member's change only takes something away from the client, or asks more of it.
pub fn narrows(member: &str, before: Option<&Value>, after: Option<&Value>) -> bool {
    let truth = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or_default();
    match member {
        "redirect_uris" | "post_logout_redirect_uris" | "procura_themes" | RESOURCES => {
            words(after).is_subset(&words(before))
        }
        "scope" => words(after).is_subset(&words(before)),
        "procura_min_consent_grade" => grade(after) > grade(before),
        "procura_aidant_name" | "procura_compat" => truth(before) && !truth(after),
        "require_pushed_authorization_requests"
        | "require_signed_request_object"
        | "dpop_bound_access_tokens" => !truth(before) && truth(after),
        _ => false,
    }
}

fn grade(value: Option<&Value>) -> Option<crate::domain::person::ConsentGrade> {
    value.and_then(Value::as_str).and_then(crate::domain::person::ConsentGrade::parse)
}

fn words(value: Option<&Value>) -> BTreeSet<&str> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(text)) => text.split_ascii_whitespace().collect(),
        _ => BTreeSet::new(),
    }
}

fn take<T: DeserializeOwned>(document: &mut Document, member: &str) -> Result<Option<T>, BadDocument> {
    let read = document.remove(member).map(serde_json::from_value).transpose();
    read.map_err(|error: serde_json::Error| BadDocument { member: member.to_owned(), why: error.to_string() })
}

fn algorithm(document: &mut Document, member: &str) -> Result<Option<TokenAlgorithm>, BadDocument> {
    let name: Option<String> = take(document, member)?;
    let bad = || BadDocument { member: member.to_owned(), why: "is no known algorithm".to_owned() };
    name.map(|name| TokenAlgorithm::parse(&name).ok_or_else(bad)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::register_client::auth_of;
    use crate::operations::register_client::registration;
    use serde_json::json;

    fn example() -> Document {
        let Value::Object(document) = json!({
            "client_name": "CAF", "procura_kind": "administration", "procura_compat": true,
            "redirect_uris": ["https://caf.example/a", "https://caf.example/b"], "procura_themes": ["social"],
            "scope": "openid email", "backchannel_logout_uri": "https://caf.example/out",
            "id_token_signed_response_alg": "EdDSA"
        }) else {
            panic!("it is an object")
        };
        document
    }

    fn registered(document: Document) -> Registration {
        let new = read(document).expect("a registration");
        let auth = auth_of(&new);
        registration(new, auth)
    }

    #[test]
    fn what_is_shown_can_be_registered_again() {
        let first = registered(example());
        assert_eq!((first.id_token_alg.as_str(), first.scopes.len()), ("EdDSA", 2));
        let shown = document(&first).expect("a document");
        assert_eq!(shown["backchannel_logout_uri"], "https://caf.example/out");
        assert_eq!(shown["scope"], "email openid");
        assert_eq!(registered(shown), first);
    }

    #[test]
    fn what_is_unknown_or_misread_is_named() {
        let member = |name: &str, value: Value| {
            let mut document = example();
            document.insert(name.to_owned(), value);
            read(document).map(|_| ()).map_err(|bad| bad.to_string())
        };
        assert_eq!(member("client_id", json!("caf")), Ok(()));
        assert_eq!(member("jwks_uri", Value::Null), Ok(()));
        for (name, value) in [
            ("grant_type", json!("x")),
            ("procura_kind", json!("bank")),
            ("procura_themes", json!(["sport"])),
            ("id_token_signed_response_alg", json!("none")),
            ("client_id", json!("a b")),
            ("redirect_uris", json!("https://caf.example/a")),
        ] {
            let words = member(name, value).expect_err("a bad member");
            assert!(words.contains(name), "{name}: {words}");
        }
    }

    #[test]
    fn only_what_takes_away_narrows() {
        let check = |member: &str, before: Value, after: Value| narrows(member, Some(&before), Some(&after));
        assert!(check("redirect_uris", json!(["a", "b"]), json!(["a"])));
        assert!(!check("redirect_uris", json!(["a"]), json!(["a", "b"])));
        assert!(!check("redirect_uris", json!(["a"]), json!(["b"])));
        assert!(check("scope", json!("openid email"), json!("openid")));
        assert!(check("procura_min_consent_grade", json!("declared"), json!("franceconnect")));
        assert!(!check("procura_min_consent_grade", json!("franceconnect"), json!("declared")));
        assert!(check("dpop_bound_access_tokens", json!(false), json!(true)));
        assert!(!check("procura_compat", json!(false), json!(true)));
        for member in
            ["client_name", "jwks", "jwks_uri", "token_endpoint_auth_method", "sector_identifier_uri"]
        {
            assert!(!check(member, json!("a"), json!("b")), "{member}");
        }
    }
}
