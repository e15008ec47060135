//! `[franceconnect]`: where persons are identified.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::reader::Reader;

const SECTION: &str = "franceconnect";

/// The request shape of an identity provider of persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// FranceConnect v2, level eidas1: closed list of parameters, no PKCE, signed userinfo.
    FranceConnect,
}

/// The words of `franceconnect.profile`.
pub(super) const PROFILE_WORDS: [(&str, Profile); 1] = [("franceconnect", Profile::FranceConnect)];

/// The words of `franceconnect.acr_values`.
pub(super) const ACR_WORDS: [(&str, &str); 1] = [("eidas1", "eidas1")];

/// This gateway's registration at FranceConnect.
#[derive(Clone, Debug)]
pub struct FranceConnect {
    /// The request shape.
    pub profile: Profile,
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Where its endpoints are.
    pub endpoints: Endpoints,
    /// The client identifier it gave.
    pub client_id: String,
    /// The client secret it gave.
    pub client_secret: SecretString,
    /// Scopes asked for, `openid` among them.
    pub scopes: Vec<String>,
    /// The level asked for.
    pub acr_values: String,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// How the provider's endpoints are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoints {
    /// From `/.well-known/openid-configuration` below the issuer (OIDC Discovery section 4).
    Discovery,
    /// As configured.
    Fixed(FixedEndpoints),
}

/// The addresses of a provider without discovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedEndpoints {
    /// `authorization_endpoint`.
    pub authorization: String,
    /// `token_endpoint`.
    pub token: String,
    /// `userinfo_endpoint`.
    pub userinfo: String,
    /// `jwks_uri`.
    pub jwks: String,
    /// `end_session_endpoint`.
    pub end_session: String,
}

impl FranceConnect {
    /// The outer `None` is a fault, the inner one means that FranceConnect is off.
    pub(super) fn read(reader: &mut Reader) -> Option<Option<Self>> {
        if !reader.switch(SECTION, "enabled")? {
            return Some(None);
        }
        let profile = reader.choice(SECTION, "profile", &PROFILE_WORDS);
        let issuer = reader.address(SECTION, "issuer");
        let endpoints = endpoints(reader);
        let client_id = reader.text(SECTION, "client_id");
        let client_secret = reader.secret(SECTION, "client_secret");
        let scopes = scopes(reader);
        let acr_values = reader.choice(SECTION, "acr_values", &ACR_WORDS);
        let timeout = reader.span(SECTION, "timeout", Duration::from_millis(100)..=Duration::from_secs(10));
        let Some(client_secret) = client_secret? else {
            reader.problem(SECTION, "client_secret", "is missing");
            return None;
        };
        Some(Some(Self {
            profile: profile?,
            issuer: issuer?,
            endpoints: endpoints?,
            client_id: client_id?,
            client_secret,
            scopes: scopes?,
            acr_values: acr_values?.to_owned(),
            timeout: timeout?,
        }))
    }
}

fn endpoints(reader: &mut Reader) -> Option<Endpoints> {
    if reader.switch(SECTION, "discovery")? {
        return Some(Endpoints::Discovery);
    }
    let authorization = reader.address(SECTION, "authorization_endpoint");
    let token = reader.address(SECTION, "token_endpoint");
    let userinfo = reader.address(SECTION, "userinfo_endpoint");
    let jwks = reader.address(SECTION, "jwks_uri");
    let end_session = reader.address(SECTION, "end_session_endpoint");
    Some(Endpoints::Fixed(FixedEndpoints {
        authorization: authorization?,
        token: token?,
        userinfo: userinfo?,
        jwks: jwks?,
        end_session: end_session?,
    }))
}

fn scopes(reader: &mut Reader) -> Option<Vec<String>> {
    let scopes = reader.list(SECTION, "scopes")?;
    let word = |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    if scopes.iter().all(word) && scopes.iter().any(|scope| scope == "openid") {
        return Some(scopes);
    }
    reader.problem(SECTION, "scopes", "must be scope words, \"openid\" among them");
    None
}
