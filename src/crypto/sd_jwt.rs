//! SD-JWT (RFC 9901): a signed token some of whose claims its holder may withhold; issued and checked without key binding.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::hash::unb64;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::Verified;
use crate::crypto::json::read_unambiguous;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::random_token;
use crate::domain::ids::Random;

/// The longest token with its disclosures that is looked at, in bytes.
pub const LONGEST_SD_JWT: usize = 32 * 1024;

const MOST_DISCLOSURES: usize = 64;
/// Objects and arrays within one another, those of disclosures counted where they are put in.
const DEEPEST: usize = 32;
const SALT_BYTES: usize = 16;
const DIGESTS: &str = "_sd";
const HIDDEN_ITEM: &str = "...";
const HASH: &str = "_sd_alg";
const SHA_256: &str = "sha-256";

/// Why an SD-JWT is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdJwtError {
    /// The signed part is not accepted.
    #[error(transparent)]
    Jose(#[from] JoseError),
    /// Longer than [`LONGEST_SD_JWT`], more than 64 disclosures, or nested too deeply.
    #[error("the token is too long")]
    TooLong,
    /// Not a signed part followed by `~` and disclosures, each followed by `~`.
    #[error("the token is no SD-JWT")]
    Malformed,
    /// Something follows the last `~`: no key is bound here, so that nothing could check it.
    #[error("the token has a key binding that nothing asked for")]
    KeyBinding,
    /// A disclosure is no base64url JSON array of salt, name and value, or of salt and value.
    #[error("a disclosure is malformed")]
    Disclosure,
    /// Digests of another algorithm than SHA-256.
    #[error("the token's digests are of an unknown algorithm")]
    Hash,
    /// Digests that are no digests, stand twice, or a disclosure that stands twice, fits no digest, or names a claim that is
    /// there already.
    #[error("the token's disclosures do not fit its digests")]
    Mismatch,
}

/// Whether a token has the form of an SD-JWT rather than of a JWS.
pub fn is_sd_jwt(token: &str) -> bool {
    token.contains('~')
}

/// Signs `claims`; each member that a JSON pointer (RFC 6901) of `concealable` names becomes a disclosure of its own, with a
/// salt of 128 bits. The digests stand sorted, so that their order tells nothing. A pointer that names nothing is passed over.
///
/// # Errors
/// [`JoseError::Signing`] when the key fails.
pub fn issue(
    key: &SigningKey,
    typ: &str,
    claims: Map<String, Value>,
    concealable: &[&str],
    random: &dyn Random,
) -> Result<String, JoseError> {
    let mut document = Value::Object(claims);
    let mut disclosures = String::new();
    for pointer in concealable {
        let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
        let Some(members) = document.pointer_mut(parent).and_then(Value::as_object_mut) else { continue };
        let Some(value) = members.remove(name) else { continue };
        let content = json!([random_token(random, SALT_BYTES), name, value]);
        let disclosure = b64(content.to_string().as_bytes());
        add_digest(members, digest_of(&disclosure));
        disclosures.push_str(&disclosure);
        disclosures.push('~');
    }
    document[HASH] = Value::from(SHA_256);
    let signed = jose::sign(key, Some(typ), &document)?;
    Ok(format!("{signed}~{disclosures}"))
}

fn add_digest(members: &mut Map<String, Value>, digest: String) {
    let digest = Value::from(digest);
    match members.get_mut(DIGESTS).and_then(Value::as_array_mut) {
        Some(digests) => {
            let at = digests.partition_point(|known| known.as_str() < digest.as_str());
            digests.insert(at, digest);
        }
        None => {
            members.insert(DIGESTS.to_owned(), Value::Array(vec![digest]));
        }
    }
}

fn digest_of(disclosure: &str) -> String {
    b64(&sha256(disclosure.as_bytes()))
}

/// Checks the signed part as [`jose::verify`] does and puts the disclosed claims in their places (RFC 9901 section 7.1).
/// What was withheld is simply not there; `exp`, `aud`, `iss` are the caller's to judge.
///
/// # Errors
/// See [`SdJwtError`].
pub fn verify(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Verified<Map<String, Value>>, SdJwtError> {
    let presented = Presented::read(token)?;
    let Verified { header, claims } = jose::verify::<Map<String, Value>>(presented.signed, keys, expected)?;
    Ok(Verified { header, claims: presented.open(claims)? })
}

/// Reads the form only: the parts and every disclosure.
///
/// # Errors
/// Those of [`verify`] about form and length.
pub fn check_form(token: &str) -> Result<(), SdJwtError> {
    let presented = Presented::read(token)?;
    jose::header(presented.signed)?;
    Ok(())
}

enum Disclosed {
    Member(String, Value),
    Item(Value),
}

struct Presented<'a> {
    signed: &'a str,
    disclosures: BTreeMap<String, Disclosed>,
    seen: BTreeSet<String>,
}

impl<'a> Presented<'a> {
    fn read(token: &'a str) -> Result<Self, SdJwtError> {
        if token.len() > LONGEST_SD_JWT {
            return Err(SdJwtError::TooLong);
        }
        let mut parts = token.split('~');
        let signed = parts.next().unwrap_or_default();
        if !parts.next_back().ok_or(SdJwtError::Malformed)?.is_empty() {
            return Err(SdJwtError::KeyBinding);
        }
        let mut disclosures = BTreeMap::new();
        for part in parts {
            if disclosures.len() == MOST_DISCLOSURES {
                return Err(SdJwtError::TooLong);
            }
            if disclosures.insert(digest_of(part), Disclosed::read(part)?).is_some() {
                return Err(SdJwtError::Mismatch);
            }
        }
        Ok(Self { signed, disclosures, seen: BTreeSet::new() })
    }

    fn open(mut self, mut claims: Map<String, Value>) -> Result<Map<String, Value>, SdJwtError> {
        match claims.remove(HASH) {
            None => {}
            Some(Value::String(name)) if name == SHA_256 => {}
            Some(_) => return Err(SdJwtError::Hash),
        }
        let claims = self.open_members(claims, 0)?;
        if self.disclosures.is_empty() { Ok(claims) } else { Err(SdJwtError::Mismatch) }
    }

    fn open_value(&mut self, value: Value, depth: usize) -> Result<Value, SdJwtError> {
        if depth > DEEPEST {
            return Err(SdJwtError::TooLong);
        }
        match value {
            Value::Object(members) => self.open_members(members, depth).map(Value::Object),
            Value::Array(items) => self.open_items(items, depth).map(Value::Array),
            plain => Ok(plain),
        }
    }

    fn open_members(
        &mut self,
        mut members: Map<String, Value>,
        depth: usize,
    ) -> Result<Map<String, Value>, SdJwtError> {
        if members.contains_key(HIDDEN_ITEM) {
            return Err(SdJwtError::Mismatch);
        }
        let digests = match members.remove(DIGESTS) {
            None => Vec::new(),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(SdJwtError::Mismatch),
        };
        let mut opened = Map::new();
        for (name, value) in members {
            opened.insert(name, self.open_value(value, depth + 1)?);
        }
        for digest in digests {
            match self.take(&digest)? {
                None => {}
                Some(Disclosed::Member(name, value)) if !opened.contains_key(&name) => {
                    let value = self.open_value(value, depth + 1)?;
                    opened.insert(name, value);
                }
                Some(_) => return Err(SdJwtError::Mismatch),
            }
        }
        Ok(opened)
    }

    fn open_items(&mut self, items: Vec<Value>, depth: usize) -> Result<Vec<Value>, SdJwtError> {
        let mut opened = Vec::new();
        for item in items {
            let hidden = item.as_object().filter(|members| members.len() == 1);
            let Some(digest) = hidden.and_then(|members| members.get(HIDDEN_ITEM)) else {
                opened.push(self.open_value(item, depth + 1)?);
                continue;
            };
            match self.take(digest)? {
                None => {}
                Some(Disclosed::Item(value)) => opened.push(self.open_value(value, depth + 1)?),
                Some(Disclosed::Member(..)) => return Err(SdJwtError::Mismatch),
            }
        }
        Ok(opened)
    }

    fn take(&mut self, digest: &Value) -> Result<Option<Disclosed>, SdJwtError> {
        let digest = digest.as_str().ok_or(SdJwtError::Mismatch)?;
        if !self.seen.insert(digest.to_owned()) {
            return Err(SdJwtError::Mismatch);
        }
        Ok(self.disclosures.remove(digest))
    }
}

impl Disclosed {
    fn read(part: &str) -> Result<Self, SdJwtError> {
        let bytes = unb64(part).ok_or(SdJwtError::Disclosure)?;
        let content: Vec<Value> = read_unambiguous(&bytes).map_err(|_| SdJwtError::Disclosure)?;
        let mut content = content.into_iter();
        match (content.next(), content.next(), content.next(), content.next()) {
            (Some(Value::String(_)), Some(Value::String(name)), Some(value), None)
                if name != DIGESTS && name != HIDDEN_ITEM =>
            {
                Ok(Self::Member(name, value))
            }
            (Some(Value::String(_)), Some(value), None, None) => Ok(Self::Item(value)),
            _ => Err(SdJwtError::Disclosure),
        }
    }
}

#[cfg(test)]
#[path = "sd_jwt_tests.rs"]
mod tests;
