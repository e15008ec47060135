//! What passes between a log and its witnesses (C2SP tlog-witness), and how many of them must have seen a checkpoint.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::cosignature::WitnessKey;
use crate::crypto::cosignature::cosigned_at;
use crate::crypto::note;
use crate::crypto::note::NoteKey;
use crate::ledger::merkle::Hash;

/// The most hashes a request may carry.
pub const MOST_HASHES: usize = 63;

/// The content type of the answer 409, whose body is the size the witness knows.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// A request `add-checkpoint`: the log grew from a size the witness knows to the size of this checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size the witness is thought to know; 0 for none.
    pub old: u64,
    /// The consistency proof from there; empty from 0, or where nothing grew.
    pub proof: Vec<Hash>,
    /// The checkpoint, signed by the log.
    pub checkpoint: String,
}

impl AddCheckpoint {
    /// The body of the request.
    pub fn print(&self) -> String {
        let hashes: String = self.proof.iter().map(|hash| STANDARD.encode(hash) + "\n").collect();
        format!("old {}\n{hashes}\n{}", self.old, self.checkpoint)
    }

    /// Reads a body; `None` for anything else.
    pub fn parse(body: &str) -> Option<Self> {
        let (head, checkpoint) = body.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let digits = lines.next()?.strip_prefix("old ")?;
        let old: u64 = digits.parse().ok()?;
        let proof: Vec<Hash> =
            lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect::<Option<_>>()?;
        let fits = old.to_string() == digits && proof.len() <= MOST_HASHES;
        fits.then(|| Self { old, proof, checkpoint: checkpoint.to_owned() })
    }
}

/// How many of which witnesses must have cosigned a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// The witnesses that count, each once.
    pub witnesses: Vec<WitnessKey>,
    /// How many of them are enough.
    pub threshold: usize,
}

impl Quorum {
    /// The witnesses whose cosignature on this checkpoint holds, with its time in Unix seconds.
    pub fn seen<'a>(&'a self, signed: &str) -> Vec<(&'a WitnessKey, u64)> {
        let at = |witness: &'a WitnessKey| Some((witness, cosigned_at(signed, witness).ok()?));
        self.witnesses.iter().filter_map(at).collect()
    }

    /// Whether enough of them cosigned this checkpoint.
    pub fn is_met(&self, signed: &str) -> bool {
        self.threshold > 0 && self.seen(signed).len() >= self.threshold
    }
}

/// A checkpoint with cosignature lines added to what signed it before.
pub fn with_lines<'a>(signed: &str, lines: impl IntoIterator<Item = &'a str>) -> String {
    let mut note = signed.to_owned();
    for line in lines {
        note.push_str(line.trim_end_matches('\n'));
        note.push('\n');
    }
    note
}

/// The checkpoint as the log alone signed it: its text and the signature lines under the name in its first line. That is what
/// is time-stamped. `None` for what is no signed note.
pub fn log_signed(signed: &str) -> Option<String> {
    let (text, lines) = note::signature_lines(signed).ok()?;
    let own = format!("— {} ", text.lines().next()?);
    Some(with_lines(&format!("{text}\n"), lines.into_iter().filter(|line| line.starts_with(&own))))
}

/// The policy in the form that verifiers of other makers read (C2SP tlog-policy): the log's keys, the witnesses with their
/// addresses, and how many of them are enough.
pub fn policy_text(log: &[NoteKey], witnesses: &[(WitnessKey, String)], threshold: usize) -> String {
    let mut text: String = log.iter().map(|key| format!("log {key}\n")).collect();
    for (key, address) in witnesses {
        text.push_str(&format!("witness {} {key} {address}\n", key.name()));
    }
    if witnesses.is_empty() {
        text.push_str("quorum none\n");
    } else {
        let names: Vec<&str> = witnesses.iter().map(|(key, _)| key.name()).collect();
        text.push_str(&format!("group witnesses {threshold} {}\nquorum witnesses\n", names.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::cosignature::cosign;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use crate::ledger::checkpoint::Checkpoint;

    fn key() -> SigningKey {
        SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key").0
    }

    #[test]
    fn a_request_comes_back_from_its_text() {
        let request = AddCheckpoint {
            old: 7,
            proof: vec![[1; 32], [2; 32]],
            checkpoint: "o\n9\nr\n\n— o s\n".to_owned(),
        };
        assert!(request.print().starts_with("old 7\nAQEB"));
        assert_eq!(AddCheckpoint::parse(&request.print()), Some(request.clone()));
        let first = AddCheckpoint { old: 0, proof: Vec::new(), ..request.clone() };
        assert_eq!(AddCheckpoint::parse(&first.print()), Some(first));
        let long = AddCheckpoint { proof: vec![[0; 32]; MOST_HASHES + 1], ..request };
        for body in ["", "old 07\n\nx", "old -1\n\nx", "7\n\nx", "old 7\nAA\n\nx", &long.print()] {
            assert_eq!(AddCheckpoint::parse(body), None, "{body}");
        }
    }

    #[test]
    fn witnesses_count_once_and_only_those_that_are_named() {
        let log = key();
        let head = Checkpoint { origin: "host/ledger".into(), size: 3, root: [4; 32] };
        let signed = head.sign(&log).expect("signs");
        let keys: Vec<SigningKey> = (0..3).map(|_| key()).collect();
        let witness = |at: usize| WitnessKey::of(&format!("w{at}"), &keys[at]).expect("a key");
        let line = |at: usize| cosign(&signed, &format!("w{at}"), &keys[at], 5).expect("cosigns");
        let quorum = |threshold| Quorum { witnesses: vec![witness(0), witness(1)], threshold };
        let (first, second, stranger) = (line(0), line(1), line(2));
        let one = with_lines(&signed, [first.as_str(), &first, &stranger]);
        assert!(quorum(1).is_met(&one) && !quorum(2).is_met(&one));
        let two = with_lines(&one, [second.as_str()]);
        assert!(quorum(2).is_met(&two) && !quorum(0).is_met(&two));
        assert_eq!(log_signed(&two), Some(signed.clone()));
        let again = head.sign(&key()).expect("signs");
        let both = with_lines(&signed, [again.lines().last().expect("a line"), &first]);
        assert_eq!(log_signed(&both).expect("a note").lines().count(), 6);
        assert!(Checkpoint::verify(&two, &NoteKey::of("host/ledger", &log).expect("a key")).is_ok());
    }

    #[test]
    fn the_policy_names_everybody() {
        let (log, witness) = (key(), key());
        let log = NoteKey::of("host/ledger", &log).expect("a key");
        let witness = WitnessKey::of("w", &witness).expect("a key");
        let text =
            policy_text(std::slice::from_ref(&log), &[(witness.clone(), "https://w.example".into())], 1);
        let expected = format!(
            "log {log}\nwitness w {witness} https://w.example\ngroup witnesses 1 w\nquorum witnesses\n"
        );
        assert_eq!(text, expected);
        assert!(policy_text(&[log], &[], 0).ends_with("quorum none\n"));
    }
}
