//! What is kept to ask the person of one draft: whom we expect, where she is reached, the code, the texts that went out.

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::hash::same;
use crate::domain::asking::CODE_DIGITS;
use crate::domain::asking::Contacts;
use crate::domain::asking::DraftEnd;
use crate::domain::asking::Expected;
use crate::domain::asking::SentText;
use crate::domain::asking::TRIES;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Mandate;
use crate::domain::private::Private;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::askings;
use crate::storage::askings::AskingRow;
use crate::storage::db::Tx;
use crate::storage::mandates;

/// The label under which the notes of an asking are sealed.
const ASKING_LABEL: &str = "asking";
/// The label of the keyed hash of a telephone number.
pub const PHONE_LOOKUP: &str = "asking.phone";
/// The label of the keyed hash of an e-mail address.
pub const EMAIL_LOOKUP: &str = "asking.email";

/// What is sealed with an asking.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Notes {
    /// Whom the aidant expects at the other end of the link.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// Where she is reached.
    #[serde(default)]
    pub contacts: Contacts,
    /// The pairing code, for the aidant to tell; or the posted code, for the letter.
    #[serde(default)]
    pub code: Option<Private<String>>,
    /// The exact text, of a declared person: it is fixed when it is first sent.
    #[serde(default)]
    pub text: Option<Private<String>>,
    /// What went out, byte for byte.
    #[serde(default)]
    pub messages: Vec<SentText>,
}

/// The asking of one draft.
#[derive(Clone, Debug)]
pub struct Asking {
    /// How far it has come.
    pub row: AskingRow,
    /// What is known; empty once the draft is over.
    pub notes: Notes,
}

/// What a code was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The right one.
    Right,
    /// A wrong one; so many tries are left.
    Wrong {
        /// At least one.
        left: u64,
    },
    /// A wrong one, and it was the last try.
    Dead,
}

impl Asking {
    /// How many tries are left.
    pub fn left(&self) -> u64 {
        u64::try_from(TRIES - self.row.tries).unwrap_or(0)
    }

    /// Judges a code in constant time; a wrong one is counted in `row`, for the caller to save.
    pub fn judge(&mut self, bench: &Bench, code: &str) -> Judged {
        if same(&self.row.code_hash, &code_hash(bench, self.row.mandate, code)) {
            return Judged::Right;
        }
        self.row.tries += 1;
        match self.left() {
            0 => Judged::Dead,
            left => Judged::Wrong { left },
        }
    }
}

/// The asking of a draft; none where the person is at the desk with FranceConnect.
///
/// # Errors
/// When what is sealed does not open.
pub async fn find(bench: &Bench, tx: &mut Tx, mandate: MandateId) -> Result<Option<Asking>, Refusal> {
    let Some(row) = askings::find(tx, mandate).await? else { return Ok(None) };
    let key = data_keys::open(bench, tx, row.data_key).await?;
    let notes = match (&row.sealed, key) {
        (Some(sealed), Some(key)) => serde_json::from_slice(&key.open(ASKING_LABEL, sealed)?)?,
        _ => Notes::default(),
    };
    Ok(Some(Asking { row, notes }))
}

/// The asking of a draft that must have one.
///
/// # Errors
/// A fault when there is none.
pub async fn require(bench: &Bench, tx: &mut Tx, mandate: MandateId) -> Result<Asking, Refusal> {
    find(bench, tx, mandate).await?.ok_or_else(|| Refusal::fault("a draft without its asking"))
}

/// Adds an asking.
///
/// # Errors
/// As the database says.
pub async fn add(work: &mut Work<'_>, mut asking: Asking) -> Result<(), Refusal> {
    let lookup = &work.bench.lookup;
    let hash = |label, value: &Option<Private<String>>| {
        value.as_ref().map(|value| lookup.hash(label, value.show()).to_vec())
    };
    let email = hash(EMAIL_LOOKUP, &asking.notes.contacts.email);
    let phone = hash(PHONE_LOOKUP, &asking.notes.contacts.phone);
    asking.row.sealed = Some(seal(work, &asking).await?);
    Ok(askings::insert(&mut work.tx, &asking.row, email, phone).await?)
}

/// Writes how far an asking has come, and what is known for it.
///
/// # Errors
/// As the database says.
pub async fn save(work: &mut Work<'_>, mut asking: Asking) -> Result<(), Refusal> {
    asking.row.sealed = Some(seal(work, &asking).await?);
    Ok(askings::save(&mut work.tx, &asking.row).await?)
}

async fn seal(work: &mut Work<'_>, asking: &Asking) -> Result<Vec<u8>, Refusal> {
    let key = data_keys::require(work.bench, &mut work.tx, asking.row.data_key).await?;
    Ok(key.seal(ASKING_LABEL, &serde_json::to_vec(&asking.notes)?, work.bench.random.as_ref())?)
}

/// Ends a draft without the person's answer: nothing opens it any more, and what was known for asking her is forgotten. Gives
/// the event to record.
///
/// # Errors
/// [`Refusal::Conflict`] once it was decided.
pub async fn end(work: &mut Work<'_>, mandate: Mandate, why: DraftEnd) -> Result<Event, Refusal> {
    let now = work.now;
    let lapsed = mandate.lapse(now)?;
    mandates::save(&mut work.tx, &lapsed).await?;
    mandates::decided(&mut work.tx, lapsed.id, now).await?;
    askings::over(&mut work.tx, lapsed.id, Some(why)).await?;
    Ok(Event::MandateLapsed { reason: why.as_str().to_owned() })
}

/// The keyed hash of a code of one draft.
pub fn code_hash(bench: &Bench, mandate: MandateId, code: &str) -> [u8; 32] {
    bench.lookup.hash("asking.code", &format!("{mandate}:{code}"))
}

/// A code as typed: six digits, whatever stands between them. `None` for anything else, which is no try.
pub fn typed_code(typed: &str) -> Option<String> {
    let digits: String = typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '.' | '\u{2010}'..='\u{2015}'))
        .collect();
    let wanted = usize::try_from(CODE_DIGITS).unwrap_or(usize::MAX);
    (digits.len() == wanted && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_however_they_are_grouped() {
        for typed in ["042137", " 042 137 ", "04-21-37", "042\u{a0}137"] {
            assert_eq!(typed_code(typed).as_deref(), Some("042137"), "{typed}");
        }
        for wrong in ["", "04213", "0421377", "04213x", "०४२१३७"] {
            assert_eq!(typed_code(wrong), None, "{wrong}");
        }
    }
}
