//! The SMS gateway: one HTTP request a message, made as the configuration says, with the message's own identifier so that a
//! gateway which took it does not take it twice.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret;

use crate::config::Sms;
use crate::config::SmsFormat;
use crate::config::SmsGateway;
use crate::domain::ids::MessageId;

/// Why an SMS did not leave, as far as is known.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// The gateway answered something else than that it took the SMS. Its words may hold the number and are not kept.
    #[error("the SMS gateway answered {0}")]
    Status(u16),
    /// It may have taken it or not: the same identifier is sent again.
    #[error("the SMS gateway did not answer ({0})")]
    Unanswered(&'static str),
    /// Nothing answers; nobody was written to, so that the cause is kept. The address is not: it may hold a secret.
    #[error("the SMS gateway does not answer")]
    Check(#[source] reqwest::Error),
}

/// Sends SMS by the configured gateway.
#[derive(Debug)]
pub struct SmsSender(Option<Way>);

#[derive(Debug)]
struct Way {
    gateway: SmsGateway,
    client: reqwest::Client,
}

impl SmsSender {
    /// The sender of this configuration; `client` makes its requests.
    pub fn new(sms: &Sms, client: reqwest::Client) -> Self {
        match sms {
            Sms::None => Self(None),
            Sms::Http(gateway) => Self(Some(Way { gateway: (**gateway).clone(), client })),
        }
    }

    /// Sends `text` to a number in E.164 form. Where no SMS leave, says so in the log and is done.
    ///
    /// # Errors
    /// See [`SmsError`]; the same message may be sent again later, under the same identifier.
    pub async fn send(&self, to: &str, text: &str, id: MessageId) -> Result<(), SmsError> {
        let Some(Way { gateway, client }) = &self.0 else {
            tracing::warn!(outbox = %id, "a message was not sent: sms.transport is none");
            return Ok(());
        };
        let number = if gateway.plus { to } else { to.trim_start_matches('+') };
        let id = id.to_string();
        let values = [("{to}", number), ("{text}", text), ("{id}", &id), ("{sender}", &gateway.sender)];
        let kind = match gateway.format {
            SmsFormat::Json => "application/json",
            SmsFormat::Form => "application/x-www-form-urlencoded",
        };
        let mut request = client
            .post(&gateway.url)
            .timeout(gateway.timeout)
            .header(CONTENT_TYPE, kind)
            .body(filled(&gateway.body, gateway.format, &values));
        if let Some((name, value)) = &gateway.auth {
            request = request.header(name, value.expose_secret());
        }
        if let Some(name) = &gateway.id_header {
            request = request.header(name, &id);
        }
        let answer = request.send().await.map_err(|error| SmsError::Unanswered(reason(&error)))?;
        let status = answer.status().as_u16();
        if gateway.success.contains(&status) || gateway.taken.contains(&status) {
            return Ok(());
        }
        Err(SmsError::Status(status))
    }

    /// Whether something answers at the gateway's address: any answer but one that refuses who asks. Nothing is sent.
    ///
    /// # Errors
    /// [`SmsError`] when nothing answers, or the header that proves who posts is refused.
    pub async fn check(&self, patience: Duration) -> Result<(), SmsError> {
        let Some(Way { gateway, client }) = &self.0 else { return Ok(()) };
        let mut request = client.head(&gateway.url).timeout(patience);
        if let Some((name, value)) = &gateway.auth {
            request = request.header(name, value.expose_secret());
        }
        let answer = request.send().await.map_err(|error| SmsError::Check(error.without_url()))?;
        match answer.status().as_u16() {
            status @ (401 | 403) => Err(SmsError::Status(status)),
            // 501 says that it does not know HEAD, as 405 does.
            status if status >= 500 && status != 501 => Err(SmsError::Status(status)),
            _ => Ok(()),
        }
    }
}

/// The body with its values in one pass: what a value holds is never taken for a place of another.
fn filled(template: &str, format: SmsFormat, values: &[(&str, &str)]) -> String {
    let mut body = String::new();
    let mut rest = template;
    while let Some(place) = rest.find('{') {
        let (before, from) = rest.split_at(place);
        body.push_str(before);
        match values.iter().find(|(name, _)| from.starts_with(name)) {
            Some((name, value)) => {
                body.push_str(&escaped(format, value));
                rest = from.get(name.len()..).unwrap_or_default();
            }
            None => {
                body.push('{');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    body.push_str(rest);
    body
}

fn escaped(format: SmsFormat, value: &str) -> String {
    match format {
        SmsFormat::Json => {
            let quoted = serde_json::Value::from(value).to_string();
            let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            inner.unwrap_or_default().to_owned()
        }
        SmsFormat::Form => url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
    }
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "out of reach"
    } else {
        "no whole answer"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_cannot_reach_into_each_other() {
        let values =
            [("{to}", "+33612345678"), ("{text}", "l'\"acte\" {to}\n&x=1"), ("{id}", "7"), ("{sender}", "P")];
        let json =
            filled(r#"{"to": "{to}", "m": {"text": "{text}"}, "id": "{id}"}"#, SmsFormat::Json, &values);
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read["to"], "+33612345678");
        assert_eq!(read["m"]["text"], "l'\"acte\" {to}\n&x=1");
        let form = filled("to={to}&text={text}&from={sender}", SmsFormat::Form, &values);
        let read: Vec<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        assert_eq!(read.len(), 3);
        assert_eq!(read[1].1, "l'\"acte\" {to}\n&x=1");
    }

    #[test]
    fn a_text_that_begins_with_a_quote_keeps_it() {
        let json = filled(
            r#"{"text": "{text}", "to": "{to}"}"#,
            SmsFormat::Json,
            &[("{text}", "\"oui\""), ("{to}", "1")],
        );
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read["text"], "\"oui\"");
    }
}
