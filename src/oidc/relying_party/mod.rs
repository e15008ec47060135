//! Persons are identified by an OpenID provider: the exact request it accepts, and nothing believed that it did not sign.

pub mod callback;
pub mod error;
pub mod identity;
pub mod provider;
pub mod tokens;
pub mod transport;

use std::fmt;
use std::sync::Arc;

use openidconnect::AuthUrl;
use openidconnect::AuthenticationFlow;
use openidconnect::ClientId;
use openidconnect::CsrfToken;
use openidconnect::IssuerUrl;
use openidconnect::JsonWebKeySet;
use openidconnect::Nonce;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreResponseType;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use crate::config::Config;
use crate::config::FranceConnect;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::private::Private;
use crate::domain::time::Clock;
use crate::domain::time::Instant;
use crate::oidc::relying_party::callback::Callback;
use crate::oidc::relying_party::error::RpError;
use crate::oidc::relying_party::provider::Provider;
use crate::oidc::relying_party::transport::Transport;
use crate::operations::identify_person::ProvenIdentity;

/// What a login at the provider is for; each has its own addresses to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// One consent.
    Consent,
    /// The person's own space.
    PersonSpace,
}

impl Purpose {
    /// The path of the redirect address.
    pub const fn return_path(self) -> &'static str {
        match self {
            Self::Consent => "/consentement/franceconnect/retour",
            Self::PersonSpace => "/personne/franceconnect/retour",
        }
    }

    /// The path the browser comes back to after the provider's logout.
    pub const fn logout_path(self) -> &'static str {
        match self {
            Self::Consent => "/consentement/franceconnect/sortie",
            Self::PersonSpace => "/personne/franceconnect/sortie",
        }
    }
}

/// A login under way; kept in the browser's session until it comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlowState {
    /// What for.
    pub purpose: Purpose,
    /// 64 hexadecimal digits that bind the answer to this browser.
    pub state: Private<String>,
    /// 64 hexadecimal digits that bind the ID token to this request.
    pub nonce: Private<String>,
}

/// A person as the provider proved her.
#[derive(Clone, Debug)]
pub struct Identified {
    /// Who says so.
    pub issuer: String,
    /// Her identifier there, for us alone.
    pub sub: Private<String>,
    /// Who she is.
    pub identity: Identity,
    /// How sure that is.
    pub identification: Identification,
    /// The signed ID token as received: evidence, and the hint of the logout.
    pub id_token: Private<String>,
    /// When she logged in there, where the provider says it.
    pub auth_time: Option<Instant>,
}

impl Identified {
    /// What operations need of it to find or add the person.
    pub fn proven(&self) -> ProvenIdentity {
        ProvenIdentity {
            issuer: self.issuer.clone(),
            sub: self.sub.clone(),
            identity: self.identity.clone(),
            identification: self.identification,
        }
    }
}

/// This gateway as the relying party of one provider.
pub struct RelyingParty {
    public_url: String,
    settings: Option<FranceConnect>,
    provider: Provider,
    transport: Transport,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty")
            .field("issuer", &self.settings.as_ref().map(|own| &own.issuer))
            .finish_non_exhaustive()
    }
}

impl RelyingParty {
    /// From the configuration. `outbound` follows no redirects. Nothing is fetched before the first login.
    pub fn new(
        config: &Config,
        outbound: reqwest::Client,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let settings = config.franceconnect.clone();
        let timeout = settings.as_ref().map_or(std::time::Duration::from_secs(5), |own| own.timeout);
        Self {
            public_url: config.server.public_url.as_str().trim_end_matches('/').to_owned(),
            settings,
            provider: Provider::default(),
            transport: Transport::new(outbound, timeout),
            clock,
            random,
        }
    }

    fn settings(&self) -> Result<&FranceConnect, RpError> {
        self.settings.as_ref().ok_or(RpError::Off)
    }

    fn return_url(&self, purpose: Purpose) -> String {
        format!("{}{}", self.public_url, purpose.return_path())
    }

    /// 64 hexadecimal digits: a nonce that is bound to nothing else, or the state of a logout.
    pub fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.random.as_ref()))
    }

    /// The origin the browser is sent to, for a page's `form-action`; `None` when identification is off or the
    /// provider cannot be reached.
    pub async fn form_origin(&self) -> Option<String> {
        let settings = self.settings().ok()?;
        let endpoints = self.provider.endpoints(settings, &self.transport).await.ok()?;
        Url::parse(&endpoints.authorization).ok().map(|url| url.origin().ascii_serialization())
    }

    /// Begins a login: the address to send the browser to, and what to keep until it comes back. The parameters are
    /// FranceConnect's closed list (`client_id`, `response_type`, `scope`, `acr_values`, `nonce`, `state`,
    /// `redirect_uri`) and nothing else, PKCE neither. `nonce` has 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`RpError::Off`], or [`RpError::Unavailable`] when the endpoints are not known.
    pub async fn begin(&self, purpose: Purpose, nonce: &str) -> Result<(Url, FlowState), RpError> {
        let settings = self.settings()?;
        let endpoints = self.provider.endpoints(settings, &self.transport).await?;
        let state = self.fresh_value();
        let bad = |_| RpError::Unavailable("an address of the provider cannot be read".to_owned());
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(bad)?;
        let client = CoreClient::new(
            ClientId::new(settings.client_id.clone()),
            issuer,
            JsonWebKeySet::new(Vec::new()),
        )
        .set_auth_uri(AuthUrl::new(endpoints.authorization).map_err(bad)?)
        .set_redirect_uri(RedirectUrl::new(self.return_url(purpose)).map_err(bad)?);
        let (given_state, given_nonce) = (state.clone(), nonce.to_owned());
        // The library asks for `openid` by itself.
        let scopes = settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let (url, _, _) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(given_state),
                move || Nonce::new(given_nonce),
            )
            .add_scopes(scopes)
            .add_auth_context_value(openidconnect::AuthenticationContextClass::new(
                settings.acr_values.clone(),
            ))
            .url();
        Ok((url, FlowState { purpose, state: Private::new(state), nonce: Private::new(nonce.to_owned()) }))
    }

    /// Ends a login that came back with `query`: checks state and issuer, redeems the code, verifies ID token and
    /// signed userinfo, reads the identity.
    ///
    /// # Errors
    /// See [`RpError`]; what the provider said is in the log.
    pub async fn finish(&self, flow: &FlowState, query: &str) -> Result<Identified, RpError> {
        let settings = self.settings()?;
        let code = Callback::read(query)?.code(flow.state.show(), &settings.issuer)?;
        let endpoints = self.provider.endpoints(settings, &self.transport).await?;
        let secret = settings.client_secret.expose_secret();
        let answer = tokens::redeem(
            settings,
            secret,
            &endpoints,
            &self.return_url(flow.purpose),
            code,
            &self.transport,
        )
        .await?;
        let now = self.clock.now();
        let claims: tokens::IdClaims = self.verified(&answer.id_token, now).await?;
        claims.check(settings, flow.nonce.show(), now)?;
        let signed = tokens::userinfo(&endpoints.userinfo, &answer.access_token, &self.transport).await?;
        let userinfo: identity::UserinfoClaims = self.verified(&signed, now).await?;
        userinfo.check(settings, &claims.sub, self.clock.now())?;
        Ok(Identified {
            issuer: settings.issuer.clone(),
            identity: userinfo.identity(now.day())?,
            identification: claims.identification()?,
            auth_time: claims.auth_time.map(Instant::from_seconds),
            sub: Private::new(claims.sub),
            id_token: Private::new(answer.id_token),
        })
    }

    async fn verified<T: serde::de::DeserializeOwned>(
        &self,
        token: &str,
        now: Instant,
    ) -> Result<T, RpError> {
        self.provider.verify(self.settings()?, &self.transport, token, now).await
    }

    /// The address that ends the person's session at the provider, in her browser, and brings it back with `state`.
    ///
    /// # Errors
    /// As [`RelyingParty::begin`].
    pub async fn logout_url(&self, purpose: Purpose, id_token: &str, state: &str) -> Result<String, RpError> {
        let endpoints = self.provider.endpoints(self.settings()?, &self.transport).await?;
        let mut url = Url::parse(&endpoints.end_session)
            .map_err(|_| RpError::Unavailable("an address of the provider cannot be read".to_owned()))?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("post_logout_redirect_uri", &format!("{}{}", self.public_url, purpose.logout_path()))
            .append_pair("state", state);
        Ok(url.into())
    }
}
