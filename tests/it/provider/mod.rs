//! The OpenID provider and the choice pages, over HTTP, on both databases.

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $name() { super::$name("sqlite").await; })+ }
        mod postgres { $(#[tokio::test] async fn $name() { super::$name("postgres").await; })+ }
    };
}

mod sd_jwt;
pub(crate) mod stage;

use openidconnect as oidc;
use procura::domain::theme::Theme;
use procura::operations::keys;
use serde_json::Value;

use stage::Stage;
use stage::VERIFIER;
use stage::parameter;

on_both!(
    a_whole_delegated_login,
    a_code_serves_once_and_its_own_client_only,
    a_wrong_verifier_ends_the_code,
    revocation_is_known_at_the_next_call,
    a_choice_that_no_longer_holds_is_a_refused_act,
    nobody_is_sent_to_an_untrusted_address,
    a_pushed_request_serves_one_browser_once,
    a_stale_factor_keeps_the_choice,
    leaving_and_logging_out,
    a_client_gets_its_own_token,
);

fn claims(token: &Value) -> Value {
    let payload = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a JWS");
    serde_json::from_slice(&procura::crypto::hash::unb64(payload).expect("base64url")).expect("claims")
}

async fn a_whole_delegated_login(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let page = stage.act(&mut browser, &stage.caf, "social").await;
    assert_eq!(parameter(&page.url, "state").as_deref(), Some("the-state"));
    assert_eq!(parameter(&page.url, "iss").as_deref(), Some(stage.issuer.as_str()));
    let code = parameter(&page.url, "code").expect("a code");
    let (status, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}");
    verify_as_a_client_would(&stage, &tokens).await;
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["acr"], "urn:procura:acr:delegated:low");
    assert_eq!(id["act"]["org"]["siret"], "73282932000074");
    assert_eq!(id["authorization_details"][0]["privileges"], serde_json::json!(["social"]));
    assert!(id.get("given_name").is_none() && id["act"].get("name").is_none(), "{id}");
    let mandate = claims(&tokens["mandate_token"]);
    assert_eq!(mandate["authorization_details"][0]["privileges"], serde_json::json!(["social", "logement"]));
    assert_eq!((&mandate["sub"], &mandate["txn"]), (&id["sub"], &id["txn"]));
    let (status, info) = stage.userinfo(&tokens["access_token"]).await;
    assert_eq!((status, &info["family_name"], &info["sub"]), (200, &Value::from("Lefèvre"), &id["sub"]));
    assert!(stage.is_active(&stage.caf, &tokens["access_token"]).await);
    assert!(stage.is_active(&stage.caf, &tokens["mandate_token"]).await);
    assert!(!stage.is_active(&stage.other, &tokens["access_token"]).await, "another client is told nothing");
    assert_eq!(stage.entries("act.opened").await, 1);
    assert_eq!(stage.entries("act.token_issued").await, 1);
    assert_eq!(stage.entries("mandate.token_issued").await, 1);
    assert_eq!(stage.entries("mandate.verified").await, 1, "once per client, mandate and day");
    let jwks = keys::jwks(&stage.bench).await.expect("keys");
    let token = tokens["mandate_token"].as_str().expect("a token");
    let now = stage.bench.now();
    let held = procura::cli::mandate::check(token, &jwks, now, Some(&stage.issuer), Some("caf"));
    assert!(held.is_ok(), "{held:?}");
    assert!(procura::cli::mandate::check(token, &jwks, now, None, Some("impots")).is_err());
    stage.later(301);
    assert!(!stage.is_active(&stage.caf, &tokens["access_token"]).await, "five minutes are over");
    let mut again = stage.aidant().await;
    let page = stage.act(&mut again, &stage.other, "social").await;
    let code = parameter(&page.url, "code").expect("a code");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", stage.other.redirect_uri.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let (_, other) = stage.post("/oauth/token", &stage.other, &fields).await;
    let elsewhere = claims(&other["id_token"]);
    for path in ["/sub", "/act/sub", "/act/habilitation", "/authorization_details/0/identifier"] {
        assert!(
            id.pointer(path).is_some() && id.pointer(path) != elsewhere.pointer(path),
            "{path} is an alias"
        );
    }
}

/// Discovery, signature, issuer, audience, nonce and access-token hash, as a relying-party library checks them.
async fn verify_as_a_client_would(stage: &Stage, tokens: &Value) {
    let http = stage.http.clone();
    let fetch = move |request: oidc::HttpRequest| {
        let http = http.clone();
        Box::pin(async move {
            let answer = http.get(request.uri().to_string()).send().await.map_err(std::io::Error::other)?;
            let status = answer.status();
            let kind = answer.headers().get("content-type").cloned();
            let body = answer.bytes().await.map_err(std::io::Error::other)?.to_vec();
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            if let Some(kind) = kind {
                response.headers_mut().insert("content-type", kind);
            }
            Ok::<_, std::io::Error>(response)
        })
    };
    let issuer = oidc::IssuerUrl::new(stage.issuer.clone()).expect("an issuer");
    let metadata = oidc::core::CoreProviderMetadata::discover_async(issuer, &fetch).await.expect("metadata");
    let client =
        oidc::core::CoreClient::from_provider_metadata(metadata, oidc::ClientId::new("caf".to_owned()), None);
    let token: oidc::core::CoreIdToken =
        serde_json::from_value(tokens["id_token"].clone()).expect("an ID token");
    let seconds = u64::try_from(stage.bench.now().seconds()).expect("after 1970");
    let now = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    let verifier = client.id_token_verifier().set_time_fn(move || now.into());
    let nonce = oidc::Nonce::new("the-nonce".to_owned());
    let claims = token.claims(&verifier, &nonce).expect("the ID token verifies");
    let access = oidc::AccessToken::new(tokens["access_token"].as_str().expect("a token").to_owned());
    let key = token.signing_key(&verifier).expect("its key");
    let hash = oidc::AccessTokenHash::from_token(&access, token.signing_alg().expect("its algorithm"), key)
        .expect("a hash");
    assert_eq!(claims.access_token_hash(), Some(&hash));
    assert!(token.claims(&verifier, &oidc::Nonce::new("another".to_owned())).is_err());
}

async fn a_code_serves_once_and_its_own_client_only(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let code = stage.code(&mut browser).await;
    let (status, answer) = stage.redeem(&stage.other, &code, VERIFIER).await;
    assert_eq!((status, &answer["error"]), (400, &Value::from("invalid_grant")), "another client's code");
    let (status, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    assert_eq!(status, 200, "the other client's try did not use it up");
    assert!(stage.is_active(&stage.caf, &tokens["mandate_token"]).await);
    let (status, answer) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    assert_eq!((status, &answer["error"]), (400, &Value::from("invalid_grant")), "used twice");
    assert!(!stage.is_active(&stage.caf, &tokens["access_token"]).await);
    assert!(!stage.is_active(&stage.caf, &tokens["mandate_token"]).await);
    assert_eq!(stage.userinfo(&tokens["access_token"]).await.0, 401);
    assert_eq!(stage.entries("act.refused").await, 1);
    let late = stage.code(&mut browser).await;
    stage.later(61);
    assert_eq!(stage.redeem(&stage.caf, &late, VERIFIER).await.0, 400, "a minute is over");
    let (status, answer) = stage.redeem(&stage.caf, "never-given", VERIFIER).await;
    assert_eq!((status, &answer["error"]), (400, &Value::from("invalid_grant")));
}

async fn a_wrong_verifier_ends_the_code(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let code = stage.code(&mut browser).await;
    let wrong = VERIFIER.replace('d', "e");
    assert_eq!(stage.redeem(&stage.caf, &code, &wrong).await.1["error"], "invalid_grant");
    assert_eq!(stage.redeem(&stage.caf, &code, VERIFIER).await.1["error"], "invalid_grant", "it is over");
    assert_eq!(stage.entries("act.refused").await, 1);
    let mut stranger = Stage::new("sqlite").await.caf;
    stranger.id.clone_from(&stage.caf.id);
    let (status, answer) = stage.redeem(&stranger, &code, VERIFIER).await;
    assert_eq!((status, &answer["error"]), (401, &Value::from("invalid_client")));
}

async fn revocation_is_known_at_the_next_call(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let code = stage.code(&mut browser).await;
    let (_, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    let pending = stage.code(&mut browser).await;
    stage.revoke(Some(Theme::Logement)).await;
    assert!(!stage.is_active(&stage.caf, &tokens["mandate_token"]).await, "it names the theme that ended");
    assert!(stage.is_active(&stage.caf, &tokens["access_token"]).await, "the act is for another theme");
    stage.revoke(None).await;
    assert!(!stage.is_active(&stage.caf, &tokens["access_token"]).await);
    assert_eq!(stage.userinfo(&tokens["access_token"]).await.0, 401);
    let (status, answer) = stage.redeem(&stage.caf, &pending, VERIFIER).await;
    assert_eq!((status, &answer["error"]), (400, &Value::from("invalid_grant")));
    assert_eq!(stage.entries("act.refused").await, 1);
}

async fn a_choice_that_no_longer_holds_is_a_refused_act(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let page = browser.get(&stage.request(&stage.caf, &[])).await.expect("a page");
    let nobody = page.form_last_in_main().expect("a form").tampered(&[("person", "somebody-elses-number")]);
    stage.revoke(None).await;
    let form = page.form_last_in_main().expect("a form").choose(&["Jeanne", "Lefèvre"]).expect("the person");
    let refused = browser.submit(&form).await.expect("a page");
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.main_text());
    assert!(refused.main_text().contains("arrêté"), "{}", refused.main_text());
    assert_eq!(stage.entries("act.refused").await, 1);
    let back = browser.submit(&refused.form_last_in_main().expect("one button")).await.expect("back");
    assert_eq!(parameter(&back.url, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back.url, "state").as_deref(), Some("the-state"));
    assert_eq!(parameter(&back.url, "iss").as_deref(), Some(stage.issuer.as_str()));
    assert_eq!(browser.submit(&nobody).await.expect("a page").status.as_u16(), 410, "the act is over");
    let page = browser.get(&stage.request(&stage.caf, &[])).await.expect("a page");
    let form = nobody_of(&page);
    let refused = browser.submit(&form).await.expect("a page");
    assert!(!refused.main_text().contains("Jeanne"), "nothing is told of anybody");
    assert_eq!(stage.entries("act.opened").await, 0);
}

/// The page without persons offers only the way back; a forged choice is sent all the same.
fn nobody_of(page: &procura::demo::browser::page::Page) -> procura::demo::browser::form::Form {
    assert!(page.main_text().contains("pour personne ici"), "{}", page.main_text());
    page.form_last_in_main().expect("a form")
}

async fn nobody_is_sent_to_an_untrusted_address(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.browser();
    for change in [
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "")],
        [("client_id", "unknown")],
        [("request_uri", "urn:ietf:params:oauth:request_uri:never-pushed")],
    ] {
        let page = browser.get(&stage.request(&stage.caf, &change)).await.expect("a page");
        assert_eq!((page.status.as_u16(), page.history.len()), (400, 1), "{change:?}");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", stage.request(&stage.caf, &[]));
    let page = browser.get(&twice.parse().expect("an address")).await.expect("a page");
    assert_eq!(page.status.as_u16(), 400);
    for (change, error) in [
        (("code_challenge", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("prompt", "none"), "login_required"),
        (
            ("authorization_details", r#"[{"type":"urn:procura:mandate","privileges":["justice"]}]"#),
            "access_denied",
        ),
    ] {
        let page = browser.get(&stage.request(&stage.caf, &[change])).await.expect("a page");
        assert!(page.url.as_str().starts_with(&stage.caf.redirect_uri), "{page:?}");
        assert_eq!(parameter(&page.url, "error").as_deref(), Some(error), "{change:?}");
        assert_eq!(parameter(&page.url, "state").as_deref(), Some("the-state"));
        assert!(parameter(&page.url, "iss").is_some() && parameter(&page.url, "code").is_none());
    }
    let mut aidant = stage.aidant().await;
    let choice = aidant.get(&stage.request(&stage.caf, &[])).await.expect("the choice");
    let mut thief = stage.aidant().await;
    assert_eq!(thief.get(&choice.url).await.expect("a page").status.as_u16(), 404, "another browser's act");
}

async fn a_pushed_request_serves_one_browser_once(engine: &str) {
    let stage = Stage::new(engine).await;
    let url = stage.request(&stage.caf, &[]);
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let fields: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (status, pushed) = stage.post("/oauth/par", &stage.caf, &fields).await;
    assert_eq!(status, 201, "{pushed}");
    let uri = pushed["request_uri"].as_str().expect("a request_uri");
    let link = |client: &str| {
        let mut url = stage.url("/oauth/authorize");
        url.query_pairs_mut().append_pair("client_id", client).append_pair("request_uri", uri);
        url
    };
    let mut first = stage.aidant().await;
    assert_eq!(first.get(&link("impots")).await.expect("a page").status.as_u16(), 400, "another client's");
    stage.later(20);
    let page = first.get(&link("caf")).await.expect("a page");
    assert!(page.h1().contains("Pour qui"), "{page:?}");
    let again = first.get(&link("caf")).await.expect("a page");
    assert_eq!(again.url, page.url, "a reload comes back to the same act");
    let mut second = stage.browser();
    assert_eq!(second.get(&link("caf")).await.expect("a page").status.as_u16(), 400, "used up");
    let mut nested = fields.clone();
    nested.push(("request_uri", uri));
    assert_eq!(stage.post("/oauth/par", &stage.caf, &nested).await.1["error"], "invalid_request");
    let bad: Vec<(&str, &str)> = fields
        .iter()
        .map(
            |(name, value)| {
                if *name == "redirect_uri" { (*name, "https://evil.example") } else { (*name, *value) }
            },
        )
        .collect();
    assert_eq!(stage.post("/oauth/par", &stage.caf, &bad).await.1["error"], "invalid_request");
}

async fn a_stale_factor_keeps_the_choice(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let page = browser.get(&stage.request(&stage.caf, &[])).await.expect("a page");
    let form = page.form_last_in_main().expect("a form").choose(&["Jeanne", "Lefèvre"]).expect("the person");
    let page = browser.submit(&form).await.expect("the theme step");
    let form = page.form_last_in_main().expect("a form").with(&[("theme", "logement")]).expect("the theme");
    stage.later(901);
    let factor = browser.submit(&form).await.expect("a page");
    assert_eq!(factor.url.path(), "/aidant/second-facteur");
    assert_eq!(stage.entries("act.opened").await, 0);
    let otp = stage.code_of_the_card();
    let form = factor.form_last_in_main().expect("a form").with(&[("otp", &otp)]).expect("the code");
    let page = browser.submit(&form).await.expect("the theme step again");
    let form = page.form_last_in_main().expect("a form");
    assert_eq!(form.value("theme"), Some("logement"), "the choice is kept");
    let back = browser.submit(&form).await.expect("back");
    assert!(parameter(&back.url, "code").is_some(), "{back:?}");
    assert_eq!(stage.entries("act.opened").await, 1);
}

async fn leaving_and_logging_out(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let page = browser.get(&stage.request(&stage.caf, &[])).await.expect("a page");
    let leave = page
        .forms_in_main()
        .into_iter()
        .find(|form| form.action().path().ends_with("/quitter"))
        .expect("the way back");
    let back = browser.submit(&leave).await.expect("back");
    assert_eq!(parameter(&back.url, "error").as_deref(), Some("access_denied"));
    let code = stage.code(&mut browser).await;
    let (_, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    let mut url = stage.url("/oauth/end-session");
    url.query_pairs_mut()
        .append_pair("id_token_hint", tokens["id_token"].as_str().expect("a token"))
        .append_pair("post_logout_redirect_uri", &stage.caf.redirect_uri)
        .append_pair("state", "bye");
    let out = browser.get(&url).await.expect("back");
    assert!(out.url.as_str().starts_with(&stage.caf.redirect_uri), "{out:?}");
    assert_eq!(parameter(&out.url, "state").as_deref(), Some("bye"));
    assert!(!stage.is_active(&stage.caf, &tokens["access_token"]).await);
    assert!(stage.is_active(&stage.caf, &tokens["mandate_token"]).await, "the mandate goes on");
    assert_eq!(stage.entries("act.ended").await, 1);
    let page = browser.get(&stage.request(&stage.caf, &[])).await.expect("a page");
    assert!(page.h1().contains("Pour qui"), "the aidant is still logged in: {page:?}");
    let mut evil = stage.url("/oauth/end-session");
    evil.query_pairs_mut()
        .append_pair("client_id", "caf")
        .append_pair("post_logout_redirect_uri", "https://evil.example/");
    assert_eq!(browser.get(&evil).await.expect("a page").status.as_u16(), 400);
}

async fn a_client_gets_its_own_token(engine: &str) {
    let stage = Stage::new(engine).await;
    let grant = [("grant_type", "client_credentials"), ("scope", "receipts")];
    let (status, token) = stage.post("/oauth/token", &stage.caf, &grant).await;
    assert_eq!(status, 200, "{token}");
    assert!(stage.is_active(&stage.caf, &token["access_token"]).await);
    assert_eq!(stage.userinfo(&token["access_token"]).await.0, 401, "it is about nobody");
    let given = token["access_token"].as_str().expect("a token");
    assert_eq!(stage.post("/oauth/revoke", &stage.caf, &[("token", given)]).await.0, 200);
    assert!(!stage.is_active(&stage.caf, &token["access_token"]).await);
    let wrong = [("grant_type", "client_credentials"), ("scope", "openid")];
    assert_eq!(stage.post("/oauth/token", &stage.caf, &wrong).await.1["error"], "invalid_scope");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "none")];
    assert_eq!(stage.post("/oauth/token", &stage.caf, &refresh).await.1["error"], "unauthorized_client");
    assert_eq!(
        stage.refused("client.token_issued").await,
        2,
        "what a client may not have, it was seen asking for"
    );
    let twice = [("grant_type", "client_credentials"), ("grant_type", "password")];
    assert_eq!(stage.post("/oauth/token", &stage.caf, &twice).await.1["error"], "invalid_request");
    let both =
        [("grant_type", "client_credentials"), ("client_id", "caf"), ("client_secret", &stage.caf.secret)];
    assert_eq!(
        stage.post("/oauth/token", &stage.caf, &both).await.1["error"],
        "invalid_request",
        "two methods at once"
    );
}
