//! Every member of the metadata documents and every value in them, proved on the running gateway; one without a proof fails.

use procura::crypto::hash::b64;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::Jwk;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::crypto::random::random_token;
use procura::demo::browser::Browser;
use procura::domain::client::ClientAuth;
use procura::domain::client::ClientKind;
use procura::domain::client::TokenAlgorithm;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use procura::storage::db::Sql;
use secrecy::ExposeSecret;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::provider::stage::Administration;
use crate::provider::stage::Stage;
use crate::provider::stage::VERIFIER;
use crate::provider::stage::parameter;
use crate::world::CLI;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const ACR: &str = "acr_values_supported";

/// Values whose proof is a whole story: the member, the value (`*`: each), and the test that tells it.
const TOLD_ELSEWHERE: &[(&str, &str, &str)] = &[
    ("backchannel_logout_supported", "true", "a_logout_token_is_what_the_specification_says"),
    ("backchannel_logout_session_supported", "true", "a_logout_token_is_what_the_specification_says"),
    (ACR, "eidas1", "the_observed_request_is_answered_to_the_letter"),
    (ACR, "*", "an_aidant_logs_in_with_bound_tokens"),
    ("grant_types_supported", "refresh_token", "a_refresh_token_is_bound_to_client_and_key"),
    (
        "grant_types_supported",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "an_api_receives_what_it_may_know_and_no_more",
    ),
    ("scopes_supported", "mandates", "the_list_holds_what_she_may_use"),
    ("scopes_supported", "offline_access", "a_refresh_token_is_bound_to_client_and_key"),
    ("claims_supported", "org", "an_aidant_logs_in_with_bound_tokens"),
    ("claims_supported", "habilitation", "an_aidant_logs_in_with_bound_tokens"),
    ("claims_supported", "name", "an_aidant_logs_in_with_bound_tokens"),
    ("prompt_values_supported", "login", "prompt_and_max_age_are_heeded"),
    ("prompt_values_supported", "none", "prompt_and_max_age_are_heeded"),
];

/// A key that signs, PS256 included.
struct Key {
    algorithm: Algorithm,
    key: SigningKey,
    pkcs8: Vec<u8>,
}

impl Key {
    fn new(algorithm: Algorithm) -> Self {
        let kind = if algorithm == Algorithm::Ps256 { Algorithm::Rs256 } else { algorithm };
        let (key, pkcs8) = SigningKey::generate(kind, &SystemRandom::new()).expect("a key");
        Self { algorithm, key, pkcs8: pkcs8.to_vec() }
    }

    fn public(&self) -> Jwk {
        Jwk { alg: Some(self.algorithm.as_str().to_owned()), ..self.key.public_jwk() }
    }

    fn sign(&self, mut header: Value, claims: &Value) -> String {
        header["alg"] = json!(self.algorithm.as_str());
        let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        let signature = if self.algorithm == Algorithm::Ps256 {
            let pair = ring::signature::RsaKeyPair::from_pkcs8(&self.pkcs8).expect("a key");
            let mut signature = vec![0; pair.public().modulus_len()];
            #[expect(clippy::disallowed_methods, reason = "ring signs with its own source only")]
            let random = ring::rand::SystemRandom::new();
            pair.sign(&ring::signature::RSA_PSS_SHA256, &random, input.as_bytes(), &mut signature)
                .expect("signed");
            signature
        } else {
            self.key.sign(input.as_bytes()).expect("signed")
        };
        format!("{input}.{}", b64(&signature))
    }
}

struct Lab {
    stage: Stage,
    browser: Browser,
    document: Map<String, Value>,
    keys: JwkSet,
    id_token: Value,
    userinfo: Value,
    other_sub: Value,
}

impl Lab {
    async fn open() -> Self {
        let stage = Stage::new("sqlite").await;
        let mut browser = stage.aidant().await;
        let get = async |path: &str| stage.http.get(stage.url(path)).send().await.expect("an answer");
        let document: Map<String, Value> =
            get("/.well-known/openid-configuration").await.json().await.expect("a document");
        let other: Map<String, Value> =
            get("/.well-known/oauth-authorization-server").await.json().await.expect("a document");
        assert_eq!(document, other, "both documents say the same");
        let jwks = document["jwks_uri"].as_str().expect("an address");
        let keys = stage.http.get(jwks).send().await.expect("keys").json().await.expect("a set");
        let everything = stage.client("tout", |new| new.aidant_name = true).await;
        let scope = "openid profile birth email";
        let claims = r#"{"id_token":{"given_name":null},"userinfo":{"preferred_username":null}}"#;
        let change = [("scope", scope), ("claims", claims)];
        let tokens = stage.log_in(&mut browser, &everything, &change).await;
        let id_token = payload(&tokens["id_token"]);
        assert!(id_token.get("given_name").is_some(), "the claims parameter is heeded: {id_token}");
        let (_, userinfo) = stage.userinfo(&tokens["access_token"]).await;
        let there = stage.log_in(&mut browser, &stage.other, &[]).await;
        let other_sub = payload(&there["id_token"])["sub"].clone();
        Self { stage, browser, document, keys, id_token, userinfo, other_sub }
    }

    fn verified(&self, token: &str, algorithm: &str) -> Value {
        let types = ["JWT", "at+jwt", "jwt", "oauth-authz-resp+jwt", "token-introspection+jwt"];
        let algorithm = Algorithm::parse(algorithm).expect("an algorithm");
        assert_eq!(jose::header(token).expect("a header").algorithm, algorithm);
        for typ in types.map(TypRule::Exactly).into_iter().chain([TypRule::JwtOrAbsent]) {
            let expected = Expected { typ, algorithms: &[algorithm] };
            if let Ok(verified) = jose::verify::<Value>(token, &self.keys, &expected) {
                return Value::Object(verified.claims.as_object().expect("claims").clone());
            }
        }
        panic!("not verified by the published keys: {token}")
    }
}

impl Stage {
    /// Registers another administration, with caf's redirect address.
    async fn client(&self, id: &str, change: impl FnOnce(&mut NewClient)) -> Administration {
        let mut new = NewClient::new(ClientKind::Administration, format!("La {id}"));
        new.id = ClientId::parse(id);
        new.compat = true;
        new.themes = [Theme::Social, Theme::Logement].into();
        new.redirect_uris.insert(self.caf.redirect_uri.clone());
        change(&mut new);
        let done = register_client(&self.bench, &CLI, new, None).await.expect("registered");
        let secret = done.secret.map(|secret| secret.expose_secret().to_owned()).unwrap_or_default();
        Administration { id: id.to_owned(), secret, redirect_uri: self.caf.redirect_uri.clone() }
    }

    async fn log_in(&self, browser: &mut Browser, client: &Administration, change: &[(&str, &str)]) -> Value {
        let page = browser.get(&self.request(client, change)).await.expect("a page");
        let page = self.choose(browser, &page, "social").await;
        let code = parameter(&page.url, "code").unwrap_or_else(|| panic!("{}", page.url));
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let (status, tokens) = self.post("/oauth/token", client, &fields).await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    /// Pushes an ordinary request with some parameters changed.
    async fn push(&self, client: &Administration, change: &[(&str, &str)]) -> (u16, Value) {
        let url = self.request(client, change);
        let fields: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post("/oauth/par", client, &fields).await
    }

    async fn by_assertion(&self, path: &str, id: &str, key: &Key, fields: &[(&str, &str)]) -> u16 {
        let now = self.bench.now().seconds();
        let jti = random_token(&SystemRandom::new(), 16);
        let claims =
            json!({ "iss": id, "sub": id, "aud": self.issuer, "jti": jti, "iat": now, "exp": now + 60 });
        let assertion = key.sign(json!({ "typ": "JWT", "kid": key.public().kid }), &claims);
        let mut all = vec![("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.as_str())];
        all.extend_from_slice(fields);
        let answer = self.http.post(self.url(path)).form(&all).send().await.expect("an answer");
        answer.status().as_u16()
    }
}

fn payload(token: &Value) -> Value {
    let payload = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a JWS");
    serde_json::from_slice(&procura::crypto::hash::unb64(payload).expect("base64url")).expect("claims")
}

/// A number of its own for each client a check registers.
fn name(member: &str, value: &str) -> String {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}-{plain}", &member[..member.len().min(30)].replace("_values_supported", ""))
}

async fn prove(lab: &mut Lab, member: &str, value: &str) -> bool {
    match member {
        _ if member.ends_with("_endpoint")
            || member.ends_with("_uri")
            || member == "service_documentation" =>
        {
            address(lab, member, value).await
        }
        "issuer" => lab.id_token["iss"] == value && value == lab.stage.issuer,
        "subject_types_supported" => value == "pairwise" && lab.other_sub != lab.id_token["sub"],
        "claims_supported" => lab.id_token.get(value).or_else(|| lab.userinfo.get(value)).is_some(),
        _ if member.contains("_auth_") => authentication(lab, member, value).await,
        _ if member.contains("_signing_alg") => signing(lab, member, value).await,
        _ => request(lab, member, value).await,
    }
}

/// An address answers as what it is said to be.
async fn address(lab: &Lab, member: &str, value: &str) -> bool {
    let http = &lab.stage.http;
    let status =
        |answer: Result<reqwest::Response, reqwest::Error>| answer.expect("an answer").status().as_u16();
    match member {
        "token_endpoint"
        | "introspection_endpoint"
        | "revocation_endpoint"
        | "pushed_authorization_request_endpoint" => {
            status(http.post(value).form(&[("client_id", "caf")]).send().await) == 401
        }
        "userinfo_endpoint" => status(http.get(value).send().await) == 401,
        "authorization_endpoint" => {
            lab.stage.request(&lab.stage.caf, &[]).as_str().starts_with(value)
                && status(http.get(value).send().await) == 400
        }
        "jwks_uri" => !lab.keys.keys.is_empty() && status(http.get(value).send().await) == 200,
        "end_session_endpoint"
        | "service_documentation"
        | "op_policy_uri"
        | "op_tos_uri"
        | "status_list_aggregation_endpoint" => status(http.get(value).send().await) == 200,
        _ => false,
    }
}

/// A method, or an algorithm of assertions, authenticates a client at the endpoint it is named for.
async fn authentication(lab: &Lab, member: &str, value: &str) -> bool {
    let stage = &lab.stage;
    let (path, fields): (&str, &[(&str, &str)]) = match member.split("_endpoint").next() {
        Some("token") => ("/oauth/token", &[("grant_type", "client_credentials")]),
        Some("introspection") => ("/oauth/introspect", &[("token", "x")]),
        Some("revocation") => ("/oauth/revoke", &[("token", "x")]),
        _ => return false,
    };
    let id = name(member, value);
    if member.ends_with("_signing_alg_values_supported") || value == "private_key_jwt" {
        let key = Key::new(Algorithm::parse(value).unwrap_or(Algorithm::Es256));
        let jwks = json!({ "keys": [key.public()] });
        stage.client(&id, |new| new.jwks = Some(jwks)).await;
        return stage.by_assertion(path, &id, &key, fields).await == 200;
    }
    let auth = ClientAuth::parse(value).expect("a method");
    let client = stage.client(&id, |new| new.auth = Some(auth)).await;
    if auth == ClientAuth::SecretBasic {
        return stage.post(path, &client, fields).await.0 == 200;
    }
    let mut all = vec![("client_id", client.id.as_str()), ("client_secret", client.secret.as_str())];
    all.extend_from_slice(fields);
    stage.http.post(stage.url(path)).form(&all).send().await.expect("an answer").status() == 200
}

/// Something is signed by, or accepted with, this algorithm.
async fn signing(lab: &mut Lab, member: &str, value: &str) -> bool {
    let id = name(member, value);
    let algorithm = Algorithm::parse(value).expect("an algorithm");
    let named = Some(value.to_owned());
    match member {
        "id_token_signing_alg_values_supported" => {
            let client = lab.stage.client(&id, |new| new.id_token_alg = TokenAlgorithm::parse(value)).await;
            let tokens = lab.stage.log_in(&mut lab.browser, &client, &[]).await;
            lab.verified(tokens["id_token"].as_str().expect("a token"), value)["aud"] == id.as_str()
        }
        "userinfo_signing_alg_values_supported" => {
            let client = lab.stage.client(&id, |new| new.userinfo_alg = TokenAlgorithm::parse(value)).await;
            let tokens = lab.stage.log_in(&mut lab.browser, &client, &[]).await;
            let token = tokens["access_token"].as_str().expect("a token");
            let request = lab.stage.http.get(lab.stage.url("/oauth/userinfo")).bearer_auth(token);
            let body = request.send().await.expect("an answer").text().await.expect("a text");
            lab.verified(&body, value).get("sub").is_some()
        }
        "introspection_signing_alg_values_supported" => {
            let change = |new: &mut NewClient| new.options.introspection_signed_response_alg = named;
            let client = lab.stage.client(&id, change).await;
            let request = lab.stage.http.post(lab.stage.url("/oauth/introspect"));
            let request = request.basic_auth(&client.id, Some(&client.secret)).form(&[("token", "x")]);
            let body = request.send().await.expect("an answer").text().await.expect("a text");
            lab.verified(&body, value)["token_introspection"]["active"] == false
        }
        "authorization_signing_alg_values_supported" => {
            let change = |new: &mut NewClient| new.options.authorization_signed_response_alg = named;
            let client = lab.stage.client(&id, change).await;
            let url = lab.stage.request(&client, &[("response_mode", "jwt")]);
            let page = lab.browser.get(&url).await.expect("a page");
            let page = lab.stage.choose(&mut lab.browser, &page, "social").await;
            let response = parameter(&page.url, "response").unwrap_or_else(|| panic!("{}", page.url));
            lab.verified(&response, value).get("code").is_some()
        }
        "request_object_signing_alg_values_supported" => signed_request(lab, &id, algorithm).await,
        "dpop_signing_alg_values_supported" => bound_token(lab, algorithm).await,
        _ => false,
    }
}

async fn signed_request(lab: &Lab, id: &str, algorithm: Algorithm) -> bool {
    let key = Key::new(algorithm);
    let jwks = json!({ "keys": [key.public()] });
    let change = |new: &mut NewClient| {
        new.jwks = Some(jwks);
        new.auth = Some(ClientAuth::SecretBasic);
    };
    let client = lab.stage.client(id, change).await;
    let now = lab.stage.bench.now().seconds();
    let mut claims = json!({ "iss": id, "aud": lab.stage.issuer, "nbf": now, "exp": now + 60 });
    for (name, value) in lab.stage.request(&client, &[]).query_pairs() {
        claims[name.as_ref()] = Value::from(value.as_ref());
    }
    let object = key.sign(json!({ "typ": "oauth-authz-req+jwt", "kid": key.public().kid }), &claims);
    let (status, told) =
        lab.stage.post("/oauth/par", &client, &[("client_id", id), ("request", &object)]).await;
    status == 201 || panic!("{told}")
}

async fn bound_token(lab: &Lab, algorithm: Algorithm) -> bool {
    let key = Key::new(algorithm);
    let stage = &lab.stage;
    let mut nonce = Value::Null;
    for _ in 0..2 {
        let jti = random_token(&SystemRandom::new(), 16);
        let mut claims = json!({
            "jti": jti, "htm": "POST", "htu": stage.url("/oauth/token").as_str(), "iat": stage.bench.now().seconds(),
        });
        if !nonce.is_null() {
            claims["nonce"] = nonce.clone();
        }
        let proof = key.sign(json!({ "typ": "dpop+jwt", "jwk": key.public() }), &claims);
        let request = stage.http.post(stage.url("/oauth/token")).header("DPoP", proof);
        let request = request.basic_auth(&stage.caf.id, Some(&stage.caf.secret));
        let answer = request.form(&[("grant_type", "client_credentials")]).send().await.expect("an answer");
        if let Some(fresh) = answer.headers().get("dpop-nonce") {
            nonce = Value::from(fresh.to_str().expect("a nonce"));
        }
        let body: Value = answer.json().await.expect("json");
        if body["token_type"] == "DPoP" {
            return true;
        }
    }
    false
}

/// A parameter of a request, or a switch, does what is said.
async fn request(lab: &mut Lab, member: &str, value: &str) -> bool {
    let stage = &lab.stage;
    let accepted = async |change: &[(&str, &str)]| stage.push(&stage.caf, change).await.0 == 201;
    match member {
        // The logins above came by an ordinary link.
        "require_pushed_authorization_requests" => value == "false",
        "response_types_supported" => accepted(&[("response_type", value)]).await,
        "response_modes_supported" => {
            let url = stage.request(&stage.caf, &[("response_mode", value)]);
            let page = lab.browser.get(&url).await.expect("a page");
            let page = stage.choose(&mut lab.browser, &page, "social").await;
            let signed = parameter(&page.url, "response").is_some();
            let iss = parameter(&page.url, "iss").is_some();
            if value.contains("jwt") { signed } else { iss && parameter(&page.url, "code").is_some() }
        }
        "grant_types_supported" => match value {
            "authorization_code" => lab.id_token.get("sub").is_some(),
            "client_credentials" => {
                stage.post("/oauth/token", &stage.caf, &[("grant_type", value)]).await.0 == 200
            }
            _ => false,
        },
        "code_challenge_methods_supported" => {
            accepted(&[("code_challenge_method", value)]).await
                && !accepted(&[("code_challenge_method", "plain")]).await
        }
        "scopes_supported" => scope(lab, value).await,
        "claims_parameter_supported" => value == "true" && lab.id_token.get("given_name").is_some(),
        "request_parameter_supported" => {
            value == "true" && signed_request(lab, "objet", Algorithm::Es256).await
        }
        "request_uri_parameter_supported" | "require_request_uri_registration" => {
            let change = [("request_uri", "https://caf.example/objet")];
            let mut stranger = stage.browser();
            let page = stranger.get(&stage.request(&stage.caf, &change)).await.expect("a page");
            let refused = page.status.as_u16() == 400
                || parameter(&page.url, "error").is_some_and(|error| error.starts_with("request_uri"));
            value == "false" && refused
        }
        "authorization_response_iss_parameter_supported" => {
            let page =
                lab.browser.get(&stage.request(&stage.caf, &[("prompt", "none")])).await.expect("a page");
            value == "true" && parameter(&page.url, "iss").as_deref() == Some(stage.issuer.as_str())
        }
        "authorization_details_types_supported" => {
            let detail = |kind: &str| json!([{ "type": kind, "privileges": ["social"] }]).to_string();
            accepted(&[("authorization_details", detail(value).as_str())]).await
                && !accepted(&[("authorization_details", detail("urn:x").as_str())]).await
        }
        ACR if value.ends_with(":substantial") => {
            let mut tx = stage.bench.db.begin().await.expect("a transaction");
            let better = Sql::same("UPDATE persons SET identification = 'eidas2'");
            tx.query(better).execute().await.expect("identified better");
            tx.commit().await.expect("committed");
            let tokens = stage.log_in(&mut lab.browser, &stage.caf, &[]).await;
            payload(&tokens["id_token"])["acr"] == value
        }
        ACR => lab.id_token["acr"] == value && accepted(&[("acr_values", value)]).await,
        "prompt_values_supported" => accepted(&[("prompt", value)]).await,
        "ui_locales_supported" => accepted(&[("ui_locales", value)]).await,
        _ => false,
    }
}

async fn scope(lab: &Lab, value: &str) -> bool {
    let stage = &lab.stage;
    if value == "openid" || ["profile", "birth", "email"].contains(&value) {
        let wanted = if value == "openid" { value.to_owned() } else { format!("openid {value}") };
        return stage.push(&stage.caf, &[("scope", &wanted)]).await.0 == 201;
    }
    if ["mandates", "offline_access"].contains(&value) {
        return false;
    }
    let id = name("scope", value);
    let granted = ["openid".to_owned(), value.to_owned()];
    let client = stage.client(&id, |new| new.scopes = Some(granted.into())).await;
    let fields = [("grant_type", "client_credentials"), ("scope", value)];
    let (status, token) = stage.post("/oauth/token", &client, &fields).await;
    status == 200 && token["scope"] == value
}

fn told_elsewhere(member: &str, value: &str) -> Option<&'static str> {
    let fits = |row: &&(&str, &str, &str)| row.0 == member && (row.1 == value || row.1 == "*");
    TOLD_ELSEWHERE.iter().find(fits).map(|row| row.2)
}

fn tests_of_this_house() -> String {
    fn read(folder: &std::path::Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push_str(&std::fs::read_to_string(&path).expect("a file"));
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    read(&root.join("tests"), &mut all);
    read(&root.join("src"), &mut all);
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_value_has_its_proof() {
    let mut lab = Lab::open().await;
    let sources = tests_of_this_house();
    let mut unproved = Vec::new();
    let document = lab.document.clone();
    for (member, said) in &document {
        let values = match said {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        assert!(!values.is_empty(), "{member} says nothing");
        for value in values {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let proved = prove(&mut lab, member, &value).await;
            let told =
                told_elsewhere(member, &value).is_some_and(|test| sources.contains(&format!("fn {test}(")));
            if !proved && !told {
                unproved.push(format!("{member}: {value}"));
            }
        }
    }
    assert!(unproved.is_empty(), "without a proof:\n{}", unproved.join("\n"));
}
