//! What others say about the checkpoints in a file of bundles: cosignatures of witnesses, time-stamps.

use std::collections::BTreeSet;

use anyhow::Context;
use anyhow::bail;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::cli::ledger::verify::Args;
use crate::crypto::timestamp::Roots;
use crate::crypto::timestamp::stamped_at;
use crate::domain::time::Instant;
use crate::ledger::bundle::Bundles;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::proof_text::ProofText;
use crate::ledger::witness::Quorum;
use crate::ledger::witness::log_signed;

/// What is asked for beside the log's own signature.
pub(super) struct Evidence {
    quorum: Option<Quorum>,
    roots: Option<Roots>,
}

/// Somebody saw a checkpoint.
#[derive(Debug, serde::Serialize)]
pub(super) struct Seen {
    /// The checkpoint's size.
    pub(super) size: u64,
    /// A witness' name, or the words for a time-stamp.
    pub(super) by: String,
    /// When, RFC 3339.
    pub(super) at: String,
}

impl Evidence {
    /// What the options ask for.
    ///
    /// # Errors
    /// When more witnesses are asked for than named, or the certificates cannot be read.
    pub(super) fn new(args: &Args) -> anyhow::Result<Self> {
        let threshold = args.quorum.unwrap_or(args.witnesses.len());
        if threshold > args.witnesses.len() || (threshold == 0 && !args.witnesses.is_empty()) {
            bail!("--quorum is a number from 1 to that of the witnesses");
        }
        let quorum = (threshold > 0).then(|| Quorum { witnesses: args.witnesses.clone(), threshold });
        let roots = args.tsa_ca.as_ref().map(|file| -> anyhow::Result<Roots> {
            let pem = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
            Ok(Roots::from_pem(&pem)?)
        });
        Ok(Self { quorum, roots: roots.transpose()? })
    }

    /// Looks at each checkpoint of a file once.
    ///
    /// # Errors
    /// What is missing or does not hold, in words.
    pub(super) fn look(&self, file: &[u8]) -> Result<Vec<Seen>, Vec<String>> {
        if self.quorum.is_none() && self.roots.is_none() {
            return Ok(Vec::new());
        }
        let mut seen = Vec::new();
        let mut missing = Vec::new();
        let once = checkpoints(file);
        if once.is_empty() {
            missing.push("the file holds no checkpoint".to_owned());
        }
        for (checkpoint, timestamp) in once {
            match self.one(&checkpoint, timestamp.as_deref()) {
                Ok(found) => seen.extend(found),
                Err(words) => missing.push(words),
            }
        }
        if missing.is_empty() { Ok(seen) } else { Err(missing) }
    }

    fn one(&self, checkpoint: &str, timestamp: Option<&str>) -> Result<Vec<Seen>, String> {
        let size = Checkpoint::unverified(checkpoint).map_err(|error| error.to_string())?.size;
        let mut seen = Vec::new();
        if let Some(quorum) = &self.quorum {
            for (witness, seconds) in quorum.seen(checkpoint) {
                let at = Instant::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX)).to_text();
                seen.push(Seen { size, by: witness.name().to_owned(), at });
            }
            if seen.len() < quorum.threshold {
                let (found, asked) = (seen.len(), quorum.threshold);
                return Err(format!("the checkpoint of size {size} has {found} of {asked} cosignatures"));
            }
        }
        if let Some(roots) = &self.roots {
            let reply = timestamp.and_then(|text| STANDARD.decode(text).ok());
            let Some(reply) = reply else {
                return Err(format!("the checkpoint of size {size} carries no time-stamp"));
            };
            let note = log_signed(checkpoint).unwrap_or_default();
            let at = stamped_at(&reply, note.as_bytes(), roots)
                .map_err(|error| format!("the checkpoint of size {size}: {error}"))?;
            seen.push(Seen { size, by: "a time-stamping authority".to_owned(), at: at.to_text() });
        }
        Ok(seen)
    }
}

/// The checkpoints of a file of bundles or of a bare proof, each once with the time-stamp beside it.
fn checkpoints(file: &[u8]) -> BTreeSet<(String, Option<String>)> {
    match Bundles::read(file) {
        Some(bundles) => bundles.into_iter().map(|bundle| (bundle.checkpoint, bundle.timestamp)).collect(),
        None => std::str::from_utf8(file)
            .ok()
            .and_then(ProofText::parse)
            .map(|proof| (proof.checkpoint, None))
            .into_iter()
            .collect(),
    }
}
