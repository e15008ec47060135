//! Which identity claims a scope opens, and their values as FranceConnect gave them (OIDC Core section 5.4).

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

use crate::domain::act::AuthorizationRequest;
use crate::domain::client::Client;
use crate::domain::person::Identity;

/// Every identity claim there is.
pub const CLAIMS: [&str; 8] = [
    "given_name",
    "family_name",
    "preferred_username",
    "birthdate",
    "gender",
    "birthplace",
    "birthcountry",
    "email",
];

/// The scopes that open identity claims.
pub const IDENTITY_SCOPES: [&str; 3] = ["profile", "birth", "email"];

/// The claims a scope opens; none for a scope that opens no identity.
pub fn of_scope(scope: &str) -> &'static [&'static str] {
    match scope {
        "profile" => &["given_name", "family_name", "preferred_username", "birthdate", "gender"],
        "birth" => &["birthplace", "birthcountry"],
        "email" => &["email"],
        _ => &[],
    }
}

/// The claims that a set of scopes opens.
pub fn of_scopes(scopes: &BTreeSet<String>) -> BTreeSet<&'static str> {
    scopes.iter().flat_map(|scope| of_scope(scope).iter().copied()).collect()
}

/// The claims of a request's userinfo answer: by its scopes and by its `claims` parameter.
pub fn for_userinfo(request: &AuthorizationRequest) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = of_scopes(&request.scope);
    names.extend(request.userinfo_claims.iter().map(String::as_str));
    names
}

/// Of these claims, those that the client may have as it is registered now: what was taken away since it asked is not given.
pub fn still_granted<'a>(
    client: &Client,
    names: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = &'a str> {
    let granted = of_scopes(&client.registration.scopes);
    names.into_iter().filter(move |name| granted.contains(name))
}

/// The values of these claims; one that is empty or unknown is left out.
pub fn values<'a>(identity: &Identity, names: impl IntoIterator<Item = &'a str>) -> Map<String, Value> {
    let mut claims = Map::new();
    for name in names {
        let value = match name {
            "given_name" => Some(identity.given_name.show().as_str()),
            "family_name" => Some(identity.family_name.show().as_str()),
            "preferred_username" => identity.preferred_username.as_ref().map(|value| value.show().as_str()),
            "birthdate" => Some(identity.civil_birthdate()),
            "gender" => Some(identity.gender.show().as_str()),
            "birthplace" => Some(identity.birthplace.show().as_str()),
            "birthcountry" => Some(identity.birthcountry.show().as_str()),
            "email" => identity.email.as_ref().map(|value| value.show().as_str()),
            _ => None,
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            claims.insert(name.to_owned(), Value::from(value));
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_is_given_and_a_presumed_date_stays_presumed() {
        let identity = Identity {
            given_name: "Awa Fatou".to_owned().into(),
            birthdate: "1992-01-01".to_owned().into(),
            presumed_birthdate: Some("1992-00-00".to_owned().into()),
            ..Identity::default()
        };
        let claims = values(&identity, ["given_name", "birthdate", "birthplace", "email", "sub"]);
        assert_eq!(
            Value::Object(claims),
            serde_json::json!({"given_name": "Awa Fatou", "birthdate": "1992-00-00"})
        );
        let scopes = BTreeSet::from([
            "openid".to_owned(),
            "profile".to_owned(),
            "birth".to_owned(),
            "email".to_owned(),
        ]);
        assert_eq!(of_scopes(&scopes), BTreeSet::from(CLAIMS));
    }
}
