//! The whole delegated login of the profile, verified as the client verifies it.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::keys::Algorithm;
use procura::crypto::random::SystemRandom;
use procura::demo::administration::credential::Credential;
use procura::demo::administration::credential::Keys;
use procura::demo::administration::relying_party::Receipt;
use procura::demo::administration::relying_party::Registration;
use procura::domain::time::Clock;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::fapi::client::FapiClient;
use crate::fapi::client::Key;
use crate::fapi::client::choose;
use crate::fapi::client::parameter;
use crate::fapi::client::visit;
use crate::spaces::Scene;

async fn check_tokens(client: &FapiClient, tokens: &Value) {
    assert_eq!(tokens["token_type"], "DPoP");
    assert!(tokens.get("refresh_token").is_none());
    let text = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{name}")).to_owned();
    let access = text("access_token");
    let id = client.verified(&text("id_token"), "JWT", Algorithm::Es256).await;
    assert_eq!((&id["iss"], &id["aud"]), (&json!(client.issuer()), &json!(client.id)));
    assert_eq!(id["nonce"], "the-nonce");
    assert_eq!(id["at_hash"], json!(b64(&sha256(access.as_bytes())[..16])));
    assert!(id["exp"].as_i64() > Some(client.now()));
    let bound = client.verified(&access, "at+jwt", Algorithm::Es256).await;
    assert_eq!(bound["cnf"], json!({ "jkt": client.dpop.thumbprint() }));
    assert_eq!((&bound["client_id"], &bound["sub"]), (&json!(client.id), &id["sub"]));
    let mandate = client.verified(&text("mandate_token"), "mandate+jwt", Algorithm::Es256).await;
    assert_eq!(
        (&mandate["aud"], &mandate["sub"], &mandate["txn"]),
        (&json!(client.id), &id["sub"], &id["txn"])
    );
    let told = client.post("/oauth/introspect", &[("token", &access)]).await.body;
    assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(told["cnf"], bound["cnf"]);
    let info = client.get("/oauth/userinfo", &access).await;
    assert_eq!((info.status, &info.body["sub"]), (200, &id["sub"]));
    assert!(info.body["family_name"].is_string(), "{}", info.body);
}

on_each_database! {
    async fn pushed_signed_and_bound(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let url = client.code_with(&mut scene, &[]).await;
        assert_eq!(parameter(&url, "state").as_deref(), Some("the-state"));
        assert_eq!(parameter(&url, "iss").as_deref(), Some(client.issuer()));
        let tokens = client.redeem(&parameter(&url, "code").expect("a code")).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        assert_eq!(tokens.headers["cache-control"], "no-store");
        assert!(tokens.nonce().is_some(), "the nonce of the next proof");
        check_tokens(&client, &tokens.body).await;
        assert_eq!(scene.world.count("act.token_issued").await, 1);
    }

    async fn every_algorithm_of_the_profile(world) {
        let mut scene = Scene::set(world).await;
        for (id, algorithm) in [("par-ed25519", Algorithm::EdDsa), ("par-pss", Algorithm::Ps256)] {
            let client = FapiClient::register_with(&scene.world, id, algorithm, |_| {}).await;
            let tokens = client.tokens(&mut scene).await;
            check_tokens(&client, &tokens.body).await;
        }
    }

    async fn the_clients_own_token_is_bound_and_reports(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let tokens = client.tokens(&mut scene).await;
        let id = client.verified(&tokens.token("id_token"), "JWT", Algorithm::Es256).await;
        let own = client.post("/oauth/token", &[("grant_type", "client_credentials"), ("scope", "receipts")]).await;
        assert_eq!((own.status, &own.body["token_type"]), (200, &json!("DPoP")), "{}", own.body);
        let path = format!("/api/v1/acts/{}/receipts", id["txn"].as_str().expect("txn"));
        let body = json!({ "kind": "submitted", "label": "Déclaration", "reference": "R-1" });
        for (number, token) in [own.token("access_token"), tokens.token("access_token")].iter().enumerate() {
            let report = |authorization: String, proof: Option<String>| {
                let call = scene.world.http.post(client.at(&path)).header("authorization", authorization);
                let call = call.header("idempotency-key", format!("key-{number}")).json(&body);
                let call = match proof {
                    Some(proof) => call.header("dpop", proof),
                    None => call,
                };
                async { call.send().await.expect("an answer").status().as_u16() }
            };
            assert_eq!(report(format!("Bearer {token}"), None).await, 401, "without its key");
            client.learn().await;
            let proof = client.proof("POST", &path, Some(token));
            assert_eq!(report(format!("DPoP {token}"), Some(proof.clone())).await, 201);
            assert_eq!(report(format!("DPoP {token}"), Some(proof)).await, 401, "the proof was used");
        }
    }

    async fn a_deployed_client_may_bind_its_tokens_too(world) {
        let mut scene = Scene::set(world).await;
        let deployed = |new: &mut procura::operations::register_client::NewClient| new.compat = true;
        let client = FapiClient::register_with(&scene.world, "ancien", Algorithm::Es256, deployed).await;
        let tokens = client.tokens(&mut scene).await;
        check_tokens(&client, &tokens.body).await;
        let code = client.code(&mut scene).await;
        let pushed_with_key = client.send("/oauth/token", &client.redemption(&code), &[]).await;
        assert_eq!(pushed_with_key.error(), (400, "invalid_grant"), "the push had named a key");
        let mut url = client.at("/oauth/authorize");
        url.query_pairs_mut().extend_pairs(client.request(&[]));
        let page = visit(&mut scene, &url).await;
        let page = choose(&mut scene, &page).await;
        let code = parameter(&page.url, "code").expect("a code");
        let tokens = client.send("/oauth/token", &client.redemption(&code), &[]).await;
        assert_eq!((tokens.status, &tokens.body["token_type"]), (200, &json!("Bearer")), "{}", tokens.body);
        let token = tokens.token("access_token");
        let info = client.call(Method::GET, "/oauth/userinfo", &format!("Bearer {token}"), &[]).await;
        assert_eq!(info.status, 200);
        client.learn().await;
        let proof = client.proof("GET", "/oauth/userinfo", Some(&token));
        let info = client.call(Method::GET, "/oauth/userinfo", &format!("DPoP {token}"), &[&proof]).await;
        assert_eq!(info.status, 401, "an unbound token is no DPoP token");
    }

    async fn a_relying_party_library_with_keys(world) {
        let mut scene = Scene::set(world).await;
        let client = FapiClient::register(&scene.world, "guichet").await;
        let (Key::Own(signer), Key::Own(holder)) = (client.signer, client.dpop) else { panic!("keys of this program") };
        let keys = Keys {
            client_id: client.id.clone(),
            issuer: scene.world.bench.config.server.public_url.as_str().to_owned(),
            signer: *signer,
            holder: *holder,
            clock: scene.world.clock.clone(),
            random: Arc::new(SystemRandom::new()),
            nonce: Mutex::new(None),
        };
        let party = Registration {
            issuer: scene.world.url.clone(),
            client_id: client.id.clone(),
            credential: Credential::Keys(Arc::new(keys)),
            redirect_uri: client.redirect_uri.to_string(),
            http: scene.world.http.clone(),
        };
        let (link, waiting) = party.begin(&SystemRandom::new(), Some("social")).await.expect("pushed");
        let names: Vec<String> = link.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["client_id", "request_uri"], "{link}");
        let page = visit(&mut scene, &link).await;
        let page = choose(&mut scene, &page).await;
        assert!(waiting.knows(&parameter(&page.url, "state").expect("a state")));
        let code = parameter(&page.url, "code").expect("a code");
        let login = party.finish(waiting, code, scene.world.clock.now()).await.expect("verified by the library");
        assert_eq!(login.person["sub"], login.id_token["sub"]);
        let told = party.introspect(&login.mandate_token).await.expect("told");
        assert_eq!(told["active"], true);
        let receipt = |reference: &str| Receipt {
            kind: "submitted".to_owned(),
            label: "Déclaration".to_owned(),
            reference: reference.to_owned(),
            at: scene.world.clock.now().to_text(),
        };
        party.report(&login, "key-1", &receipt("R-1")).await.expect("with the act's token");
        scene.world.clock.advance(Duration::from_secs(400));
        party.report(&login, "key-2", &receipt("R-2")).await.expect("with its own, and a nonce that is new");
    }
}
