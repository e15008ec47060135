//! Codes that are printed and typed again from paper: a hundred bits in groups, forgiving of look-alikes.

use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 20 signs of five bits: a hundred bits.
const SIGNS: usize = 20;
const GROUP: usize = 5;

/// A fresh code as printed: four groups of five signs, `7K2PX-…`.
pub fn fresh(random: &dyn Random) -> String {
    let bytes = random_bytes::<SIGNS>(random);
    // 256 is a multiple of 32: every sign is equally likely.
    let signs: Vec<char> = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from))
        .collect();
    signs.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as typed, in the form it is hashed in: capital signs only, look-alikes put right. `None` if it cannot be one.
pub fn normal(typed: &str) -> Option<String> {
    if typed.len() > 100 {
        return None;
    }
    let signs = typed
        .chars()
        .filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '.' | '\u{2010}'..='\u{2015}'));
    let normal: String = signs
        .map(|sign| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let known = |byte: u8| ALPHABET.contains(&byte);
    (normal.len() == SIGNS && normal.bytes().all(known)).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU8;
    use std::sync::atomic::Ordering;

    struct Steps(AtomicU8);

    impl Random for Steps {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(37, Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn a_code_is_found_however_it_was_typed() {
        let source = Steps(AtomicU8::new(0));
        let code = fresh(&source);
        assert_eq!(code.len(), 23);
        assert_ne!(fresh(&source), code);
        let read = normal(&code).expect("a code");
        let typed =
            format!(" {} ", code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(normal(&typed), Some(read));
        assert_eq!(normal(&code[1..]), None);
        assert_eq!(normal(&code.replace('-', "U")), None);
        assert_eq!(normal(&"0".repeat(5_000)), None);
    }
}
