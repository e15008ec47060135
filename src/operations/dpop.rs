//! Proofs of possession in use: the nonces they carry, and that each is accepted once (RFC 9449 sections 8 and 11.1).

use std::time::Duration;

use crate::crypto::dpop;
use crate::crypto::dpop::DpopError;
use crate::crypto::dpop::Expected;
use crate::crypto::hash::b64;
use crate::crypto::hash::sha256_parts;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::tokens;

/// How long a nonce is the one that is given out; it is accepted as long again.
const NONCE_TURN: i64 = 60;
/// How long a number is remembered after its proof has become too old, for gateways whose clocks differ.
const SLACK: Duration = Duration::from_secs(60);

/// A proof as it came.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The value of the `DPoP` header.
    pub proof: &'a str,
    /// The method of the request.
    pub method: &'a str,
    /// The path of the request, below the service's own address.
    pub path: &'a str,
    /// The access token that comes with it, at a resource.
    pub access_token: Option<&'a str>,
}

/// The nonce to give out now. It is made of the minute and a key of the installation: every gateway of it gives and accepts
/// the same, and nothing is stored.
pub fn nonce(bench: &Bench) -> String {
    nonce_of(bench, bench.now().seconds().div_euclid(NONCE_TURN))
}

/// Checks a proof and uses it up; gives the thumbprint of its key.
///
/// # Errors
/// The inner [`DpopError`] says what the sender did wrong; the outer one is the database's.
pub async fn check_proof(bench: &Bench, shown: &Shown<'_>) -> Result<Result<String, DpopError>, Refusal> {
    let now = bench.now();
    let turn = now.seconds().div_euclid(NONCE_TURN);
    let url = bench.config.server.public_url.join(shown.path);
    let expected = Expected {
        method: shown.method,
        url: &url,
        now,
        nonces: &[nonce_of(bench, turn), nonce_of(bench, turn - 1)],
        access_token: shown.access_token,
    };
    let proof = match dpop::verify(shown.proof, &expected) {
        Ok(proof) => proof,
        Err(error) => return Ok(Err(error)),
    };
    let mut work = Work::begin(bench, None).await?;
    let id = sha256_parts(&[b"dpop", &[0], proof.jkt.as_bytes(), &[0], proof.jti.as_bytes()]);
    let first = tokens::see(&mut work.tx, &id, proof.iat.plus(dpop::WINDOW + SLACK)).await?;
    work.commit_without_entry(Housekeeping::Replay).await?;
    Ok(if first { Ok(proof.jkt) } else { Err(DpopError::Replayed) })
}

fn nonce_of(bench: &Bench, turn: i64) -> String {
    b64(&bench.lookup.hash("dpop.nonce", &turn.to_string()))
}
