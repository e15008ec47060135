//! The administration as OpenID relying party, by a library: discovery, code with PKCE, ID token, userinfo; and the
//! calls a library does not know: pushed requests, mandate token, introspection, receipts.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use std::time::UNIX_EPOCH;

use openidconnect::AccessToken;
use openidconnect::AdditionalClaims;
use openidconnect::AdditionalProviderMetadata;
use openidconnect::AuthenticationFlow;
use openidconnect::AuthorizationCode;
use openidconnect::Client;
use openidconnect::ClientId;
use openidconnect::ClientSecret;
use openidconnect::CsrfToken;
use openidconnect::EndpointMaybeSet;
use openidconnect::EndpointNotSet;
use openidconnect::EndpointSet;
use openidconnect::ExtraTokenFields;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use openidconnect::IdTokenFields;
use openidconnect::IssuerUrl;
use openidconnect::Nonce;
use openidconnect::OAuth2TokenResponse;
use openidconnect::PkceCodeChallenge;
use openidconnect::PkceCodeVerifier;
use openidconnect::ProviderMetadata;
use openidconnect::RedirectUrl;
use openidconnect::Scope;
use openidconnect::StandardErrorResponse;
use openidconnect::StandardTokenResponse;
use openidconnect::TokenResponse;
use openidconnect::UserInfoClaims;
use openidconnect::core::CoreAuthDisplay;
use openidconnect::core::CoreAuthPrompt;
use openidconnect::core::CoreClaimName;
use openidconnect::core::CoreClaimType;
use openidconnect::core::CoreClientAuthMethod;
use openidconnect::core::CoreErrorResponseType;
use openidconnect::core::CoreGenderClaim;
use openidconnect::core::CoreGrantType;
use openidconnect::core::CoreJsonWebKey;
use openidconnect::core::CoreJweContentEncryptionAlgorithm;
use openidconnect::core::CoreJweKeyManagementAlgorithm;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::core::CoreResponseMode;
use openidconnect::core::CoreResponseType;
use openidconnect::core::CoreRevocableToken;
use openidconnect::core::CoreRevocationErrorResponse;
use openidconnect::core::CoreSubjectIdentifierType;
use openidconnect::core::CoreTokenIntrospectionResponse;
use openidconnect::core::CoreTokenType;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::jwk::JwkSet;
use crate::crypto::random::random_token;
use crate::crypto::status_list;
use crate::crypto::status_list::StatusReference;
use crate::crypto::status_list::look_up;
use crate::demo::administration::claims::Delegation;
use crate::demo::administration::claims::MANDATE_TYPE;
use crate::demo::administration::claims::MandateClaims;
use crate::demo::administration::claims::check_mandate;
use crate::demo::administration::credential::CallError;
use crate::demo::administration::credential::Credential;
use crate::demo::client::read_bounded;
use crate::domain::ids::Random;
use crate::domain::status::StatusValue;
use crate::domain::time::Instant;

impl AdditionalClaims for Delegation {}

/// Identity claims beyond OpenID Connect's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct BirthClaims {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birthplace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    birthcountry: Option<String>,
}

impl AdditionalClaims for BirthClaims {}

/// The token response's own members.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MandateFields {
    mandate_token: String,
}

impl ExtraTokenFields for MandateFields {}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct MoreMetadata {
    introspection_endpoint: Url,
    #[serde(default)]
    pushed_authorization_request_endpoint: Option<Url>,
}

impl AdditionalProviderMetadata for MoreMetadata {}

type Metadata = ProviderMetadata<
    MoreMetadata,
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

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Delegation,
        MandateFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type RelyingClient = Client<
    Delegation,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
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

/// Which step failed, and what was said; shown on the demo's error page.
#[derive(Debug, thiserror::Error)]
#[error("{step}: {detail}")]
pub struct StepError {
    /// The step, in a word.
    pub step: &'static str,
    /// What was said.
    pub detail: String,
}

fn failed(step: &'static str) -> impl Fn(&dyn std::error::Error) -> StepError {
    move |error| {
        let mut detail = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            detail = format!("{detail}: {cause}");
            source = cause.source();
        }
        StepError { step, detail }
    }
}

/// One registration at the gateway.
#[derive(Clone)]
pub struct Registration {
    /// The gateway's issuer.
    pub issuer: Url,
    /// The client's id.
    pub client_id: String,
    /// How it shows who it is.
    pub credential: Credential,
    /// Where the gateway sends the browser back.
    pub redirect_uri: String,
    /// The HTTP client.
    pub http: reqwest::Client,
}

/// What must be remembered between the way there and the way back.
pub struct Waiting {
    state: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

impl Waiting {
    /// Whether an answer's `state` is the one that was sent.
    pub fn knows(&self, state: &str) -> bool {
        crate::crypto::hash::same(self.state.as_bytes(), state.as_bytes())
    }
}

/// A delegated login, everything in it verified.
#[derive(Clone)]
pub struct DelegatedLogin {
    /// The ID token's claims.
    pub id_token: Value,
    /// Its delegation part.
    pub delegation: Delegation,
    /// The person's claims from userinfo.
    pub person: Value,
    /// The mandate token, to be kept.
    pub mandate_token: String,
    /// Its claims.
    pub mandate: MandateClaims,
    /// For receipts.
    pub access_token: AccessToken,
}

/// The fields of a receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// `submitted`, `consulted`, `changed`, `paid` or `other`.
    pub kind: String,
    /// What was done, in the administration's words.
    pub label: String,
    /// The administration's reference.
    pub reference: String,
    /// When: RFC 3339.
    pub at: String,
}

impl Registration {
    /// The gateway's address to send the browser to; `theme` narrows what the aidant may choose.
    pub async fn begin(&self, random: &dyn Random, theme: Option<&str>) -> Result<(Url, Waiting), StepError> {
        let (client, metadata) = self.discover().await?;
        let verifier = PkceCodeVerifier::new(random_token(random, 48));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let (state, nonce) = (random_token(random, 32), random_token(random, 32));
        let (sent_state, sent_nonce) = (state.clone(), nonce.clone());
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                move || CsrfToken::new(sent_state),
                move || Nonce::new(sent_nonce),
            )
            .add_scopes(["profile", "birth", "email"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge);
        if let Some(theme) = theme {
            let details = json!([{"type": MANDATE_TYPE, "privileges": [theme]}]).to_string();
            request = request.add_extra_param("authorization_details", details);
        }
        let (url, _, _) = request.url();
        let url = match self.credential {
            Credential::Secret(_) => url,
            Credential::Keys(_) => self.push(&metadata, url).await?,
        };
        Ok((url, Waiting { state, nonce: Nonce::new(nonce), verifier }))
    }

    /// Sends the request's parameters ahead; gives the address with their reference alone (RFC 9126).
    async fn push(&self, metadata: &Metadata, mut url: Url) -> Result<Url, StepError> {
        let endpoint = metadata.additional_metadata().pushed_authorization_request_endpoint.as_ref();
        let endpoint =
            endpoint.ok_or(StepError { step: "push", detail: "the gateway takes no pushes".into() })?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let fields: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (status, body) = self.post_form("push", endpoint, &fields).await?;
        let uri = body.get("request_uri").and_then(Value::as_str);
        let uri = uri.ok_or_else(|| unexpected("push", status, &body))?;
        url.query_pairs_mut()
            .clear()
            .append_pair("client_id", &self.client_id)
            .append_pair("request_uri", uri);
        Ok(url)
    }

    /// Redeems the code and verifies everything that came with it.
    pub async fn finish(
        &self,
        waiting: Waiting,
        code: String,
        now: Instant,
    ) -> Result<DelegatedLogin, StepError> {
        let (client, metadata) = self.discover().await?;
        let http = self.library_client();
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| failed("token")(&error))?
            .set_pkce_verifier(waiting.verifier)
            .request_async(&http)
            .await
            .map_err(|error| failed("token")(&error))?;
        let id_token = tokens
            .id_token()
            .ok_or(StepError { step: "id_token", detail: "the answer has no ID token".into() })?;
        let at = UNIX_EPOCH + Duration::from_secs(u64::try_from(now.seconds()).unwrap_or(0));
        let verifier = client.id_token_verifier().set_time_fn(move || at.into());
        let claims =
            id_token.claims(&verifier, &waiting.nonce).map_err(|error| failed("id_token")(&error))?;
        let access_token = tokens.access_token().clone();
        let person: UserInfoClaims<BirthClaims, CoreGenderClaim> = client
            .user_info(access_token.clone(), Some(claims.subject().clone()))
            .map_err(|error| failed("userinfo")(&error))?
            .request_async(&http)
            .await
            .map_err(|error| failed("userinfo")(&error))?;
        let keys = self.keys(metadata.jwks_uri().url()).await?;
        let delegation = claims.additional_claims().clone();
        let mandate_token = tokens.extra_fields().extra_fields().mandate_token.clone();
        let mandate =
            check_mandate(&mandate_token, &keys, &self.client_id, claims.subject(), &delegation, now)
                .map_err(|error| failed("mandate_token")(&error))?;
        Ok(DelegatedLogin {
            id_token: serde_json::to_value(claims).map_err(|error| failed("id_token")(&error))?,
            delegation,
            person: serde_json::to_value(person).map_err(|error| failed("userinfo")(&error))?,
            mandate_token,
            mandate,
            access_token,
        })
    }

    /// Asks the gateway what a token is worth now (RFC 7662).
    pub async fn introspect(&self, token: &str) -> Result<Value, StepError> {
        let (_, metadata) = self.discover().await?;
        let endpoint = metadata.additional_metadata().introspection_endpoint.clone();
        let (status, body) = self.post_form("introspection", &endpoint, &[("token", token)]).await?;
        if status == 200 { Ok(body) } else { Err(unexpected("introspection", status, &body)) }
    }

    /// What the public status list says of a mandate, checked here: the gateway does not learn about whom one asks.
    pub async fn status(&self, mandate: &MandateClaims, now: Instant) -> Result<StatusValue, StepError> {
        let trouble = |detail: &str| StepError { step: "status", detail: detail.to_owned() };
        let reference = mandate.status.as_ref().and_then(StatusReference::in_status);
        let reference = reference.ok_or_else(|| trouble("the mandate token names no status list"))?;
        let (_, metadata) = self.discover().await?;
        let keys = self.keys(metadata.jwks_uri().url()).await?;
        let call = self.http.get(&reference.uri).header("accept", status_list::MEDIA_TYPE);
        let response = call.send().await.map_err(|error| failed("status")(&error))?;
        let body = read_bounded(response).await.map_err(|error| failed("status")(&error))?;
        let list = String::from_utf8_lossy(&body);
        let looked =
            look_up(list.trim(), &keys, &reference, now).map_err(|error| failed("status")(&error))?;
        StatusValue::from_code(looked.value).ok_or_else(|| trouble("the list holds an unknown value"))
    }

    /// Reports what was done during the act; falls back to the client's own token when the act's has ended.
    pub async fn report(
        &self,
        login: &DelegatedLogin,
        key: &str,
        receipt: &Receipt,
    ) -> Result<Value, StepError> {
        let (status, body) = self.post_receipt(login, login.access_token.secret(), key, receipt).await?;
        let (status, body) = if status == 401 {
            let own = self.own_token().await?;
            self.post_receipt(login, &own, key, receipt).await?
        } else {
            (status, body)
        };
        if (200..300).contains(&status) { Ok(body) } else { Err(unexpected("receipt", status, &body)) }
    }

    async fn post_receipt(
        &self,
        login: &DelegatedLogin,
        token: &str,
        key: &str,
        receipt: &Receipt,
    ) -> Result<(u16, Value), StepError> {
        let mut endpoint = self.issuer.clone();
        endpoint.set_path(&format!(
            "{}/api/v1/acts/{}/receipts",
            self.issuer.path().trim_end_matches('/'),
            login.delegation.txn
        ));
        let body = serde_json::to_vec(receipt).map_err(|error| failed("receipt")(&error))?;
        let request = http::Request::post(endpoint.as_str())
            .header("authorization", format!("Bearer {token}"))
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body)
            .map_err(|error| failed("receipt")(&error))?;
        self.read_json("receipt", request).await
    }

    async fn own_token(&self) -> Result<String, StepError> {
        let (_, metadata) = self.discover().await?;
        let endpoint = metadata
            .token_endpoint()
            .ok_or(StepError { step: "token", detail: "the gateway names no token endpoint".into() })?;
        let fields = [("grant_type", "client_credentials"), ("scope", "receipts")];
        let (status, body) = self.post_form("token", endpoint.url(), &fields).await?;
        let token = body.get("access_token").and_then(Value::as_str).map(str::to_owned);
        token.ok_or_else(|| unexpected("token", status, &body))
    }

    async fn keys(&self, address: &Url) -> Result<JwkSet, StepError> {
        let request = http::Request::get(address.as_str()).body(Vec::new());
        let (_, body) = self.read_json("jwks", request.map_err(|error| failed("jwks")(&error))?).await?;
        serde_json::from_value(body).map_err(|error| failed("jwks")(&error))
    }

    async fn discover(&self) -> Result<(RelyingClient, Metadata), StepError> {
        let issuer = self.issuer.as_str().trim_end_matches('/').to_owned();
        let issuer = IssuerUrl::new(issuer).map_err(|error| failed("discovery")(&error))?;
        let metadata = Metadata::discover_async(issuer, &self.library_client())
            .await
            .map_err(|error| failed("discovery")(&error))?;
        let redirect =
            RedirectUrl::new(self.redirect_uri.clone()).map_err(|error| failed("discovery")(&error))?;
        let client = Client::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.client_id.clone()),
            match &self.credential {
                Credential::Secret(secret) => Some(ClientSecret::new(secret.clone())),
                Credential::Keys(_) => None,
            },
        )
        .set_redirect_uri(redirect);
        Ok((client, metadata))
    }

    fn library_client(
        &self,
    ) -> impl Fn(HttpRequest) -> Pin<Box<dyn Future<Output = Result<HttpResponse, CallError>> + Send>> {
        let (http, credential) = (self.http.clone(), self.credential.clone());
        move |request| {
            let (http, credential) = (http.clone(), credential.clone());
            Box::pin(async move { credential.send(&http, request).await })
        }
    }

    async fn post_form(
        &self,
        step: &'static str,
        endpoint: &Url,
        fields: &[(&str, &str)],
    ) -> Result<(u16, Value), StepError> {
        let request = self.credential.form(&self.client_id, endpoint, fields);
        self.read_json(step, request.map_err(|error| failed(step)(&error))?).await
    }

    async fn read_json(&self, step: &'static str, request: HttpRequest) -> Result<(u16, Value), StepError> {
        let sent = self.credential.send(&self.http, request).await;
        let response = sent.map_err(|error| failed(step)(&error))?;
        let (status, body) = (response.status().as_u16(), response.into_body());
        let value = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
        Ok((status, value.unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into_owned()))))
    }
}

fn unexpected(step: &'static str, status: u16, body: &Value) -> StepError {
    StepError { step, detail: format!("status {status}: {body}") }
}
