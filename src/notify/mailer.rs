//! The SMTP relay (RFC 5321): one connection pool, TLS as configured, nothing of a message in the log.

use std::time::Duration;
use std::time::SystemTime;

use lettre::AsyncSmtpTransport;
use lettre::AsyncTransport;
use lettre::Tokio1Executor;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::message::header::Header;
use lettre::message::header::HeaderName;
use lettre::message::header::HeaderValue;
use lettre::transport::smtp::authentication::Credentials;
use secrecy::ExposeSecret;

use crate::config::Mail;
use crate::config::MailSecurity;
use crate::config::Smtp;
use crate::domain::ids::MessageId;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::time::Instant;
use crate::notify::letter::Letter;

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The configuration of the relay does not make a transport.
    #[error("the mail relay is not usable: {0}")]
    Transport(String),
    /// The address is none.
    #[error("the address cannot be written to")]
    Address,
    /// The message cannot be put together.
    #[error("the message cannot be put together")]
    Compose,
    /// The relay refused, or cannot be reached. Its words may name the addressee and are not kept.
    #[error("the mail relay did not take the message ({0})")]
    Relay(&'static str),
    /// The relay does not answer in time.
    #[error("the mail relay does not answer in time")]
    Silent,
    /// The relay cannot be used; nobody was written to, so that its words are kept.
    #[error("the mail relay does not take us: {0}")]
    Check(lettre::transport::smtp::Error),
}

/// Sends letters by the configured relay.
#[derive(Debug)]
pub struct Mailer(Option<Way>);

#[derive(Debug)]
struct Way {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// How long one mail, or one look at the relay, may take as a whole: the library bounds the connection alone.
    patience: Duration,
}

/// RFC 3834 section 5: no automatic answer is wanted.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mailer {
    /// The mailer of this configuration; connections are made when there is something to send.
    ///
    /// # Errors
    /// [`MailError::Transport`] when the relay's name cannot be used with TLS.
    pub fn new(mail: &Mail) -> Result<Self, MailError> {
        match mail {
            Mail::None => Ok(Self(None)),
            Mail::Smtp(smtp) => Ok(Self(Some(Way {
                transport: transport(smtp)?,
                from: smtp.from.clone(),
                patience: smtp.timeout,
            }))),
        }
    }

    /// Sends `letter` to whom `message` is for. Where no mail leaves, says so in the log and is done.
    ///
    /// # Errors
    /// See [`MailError`]; the same message may be sent again later.
    pub async fn send(
        &self,
        message: &Message,
        letter: &Letter,
        id: MessageId,
        now: Instant,
    ) -> Result<(), MailError> {
        let Some(way) = &self.0 else {
            tracing::warn!(outbox = %id, "a message was not sent: mail.transport is none");
            return Ok(());
        };
        let mail = way.mail(message, letter, id, now)?;
        match tokio::time::timeout(way.patience, way.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailError::Relay(reason(&error))),
            Err(_) => Err(MailError::Relay("no answer in time")),
        }
    }

    /// Whether the relay answers; `true` where no mail leaves.
    ///
    /// # Errors
    /// [`MailError::Check`] when it cannot be reached, is not believed to be the one, or refuses the login.
    pub async fn check(&self) -> Result<bool, MailError> {
        match &self.0 {
            None => Ok(true),
            Some(way) => tokio::time::timeout(way.patience, way.transport.test_connection())
                .await
                .map_err(|_| MailError::Silent)?
                .map_err(MailError::Check),
        }
    }
}

impl Way {
    fn mail(
        &self,
        message: &Message,
        letter: &Letter,
        id: MessageId,
        now: Instant,
    ) -> Result<lettre::Message, MailError> {
        let Address::Email(to) = &message.to else { return Err(MailError::Address) };
        let address = to.show().parse().map_err(|_| MailError::Address)?;
        let to = Mailbox::new(Some(one_line(message.name.show())), address);
        let micros = u64::try_from(now.micros()).unwrap_or(0);
        lettre::Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&letter.subject))
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
            .map_err(|_| MailError::Compose)
    }
}

/// A header holds one line, whatever a name or a subject was made of.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn transport(smtp: &Smtp) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let unusable = |error: lettre::transport::smtp::Error| MailError::Transport(error.to_string());
    let builder = match smtp.security {
        MailSecurity::StartTls => {
            AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&smtp.host).map_err(unusable)?
        }
        MailSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&smtp.host).map_err(unusable)?,
        MailSecurity::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host),
    };
    let mut builder = builder.port(smtp.port).timeout(Some(smtp.timeout));
    if let Some((username, password)) = &smtp.credentials {
        let password = password.expose_secret().to_owned();
        builder = builder.credentials(Credentials::new(username.clone(), password));
    }
    Ok(builder.build())
}

fn reason(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_tls() {
        "no TLS"
    } else if error.is_transient() {
        "refused for now"
    } else if error.is_permanent() {
        "refused"
    } else {
        "out of reach"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::MessageBody;
    use crate::domain::message::MessageLanguage;
    use crate::domain::private::Private;

    fn formatted(to: &str, name: &str, subject: &str) -> Result<String, MailError> {
        let smtp = Smtp {
            host: "127.0.0.1".to_owned(),
            port: 1,
            security: MailSecurity::None,
            credentials: None,
            from: "Procura <procura@example.org>".parse().expect("a sender"),
            timeout: Duration::from_secs(1),
        };
        let way = Way { transport: transport(&smtp)?, from: smtp.from, patience: smtp.timeout };
        let message = Message {
            to: Address::Email(Private::new(to.to_owned())),
            name: Private::new(name.to_owned()),
            language: MessageLanguage::French,
            body: MessageBody::CaseOpened { number: "1".to_owned(), organisation: "o".to_owned() },
        };
        let letter = Letter { subject: subject.to_owned(), text: "text".into(), html: "<p>html</p>".into() };
        let id = MessageId::from_uuid(uuid::Uuid::from_u128(7));
        let mail = way.mail(&message, &letter, id, Instant::from_seconds(1_795_000_000))?;
        Ok(String::from_utf8(mail.formatted()).expect("text"))
    }

    #[tokio::test]
    async fn a_relay_that_says_nothing_is_not_waited_for() {
        // Connections are taken by the system; nobody ever greets.
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mailer = Mailer::new(&Mail::Smtp(Smtp {
            host: "127.0.0.1".to_owned(),
            port: silent.local_addr().expect("an address").port(),
            security: MailSecurity::None,
            credentials: None,
            from: "Procura <procura@example.org>".parse().expect("a sender"),
            timeout: Duration::from_millis(200),
        }))
        .expect("a mailer");
        let message = Message {
            to: Address::Email(Private::new("jeanne@example.org".to_owned())),
            name: Private::new("Jeanne".to_owned()),
            language: MessageLanguage::French,
            body: MessageBody::CaseOpened { number: "1".to_owned(), organisation: "o".to_owned() },
        };
        let letter = Letter { subject: "s".into(), text: "text".into(), html: "<p>html</p>".into() };
        let id = MessageId::from_uuid(uuid::Uuid::from_u128(7));
        let sent = mailer.send(&message, &letter, id, Instant::from_seconds(1_795_000_000)).await;
        assert!(matches!(sent, Err(MailError::Relay("no answer in time"))), "{sent:?}");
        assert!(matches!(mailer.check().await, Err(MailError::Silent)));
    }

    #[tokio::test]
    async fn a_mail_names_its_time_and_that_a_machine_wrote_it() {
        let mail = formatted("jeanne@example.org", "Jeanne Lefèvre", "Votre accord").expect("a mail");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
        assert!(
            mail.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.org>\r\n"),
            "{mail}"
        );
        assert!(mail.contains("Date: Wed, 18 Nov 2026 11:06:40 +0000\r\n"), "{mail}");
        assert!(mail.contains("multipart/alternative"), "{mail}");
    }

    #[tokio::test]
    async fn no_name_address_or_subject_adds_a_header() {
        let name = "Jeanne\r\nBcc: thief@example.org\r\n\r\nbody";
        let mail = formatted("jeanne@example.org", name, name).expect("a mail");
        let head = mail.split("\r\n\r\n").next().expect("a head");
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("multipart/alternative"), "{head}");
        for to in ["a@b.org\r\nRCPT TO:<c@d.org>", "a@b.org, c@d.org", "", "nobody"] {
            assert!(matches!(formatted(to, "n", "s"), Err(MailError::Address)), "{to:?}");
        }
    }
}
