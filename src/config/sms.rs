//! `[sms]`: how SMS leave, by whatever gateway takes an HTTP request.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::reader::Reader;

const SECTION: &str = "sms";
/// What a body must hold.
const NEEDED: [&str; 2] = ["{to}", "{text}"];

/// How SMS leave.
#[derive(Clone, Debug)]
pub enum Sms {
    /// They do not: telephone numbers are of no use.
    None,
    /// By a gateway that takes an HTTP request.
    Http(Box<SmsGateway>),
}

/// A gateway and the request it takes.
#[derive(Clone, Debug)]
pub struct SmsGateway {
    /// Where each SMS is posted.
    pub url: String,
    /// The body's form.
    pub format: SmsFormat,
    /// The body, with `{to}`, `{text}`, `{id}` and `{sender}` where the values go.
    pub body: String,
    /// Whether numbers are written with the `+` of E.164.
    pub plus: bool,
    /// The header that proves who posts, with its whole value.
    pub auth: Option<(String, SecretString)>,
    /// The header that carries the message's own identifier.
    pub id_header: Option<String>,
    /// The name SMS come from.
    pub sender: String,
    /// Statuses that say that the SMS was taken.
    pub success: Vec<u16>,
    /// Statuses that say that this identifier was taken before.
    pub taken: Vec<u16>,
    /// An answer that takes longer is waited for no more, and the same identifier is sent again.
    pub timeout: Duration,
}

/// The form of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsFormat {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// The words of `sms.transport`: whether it is HTTP.
pub(super) const TRANSPORT_WORDS: [(&str, bool); 2] = [("http", true), ("none", false)];
/// The words of `sms.format`.
pub(super) const FORMAT_WORDS: [(&str, SmsFormat); 2] =
    [("json", SmsFormat::Json), ("form", SmsFormat::Form)];
/// The words of `sms.numbers`: whether there is a `+`.
pub(super) const NUMBER_WORDS: [(&str, bool); 2] = [("e164", true), ("digits", false)];

impl Sms {
    /// Whether SMS leave at all.
    pub const fn leaves(&self) -> bool {
        matches!(self, Self::Http(_))
    }

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        if !reader.choice(SECTION, "transport", &TRANSPORT_WORDS)? {
            return Some(Self::None);
        }
        let url = reader.address(SECTION, "url");
        let format = reader.choice(SECTION, "format", &FORMAT_WORDS);
        let body = reader.text(SECTION, "body");
        let plus = reader.choice(SECTION, "numbers", &NUMBER_WORDS);
        let auth_header = reader.optional(SECTION, "auth_header");
        let auth = reader.secret(SECTION, "auth");
        let id_header = reader.optional(SECTION, "id_header");
        let sender = reader.text(SECTION, "sender");
        let success = reader.parsed_list(SECTION, "success", "an HTTP status");
        let taken = reader.parsed_list(SECTION, "taken", "an HTTP status");
        let timeout = reader.span(SECTION, "timeout", Duration::from_secs(1)..=Duration::from_secs(60));
        let format = format?;
        let body = usable(reader, format, body?)?;
        let auth = auth_of(reader, auth_header?, auth?)?;
        let id_header = id_header?;
        if id_header.as_deref().is_some_and(|name| !is_header(name)) {
            reader.problem(SECTION, "id_header", "is not the name of an HTTP header");
            return None;
        }
        let success: Vec<u16> = success?;
        if success.is_empty() {
            reader.problem(SECTION, "success", "must name at least one status");
            return None;
        }
        let (url, plus, sender, taken, timeout) = (url?, plus?, sender?, taken?, timeout?);
        let gateway =
            SmsGateway { url, format, body, plus, auth, id_header, sender, success, taken, timeout };
        Some(Self::Http(Box::new(gateway)))
    }
}

/// The value of a header is a secret, its name is not.
fn auth_of(
    reader: &mut Reader,
    name: Option<String>,
    value: Option<SecretString>,
) -> Option<Option<(String, SecretString)>> {
    match (name, value) {
        (_, None) => Some(None),
        (Some(name), Some(value)) if is_header(&name) => Some(Some((name, value))),
        (_, Some(_)) => {
            reader.problem(SECTION, "auth_header", "is not the name of an HTTP header");
            None
        }
    }
}

/// A token of RFC 9110 section 5.6.2.
fn is_header(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte))
}

fn usable(reader: &mut Reader, format: SmsFormat, body: String) -> Option<String> {
    if let Some(missing) = NEEDED.iter().find(|needed| !body.contains(**needed)) {
        reader.problem(SECTION, "body", format!("does not hold {missing}"));
        return None;
    }
    if format == SmsFormat::Json && serde_json::from_str::<serde_json::Value>(&body).is_err() {
        reader.problem(SECTION, "body", "is not JSON: write \"{text}\" with its quotes");
        return None;
    }
    Some(body)
}
