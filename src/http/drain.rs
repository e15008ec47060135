//! Stopping without losing a request: first "not ready", then the door is closed, then whoever is inside is answered.
//!
//! A proxy with health checks stops sending at the first step; one without them meets a closed port at the second, and passes
//! the request on to the next gateway, since nothing of it was sent. No request is refused while the gateway leaves.

use std::collections::VecDeque;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::Version;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// How long a connection that has just been accepted may take to send its first request.
const FIRST_REQUEST: Duration = Duration::from_millis(250);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Open,
    Leaving,
    Closed,
}

/// How far a gateway is with leaving; every clone tells the same.
#[derive(Clone, Debug)]
pub struct Drain(Arc<watch::Sender<Stage>>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(watch::channel(Stage::Open).0))
    }
}

impl Drain {
    /// Whether it is leaving: whoever asks should send nothing more here.
    pub fn is_leaving(&self) -> bool {
        *self.0.borrow() > Stage::Open
    }

    /// Goes on answering for `span` while saying that it leaves, then accepts nothing more. Done when what was accepted has had
    /// the time to send its request.
    pub async fn leave(&self, span: Duration) {
        self.0.send_replace(Stage::Leaving);
        tokio::time::sleep(span).await;
        self.0.send_replace(Stage::Closed);
        tokio::time::sleep(FIRST_REQUEST).await;
    }

    /// A listener that closes when this gateway does; who had already knocked is let in.
    pub fn door(&self, listener: TcpListener) -> Door {
        Door { inner: Some(listener), late: VecDeque::new(), stage: self.0.subscribe() }
    }
}

/// The listener of a gateway that may leave.
#[derive(Debug)]
pub struct Door {
    inner: Option<TcpListener>,
    late: VecDeque<(TcpStream, SocketAddr)>,
    stage: watch::Receiver<Stage>,
}

impl Door {
    /// Takes what the system had accepted on our behalf, and closes the port.
    fn close(&mut self) {
        let Some(Ok(listener)) = self.inner.take().map(TcpListener::into_std) else { return };
        while let Ok((stream, from)) = listener.accept() {
            if stream.set_nonblocking(true).is_ok()
                && let Ok(stream) = TcpStream::from_std(stream)
            {
                self.late.push_back((stream, from));
            }
        }
    }
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            if let Some(late) = self.late.pop_front() {
                return late;
            }
            let Some(listener) = &mut self.inner else { return pending().await };
            let stage = &mut self.stage;
            // An error means that nobody is left who could close the door.
            let closed = async { drop(stage.wait_for(|stage| *stage == Stage::Closed).await) };
            tokio::select! {
                accepted = Listener::accept(listener) => return accepted,
                () = closed => {}
            }
            self.close();
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        match &self.inner {
            Some(listener) => TcpListener::local_addr(listener),
            None => Err(std::io::ErrorKind::NotConnected.into()),
        }
    }
}

/// The layer that asks connections to end with the answer (RFC 9110 section 7.6.1) once the gateway leaves.
pub async fn last_answers(Extension(drain): Extension<Drain>, request: Request, next: Next) -> Response {
    let may_say = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if may_say && drain.is_leaving() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    async fn answer(stream: &mut TcpStream) -> String {
        let mut bytes = vec![0; 1024];
        let read = stream.read(&mut bytes).await.expect("an answer");
        String::from_utf8_lossy(&bytes[..read]).to_ascii_lowercase()
    }

    #[tokio::test]
    async fn who_knocked_before_the_door_closed_is_answered_and_who_comes_later_finds_it_closed() {
        let drain = Drain::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = axum::Router::new()
            .route("/", axum::routing::get(|| async { "done" }))
            .layer(axum::middleware::from_fn(last_answers))
            .layer(Extension(drain.clone()));
        let mut door = drain.door(listener);
        let mut early = TcpStream::connect(address).await.expect("open");
        let (first, from) = door.accept().await;
        drop((first, from));
        let mut knocked = TcpStream::connect(address).await.expect("in the queue");
        let (tell, told) = watch::channel(false);
        let leaving = drain.clone();
        let left = tokio::spawn(async move {
            leaving.leave(Duration::ZERO).await;
            tell.send_replace(true);
        });
        while *drain.0.borrow() != Stage::Closed {
            tokio::task::yield_now().await;
        }
        let stop = async move {
            let mut told = told;
            drop(told.wait_for(|told| *told).await);
        };
        let serving =
            tokio::spawn(async move { axum::serve(door, router).with_graceful_shutdown(stop).await });
        knocked.write_all(ASK).await.expect("written");
        let said = answer(&mut knocked).await;
        assert!(said.starts_with("http/1.1 200") && said.contains("connection: close"), "{said}");
        assert!(TcpStream::connect(address).await.is_err(), "the port is closed");
        assert_eq!(early.read(&mut [0; 8]).await.unwrap_or(0), 0);
        left.await.expect("left");
        serving.await.expect("served").expect("ended");
    }

    #[tokio::test]
    async fn while_it_leaves_it_still_answers_new_connections() {
        let drain = Drain::default();
        assert!(!drain.is_leaving());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut door = drain.door(listener);
        let leaving = drain.clone();
        let left = tokio::spawn(async move { leaving.leave(Duration::from_millis(200)).await });
        while !drain.is_leaving() {
            tokio::task::yield_now().await;
        }
        let (asked, taken) = tokio::join!(TcpStream::connect(address), door.accept());
        assert_eq!(asked.expect("open").local_addr().expect("an address"), taken.1);
        left.await.expect("left");
    }
}
