//! Files of organisations and aidants: which columns they have, where a file stands, and what can be wrong with a line.

use crate::domain::text_enum;

text_enum! {
    /// What a file holds.
    ImportKind {
        /// One organisation a line.
        Organisations => "organisations",
        /// One aidant in one organisation a line.
        Aidants => "aidants",
    }
}

text_enum! {
    /// Where a file is.
    ImportState {
        /// It waits to be checked.
        Waiting => "waiting",
        /// Every line was looked at.
        Checked => "checked",
        /// It waits to be read in.
        Confirmed => "confirmed",
        /// All of it was read in.
        Applied => "applied",
        /// An operator put it aside.
        Dropped => "dropped",
    }
}

/// The most lines of one file, its head not counted.
pub const MOST_LINES: u64 = 100_000;
/// The most bytes of one file.
pub const MOST_BYTES: usize = 24 * 1024 * 1024;

impl ImportKind {
    /// The columns a file must have.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Organisations => &["siret", "nom", "type", "adresse"],
            Self::Aidants => &["siret", "prenom", "nom", "email", "fonction"],
        }
    }

    /// The columns a file may have; the last ones are written by an export and not read.
    pub const fn more_columns(self) -> &'static [&'static str] {
        match self {
            Self::Organisations => {
                &["referent_prenom", "referent_nom", "referent_email", "departement", "statut"]
            }
            Self::Aidants => &["statut", "fin"],
        }
    }
}

text_enum! {
    /// What is wrong with a value.
    FaultKind {
        /// Nothing stands there.
        Missing => "missing",
        /// More characters than fit.
        TooLong => "too-long",
        /// Signs that hide or turn what is read.
        Signs => "signs",
        /// No SIRET, or a wrong key.
        Siret => "siret",
        /// No type of the list.
        Kind => "kind",
        /// An address without a French postcode.
        Address => "address",
        /// No address of e-mail.
        Email => "email",
        /// An organisation has this SIRET.
        SiretKnown => "siret-known",
        /// No organisation has this SIRET.
        SiretUnknown => "siret-unknown",
        /// An earlier line says the same.
        Twice => "twice",
        /// She is in this organisation already.
        AlreadyHere => "already-here",
        /// A referent is named in part only.
        ReferentPart => "referent-part",
        /// The line has another number of values than the head.
        Width => "width",
        /// The bytes are no UTF-8.
        Encoding => "encoding",
        /// A column that must be there is not.
        ColumnMissing => "column-missing",
        /// A column nobody knows.
        ColumnUnknown => "column-unknown",
        /// A column that stands twice.
        ColumnTwice => "column-twice",
        /// Nothing but the head, or not even that.
        Empty => "empty",
        /// More lines than are taken.
        TooMany => "too-many",
    }
}

/// One thing that is wrong, where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file, the head being line 1.
    pub line: u64,
    /// The column's name; empty for the whole line.
    pub column: String,
    /// What is wrong.
    pub kind: FaultKind,
    /// The earlier line that says the same.
    pub earlier: Option<u64>,
}

/// A value made harmless for a program that would compute it: an apostrophe before what begins a formula.
pub fn harmless(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_owned() }
}

/// The value behind [`harmless`].
pub fn plain(value: &str) -> &str {
    value.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_words_and_comes_back() {
        for formula in ["=1+1", "+33 3", "-x", "@SUM(A1)"] {
            let safe = harmless(formula);
            assert!(safe.starts_with('\''), "{safe}");
            assert_eq!(plain(&safe), formula);
        }
        assert_eq!(harmless("CCAS"), "CCAS");
        assert_eq!(plain("'s Graveland"), "'s Graveland");
    }
}
