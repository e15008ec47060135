//! Signs of abuse: patterns worth an operator's look, which prove nothing by themselves.

use crate::domain::text_enum;

text_enum! {
    /// What was noticed.
    SignKind {
        /// Many mandates approved with one aidant within an hour.
        Burst => "burst",
        /// Mandates approved at night with one aidant.
        Night => "night",
        /// One address or number that stands for many persons.
        SharedContact => "shared_contact",
        /// One person with mandates in force at many organisations.
        ManyOrganisations => "many_organisations",
    }
}

text_enum! {
    /// How far an operator has come with it.
    SignStatus {
        /// Nobody has looked into it.
        Open => "open",
        /// Somebody has, and it is still watched.
        Seen => "seen",
        /// It is explained or dealt with.
        Closed => "closed",
    }
}

impl SignStatus {
    /// Whether an operator may give it the status `next`: a closed sign stays closed.
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Open | Self::Seen, Self::Seen | Self::Closed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_sign_stays_closed_and_none_becomes_unseen() {
        use SignStatus::Closed;
        use SignStatus::Open;
        use SignStatus::Seen;
        let allowed: Vec<(SignStatus, SignStatus)> = SignStatus::ALL
            .iter()
            .flat_map(|from| SignStatus::ALL.iter().map(|to| (*from, *to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(allowed, [(Open, Seen), (Open, Closed), (Seen, Seen), (Seen, Closed)]);
    }
}
