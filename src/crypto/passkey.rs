//! Passkeys (Web Authentication level 3): asking a browser to make or to use one, with user verification, and judging what it
//! answers.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use url::Url;
use webauthn_rs::prelude::DiscoverableAuthentication;
use webauthn_rs::prelude::Passkey;
use webauthn_rs::prelude::PasskeyRegistration;
use webauthn_rs::prelude::PublicKeyCredential;
use webauthn_rs::prelude::RegisterPublicKeyCredential;
use webauthn_rs::prelude::Webauthn;
use webauthn_rs::prelude::WebauthnBuilder;
use webauthn_rs::prelude::WebauthnError;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::domain::ids::AccountId;

/// Why an answer is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// No passkey can be used at this public address: browsers want a name, not a number.
    #[error("passkeys need a public address with a host name")]
    Unavailable,
    /// Not what a browser sends.
    #[error("the answer cannot be read")]
    Unreadable,
    /// The counter went back, or stood still: there may be a copy of the key.
    #[error("the signature counter went back")]
    Cloned,
    /// Another origin, party, challenge, key or signature, or the user was not verified.
    #[error("the answer does not hold: {0}")]
    Refused(&'static str),
}

/// This gateway as browsers know it.
#[derive(Clone)]
pub struct Party {
    webauthn: Webauthn,
}

/// A key as it is stored, sealed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredPasskey(Passkey);

/// What must be kept, away from the browser, until its answer to a registration comes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Making(PasskeyRegistration);

/// What must be kept, away from the browser, until its answer to a login comes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Using(DiscoverableAuthentication);

/// Whom an answer to a login says it is, before anything was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// SHA-256 of the credential's id.
    pub credential_hash: [u8; 32],
    /// The account the key was made for, where the browser says it.
    pub account: Option<AccountId>,
}

/// What an accepted answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// Whether the key's maker keeps copies in step on several devices.
    pub synced: bool,
}

macro_rules! silent {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
silent!(Party, StoredPasskey, Making, Using);

impl Party {
    /// The party at this public address (scheme, host and port), named `name` to users.
    ///
    /// # Errors
    /// [`PasskeyError::Unavailable`] when the host is a number.
    pub fn new(public_url: &str, name: &str) -> Result<Self, PasskeyError> {
        let origin = Url::parse(public_url).map_err(|_| PasskeyError::Unavailable)?;
        let host = origin.domain().ok_or(PasskeyError::Unavailable)?;
        let webauthn = WebauthnBuilder::new(host, &origin)
            .and_then(|builder| builder.rp_name(name).build())
            .map_err(|_| PasskeyError::Unavailable)?;
        Ok(Self { webauthn })
    }

    /// Asks for a new key of an account; `known` are the ones it has, so that no device makes a second one. Gives the
    /// `publicKey` member for `navigator.credentials.create` with its byte strings in base64url.
    ///
    /// # Errors
    /// [`PasskeyError::Refused`] when `login` or `name` is empty.
    pub fn begin_making(
        &self,
        account: AccountId,
        (login, name): (&str, &str),
        known: &[StoredPasskey],
    ) -> Result<(Value, Making), PasskeyError> {
        let known = known.iter().map(|key| key.0.cred_id().clone()).collect();
        let (options, making) = self
            .webauthn
            .start_passkey_registration(account.uuid(), login, name, Some(known))
            .map_err(refused)?;
        let mut options = public_key(&options)?;
        // A login without a typed address needs a key that the device finds by itself (section 5.4.4).
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        Ok((options, Making(making)))
    }

    /// Judges the new key (section 7.1).
    ///
    /// # Errors
    /// As the answer deserves.
    pub fn finish_making(&self, answer: &str, making: &Making) -> Result<StoredPasskey, PasskeyError> {
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyError::Unreadable)?;
        self.webauthn.finish_passkey_registration(&answer, &making.0).map(StoredPasskey).map_err(refused)
    }

    /// Asks for the use of a key: of any of this party's on the device, or of one of `known`.
    ///
    /// # Errors
    /// Only when the options cannot be written.
    pub fn begin_using(&self, known: &[StoredPasskey]) -> Result<(Value, Using), PasskeyError> {
        let (options, using) = self.webauthn.start_discoverable_authentication().map_err(refused)?;
        let mut options = public_key(&options)?;
        if !known.is_empty() {
            let id = |key: &StoredPasskey| b64(key.0.cred_id().as_ref());
            let allowed = known.iter().map(|key| serde_json::json!({"type": "public-key", "id": id(key)}));
            options["allowCredentials"] = allowed.collect();
        }
        Ok((options, Using(using)))
    }

    /// Judges the use of `key` (section 7.2), which then holds its new counter.
    ///
    /// # Errors
    /// As the answer deserves.
    pub fn finish_using(
        &self,
        answer: &str,
        using: Using,
        key: &mut StoredPasskey,
    ) -> Result<Proved, PasskeyError> {
        let answer = read(answer)?;
        let result =
            self.webauthn.finish_discoverable_authentication_v2(&answer, using.0, &key.0).map_err(refused)?;
        if !result.user_verified() {
            return Err(PasskeyError::Refused("the user was not verified"));
        }
        key.0.update_credential(&result).ok_or(PasskeyError::Refused("another credential"))?;
        Ok(Proved { synced: result.backup_eligible() })
    }
}

impl StoredPasskey {
    /// SHA-256 of the credential's id, under which it is found again.
    pub fn credential_hash(&self) -> [u8; 32] {
        sha256(self.0.cred_id().as_ref())
    }
}

/// Whom an answer to a login says it is.
///
/// # Errors
/// [`PasskeyError::Unreadable`].
pub fn claimed(answer: &str) -> Result<Claimed, PasskeyError> {
    let answer = read(answer)?;
    let account = answer.get_user_unique_id().map(uuid::Uuid::from_slice).transpose();
    let account = account.map_err(|_| PasskeyError::Unreadable)?.map(AccountId::from_uuid);
    Ok(Claimed { credential_hash: sha256(answer.get_credential_id()), account })
}

fn read(answer: &str) -> Result<PublicKeyCredential, PasskeyError> {
    serde_json::from_str(answer).map_err(|_| PasskeyError::Unreadable)
}

fn public_key<T: Serialize>(options: &T) -> Result<Value, PasskeyError> {
    let mut options = serde_json::to_value(options).map_err(|_| PasskeyError::Unreadable)?;
    Ok(options["publicKey"].take())
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn refused(error: WebauthnError) -> PasskeyError {
    PasskeyError::Refused(match error {
        WebauthnError::CredentialPossibleCompromise => return PasskeyError::Cloned,
        WebauthnError::MismatchedChallenge => "another challenge",
        WebauthnError::InvalidRPOrigin => "another origin",
        WebauthnError::InvalidRPIDHash => "another relying party",
        WebauthnError::UserNotPresent => "the user was not present",
        WebauthnError::UserNotVerified => "the user was not verified",
        WebauthnError::CredentialNotFound => "another credential",
        WebauthnError::AuthenticationFailure => "the signature does not hold",
        _ => "another fault",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_no_party_and_a_name_is_one() {
        assert!(Party::new("http://127.0.0.1:8080", "Procura").is_err());
        assert!(Party::new("http://[::1]:8080", "Procura").is_err());
        for url in ["http://localhost:8080", "https://procura.example"] {
            assert!(Party::new(url, "Procura").is_ok(), "{url}");
        }
    }

    #[test]
    fn a_key_is_asked_for_with_verification_and_found_by_the_device() {
        let party = Party::new("https://procura.example", "Procura").expect("a party");
        let account = AccountId::from_uuid(uuid::Uuid::from_u128(7));
        let (options, _) = party.begin_making(account, ("a@b.example", "Ana"), &[]).expect("options");
        assert_eq!(options["rp"]["id"], "procura.example");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["attestation"], "none");
        let (options, _) = party.begin_using(&[]).expect("options");
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"], serde_json::json!([]));
    }

    #[test]
    fn what_no_browser_sends_is_unreadable() {
        for wrong in ["", "{}", "[]", "{\"id\":1}", &"[".repeat(200)] {
            assert_eq!(claimed(wrong), Err(PasskeyError::Unreadable), "{wrong:.20}");
        }
    }
}
