//! An SMS gateway of the kind `[sms]` describes: one POST a message, its identifier as idempotency key; what it takes goes into
//! the mailbox.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;

use crate::demo::mailbox::Channel;
use crate::demo::mailbox::Mailbox;

/// What the header `Authorization` must say.
pub const AUTHORIZATION: &str = "Bearer sms-gateway";
/// Where it listens below its address.
pub const PATH: &str = "/sms";

/// The gateway; clones share everything.
#[derive(Clone)]
pub struct SmsGateway {
    mailbox: Mailbox,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    down: AtomicBool,
    forgetful: AtomicBool,
    asked: AtomicUsize,
    taken: Mutex<BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Sms {
    to: String,
    text: String,
    id: String,
}

impl SmsGateway {
    /// A gateway that puts what it takes into `mailbox`.
    pub fn new(mailbox: Mailbox) -> Self {
        Self { mailbox, inner: Arc::default() }
    }

    /// From now on it answers 503 and takes nothing, or works again.
    pub fn set_down(&self, down: bool) {
        self.inner.down.store(down, Ordering::Relaxed);
    }

    /// From now on it takes each message and answers 504 all the same, as one whose answer is lost.
    pub fn set_answers_lost(&self, lost: bool) {
        self.inner.forgetful.store(lost, Ordering::Relaxed);
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::Relaxed)
    }

    /// Its one route.
    pub fn router(&self) -> Router {
        Router::new().route(PATH, post(take)).with_state(self.clone())
    }
}

async fn take(State(gateway): State<SmsGateway>, headers: HeaderMap, Json(sms): Json<Sms>) -> StatusCode {
    let inner = &gateway.inner;
    inner.asked.fetch_add(1, Ordering::Relaxed);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("authorization") != AUTHORIZATION {
        return StatusCode::UNAUTHORIZED;
    }
    if inner.down.load(Ordering::Relaxed) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if header("idempotency-key") != sms.id || !sms.to.starts_with('+') {
        return StatusCode::BAD_REQUEST;
    }
    let first = inner.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(sms.id);
    if first {
        gateway.mailbox.keep(Channel::Sms, &sms.to, "", &sms.text);
    }
    match (inner.forgetful.load(Ordering::Relaxed), first) {
        (true, _) => StatusCode::GATEWAY_TIMEOUT,
        (false, true) => StatusCode::ACCEPTED,
        (false, false) => StatusCode::CONFLICT,
    }
}
