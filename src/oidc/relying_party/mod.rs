//! Persons, and aidants through ProConnect, are identified by an OpenID provider: the exact request it accepts, and nothing
//! believed that it did not sign.

pub mod callback;
pub mod error;
pub mod identity;
pub mod professional;
pub mod profile;
pub mod provider;
pub mod tokens;
pub mod transport;

use std::fmt;
use std::ops::Deref;

use openidconnect::AuthUrl;
use openidconnect::AuthenticationContextClass;
use openidconnect::AuthenticationFlow;
use openidconnect::ClientId;
use openidconnect::CsrfToken;
use openidconnect::IssuerUrl;
use openidconnect::JsonWebKeySet;
use openidconnect::Nonce;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::core::CoreClient;
use openidconnect::core::CoreResponseType;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::config::ClientAuthentication;
use crate::config::IdentityProvider;
use crate::crypto::json::read_unambiguous;
use crate::crypto::jwe;
use crate::crypto::keys::Algorithm;
use crate::domain::ids::random_bytes;
use crate::domain::person::Identification;
use crate::domain::person::Identity;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::oidc::relying_party::callback::Callback;
use crate::oidc::relying_party::error::RpError;
use crate::oidc::relying_party::professional::Agent;
use crate::oidc::relying_party::profile::LevelRequest;
use crate::oidc::relying_party::profile::Rules;
use crate::oidc::relying_party::provider::Provider;
use crate::oidc::relying_party::transport::Transport;
use crate::operations::bench::Bench;
use crate::operations::identify_person::ProvenIdentity;
use crate::operations::keys;

/// What a login at the provider is for; each has its own addresses to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// One consent.
    Consent,
    /// The person's own space.
    PersonSpace,
    /// An aidant's login.
    Aidant,
}

impl Purpose {
    /// The path of the redirect address.
    pub const fn return_path(self) -> &'static str {
        match self {
            Self::Consent => "/consentement/franceconnect/retour",
            Self::PersonSpace => "/personne/franceconnect/retour",
            Self::Aidant => "/aidant/proconnect/retour",
        }
    }

    /// The path the browser comes back to after the provider's logout.
    pub const fn logout_path(self) -> &'static str {
        match self {
            Self::Consent => "/consentement/franceconnect/sortie",
            Self::PersonSpace => "/personne/franceconnect/sortie",
            Self::Aidant => "/aidant/proconnect/sortie",
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
    /// The PKCE verifier (RFC 7636 section 4.1), where the provider takes one.
    #[serde(default)]
    pub verifier: Option<Private<String>>,
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
    /// The signed ID token as received, taken out of its encryption: evidence, and the hint of the logout.
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

/// An aidant as ProConnect proved her.
#[derive(Clone, Debug)]
pub struct IdentifiedAgent {
    /// Who says so.
    pub issuer: String,
    /// Her identifier there.
    pub sub: Private<String>,
    /// Who she is.
    pub agent: Agent,
    /// The level.
    pub acr: String,
    /// By what means, where ProConnect says it.
    pub amr: Option<Vec<String>>,
    /// When she logged in there, where ProConnect says it.
    pub auth_time: Option<Instant>,
    /// The signed ID token: the hint of the logout.
    pub id_token: Private<String>,
}

/// What every login ends with.
struct Answered {
    claims: tokens::IdClaims,
    id_token: String,
    userinfo: Value,
    now: Instant,
}

/// This gateway as the relying party of one provider.
pub struct RelyingParty {
    bench: Bench,
    settings: Option<IdentityProvider>,
    provider: Provider,
    transport: Transport,
}

/// The provider at which aidants may log in, apart from the persons'.
#[derive(Debug)]
pub struct AidantProvider(pub RelyingParty);

impl Deref for AidantProvider {
    type Target = RelyingParty;

    fn deref(&self) -> &RelyingParty {
        &self.0
    }
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty")
            .field("issuer", &self.settings.as_ref().map(|own| &own.issuer))
            .finish_non_exhaustive()
    }
}

fn bad_address<E>(_: E) -> RpError {
    RpError::Unavailable("an address of the provider cannot be read".to_owned())
}

impl RelyingParty {
    /// The client at the provider of `settings`; without settings it is off. `outbound` follows no redirects. Nothing is
    /// fetched before the first login.
    pub fn new(bench: &Bench, settings: Option<IdentityProvider>, outbound: reqwest::Client) -> Self {
        let timeout = settings.as_ref().map_or(std::time::Duration::from_secs(5), |own| own.timeout);
        Self {
            bench: bench.clone(),
            settings,
            provider: Provider::default(),
            transport: Transport::new(outbound, timeout),
        }
    }

    fn settings(&self) -> Result<&IdentityProvider, RpError> {
        self.settings.as_ref().ok_or(RpError::Off)
    }

    /// Whether a provider is configured.
    pub const fn is_on(&self) -> bool {
        self.settings.is_some()
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.bench.config.server.public_url.as_str().trim_end_matches('/'))
    }

    /// 64 hexadecimal digits: a nonce that is bound to nothing else, or the state of a logout.
    pub fn fresh_value(&self) -> String {
        hex::encode(random_bytes::<32>(self.bench.random.as_ref()))
    }

    /// The origin the browser is sent to, for a page's `form-action`; `None` when identification is off or the
    /// provider cannot be reached.
    pub async fn form_origin(&self) -> Option<String> {
        let settings = self.settings().ok()?;
        let endpoints = self.provider.endpoints(settings, &self.transport).await.ok()?;
        Url::parse(&endpoints.authorization).ok().map(|url| url.origin().ascii_serialization())
    }

    /// Begins a login: the address to send the browser to, and what to keep until it comes back. The parameters are the
    /// profile's closed list and nothing else. `nonce` has 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`RpError::Off`], or [`RpError::Unavailable`] when the endpoints are not known.
    pub async fn begin(&self, purpose: Purpose, nonce: &str) -> Result<(Url, FlowState), RpError> {
        let settings = self.settings()?;
        let rules = Rules::of(settings.profile);
        let endpoints = self.provider.endpoints(settings, &self.transport).await?;
        let state = self.fresh_value();
        let verifier = rules.pkce.then(|| self.fresh_value());
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(bad_address)?;
        let keys = JsonWebKeySet::new(Vec::new());
        let client = CoreClient::new(ClientId::new(settings.client_id.clone()), issuer, keys)
            .set_auth_uri(AuthUrl::new(endpoints.authorization).map_err(bad_address)?)
            .set_redirect_uri(RedirectUrl::new(self.at(purpose.return_path())).map_err(bad_address)?);
        let (given_state, given_nonce) = (state.clone(), nonce.to_owned());
        // The library asks for `openid` by itself.
        let scopes = settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(given_state),
                move || Nonce::new(given_nonce),
            )
            .add_scopes(scopes);
        request = match rules.level_request {
            LevelRequest::AcrValues => {
                let levels = settings.levels.iter().cloned().map(AuthenticationContextClass::new);
                levels.fold(request, openidconnect::AuthorizationRequest::add_auth_context_value)
            }
            LevelRequest::EssentialClaim => {
                request.add_extra_param("claims", profile::essential_levels(&settings.levels))
            }
        };
        if let Some(verifier) = &verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, _, _) = request.url();
        if url.query_pairs().any(|(name, _)| !rules.parameters.contains(&name.as_ref())) {
            return Err(RpError::Unavailable("a parameter is not of this profile".to_owned()));
        }
        let flow = FlowState {
            purpose,
            state: Private::new(state),
            nonce: Private::new(nonce.to_owned()),
            verifier: verifier.map(Private::new),
        };
        Ok((url, flow))
    }

    /// Ends a person's login that came back with `query`: checks state and issuer, redeems the code, opens and verifies ID
    /// token and userinfo, reads the identity.
    ///
    /// # Errors
    /// See [`RpError`]; what the provider said is in the log.
    pub async fn finish(&self, flow: &FlowState, query: &str) -> Result<Identified, RpError> {
        let Answered { claims, id_token, userinfo, now } = self.answered(flow, query).await?;
        let userinfo: identity::UserinfoClaims = read(userinfo)?;
        userinfo.of_herself(&self.settings()?.refused_idps)?;
        Ok(Identified {
            issuer: self.settings()?.issuer.clone(),
            identity: userinfo.identity(now.day())?,
            identification: claims.identification()?,
            auth_time: claims.auth_time.map(Instant::from_seconds),
            sub: Private::new(claims.sub),
            id_token: Private::new(id_token),
        })
    }

    /// Ends an aidant's login, as [`RelyingParty::finish`] does a person's.
    ///
    /// # Errors
    /// See [`RpError`].
    pub async fn finish_agent(&self, flow: &FlowState, query: &str) -> Result<IdentifiedAgent, RpError> {
        let Answered { claims, id_token, userinfo, .. } = self.answered(flow, query).await?;
        let userinfo: professional::AgentClaims = read(userinfo)?;
        Ok(IdentifiedAgent {
            issuer: self.settings()?.issuer.clone(),
            agent: userinfo.agent()?,
            acr: claims.acr,
            amr: claims.amr,
            auth_time: claims.auth_time.map(Instant::from_seconds),
            sub: Private::new(claims.sub),
            id_token: Private::new(id_token),
        })
    }

    async fn answered(&self, flow: &FlowState, query: &str) -> Result<Answered, RpError> {
        let settings = self.settings()?;
        let rules = Rules::of(settings.profile);
        let callback = Callback::read(query)?;
        let named = rules.names_itself || self.provider.names_itself(settings, &self.transport).await?;
        let code = callback.code(flow.state.show(), &settings.issuer, named)?;
        let endpoints = self.provider.endpoints(settings, &self.transport).await?;
        let redemption = tokens::Redemption {
            return_url: &self.at(flow.purpose.return_path()),
            code,
            verifier: flow.verifier.as_ref().map(|verifier| verifier.show().to_owned()),
        };
        let proof = self.proof(settings).await?;
        let answer = tokens::redeem(settings, proof, &endpoints, redemption, &self.transport).await?;
        let id_token = self.opened(settings, answer.id_token).await?;
        let now = self.bench.now();
        let claims: tokens::IdClaims =
            self.provider.verify(settings, &self.transport, &id_token, now).await?;
        claims.check(settings, flow.nonce.show(), now)?;
        let plain = rules.plain_userinfo;
        let received =
            tokens::userinfo(&endpoints.userinfo, &answer.access_token, plain, &self.transport).await?;
        let userinfo = self.userinfo(settings, received, &claims.sub).await?;
        Ok(Answered { claims, id_token, userinfo, now })
    }

    async fn userinfo(
        &self,
        settings: &IdentityProvider,
        received: tokens::Userinfo,
        sub: &str,
    ) -> Result<Value, RpError> {
        let now = self.bench.now();
        let (claims, signed): (Value, bool) = match received {
            tokens::Userinfo::Jwt(token) => {
                let token = self.opened(settings, token).await?;
                (self.provider.verify(settings, &self.transport, &token, now).await?, true)
            }
            tokens::Userinfo::Plain(body) => {
                (read_unambiguous(&body).map_err(|_| RpError::Untrusted("userinfo"))?, false)
            }
        };
        let frame: tokens::UserinfoFrame = read(claims.clone())?;
        frame.check(settings, sub, now, signed)?;
        Ok(claims)
    }

    /// The signed token inside what was encrypted to us, where the profile encrypts; the token itself where not.
    async fn opened(&self, settings: &IdentityProvider, token: String) -> Result<String, RpError> {
        if !Rules::of(settings.profile).encrypted {
            return Ok(token);
        }
        let own = keys::encryption_keys(&self.bench).await.map_err(|_| our_keys())?;
        jwe::decrypt(&token, &own).map_err(|error| {
            tracing::warn!(%error, "an encrypted token of the identity provider does not open");
            RpError::Untrusted("encryption")
        })
    }

    async fn proof(&self, settings: &IdentityProvider) -> Result<tokens::Proof, RpError> {
        match &settings.authentication {
            ClientAuthentication::Secret(secret) => Ok(tokens::Proof::Secret(secret.clone())),
            ClientAuthentication::Assertion => {
                let key = keys::signing_key(&self.bench, Algorithm::Es256).await.map_err(|_| our_keys())?;
                tokens::assertion(settings, &key, &self.fresh_value(), self.bench.now())
                    .map(tokens::Proof::Assertion)
                    .map_err(|_| our_keys())
            }
        }
    }

    /// The address that ends the session at the provider, in this browser, and brings it back with `state`.
    ///
    /// # Errors
    /// As [`RelyingParty::begin`].
    pub async fn logout_url(&self, purpose: Purpose, id_token: &str, state: &str) -> Result<String, RpError> {
        let endpoints = self.provider.endpoints(self.settings()?, &self.transport).await?;
        let mut url = Url::parse(&endpoints.end_session).map_err(bad_address)?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("post_logout_redirect_uri", &self.at(purpose.logout_path()))
            .append_pair("state", state);
        Ok(url.into())
    }
}

fn read<T: serde::de::DeserializeOwned>(claims: Value) -> Result<T, RpError> {
    serde_json::from_value(claims).map_err(|_| RpError::Untrusted("claims of userinfo"))
}

fn our_keys() -> RpError {
    RpError::Unavailable("our own keys cannot be read".to_owned())
}
