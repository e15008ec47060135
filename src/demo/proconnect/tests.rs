//! What the provider does as the real one: levels, mailed codes, PKCE.

use super::*;
use crate::crypto::random::SystemRandom;
use tower::ServiceExt;

const BACK: &str = "http://127.0.0.1:1/back";
const LONG: &str = "55555555555555555555555555555555";

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Instant {
        Instant::from_seconds(1_795_000_000)
    }
}

fn provider(acr: &str) -> ProConnect {
    let random = Arc::new(SystemRandom::new());
    let provider = ProConnect::new(Settings {
        issuer: Url::parse("http://127.0.0.1:2/api/v2").expect("an address"),
        service: RegisteredService {
            client_id: "service".into(),
            client_secret: "secret".into(),
            redirect_uris: vec![BACK.into()],
            post_logout_redirect_uris: vec![BACK.into()],
        },
        clock: Arc::new(Fixed),
        key: SigningKey::generate(Algorithm::Es256, random.as_ref()).expect("a key").0,
        random,
        mischief: BTreeMap::new(),
    })
    .expect("a provider");
    provider.admit(Agent {
        login: "amelie".into(),
        sub: "s".into(),
        idp_id: "i".into(),
        given_name: "Amélie".into(),
        usual_name: "Durand".into(),
        email: "amelie@ccas.example".into(),
        siret: "1".into(),
        organization_label: "CCAS".into(),
        acr: acr.into(),
        amr: vec!["pwd".into()],
    });
    provider
}

async fn call(provider: &ProConnect, method: &str, path: &str, body: &str) -> (u16, String) {
    let request = http::Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body.to_owned()))
        .expect("a request");
    let answer = provider.router().oneshot(request).await.expect("an answer");
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
    (answer.status().as_u16(), location.unwrap_or_default().to_owned())
}

/// Where the browser goes after the login, for these parameters beside the usual ones.
async fn logged_in(acr: &str, more: &[(&str, &str)]) -> (ProConnect, Url) {
    let provider = provider(acr);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("client_id", "service"), ("redirect_uri", BACK), ("response_type", "code")]);
    query.extend_pairs([("scope", "openid email"), ("state", LONG), ("nonce", LONG)]).extend_pairs(more);
    let (_, location) = call(&provider, "GET", &format!("/api/v2/authorize?{}", query.finish()), "").await;
    let location = Url::parse(&location).expect("a redirect");
    if !location.path().contains("/interaction/") {
        return (provider, location);
    }
    let (_, location) = call(&provider, "POST", location.path(), "login=amelie").await;
    (provider, Url::parse(&location).expect("a redirect"))
}

fn of<'a>(url: &'a Url, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[tokio::test]
async fn essential_levels_are_reached_or_refused_and_acr_values_win_over_them() {
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["eidas1-mfa","eidas2"]}}}"#;
    let only_strong = r#"{"id_token":{"acr":{"essential":true,"values":["eidas2"]}}}"#;
    for (acr, claims, acr_values, reached) in [
        ("eidas2", essential, "", Some("eidas2")),
        ("eidas1", essential, "", Some("eidas1-mfa")),
        ("eidas3", essential, "", None),
        ("eidas1", only_strong, "", None),
        ("eidas1", only_strong, "eidas2", Some("eidas1")),
        ("eidas1", "", "", Some("eidas1")),
    ] {
        let (provider, back) = logged_in(acr, &[("claims", claims), ("acr_values", acr_values)]).await;
        assert_eq!(of(&back, "iss").as_deref(), Some("http://127.0.0.1:2/api/v2"));
        let given = of(&back, "code").map(|code| provider.memory().codes[code.as_ref()].acr.clone());
        assert_eq!(given.as_deref(), reached, "{acr} {claims} {acr_values}");
        assert_eq!(of(&back, "error").is_some(), reached.is_none());
    }
}

#[tokio::test]
async fn pkce_is_kept_to_once_it_was_begun() {
    let verifier = "v".repeat(43);
    let challenge = crate::crypto::hash::b64(&crate::crypto::hash::sha256(verifier.as_bytes()));
    let begun = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    for (more, sent, status) in [
        (&begun[..], verifier.as_str(), 200),
        (&begun[..], "", 400),
        (&begun[..], "another", 400),
        (&[], "", 200),
        (&[], verifier.as_str(), 400),
    ] {
        let (provider, back) = logged_in("eidas2", more).await;
        let code = of(&back, "code").expect("a code").into_owned();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK)]);
        body.extend_pairs([("client_id", "service"), ("client_secret", "secret")]);
        if !sent.is_empty() {
            body.append_pair("code_verifier", sent);
        }
        let body = body.finish();
        assert_eq!(call(&provider, "POST", "/api/v2/token", &body).await.0, status, "{sent}");
        assert_eq!(call(&provider, "POST", "/api/v2/token", &body).await.0, 400, "a code serves once");
    }
    let plain = [("code_challenge", "x"), ("code_challenge_method", "plain")];
    assert_eq!(of(&logged_in("eidas2", &plain).await.1, "error").as_deref(), Some("invalid_request"));
}
