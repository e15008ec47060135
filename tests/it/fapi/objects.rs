//! Signed requests (RFC 9101, FAPI 2.0 Message Signing): what an object must be, and that nothing beside it counts.

use procura::crypto::keys::Algorithm;
use procura::operations::register_client::NewClient;
use serde_json::Value;
use serde_json::json;

use crate::fapi::client::Answer;
use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::fapi::client::changed;
use crate::fapi::client::choose;
use crate::fapi::client::parameter;
use crate::fapi::client::visit;
use crate::spaces::Scene;
use crate::world::World;

const TYP: &str = "oauth-authz-req+jwt";

fn signs(new: &mut NewClient) {
    new.options.require_signed_request_object = true;
}

async fn guichet(world: &World) -> FapiClient {
    FapiClient::register_with(world, "guichet", Algorithm::Es256, signs).await
}

/// The claims of an ordinary object, some changed.
fn claims(client: &FapiClient, change: &Value) -> Value {
    let now = client.now();
    let mut usual = json!({ "iss": client.id, "aud": client.issuer(), "nbf": now, "exp": now + 300 });
    for (name, value) in client.request(&[]) {
        usual[name] = json!(value);
    }
    changed(usual, change)
}

fn object(client: &FapiClient, header: &Value, change: &Value) -> String {
    client.signer.token(&client.signer.header(TYP, header), &claims(client, change))
}

async fn push(client: &FapiClient, object: &str, beside: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("client_id", client.id.as_str()), ("request", object)];
    fields.extend_from_slice(beside);
    client.post("/oauth/par", &fields).await
}

async fn refused(client: &FapiClient, change: &Value) {
    let answer = push(client, &object(client, &json!({}), change), &[]).await;
    assert_eq!(answer.error(), (400, "invalid_request_object"), "{change}");
}

async fn passes(client: &FapiClient, change: &Value) {
    let answer = push(client, &object(client, &json!({}), change), &[]).await;
    assert_eq!(answer.status, 201, "{change}: {}", answer.body);
}

on_each_database! {
    async fn a_signed_request_leads_to_tokens(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let change = json!({
            "authorization_details": [{ "type": "urn:procura:mandate", "privileges": ["social"] }],
            "claims": { "id_token": { "family_name": { "essential": true } } },
            "max_age": 900,
        });
        let pushed = push(&client, &object(&client, &json!({}), &change), &[]).await;
        let page = visit(&mut scene, &client.link(&pushed)).await;
        let page = choose(&mut scene, &page).await;
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        assert_eq!(id["authorization_details"][0]["privileges"], json!(["social"]));
        assert!(id["family_name"].is_string() && id["nonce"] == "the-nonce", "{id:?}");
    }

    async fn without_a_signature(world) {
        let client = guichet(&world).await;
        let answer = client.push(&[]).await;
        assert_eq!(answer.error(), (400, "invalid_request"), "a plain request of a client that signs");
        let plain = FapiClient::register(&world, "libre").await;
        assert_eq!(plain.push(&[]).await.status, 201, "who did not register for it need not");
        assert_eq!(push(&plain, &object(&plain, &json!({}), &json!({})), &[]).await.status, 201, "but may");
    }

    async fn no_exp(world) {
        refused(&guichet(&world).await, &json!({ "exp": null })).await;
    }

    async fn no_nbf(world) {
        refused(&guichet(&world).await, &json!({ "nbf": null })).await;
    }

    async fn exp_more_than_an_hour_after_nbf(world) {
        let client = guichet(&world).await;
        refused(&client, &json!({ "exp": client.now() + 3_700 })).await;
        let now = client.now();
        passes(&client, &json!({ "nbf": now, "exp": now + 3_600 })).await;
    }

    async fn nbf_eight_seconds_ahead_passes(world) {
        let client = guichet(&world).await;
        passes(&client, &json!({ "nbf": client.now() + 8 })).await;
        refused(&client, &json!({ "nbf": client.now() + 90 })).await;
    }

    async fn older_than_an_hour(world) {
        let client = guichet(&world).await;
        let now = client.now();
        refused(&client, &json!({ "nbf": now - 3_700, "exp": now - 200 })).await;
        refused(&client, &json!({ "nbf": now - 3_700, "exp": now + 60 })).await;
        refused(&client, &json!({ "nbf": now - 300, "exp": now - 60 })).await;
    }

    async fn unsigned_or_by_another_algorithm(world) {
        let client = guichet(&world).await;
        let plain = object(&client, &json!({ "alg": "none" }), &json!({}));
        let input = plain.rsplit_once('.').expect("a token").0.to_owned();
        for bad in [format!("{input}."), plain, "x".to_owned(), "a.b.c".to_owned()] {
            assert_eq!(push(&client, &bad, &[]).await.error(), (400, "invalid_request_object"));
        }
        for algorithm in ["HS256", "RS256", "PS256", "EdDSA"] {
            let answer = push(&client, &object(&client, &json!({ "alg": algorithm }), &json!({})), &[]).await;
            assert_eq!(answer.error(), (400, "invalid_request_object"), "{algorithm}");
        }
    }

    async fn rs256_of_a_registered_key(world) {
        let client = FapiClient::register_with(&world, "ancien", Algorithm::Rs256, |new| new.compat = true).await;
        let answer = push(&client, &object(&client, &json!({}), &json!({})), &[]).await;
        assert_eq!(answer.error(), (400, "invalid_request_object"), "{}", answer.body);
    }

    async fn an_audience_that_is_not_the_issuer(world) {
        let client = guichet(&world).await;
        for audience in [
            json!(client.at("/oauth/authorize")),
            json!(client.at("/oauth/par")),
            json!("https://another.example"),
            json!([]),
            json!([client.at("/oauth/token")]),
            Value::Null,
        ] {
            refused(&client, &json!({ "aud": audience })).await;
        }
        passes(&client, &json!({ "aud": ["https://another.example", client.issuer()] })).await;
    }

    async fn another_issuer_or_client(world) {
        let client = guichet(&world).await;
        for change in [
            json!({ "iss": "another" }),
            json!({ "iss": null }),
            json!({ "client_id": "another" }),
            json!({ "client_id": null }),
        ] {
            refused(&client, &change).await;
        }
        let other = guichet_named(&world, "autre").await;
        let foreign = object(&other, &json!({}), &json!({}));
        assert_eq!(push(&client, &foreign, &[]).await.error(), (400, "invalid_request_object"), "another's object");
    }

    async fn another_type_or_key(world) {
        let mut client = guichet(&world).await;
        for typ in [json!("JWT"), json!("dpop+jwt"), Value::Null] {
            let answer = push(&client, &object(&client, &json!({ "typ": typ }), &json!({})), &[]).await;
            assert_eq!(answer.error(), (400, "invalid_request_object"), "{typ}");
        }
        let assertion = client.assertion(&json!({}), &json!({}));
        assert_eq!(push(&client, &assertion, &[]).await.error(), (400, "invalid_request_object"), "an assertion");
        let as_assertion = object(&client, &json!({}), &json!({ "sub": client.id, "jti": "object" }));
        let answer = client.send_as(&as_assertion, "/oauth/introspect", &[("token", "x")], &[]).await;
        assert_eq!(answer.status, 401, "and an object is no assertion");
        let signer = std::mem::replace(&mut client.signer, Key::fresh(Algorithm::Es256));
        let forged = object(&client, &json!({ "kid": signer.jwk().kid }), &json!({}));
        client.signer = signer;
        assert_eq!(push(&client, &forged, &[]).await.error(), (400, "invalid_request_object"));
    }

    async fn a_request_inside_a_request(world) {
        let client = guichet(&world).await;
        let inner = object(&client, &json!({}), &json!({}));
        refused(&client, &json!({ "request": inner })).await;
        let pushed = push(&client, &inner, &[]).await;
        refused(&client, &json!({ "request_uri": pushed.token("request_uri") })).await;
        let both = push(&client, &inner, &[("request_uri", "urn:x")]).await;
        assert_eq!(both.error(), (400, "invalid_request"));
    }

    async fn state_and_nonce_outside_count_for_nothing(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let bare = object(&client, &json!({}), &json!({ "state": null, "nonce": null }));
        let beside = [("state", "outside"), ("nonce", "outside"), ("redirect_uri", "https://evil.example/cb"), ("scope", "openid email")];
        let pushed = push(&client, &bare, &beside).await;
        let page = visit(&mut scene, &client.link(&pushed)).await;
        let page = choose(&mut scene, &page).await;
        assert!(page.url.as_str().starts_with(client.redirect_uri.as_str()), "{}", page.url);
        assert_eq!(parameter(&page.url, "state"), None);
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        assert_eq!(tokens.body["scope"], "openid profile");
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        assert!(id.get("nonce").is_none(), "{id:?}");
    }

    async fn a_long_state_and_nonce_inside(world) {
        let mut scene = Scene::set(world).await;
        let client = guichet(&scene.world).await;
        let (state, nonce) = ("s".repeat(1_000), "n".repeat(1_000));
        let pushed = push(&client, &object(&client, &json!({}), &json!({ "state": state, "nonce": nonce })), &[]).await;
        let page = visit(&mut scene, &client.link(&pushed)).await;
        let page = choose(&mut scene, &page).await;
        assert_eq!(parameter(&page.url, "state"), Some(state));
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        assert_eq!(id["nonce"], nonce);
    }

    async fn what_an_object_asks_is_judged_like_a_plain_request(world) {
        let client = guichet(&world).await;
        for (change, error) in [
            (json!({ "code_challenge": null, "code_challenge_method": null }), "invalid_request"),
            (json!({ "code_challenge_method": "plain" }), "invalid_request"),
            (json!({ "response_type": "token" }), "unsupported_response_type"),
            (json!({ "redirect_uri": "https://evil.example/cb" }), "invalid_request"),
            (json!({ "redirect_uri": null }), "invalid_request"),
            (json!({ "scope": "profile" }), "invalid_scope"),
            (json!({ "dpop_jkt": Key::fresh(Algorithm::Es256).thumbprint() }), "invalid_request"),
            (json!({ "authorization_details": [{ "type": "x" }] }), "invalid_authorization_details"),
            (json!({ "state": 7 }), "invalid_request_object"),
        ] {
            let answer = push(&client, &object(&client, &json!({}), &change), &[]).await;
            assert_eq!(answer.error(), (400, error), "{change}");
        }
    }

    async fn at_the_authorization_endpoint_of_a_deployed_client(world) {
        let deployed = |new: &mut NewClient| {
            new.compat = true;
            new.options.require_signed_request_object = true;
        };
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register_with(&scene.world, "ancien", Algorithm::Es256, deployed).await;
        let link = |object: &str| {
            let mut url = client.at("/oauth/authorize");
            url.query_pairs_mut().extend_pairs([("client_id", client.id.as_str()), ("request", object), ("state", "outside")]);
            url
        };
        let page = visit(&mut scene, &link(&object(&client, &json!({}), &json!({})))).await;
        let page = choose(&mut scene, &page).await;
        assert_eq!(parameter(&page.url, "state").as_deref(), Some("the-state"));
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        let bad = object(&client, &json!({}), &json!({ "aud": "https://another.example" }));
        let page = visit(&mut scene, &link(&bad)).await;
        assert_eq!((page.status.as_u16(), page.history.len()), (400, 1), "no address can be trusted: {}", page.url);
        let mut named = link(&bad);
        named.query_pairs_mut().append_pair("redirect_uri", client.redirect_uri.as_str());
        let page = visit(&mut scene, &named).await;
        assert_eq!(parameter(&page.url, "error").as_deref(), Some("invalid_request_object"), "{}", page.url);
        let mut plain = client.at("/oauth/authorize");
        plain.query_pairs_mut().extend_pairs(client.request(&[]));
        let page = visit(&mut scene, &plain).await;
        assert_eq!(parameter(&page.url, "error").as_deref(), Some("invalid_request"), "it signs its requests");
    }
}

async fn guichet_named(world: &World, id: &str) -> FapiClient {
    FapiClient::register_with(world, id, Algorithm::Es256, signs).await
}
