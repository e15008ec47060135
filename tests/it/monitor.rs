//! `procura ledger audit --follow` against ledgers that grow, shrink, fork, lie or fall silent, and against the real gateway.

use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::IntoResponse;
use axum::response::Response;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::note::NoteKey;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::EntryId;
use procura::ledger::checkpoint::Checkpoint;
use procura::ledger::edge::Edge;
use procura::ledger::merkle::leaf_hash;
use procura::ledger::sealed::leaf_bytes;
use procura::ledger::tiles::Resource;
use procura::ledger::tiles::entries_bytes;
use procura::operations::keys;
use serde_json::Value;

const ORIGIN: &str = "log.example/ledger";

/// A ledger by itself, published as files.
struct Log {
    key: Arc<SigningKey>,
    leaves: Vec<Vec<u8>>,
}

fn leaf(n: u128, at: i64) -> Vec<u8> {
    leaf_bytes(EntryId::from_uuid(uuid::Uuid::from_u128(n)), at, &[5; 32]).expect("a leaf")
}

impl Log {
    fn new() -> Self {
        let (key, _) = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key");
        Self { key: Arc::new(key), leaves: (0..900).map(|n| leaf(n, 1)).collect() }
    }

    /// Another history under the same key.
    fn forked(&self) -> Self {
        let mut leaves = self.leaves.clone();
        leaves[3] = leaf(3, 2);
        Self { key: self.key.clone(), leaves }
    }

    fn verifier(&self) -> String {
        NoteKey::of(ORIGIN, &self.key).expect("a verifier").to_string()
    }

    /// Writes the files of the tree of the first `size` leaves, the checkpoint last.
    fn publish(&self, folder: &Path, size: usize) {
        let write = |name: &str, bytes: &[u8]| {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, bytes).expect("written");
        };
        let leaves = &self.leaves[..size];
        let mut edge = Edge::empty();
        for (tile, bytes) in edge.grow(leaves.iter().map(|leaf| leaf_hash(leaf))) {
            write(&format!("tile/{}", Resource::Hashes(tile).path()), &bytes);
        }
        for (index, held) in (0_u64..).zip(leaves.chunks(256)) {
            let resource =
                Resource::Entries { index, width: u16::try_from(held.len()).expect("at most 256") };
            let bytes = entries_bytes(held.iter().map(Vec::as_slice)).expect("short leaves");
            write(&format!("tile/{}", resource.path()), &bytes);
        }
        let head = Checkpoint { origin: ORIGIN.into(), size: edge.size(), root: edge.root() };
        write("checkpoint", head.sign(&self.key).expect("signs").as_bytes());
    }
}

/// What the counterpart does with a request.
#[derive(Clone)]
struct Shown {
    folder: PathBuf,
    /// Every answer is "unavailable".
    silent: bool,
    /// Paths that end so are not there.
    without: Option<&'static str>,
    /// Paths that end so come with a byte changed.
    bent: Option<&'static str>,
}

struct Counterpart {
    shown: Arc<Mutex<Shown>>,
    url: String,
}

async fn answer(State(shown): State<Arc<Mutex<Shown>>>, uri: Uri) -> Response {
    let shown = shown.lock().expect("not poisoned").clone();
    let path = uri.path();
    if shown.silent {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let file = shown.folder.join(path.trim_start_matches("/ledger/"));
    match std::fs::read(file) {
        Ok(_) if shown.without.is_some_and(|end| path.ends_with(end)) => {
            StatusCode::NOT_FOUND.into_response()
        }
        Ok(mut bytes) => {
            if shown.bent.is_some_and(|end| path.ends_with(end)) {
                let last = bytes.len() - 40;
                bytes[last] ^= 1;
            }
            bytes.into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Counterpart {
    async fn start(folder: &Path) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/ledger", listener.local_addr().expect("an address"));
        let shown = Shown { folder: folder.to_owned(), silent: false, without: None, bent: None };
        let shown = Arc::new(Mutex::new(shown));
        let routes = Router::new().fallback(answer).with_state(shown.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { shown, url }
    }

    fn set(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.shown.lock().expect("not poisoned"));
    }
}

fn command(url: &str, key: &str, state: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command
        .args(["ledger", "audit", "--follow", "--url", url, "--key", key, "--state"])
        .arg(state)
        .args(more);
    command.stdin(Stdio::null()).env_clear().current_dir("/");
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("runs")
}

/// One look; what it said, and its exit status.
async fn look(url: &str, key: &str, state: &Path) -> (Output, Value) {
    let output = run(command(url, key, state, &["--once"])).await;
    let said = if output.status.success() { &output.stdout } else { &output.stderr };
    let said = serde_json::from_slice(said).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(said)));
    (output, said)
}

async fn alarm(url: &str, key: &str, state: &Path) -> String {
    let (output, said) = look(url, key, state).await;
    assert_eq!(output.status.code(), Some(1), "{said}");
    let file = std::fs::read(state.join("alarm")).expect("the alarm is on file");
    assert_eq!(serde_json::from_slice::<Value>(&file).expect("json")["alarm"], said["alarm"]);
    said["alarm"].as_str().unwrap_or_default().to_owned()
}

async fn event(url: &str, key: &str, state: &Path) -> (String, u64) {
    let (output, said) = look(url, key, state).await;
    assert!(output.status.success() && !state.join("alarm").exists(), "{said}");
    (said["event"].as_str().unwrap_or_default().to_owned(), said["size"].as_u64().unwrap_or_default())
}

/// A monitor that goes on, ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn lines(from: impl std::io::Read + Send + 'static) -> std::sync::mpsc::Receiver<Value> {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(serde_json::from_str(&line).unwrap_or(Value::String(line))).is_err() {
                break;
            }
        }
    });
    receive
}

async fn next(from: &std::sync::mpsc::Receiver<Value>) -> Value {
    for _ in 0..600 {
        if let Ok(line) = from.try_recv() {
            return line;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nothing was said for 30 seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn growth_is_followed_and_kept_over_restarts() {
    let (folder, state) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let log = Log::new();
    let key = log.verifier();
    log.publish(folder.path(), 200);
    let counterpart = Counterpart::start(folder.path()).await;
    assert_eq!(event(&counterpart.url, &key, state.path()).await, ("begun".to_owned(), 200));
    assert_eq!(event(&counterpart.url, &key, state.path()).await, ("same".to_owned(), 200));
    for size in [201, 256, 257, 900] {
        log.publish(folder.path(), size);
        assert_eq!(event(&counterpart.url, &key, state.path()).await, ("grown".to_owned(), size as u64));
    }
    let seen = std::fs::read_dir(state.path().join("checkpoints")).expect("readable").count();
    assert_eq!(seen, 5, "each checkpoint that was seen is kept");
    let stranger = Log::new().verifier();
    let output = run(command(&counterpart.url, &stranger, state.path(), &["--once"])).await;
    assert!(!output.status.success(), "a state of another key is not gone on with");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_replaced_at_once_goes_on_where_the_former_one_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = Log::new();
    log.publish(folder.path(), 300);
    let counterpart = Counterpart::start(folder.path()).await;
    let state = tempfile::tempdir().expect("a folder");
    assert_eq!(event(&counterpart.url, &log.verifier(), state.path()).await, ("begun".to_owned(), 300));
    let replaced = Log { key: Log::new().key, leaves: log.leaves.clone() };
    replaced.publish(folder.path(), 400);
    assert_eq!(alarm(&counterpart.url, &log.verifier(), state.path()).await, "checkpoint");
    let alone = run(command(&counterpart.url, &replaced.verifier(), state.path(), &["--once"])).await;
    assert!(!alone.status.success() && String::from_utf8_lossy(&alone.stderr).contains("--former-key"));
    let named = ["--once", "--former-key", &log.verifier()];
    let taken = run(command(&counterpart.url, &replaced.verifier(), state.path(), &named)).await;
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    // Once is enough, and what was seen before still counts.
    replaced.publish(folder.path(), 500);
    assert_eq!(event(&counterpart.url, &replaced.verifier(), state.path()).await, ("grown".to_owned(), 500));
    replaced.forked().publish(folder.path(), 600);
    assert_eq!(alarm(&counterpart.url, &replaced.verifier(), state.path()).await, "fork");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shrink_and_both_kinds_of_fork_are_alarms_that_stay() {
    let log = Log::new();
    let key = log.verifier();
    let (folder, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    log.publish(folder.path(), 500);
    let counterpart = Counterpart::start(folder.path()).await;
    let state = tempfile::tempdir().expect("a folder");
    assert_eq!(event(&counterpart.url, &key, state.path()).await.0, "begun");
    counterpart.set(|shown| shown.folder = other.path().to_owned());
    log.publish(other.path(), 499);
    assert_eq!(alarm(&counterpart.url, &key, state.path()).await, "shrink");
    for size in [500, 700] {
        log.forked().publish(other.path(), size);
        for _restart in 0..2 {
            assert_eq!(alarm(&counterpart.url, &key, state.path()).await, "fork", "{size}");
        }
    }
    let evidence = std::fs::read_dir(state.path().join("checkpoints")).expect("readable").count();
    assert_eq!(evidence, 4, "what was not accepted is kept too");
    // Shown the honest ledger again it goes on from where it was, and says that it does.
    counterpart.set(|shown| shown.folder = folder.path().to_owned());
    let output = run(command(&counterpart.url, &key, state.path(), &["--once"])).await;
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("recovered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lies_of_a_counterpart_are_told_apart() {
    let log = Log::new();
    let key = log.verifier();
    let folder = tempfile::tempdir().expect("a folder");
    log.publish(folder.path(), 300);
    let counterpart = Counterpart::start(folder.path()).await;
    let state = tempfile::tempdir().expect("a folder");
    let fresh = tempfile::tempdir().expect("a folder");
    assert_eq!(event(&counterpart.url, &key, state.path()).await.0, "begun");
    log.publish(folder.path(), 600);
    for (bent, wanted) in
        [("tile/0/001", "leaf"), ("tile/entries/002.p/88", "leaf"), ("checkpoint", "checkpoint")]
    {
        counterpart.set(|shown| shown.bent = Some(bent));
        assert_eq!(alarm(&counterpart.url, &key, state.path()).await, wanted, "{bent}");
    }
    counterpart.set(|shown| shown.bent = Some("tile/1/000.p/2"));
    assert_eq!(alarm(&counterpart.url, &key, fresh.path()).await, "tiles", "at the first look");
    counterpart.set(|shown| (shown.bent, shown.without) = (None, Some("tile/0/001")));
    assert_eq!(alarm(&counterpart.url, &key, state.path()).await, "unreadable");
    counterpart.set(|shown| shown.without = Some("tile/entries/001"));
    assert_eq!(alarm(&counterpart.url, &key, state.path()).await, "unreadable");
    counterpart.set(|shown| shown.without = None);
    let output = run(command(&counterpart.url, &key, state.path(), &["--once"])).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("grown") && said.contains("recovered"), "{said}");
    assert!(!state.path().join("alarm").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_an_alarm_once_it_lasts_and_ends_when_it_speaks_again() {
    let log = Log::new();
    let key = log.verifier();
    let folder = tempfile::tempdir().expect("a folder");
    log.publish(folder.path(), 10);
    let counterpart = Counterpart::start(folder.path()).await;
    let state = tempfile::tempdir().expect("a folder");
    let mut command =
        command(&counterpart.url, &key, state.path(), &["--interval", "50ms", "--silence", "3s"]);
    let mut running = Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs"));
    let out = lines(running.0.stdout.take().expect("piped"));
    let err = lines(running.0.stderr.take().expect("piped"));
    assert_eq!(next(&out).await["event"], "begun");
    counterpart.set(|shown| shown.silent = true);
    assert_eq!(next(&out).await["event"], "waiting");
    assert_eq!(next(&err).await["alarm"], "silence");
    assert!(state.path().join("alarm").exists());
    log.publish(folder.path(), 11);
    counterpart.set(|shown| shown.silent = false);
    let mut events = vec![next(&out).await];
    while events.last().is_some_and(|event| event["event"] != "recovered") {
        events.push(next(&out).await);
    }
    assert!(events.iter().any(|event| event["event"] == "grown" && event["size"] == 11), "{events:?}");
    assert!(!state.path().join("alarm").exists());
    let unknown = tempfile::tempdir().expect("a folder");
    counterpart.set(|shown| shown.silent = true);
    assert_eq!(alarm(&counterpart.url, &key, unknown.path()).await, "unreadable", "never heard of at all");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_options_belong_together() {
    let refused = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_procura")).args(arguments).env_clear().output().expect("runs");
        output.status.code() == Some(2)
    };
    assert!(refused(&["ledger", "audit", "--follow"]));
    assert!(refused(&["ledger", "audit", "--url", "http://127.0.0.1:1/ledger"]));
    assert!(refused(&["ledger", "audit", "--follow", "--url", "u", "--key", "no key", "--state", "/tmp"]));
}

on_each_database! {
    async fn the_real_gateway_is_followed_through_its_public_paths_alone(world) {
        let state = tempfile::tempdir().expect("a folder");
        let key = keys::ledger_verifier(&world.bench).await.expect("a key").to_string();
        let url = world.at("/ledger").to_string();
        for _ in 0..100 {
            if world.http.get(world.at("/readyz")).send().await.is_ok_and(|answer| answer.status() == 200) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let (_, begun) = event(&url, &key, state.path()).await;
        crate::world::bare::write(&world.bench, 300).await;
        let mut grown = begun;
        for _ in 0..100 {
            grown = event(&url, &key, state.path()).await.1;
            if grown >= begun + 300 {
                break;
            }
        }
        assert!(grown >= begun + 300, "{begun} {grown}");
        let old = format!("{url}/checkpoints/{begun}");
        let compare = |old: &str, new: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
            command.args(["ledger", "consistency", old, new, "--key", &key]).env_clear().current_dir("/");
            command
        };
        let newest = format!("{url}/checkpoint");
        let output = run(compare(&old, &newest)).await;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(run(compare(&newest, &old)).await.status.code(), Some(1), "it did not shrink");
        // The history holds both, newest first, a page at a time.
        let mut sizes = Vec::new();
        let mut page = Some(world.at("/ledger/checkpoints?limit=1").to_string());
        while let Some(address) = page {
            let answer: Value = world.http.get(&address).send().await.expect("an answer").json().await.expect("json");
            for one in answer["checkpoints"].as_array().expect("a list") {
                let note = one["checkpoint"].as_str().expect("a note");
                let key: NoteKey = key.parse().expect("a key");
                let head = Checkpoint::verify(note, &key).expect("signed");
                assert_eq!(one["size"], head.size);
                sizes.push(head.size);
            }
            page = answer["next"].as_str().map(str::to_owned);
        }
        assert!(sizes.contains(&begun) && sizes.contains(&grown) && sizes.is_sorted_by(|a, b| a > b), "{sizes:?}");
        let missing = world.http.get(world.at("/ledger/checkpoints/999999")).send().await.expect("an answer");
        assert_eq!(missing.status().as_u16(), 404);
    }
}
