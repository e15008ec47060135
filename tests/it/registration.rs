//! The life of a registration: changes that wait, secrets and keys that overlap, keys and sectors read from a client's address.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use procura::crypto::jose;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::browser::page::Page;
use procura::domain::client::Client;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::oidc::provider::sector;
use procura::operations::change_client;
use procura::operations::refusal::Refusal;
use procura::operations::register_client;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::Registered;
use procura::operations::register_client::document;
use procura::operations::rotate_client;
use procura::operations::rotate_client::Rotator;
use procura::outbound::Outbound;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;

use crate::world::CLI;
use crate::world::Engine;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

const ALONE: &str = "[operators]\ntwo_persons = false\n";
const OPEN: &str =
    "[operators]\ntwo_persons = false\n[outbound]\nallow_private = true\ntimeout = \"500 ms\"\n";
const DAY: Duration = Duration::from_secs(86_400);

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() { super::$name(super::Engine::Sqlite).await; })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)] async fn $name() { super::$name(super::Engine::Postgres).await; })+ }
    };
}

on_both!(
    what_widens_waits_and_what_narrows_holds_at_once,
    a_secret_overlaps_until_its_day,
    keys_by_value_overlap_until_their_day,
    keys_are_read_from_an_address_and_a_flood_does_not_hammer,
    keys_that_cannot_be_read_leave_the_old_ones_for_a_day,
    an_address_inside_is_never_called,
    a_sector_lists_every_address_and_never_changes,
    an_integrator_sees_her_own_service_and_its_refused_calls,
    a_registration_comes_from_a_file,
);

async fn world(engine: Engine, config: &str) -> World {
    World::start_with(engine, Options { config: config.to_owned(), ..Options::default() }).await
}

fn new_client(id: &str) -> NewClient {
    let mut new = NewClient::new(ClientKind::Administration, format!("Service {id}"));
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = [Theme::Social].into();
    new.redirect_uris.insert(format!("https://{id}.example/retour"));
    new
}

async fn registered(world: &World, new: NewClient) -> Registered {
    register_client::register_client(&world.bench, &CLI, new, None).await.expect("registered")
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0
}

/// Whether this secret authenticates the client.
async fn secret_works(world: &World, id: &ClientId, secret: &str) -> bool {
    let request = world.http.post(world.at("/oauth/introspect")).basic_auth(id.as_str(), Some(secret));
    let status = request.form(&[("token", "x")]).send().await.expect("an answer").status().as_u16();
    assert!(status == 200 || status == 401, "{status}");
    status == 200
}

/// Whether an assertion signed with this key authenticates the client.
async fn key_works(world: &World, id: &ClientId, key: &SigningKey) -> bool {
    let now = world.bench.now().seconds();
    let jti = procura::crypto::random::random_token(&SystemRandom::new(), 16);
    let aud = world.bench.config.server.public_url.as_str();
    let claims = json!({ "iss": id.as_str(), "sub": id.as_str(), "aud": aud, "jti": jti, "iat": now, "exp": now + 60 });
    let assertion = jose::sign(key, Some("JWT"), &claims).expect("signed");
    let fields = [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion.as_str()),
        ("token", "x"),
    ];
    let answer =
        world.http.post(world.at("/oauth/introspect")).form(&fields).send().await.expect("an answer");
    let status = answer.status().as_u16();
    assert!(status == 200 || status == 401, "{status}");
    status == 200
}

async fn send(who: &mut Professional, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
    let form = page.form_to(action).unwrap_or_else(|error| panic!("{error:?} on {}", page.main_text()));
    who.browser.submit(&form.with(fields).expect("its fields")).await.expect("a page")
}

async fn stored(world: &World, id: &ClientId) -> Client {
    register_client::show_client(&world.bench, id).await.expect("the client")
}

async fn what_widens_waits_and_what_narrows_holds_at_once(engine: Engine) {
    let world = world(engine, "").await;
    let (mut olga, mut paul) = (world.operator("Olga").await, world.operator("Paul").await);
    olga.login(&world).await;
    paul.login(&world).await;
    let id = registered(&world, new_client("caf")).await.client.id;
    let path = format!("/operateur/administrations/{id}");
    let page = paul.get(&world, &path).await;
    send(&mut paul, &page, "/confirmer", &[]).await;
    let both = "https://caf.example/retour\nhttps://caf.example/autre";
    let form = olga.get(&world, &format!("{path}/changer")).await;
    let page =
        send(&mut olga, &form, "/changer", &[("redirect_uri", both), ("grade", "franceconnect_plus")]).await;
    assert!(page.main_text().contains("Vous l’avez demandé"), "{}", page.main_text());
    let now = stored(&world, &id).await.registration;
    assert_eq!(now.redirect_uris.len(), 1, "the old addresses stay in force");
    assert_eq!(now.min_consent_grade.as_str(), "franceconnect_plus", "what narrows holds at once");
    assert!(page.form_to("/changement/confirmer").is_err());
    let there = world.at(&format!("{path}/changement/confirmer"));
    let own = olga.browser.post_from(&world.at(&path), &there, &[]).await.expect("a page");
    assert_eq!(own.status.as_u16(), 403);
    assert_eq!(world.count("client.changed!").await, 1, "it is written");
    let home = paul.get(&world, "/operateur").await;
    assert!(home.main_text().contains("Service caf"), "{}", home.main_text());
    let page = paul.get(&world, &path).await;
    assert!(page.main_text().contains("https://caf.example/autre"), "{}", page.main_text());
    send(&mut paul, &page, "/changement/confirmer", &[]).await;
    assert_eq!(stored(&world, &id).await.registration.redirect_uris.len(), 2);
    let form = paul.get(&world, &format!("{path}/changer")).await;
    send(&mut paul, &form, "/changer", &[("redirect_uri", "https://caf.example/autre")]).await;
    assert_eq!(stored(&world, &id).await.registration.redirect_uris.len(), 1, "one operator may take away");
    let form = paul.get(&world, &format!("{path}/changer")).await;
    let page = send(&mut paul, &form, "/changer", &[("name", "Autre nom")]).await;
    send(&mut paul, &page, "/changement/retirer", &[]).await;
    assert_eq!(stored(&world, &id).await.registration.name, "Service caf");
    let refused = send(&mut paul, &form, "/changer", &[("redirect_uri", "http://caf.example/x")]).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.main_text());
    let kinds = world.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|one| *one == kind).count();
    assert_eq!((count("client.change_asked"), count("client.change_withdrawn")), (2, 1), "{kinds:?}");
    let journal = olga.get(&world, "/operateur/journal").await.main_text();
    assert!(journal.contains("redirect_uris"), "{journal}");
}

async fn a_secret_overlaps_until_its_day(engine: Engine) {
    let world = world(engine, ALONE).await;
    let done = registered(&world, new_client("caf")).await;
    let id = done.client.id;
    let first = done.secret.expect("a secret").expose_secret().to_owned();
    let by = Rotator::Operator(&CLI);
    let rotate = async |overlap| {
        let rotated =
            rotate_client::rotate_secret(&world.bench, by, &id, overlap, None).await.expect("rotated");
        rotated.secret.expose_secret().to_owned()
    };
    let second = rotate(DAY * 7).await;
    assert!(secret_works(&world, &id, &first).await && secret_works(&world, &id, &second).await);
    world.clock.advance(DAY * 6);
    assert!(secret_works(&world, &id, &first).await);
    world.clock.advance(DAY);
    assert!(!secret_works(&world, &id, &first).await, "its day has come");
    let third = rotate(DAY * 7).await;
    let fourth = rotate(DAY * 7).await;
    assert!(!secret_works(&world, &id, &second).await, "one former secret at most");
    assert!(secret_works(&world, &id, &third).await && secret_works(&world, &id, &fourth).await);
    let fifth = rotate(Duration::ZERO).await;
    assert!(!secret_works(&world, &id, &fourth).await && !secret_works(&world, &id, &third).await);
    let sixth = rotate(DAY).await;
    rotate_client::end_overlap(&world.bench, by, &id, None).await.expect("ended");
    assert!(!secret_works(&world, &id, &fifth).await && secret_works(&world, &id, &sixth).await);
    let long = rotate_client::rotate_secret(&world.bench, by, &id, DAY * 31, None).await;
    assert!(matches!(long, Err(Refusal::Invalid(_))), "{long:?}");
    assert_eq!(world.count("client.changed").await, 6);
}

async fn keys_by_value_overlap_until_their_day(engine: Engine) {
    let world = world(engine, ALONE).await;
    let (one, two) = (key(), key());
    let mut new = new_client("caf");
    new.jwks = Some(json!({ "keys": [one.public_jwk()] }));
    let id = registered(&world, new).await.client.id;
    assert!(key_works(&world, &id, &one).await && !key_works(&world, &id, &two).await);
    let by = Rotator::Operator(&CLI);
    let jwks = json!({ "keys": [two.public_jwk()] });
    rotate_client::replace_keys(&world.bench, by, &id, (jwks, DAY * 7), None).await.expect("replaced");
    assert!(key_works(&world, &id, &one).await && key_works(&world, &id, &two).await);
    world.clock.advance(DAY * 7);
    assert!(!key_works(&world, &id, &one).await && key_works(&world, &id, &two).await);
    let bad = json!({ "keys": [{ "kty": "oct", "k": "AA" }] });
    let refused = rotate_client::replace_keys(&world.bench, by, &id, (bad, DAY), None).await;
    assert!(matches!(refused, Err(Refusal::Invalid(_))), "{refused:?}");
}

/// What a client's own server answers.
#[derive(Clone)]
struct Answer {
    status: u16,
    kind: &'static str,
    body: String,
    location: Option<String>,
    slow: bool,
}

#[derive(Clone)]
struct Place {
    answer: Arc<Mutex<Answer>>,
    calls: Arc<AtomicUsize>,
    url: String,
}

impl Place {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/document", listener.local_addr().expect("an address"));
        let answer = Answer {
            status: 200,
            kind: "application/json",
            body: String::new(),
            location: None,
            slow: false,
        };
        let place = Self { answer: Arc::new(Mutex::new(answer)), calls: Arc::default(), url };
        let router = Router::new().route("/document", get(Self::serve)).with_state(place.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        place
    }

    async fn serve(State(place): State<Self>) -> Response {
        place.calls.fetch_add(1, Ordering::SeqCst);
        let answer = place.answer.lock().expect("a lock").clone();
        if answer.slow {
            tokio::time::sleep(Duration::from_secs(3)).await;
        }
        let status = StatusCode::from_u16(answer.status).expect("a status");
        let mut response = (status, [("content-type", answer.kind)], answer.body).into_response();
        if let Some(location) = answer.location {
            response.headers_mut().insert("location", location.parse().expect("a header"));
        }
        response
    }

    fn publish(&self, keys: &[&SigningKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public_jwk()).collect();
        self.say(200, "application/jwk-set+json", json!({ "keys": keys }).to_string());
    }

    fn say(&self, status: u16, kind: &'static str, body: String) {
        let answer = Answer { status, kind, body, location: None, slow: false };
        *self.answer.lock().expect("a lock") = answer;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

async fn with_address(world: &World, place: &Place) -> ClientId {
    let mut new = new_client("caf");
    new.options.jwks_uri = Some(place.url.clone());
    registered(world, new).await.client.id
}

async fn keys_are_read_from_an_address_and_a_flood_does_not_hammer(engine: Engine) {
    let world = world(engine, OPEN).await;
    let place = Place::open().await;
    let (one, two, stranger) = (key(), key(), key());
    place.publish(&[&one]);
    let id = with_address(&world, &place).await;
    let together = futures_of(&world, &id, &one, 5).await;
    assert!(
        together.iter().all(|works| *works),
        "those who come at once are served by one reading: {together:?}"
    );
    assert_eq!(place.calls(), 1);
    place.publish(&[&one, &two]);
    world.clock.advance(Duration::from_secs(31));
    assert!(key_works(&world, &id, &two).await, "an unknown kid asks again");
    assert_eq!(place.calls(), 2);
    for _ in 0..10 {
        assert!(!key_works(&world, &id, &stranger).await);
    }
    assert_eq!(place.calls(), 2, "a flood of unknown kids asks once in half a minute");
    assert!(key_works(&world, &id, &one).await);
    world.clock.advance(Duration::from_secs(31));
    assert!(!key_works(&world, &id, &stranger).await);
    assert_eq!(place.calls(), 3);
    place.publish(&[&two]);
    world.clock.advance(Duration::from_secs(601));
    assert!(!key_works(&world, &id, &one).await, "a key that was taken away ends within ten minutes");
    assert!(key_works(&world, &id, &two).await);
}

async fn futures_of(world: &World, id: &ClientId, key: &SigningKey, many: usize) -> Vec<bool> {
    let all = (0..many).map(|_| key_works(world, id, key));
    futures_util::future::join_all(all).await
}

async fn keys_that_cannot_be_read_leave_the_old_ones_for_a_day(engine: Engine) {
    let world = world(engine, OPEN).await;
    let place = Place::open().await;
    let elsewhere = Place::open().await;
    let (one, two) = (key(), key());
    place.publish(&[&one]);
    elsewhere.publish(&[&two]);
    let id = with_address(&world, &place).await;
    assert!(key_works(&world, &id, &one).await);
    let both = json!({ "keys": [one.public_jwk(), two.public_jwk()] }).to_string();
    let private = json!({ "keys": [one.public_jwk(), { "kty": "EC", "d": "AA" }] }).to_string();
    let doubled = json!({ "keys": [two.public_jwk(), two.public_jwk()] }).to_string();
    let huge = format!("{}{}", both, " ".repeat(70_000));
    let bad = [
        (500, "application/json", both.clone()),
        (200, "text/html", both.clone()),
        (200, "application/json", private),
        (200, "application/json", doubled),
        (200, "application/json", huge),
        (200, "application/json", "{\"keys\":[]}".to_owned()),
        (200, "application/json", "<html>".to_owned()),
    ];
    for (status, kind, body) in bad {
        let words = format!("{status} {kind} {}", &body[..body.len().min(30)]);
        place.say(status, kind, body);
        world.clock.advance(Duration::from_secs(31));
        assert!(!key_works(&world, &id, &two).await, "{words}");
        assert!(key_works(&world, &id, &one).await, "the old keys stay: {words}");
    }
    place.say(302, "application/json", both.clone());
    place.answer.lock().expect("a lock").location = Some(elsewhere.url.clone());
    world.clock.advance(Duration::from_secs(31));
    assert!(!key_works(&world, &id, &two).await);
    assert_eq!(elsewhere.calls(), 0, "a redirect is not followed");
    place.say(200, "application/json", both);
    place.answer.lock().expect("a lock").slow = true;
    world.clock.advance(Duration::from_secs(31));
    assert!(!key_works(&world, &id, &two).await, "a slow address is given up");
    place.say(503, "text/plain", String::new());
    world.clock.advance(Duration::from_secs(3_600));
    assert!(key_works(&world, &id, &one).await, "an hour without its address");
    world.clock.advance(DAY);
    assert!(!key_works(&world, &id, &one).await, "a day without its address");
}

async fn an_address_inside_is_never_called(engine: Engine) {
    let world = world(engine, ALONE).await;
    let place = Place::open().await;
    let one = key();
    place.publish(&[&one]);
    let id = with_address(&world, &place).await;
    assert!(!key_works(&world, &id, &one).await);
    assert_eq!(place.calls(), 0);
    let guarded = Outbound::new(false, Duration::from_secs(2)).expect("a client");
    let port = url::Url::parse(&place.url).expect("an address").port().expect("a port");
    for host in ["127.0.0.1", "localhost", "[::1]", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1"] {
        for scheme in ["http", "https"] {
            let uri = format!("{scheme}://{host}:{port}/document");
            assert!(sector::listed(&guarded, &uri).await.is_none(), "{uri}");
        }
    }
    assert_eq!(place.calls(), 0, "nothing inside was reached");
}

async fn a_sector_lists_every_address_and_never_changes(engine: Engine) {
    let world = world(engine, OPEN).await;
    let place = Place::open().await;
    let list = json!(["https://a.example/retour", "https://b.example/retour"]).to_string();
    place.say(200, "application/json", list);
    let mut olga = world.operator("Olga").await;
    olga.login(&world).await;
    let mut sectors = Vec::new();
    for (name, listed) in [("a", true), ("b", true), ("c", false)] {
        let page = olga.get(&world, "/operateur/administrations/nouvelle").await;
        let redirect_uri = format!("https://{name}.example/retour");
        let fields = [
            ("name", name),
            ("profile", "compat"),
            ("theme", "social"),
            ("redirect_uri", redirect_uri.as_str()),
            ("sector_identifier_uri", place.url.as_str()),
        ];
        let page = send(&mut olga, &page, "/nouvelle", &fields).await;
        assert_eq!(page.status.as_u16() == 200, listed, "{}", page.main_text());
        if let Some(id) = page.words("#client_id").and_then(|id| ClientId::parse(&id)) {
            sectors.push((stored(&world, &id).await.sector().to_owned(), id));
        }
    }
    assert_eq!((sectors.len(), &sectors[0].0), (2, &sectors[1].0));
    assert_eq!(sectors[0].0, "127.0.0.1");
    let alone = registered(&world, new_client("seul")).await.client.id;
    for (id, uri) in [(&alone, json!(place.url)), (&alone, json!("https://seul.example/s"))] {
        let members = json!({ "sector_identifier_uri": uri });
        let listed = ["https://seul.example/retour".to_owned()].into();
        let wanted = change_client::Wanted {
            members: members.as_object().expect("members").clone(),
            sector_listed: Some(listed),
            overlap: DAY,
        };
        let refused = change_client::change_client(&world.bench, &CLI, id, wanted, None).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert!(faults.iter().any(|fault| fault.key == "client-fault-sector-fixed"), "{faults:?}");
    }
}

async fn an_integrator_sees_her_own_service_and_its_refused_calls(engine: Engine) {
    let world = world(engine, ALONE).await;
    let done = registered(&world, new_client("caf")).await;
    let (id, secret) = (done.client.id, done.secret.expect("a secret"));
    let other = registered(&world, new_client("autre")).await.client.id;
    let mut ines = world.integrator("Inès", std::slice::from_ref(&id)).await;
    let home = ines.login(&world).await;
    assert!(home.main_text().contains("Service caf") && !home.main_text().contains("Service autre"));
    let fields = [("response_type", "code"), ("redirect_uri", "https://wrong.example/")];
    let request = world.http.post(world.at("/oauth/par")).basic_auth("caf", Some(secret.expose_secret()));
    assert_eq!(request.form(&fields).send().await.expect("an answer").status().as_u16(), 400);
    for _ in 0..5 {
        assert!(!secret_works(&world, &id, "wrong").await);
    }
    let path = format!("/integrateur/services/{id}");
    let page = ines.get(&world, &path).await;
    let text = page.main_text();
    assert!(text.contains("invalid_request") && text.contains("redirect_uri is not registered"), "{text}");
    assert!(text.contains("/oauth/par") && text.contains("Aucun acte"), "{text}");
    assert_eq!(text.matches("client authentication failed").count(), 1, "strangers fill no list: {text}");
    assert!(page.words("#commande").is_some_and(|command| command.contains("-u 'caf:'")), "{text}");
    assert!(!page.html.contains('⟦') && !page.html.contains(secret.expose_secret()));
    let stranger = ines.get(&world, &format!("/integrateur/services/{other}")).await;
    assert_eq!(stranger.status.as_u16(), 404);
    let rotated = send(&mut ines, &page, "/secret", &[("overlap", "0")]).await;
    let fresh = rotated.words("#client_secret").expect("a secret");
    assert!(secret_works(&world, &id, &fresh).await);
    assert!(!secret_works(&world, &id, secret.expose_secret()).await);
    let there = world.at(&format!("/integrateur/services/{other}/secret"));
    let refused =
        ines.browser.post_from(&world.at(&path), &there, &[("overlap", "0")]).await.expect("a page");
    assert_eq!(refused.status.as_u16(), 404);
    let codes = ines.get(&world, "/integrateur/erreurs").await;
    assert!(!codes.html.contains('⟦') && codes.main_text().contains("use_dpop_nonce"));
    assert_eq!(world.count("integrator.added").await, 1);
    assert_eq!(world.count("integrator.logged_in").await, 1);
}

async fn a_registration_comes_from_a_file(engine: Engine) {
    let world = world(engine, ALONE).await;
    let file = include_str!("../../deploy/client.example.json");
    let members: Value = serde_json::from_str(file).expect("JSON");
    let new = document::read(members.as_object().expect("members").clone()).expect("a registration");
    let client = registered(&world, new).await.client;
    assert!(!client.registration.compat && client.pushes() && client.binds_tokens());
    let shown = document::document(&client.registration).expect("a document");
    for (name, value) in members.as_object().expect("members") {
        let same = if name == "scope" {
            let words = |value: &Value| {
                let mut words: Vec<String> =
                    value.as_str().expect("words").split(' ').map(str::to_owned).collect();
                words.sort();
                words
            };
            words(&shown[name]) == words(value)
        } else if let (Some(one), Some(other)) = (shown[name].as_array(), value.as_array()) {
            one.len() == other.len() && one.iter().all(|item| other.contains(item))
        } else {
            shown[name] == *value
        };
        assert!(same, "{name}: {} is not {value}", shown[name]);
    }
}
