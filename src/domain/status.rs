//! What a status list says of a mandate and a set of its themes (IETF Token Status List, section 7).

use crate::domain::mandate::MandateStatus;
use crate::domain::text_enum;
use crate::domain::time::Instant;

text_enum! {
    /// The value of one index.
    StatusValue {
        /// Holds.
        Valid => "valid",
        /// Has ended for good.
        Invalid => "invalid",
        /// Does not hold for now.
        Suspended => "suspended",
    }
}

impl StatusValue {
    /// The value in a list (section 7.1).
    pub const fn code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
        }
    }

    /// Reads a value of a list; `None` for one we never write.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Valid),
            1 => Some(Self::Invalid),
            2 => Some(Self::Suspended),
            _ => None,
        }
    }

    /// The value at `now` of a mandate stored as `status` that runs until `until`, named together with themes of which
    /// one was ended alone or none: invalid once anything of it has ended.
    pub fn of(status: MandateStatus, until: Option<Instant>, theme_ended: bool, now: Instant) -> Self {
        let over = until.is_none_or(|until| now.seconds() > until.seconds());
        match status {
            _ if over || theme_ended => Self::Invalid,
            MandateStatus::Active => Self::Valid,
            MandateStatus::Suspended => Self::Suspended,
            MandateStatus::Draft
            | MandateStatus::AwaitingConsent
            | MandateStatus::Revoked
            | MandateStatus::Expired
            | MandateStatus::Refused
            | MandateStatus::Lapsed => Self::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn codes_are_those_of_the_standard() {
        for (value, code) in [(StatusValue::Valid, 0), (StatusValue::Invalid, 1), (StatusValue::Suspended, 2)]
        {
            assert_eq!((value.code(), StatusValue::from_code(code)), (code, Some(value)));
        }
        assert_eq!(StatusValue::from_code(3), None);
    }

    #[test]
    fn only_what_is_in_force_is_valid() {
        let until = Instant::from_seconds(1_795_000_000);
        let within = until.plus(Duration::from_millis(900));
        let after = until.plus(Duration::from_secs(1));
        for status in MandateStatus::ALL.iter().copied() {
            let value = StatusValue::of(status, Some(until), false, within);
            let wanted = match status {
                MandateStatus::Active => StatusValue::Valid,
                MandateStatus::Suspended => StatusValue::Suspended,
                _ => StatusValue::Invalid,
            };
            assert_eq!(value, wanted, "{status}");
            assert_eq!(StatusValue::of(status, Some(until), true, within), StatusValue::Invalid, "{status}");
            assert_eq!(StatusValue::of(status, Some(until), false, after), StatusValue::Invalid, "{status}");
            assert_eq!(StatusValue::of(status, None, false, within), StatusValue::Invalid, "{status}");
        }
    }
}
