//! A fresh access token for an aidant's login at her software (RFC 6749 section 6). The refresh token stays the same: it is
//! bound to the client's authentication and to the key of the login, and ends with the session; nothing is prolonged.

use std::collections::BTreeSet;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::domain::client::Client;
use crate::domain::software::LoginStatus;
use crate::domain::software::SoftwareLogin;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::software_standing::standing;
use crate::operations::software_tokens::Good;
use crate::operations::software_tokens::Grant;
use crate::operations::software_tokens::Keys;
use crate::operations::software_tokens::LoginTokens;
use crate::operations::software_tokens::about;
use crate::operations::software_tokens::issue;
use crate::operations::software_tokens::refuse;
use crate::operations::weigh::Hold;
use crate::operations::work::Work;
use crate::storage::software_logins;

/// Issues an access token for a refresh token; `scope` may narrow what was granted.
///
/// # Errors
/// Each refusal is written down first. [`Refusal::Conflict`]: `invalid_scope` for more than was granted; for every other one
/// the client's error is `invalid_grant`. A login whose aidant may not work any more, or whose session is over, is ended.
pub async fn refresh_software_login(
    bench: &Bench,
    client: &Client,
    refresh_token: &str,
    scope: Option<&str>,
    jkt: Option<&str>,
    reference: Option<&str>,
) -> Result<LoginTokens, Refusal> {
    let keys = Keys::of(bench, client).await?;
    let mut work = Work::begin(bench, reference).await?;
    let hash = TokenHash::of(refresh_token);
    let Some(found) = software_logins::by_refresh(&mut work.tx, hash.as_bytes()).await? else {
        return refuse(work, client, None, "refresh_unknown").await;
    };
    let found = found.login;
    if found.client != client.id {
        return refuse(work, client, None, "refresh_of_another_client").await;
    }
    let approved = found.approved.ok_or_else(|| Refusal::fault("a refresh token that nobody agreed to"))?;
    let standing = standing(bench, &mut work.tx, &client.id, &approved, Hold::Taken).await?;
    work.now = standing.at;
    let login = software_logins::take(&mut work.tx, found.id).await?.ok_or(Refusal::NotFound)?.login;
    if login.status != LoginStatus::Given {
        return refuse(work, client, Some(&standing), "login_ended").await;
    }
    if !is_same_key(&login, jkt) {
        return refuse(work, client, Some(&standing), "key_mismatch").await;
    }
    if let Err(over) = standing.verdict {
        software_logins::end(&mut work.tx, login.id).await?;
        return refuse(work, client, Some(&standing), over.as_str()).await;
    }
    let Some(scope) = narrowed(&login, scope) else {
        return refuse(work, client, Some(&standing), "invalid_scope").await;
    };
    let good = Good { login: &login, approved: &approved, standing: &standing, jkt };
    issue(work, &keys, &good, Grant::Refresh(&scope)).await
}

/// Software gives its refresh token back (RFC 7009): the login is over. `false` when it is no refresh token of this client.
///
/// # Errors
/// As the database says.
pub async fn revoke_refresh_token(
    bench: &Bench,
    client: &Client,
    refresh_token: &str,
    reference: Option<&str>,
) -> Result<bool, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let hash = TokenHash::of(refresh_token);
    let found = software_logins::by_refresh(&mut work.tx, hash.as_bytes()).await?;
    let Some(found) = found.map(|stored| stored.login).filter(|login| login.client == client.id) else {
        return Ok(false);
    };
    end_login(work, client, &found, "revocation").await?;
    Ok(true)
}

/// Ends a login with its entry; one that is over stays as it is.
pub(super) async fn end_login(
    mut work: Work<'_>,
    client: &Client,
    login: &SoftwareLogin,
    by: &str,
) -> Result<(), Refusal> {
    let Some(approved) = &login.approved else { return Ok(()) };
    let bench = work.bench;
    let standing = standing(bench, &mut work.tx, &client.id, approved, Hold::Taken).await?;
    if software_logins::end(&mut work.tx, login.id).await? {
        let event = Event::AidantTokenEnded { by: by.to_owned() };
        let (recorded, _) = work.record(about(event, client, &standing)).await?;
        recorded.commit().await?;
    }
    Ok(())
}

/// A bound login goes on with its own key only.
fn is_same_key(login: &SoftwareLogin, jkt: Option<&str>) -> bool {
    match (&login.key_thumbprint, jkt) {
        (Some(bound), Some(shown)) => same(bound.as_bytes(), shown.as_bytes()),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// The scopes asked for, where they are among those granted; all of them without any.
fn narrowed(login: &SoftwareLogin, scope: Option<&str>) -> Option<BTreeSet<String>> {
    let granted = &login.request.scope;
    let Some(scope) = scope else { return Some(granted.clone()) };
    let asked: BTreeSet<String> = scope.split_ascii_whitespace().map(str::to_owned).collect();
    (!asked.is_empty() && asked.is_subset(granted)).then_some(asked)
}
