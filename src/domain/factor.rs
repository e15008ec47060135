//! Second factors of professionals, the cards they are printed on, and the links by which one enrols her own.

use crate::domain::ids::AccountId;
use crate::domain::ids::FactorId;
use crate::domain::private::Private;
use crate::domain::text_enum;
use crate::domain::time::Instant;

text_enum! {
    /// What a second factor is.
    FactorKind {
        /// An application that shows one-time codes (RFC 6238).
        TotpApp => "totp_app",
        /// A card that shows them.
        TotpCard => "totp_card",
        /// A passkey (Web Authentication), with user verification.
        Passkey => "passkey",
    }
}

text_enum! {
    /// Whether a second factor opens anything.
    FactorState {
        /// A card that was given and whose holder has shown no code of it yet.
        Pending => "pending",
        /// In use.
        Active => "active",
        /// Never again.
        Ended => "ended",
    }
}

text_enum! {
    /// Why a second factor ended.
    FactorEnd {
        /// Its holder took it away.
        Removed => "removed",
        /// A card nobody can find.
        Lost => "lost",
        /// A card that shows nothing, or nothing right.
        Broken => "broken",
        /// A card that came back.
        Returned => "returned",
        /// Every factor of the account was ended.
        Reset => "reset",
        /// A passkey whose counter went back: there may be a copy of it.
        Cloned => "cloned",
    }
}

text_enum! {
    /// Where a card is.
    CardState {
        /// In the stock: it can be given.
        Stock => "stock",
        /// Somebody has, or had until it ended, it as second factor.
        Given => "given",
        /// Reported lost.
        Lost => "lost",
        /// Reported broken.
        Broken => "broken",
        /// Came back; it is not given again, since somebody knew its codes.
        Returned => "returned",
    }
}

text_enum! {
    /// What a link to an account is for.
    LinkPurpose {
        /// The first second factor of a new account.
        Activate => "activate",
        /// A new one after a reset.
        Recover => "recover",
    }
}

text_enum! {
    /// How far the reset of an account's second factors is.
    ResetState {
        /// Asked; a second person has not answered yet.
        Waiting => "waiting",
        /// Done.
        Confirmed => "confirmed",
        /// Answered with no.
        Refused => "refused",
    }
}

text_enum! {
    /// What its holder is told happened to a second factor.
    FactorChange {
        /// It was added.
        Added => "added",
        /// A card was given to her, and waits for its first code.
        Given => "given",
        /// It opens nothing any more.
        Ended => "ended",
        /// A passkey's counter went back: it was refused and ended.
        Cloned => "cloned",
        /// Every factor was ended.
        Reset => "reset",
        /// Somebody asked that every factor be ended.
        ResetAsked => "reset_asked",
    }
}

/// A second factor as its holder, her referent and operators may see it: never its secret.
#[derive(Clone, Debug)]
pub struct Factor {
    /// Its identifier.
    pub id: FactorId,
    /// Whose.
    pub account: AccountId,
    /// What it is.
    pub kind: FactorKind,
    /// Whether it opens anything.
    pub state: FactorState,
    /// The name its holder gave it.
    pub label: Option<Private<String>>,
    /// The number printed on a card.
    pub serial: Option<String>,
    /// Since when.
    pub created_at: Instant,
    /// When it was last used.
    pub last_used_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

/// The most second factors one account has at a time.
pub const MOST_FACTORS: usize = 10;
/// The most applications and cards among them: each more is one more right code at any moment.
pub const MOST_CODES: usize = 3;
/// The longest name of a factor, in characters.
pub const LONGEST_LABEL: usize = 60;

/// A card's number as it is looked up: letters and digits, upper case; `None` if it cannot be one.
pub fn serial(typed: &str) -> Option<String> {
    let plain: String = typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '.'))
        .map(|sign| sign.to_ascii_uppercase())
        .collect();
    let fits = (3..=32).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(plain)
}

/// A name for a factor: trimmed, white space squeezed; `None` when it is empty, too long or holds control or direction signs.
pub fn label(typed: &str) -> Option<String> {
    let plain = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let hidden = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let count = plain.chars().count();
    (count > 0 && count <= LONGEST_LABEL && !plain.chars().any(hidden)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_found_however_it_is_typed() {
        for typed in ["gi-2024 0017", "GI20240017", " gi.2024.0017 "] {
            assert_eq!(serial(typed).as_deref(), Some("GI20240017"), "{typed}");
        }
        for wrong in ["", "ab", "a;b;c", "é1234", &"1".repeat(33)] {
            assert_eq!(serial(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_label_is_a_few_plain_words() {
        assert_eq!(label("  Mon   téléphone ").as_deref(), Some("Mon téléphone"));
        for wrong in ["", "  ", "a\u{202e}b", "a\u{0}b", &"x".repeat(61)] {
            assert_eq!(label(wrong), None, "{wrong:?}");
        }
    }
}
