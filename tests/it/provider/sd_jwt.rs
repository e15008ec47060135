//! The signed mandate as SD-JWT VC: asked for, shown in part, checked offline, introspected, ended.

use procura::crypto::jwk::JwkSet;
use procura::demo::browser::Browser;
use procura::domain::theme::Theme;
use serde_json::Value;
use serde_json::json;

use super::stage::Stage;
use super::stage::VERIFIER;
use super::stage::parameter;

on_both!(
    a_mandate_is_given_as_sd_jwt_vc_where_asked,
    its_type_is_described,
    an_unknown_form_is_refused,
    a_theme_that_ends_ends_it,
);

const ASKED: &str = r#"[{"type":"urn:procura:mandate","privileges":["social"],"format":"dc+sd-jwt"}]"#;

async fn tokens(stage: &Stage, browser: &mut Browser) -> Value {
    let request = stage.request(&stage.caf, &[("authorization_details", ASKED)]);
    let page = browser.get(&request).await.expect("a page");
    let page = stage.choose(browser, &page, "social").await;
    let code = parameter(&page.url, "code").unwrap_or_else(|| panic!("a code at {page:?}"));
    let (status, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

async fn fetched(stage: &Stage, path: &str) -> Value {
    let answer = stage.http.get(stage.url(path)).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "{path}");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{path}");
    answer.json().await.expect("json")
}

fn part(text: &str) -> Value {
    serde_json::from_slice(&procura::crypto::hash::unb64(text).expect("base64url")).expect("json")
}

async fn a_mandate_is_given_as_sd_jwt_vc_where_asked(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let tokens = tokens(&stage, &mut browser).await;
    let token = tokens["mandate_token"].as_str().expect("a token");
    let signed: Vec<&str> = token.split('~').next().expect("signed").split('.').collect();
    let (header, claims) = (part(signed[0]), part(signed[1]));
    assert_eq!(header["typ"], "dc+sd-jwt");
    assert_eq!(claims["vct"], format!("{}/vct/mandate/1", stage.issuer));
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(stage.issuer), &json!("caf")));
    for plain in [
        "/sub",
        "/nbf",
        "/exp",
        "/txn",
        "/chain",
        "/jti",
        "/status/status_list/idx",
        "/may_act/org/siret",
        "/authorization_details/0/privileges",
        "/authorization_details/0/validity/exp",
        "/authorization_details/0/consent/grade",
    ] {
        assert!(claims.pointer(plain).is_some(), "{plain} can be read by everybody: {claims}");
    }
    let consent = &claims["authorization_details"][0]["consent"];
    assert_eq!(consent["_sd"].as_array().expect("digests").len(), 4);
    assert_eq!((&consent["date"], &claims["may_act"]["org"]["name"]), (&Value::Null, &Value::Null));

    let keys: JwkSet = serde_json::from_value(fetched(&stage, "/oauth/jwks").await).expect("keys");
    let check = |token: &str| {
        procura::cli::mandate::check(token, &keys, stage.bench.now(), Some(&stage.issuer), Some("caf"))
    };
    let whole = check(token).expect("it holds");
    assert_eq!(whole["may_act"]["org"]["name"], "CCAS de Dijon");
    assert!(whole["authorization_details"][0]["consent"]["text_digest"].is_string());
    assert!(stage.is_active(&stage.caf, &tokens["mandate_token"]).await);
    assert!(!stage.is_active(&stage.other, &tokens["mandate_token"]).await, "another client's");

    let bare = format!("{}~", token.split('~').next().expect("signed"));
    let least = check(&bare).expect("it holds without any disclosure");
    assert_eq!(least["may_act"]["org"].get("name"), None);
    let (_, told) = stage.post("/oauth/introspect", &stage.caf, &[("token", &bare)]).await;
    assert_eq!((&told["active"], &told["jti"]), (&json!(true), &whole["jti"]));
    assert_eq!(told["may_act"], json!({"org": {"siret": "73282932000074"}}), "only what was shown is told");

    for wrong in [
        token.trim_end_matches('~').to_owned(),
        format!("{token}{}", bare.trim_end_matches('~')),
        format!("{bare}{}~", procura::crypto::hash::b64(br#"["c2FsdA","exp",4102444800]"#)),
        token.split('~').next().expect("signed").to_owned(),
        token.replacen('~', "", 1),
    ] {
        assert!(check(&wrong).is_err(), "{wrong}");
        assert!(!stage.is_active(&stage.caf, &json!(wrong)).await, "{wrong}");
    }
    let (_, refused) = stage.post("/oauth/revoke", &stage.caf, &[("token", token)]).await;
    assert_eq!(refused["error"], "unsupported_token_type");
    assert_eq!(stage.userinfo(&json!(bare)).await.0, 401, "it opens nothing");
}

async fn its_type_is_described(engine: &str) {
    let stage = Stage::new(engine).await;
    let document = fetched(&stage, "/vct/mandate/1").await;
    assert_eq!(document["vct"], format!("{}/vct/mandate/1", stage.issuer));
    assert_eq!(document, fetched(&stage, "/.well-known/vct/vct/mandate/1").await);
    let issuer = fetched(&stage, "/.well-known/jwt-vc-issuer").await;
    assert_eq!(issuer, json!({"issuer": stage.issuer, "jwks_uri": format!("{}/oauth/jwks", stage.issuer)}));
    let mut browser = stage.aidant().await;
    let tokens = tokens(&stage, &mut browser).await;
    let token = tokens["mandate_token"].as_str().expect("a token");
    let keys: JwkSet = serde_json::from_value(fetched(&stage, "/oauth/jwks").await).expect("keys");
    let claims = procura::cli::mandate::check(token, &keys, stage.bench.now(), None, None).expect("it holds");
    let claims = Value::Object(claims);
    for claim in document["claims"].as_array().expect("claims") {
        let steps = claim["path"].as_array().expect("a path");
        let pointer: String = steps.iter().map(|step| format!("/{}", step.as_str().unwrap_or("0"))).collect();
        assert!(claims.pointer(&pointer).is_some(), "{pointer} is described and never given");
    }
}

async fn an_unknown_form_is_refused(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let asked = r#"[{"type":"urn:procura:mandate","format":"mso_mdoc"}]"#;
    let request = stage.request(&stage.caf, &[("authorization_details", asked)]);
    let page = browser.get(&request).await.expect("an answer");
    assert_eq!(parameter(&page.url, "error").as_deref(), Some("invalid_authorization_details"), "{page:?}");
}

async fn a_theme_that_ends_ends_it(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut browser = stage.aidant().await;
    let tokens = tokens(&stage, &mut browser).await;
    assert!(stage.is_active(&stage.caf, &tokens["mandate_token"]).await);
    stage.revoke(Some(Theme::Logement)).await;
    assert!(!stage.is_active(&stage.caf, &tokens["mandate_token"]).await, "it names the theme that ended");
}
