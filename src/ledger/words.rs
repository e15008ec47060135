//! The closed lists of words that details of entries use.

use serde::Deserialize;
use serde::Serialize;

/// Who ended a mandate or one of its authorizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokedBy {
    /// The person herself, or an operator who took her call or letter.
    Person,
    /// The aidant.
    Aidant,
    /// The organisation.
    Organisation,
    /// An authority.
    Authority,
    /// The operator.
    Operator,
}

/// What a person has blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocked {
    /// One aidant, in every organisation.
    Aidant,
    /// One organisation.
    Organisation,
}

/// How an act was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActWay {
    /// A delegated login in the browser.
    Login,
    /// A token exchange (RFC 8693).
    Exchange,
    /// A delegated login through an identity broker, behind which one service or several follow unseen.
    Broker,
}

/// Where an act was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActStage {
    /// Before a code was given.
    Opening,
    /// When the code was redeemed.
    Redemption,
    /// At a token exchange.
    Exchange,
    /// When software asked for a signed mandate of its own.
    MandateToken,
}

/// Where a revocation came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A page of this gateway.
    Page,
    /// A telephone call an operator took.
    Telephone,
    /// A letter an operator recorded.
    Letter,
    /// The consequence of another change: the organisation, the habilitation, a block.
    Consequence,
}
