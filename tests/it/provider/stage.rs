//! A running gateway with one organisation, one aidant, one person, an active mandate and two administrations.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use procura::config::Config;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::random::SystemRandom;
use procura::crypto::second_factor::TotpSecret;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::demo::client::http_client;
use procura::domain::account::Professional;
use procura::domain::client::ClientKind;
use procura::domain::ids::MandateId;
use procura::domain::ids::OrganisationId;
use procura::domain::ids::PersonId;
use procura::domain::mandate::Channel;
use procura::domain::mandate::Consent;
use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::Mandate;
use procura::domain::mandate::MandateDuration;
use procura::domain::mandate::Terms;
use procura::domain::mandate::Validity;
use procura::domain::message::Message;
use procura::domain::message::MessageBody;
use procura::domain::organisation::Siret;
use procura::domain::person::ConsentGrade;
use procura::domain::person::Identification;
use procura::domain::person::Identity;
use procura::domain::theme::Theme;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::ledger::kinds::Event;
use procura::operations::actors::IDENTITY_LABEL;
use procura::operations::actors::OperatorActor;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::operations::enrol;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use procura::operations::work::Line;
use procura::operations::work::Work;
use procura::operations::work::person_actor;
use procura::server::Server;
use procura::storage::db::Sql;
use procura::storage::mandates;
use procura::storage::outbox;
use procura::storage::persons;
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

pub(crate) struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Instant {
        Instant::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Administration {
    pub id: String,
    pub secret: String,
    pub redirect_uri: String,
}

pub(crate) struct Stage {
    pub bench: Bench,
    pub clock: Arc<Moved>,
    pub issuer: String,
    pub http: reqwest::Client,
    pub caf: Administration,
    pub other: Administration,
    pub mandate: MandateId,
    email: &'static str,
    secret: TotpSecret,
    _folder: tempfile::TempDir,
}

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";

/// The database of an engine: a fresh SQLite file, or a fresh PostgreSQL database.
async fn database(engine: &str, folder: &tempfile::TempDir) -> String {
    if engine == "sqlite" {
        return format!("sqlite://{}", folder.path().join("procura.db").display());
    }
    #[expect(clippy::disallowed_methods, reason = "where the tests' own PostgreSQL is")]
    let url = std::env::var("PROCURA_TEST_POSTGRES")
        .expect("PROCURA_TEST_POSTGRES names a PostgreSQL; see scripts/with-postgres.sh");
    let name = format!("provider_{}", procura::crypto::random::random_digits(&SystemRandom::new(), 12));
    let pool = sqlx::PgPool::connect(&url).await.expect("PostgreSQL answers");
    let text = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(text).execute(&pool).await.expect("a database");
    let mut url = Url::parse(&url).expect("an address");
    url.set_path(&name);
    url.to_string()
}

impl Stage {
    pub(crate) async fn new(engine: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let master = b64(&sha256(issuer.as_bytes()));
        let text = format!(
            "[server]\npublic_url = \"{issuer}\"\n[database]\nurl = \"{}\"\n[keys]\nmaster_key = \"{}\"\n[operators]\ntwo_persons = false\n",
            database(engine, &folder).await,
            hex::encode(procura::crypto::hash::unb64(&master).expect("bytes")),
        );
        let clock = Arc::new(Moved(AtomicI64::new(1_795_000_000)));
        let config = Config::from_toml_str(&text).unwrap_or_else(|errors| panic!("{errors}"));
        let server =
            Server::build(config, clock.clone(), Arc::new(SystemRandom::new())).await.expect("a server");
        let bench = server.bench().clone();
        // The stage reads the outbox itself: no job may be quicker.
        tokio::spawn(server.without_jobs().run(listener, std::future::pending()));
        let by = OperatorActor { staff: None };
        let (organisation, secret, habilitation, account) = enrolled(&bench, &by).await;
        let person = person(&bench).await;
        let mandate = mandate(&bench, organisation, account, habilitation, person).await;
        let caf = administration(&bench, &by, "caf", &[Theme::Social, Theme::Logement]).await;
        let other = administration(&bench, &by, "impots", &[Theme::Argent, Theme::Social]).await;
        let http = http_client(None).expect("a client");
        Self {
            bench,
            clock,
            issuer,
            http,
            caf,
            other,
            mandate,
            email: "amelie@ccas.example",
            secret,
            _folder: folder,
        }
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.issuer)).expect("an address")
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.clock.clone())
    }

    /// The code on the aidant's card now.
    pub(crate) fn code_of_the_card(&self) -> String {
        self.otp()
    }

    fn otp(&self) -> String {
        self.secret.code_at(self.bench.now())
    }

    /// A browser in which the aidant is logged in.
    pub(crate) async fn aidant(&self) -> Browser {
        self.later(60);
        let mut browser = self.browser();
        let page = browser.get(&self.url("/aidant/connexion")).await.expect("a page");
        let form = page
            .form_last_in_main()
            .expect("a form")
            .with(&[("email", self.email), ("otp", &self.otp())])
            .expect("fields");
        browser.submit(&form).await.expect("sent");
        let link = Url::parse(&self.mailed_link().await).expect("a link");
        let page = browser.get(&link).await.expect("a page");
        browser.submit(&page.form_last_in_main().expect("a form")).await.expect("logged in");
        browser
    }

    async fn mailed_link(&self) -> String {
        let mut tx = self.bench.db.begin().await.expect("a transaction");
        let waiting = outbox::claim(&mut tx, self.bench.now(), Duration::from_secs(30 * 86_400))
            .await
            .expect("messages");
        let id = data_keys::system(&self.bench);
        let key = data_keys::require(&self.bench, &mut tx, id).await.expect("a key");
        tx.commit().await.expect("claimed");
        let mut links = waiting.iter().filter_map(|message| {
            let message: Message =
                serde_json::from_slice(&key.open("outbox.message", &message.sealed).ok()?).ok()?;
            match message.body {
                MessageBody::LoginLink { link, .. } => Some(link.into_inner()),
                _ => None,
            }
        });
        links.next_back().expect("a login link")
    }

    /// The address of an ordinary request of an administration, with some parameters changed (empty: left out).
    pub(crate) fn request(&self, client: &Administration, change: &[(&str, &str)]) -> Url {
        let challenge = b64(&sha256(VERIFIER.as_bytes()));
        let usual = [
            ("client_id", client.id.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let mut url = self.url("/oauth/authorize");
        let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        url.query_pairs_mut().extend_pairs(kept.chain(change.iter().filter(|(_, value)| !value.is_empty())));
        url
    }

    /// Goes through both steps of the choice; the page after the second.
    pub(crate) async fn act(&self, browser: &mut Browser, client: &Administration, theme: &str) -> Page {
        let page = browser.get(&self.request(client, &[])).await.expect("a page");
        self.choose(browser, &page, theme).await
    }

    pub(crate) async fn choose(&self, browser: &mut Browser, page: &Page, theme: &str) -> Page {
        let form = page
            .form_last_in_main()
            .expect("a form")
            .choose(&["Jeanne", "Lefèvre", "12 avril 1948"])
            .expect("the person");
        let page = browser.submit(&form).await.expect("the theme step");
        let form = page.form_last_in_main().expect("a form").with(&[("theme", theme)]).expect("the theme");
        browser.submit(&form).await.expect("an answer")
    }

    /// An ordinary code.
    pub(crate) async fn code(&self, browser: &mut Browser) -> String {
        let page = self.act(browser, &self.caf, "social").await;
        parameter(&page.url, "code").unwrap_or_else(|| panic!("a code at {page:?}: {}", page.main_text()))
    }

    /// A form posted by a client with its secret.
    pub(crate) async fn post(
        &self,
        path: &str,
        client: &Administration,
        fields: &[(&str, &str)],
    ) -> (u16, Value) {
        let request =
            self.http.post(self.url(path)).basic_auth(&client.id, Some(&client.secret)).form(fields);
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn redeem(&self, client: &Administration, code: &str, verifier: &str) -> (u16, Value) {
        let redirect_uri = self.caf.redirect_uri.as_str();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        self.post("/oauth/token", client, &fields).await
    }

    pub(crate) async fn is_active(&self, client: &Administration, token: &Value) -> bool {
        let token = token.as_str().expect("a token");
        let (status, answer) = self.post("/oauth/introspect", client, &[("token", token)]).await;
        assert_eq!(status, 200);
        answer["active"].as_bool().expect("a verdict")
    }

    pub(crate) async fn userinfo(&self, token: &Value) -> (u16, Value) {
        let request =
            self.http.get(self.url("/oauth/userinfo")).bearer_auth(token.as_str().expect("a token"));
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    /// How many refused entries of a kind there are, of whomever.
    pub(crate) async fn refused(&self, kind: &str) -> i64 {
        let mut tx = self.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT COUNT(*) FROM entry_refs WHERE kind = $1 AND refused");
        tx.query(sql).bind(kind).fetch_one::<(i64,)>().await.expect("a count").0
    }

    /// How many entries of a kind there are.
    pub(crate) async fn entries(&self, kind: &str) -> usize {
        let mut tx = self.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT COUNT(*) FROM entry_refs WHERE mandate = $1 AND kind = $2");
        let count = tx.query(sql).bind(self.mandate).bind(kind).fetch_one::<(i64,)>().await.expect("a count");
        usize::try_from(count.0).expect("a count")
    }

    /// The person ends a theme, or the whole mandate, as the storage would show it afterwards.
    pub(crate) async fn revoke(&self, theme: Option<Theme>) {
        let mut work = Work::begin(&self.bench, None).await.expect("a transaction");
        let stored = mandates::take(&mut work.tx, self.mandate).await.expect("read").expect("a mandate");
        let end =
            procura::domain::mandate::End { at: work.now, by: procura::domain::mandate::EndedBy::Person };
        let ended = match theme {
            Some(theme) => stored.mandate.revoke_theme(theme, end),
            None => stored.mandate.revoke(end),
        };
        mandates::save(&mut work.tx, &ended.expect("in force")).await.expect("saved");
        let key = data_keys::system(&self.bench);
        let event = Event::MandateLapsed { reason: "test".to_owned() };
        let line = Line::new(event, procura::ledger::entry::Actor::system(), key).mandate(self.mandate);
        let (recorded, _) = work.record(line).await.expect("recorded");
        recorded.commit().await.expect("committed");
    }
}

pub(crate) fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

async fn enrolled(
    bench: &Bench,
    by: &OperatorActor,
) -> (OrganisationId, TotpSecret, procura::domain::ids::HabilitationId, procura::domain::ids::AccountId) {
    let new = enrol::NewOrganisation {
        siret: Siret::parse("73282932000074").expect("a SIRET"),
        name: "CCAS de Dijon".to_owned(),
        address: "11 rue de l’Exemple, 21000 Dijon".to_owned(),
        withheld_themes: BTreeSet::new(),
    };
    let organisation = enrol::enrol_organisation(bench, by, new, None).await.expect("an organisation");
    let new = enrol::NewProfessional {
        professional: Professional {
            given_name: "Amélie".to_owned().into(),
            family_name: "Durand".to_owned().into(),
            email: "amelie@ccas.example".to_owned().into(),
        },
        secret: None,
    };
    let until = bench.now().plus(Duration::from_secs(86_400 * 300));
    let enrolled =
        enrol::enrol_aidant(bench, by, new, &[(organisation, until)], None).await.expect("an aidant");
    (organisation, enrolled.secret, enrolled.habilitations[0], enrolled.account)
}

async fn person(bench: &Bench) -> PersonId {
    let mut work = Work::begin(bench, None).await.expect("a transaction");
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await.expect("a key");
    let identity = Identity {
        given_name: "Jeanne Marie".to_owned().into(),
        family_name: "Lefèvre".to_owned().into(),
        birthdate: "1948-04-12".to_owned().into(),
        gender: "female".to_owned().into(),
        birthplace: "21231".to_owned().into(),
        birthcountry: "99100".to_owned().into(),
        preferred_username: Some("Lefèvre".to_owned().into()),
        email: Some("jeanne@courriel.example".to_owned().into()),
        ..Identity::default()
    };
    let bytes = serde_json::to_vec(&identity).expect("json");
    let id = PersonId::fresh(work.now, bench.random.as_ref());
    let sealed = key.seal(IDENTITY_LABEL, &bytes, bench.random.as_ref()).expect("sealed");
    let row = persons::PersonRow { id, identity: sealed, identification: Identification::Eidas1, data_key };
    let now = work.now;
    persons::insert(&mut work.tx, &row, now).await.expect("a person");
    let event = Event::PersonIdentified { method: "franceconnect".to_owned(), level: "eidas1".to_owned() };
    let (recorded, _) =
        work.record(Line::new(event, person_actor(id), data_key).person(id)).await.expect("recorded");
    recorded.commit().await.expect("committed");
    id
}

async fn mandate(
    bench: &Bench,
    organisation: OrganisationId,
    account: procura::domain::ids::AccountId,
    habilitation: procura::domain::ids::HabilitationId,
    person: PersonId,
) -> MandateId {
    let mut work = Work::begin(bench, None).await.expect("a transaction");
    let now = work.now;
    let terms = Terms {
        organisation,
        drafted_by: account,
        habilitation,
        themes: BTreeSet::from([Theme::Social, Theme::Logement, Theme::Justice]),
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
        person,
        method: ConsentMethod::FranceConnect,
        grade: ConsentGrade::FranceConnect,
        text_digest: [9; 32],
        validity: Validity::approved_at(now, MandateDuration::Month),
    };
    let active = draft.submit().and_then(|mandate| mandate.approve(consent)).expect("approved");
    mandates::save(&mut work.tx, &active).await.expect("saved");
    let key = data_keys::system(bench);
    let event = Event::MandateRefused { method: "test".to_owned() };
    let line = Line::new(event, person_actor(person), key).mandate(id);
    let (recorded, _) = work.record(line).await.expect("recorded");
    recorded.commit().await.expect("committed");
    id
}

async fn administration(bench: &Bench, by: &OperatorActor, id: &str, themes: &[Theme]) -> Administration {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let redirect_uri = format!("http://{}/cb", listener.local_addr().expect("an address"));
    let router = Router::new().route("/cb", get(|| async { axum::response::Html("<title>Back</title>") }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut new = NewClient::new(ClientKind::Administration, format!("La {id}"));
    new.id = procura::domain::ids::ClientId::parse(id);
    new.compat = true;
    new.themes = themes.iter().copied().collect();
    new.redirect_uris.insert(redirect_uri.clone());
    new.post_logout_redirect_uris.insert(redirect_uri.clone());
    let registered = register_client(bench, by, new, None).await.expect("a client");
    let secret = registered.secret.expect("a secret").expose_secret().to_owned();
    Administration { id: id.to_owned(), secret, redirect_uri }
}
