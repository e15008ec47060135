//! The link by which a person is asked: what it is worth now, and the one browser that continues it.

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::hash::sha256_parts;
use crate::domain::ids::MandateId;
use crate::domain::ids::random_bytes;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::mandates::ConsentLink;
use crate::storage::organisations;

/// Who asks, and for what; all a person is told before she has said who she is.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The draft.
    pub mandate: Mandate,
    /// Whose it will be.
    pub organisation: Organisation,
    /// The aidant who drew it up.
    pub aidant: Private<String>,
}

/// What a consent link is worth.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// Nobody has continued it yet.
    Fresh(Box<Asked>),
    /// This browser continued it and may go on.
    Here(Box<Asked>),
    /// Another browser continued it.
    Elsewhere,
    /// The person has answered, or the draft was given up.
    Answered,
    /// Its time has passed.
    TooLate,
}

/// A nonce that binds the provider's signature to one draft.
#[derive(Clone, Debug)]
pub struct BoundNonce {
    /// Hexadecimal SHA-256 of the draft digest and the random bytes.
    pub nonce: Private<String>,
    /// Those 32 bytes, base64url; part of the evidence.
    pub random: Private<String>,
}

/// Looks a link up by its code, for the browser with this hash. Changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown code.
pub async fn look(bench: &Bench, code: &str, browser: Option<&[u8; 32]>) -> Result<LinkState, Refusal> {
    let mut tx = bench.db.read().await?;
    let link = mandates::link(&mut tx, TokenHash::of(code).as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let mandate = mandates::find(&mut tx, link.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    judge(bench, &mut tx, &link, mandate, browser).await
}

async fn judge(
    bench: &Bench,
    tx: &mut Tx,
    link: &ConsentLink,
    mandate: Mandate,
    browser: Option<&[u8; 32]>,
) -> Result<LinkState, Refusal> {
    let now = bench.now();
    if link.decided_at.is_some() {
        return Ok(LinkState::Answered);
    }
    if mandate.status_at(now) != MandateStatus::AwaitingConsent || now > deadline(bench, &mandate, link) {
        return Ok(LinkState::TooLate);
    }
    let Some(bound) = &link.browser_hash else {
        return Ok(LinkState::Fresh(Box::new(asked(bench, tx, mandate).await?)));
    };
    if browser.is_some_and(|browser| browser[..] == bound[..]) {
        Ok(LinkState::Here(Box::new(asked(bench, tx, mandate).await?)))
    } else {
        Ok(LinkState::Elsewhere)
    }
}

/// The last instant at which a link may be answered: the draft's own, or shorter once a browser at the aidant's desk has
/// continued it. A person elsewhere takes her time.
pub fn deadline(bench: &Bench, mandate: &Mandate, link: &ConsentLink) -> Instant {
    if mandate.terms.channel != Channel::Present {
        return link.expires_at;
    }
    let opened = link.opened_at.map(|at| at.plus(bench.config.mandate.consent_lifetime));
    opened.map_or(link.expires_at, |opened| opened.min(link.expires_at))
}

async fn asked(bench: &Bench, tx: &mut Tx, mandate: Mandate) -> Result<Asked, Refusal> {
    let organisation =
        organisations::find(tx, mandate.terms.organisation).await?.ok_or(Refusal::NotFound)?.organisation;
    let (aidant, _) = actors::account(bench, tx, mandate.terms.drafted_by).await?;
    Ok(Asked { mandate, organisation, aidant: Private::new(aidant.professional.full_name()) })
}

/// Continues a link in the browser with this hash: binds it there at the first time, and gives what it is worth after.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown code.
pub async fn continue_here(bench: &Bench, code: &str, browser: &[u8; 32]) -> Result<LinkState, Refusal> {
    let hash = TokenHash::of(code);
    let mut work = Work::begin(bench, None).await?;
    let link = mandates::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let mandate = mandates::take(&mut work.tx, link.mandate).await?.ok_or(Refusal::NotFound)?.mandate;
    // Read again: the draft is ours now, and another browser may have been faster.
    let link = mandates::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    let state = judge(bench, &mut work.tx, &link, mandate, Some(browser)).await?;
    let LinkState::Fresh(asked) = state else { return Ok(state) };
    let now = work.now;
    if !mandates::bind_link(&mut work.tx, hash.as_bytes(), browser, now).await? {
        return Ok(LinkState::Elsewhere);
    }
    work.commit_without_entry(Housekeeping::ConsentLink).await?;
    Ok(LinkState::Here(asked))
}

/// A fresh nonce for one login of this draft's person.
///
/// # Errors
/// Only when the draft cannot be written as JSON.
pub fn nonce_for(bench: &Bench, mandate: &Mandate) -> Result<BoundNonce, Refusal> {
    let random = random_bytes::<32>(bench.random.as_ref());
    let digest = sha256(&mandate.terms.draft_bytes()?);
    Ok(BoundNonce {
        nonce: Private::new(hex::encode(sha256_parts(&[&digest, &random]))),
        random: Private::new(b64(&random)),
    })
}

/// The draft behind a link that this browser holds and that may still be answered, taken for a decision.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser or code, [`Refusal::Conflict`] once it was answered or its time has passed.
pub async fn take_held(
    work: &mut Work<'_>,
    code: &str,
    browser: &[u8; 32],
) -> Result<(Mandate, ConsentLink), Refusal> {
    let hash = TokenHash::of(code);
    let found: MandateId =
        mandates::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?.mandate;
    let mandate = mandates::take(&mut work.tx, found).await?.ok_or(Refusal::NotFound)?.mandate;
    let link = mandates::link(&mut work.tx, hash.as_bytes()).await?.ok_or(Refusal::NotFound)?;
    if link.browser_hash.as_deref() != Some(&browser[..]) {
        return Err(Refusal::NotFound);
    }
    let open = mandate.status_at(work.now) == MandateStatus::AwaitingConsent;
    if link.decided_at.is_some() || !open || work.now > deadline(work.bench, &mandate, &link) {
        return Err(Refusal::Conflict("consent-over"));
    }
    Ok((mandate, link))
}
