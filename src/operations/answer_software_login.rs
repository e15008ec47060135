//! The aidant answers whether she logs in at her software.

use std::time::Duration;

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::domain::decision::Reason;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::software::Approved;
use crate::domain::software::SoftwareLogin;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors::AidantActor;
use crate::operations::answer;
use crate::operations::answer::Back;
use crate::operations::begin_software_login::owned;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::software_standing::Over;
use crate::operations::software_standing::Standing;
use crate::operations::software_standing::standing;
use crate::operations::weigh::Hold;
use crate::operations::work::Housekeeping;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::software_logins;

/// The longest a login at software lasts, whatever its session does.
const LONGEST: Duration = Duration::from_secs(12 * 3_600);

/// The browser and the session an answer comes from.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// The browser.
    pub browser_hash: &'a [u8; 32],
    /// The login of the aidant's session.
    pub session_hash: [u8; 32],
    /// The last instant that session may reach.
    pub session_ends_at: Instant,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The browser goes here, with the code.
    Back(String),
    /// The login is refused for good; the entry is written.
    Refused(Reason),
}

/// Whether the aidant may answer without giving the second factor again.
pub fn factor_is_fresh(bench: &Bench, aidant: &AidantActor, login: &SoftwareLogin, now: Instant) -> bool {
    let oldest = bench.config.sessions.second_factor_max_age;
    login.factor_is_fresh(aidant.factor_at, now) && aidant.factor_at.is_some_and(|at| now.since(at) <= oldest)
}

/// The aidant agrees: the software will get tokens for her, in the organisation she works in now.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's login, [`Refusal::Conflict`] when it was answered, waited too long or its
/// session is over, [`Refusal::FactorNeeded`] when the second factor must be given again first: then nothing is written.
pub async fn approve_software_login(
    bench: &Bench,
    aidant: &AidantActor,
    id: SoftwareLoginId,
    from: From<'_>,
    reference: Option<&str>,
) -> Result<Answered, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let login = owned(software_logins::find(&mut work.tx, id).await?, from.browser_hash)?;
    if !login.is_asked(work.now) {
        return Err(Refusal::Conflict("login-over"));
    }
    let factor_at = aidant.factor_at.filter(|_| factor_is_fresh(bench, aidant, &login, work.now));
    let approved = Approved {
        account: aidant.account.id,
        organisation: aidant.organisation.id,
        habilitation: aidant.habilitation.id,
        factor_at: factor_at.ok_or(Refusal::FactorNeeded)?,
        factor: aidant.factor,
        session_hash: from.session_hash,
        ends_at: work.now.plus(LONGEST).min(from.session_ends_at),
    };
    let standing = standing(bench, &mut work.tx, &login.client, &approved, Hold::Taken).await?;
    work.now = standing.at;
    software_logins::take(&mut work.tx, id).await?;
    match standing.verdict {
        Ok(()) => {}
        Err(Over::Rule(reason)) => return refuse(work, aidant, id, &standing, reason).await,
        Err(Over::Session | Over::Time) => return Err(Refusal::Conflict("session-over")),
    }
    let code = random_token(bench.random.as_ref(), 32);
    let code_expires_at = work.now.plus(bench.config.oidc.code_lifetime);
    let hash = TokenHash::of(&code);
    if !software_logins::approve(&mut work.tx, id, &approved, hash.as_bytes(), code_expires_at).await? {
        return Err(Refusal::Conflict("login-over"));
    }
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await?;
    Ok(Answered::Back(answer::with_code_to(bench, &back(&login), &code).await?))
}

async fn refuse(
    mut work: Work<'_>,
    aidant: &AidantActor,
    id: SoftwareLoginId,
    standing: &Standing,
    reason: Reason,
) -> Result<Answered, Refusal> {
    software_logins::refuse(&mut work.tx, id).await?;
    let event = Event::AidantTokenRefused { reason: reason.as_str().to_owned() };
    let line = Line::new(event, actor(&aidant.account), aidant.data_key)
        .account(aidant.account.id)
        .organisation(&aidant.organisation)
        .client(&standing.client)
        .refused(reason.as_str());
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Answered::Refused(reason))
}

/// The aidant does not log in there; gives the address to go back to. Nothing can come of the request any more.
///
/// # Errors
/// [`Refusal::NotFound`] for another browser's login.
pub async fn decline_software_login(
    bench: &Bench,
    id: SoftwareLoginId,
    browser_hash: &[u8; 32],
    reference: Option<&str>,
) -> Result<String, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let login = owned(software_logins::find(&mut work.tx, id).await?, browser_hash)?;
    software_logins::refuse_asked(&mut work.tx, id).await?;
    work.commit_without_entry(Housekeeping::AuthorizationRequest).await?;
    answer::with_error(bench, &back(&login), "access_denied", None).await
}

fn back(login: &SoftwareLogin) -> Back<'_> {
    Back {
        client: &login.client,
        redirect_uri: &login.request.redirect_uri,
        state: login.request.state.as_deref(),
        alg: login.request.answer_alg.as_deref(),
    }
}
