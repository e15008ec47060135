//! The demo and its story, by the program itself: on both engines, twice in a row, and what it refuses.

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use sqlx::SqliteConnection;

const STEPS: usize = 32;

fn procura(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    procura(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The first of six free ports; tests of one process ask one after the other.
fn free_ports() -> u16 {
    static LAST: std::sync::Mutex<u16> = std::sync::Mutex::new(0);
    let mut last = LAST.lock().expect("no test panicked here");
    let from = (*last + 10).max(22_000 + u16::try_from(std::process::id() % 1_000).expect("small") * 10);
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let port = (from..45_000).step_by(6).find(|port| (*port..port + 6).all(free)).expect("free ports");
    *last = port;
    port
}

/// A running `procura demo`, stopped as Ctrl-C stops it.
struct Demo {
    child: Option<Child>,
    port: u16,
}

impl Demo {
    fn start(dir: &Path, database: Option<&str>) -> Self {
        let port = free_ports();
        let mut command = procura(&["demo", "--port", &port.to_string(), "--data"]);
        command.arg(dir).stdout(Stdio::null());
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        let mut demo = Self { child: Some(command.spawn().expect("the program starts")), port };
        for _ in 0..600 {
            if dir.join("demo.json").exists() {
                return demo;
            }
            if let Some(status) = demo.child.as_mut().and_then(|child| child.try_wait().expect("a status")) {
                panic!("the demo ended with {status}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("no demo.json within 30 s");
    }

    fn stop(mut self) {
        let mut child = self.child.take().expect("running");
        let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        assert!(child.wait().expect("it ends").success());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn is_private(path: &Path) -> bool {
    let wanted = if path.is_dir() { 0o700 } else { 0o600 };
    fs::metadata(path).expect("there").permissions().mode() & 0o777 == wanted
}

fn check_demo_file(dir: &Path, port: u16) {
    let file = fs::read(dir.join("demo.json")).expect("demo.json");
    let json: Value = serde_json::from_slice(&file).expect("JSON");
    assert_eq!(json["gateway"], format!("http://localhost:{port}"));
    assert_eq!(json["portal"], format!("http://localhost:{}", port + 3));
    assert!(
        json["ledger_key"].as_str().is_some_and(|key| key.starts_with("localhost:")),
        "{}",
        json["ledger_key"]
    );
    for (list, length) in
        [("aidants", 6), ("authorities", 3), ("operators", 2), ("persons", 8), ("clients", 3)]
    {
        assert_eq!(json[list].as_array().map(Vec::len), Some(length), "{list}");
    }
    assert!(json["persons"][0]["email"].is_string() && json["aidants"][0]["note"].is_null());
    assert!(is_private(dir));
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        assert!(is_private(&path), "{}", path.display());
    }
}

fn play(dir: &Path) {
    let output = run(&["demo", "story", "--json", "--data", dir.to_str().expect("a path")]);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}{}", text(&output.stdout), text(&output.stderr)));
    assert!(output.status.success(), "{report:#}");
    assert_eq!(report["ok"], true);
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(STEPS));
    assert!(report["steps"].as_array().is_some_and(|steps| steps.iter().all(|step| step["ok"] == true)));
}

/// The second administration keeps to FAPI 2.0: its browser carries a reference that the gateway gave for a signed push.
fn check_pushes(port: u16) {
    let mut stream = TcpStream::connect(("127.0.0.1", port + 2)).expect("the administrations answer");
    let host = format!("localhost:{}", port + 2);
    let request = format!("GET /impots/connexion HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let to =
        answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_else(|| panic!("{answer}"));
    let to = url::Url::parse(to).expect("an address");
    let names: Vec<String> = to.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"], "{to}");
}

/// Two plays in a row, then the same demo again on other ports and a third play.
fn whole_life(database: Option<&str>) {
    let home = tempfile::tempdir().expect("a directory");
    let dir = home.path().join("demo");
    let demo = Demo::start(&dir, database);
    check_demo_file(&dir, demo.port);
    check_pushes(demo.port);
    play(&dir);
    play(&dir);
    demo.stop();
    assert!(!dir.join("demo.json").exists(), "a stopped demo leaves no demo.json");
    let output = run(&["demo", "story", "--data", dir.to_str().expect("a path")]);
    assert!(!output.status.success() && text(&output.stderr).contains("procura demo"));
    let again = Demo::start(&dir, None);
    check_demo_file(&dir, again.port);
    check_pushes(again.port);
    play(&dir);
    again.stop();
}

#[test]
fn the_demo_lives_and_its_story_holds_on_sqlite() {
    whole_life(None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_lives_and_its_story_holds_on_postgres() {
    let url = fresh_postgres().await;
    tokio::task::spawn_blocking(move || whole_life(Some(&url))).await.expect("held");
}

/// An empty database beside the one the tests were given.
#[expect(clippy::disallowed_methods, reason = "the tests' own setting and name")]
async fn fresh_postgres() -> String {
    let given = std::env::var("PROCURA_TEST_POSTGRES")
        .expect("PROCURA_TEST_POSTGRES is not set: run the tests by scripts/with-postgres.sh");
    let mut name = String::from("demo_");
    name.push_str(&uuid::Uuid::now_v7().simple().to_string());
    let mut connection = PgConnection::connect(&given).await.expect("PostgreSQL answers");
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))))
        .await
        .expect("created");
    let mut url = url::Url::parse(&given).expect("an address");
    url.set_path(&name);
    url.into()
}

fn refused(dir: &Path, database: &str) {
    let port = free_ports().to_string();
    let output =
        run(&["demo", "--port", &port, "--data", dir.to_str().expect("a path"), "--database", database]);
    let words = text(&output.stderr);
    assert!(!output.status.success() && words.contains("holds data that no demo wrote"), "{words}");
    assert_eq!(words.trim().lines().count(), 1, "{words}");
    assert!(!dir.join("demo.json").exists());
}

#[tokio::test]
async fn a_database_with_somebodys_data_is_left_alone() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("theirs.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut theirs = SqliteConnection::connect(&url).await.expect("opened");
    theirs.execute(sqlx::raw_sql("CREATE TABLE settings (name TEXT, value BLOB)")).await.expect("made");
    theirs.close().await.expect("closed");
    let before = fs::read(&path).expect("a file");
    refused(&home.path().join("demo"), &format!("sqlite://{}", path.display()));
    assert_eq!(fs::read(&path).expect("a file"), before);

    let postgres = fresh_postgres().await;
    let mut theirs = PgConnection::connect(&postgres).await.expect("opened");
    theirs
        .execute(sqlx::raw_sql("CREATE SCHEMA theirs; CREATE VIEW theirs.one AS SELECT 1"))
        .await
        .expect("made");
    refused(&home.path().join("other"), &postgres);
}

#[test]
fn a_port_in_use_is_one_clear_line_and_changes_nothing() {
    let home = tempfile::tempdir().expect("a directory");
    let port = free_ports();
    let _taken = TcpListener::bind(("127.0.0.1", port + 3)).expect("a port");
    let dir = home.path().join("demo");
    let output = run(&["demo", "--port", &port.to_string(), "--data", dir.to_str().expect("a path")]);
    let words = text(&output.stderr);
    assert!(!output.status.success() && words.contains(&format!("port {}", port + 3)), "{words}");
    assert_eq!(words.trim().lines().count(), 1, "{words}");
    assert!(!dir.exists());
}

#[test]
fn one_directory_has_one_demo() {
    let home = tempfile::tempdir().expect("a directory");
    let dir = home.path().join("demo");
    let demo = Demo::start(&dir, None);
    let port = free_ports().to_string();
    let output = run(&["demo", "--port", &port, "--data", dir.to_str().expect("a path")]);
    assert!(!output.status.success() && text(&output.stderr).contains("another demo is running"));
    assert!(dir.join("demo.json").exists(), "the running demo keeps its file");
    demo.stop();
}
