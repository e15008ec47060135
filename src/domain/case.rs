//! What becomes of an act that the person says was not expected: a case, answered, then closed with an outcome.

use crate::domain::ids::CaseId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::text_enum;
use crate::domain::time::Instant;

text_enum! {
    /// Where the examination of a contested act is.
    CaseStatus {
        /// Being examined; the mandate is suspended.
        Open => "open",
        /// The organisation or the authority has answered.
        Answered => "answered",
        /// Over.
        Closed => "closed",
    }
}

text_enum! {
    /// What the authority decided when it closed a case.
    CaseOutcome {
        /// The case holds the mandate no longer.
        Restored => "restored",
        /// The mandate was ended.
        Revoked => "revoked",
        /// The mandate had ended before: there was nothing to decide about it.
        Unchanged => "unchanged",
    }
}

text_enum! {
    /// One step in the examination of a case.
    CaseStep {
        /// The person contested the line.
        Opened => "opened",
        /// The person added a word.
        Word => "word",
        /// The organisation answered.
        Organisation => "organisation",
        /// The authority answered.
        Authority => "authority",
        /// The authority closed it.
        Closed => "closed",
    }
}

/// The life of a case: each step holds what exists then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseLife {
    /// Opened; nobody has answered.
    Open,
    /// Answered for the first time.
    Answered {
        /// When.
        at: Instant,
    },
    /// Closed.
    Closed {
        /// When.
        at: Instant,
        /// With which outcome.
        outcome: CaseOutcome,
        /// When it was first answered.
        answered_at: Instant,
    },
}

/// A step that the life of a case does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {from} cannot become {to}")]
pub struct WrongCaseStep {
    /// Where the case is.
    pub from: CaseStatus,
    /// Where it should have gone.
    pub to: CaseStatus,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// Its number, as people say it: `2027-0418`.
    pub number: String,
    /// Who contests.
    pub person: PersonId,
    /// The mandate concerned.
    pub mandate: MandateId,
    /// The contested line.
    pub entry: EntryId,
    /// The administration concerned.
    pub client: Option<ClientId>,
    /// When it was opened.
    pub opened_at: Instant,
    /// Where it is in its life.
    pub life: CaseLife,
}

impl Case {
    /// Where it is.
    pub const fn status(&self) -> CaseStatus {
        match self.life {
            CaseLife::Open => CaseStatus::Open,
            CaseLife::Answered { .. } => CaseStatus::Answered,
            CaseLife::Closed { .. } => CaseStatus::Closed,
        }
    }

    /// Whether it is still being examined.
    pub const fn is_open(&self) -> bool {
        !matches!(self.life, CaseLife::Closed { .. })
    }

    /// The organisation or the authority answers, for the first time or again.
    ///
    /// # Errors
    /// [`WrongCaseStep`] once it is closed.
    pub fn answer(self, at: Instant) -> Result<Self, WrongCaseStep> {
        match self.life {
            CaseLife::Open => Ok(Self { life: CaseLife::Answered { at }, ..self }),
            CaseLife::Answered { .. } => Ok(self),
            CaseLife::Closed { .. } => Err(self.wrong(CaseStatus::Answered)),
        }
    }

    /// The authority closes it.
    ///
    /// # Errors
    /// [`WrongCaseStep`] while nobody has answered, and once it is closed.
    pub fn close(self, at: Instant, outcome: CaseOutcome) -> Result<Self, WrongCaseStep> {
        match self.life {
            CaseLife::Answered { at: answered_at } => {
                Ok(Self { life: CaseLife::Closed { at, outcome, answered_at }, ..self })
            }
            CaseLife::Open | CaseLife::Closed { .. } => Err(self.wrong(CaseStatus::Closed)),
        }
    }

    const fn wrong(&self, to: CaseStatus) -> WrongCaseStep {
        WrongCaseStep { from: self.status(), to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn case() -> Case {
        Case {
            id: CaseId::from_uuid(Uuid::from_u128(1)),
            number: "2027-0001".to_owned(),
            person: PersonId::from_uuid(Uuid::from_u128(2)),
            mandate: MandateId::from_uuid(Uuid::from_u128(3)),
            entry: EntryId::from_uuid(Uuid::from_u128(4)),
            client: None,
            opened_at: Instant::from_seconds(0),
            life: CaseLife::Open,
        }
    }

    #[test]
    fn a_case_is_answered_before_it_is_closed_and_closed_for_good() {
        let at = Instant::from_seconds;
        assert!(case().close(at(1), CaseOutcome::Restored).is_err(), "nobody has answered");
        let answered = case().answer(at(1)).expect("open");
        let again = answered.clone().answer(at(2)).expect("answered again");
        assert_eq!(again.life, CaseLife::Answered { at: at(1) }, "the first answer counts");
        let closed = again.close(at(3), CaseOutcome::Revoked).expect("answered");
        assert!(!closed.is_open());
        assert!(closed.clone().answer(at(4)).is_err());
        assert_eq!(
            closed.close(at(4), CaseOutcome::Restored),
            Err(WrongCaseStep { from: CaseStatus::Closed, to: CaseStatus::Closed })
        );
    }
}
