//! The reference number of a request: short enough to read over the telephone, the same on the page and in the log.

use std::fmt;

use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;

/// Crockford's base 32: no I, L, O or U, which are misread.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// Ten characters in two groups, `4K7XM-9Q2TB`: 50 random bits that name a request and mean nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// A new number.
    pub fn fresh(random: &dyn Random) -> Self {
        let mut text = String::with_capacity(11);
        for (index, byte) in random_bytes::<10>(random).into_iter().enumerate() {
            if index == 5 {
                text.push('-');
            }
            text.extend(ALPHABET.get(usize::from(byte & 31)));
        }
        Self(text)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(index * 27 % 256).expect("below 256");
            }
        }
    }

    #[test]
    fn a_number_has_two_groups_of_five_readable_characters() {
        let reference = Reference::fresh(&Counting);
        assert_eq!(reference.as_str(), "0VPHC-72XRK");
        assert!(!reference.as_str().contains(['I', 'L', 'O', 'U']));
    }
}
