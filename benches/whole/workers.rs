//! What each line of the table does: one operation whole, its answer checked.

use std::sync::Arc;

use procura::config::SystemClock;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::jose;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::crypto::random::random_token;
use procura::demo::browser::cookies::CookieJar;
use procura::domain::time::Clock;
use serde_json::Value;
use serde_json::json;

use crate::cell::Worker;
use crate::drive::forms::Form;
use crate::drive::login::Client;
use crate::drive::login::Track;
use crate::drive::login::User;
use crate::drive::login::decide;
use crate::drive::login::member;
use crate::drive::login::parameter;
use crate::drive::prepare::REDIRECT;
use crate::drive::visitor::Visitor;
use crate::drive::wire::Answer;
use crate::drive::wire::Trouble;
use crate::drive::wire::Wire;
use crate::scene::API;

const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Worker for User {
    async fn turn(&mut self) -> Result<(), Trouble> {
        self.login().await.map(drop)
    }
}

/// A page of somebody who is logged in.
pub struct Reader {
    visitor: Visitor,
    path: &'static str,
    words: &'static str,
}

impl Reader {
    /// Reads `path` again and again; each page must hold `words`.
    pub fn new(track: &Track, jar: CookieJar, path: &'static str, words: &'static str) -> Self {
        Self { visitor: track.visitor(jar), path, words }
    }
}

impl Worker for Reader {
    async fn turn(&mut self) -> Result<(), Trouble> {
        let page = self.visitor.open(self.path).await?.page()?;
        if page.url.path() == self.path && page.answer.text().contains(self.words) {
            return Ok(());
        }
        Err(Trouble::Wrong(format!("another page than {}: {}", self.path, page.url)))
    }
}

/// Something that everybody may fetch.
pub struct Fetcher {
    wire: Wire,
    path: String,
    accept: &'static str,
    begins: &'static str,
}

impl Fetcher {
    /// Fetches `path` again and again; each answer must begin as said.
    pub fn new(wire: Wire, path: &str, accept: &'static str, begins: &'static str) -> Self {
        Self { wire, path: path.to_owned(), accept, begins }
    }
}

impl Worker for Fetcher {
    async fn turn(&mut self) -> Result<(), Trouble> {
        let answer = self.wire.get(&self.path, &[("accept", self.accept)]).await?.must(200, &self.path)?;
        if answer.body.starts_with(self.begins.as_bytes()) {
            return Ok(());
        }
        Err(Trouble::Wrong(format!("not what {} is: {}", self.path, answer.text())))
    }
}

/// Introspection of a living token (RFC 7662), with a client secret.
pub struct Introspector {
    wire: Wire,
    path: &'static str,
    basic: String,
    body: String,
}

impl Introspector {
    /// Asks for this token again and again.
    pub fn new(wire: Wire, path: &'static str, basic: &str, token: &str) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
        Self { wire, path, basic: basic.to_owned(), body }
    }
}

impl Worker for Introspector {
    async fn turn(&mut self) -> Result<(), Trouble> {
        let headers = [("authorization", self.basic.as_str())];
        let answer = self.wire.call("POST", self.path, &headers, Some(&self.body)).await?;
        let answer = answer.must(200, self.path)?.json()?;
        if answer["active"] == true {
            return Ok(());
        }
        Err(Trouble::Wrong(format!("not active: {answer}")))
    }
}

/// What an aidant's software presents for an exchange.
#[derive(Clone)]
pub struct Presented {
    software: Client,
    access: String,
    mandate: String,
}

impl Presented {
    /// The aidant logs into her software and it fetches a signed mandate.
    ///
    /// # Errors
    /// When an answer does not come or is not what it must be.
    pub async fn gather(track: &Track, software: &Client) -> Result<Self, Trouble> {
        let jar = track.aidants.first().cloned().unwrap_or_default();
        let mut visitor = track.visitor(jar);
        let verifier = random_token(&SystemRandom::new(), 32);
        let mut url = track.base.clone();
        url.set_path(&track.authorize);
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &software.id),
            ("redirect_uri", REDIRECT),
            ("scope", "openid mandates"),
            ("state", "state"),
            ("nonce", &verifier),
            ("code_challenge", &b64(&sha256(verifier.as_bytes()))),
            ("code_challenge_method", "S256"),
        ]);
        let page = visitor.come(&url).await?.page()?;
        let form = Form::last_in_main(&page.answer.text())?.press("decision", "approve")?;
        let code = parameter(&visitor.submit(&page, &form).await?.away()?, "code")?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier.as_str()),
        ];
        let basic = [("authorization", software.basic.as_str())];
        let mut wire = track.wire();
        let answer = wire.post(&track.token, &basic, &fields).await?.must(200, "token")?.json()?;
        let access = member(&answer, "access_token")?;
        let bearer = format!("Bearer {access}");
        let bearer = [("authorization", bearer.as_str())];
        let listed = wire.get("/api/v1/mandates", &bearer).await?.must(200, "mandates")?.json()?;
        let identifier = member(&listed["mandates"][0], "identifier")?;
        let path = format!("/api/v1/mandates/{identifier}/token");
        let answer = wire.call("POST", &path, &bearer, None).await?.must(201, "mandate token")?.json()?;
        Ok(Self { software: software.clone(), access, mandate: member(&answer, "mandate_token")? })
    }
}

/// Token exchange (RFC 8693): each is an act of its own.
pub struct Exchanger {
    wire: Wire,
    path: String,
    presented: Presented,
}

impl Exchanger {
    /// Exchanges the same tokens again and again.
    pub fn new(track: &Track, presented: Presented) -> Self {
        Self { wire: track.wire(), path: track.token.clone(), presented }
    }
}

impl Worker for Exchanger {
    async fn turn(&mut self) -> Result<(), Trouble> {
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", self.presented.mandate.as_str()),
            ("subject_token_type", JWT),
            ("actor_token", self.presented.access.as_str()),
            ("actor_token_type", ACCESS),
            ("resource", API),
            ("authorization_details", r#"[{"type":"urn:procura:mandate","privileges":["social"]}]"#),
        ];
        let basic = [("authorization", self.presented.software.basic.as_str())];
        let answer = self.wire.post(&self.path, &basic, &fields).await?.must(200, "exchange")?.json()?;
        member(&answer, "access_token").map(drop)
    }
}

/// A complete login of the FAPI 2.0 profile: pushed request, `private_key_jwt`, tokens bound to a key (RFC 9449).
pub struct FapiUser {
    visitor: Visitor,
    back: Wire,
    track: Arc<Track>,
    client: String,
    key: Arc<SigningKey>,
    jwk: Value,
    nonce: Option<String>,
    number: usize,
    turn: usize,
}

impl FapiUser {
    /// The user of this number; the key authenticates the client and its tokens are bound to it.
    pub fn new(track: &Arc<Track>, (client, key): &(String, Arc<SigningKey>), number: usize) -> Self {
        let jar = track.aidants.get(number % track.aidants.len().max(1)).cloned().unwrap_or_default();
        Self {
            visitor: track.visitor(jar),
            back: track.wire(),
            track: Arc::clone(track),
            client: client.clone(),
            key: Arc::clone(key),
            jwk: json!(key.public_jwk()),
            nonce: None,
            number,
            turn: 0,
        }
    }

    fn assertion(&self) -> Result<String, Trouble> {
        let now = SystemClock.now().seconds();
        let issuer = self.track.base.as_str().trim_end_matches('/');
        let claims = json!({
            "iss": self.client, "sub": self.client, "aud": issuer, "jti": random_token(&SystemRandom::new(), 16),
            "iat": now, "exp": now + 60,
        });
        jose::sign(&self.key, Some("JWT"), &claims).map_err(|error| Trouble::Wrong(error.to_string()))
    }

    fn proof(&self, method: &str, path: &str, token: Option<&str>) -> Result<String, Trouble> {
        let url = format!("{}{path}", self.track.base.as_str().trim_end_matches('/'));
        let mut claims = json!({
            "jti": random_token(&SystemRandom::new(), 16), "htm": method, "htu": url,
            "iat": SystemClock.now().seconds(),
        });
        if let Some(token) = token {
            claims["ath"] = b64(&sha256(token.as_bytes())).into();
        }
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = nonce.as_str().into();
        }
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk });
        let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        let signature = self.key.sign(input.as_bytes()).map_err(|error| Trouble::Wrong(error.to_string()))?;
        Ok(format!("{input}.{}", b64(&signature)))
    }

    /// Posts with assertion and proof; once more with the nonce it is told.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)], status: u16) -> Result<Value, Trouble> {
        for _ in 0..2 {
            let assertion = self.assertion()?;
            let mut all = vec![("client_assertion_type", ASSERTION), ("client_assertion", &assertion)];
            all.extend_from_slice(fields);
            let proof = self.proof("POST", path, None)?;
            let answer = self.back.post(path, &[("dpop", &proof)], &all).await?;
            self.learn(&answer);
            if answer.status == 400 && answer.text().contains("use_dpop_nonce") {
                continue;
            }
            return answer.must(status, path)?.json();
        }
        Err(Trouble::Wrong("a nonce that was just given is not taken".to_owned()))
    }

    fn learn(&mut self, answer: &Answer) {
        if let Some(told) = answer.header("dpop-nonce") {
            self.nonce = Some(told.to_owned());
        }
    }
}

fn asks_nonce(challenge: &str) -> bool {
    challenge.contains("use_dpop_nonce")
}

impl Worker for FapiUser {
    async fn turn(&mut self) -> Result<(), Trouble> {
        self.turn += 1;
        let track = Arc::clone(&self.track);
        let person = track.persons.get((self.number + self.turn) % track.persons.len().max(1));
        let person = person.ok_or_else(|| Trouble::Wrong("nobody to act for".to_owned()))?;
        let verifier = b64(&sha256(format!("fapi-{}-{}", self.number, self.turn).as_bytes()));
        let challenge = b64(&sha256(verifier.as_bytes()));
        let client = self.client.clone();
        let request = [
            ("client_id", client.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid profile birth email"),
            ("state", "state"),
            ("nonce", verifier.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let pushed = self.post("/oauth/par", &request, 201).await?;
        let mut url = track.base.clone();
        url.set_path(&track.authorize);
        let request_uri = member(&pushed, "request_uri")?;
        url.query_pairs_mut().append_pair("client_id", &client).append_pair("request_uri", &request_uri);
        let code = decide(&mut self.visitor, &url, person, "state").await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier.as_str()),
        ];
        let answer = self.post(&track.token, &fields, 200).await?;
        let token = member(&answer, "access_token")?;
        let authorization = format!("DPoP {token}");
        for _ in 0..2 {
            let proof = self.proof("GET", &track.userinfo, Some(&token))?;
            let headers = [("authorization", authorization.as_str()), ("dpop", proof.as_str())];
            let answer = self.back.get(&track.userinfo, &headers).await?;
            self.learn(&answer);
            if answer.status == 401 && answer.header("www-authenticate").is_some_and(asks_nonce) {
                continue;
            }
            let userinfo = answer.must(200, "userinfo")?.json()?;
            if userinfo["family_name"] == person.family_name.as_str() {
                return Ok(());
            }
            return Err(Trouble::Wrong(format!("another person: {userinfo}")));
        }
        Err(Trouble::Wrong("a nonce that was just given is not taken".to_owned()))
    }
}
