//! The answer of the provider in the person's browser: state first, then issuer, then error or code.

use url::form_urlencoded;

use crate::crypto::hash::same;
use crate::oidc::relying_party::error::RpError;

const LONGEST_VALUE: usize = 2_048;

/// The parameters of the answer (OIDC Core section 3.1.2.5, RFC 9207).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    error_uri: Option<String>,
}

impl Callback {
    /// Reads a query string; a parameter that stands twice makes it nobody's answer.
    ///
    /// # Errors
    /// [`RpError::WrongState`].
    pub fn read(query: &str) -> Result<Self, RpError> {
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "code" => &mut callback.code,
                "state" => &mut callback.state,
                "iss" => &mut callback.iss,
                "error" => &mut callback.error,
                "error_description" => &mut callback.error_description,
                "error_uri" => &mut callback.error_uri,
                _ => continue,
            };
            if place.is_some() || value.len() > LONGEST_VALUE {
                return Err(RpError::WrongState);
            }
            *place = Some(value.into_owned());
        }
        Ok(callback)
    }

    /// The code, where the answer is to the login with this `state` and comes from `issuer`, which it names if it
    /// `must_name_it`, and in any case if it names one (RFC 9207 section 2.4).
    ///
    /// # Errors
    /// [`RpError::WrongState`] for anybody else's answer, errors too (FranceConnect loses the state of some);
    /// [`RpError::Denied`] and [`RpError::Provider`] for errors that are ours.
    pub fn code(self, state: &str, issuer: &str, must_name_it: bool) -> Result<String, RpError> {
        let ours = self.state.as_deref().is_some_and(|given| same(given.as_bytes(), state.as_bytes()));
        if let Some(error) = &self.error {
            self.log(error, ours);
        }
        if !ours {
            return Err(RpError::WrongState);
        }
        if self.iss.as_deref().map_or(must_name_it, |named| named != issuer) {
            return Err(RpError::Untrusted("issuer of the answer"));
        }
        match (self.error.as_deref(), self.code) {
            (Some("access_denied"), _) => Err(RpError::Denied),
            (Some(error), _) => Err(RpError::Provider(printable(error))),
            (None, Some(code)) if !code.is_empty() => Ok(code),
            (None, _) => Err(RpError::Untrusted("an answer without a code")),
        }
    }

    fn log(&self, error: &str, ours: bool) {
        let (error_code, error_id) = support_codes(self.error_uri.as_deref());
        tracing::warn!(
            provider_error = printable(error),
            provider_words = printable(self.error_description.as_deref().unwrap_or_default()),
            error_code,
            error_id,
            ours,
            "the identity provider answered with an error"
        );
    }
}

/// The `code` and `id` that FranceConnect's support asks for, out of an `error_uri`.
pub fn support_codes(error_uri: Option<&str>) -> (String, String) {
    let Some(url) = error_uri.and_then(|uri| url::Url::parse(uri).ok()) else { return Default::default() };
    let value = |wanted: &str| {
        url.query_pairs()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| printable(&value))
            .unwrap_or_default()
    };
    (value("code"), value("id"))
}

/// What somebody else sent, fit for a log line: printable ASCII, at most 120 characters.
pub fn printable(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://fc.example/api/v2";

    fn code(query: &str) -> Result<String, RpError> {
        Callback::read(query)?.code("s1", ISSUER, true)
    }

    #[test]
    fn only_the_answer_to_this_login_gives_its_code() {
        assert_eq!(
            code("code=c&state=s1&iss=https%3A%2F%2Ffc.example%2Fapi%2Fv2&other=1").as_deref(),
            Ok("c")
        );
        assert_eq!(code("code=c&state=s2&iss=https://fc.example/api/v2"), Err(RpError::WrongState));
        assert_eq!(code("code=c&iss=https://fc.example/api/v2"), Err(RpError::WrongState));
        assert_eq!(code("code=c&state=s1&state=s1&iss=https://fc.example/api/v2"), Err(RpError::WrongState));
        assert_eq!(code("code=c&state=s1"), Err(RpError::Untrusted("issuer of the answer")));
        assert_eq!(
            code("code=c&state=s1&iss=https://evil.example"),
            Err(RpError::Untrusted("issuer of the answer"))
        );
        let unnamed = |query| Callback::read(query)?.code("s1", ISSUER, false);
        assert_eq!(unnamed("code=c&state=s1").as_deref(), Ok("c"));
        assert_eq!(
            unnamed("code=c&state=s1&iss=https://evil.example"),
            Err(RpError::Untrusted("issuer of the answer"))
        );
    }

    #[test]
    fn an_error_with_a_lost_state_is_nobodys() {
        assert_eq!(
            code("error=invalid_idp_hint&state=undefined&iss=https://fc.example/api/v2"),
            Err(RpError::WrongState)
        );
        assert_eq!(code("error=access_denied&state=s1&iss=https://fc.example/api/v2"), Err(RpError::Denied));
        assert_eq!(
            code("error=invalid_acr&code=c&state=s1&iss=https://fc.example/api/v2"),
            Err(RpError::Provider("invalid_acr".into()))
        );
    }

    #[test]
    fn the_support_codes_are_found_and_nothing_unprintable_is_logged() {
        let codes = support_codes(Some("https://fc.example/erreur?code=Y0416228&id=4f%0Aa"));
        assert_eq!(codes, ("Y0416228".into(), "4fa".into()));
        assert_eq!(support_codes(None), (String::new(), String::new()));
    }
}
