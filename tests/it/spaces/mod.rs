//! What came of a mandate, as the person, an authority, an administration and strangers see it.

mod authority;
mod person;
mod proofs;
mod receipts;
mod verifier;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::ledger::verify::Report;
use procura::ledger::verify::verify;
use procura::operations::current;
use procura::operations::keys;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::Registered;
use procura::operations::register_client::confirm_client;
use procura::operations::register_client::register_client;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::consent::Handed;
use crate::consent::approved;
use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";

/// An administration, as the gateway knows it.
pub struct Service {
    pub id: String,
    pub name: String,
    pub secret: String,
    redirect_uri: Url,
}

/// An aidant with Jeanne's mandate for two themes, and an administration.
pub struct Scene {
    pub world: World,
    pub aidant: Professional,
    pub mandate: Handed,
    pub caf: Service,
}

/// One act, to its tokens.
pub struct Acted {
    pub txn: String,
    pub code: String,
    pub id_token: String,
    pub access_token: String,
    pub mandate_token: String,
}

impl Scene {
    pub async fn set(world: World) -> Self {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let mandate = approved(&world, &mut aidant, &["social", "logement"], "semester", "jeanne").await;
        let caf = service(&world, "caf", "Caisse d’essai").await;
        Self { world, aidant, mandate, caf }
    }

    /// Her space in a fresh browser.
    pub async fn person(&self, login: &str) -> (Browser, Page) {
        let mut browser = self.world.browser();
        let page = browser.get(&self.world.at("/personne")).await.expect("the login page");
        assert_eq!(page.url.path(), "/personne/connexion");
        let page =
            browser.submit(&page.form_last_in_main().expect("its button")).await.expect("the provider");
        let page = self.world.identify(&mut browser, page, login).await;
        assert_eq!(page.url.path(), "/personne", "{}", page.main_text());
        (browser, page)
    }

    /// Asks for an act: the page of the persons.
    pub async fn persons(&mut self, service: &Service) -> Page {
        let world = &self.world;
        if self.aidant.get(world, "/aidant").await.url.path() != "/aidant" {
            self.aidant.login(world).await;
        }
        let mut page = self.aidant.browser.get(&request(world, service)).await.expect("the choice page");
        if page.url.path() == "/aidant/second-facteur" {
            page = self.aidant.second_factor(world, &page).await;
        }
        page
    }

    /// Asks for an act and makes both choices; the page that follows.
    pub async fn ask(&mut self, service: &Service, theme: &str) -> Page {
        let page = self.persons(service).await;
        let form =
            page.form_last_in_main().expect("the persons").choose(&["Jeanne", "Lefèvre"]).expect("her");
        let page = self.aidant.browser.submit(&form).await.expect("the themes");
        let form =
            page.form_last_in_main().expect("the themes").with(&[("theme", theme)]).expect("the theme");
        self.aidant.browser.submit(&form).await.expect("an answer")
    }

    /// One whole act at the administration of this scene.
    pub async fn act(&mut self, theme: &str) -> Acted {
        let service = self.caf.copy();
        self.act_at(&service, theme).await
    }

    /// One whole act.
    pub async fn act_at(&mut self, service: &Service, theme: &str) -> Acted {
        let page = self.ask(service, theme).await;
        let code = page.url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        let code = code.unwrap_or_else(|| panic!("a code at {}: {}", page.url, page.main_text()));
        let (status, tokens) = self.redeem(service, &code).await;
        assert_eq!(status, 200, "{tokens}");
        let text = |name: &str| tokens[name].as_str().expect("a token").to_owned();
        let claims = text("id_token");
        let claims = claims.split('.').nth(1).and_then(procura::crypto::hash::unb64).expect("claims");
        let claims: Value = serde_json::from_slice(&claims).expect("claims");
        let txn = claims["txn"].as_str().expect("txn").to_owned();
        let (id_token, access_token) = (text("id_token"), text("access_token"));
        Acted { txn, code, id_token, access_token, mandate_token: text("mandate_token") }
    }

    /// A code presented by an administration.
    pub async fn redeem(&self, service: &Service, code: &str) -> (u16, Value) {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", service.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth/token", service, &fields).await
    }

    /// A form posted by an administration with its secret.
    pub async fn post(&self, path: &str, service: &Service, fields: &[(&str, &str)]) -> (u16, Value) {
        let call = self
            .world
            .http
            .post(self.world.at(path))
            .basic_auth(&service.id, Some(&service.secret))
            .form(fields);
        let answer = call.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// The administration's own token.
    pub async fn own_token(&self, service: &Service) -> String {
        let fields = [("grant_type", "client_credentials"), ("scope", "receipts")];
        let (status, answer) = self.post("/oauth/token", service, &fields).await;
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    /// A report with this token and key.
    pub async fn report(&self, txn: &str, token: &str, key: &str, body: &Value) -> (u16, Value) {
        let url = self.world.at(&format!("/api/v1/acts/{txn}/receipts"));
        let call = self.world.http.post(url).bearer_auth(token).header("idempotency-key", key).json(body);
        let answer = call.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// An ordinary report.
    pub async fn usual_report(&self, acted: &Acted) {
        let body =
            json!({ "kind": "submitted", "label": "Déclaration de ressources 2026", "reference": "R-7" });
        let (status, answer) = self.report(&acted.txn, &acted.access_token, "key-1", &body).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// A bundle file checked with the ledger's public key alone.
    pub async fn verified(&self, file: &str) -> Report {
        let key = keys::ledger_verifier(&self.world.bench).await.expect("a key");
        verify(file.as_bytes(), &key).unwrap_or_else(|findings| panic!("{findings:?} in {file}"))
    }
}

impl Service {
    pub fn copy(&self) -> Self {
        Self {
            id: self.id.clone(),
            name: self.name.clone(),
            secret: self.secret.clone(),
            redirect_uri: self.redirect_uri.clone(),
        }
    }
}

/// Registers a client, confirmed by a second operator.
pub async fn registered(world: &World, new: NewClient) -> Registered {
    let mut registered = register_client(&world.bench, &CLI, new, None).await.expect("a client");
    let operator = world.operator(&format!("Odile {}", registered.client.id)).await;
    let by =
        current::operator(&world.bench, operator.account, None).await.expect("a read").expect("an operator");
    registered.client =
        confirm_client(&world.bench, &by, &registered.client.id, None, None).await.expect("confirmed");
    registered
}

/// Registers an administration for three themes, confirmed by an operator.
pub async fn service(world: &World, id: &str, name: &str) -> Service {
    service_with(world, id, |new| name.clone_into(&mut new.name)).await
}

/// The same with changes to its registration.
pub async fn service_with(world: &World, id: &str, change: impl FnOnce(&mut NewClient)) -> Service {
    let redirect_uri = world.at(&format!("/retour-{id}"));
    let mut new = NewClient::new(ClientKind::Administration, id);
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = [Theme::Social, Theme::Logement, Theme::Papiers].into();
    new.redirect_uris.insert(redirect_uri.to_string());
    change(&mut new);
    let name = new.name.clone();
    let registered = registered(world, new).await;
    let secret = registered.secret.expect("a secret").expose_secret().to_owned();
    Service { id: id.to_owned(), name, secret, redirect_uri }
}

fn request(world: &World, service: &Service) -> Url {
    let mut url = world.at("/oauth/authorize");
    url.query_pairs_mut().extend_pairs([
        ("client_id", service.id.as_str()),
        ("redirect_uri", service.redirect_uri.as_str()),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", &b64(&sha256(VERIFIER.as_bytes()))),
        ("code_challenge_method", "S256"),
    ]);
    url
}
