//! The code against tokens, what an ID token must say, and the userinfo.

use std::fmt;
use std::time::Duration;

use oauth2::AuthType;
use oauth2::AuthorizationCode;
use oauth2::ClientId;
use oauth2::ClientSecret;
use oauth2::ExtraTokenFields;
use oauth2::PkceCodeVerifier;
use oauth2::RedirectUrl;
use oauth2::RequestTokenError;
use oauth2::StandardErrorResponse;
use oauth2::StandardRevocableToken;
use oauth2::StandardTokenResponse;
use oauth2::TokenResponse;
use oauth2::TokenUrl;
use oauth2::basic::BasicErrorResponse;
use oauth2::basic::BasicErrorResponseType;
use oauth2::basic::BasicRevocationErrorResponse;
use oauth2::basic::BasicTokenIntrospectionResponse;
use oauth2::basic::BasicTokenType;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::config::FixedEndpoints;
use crate::config::IdentityProvider;
use crate::crypto::hash::same;
use crate::crypto::jose;
use crate::crypto::jose::JoseError;
use crate::crypto::keys::SigningKey;
use crate::domain::person::Identification;
use crate::domain::time::Instant;
use crate::oidc::relying_party::callback::printable;
use crate::oidc::relying_party::callback::support_codes;
use crate::oidc::relying_party::error::RpError;
use crate::oidc::relying_party::profile::Rules;
use crate::oidc::relying_party::transport::Transport;
use crate::oidc::relying_party::transport::TransportError;
use crate::oidc::relying_party::transport::log_failure;

/// How far the provider's clock may be from ours, in seconds.
const SKEW: i64 = 30;
/// The oldest ID token that is a fresh answer, in seconds.
const OLDEST: i64 = 600;
const LONGEST_SUBJECT: usize = 255;
const ASSERTION_LIFE: Duration = Duration::from_secs(60);
/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the token endpoint gave.
pub struct Answer {
    /// The ID token as received, not yet verified.
    pub id_token: String,
    /// For userinfo alone.
    pub access_token: String,
}

/// One audience or several (RFC 7519 section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Audience {
    /// Whether it is `client` alone.
    pub fn is(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => matches!(many.as_slice(), [only] if only == client),
        }
    }
}

/// The claims of a verified ID token (OIDC Core section 2).
#[derive(Deserialize)]
pub struct IdClaims {
    iss: String,
    /// The person's identifier at the provider, for us alone.
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: String,
    /// The level.
    pub acr: String,
    /// By what means (RFC 8176), where the provider says it.
    pub amr: Option<Vec<String>>,
    /// When she logged in, in seconds since 1970.
    pub auth_time: Option<i64>,
}

impl IdClaims {
    /// The checks of OIDC Core section 3.1.3.7, the level by the profile's rule.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] with what did not fit.
    pub fn check(&self, settings: &IdentityProvider, nonce: &str, now: Instant) -> Result<(), RpError> {
        let now = now.seconds();
        let client = &settings.client_id;
        let checks = [
            (self.iss == settings.issuer, "issuer of the ID token"),
            (self.aud.is(client), "audience of the ID token"),
            (self.azp.as_ref().is_none_or(|azp| azp == client), "authorized party of the ID token"),
            (now < self.exp.saturating_add(SKEW), "an ID token that has ended"),
            (self.iat <= now.saturating_add(SKEW), "an ID token of the future"),
            (now.saturating_sub(self.iat) <= OLDEST, "an old ID token"),
            (same(self.nonce.as_bytes(), nonce.as_bytes()), "nonce of the ID token"),
            (Rules::of(settings.profile).accepts(settings, &self.acr), "level of the ID token"),
            (!self.sub.is_empty() && self.sub.len() <= LONGEST_SUBJECT, "subject of the ID token"),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, what)) => {
                tracing::warn!(what, "an ID token is not believed");
                Err(RpError::Untrusted(what))
            }
            None => Ok(()),
        }
    }

    /// The level as the domain knows it.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] for another word.
    pub fn identification(&self) -> Result<Identification, RpError> {
        match Identification::parse(&self.acr) {
            Some(Identification::Declared) | None => Err(RpError::Untrusted("level of the ID token")),
            Some(level) => Ok(level),
        }
    }
}

/// The ID token beside the access token, as text: it may be encrypted, and is verified here.
#[derive(Deserialize, Serialize)]
struct IdTokenField {
    id_token: Option<String>,
}

impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField(…)")
    }
}

impl ExtraTokenFields for IdTokenField {}

type TokenClient = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<IdTokenField, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// How this gateway proves itself, ready to be sent.
pub enum Proof {
    /// `client_secret_post` (OIDC Core section 9).
    Secret(SecretString),
    /// `private_key_jwt`: the signed assertion (RFC 7523 section 2.2).
    Assertion(String),
}

/// Signs the assertion of `private_key_jwt`: one audience, the issuer; a minute long; never twice the same.
///
/// # Errors
/// [`JoseError::Signing`].
pub fn assertion(
    settings: &IdentityProvider,
    key: &SigningKey,
    jti: &str,
    now: Instant,
) -> Result<String, JoseError> {
    let claims = json!({
        "iss": settings.client_id,
        "sub": settings.client_id,
        "aud": settings.issuer,
        "jti": jti,
        "iat": now.seconds(),
        "exp": now.plus(ASSERTION_LIFE).seconds(),
    });
    jose::sign(key, Some("JWT"), &claims)
}

/// What is redeemed.
pub struct Redemption<'a> {
    /// Where the code came back to.
    pub return_url: &'a str,
    /// The code.
    pub code: String,
    /// The PKCE verifier (RFC 7636 section 4.5), where one was promised.
    pub verifier: Option<String>,
}

/// Redeems the code (RFC 6749 section 4.1.3), client id and proof in the body.
///
/// # Errors
/// [`RpError::Unavailable`], [`RpError::Provider`], or [`RpError::Untrusted`] when the answer holds no ID token.
pub async fn redeem(
    settings: &IdentityProvider,
    proof: Proof,
    endpoints: &FixedEndpoints,
    redemption: Redemption<'_>,
    transport: &Transport,
) -> Result<Answer, RpError> {
    let bad = |_| RpError::Unavailable("an address of the provider cannot be read".to_owned());
    let client = TokenClient::new(ClientId::new(settings.client_id.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::new(endpoints.token.clone()).map_err(bad)?)
        .set_redirect_uri(RedirectUrl::new(redemption.return_url.to_owned()).map_err(bad)?);
    let client = match &proof {
        Proof::Secret(secret) => {
            client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
        }
        Proof::Assertion(_) => client,
    };
    let mut request = client.exchange_code(AuthorizationCode::new(redemption.code));
    if let Some(verifier) = redemption.verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
    }
    if let Proof::Assertion(assertion) = &proof {
        request = request
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion.as_str());
    }
    let answer = request.request_async(transport).await.map_err(refused)?;
    let id_token = answer.extra_fields().id_token.clone();
    let id_token = id_token.ok_or(RpError::Untrusted("an answer without an ID token"))?;
    Ok(Answer { id_token, access_token: answer.access_token().secret().clone() })
}

fn refused(
    error: RequestTokenError<TransportError, StandardErrorResponse<BasicErrorResponseType>>,
) -> RpError {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(answer) => {
            let (error_code, error_id) = support_codes(answer.error_uri().map(String::as_str));
            let provider_error = printable(answer.error().as_ref());
            tracing::warn!(provider_error, error_code, error_id, "the identity provider refused the code");
            RpError::Provider(provider_error)
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            tracing::warn!("the token endpoint's answer cannot be read");
            RpError::Untrusted("the token endpoint's answer")
        }
    }
}

/// A userinfo answer as received.
pub enum Userinfo {
    /// A JWT (OIDC Core section 5.3.2), not yet verified.
    Jwt(String),
    /// Plain JSON.
    Plain(Vec<u8>),
}

/// Asks for userinfo.
///
/// # Errors
/// [`RpError::Unavailable`], or [`RpError::Untrusted`] when it is neither `application/jwt` nor, where the profile allows it,
/// `application/json`.
pub async fn userinfo(
    url: &str,
    access_token: &str,
    plain_allowed: bool,
    transport: &Transport,
) -> Result<Userinfo, RpError> {
    let accept = if plain_allowed { "application/jwt, application/json" } else { "application/jwt" };
    let request = http::Request::get(url)
        .header(http::header::ACCEPT, accept)
        .header(http::header::AUTHORIZATION, format!("Bearer {access_token}"))
        .body(Vec::new())
        .map_err(|_| RpError::Untrusted("access token"))?;
    let answer = transport.send(request).await?;
    if !answer.status().is_success() {
        log_failure(answer.body());
        tracing::warn!(status = answer.status().as_u16(), "the userinfo endpoint refused");
        return Err(RpError::Unavailable(format!("userinfo status {}", answer.status().as_u16())));
    }
    let kind = answer
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/jwt" => String::from_utf8(answer.into_body())
            .map(|text| Userinfo::Jwt(text.trim().to_owned()))
            .map_err(|_| RpError::Untrusted("userinfo")),
        "application/json" if plain_allowed => Ok(Userinfo::Plain(answer.into_body())),
        _ => Err(RpError::Untrusted("type of the userinfo answer")),
    }
}

/// Of whom, to whom and until when a userinfo answer speaks.
#[derive(Deserialize)]
pub struct UserinfoFrame {
    iss: Option<String>,
    aud: Option<Audience>,
    exp: Option<i64>,
    sub: String,
}

impl UserinfoFrame {
    /// That it speaks of the ID token's subject, to us, now; a signed one must say all of it.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] with what did not fit.
    pub fn check(
        &self,
        settings: &IdentityProvider,
        sub: &str,
        now: Instant,
        signed: bool,
    ) -> Result<(), RpError> {
        let checks = [
            (self.iss.as_ref().map_or(!signed, |iss| *iss == settings.issuer), "issuer of userinfo"),
            (self.aud.as_ref().map_or(!signed, |aud| aud.is(&settings.client_id)), "audience of userinfo"),
            (
                self.exp.map_or(!signed, |exp| now.seconds() < exp.saturating_add(SKEW)),
                "userinfo that has ended",
            ),
            (self.sub == sub, "subject of userinfo"),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, what)) => {
                tracing::warn!(what, "userinfo is not believed");
                Err(RpError::Untrusted(what))
            }
            None => Ok(()),
        }
    }
}
