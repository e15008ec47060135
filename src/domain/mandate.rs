//! The person's agreement: its terms, its life, and what each step of that life holds.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::ConsentGrade;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Day;
use crate::domain::time::Instant;

text_enum! {
    /// How long a mandate runs, counted from the day of approval.
    MandateDuration {
        /// 1 day.
        Short => "short",
        /// 31 days.
        Month => "month",
        /// 182 days.
        Semester => "semester",
        /// 365 days.
        Long => "long",
    }
}

impl MandateDuration {
    /// Its length in days.
    pub const fn days(self) -> i32 {
        match self {
            Self::Short => 1,
            Self::Month => 31,
            Self::Semester => 182,
            Self::Long => 365,
        }
    }

    /// The last day of a mandate approved on `day`.
    pub fn last_day(self, day: Day) -> Day {
        day.plus_days(self.days())
    }
}

text_enum! {
    /// Where the person is when she is asked.
    Channel {
        /// With the aidant.
        Present => "present",
        /// Elsewhere; she opens a link.
        Remote => "remote",
        /// Anywhere, without FranceConnect; she answers by a code sent by SMS.
        Sms => "sms",
        /// Anywhere, without FranceConnect; she answers by a code sent by post.
        Post => "post",
    }
}

impl Channel {
    /// How the consent is given there.
    pub const fn method(self) -> ConsentMethod {
        match self {
            Self::Present | Self::Remote => ConsentMethod::FranceConnect,
            Self::Sms => ConsentMethod::Sms,
            Self::Post => ConsentMethod::Post,
        }
    }

    /// Whether the person is known by what the aidant took down only; then the referent approves beside her.
    pub const fn is_declared(self) -> bool {
        matches!(self, Self::Sms | Self::Post)
    }

    /// The longest a mandate asked for so may run.
    pub const fn longest(self) -> MandateDuration {
        if self.is_declared() {
            ConsentGrade::Declared.longest()
        } else {
            ConsentGrade::FranceConnect.longest()
        }
    }
}

text_enum! {
    /// How the consent was given.
    ConsentMethod {
        /// After a FranceConnect login, on her own page.
        FranceConnect => "franceconnect",
        /// By a code sent by SMS.
        Sms => "sms",
        /// By a code sent by post.
        Post => "post",
    }
}

text_enum! {
    /// Who ended a mandate or one of its themes.
    EndedBy {
        /// The person herself.
        Person => "person",
        /// An aidant, with a reason.
        Aidant => "aidant",
        /// The organisation.
        Organisation => "organisation",
        /// An authority.
        Authority => "authority",
    }
}

text_enum! {
    /// Why a mandate is held. Several causes may hold it at once: it is in force again when none is left.
    HoldCause {
        /// A case is being examined.
        Case => "case",
        /// Its organisation is suspended.
        Organisation => "organisation",
        /// The person herself asked for it.
        Person => "person",
        /// An operator.
        Operator => "operator",
        /// An authority.
        Authority => "authority",
    }
}

/// One thing that holds a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold {
    /// Why.
    pub cause: HoldCause,
    /// The case, the organisation, the person or the account behind it.
    pub source: uuid::Uuid,
}

text_enum! {
    /// Where a mandate is in its life.
    MandateStatus {
        /// Drawn up, not yet handed over.
        Draft => "draft",
        /// Handed over to the person.
        AwaitingConsent => "awaiting_consent",
        /// Can be used.
        Active => "active",
        /// Cannot be used for now.
        Suspended => "suspended",
        /// Ended by somebody.
        Revoked => "revoked",
        /// Ended by its date.
        Expired => "expired",
        /// The person said no.
        Refused => "refused",
        /// Nobody answered in time.
        Lapsed => "lapsed",
    }
}

impl MandateStatus {
    /// Whether the life of the mandate may go from here to `next`.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::AwaitingConsent | Self::Lapsed)
                | (Self::AwaitingConsent, Self::Active | Self::Refused | Self::Lapsed)
                | (Self::Active, Self::Suspended | Self::Revoked | Self::Expired)
                | (Self::Suspended, Self::Active | Self::Revoked | Self::Expired)
        )
    }
}

/// What was drawn up: it never changes after the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who will hold the mandate.
    pub organisation: OrganisationId,
    /// The aidant who drew it up.
    pub drafted_by: AccountId,
    /// Under which habilitation.
    pub habilitation: HabilitationId,
    /// What it covers; never empty.
    pub themes: BTreeSet<Theme>,
    /// For how long.
    pub duration: MandateDuration,
    /// Where the person is.
    pub channel: Channel,
    /// Which dated template makes the text.
    pub text_version: String,
    /// 128 random bits shown in the text, standing in no token.
    pub reference: [u8; 16],
    /// When it was drawn up.
    pub drafted_at: Instant,
}

#[derive(Serialize)]
struct Draft<'a> {
    aidant: AccountId,
    channel: Channel,
    duration: MandateDuration,
    organisation: OrganisationId,
    reference: String,
    text_version: &'a str,
    themes: &'a BTreeSet<Theme>,
}

impl Terms {
    /// The canonical bytes (JCS, RFC 8785) of what was drawn up; their SHA-256 is the draft digest.
    ///
    /// # Errors
    /// Only if the values cannot be written as JSON, which their types exclude.
    pub fn draft_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(&Draft {
            aidant: self.drafted_by,
            channel: self.channel,
            duration: self.duration,
            organisation: self.organisation,
            reference: hex::encode(self.reference),
            text_version: &self.text_version,
            themes: &self.themes,
        })
    }

    /// The reference as the text shows it: eight groups of four hexadecimal digits.
    pub fn reference_text(&self) -> String {
        let digits = hex::encode(self.reference);
        digits
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What the person agreed to, in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The moment of approval.
    pub from: Instant,
    /// 23:59:59 in Paris of the last day.
    pub until: Instant,
}

impl Validity {
    /// The validity of a mandate of `duration` approved at `now`.
    pub fn approved_at(now: Instant, duration: MandateDuration) -> Self {
        Self { from: now, until: duration.last_day(now.day()).end() }
    }

    /// Whether `now` lies inside.
    pub fn holds_at(&self, now: Instant) -> bool {
        self.from <= now && now.seconds() <= self.until.seconds()
    }

    /// Its bounds in whole days of Paris, as tokens show them: start of the first day, end of the last.
    pub fn in_days(&self) -> (Instant, Instant) {
        (self.from.day().start(), self.until)
    }
}

/// The agreement once given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who gave it.
    pub person: PersonId,
    /// How.
    pub method: ConsentMethod,
    /// What it is worth.
    pub grade: ConsentGrade,
    /// SHA-256 of the UTF-8 bytes of the text that was shown.
    pub text_digest: [u8; 32],
    /// From when to when the mandate runs.
    pub validity: Validity,
}

/// The end of a mandate or of one theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: EndedBy,
}

/// The life of a mandate: each step holds what exists then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// Drawn up.
    Draft {
        /// When the draft lapses.
        lapses_at: Instant,
    },
    /// Handed over to the person.
    AwaitingConsent {
        /// When the draft lapses.
        lapses_at: Instant,
    },
    /// In force.
    Active {
        /// The agreement.
        consent: Consent,
    },
    /// In force but held.
    Suspended {
        /// The agreement.
        consent: Consent,
        /// Since when.
        since: Instant,
    },
    /// Ended by somebody.
    Revoked {
        /// The agreement.
        consent: Consent,
        /// When and by whom.
        end: End,
    },
    /// Ended by its date.
    Expired {
        /// The agreement.
        consent: Consent,
    },
    /// The person said no.
    Refused {
        /// When.
        at: Instant,
    },
    /// Nobody answered in time.
    Lapsed {
        /// When.
        at: Instant,
    },
}

/// A step that the life of a mandate does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mandate that is {from} cannot become {to}")]
pub struct WrongStep {
    /// Where the mandate is.
    pub from: MandateStatus,
    /// Where it should have gone.
    pub to: MandateStatus,
}

/// One mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its identifier.
    pub id: MandateId,
    /// What was drawn up.
    pub terms: Terms,
    /// Where it is in its life.
    pub life: Life,
    /// Themes ended one by one.
    pub ended_themes: BTreeMap<Theme, End>,
    /// The mandate it was drawn up to follow.
    pub renews: Option<MandateId>,
}

impl Mandate {
    /// A new draft.
    pub fn draft(id: MandateId, terms: Terms, lapses_at: Instant) -> Self {
        Self { id, terms, life: Life::Draft { lapses_at }, ended_themes: BTreeMap::new(), renews: None }
    }

    /// Where it is in its life, as stored.
    pub const fn status(&self) -> MandateStatus {
        match self.life {
            Life::Draft { .. } => MandateStatus::Draft,
            Life::AwaitingConsent { .. } => MandateStatus::AwaitingConsent,
            Life::Active { .. } => MandateStatus::Active,
            Life::Suspended { .. } => MandateStatus::Suspended,
            Life::Revoked { .. } => MandateStatus::Revoked,
            Life::Expired { .. } => MandateStatus::Expired,
            Life::Refused { .. } => MandateStatus::Refused,
            Life::Lapsed { .. } => MandateStatus::Lapsed,
        }
    }

    /// Where it is at `now`: a mandate past its end is expired, and an unanswered draft past its time has lapsed,
    /// even where no job has written it down yet.
    pub fn status_at(&self, now: Instant) -> MandateStatus {
        match &self.life {
            Life::Active { consent } | Life::Suspended { consent, .. } if !consent.validity.holds_at(now) => {
                MandateStatus::Expired
            }
            Life::Draft { lapses_at } | Life::AwaitingConsent { lapses_at } if now > *lapses_at => {
                MandateStatus::Lapsed
            }
            _ => self.status(),
        }
    }

    /// The agreement, where there is one.
    pub const fn consent(&self) -> Option<&Consent> {
        match &self.life {
            Life::Active { consent }
            | Life::Suspended { consent, .. }
            | Life::Revoked { consent, .. }
            | Life::Expired { consent } => Some(consent),
            Life::Draft { .. }
            | Life::AwaitingConsent { .. }
            | Life::Refused { .. }
            | Life::Lapsed { .. } => None,
        }
    }

    /// Themes that have not been ended one by one.
    pub fn open_themes(&self) -> BTreeSet<Theme> {
        self.terms.themes.iter().copied().filter(|theme| !self.ended_themes.contains_key(theme)).collect()
    }

    /// Whether `theme` can be used at `now`.
    pub fn usable(&self, theme: Theme, now: Instant) -> bool {
        self.status_at(now) == MandateStatus::Active && self.open_themes().contains(&theme)
    }

    /// Gives the draft more time, for an approval that comes after the person's answer.
    ///
    /// # Errors
    /// [`WrongStep`] unless it awaits her.
    pub fn prolong(self, until: Instant) -> Result<Self, WrongStep> {
        match self.life {
            Life::AwaitingConsent { .. } => {
                Ok(Self { life: Life::AwaitingConsent { lapses_at: until }, ..self })
            }
            _ => Err(self.wrong(MandateStatus::AwaitingConsent)),
        }
    }

    /// Hands the draft over to the person.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is a draft.
    pub fn submit(self) -> Result<Self, WrongStep> {
        match self.life {
            Life::Draft { lapses_at } => Ok(Self { life: Life::AwaitingConsent { lapses_at }, ..self }),
            _ => Err(self.wrong(MandateStatus::AwaitingConsent)),
        }
    }

    /// The person approves the text at `consent.validity.from`.
    ///
    /// # Errors
    /// [`WrongStep`] unless it awaits her, has not lapsed, and is no longer than the grade of her consent allows.
    pub fn approve(self, consent: Consent) -> Result<Self, WrongStep> {
        match self.life {
            Life::AwaitingConsent { lapses_at }
                if consent.validity.from <= lapses_at && self.terms.duration <= consent.grade.longest() =>
            {
                Ok(Self { life: Life::Active { consent }, ..self })
            }
            _ => Err(self.wrong(MandateStatus::Active)),
        }
    }

    /// The person refuses.
    ///
    /// # Errors
    /// [`WrongStep`] unless it awaits her.
    pub fn refuse(self, at: Instant) -> Result<Self, WrongStep> {
        match self.life {
            Life::AwaitingConsent { .. } => Ok(Self { life: Life::Refused { at }, ..self }),
            _ => Err(self.wrong(MandateStatus::Refused)),
        }
    }

    /// The draft ends unanswered: its time has passed, or its aidant gave it up.
    ///
    /// # Errors
    /// [`WrongStep`] once the person has decided.
    pub fn lapse(self, at: Instant) -> Result<Self, WrongStep> {
        match self.life {
            Life::Draft { .. } | Life::AwaitingConsent { .. } => {
                Ok(Self { life: Life::Lapsed { at }, ..self })
            }
            _ => Err(self.wrong(MandateStatus::Lapsed)),
        }
    }

    /// Holds the mandate.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is in force.
    pub fn suspend(self, since: Instant) -> Result<Self, WrongStep> {
        match self.life {
            Life::Active { consent } => Ok(Self { life: Life::Suspended { consent, since }, ..self }),
            _ => Err(self.wrong(MandateStatus::Suspended)),
        }
    }

    /// Puts a held mandate back in force.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is held.
    pub fn restore(self) -> Result<Self, WrongStep> {
        match self.life {
            Life::Suspended { consent, .. } => Ok(Self { life: Life::Active { consent }, ..self }),
            _ => Err(self.wrong(MandateStatus::Active)),
        }
    }

    /// Ends the mandate at once.
    ///
    /// # Errors
    /// [`WrongStep`] unless it is in force or held.
    pub fn revoke(self, end: End) -> Result<Self, WrongStep> {
        match self.life {
            Life::Active { consent } | Life::Suspended { consent, .. } => {
                Ok(Self { life: Life::Revoked { consent, end }, ..self })
            }
            _ => Err(self.wrong(MandateStatus::Revoked)),
        }
    }

    /// Ends one theme; when it was the last one, the mandate ends with it.
    ///
    /// # Errors
    /// [`WrongStep`] unless the mandate is in force or held and the theme is still open.
    pub fn revoke_theme(mut self, theme: Theme, end: End) -> Result<Self, WrongStep> {
        let open = self.open_themes();
        let living = matches!(self.life, Life::Active { .. } | Life::Suspended { .. });
        if !living || !open.contains(&theme) {
            return Err(self.wrong(MandateStatus::Revoked));
        }
        self.ended_themes.insert(theme, end.clone());
        if open.len() == 1 { self.revoke(end) } else { Ok(self) }
    }

    /// Writes down that the end date has passed.
    ///
    /// # Errors
    /// [`WrongStep`] unless it was in force or held, or while its validity still holds.
    pub fn expire(self, now: Instant) -> Result<Self, WrongStep> {
        match self.life {
            Life::Active { consent } | Life::Suspended { consent, .. } if !consent.validity.holds_at(now) => {
                Ok(Self { life: Life::Expired { consent }, ..self })
            }
            _ => Err(self.wrong(MandateStatus::Expired)),
        }
    }

    const fn wrong(&self, to: MandateStatus) -> WrongStep {
        WrongStep { from: self.status(), to }
    }
}
