//! An aidant logs in at her business software, which lists the mandates she may use and fetches the signed one.

mod client;

use std::collections::BTreeSet;
use std::time::Duration;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::ClientId;
use procura::operations::register_client::disable_client;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend::restore_organisation;
use procura::operations::suspend::suspend_organisation;
use serde_json::Value;
use serde_json::json;
use url::Url;

pub use client::Answer;
pub use client::Software;
pub use client::VERIFIER;
pub use client::parameter;
pub use client::verified;

use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::World;

pub const MINUTE: Duration = Duration::from_secs(60);

async fn log_out(scene: &mut Scene) {
    let page = scene.aidant.get(&scene.world, "/aidant").await;
    let id = scene.aidant.browser.cookies().value("procura_aidant").expect("a session").to_owned();
    let call = scene.world.http.post(page.url.join("/aidant/deconnexion").expect("a path"));
    let call = call.header("cookie", format!("procura_aidant={id}")).header("sec-fetch-site", "same-origin");
    assert_eq!(call.send().await.expect("an answer").status().as_u16(), 303);
}

async fn log_in_with_bound_tokens(world: World) {
    let mut scene = Scene::set(world).await;
    let software = Software::register(&scene.world, "social-plus", true).await;
    let page = software.page(&mut scene, &[]).await;
    let words = page.main_text();
    assert!(page.url.path().starts_with("/logiciel/"), "{}", page.url);
    assert!(words.contains("Logiciel social-plus") && words.contains("CCAS de Dijon"), "{words}");
    let back = software.answer(&mut scene, &page, "approve").await;
    assert!(back.as_str().starts_with(&software.redirect_uri), "{back}");
    let issuer = scene.world.bench.config.server.public_url.as_str().to_owned();
    assert_eq!(
        (parameter(&back, "state"), parameter(&back, "iss")),
        (Some("the-state".to_owned()), Some(issuer.clone()))
    );
    let tokens = software.redeem(&parameter(&back, "code").expect("a code")).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert_eq!((&tokens.body["token_type"], &tokens.body["expires_in"]), (&json!("DPoP"), &json!(300)));
    let id = verified(&scene.world, &tokens.text("id_token"), "JWT").await;
    let access = verified(&scene.world, &tokens.text("access_token"), "at+jwt").await;
    assert_eq!(
        (&id["aud"], &id["nonce"], &id["acr"]),
        (&json!("social-plus"), &json!("the-nonce"), &json!("urn:procura:acr:aidant"))
    );
    assert_eq!(
        (&id["iss"], &id["amr"], &id["org"]["name"]),
        (&json!(issuer), &json!(["otp", "mfa"]), &json!("CCAS de Dijon"))
    );
    let digest = sha256(tokens.text("access_token").as_bytes());
    assert_eq!(id["at_hash"], json!(b64(&digest[..16])));
    assert_eq!(
        (&access["sub"], &access["aud"], &access["scope"]),
        (&id["sub"], &json!(issuer), &json!("mandates offline_access openid"))
    );
    let jkt = software.key.as_ref().expect("a key").kid().to_owned();
    assert_eq!(access["cnf"]["jkt"], json!(jkt));
    for claims in [&id, &access] {
        let text = serde_json::to_string(claims).expect("json");
        for private in ["Jeanne", "Lefèvre", "Amélie", "Durand", "authorization_details"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
    let info = software.call("GET", "/oauth/userinfo", &tokens.text("access_token")).await;
    assert_eq!((info.status, info.body), (200, json!({ "sub": id["sub"] })));
    assert!(software.is_active(&tokens.text("access_token")).await);
    assert_eq!(scene.world.count("aidant.token_issued").await, 1);
}

on_each_database! {
    async fn an_aidant_logs_in_with_bound_tokens(world) {
        super::log_in_with_bound_tokens(world).await;
    }

    async fn she_goes_back_without_logging_in(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let page = software.page(&mut scene, &[]).await;
        let back = software.answer(&mut scene, &page, "refuse").await;
        assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&back, "state").as_deref(), Some("the-state"));
        assert!(parameter(&back, "iss").is_some() && parameter(&back, "code").is_none());
        let again = scene.aidant.browser.get(&page.url).await.expect("a page");
        assert_eq!(again.status.as_u16(), 410, "a request serves once");
        assert_eq!(scene.world.count("aidant.token_issued").await, 0);
    }

    async fn the_page_is_the_aidants_browsers_only(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let page = software.page(&mut scene, &[]).await;
        let other = scene.world.browser().get(&page.url).await.expect("a page");
        assert_eq!(other.url.path(), "/aidant/connexion");
        let mut colleague = scene.world.aidant_in("Karim", &[(scene.aidant.organisations[0], scene.world.next_year())]).await;
        colleague.login(&scene.world).await;
        assert_eq!(colleague.browser.get(&page.url).await.expect("a page").status.as_u16(), 404);
    }

    async fn what_a_request_may_not_ask(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let details = r#"[{"type":"urn:procura:mandate","privileges":["social"]}]"#;
        for (change, error) in [
            (vec![("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
            (vec![("code_challenge_method", "plain")], "invalid_request"),
            (vec![("response_type", "token")], "unsupported_response_type"),
            (vec![("scope", "mandates")], "invalid_scope"),
            (vec![("prompt", "none")], "interaction_required"),
            (vec![("authorization_details", details)], "invalid_authorization_details"),
        ] {
            let id = scene.aidant.browser.cookies().value("procura_aidant").expect("a session").to_owned();
            let call = scene.world.http.get(software.request(&change)).header("cookie", format!("procura_aidant={id}"));
            let answer = call.send().await.expect("an answer");
            let to = Url::parse(answer.headers()["location"].to_str().expect("text")).expect("an address");
            assert_eq!(parameter(&to, "error").as_deref(), Some(error), "{change:?}: {to}");
        }
        let page = software.page(&mut scene, &[("prompt", "login")]).await;
        assert!(page.url.path().starts_with("/logiciel/"), "{}", page.url);
        assert!(scene.world.count("aidant.second_factor_checked").await >= 1, "prompt=login asks in this request");
    }

    async fn the_list_holds_what_she_may_use(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", true).await;
        let tokens = software.login(&mut scene).await;
        let access = tokens.text("access_token");
        let listed = software.call("GET", "/api/v1/mandates", &access).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        let all = listed.body["mandates"].as_array().expect("a list");
        assert_eq!((all.len(), listed.body.get("next")), (1, None));
        let one = &all[0];
        let themes: BTreeSet<&str> = one["privileges"].as_array().expect("themes").iter().filter_map(Value::as_str).collect();
        assert_eq!(themes, BTreeSet::from(["social", "logement"]));
        assert_eq!(one["person"]["birthdate"], "1948-04-12");
        assert!(one["person"]["family_name"].as_str().is_some_and(|name| name.to_lowercase().contains("lefèvre")), "{one}");
        let identifier = one["identifier"].as_str().expect("an alias").to_owned();
        assert_ne!(identifier, scene.mandate.id.to_string());
        let token = software.mandate_token(&access).await;
        let claims = verified(&scene.world, &token, "mandate+jwt").await;
        assert_eq!((&claims["aud"], &claims["sub"]), (&json!("social-plus"), &one["sub"]));
        assert_eq!(claims["authorization_details"][0]["identifier"], json!(identifier));
        assert_eq!(claims["exp"], one["validity"]["exp"]);
        assert!(claims["status"]["status_list"]["uri"].is_string() && claims["chain"].is_string(), "{claims:?}");
        assert!(software.is_active(&token).await);
        assert_eq!(scene.world.count("mandate.token_issued").await, 1);
        assert_eq!(software.call("POST", &format!("/api/v1/mandates/{}/token", "A".repeat(32)), &access).await.status, 404);
        for bad in ["?limit=0", "?limit=x", "?after=abc"] {
            assert_eq!(software.call("GET", &format!("/api/v1/mandates{bad}"), &access).await.status, 400, "{bad}");
        }
        let narrow = software.post("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", &tokens.text("refresh_token")), ("scope", "openid")]).await;
        assert_eq!(software.call("GET", "/api/v1/mandates", &narrow.text("access_token")).await.status, 403, "another scope");
        let acted = scene.act("social").await;
        let call = scene.world.http.get(scene.world.at("/api/v1/mandates")).bearer_auth(&acted.access_token);
        assert_eq!(call.send().await.expect("an answer").status().as_u16(), 403, "an administration's token");
        let call = scene.world.http.get(scene.world.at("/api/v1/mandates")).bearer_auth(&access);
        assert_eq!(call.send().await.expect("an answer").status().as_u16(), 401, "a bound token is no bearer token");
    }

    async fn a_code_serves_once_and_its_own_software_only(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let other = Software::register(&scene.world, "autre", false).await;
        let code = software.code(&mut scene).await;
        assert_eq!(other.redeem(&code).await.error(), (400, "invalid_grant"), "another client's code");
        let tokens = software.redeem(&code).await;
        assert_eq!((tokens.status, &tokens.body["token_type"]), (200, &json!("Bearer")));
        assert_eq!(software.redeem(&code).await.error(), (400, "invalid_grant"), "used twice");
        assert!(!software.is_active(&tokens.text("access_token")).await, "the first tokens are ended");
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
        let late = software.code(&mut scene).await;
        scene.world.clock.advance(Duration::from_secs(61));
        assert_eq!(software.redeem(&late).await.error(), (400, "invalid_grant"), "a minute is over");
        let code = software.code(&mut scene).await;
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", software.redirect_uri.as_str()), ("code_verifier", "x".repeat(43).leak() as &str)];
        assert_eq!(software.post("/oauth/token", &fields).await.error(), (400, "invalid_grant"), "a wrong verifier");
        assert_eq!(software.redeem(&code).await.error(), (400, "invalid_grant"), "which ends the code");
        assert_eq!(scene.world.count("aidant.token_issued").await, 1);
        assert_eq!(scene.world.count("aidant.token_refused!").await, 6);
        assert_eq!(scene.world.count("aidant.token_ended").await, 1);
    }

    async fn a_refresh_token_is_bound_to_client_and_key(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", true).await;
        let other = Software::register(&scene.world, "autre", true).await;
        let first = software.login(&mut scene).await;
        let refresh = first.text("refresh_token");
        scene.world.clock.advance(6 * MINUTE);
        assert!(!software.is_active(&first.text("access_token")).await, "five minutes are over");
        let second = software.refresh(&refresh).await;
        assert_eq!(second.status, 200, "{second:?}");
        assert!(second.body.get("refresh_token").is_none() && second.body.get("id_token").is_none(), "{second:?}");
        let before = verified(&scene.world, &first.text("access_token"), "at+jwt").await;
        let after = verified(&scene.world, &second.text("access_token"), "at+jwt").await;
        assert_eq!((&after["auth_time"], &after["sub"]), (&before["auth_time"], &before["sub"]), "nothing is renewed");
        assert!(software.is_active(&second.text("access_token")).await);
        assert_eq!(other.refresh(&refresh).await.error(), (400, "invalid_grant"), "another client");
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let stolen = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0;
        assert_eq!(software.post_with(Some(&stolen), "/oauth/token", &fields).await.error(), (400, "invalid_grant"), "another key");
        assert_eq!(software.post_with(None, "/oauth/token", &fields).await.error(), (400, "invalid_grant"), "no key");
        let wide = [fields[0], fields[1], ("scope", "openid receipts")];
        assert_eq!(software.post("/oauth/token", &wide).await.error(), (400, "invalid_scope"));
        assert_eq!(software.refresh("unknown").await.error(), (400, "invalid_grant"));
        assert_eq!(software.refresh(&refresh).await.status, 200, "the tries did not end it");
        let caf = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        assert_eq!(scene.post("/oauth/token", &scene.caf, &caf).await.1["error"], "unauthorized_client", "software only");
    }

    async fn a_login_without_offline_access_has_no_refresh_token(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let page = software.page(&mut scene, &[("scope", "openid mandates")]).await;
        let back = software.answer(&mut scene, &page, "approve").await;
        let tokens = software.redeem(&parameter(&back, "code").expect("a code")).await;
        assert_eq!(tokens.status, 200);
        assert!(tokens.body.get("refresh_token").is_none(), "{tokens:?}");
    }

    async fn a_login_ends_with_the_session(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", true).await;
        let tokens = software.login(&mut scene).await;
        log_out(&mut scene).await;
        assert!(!software.is_active(&tokens.text("access_token")).await);
        assert_eq!(software.call("GET", "/api/v1/mandates", &tokens.text("access_token")).await.status, 401);
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
        let tokens = software.login(&mut scene).await;
        scene.aidant.login(&scene.world).await;
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"), "another login took its place");
        let tokens = software.login(&mut scene).await;
        scene.world.clock.advance(61 * MINUTE);
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"), "an idle session is over");
    }

    async fn a_second_factor_given_again_keeps_the_login(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let tokens = software.login(&mut scene).await;
        scene.world.clock.advance(16 * MINUTE);
        let page = software.page(&mut scene, &[]).await;
        assert!(page.url.path().starts_with("/logiciel/"), "{}", page.url);
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.status, 200, "the session has a new id and goes on");
    }

    async fn a_login_ends_with_the_right_to_work(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let organisation = scene.aidant.organisations[0];
        let tokens = software.login(&mut scene).await;
        suspend_organisation(&scene.world.bench, &CLI, organisation, "contrôle", None).await.expect("suspended");
        assert!(!software.is_active(&tokens.text("access_token")).await);
        restore_organisation(&scene.world.bench, &CLI, organisation, None).await.expect("restored");
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"), "a suspension ends it");
        let tokens = software.login(&mut scene).await;
        let waiting = software.code(&mut scene).await;
        let page = software.page(&mut scene, &[]).await;
        let change = HabilitationChange::End("départ");
        change_habilitation(&scene.world.bench, &CLI, scene.aidant.habilitations[0], change, None).await.expect("ended");
        assert!(!software.is_active(&tokens.text("access_token")).await);
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (400, "invalid_grant"));
        assert_eq!(software.redeem(&waiting).await.error(), (400, "invalid_grant"));
        let form = page.form_last_in_main().expect("a form").with(&[("decision", "approve")]).expect("the button");
        let refused = scene.aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(refused.status.as_u16(), 403, "{}", refused.main_text());
        assert!(refused.main_text().contains("habilitation"), "{}", refused.main_text());
    }

    async fn disabled_software_gets_nothing(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", false).await;
        let tokens = software.login(&mut scene).await;
        let id = ClientId::parse("social-plus").expect("an id");
        disable_client(&scene.world.bench, &CLI, &id, "clos", None).await.expect("disabled");
        assert_eq!(software.call("GET", "/api/v1/mandates", &tokens.text("access_token")).await.status, 401);
        assert_eq!(software.refresh(&tokens.text("refresh_token")).await.error(), (401, "invalid_client"));
    }

    async fn software_gives_its_tokens_back(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", true).await;
        let other = Software::register(&scene.world, "autre", true).await;
        let tokens = software.login(&mut scene).await;
        let refresh = tokens.text("refresh_token");
        assert_eq!(other.post("/oauth/revoke", &[("token", &refresh)]).await.status, 200);
        let second = software.refresh(&refresh).await;
        assert_eq!(second.status, 200, "another client ends nothing");
        assert_eq!(software.post("/oauth/revoke", &[("token", &second.text("access_token"))]).await.status, 200);
        assert!(!software.is_active(&second.text("access_token")).await);
        assert!(software.is_active(&tokens.text("access_token")).await);
        assert_eq!(software.post("/oauth/revoke", &[("token", &refresh), ("token_type_hint", "refresh_token")]).await.status, 200);
        assert!(!software.is_active(&tokens.text("access_token")).await, "the login is over");
        assert_eq!(software.refresh(&refresh).await.error(), (400, "invalid_grant"));
        let tokens = software.login(&mut scene).await;
        let mut url = scene.world.at("/oauth/end-session");
        url.query_pairs_mut().append_pair("id_token_hint", &tokens.text("id_token"));
        assert_eq!(scene.world.http.get(url).send().await.expect("an answer").status().as_u16(), 200);
        assert!(!software.is_active(&tokens.text("access_token")).await, "the software logged her out");
        assert_eq!(scene.aidant.get(&scene.world, "/aidant").await.url.path(), "/aidant", "her own session goes on");
        assert_eq!(scene.world.count("aidant.token_ended").await, 3);
    }

    async fn a_pushed_login_serves_one_browser_once(world) {
        let mut scene = Scene::set(world).await;
        let software = Software::register_as(&scene.world, "social-plus", true, |new| new.require_par = true).await;
        let url = software.request(&[]);
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(name, _)| name != "client_id").collect();
        let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let pushed = software.post("/oauth/par", &fields).await;
        assert_eq!(pushed.status, 201, "{pushed:?}");
        let uri = pushed.text("request_uri");
        let mut link = scene.world.at("/oauth/authorize");
        link.query_pairs_mut().append_pair("client_id", "social-plus").append_pair("request_uri", &uri);
        let page = scene.aidant.browser.get(&link).await.expect("a page");
        assert!(page.url.path().starts_with("/logiciel/"), "{}", page.url);
        let again = scene.aidant.browser.get(&link).await.expect("a page");
        assert_eq!(again.url, page.url, "a reload comes back to the same page");
        let elsewhere = scene.world.browser().get(&link).await.expect("a page");
        assert_eq!(elsewhere.status.as_u16(), 400, "another browser");
        let back = software.answer(&mut scene, &page, "approve").await;
        let code = parameter(&back, "code").expect("a code");
        let stolen = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0;
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", software.redirect_uri.as_str()), ("code_verifier", VERIFIER)];
        assert_eq!(software.post_with(Some(&stolen), "/oauth/token", &fields).await.error(), (400, "invalid_grant"), "the code is bound to the key of the push");
        let direct = scene.world.http.get(software.request(&[])).send().await.expect("an answer");
        let to = Url::parse(direct.headers()["location"].to_str().expect("text")).expect("an address");
        assert_eq!(parameter(&to, "error").as_deref(), Some("invalid_request"), "it must push");
    }

    async fn the_metadata_and_the_openapi_document_say_so(world) {
        let metadata: Value = world.http.get(world.at("/.well-known/openid-configuration")).send().await.expect("an answer").json().await.expect("json");
        let has = |name: &str, value: &str| metadata[name].as_array().is_some_and(|all| all.iter().any(|one| one == value));
        assert!(has("grant_types_supported", "refresh_token"), "{metadata}");
        assert!(has("grant_types_supported", "urn:ietf:params:oauth:grant-type:token-exchange"), "{metadata}");
        assert!(has("scopes_supported", "mandates") && has("scopes_supported", "offline_access"), "{metadata}");
        assert!(has("acr_values_supported", "urn:procura:acr:aidant"), "{metadata}");
        let document: Value = world.http.get(world.at("/api/v1/openapi.json")).send().await.expect("an answer").json().await.expect("json");
        assert!(document["paths"]["/api/v1/mandates"]["get"].is_object(), "{document}");
        assert!(document["paths"]["/api/v1/mandates/{identifier}/token"]["post"].is_object(), "{document}");
    }
}
