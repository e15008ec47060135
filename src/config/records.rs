//! `[authority]`, `[retention]` and `[signs]`: who approves readings, how long what is written is kept, and from when on a
//! pattern is a sign of abuse.

use std::time::Duration;

use crate::config::reader::Reader;

const DAY: Duration = Duration::from_secs(86_400);
/// Five years, the civil limitation (Code civil, art. 2224), after the end of a mandate of a year at most.
const LEAST_PAYLOADS: u32 = 2_192;
const AGE: u32 = 36_525;

/// Rules among agents of authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorities {
    /// A reading by national oversight needs a second agent.
    pub four_eyes: bool,
}

impl Authorities {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self { four_eyes: reader.switch("authority", "four_eyes")? })
    }
}

/// How long what is written is kept, by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Contents of the ledger's lines; leaves, order and proofs stay for ever.
    pub payloads: Duration,
    /// From the end of the last mandate to an erasure that was asked for.
    pub erasure: Duration,
    /// Persons of whom nothing was written for so long.
    pub persons: Duration,
    /// What a refused or lapsed draft leaves behind.
    pub drafts: Duration,
    /// Messages that were sent.
    pub messages: Duration,
    /// Tokens after their end.
    pub tokens: Duration,
    /// Orientations to places.
    pub orientations: Duration,
    /// Signs of abuse after they were closed.
    pub signs: Duration,
}

impl Retention {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let mut days =
            |key: &str, least: u32, most: u32| reader.span("retention", key, DAY * least..=DAY * most);
        let payloads = days("payloads", LEAST_PAYLOADS, AGE);
        let erasure = days("erasure", 1, AGE);
        let persons = days("persons", LEAST_PAYLOADS, AGE);
        let drafts = days("drafts", 1, 366);
        let messages = days("messages", 1, 90);
        let tokens = days("tokens", 1, 366);
        let orientations = days("orientations", 30, AGE);
        let signs = days("signs", 30, AGE);
        Some(Self {
            payloads: payloads?,
            erasure: erasure?,
            persons: persons?,
            drafts: drafts?,
            messages: messages?,
            tokens: tokens?,
            orientations: orientations?,
            signs: signs?,
        })
    }
}

/// From how many on a pattern is a sign worth an operator's look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    /// Mandates approved with one aidant within an hour.
    pub grants_per_hour: u32,
    /// Mandates approved with one aidant in one night.
    pub grants_per_night: u32,
    /// The hour in Paris at which the night begins.
    pub night_from: u8,
    /// The hour at which it is over.
    pub night_until: u8,
    /// Persons with the same address or number.
    pub persons_per_contact: u32,
    /// Organisations at which one person has mandates in force.
    pub organisations_per_person: u32,
}

impl Signs {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let grants_per_hour = reader.number("signs", "grants_per_hour", 2..=1_000);
        let grants_per_night = reader.number("signs", "grants_per_night", 1..=1_000);
        let night_from = reader.number("signs", "night_from", 18..=23);
        let night_until = reader.number("signs", "night_until", 1..=9);
        let persons_per_contact = reader.number("signs", "persons_per_contact", 2..=1_000);
        let organisations_per_person = reader.number("signs", "organisations_per_person", 2..=1_000);
        Some(Self {
            grants_per_hour: grants_per_hour?,
            grants_per_night: grants_per_night?,
            night_from: night_from?,
            night_until: night_until?,
            persons_per_contact: persons_per_contact?,
            organisations_per_person: organisations_per_person?,
        })
    }
}
