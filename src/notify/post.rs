//! Where a message leaves: an e-mail by the relay, an SMS by the gateway.

use crate::config::Config;
use crate::domain::ids::MessageId;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::time::Instant;
use crate::notify::letter;
use crate::notify::mailer::MailError;
use crate::notify::mailer::Mailer;
use crate::notify::short;
use crate::notify::sms::SmsError;
use crate::notify::sms::SmsSender;

/// Why a message did not leave.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// By mail.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// By SMS.
    #[error(transparent)]
    Sms(#[from] SmsError),
}

/// Both ways out.
#[derive(Debug)]
pub struct Post {
    mailer: Mailer,
    sms: SmsSender,
}

impl Post {
    /// The ways of this configuration; `client` makes the requests to the SMS gateway.
    ///
    /// # Errors
    /// [`MailError::Transport`] when the mail relay's name cannot be used with TLS.
    pub fn new(config: &Config, client: reqwest::Client) -> Result<Self, MailError> {
        Ok(Self { mailer: Mailer::new(&config.mail)?, sms: SmsSender::new(&config.sms, client) })
    }

    /// Sends `message` under its identifier, written as of `now`.
    ///
    /// # Errors
    /// See [`PostError`]; the same message may be sent again later.
    pub async fn send(
        &self,
        config: &Config,
        message: &Message,
        id: MessageId,
        now: Instant,
    ) -> Result<(), PostError> {
        match &message.to {
            Address::Email(_) => {
                let letter = letter::compose(config, message, now);
                Ok(self.mailer.send(message, &letter, id, now).await?)
            }
            Address::Phone(number) => {
                let text = short::compose(config, message, now);
                Ok(self.sms.send(number.show(), &text, id).await?)
            }
        }
    }
}
