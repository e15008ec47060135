//! How an administration shows who it is: a secret, or keys that sign assertions and proofs (RFC 7523, RFC 9449).

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use serde_json::Value;
use serde_json::json;
use url::Url;
use url::form_urlencoded;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::jose;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::random_token;
use crate::demo::client::BodyError;
use crate::demo::client::read_bounded;
use crate::domain::ids::Random;
use crate::domain::time::Clock;

const FORM: &str = "application/x-www-form-urlencoded";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nothing came back.
    #[error("no answer")]
    Send(#[from] reqwest::Error),
    /// What came back could not be read.
    #[error("bad answer")]
    Body(#[from] BodyError),
    /// The request or the answer has impossible headers.
    #[error("bad headers")]
    Http(#[from] http::Error),
    /// A header's value cannot be sent.
    #[error("a header cannot be sent")]
    Header(#[from] http::header::InvalidHeaderValue),
    /// The key did not sign.
    #[error("the key did not sign")]
    Signing(#[from] jose::JoseError),
}

/// What a client shows.
#[derive(Clone)]
pub enum Credential {
    /// A secret, by `client_secret_basic`.
    Secret(String),
    /// Keys: FAPI 2.0.
    Keys(Arc<Keys>),
}

/// The keys of a client of the FAPI 2.0 profile, and the gateway's last nonce.
pub struct Keys {
    /// The client's id.
    pub client_id: String,
    /// The gateway's issuer, as it writes it.
    pub issuer: String,
    /// Signs assertions.
    pub signer: SigningKey,
    /// Tokens are bound to this one.
    pub holder: SigningKey,
    /// The clock of assertions and proofs.
    pub clock: Arc<dyn Clock>,
    /// Makes their numbers.
    pub random: Arc<dyn Random>,
    /// The nonce of the gateway's last answer; none at start.
    pub nonce: Mutex<Option<String>>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.client_id)
    }
}

impl Credential {
    /// A form for one of the gateway's endpoints, with a secret where there is one; keys sign when it is sent.
    pub fn form(
        &self,
        client_id: &str,
        endpoint: &Url,
        fields: &[(&str, &str)],
    ) -> Result<HttpRequest, CallError> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = http::Request::post(endpoint.as_str())
            .header("content-type", FORM)
            .header("accept", "application/json");
        if let Self::Secret(secret) = self {
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encode(client_id), encode(secret));
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(pair)));
        }
        Ok(request.body(body.into_bytes())?)
    }

    /// Sends a request; with keys it is signed first, and once more when the gateway asks for its nonce.
    pub async fn send(
        &self,
        http: &reqwest::Client,
        request: HttpRequest,
    ) -> Result<HttpResponse, CallError> {
        let Self::Keys(keys) = self else { return call(http, request).await };
        let first = call(http, keys.signed(request.clone())?).await?;
        if keys.learns(&first) { call(http, keys.signed(request)?).await } else { Ok(first) }
    }
}

impl Keys {
    /// A form is given an assertion and a proof, a bearer token becomes one that is shown with a proof.
    fn signed(&self, mut request: HttpRequest) -> Result<HttpRequest, CallError> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let token =
            header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
        let is_form = header("content-type").is_some_and(|kind| kind.starts_with(FORM));
        if token.is_none() && !is_form {
            return Ok(request);
        }
        let method = request.method().as_str().to_owned();
        let address = request.uri().to_string();
        let proof = self.proof(&method, &address, token.as_deref())?;
        request.headers_mut().insert("dpop", proof.parse()?);
        match token {
            Some(token) => {
                request.headers_mut().insert("authorization", format!("DPoP {token}").parse()?);
            }
            None => {
                let shown = form_urlencoded::Serializer::new(String::new())
                    .append_pair("client_assertion_type", JWT_BEARER)
                    .append_pair("client_assertion", &self.assertion()?)
                    .finish();
                let body = request.body_mut();
                body.extend_from_slice(format!("&{shown}").as_bytes());
            }
        }
        Ok(request)
    }

    fn assertion(&self) -> Result<String, CallError> {
        let now = self.clock.now().seconds();
        let claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.issuer, "iat": now, "exp": now + 60,
            "jti": random_token(self.random.as_ref(), 16),
        });
        Ok(jose::sign(&self.signer, Some("JWT"), &claims)?)
    }

    fn proof(&self, method: &str, address: &str, token: Option<&str>) -> Result<String, CallError> {
        let address = address.split(['?', '#']).next().unwrap_or_default();
        let mut claims = json!({
            "jti": random_token(self.random.as_ref(), 16), "htm": method, "htu": address,
            "iat": self.clock.now().seconds(),
        });
        if let Some(token) = token {
            claims["ath"] = Value::from(b64(&sha256(token.as_bytes())));
        }
        if let Some(nonce) = self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            claims["nonce"] = Value::from(nonce);
        }
        let key = self.holder.public_jwk();
        let header = json!({ "typ": "dpop+jwt", "alg": self.holder.algorithm().as_str(), "jwk": key });
        let input = format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        let signature = self.holder.sign(input.as_bytes()).map_err(|_| jose::JoseError::Signing)?;
        Ok(format!("{input}.{}", b64(&signature)))
    }

    /// Keeps the nonce of an answer; whether the answer is that one was needed.
    fn learns(&self, answer: &HttpResponse) -> bool {
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        if let Some(nonce) = text("dpop-nonce") {
            *self.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce.to_owned());
        }
        let challenged = answer
            .headers()
            .get_all("www-authenticate")
            .iter()
            .any(|value| value.to_str().is_ok_and(|value| value.contains("use_dpop_nonce")));
        let told = || {
            let body: Option<Value> = serde_json::from_slice(answer.body()).ok();
            body.is_some_and(|body| body["error"] == "use_dpop_nonce")
        };
        challenged || (answer.status().as_u16() == 400 && told())
    }
}

async fn call(client: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let response = client.execute(request.try_into()?).await?;
    let mut builder = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    Ok(builder.body(read_bounded(response).await?)?)
}
