//! A small SMTP server (RFC 5321) without relay: it accepts mail for anybody and puts it into the mailbox.

use std::time::Duration;

use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

use crate::demo::mailbox::Mailbox;

const LARGEST_MAIL: usize = 1024 * 1024;
const LONGEST_LINE: u64 = 4096;
const MOST_RECEIVERS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(60);

/// Serves the listener until the task is dropped.
pub async fn serve(listener: TcpListener, mailbox: Mailbox) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let mailbox = mailbox.clone();
                tokio::spawn(async move {
                    if let Err(error) = Session::new(stream, mailbox).run().await {
                        tracing::debug!(%error, "an SMTP conversation broke off");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the mailbox cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

enum Line {
    Text(String),
    TooLong,
    End,
}

struct Session {
    stream: BufReader<TcpStream>,
    mailbox: Mailbox,
    greeted: bool,
    sender: Option<String>,
    receivers: Vec<String>,
}

impl Session {
    fn new(stream: TcpStream, mailbox: Mailbox) -> Self {
        Self { stream: BufReader::new(stream), mailbox, greeted: false, sender: None, receivers: Vec::new() }
    }

    async fn run(mut self) -> std::io::Result<()> {
        self.say("220 mailbox.localhost ESMTP").await?;
        loop {
            let line = match self.line().await? {
                Line::Text(line) => line,
                Line::TooLong => {
                    self.say("500 5.5.2 Line too long").await?;
                    continue;
                }
                Line::End => return Ok(()),
            };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.greet();
                    self.say(&format!(
                        "250-mailbox.localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LARGEST_MAIL}"
                    ))
                    .await?;
                }
                "HELO" => {
                    self.greet();
                    self.say("250 mailbox.localhost").await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.receiver(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 Ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 Ok").await?,
                "VRFY" => self.say("252 2.5.0 Send some mail and see").await?,
                "QUIT" => return self.say("221 2.0.0 Bye").await,
                _ => self.say("502 5.5.1 Command not implemented").await?,
            }
        }
    }

    fn greet(&mut self) {
        self.greeted = true;
        self.forget();
    }

    fn forget(&mut self) {
        self.sender = None;
        self.receivers.clear();
    }

    async fn mail(&mut self, rest: &str) -> std::io::Result<()> {
        let answer = match path_after(rest, "FROM:") {
            _ if self.mailbox.is_down() => "451 4.3.0 Not now",
            _ if !self.greeted => "503 5.5.1 Say EHLO first",
            _ if self.sender.is_some() => "503 5.5.1 One sender is enough",
            _ if declared_size(rest).is_some_and(|size| size > LARGEST_MAIL) => "552 5.3.4 Message too big",
            Some(sender) => {
                self.sender = Some(sender);
                "250 2.1.0 Ok"
            }
            None => "501 5.5.4 Syntax: MAIL FROM:<address>",
        };
        self.say(answer).await
    }

    async fn receiver(&mut self, rest: &str) -> std::io::Result<()> {
        let answer = match path_after(rest, "TO:") {
            _ if self.sender.is_none() => "503 5.5.1 MAIL first",
            _ if self.receivers.len() >= MOST_RECEIVERS => "452 4.5.3 Too many recipients",
            Some(receiver) if receiver.contains('@') => {
                self.receivers.push(receiver);
                "250 2.1.5 Ok"
            }
            _ => "501 5.5.4 Syntax: RCPT TO:<address>",
        };
        self.say(answer).await
    }

    async fn data(&mut self) -> std::io::Result<()> {
        if self.receivers.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        self.say("354 End data with <CR><LF>.<CR><LF>").await?;
        let mut mail = Vec::new();
        let mut too_big = false;
        loop {
            let mut line = Vec::new();
            let read = self.read_until_newline(&mut line, LARGEST_MAIL as u64 + 1).await?;
            if read == 0 {
                return Ok(());
            }
            if line == b".\r\n" || line == b".\n" {
                break;
            }
            let unstuffed = line.strip_prefix(b".").unwrap_or(&line);
            too_big |= mail.len() + unstuffed.len() > LARGEST_MAIL;
            if !too_big {
                mail.extend_from_slice(unstuffed);
            }
        }
        if !too_big {
            self.mailbox.keep_mail(&self.receivers, &mail);
        }
        self.forget();
        self.say(if too_big { "552 5.3.4 Message too big" } else { "250 2.0.0 Ok" }).await
    }

    async fn line(&mut self) -> std::io::Result<Line> {
        let mut bytes = Vec::new();
        if self.read_until_newline(&mut bytes, LONGEST_LINE).await? == 0 {
            return Ok(Line::End);
        }
        if bytes.last() != Some(&b'\n') {
            while bytes.last() != Some(&b'\n') {
                bytes.clear();
                if self.read_until_newline(&mut bytes, LONGEST_LINE).await? == 0 {
                    return Ok(Line::End);
                }
            }
            return Ok(Line::TooLong);
        }
        Ok(Line::Text(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
    }

    async fn read_until_newline(&mut self, into: &mut Vec<u8>, most: u64) -> std::io::Result<usize> {
        let mut limited = (&mut self.stream).take(most);
        tokio::time::timeout(PATIENCE, limited.read_until(b'\n', into))
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await
    }
}

fn path_after(rest: &str, keyword: &str) -> Option<String> {
    let (head, tail) = rest.split_at_checked(keyword.len())?;
    let inner = tail.trim_start().strip_prefix('<')?.split_once('>')?.0;
    head.eq_ignore_ascii_case(keyword).then(|| inner.to_owned())
}

fn declared_size(rest: &str) -> Option<usize> {
    rest.split_whitespace().find_map(|word| word.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lettre::AsyncTransport;

    use super::*;
    use crate::domain::time::Clock;
    use crate::domain::time::Instant;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Instant {
            Instant::from_seconds(1_795_000_000)
        }
    }

    async fn start() -> (Mailbox, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let mailbox = Mailbox::new(Arc::new(Fixed));
        tokio::spawn(serve(listener, mailbox.clone()));
        (mailbox, port)
    }

    #[tokio::test]
    async fn a_real_client_delivers_accents_dots_and_long_lines() {
        let (mailbox, port) = start().await;
        let long = format!("https://procura.example/{}", "a".repeat(900));
        let body = format!("Bonjour Zoé,\n.\n..deux points\n{long}\nVotre code : 123456\n");
        let mail = lettre::Message::builder()
            .from("Procura <ne-pas-repondre@procura.example>".parse().expect("an address"))
            .to("Zoé <zoe@example.fr>".parse().expect("an address"))
            .subject("Votre mandat a été approuvé")
            .body(body.clone())
            .expect("a mail");
        let transport = lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(port)
            .build();
        let waiting = mailbox.wait_for("zoe@example.fr", 0, Duration::from_secs(5));
        let (sent, received) = tokio::join!(transport.send(mail), waiting);
        sent.expect("sent");
        let message = received.expect("received");
        assert_eq!(message.subject, "Votre mandat a été approuvé");
        assert_eq!(message.text.replace("\r\n", "\n"), body.trim_end());
        assert_eq!(message.links, [long]);
        assert_eq!(message.code.as_deref(), Some("123456"));
    }

    #[tokio::test]
    async fn commands_out_of_order_and_oversized_mails_are_refused() {
        let (mailbox, port) = start().await;
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.expect("connects"));
        let big = "x".repeat(2000) + "\r\n";
        let script: [(String, &str); 10] = [
            (String::new(), "220"),
            ("MAIL FROM:<a@b.fr>\r\n".into(), "503"),
            ("HELO me\r\n".into(), "250"),
            ("DATA\r\n".into(), "503"),
            ("MAIL FROM:<a@b.fr> SIZE=99999999\r\n".into(), "552"),
            ("MAIL FROM:<a@b.fr>\r\n".into(), "250"),
            ("RCPT TO:nobody\r\n".into(), "501"),
            ("RCPT TO:<c@d.fr>\r\n".into(), "250"),
            ("DATA\r\n".into(), "354"),
            (format!("{}.\r\n", big.repeat(600)), "552"),
        ];
        for (say, wanted) in script {
            stream.get_mut().write_all(say.as_bytes()).await.expect("writes");
            let mut answer = String::new();
            stream.read_line(&mut answer).await.expect("reads");
            assert!(answer.starts_with(wanted), "{answer} for {}", say.get(..40).unwrap_or(&say));
        }
        assert!(mailbox.messages().is_empty());
    }
}
