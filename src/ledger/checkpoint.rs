//! The signed head of the tree: origin, size and root as a signed note (C2SP tlog-checkpoint).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::keys::SigningKey;
use crate::crypto::note;
use crate::crypto::note::NoteError;
use crate::crypto::note::NoteKey;
use crate::ledger::merkle::Hash;
use crate::ledger::witness::with_lines;

/// The head of one tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger: `host[:port]/ledger`, also the name of its key.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not origin, size and root.
    #[error("this is no checkpoint")]
    Form,
    /// It speaks of another ledger than the key's.
    #[error("the checkpoint is of another ledger")]
    Origin,
    /// The note is malformed or not signed by the key.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// The text that is signed.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads a signed text; extension lines after the root are accepted and ignored.
    ///
    /// # Errors
    /// [`CheckpointError::Form`].
    pub fn parse_body(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Form)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Form);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Form)?;
        let root = STANDARD
            .decode(root)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CheckpointError::Form)?;
        if origin.is_empty() || number.to_string() != size || lines.any(str::is_empty) {
            return Err(CheckpointError::Form);
        }
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }

    /// The signed note; the key's name is the origin.
    ///
    /// # Errors
    /// [`CheckpointError::Note`] when the origin cannot be a key name or the key is no Ed25519 key.
    pub fn sign(&self, key: &SigningKey) -> Result<String, CheckpointError> {
        Ok(note::sign_note(&self.body(), &self.origin, key)?)
    }

    /// The note signed by several keys of one name, a line each: the first is the one in use, the others sign beside it while
    /// verifiers learn the first.
    ///
    /// # Errors
    /// As [`Checkpoint::sign`]; [`CheckpointError::Form`] without any key.
    pub fn sign_all(&self, keys: &[std::sync::Arc<SigningKey>]) -> Result<String, CheckpointError> {
        let (first, beside) = keys.split_first().ok_or(CheckpointError::Form)?;
        let mut signed = self.sign(first)?;
        for key in beside {
            let other = self.sign(key)?;
            let (_, lines) = note::signature_lines(&other)?;
            signed = with_lines(&signed, lines);
        }
        Ok(signed)
    }

    /// Reads a note without checking who signed it.
    ///
    /// # Errors
    /// [`CheckpointError::Form`] or [`CheckpointError::Note`].
    pub fn unverified(signed: &str) -> Result<Self, CheckpointError> {
        Self::parse_body(note::unverified_text(signed)?)
    }

    /// Reads a note that one of these keys must have signed for the ledger of its own name.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn verify_any(signed: &str, keys: &[NoteKey]) -> Result<Self, CheckpointError> {
        let mut refused = CheckpointError::Note(NoteError::NotSigned);
        for key in keys {
            match Self::verify(signed, key) {
                Err(CheckpointError::Note(NoteError::NotSigned)) => {}
                Err(error) => refused = error,
                held => return held,
            }
        }
        Err(refused)
    }

    /// Reads a note that `key` must have signed for the ledger of its own name.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn verify(signed: &str, key: &NoteKey) -> Result<Self, CheckpointError> {
        let checkpoint = Self::parse_body(note::verify_note(signed, key)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::Origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn a_signed_head_comes_back_under_its_own_key_only() {
        let (key, _) = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key");
        let head = Checkpoint { origin: "localhost:8080/ledger".into(), size: 70_000, root: [7; 32] };
        let signed = head.sign(&key).expect("signs");
        let verifier = NoteKey::of("localhost:8080/ledger", &key).expect("a verifier");
        assert_eq!(Checkpoint::verify(&signed, &verifier), Ok(head.clone()));
        assert_eq!(Checkpoint::unverified(&signed), Ok(head.clone()));
        let grown = signed.replace("70000", "70001");
        assert_eq!(Checkpoint::verify(&grown, &verifier), Err(CheckpointError::Note(NoteError::Signature)));
        let elsewhere = Checkpoint { origin: "elsewhere/ledger".into(), ..head };
        let foreign = note::sign_note(&elsewhere.body(), "localhost:8080/ledger", &key).expect("signs");
        assert_eq!(Checkpoint::verify(&foreign, &verifier), Err(CheckpointError::Origin));
    }

    #[test]
    fn other_texts_are_no_checkpoint() {
        let root = STANDARD.encode([0; 32]);
        assert!(Checkpoint::parse_body(&format!("o\n1\n{root}\nextension\n")).is_ok());
        for text in [
            "o\n1\n".to_owned(),
            format!("o\n01\n{root}\n"),
            format!("o\n+1\n{root}\n"),
            format!("\n1\n{root}\n"),
            format!("o\n1\n{root}"),
            "o\n1\nAAAA\n".to_owned(),
            format!("o\n1\n{root}\n\n"),
        ] {
            assert_eq!(Checkpoint::parse_body(&text), Err(CheckpointError::Form), "{text:?}");
        }
    }
}
