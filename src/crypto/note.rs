//! Signed notes (C2SP signed-note) with Ed25519: a text, an empty line, signature lines.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256_parts;
use crate::crypto::jwk::Jwk;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;

const ED25519: u8 = 1;
const LONGEST_NOTE: usize = 1_000_000;
const MOST_SIGNATURES: usize = 100;

/// Why a note or its key is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not `name+hash+base64`, or the hash is not that of the key.
    #[error("this is no verifier key of the form name+hash+key with an Ed25519 key")]
    KeyForm,
    /// A name that is empty or holds a blank or a plus sign.
    #[error("a key name is not empty and has neither blanks nor plus signs")]
    Name,
    /// A text that does not end with a line feed or holds other control characters.
    #[error("the text of a note ends with a line feed and has no other control characters")]
    Text,
    /// Not a text, an empty line and signature lines.
    #[error("this is no signed note")]
    Form,
    /// No line is a signature by this key.
    #[error("the note is not signed by this key")]
    NotSigned,
    /// A line claims to be a signature by this key and is not.
    #[error("the note's signature by this key does not match")]
    Signature,
    /// The signing key is no Ed25519 key, or failed.
    #[error("a note is signed with an Ed25519 key")]
    Signing,
}

/// A name and an Ed25519 public key: who must have signed. Its text is `name+<8 hexadecimal digits>+<base64>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl NoteKey {
    /// The verifier key of a name and a public key.
    ///
    /// # Errors
    /// [`NoteError::Name`] for a name that cannot stand in a note.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Self, NoteError> {
        Ok(Self { id: key_id(name, ED25519, &public)?, name: name.to_owned(), public })
    }

    /// The verifier key of a name and our own signing key.
    ///
    /// # Errors
    /// [`NoteError::Signing`] when the key is no Ed25519 key, [`NoteError::Name`] as in [`NoteKey::new`].
    pub fn of(name: &str, key: &SigningKey) -> Result<Self, NoteError> {
        Self::new(name, key.ed25519_public().ok_or(NoteError::Signing)?)
    }

    /// The key's name; for a ledger it is the origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the public key.
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

impl fmt::Display for NoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_key(&self.name, self.id, ED25519, &self.public))
    }
}

impl FromStr for NoteKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, public) = parse_key(text, ED25519)?;
        Ok(Self { name, id, public })
    }
}

/// The four bytes by which a signature line names its key: of a name, a kind of signature and an Ed25519 key.
pub(super) fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> Result<[u8; 4], NoteError> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(NoteError::Name);
    }
    let hash = sha256_parts(&[name.as_bytes(), b"\n", &[kind], public]);
    Ok([hash[0], hash[1], hash[2], hash[3]])
}

pub(super) fn print_key(name: &str, id: [u8; 4], kind: u8, public: &[u8; 32]) -> String {
    let mut key = vec![kind];
    key.extend_from_slice(public);
    format!("{name}+{}+{}", hex::encode(id), STANDARD.encode(key))
}

/// Reads a verifier key of one kind of signature.
pub(super) fn parse_key(text: &str, kind: u8) -> Result<(String, [u8; 4], [u8; 32]), NoteError> {
    let mut fields = text.trim().splitn(3, '+');
    let (Some(name), Some(hash), Some(key)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(NoteError::KeyForm);
    };
    let key = STANDARD.decode(key).map_err(|_| NoteError::KeyForm)?;
    let public = match key.split_first() {
        Some((found, public)) if *found == kind => public.try_into().map_err(|_| NoteError::KeyForm)?,
        _ => return Err(NoteError::KeyForm),
    };
    let id = key_id(name, kind, &public).map_err(|_| NoteError::KeyForm)?;
    let agrees = hex::encode(id) == hash.to_ascii_lowercase();
    if agrees { Ok((name.to_owned(), id, public)) } else { Err(NoteError::KeyForm) }
}

pub(super) fn signed_by(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let jwk = Jwk {
        kty: "OKP".to_owned(),
        crv: Some("Ed25519".to_owned()),
        x: Some(b64(public)),
        ..Jwk::default()
    };
    jwk.verifies(Algorithm::EdDsa, message, signature)
}

/// The note of `text` (which ends with a line feed) with one signature by `key` under `name`.
///
/// # Errors
/// [`NoteError::Text`], [`NoteError::Name`], or [`NoteError::Signing`] when the key is no Ed25519 key.
pub fn sign_note(text: &str, name: &str, key: &SigningKey) -> Result<String, NoteError> {
    check_text(text)?;
    let verifier = NoteKey::of(name, key)?;
    let signature = key.sign(text.as_bytes()).map_err(|_| NoteError::Signing)?;
    let mut bytes = verifier.id.to_vec();
    bytes.extend_from_slice(&signature);
    Ok(format!("{text}\n— {name} {}\n", STANDARD.encode(bytes)))
}

/// The text of a note, when `key` signed it. Signatures by others are neither needed nor checked.
///
/// # Errors
/// [`NoteError::Form`], [`NoteError::Text`], [`NoteError::NotSigned`] or [`NoteError::Signature`].
pub fn verify_note<'a>(note: &'a str, key: &NoteKey) -> Result<&'a str, NoteError> {
    let (text, signatures) = split(note)?;
    for line in signatures.lines() {
        let (name, bytes) = read_signature(line)?;
        if name != key.name {
            continue;
        }
        match bytes.split_first_chunk::<4>() {
            Some((id, signature)) if *id == key.id => {
                return if signed_by(&key.public, text.as_bytes(), signature) {
                    Ok(text)
                } else {
                    Err(NoteError::Signature)
                };
            }
            _ => {}
        }
    }
    Err(NoteError::NotSigned)
}

/// The text of a note without regard to its signatures: to see which origin and size it speaks of.
///
/// # Errors
/// [`NoteError::Form`] or [`NoteError::Text`].
pub fn unverified_text(note: &str) -> Result<&str, NoteError> {
    split(note).map(|(text, _)| text)
}

/// The text of a note and its signature lines, each without its line feed and unchecked.
///
/// # Errors
/// [`NoteError::Form`] or [`NoteError::Text`].
pub fn signature_lines(note: &str) -> Result<(&str, Vec<&str>), NoteError> {
    let (text, signatures) = split(note)?;
    Ok((text, signatures.lines().collect()))
}

fn split(note: &str) -> Result<(&str, &str), NoteError> {
    if note.len() > LONGEST_NOTE {
        return Err(NoteError::Form);
    }
    let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    check_text(text)?;
    let count = signatures.lines().count();
    if !signatures.ends_with('\n') || count == 0 || count > MOST_SIGNATURES {
        return Err(NoteError::Form);
    }
    Ok((text, signatures))
}

fn check_text(text: &str) -> Result<(), NoteError> {
    let plain = text.ends_with('\n') && text.chars().all(|c| c == '\n' || !c.is_ascii_control());
    if plain { Ok(()) } else { Err(NoteError::Text) }
}

/// The name and the bytes of a signature line.
pub(super) fn read_signature(line: &str) -> Result<(&str, Vec<u8>), NoteError> {
    let (name, encoded) =
        line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or(NoteError::Form)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NoteError::Form)?;
    if name.is_empty() || bytes.len() < 5 { Err(NoteError::Form) } else { Ok((name, bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const LINE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_example_verifies() {
        let key: NoteKey = KEY.parse().expect("a key");
        assert_eq!(key.to_string(), KEY);
        let note = format!("{TEXT}\n{LINE}");
        assert_eq!(verify_note(&note, &key), Ok(TEXT));
        let changed = note.replace("answer", "Answer");
        assert_eq!(verify_note(&changed, &key), Err(NoteError::Signature));
    }

    #[test]
    fn our_notes_verify_among_unknown_signatures() {
        let (key, _) = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key");
        let verifier = NoteKey::of("localhost:8080/ledger", &key).expect("a verifier");
        let note = sign_note("a\nb\n", "localhost:8080/ledger", &key).expect("signs");
        assert_eq!(verify_note(&note, &verifier), Ok("a\nb\n"));
        let mut crowded = "a\nb\n\n".to_owned();
        for _ in 0..16 {
            crowded.push_str(LINE);
        }
        assert_eq!(verify_note(&crowded, &verifier), Err(NoteError::NotSigned));
        crowded.push_str(note.rsplit("\n\n").next().expect("a line"));
        assert_eq!(verify_note(&crowded, &verifier), Ok("a\nb\n"));
        assert_eq!(verifier.to_string().parse(), Ok(verifier));
    }

    #[test]
    fn other_forms_are_refused() {
        let key: NoteKey = KEY.parse().expect("a key");
        for note in ["", "a\n", "a\n\n", "a\n\nb\n", "\n", &format!("{TEXT}\n{}", LINE.trim_end())] {
            assert!(verify_note(note, &key).is_err(), "{note:?}");
        }
        for text in
            ["PeterNeumann", "a+00000000+AAAA", &KEY.replace("c74f20a3", "c74f20a4"), "+c74f20a3+AAAA"]
        {
            assert_eq!(text.parse::<NoteKey>(), Err(NoteError::KeyForm), "{text}");
        }
        let (es256, _) = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key");
        assert_eq!(sign_note("a\n", "n", &es256), Err(NoteError::Signing));
    }
}
