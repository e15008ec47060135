//! Tokens made to be misread: algorithms, keys by address, extensions, doubled, deep and oversized JSON.

use std::time::Duration;
use std::time::Instant;

use procura::crypto::hash::b64;
use procura::crypto::keys::Algorithm;
use serde_json::Value;
use serde_json::json;

use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::world::World;

const TOKEN: &str = "/oauth/token";
const OWN: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn guichet(world: &World) -> FapiClient {
    let client = FapiClient::register(world, "guichet").await;
    client.learn().await;
    client
}

/// What each door says of a token made by `make` from a usual header and usual claims: none lets it in.
async fn all_refuse(client: &FapiClient, what: &str, make: impl Fn(&Value, &Value) -> String) {
    let assertion = make(&client.signer.header("JWT", &json!({})), &client.assertion_claims(&json!({})));
    let proof = client.proof("POST", TOKEN, None);
    let answer = client.send_as(&assertion, TOKEN, &OWN, &[&proof]).await;
    assert_eq!(answer.error(), (401, "invalid_client"), "{what}: {}", answer.body);
    let header = FapiClient::proof_header(&client.dpop, &json!({}));
    let proof = make(&header, &client.proof_claims("POST", TOKEN, None, &json!({})));
    let answer = client.send(TOKEN, &OWN, &[&proof]).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof"), "{what}: {}", answer.body);
    let now = client.now();
    let mut claims = json!({ "iss": client.id, "aud": client.issuer(), "nbf": now, "exp": now + 60 });
    for (name, value) in client.request(&[]) {
        claims[name] = json!(value);
    }
    let object = make(&client.signer.header("oauth-authz-req+jwt", &json!({})), &claims);
    let answer = client.post("/oauth/par", &[("client_id", &client.id), ("request", &object)]).await;
    assert_eq!(answer.error(), (400, "invalid_request_object"), "{what}: {}", answer.body);
}

fn with(mut header: Value, name: &str, value: Value) -> Value {
    header[name] = value;
    header
}

/// The text of an object with one member more at its end.
fn text_with(value: &Value, member: &str) -> String {
    let text = value.to_string();
    format!("{},{member}}}", text.strip_suffix('}').expect("an object"))
}

on_each_database! {
    async fn a_key_by_address_or_in_the_header(world) {
        let client = guichet(&world).await;
        let foreign = Key::fresh(Algorithm::Es256);
        let address = json!("http://127.0.0.1:9/jwks");
        for (name, value) in [
            ("jku", address.clone()),
            ("x5u", address),
            ("x5c", json!(["MIIB"])),
            ("x5t", json!("AAAA")),
            ("x5t#S256", json!("AAAA")),
        ] {
            all_refuse(&client, name, |header, claims| foreign.token(&with(header.clone(), name, value.clone()), claims)).await;
        }
        let jwk = json!(foreign.jwk());
        let header = with(client.signer.header("JWT", &json!({})), "jwk", jwk);
        let assertion = foreign.token(&header, &client.assertion_claims(&json!({})));
        let answer = client.send_as(&assertion, TOKEN, &OWN, &[]).await;
        assert_eq!(answer.error(), (401, "invalid_client"), "its own key in the header of an assertion");
    }

    async fn a_name_of_a_key_that_is_no_name(world) {
        let client = guichet(&world).await;
        let foreign = Key::fresh(Algorithm::Es256);
        for kid in ["../../etc/passwd", "' OR 1=1 --", "\u{0}", "http://127.0.0.1:9/key", ""] {
            let header = with(foreign.header("JWT", &json!({})), "kid", json!(kid));
            let assertion = foreign.token(&header, &client.assertion_claims(&json!({})));
            assert_eq!(client.send_as(&assertion, TOKEN, &OWN, &[]).await.error(), (401, "invalid_client"), "{kid}");
        }
        let header = with(client.signer.header("JWT", &json!({})), "kid", json!({ "a": 1 }));
        let assertion = client.signer.token(&header, &client.assertion_claims(&json!({})));
        assert_eq!(client.send_as(&assertion, TOKEN, &OWN, &[]).await.error(), (401, "invalid_client"));
    }

    async fn an_extension_that_must_be_understood(world) {
        let client = guichet(&world).await;
        for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("b64"), json!(["urn:x"])] {
            all_refuse(&client, "crit", |header, claims| {
                let header = with(with(header.clone(), "crit", crit.clone()), "b64", json!(false));
                let key = if header.get("jwk").is_some() { &client.dpop } else { &client.signer };
                key.token(&header, claims)
            }).await;
        }
    }

    async fn an_algorithm_that_is_not_the_keys(world) {
        let client = guichet(&world).await;
        let public = serde_json::to_vec(&client.signer.jwk()).expect("json");
        all_refuse(&client, "HS256 by the public key", |header, claims| {
            let header = with(header.clone(), "alg", json!("HS256"));
            let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public);
            format!("{input}.{}", b64(ring::hmac::sign(&key, input.as_bytes()).as_ref()))
        }).await;
        for algorithm in ["none", "NONE", "nOnE", "RS256", "PS256", "EdDSA", "ES512"] {
            all_refuse(&client, algorithm, |header, claims| {
                let header = with(header.clone(), "alg", json!(algorithm));
                let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
                format!("{input}.")
            }).await;
        }
    }

    async fn members_that_stand_twice(world) {
        let client = guichet(&world).await;
        let key = |header: &Value| if header.get("jwk").is_some() { &client.dpop } else { &client.signer };
        for member in ["\"alg\":\"ES256\"", "\"typ\":\"JWT\"", "\"\\u0061lg\":\"ES256\""] {
            all_refuse(&client, member, |header, claims| key(header).token_of(&text_with(header, member), &claims.to_string())).await;
        }
        for member in ["\"iss\":\"guichet\",\"iss\":\"guichet\"", "\"x\":{\"y\":1,\"y\":2}", "\"x\":[{\"y\":1,\"\\u0079\":2}]"] {
            all_refuse(&client, member, |header, claims| key(header).token_of(&header.to_string(), &text_with(claims, member))).await;
        }
    }

    async fn json_that_is_too_deep_too_large_or_none(world) {
        let client = guichet(&world).await;
        let key = |header: &Value| if header.get("jwk").is_some() { &client.dpop } else { &client.signer };
        let deep = format!("\"x\":{}1{}", "[".repeat(2_000), "]".repeat(2_000));
        let large = format!("\"x\":\"{}\"", "x".repeat(20_000));
        let began = Instant::now();
        for member in [deep.as_str(), large.as_str()] {
            all_refuse(&client, "claims", |header, claims| key(header).token_of(&header.to_string(), &text_with(claims, member))).await;
            all_refuse(&client, "header", |header, claims| key(header).token_of(&text_with(header, member), &claims.to_string())).await;
        }
        for text in ["[]", "null", "7", "\"a\"", "{", "{}x", "\u{feff}{}", ""] {
            all_refuse(&client, text, |header, _| key(header).token_of(&header.to_string(), text)).await;
            all_refuse(&client, text, |header, claims| key(header).token_of(text, &claims.to_string())).await;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "each is refused at once");
        for (name, value) in [("claims", deep_object(1_000)), ("authorization_details", "[".repeat(4_000))] {
            let answer = client.push(&[(name, &value)]).await;
            assert_eq!(answer.status, 400, "{name}: {}", answer.body);
        }
        let answer = client.push(&[("state", &"s".repeat(200_000))]).await;
        assert!(matches!(answer.status, 400 | 413), "{}", answer.status);
    }

    async fn tokens_of_ours_at_the_wrong_door(world) {
        let client = guichet(&world).await;
        let own = client.post(TOKEN, &OWN).await.token("access_token");
        let answer = client.send_as(&own, "/oauth/introspect", &[("token", "x")], &[]).await;
        assert_eq!(answer.error(), (401, "invalid_client"), "an access token is no assertion");
        assert_eq!(client.send(TOKEN, &OWN, &[&own]).await.error(), (400, "invalid_dpop_proof"), "nor a proof");
        let answer = client.post("/oauth/par", &[("client_id", "guichet"), ("request", &own)]).await;
        assert_eq!(answer.error(), (400, "invalid_request_object"), "nor a request");
        let proof = client.proof("POST", "/oauth/introspect", None);
        assert_eq!(client.send_as(&proof, "/oauth/introspect", &[("token", "x")], &[]).await.status, 401);
        let assertion = client.assertion(&json!({}), &json!({}));
        assert!(!client.is_active(&assertion).await && !client.is_active(&proof).await);
    }
}

fn deep_object(depth: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))
}
