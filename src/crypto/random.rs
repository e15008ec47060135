//! The system's source of randomness, and bearer values drawn from any source.

use ring::rand::SecureRandom;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::crypto::hash::b64;
use crate::domain::ids::Random;

/// The operating system's random source.
#[derive(Clone, Debug)]
pub struct SystemRandom(ring::rand::SystemRandom);

impl SystemRandom {
    /// The source; it holds no state of its own.
    pub fn new() -> Self {
        Self(ring_source())
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    /// Ends the process when the operating system has no randomness to give: going on would mean guessable secrets.
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// The same source for the signatures of `ring`, which take no other.
#[expect(clippy::disallowed_methods, reason = "the one place where the operating system's source is named")]
pub(super) fn ring_source() -> ring::rand::SystemRandom {
    ring::rand::SystemRandom::new()
}

/// `bytes` random bytes as base64url without padding: a link, a code, a session id. At least 16 bytes for a bearer value.
pub fn random_token(random: &dyn Random, bytes: usize) -> String {
    let mut drawn = Zeroizing::new(vec![0; bytes]);
    random.fill(&mut drawn);
    b64(&drawn)
}

/// A bearer value of 32 random bytes that does not print.
pub fn secret_token(random: &dyn Random) -> SecretString {
    SecretString::from(random_token(random, 32))
}

/// `digits` decimal digits without bias (at most 18): what a person types, such as a pairing code.
pub fn random_digits(random: &dyn Random, digits: u32) -> String {
    let digits = digits.min(18);
    let bound = 10_u64.pow(digits);
    let fair = u64::MAX - u64::MAX % bound;
    loop {
        let mut bytes = [0; 8];
        random.fill(&mut bytes);
        let drawn = u64::from_be_bytes(bytes);
        if drawn < fair {
            return format!("{:0width$}", drawn % bound, width = digits as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_asked_entropy_and_differ() {
        let random = SystemRandom::new();
        let one = random_token(&random, 32);
        assert_eq!(one.len(), 43);
        assert_ne!(one, random_token(&random, 32));
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    }

    #[test]
    fn digits_keep_their_leading_zeros() {
        struct Zero;
        impl Random for Zero {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        assert_eq!(random_digits(&Zero, 6), "000000");
        let drawn = random_digits(&SystemRandom::new(), 6);
        assert!(drawn.len() == 6 && drawn.bytes().all(|byte| byte.is_ascii_digit()));
    }
}
