//! What FranceConnect+ does differently: levels eidas2 and eidas3, answers encrypted to the client's key, client assertions.

use reqwest::Client;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jose::verify;
use crate::crypto::jwe;
use crate::crypto::jwe::EncryptionKey;
use crate::crypto::jwk::Jwk;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::mischief::WrongEncryption;

/// The higher levels, lowest first.
pub(super) const LEVELS: [&str; 2] = ["eidas2", "eidas3"];

/// FranceConnect+: where the client publishes its keys, and with what they are fetched.
#[derive(Clone)]
pub struct High {
    /// The client's JWKS: an ES256 key for its assertions, a key of `use: enc`.
    pub client_keys: Url,
    /// For fetching them.
    pub http: Client,
}

/// The level an authorization request gets: the lowest known one asked for, the highest where none is known.
pub(super) fn level(values: &str) -> String {
    let asked = |level: &&str| values.split(' ').any(|word| word == *level);
    LEVELS.into_iter().find(asked).unwrap_or("eidas3").to_owned()
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    jti: String,
}

impl High {
    async fn keys(&self) -> Option<JwkSet> {
        let answer = self.http.get(self.client_keys.clone()).send().await.ok()?;
        answer.json().await.ok()
    }

    /// The client an assertion proves (RFC 7523 section 3); each serves once.
    pub(super) async fn proven_client(&self, provider: &FranceConnect, assertion: &str) -> Option<String> {
        let keys = self.keys().await?;
        let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Es256] };
        let claims = verify::<Assertion>(assertion, &keys, &expected).ok()?.claims;
        let here = [provider.issuer().to_owned(), format!("{}/token", provider.base())];
        let now = provider.settings().clock.now();
        let holds = claims.iss == claims.sub && here.contains(&claims.aud) && now.seconds() < claims.exp;
        let first = provider.memory().assertions.insert(claims.jti);
        (holds && first).then_some(claims.iss)
    }

    /// Encrypts a signed token to the client's key, or wrongly on demand.
    pub(super) async fn encrypted(
        &self,
        provider: &FranceConnect,
        client_id: &str,
        signed: String,
        wrong: Option<WrongEncryption>,
    ) -> Option<String> {
        let keys = self.keys().await?;
        let own =
            |key: &&Jwk| key.use_.as_deref() == Some("enc") && key.alg.as_deref() == Some(jwe::AGREEMENT);
        let to = keys.keys.iter().find(own)?;
        let random = provider.settings().random.as_ref();
        let mut members = Map::new();
        members.insert("iss".to_owned(), json!(provider.issuer()));
        members.insert("aud".to_owned(), json!(client_id));
        let mut claim = |name: &str, value: Value| members.insert(name.to_owned(), value);
        let mut inner = signed;
        match wrong {
            None => {}
            Some(WrongEncryption::None) => return Some(inner),
            Some(WrongEncryption::RsaOaep) => drop(claim("alg", json!("RSA-OAEP"))),
            Some(WrongEncryption::OtherContent) => drop(claim("enc", json!("A256CBC-HS512"))),
            Some(WrongEncryption::Zipped) => drop(claim("zip", json!("DEF"))),
            Some(WrongEncryption::NotNested) => {
                let claims = inner.split('.').nth(1).and_then(crate::crypto::hash::unb64)?;
                inner = String::from_utf8(claims).ok()?;
            }
            Some(WrongEncryption::NotMarked) => drop(claim("cty", Value::Null)),
            Some(WrongEncryption::ForeignKey) => {
                let (foreign, _) = EncryptionKey::generate(random).ok()?;
                let to = Jwk { kid: to.kid.clone(), ..foreign.public_jwk() };
                return jwe::encrypt_headed(&to, &inner, members, random).ok();
            }
        }
        jwe::encrypt_headed(to, &inner, members, random).ok()
    }
}
