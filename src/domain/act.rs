//! One use of a mandate: from an administration's request to the tokens it receives.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::SecondFactor;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;

/// The longest a second factor may be old when an act is opened.
pub const SECOND_FACTOR_MAX_AGE: Duration = Duration::from_secs(15 * 60);

text_enum! {
    /// In which form the signed mandate is given.
    MandateFormat {
        /// One JWT, readable as a whole.
        Jwt => "jwt",
        /// An SD-JWT VC: its holder may withhold what a decision does not need.
        SdJwt => "dc+sd-jwt",
    }
}

/// An authorization request that has been checked against its client's registration (OIDC Core section 3.1.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Where the answer goes: exactly one of the registered addresses.
    pub redirect_uri: String,
    /// Scopes asked for and granted by registration.
    pub scope: BTreeSet<String>,
    /// Opaque to us; echoed.
    #[serde(default)]
    pub state: Option<String>,
    /// Echoed in the ID token.
    #[serde(default)]
    pub nonce: Option<String>,
    /// S256 challenge (RFC 7636).
    #[serde(default)]
    pub code_challenge: Option<String>,
    /// Themes the client asks for; empty: any of its own.
    pub themes: BTreeSet<Theme>,
    /// The form in which it wants the signed mandate.
    #[serde(default)]
    pub mandate_format: MandateFormat,
    /// `prompt=login`: a second factor in this very request.
    pub fresh_factor: bool,
    /// `max_age` in seconds.
    #[serde(default)]
    pub max_age: Option<u32>,
    /// Identity claims asked for in the ID token by `claims` (OIDC Core section 5.5), granted by registration.
    #[serde(default)]
    pub id_token_claims: BTreeSet<String>,
    /// Identity claims asked for in userinfo by `claims`, granted by registration.
    #[serde(default)]
    pub userinfo_claims: BTreeSet<String>,
    /// Came through an authenticated push (RFC 9126).
    pub pushed: bool,
    /// The thumbprint of the key that the code is bound to (RFC 9449 section 10).
    #[serde(default)]
    pub dpop_jkt: Option<String>,
    /// JOSE name of the algorithm the answer is signed with (JARM); plain parameters without.
    #[serde(default)]
    pub answer_alg: Option<String>,
    /// An identity broker named delegation labels and none of them is a theme of its registration: nothing can be chosen.
    #[serde(default)]
    pub labels_unusable: bool,
}

#[expect(clippy::derivable_impls, reason = "the list of words is made by a macro that knows no default")]
impl Default for MandateFormat {
    fn default() -> Self {
        Self::Jwt
    }
}

impl AuthorizationRequest {
    /// The oldest second factor this request accepts: the smaller of 15 minutes and `max_age`.
    pub fn factor_max_age(&self) -> Duration {
        self.max_age.map_or(SECOND_FACTOR_MAX_AGE, |seconds| {
            SECOND_FACTOR_MAX_AGE.min(Duration::from_secs(u64::from(seconds)))
        })
    }
}

text_enum! {
    /// Where an act is.
    ActStatus {
        /// The aidant is choosing person and theme.
        Choosing => "choosing",
        /// Decided and written; the code waits to be redeemed.
        Opened => "opened",
        /// Tokens were issued.
        Redeemed => "redeemed",
        /// Refused; nothing can come of it.
        Refused => "refused",
        /// Ended: by the client's logout, or because its code was used twice.
        Ended => "ended",
    }
}

/// What was decided when the act was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Whose aidant session.
    pub account: AccountId,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// Under which habilitation.
    pub habilitation: HabilitationId,
    /// For whom.
    pub person: PersonId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// For what.
    pub theme: Theme,
    /// When.
    pub at: Instant,
    /// When the aidant's second factor was checked.
    pub factor_at: Instant,
    /// Which one.
    pub factor: SecondFactor,
    /// The ledger entry of the opening.
    pub txn: EntryId,
}

/// What was chosen before the act could be opened: between the two steps, and while the second factor is given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptChoice {
    /// For whom.
    pub person: PersonId,
    /// For what, where that step was reached.
    pub theme: Option<Theme>,
}

/// The life of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActLife {
    /// The aidant is choosing.
    Choosing {
        /// What she has chosen so far.
        kept: Option<KeptChoice>,
    },
    /// The code waits until `code_expires_at`.
    Opened {
        /// What was decided.
        opened: Opened,
        /// The code's last instant.
        code_expires_at: Instant,
    },
    /// Tokens were issued.
    Redeemed {
        /// What was decided.
        opened: Opened,
        /// When the tokens were issued.
        at: Instant,
    },
    /// Refused.
    Refused,
    /// Ended.
    Ended {
        /// What was decided, where something was.
        opened: Option<Opened>,
    },
}

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its identifier, also `sid` of its tokens.
    pub id: ActId,
    /// The client the act is for: the one that asked, or the target of an exchange.
    pub client: ClientId,
    /// The software that opened it by exchange (RFC 8693); none for an act opened in the browser.
    pub via: Option<ClientId>,
    /// What it asked.
    pub request: AuthorizationRequest,
    /// When it asked.
    pub created_at: Instant,
    /// Until when the choice page lives.
    pub expires_at: Instant,
    /// Where the act is.
    pub life: ActLife,
}

impl Act {
    /// What was decided, where something was.
    pub const fn opened(&self) -> Option<&Opened> {
        match &self.life {
            ActLife::Opened { opened, .. } | ActLife::Redeemed { opened, .. } => Some(opened),
            ActLife::Ended { opened } => opened.as_ref(),
            ActLife::Choosing { .. } | ActLife::Refused => None,
        }
    }

    /// Where it is, as stored.
    pub const fn status(&self) -> ActStatus {
        match self.life {
            ActLife::Choosing { .. } => ActStatus::Choosing,
            ActLife::Opened { .. } => ActStatus::Opened,
            ActLife::Redeemed { .. } => ActStatus::Redeemed,
            ActLife::Refused => ActStatus::Refused,
            ActLife::Ended { .. } => ActStatus::Ended,
        }
    }

    /// Whether a second factor checked at `factor_at` is fresh enough for this request at `now`.
    pub fn factor_is_fresh(&self, factor_at: Option<Instant>, now: Instant) -> bool {
        let Some(factor_at) = factor_at else {
            return false;
        };
        let young = now.since(factor_at) <= self.request.factor_max_age();
        young && (!self.request.fresh_factor || factor_at >= self.created_at)
    }
}
