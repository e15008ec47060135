//! The door itself: accepts connections up to a bound, serves HTTP/1.1 on each with patience, and ends gracefully. TLS and other
//! versions of HTTP are the reverse proxy's.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::config::Limits;
use crate::http::pace::Exchange;
use crate::http::pace::Paced;
use crate::http::pace::Patience;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// What one connection may buffer of a request's head, and of an answer before it is written.
const BUFFER: usize = 128 * 1024;
/// Connections above the bound that are told so instead of being dropped.
const TOLD: usize = 64;
/// How long one of these may take to ask.
const ASKED_WITHIN: Duration = Duration::from_secs(1);
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves until `stop` is done; then accepts nothing more and answers what is open. A caller that waits no longer drops it: what
/// is open ends then.
///
/// # Errors
/// None today: a connection that fails is that connection's matter.
pub async fn serve<L>(
    mut listener: L,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()>
where
    L: Listener<Io = TcpStream, Addr = SocketAddr>,
{
    let (close, closing) = watch::channel(false);
    let (room, told) = (Arc::new(Semaphore::new(limits.connections)), Arc::new(Semaphore::new(TOLD)));
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            (stream, from) = listener.accept() => match Arc::clone(&room).try_acquire_owned() {
                Ok(place) => {
                    let connection = Connection { from, router: router.clone(), limits, _place: place };
                    open.spawn(connection.serve(stream, closing.clone()));
                }
                Err(_) => {
                    metrics::count(Counter::ConnectionsRefused);
                    if let Ok(place) = Arc::clone(&told).try_acquire_owned() {
                        open.spawn(refuse(stream, place));
                    }
                }
            },
            Some(_) = open.join_next() => {}
        }
    }
    drop(listener);
    close.send_replace(true);
    while open.join_next().await.is_some() {}
    Ok(())
}

/// Answers whatever is asked that there is no room; answering before anything is read would reset the connection first.
async fn refuse(mut stream: TcpStream, _place: OwnedSemaphorePermit) {
    let asked = async {
        let mut buffer = [0; 4096];
        if stream.read(&mut buffer).await? > 0 {
            stream.write_all(NO_ROOM).await?;
            stream.shutdown().await?;
            while stream.read(&mut buffer).await? > 0 {}
        }
        io::Result::Ok(())
    };
    drop(timeout(ASKED_WITHIN, asked).await);
}

struct Connection {
    from: SocketAddr,
    router: Router,
    limits: Limits,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream, mut closing: watch::Receiver<bool>) {
        // Whoever hung up already is noticed when it is read from.
        drop(stream.set_nodelay(true));
        let exchange = Arc::new(Exchange::default());
        let patience = Patience { head: self.limits.header_timeout, answer: self.limits.write_timeout };
        let io = TokioIo::new(Paced::new(stream, patience, Arc::clone(&exchange)));
        let (router, from) = (self.router.clone(), self.from);
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let active = exchange.begin();
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(from));
            let answer = router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop(active);
                answer
            }
        });
        let mut builder = http1::Builder::new();
        // What this calls the time of a head counts from the end of the answer before: the time a connection is kept.
        builder.timer(TokioTimer::new()).header_read_timeout(self.limits.idle_timeout).max_buf_size(BUFFER);
        let mut connection = pin!(builder.serve_connection(io, service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            // An error means that the server is gone.
            () = async { drop(closing.wait_for(|closing| *closing).await) } => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::trace!(%error, "a connection ended");
        }
    }
}
