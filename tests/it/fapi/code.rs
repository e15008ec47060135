//! What a code is bound to, how long and how often it serves.

use std::time::Duration;

use procura::crypto::keys::Algorithm;
use serde_json::json;

use crate::fapi::client::Answer;
use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::fapi::client::VERIFIER;
use crate::fapi::client::parameter;
use crate::fapi::client::visit;
use crate::spaces::Scene;

fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.error(), (400, "invalid_grant"), "{why}: {}", answer.body);
}

on_each_database! {
    async fn a_code_used_again_after_a_second(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let code = client.code(&mut scene).await;
        let tokens = client.redeem(&code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        scene.world.clock.advance(Duration::from_secs(1));
        refused(&client.redeem(&code).await, "used again");
        assert!(!client.is_active(&tokens.token("access_token")).await, "what it gave is worth nothing");
        assert!(!client.is_active(&tokens.token("mandate_token")).await);
        assert_eq!(client.get("/oauth/userinfo", &tokens.token("access_token")).await.status, 401);
        assert_eq!(scene.world.count("act.refused!").await, 1);
    }

    async fn a_code_first_used_after_a_minute(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let code = client.code(&mut scene).await;
        scene.world.clock.advance(Duration::from_secs(62));
        refused(&client.redeem(&code).await, "62 s old");
    }

    async fn a_verifier_that_does_not_fit(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let other = VERIFIER.replace('d', "e");
        for verifier in [other.as_str(), "short", ""] {
            let code = client.code(&mut scene).await;
            let mut fields = client.redemption(&code);
            fields[3].1 = verifier;
            refused(&client.post("/oauth/token", &fields).await, verifier);
            refused(&client.redeem(&code).await, "the code ended with that try");
        }
    }

    async fn another_redirect_address(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        for address in ["https://evil.example/cb", ""] {
            let code = client.code(&mut scene).await;
            let mut fields = client.redemption(&code);
            fields[2].1 = address;
            refused(&client.post("/oauth/token", &fields).await, address);
        }
    }

    async fn another_key_than_the_codes(world) {
        let mut scene = Scene::set(world).await;
        let mut client = FapiClient::register(&scene.world, "guichet").await;
        let own = client.dpop.thumbprint();
        let code = client.code(&mut scene).await;
        client.dpop = Key::fresh(Algorithm::Es256);
        refused(&client.redeem(&code).await, "bound by the proof at PAR");
        let named = Key::fresh(Algorithm::Es256);
        client.learn().await;
        let pushed = {
            let fields = client.request(&[("dpop_jkt", &named.thumbprint())]);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            client.send("/oauth/par", &fields, &[]).await
        };
        let page = visit(&mut scene, &client.link(&pushed)).await;
        let page = crate::fapi::client::choose(&mut scene, &page).await;
        let code = parameter(&page.url, "code").expect("a code");
        refused(&client.redeem(&code).await, "bound by dpop_jkt");
        assert_ne!(own, client.dpop.thumbprint());
        client.dpop = named;
        let jkt = client.dpop.thumbprint();
        let url = client.code_with(&mut scene, &[("dpop_jkt", &jkt)]).await;
        let tokens = client.redeem(&parameter(&url, "code").expect("a code")).await;
        assert_eq!(tokens.status, 200, "both ways in agreement: {}", tokens.body);
    }

    async fn a_code_without_the_proof_of_its_key(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let code = client.code(&mut scene).await;
        let answer = client.send("/oauth/token", &client.redemption(&code), &[]).await;
        assert_eq!(answer.error(), (400, "invalid_dpop_proof"));
        assert_eq!(client.redeem(&code).await.status, 200, "nothing was used up");
    }

    async fn a_code_put_into_another_clients_hands(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let thief = FapiClient::register(&scene.world, "voleur").await;
        let code = client.code(&mut scene).await;
        let mut fields = thief.redemption(&code);
        refused(&thief.post("/oauth/token", &fields).await, "with its own address");
        fields[2].1 = client.redirect_uri.as_str();
        refused(&thief.post("/oauth/token", &fields).await, "with the other's address");
        let tokens = client.redeem(&code).await;
        assert_eq!(tokens.status, 200, "the owner still has it");
        let access = tokens.token("access_token");
        let told = thief.post("/oauth/introspect", &[("token", &access)]).await;
        assert_eq!(told.body, json!({ "active": false }), "nor is the thief told of its tokens");
        assert_eq!(thief.get("/oauth/userinfo", &access).await.status, 401, "a stolen token needs its key");
        let revoked = thief.post("/oauth/revoke", &[("token", &access)]).await;
        assert_eq!(revoked.status, 200);
        assert!(client.is_active(&access).await, "and cannot be ended by the thief");
    }

    async fn a_code_put_into_another_flow_of_the_same_client(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let verifier = "another-verifier-of-another-flow-0123456789-0123456789";
        let challenge = procura::crypto::hash::b64(&procura::crypto::hash::sha256(verifier.as_bytes()));
        let url = client.code_with(&mut scene, &[("code_challenge", &challenge)]).await;
        let injected = parameter(&url, "code").expect("a code");
        refused(&client.redeem(&injected).await, "the victim's flow has its own verifier");
    }
}
