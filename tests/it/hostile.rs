//! Input made to confuse, against a running gateway: nothing is believed that was not signed or registered, nothing takes long.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use procura::crypto::hash::b64;
use procura::crypto::jose;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::domain::client::AssertionAudience;
use procura::domain::client::ClientAuth;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::refusal::Refusal;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;

use crate::spaces::registered;
use crate::world::CLI;
use crate::world::World;

const BACK: &str = "https://guichet.example/retour";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn administration(id: &str) -> NewClient {
    let mut new = NewClient::new(ClientKind::Administration, format!("Service {id}"));
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = [Theme::Social].into();
    new.redirect_uris.insert(BACK.to_owned());
    new
}

/// A client with a secret, and its secret.
async fn with_secret(world: &World) -> String {
    let mut new = administration("guichet");
    new.auth = Some(ClientAuth::SecretPost);
    registered(world, new).await.secret.expect("a secret").expose_secret().to_owned()
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0
}

/// A client with a key.
async fn with_key(world: &World) -> SigningKey {
    let key = key();
    let mut new = administration("signataire");
    new.jwks = Some(json!({ "keys": [key.public_jwk()] }));
    new.assertion_audience = Some(AssertionAudience::Issuer);
    registered(world, new).await;
    key
}

fn issuer(world: &World) -> String {
    world.bench.config.server.public_url.as_str().to_owned()
}

/// An ordinary request, some parameters changed.
fn fields<'a>(change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("client_id", "guichet"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| change.iter().all(|(changed, _)| changed != name));
    kept.chain(change.iter().copied()).collect()
}

async fn answer(call: reqwest::RequestBuilder) -> (u16, Value) {
    let begun = Instant::now();
    let answer = call.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.json().await.unwrap_or(Value::Null);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    (status, body)
}

async fn push(world: &World, secret: &str, change: &[(&str, &str)]) -> (u16, Value) {
    let mut all = fields(change);
    all.push(("client_secret", secret));
    answer(world.http.post(world.at("/oauth/par")).form(&all)).await
}

fn nested(levels: usize, open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(levels), close.repeat(levels))
}

/// Addresses that resemble the registered one.
const LOOK_ALIKES: [&str; 16] = [
    "https://guichet.example/retour/",
    "https://guichet.example/retour?",
    "https://guichet.example/retour#",
    "https://guichet.example:443/retour",
    "https://guichet.example./retour",
    "https://GUICHET.example/retour",
    "https://u@guichet.example/retour",
    "https://guichet.example\\@evil.example/retour",
    "https://guichet.example/x/../retour",
    "https://guichet.example/%72etour",
    "https://guichet.example/retour\n",
    "https://guichet.example/\tretour",
    "https://guіchet.example/retour",
    "https://guichet.example/retour\u{301}",
    "https://guichet。example/retour",
    "http://guichet.example/retour",
];

on_each_database! {
    async fn requests_that_are_deep_long_or_double_are_refused_at_once(world) {
        let secret = with_secret(&world).await;
        assert_eq!(push(&world, &secret, &[]).await.0, 201, "the usual request passes");
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            // As deep as fits into the largest body once escaped.
            let deep = nested(4_000, open, close);
            for (name, value, error) in [
                ("authorization_details", deep.clone(), "invalid_authorization_details"),
                ("authorization_details", format!("[{{\"type\":{deep}}}]"), "invalid_authorization_details"),
                ("claims", format!("{{\"id_token\":{deep}}}"), "invalid_request"),
                ("claims", nested(300, open, close), "invalid_request"),
            ] {
                let (status, told) = push(&world, &secret, &[(name, &value)]).await;
                assert_eq!((status, &told["error"]), (400, &json!(error)), "{name}: {told}");
            }
        }
        for (name, value, error) in [
            ("authorization_details", r#"[{"type":"urn:procura:mandate","type":"x"}]"#, "invalid_authorization_details"),
            ("authorization_details", r#"[{"type":"urn:procura:mandate","format":"x"}]"#, "invalid_authorization_details"),
            ("authorization_details", "[{\"type\":\"urn:procura:mandate\"}]\u{0}", "invalid_authorization_details"),
            ("authorization_details", "\u{feff}[{\"type\":\"urn:procura:mandate\"}]", "invalid_authorization_details"),
            ("claims", r#"{"id_token":{},"id_token":{"email":null}}"#, "invalid_request"),
            ("claims", r#"{"id_token":{"email":null,"\u0065mail":null}}"#, "invalid_request"),
            ("state", "a\u{202e}b", "invalid_request"),
            ("response_type", "ｃode", "unsupported_response_type"),
        ] {
            let (status, told) = push(&world, &secret, &[(name, value)]).await;
            assert_eq!((status, &told["error"]), (400, &json!(error)), "{name} {value:?}: {told}");
        }
        let (status, _) = push(&world, &secret, &[("state", &"x".repeat(70_000))]).await;
        assert_eq!(status, 413);
        let call = world.http.post(world.at("/oauth/par")).header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(answer(call.body(vec![b's', b'=', 0xff, 0xfe])).await.0, 400, "no UTF-8");
        let call = world.http.post(world.at("/oauth/par")).header("content-type", "application/json");
        assert_eq!(answer(call.body("{}")).await.0, 415);
    }

    async fn a_look_alike_of_an_address_receives_nothing(world) {
        let secret = with_secret(&world).await;
        for address in LOOK_ALIKES {
            let (status, told) = push(&world, &secret, &[("redirect_uri", address)]).await;
            assert_eq!((status, &told["error"]), (400, &json!("invalid_request")), "{address:?}");
            let mut url = world.at("/oauth/authorize");
            url.query_pairs_mut().extend_pairs(fields(&[("redirect_uri", address), ("response_type", "token")]));
            let shown = world.http.get(url).send().await.expect("an answer");
            assert_eq!(shown.status().as_u16(), 400, "{address:?}");
            assert!(shown.headers().get("location").is_none(), "{address:?}");
            let mut out = world.at("/oauth/end-session");
            out.query_pairs_mut().append_pair("client_id", "guichet").append_pair("post_logout_redirect_uri", address);
            let shown = world.http.get(out).send().await.expect("an answer");
            assert!(shown.headers().get("location").is_none(), "{address:?}");
        }
    }

    async fn an_address_that_two_readers_read_differently_is_not_registered(world) {
        for address in LOOK_ALIKES.into_iter().skip(4).filter(|address| !address.contains("%72")).chain([
            "https://evil.example%2eguichet.example/",
            "https:guichet.example",
            "https://0x7f.1/",
            "https://guichet.example/*",
            "javascript:alert(1)//https://guichet.example",
        ]) {
            let mut new = administration("autre");
            new.redirect_uris = [address.to_owned()].into();
            let refused = register_client(&world.bench, &CLI, new, None).await.expect_err(address);
            assert!(matches!(refused, Refusal::Invalid(_)), "{address:?}: {refused:?}");
        }
    }

    async fn a_key_named_in_a_header_is_neither_fetched_nor_believed(world) {
        let own = with_key(&world).await;
        let stranger = key();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let elsewhere = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = visits.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let now = world.bench.now().seconds();
        let claims = |jti: &str| {
            json!({"iss": "signataire", "sub": "signataire", "aud": issuer(&world), "jti": jti, "iat": now, "exp": now + 60})
        };
        let send = async |assertion: String| {
            let fields = [
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", assertion.as_str()),
                ("token", "x"),
            ];
            answer(world.http.post(world.at("/oauth/introspect")).form(&fields)).await
        };
        let made = |key: &SigningKey, header: &Value, claims: &str| {
            let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.as_bytes()));
            format!("{input}.{}", b64(&key.sign(input.as_bytes()).expect("signs")))
        };
        let usual = |jti: &str| claims(jti).to_string();
        for (number, header) in [
            json!({"alg": "ES256", "jku": elsewhere}),
            json!({"alg": "ES256", "jku": elsewhere, "kid": own.kid()}),
            json!({"alg": "ES256", "x5u": elsewhere, "kid": "x"}),
            json!({"alg": "ES256", "jwk": stranger.public_jwk()}),
            json!({"alg": "ES256", "x5c": ["MIIB"], "kid": own.kid()}),
            json!({"alg": "ES256", "kid": own.kid(), "crit": ["exp"]}),
            json!({"alg": "ES256", "kid": own.kid(), "crit": null}),
        ].into_iter().enumerate() {
            let jti = format!("stranger-{number}");
            let (status, told) = send(made(&stranger, &header, &usual(&jti))).await;
            assert_eq!((status, &told["error"]), (401, &json!("invalid_client")), "{header}");
        }
        let header = json!({"alg": "ES256", "kid": own.kid()});
        for (what, claims) in [
            ("deep", format!("{{\"iss\":{}}}", nested(2_500, "[", "]"))),
            ("double", usual("double").replacen('{', "{\"sub\":\"guichet\",", 1)),
            ("a list", "[]".to_owned()),
            ("huge numbers", usual("huge").replacen(&(now + 60).to_string(), "1e400", 1)),
            ("text for a number", usual("text").replacen(&(now + 60).to_string(), "\"soon\"", 1)),
        ] {
            let (status, told) = send(made(&own, &header, &claims)).await;
            assert_eq!((status, &told["error"]), (401, &json!("invalid_client")), "{what}: {told}");
        }
        assert_eq!(send(made(&own, &json!({"alg": "ES256", "jku": elsewhere}), &usual("own"))).await.0, 200);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(visits.load(Ordering::SeqCst), 0, "nobody went there");
    }

    async fn the_issuer_is_one_text(world) {
        let own = with_key(&world).await;
        let now = world.bench.now().seconds();
        let issuer = issuer(&world);
        for (number, audience) in [
            format!("{issuer}/"),
            format!("{issuer}."),
            format!("{issuer}/oauth/introspect"),
            format!("{issuer}#"),
            format!("{issuer}?"),
            format!(" {issuer}"),
            format!("{issuer}\u{200b}"),
            issuer.to_uppercase(),
            issuer.replace("127", "１２７"),
            issuer.replace("//", "//x@"),
            issuer.replace("127.0.0.1", "127.1"),
            issuer.replace("http", "https"),
            String::new(),
        ].into_iter().enumerate() {
            let claims = json!({
                "iss": "signataire", "sub": "signataire", "aud": audience, "jti": format!("j{number}"), "iat": now, "exp": now + 60,
            });
            let assertion = jose::sign(&own, Some("JWT"), &claims).expect("signs");
            let fields = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion), ("token", "x")];
            let (status, told) = answer(world.http.post(world.at("/oauth/introspect")).form(&fields)).await;
            assert_eq!((status, &told["error"]), (401, &json!("invalid_client")), "{audience:?}");
        }
    }

    async fn what_is_no_token_of_ours_is_not_active(world) {
        let secret = with_secret(&world).await;
        let stranger = key();
        let own = jose::sign(&stranger, Some("dc+sd-jwt"), &json!({"jti": "x", "_sd": ["AA"]})).expect("signs");
        let head = b64(br#"{"alg":"none","typ":"at+jwt"}"#);
        for token in [
            format!("{own}~"),
            format!("{own}~~"),
            format!("{own}~{}~", b64(b"[\"s\",\"a\",1]")),
            format!("{own}~{}~", b64(nested(10_000, "[", "]").as_bytes())),
            format!("{own}{}", "~AA".repeat(5_000)),
            "~".repeat(15_000),
            ".".repeat(40_000),
            format!("{head}.{}.", b64(br#"{"jti":"x"}"#)),
            "eyJhbGciOiJFQ0RILUVTIn0..AAAA.AAAA.AAAA".to_owned(),
            "\u{0}".to_owned(),
            "é".repeat(100),
            "' OR 1=1 --".to_owned(),
        ] {
            let fields = [("client_id", "guichet"), ("client_secret", secret.as_str()), ("token", token.as_str())];
            let (status, told) = answer(world.http.post(world.at("/oauth/introspect")).form(&fields)).await;
            assert_eq!((status, told), (200, json!({"active": false})), "{}", &token[..token.len().min(40)]);
            let (status, told) = answer(world.http.post(world.at("/oauth/revoke")).form(&fields)).await;
            assert_eq!((status, told), (200, Value::Null), "{}", &token[..token.len().min(40)]);
        }
    }
}
