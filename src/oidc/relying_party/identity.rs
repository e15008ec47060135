//! A person's identity in the userinfo: read strictly, kept as received.

use serde::Deserialize;

use crate::domain::account::normal_email;
use crate::domain::person::Identity;
use crate::domain::private::Private;
use crate::domain::time::Day;
use crate::oidc::relying_party::error::RpError;

const LONGEST_NAME: usize = 256;

/// A person's claims in a verified userinfo answer (OIDC Core section 5.1), as FranceConnect names them.
#[derive(Deserialize)]
pub struct UserinfoClaims {
    given_name: Option<String>,
    family_name: Option<String>,
    preferred_username: Option<String>,
    birthdate: Option<String>,
    idp_birthdate: Option<String>,
    gender: Option<String>,
    birthplace: Option<String>,
    birthcountry: Option<String>,
    email: Option<String>,
    idp_id: Option<String>,
}

impl UserinfoClaims {
    /// That she logged in at none of `refused`, the providers at which somebody else acts for her; where there are any, the
    /// answer must say at which one it was.
    ///
    /// # Errors
    /// [`RpError::Untrusted`].
    pub fn of_herself(&self, refused: &[String]) -> Result<(), RpError> {
        let own = self.idp_id.as_ref().is_some_and(|idp| !idp.is_empty() && !refused.contains(idp));
        if refused.is_empty() || own { Ok(()) } else { Err(RpError::Untrusted("a login made for her")) }
    }

    /// The identity; `today` bounds the birth date.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] naming the claim that is missing or has another form.
    pub fn identity(self, today: Day) -> Result<Identity, RpError> {
        let birthdate = self.birthdate.unwrap_or_default();
        let day = Day::parse(&birthdate)
            .filter(|day| *day <= today)
            .ok_or(RpError::Untrusted("claim birthdate"))?;
        let gender = self.gender.unwrap_or_default();
        let birthplace = self.birthplace.unwrap_or_default();
        let birthcountry = self.birthcountry.unwrap_or_default();
        let commune = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let checks = [
            (matches!(gender.as_str(), "female" | "male" | "unspecified"), "claim gender"),
            (birthplace.is_empty() || commune(&birthplace), "claim birthplace"),
            (
                birthcountry.len() == 5 && birthcountry.bytes().all(|byte| byte.is_ascii_digit()),
                "claim birthcountry",
            ),
        ];
        if let Some((_, what)) = checks.into_iter().find(|(holds, _)| !holds) {
            return Err(RpError::Untrusted(what));
        }
        let usage = self.preferred_username.filter(|name| !name.trim().is_empty());
        Ok(Identity {
            given_name: name(self.given_name, "claim given_name")?,
            family_name: name(self.family_name, "claim family_name")?,
            preferred_username: usage
                .map(|usage| name(Some(usage), "claim preferred_username"))
                .transpose()?,
            presumed_birthdate: self.idp_birthdate.filter(|civil| is_presumed(civil, day)).map(Private::new),
            birthdate: Private::new(birthdate),
            gender: Private::new(gender),
            birthplace: Private::new(birthplace),
            birthcountry: Private::new(birthcountry),
            birthplace_words: None,
            email: self.email.and_then(|email| normal_email(&email)).map(Private::new),
        })
    }
}

fn name(value: Option<String>, what: &'static str) -> Result<Private<String>, RpError> {
    value
        .filter(|name| {
            !name.trim().is_empty()
                && name.chars().count() <= LONGEST_NAME
                && !name.chars().any(char::is_control)
        })
        .map(Private::new)
        .ok_or(RpError::Untrusted(what))
}

/// Whether `civil` is the form of `day` in which civil records leave open what nobody knows: `1992-00-00`, `1992-05-00`.
fn is_presumed(civil: &str, day: Day) -> bool {
    let (year, month, _) = day.parts();
    let open_day = format!("{year:04}-{month:02}-00");
    let open_month = format!("{year:04}-00-00");
    civil == open_day || civil == open_month
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    fn claims(changes: &Value) -> UserinfoClaims {
        let mut claims = json!({
            "sub": "s",
            "given_name": "Angela Claire Louise", "family_name": "DUBOIS", "gender": "female",
            "birthdate": "1962-08-24", "birthplace": "75107", "birthcountry": "99100", "email": "Angela@fc.example"
        });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        serde_json::from_value(claims).expect("claims")
    }

    fn read(changes: &Value) -> Result<Identity, RpError> {
        claims(changes).identity(Day::parse("2027-03-03").expect("a day"))
    }

    #[test]
    fn an_ordinary_identity_is_kept_as_received() {
        let identity = read(&json!({"preferred_username": ""})).expect("an identity");
        assert_eq!(identity.full_name(), "Angela Claire Louise DUBOIS");
        assert_eq!(identity.preferred_username, None);
        assert_eq!(identity.civil_birthdate(), "1962-08-24");
        assert_eq!(identity.email.map(Private::into_inner).as_deref(), Some("angela@fc.example"));
    }

    #[test]
    fn presumed_dates_and_births_abroad_are_understood() {
        let presumed = json!({"birthdate": "1992-01-01", "idp_birthdate": "1992-00-00", "birthplace": "", "birthcountry": "99217"});
        let identity = read(&presumed).expect("an identity");
        assert_eq!(identity.civil_birthdate(), "1992-00-00");
        assert_eq!(identity.birthplace.show(), "");
        let unrelated = read(&json!({"idp_birthdate": "1950-00-00"})).expect("an identity");
        assert_eq!(unrelated.presumed_birthdate, None);
    }

    #[test]
    fn what_has_another_form_is_not_believed() {
        for changes in [
            json!({"given_name": null}),
            json!({"family_name": "  "}),
            json!({"family_name": "x".repeat(300)}),
            json!({"family_name": "Du\nbois"}),
            json!({"birthdate": "1962-02-30"}),
            json!({"birthdate": "2999-01-01"}),
            json!({"gender": "F"}),
            json!({"birthplace": "Paris 7e"}),
            json!({"birthcountry": "France"}),
        ] {
            assert!(read(&changes).is_err(), "{changes}");
        }
        assert_eq!(read(&json!({"email": "x@y\r\nBcc: z"})).expect("an identity").email, None);
    }
}
