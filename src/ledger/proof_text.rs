//! An inclusion proof as one text file (C2SP tlog-proof): index, hashes, signed checkpoint.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ledger::merkle::Hash;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofText {
    /// The leaf's index.
    pub index: u64,
    /// The inclusion proof, lowest hash first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint as it was served.
    pub checkpoint: String,
    /// Opaque bytes beside the proof; ours hold what makes a whole bundle of it (see [`Bundle`](super::bundle::Bundle)).
    pub extra: Option<Vec<u8>>,
}

impl ProofText {
    /// The text.
    pub fn print(&self) -> String {
        let hashes: String = self.hashes.iter().map(|hash| STANDARD.encode(hash) + "\n").collect();
        let extra = self
            .extra
            .as_ref()
            .map_or_else(String::new, |extra| format!("extra {}\n", STANDARD.encode(extra)));
        format!("{HEADER}\n{extra}index {}\n{hashes}\n{}", self.index, self.checkpoint)
    }

    /// Whether this looks like such a text, well made or not.
    pub fn claims(file: &[u8]) -> bool {
        file.strip_prefix(HEADER.as_bytes()).is_some_and(|rest| rest.starts_with(b"\n"))
    }

    /// Reads a text; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, checkpoint) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next()? != HEADER {
            return None;
        }
        let mut line = lines.next()?;
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = Some(STANDARD.decode(encoded).ok()?);
            line = lines.next()?;
        }
        let digits = line.strip_prefix("index ")?;
        let index: u64 = digits.parse().ok()?;
        if index.to_string() != digits {
            return None;
        }
        let hashes = lines.map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect::<Option<_>>()?;
        Some(Self { index, hashes, checkpoint: checkpoint.to_owned(), extra })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_comes_back_from_its_text() {
        let checkpoint = "o\n6\nr\n\n— o s\n".to_owned();
        let proof = ProofText { index: 5, hashes: vec![[1; 32], [2; 32]], checkpoint, extra: None };
        let text = proof.print();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 5\nAQEB"));
        assert_eq!(ProofText::parse(&text), Some(proof.clone()));
        let with_extra = ProofText { extra: Some(vec![0; 3]), ..proof };
        assert_eq!(with_extra.print(), text.replace("index", "extra AAAA\nindex"));
        assert_eq!(ProofText::parse(&with_extra.print()), Some(with_extra));
        assert!(ProofText::claims(text.as_bytes()) && !ProofText::claims(b"c2sp.org/tlog-proof@v12"));
        let single = ProofText { index: 0, hashes: Vec::new(), checkpoint: "c\n".into(), extra: None };
        assert_eq!(single.print(), "c2sp.org/tlog-proof@v1\nindex 0\n\nc\n");
        assert_eq!(ProofText::parse(&single.print()), Some(single));
        for other in
            ["", "c2sp.org/tlog-proof@v1\nindex 05\n\nc\n", "c2sp.org/tlog-proof@v1\nindex 5\nAA\n\nc\n"]
        {
            assert_eq!(ProofText::parse(other), None, "{other}");
        }
    }
}
