//! What a running gateway takes anew without a restart: `log.filter` at SIGHUP, keys and clients by themselves.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;

use crate::world::Engine;
use crate::world::program::Program;

/// How soon a key that was rotated elsewhere signs: keys are read again after five seconds.
const KEYS_WITHIN: Duration = Duration::from_secs(8);

async fn wait_for<T>(within: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < within, "not within {within:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn published(program: &Program) -> Vec<String> {
    let answer = program.http.get(format!("{}/oauth/jwks", program.base)).send().await.expect("an answer");
    let set: Value = answer.json().await.expect("a key set");
    let keys = set["keys"].as_array().expect("keys");
    // Whoever encrypts to us is shown the newest key alone.
    let signing = keys.iter().filter(|key| key["use"] != "enc");
    signing.map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

fn add_client(program: &Program) -> (String, String) {
    let client = program.json(&[
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
    ]);
    let word = |name: &str| client[name].as_str().expect(name).to_owned();
    (word("client_id"), word("client_secret"))
}

async fn asks_for_a_token(program: &Program, client: &(String, String)) -> u16 {
    let form = [("grant_type", "client_credentials"), ("scope", "receipts")];
    let asked = program.http.post(format!("{}/oauth/token", program.base));
    let answer = asked.basic_auth(&client.0, Some(&client.1)).form(&form).send().await.expect("an answer");
    answer.status().as_u16()
}

async fn keys_and_clients(engine: Engine) {
    let program = Program::on(engine, "[log]\nfilter = \"warn\"\n").await;
    let gateway = program.serve().await;
    // A client that is added beside the running gateway is known at its next request, and so is its end.
    let client = add_client(&program);
    assert_eq!(asks_for_a_token(&program, &client).await, 200);
    let disabled = program.run(&["client", "disable", &client.0]);
    assert!(disabled.status.success(), "{}", String::from_utf8_lossy(&disabled.stderr));
    assert_eq!(asks_for_a_token(&program, &client).await, 401);
    // So is a new secret.
    let client = add_client(&program);
    let rotated = program.json(&["client", "rotate-secret", &client.0, "--overlap", "0"]);
    assert_eq!(asks_for_a_token(&program, &client).await, 401);
    let secret = rotated["client_secret"].as_str().expect("a secret").to_owned();
    let client = (client.0, secret);
    assert_eq!(asks_for_a_token(&program, &client).await, 200);
    // A key that is rotated by the command is published within seconds.
    let before = published(&program).await;
    program.json(&["keys", "rotate", "--now"]);
    let after = wait_for(KEYS_WITHIN, async || {
        let now = published(&program).await;
        (now != before).then_some(now)
    })
    .await;
    assert_eq!(before.iter().filter(|kid| !after.contains(kid)).count(), 0, "retired keys stay published");
    // So is the ledger's.
    let ledger_key = |text: &[u8]| String::from_utf8_lossy(text).trim().to_owned();
    let old = ledger_key(&program.run(&["ledger", "key"]).stdout);
    program.json(&["keys", "rotate", "--ledger", "--now"]);
    let new = ledger_key(&program.run(&["ledger", "key"]).stdout);
    assert_ne!(old, new);
    let name_and_hash = new.rsplit_once('+').expect("a key").0.to_owned();
    assert!(name_and_hash.contains('+'));
    let checkpoint = program.directory.path().join("head");
    wait_for(KEYS_WITHIN, async || {
        // A checkpoint is signed where something is new.
        asks_for_a_token(&program, &client).await;
        let answer = program.http.get(format!("{}/ledger/checkpoint", program.base)).send().await.ok()?;
        std::fs::write(&checkpoint, answer.text().await.ok()?).expect("a file");
        let head = checkpoint.to_str().expect("a path");
        program.run(&["ledger", "consistency", head, head, "--key", &new]).status.success().then_some(())
    })
    .await;
    assert!(gateway.stop(), "{}", program.logged());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_clients_are_taken_without_a_restart_on_sqlite() {
    keys_and_clients(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_clients_are_taken_without_a_restart_on_postgres() {
    keys_and_clients(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filter_of_the_log_is_read_again_at_a_hangup() {
    let filter = |filter: &str| format!("[log]\nfilter = \"{filter}\"\n");
    let program = Program::on(Engine::Sqlite, &filter("warn")).await;
    let gateway = program.serve().await;
    let ask = async || {
        program.http.get(format!("{}/aide", program.base)).send().await.expect("an answer");
    };
    ask().await;
    assert!(!program.logged().contains("answered"), "{}", program.logged());
    program.configure(&program.text(&program.url, &filter("info")));
    gateway.signal("HUP");
    wait_for(Duration::from_secs(10), async || {
        ask().await;
        program.logged().contains("answered").then_some(())
    })
    .await;
    // One that does not hold changes nothing, and is said.
    program.configure("[log]\nfilter = 3\n");
    gateway.signal("HUP");
    wait_for(Duration::from_secs(10), async || program.logged().contains("was not taken").then_some(()))
        .await;
    let lines = program.logged().lines().count();
    ask().await;
    assert!(program.logged().lines().count() > lines, "the former filter stays");
    assert!(gateway.stop());
}
