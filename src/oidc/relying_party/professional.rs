//! What ProConnect says of an agent: only what recognises an aidant is read.

use serde::Deserialize;

use crate::domain::account::normal_email;
use crate::domain::organisation::Siret;
use crate::domain::private::Private;
use crate::oidc::relying_party::error::RpError;

const LONGEST_PROVIDER: usize = 255;

/// The claims of an agent's signed userinfo.
#[derive(Deserialize)]
pub struct AgentClaims {
    idp_id: Option<String>,
    email: Option<String>,
    email_verified: Option<bool>,
    siret: Option<String>,
}

/// An agent, as far as aidants are recognised by it.
#[derive(Clone, Debug)]
pub struct Agent {
    /// The identity provider behind ProConnect.
    pub idp_id: String,
    /// The professional address, normalised.
    pub email: Private<String>,
    /// The organisation.
    pub siret: Siret,
}

impl AgentClaims {
    /// Reads them strictly.
    ///
    /// # Errors
    /// [`RpError::Untrusted`] naming the claim that is missing, has another form, or is said not to be verified.
    pub fn agent(self) -> Result<Agent, RpError> {
        let idp_id = self
            .idp_id
            .filter(|id| {
                !id.is_empty()
                    && id.len() <= LONGEST_PROVIDER
                    && id.bytes().all(|byte| byte.is_ascii_graphic())
            })
            .ok_or(RpError::Untrusted("claim idp_id"))?;
        if self.email_verified == Some(false) {
            return Err(RpError::Untrusted("claim email_verified"));
        }
        let email = self.email.as_deref().and_then(normal_email).ok_or(RpError::Untrusted("claim email"))?;
        let siret = self.siret.as_deref().and_then(Siret::parse).ok_or(RpError::Untrusted("claim siret"))?;
        Ok(Agent { idp_id, email: Private::new(email), siret })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use serde_json::json;

    fn agent(changes: &Value) -> Result<Agent, RpError> {
        let mut claims = json!({
            "sub": "s", "idp_id": "71144ab3-ee1a-4401-b7b3-79b44f7daeeb", "email": "Amelie@CCAS.example",
            "siret": "21000001000010", "given_name": "Amélie", "usual_name": "Durand"
        });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let claims: AgentClaims = serde_json::from_value(claims).map_err(|_| RpError::Untrusted("form"))?;
        claims.agent()
    }

    fn siret() -> String {
        (0..10)
            .map(|digit| format!("2100000100001{digit}"))
            .find(|text| Siret::parse(text).is_some())
            .expect("a check digit")
    }

    #[test]
    fn an_agent_is_read_strictly() {
        let good = json!({"siret": siret()});
        let read = agent(&good).expect("an agent");
        assert_eq!(read.email.show(), "amelie@ccas.example");
        assert_eq!(read.siret.as_str(), siret());
        for (name, value) in [
            ("idp_id", Value::Null),
            ("idp_id", json!("")),
            ("idp_id", json!("a b")),
            ("idp_id", json!("x".repeat(300))),
            ("email", Value::Null),
            ("email", json!("amelie")),
            ("email_verified", json!(false)),
            ("siret", Value::Null),
            ("siret", json!("123")),
            ("siret", json!(12_345_678_901_234_i64)),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value.clone();
            assert!(agent(&wrong).is_err(), "{name} {value}");
        }
    }
}
