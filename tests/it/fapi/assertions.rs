//! `private_key_jwt` of the profile: the issuer as one string, the profile's algorithms, once, in time.

use procura::crypto::keys::Algorithm;
use procura::domain::client::AssertionAudience;
use serde_json::Value;
use serde_json::json;

use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;

const OWN: [(&str, &str); 1] = [("token", "whatever")];

async fn status(client: &FapiClient, claims: &Value) -> u16 {
    let assertion = client.assertion(&json!({}), claims);
    client.send_as(&assertion, "/oauth/introspect", &OWN, &[]).await.status
}

on_each_database! {
    async fn audiences_but_the_issuer(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let issuer = client.issuer().to_owned();
        assert_eq!(status(&client, &json!({})).await, 200);
        for audience in [
            json!(client.at("/oauth/token")),
            json!(client.at("/oauth/par")),
            json!(client.at("/oauth/introspect")),
            json!([issuer]),
            json!([issuer, client.at("/oauth/token")]),
            json!([]),
            json!(format!("{issuer}/")),
            json!(issuer.to_uppercase()),
            json!(issuer.replace("http:", "https:")),
            json!("https://procura.example"),
            json!({ "0": issuer }),
            Value::Null,
        ] {
            assert_eq!(status(&client, &json!({ "aud": audience })).await, 401, "{audience}");
        }
    }

    async fn the_token_endpoint_only_where_registered(world) {
        let audience = |new: &mut procura::operations::register_client::NewClient| {
            new.assertion_audience = Some(AssertionAudience::TokenEndpoint);
        };
        let client = FapiClient::register_with(&world, "guichet", Algorithm::Es256, audience).await;
        let endpoint = client.at("/oauth/token");
        assert_eq!(status(&client, &json!({ "aud": endpoint })).await, 200);
        assert_eq!(status(&client, &json!({})).await, 200, "the issuer is never wrong");
        for other in [json!([endpoint]), json!(client.at("/oauth/par")), json!([client.issuer(), endpoint])] {
            assert_eq!(status(&client, &json!({ "aud": other })).await, 401, "{other}");
        }
    }

    async fn an_algorithm_outside_the_profile(world) {
        let client = FapiClient::register_with(&world, "guichet", Algorithm::Rs256, |_| {}).await;
        assert_eq!(status(&client, &json!({})).await, 401, "RS256 of the registered key");
        let deployed = |new: &mut procura::operations::register_client::NewClient| new.compat = true;
        let client = FapiClient::register_with(&world, "ancien", Algorithm::Rs256, deployed).await;
        assert_eq!(status(&client, &json!({})).await, 200, "deployed software signs with it");
    }

    async fn an_assertion_out_of_time_or_used(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let now = client.now();
        for good in [json!({ "nbf": now + 8 }), json!({ "iat": now + 8 }), json!({ "iat": null })] {
            assert_eq!(status(&client, &good).await, 200, "{good}");
        }
        for bad in [
            json!({ "exp": now - 11 }),
            json!({ "exp": null }),
            json!({ "exp": now + 3_600 }),
            json!({ "nbf": now + 65 }),
            json!({ "iat": now + 65 }),
            json!({ "jti": null }),
            json!({ "iss": "another" }),
            json!({ "sub": "another", "iss": "another" }),
        ] {
            assert_eq!(status(&client, &bad).await, 401, "{bad}");
        }
        let used = client.assertion(&json!({}), &json!({}));
        assert_eq!(client.send_as(&used, "/oauth/introspect", &OWN, &[]).await.status, 200);
        assert_eq!(client.send_as(&used, "/oauth/introspect", &OWN, &[]).await.status, 401, "used again");
        assert_eq!(client.send_as(&used, "/oauth/par", &OWN, &[]).await.status, 401, "at another door");
    }

    async fn other_ways_to_authenticate(world) {
        let client = FapiClient::register(&world, "guichet").await;
        for secret in ["", "guess"] {
            let call = world.http.post(client.at("/oauth/introspect")).basic_auth("guichet", Some(secret)).form(&OWN);
            assert_eq!(call.send().await.expect("an answer").status().as_u16(), 401);
            let fields = [("client_id", "guichet"), ("client_secret", secret), OWN[0]];
            let call = world.http.post(client.at("/oauth/introspect")).form(&fields);
            assert_eq!(call.send().await.expect("an answer").status().as_u16(), 401);
        }
        let call = world.http.post(client.at("/oauth/introspect")).form(&[("client_id", "guichet"), OWN[0]]);
        assert_eq!(call.send().await.expect("an answer").status().as_u16(), 401);
    }

    async fn another_clients_key(world) {
        let mut client = FapiClient::register(&world, "guichet").await;
        let other = FapiClient::register(&world, "autre").await;
        let as_other = other.signer.token(&other.signer.header("JWT", &json!({})), &client.assertion_claims(&json!({})));
        assert_eq!(client.send_as(&as_other, "/oauth/introspect", &OWN, &[]).await.status, 401);
        client.signer = Key::fresh(Algorithm::Es256);
        assert_eq!(status(&client, &json!({})).await, 401);
    }
}
