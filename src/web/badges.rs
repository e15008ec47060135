//! States as badges, where an operator or a referent looks.

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::client::ClientStatus;
use crate::domain::factor::CardState;
use crate::domain::factor::FactorState;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Life;
use crate::domain::habilitation::Standing;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::time::Instant;
use crate::text::Text;

/// A state in words, with its colour and its icon.
pub(super) struct Badge {
    /// active, waiting, stopped, ended.
    pub(super) kind: &'static str,
    /// Its icon.
    pub(super) icon: &'static str,
    /// Its words.
    pub(super) words: String,
}

impl Badge {
    fn new((kind, icon, key): (&'static str, &'static str, &str), t: Text) -> Self {
        Self { kind, icon, words: t.get(key) }
    }

    /// Of an organisation.
    pub(super) fn organisation(t: Text, status: OrganisationStatus) -> Self {
        let face = match status {
            OrganisationStatus::Active => ("active", "tick", "organisation-active"),
            OrganisationStatus::Suspended => ("stopped", "pause", "organisation-suspended"),
            OrganisationStatus::Merged => ("ended", "stop", "organisation-merged"),
        };
        Self::new(face, t)
    }

    /// Of a habilitation; a suspended account weighs more.
    pub(super) fn habilitation(t: Text, account: &Account, standing: Standing) -> Self {
        let face = match (account.status, standing) {
            (_, Standing::Ended) => ("ended", "stop", "habilitation-ended"),
            (AccountStatus::Suspended, Standing::InForce | Standing::Unsigned | Standing::Suspended) => {
                ("stopped", "pause", "habilitation-account-suspended")
            }
            (_, Standing::Awaited) => ("waiting", "clock", "habilitation-awaited"),
            (_, Standing::Unsigned) => ("waiting", "clock", "habilitation-unsigned"),
            (_, Standing::Suspended) => ("stopped", "pause", "habilitation-suspended"),
            (AccountStatus::Invited, Standing::InForce) => {
                ("waiting", "clock", "habilitation-account-invited")
            }
            (_, Standing::InForce) => ("active", "tick", "habilitation-in-force"),
        };
        Self::new(face, t)
    }

    /// Of a habilitation with the step it is at; a suspended account weighs more.
    pub(super) fn step(t: Text, account: &Account, habilitation: &Habilitation, now: Instant) -> Self {
        let face = match &habilitation.life {
            Life::Requested => ("waiting", "clock", "habilitation-requested"),
            Life::InTraining { training, .. } if training.done_at.is_some() => {
                ("waiting", "clock", "habilitation-trained")
            }
            Life::InTraining { .. } => ("waiting", "clock", "habilitation-in-training"),
            Life::Refused => ("ended", "stop", "habilitation-refused"),
            _ => return Self::habilitation(t, account, habilitation.standing(now)),
        };
        Self::new(face, t)
    }

    /// Of a second factor.
    pub(super) fn factor(t: Text, state: FactorState) -> Self {
        let face = match state {
            FactorState::Pending => ("waiting", "clock", "factor-pending"),
            FactorState::Active => ("active", "tick", "factor-active"),
            FactorState::Ended => ("ended", "stop", "factor-ended"),
        };
        Self::new(face, t)
    }

    /// Of a card of the stock.
    pub(super) fn card(t: Text, state: CardState) -> Self {
        let face = match state {
            CardState::Stock => ("active", "tick", "card-stock"),
            CardState::Given => ("waiting", "person", "card-given"),
            CardState::Lost => ("stopped", "warning", "card-lost"),
            CardState::Broken => ("ended", "stop", "card-broken"),
            CardState::Returned => ("ended", "back", "card-returned"),
        };
        Self::new(face, t)
    }

    /// Of a client.
    pub(super) fn client(t: Text, status: ClientStatus) -> Self {
        let face = match status {
            ClientStatus::Pending => ("waiting", "clock", "operator-client-pending"),
            ClientStatus::Active => ("active", "tick", "operator-client-active"),
            ClientStatus::Disabled => ("ended", "stop", "operator-client-disabled"),
        };
        Self::new(face, t)
    }
}
