//! Procura as the identity provider of FranceConnect: the observed request, the tokens, and whoever deviates.

mod flows;

use std::sync::Arc;

use axum::Router;
use procura::crypto::hash::sha256;
use procura::crypto::hash::unb64;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::broker::Broker;
use procura::demo::broker::ProviderRecord;
use procura::demo::broker::Settings;
use procura::demo::broker::callback_uri;
use procura::demo::broker::checks;
use procura::demo::broker::logout_callback_uri;
use procura::demo::broker::service;
use procura::demo::broker::service::Service;
use procura::demo::browser::page::Page;
use procura::demo::people;
use procura::domain::client::ClientKind;
use procura::domain::client::TokenAlgorithm;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::domain::time::Clock;
use procura::operations::keys;
use procura::operations::register_client::NewClient;
use procura::operations::rotate_client::Rotator;
use procura::operations::rotate_client::rotate_secret;
use secrecy::ExposeSecret;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use crate::consent::Handed;
use crate::consent::approved;
use crate::spaces;
use crate::spaces::registered;
use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;

const CLIENT: &str = "fc";
const NONCE: &str = "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f";
const STATE: &str = "0b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce0";
const LABEL: &str = "Social-Santé";

/// How the broker is registered.
#[derive(Clone, Copy, Default)]
struct Algorithms {
    id_token: Option<TokenAlgorithm>,
    userinfo: Option<TokenAlgorithm>,
}

/// A gateway, an aidant with somebody's mandate, the broker, and two services behind it.
struct Scene {
    world: World,
    aidant: Professional,
    mandate: Handed,
    broker: Broker,
    record: ProviderRecord,
    /// Broker and services.
    base: Url,
}

/// The tokens of one login, as a broker receives them.
struct Tokens {
    answer: Value,
    claims: Map<String, Value>,
    userinfo: Map<String, Value>,
}

impl Scene {
    async fn set(world: World) -> Self {
        Self::with(world, "jeanne", Algorithms::default()).await
    }

    async fn with(world: World, login: &str, algorithms: Algorithms) -> Self {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let mandate = approved(&world, &mut aidant, &["social", "papiers"], "semester", login).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://127.0.0.1:{}/", listener.local_addr().expect("an address").port());
        let base = Url::parse(&base).expect("an address");
        let issuer = format!("{base}api/v2");
        let secret = register(&world, &issuer, algorithms).await;
        let record = ProviderRecord {
            title: "Procura".to_owned(),
            issuer: world.url.as_str().trim_end_matches('/').to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: secret,
            id_token_alg: algorithms.id_token.unwrap_or(TokenAlgorithm::Es256).as_str().to_owned(),
            userinfo_alg: algorithms.userinfo.map(|algorithm| algorithm.as_str().to_owned()),
        };
        let (broker, router) = counterparts(&world, &base, &issuer, record.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { world, aidant, mandate, broker, record, base }
    }

    /// The observed request, with some parameters changed (empty: left out).
    fn request(&self, change: &[(&str, &str)]) -> Url {
        let back = callback_uri(&format!("{}api/v2", self.base));
        let claims = json!({"id_token": {"rep_scope": {"essential": true, "values": [LABEL]}}}).to_string();
        let usual = [
            ("client_id", CLIENT),
            ("scope", "openid profile email birth"),
            ("response_type", "code"),
            ("redirect_uri", back.as_str()),
            ("acr_values", "eidas1"),
            ("nonce", NONCE),
            ("state", STATE),
            ("prompt", "login"),
            ("claims", claims.as_str()),
        ];
        let mut url = self.world.at("/oauth/authorize");
        let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        url.query_pairs_mut().extend_pairs(kept.chain(change.iter().filter(|(_, value)| !value.is_empty())));
        url
    }

    /// Opens an address as the aidant, who gives a fresh code where one is asked for.
    async fn visit(&mut self, url: &Url) -> Page {
        let page = self.aidant.browser.get(url).await.expect("a page");
        self.fresh(page).await
    }

    async fn fresh(&mut self, page: Page) -> Page {
        if page.url.path() == "/aidant/second-facteur" {
            return self.aidant.second_factor(&self.world, &page).await;
        }
        page
    }

    /// Answers both questions.
    async fn choose(&mut self, page: &Page, names: &[&str], theme: &str) -> Page {
        let form = page.form_last_in_main().expect("the persons").choose(names);
        let form = form.unwrap_or_else(|error| panic!("{error}: {}", page.main_text()));
        let page = self.aidant.browser.submit(&form).await.expect("the themes");
        let form = page.form_last_in_main().expect("the themes").with(&[("theme", theme)]).expect("it");
        self.aidant.browser.submit(&form).await.expect("an answer")
    }

    /// One login as the broker itself makes it, to its tokens.
    async fn tokens(&mut self, names: &[&str], theme: &str) -> Tokens {
        let page = self.visit(&self.request(&[("claims", "")])).await;
        let page = self.choose(&page, names, theme).await;
        assert_eq!(parameter(&page.url, "state").as_deref(), Some(STATE));
        assert_eq!(parameter(&page.url, "iss").as_deref(), Some(self.record.issuer.as_str()));
        let code = parameter(&page.url, "code").unwrap_or_else(|| panic!("a code: {page:?}"));
        let (status, answer) = self.redeem(&code).await;
        assert_eq!(status, 200, "{answer}");
        let keys = keys::jwks(&self.world.bench).await.expect("keys");
        let id_token = answer["id_token"].as_str().expect("an ID token");
        let claims = checks::open_signed(id_token, &self.record.id_token_alg, &self.record, &keys)
            .expect("its claims");
        let call = self.world.http.get(self.world.at("/oauth/userinfo"));
        let call = call.bearer_auth(answer["access_token"].as_str().expect("a token"));
        let response = call.send().await.expect("userinfo");
        assert_eq!(response.status().as_u16(), 200);
        let text = response.text().await.expect("userinfo");
        let userinfo = match &self.record.userinfo_alg {
            Some(algorithm) => checks::open_signed(&text, algorithm, &self.record, &keys).expect("signed"),
            None => serde_json::from_str(&text).expect("JSON"),
        };
        checks::check_id_token(&claims, &self.record, NONCE, self.world.clock.now())
            .expect("as FranceConnect checks");
        checks::check_identity(&userinfo).expect("as FranceConnect checks");
        Tokens { answer, claims, userinfo }
    }

    async fn redeem(&self, code: &str) -> (u16, Value) {
        let back = callback_uri(&format!("{}api/v2", self.base));
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", back.as_str()),
            ("client_id", CLIENT),
            ("client_secret", self.record.client_secret.as_str()),
        ];
        let answer = self
            .world
            .http
            .post(self.world.at("/oauth/token"))
            .form(&fields)
            .send()
            .await
            .expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

async fn register(world: &World, issuer: &str, algorithms: Algorithms) -> String {
    let mut new = NewClient::new(ClientKind::IdentityBroker, "FranceConnect d’essai");
    new.id = ClientId::parse(CLIENT);
    new.themes = Theme::ALL.iter().copied().filter(|theme| *theme != Theme::Loisirs).collect();
    new.redirect_uris.insert(callback_uri(issuer));
    new.post_logout_redirect_uris.insert(logout_callback_uri(issuer));
    new.id_token_alg = algorithms.id_token;
    new.userinfo_alg = algorithms.userinfo;
    let secret = registered(world, new).await.secret.expect("a secret").expose_secret().to_owned();
    assert!(secret.len() >= 32);
    secret
}

fn counterparts(world: &World, base: &Url, issuer: &str, record: ProviderRecord) -> (Broker, Router) {
    let random = Arc::new(SystemRandom::new());
    let services =
        people::BROKERED_SERVICES.map(|about| (about, service::record(base, &about, "s".repeat(40))));
    let broker = Broker::new(Settings {
        issuer: Url::parse(issuer).expect("an address"),
        services: services.iter().map(|(_, record)| record.clone()).collect(),
        provider: record,
        http: world.http.clone(),
        clock: world.clock.clone(),
        random: random.clone(),
        key: SigningKey::generate(Algorithm::Es256, random.as_ref()).expect("a key").0,
        subject_secret: [3; 32],
    });
    let router = services.into_iter().fold(broker.router(), |router, (about, record)| {
        let (http, clock) = (world.http.clone(), world.clock.clone());
        let service = Service::new(about, record, issuer.to_owned(), http, clock, random.clone());
        router.merge(service.router())
    });
    (broker, router)
}

/// HMAC-SHA-256 as RFC 2104 writes it, from the hash alone.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    let short = if key.len() > 64 { sha256(key).to_vec() } else { key.to_vec() };
    block[..short.len()].copy_from_slice(&short);
    let inner: Vec<u8> = block.iter().map(|byte| byte ^ 0x36).chain(message.iter().copied()).collect();
    let outer: Vec<u8> = block.iter().map(|byte| byte ^ 0x5c).chain(sha256(&inner)).collect();
    sha256(&outer)
}

fn header(token: &str) -> Value {
    let head = token.split('.').next().and_then(unb64).expect("a header");
    serde_json::from_slice(&head).expect("a header")
}

const JEANNE: [&str; 2] = ["Jeanne", "Lefèvre"];

on_each_database! {
    async fn the_observed_request_is_answered_to_the_letter(world) {
        let mut scene = Scene::set(world).await;
        let Tokens { answer, claims, userinfo } = scene.tokens(&JEANNE, "social").await;
        assert_eq!(header(answer["id_token"].as_str().expect("a token"))["alg"], "ES256");
        assert_eq!(claims["rep_scope"], json!([LABEL]));
        assert_eq!(claims["acr"], "eidas1");
        let life = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
        assert!((1..=60).contains(&life) && answer["expires_in"].as_i64().is_some_and(|left| left <= 60), "{life}");
        assert_eq!(claims["sub"], userinfo["sub"]);
        let given: Vec<(&str, &str)> =
            userinfo.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("text"))).collect();
        assert_eq!(
            given.into_iter().filter(|(name, _)| *name != "sub").collect::<Vec<_>>(),
            [("birthcountry", "99100"), ("birthdate", "1948-04-12"), ("birthplace", "21231"),
             ("email", "jeanne@courriel.example"), ("family_name", "Lefèvre"), ("gender", "female"), ("given_name", "Jeanne Marie")]
        );
        scene.world.clock.advance(std::time::Duration::from_secs(61));
        let call = scene.world.http.get(scene.world.at("/oauth/userinfo"));
        let late = call.bearer_auth(answer["access_token"].as_str().expect("a token")).send().await.expect("an answer");
        assert_eq!(late.status().as_u16(), 401);
    }

    async fn a_person_has_one_sub_here_and_another_elsewhere(world) {
        let mut scene = Scene::set(world).await;
        let first = scene.tokens(&JEANNE, "social").await;
        let second = scene.tokens(&JEANNE, "papiers").await;
        assert_eq!(first.claims["sub"], second.claims["sub"]);
        assert_eq!(second.claims["rep_scope"], json!(["Papier-Citoyenneté-Elections"]));
        let caf = spaces::service(&scene.world, "caf", "Caisse d’essai").await;
        let mut other = spaces::Scene { world: scene.world, aidant: scene.aidant, mandate: scene.mandate, caf };
        let acted = other.act("social").await;
        let parts: Vec<&str> = acted.mandate_token.split('.').collect();
        let mandate: Value = serde_json::from_slice(&unb64(parts[1]).expect("claims")).expect("claims");
        assert_ne!(mandate["sub"], first.claims["sub"]);
    }

    async fn a_presumed_date_and_a_birth_abroad_are_replayed_as_records_know_them(world) {
        let mut scene = Scene::with(world, "boubacar", Algorithms::default()).await;
        let tokens = scene.tokens(&["Boubacar", "Sissoko"], "social").await;
        assert_eq!(tokens.userinfo["birthdate"], "1950-00-00");
        assert_eq!(tokens.userinfo["birthplace"], "");
        assert_eq!(tokens.userinfo["birthcountry"], "99335");
    }

    async fn hs256_tokens_are_keyed_with_the_secret_alone(world) {
        let keyed = Algorithms { id_token: Some(TokenAlgorithm::Hs256), userinfo: Some(TokenAlgorithm::Hs256) };
        let mut scene = Scene::with(world, "jeanne", keyed).await;
        let tokens = scene.tokens(&JEANNE, "social").await;
        let id_token = tokens.answer["id_token"].as_str().expect("a token").to_owned();
        assert_eq!(header(&id_token)["alg"], "HS256");
        assert!(header(&id_token).get("kid").is_none());
        let (input, tag) = id_token.rsplit_once('.').expect("a signature");
        let expected = hmac(scene.record.client_secret.as_bytes(), input.as_bytes());
        assert_eq!(unb64(tag).as_deref(), Some(expected.as_slice()));
        assert_eq!(tokens.claims["sub"], tokens.userinfo["sub"]);
        assert_eq!(tokens.userinfo["aud"], CLIENT);
        for token in ["access_token", "mandate_token"] {
            assert_eq!(header(tokens.answer[token].as_str().expect("a token"))["alg"], "ES256", "{token}");
        }
        let forged = format!("{input}.{}", procura::crypto::hash::b64(&hmac(b"another secret", input.as_bytes())));
        for (hint, ends) in [(forged, 0), (id_token.clone(), 1)] {
            let mut url = scene.world.at("/oauth/end-session");
            url.query_pairs_mut().append_pair("id_token_hint", &hint);
            scene.world.http.get(url).send().await.expect("an answer");
            assert_eq!(scene.world.count("act.ended").await, ends);
        }
        let mut tx = scene.world.bench.db.read().await.expect("a transaction");
        let sql = procura::storage::db::Sql::same("SELECT secret_sealed FROM clients WHERE id = 'fc'");
        let (kept,): (Vec<u8>,) = tx.query(sql).fetch_optional().await.expect("a row").expect("a row");
        let secret = scene.record.client_secret.as_bytes();
        assert!(!kept.windows(secret.len()).any(|window| window == secret), "sealed");
    }

    async fn a_new_secret_keys_the_tokens_from_then_on(world) {
        let keyed = Algorithms { id_token: Some(TokenAlgorithm::Hs256), userinfo: None };
        let mut scene = Scene::with(world, "jeanne", keyed).await;
        scene.tokens(&JEANNE, "social").await;
        let (id, by) = (ClientId::parse(CLIENT).expect("an id"), Rotator::Operator(&CLI));
        let rotated = rotate_secret(&scene.world.bench, by, &id, std::time::Duration::ZERO, None).await.expect("rotated");
        scene.record.client_secret = rotated.secret.expose_secret().to_owned();
        scene.tokens(&JEANNE, "social").await;
    }

    async fn userinfo_is_signed_where_it_is_registered_so(world) {
        let signed = Algorithms { id_token: None, userinfo: Some(TokenAlgorithm::Es256) };
        let mut scene = Scene::with(world, "jeanne", signed).await;
        let tokens = scene.tokens(&JEANNE, "social").await;
        assert_eq!(tokens.userinfo["iss"], scene.record.issuer.as_str());
        assert_eq!(tokens.userinfo["sub"], tokens.claims["sub"]);
    }

    async fn what_is_the_brokers_is_nobody_elses(world) {
        let mut scene = Scene::set(world).await;
        let caf = spaces::service(&scene.world, "caf", "Caisse d’essai").await;
        let back = scene.world.at("/retour-caf");
        // The broker's request, sent by an administration: without a challenge it is refused.
        let page = scene.visit(&scene.request(&[("client_id", &caf.id), ("redirect_uri", back.as_str())])).await;
        assert_eq!(parameter(&page.url, "error").as_deref(), Some("invalid_request"), "{}", page.url);
        // With one, neither label nor level of the broker come back.
        let mut other = spaces::Scene { world: scene.world, aidant: scene.aidant, mandate: scene.mandate, caf };
        let acted = other.act("social").await;
        let claims = acted.access_token.split('.').nth(1).and_then(unb64).expect("claims");
        let claims: Value = serde_json::from_slice(&claims).expect("claims");
        assert!(claims.get("rep_scope").is_none());
        assert_eq!(claims["acr"], "urn:procura:acr:delegated:low");
    }

    async fn a_code_serves_its_own_client_once_and_within_a_minute(world) {
        let mut scene = Scene::set(world).await;
        let page = scene.visit(&scene.request(&[])).await;
        let page = scene.choose(&page, &JEANNE, "social").await;
        let code = parameter(&page.url, "code").expect("a code");
        scene.world.clock.advance(std::time::Duration::from_secs(61));
        let (status, answer) = scene.redeem(&code).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(scene.world.count("act.refused!").await, 1);
    }
}
