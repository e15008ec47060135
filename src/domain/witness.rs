//! How those fail who say from outside when the ledger had which head.

use crate::domain::text_enum;

text_enum! {
    /// What was wrong the last time a witness or a time-stamping authority was asked.
    WitnessFault {
        /// No answer in time.
        Silent => "silent",
        /// No connection, or an answer nobody can read.
        Unreachable => "unreachable",
        /// It does not know this ledger.
        UnknownLog => "unknown-log",
        /// It knows another key of this ledger.
        Untrusted => "untrusted",
        /// It does not accept that the ledger only grew.
        Proof => "proof",
        /// It saw more leaves than are here.
        Ahead => "ahead",
        /// It saw another tree of the same size.
        Fork => "fork",
        /// Its signature does not hold.
        Signature => "signature",
        /// Another status.
        Refused => "refused",
    }
}

impl WitnessFault {
    /// Whether it says something about the ledger, not about the witness: then somebody must look.
    pub const fn is_alarm(self) -> bool {
        matches!(self, Self::Ahead | Self::Fork | Self::Proof)
    }
}
