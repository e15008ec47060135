//! The proofs of lines as files to keep, and what a page says of one proof.

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::domain::ids::EntryId;
pub use crate::ledger::bundle::Bundle;
use crate::ledger::bundle::Bundles;
use crate::operations::bench::Bench;
use crate::operations::evidence;
use crate::operations::keys;
use crate::operations::prove;
use crate::operations::prove::Check;
use crate::operations::prove::Proof;
use crate::operations::refusal::Refusal;

/// The most proofs one file holds.
pub const MOST_PROOFS: i64 = 2_000;

/// What the gateway found when it checked a line, with the figures for experts.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The result.
    pub check: Check,
    /// `noun.verb`, place in its mandate and leaf hash of the line before it, where the line can be read.
    pub facts: Option<Facts>,
    /// Whether enough witnesses from outside have seen the ledger with this line in it.
    pub witnessed: bool,
    /// The ledger's verifier key, for the command that checks the file.
    pub verifier: String,
}

/// The figures of one proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its number among the lines of its mandate.
    pub chain_n: Option<i64>,
    /// Leaf hash of the line before, base64url.
    pub chain_prev: Option<String>,
    /// The commitment, base64url.
    pub commitment: String,
    /// SHA-256 of the signed checkpoint's text, base64url: to compare two copies by eye.
    pub checkpoint: String,
    /// How many hashes the proof has.
    pub hashes: usize,
}

/// One line's proof.
///
/// # Errors
/// As [`prove::bundle`].
pub async fn one(bench: &Bench, entry: EntryId) -> Result<Bundle, Refusal> {
    prove::bundle(bench, &[entry]).await?.pop().ok_or(Refusal::NotFound)
}

/// One proof as the JSON file to give away.
///
/// # Errors
/// [`Refusal::Fault`]; none in practice.
pub fn as_json(bundle: &Bundle) -> Result<Vec<u8>, Refusal> {
    Ok(serde_json::to_vec_pretty(bundle)?)
}

/// One proof as C2SP tlog-proof text, with the line itself in its `extra`.
///
/// # Errors
/// [`Refusal::Fault`]; none in practice.
pub fn as_text(bundle: &Bundle) -> Result<String, Refusal> {
    bundle.to_text().ok_or_else(|| Refusal::fault("a bundle of our own is none"))
}

/// The file of several lines' proofs; lines that wait for their place, or were erased, are left out.
///
/// # Errors
/// As [`prove::proofs`].
pub async fn file_of(bench: &Bench, entries: &[EntryId]) -> Result<Vec<u8>, Refusal> {
    let proofs = prove::proofs(bench, entries).await?;
    let ready = proofs.into_iter().filter_map(|proof| match proof {
        Proof::Ready(bundle) => Some(*bundle),
        Proof::Pending | Proof::Erased => None,
    });
    Ok(serde_json::to_vec_pretty(&Bundles::new(ready.collect()))?)
}

/// Checks one line here, for its page.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown entry.
pub async fn prove_line(bench: &Bench, entry: EntryId) -> Result<Proved, Refusal> {
    let check = prove::verify_here(bench, entry).await?;
    let facts = match prove::proofs(bench, &[entry]).await?.pop() {
        Some(Proof::Ready(bundle)) => {
            let leaf = crate::crypto::hash::unb64(&bundle.leaf).unwrap_or_default();
            let leaf: serde_json::Value = serde_json::from_slice(&leaf)?;
            let text =
                |value: Option<&serde_json::Value>| value.and_then(|value| value.as_str()).map(str::to_owned);
            let chain = bundle.entry.get("chain");
            Some(Facts {
                chain_n: chain.and_then(|chain| chain.get("n")?.as_i64()),
                chain_prev: text(chain.and_then(|chain| chain.get("prev"))),
                commitment: text(leaf.get("c")).unwrap_or_default(),
                checkpoint: b64(&sha256(bundle.checkpoint.as_bytes())),
                hashes: bundle.proof.len(),
            })
        }
        Some(Proof::Pending | Proof::Erased) | None => None,
    };
    let witnessed = match check {
        Check::Holds { index, .. } => evidence::is_witnessed(bench, index).await?,
        Check::Pending | Check::Erased | Check::Broken => false,
    };
    Ok(Proved { check, facts, witnessed, verifier: keys::ledger_verifier(bench).await?.to_string() })
}
