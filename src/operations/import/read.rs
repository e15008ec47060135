//! A file of comma or semicolon separated values, line by line: its head, its separator, its encoding.

use std::collections::BTreeMap;

use csv::ByteRecord;
use csv::Reader;
use csv::ReaderBuilder;

use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::domain::import::plain;

/// The lines of a file behind its head.
pub(super) struct Lines<'a> {
    reader: Reader<&'a [u8]>,
    columns: BTreeMap<&'static str, usize>,
    width: usize,
    record: ByteRecord,
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

/// One line: its number, and its values by column.
pub(super) struct Values {
    pub(super) line: u64,
    by_column: BTreeMap<&'static str, String>,
}

impl Values {
    /// The value of a column, trimmed; empty where the file does not have the column.
    pub(super) fn of(&self, column: &str) -> &str {
        self.by_column.get(column).map_or("", String::as_str)
    }
}

fn fault(line: u64, column: &str, kind: FaultKind) -> Fault {
    Fault { line, column: column.to_owned(), kind, earlier: None }
}

/// Whichever of `;` and `,` stands more often in the head separates.
fn opened(bytes: &[u8]) -> Reader<&[u8]> {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| head.iter().filter(|byte| **byte == sign).count();
    let separator = if count(b';') >= count(b',') { b';' } else { b',' };
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes)
}

impl<'a> Lines<'a> {
    /// Reads the head.
    pub(super) fn open(kind: ImportKind, bytes: &'a [u8]) -> Result<Self, Vec<Fault>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = opened(bytes);
        let mut record = ByteRecord::new();
        if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
            return Err(vec![fault(1, "", FaultKind::Empty)]);
        }
        let mut faults = Vec::new();
        let mut columns = BTreeMap::new();
        let known = || kind.columns().iter().chain(kind.more_columns());
        for (place, cell) in record.iter().enumerate() {
            let Ok(name) = std::str::from_utf8(cell) else {
                faults.push(fault(1, "", FaultKind::Encoding));
                continue;
            };
            let name = name.trim().to_lowercase();
            match known().find(|known| **known == name) {
                Some(known) => {
                    if columns.insert(*known, place).is_some() {
                        faults.push(fault(1, &name, FaultKind::ColumnTwice));
                    }
                }
                // A separator at the end of the head makes one nameless column.
                None if name.is_empty() && place + 1 == record.len() => {}
                None => {
                    let shown: String = name.chars().filter(|sign| !sign.is_control()).take(60).collect();
                    faults.push(fault(1, &shown, FaultKind::ColumnUnknown));
                }
            }
        }
        for column in kind.columns().iter().filter(|column| !columns.contains_key(*column)) {
            faults.push(fault(1, column, FaultKind::ColumnMissing));
        }
        let width = record.len();
        if faults.is_empty() {
            Ok(Self { reader, columns, width, record, bytes, counted: 0, line: 1 })
        } else {
            Err(faults)
        }
    }

    /// The next line; `None` at the end of the file.
    pub(super) fn next_line(&mut self) -> Option<Result<Values, Vec<Fault>>> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(_) => {
                    return Some(Err(vec![fault(self.reader.position().line(), "", FaultKind::Encoding)]));
                }
            }
            let line = self.line();
            // A line of separators alone is what spreadsheets leave behind.
            if !self.record.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
                return Some(self.values(line));
            }
        }
    }

    /// The line on which the present record begins; the reader's own count is one behind where lines end with two signs.
    fn line(&mut self) -> u64 {
        let at = self.record.position().map_or(0, csv::Position::byte);
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(self.bytes.len());
        let blank = self.bytes.iter().skip(at).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.counted..at + blank).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.counted = at + blank;
        self.line
    }

    fn values(&self, line: u64) -> Result<Values, Vec<Fault>> {
        if self.record.len() != self.width {
            return Err(vec![fault(line, "", FaultKind::Width)]);
        }
        let mut by_column = BTreeMap::new();
        let mut faults = Vec::new();
        for (column, place) in &self.columns {
            match std::str::from_utf8(self.record.get(*place).unwrap_or_default()) {
                Ok(value) => drop(by_column.insert(*column, plain(value.trim()).to_owned())),
                Err(_) => faults.push(fault(line, column, FaultKind::Encoding)),
            }
        }
        if faults.is_empty() { Ok(Values { line, by_column }) } else { Err(faults) }
    }
}
