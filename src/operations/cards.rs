//! The stock of cards that show one-time codes: imported sealed, all or nothing, and looked through.

use std::collections::BTreeMap;

use crate::crypto::second_factor::TotpSecret;
use crate::domain::factor;
use crate::domain::factor::CardState;
use crate::domain::ids::AccountId;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::cards;

/// The label under which the secret of a card of the stock is sealed, under the system's key.
pub(super) const CARD_LABEL: &str = "card.totp";
/// The most cards of one import.
pub const MOST_CARDS: usize = 100_000;
/// How many cards a page shows.
pub const PAGE: usize = 50;

/// A card that is ready for the stock.
#[derive(Clone, Debug)]
pub struct NewCard {
    /// The number printed on it.
    pub serial: String,
    /// Its secret.
    pub secret: TotpSecret,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// A line of an import that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: u64,
    /// The key of the sentence: `columns`, `serial`, `secret`, `double`, `known`, `encoding`.
    pub key: &'static str,
    /// What stands there as number, where it is readable; never a secret.
    pub serial: String,
}

/// A card as operators see it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The number printed on it.
    pub serial: String,
    /// Where it is.
    pub state: CardState,
    /// To whom it was given.
    pub account: Option<AccountId>,
    /// Since when it is in this state.
    pub changed_at: Instant,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// Every card is in the stock.
    All(usize),
    /// None is: these lines do not fit.
    Nothing(Vec<BadLine>),
}

/// Reads a file of cards: lines of `serial,secret_base32`, commas or semicolons, a heading allowed.
///
/// # Errors
/// Every line that does not fit, where there is one; a file without a card has one bad line.
pub fn read(file: &[u8]) -> Result<Vec<NewCard>, Vec<BadLine>> {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    for (place, line) in file.split(|byte| *byte == b'\n').enumerate() {
        let number = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
        let Ok(text) = std::str::from_utf8(line) else {
            bad.push(BadLine { line: number, key: "encoding", serial: String::new() });
            continue;
        };
        let text = text.trim();
        if text.is_empty() || (place == 0 && text.to_ascii_lowercase().starts_with("serial")) {
            continue;
        }
        match read_line(text, number) {
            Err((key, serial)) => bad.push(BadLine { line: number, key, serial }),
            Ok(card) if seen.insert(card.serial.clone(), number).is_some() => {
                bad.push(BadLine { line: number, key: "double", serial: card.serial });
            }
            Ok(card) => good.push(card),
        }
    }
    if good.len() > MOST_CARDS {
        bad.push(BadLine { line: 0, key: "too-many", serial: String::new() });
    }
    if good.is_empty() && bad.is_empty() {
        bad.push(BadLine { line: 0, key: "empty", serial: String::new() });
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

fn read_line(text: &str, line: u64) -> Result<NewCard, (&'static str, String)> {
    let unquoted = |part: &str| part.trim().trim_matches('"').trim().to_owned();
    let parts: Vec<String> = text.split([',', ';']).map(unquoted).collect();
    let [serial, secret] = parts.as_slice() else {
        // What stands in such a line may be a secret: nothing of it is shown.
        return Err(("columns", String::new()));
    };
    let serial = factor::serial(serial).ok_or_else(|| ("serial", String::new()))?;
    let secret = TotpSecret::from_base32(secret).ok_or_else(|| ("secret", serial.clone()))?;
    Ok(NewCard { serial, secret, line })
}

/// Puts every card of a file into the stock, or none.
///
/// # Errors
/// A fault only: what does not fit is [`Imported::Nothing`].
pub async fn import(
    bench: &Bench,
    by: &OperatorActor,
    file: &[u8],
    request: Option<&str>,
) -> Result<Imported, Refusal> {
    let new = match read(file) {
        Ok(new) => new,
        Err(bad) => return Ok(Imported::Nothing(bad)),
    };
    let mut work = Work::begin(bench, request).await?;
    let system = data_keys::system(bench);
    let key = data_keys::require(bench, &mut work.tx, system).await?;
    let at = work.now;
    let mut known = Vec::new();
    for card in &new {
        let sealed = key.seal(CARD_LABEL, card.secret.as_bytes(), bench.random.as_ref())?;
        if !cards::insert(&mut work.tx, &card.serial, &sealed, at).await? {
            known.push(BadLine { line: card.line, key: "known", serial: card.serial.clone() });
        }
    }
    if !known.is_empty() {
        return Ok(Imported::Nothing(known));
    }
    let first = new.iter().map(|card| &card.serial).min().cloned().unwrap_or_default();
    let last = new.iter().map(|card| &card.serial).max().cloned().unwrap_or_default();
    let event = Event::CardImported { cards: u64::try_from(new.len()).unwrap_or(u64::MAX), first, last };
    let (work, _) = work.record(Line::new(event, operator_actor(by), system)).await?;
    work.commit().await?;
    Ok(Imported::All(new.len()))
}

/// Cards after this number, of one state or of all, at most [`PAGE`]; and whether there are more.
///
/// # Errors
/// As the database says.
pub async fn page(
    bench: &Bench,
    _: &OperatorActor,
    after: &str,
    state: Option<CardState>,
) -> Result<(Vec<Card>, bool), Refusal> {
    let mut tx = bench.db.read().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = cards::page(&mut tx, after, state, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let card = |row: cards::CardRow| Card {
        serial: row.serial,
        state: row.state,
        account: row.account,
        changed_at: row.changed_at,
    };
    Ok((rows.into_iter().map(card).collect(), more))
}

/// How many cards there are in each state.
///
/// # Errors
/// As the database says.
pub async fn counts(bench: &Bench, _: &OperatorActor) -> Result<Vec<(CardState, i64)>, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(cards::counts(&mut tx).await?)
}

/// Takes a card out of the stock for good: lost or broken before it was given.
///
/// # Errors
/// [`Refusal::Invalid`] for an unknown number (`serial`); [`Refusal::Conflict`] when it is not in the stock.
pub async fn withdraw(
    bench: &Bench,
    by: &OperatorActor,
    typed: &str,
    broken: bool,
    request: Option<&str>,
) -> Result<(), Refusal> {
    let serial = factor::serial(typed).ok_or_else(|| Refusal::field("serial", "unknown"))?;
    let mut work = Work::begin(bench, request).await?;
    let card = cards::find(&mut work.tx, &serial).await?;
    let card = card.ok_or_else(|| Refusal::field("serial", "unknown"))?;
    let (at, to) = (work.now, if broken { CardState::Broken } else { CardState::Lost });
    if card.state != CardState::Stock || !cards::leave(&mut work.tx, &serial, to, at).await? {
        return Err(Refusal::Conflict("card-not-in-stock"));
    }
    let system = data_keys::system(bench);
    let event = Event::CardWithdrawn { card: serial, why: to.as_str().to_owned() };
    let (work, _) = work.record(Line::new(event, operator_actor(by), system)).await?;
    work.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn a_file_is_read_with_heading_blanks_and_either_sign() {
        let file =
            format!("\u{feff}serial,secret_base32\r\nGI-001,{SECRET}\r\n\r\n\"GI 002\";\"{SECRET}\"\r\n");
        let cards = read(file.as_bytes()).expect("two cards");
        let serials: Vec<&str> = cards.iter().map(|card| card.serial.as_str()).collect();
        assert_eq!(serials, ["GI001", "GI002"]);
    }

    #[test]
    fn every_bad_line_is_named_and_no_secret_is_shown() {
        let mut file =
            format!("GI001,{SECRET}\nGI001,{SECRET}\nGI002\nGI003,short\n!,{SECRET}\na,b,{SECRET}\n")
                .into_bytes();
        file.extend_from_slice(b"\xff\xfe\n");
        let bad = read(&file).expect_err("bad lines");
        let found: Vec<(u64, &str)> = bad.iter().map(|bad| (bad.line, bad.key)).collect();
        let wanted =
            [(2, "double"), (3, "columns"), (4, "secret"), (5, "serial"), (6, "columns"), (7, "encoding")];
        assert_eq!(found, wanted);
        assert!(!format!("{bad:?}").contains(SECRET));
        assert_eq!(read(b"\n \n").expect_err("empty")[0].key, "empty");
    }
}
