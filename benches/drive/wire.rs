//! One keep-alive HTTP/1.1 connection, written by hand: the load must cost little of the processors it shares with the service.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);
const LARGEST: usize = 4 * 1024 * 1024;

/// Why an exchange did not end as it should.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No connection, or it broke before the answer was whole.
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
    /// Another status than expected.
    #[error("{status} at {at}: {words}")]
    Status {
        /// The status.
        status: u16,
        /// Method and path.
        at: String,
        /// The beginning of the body.
        words: String,
    },
    /// The answer does not hold what it must.
    #[error("{0}")]
    Wrong(String),
}

/// An answer, whole.
pub struct Answer {
    /// The status.
    pub status: u16,
    head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.status, self.body.len())
    }
}

impl Answer {
    /// Every value of a header.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.split("\r\n").skip(1).filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.split("\r\n").skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value, Trouble> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Trouble::Wrong(format!("no JSON but: {}", beginning(&self.text()))))
    }

    /// This answer, if it has this status.
    ///
    /// # Errors
    /// [`Trouble::Status`] otherwise.
    pub fn must(self, status: u16, at: &str) -> Result<Self, Trouble> {
        if self.status == status {
            return Ok(self);
        }
        let words = beginning(&self.text()).to_owned();
        Err(Trouble::Status { status: self.status, at: at.to_owned(), words })
    }
}

/// As much of a text as a line of a report holds.
pub fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(300).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// One connection at a time to one server, opened anew when it was closed.
pub struct Wire {
    address: SocketAddr,
    host: String,
    stream: Option<TcpStream>,
    out: Vec<u8>,
    input: Vec<u8>,
}

impl Wire {
    /// A connection to `address`, whose server is called `host` (`Host:`); it is opened with the first request.
    pub fn new(address: SocketAddr, host: &str) -> Self {
        let (out, input) = (Vec::with_capacity(4_096), Vec::with_capacity(32_768));
        Self { address, host: host.to_owned(), stream: None, out, input }
    }

    /// The same server on a connection of its own.
    pub fn another(&self) -> Self {
        Self::new(self.address, &self.host)
    }

    /// Fetches a path.
    ///
    /// # Errors
    /// [`Trouble::Broken`] without a whole answer.
    pub async fn get(&mut self, target: &str, headers: &[(&str, &str)]) -> Result<Answer, Trouble> {
        self.call("GET", target, headers, None).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// [`Trouble::Broken`] without a whole answer.
    pub async fn post(
        &mut self,
        target: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Result<Answer, Trouble> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.call("POST", target, headers, Some(&body)).await
    }

    /// One request and its whole answer. A connection that the server had closed in the meantime is opened anew for a GET.
    ///
    /// # Errors
    /// [`Trouble::Broken`] without a whole answer.
    pub async fn call(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        form: Option<&str>,
    ) -> Result<Answer, Trouble> {
        self.compose(method, target, headers, form);
        let kept = self.stream.is_some();
        match self.exchange().await {
            Err(_) if kept && method == "GET" && self.input.is_empty() => Ok(self.exchange().await?),
            done => Ok(done?),
        }
    }

    fn compose(&mut self, method: &str, target: &str, headers: &[(&str, &str)], form: Option<&str>) {
        self.out.clear();
        for part in [method, " ", target, " HTTP/1.1\r\nhost: ", &self.host, "\r\n"] {
            self.out.extend_from_slice(part.as_bytes());
        }
        for (name, value) in headers {
            for part in [name, ": ", value, "\r\n"] {
                self.out.extend_from_slice(part.as_bytes());
            }
        }
        if let Some(form) = form {
            let head = format!(
                "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
                form.len()
            );
            self.out.extend_from_slice(head.as_bytes());
            self.out.extend_from_slice(form.as_bytes());
        } else {
            if method != "GET" {
                self.out.extend_from_slice(b"content-length: 0\r\n");
            }
            self.out.extend_from_slice(b"\r\n");
        }
    }

    async fn exchange(&mut self) -> io::Result<Answer> {
        self.input.clear();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        let spoken = async {
            stream.write_all(&self.out).await?;
            read_answer(&mut stream, &mut self.input).await
        };
        let (answer, keep) =
            tokio::time::timeout(PATIENCE, spoken).await.map_err(|_| io::ErrorKind::TimedOut)??;
        self.stream = keep.then_some(stream);
        Ok(answer)
    }
}

enum Length {
    Known(usize),
    Chunked,
    UntilClosed,
}

async fn read_answer(stream: &mut TcpStream, input: &mut Vec<u8>) -> io::Result<(Answer, bool)> {
    let end = loop {
        let from = input.len().saturating_sub(3);
        more(stream, input).await?;
        if let Some(at) = input.get(from..).and_then(|new| find(new, b"\r\n\r\n")) {
            break from + at;
        }
    };
    let head = String::from_utf8_lossy(input.get(..end).unwrap_or_default()).into_owned();
    let status = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(|| bad("no status line"))?;
    let mut answer = Answer { status, head, body: Vec::new() };
    let length = if matches!(status, 204 | 304) {
        Length::Known(0)
    } else if answer.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        Length::Chunked
    } else {
        let known = answer.header("content-length").and_then(|value| value.parse().ok());
        known.map_or(Length::UntilClosed, Length::Known)
    };
    let open = !answer.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let body = end + 4;
    match length {
        Length::Known(length) => {
            while input.len() < body + length {
                more(stream, input).await?;
            }
            answer.body = input.get(body..body + length).unwrap_or_default().to_vec();
            Ok((answer, open))
        }
        Length::Chunked => {
            answer.body = chunks(stream, input, body).await?;
            Ok((answer, open))
        }
        Length::UntilClosed => {
            while stream.read_buf(input).await? > 0 {}
            answer.body = input.get(body..).unwrap_or_default().to_vec();
            Ok((answer, false))
        }
    }
}

async fn chunks(stream: &mut TcpStream, input: &mut Vec<u8>, mut at: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = loop {
            if let Some(end) = input.get(at..).and_then(|rest| find(rest, b"\r\n")) {
                break at + end;
            }
            more(stream, input).await?;
        };
        let size = std::str::from_utf8(input.get(at..line).unwrap_or_default()).ok();
        let size = size.and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok());
        let size = size.ok_or_else(|| bad("a chunk without a size"))?;
        let begin = line + 2;
        while input.len() < begin + size + 2 {
            more(stream, input).await?;
        }
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(input.get(begin..begin + size).unwrap_or_default());
        at = begin + size + 2;
    }
}

async fn more(stream: &mut TcpStream, input: &mut Vec<u8>) -> io::Result<()> {
    if input.len() > LARGEST {
        return Err(bad("an answer too large"));
    }
    match stream.read_buf(input).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn bad(words: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}
