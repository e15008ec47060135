//! The second net of the logs: what is named like a secret or looks like one is masked, whoever wrote it.
//!
//! The first net is the types: `Private` and `SecretString` do not print.

/// What stands in the place of a masked value.
pub const MASK: &str = "…";

/// Parts of field names that tell of personal data or secrets.
const SENSITIVE: [&str; 30] = [
    "address",
    "assertion",
    "authorization",
    "birthdate",
    "birthplace",
    "claims",
    "code",
    "cookie",
    "email",
    "family",
    "given",
    "mail",
    "name",
    "nonce",
    "otp",
    "password",
    "phone",
    "pin",
    "private",
    "recipient",
    "secret",
    "session",
    "siret",
    "state",
    "sub",
    "subject",
    "to",
    "token",
    "username",
    "verifier",
];

/// Names with such a part that mean something else.
const HARMLESS: [&str; 5] = ["error_code", "from_state", "status_code", "to_state", "token_kind"];

/// Whether the value of a field of this name is masked.
pub fn is_sensitive(field: &str) -> bool {
    let lower = field.to_ascii_lowercase();
    if HARMLESS.contains(&lower.as_str()) {
        return false;
    }
    lower.split(['_', '.', '-']).any(|part| SENSITIVE.contains(&part))
}

/// Masks the words of a text that look like an e-mail address, an address with a password, or a JWT.
pub fn masked(text: &str) -> String {
    let looks = |word: &str| word.contains('@') || word.contains("eyJ");
    if !looks(text) {
        return text.to_owned();
    }
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let body = word.trim_end();
        if looks(body) {
            format!("{MASK}{}", word.get(body.len()..).unwrap_or_default())
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_spelling() {
        for name in
            ["email", "client_secret", "http.request.header.authorization", "Set-Cookie", "id_token", "sub"]
        {
            assert!(is_sensitive(name), "{name}");
        }
        for name in
            ["status_code", "route", "request", "elapsed_ms", "mandate", "client", "error", "subsystem"]
        {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn words_that_look_like_secrets_are_masked_and_the_rest_stays() {
        assert_eq!(masked("no route to host"), "no route to host");
        assert_eq!(masked("refused <a.b@example.org> by relay"), "refused … by relay");
        assert_eq!(masked("postgres://u:p@h/d\nis down"), "…\nis down");
        assert_eq!(masked("Bearer eyJhbGciOi.eyJz.x"), "Bearer …");
    }
}
