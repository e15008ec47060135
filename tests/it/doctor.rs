//! `procura doctor` by the program itself: quiet where all is well, and each misconfiguration named.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;

use procura::config::SystemClock;
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use crate::world::Engine;
use crate::world::MASTER_KEY;
use crate::world::empty;
use crate::world::identity;
use crate::world::program::Program;
use crate::world::program::Running;

type Points = BTreeMap<String, (String, String)>;

/// What the doctor says, point by point: state and finding; and whether it ended well.
fn examine(program: &Program) -> (Points, bool) {
    let output = program.run(&["doctor", "--json"]);
    let list: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let word = |point: &Value, name: &str| point[name].as_str().expect(name).to_owned();
    let points = list.as_array().expect("a list").iter();
    let points = points.map(|one| (word(one, "point"), (word(one, "state"), word(one, "finding"))));
    (points.collect(), output.status.success())
}

/// Demands this state of this point, with these words in its finding.
fn finds(program: &Program, point: &str, state: &str, words: &str) {
    let (points, well) = examine(program);
    let found = points.get(point).unwrap_or_else(|| panic!("no point {point} in {points:#?}"));
    assert!(found.0 == state && found.1.contains(words), "{point}: {found:?} instead of {state}: {words}");
    let failing = points.values().any(|(state, _)| state == "failure");
    assert_eq!(well, !failing, "the exit status tells");
}

async fn installation(engine: Engine) -> Program {
    let program = Program::on(engine, "").await;
    let gateway = program.serve().await;
    assert!(gateway.stop(), "{}", program.logged());
    program
}

async fn settings(engine: Engine) {
    let program = installation(engine).await;
    let (points, _) = examine(&program);
    for point in [
        "configuration",
        "database",
        "master key",
        "ledger key",
        "token keys",
        "ledger",
        "integrator",
        "kept checkpoint",
        "secrets",
        "disk",
    ] {
        assert_eq!(points.get(point).map(|found| found.0.as_str()), Some("ok"), "{point}: {points:#?}");
    }
    let plain = program.text(&program.url, "");
    let with = |more: &str| plain.clone() + more;
    let server = |more: &str| plain.replacen("[server]\n", &format!("[server]\n{more}\n"), 1);
    let https = |more: &str| {
        let line = format!("public_url = \"{}\"", program.base);
        plain.replacen(&line, &format!("public_url = \"https://procura.invalid\"\n{more}"), 1)
    };
    let cases: [(String, &str, &str, &str); 16] = [
        (plain.clone(), "operators", "warning", "two_persons"),
        (plain.clone(), "public address", "warning", "http"),
        (https(""), "proxies", "warning", "trusted_proxies is empty"),
        (server("trusted_proxies = [\"0.0.0.0/0\"]"), "proxies", "failure", "everybody"),
        (server("trusted_proxies = [\"127.0.0.1\"]"), "proxies", "ok", "named proxies"),
        (plain.clone(), "metrics", "warning", "internal_listen"),
        (server("internal_listen = \"0.0.0.0:9099\""), "metrics", "warning", "every network"),
        (with("[outbound]\nallow_private = true\n"), "outbound", "warning", "this machine only"),
        (
            https("") + "[outbound]\nallow_private = true\n",
            "outbound",
            "failure",
            "may lead into this network",
        ),
        (with("[log]\nfilter = \"info,procura=trace\"\n"), "log", "warning", "talkative"),
        (with("[log]\nfilter = \"error\"\n"), "log", "warning", "hides warnings"),
        (plain.clone(), "legal pages", "warning", "publisher"),
        (plain.clone(), "witness", "warning", "no witness"),
        (
            with(
                "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\nfrom = \"a@b.example\"\n",
            ),
            "mail",
            "failure",
            "Connection refused",
        ),
        (
            with("[telemetry]\notlp_endpoint = \"http://127.0.0.1:9/v1/traces\"\n"),
            "collector",
            "failure",
            "127.0.0.1:9",
        ),
        (
            plain.replace(&format!("checkpoint_file = \"{}\"", program.kept().display()), ""),
            "kept checkpoint",
            "warning",
            "checkpoint_file is empty",
        ),
    ];
    for (text, point, state, words) in cases {
        program.configure(&text);
        finds(&program, point, state, words);
    }
    // Nobody answers at our address, then we do.
    program.configure(&plain);
    finds(&program, "issuer", "warning", "is the gateway started");
    let gateway = program.serve().await;
    finds(&program, "issuer", "ok", "in our name");
    drop(gateway);
}

async fn keys_and_ledger(engine: Engine) {
    let program = installation(engine).await;
    let plain = program.text(&program.url, "");
    // Another master key.
    program.configure(&plain.replace(MASTER_KEY, &hex::encode([5; 32])));
    finds(&program, "database", "failure", "not the one this database was made with");
    // The key of before is still there.
    program.configure(&plain.replacen(
        "[keys]\n",
        &format!("[keys]\nprevious_master_key = \"{}\"\n", hex::encode([5; 32])),
        1,
    ));
    finds(&program, "former master key", "warning", "keys rewrap");
    // A kept checkpoint that is gone, one that stopped, and one of a ledger that went further.
    program.configure(&plain);
    let kept = fs::read_to_string(program.kept()).expect("a checkpoint");
    fs::remove_file(program.kept()).expect("removed");
    finds(&program, "kept checkpoint", "warning", "the file is not there");
    fs::write(program.kept(), kept.replace("procura.example", "other.example")).expect("a file");
    finds(&program, "kept checkpoint", "failure", "not one of this ledger");
    fs::write(program.kept(), &kept).expect("a file");
    finds(&program, "kept checkpoint", "ok", "continues it");
    // A secret that everybody reads.
    let open = |path: &Path, mode: u32| {
        fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("its mode");
    };
    open(&program.config(), 0o644);
    finds(&program, "secrets", "warning", "keys.master_key");
    open(&program.config(), 0o640);
    let file = program.directory.path().join("master_key");
    fs::write(&file, MASTER_KEY).expect("a file");
    open(&file, 0o644);
    program.configure(&plain.replace(
        &format!("master_key = \"{MASTER_KEY}\""),
        &format!("master_key_file = \"{}\"", file.display()),
    ));
    finds(&program, "secrets", "warning", "keys.master_key_file");
    open(&file, 0o400);
    finds(&program, "secrets", "ok", "no file");
    // A database that nobody migrated.
    let bare = tempfile::tempdir().expect("a directory");
    let url = empty(engine, bare.path()).await.url;
    program.configure(&program.text(&url, ""));
    finds(&program, "database", "failure", "procura migrate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_unwise_setting_is_named_on_sqlite() {
    settings(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_unwise_setting_is_named_on_postgres() {
    settings(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_ledger_and_secrets_are_looked_at_on_sqlite() {
    keys_and_ledger(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_ledger_and_secrets_are_looked_at_on_postgres() {
    keys_and_ledger(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_of_the_tests_is_no_place_for_production_and_the_doctor_says_why() {
    let program = installation(Engine::Postgres).await;
    finds(&program, "database server", "ok", "PostgreSQL");
    finds(&program, "database clock", "ok", "agrees");
    finds(&program, "database role", "warning", "superuser");
    finds(&program, "database link", "ok", "on this machine");
    let many = program.text(&program.url, "").replace("max_connections = 4", "max_connections = 900");
    program.configure(&many);
    finds(&program, "database connections", "failure", "900 at most");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_else_at_our_address_is_a_failure() {
    let program = installation(Engine::Sqlite).await;
    let listener = TcpListener::bind(program.base.trim_start_matches("http://")).await.expect("our port");
    let other = axum::Json(serde_json::json!({ "issuer": "https://other.example" }));
    let router = axum::Router::new().fallback(move || std::future::ready(other.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    finds(&program, "issuer", "failure", "somebody else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_no_longer_takes_our_secret_is_a_failure() {
    let program = installation(Engine::Sqlite).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let gateway = Url::parse(&program.base).expect("an address");
    let provider = identity::provider(&gateway, port, Arc::new(SystemClock), false);
    tokio::spawn(async move { axum::serve(listener, provider.router()).await });
    let with = |secret: &str| {
        let section = format!(
            "[franceconnect]\nenabled = true\nissuer = \"http://127.0.0.1:{port}/api/v2\"\nclient_id = \"{}\"\nclient_secret = \"{secret}\"\n",
            identity::CLIENT_ID
        );
        program.configure(&program.text(&program.url, &section));
    };
    with(identity::CLIENT_SECRET);
    finds(&program, "franceconnect", "ok", "answers");
    with("one that ended");
    finds(&program, "franceconnect", "failure", "refuses franceconnect.client_id with its secret");
}

/// A relay in TLS from the first byte on, whose certificate is the house's own authority's: OpenSSL, which says what a relay
/// says whatever it is told.
fn relay(folder: &Path) -> (Running, u16) {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|at| at.local_addr()).expect("a port").port();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=a relay of the house", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", "relay.key", "-out", "relay.pem"])
        .current_dir(folder)
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut server = Command::new("openssl");
    server.args([
        "s_server",
        "-quiet",
        "-accept",
        &port.to_string(),
        "-key",
        "relay.key",
        "-cert",
        "relay.pem",
    ]);
    server.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = server.spawn().expect("openssl runs");
    let words = b"220 relay\r\n250 relay\r\n250 ok\r\n221 bye\r\n";
    server.stdin.as_mut().expect("its input").write_all(words).expect("they wait there");
    (Running(server), port)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_of_the_houses_own_authority_is_believed_where_the_system_believes_it() {
    let program = installation(Engine::Sqlite).await;
    for (believed, state, words) in [(false, "failure", "UnknownIssuer"), (true, "ok", "the relay answers")] {
        let (_relay, port) = relay(program.directory.path());
        program.configure(&program.text(
            &program.url,
            &format!("[mail]\ntransport = \"smtp\"\nhost = \"localhost\"\nport = {port}\nsecurity = \"tls\"\nfrom = \"a@b.example\"\n"),
        ));
        let mut doctor = Command::new(env!("CARGO_BIN_EXE_procura"));
        doctor.args(["doctor", "--json", "--config"]).arg(program.config());
        if believed {
            doctor.env("SSL_CERT_FILE", program.directory.path().join("relay.pem"));
        }
        let mut found = Value::Null;
        for _ in 0..100 {
            let said = doctor.output().expect("the program runs").stdout;
            let points: Vec<Value> = serde_json::from_slice(&said).expect("JSON");
            found = points.into_iter().find(|one| one["point"] == "mail").expect("the point");
            if !found.to_string().contains("Connection refused") {
                break;
            }
        }
        assert!(found["state"] == state && found.to_string().contains(words), "{found}");
    }
}

#[test]
fn every_point_is_in_the_list_that_operators_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = vec![root.join("src/cli/doctor.rs"), root.join("src/cli/ledger_health.rs")];
    for entry in fs::read_dir(root.join("src/cli/doctor")).expect("a folder") {
        sources.push(entry.expect("an entry").path());
    }
    let mut named = std::collections::BTreeSet::new();
    for path in sources {
        let text = fs::read_to_string(path).expect("a source");
        for rest in text.split("Point::new(").skip(1) {
            let first = rest.trim_start();
            if let Some(name) = first.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                named.insert(name.to_owned());
            }
        }
    }
    named.extend(["franceconnect", "proconnect", "database file"].map(str::to_owned));
    let page = fs::read_to_string(root.join("deploy/doctor.md")).expect("deploy/doctor.md");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    let listed = cells.flat_map(|cell| cell.split('`').step_by(2)).map(str::to_owned);
    let listed: std::collections::BTreeSet<String> = listed.filter(|name| !name.trim().is_empty()).collect();
    assert_eq!(named, listed);
}
