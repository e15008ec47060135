//! One line with its proof as a JSON file that anyone checks offline, with the ledger's public key alone.
//!
//! A file is one bundle (`"format": "procura-bundle/1"`) or several (`"format": "procura-bundles/1"`, `bundles`). In a
//! bundle `payload`, `k`, `leaf` and the hashes of `proof` are base64url of exact bytes; `entry` is the payload again,
//! for the eye; `checkpoint` is the signed note; `tlog_proof` is the same proof as C2SP text.
//!
//! A bundle may also come as one C2SP tlog-proof text, whose `extra` line is the canonical JSON of `k`, `leaf` and `payload`.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64;
use crate::crypto::json::read_unambiguous;
use crate::ledger::merkle::Hash;
use crate::ledger::proof_text::ProofText;

/// The format of one bundle.
pub const ONE: &str = "procura-bundle/1";
/// The format of a file of several.
pub const SEVERAL: &str = "procura-bundles/1";

/// One line with its proof.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// [`ONE`].
    pub format: String,
    /// The exact payload bytes, base64url.
    pub payload: String,
    /// The payload as an object, to be read.
    pub entry: Value,
    /// The commitment key, base64url of 32 bytes.
    pub k: String,
    /// The exact leaf bytes, base64url.
    pub leaf: String,
    /// The leaf's index.
    pub index: u64,
    /// The inclusion proof, lowest hash first, each base64url of 32 bytes.
    pub proof: Vec<String>,
    /// The signed checkpoint the proof leads to.
    pub checkpoint: String,
    /// Index, proof and checkpoint as C2SP tlog-proof text.
    pub tlog_proof: String,
    /// The time-stamp on the checkpoint as the log alone signed it, where there is one: the authority's whole answer
    /// (RFC 3161), base64 of DER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
}

/// A file of several bundles.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Bundles {
    /// [`SEVERAL`].
    pub format: String,
    /// The bundles.
    pub bundles: Vec<Bundle>,
}

impl Bundle {
    /// The bundle of an opened payload, its commitment key, its leaf and its proof up to a signed checkpoint.
    ///
    /// # Errors
    /// When the payload is no JSON.
    pub fn new(
        (payload, k): (&[u8], &[u8; 32]),
        leaf: &[u8],
        index: u64,
        proof: &[Hash],
        checkpoint: &str,
    ) -> Result<Self, serde_json::Error> {
        let text =
            ProofText { index, hashes: proof.to_vec(), checkpoint: checkpoint.to_owned(), extra: None };
        Ok(Self {
            format: ONE.to_owned(),
            payload: b64(payload),
            entry: serde_json::from_slice(payload)?,
            k: b64(k),
            leaf: b64(leaf),
            index,
            proof: proof.iter().map(|hash| b64(hash)).collect(),
            checkpoint: checkpoint.to_owned(),
            tlog_proof: text.print(),
            timestamp: None,
        })
    }

    /// The whole bundle as one C2SP tlog-proof text; `None` when its fields are not those of a bundle we made.
    pub fn to_text(&self) -> Option<String> {
        let mut text = ProofText::parse(&self.tlog_proof)?;
        let extra = Extra { k: self.k.clone(), leaf: self.leaf.clone(), payload: self.payload.clone() };
        text.extra = Some(serde_json_canonicalizer::to_vec(&extra).ok()?);
        Some(text.print())
    }

    /// The bundle that [`Bundle::to_text`] wrote; `None` where the proof has no `extra` of ours.
    pub fn from_text(text: &ProofText) -> Option<Self> {
        let extra: Extra = serde_json::from_value(read_unambiguous(text.extra.as_deref()?).ok()?).ok()?;
        let entry = serde_json::from_slice(&unb64(&extra.payload)?).unwrap_or(Value::Null);
        let bare = ProofText { extra: None, ..text.clone() };
        Some(Self {
            format: ONE.to_owned(),
            payload: extra.payload,
            entry,
            k: extra.k,
            leaf: extra.leaf,
            index: text.index,
            proof: text.hashes.iter().map(|hash| b64(hash)).collect(),
            checkpoint: text.checkpoint.clone(),
            tlog_proof: bare.print(),
            timestamp: None,
        })
    }
}

/// What a tlog-proof lacks to be a bundle, in its `extra` line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    k: String,
    leaf: String,
    payload: String,
}

impl Bundles {
    /// A file of these bundles.
    pub fn new(bundles: Vec<Bundle>) -> Self {
        Self { format: SEVERAL.to_owned(), bundles }
    }

    /// Reads a file of one or several bundles, or a proof text that is a whole one; `None` when it is neither.
    pub fn read(file: &[u8]) -> Option<Vec<Bundle>> {
        if ProofText::claims(file) {
            let text = ProofText::parse(std::str::from_utf8(file).ok()?)?;
            return Bundle::from_text(&text).map(|bundle| vec![bundle]);
        }
        let value: Value = read_unambiguous(file).ok()?;
        match value.get("format")?.as_str()? {
            ONE => serde_json::from_value(value).ok().map(|bundle| vec![bundle]),
            SEVERAL => {
                let file: Self = serde_json::from_value(value).ok()?;
                file.bundles.iter().all(|bundle| bundle.format == ONE).then_some(file.bundles)
            }
            _ => None,
        }
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bundle({})", self.index)
    }
}
