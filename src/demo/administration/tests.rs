use std::collections::BTreeMap;

use tokio::net::TcpListener;

use super::*;
use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::jose::sign;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::SystemRandom;
use crate::demo::administration::credential::Credential;
use crate::demo::browser::Browser;
use crate::demo::browser::page::Page;
use crate::demo::client::http_client;

const NOW: i64 = 1_795_000_000;
const LATER: i64 = 4_000_000_000;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Instant {
        Instant::from_seconds(NOW)
    }
}

/// A gateway as small as can be: it checks what the administration sends and signs what it is told to.
#[derive(Clone)]
struct Gateway {
    issuer: String,
    key: Arc<SigningKey>,
    seen: Arc<Mutex<BTreeMap<String, String>>>,
    receipts: Arc<Mutex<Vec<(String, String, Value)>>>,
    /// What goes wrong: `refuse`, `mandate-sub`, `nonce`, `iss`.
    wrong: &'static str,
}

impl Gateway {
    fn remember(&self, name: &str) -> String {
        self.seen.lock().expect("a lock").get(name).cloned().unwrap_or_default()
    }

    fn delegation(&self) -> Value {
        json!({
            "act": {"iss": self.issuer, "sub": "aidant-alias", "org": {"siret": "26210099300019", "name": "CCAS"},
                    "habilitation": "h"},
            "authorization_details": [{"type": "urn:procura:mandate", "identifier": "m", "privileges": ["social"],
                "validity": {"nbf": 0, "exp": LATER}}],
            "txn": "txn-1", "sid": "sid-1"
        })
    }

    fn id_token(&self) -> String {
        let nonce = if self.wrong == "nonce" { "other".to_owned() } else { self.remember("nonce") };
        let mut claims = self.delegation();
        let own = json!({"iss": self.issuer, "sub": "person-alias", "aud": "demo-allocations", "iat": NOW,
            "exp": LATER, "auth_time": NOW, "nonce": nonce});
        claims.as_object_mut().expect("claims").extend(own.as_object().expect("claims").clone());
        sign(&self.key, None, &claims).expect("signs")
    }

    fn mandate_token(&self) -> String {
        let subject = if self.wrong == "mandate-sub" { "somebody" } else { "person-alias" };
        let login = self.delegation();
        let claims = json!({"iss": self.issuer, "sub": subject, "aud": "demo-allocations", "jti": "j", "iat": NOW,
            "nbf": 0, "exp": LATER, "may_act": {"org": login["act"]["org"]}, "txn": "txn-1",
            "authorization_details": login["authorization_details"]});
        sign(&self.key, Some("mandate+jwt"), &claims).expect("signs")
    }
}

async fn discovery(State(gateway): State<Gateway>) -> Json<Value> {
    let issuer = &gateway.issuer;
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "userinfo_endpoint": format!("{issuer}/userinfo"),
        "introspection_endpoint": format!("{issuer}/introspect"), "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn jwks(State(gateway): State<Gateway>) -> Json<JwkSet> {
    Json(JwkSet { keys: vec![gateway.key.public_jwk()] })
}

async fn authorize(
    State(gateway): State<Gateway>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Redirect {
    *gateway.seen.lock().expect("a lock") = query.clone();
    let issuer = if gateway.wrong == "iss" { "http://elsewhere.example" } else { gateway.issuer.as_str() };
    let answer = if gateway.wrong == "refuse" { ("error", "access_denied") } else { ("code", "the-code") };
    let pairs = [answer, ("state", query["state"].as_str()), ("iss", issuer)];
    Redirect::to(Url::parse_with_params(&query["redirect_uri"], pairs).expect("an address").as_str())
}

async fn token(
    State(gateway): State<Gateway>,
    headers: HeaderMap,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Response {
    assert_eq!(headers["authorization"], "Basic ZGVtby1hbGxvY2F0aW9uczpzZWNyZXQ=");
    if fields["grant_type"] == "client_credentials" {
        return Json(json!({"access_token": "own", "token_type": "Bearer"})).into_response();
    }
    assert_eq!(b64(&sha256(fields["code_verifier"].as_bytes())), gateway.remember("code_challenge"));
    Json(json!({"access_token": "short-lived", "token_type": "Bearer", "expires_in": 300, "scope": "openid",
        "id_token": gateway.id_token(), "mandate_token": gateway.mandate_token()}))
    .into_response()
}

async fn userinfo() -> Json<Value> {
    Json(
        json!({"sub": "person-alias", "given_name": "Jeanne", "family_name": "Lefèvre", "birthplace": "21231"}),
    )
}

async fn introspect(Form(fields): Form<BTreeMap<String, String>>) -> Json<Value> {
    Json(json!({"active": fields["token"] != "short-lived"}))
}

async fn receipts(
    State(gateway): State<Gateway>,
    axum::extract::Path(txn): axum::extract::Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> StatusCode {
    if headers["authorization"] == "Bearer short-lived" {
        return StatusCode::UNAUTHORIZED;
    }
    let key = headers["idempotency-key"].to_str().expect("text").to_owned();
    gateway.receipts.lock().expect("a lock").push((txn, key, body));
    StatusCode::CREATED
}

async fn world(wrong: &'static str) -> (Gateway, Url, Browser) {
    let (one, other) = (
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
    );
    let gateway = Gateway {
        issuer: format!("http://{}", one.local_addr().expect("an address")),
        key: Arc::new(SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0),
        seen: Arc::default(),
        receipts: Arc::default(),
        wrong,
    };
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(jwks))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo))
        .route("/introspect", post(introspect))
        .route("/api/v1/acts/{txn}/receipts", post(receipts))
        .with_state(gateway.clone());
    tokio::spawn(async move { axum::serve(one, routes).await });
    let base =
        Url::parse(&format!("http://{}/", other.local_addr().expect("an address"))).expect("an address");
    let http = http_client(None).expect("a client");
    let administrations = people::ADMINISTRATIONS.map(|about| {
        let registration = Registration {
            issuer: Url::parse(&gateway.issuer).expect("an address"),
            client_id: about.client_id.to_owned(),
            credential: Credential::Secret("secret".to_owned()),
            redirect_uri: redirect_uri(&base, &about),
            http: http.clone(),
        };
        Administration::new(about, registration, Arc::new(Fixed), Arc::new(SystemRandom::new()))
    });
    let routes = router(&administrations);
    tokio::spawn(async move { axum::serve(other, routes).await });
    (gateway, base, Browser::new(http, Arc::new(Fixed)))
}

async fn log_in(base: &Url, browser: &mut Browser) -> Page {
    let home = browser.get(base).await.expect("a page");
    browser.click(&home, "Connexion des aidants : Social").await.expect("a page")
}

#[tokio::test]
async fn a_delegated_login_opens_the_file_and_a_receipt_reaches_the_gateway_once() {
    let (gateway, base, mut browser) = world("").await;
    let file = log_in(&base, &mut browser).await;
    assert_eq!(file.h1(), "Vous agissez pour Jeanne Lefèvre");
    assert!(file.text().contains("SIRET 26210099300019") && file.text().contains("actif"), "{}", file.text());
    assert!(gateway.remember("authorization_details").contains(r#""privileges":["social"]"#));
    assert_eq!(gateway.remember("scope"), "openid profile birth email");
    let form = file.form_last_in_main().expect("a form").with(&[("kind", "paid")]).expect("a field");
    let after = browser.submit(&form).await.expect("a page");
    assert!(after.text().contains("Déclaration de ressources (D-"));
    browser.submit(&form).await.expect("a page");
    let receipts = gateway.receipts.lock().expect("a lock").clone();
    assert_eq!((receipts.len(), &receipts[0].0, &receipts[0].1), (2, &"txn-1".to_owned(), &receipts[1].1));
    assert_eq!(receipts[0].2["kind"], "paid");
    let json = browser.get(&base.join("dossier.json").expect("a path")).await.expect("json");
    let json: Value = serde_json::from_str(&json.html).expect("json");
    assert_eq!(
        (&json["id_token"]["txn"], &json["receipts"].as_array().map(Vec::len)),
        (&json!("txn-1"), &Some(1))
    );
    assert_eq!(json["id_token"]["act"]["sub"], "aidant-alias");
    let state = browser.get(&base.join("introspection.json").expect("a path")).await.expect("json");
    let state: Value = serde_json::from_str(&state.html).expect("json");
    assert_eq!((&state["active"], &state["access_token"]["active"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_refusal_is_explained_and_opens_nothing() {
    let (_, base, mut browser) = world("refuse").await;
    let page = log_in(&base, &mut browser).await;
    assert!(page.text().contains("access_denied") && page.status == StatusCode::FORBIDDEN);
    let closed = browser.get(&base.join("dossier.json").expect("a path")).await.expect("json");
    assert_eq!(closed.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_does_not_verify_opens_nothing() {
    for (wrong, words) in [("nonce", "id_token"), ("mandate-sub", "mandate_token"), ("iss", "pas attendue")] {
        let (_, base, mut browser) = world(wrong).await;
        let page = log_in(&base, &mut browser).await;
        assert!(page.text().contains(words) && !page.status.is_success(), "{wrong}: {}", page.text());
        let file = browser.get(&base.join("dossier").expect("a path")).await.expect("a page");
        assert_eq!(file.url.path(), "/");
    }
}

#[tokio::test]
async fn an_answer_brought_from_another_browser_is_refused() {
    let (_, base, mut browser) = world("").await;
    log_in(&base, &mut browser).await;
    let answer = browser.visited().iter().find(|url| url.path() == "/retour").cloned().expect("an answer");
    let mut other = Browser::new(http_client(None).expect("a client"), Arc::new(Fixed));
    assert_eq!(other.get(&answer).await.expect("a page").status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(&answer).await.expect("a page").status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn two_administrations_of_one_server_keep_their_files_apart() {
    let (_, base, mut browser) = world("").await;
    log_in(&base, &mut browser).await;
    let other = browser.get(&base.join("impots/dossier.json").expect("a path")).await.expect("json");
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    let home = browser.get(&base.join("impots").expect("a path")).await.expect("a page");
    assert!(home.text().contains("Service des impôts") && !home.text().contains("dossier ouvert"));
    let file = browser.get(&base.join("dossier").expect("a path")).await.expect("a page");
    let closed = browser.submit(&file.form_to("/deconnexion").expect("a form")).await.expect("a page");
    assert!(!closed.text().contains("dossier ouvert"));
}
