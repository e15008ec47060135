//! The program is killed in the middle of its work, three times: every token it gave has its entry, and the ledger holds.

use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use procura::demo::client::http_client;
use procura::storage::db::Sql;
use serde_json::Value;

use crate::world::Engine;
use crate::world::MASTER_KEY;
use crate::world::bare::Bare;
use crate::world::database;

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn command(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command.args(arguments).arg("--config").arg(config).stdin(Stdio::null());
    command
}

fn run(config: &Path, arguments: &[&str]) -> Value {
    let Output { status, stdout, stderr } = command(config, arguments).output().expect("the program runs");
    let said = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{arguments:?}: {}{said}", String::from_utf8_lossy(&stdout));
    serde_json::from_slice(&stdout).unwrap_or_else(|_| panic!("{arguments:?}: {said}"))
}

async fn serve(config: &Path, http: &reqwest::Client, base: &str) -> Service {
    let child = command(config, &["serve"]).stderr(Stdio::null()).spawn().expect("the program starts");
    let service = Service(child);
    for _ in 0..400 {
        let ready = http.get(format!("{base}/readyz")).send().await;
        if ready.is_ok_and(|answer| answer.status().is_success()) {
            return service;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the service is not ready after 20 s");
}

/// Asks for tokens until the connection breaks; counts those received.
async fn ask(http: reqwest::Client, url: String, client: (String, String), received: Arc<AtomicU64>) {
    loop {
        let form = [("grant_type", "client_credentials"), ("scope", "receipts")];
        let asked = http.post(&url).basic_auth(&client.0, Some(&client.1)).form(&form).send().await;
        let Ok(answer) = asked else { return };
        assert_eq!(answer.status(), 200);
        let Ok(body) = answer.bytes().await else { return };
        let token: Value = serde_json::from_slice(&body).expect("a token");
        assert!(token["access_token"].is_string());
        received.fetch_add(1, Ordering::SeqCst);
    }
}

async fn survives(engine: Engine) {
    let directory = tempfile::tempdir().expect("a directory");
    let url = database(engine, directory.path()).await.url;
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let base = format!("http://127.0.0.1:{port}");
    let config = directory.path().join("procura.toml");
    let kept = directory.path().join("checkpoint");
    let text = format!(
        "[server]\npublic_url = \"{base}\"\nlisten = \"127.0.0.1:{port}\"\n[database]\nurl = \"{url}\"\n[keys]\n\
         master_key = \"{MASTER_KEY}\"\n[operators]\ntwo_persons = false\n[log]\nfilter = \"warn\"\n[ledger]\norigin = \"{}\"\n\
         checkpoint_file = \"{}\"\nintegrate_every = \"20 ms\"\n",
        crate::world::ORIGIN,
        kept.display(),
    );
    std::fs::write(&config, text).expect("a file");
    let client = run(
        &config,
        &[
            "client",
            "add",
            "--kind",
            "administration",
            "--name",
            "CAF",
            "--theme",
            "social",
            "--redirect-uri",
            "https://caf.example/retour",
            "--compat",
        ],
    );
    let word = |name: &str| client[name].as_str().expect(name).to_owned();
    let client = (word("client_id"), word("client_secret"));
    let http = http_client(None).expect("a client");
    let received = Arc::new(AtomicU64::new(0));
    for round in 0_u64..3 {
        let mut service = serve(&config, &http, &base).await;
        let askers: Vec<_> = (0..4)
            .map(|_| {
                tokio::spawn(ask(
                    http.clone(),
                    format!("{base}/oauth/token"),
                    client.clone(),
                    received.clone(),
                ))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(700 + 130 * round)).await;
        service.0.kill().expect("SIGKILL");
        service.0.wait().expect("its end");
        for asker in askers {
            asker.await.expect("only the connection broke");
        }
    }
    let service = serve(&config, &http, &base).await;
    // The lease of the killed one ends after 2 s.
    tokio::time::sleep(Duration::from_secs(4)).await;
    drop(service);
    let audit = run(&config, &["ledger", "audit", "--payloads", "--json"]);
    assert_eq!(audit["holds"], true, "{audit}");
    let received = received.load(Ordering::SeqCst);
    assert!(received > 30, "{received} tokens");
    let entries = audit["payloads"]["opened"].as_u64().expect("a count");
    assert!(entries > received, "{received} tokens, {entries} entries");
    assert_eq!(Some(entries), audit["size"].as_u64(), "nothing waits outside the tree");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_sqlite() {
    survives(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_postgres() {
    survives(Engine::Postgres).await;
}

/// A machine that is gone without a word, or a process that stands still, would keep the ledger's lease for hours.
#[tokio::test]
async fn postgres_lets_go_of_what_a_silent_process_holds() {
    let bare = Bare::open(Engine::Postgres).await;
    let wanted = [
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "25000"),
        ("idle_in_transaction_session_timeout", "1min"),
    ];
    let mut tx = bare.bench.db.begin().await.expect("a transaction");
    for (name, value) in wanted {
        let setting = tx.query(Sql::same("SELECT current_setting($1)")).bind(name);
        let (set,): (String,) = setting.fetch_optional().await.expect("an answer").expect("a setting");
        assert_eq!(set, value, "{name}");
    }
}
