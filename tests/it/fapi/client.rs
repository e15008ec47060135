//! A client of the FAPI 2.0 profile with keys of its own: pushes, signs, proves and checks as a bank's library would.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::Jwk;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::bench::Bench;
use procura::operations::register_client::NewClient;
use reqwest::Method;
use reqwest::header::HeaderMap;
use ring::signature::RsaKeyPair;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::spaces::Scene;
use crate::spaces::registered;
use crate::world::World;

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key that signs whatever header it is given.
pub enum Key {
    Own(Box<SigningKey>),
    Pss(Box<RsaKeyPair>, Box<Jwk>),
}

impl Key {
    /// A fresh key; PS256 is made of an RSA key here, since the gateway itself never signs with it.
    pub fn fresh(algorithm: Algorithm) -> Self {
        let random = SystemRandom::new();
        if algorithm != Algorithm::Ps256 {
            return Self::Own(Box::new(SigningKey::generate(algorithm, &random).expect("a key").0));
        }
        let (key, pkcs8) = SigningKey::generate(Algorithm::Rs256, &random).expect("a key");
        let pair = RsaKeyPair::from_pkcs8(&pkcs8).expect("the same key");
        Self::Pss(Box::new(pair), Box::new(Jwk { alg: Some("PS256".to_owned()), ..key.public_jwk() }))
    }

    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Own(key) => key.algorithm(),
            Self::Pss(..) => Algorithm::Ps256,
        }
    }

    pub fn jwk(&self) -> Jwk {
        match self {
            Self::Own(key) => key.public_jwk(),
            Self::Pss(_, jwk) => jwk.as_ref().clone(),
        }
    }

    pub fn thumbprint(&self) -> String {
        self.jwk().thumbprint().expect("a thumbprint")
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Own(key) => key.sign(message).expect("signed"),
            Self::Pss(pair, _) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                #[expect(clippy::disallowed_methods, reason = "ring signs with its own source only")]
                let random = ring::rand::SystemRandom::new();
                pair.sign(&ring::signature::RSA_PSS_SHA256, &random, message, &mut signature)
                    .expect("signed");
                signature
            }
        }
    }

    /// The usual header of this type, with members changed (`null`: left out).
    pub fn header(&self, typ: &str, change: &Value) -> Value {
        let usual = json!({ "typ": typ, "alg": self.algorithm().as_str(), "kid": self.jwk().kid });
        changed(usual, change)
    }

    /// A token with exactly this header and these claims.
    pub fn token(&self, header: &Value, claims: &Value) -> String {
        self.token_of(&header.to_string(), &claims.to_string())
    }

    /// A token with this text as header and claims.
    pub fn token_of(&self, header: &str, claims: &str) -> String {
        let input = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
        format!("{input}.{}", b64(&self.sign(input.as_bytes())))
    }
}

/// `value` with the members of `change`; a `null` takes one away.
pub fn changed(mut value: Value, change: &Value) -> Value {
    for (name, new) in change.as_object().expect("an object") {
        if new.is_null() {
            value.as_object_mut().expect("an object").remove(name);
        } else {
            value[name] = new.clone();
        }
    }
    value
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }

    pub fn nonce(&self) -> Option<String> {
        self.headers.get("dpop-nonce").map(|nonce| nonce.to_str().expect("text").to_owned())
    }

    /// The challenges of a 401 as one text.
    pub fn challenges(&self) -> String {
        let values = self.headers.get_all("www-authenticate").iter();
        values.map(|value| value.to_str().expect("text")).collect::<Vec<_>>().join(" | ")
    }

    pub fn token(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.body)).to_owned()
    }
}

/// Parameters of a request, in order.
pub type Fields = Vec<(String, String)>;

/// One client.
pub struct FapiClient {
    pub id: String,
    /// Authenticates it and signs its requests.
    pub signer: Key,
    /// Its tokens are bound to this one.
    pub dpop: Key,
    pub redirect_uri: Url,
    bench: Bench,
    http: reqwest::Client,
    base: Url,
    nonce: Mutex<Option<String>>,
    count: AtomicU64,
}

impl FapiClient {
    /// An administration of the profile with every default.
    pub async fn register(world: &World, id: &str) -> Self {
        Self::register_with(world, id, Algorithm::Es256, |_| {}).await
    }

    /// An administration whose registration differs, with keys of this algorithm.
    pub async fn register_with(
        world: &World,
        id: &str,
        algorithm: Algorithm,
        change: impl FnOnce(&mut NewClient),
    ) -> Self {
        let signer = Key::fresh(algorithm);
        let redirect_uri = world.at(&format!("/retour-{id}"));
        let mut new = NewClient::new(ClientKind::Administration, format!("Guichet {id}"));
        new.id = ClientId::parse(id);
        new.themes = [Theme::Social, Theme::Logement].into();
        new.redirect_uris.insert(redirect_uri.to_string());
        new.jwks = Some(json!({ "keys": [signer.jwk()] }));
        change(&mut new);
        registered(world, new).await;
        let proving = if algorithm == Algorithm::Rs256 { Algorithm::Es256 } else { algorithm };
        Self {
            id: id.to_owned(),
            signer,
            dpop: Key::fresh(proving),
            redirect_uri,
            bench: world.bench.clone(),
            http: world.http.clone(),
            base: world.url.clone(),
            nonce: Mutex::new(None),
            count: AtomicU64::new(0),
        }
    }

    pub fn issuer(&self) -> &str {
        self.bench.config.server.public_url.as_str()
    }

    pub fn at(&self, path: &str) -> Url {
        self.base.join(path).expect("an address")
    }

    pub fn now(&self) -> i64 {
        self.bench.now().seconds()
    }

    fn number(&self) -> String {
        format!("{}-{}", self.id, self.count.fetch_add(1, Ordering::SeqCst))
    }

    /// The claims of a fresh assertion, some changed.
    pub fn assertion_claims(&self, change: &Value) -> Value {
        let now = self.now();
        let usual = json!({
            "iss": self.id, "sub": self.id, "aud": self.issuer(), "jti": self.number(), "iat": now, "exp": now + 60,
        });
        changed(usual, change)
    }

    /// A fresh assertion, some of it changed.
    pub fn assertion(&self, header: &Value, claims: &Value) -> String {
        self.signer.token(&self.signer.header("JWT", header), &self.assertion_claims(claims))
    }

    /// The claims of a fresh proof, some changed.
    pub fn proof_claims(&self, method: &str, path: &str, token: Option<&str>, change: &Value) -> Value {
        let mut usual = json!({
            "jti": self.number(), "htm": method, "htu": self.at(path).as_str(), "iat": self.now(),
        });
        if let Some(token) = token {
            usual["ath"] = json!(b64(&sha256(token.as_bytes())));
        }
        if let Some(nonce) = self.nonce.lock().expect("a lock").clone() {
            usual["nonce"] = json!(nonce);
        }
        changed(usual, change)
    }

    /// A header of a proof by this key, some of it changed.
    pub fn proof_header(key: &Key, change: &Value) -> Value {
        let usual = json!({ "typ": "dpop+jwt", "alg": key.algorithm().as_str(), "jwk": key.jwk() });
        changed(usual, change)
    }

    /// A fresh proof.
    pub fn proof(&self, method: &str, path: &str, token: Option<&str>) -> String {
        self.proof_with(method, path, token, &json!({}), &json!({}))
    }

    /// A fresh proof, some of it changed.
    pub fn proof_with(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        header: &Value,
        claims: &Value,
    ) -> String {
        let header = Self::proof_header(&self.dpop, header);
        self.dpop.token(&header, &self.proof_claims(method, path, token, claims))
    }

    /// Learns the nonce of the moment, as from any answer to a proof.
    pub async fn learn(&self) {
        *self.nonce.lock().expect("a lock") = None;
        let proof = self.proof("POST", "/oauth/token", None);
        let answer = self.send("/oauth/token", &[("grant_type", "client_credentials")], &[&proof]).await;
        assert_eq!(answer.error(), (400, "use_dpop_nonce"), "{answer:?}");
        *self.nonce.lock().expect("a lock") = answer.nonce();
    }

    /// A form with a fresh assertion and exactly these proofs.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)], proofs: &[&str]) -> Answer {
        let assertion = self.assertion(&json!({}), &json!({}));
        self.send_as(&assertion, path, fields, proofs).await
    }

    /// A form with this assertion and exactly these proofs.
    pub async fn send_as(
        &self,
        assertion: &str,
        path: &str,
        fields: &[(&str, &str)],
        proofs: &[&str],
    ) -> Answer {
        let mut all = vec![("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
        all.extend_from_slice(fields);
        let mut call = self.http.post(self.at(path)).form(&all);
        for proof in proofs {
            call = call.header("dpop", *proof);
        }
        answer(call).await
    }

    /// A form sent as an honest client does: with a proof, once more with the nonce it is told.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        for _ in 0..2 {
            let proof = self.proof("POST", path, None);
            let answer = self.send(path, fields, &[&proof]).await;
            if answer.nonce().is_some() {
                *self.nonce.lock().expect("a lock") = answer.nonce();
            }
            if answer.error().1 != "use_dpop_nonce" {
                return answer;
            }
        }
        panic!("a nonce that was just given is not taken");
    }

    /// A resource asked for as an honest client does.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        for _ in 0..2 {
            let proof = self.proof("GET", path, Some(token));
            let answer = self.call(Method::GET, path, &format!("DPoP {token}"), &[&proof]).await;
            if answer.nonce().is_some() {
                *self.nonce.lock().expect("a lock") = answer.nonce();
            }
            if !answer.challenges().contains("use_dpop_nonce") {
                return answer;
            }
        }
        panic!("a nonce that was just given is not taken");
    }

    /// A resource asked for with exactly this.
    pub async fn call(&self, method: Method, path: &str, authorization: &str, proofs: &[&str]) -> Answer {
        let mut call = self.http.request(method, self.at(path)).header("authorization", authorization);
        for proof in proofs {
            call = call.header("dpop", *proof);
        }
        answer(call).await
    }

    /// The parameters of an ordinary request, some changed (empty: left out).
    pub fn request(&self, change: &[(&str, &str)]) -> Fields {
        let challenge = b64(&sha256(VERIFIER.as_bytes()));
        let usual = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(new, _)| new == name));
        let all = kept.chain(change.iter().filter(|(_, value)| !value.is_empty()));
        all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Pushes an ordinary request, some of it changed.
    pub async fn push(&self, change: &[(&str, &str)]) -> Answer {
        let fields = self.request(change);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post("/oauth/par", &fields).await
    }

    /// Where the browser goes with a pushed request.
    pub fn link(&self, pushed: &Answer) -> Url {
        assert_eq!(pushed.status, 201, "{}", pushed.body);
        let mut url = self.at("/oauth/authorize");
        url.query_pairs_mut()
            .append_pair("client_id", &self.id)
            .append_pair("request_uri", &pushed.token("request_uri"));
        url
    }

    /// A code, by a pushed request that differs and the aidant's choices.
    pub async fn code_with(&self, scene: &mut Scene, change: &[(&str, &str)]) -> Url {
        let pushed = self.push(change).await;
        let page = visit(scene, &self.link(&pushed)).await;
        choose(scene, &page).await.url
    }

    /// An ordinary code.
    pub async fn code(&self, scene: &mut Scene) -> String {
        let url = self.code_with(scene, &[]).await;
        parameter(&url, "code").unwrap_or_else(|| panic!("a code at {url}"))
    }

    /// The fields that redeem a code.
    pub fn redemption<'a>(&'a self, code: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ]
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        self.post("/oauth/token", &self.redemption(code)).await
    }

    /// A whole delegated login.
    pub async fn tokens(&self, scene: &mut Scene) -> Answer {
        let code = self.code(scene).await;
        let tokens = self.redeem(&code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        tokens
    }

    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.post("/oauth/introspect", &[("token", token)]).await;
        answer.body["active"].as_bool().unwrap_or_else(|| panic!("a verdict: {answer:?}"))
    }

    /// The provider's keys, fetched where its metadata says.
    pub async fn provider_keys(&self) -> JwkSet {
        let metadata = answer(self.http.get(self.at("/.well-known/openid-configuration"))).await;
        let keys = answer(self.http.get(metadata.token("jwks_uri"))).await;
        serde_json::from_value(keys.body).expect("a set")
    }

    /// A token of the provider, checked with the keys it publishes.
    pub async fn verified(&self, token: &str, typ: &str, algorithm: Algorithm) -> Map<String, Value> {
        let expected = Expected { typ: TypRule::Exactly(typ), algorithms: &[algorithm] };
        let verified = jose::verify(token, &self.provider_keys().await, &expected);
        verified.unwrap_or_else(|error| panic!("{error} of {typ}: {token}")).claims
    }
}

async fn answer(call: reqwest::RequestBuilder) -> Answer {
    let answer = call.send().await.expect("an answer");
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, text, body }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Opens an authorization address in the aidant's browser; a stale second factor is given again.
pub async fn visit(scene: &mut Scene, link: &Url) -> Page {
    if scene.aidant.get(&scene.world, "/aidant").await.url.path() != "/aidant" {
        scene.aidant.login(&scene.world).await;
    }
    let mut page = scene.aidant.browser.get(link).await.expect("a page");
    if page.url.path() == "/aidant/second-facteur" {
        page = scene.aidant.second_factor(&scene.world, &page).await;
    }
    page
}

/// Both choices of an act, for Jeanne and the first theme; the page after.
pub async fn choose(scene: &mut Scene, page: &Page) -> Page {
    let browser: &mut Browser = &mut scene.aidant.browser;
    let form = page.form_last_in_main().unwrap_or_else(|error| panic!("{error} at {}", page.url));
    let form = form.choose(&["Jeanne", "Lefèvre"]).expect("her");
    let page = browser.submit(&form).await.expect("the themes");
    let form = page.form_last_in_main().expect("the themes").with(&[("theme", "social")]).expect("the theme");
    browser.submit(&form).await.expect("an answer")
}
