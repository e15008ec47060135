//! Cosignatures of witnesses on checkpoints (C2SP tlog-cosignature, `cosignature/v1` with Ed25519): when a witness saw that a
//! log had only grown.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::keys::SigningKey;
use crate::crypto::note;
use crate::crypto::note::NoteError;

/// The kind of signature in key and line.
const COSIGNATURE: u8 = 4;

/// A witness: a name and an Ed25519 public key. Its text is `name+<8 hexadecimal digits>+<base64 of 0x04 and the key>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WitnessKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl WitnessKey {
    /// The witness key of a name and a signing key.
    ///
    /// # Errors
    /// [`NoteError::Signing`] when the key is no Ed25519 key, [`NoteError::Name`] for a name that cannot stand in a note.
    pub fn of(name: &str, key: &SigningKey) -> Result<Self, NoteError> {
        let public = key.ed25519_public().ok_or(NoteError::Signing)?;
        Ok(Self { id: note::key_id(name, COSIGNATURE, &public)?, name: name.to_owned(), public })
    }

    /// The witness' name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes of the public key.
    pub const fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&note::print_key(&self.name, self.id, COSIGNATURE, &self.public))
    }
}

impl FromStr for WitnessKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, public) = note::parse_key(text, COSIGNATURE)?;
        Ok(Self { name, id, public })
    }
}

fn message(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// The signature line, with its line feed, by which `key` under `name` says that it saw this checkpoint at `seconds` (Unix time).
///
/// # Errors
/// [`NoteError`] when the text is no note or the key no Ed25519 key.
pub fn cosign(signed: &str, name: &str, key: &SigningKey, seconds: u64) -> Result<String, NoteError> {
    let text = note::unverified_text(signed)?;
    let witness = WitnessKey::of(name, key)?;
    let signature = key.sign(message(seconds, text).as_bytes()).map_err(|_| NoteError::Signing)?;
    let bytes = [&witness.id[..], &seconds.to_be_bytes(), &signature].concat();
    Ok(format!("— {name} {}\n", STANDARD.encode(bytes)))
}

/// When (Unix seconds) this witness cosigned the checkpoint in `signed`.
///
/// # Errors
/// [`NoteError::NotSigned`] when no line is the witness', [`NoteError::Signature`] when one claims to be and is not, or what the
/// note's form is refused for.
pub fn cosigned_at(signed: &str, witness: &WitnessKey) -> Result<u64, NoteError> {
    let (text, lines) = note::signature_lines(signed)?;
    for line in lines {
        let (name, bytes) = note::read_signature(line)?;
        if name != witness.name || bytes.get(..4) != Some(&witness.id[..]) {
            continue;
        }
        let Some((seconds, signature)) = bytes.get(4..).and_then(<[u8]>::split_first_chunk::<8>) else {
            return Err(NoteError::Signature);
        };
        let seconds = u64::from_be_bytes(*seconds);
        let holds = note::signed_by(&witness.public, message(seconds, text).as_bytes(), signature);
        return if holds && seconds > 0 { Ok(seconds) } else { Err(NoteError::Signature) };
    }
    Err(NoteError::NotSigned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::note::NoteKey;
    use crate::crypto::random::SystemRandom;

    fn key() -> SigningKey {
        SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key").0
    }

    #[test]
    fn a_cosignature_holds_for_its_text_its_time_and_its_witness_only() {
        let (log, witness, other) = (key(), key(), key());
        let signed = note::sign_note("o\n7\nr\n", "o", &log).expect("signs");
        let line = cosign(&signed, "witness.example/w", &witness, 1_795_000_000).expect("cosigns");
        let seen = WitnessKey::of("witness.example/w", &witness).expect("a key");
        let note = format!("{signed}{line}");
        assert_eq!(cosigned_at(&note, &seen), Ok(1_795_000_000));
        assert_eq!(note::verify_note(&note, &NoteKey::of("o", &log).expect("a key")), Ok("o\n7\nr\n"));
        assert_eq!(cosigned_at(&signed, &seen), Err(NoteError::NotSigned));
        let grown = note.replace("o\n7", "o\n8");
        assert_eq!(cosigned_at(&grown, &seen), Err(NoteError::Signature));
        let stranger = WitnessKey::of("witness.example/w", &other).expect("a key");
        assert_eq!(cosigned_at(&note, &stranger), Err(NoteError::NotSigned));
        let mut bytes = STANDARD.decode(line.trim().rsplit(' ').next().expect("base64")).expect("base64");
        bytes[11] ^= 1;
        let later = format!("{signed}— witness.example/w {}\n", STANDARD.encode(bytes));
        assert_eq!(cosigned_at(&later, &seen), Err(NoteError::Signature), "the time is signed too");
    }

    #[test]
    fn a_witness_key_is_no_log_key() {
        let witness = WitnessKey::of("w", &key()).expect("a key");
        let text = witness.to_string();
        assert_eq!(text.parse(), Ok(witness));
        assert_eq!(text.parse::<NoteKey>(), Err(NoteError::KeyForm));
        let log = NoteKey::of("w", &key()).expect("a key").to_string();
        assert_eq!(log.parse::<WitnessKey>(), Err(NoteError::KeyForm));
    }
}
