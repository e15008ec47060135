//! An OIDC client: what it is, how it proves itself, and what it may receive.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::ClientId;
use crate::domain::person::ConsentGrade;
use crate::domain::text_enum;
use crate::domain::theme::Theme;

/// The `type` of `authorization_details` that asks for, and describes, a mandate (RFC 9396).
pub const MANDATE_TYPE: &str = "urn:procura:mandate";

text_enum! {
    /// What kind of system a client is.
    ClientKind {
        /// An administration, directly.
        Administration => "administration",
        /// FranceConnect, Procura being its identity provider.
        IdentityBroker => "identity-broker",
        /// An aidant's business software.
        Software => "software",
        /// An API that checks tokens.
        ResourceServer => "resource-server",
    }
}

text_enum! {
    /// How a client authenticates at the token endpoint (OIDC Core section 9).
    ClientAuth {
        /// Secret in the `Authorization` header.
        SecretBasic => "client_secret_basic",
        /// Secret in the body.
        SecretPost => "client_secret_post",
        /// Signed assertion (RFC 7523).
        PrivateKeyJwt => "private_key_jwt",
    }
}

text_enum! {
    /// Where a client's registration is.
    ClientStatus {
        /// Waits for a second operator.
        Pending => "pending",
        /// In use.
        Active => "active",
        /// Switched off.
        Disabled => "disabled",
    }
}

text_enum! {
    /// What a client's assertion names as its audience.
    AssertionAudience {
        /// The issuer (FAPI 2.0).
        Issuer => "issuer",
        /// The token endpoint, for deployed software.
        TokenEndpoint => "token_endpoint",
    }
}

text_enum! {
    /// What the tokens that a client reads itself are signed with, by its JOSE name.
    TokenAlgorithm {
        /// ECDSA on P-256; the default.
        Es256 => "ES256",
        /// RSA PKCS#1 v1.5.
        Rs256 => "RS256",
        /// Ed25519.
        EdDsa => "EdDSA",
        /// A hash keyed with the client's secret: for an identity broker only.
        Hs256 => "HS256",
    }
}

/// What was registered of a client; kept as one JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The name people read: "Caisse d'allocations familiales".
    pub name: String,
    /// What kind of system it is.
    pub kind: ClientKind,
    /// How it authenticates.
    pub auth: ClientAuth,
    /// Registered for the profile of deployed clients: no PAR, no DPoP required.
    pub compat: bool,
    /// Exact redirect addresses.
    pub redirect_uris: BTreeSet<String>,
    /// Exact addresses to come back to after `end-session`.
    #[serde(default)]
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// Themes its service accepts.
    pub themes: BTreeSet<Theme>,
    /// Scopes it is granted.
    pub scopes: BTreeSet<String>,
    /// May receive delegated tokens at all.
    pub mandate_type: bool,
    /// May use `client_credentials`.
    pub client_credentials: bool,
    /// The lowest consent it accepts.
    pub min_consent_grade: ConsentGrade,
    /// Receives the aidant's name in `act`.
    pub aidant_name: bool,
    /// Must push its requests (RFC 9126).
    #[serde(default)]
    pub require_par: bool,
    /// Audience of its assertions.
    pub assertion_audience: AssertionAudience,
    /// Its public keys (RFC 7517), where it signs assertions.
    #[serde(default)]
    pub jwks: Option<serde_json::Value>,
    /// JOSE name of the algorithm its ID tokens are signed with.
    pub id_token_alg: String,
    /// JOSE name of the algorithm of a signed userinfo answer; JSON without.
    #[serde(default)]
    pub userinfo_alg: Option<String>,
    /// Clients of one sector share aliases; a client alone is its own sector.
    #[serde(default)]
    pub sector: Option<String>,
    /// What not every client has.
    #[serde(default)]
    pub options: ClientOptions,
}

/// Parts of a registration that not every client has, by their registered names (RFC 7591, OIDC Registration).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientOptions {
    /// Where its public keys are fetched, where they are not given by value.
    pub jwks_uri: Option<String>,
    /// Lists the redirect addresses of its sector (OIDC Core section 8.1).
    pub sector_identifier_uri: Option<String>,
    /// Its access tokens are bound to a DPoP key even where the profile does not ask for it (RFC 9449 section 5.2).
    pub dpop_bound_access_tokens: bool,
    /// Its authorization requests are signed (RFC 9101 section 10.5).
    pub require_signed_request_object: bool,
    /// JOSE name of the algorithm of signed authorization responses (JARM); plain without.
    pub authorization_signed_response_alg: Option<String>,
    /// JOSE name of the algorithm of introspection answers that are always signed (RFC 9701 section 6).
    pub introspection_signed_response_alg: Option<String>,
    /// Where it is told that an act's session ended (OIDC Back-Channel Logout section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// The identifiers of its API, for a resource server: absolute addresses (RFC 8707 section 2).
    pub resources: BTreeSet<String>,
}

/// What a client must do on the wire; follows from its registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// FAPI 2.0 Security Profile: pushed requests, `private_key_jwt`, DPoP.
    Fapi,
    /// A deployed client: code with PKCE, a secret or `private_key_jwt`, bearer tokens.
    Compat,
    /// FranceConnect's own request shape, without PKCE.
    Broker,
    /// An aidant's business software: code with PKCE, the aidant's own login.
    Software,
    /// Checks tokens; nobody logs in through it.
    ResourceServer,
}

/// One client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its identifier on the wire.
    pub id: ClientId,
    /// Where its registration is.
    pub status: ClientStatus,
    /// SHA-256 of its secret, where it has one.
    pub secret_hash: Option<Vec<u8>>,
    /// What was registered.
    pub registration: Registration,
}

impl Client {
    /// The sector under which aliases are made (OIDC Core section 8.1).
    pub fn sector(&self) -> &str {
        self.registration.sector.as_deref().unwrap_or(self.id.as_str())
    }

    /// What it must do on the wire.
    pub const fn profile(&self) -> Profile {
        match (self.registration.kind, self.registration.compat) {
            (ClientKind::Administration, false) => Profile::Fapi,
            (ClientKind::Administration, true) => Profile::Compat,
            (ClientKind::IdentityBroker, _) => Profile::Broker,
            (ClientKind::Software, _) => Profile::Software,
            (ClientKind::ResourceServer, _) => Profile::ResourceServer,
        }
    }

    /// Whether it must push its requests (RFC 9126).
    pub fn pushes(&self) -> bool {
        self.registration.require_par || self.profile() == Profile::Fapi
    }

    /// Whether its access tokens are always bound to a key of its own (RFC 9449).
    pub fn binds_tokens(&self) -> bool {
        self.registration.options.dpop_bound_access_tokens || self.profile() == Profile::Fapi
    }

    /// Whether `uri` is exactly one of the registered redirect addresses (RFC 9700 section 4.1.3).
    pub fn redirects_to(&self, uri: &str) -> bool {
        self.registration.redirect_uris.contains(uri)
    }
}
