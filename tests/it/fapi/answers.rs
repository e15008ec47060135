//! Answers: `iss` in each, a signed `response` where asked for or registered (JARM), signed introspection (RFC 9701).

use procura::crypto::keys::Algorithm;
use procura::operations::register_client::NewClient;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::fapi::client::FapiClient;
use crate::fapi::client::choose;
use crate::fapi::client::parameter;
use crate::fapi::client::visit;
use crate::spaces::Scene;

/// The claims of a signed answer, checked as a client checks it; nothing stands beside it.
async fn response(client: &FapiClient, url: &Url, algorithm: Algorithm) -> Map<String, Value> {
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["response"], "{url}");
    let token = parameter(url, "response").expect("a response");
    let claims = client.verified(&token, "JWT", algorithm).await;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(client.issuer()), &json!(client.id)));
    let seconds = claims["exp"].as_i64().expect("an end") - client.now();
    assert!((1..=600).contains(&seconds), "{seconds}");
    claims
}

on_each_database! {
    async fn the_issuer_stands_in_every_answer(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let granted = client.code_with(&mut scene, &[]).await;
        let page = visit(&mut scene, &client.link(&client.push(&[]).await)).await;
        let leave = page.form_to("/quitter").expect("a way back");
        let refused = scene.aidant.browser.submit(&leave).await.expect("back").url;
        let silent = visit(&mut scene, &client.link(&client.push(&[("prompt", "none")]).await)).await.url;
        for (url, error) in [(granted, None), (refused, Some("access_denied")), (silent, Some("interaction_required"))] {
            assert!(url.as_str().starts_with(client.redirect_uri.as_str()), "{url}");
            assert_eq!(parameter(&url, "iss").as_deref(), Some(client.issuer()), "{url}");
            assert_eq!(parameter(&url, "state").as_deref(), Some("the-state"), "{url}");
            assert_eq!(parameter(&url, "error").as_deref(), error, "{url}");
            assert_eq!(parameter(&url, "code").is_some(), error.is_none(), "{url}");
        }
    }

    async fn signed_where_it_is_asked_for(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        for mode in ["jwt", "query.jwt"] {
            let url = client.code_with(&mut scene, &[("response_mode", mode)]).await;
            let claims = response(&client, &url, Algorithm::Es256).await;
            assert_eq!(claims["state"], "the-state");
            let tokens = client.redeem(claims["code"].as_str().expect("a code")).await;
            assert_eq!(tokens.status, 200, "{}", tokens.body);
        }
        let page = visit(&mut scene, &client.link(&client.push(&[("response_mode", "jwt")]).await)).await;
        let leave = page.form_to("/quitter").expect("a way back");
        let url = scene.aidant.browser.submit(&leave).await.expect("back").url;
        let claims = response(&client, &url, Algorithm::Es256).await;
        assert_eq!((&claims["error"], &claims["state"]), (&json!("access_denied"), &json!("the-state")));
        assert!(claims.get("code").is_none());
    }

    async fn signed_where_it_is_registered(world) {
        let signed = |new: &mut NewClient| new.options.authorization_signed_response_alg = Some("EdDSA".to_owned());
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register_with(&scene.world, "guichet", Algorithm::Es256, signed).await;
        let url = client.code_with(&mut scene, &[]).await;
        let claims = response(&client, &url, Algorithm::EdDsa).await;
        assert_eq!(client.redeem(claims["code"].as_str().expect("a code")).await.status, 200);
        let plain = client.push(&[("response_mode", "query")]).await;
        assert_eq!(plain.error(), (400, "invalid_request"), "{}", plain.body);
        let mut url = client.at("/oauth/authorize");
        url.query_pairs_mut().extend_pairs(client.request(&[]));
        let back = scene.world.browser().get(&url).await.expect("back").url;
        let claims = response(&client, &back, Algorithm::EdDsa).await;
        assert_eq!(claims["error"], "invalid_request", "an error before any login is signed too");
    }

    async fn introspection_is_signed_where_registered_whatever_is_accepted(world) {
        let signed = |new: &mut NewClient| new.options.introspection_signed_response_alg = Some("EdDSA".to_owned());
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register_with(&scene.world, "guichet", Algorithm::Es256, signed).await;
        let access = client.tokens(&mut scene).await.token("access_token");
        for (token, active) in [(access.as_str(), true), ("never-given", false)] {
            let answer = client.post("/oauth/introspect", &[("token", token)]).await;
            assert_eq!(answer.headers["content-type"], "application/token-introspection+jwt");
            let claims = client.verified(&answer.text, "token-introspection+jwt", Algorithm::EdDsa).await;
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(client.issuer()), &json!(client.id)));
            assert_eq!(claims["token_introspection"]["active"], active);
            assert!(claims.get("sub").is_none() && claims.get("exp").is_none(), "{claims:?}");
        }
        let answer = client.call(reqwest::Method::GET, "/oauth/userinfo", &format!("Bearer {access}"), &[]).await;
        assert_eq!(answer.status, 401);
    }

    async fn a_signed_answer_serves_for_nothing_else(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let url = client.code_with(&mut scene, &[("response_mode", "jwt")]).await;
        let token = parameter(&url, "response").expect("a response");
        assert!(!client.is_active(&token).await);
        let bearer = client.call(reqwest::Method::GET, "/oauth/userinfo", &format!("Bearer {token}"), &[]).await;
        assert_eq!(bearer.status, 401);
        assert_eq!(client.redeem(&token).await.error(), (400, "invalid_grant"));
        let mut leave = client.at("/oauth/end-session");
        leave.query_pairs_mut().append_pair("id_token_hint", &token);
        scene.world.browser().get(&leave).await.expect("a page");
        assert_eq!(scene.world.count("act.ended").await, 0);
        choose_again(&mut scene, &client).await;
    }
}

/// The client goes on as before.
async fn choose_again(scene: &mut Scene, client: &FapiClient) {
    let page = visit(scene, &client.link(&client.push(&[]).await)).await;
    let page = choose(scene, &page).await;
    assert!(parameter(&page.url, "code").is_some(), "{}", page.url);
}
