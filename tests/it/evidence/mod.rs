//! What others say about the ledger's head: witnesses, time-stamps, and what happens when a key or a whole history is replaced.

mod loss;
mod rotation;
mod stamps;
mod witnesses;

use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::witness;
use procura::demo::witness::Witness;
use procura::domain::ids::EntryId;
use procura::ledger::bundle::Bundles;
use procura::operations::bench::Bench;
use procura::operations::keys;
use procura::operations::prove;
use procura::outbound::Outbound;
use tokio::net::TcpListener;

use crate::world::TestClock;
use crate::world::bare::Bare;

/// Serves these routes; gives their address.
pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A witness that trusts this bench's ledger, what the configuration says of it, and the folder where it keeps what it saw.
pub async fn stage(bench: &Bench, clock: &Arc<TestClock>) -> (Witness, String, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, _) = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key");
    let witness = Witness::new(key, folder.path().to_owned(), clock.clone()).expect("a witness");
    for key in keys::ledger_verifiers(bench).await.expect("keys") {
        witness.trust(key);
    }
    let address = serve(witness.router()).await;
    let line = format!("{} {address}{}", witness.verifier().expect("a key"), witness::PATH);
    (witness, line, folder)
}

pub fn outbound() -> Outbound {
    Outbound::new(true, Duration::from_secs(5)).expect("a client")
}

/// Runs the program with nothing but arguments.
pub fn procura(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command.args(arguments).stdin(Stdio::null()).env_clear().current_dir("/");
    command.output().expect("the program runs")
}

/// The proofs of these entries in a file.
pub async fn file_of(bare: &Bare, bench: &Bench, ids: &[EntryId]) -> String {
    let bundles = prove::bundle(bench, ids).await.expect("bundles");
    let file = bare.directory.path().join("bundles.json");
    std::fs::write(&file, serde_json::to_vec(&Bundles::new(bundles)).expect("json")).expect("a file");
    file.to_str().expect("a path").to_owned()
}
