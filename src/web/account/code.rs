//! What is wrong with a typed code or address, before anyone looks whether it is the right one.

use crate::text::Text;

/// Digits of a code as typed, blanks taken out; what to correct when they are not six.
pub(super) fn read_code(t: Text, typed: &str) -> Result<String, String> {
    let digits: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    if digits.is_empty() {
        return Err(t.get("account-code-missing"));
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(t.get("account-code-digits"));
    }
    if digits.len() == 6 {
        Ok(digits)
    } else {
        Err(t.with("account-code-length", &[("count", &digits.len())]))
    }
}

/// What to correct in an address that cannot be one.
pub(super) fn email_fault(t: Text, typed: &str) -> String {
    let typed = typed.trim();
    let key = match typed.rsplit_once('@') {
        _ if typed.is_empty() => "account-email-missing",
        Some((_, "")) => "account-email-end",
        None => "account-email-at",
        Some(_) => "account-email-form",
    };
    t.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn six_digits_are_a_code_however_they_are_spaced() {
        let t = Text::new(Language::Fr);
        assert_eq!(read_code(t, " 123 456\t").as_deref(), Ok("123456"));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(read_code(t, wrong).is_err_and(|words| !words.contains('⟦')), "{wrong}");
        }
        for wrong in ["", "amelie", "amelie@", "a b@c.d"] {
            assert!(!email_fault(t, wrong).contains('⟦'), "{wrong}");
        }
    }
}
