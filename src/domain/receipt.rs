//! What an administration reports was done during an act.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::text_enum;
use crate::domain::time::Instant;

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 200;
/// The longest reference, in characters.
pub const LONGEST_REFERENCE: usize = 100;

text_enum! {
    /// What kind of thing was done.
    ReceiptKind {
        /// A request or declaration was sent.
        Submitted => "submitted",
        /// Something was looked at.
        Consulted => "consulted",
        /// Something the administration knows was changed.
        Changed => "changed",
        /// Money was paid.
        Paid => "paid",
        /// Anything else; the label says what.
        Other => "other",
    }
}

/// One report, as it is checked and kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What kind of thing was done.
    pub kind: ReceiptKind,
    /// What, in the administration's words; one line of at most [`LONGEST_LABEL`] characters.
    pub label: String,
    /// The administration's own reference of it.
    pub reference: Option<String>,
    /// When it was done.
    pub at: Instant,
}

/// Whether `text` is one printable line of 1 to `longest` characters.
pub fn is_line(text: &str, longest: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_printable_and_short() {
        assert!(is_line("Déclaration de ressources 2026", LONGEST_LABEL));
        for wrong in ["", "  ", "a\nb", "a\u{7}", &"x".repeat(LONGEST_LABEL + 1)] {
            assert!(!is_line(wrong, LONGEST_LABEL), "{wrong:?}");
        }
    }
}
