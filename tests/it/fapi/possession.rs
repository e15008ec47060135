//! Proofs of possession (RFC 9449): everything that must not pass, at the endpoints of clients and at resources.

use procura::crypto::dpop;
use procura::crypto::hash::b64;
use procura::crypto::keys::Algorithm;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fapi::client::Answer;
use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::spaces::Scene;
use crate::world::World;

const OWN: [(&str, &str); 1] = [("grant_type", "client_credentials")];
const TOKEN: &str = "/oauth/token";
const USERINFO: &str = "/oauth/userinfo";

async fn guichet(world: &World) -> FapiClient {
    let client = FapiClient::register(world, "guichet").await;
    client.learn().await;
    client
}

/// The answer to a proof with these changes at the token endpoint.
async fn proven(client: &FapiClient, header: &Value, claims: &Value) -> Answer {
    let proof = client.proof_with("POST", TOKEN, None, header, claims);
    client.send(TOKEN, &OWN, &[&proof]).await
}

async fn refused(client: &FapiClient, header: &Value, claims: &Value) {
    let answer = proven(client, header, claims).await;
    assert_eq!(answer.error(), (400, "invalid_dpop_proof"), "{header} {claims}");
}

async fn passes(client: &FapiClient, header: &Value, claims: &Value) {
    let answer = proven(client, header, claims).await;
    assert_eq!(answer.status, 200, "{header} {claims}: {}", answer.body);
}

on_each_database! {
    async fn no_proof(world) {
        let client = guichet(&world).await;
        let answer = client.send(TOKEN, &OWN, &[]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof"));
        assert_eq!(client.send(TOKEN, &OWN, &[""]).await.error(), (400, "invalid_dpop_proof"));
        assert_eq!(client.send(TOKEN, &OWN, &["a.b.c"]).await.error(), (400, "invalid_dpop_proof"));
    }

    async fn two_proofs(world) {
        let client = guichet(&world).await;
        let (one, two) = (client.proof("POST", TOKEN, None), client.proof("POST", TOKEN, None));
        let answer = client.send(TOKEN, &OWN, &[&one, &two]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof"));
        assert_eq!(client.send(TOKEN, &OWN, &[&one]).await.status, 200, "neither was used up");
        let joined = format!("{two}, {}", client.proof("POST", TOKEN, None));
        assert_eq!(client.send(TOKEN, &OWN, &[&joined]).await.error(), (400, "invalid_dpop_proof"));
    }

    async fn another_method_or_address(world) {
        let client = guichet(&world).await;
        for method in ["GET", "post", "", "POST "] {
            refused(&client, &json!({}), &json!({ "htm": method })).await;
        }
        let own = client.at(TOKEN).to_string();
        for address in [
            client.at("/oauth/par").to_string(),
            client.at("/").to_string(),
            own.replace("http:", "https:"),
            own.replace("127.0.0.1", "localhost"),
            own.replace("127.0.0.1", "127.0.0.1.evil.example"),
            own.replace("127.0.0.1", "x@127.0.0.1"),
            format!("{own}/"),
            "/oauth/token".to_owned(),
            String::new(),
        ] {
            refused(&client, &json!({}), &json!({ "htu": address })).await;
        }
        for address in [format!("{own}?x=1"), format!("{own}#x"), own.replace("http:", "HTTP:")] {
            passes(&client, &json!({}), &json!({ "htu": address })).await;
        }
        refused(&client, &json!({}), &json!({ "htm": null })).await;
        refused(&client, &json!({}), &json!({ "htu": null })).await;
        refused(&client, &json!({}), &json!({ "htu": [own] })).await;
    }

    async fn another_type(world) {
        let client = guichet(&world).await;
        for typ in [json!("JWT"), json!("at+jwt"), json!("dpop"), json!(""), Value::Null] {
            refused(&client, &json!({ "typ": typ }), &json!({})).await;
        }
        passes(&client, &json!({ "typ": "application/DPoP+JWT" }), &json!({})).await;
    }

    async fn another_algorithm(world) {
        let mut client = guichet(&world).await;
        for algorithm in ["none", "None", "HS256", "RS256", "ES384", "ES256K", "EdDSA", "PS256", ""] {
            refused(&client, &json!({ "alg": algorithm }), &json!({})).await;
        }
        refused(&client, &json!({ "alg": null }), &json!({})).await;
        client.dpop = Key::fresh(Algorithm::Rs256);
        refused(&client, &json!({}), &json!({})).await;
        for algorithm in dpop::ALGORITHMS {
            client.dpop = Key::fresh(algorithm);
            passes(&client, &json!({}), &json!({})).await;
        }
    }

    async fn a_signature_that_does_not_hold(world) {
        let client = guichet(&world).await;
        let proof = client.proof("POST", TOKEN, None);
        let (input, signature) = proof.rsplit_once('.').expect("a proof");
        let mut bytes = procura::crypto::hash::unb64(signature).expect("bytes");
        bytes[7] ^= 1;
        let cut = format!("{input}.{}", &signature[..signature.len() - 4]);
        for bad in [format!("{input}.{}", b64(&bytes)), format!("{input}."), cut, input.to_owned()] {
            assert_eq!(client.send(TOKEN, &OWN, &[&bad]).await.error(), (400, "invalid_dpop_proof"));
        }
        let other = Key::fresh(Algorithm::Es256);
        refused(&client, &json!({ "jwk": other.jwk() }), &json!({})).await;
        let moved = client.proof_claims("POST", TOKEN, None, &json!({}));
        let parts: Vec<&str> = proof.split('.').collect();
        let moved = format!("{}.{}.{}", parts[0], b64(moved.to_string().as_bytes()), parts[2]);
        assert_eq!(client.send(TOKEN, &OWN, &[&moved]).await.error(), (400, "invalid_dpop_proof"));
    }

    async fn a_private_key_in_the_header_or_none(world) {
        let client = guichet(&world).await;
        let public = serde_json::to_value(client.dpop.jwk()).expect("json");
        for member in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
            let mut jwk = public.clone();
            jwk[member] = json!("AAAA");
            refused(&client, &json!({ "jwk": jwk }), &json!({})).await;
        }
        for jwk in [
            Value::Null,
            json!({}),
            json!("a"),
            json!([public]),
            json!({ "kty": "oct", "k": "AAAA" }),
            json!({ "kty": "EC", "crv": "P-256" }),
            json!({ "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA" }),
        ] {
            refused(&client, &json!({ "jwk": jwk }), &json!({})).await;
        }
        refused(&client, &json!({ "jwk": null, "kid": client.dpop.jwk().kid }), &json!({})).await;
    }

    async fn a_proof_used_again(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let proof = client.proof("POST", TOKEN, None);
        assert_eq!(client.send(TOKEN, &OWN, &[&proof]).await.status, 200);
        let again = client.send(TOKEN, &OWN, &[&proof]).await;
        assert_eq!(again.error(), (400, "invalid_dpop_proof"), "{}", again.body);
        let claims = client.proof_claims("POST", "/oauth/par", None, &json!({ "jti": "the-same" }));
        let header = FapiClient::proof_header(&client.dpop, &json!({}));
        passes(&client, &json!({}), &json!({ "jti": "the-same" })).await;
        let fields = client.request(&[]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let moved = client.send("/oauth/par", &fields, &[&client.dpop.token(&header, &claims)]).await;
        assert_eq!(moved.error(), (400, "invalid_dpop_proof"), "its number at another door");
        let access = client.tokens(&mut scene).await.token("access_token");
        let proof = client.proof("GET", USERINFO, Some(&access));
        let shown = format!("DPoP {access}");
        assert_eq!(client.call(Method::GET, USERINFO, &shown, &[&proof]).await.status, 200);
        let again = client.call(Method::GET, USERINFO, &shown, &[&proof]).await;
        assert_eq!(again.status, 401);
        assert!(again.challenges().contains("error=\"invalid_dpop_proof\""), "{}", again.challenges());
    }

    async fn one_proof_ten_times_at_once(world) {
        let client = guichet(&world).await;
        let proof = client.proof("POST", TOKEN, None);
        let proofs = [proof.as_str()];
        let calls = (0..10).map(|_| client.send(TOKEN, &OWN, &proofs));
        let answers = futures_util::future::join_all(calls).await;
        let taken = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(taken, 1, "{answers:?}");
    }

    async fn clocks_that_differ(world) {
        let client = guichet(&world).await;
        for seconds in [-10, 10, 0] {
            let now = client.now();
            passes(&client, &json!({}), &json!({ "iat": now + seconds })).await;
        }
        for seconds in [-3_600, -300, -70, 70, 300, 3_600] {
            let now = client.now();
            refused(&client, &json!({}), &json!({ "iat": now + seconds })).await;
        }
        for iat in [Value::Null, json!("now"), json!(1e300), json!(-1), json!(client.now() * 1000)] {
            refused(&client, &json!({}), &json!({ "iat": iat })).await;
        }
    }

    async fn numbers_that_are_none(world) {
        let client = guichet(&world).await;
        for jti in [Value::Null, json!(""), json!(7), json!("x".repeat(257))] {
            refused(&client, &json!({}), &json!({ "jti": jti })).await;
        }
        passes(&client, &json!({}), &json!({ "jti": "x".repeat(256) })).await;
    }

    async fn a_nonce_missing_foreign_or_stale(world) {
        let client = guichet(&world).await;
        let mut known = Vec::new();
        for nonce in [Value::Null, json!(""), json!("guess"), json!("A".repeat(43))] {
            let answer = proven(&client, &json!({}), &json!({ "nonce": nonce })).await;
            assert_eq!(answer.error(), (400, "use_dpop_nonce"), "{nonce}");
            known.push(answer.nonce().expect("the nonce to use"));
        }
        let first = known.remove(0);
        passes(&client, &json!({}), &json!({ "nonce": first })).await;
        world.clock.advance(std::time::Duration::from_secs(60));
        passes(&client, &json!({}), &json!({ "nonce": first })).await;
        world.clock.advance(std::time::Duration::from_secs(60));
        let answer = proven(&client, &json!({}), &json!({ "nonce": first })).await;
        assert_eq!(answer.error(), (400, "use_dpop_nonce"), "two minutes old");
        assert_ne!(answer.nonce().as_deref(), Some(first.as_str()));
    }

    async fn a_proof_at_par_is_judged_like_every_other(world) {
        let client = guichet(&world).await;
        let fields = client.request(&[]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for (change, expected) in [
            (json!({ "htu": client.at(TOKEN) }), "invalid_dpop_proof"),
            (json!({ "htm": "GET" }), "invalid_dpop_proof"),
            (json!({ "nonce": null }), "use_dpop_nonce"),
            (json!({ "iat": client.now() - 300 }), "invalid_dpop_proof"),
        ] {
            let proof = client.proof_with("POST", "/oauth/par", None, &json!({}), &change);
            let answer = client.send("/oauth/par", &fields, &[&proof]).await;
            assert_eq!(answer.error(), (400, expected), "{change}");
        }
        assert_eq!(client.send("/oauth/par", &fields, &[]).await.status, 201, "at PAR a proof is free to give");
    }

    async fn at_a_resource(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let access = client.tokens(&mut scene).await.token("access_token");
        client.learn().await;
        let header = json!({});
        let proof = |claims: Value| client.proof_with("GET", USERINFO, Some(&access), &header, &claims);
        let foreign = {
            let key = Key::fresh(Algorithm::Es256);
            let claims = client.proof_claims("GET", USERINFO, Some(&access), &json!({}));
            key.token(&FapiClient::proof_header(&key, &json!({})), &claims)
        };
        let cases = [
            ("DPoP", None, "invalid_dpop_proof"),
            ("Bearer", None, "invalid_token"),
            ("Bearer", Some(proof(json!({}))), "invalid_token"),
            ("DPoP", Some(proof(json!({ "ath": null }))), "invalid_dpop_proof"),
            ("DPoP", Some(proof(json!({ "ath": b64(&[0; 32]) }))), "invalid_dpop_proof"),
            ("DPoP", Some(proof(json!({ "htm": "POST" }))), "invalid_dpop_proof"),
            ("DPoP", Some(proof(json!({ "htu": client.at(TOKEN) }))), "invalid_dpop_proof"),
            ("DPoP", Some(proof(json!({ "nonce": null }))), "use_dpop_nonce"),
            ("DPoP", Some(foreign), "invalid_token"),
        ];
        for (scheme, proof, error) in cases {
            let proofs: Vec<&str> = proof.as_deref().into_iter().collect();
            let answer = client.call(Method::GET, USERINFO, &format!("{scheme} {access}"), &proofs).await;
            assert_eq!(answer.status, 401, "{scheme} {error}");
            assert_eq!(answer.nonce().is_some(), scheme == "DPoP" || !proofs.is_empty(), "{scheme} {error}");
            assert!(answer.challenges().contains(&format!("error=\"{error}\"")), "{scheme}: {}", answer.challenges());
            assert!(answer.challenges().contains("Bearer realm=") && answer.challenges().contains("algs=\"ES256 EdDSA PS256\""));
        }
        let twice = proof(json!({}));
        let answer = client.call(Method::GET, USERINFO, &format!("DPoP {access}"), &[&twice, &twice]).await;
        assert_eq!(answer.status, 401, "two proofs");
        let none = client.call(Method::GET, USERINFO, "Basic eA==", &[]).await;
        assert!(none.status == 401 && !none.challenges().contains("error="), "{}", none.challenges());
        assert_eq!(client.get(USERINFO, &access).await.status, 200);
    }

    async fn the_type_is_named_in_any_case(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let access = client.tokens(&mut scene).await.token("access_token");
        client.learn().await;
        for scheme in ["DPoP", "dpop", "DPOP", "dPoP"] {
            let proof = client.proof("GET", USERINFO, Some(&access));
            let answer = client.call(Method::GET, USERINFO, &format!("{scheme} {access}"), &[&proof]).await;
            assert_eq!(answer.status, 200, "{scheme}: {}", answer.challenges());
        }
    }
}
