//! Redeems the code of an aidant's own login at her software: everything it hangs on is checked again.

use crate::crypto::hash::TokenHash;
use crate::domain::client::Client;
use crate::domain::software::LoginStatus;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::redeem_code::Presented;
use crate::operations::redeem_code::misfit;
use crate::operations::refusal::Refusal;
use crate::operations::software_standing::Over;
use crate::operations::software_standing::Standing;
use crate::operations::software_standing::standing;
use crate::operations::software_tokens::Good;
use crate::operations::software_tokens::Grant;
use crate::operations::software_tokens::Keys;
use crate::operations::software_tokens::LoginTokens;
use crate::operations::software_tokens::Refresh;
use crate::operations::software_tokens::about;
use crate::operations::software_tokens::issue;
use crate::operations::software_tokens::refuse;
use crate::operations::weigh::Hold;
use crate::operations::work::Work;
use crate::storage::software_logins;

/// Redeems a code for authenticated software; its tokens are bound to the key that the request proved, where it did.
///
/// # Errors
/// Each refusal is written down first. [`Refusal::Conflict`] for a code that is unknown, another client's, used or expired,
/// whose verifier or address does not fit, or whose login no longer holds.
pub async fn redeem_software_code(
    bench: &Bench,
    client: &Client,
    presented: &Presented<'_>,
    reference: Option<&str>,
) -> Result<LoginTokens, Refusal> {
    let jkt = presented.jkt;
    let keys = Keys::of(bench, client).await?;
    let mut work = Work::begin(bench, reference).await?;
    let found = software_logins::by_code(&mut work.tx, TokenHash::of(presented.code).as_bytes()).await?;
    let Some(found) = found.map(|stored| stored.login) else {
        return refuse(work, client, None, "code_unknown").await;
    };
    if found.client != client.id {
        return refuse(work, client, None, "code_of_another_client").await;
    }
    let approved = found.approved.ok_or_else(|| Refusal::fault("a code that nobody agreed to"))?;
    let standing = standing(bench, &mut work.tx, &client.id, &approved, Hold::Taken).await?;
    work.now = standing.at;
    let login = software_logins::take(&mut work.tx, found.id).await?.ok_or(Refusal::NotFound)?.login;
    match login.status {
        LoginStatus::Approved => {}
        LoginStatus::Given => {
            software_logins::end(&mut work.tx, login.id).await?;
            return end_replayed(work, client, &standing).await;
        }
        LoginStatus::Asked | LoginStatus::Refused | LoginStatus::Ended => {
            return refuse(work, client, Some(&standing), "code_ended").await;
        }
    }
    let code_expires_at =
        login.code_expires_at.ok_or_else(|| Refusal::fault("a code without its last instant"))?;
    let wrong = misfit(&login.request, presented, code_expires_at, work.now);
    if let Some(wrong) = wrong.or_else(|| standing.verdict.err().map(Over::as_str)) {
        software_logins::refuse(&mut work.tx, login.id).await?;
        return refuse(work, client, Some(&standing), wrong).await;
    }
    let refresh = login.is_offline().then(|| Refresh::fresh(&work));
    let hash = refresh.as_ref().map(|refresh| refresh.hash.as_bytes().as_slice());
    if !software_logins::give(&mut work.tx, login.id, hash, jkt).await? {
        return Err(Refusal::Conflict("code_ended"));
    }
    let good = Good { login: &login, approved: &approved, standing: &standing, jkt };
    issue(work, &keys, &good, Grant::Code(refresh)).await
}

/// A code came twice: whoever has the tokens of the first time may be the thief (RFC 6749 section 4.1.2).
async fn end_replayed(work: Work<'_>, client: &Client, standing: &Standing) -> Result<LoginTokens, Refusal> {
    let reason = "code_used_twice";
    let ended = Event::AidantTokenEnded { by: reason.to_owned() };
    let (recorded, _) = work.record(about(ended, client, standing)).await?;
    let refused = Event::AidantTokenRefused { reason: reason.to_owned() };
    let (recorded, _) = recorded.record(about(refused, client, standing).refused(reason)).await?;
    recorded.commit().await?;
    Err(Refusal::Conflict(reason))
}
