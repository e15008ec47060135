//! One-time codes of an app or a card (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), each usable once.

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::hash::same;
use crate::domain::ids::Random;
use crate::domain::time::Instant;

const STEP_SECONDS: i64 = 30;
const SKEW: i64 = 1;
const SHORTEST: usize = 16;

/// The secret shared with an app or a card. It never prints and is wiped from memory.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<Vec<u8>>);

/// What became of a presented code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorCheck {
    /// Right and new; `step` is to be stored as the last used one, in the same transaction.
    Accepted {
        /// The 30-second step the code belongs to.
        step: i64,
        /// How many steps the clock that showed it is ahead of ours.
        drift: i64,
    },
    /// Not a code of this moment.
    Wrong,
    /// Right, but it or a later one was already used.
    AlreadyUsed {
        /// From when on the app shows a code that will do.
        next_at: Instant,
    },
}

/// What is known of the clock behind a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The newest step whose code was accepted.
    pub last_step: Option<i64>,
    /// How many steps it was ahead of ours then.
    pub drift: i64,
    /// How many steps more or less are accepted now.
    pub window: i64,
}

impl TotpSecret {
    /// A new secret of 20 bytes (RFC 4226 section 4).
    pub fn fresh(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new(vec![0; 20]);
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// From its bytes; `None` when fewer than 16 (RFC 4226 section 4, R6).
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= SHORTEST).then(|| Self(Zeroizing::new(bytes.to_vec())))
    }

    /// Reads base32 as printed on cards: case, blanks, hyphens and padding do not matter.
    pub fn from_base32(text: &str) -> Option<Self> {
        let plain: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|c| !c.is_whitespace() && *c != '-' && *c != '=')
                .collect::<String>()
                .to_ascii_uppercase(),
        );
        let secret = totp_rs::Secret::try_from_base32(plain.as_str()).ok()?;
        Self::from_bytes(secret.as_ref())
    }

    /// The bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Base32 without padding, for somebody who types it.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.shared().to_base32())
    }

    /// The `otpauth://` address behind an enrolment QR code; `None` when `account` is empty.
    pub fn url(&self, issuer: &str, account: &str) -> Option<Zeroizing<String>> {
        totp_rs::Builder::new()
            .with_secret(self.shared())
            .with_issuer(Some(issuer.replace(':', " ")))
            .with_account_name(account.replace(':', " "))
            .build()
            .ok()?
            .to_url()
            .ok()
            .map(Zeroizing::new)
    }

    /// The code shown at `now`.
    pub fn code_at(&self, now: Instant) -> String {
        self.code(step_of(now))
    }

    /// Judges a typed code; blanks in it do not matter, one step early or late is accepted. `last_step` is the last
    /// used one of this secret.
    pub fn check(&self, typed: &str, now: Instant, last_step: Option<i64>) -> FactorCheck {
        self.check_at(typed, now, Pace { last_step, drift: 0, window: SKEW })
    }

    /// As [`TotpSecret::check`], for a clock that is not quite ours (RFC 6238 section 6); where several steps of the window
    /// have this code, the nearest counts.
    pub fn check_at(&self, typed: &str, now: Instant, pace: Pace) -> FactorCheck {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let middle = step_of(now) + pace.drift;
        let mut matched: Option<i64> = None;
        for step in middle - pace.window..=middle + pace.window {
            let nearer = matched.is_none_or(|known| (step - middle).abs() < (known - middle).abs());
            if same(self.code(step).as_bytes(), typed.as_bytes()) && nearer {
                matched = Some(step);
            }
        }
        match (matched, pace.last_step) {
            (None, _) => FactorCheck::Wrong,
            (Some(step), Some(last)) if step <= last => FactorCheck::AlreadyUsed {
                next_at: Instant::from_seconds((last + 1 - pace.drift) * STEP_SECONDS).max(now),
            },
            (Some(step), _) => FactorCheck::Accepted { step, drift: step - step_of(now) },
        }
    }

    fn code(&self, step: i64) -> String {
        let totp = totp_rs::Builder::new().with_secret(self.shared()).build_noncompliant();
        totp.generate(u64::try_from(step * STEP_SECONDS).unwrap_or(0)).to_string()
    }

    fn shared(&self) -> totp_rs::Secret {
        totp_rs::Secret::from(self.0.to_vec())
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

const fn step_of(now: Instant) -> i64 {
    now.seconds().div_euclid(STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").expect("long enough")
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret().code_at(Instant::from_seconds(seconds)), code);
        }
    }

    #[test]
    fn one_step_early_or_late_passes_two_do_not() {
        let now = Instant::from_seconds(1_795_000_000);
        let code = secret().code_at(now);
        for (offset, accepted) in [(-60_i64, false), (-30, true), (0, true), (30, true), (60, false)] {
            let then = Instant::from_seconds(now.seconds() + offset);
            let check = secret().check(&code, then, None);
            assert_eq!(
                matches!(check, FactorCheck::Accepted { step, .. } if step == step_of(now)),
                accepted,
                "{offset}"
            );
        }
        assert_eq!(secret().check("", now, None), FactorCheck::Wrong);
        assert_eq!(secret().check("00000000", now, None), FactorCheck::Wrong);
    }

    #[test]
    fn a_code_serves_once_and_the_wait_is_told() {
        let now = Instant::from_seconds(1_795_000_007);
        let code = secret().code_at(now);
        let FactorCheck::Accepted { step, .. } =
            secret().check(&format!(" {} {} ", &code[..3], &code[3..]), now, None)
        else {
            panic!("the first use is accepted");
        };
        let FactorCheck::AlreadyUsed { next_at } = secret().check(&code, now, Some(step)) else {
            panic!("the second use is refused");
        };
        assert_eq!(next_at.seconds() % 30, 0);
        assert!(next_at > now && next_at.since(now) <= Duration::from_secs(30));
        let next = secret().code_at(next_at);
        assert_eq!(
            secret().check(&next, next_at, Some(step)),
            FactorCheck::Accepted { step: step + 1, drift: 0 }
        );
    }

    #[test]
    fn a_slow_card_is_followed_and_its_codes_still_serve_once() {
        let now = Instant::from_seconds(1_795_000_007);
        let shown = |now: Instant| secret().code_at(Instant::from_seconds(now.seconds() - 4 * 30));
        let wide = Pace { last_step: None, drift: 0, window: 10 };
        assert_eq!(secret().check(&shown(now), now, None), FactorCheck::Wrong);
        let FactorCheck::Accepted { step, drift } = secret().check_at(&shown(now), now, wide) else {
            panic!("within the window");
        };
        assert_eq!((step, drift), (step_of(now) - 4, -4));
        let pace = Pace { last_step: Some(step), drift, window: 1 };
        let FactorCheck::AlreadyUsed { next_at } = secret().check_at(&shown(now), now, pace) else {
            panic!("the second use is refused");
        };
        assert!(next_at > now && next_at.since(now) <= Duration::from_secs(30));
        assert_eq!(
            secret().check_at(&shown(next_at), next_at, pace),
            FactorCheck::Accepted { step: step + 1, drift: -4 }
        );
        assert_eq!(secret().check_at(&secret().code_at(now), now, pace), FactorCheck::Wrong);
        assert_eq!(secret().check_at(&shown(now), now, Pace { window: 3, ..wide }), FactorCheck::Wrong);
    }

    #[test]
    fn base32_comes_back_however_it_is_typed() {
        let text = secret().to_base32();
        assert_eq!(text.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let typed = "gezd gnbv-gy3t qojq gezd gnbv gy3t qojq==";
        assert_eq!(TotpSecret::from_base32(typed).expect("reads").as_bytes(), secret().as_bytes());
        assert!(TotpSecret::from_base32("GEZDGNBV").is_none());
        assert!(TotpSecret::from_base32("not base32!").is_none());
    }

    #[test]
    fn the_enrolment_address_names_issuer_and_account() {
        let url = secret().url("Procura: test", "ana@example.org").expect("a url");
        assert!(url.starts_with("otpauth://totp/Procura"), "{}", url.as_str());
        assert!(url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert!(secret().url("Procura", "").is_none());
    }
}
