//! An aidant's own login at her business software: asked, approved on a page of ours, used by the software until it ends.

use crate::domain::account::SecondFactor;
use crate::domain::act::AuthorizationRequest;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::text_enum;
use crate::domain::time::Instant;

/// The scope that lets the software list and fetch the mandates its aidant may use.
pub const MANDATES_SCOPE: &str = "mandates";
/// The scope that asks for a refresh token (OIDC Core section 11); the aidant is always asked on a page, so no `prompt` is needed.
pub const OFFLINE_SCOPE: &str = "offline_access";

text_enum! {
    /// Where a login is.
    LoginStatus {
        /// The aidant is asked.
        Asked => "asked",
        /// She agreed; the code waits to be redeemed.
        Approved => "approved",
        /// Tokens were issued.
        Given => "given",
        /// She said no, or it was refused.
        Refused => "refused",
        /// Ended: by the software, by what ended her right to work, or because its code was used twice.
        Ended => "ended",
    }
}

/// Who agreed, and what the login hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    /// The aidant.
    pub account: AccountId,
    /// The organisation she works in.
    pub organisation: OrganisationId,
    /// Under which habilitation.
    pub habilitation: HabilitationId,
    /// When her second factor was checked; a refresh never renews it.
    pub factor_at: Instant,
    /// Which one it was.
    pub factor: SecondFactor,
    /// The session she agreed in; the login ends with it.
    pub session_hash: [u8; 32],
    /// The last instant in any case.
    pub ends_at: Instant,
}

/// One login at a software client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoftwareLogin {
    /// Its identifier, also `sid` of its tokens.
    pub id: SoftwareLoginId,
    /// The software.
    pub client: ClientId,
    /// What it asked.
    pub request: AuthorizationRequest,
    /// When it asked.
    pub created_at: Instant,
    /// Until when the page lives.
    pub expires_at: Instant,
    /// Where it is.
    pub status: LoginStatus,
    /// Who agreed, once somebody has.
    pub approved: Option<Approved>,
    /// The last instant of the code, once there is one.
    pub code_expires_at: Option<Instant>,
    /// The thumbprint (RFC 7638) of the key its tokens are bound to (RFC 9449), where they are.
    pub key_thumbprint: Option<String>,
}

impl SoftwareLogin {
    /// Whether the aidant may still answer at `now`.
    pub fn is_asked(&self, now: Instant) -> bool {
        self.status == LoginStatus::Asked && now <= self.expires_at
    }

    /// Whether a second factor checked at `factor_at` is fresh enough for this request at `now`.
    pub fn factor_is_fresh(&self, factor_at: Option<Instant>, now: Instant) -> bool {
        factor_at.is_some_and(|factor_at| {
            let young = now.since(factor_at) <= self.request.factor_max_age();
            young && (!self.request.fresh_factor || factor_at >= self.created_at)
        })
    }

    /// Whether what was asked includes a refresh token.
    pub fn is_offline(&self) -> bool {
        self.request.scope.contains(OFFLINE_SCOPE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SoftwareLoginId;
    use std::time::Duration;

    #[test]
    fn the_factor_is_at_most_a_quarter_of_an_hour_old_and_of_this_request_where_it_says_so() {
        let now = Instant::from_seconds(1_795_000_000);
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let mut login = SoftwareLogin {
            id: SoftwareLoginId::from_uuid(uuid::Uuid::nil()),
            client: ClientId::parse("logiciel").expect("an id"),
            request: AuthorizationRequest::default(),
            created_at: now,
            expires_at: now.plus(minutes(30)),
            status: LoginStatus::Asked,
            approved: None,
            code_expires_at: None,
            key_thumbprint: None,
        };
        assert!(!login.factor_is_fresh(None, now));
        assert!(login.factor_is_fresh(Some(now.minus(minutes(15))), now));
        assert!(!login.factor_is_fresh(Some(now.minus(minutes(16))), now));
        login.request.max_age = Some(60);
        assert!(!login.factor_is_fresh(Some(now.minus(minutes(2))), now));
        login.request = AuthorizationRequest { fresh_factor: true, ..AuthorizationRequest::default() };
        assert!(!login.factor_is_fresh(Some(now.minus(minutes(1))), now));
        assert!(login.factor_is_fresh(Some(now), now));
        assert!(login.is_asked(login.expires_at) && !login.is_asked(login.expires_at.plus(minutes(1))));
        assert!(!login.is_offline());
        login.request.scope.insert(OFFLINE_SCOPE.to_owned());
        assert!(login.is_offline());
    }
}
