//! What is known of the provider: its endpoints, found once, and its keys, fetched again when a token names a new one and
//! once they are old.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::Url;

use crate::config::Endpoints;
use crate::config::FixedEndpoints;
use crate::config::IdentityProvider;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::domain::time::Instant;
use crate::oidc::relying_party::error::RpError;
use crate::oidc::relying_party::transport::Transport;

/// The shortest time between two fetches of the keys: a forged `kid` must not make us a burden to the provider.
const KEYS_APART: Duration = Duration::from_secs(60);

/// How long keys are believed without asking again: for so long at most a key that the provider has withdrawn, because
/// somebody else has it too, still speaks for it.
const KEYS_LAST: Duration = Duration::from_secs(3_600);

#[derive(Default)]
struct Keys {
    set: JwkSet,
    tried_at: Option<Instant>,
    had_at: Option<Instant>,
}

impl Keys {
    fn are_old(&self, now: Instant) -> bool {
        self.had_at.is_none_or(|had| now.since(had) >= KEYS_LAST)
    }
}

/// What the metadata say.
#[derive(Clone)]
struct Known {
    endpoints: FixedEndpoints,
    names_itself: bool,
}

/// Endpoints and keys as known so far.
#[derive(Default)]
pub struct Provider {
    known: Mutex<Option<Known>>,
    keys: Mutex<Keys>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: String,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Provider {
    /// The endpoints: configured, or from the metadata (OIDC Discovery section 4), which is then kept.
    ///
    /// # Errors
    /// [`RpError::Unavailable`] when the metadata cannot be had, [`RpError::Untrusted`] when it is another issuer's.
    pub async fn endpoints(
        &self,
        settings: &IdentityProvider,
        transport: &Transport,
    ) -> Result<FixedEndpoints, RpError> {
        if let Endpoints::Fixed(fixed) = &settings.endpoints {
            return Ok(fixed.clone());
        }
        Ok(self.known(settings, transport).await?.endpoints)
    }

    /// Whether the metadata promise that every redirect names its issuer (RFC 9207 section 3); without metadata nothing does.
    ///
    /// # Errors
    /// As [`Provider::endpoints`].
    pub async fn names_itself(
        &self,
        settings: &IdentityProvider,
        transport: &Transport,
    ) -> Result<bool, RpError> {
        match settings.endpoints {
            Endpoints::Fixed(_) => Ok(false),
            Endpoints::Discovery => Ok(self.known(settings, transport).await?.names_itself),
        }
    }

    async fn known(&self, settings: &IdentityProvider, transport: &Transport) -> Result<Known, RpError> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref() {
            return Ok(known.clone());
        }
        let found = discover(settings, transport).await?;
        *known = Some(found.clone());
        Ok(found)
    }

    /// Verifies a token of the provider: one of the configured algorithms, under one of its published keys.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] when it does not hold, [`RpError::Unavailable`] when the keys cannot be had.
    pub async fn verify<T: DeserializeOwned>(
        &self,
        settings: &IdentityProvider,
        transport: &Transport,
        token: &str,
        now: Instant,
    ) -> Result<T, RpError> {
        let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &settings.algorithms };
        let mut keys = self.keys.lock().await;
        let old = keys.are_old(now);
        let first = if old { Err(JoseError::UnknownKey) } else { jose::verify(token, &keys.set, &expected) };
        let may_ask = old || keys.tried_at.is_none_or(|tried| now.since(tried) >= KEYS_APART);
        let checked = match first {
            Err(JoseError::UnknownKey) if may_ask => {
                keys.tried_at = Some(now);
                let endpoints = self.endpoints(settings, transport).await?;
                keys.set = fetch_keys(&endpoints.jwks, transport).await?;
                keys.had_at = Some(now);
                jose::verify(token, &keys.set, &expected)
            }
            other => other,
        };
        checked.map(|verified| verified.claims).map_err(|error| {
            tracing::warn!(%error, "a token of the identity provider does not hold");
            RpError::Untrusted("signature")
        })
    }
}

async fn discover(settings: &IdentityProvider, transport: &Transport) -> Result<Known, RpError> {
    let url = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
    let metadata: Metadata = json(&url, transport).await?;
    if metadata.issuer != settings.issuer {
        return Err(RpError::Untrusted("issuer of the metadata"));
    }
    let all = [
        &metadata.authorization_endpoint,
        &metadata.token_endpoint,
        &metadata.userinfo_endpoint,
        &metadata.jwks_uri,
        &metadata.end_session_endpoint,
    ];
    if !all.into_iter().all(|address| as_safe_as(address, &settings.issuer)) {
        return Err(RpError::Untrusted("endpoints of the metadata"));
    }
    Ok(Known {
        endpoints: FixedEndpoints {
            authorization: metadata.authorization_endpoint,
            token: metadata.token_endpoint,
            userinfo: metadata.userinfo_endpoint,
            jwks: metadata.jwks_uri,
            end_session: metadata.end_session_endpoint,
        },
        names_itself: metadata.authorization_response_iss_parameter_supported,
    })
}

/// https, or the issuer's own scheme (http on a loopback host, which the configuration has checked).
fn as_safe_as(address: &str, issuer: &str) -> bool {
    let (Ok(address), Ok(issuer)) = (Url::parse(address), Url::parse(issuer)) else { return false };
    address.scheme() == "https" || (address.scheme() == issuer.scheme() && address.host() == issuer.host())
}

async fn fetch_keys(url: &str, transport: &Transport) -> Result<JwkSet, RpError> {
    json(url, transport).await
}

async fn json<T: DeserializeOwned>(url: &str, transport: &Transport) -> Result<T, RpError> {
    let answer = transport.get(url, "application/json").await?;
    if !answer.status().is_success() {
        return Err(RpError::Unavailable(format!("status {}", answer.status().as_u16())));
    }
    serde_json::from_slice(answer.body())
        .map_err(|_| RpError::Unavailable("an answer cannot be read".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_never_less_safe_than_its_issuer() {
        assert!(as_safe_as("https://elsewhere.example/token", "https://fc.example/api/v2"));
        assert!(as_safe_as("http://localhost:8081/token", "http://localhost:8081/api/v2"));
        assert!(!as_safe_as("http://fc.example/token", "https://fc.example/api/v2"));
        assert!(!as_safe_as("http://intern.example/token", "http://localhost:8081/api/v2"));
        assert!(!as_safe_as("file:///etc/passwd", "https://fc.example/api/v2"));
    }
}
