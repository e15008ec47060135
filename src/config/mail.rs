//! `[mail]`: how e-mail leaves.

use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;
use url::Host;

use crate::config::reader::Reader;
use crate::config::reader::is_loopback;

const SECTION: &str = "mail";

/// How e-mail leaves.
#[derive(Clone, Debug)]
pub enum Mail {
    /// It does not: nobody can log in.
    None,
    /// By an SMTP relay (RFC 5321).
    Smtp(Smtp),
}

/// An SMTP relay.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// The relay's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Login at the relay: user name and password.
    pub credentials: Option<(String, SecretString)>,
    /// The sender.
    pub from: Mailbox,
    /// A delivery that takes longer is tried again later.
    pub timeout: Duration,
}

/// How the connection to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// STARTTLS, required (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Clear text, towards this very machine only.
    None,
}

/// The words of `mail.security`.
pub(super) const SECURITY_WORDS: [(&str, MailSecurity); 3] =
    [("starttls", MailSecurity::StartTls), ("tls", MailSecurity::Tls), ("none", MailSecurity::None)];

/// The words of `mail.transport`: whether it is SMTP.
pub(super) const TRANSPORT_WORDS: [(&str, bool); 2] = [("smtp", true), ("none", false)];

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        if !reader.choice(SECTION, "transport", &TRANSPORT_WORDS)? {
            return Some(Self::None);
        }
        let host = reader.text(SECTION, "host");
        let port = reader.number(SECTION, "port", 1..=65_535);
        let security = reader.choice(SECTION, "security", &SECURITY_WORDS);
        let username = reader.optional(SECTION, "username");
        let password = reader.secret(SECTION, "password");
        let from = reader.parsed(SECTION, "from", "a sender such as \"Procura <procura@example.org>\"");
        let timeout = reader.span(SECTION, "timeout", Duration::from_secs(1)..=Duration::from_secs(60));
        let host = host?;
        let security = security?;
        if security == MailSecurity::None && !Host::parse(&host).is_ok_and(|host| is_loopback(&host)) {
            reader.problem(SECTION, "security", "\"none\" is for a relay on this machine only");
            return None;
        }
        let credentials = match (username?, password?) {
            (Some(username), Some(password)) => Some((username, password)),
            (None, None) => None,
            (Some(_), None) => {
                reader.problem(SECTION, "password", "is missing beside mail.username");
                return None;
            }
            (None, Some(_)) => {
                reader.problem(SECTION, "username", "is missing beside mail.password");
                return None;
            }
        };
        Some(Self::Smtp(Smtp { host, port: port?, security, credentials, from: from?, timeout: timeout? }))
    }
}
