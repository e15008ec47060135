//! What a stranger may send for a signed token: no text makes the reader panic, and nothing is accepted that was not signed.

use super::*;
use crate::crypto::random::SystemRandom;
use proptest::prelude::*;
use serde_json::json;
use std::sync::OnceLock;
use std::time::Duration;
use std::time::Instant;

const RULE: Expected<'_> = Expected { typ: TypRule::Exactly("at+jwt"), algorithms: &Algorithm::ALL };

fn made(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &SystemRandom::new()).expect("a key").0
}

/// Ours of each algorithm, and a stranger's.
fn keys() -> &'static ([SigningKey; 3], SigningKey) {
    static KEYS: OnceLock<([SigningKey; 3], SigningKey)> = OnceLock::new();
    KEYS.get_or_init(|| {
        ([Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256].map(made), made(Algorithm::Es256))
    })
}

fn set() -> JwkSet {
    JwkSet { keys: keys().0.iter().map(SigningKey::public_jwk).collect() }
}

fn signed(key: &SigningKey, header: &str, claims: &str) -> String {
    let input = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
    let signature = key.sign(input.as_bytes()).expect("signs");
    format!("{input}.{}", b64(&signature))
}

fn refusal(token: &str) -> JoseError {
    verify::<Value>(token, &set(), &RULE).expect_err(token)
}

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    done
}

/// JSON of any kind, as text.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[-0-9.eE]{0,6}",
        "\"[\\PC]{0,10}\"",
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"\\ud800\"".to_owned()),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(("(alg|kid|typ|crit|jwk|[a-z]{1,3})", inner), 0..4).prop_map(|members| {
                let members: Vec<String> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

#[test]
fn no_key_in_a_header_is_believed() {
    let ((ours, foreign), kid) = (keys(), keys().0[0].kid());
    let jwk = serde_json::to_value(foreign.public_jwk()).expect("json");
    for extra in [
        json!({"jwk": jwk}),
        json!({"jku": "https://evil.example/jwks"}),
        json!({"x5u": "https://evil.example/chain.pem"}),
        json!({"x5c": ["MIIB"]}),
        json!({"x5t": "AA", "x5t#S256": "AA"}),
    ] {
        for named in [None, Some(kid), Some(foreign.kid()), Some("../../jwks"), Some("' OR 1=1 --"), Some("")]
        {
            let mut header = extra.clone();
            header["alg"] = json!("ES256");
            header["typ"] = json!("at+jwt");
            if let Some(named) = named {
                header["kid"] = json!(named);
            }
            let refused = refusal(&signed(foreign, &header.to_string(), "{}"));
            assert!(matches!(refused, JoseError::Signature | JoseError::UnknownKey), "{header}: {refused}");
            let own = verify::<Value>(&signed(&ours[0], &header.to_string(), "{}"), &set(), &RULE);
            assert_eq!(own.is_ok(), named.is_none() || named == Some(kid), "{header}");
        }
    }
}

#[test]
fn an_algorithm_is_named_exactly_and_is_the_keys_own() {
    let ours = &keys().0;
    for alg in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        " ",
        "ES256 ",
        " ES256",
        "es256",
        "ES256\\u0000",
        "ES384",
        "ES256K",
        "HS256",
        "HS512",
        "RSA1_5",
        "RSA-OAEP",
        "dir",
        "A128KW",
        "ECDH-ES",
        "PBES2-HS256+A128KW",
        "ML-DSA-44",
    ] {
        let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#);
        assert_eq!(refusal(&signed(&ours[0], &header, "{}")), JoseError::Algorithm, "{alg:?}");
        assert_eq!(
            refusal(&format!("{}.{}.", b64(header.as_bytes()), b64(b"{}"))),
            JoseError::Algorithm,
            "{alg:?} unsigned"
        );
    }
    for (signer, alg) in [(0, "EdDSA"), (0, "RS256"), (1, "ES256"), (1, "PS256"), (2, "PS256"), (2, "EdDSA")]
    {
        let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"{}"}}"#, ours[signer].kid());
        let refused = refusal(&signed(&ours[signer], &header, "{}"));
        assert!(
            matches!(refused, JoseError::UnknownKey | JoseError::Signature),
            "{alg} by key {signer}: {refused}"
        );
    }
    for alg in ["[\"ES256\"]", "null", "1", "{}"] {
        let header = format!(r#"{{"alg":{alg},"typ":"at+jwt"}}"#);
        assert_eq!(refusal(&signed(&ours[0], &header, "{}")), JoseError::Malformed, "{alg}");
    }
}

#[test]
fn public_keys_are_no_secrets_of_a_keyed_hash() {
    let rsa = keys().0[2].public_jwk();
    let texts = [serde_json::to_vec(&rsa).expect("json"), rsa.n.clone().expect("a modulus").into_bytes()];
    for secret in texts {
        let token = sign_hs256(&secret, Some("at+jwt"), &json!({"sub": "a"})).expect("signs");
        assert_eq!(refusal(&token), JoseError::Algorithm);
    }
}

#[test]
fn extensions_are_refused_however_they_stand() {
    for crit in ["[]", "null", "[\"exp\"]", "[\"b64\"]", "\"b64\"", "{}", "[\"alg\"]"] {
        let header = format!(r#"{{"alg":"ES256","typ":"at+jwt","crit":{crit},"b64":false,"exp":1}}"#);
        let refused = refusal(&signed(&keys().0[0], &header, "{}"));
        assert!(matches!(refused, JoseError::Critical | JoseError::Malformed), "{crit}: {refused}");
    }
}

#[test]
fn a_member_that_stands_twice_is_refused_wherever_it_is() {
    let head = r#"{"alg":"ES256","typ":"at+jwt"}"#;
    for (header, claims) in [
        (r#"{"alg":"ES256","typ":"at+jwt","alg":"none"}"#, "{}"),
        (r#"{"alg":"ES256","typ":"at+jwt","kid":"a","\u006bid":"b"}"#, "{}"),
        (r#"{"alg":"ES256","typ":"at+jwt","jwk":{"kty":"EC","kty":"RSA"}}"#, "{}"),
        (head, r#"{"sub":"a","sub":"a"}"#),
        (head, r#"{"sub":"a","\u0073ub":"b"}"#),
        (head, r#"{"act":{"sub":"a","sub":"b"}}"#),
        (head, r#"{"list":[{"a":{"b":1,"b":1}}]}"#),
    ] {
        assert_eq!(refusal(&signed(&keys().0[0], header, claims)), JoseError::Malformed, "{header} {claims}");
    }
}

#[test]
fn depth_and_length_end_quickly() {
    let key = &keys().0[0];
    let head = r#"{"alg":"ES256","typ":"at+jwt"}"#;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let levels = 10_000 / open.len();
        let deep = format!("{{\"a\":{}1{}}}", open.repeat(levels), close.repeat(levels));
        let refused = quickly(|| refusal(&signed(key, head, &deep)));
        assert!(matches!(refused, JoseError::Malformed | JoseError::TooLong), "{refused}");
        let header = format!(
            r#"{{"alg":"ES256","typ":"at+jwt","x":{}1{}}}"#,
            open.repeat(levels),
            close.repeat(levels)
        );
        let refused = quickly(|| refusal(&signed(key, &header, "{}")));
        assert!(matches!(refused, JoseError::Malformed | JoseError::TooLong), "{refused}");
    }
    assert_eq!(quickly(|| refusal(&"a.".repeat(5_000_000))), JoseError::TooLong);
    let wide = format!("{{{}\"z\":1}}", (0..900).map(|n| format!("\"m{n}\":{n},")).collect::<String>());
    assert!(
        quickly(|| verify::<Value>(&signed(key, head, &wide), &set(), &RULE)).is_ok(),
        "wide and within bounds"
    );
}

#[test]
fn only_the_compact_form_in_strict_base64url_is_read() {
    let token = signed(&keys().0[0], r#"{"alg":"ES256","typ":"at+jwt"}"#, r#"{"sub":"é?>"}"#);
    assert!(verify::<Value>(&token, &set(), &RULE).is_ok());
    let [head, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    for wrong in [
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        format!("{head}.{claims}=.{signature}"),
        format!("{head}..{signature}"),
        format!("{head}.{claims}.{signature}.{signature}"),
        format!(".{head}.{claims}.{signature}"),
        format!("{head}.{claims}"),
        format!("{head}.{claims}."),
        format!("{head}\r\n.{claims}.{signature}"),
        format!("Bearer {token}"),
        format!(r#"{{"protected":"{head}","payload":"{claims}","signature":"{signature}"}}"#),
        token.replace('.', "。"),
        token.replace('-', "+").replace('_', "/"),
    ] {
        if wrong != token {
            assert!(verify::<Value>(&wrong, &set(), &RULE).is_err(), "{wrong}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\PC.]{0,200}") {
        prop_assert!(verify::<Value>(&text, &set(), &RULE).is_err());
        prop_assert!(verify_with_own_key::<Value>(&text, &RULE).is_err());
        drop(header(&text));
    }

    #[test]
    fn no_json_makes_the_reader_panic(head in json_text(), claims in json_text(), own in any::<bool>()) {
        let ((ours, foreign), rule) = (keys(), Expected { typ: TypRule::JwtOrAbsent, ..RULE });
        let token = signed(if own { &ours[0] } else { foreign }, &head, &claims);
        let accepted = verify::<Value>(&token, &set(), &rule).is_ok();
        prop_assert!(own || !accepted, "a stranger's: {head} {claims}");
        drop(verify_with_own_key::<Value>(&token, &rule));
    }

    #[test]
    fn one_changed_byte_is_noticed(which in 0_usize..2, at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let token = sign(&keys().0[which], Some("at+jwt"), &json!({"sub": "a", "exp": 1})).expect("signs");
        let mut bytes = token.into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        let text = String::from_utf8(bytes).expect("ASCII");
        prop_assert!(verify::<Value>(&text, &set(), &RULE).is_err(), "{text}");
    }

    #[test]
    fn a_type_is_compared_as_a_whole(typ in "[a-zA-Z+/ ]{0,12}") {
        let head = json!({"alg": "ES256", "typ": typ}).to_string();
        let accepted = verify::<Value>(&signed(&keys().0[0], &head, "{}"), &set(), &RULE).is_ok();
        let bare = typ.to_ascii_lowercase();
        prop_assert_eq!(accepted, bare == "at+jwt" || bare == "application/at+jwt");
    }
}
