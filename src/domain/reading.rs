//! A reading that one agent of national oversight asks for and another approves: once, for a while, by the one who asked.

use std::time::Duration;

use crate::domain::ids::AccountId;
use crate::domain::ids::ReadingId;
use crate::domain::text_enum;
use crate::domain::time::Instant;

/// How long a request waits to be approved and opened.
pub const WAITS: Duration = Duration::from_secs(3 * 86_400);
/// How long an approved reading lasts from its first look on.
pub const LASTS: Duration = Duration::from_secs(3_600);

text_enum! {
    /// Where a request is, as stored; that it is over is told by the clock.
    ReadingStatus {
        /// Nobody has decided.
        Waiting => "waiting",
        /// Another agent said yes.
        Approved => "approved",
        /// Another agent said no.
        Refused => "refused",
    }
}

/// Where a request is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingLife {
    /// Nobody has decided.
    Waiting,
    /// Another agent said yes.
    Approved {
        /// Who.
        by: AccountId,
        /// When.
        at: Instant,
        /// The first look, where there was one.
        opened_at: Option<Instant>,
    },
    /// Another agent said no.
    Refused {
        /// Who.
        by: AccountId,
        /// When.
        at: Instant,
    },
}

/// Why a request cannot be decided on or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongReading {
    /// Whoever asks does not approve.
    #[error("whoever asks for a reading does not decide on it")]
    Own,
    /// It was asked for by somebody else.
    #[error("somebody else asked for it")]
    Foreign,
    /// It was decided on before.
    #[error("it was decided on before")]
    Decided,
    /// Nobody approved it.
    #[error("nobody approved it")]
    NotApproved,
    /// It waited too long, or was looked at for as long as an approval lasts.
    #[error("it is over")]
    Over,
}

impl WrongReading {
    /// The key of its sentence.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Own => "reading-own",
            Self::Foreign => "reading-foreign",
            Self::Decided => "reading-decided",
            Self::NotApproved => "reading-not-approved",
            Self::Over => "reading-over",
        }
    }
}

/// One request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadingRequest {
    /// Its identifier.
    pub id: ReadingId,
    /// Who asked.
    pub asked_by: AccountId,
    /// When.
    pub asked_at: Instant,
    /// Its last instant to be decided on, and to be opened.
    pub expires_at: Instant,
    /// Where it is.
    pub life: ReadingLife,
}

impl ReadingRequest {
    /// A new one.
    pub fn new(id: ReadingId, asked_by: AccountId, asked_at: Instant) -> Self {
        Self { id, asked_by, asked_at, expires_at: asked_at.plus(WAITS), life: ReadingLife::Waiting }
    }

    /// Its stored status.
    pub const fn status(&self) -> ReadingStatus {
        match self.life {
            ReadingLife::Waiting => ReadingStatus::Waiting,
            ReadingLife::Approved { .. } => ReadingStatus::Approved,
            ReadingLife::Refused { .. } => ReadingStatus::Refused,
        }
    }

    /// Whether nothing can be done with it any more.
    pub fn is_over(&self, now: Instant) -> bool {
        match self.life {
            ReadingLife::Approved { opened_at: Some(opened), .. } => now >= opened.plus(LASTS),
            ReadingLife::Refused { .. } => true,
            _ => now >= self.expires_at,
        }
    }

    /// Decides.
    ///
    /// # Errors
    /// [`WrongReading::Own`], [`WrongReading::Decided`], [`WrongReading::Over`].
    pub fn decide(self, by: AccountId, at: Instant, yes: bool) -> Result<Self, WrongReading> {
        if by == self.asked_by {
            return Err(WrongReading::Own);
        }
        if self.life != ReadingLife::Waiting {
            return Err(WrongReading::Decided);
        }
        if self.is_over(at) {
            return Err(WrongReading::Over);
        }
        let life = if yes {
            ReadingLife::Approved { by, at, opened_at: None }
        } else {
            ReadingLife::Refused { by, at }
        };
        Ok(Self { life, ..self })
    }

    /// One look under it; gives it with the first look noted, and who approved it.
    ///
    /// # Errors
    /// [`WrongReading::Foreign`], [`WrongReading::NotApproved`], [`WrongReading::Over`].
    pub fn look(self, by: AccountId, now: Instant) -> Result<(Self, AccountId), WrongReading> {
        if by != self.asked_by {
            return Err(WrongReading::Foreign);
        }
        let ReadingLife::Approved { by: approver, at, opened_at } = self.life else {
            return Err(WrongReading::NotApproved);
        };
        if self.is_over(now) {
            return Err(WrongReading::Over);
        }
        let life = ReadingLife::Approved { by: approver, at, opened_at: opened_at.or(Some(now)) };
        Ok((Self { life, ..self }, approver))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn account(number: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(number))
    }

    fn request() -> ReadingRequest {
        ReadingRequest::new(ReadingId::from_uuid(Uuid::from_u128(9)), account(1), Instant::from_seconds(0))
    }

    #[test]
    fn two_persons_read_and_only_the_one_who_asked_looks() {
        let at = Instant::from_seconds;
        assert_eq!(request().decide(account(1), at(1), true), Err(WrongReading::Own));
        assert_eq!(request().look(account(1), at(1)), Err(WrongReading::NotApproved));
        let approved = request().decide(account(2), at(1), true).expect("another's yes");
        assert_eq!(approved.decide(account(3), at(2), false), Err(WrongReading::Decided));
        assert_eq!(approved.look(account(2), at(2)), Err(WrongReading::Foreign));
        let (opened, approver) = approved.look(account(1), at(2)).expect("the one who asked");
        assert_eq!(approver, account(2));
        let refused = request().decide(account(2), at(1), false).expect("another's no");
        assert_eq!(refused.look(account(1), at(2)), Err(WrongReading::NotApproved));
        let end = at(2).plus(LASTS);
        assert!(opened.look(account(1), end.minus(Duration::from_micros(1))).is_ok());
        assert_eq!(opened.look(account(1), end), Err(WrongReading::Over), "an approval is used up");
    }

    #[test]
    fn a_request_waits_three_days() {
        let end = Instant::from_seconds(0).plus(WAITS);
        let before = end.minus(Duration::from_micros(1));
        assert!(request().decide(account(2), before, true).is_ok());
        assert_eq!(request().decide(account(2), end, true), Err(WrongReading::Over));
        let approved = request().decide(account(2), before, true).expect("in time");
        assert_eq!(approved.look(account(1), end), Err(WrongReading::Over));
    }
}
