//! A business software as its developer would write it: secret, proofs, and what it checks.

use std::sync::Mutex;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::crypto::random::random_token;
use procura::demo::browser::page::Page;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::register_client::NewClient;
use secrecy::ExposeSecret;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::spaces::Scene;
use crate::spaces::registered;
use crate::world::World;

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";

/// A client with a secret and a key of its own, as its developer would write it.
pub struct Software {
    pub id: String,
    pub secret: String,
    pub redirect_uri: String,
    /// Its tokens are bound to this key; none sends no proofs.
    pub key: Option<SigningKey>,
    base: Url,
    http: reqwest::Client,
    now: Box<dyn Fn() -> i64 + Send + Sync>,
    nonce: Mutex<Option<String>>,
}

/// The answer to a call.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.body)).to_owned()
    }

    pub fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }
}

impl Software {
    /// Registers software for two themes of Jeanne's mandate and a third that is not in it.
    pub async fn register(world: &World, id: &str, bound: bool) -> Self {
        Self::register_as(world, id, bound, |_| {}).await
    }

    /// Registers a client that differs.
    pub async fn register_as(
        world: &World,
        id: &str,
        bound: bool,
        change: impl FnOnce(&mut NewClient),
    ) -> Self {
        let redirect_uri = world.at(&format!("/retour-{id}")).to_string();
        let mut new = NewClient::new(ClientKind::Software, format!("Logiciel {id}"));
        new.id = ClientId::parse(id);
        new.themes = [Theme::Social, Theme::Logement, Theme::Argent].into();
        new.redirect_uris.insert(redirect_uri.clone());
        change(&mut new);
        let registered = registered(world, new).await;
        let clock = world.clock.clone();
        Self {
            id: id.to_owned(),
            secret: registered.secret.expect("a secret").expose_secret().to_owned(),
            redirect_uri,
            key: bound
                .then(|| SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0),
            base: world.url.clone(),
            http: world.http.clone(),
            now: Box::new(move || procura::domain::time::Clock::now(clock.as_ref()).seconds()),
            nonce: Mutex::new(None),
        }
    }

    fn proof(&self, key: &SigningKey, method: &str, path: &str, token: Option<&str>) -> String {
        let url = self.base.join(path).expect("a path");
        let mut claims = json!({
            "jti": random_token(&SystemRandom::new(), 16), "htm": method, "htu": url.as_str(), "iat": (self.now)(),
        });
        if let Some(token) = token {
            claims["ath"] = b64(&sha256(token.as_bytes())).into();
        }
        if let Some(nonce) = self.nonce.lock().expect("a lock").as_deref() {
            claims["nonce"] = nonce.into();
        }
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": key.public_jwk() });
        let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        format!("{input}.{}", b64(&key.sign(input.as_bytes()).expect("signs")))
    }

    async fn send(&self, call: reqwest::RequestBuilder) -> (Answer, bool) {
        let response = call.send().await.expect("an answer");
        let told = response.headers().get("dpop-nonce").map(|nonce| nonce.to_str().expect("text").to_owned());
        let challenges = response.headers().get_all("www-authenticate").iter();
        let challenged = challenges
            .into_iter()
            .any(|value| value.to_str().is_ok_and(|value| value.contains("use_dpop_nonce")));
        if told.is_some() {
            *self.nonce.lock().expect("a lock") = told;
        }
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap_or(Value::Null);
        let again = challenged || body["error"] == "use_dpop_nonce";
        (Answer { status, body }, again)
    }

    /// A form posted with secret and proof; once more with the nonce it is told.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(self.key.as_ref(), path, fields).await
    }

    /// The same with this key.
    pub async fn post_with(&self, key: Option<&SigningKey>, path: &str, fields: &[(&str, &str)]) -> Answer {
        for _ in 0..2 {
            let url = self.base.join(path).expect("a path");
            let mut call = self.http.post(url).basic_auth(&self.id, Some(&self.secret)).form(fields);
            if let Some(key) = key {
                call = call.header("dpop", self.proof(key, "POST", path, None));
            }
            let (answer, again) = self.send(call).await;
            if !again {
                return answer;
            }
        }
        panic!("a nonce that was just given is not taken");
    }

    /// An API call with an access token, bound or not.
    pub async fn call(&self, method: &str, path: &str, token: &str) -> Answer {
        for _ in 0..2 {
            let url = self.base.join(path).expect("a path");
            let verb = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
            let plain = path.split('?').next().expect("a path");
            let call = match &self.key {
                Some(key) => self
                    .http
                    .request(verb, url)
                    .header("authorization", format!("DPoP {token}"))
                    .header("dpop", self.proof(key, method, plain, Some(token))),
                None => self.http.request(verb, url).bearer_auth(token),
            };
            let (answer, again) = self.send(call).await;
            if !again {
                return answer;
            }
        }
        panic!("a nonce that was just given is not taken");
    }

    /// The address of an ordinary login, some parameters changed (empty: left out).
    pub fn request(&self, change: &[(&str, &str)]) -> Url {
        let challenge = b64(&sha256(VERIFIER.as_bytes()));
        let usual = [
            ("client_id", self.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid mandates offline_access"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let mut url = self.base.join("/oauth/authorize").expect("a path");
        let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        url.query_pairs_mut().extend_pairs(kept.chain(change.iter().filter(|(_, value)| !value.is_empty())));
        url
    }

    /// The page that asks the aidant, her second factor given again where it is asked for.
    pub async fn page(&self, scene: &mut Scene, change: &[(&str, &str)]) -> Page {
        let world = &scene.world;
        if scene.aidant.get(world, "/aidant").await.url.path() != "/aidant" {
            scene.aidant.login(world).await;
        }
        let mut page = scene.aidant.browser.get(&self.request(change)).await.expect("a page");
        if page.url.path() == "/aidant/second-facteur" {
            page = scene.aidant.second_factor(world, &page).await;
        }
        page
    }

    /// She answers; the address the browser was sent to.
    pub async fn answer(&self, scene: &mut Scene, page: &Page, decision: &str) -> Url {
        let form = page.form_last_in_main().unwrap_or_else(|_| panic!("a form: {}", page.main_text()));
        let form = form.with(&[("decision", decision)]).expect("the button");
        scene.aidant.browser.submit(&form).await.expect("an answer").url
    }

    pub async fn code(&self, scene: &mut Scene) -> String {
        let page = self.page(scene, &[]).await;
        let back = self.answer(scene, &page, "approve").await;
        parameter(&back, "code").unwrap_or_else(|| panic!("a code at {back}"))
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth/token", &fields).await
    }

    /// A whole login.
    pub async fn login(&self, scene: &mut Scene) -> Answer {
        let code = self.code(scene).await;
        let answer = self.redeem(&code).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    pub async fn refresh(&self, refresh_token: &str) -> Answer {
        self.post("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    pub async fn is_active(&self, token: &str) -> bool {
        let answer = self.post("/oauth/introspect", &[("token", token)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["active"].as_bool().expect("a verdict")
    }

    /// The signed mandate for the first mandate of the list.
    pub async fn mandate_token(&self, access_token: &str) -> String {
        let listed = self.call("GET", "/api/v1/mandates", access_token).await;
        let identifier =
            listed.body["mandates"][0]["identifier"].as_str().unwrap_or_else(|| panic!("{listed:?}"));
        let answer = self.call("POST", &format!("/api/v1/mandates/{identifier}/token"), access_token).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.text("mandate_token")
    }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// The claims of a token as a client checks it: with the published keys.
pub async fn verified(world: &World, token: &str, typ: &'static str) -> Map<String, Value> {
    let call = world.http.get(world.at("/oauth/jwks")).send().await.expect("an answer");
    let keys: JwkSet = call.json().await.expect("keys");
    let rule = if typ == "JWT" { TypRule::JwtOrAbsent } else { TypRule::Exactly(typ) };
    let expected = Expected { typ: rule, algorithms: &[Algorithm::Es256] };
    jose::verify::<Map<String, Value>>(token, &keys, &expected).expect("verifies").claims
}
