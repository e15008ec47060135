//! A gateway with an aidant, a person and administrations with streams; mandates and acts are put into the storage, many at once.

use std::collections::BTreeSet;
use std::time::Duration;

use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::domain::account::SecondFactor;
use procura::domain::act::Act;
use procura::domain::act::ActLife;
use procura::domain::act::Opened;
use procura::domain::client::ClientKind;
use procura::domain::ids::ActId;
use procura::domain::ids::ClientId;
use procura::domain::ids::EntryId;
use procura::domain::ids::MandateId;
use procura::domain::ids::PersonId;
use procura::domain::mandate::Channel;
use procura::domain::mandate::Consent;
use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::Mandate;
use procura::domain::mandate::MandateDuration;
use procura::domain::mandate::Terms;
use procura::domain::mandate::Validity;
use procura::domain::person::ConsentGrade;
use procura::domain::person::Identification;
use procura::domain::person::Identity;
use procura::domain::theme::Theme;
use procura::ledger::kinds::Event;
use procura::ledger::words::ActWay;
use procura::operations::actors;
use procura::operations::actors::IDENTITY_LABEL;
use procura::operations::actors::PersonActor;
use procura::operations::data_keys;
use procura::operations::refusal::Refusal;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::work::Line;
use procura::operations::work::Work;
use procura::operations::work::person_actor;
use procura::storage::acts;
use procura::storage::mandates;
use procura::storage::persons;
use procura::storage::tokens;
use procura::storage::tokens::StoredToken;
use procura::storage::tokens::TokenKind;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;

use crate::signals::receiver::Call;
use crate::signals::receiver::Receiver;
use crate::world::CLI;
use crate::world::Engine;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

const OUTBOUND: &str = "[outbound]\nallow_private = true\ntimeout = \"2 s\"\n";
/// One operator registers clients.
pub const ALONE: &str = "[operators]\ntwo_persons = false\n";

/// A gateway that may call receivers on this machine.
pub async fn open_world(engine: Engine) -> World {
    World::start_with(engine, Options { config: OUTBOUND.to_owned(), ..Options::default() }).await
}

/// Everything a test of signals needs.
pub struct Stage {
    pub world: World,
    pub aidant: Professional,
    pub person: PersonId,
    pub caf: System,
}

/// An administration with a token of its own.
pub struct System {
    pub id: ClientId,
    token: String,
    secret: String,
}

impl System {
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl Stage {
    pub async fn set(engine: Engine) -> Self {
        Self::with_logout(engine, None).await
    }

    /// With a back channel of the administration `caf`.
    pub async fn with_logout(engine: Engine, address: Option<String>) -> Self {
        let config = format!("{OUTBOUND}{ALONE}");
        let world = World::start_with(engine, Options { config, ..Options::default() }).await;
        let organisation = world.organisation("CCAS de Dijon").await;
        let aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        let person = person(&world).await;
        let caf = system(&world, "caf", &[Theme::Social, Theme::Logement, Theme::Justice], address).await;
        Self { world, aidant, person, caf }
    }

    /// A call of an administration to one of its stream's endpoints, with its own token.
    pub async fn call(&self, by: &System, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut call = self.world.http.request(method, self.world.at(path)).bearer_auth(&by.token);
        if let Some(body) = &body {
            call = call.json(body);
        }
        let answer = call.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Makes a pushing stream of an administration; its identifier.
    pub async fn push_to(&self, by: &System, receiver: &Receiver) -> String {
        let delivery = json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": receiver.url(),
            "authorization_header": "Bearer the-receivers-own" });
        let (status, made) =
            self.call(by, Method::POST, "/ssf/stream", Some(json!({ "delivery": delivery }))).await;
        assert_eq!(status, 201, "{made}");
        made["stream_id"].as_str().expect("an id").to_owned()
    }

    /// Makes a polled stream; its identifier and the path to poll.
    pub async fn polled(&self, by: &System) -> (String, String) {
        let (status, made) = self.call(by, Method::POST, "/ssf/stream", Some(json!({}))).await;
        assert_eq!(status, 201, "{made}");
        let id = made["stream_id"].as_str().expect("an id").to_owned();
        let address = made["delivery"]["endpoint_url"].as_str().expect("an address");
        let path =
            address.strip_prefix(self.world.at("").as_str().trim_end_matches('/')).expect("here").to_owned();
        (id, path)
    }

    /// A mandate in force for these themes, of which these administrations have a token.
    pub async fn mandate(&self, themes: &[Theme], known_to: &[&System]) -> MandateId {
        let bench = &self.world.bench;
        let mut work = Work::begin(bench, None).await.expect("a transaction");
        let now = work.now;
        let terms = Terms {
            organisation: self.aidant.organisations[0],
            drafted_by: self.aidant.account,
            habilitation: self.aidant.habilitations[0],
            themes: themes.iter().copied().collect(),
            duration: MandateDuration::Month,
            channel: Channel::Present,
            text_version: "2026-11-22".to_owned(),
            reference: [7; 16],
            drafted_at: now,
        };
        let id = MandateId::fresh(now, bench.random.as_ref());
        let draft = Mandate::draft(id, terms, now.plus(Duration::from_secs(3_600)));
        mandates::insert(&mut work.tx, &draft).await.expect("a draft");
        let consent = Consent {
            person: self.person,
            method: ConsentMethod::FranceConnect,
            grade: ConsentGrade::FranceConnect,
            text_digest: [9; 32],
            validity: Validity::approved_at(now, MandateDuration::Month),
        };
        let until = consent.validity.until;
        let active = draft.submit().and_then(|mandate| mandate.approve(consent)).expect("approved");
        mandates::save(&mut work.tx, &active).await.expect("saved");
        for system in known_to {
            let token = StoredToken {
                jti: format!("{id}-{}", system.id),
                kind: TokenKind::Mandate,
                client: system.id.clone(),
                act: None,
                mandate: Some(id),
                expires_at: until,
                ended_at: None,
            };
            tokens::insert(&mut work.tx, &token).await.expect("a token");
        }
        let key = data_keys::system(bench);
        let event = Event::MandateRefused { method: "test".to_owned() };
        let line = Line::new(event, person_actor(self.person), key).mandate(id);
        work.record(line).await.expect("recorded").0.commit().await.expect("committed");
        id
    }

    /// An act of the aidant for the person whose tokens an administration just got.
    pub async fn act(&self, at: &System, mandate: MandateId, theme: Theme) -> ActId {
        let bench = &self.world.bench;
        let now = bench.now();
        let id = ActId::fresh(now, bench.random.as_ref());
        let request = json!({ "redirect_uri": "https://caf.example/cb", "scope": ["openid"], "themes": [],
            "fresh_factor": false, "pushed": false });
        let act = Act {
            id,
            client: at.id.clone(),
            request: serde_json::from_value(request).expect("a request"),
            created_at: now,
            expires_at: now.plus(Duration::from_secs(1_800)),
            life: ActLife::Choosing { kept: None },
            via: None,
        };
        let opened = Opened {
            account: self.aidant.account,
            organisation: self.aidant.organisations[0],
            habilitation: self.aidant.habilitations[0],
            person: self.person,
            mandate,
            theme,
            at: now,
            factor_at: now,
            factor: SecondFactor::OwnCode,
            txn: EntryId::fresh(now, bench.random.as_ref()),
        };
        let mut tx = bench.db.begin().await.expect("a transaction");
        acts::insert(&mut tx, &act, &[0; 32]).await.expect("an act");
        let hash = id.uuid().as_bytes().repeat(2);
        acts::open(&mut tx, id, &opened, &hash, now.plus(Duration::from_secs(60))).await.expect("opened");
        acts::redeem(&mut tx, id, now).await.expect("redeemed");
        tx.commit().await.expect("committed");
        id
    }

    /// The line that says that an act was opened.
    pub async fn opened(&self, mandate: MandateId, act: ActId) -> EntryId {
        let mut work = Work::begin(&self.world.bench, None).await.expect("a transaction");
        let person = actors::person(&self.world.bench, &mut work.tx, self.person).await.expect("her");
        let now = work.now.into();
        let event = Event::ActOpened {
            way: ActWay::Login,
            factor_at: now,
            grade: "franceconnect".to_owned(),
            state_digest: None,
            nonce_digest: None,
        };
        let line = Line::new(event, person_actor(self.person), person.data_key);
        let line = line.person(self.person).mandate(mandate).act(act);
        let (recorded, id) = work.record(line).await.expect("recorded");
        recorded.commit().await.expect("committed");
        id
    }

    /// The person as she acts in her space.
    pub async fn herself(&self) -> PersonActor {
        let mut tx = self.world.bench.db.read().await.expect("a transaction");
        actors::person(&self.world.bench, &mut tx, self.person).await.expect("her")
    }

    /// She ends a theme, or the whole mandate.
    pub async fn revoke(&self, mandate: MandateId, theme: Option<Theme>) -> Result<(), Refusal> {
        let person = self.herself().await;
        revoke(&self.world.bench, Revoker::Person(&person), mandate, theme, None, None).await
    }

    /// The claims of a token, checked as its receiver would: our published keys, type, issuer, audience.
    pub async fn checked(&self, call: &Call, typ: &str, audience: &System) -> Value {
        checked(&self.world, &call.token, typ, audience.id.as_str()).await
    }
}

/// The claims of a token, checked with the published keys.
pub async fn checked(world: &World, token: &str, typ: &str, audience: &str) -> Value {
    let keys: JwkSet =
        world.http.get(world.at("/oauth/jwks")).send().await.expect("keys").json().await.expect("keys");
    let expected = Expected { typ: TypRule::Exactly(typ), algorithms: &[Algorithm::Es256] };
    let claims = jose::verify::<Value>(token, &keys, &expected).expect("signed by us").claims;
    assert_eq!(claims["iss"], world.at("").as_str().trim_end_matches('/'));
    assert_eq!(claims["aud"], audience);
    claims
}

/// Registers an administration for these themes, with a token of its own, where one operator may.
pub async fn system(world: &World, id: &str, themes: &[Theme], logout: Option<String>) -> System {
    let mut new = NewClient::new(ClientKind::Administration, format!("La {id}"));
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = themes.iter().copied().collect::<BTreeSet<_>>();
    new.redirect_uris.insert(format!("https://{id}.example/cb"));
    new.scopes = Some(["openid", "receipts", "ssf.manage", "ssf.read"].map(str::to_owned).into());
    new.options.backchannel_logout_uri = logout;
    let registered = register_client(&world.bench, &CLI, new, None).await.expect("a client");
    let secret = registered.secret.expect("a secret").expose_secret().to_owned();
    let token = own_token(world, id, &secret, "ssf.manage ssf.read").await;
    System { id: registered.client.id, token, secret }
}

/// A client's own token with this scope.
pub async fn own_token(world: &World, id: &str, secret: &str, scope: &str) -> String {
    let fields = [("grant_type", "client_credentials"), ("scope", scope)];
    let call = world.http.post(world.at("/oauth/token")).basic_auth(id, Some(secret)).form(&fields);
    let answer: Value = call.send().await.expect("an answer").json().await.expect("json");
    answer["access_token"].as_str().unwrap_or_else(|| panic!("a token: {answer}")).to_owned()
}

async fn person(world: &World) -> PersonId {
    let bench = &world.bench;
    let mut work = Work::begin(bench, None).await.expect("a transaction");
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await.expect("a key");
    let identity = Identity {
        given_name: "Jeanne Marie".to_owned().into(),
        family_name: "Lefèvre".to_owned().into(),
        birthdate: "1948-04-12".to_owned().into(),
        ..Identity::default()
    };
    let bytes = serde_json::to_vec(&identity).expect("json");
    let id = PersonId::fresh(work.now, bench.random.as_ref());
    let sealed = key.seal(IDENTITY_LABEL, &bytes, bench.random.as_ref()).expect("sealed");
    let row = persons::PersonRow { id, identity: sealed, identification: Identification::Eidas1, data_key };
    let now = work.now;
    persons::insert(&mut work.tx, &row, now).await.expect("a person");
    let event = Event::PersonIdentified { method: "franceconnect".to_owned(), level: "eidas1".to_owned() };
    let line = Line::new(event, person_actor(id), data_key).person(id);
    work.record(line).await.expect("recorded").0.commit().await.expect("committed");
    id
}
