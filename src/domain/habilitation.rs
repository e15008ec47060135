//! The accreditation of one aidant in one organisation: asked for, trained for, in force until its end, suspended, over.

use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::text_enum;
use crate::domain::time::Day;
use crate::domain::time::Instant;

/// The charter aidants sign today; its text stands in the locales under this name.
pub const CHARTER: &str = "charter-2026-11";

text_enum! {
    /// The state of a habilitation, as it is stored; its end date comes on top.
    HabilitationStatus {
        /// Asked for; an operator decides.
        Requested => "requested",
        /// Accepted for training.
        InTraining => "in_training",
        /// Given until its end date.
        Habilitated => "habilitated",
        /// Taken away for now.
        Suspended => "suspended",
        /// Over for good.
        Ended => "ended",
        /// Never given.
        Refused => "refused",
    }
}

text_enum! {
    /// Who took a habilitation away for now: nobody lower gives it back.
    SuspendedBy {
        /// A referent of the organisation.
        Referent => "referent",
        /// An operator.
        Operator => "operator",
    }
}

/// The training an aidant goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Training {
    /// Its day.
    pub on: Day,
    /// When it was noted as done.
    pub done_at: Option<Instant>,
}

/// The charter an aidant signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    /// Which text.
    pub version: String,
    /// When.
    pub signed_at: Instant,
}

/// What was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// Its last instant.
    pub until: Instant,
    /// The training before it; none where an operator gave it without one.
    pub training: Option<Training>,
    /// The charter signed by the aidant; nobody acts without.
    pub charter: Option<Charter>,
}

/// Where a habilitation is in its life, with what exists then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// Asked for.
    Requested,
    /// Accepted for training; the charter may be signed already.
    InTraining {
        /// Which.
        training: Training,
        /// The charter.
        charter: Option<Charter>,
    },
    /// Given.
    Habilitated {
        /// What.
        right: Right,
    },
    /// Taken away for now.
    Suspended {
        /// What was given.
        right: Right,
        /// By whom.
        by: SuspendedBy,
    },
    /// Over.
    Ended {
        /// What had been given; none where it ended before.
        right: Option<Right>,
    },
    /// Never given.
    Refused,
}

/// What a habilitation is worth at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The aidant may act.
    InForce,
    /// Asked for or in training.
    Awaited,
    /// Given, and the aidant has not signed the charter.
    Unsigned,
    /// Not for now.
    Suspended,
    /// No more.
    Ended,
}

/// A step that does not start from where the habilitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the habilitation is not in the state this step starts from")]
pub struct WrongStep;

/// One habilitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habilitation {
    /// Its identifier.
    pub id: HabilitationId,
    /// The aidant.
    pub account: AccountId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// Where it is.
    pub life: Life,
}

impl Habilitation {
    /// One that is given without request and training: an operator has the signed charter on paper.
    pub fn given(
        id: HabilitationId,
        (account, organisation): (AccountId, OrganisationId),
        until: Instant,
        now: Instant,
    ) -> Self {
        let charter = Charter { version: CHARTER.to_owned(), signed_at: now };
        let right = Right { until, training: None, charter: Some(charter) };
        Self { id, account, organisation, life: Life::Habilitated { right } }
    }

    /// The state, as it is stored.
    pub const fn status(&self) -> HabilitationStatus {
        match &self.life {
            Life::Requested => HabilitationStatus::Requested,
            Life::InTraining { .. } => HabilitationStatus::InTraining,
            Life::Habilitated { .. } => HabilitationStatus::Habilitated,
            Life::Suspended { .. } => HabilitationStatus::Suspended,
            Life::Ended { .. } => HabilitationStatus::Ended,
            Life::Refused => HabilitationStatus::Refused,
        }
    }

    /// What was given, whether it is still in force or not.
    pub const fn right(&self) -> Option<&Right> {
        match &self.life {
            Life::Habilitated { right } | Life::Suspended { right, .. } => Some(right),
            Life::Ended { right } => right.as_ref(),
            Life::Requested | Life::InTraining { .. } | Life::Refused => None,
        }
    }

    /// Its last instant, once it was given.
    pub fn until(&self) -> Option<Instant> {
        self.right().map(|right| right.until)
    }

    /// The training, where one was set.
    pub fn training(&self) -> Option<Training> {
        match &self.life {
            Life::InTraining { training, .. } => Some(*training),
            _ => self.right().and_then(|right| right.training),
        }
    }

    /// The charter signed for it.
    pub fn charter(&self) -> Option<&Charter> {
        match &self.life {
            Life::InTraining { charter, .. } => charter.as_ref(),
            _ => self.right().and_then(|right| right.charter.as_ref()),
        }
    }

    /// What it is worth at `now`.
    pub fn standing(&self, now: Instant) -> Standing {
        match &self.life {
            Life::Requested | Life::InTraining { .. } => Standing::Awaited,
            Life::Ended { .. } | Life::Refused => Standing::Ended,
            Life::Habilitated { right } | Life::Suspended { right, .. } if now > right.until => {
                Standing::Ended
            }
            Life::Suspended { .. } => Standing::Suspended,
            Life::Habilitated { right } if right.charter.is_none() => Standing::Unsigned,
            Life::Habilitated { .. } => Standing::InForce,
        }
    }

    fn with(self, life: Life) -> Self {
        Self { life, ..self }
    }

    /// A request is accepted for training on this day; a day already set may be moved until the training is done.
    ///
    /// # Errors
    /// [`WrongStep`] from anywhere else.
    pub fn accept(self, on: Day) -> Result<Self, WrongStep> {
        let charter = match &self.life {
            Life::Requested => None,
            Life::InTraining { training, charter } if training.done_at.is_none() => charter.clone(),
            _ => return Err(WrongStep),
        };
        Ok(self.with(Life::InTraining { training: Training { on, done_at: None }, charter }))
    }

    /// The training was done.
    ///
    /// # Errors
    /// [`WrongStep`] where none was set, or it was noted before.
    pub fn note_training(self, now: Instant) -> Result<Self, WrongStep> {
        match self.life.clone() {
            Life::InTraining { training, charter } if training.done_at.is_none() => {
                let training = Training { done_at: Some(now), ..training };
                Ok(self.with(Life::InTraining { training, charter }))
            }
            _ => Err(WrongStep),
        }
    }

    /// It is given, after the training.
    ///
    /// # Errors
    /// [`WrongStep`] before the training is done, or with an end that has passed.
    pub fn habilitate(self, until: Instant, now: Instant) -> Result<Self, WrongStep> {
        match self.life.clone() {
            Life::InTraining { training, charter } if training.done_at.is_some() && until > now => {
                let right = Right { until, training: Some(training), charter };
                Ok(self.with(Life::Habilitated { right }))
            }
            _ => Err(WrongStep),
        }
    }

    /// It is not given.
    ///
    /// # Errors
    /// [`WrongStep`] once it was given, ended or refused.
    pub fn refuse(self) -> Result<Self, WrongStep> {
        match self.life {
            Life::Requested | Life::InTraining { .. } => Ok(self.with(Life::Refused)),
            _ => Err(WrongStep),
        }
    }

    /// Whether the aidant's signature is what it waits for.
    pub fn awaits_charter(&self, now: Instant) -> bool {
        self.standing(now) == Standing::Unsigned
    }

    /// The aidant signs the charter; once, from the training on.
    ///
    /// # Errors
    /// [`WrongStep`] before, after its end, or when it is signed.
    pub fn sign_charter(self, charter: Charter) -> Result<Self, WrongStep> {
        let now = charter.signed_at;
        if self.charter().is_some() || self.until().is_some_and(|until| now > until) {
            return Err(WrongStep);
        }
        let life = match self.life.clone() {
            Life::InTraining { training, .. } => Life::InTraining { training, charter: Some(charter) },
            Life::Habilitated { right } => {
                Life::Habilitated { right: Right { charter: Some(charter), ..right } }
            }
            Life::Suspended { right, by } => {
                Life::Suspended { right: Right { charter: Some(charter), ..right }, by }
            }
            Life::Requested | Life::Ended { .. } | Life::Refused => return Err(WrongStep),
        };
        Ok(self.with(life))
    }

    /// Taken away for now.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is given and not past its end.
    pub fn suspend(self, by: SuspendedBy, now: Instant) -> Result<Self, WrongStep> {
        match self.life.clone() {
            Life::Habilitated { right } if now <= right.until => Ok(self.with(Life::Suspended { right, by })),
            _ => Err(WrongStep),
        }
    }

    /// Whether this one may give it back: a referent only what a referent took.
    pub fn may_restore(&self, who: SuspendedBy) -> bool {
        matches!(&self.life, Life::Suspended { by, .. } if who == SuspendedBy::Operator || *by == who)
    }

    /// Given back.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is suspended, within its time, and not by somebody higher.
    pub fn restore(self, who: SuspendedBy, now: Instant) -> Result<Self, WrongStep> {
        match self.life.clone() {
            Life::Suspended { right, .. } if self.may_restore(who) && now <= right.until => {
                Ok(self.with(Life::Habilitated { right }))
            }
            _ => Err(WrongStep),
        }
    }

    /// It goes on until a later end, with the same charter.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is given, not past its end, and `until` is later than that.
    pub fn renew(self, until: Instant, now: Instant) -> Result<Self, WrongStep> {
        let longer = |right: Right| {
            (now <= right.until && until > right.until).then_some(Right { until, ..right }).ok_or(WrongStep)
        };
        let life = match self.life.clone() {
            Life::Habilitated { right } => Life::Habilitated { right: longer(right)? },
            Life::Suspended { right, by } => Life::Suspended { right: longer(right)?, by },
            _ => return Err(WrongStep),
        };
        Ok(self.with(life))
    }

    /// Over for good, or the request taken back.
    ///
    /// # Errors
    /// [`WrongStep`] when it is over already.
    pub fn end(self) -> Result<Self, WrongStep> {
        let right = match self.life.clone() {
            Life::Requested | Life::InTraining { .. } => None,
            Life::Habilitated { right } | Life::Suspended { right, .. } => Some(right),
            Life::Ended { .. } | Life::Refused => return Err(WrongStep),
        };
        Ok(self.with(Life::Ended { right }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::random_bytes;
    use std::time::Duration;
    use uuid::Uuid;

    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn day() -> Day {
        Day::new(2027, 1, 15).expect("a day")
    }

    fn later(days: u64) -> Instant {
        NOW.plus(Duration::from_secs(days * 86_400))
    }

    fn requested() -> Habilitation {
        Habilitation {
            id: HabilitationId::from_uuid(Uuid::from_u128(1)),
            account: AccountId::from_uuid(Uuid::from_u128(2)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(3)),
            life: Life::Requested,
        }
    }

    fn charter(at: Instant) -> Charter {
        Charter { version: CHARTER.to_owned(), signed_at: at }
    }

    #[test]
    fn the_usual_life() {
        let one = requested();
        assert_eq!(one.standing(NOW), Standing::Awaited);
        let one = one.accept(day()).and_then(|one| one.note_training(NOW)).expect("trained");
        assert_eq!(one.standing(NOW), Standing::Awaited);
        let one = one.habilitate(later(10), NOW).expect("given");
        assert_eq!(one.standing(NOW), Standing::Unsigned);
        let one = one.sign_charter(charter(NOW)).expect("signed");
        assert_eq!((one.standing(NOW), one.standing(later(11))), (Standing::InForce, Standing::Ended));
        assert_eq!(one.clone().sign_charter(charter(NOW)), Err(WrongStep), "once");
        let held = one.suspend(SuspendedBy::Operator, NOW).expect("suspended");
        assert_eq!(held.clone().restore(SuspendedBy::Referent, NOW), Err(WrongStep), "not the operator's");
        let back = held.restore(SuspendedBy::Operator, NOW).expect("restored");
        let longer = back.renew(later(30), NOW).expect("renewed");
        assert_eq!(longer.standing(later(11)), Standing::InForce);
        let over = longer.end().expect("over");
        assert_eq!((over.standing(NOW), over.until()), (Standing::Ended, Some(later(30))));
    }

    #[test]
    fn nothing_is_given_without_training_and_nothing_revives() {
        let one = requested();
        assert_eq!(one.clone().habilitate(later(1), NOW), Err(WrongStep));
        let accepted = one.clone().accept(day()).expect("accepted");
        assert_eq!(accepted.clone().habilitate(later(1), NOW), Err(WrongStep));
        let trained = accepted.note_training(NOW).expect("trained");
        assert_eq!(trained.clone().accept(day()), Err(WrongStep));
        assert_eq!(trained.habilitate(NOW, NOW), Err(WrongStep));
        let given = Habilitation::given(one.id, (one.account, one.organisation), later(1), NOW);
        assert_eq!(given.standing(NOW), Standing::InForce);
        assert_eq!(given.clone().renew(later(3), later(2)), Err(WrongStep), "past its end");
        assert_eq!(given.renew(later(1), NOW), Err(WrongStep), "not longer");
    }

    /// Every chain of steps drawn at random keeps what must always hold.
    #[test]
    fn whatever_happens_nobody_acts_without_training_and_charter() {
        let random = Dice::default();
        for _ in 0..2_000 {
            let (mut one, mut now) = (requested(), NOW);
            let (mut over, mut trained, mut signed) = (false, false, false);
            for _ in 0..12 {
                let [pick, amount] = random_bytes::<2>(&random);
                let step = one.clone();
                let days = u64::from(amount % 40);
                let next = match pick % 10 {
                    0 => step.accept(day()),
                    1 => step.note_training(now),
                    2 => step.habilitate(now.plus(Duration::from_secs(days * 86_400)), now),
                    3 => step.sign_charter(charter(now)),
                    4 => step.suspend(SuspendedBy::Referent, now),
                    5 => step.suspend(SuspendedBy::Operator, now),
                    6 => step.restore(SuspendedBy::Referent, now),
                    7 => step.renew(now.plus(Duration::from_secs(days * 86_400)), now),
                    8 => step.refuse(),
                    _ if amount % 4 == 0 => step.end(),
                    _ => {
                        now = now.plus(Duration::from_secs(days * 3_600));
                        continue;
                    }
                };
                let Ok(next) = next else { continue };
                assert!(!over, "nothing follows {:?}", one.life);
                assert_eq!(
                    (next.id, next.account, next.organisation),
                    (one.id, one.account, one.organisation)
                );
                if let Life::Suspended { by: SuspendedBy::Operator, .. } = &one.life {
                    assert_ne!(pick % 10, 6, "a referent lifted an operator's suspension");
                }
                trained |= pick % 10 == 1;
                signed |= pick % 10 == 3;
                one = next;
                over = matches!(one.life, Life::Ended { .. } | Life::Refused);
                let standing = one.standing(now);
                if standing == Standing::InForce {
                    assert!(trained && signed, "{:?}", one.life);
                    assert!(one.until().is_some_and(|until| until >= now));
                }
                if over {
                    assert_eq!(standing, Standing::Ended);
                }
            }
        }
    }

    /// Repeatable randomness (xorshift).
    struct Dice(std::sync::Mutex<u64>);

    impl Default for Dice {
        fn default() -> Self {
            Self(std::sync::Mutex::new(0x9E37_79B9_7F4A_7C15))
        }
    }

    impl crate::domain::ids::Random for Dice {
        fn fill(&self, bytes: &mut [u8]) {
            let mut state = self.0.lock().expect("nobody else throws");
            for byte in bytes {
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                *byte = state.to_le_bytes()[3];
            }
        }
    }
}
