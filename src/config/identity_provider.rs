//! `[franceconnect]` and `[proconnect]`: where persons, and aidants, say who they are.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::reader::Reader;
use crate::crypto::keys::Algorithm;

const PERSONS: &str = "franceconnect";
const AIDANTS: &str = "proconnect";

/// The shape of a provider: what may be sent to it, and what must come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// FranceConnect v2, level eidas1: closed list of parameters, no PKCE, signed userinfo.
    FranceConnect,
    /// FranceConnect+, levels eidas2 and eidas3: the same list; ID token and userinfo signed, then encrypted to us.
    FranceConnectPlus,
    /// ProConnect: PKCE, the level as an essential claim, signed userinfo.
    ProConnect,
    /// Any OpenID provider that speaks of eIDAS levels: PKCE, userinfo signed or plain.
    OpenId,
}

/// The words of `franceconnect.profile`.
pub(super) const PERSON_PROFILES: [(&str, Profile); 3] = [
    ("franceconnect", Profile::FranceConnect),
    ("franceconnect_plus", Profile::FranceConnectPlus),
    ("openid", Profile::OpenId),
];

/// The words of `proconnect.profile`.
pub(super) const AIDANT_PROFILES: [(&str, Profile); 1] = [("proconnect", Profile::ProConnect)];

/// The words of `token_auth`: whether a secret is sent.
pub(super) const AUTHENTICATION_WORDS: [(&str, bool); 2] =
    [("client_secret_post", true), ("private_key_jwt", false)];

/// How this gateway proves itself at a provider's token endpoint.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// With the secret it gave, in the body (`client_secret_post`).
    Secret(SecretString),
    /// With an assertion under our current ES256 key (`private_key_jwt`, RFC 7523).
    Assertion,
}

/// This gateway's registration at one identity provider.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    /// The request shape.
    pub profile: Profile,
    /// The issuer, exactly as in its tokens.
    pub issuer: String,
    /// Where its endpoints are.
    pub endpoints: Endpoints,
    /// The client identifier it gave.
    pub client_id: String,
    /// How we prove that it is ours.
    pub authentication: ClientAuthentication,
    /// Scopes asked for, `openid` among them.
    pub scopes: Vec<String>,
    /// The levels (`acr`) asked for, at least one: of a person's the lowest that will do, of an aidant's each that will.
    pub levels: Vec<String>,
    /// The identity providers behind it (`idp_id`) at which somebody else acts for the person; a login through one of them
    /// identifies nobody.
    pub refused_idps: Vec<String>,
    /// The signatures believed.
    pub algorithms: Vec<Algorithm>,
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

impl Profile {
    /// The levels that may be asked for.
    const fn levels(self) -> &'static [&'static str] {
        match self {
            Self::FranceConnect => &["eidas1"],
            Self::FranceConnectPlus => &["eidas2", "eidas3"],
            Self::OpenId => &["eidas1", "eidas2", "eidas3"],
            Self::ProConnect => &["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"],
        }
    }

    /// The signatures its tokens may have.
    const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::FranceConnectPlus => &[Algorithm::Es256],
            Self::FranceConnect | Self::ProConnect | Self::OpenId => &[Algorithm::Es256, Algorithm::Rs256],
        }
    }
}

impl IdentityProvider {
    /// Where persons are identified. The outer `None` is a fault, the inner one means that it is off.
    pub(super) fn read_for_persons(reader: &mut Reader) -> Option<Option<Self>> {
        if !reader.switch(PERSONS, "enabled")? {
            return Some(None);
        }
        let profile = reader.choice(PERSONS, "profile", &PERSON_PROFILES);
        let level = reader.optional(PERSONS, "acr_values");
        let levels = match (profile, level) {
            (Some(profile), Some(level)) => {
                let least = profile.levels().first().map_or(String::new(), ToString::to_string);
                known_levels(reader, PERSONS, profile, vec![level.unwrap_or(least)])
            }
            _ => None,
        };
        let refused = reader.list(PERSONS, "refused_idps");
        let provider = Self::read(reader, PERSONS, profile, levels)?;
        let refused_idps = refused?;
        if !refused_idps.is_empty() && !provider.scopes.iter().any(|scope| scope == "idp_id") {
            reader.problem(PERSONS, "refused_idps", "needs the scope \"idp_id\"");
            return None;
        }
        Some(Some(Self { refused_idps, ..provider }))
    }

    /// Where aidants may log in beside their own code. As [`IdentityProvider::read_for_persons`].
    pub(super) fn read_for_aidants(reader: &mut Reader) -> Option<Option<Self>> {
        if !reader.switch(AIDANTS, "enabled")? {
            return Some(None);
        }
        let profile = reader.choice(AIDANTS, "profile", &AIDANT_PROFILES);
        let levels = reader.list(AIDANTS, "acr_values");
        let levels = match (profile, levels) {
            (Some(profile), Some(levels)) => known_levels(reader, AIDANTS, profile, levels),
            _ => None,
        };
        Self::read(reader, AIDANTS, profile, levels).map(Some)
    }

    fn read(
        reader: &mut Reader,
        section: &str,
        profile: Option<Profile>,
        levels: Option<Vec<String>>,
    ) -> Option<Self> {
        let issuer = reader.address(section, "issuer");
        let endpoints = endpoints(reader, section);
        let client_id = reader.text(section, "client_id");
        let authentication = authentication(reader, section);
        let scopes = scopes(reader, section);
        let algorithms = algorithms(reader, section, profile);
        let timeout = reader.span(section, "timeout", Duration::from_millis(100)..=Duration::from_secs(10));
        Some(Self {
            profile: profile?,
            issuer: issuer?,
            endpoints: endpoints?,
            client_id: client_id?,
            authentication: authentication?,
            scopes: scopes?,
            levels: levels?,
            refused_idps: Vec::new(),
            algorithms: algorithms?,
            timeout: timeout?,
        })
    }
}

fn known_levels(
    reader: &mut Reader,
    section: &str,
    profile: Profile,
    levels: Vec<String>,
) -> Option<Vec<String>> {
    let known = profile.levels();
    if !levels.is_empty() && levels.iter().all(|level| known.contains(&level.as_str())) {
        return Some(levels);
    }
    reader.problem(section, "acr_values", format!("must be of: {}", known.join(", ")));
    None
}

fn authentication(reader: &mut Reader, section: &str) -> Option<ClientAuthentication> {
    let with_secret = reader.choice(section, "token_auth", &AUTHENTICATION_WORDS);
    let secret = reader.secret(section, "client_secret");
    match (with_secret?, secret?) {
        (true, Some(secret)) => Some(ClientAuthentication::Secret(secret)),
        (false, None) => Some(ClientAuthentication::Assertion),
        (true, None) => {
            reader.problem(section, "client_secret", "is missing");
            None
        }
        (false, Some(_)) => {
            reader.problem(section, "client_secret", "is of no use beside token_auth = \"private_key_jwt\"");
            None
        }
    }
}

fn algorithms(reader: &mut Reader, section: &str, profile: Option<Profile>) -> Option<Vec<Algorithm>> {
    let named = reader.optional(section, "signed_response_alg")?;
    let possible = profile?.algorithms();
    let Some(named) = named else { return Some(possible.to_vec()) };
    let fits = Algorithm::parse(&named).filter(|algorithm| possible.contains(algorithm));
    if fits.is_none() {
        let words: Vec<&str> = possible.iter().map(|algorithm| algorithm.as_str()).collect();
        reader.problem(section, "signed_response_alg", format!("must be of: {}", words.join(", ")));
    }
    fits.map(|algorithm| vec![algorithm])
}

fn endpoints(reader: &mut Reader, section: &str) -> Option<Endpoints> {
    if reader.switch(section, "discovery")? {
        return Some(Endpoints::Discovery);
    }
    let authorization = reader.address(section, "authorization_endpoint");
    let token = reader.address(section, "token_endpoint");
    let userinfo = reader.address(section, "userinfo_endpoint");
    let jwks = reader.address(section, "jwks_uri");
    let end_session = reader.address(section, "end_session_endpoint");
    Some(Endpoints::Fixed(FixedEndpoints {
        authorization: authorization?,
        token: token?,
        userinfo: userinfo?,
        jwks: jwks?,
        end_session: end_session?,
    }))
}

fn scopes(reader: &mut Reader, section: &str) -> Option<Vec<String>> {
    let scopes = reader.list(section, "scopes")?;
    let word = |scope: &String| !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic());
    if scopes.iter().all(word) && scopes.iter().any(|scope| scope == "openid") {
        return Some(scopes);
    }
    reader.problem(section, "scopes", "must be scope words, \"openid\" among them");
    None
}
