//! Begins an aidant's own login at her software: from here on the request belongs to one browser.

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::domain::act::AuthorizationRequest;
use crate::domain::client::Client;
use crate::domain::ids::ActId;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::software::LoginStatus;
use crate::domain::software::SoftwareLogin;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::acts;
use crate::storage::clients;
use crate::storage::software_logins;
use crate::storage::software_logins::StoredLogin;

/// Begins a login for the browser; `pushed_uri` is the `request_uri` it came with, used up here.
///
/// # Errors
/// [`Refusal::NotFound`] when another use of the `request_uri` was faster.
pub async fn begin_software_login(
    bench: &Bench,
    client: &Client,
    request: AuthorizationRequest,
    browser_hash: &[u8; 32],
    pushed_uri: Option<&str>,
    reference: Option<&str>,
) -> Result<SoftwareLoginId, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let login = SoftwareLogin {
        id: SoftwareLoginId::fresh(work.now, bench.random.as_ref()),
        client: client.id.clone(),
        request,
        created_at: work.now,
        expires_at: work.now.plus(bench.config.oidc.choice_lifetime),
        status: LoginStatus::Asked,
        approved: None,
        code_expires_at: None,
        key_thumbprint: None,
    };
    software_logins::insert(&mut work.tx, &login, browser_hash).await?;
    if let Some(uri) = pushed_uri {
        // A pushed request remembers what its first use began, whichever of the two it was.
        let begun = ActId::from_uuid(login.id.uuid());
        let bound =
            acts::bind_pushed(&mut work.tx, TokenHash::of(uri).as_bytes(), begun, browser_hash).await?;
        if !bound {
            return Err(Refusal::NotFound);
        }
    }
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await?;
    Ok(login.id)
}

/// The login with its software, for the browser it belongs to.
///
/// # Errors
/// [`Refusal::NotFound`] for every other browser, as for a login that is not there.
pub async fn login_of_browser(
    bench: &Bench,
    id: SoftwareLoginId,
    browser_hash: &[u8; 32],
) -> Result<(SoftwareLogin, Client), Refusal> {
    let mut tx = bench.db.read().await?;
    let login = owned(software_logins::find(&mut tx, id).await?, browser_hash)?;
    let client = clients::find(&mut tx, &login.client).await?.ok_or(Refusal::NotFound)?;
    Ok((login, client))
}

/// The login if it is this browser's.
pub(super) fn owned(stored: Option<StoredLogin>, browser_hash: &[u8; 32]) -> Result<SoftwareLogin, Refusal> {
    stored
        .filter(|stored| same(&stored.browser_hash, browser_hash))
        .map(|stored| stored.login)
        .ok_or(Refusal::NotFound)
}
