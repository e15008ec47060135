//! How soon each channel knows that a person ended a mandate, on each database: introspection, pushed event, fetched event,
//! back-channel logout. Counted from the instant at which the operation's commit was answered.
//!
//! The gateway with its jobs, the receivers and the one who revokes are one process; mandates and tokens are put into the storage.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a measurement prints its result")]
#![expect(clippy::expect_used, clippy::panic, reason = "a measurement that cannot be set up ends")]

#[expect(dead_code, unused_macros, reason = "shared with the tests, which use more of it")]
#[path = "../tests/it/world/mod.rs"]
mod world;

#[expect(dead_code, reason = "shared with the tests, which use more of it")]
#[path = "../tests/it/signals"]
mod signals {
    pub mod receiver;
    pub mod stage;
}

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

use procura::crypto::jose;
use procura::crypto::keys::Algorithm;
use procura::domain::ids::MandateId;
use procura::domain::theme::Theme;
use procura::operations::keys;
use procura::storage::tokens;
use procura::storage::tokens::StoredToken;
use procura::storage::tokens::TokenKind;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use signals::receiver::Manner;
use signals::receiver::Receiver;
use signals::stage::Stage;
use signals::stage::System;
use signals::stage::system;
use tokio::sync::oneshot;
use world::Engine;

const REVOCATIONS: usize = 120;
const THEME: Theme = Theme::Social;

#[tokio::main]
async fn main() {
    let mut engines = vec![("SQLite", Engine::Sqlite)];
    #[expect(
        clippy::disallowed_methods,
        reason = "scripts/with-postgres.sh tells of its database by the environment"
    )]
    let postgres = std::env::var_os("PROCURA_TEST_POSTGRES").is_some();
    if postgres {
        engines.push(("PostgreSQL", Engine::Postgres));
    } else {
        println!("PostgreSQL is left out: run this under scripts/with-postgres.sh");
    }
    println!("From the answer to a revocation to each channel; {REVOCATIONS} revocations, one at a time");
    println!(
        "{:<11} {:<20} {:>6} {:>9} {:>9} {:>9}",
        "database", "channel", "count", "p50 ms", "p99 ms", "most ms"
    );
    for (name, engine) in engines {
        measure(name, engine).await;
    }
}

async fn measure(name: &str, engine: Engine) {
    let logouts = Receiver::of_logouts(Manner::Honest).await;
    let events = Receiver::open(Manner::Honest).await;
    let stage = Stage::with_logout(engine, Some(logouts.url())).await;
    let fetching = system(&stage.world, "fetching", &[THEME], None).await;
    stage.push_to(&stage.caf, &events).await;
    let (_, path) = stage.polled(&fetching).await;
    let mut took: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for number in 0..REVOCATIONS {
        one(&stage, &fetching, &path, (&events, &logouts), number, &mut took).await;
    }
    show(name, took);
}

fn show(name: &str, took: BTreeMap<&str, Vec<Duration>>) {
    for (channel, mut spans) in took {
        spans.sort_unstable();
        let at =
            |share: usize| spans[(spans.len() * share / 100).min(spans.len() - 1)].as_secs_f64() * 1_000.0;
        let channel = channel.get(2..).unwrap_or(channel);
        println!(
            "{name:<11} {channel:<20} {:>6} {:>9.1} {:>9.1} {:>9.1}",
            spans.len(),
            at(50),
            at(99),
            at(100)
        );
    }
}

/// One revocation, followed on every channel until each knows it.
async fn one(
    stage: &Stage,
    fetching: &System,
    path: &str,
    (events, logouts): (&Receiver, &Receiver),
    number: usize,
    took: &mut BTreeMap<&str, Vec<Duration>>,
) {
    let mandate = stage.mandate(&[THEME], &[&stage.caf, fetching]).await;
    let token = access_token(stage, mandate).await;
    assert!(introspected(stage, &token).await, "active before");
    let (tell, told) = oneshot::channel();
    let fetch = async {
        let body = json!({ "returnImmediately": false });
        let (status, answer) = stage.call(fetching, Method::POST, path, Some(body)).await;
        let heard = Instant::now();
        assert_eq!(status, 200, "{answer}");
        let taken: Vec<&String> = answer["sets"].as_object().expect("sets").keys().collect();
        assert_eq!(taken.len(), 1, "{answer}");
        let body = json!({ "returnImmediately": true, "maxEvents": 0, "ack": taken });
        stage.call(fetching, Method::POST, path, Some(body)).await;
        heard
    };
    let end = async {
        // Anywhere in the receivers' and the jobs' rhythm.
        tokio::time::sleep(Duration::from_millis(50 + u64::try_from(number % 37).unwrap_or(0) * 7)).await;
        stage.revoke(mandate, None).await.expect("ended");
        let ended = Instant::now();
        while introspected(stage, &token).await {}
        tell.send((ended, Instant::now())).expect("somebody waits");
    };
    let (heard, ()) = tokio::join!(fetch, end);
    let (ended, known) = told.await.expect("ended");
    let pushed = events.wait_for((number + 1) * 2).await;
    let logged_out = logouts.wait_for(number + 1).await;
    let mine = |call: &&signals::receiver::Call| call.claims["sub_id"]["format"] == "opaque";
    let pushed = pushed.iter().rfind(mine).expect("the mandate's event").at;
    for (channel, at) in [
        ("1 introspection", known),
        ("2 event, pushed", pushed),
        ("3 event, fetched", heard),
        ("4 back-channel logout", logged_out[number].at),
    ] {
        took.entry(channel).or_default().push(at.saturating_duration_since(ended));
    }
}

/// An access token of an act under this mandate, signed as the token endpoint signs it.
async fn access_token(stage: &Stage, mandate: MandateId) -> String {
    let bench = &stage.world.bench;
    let act = stage.act(&stage.caf, mandate, THEME).await;
    let now = bench.now();
    let row = StoredToken {
        jti: format!("access-{act}"),
        kind: TokenKind::Access,
        client: stage.caf.id.clone(),
        act: Some(act),
        mandate: Some(mandate),
        expires_at: now.plus(Duration::from_secs(300)),
        ended_at: None,
    };
    let mut tx = bench.db.begin().await.expect("a transaction");
    tokens::insert(&mut tx, &row).await.expect("a token");
    tx.commit().await.expect("committed");
    let issuer = bench.config.server.public_url.as_str();
    let claims = json!({ "iss": issuer, "aud": issuer, "client_id": "caf", "jti": row.jti, "iat": now.seconds(),
        "exp": row.expires_at.seconds() });
    let key = keys::signing_key(bench, Algorithm::Es256).await.expect("a key");
    jose::sign(&key, Some("at+jwt"), &claims).expect("signed")
}

async fn introspected(stage: &Stage, token: &str) -> bool {
    let call = stage.world.http.post(stage.world.at("/oauth/introspect"));
    let call = call.basic_auth("caf", Some(stage.caf.secret())).form(&[("token", token)]);
    let answer: Value = call.send().await.expect("an answer").json().await.expect("json");
    answer["active"].as_bool().expect("a verdict")
}
