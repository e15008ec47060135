//! Second half of a login: the mailed link, in the browser that asked for it, once.

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Role;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::current;
use crate::operations::current::Workplace;
use crate::operations::login_entries;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::logins;
use crate::storage::logins::LinkRow;

/// What a link is worth in the browser that holds it.
#[derive(Clone, Debug)]
pub enum LinkStanding {
    /// It ends a login here.
    Good,
    /// It is good, but belongs to another browser.
    OtherBrowser,
    /// Unknown, used or too old.
    Gone,
}

/// A finished login.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Who.
    pub account: AccountId,
    /// For an aidant: the habilitation to begin with.
    pub habilitation: Option<HabilitationId>,
    /// When the second factor was checked.
    pub factor_at: Instant,
    /// Whether the aidant may choose among several organisations in force.
    pub several: bool,
}

/// What opening a link does.
#[derive(Clone, Debug)]
pub enum Finished {
    /// Logged in; its entry is written.
    Entered(Entered),
    /// Not here; its entry is written where an account is known.
    Refused(LinkStanding),
}

/// What a link is worth, without using it: mail scanners open links too.
///
/// # Errors
/// As the database says.
pub async fn look_at_link(
    bench: &Bench,
    role: Role,
    token: &str,
    browser: &[u8; 32],
) -> Result<LinkStanding, Refusal> {
    let mut tx = bench.db.read().await?;
    let Some(link) = logins::find_link(&mut tx, TokenHash::of(token).as_bytes()).await? else {
        return Ok(LinkStanding::Gone);
    };
    let (account, _) = actors::account(bench, &mut tx, link.account).await?;
    if account.role != role {
        return Ok(LinkStanding::Gone);
    }
    Ok(standing(&link, browser, bench.now()).0)
}

fn standing(link: &LinkRow, browser: &[u8; 32], now: Instant) -> (LinkStanding, &'static str) {
    if link.used_at.is_some() {
        (LinkStanding::Gone, "link_used")
    } else if now >= link.expires_at {
        (LinkStanding::Gone, "link_expired")
    } else if !same(&link.browser_hash, browser) {
        (LinkStanding::OtherBrowser, "link_other_browser")
    } else {
        (LinkStanding::Good, "")
    }
}

/// Uses a link and ends the login.
///
/// # Errors
/// A fault only: a link that does not serve is [`Finished::Refused`].
pub async fn finish_login(
    bench: &Bench,
    role: Role,
    token: &str,
    browser: &[u8; 32],
    request: Option<&str>,
) -> Result<Finished, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let hash = TokenHash::of(token);
    let Some(link) = logins::find_link(&mut work.tx, hash.as_bytes()).await? else {
        return Ok(Finished::Refused(LinkStanding::Gone));
    };
    let (account, key) = actors::account(bench, &mut work.tx, link.account).await?;
    if account.role != role {
        return Ok(Finished::Refused(LinkStanding::Gone));
    }
    let (worth, reason) = standing(&link, browser, work.now);
    if !matches!(worth, LinkStanding::Good) {
        return refuse(work, &account, key, reason, worth).await;
    }
    if !logins::use_link(&mut work.tx, hash.as_bytes(), work.now).await? {
        return refuse(work, &account, key, "link_used", LinkStanding::Gone).await;
    }
    if account.status != AccountStatus::Active {
        return refuse(work, &account, key, "account_suspended", LinkStanding::Gone).await;
    }
    let places = workplaces(bench, &mut work.tx, &account).await?;
    let mut line = login_entries::logged_in(&account, key);
    if let Some(place) = places.first() {
        line = line.organisation(&place.organisation);
    } else if role == Role::Aidant {
        return refuse(work, &account, key, "no_habilitation", LinkStanding::Gone).await;
    }
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(Finished::Entered(Entered {
        account: account.id,
        habilitation: places.first().map(|place| place.habilitation.id),
        factor_at: link.factor_at,
        several: places.iter().filter(|place| place.open).count() > 1,
    }))
}

async fn workplaces(bench: &Bench, tx: &mut Tx, account: &Account) -> Result<Vec<Workplace>, Refusal> {
    if account.role == Role::Aidant {
        current::workplaces_in(bench, tx, account.id).await
    } else {
        Ok(Vec::new())
    }
}

async fn refuse(
    work: Work<'_>,
    account: &Account,
    key: DataKeyId,
    reason: &'static str,
    worth: LinkStanding,
) -> Result<Finished, Refusal> {
    let (work, _) = work.record(login_entries::refused(account, key, reason)).await?;
    work.commit().await?;
    Ok(Finished::Refused(worth))
}
