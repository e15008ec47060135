//! A connection with patience: a head that takes too long to arrive and an answer that nobody reads end it.

use std::future::Future;
use std::io;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Instant;
use tokio::time::Sleep;
use tokio::time::sleep_until;

use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// So much must be read of an answer within each patience.
const LEAST_READ: usize = 16 * 1024;

/// What the connection and its service tell each other.
#[derive(Debug, Default)]
pub struct Exchange {
    /// A head has arrived whole since somebody looked.
    head: AtomicBool,
    /// Requests being answered.
    active: AtomicUsize,
}

impl Exchange {
    /// A head has arrived; its request is being answered until what is given is dropped.
    pub fn begin(self: &Arc<Self>) -> Active {
        self.head.store(true, Ordering::Relaxed);
        self.active.fetch_add(1, Ordering::Relaxed);
        Active(Arc::clone(self))
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Active(Arc<Exchange>);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The patience of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, from its first byte on; for the first one from the beginning of the connection.
    pub head: Duration,
    /// For 16 KiB of an answer to be read, or for what is left of it.
    pub answer: Duration,
}

/// A deadline that is set now and then.
#[derive(Debug)]
struct Deadline {
    sleep: Pin<Box<Sleep>>,
    set: bool,
}

impl Deadline {
    fn new(first: Option<Duration>) -> Self {
        let sleep = Box::pin(sleep_until(Instant::now() + first.unwrap_or_default()));
        Self { sleep, set: first.is_some() }
    }

    fn set(&mut self, patience: Duration) {
        if !self.set {
            self.sleep.as_mut().reset(Instant::now() + patience);
            self.set = true;
        }
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        self.set && self.sleep.as_mut().poll(cx).is_ready()
    }
}

/// A stream whose other end may not take for ever.
#[derive(Debug)]
pub struct Paced<S> {
    stream: S,
    patience: Patience,
    exchange: Arc<Exchange>,
    head: Deadline,
    answer: Deadline,
    /// What was read of an answer since it began to be waited for.
    taken: usize,
}

impl<S> Paced<S> {
    /// A connection that has just been accepted.
    pub fn new(stream: S, patience: Patience, exchange: Arc<Exchange>) -> Self {
        let head = Deadline::new(Some(patience.head));
        Self { stream, patience, exchange, head, answer: Deadline::new(None), taken: 0 }
    }

    fn written(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match done {
            Poll::Ready(Ok(count)) => {
                self.taken = self.taken.saturating_add(count);
                if self.taken >= LEAST_READ {
                    self.answer.set = false;
                    self.taken = 0;
                }
                Poll::Ready(Ok(count))
            }
            Poll::Pending => {
                self.answer.set(self.patience.answer);
                if self.answer.is_over(cx) { Poll::Ready(Err(cut("answer"))) } else { Poll::Pending }
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }
}

fn cut(what: &'static str) -> io::Error {
    metrics::count(Counter::ConnectionsCut);
    tracing::debug!(what, "a slow connection was cut");
    io::ErrorKind::TimedOut.into()
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.exchange.head.swap(false, Ordering::Relaxed) {
            this.head.set = false;
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        // While a request is being answered its body arrives, which has a patience of its own.
        if this.exchange.active.load(Ordering::Relaxed) > 0 {
            return read;
        }
        if read.is_ready() {
            if buf.filled().len() > before {
                this.head.set(this.patience.head);
            }
            return read;
        }
        if this.head.is_over(cx) { Poll::Ready(Err(cut("head"))) } else { Poll::Pending }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.written(cx, done)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let done = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.written(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        // Everything was taken.
        this.answer.set = false;
        this.taken = 0;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;
    use tokio::io::DuplexStream;
    use tokio::time::sleep;

    /// The step of these tests: a byte each time.
    const STEP: Duration = Duration::from_millis(50);

    fn pair() -> (Paced<DuplexStream>, DuplexStream, Arc<Exchange>) {
        let (here, there) = tokio::io::duplex(1024);
        let exchange = Arc::new(Exchange::default());
        let patience = Patience { head: 10 * STEP, answer: 10 * STEP };
        (Paced::new(here, patience, Arc::clone(&exchange)), there, exchange)
    }

    async fn drip(mut to: DuplexStream) -> DuplexStream {
        for _ in 0..30 {
            sleep(STEP).await;
            drop(to.write_all(b"x").await);
        }
        to
    }

    #[tokio::test]
    async fn a_head_byte_by_byte_ends_the_connection_and_silence_before_it_too() {
        for silent in [false, true] {
            let (mut paced, there, _) = pair();
            let _writer =
                tokio::spawn(
                    async move { if silent { sleep(40 * STEP).await } else { drop(drip(there).await) } },
                );
            let (begun, mut buffer) = (Instant::now(), [0; 64]);
            let error = loop {
                match paced.read(&mut buffer).await {
                    Ok(0) => panic!("closed by the other end"),
                    Ok(_) => {}
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert!((10 * STEP..20 * STEP).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        }
    }

    #[tokio::test]
    async fn a_body_has_its_own_patience_and_a_quiet_connection_is_not_cut_here() {
        let (mut paced, there, exchange) = pair();
        let writer = tokio::spawn(drip(there));
        let mut buffer = [0; 64];
        assert!(paced.read(&mut buffer).await.expect("the head") > 0);
        let active = exchange.begin();
        for _ in 0..29 {
            assert!(paced.read(&mut buffer).await.expect("its body") > 0);
        }
        drop(active);
        let kept = writer.await.expect("written");
        let quiet = tokio::time::timeout(40 * STEP, paced.read(&mut buffer)).await;
        assert!(quiet.is_err(), "nothing of a next request has come: {quiet:?}");
        drop(kept);
    }

    #[tokio::test]
    async fn an_answer_that_is_read_byte_by_byte_ends_the_connection() {
        let (mut paced, mut there, _) = pair();
        let reader = tokio::spawn(async move {
            for _ in 0..100 {
                sleep(STEP).await;
                drop(there.read_u8().await);
            }
        });
        let begun = Instant::now();
        let error = paced.write_all(&[0; 64 * 1024]).await.expect_err("cut");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() <= 20 * STEP, "{:?}", begun.elapsed());
        reader.abort();
    }

    #[tokio::test]
    async fn an_answer_that_is_read_slowly_but_steadily_is_not_cut() {
        let (mut paced, mut there, _) = pair();
        tokio::spawn(async move {
            let mut buffer = [0; LEAST_READ];
            while there.read_exact(&mut buffer).await.is_ok() {
                sleep(STEP).await;
            }
        });
        paced.write_all(&[0; 256 * 1024]).await.expect("a minute's answer");
        paced.flush().await.expect("flushed");
    }
}
