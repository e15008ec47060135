//! What a stranger may send as a proof: no text makes the reader panic, and a proof holds for its own request only.

use super::*;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::SystemRandom;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;
use std::sync::LazyLock;

const NOW: i64 = 1_795_000_000;
const URL: &str = "https://procura.example/oauth/token";

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key").0);
static NONCES: LazyLock<[String; 1]> = LazyLock::new(|| ["a-nonce".to_owned()]);

fn expected() -> Expected<'static> {
    Expected {
        method: "POST",
        url: URL,
        now: Instant::from_seconds(NOW),
        nonces: &*NONCES,
        access_token: None,
    }
}

fn claims() -> Value {
    json!({"jti": "j", "htm": "POST", "htu": URL, "iat": NOW, "nonce": "a-nonce"})
}

fn made(header: &Value, claims: &str) -> String {
    let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.as_bytes()));
    format!("{input}.{}", b64(&KEY.sign(input.as_bytes()).expect("signs")))
}

fn header() -> Value {
    json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": KEY.public_jwk()})
}

#[test]
fn another_address_is_another_request() {
    assert!(verify(&made(&header(), &claims().to_string()), &expected()).is_ok());
    for other in [
        "https://procura.example/oauth/token/",
        "https://procura.example/oauth//token",
        "https://procura.example/oauth/%74oken",
        "https://procura.example/oauth/par",
        "https://procura.example:444/oauth/token",
        "https://procura.example./oauth/token",
        "https://u@procura.example/oauth/token",
        "https://procura.example@evil.example/oauth/token",
        "https://prоcura.example/oauth/token",
        "http://procura.example/oauth/token",
        "/oauth/token",
        "",
    ] {
        let mut claims = claims();
        claims["htu"] = json!(other);
        assert_eq!(
            verify(&made(&header(), &claims.to_string()), &expected()),
            Err(DpopError::Address),
            "{other}"
        );
    }
    for method in ["post", "GET", "POST ", "PUT", "", "ＰOST"] {
        let mut claims = claims();
        claims["htm"] = json!(method);
        assert_eq!(
            verify(&made(&header(), &claims.to_string()), &expected()),
            Err(DpopError::Method),
            "{method}"
        );
    }
}

#[test]
fn a_proof_that_can_be_read_in_two_ways_is_none() {
    let twice = claims().to_string().replacen('{', "{\"jti\":\"other\",", 1);
    assert_eq!(verify(&made(&header(), &twice), &expected()), Err(JoseError::Malformed.into()));
    let deep = claims().to_string().replacen(
        '{',
        &format!("{{\"x\":{}1{},", "[".repeat(4_000), "]".repeat(4_000)),
        1,
    );
    assert_eq!(verify(&made(&header(), &deep), &expected()), Err(JoseError::Malformed.into()));
    for number in ["1e400", "-1", "\"1795000000\"", "null", "true", "1795000061.5", "[1795000000]"] {
        let odd = claims().to_string().replace(&NOW.to_string(), number);
        assert!(verify(&made(&header(), &odd), &expected()).is_err(), "{number}");
    }
}

#[test]
fn a_key_is_public_whole_and_of_the_named_algorithm() {
    for (name, value) in [
        ("d", json!("AAAA")),
        ("k", json!("AAAA")),
        ("kty", json!("oct")),
        ("kty", json!("EC")),
        ("crv", json!("X25519")),
        ("x", json!("AAAA")),
        ("use", json!("enc")),
        ("alg", json!("ES256")),
        ("x", Value::Null),
    ] {
        let mut header = header();
        header["jwk"][name] = value.clone();
        let refused = verify(&made(&header, &claims().to_string()), &expected()).expect_err(name);
        assert!(matches!(refused, DpopError::Token(_) | DpopError::Key), "{name} {value}: {refused}");
    }
    for jwk in [json!(null), json!("x"), json!([]), json!({}), json!({"kty": "OKP", "kty2": 1})] {
        let header = json!({"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk});
        assert!(verify(&made(&header, &claims().to_string()), &expected()).is_err(), "{jwk}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\PC.]{0,200}", claims in "[\\PC{}\":,]{0,120}") {
        prop_assert!(verify(&text, &expected()).is_err());
        drop(verify(&made(&header(), &claims), &expected()));
    }

    #[test]
    fn one_changed_byte_is_noticed(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let mut bytes = made(&header(), &claims().to_string()).into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(verify(&String::from_utf8(bytes).expect("ASCII"), &expected()).is_err());
    }

    #[test]
    fn an_instant_beyond_a_minute_is_refused(iat in any::<f64>(), offset in -120_i64..120) {
        let mut near = claims();
        near["iat"] = json!(NOW + offset);
        prop_assert_eq!(verify(&made(&header(), &near.to_string()), &expected()).is_ok(), offset.abs() <= 60);
        prop_assume!(iat.is_finite());
        near["iat"] = json!(iat);
        let holds = verify(&made(&header(), &near.to_string()), &expected()).is_ok();
        prop_assert_eq!(holds, (-60.0..61.0).contains(&(iat - 1_795_000_000.0)));
    }
}
