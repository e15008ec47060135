//! Pushed requests: required, checked, for one client and one browser, once, for a while.

use std::time::Duration;

use procura::crypto::keys::Algorithm;
use procura::operations::change_client::Wanted;
use procura::operations::change_client::change_client;
use procura::operations::register_client::NewClient;
use reqwest::Method;

use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::fapi::client::choose;
use crate::fapi::client::parameter;
use crate::fapi::client::visit;
use crate::spaces::Scene;
use crate::world::CLI;

on_each_database! {
    async fn a_request_that_was_not_pushed(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let mut url = client.at("/oauth/authorize");
        url.query_pairs_mut().extend_pairs(client.request(&[]));
        let page = world.browser().get(&url).await.expect("a page");
        assert!(page.url.as_str().starts_with(client.redirect_uri.as_str()), "{}", page.url);
        assert_eq!(parameter(&page.url, "error").as_deref(), Some("invalid_request"));
        assert_eq!(parameter(&page.url, "iss").as_deref(), Some(client.issuer()));
        assert_eq!(parameter(&page.url, "state").as_deref(), Some("the-state"));
    }

    async fn a_request_uri_used_again(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let link = client.link(&client.push(&[]).await);
        let first = scene.world.browser().get(&link).await.expect("a page");
        assert_eq!(first.url.path(), "/aidant/connexion", "before any login");
        let stranger = visit(&mut scene, &link).await;
        assert_eq!(stranger.status.as_u16(), 400, "another browser");
        let link = client.link(&client.push(&[]).await);
        let page = visit(&mut scene, &link).await;
        choose(&mut scene, &page).await;
        let again = visit(&mut scene, &link).await;
        assert_eq!(again.status.as_u16(), 410, "the act is over: {}", again.main_text());
        assert_eq!(again.url.query(), None, "nothing goes back to the client");
    }

    async fn one_that_is_answered_at_once_is_used_up(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let link = client.link(&client.push(&[("prompt", "none")]).await);
        let answered = visit(&mut scene, &link).await;
        assert_eq!(parameter(&answered.url, "error").as_deref(), Some("interaction_required"));
        for browser in [&mut scene.aidant.browser, &mut scene.world.browser()] {
            let again = browser.get(&link).await.expect("a page");
            assert_eq!((again.status.as_u16(), again.url.query()), (400, link.query()), "nothing goes to the client again");
        }
    }

    async fn what_was_taken_from_a_client_meanwhile_is_not_given(world) {
        let mut scene = Scene::set(world).await;
        let elsewhere = scene.world.at("/retour-ailleurs").to_string();
        let both = |new: &mut NewClient| new.redirect_uris.extend([elsewhere.clone()]);
        let client = FapiClient::register_with(&scene.world, "guichet", Algorithm::Es256, both).await;
        let bench = scene.world.bench.clone();
        let id = procura::domain::ids::ClientId::parse("guichet").expect("an id");
        let change = async |members: serde_json::Value| {
            let members = members.as_object().expect("members").clone();
            let wanted = Wanted { members, sector_listed: None, overlap: Duration::ZERO };
            change_client(&bench, &CLI, &id, wanted, None).await.expect("a change");
        };
        let asked = [("scope", "openid profile email")];
        let url = client.code_with(&mut scene, &asked).await;
        let tokens = client.redeem(&parameter(&url, "code").expect("a code")).await;
        let token = tokens.token("access_token");
        let before = client.get("/oauth/userinfo", &token).await;
        assert!(before.body["email"].is_string() && before.body["family_name"].is_string(), "{}", before.body);
        change(serde_json::json!({ "scope": "openid profile" })).await;
        let after = client.get("/oauth/userinfo", &token).await;
        assert!(after.body.get("email").is_none() && after.body["family_name"].is_string(), "{}", after.body);
        let page = visit(&mut scene, &client.link(&client.push(&[]).await)).await;
        change(serde_json::json!({ "redirect_uris": [elsewhere] })).await;
        let refused = choose(&mut scene, &page).await;
        assert_eq!((refused.status.as_u16(), refused.url.path().starts_with("/acte/")), (403, true), "{}", refused.url);
        assert_eq!(scene.world.count("act.refused!").await, 1);
    }

    async fn a_reload_before_login_ends_comes_back(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let mut browser = scene.world.browser();
        std::mem::swap(&mut browser, &mut scene.aidant.browser);
        let link = client.link(&client.push(&[]).await);
        let login = scene.aidant.browser.get(&link).await.expect("a page");
        assert_eq!(login.url.path(), "/aidant/connexion");
        scene.world.clock.advance(Duration::from_secs(120));
        let again = scene.aidant.browser.get(&link).await.expect("a page");
        assert_eq!(again.url, login.url, "the same act waits");
        scene.aidant.login(&scene.world).await;
        let page = visit(&mut scene, &link).await;
        let page = choose(&mut scene, &page).await;
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
    }

    async fn a_request_uri_that_expired(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let pushed = client.push(&[]).await;
        let seconds = pushed.body["expires_in"].as_u64().expect("a number");
        assert!((5..=90).contains(&seconds), "{seconds}");
        world.clock.advance(Duration::from_secs(seconds + 1));
        let page = world.browser().get(&client.link(&pushed)).await.expect("a page");
        assert_eq!((page.status.as_u16(), page.history.len()), (400, 1), "{}", page.url);
    }

    async fn a_request_uri_at_another_client(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let other = FapiClient::register(&world, "autre").await;
        let pushed = client.push(&[]).await;
        let page = world.browser().get(&other.link(&pushed)).await.expect("a page");
        assert_eq!(page.status.as_u16(), 400);
        let page = world.browser().get(&client.link(&pushed)).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/connexion", "the owner's is not used up");
    }

    async fn a_request_uri_inside_a_push(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let pushed = client.push(&[]).await;
        let uri = pushed.token("request_uri");
        let nested = client.push(&[("request_uri", &uri)]).await;
        assert_eq!(nested.error(), (400, "invalid_request"), "{}", nested.body);
        let nested = client.push(&[("request_uri", "https://guichet.example/request.jwt")]).await;
        assert_eq!(nested.error(), (400, "invalid_request"));
    }

    async fn the_push_endpoint_takes_posts_only(world) {
        let client = FapiClient::register(&world, "guichet").await;
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = client.call(method.clone(), "/oauth/par", "Basic eA==", &[]).await;
            assert_eq!(answer.status, 405, "{method}");
        }
    }

    async fn a_push_without_authentication(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let fields = client.request(&[]);
        let answer = world.http.post(client.at("/oauth/par")).form(&fields).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 401);
        let mut with_secret = fields.clone();
        with_secret.push(("client_secret".to_owned(), "guess".to_owned()));
        let answer = world.http.post(client.at("/oauth/par")).form(&with_secret).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 401, "it has no secret");
    }

    async fn pkce_missing_plain_or_misshapen(world) {
        let client = FapiClient::register(&world, "guichet").await;
        for change in [
            &[("code_challenge", ""), ("code_challenge_method", "")][..],
            &[("code_challenge", "")],
            &[("code_challenge_method", "")],
            &[("code_challenge_method", "plain")],
            &[("code_challenge_method", "s256")],
            &[("code_challenge", "short")],
        ] {
            let answer = client.push(change).await;
            assert_eq!(answer.error(), (400, "invalid_request"), "{change:?}");
        }
    }

    async fn other_response_types(world) {
        let client = FapiClient::register(&world, "guichet").await;
        for kind in ["token", "id_token", "code id_token", "code token", "code id_token token", "none", "id_token token"] {
            let answer = client.push(&[("response_type", kind)]).await;
            assert_eq!(answer.error(), (400, "unsupported_response_type"), "{kind}");
        }
        assert_eq!(client.push(&[("response_type", "")]).await.error(), (400, "invalid_request"));
        for mode in ["fragment", "form_post", "fragment.jwt", "form_post.jwt"] {
            let answer = client.push(&[("response_mode", mode)]).await;
            assert_eq!(answer.error(), (400, "invalid_request"), "{mode}");
        }
    }

    async fn an_address_that_is_not_registered(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let own = client.redirect_uri.to_string();
        let cases = [
            "https://evil.example/cb".to_owned(),
            format!("{own}/"),
            format!("{own}?x=1"),
            format!("{own}#x"),
            own.to_uppercase(),
            own.replace("guichet", "guiche%74"),
            own.replace("127.0.0.1", "localhost"),
            own.replace("guichet", "guіchet"),
            format!("{own}%00"),
            String::new(),
        ];
        for address in &cases {
            let answer = client.push(&[("redirect_uri", address)]).await;
            assert_eq!(answer.error(), (400, "invalid_request"), "{address}");
        }
    }

    async fn a_key_named_otherwise_than_proven(world) {
        let client = FapiClient::register(&world, "guichet").await;
        let other = Key::fresh(Algorithm::Es256).thumbprint();
        let answer = client.push(&[("dpop_jkt", &other)]).await;
        assert_eq!(answer.error(), (400, "invalid_request"), "{}", answer.body);
        for bad in ["x", "not/base64url", &"A".repeat(44)] {
            assert_eq!(client.push(&[("dpop_jkt", bad)]).await.error(), (400, "invalid_request"), "{bad}");
        }
        let own = client.dpop.thumbprint();
        assert_eq!(client.push(&[("dpop_jkt", &own)]).await.status, 201);
    }

    async fn a_parameter_that_stands_twice(world) {
        let client = FapiClient::register(&world, "guichet").await;
        for name in ["state", "redirect_uri", "scope", "client_assertion", "nonce"] {
            let fields = client.request(&[]);
            let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.extend([(name, "again"), (name, "again")]);
            let answer = client.send("/oauth/par", &fields, &[]).await;
            assert_eq!(answer.error(), (400, "invalid_request"), "{name}");
        }
    }

    async fn what_stands_beside_a_request_uri_counts_for_nothing(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let mut link = client.link(&client.push(&[]).await);
        link.query_pairs_mut()
            .append_pair("state", "outside")
            .append_pair("nonce", "outside")
            .append_pair("redirect_uri", "https://evil.example/cb")
            .append_pair("scope", "openid email")
            .append_pair("response_type", "token");
        let page = visit(&mut scene, &link).await;
        let page = choose(&mut scene, &page).await;
        assert!(page.url.as_str().starts_with(client.redirect_uri.as_str()), "{}", page.url);
        assert_eq!(parameter(&page.url, "state").as_deref(), Some("the-state"));
        let tokens = client.redeem(&parameter(&page.url, "code").expect("a code")).await;
        assert_eq!(tokens.body["scope"], "openid profile");
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        assert_eq!(id["nonce"], "the-nonce");
    }

    async fn a_long_state_and_nonce_survive(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let state: String = (0..1_000).map(|n| char::from(b'!' + u8::try_from(n % 90).expect("small"))).collect();
        let nonce = "n".repeat(1_000);
        let url = client.code_with(&mut scene, &[("state", &state), ("nonce", &nonce)]).await;
        assert_eq!(parameter(&url, "state").as_deref(), Some(state.as_str()));
        let tokens = client.redeem(&parameter(&url, "code").expect("a code")).await;
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        assert_eq!(id["nonce"], nonce);
    }
}
