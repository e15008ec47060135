//! A public service that aidants enter through Procura, in Rust with the crate `openidconnect`.
//!
//! ```sh
//! ISSUER=https://procura.example CLIENT_ID=… CLIENT_SECRET=… cargo run --example service      # and open http://localhost:3000
//! ```
//!
//! Registered once, by whoever runs the gateway:
//!
//! ```sh
//! procura client add --kind administration --name "Sample service" --theme social --compat \
//!   --redirect-uri http://localhost:3000/callback
//! ```
//!
//! Others: PORT, THEME. docs/connect-your-service.md explains each step, and what production asks for besides.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks to its developer")]
#![expect(
    clippy::disallowed_methods,
    reason = "its settings are the environment and its clock the machine's"
)]

use std::collections::HashMap;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use axum::Router;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64URL;
use openidconnect::core::*;
use openidconnect::*;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

const MANDATE: &str = "urn:procura:mandate";

// --- What Procura adds to OpenID Connect. ---

/// Claims of the ID token: who acts, under which mandate, and the act's number in the ledger.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Delegation {
    act: Act,
    authorization_details: Vec<Mandate>,
    txn: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Act {
    iss: String,
    sub: String,
    org: Organisation,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Organisation {
    siret: String,
    name: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Mandate {
    r#type: String,
    privileges: Vec<String>,
}

/// Beside the ID token: the signed mandate, to keep in the file.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Signed {
    mandate_token: String,
}

/// Beyond what OpenID Connect Discovery names.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Further {
    introspection_endpoint: String,
}

impl AdditionalClaims for Delegation {}
impl ExtraTokenFields for Signed {}
impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<
    Delegation,
    Signed,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Gateway = Client<
    Delegation,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

// --- The service. ---

struct Service {
    issuer: String,
    client_id: String,
    client_secret: String,
    theme: String,
    metadata: Metadata,
    gateway: Gateway,
    http: reqwest::Client,
    /// Cookie → what the answer must match; in yours a store with expiry.
    logins: Mutex<HashMap<String, Begun>>,
    /// Cookie → who acts for whom.
    files: Mutex<HashMap<String, File>>,
}

struct Begun {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

#[derive(Clone)]
struct File {
    sub: String,
    delegation: Delegation,
    person: CoreUserInfoClaims,
    mandate: Value,
    token: String,
    receipts: Vec<String>,
}

fn held<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

impl Service {
    /// Everything but the gateway's address is discovered.
    async fn open(here: &str) -> Result<Self> {
        let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is missing"));
        let (issuer, client_id, client_secret) =
            (variable("ISSUER")?, variable("CLIENT_ID")?, variable("CLIENT_SECRET")?);
        // Without redirects: an answer that leads elsewhere is no answer.
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        let metadata = Metadata::discover_async(IssuerUrl::new(issuer.clone())?, &Calls(&http)).await?;
        let gateway = Gateway::from_provider_metadata(
            metadata.clone(),
            ClientId::new(client_id.clone()),
            Some(ClientSecret::new(client_secret.clone())),
        )
        .set_redirect_uri(RedirectUrl::new(format!("{here}/callback"))?);
        let theme = variable("THEME").unwrap_or_else(|_| "social".to_owned());
        let (logins, files) = Default::default();
        Ok(Self { issuer, client_id, client_secret, theme, metadata, gateway, http, logins, files })
    }

    /// Where the browser goes, and what its answer must match.
    fn begin(&self) -> (String, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let asked = json!([{ "type": MANDATE, "privileges": [self.theme] }]);
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = self
            .gateway
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["profile", "birth"].map(|scope| Scope::new(scope.to_owned())))
            .add_extra_param("authorization_details", asked.to_string())
            .set_pkce_challenge(challenge)
            .url();
        (url.into(), Begun { state, nonce, verifier })
    }

    /// Ends a login: every check that a service must do, in their order.
    async fn finish(&self, answer: &HashMap<String, String>, begun: Begun) -> Result<File> {
        let said = |name: &str| answer.get(name).map(String::as_str).unwrap_or_default();
        ensure!(said("state") == begun.state.secret(), "another state");
        ensure!(said("iss") == self.issuer, "an answer of another issuer");
        let tokens = self
            .gateway
            .exchange_code(AuthorizationCode::new(said("code").to_owned()))?
            .set_pkce_verifier(begun.verifier)
            .request_async(&Calls(&self.http))
            .await?;
        let id_token = tokens.extra_fields().id_token().context("no ID token")?;
        // Signature, iss, aud, exp and nonce.
        let claims = id_token.claims(&self.gateway.id_token_verifier(), &begun.nonce)?;
        let (sub, delegation) = (claims.subject().to_string(), claims.additional_claims().clone());
        ensure!(delegation.act.iss == self.issuer && delegation.act.sub != sub, "nobody acts for somebody");
        let today = delegation.authorization_details.first().context("no mandate")?;
        ensure!(
            today.r#type == MANDATE && today.privileges == [self.theme.as_str()],
            "another theme than ours"
        );
        let token = tokens.extra_fields().extra_fields().mandate_token.clone();
        let mandate = self.read_mandate(&token, &sub, &delegation)?;
        let person: CoreUserInfoClaims = self
            .gateway
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?
            .request_async(&Calls(&self.http))
            .await?;
        Ok(File { sub, delegation, person, mandate, token, receipts: Vec::new() })
    }

    /// The signed mandate, checked without asking the gateway.
    fn read_mandate(&self, token: &str, sub: &str, delegation: &Delegation) -> Result<Value> {
        let mandate = self.verify(token, "mandate+jwt")?;
        let now = now()?;
        ensure!(mandate["iss"] == self.issuer.as_str(), "a mandate of another issuer");
        ensure!(mandate["aud"] == self.client_id.as_str(), "a mandate for another");
        let (from, until) =
            (mandate["nbf"].as_u64().context("nbf")?, mandate["exp"].as_u64().context("exp")?);
        ensure!(from <= now && now < until, "a mandate of another time");
        ensure!(mandate["sub"] == sub && mandate["txn"] == delegation.txn.as_str(), "about something else");
        let themes = mandate["authorization_details"][0]["privileges"].as_array().context("themes")?;
        ensure!(themes.contains(&json!(self.theme)), "the mandate does not hold our theme");
        Ok(mandate)
    }

    /// The claims of a token of this type that one of the gateway's keys signed.
    fn verify(&self, token: &str, typ: &str) -> Result<Value> {
        let (signed, signature) = token.rsplit_once('.').context("no token")?;
        let (head, body) = signed.split_once('.').context("no token")?;
        let head: Value = serde_json::from_slice(&B64URL.decode(head)?)?;
        ensure!(head["typ"] == typ && head["alg"] == "ES256", "another type or algorithm: {head}");
        let key = self
            .metadata
            .jwks()
            .keys()
            .iter()
            .find(|key| key.key_id().is_some_and(|id| head["kid"] == id.as_str()));
        // A service that runs for months fetches the keys again where a new one signs.
        let key = key.context("an unknown key")?;
        let algorithm = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
        key.verify_signature(&algorithm, signed.as_bytes(), &B64URL.decode(signature)?)?;
        Ok(serde_json::from_slice(&B64URL.decode(body)?)?)
    }

    /// What the signed status list says of the mandate; keep a list for its `ttl` where this is asked often.
    async fn listed_status(&self, mandate: &Value) -> Result<&'static str> {
        let reference = &mandate["status"]["status_list"];
        let uri = reference["uri"].as_str().context("no status list")?;
        ensure!(uri.starts_with(&format!("{}/status/", self.issuer)), "a status list of somebody else");
        let asked = self.http.get(uri).header(header::ACCEPT, "application/statuslist+jwt");
        let answer = asked.send().await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok("not listed yet"); // for the first seconds of a mandate
        }
        let list = self.verify(&answer.error_for_status()?.text().await?, "statuslist+jwt")?;
        ensure!(list["sub"] == uri, "another list");
        ensure!(list["exp"].as_u64().context("exp")? > now()?, "an old list");
        let packed = B64URL.decode(list["status_list"]["lst"].as_str().context("lst")?)?;
        let mut bytes = Vec::new();
        flate2::read::ZlibDecoder::new(packed.as_slice()).take(1 << 24).read_to_end(&mut bytes)?;
        let bits = list["status_list"]["bits"].as_u64().context("bits")?;
        let bit = reference["idx"].as_u64().context("idx")?.saturating_mul(bits);
        let byte = bytes.get(usize::try_from(bit / 8)?).context("the list has no such place")?;
        Ok(match (byte >> (bit % 8)) & ((1 << bits) - 1) {
            0 => "in force",
            1 => "ended",
            2 => "suspended",
            _ => "unknown",
        })
    }

    /// Asks the gateway: the answer is that of this moment.
    async fn holds_now(&self, token: &str) -> Result<bool> {
        let endpoint = &self.metadata.additional_metadata().introspection_endpoint;
        let answer = self.as_client(endpoint, &[("token", token)]).await?;
        Ok(answer["active"] == true)
    }

    async fn as_client(&self, endpoint: &str, form: &[(&str, &str)]) -> Result<Value> {
        let asked =
            self.http.post(endpoint).basic_auth(&self.client_id, Some(&self.client_secret)).form(form);
        Ok(asked.send().await?.error_for_status()?.json().await?)
    }

    /// Tells the person and the aidant what was done; the same reference twice is one line. Gives the receipt.
    async fn report(&self, txn: &str) -> Result<String> {
        let reference = format!("RS-{}", Nonce::new_random().secret()); // … here the service does its work …
        let endpoint = self.metadata.token_endpoint().context("token endpoint")?;
        let own = [("grant_type", "client_credentials"), ("scope", "receipts")];
        let own = self.as_client(endpoint, &own).await?;
        let answer = self
            .http
            .post(format!("{}/api/v1/acts/{txn}/receipts", self.issuer))
            .bearer_auth(own["access_token"].as_str().context("no token")?)
            .header("idempotency-key", &reference)
            .json(&json!({ "kind": "submitted", "label": "Declaration by the Rust service", "reference": reference }))
            .send()
            .await?;
        let receipt: Value = answer.error_for_status()?.json().await?;
        Ok(format!("{reference} → {}", receipt["chain"].as_str().context("no chain")?))
    }
}

/// The library's calls through our HTTP client.
struct Calls<'h>(&'h reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Calls<'_> {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, asked: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(asked.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

// --- What the aidant sees. ---

/// Whatever does not hold opens nothing.
struct Fault(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        eprintln!("{:#}", self.0);
        page(StatusCode::BAD_GATEWAY, "The login could not be checked, so nothing was opened.", BACK)
    }
}

const BACK: &str = r#"<a href="/">Back</a>"#;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(status: StatusCode, words: &str, more: &str) -> Response {
    let words = escape(words);
    let html = format!(
        r#"<!doctype html><html lang="en"><title>Sample service</title><main><h1>Sample service</h1><p>{words}</p>{more}</main>"#
    );
    (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

fn cookie(headers: &HeaderMap, name: &str) -> String {
    let sent = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut pairs = sent.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

fn with_cookie(name: &str, value: &str, to: &str) -> Response {
    // With TLS also Secure.
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

async fn login(State(service): State<Arc<Service>>) -> Response {
    let (there, begun) = service.begin();
    let id = CsrfToken::new_random_len(32).into_secret();
    held(&service.logins).insert(id.clone(), begun);
    with_cookie("service_login", &id, &there)
}

async fn callback(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(answer): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let begun = held(&service.logins).remove(&cookie(&headers, "service_login"));
    let Some(begun) = begun else {
        return Ok(page(StatusCode::BAD_REQUEST, "This login was begun elsewhere or is over.", BACK));
    };
    if answer.get("error").is_some_and(|error| error == "access_denied") {
        let words = "The aidant came back without a mandate (access_denied).";
        return Ok(page(StatusCode::FORBIDDEN, words, BACK));
    }
    let file = service.finish(&answer, begun).await?;
    let id = CsrfToken::new_random_len(32).into_secret();
    held(&service.files).insert(id.clone(), file);
    Ok(with_cookie("service_session", &id, "/"))
}

/// The file of this browser while the mandate holds: it is asked for at each step, so an ended one ends the work at once.
async fn opened(service: &Service, headers: &HeaderMap) -> Result<Result<(String, File), Response>> {
    let id = cookie(headers, "service_session");
    let found = held(&service.files).get(&id).cloned();
    let Some(file) = found else {
        let door = r#"<a href="/login">Log in as an aidant with Procura</a>"#;
        return Ok(Err(page(StatusCode::OK, "", door)));
    };
    if service.holds_now(&file.token).await? {
        return Ok(Ok((id, file)));
    }
    held(&service.files).remove(&id);
    let words = "The mandate ended: nothing more may be done in this person's name.";
    Ok(Err(page(StatusCode::FORBIDDEN, words, BACK)))
}

fn name(person: &CoreUserInfoClaims) -> String {
    let given = person.given_name().and_then(|name| name.get(None)).map(|name| name.as_str());
    let family = person.family_name().and_then(|name| name.get(None)).map(|name| name.as_str());
    let born = person.birthdate().map(|date| date.as_str());
    format!("{} {}, born {}", given.unwrap_or_default(), family.unwrap_or_default(), born.unwrap_or_default())
}

async fn show(State(service): State<Arc<Service>>, headers: HeaderMap) -> Result<Response, Fault> {
    let file = match opened(&service, &headers).await? {
        Ok((_, file)) => file,
        Err(page) => return Ok(page),
    };
    let organisation = &file.delegation.act.org;
    let until = time::OffsetDateTime::from_unix_timestamp(file.mandate["exp"].as_i64().context("exp")?)?;
    let receipts = file.receipts.join(", ");
    let rows = [
        ("Person", name(&file.person)),
        ("Person here (sub)", file.sub.clone()),
        ("Aidant here (act.sub)", file.delegation.act.sub.clone()),
        ("Organisation", format!("{} ({})", organisation.name, organisation.siret)),
        ("Theme", service.theme.clone()),
        ("Mandate until", until.to_string()),
        ("Mandate token", "signature, issuer, audience and dates hold".to_owned()),
        ("Status list", service.listed_status(&file.mandate).await?.to_owned()),
        ("Gateway asked now", "active".to_owned()),
        ("Receipts", if receipts.is_empty() { "none yet".to_owned() } else { receipts }),
    ];
    let rows: String =
        rows.iter().map(|(name, value)| format!("<dt>{name}</dt> <dd>{}</dd> ", escape(value))).collect();
    let form = r#"<form method="post" action="/report"><button>Send the declaration</button></form>"#;
    Ok(page(StatusCode::OK, "You act for somebody.", &format!("<dl>{rows}</dl>{form}")))
}

async fn report(State(service): State<Arc<Service>>, headers: HeaderMap) -> Result<Response, Fault> {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Ok(page(StatusCode::FORBIDDEN, "Sent by another site.", BACK));
    }
    let (id, file) = match opened(&service, &headers).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let receipt = service.report(&file.delegation.txn).await?;
    if let Some(file) = held(&service.files).get_mut(&id) {
        file.receipts.push(receipt);
    }
    Ok(Redirect::to("/").into_response())
}

#[tokio::main]
async fn main() -> Result<()> {
    // Another program would rather let its HTTP client bring its own.
    drop(rustls::crypto::ring::default_provider().install_default());
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let here = format!("http://localhost:{port}");
    let service = Arc::new(Service::open(&here).await?);
    let routes = Router::new()
        .route("/", get(show))
        .route("/login", get(login))
        .route("/callback", get(callback))
        .route("/report", post(report))
        .with_state(service);
    let listener = tokio::net::TcpListener::bind(format!("localhost:{port}")).await?;
    println!("listening on {here}");
    Ok(axum::serve(listener, routes).await?)
}
