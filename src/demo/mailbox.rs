//! What the gateway sent, as its receivers see it: messages kept in memory, readable by page and by program.

pub mod sms;
pub mod smtp;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use mail_parser::MessageParser;
use serde::Deserialize;
use serde::Serialize;
use tokio::sync::Notify;

use crate::domain::time::Clock;

const MOST_MESSAGES: usize = 5_000;

/// How a message travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By SMTP.
    Email,
    /// By telephone.
    Sms,
}

/// One message to one receiver; its JSON is an element of the portal's `/messages.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// When it arrived: RFC 3339, UTC.
    pub at: String,
    /// How it travelled.
    pub channel: Channel,
    /// The bare address or number it was sent to.
    pub to: String,
    /// The decoded subject; empty for an SMS.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The addresses in the text, in order; the first is what the message asks for.
    pub links: Vec<String>,
    /// A six-digit code in the text, links aside.
    pub code: Option<String>,
}

/// A shared handle on every message received.
#[derive(Clone)]
pub struct Mailbox {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    messages: Mutex<Vec<Message>>,
    arrived: Notify,
    down: AtomicBool,
}

impl Mailbox {
    /// An empty mailbox.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            inner: Arc::new(Inner {
                clock,
                messages: Mutex::new(Vec::new()),
                arrived: Notify::new(),
                down: AtomicBool::new(false),
            }),
        }
    }

    /// From now on no mail is taken, or it is again.
    pub fn set_down(&self, down: bool) {
        self.inner.down.store(down, Ordering::Relaxed);
    }

    fn is_down(&self) -> bool {
        self.inner.down.load(Ordering::Relaxed)
    }

    /// Keeps a message of plain text.
    pub fn keep(&self, channel: Channel, to: &str, subject: &str, text: &str) {
        let message = Message {
            at: self.inner.clock.now().to_text(),
            channel,
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            links: links_in(text),
            code: code_in(text),
        };
        let mut messages = self.inner.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() >= MOST_MESSAGES {
            messages.remove(0);
        }
        messages.push(message);
        drop(messages);
        self.inner.arrived.notify_waiters();
    }

    /// Keeps an e-mail as it came over SMTP, once per receiver.
    pub fn keep_mail(&self, receivers: &[String], raw: &[u8]) {
        let parsed = MessageParser::default().parse(raw);
        let subject = parsed.as_ref().and_then(|mail| mail.subject()).unwrap_or_default();
        let text = parsed.as_ref().and_then(|mail| mail.body_text(0)).unwrap_or_default();
        for receiver in receivers {
            self.keep(Channel::Email, receiver, subject, text.trim_end());
        }
    }

    /// Every message, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.inner.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the first message to `to` beyond the first `after` messages of the mailbox; `None` once `limit` is over.
    pub async fn wait_for(&self, to: &str, after: usize, limit: Duration) -> Option<Message> {
        tokio::time::timeout(limit, async {
            loop {
                let arrival = self.inner.arrived.notified();
                let found = self
                    .messages()
                    .into_iter()
                    .skip(after)
                    .find(|message| message.to.eq_ignore_ascii_case(to));
                if let Some(message) = found {
                    return message;
                }
                // A message between the look and the wait is caught by the short timeout.
                drop(tokio::time::timeout(Duration::from_millis(200), arrival).await);
            }
        })
        .await
        .ok()
    }
}

fn links_in(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '«' | '»' | '(' | ')'))
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .map(|word| word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’']).to_owned())
        .collect()
}

fn code_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .filter(|word| !word.contains("://"))
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()))
        .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;

    pub(super) struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Instant {
            Instant::from_seconds(1_795_000_000)
        }
    }

    #[test]
    fn a_message_has_its_links_in_order_and_its_code_apart_from_them() {
        let mailbox = Mailbox::new(Arc::new(Fixed));
        let text = "Ouvrez <https://a.example/x/123456?y=1>. Sinon : http://b.example/.\nVotre code : 042137, valable 1234567 s.";
        mailbox.keep(Channel::Sms, "0600000000", "", text);
        let message = mailbox.messages().remove(0);
        assert_eq!(message.links, ["https://a.example/x/123456?y=1", "http://b.example/"]);
        assert_eq!(message.code.as_deref(), Some("042137"));
        let json = serde_json::to_value(&message).expect("json");
        assert_eq!(json["channel"], "sms");
    }

    #[test]
    fn an_encoded_mail_is_read_as_its_receiver_reads_it() {
        let mailbox = Mailbox::new(Arc::new(Fixed));
        let raw = "From: a@b.fr\r\nTo: c@d.fr\r\nSubject: =?utf-8?B?TWFuZGF0IGFjY29yZMOp?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nC=C3=A9line https://a.example/abc=\r\ndef\r\n--x\r\n\
            Content-Type: text/html; charset=utf-8\r\n\r\n<p>non</p>\r\n--x--\r\n";
        mailbox.keep_mail(&["c@d.fr".to_owned(), "e@f.fr".to_owned()], raw.as_bytes());
        let messages = mailbox.messages();
        assert_eq!(messages.len(), 2);
        assert_eq!((messages[1].to.as_str(), messages[1].subject.as_str()), ("e@f.fr", "Mandat accordé"));
        assert_eq!(messages[0].text, "Céline https://a.example/abcdef");
        assert_eq!(messages[0].links, ["https://a.example/abcdef"]);
    }
}
