//! A receiver of events and logouts: an HTTP server that can be honest, fickle, slow, wrong or away.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::post;
use procura::crypto::hash::unb64;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// How a receiver answers.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// Takes everything.
    Honest,
    /// Always this status and body.
    Answer(u16, &'static str),
    /// Takes an event only the fifth time: before, a fault, a redirect, garbage and a page.
    Fickle,
    /// Says nothing for so long, then takes it.
    Slow(Duration),
}

/// One call as it came in.
#[derive(Clone, Debug)]
pub struct Call {
    pub headers: HeaderMap,
    pub token: String,
    /// The claims, read without checking anything.
    pub claims: Value,
    /// When it came.
    pub at: Instant,
    /// Whether the answer took it.
    pub taken: bool,
}

#[derive(Default)]
struct Seen {
    calls: Vec<Call>,
    tries: HashMap<String, usize>,
    strayed: usize,
}

#[derive(Clone)]
struct Shared {
    manner: Arc<Mutex<Manner>>,
    seen: Arc<Mutex<Seen>>,
    logout: bool,
}

/// A receiver on a port of its own.
pub struct Receiver {
    pub address: SocketAddr,
    shared: Shared,
    server: Option<AbortHandle>,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Receiver {
    /// Of events.
    pub async fn open(manner: Manner) -> Self {
        Self::serve(manner, false).await
    }

    /// Of logout tokens.
    pub async fn of_logouts(manner: Manner) -> Self {
        Self::serve(manner, true).await
    }

    async fn serve(manner: Manner, logout: bool) -> Self {
        let shared = Shared { manner: Arc::new(Mutex::new(manner)), seen: Arc::default(), logout };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut receiver = Self { address, shared, server: None };
        receiver.listen(listener);
        receiver
    }

    fn listen(&mut self, listener: TcpListener) {
        let routes = Router::new()
            .route("/events", post(take))
            .route("/elsewhere", post(stray).get(stray))
            .with_state(self.shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await });
        self.server = Some(server.abort_handle());
    }

    /// Nobody answers at the address any more.
    pub async fn away(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
        while TcpListener::bind(self.address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// It is back at the same address.
    pub async fn back(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port again");
        self.listen(listener);
    }

    pub fn url(&self) -> String {
        format!("http://{}/events", self.address)
    }

    pub fn be(&self, manner: Manner) {
        *lock(&self.shared.manner) = manner;
    }

    /// Every call, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.shared.seen).calls.clone()
    }

    /// What was taken, oldest first.
    pub fn taken(&self) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.taken).collect()
    }

    /// How often the target of its redirect was visited.
    pub fn strayed(&self) -> usize {
        lock(&self.shared.seen).strayed
    }

    /// Waits until so many were taken.
    pub async fn wait_for(&self, many: usize) -> Vec<Call> {
        let begun = tokio::time::Instant::now();
        loop {
            let taken = self.taken();
            if taken.len() >= many {
                return taken;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{} of {many} came", taken.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Gives what should not come the time to come.
    pub async fn nothing_more_than(&self, many: usize) {
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(self.taken().len(), many, "{:?}", self.taken());
    }
}

async fn stray(State(shared): State<Shared>) -> StatusCode {
    lock(&shared.seen).strayed += 1;
    StatusCode::ACCEPTED
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let at = Instant::now();
    let body = String::from_utf8(body.to_vec()).expect("text");
    let token = if shared.logout {
        body.strip_prefix("logout_token=").expect("a form with one field").to_owned()
    } else {
        body
    };
    let payload = token.split('.').nth(1).and_then(unb64).expect("a JWS");
    let claims: Value = serde_json::from_slice(&payload).expect("claims");
    let manner = *lock(&shared.manner);
    if let Manner::Slow(span) = manner {
        tokio::time::sleep(span).await;
    }
    let good = if shared.logout { StatusCode::OK } else { StatusCode::ACCEPTED };
    let jti = claims["jti"].as_str().expect("jti").to_owned();
    let tried = {
        let mut seen = lock(&shared.seen);
        let tries = seen.tries.entry(jti).or_default();
        *tries += 1;
        *tries
    };
    let response = match (manner, tried) {
        (Manner::Honest | Manner::Slow(_), _) => good.into_response(),
        (Manner::Answer(status, body), _) => {
            (StatusCode::from_u16(status).expect("a status"), body).into_response()
        }
        (Manner::Fickle, 1) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (Manner::Fickle, 2) => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
        (Manner::Fickle, 3) => (StatusCode::BAD_REQUEST, "{not json").into_response(),
        (Manner::Fickle, 4) => (StatusCode::CREATED, "<html>hello</html>").into_response(),
        (Manner::Fickle, _) => good.into_response(),
    };
    let taken = response.status() == good;
    lock(&shared.seen).calls.push(Call { headers, token, claims, at, taken });
    response
}
