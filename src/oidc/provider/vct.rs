//! What the SD-JWT VC form of a mandate is, for software that shows or checks one it has never seen (SD-JWT VC type metadata).

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::http::state::App;
use crate::oidc::provider::metadata::caching;
use crate::operations::mandate_token;
use crate::text::Language;
use crate::text::Text;

/// Each claim that is ours: its path (`*`: every item), the key of its label, whether the holder may withhold it.
const CLAIMS: [(&str, &str, bool); 16] = [
    ("sub", "vct-sub", false),
    ("nbf", "vct-nbf", false),
    ("exp", "vct-exp", false),
    ("may_act/org/siret", "vct-siret", false),
    ("may_act/org/name", "vct-organisation", true),
    ("authorization_details/*/identifier", "vct-identifier", false),
    ("authorization_details/*/privileges", "vct-privileges", false),
    ("authorization_details/*/validity", "vct-validity", false),
    ("authorization_details/*/consent/method", "vct-consent-method", false),
    ("authorization_details/*/consent/grade", "vct-consent-grade", false),
    ("authorization_details/*/consent/date", "vct-consent-date", true),
    ("authorization_details/*/consent/text_digest", "vct-text-digest", true),
    ("authorization_details/*/consent/text_salt", "vct-text-salt", true),
    ("authorization_details/*/consent/text_version", "vct-text-version", true),
    ("txn", "vct-txn", false),
    ("chain", "vct-chain", false),
];

/// The type metadata, at the address that `vct` names and at its well-known form.
pub(super) async fn mandate(State(app): State<App>) -> Response {
    (caching(), Json(document(&mandate_token::vct(app.config())))).into_response()
}

/// `/.well-known/jwt-vc-issuer`: where the keys are that sign.
pub(super) async fn issuer(State(app): State<App>) -> Response {
    let url = &app.config().server.public_url;
    (caching(), Json(json!({ "issuer": url.as_str(), "jwks_uri": url.join("/oauth/jwks") }))).into_response()
}

fn document(vct: &str) -> Value {
    let claims: Vec<Value> = CLAIMS
        .iter()
        .map(|(path, key, concealable)| {
            json!({
                "path": steps(path),
                "display": in_each_language(|t| json!({ "label": t.get(key) })),
                "mandatory": true,
                "sd": if *concealable { "always" } else { "never" },
            })
        })
        .collect();
    let display =
        in_each_language(|t| json!({ "name": t.get("vct-name"), "description": t.get("vct-description") }));
    let t = Text::new(Language::Fr);
    json!({
        "vct": vct,
        "name": t.get("vct-name"),
        "description": t.get("vct-description"),
        "display": display,
        "claims": claims,
    })
}

fn in_each_language(words: impl Fn(Text) -> Value) -> Vec<Value> {
    let said = |language: Language| {
        let mut said = words(Text::new(language));
        said["locale"] = Value::from(language.tag());
        said
    };
    [Language::Fr, Language::En].into_iter().map(said).collect()
}

fn steps(path: &str) -> Vec<Value> {
    path.split('/').map(|step| if step == "*" { Value::Null } else { Value::from(step) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::mandate_token::CONCEALABLE;
    use std::collections::BTreeSet;

    #[test]
    fn what_may_be_withheld_is_what_the_description_says() {
        let told: BTreeSet<String> = CLAIMS
            .iter()
            .filter(|(_, _, concealable)| *concealable)
            .map(|(path, _, _)| format!("/{}", path.replace('*', "0")))
            .collect();
        assert_eq!(told, CONCEALABLE.into_iter().map(str::to_owned).collect());
    }

    #[test]
    fn every_claim_has_a_label_in_both_languages() {
        let document = document("https://procura.example/vct/mandate/1");
        assert_eq!(document["claims"][5]["path"], json!(["authorization_details", null, "identifier"]));
        assert_eq!(
            document["claims"][4]["display"][0],
            json!({"label": "Structure qui peut agir", "locale": "fr"})
        );
        assert!(!document.to_string().contains('⟦'), "{document}");
        assert_eq!(document["display"][1]["locale"], "en");
    }
}
