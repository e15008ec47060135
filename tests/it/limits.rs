//! More than can be done at once: what is taken on stays bounded, the rest is told at once to come again, and nobody holds a place
//! by being slow.

use std::pin::pin;
use std::time::Duration;
use std::time::Instant;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::storage::db::Sql;
use procura::storage::db::Tx;
use procura::telemetry::metrics;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::consent::continue_link;
use crate::consent::draw_up;
use crate::proconnect;
use crate::spaces::Scene;
use crate::world::Engine;
use crate::world::Options;
use crate::world::World;

/// Worked on at once, and waiting, in the worlds of these tests.
const NARROW: (usize, usize) = (3, 6);
/// Requests sent at once by whoever does not read.
const ASKED: usize = 2_000;
/// Ten times what they take.
const CROWD: usize = 10 * (NARROW.0 + NARROW.1);

fn server(lines: &str) -> Options {
    Options { server: lines.to_owned(), ..Options::default() }
}

fn narrow() -> Options {
    server(&format!(
        "max_in_flight = {}\nmax_waiting = {}\nmax_wait = \"60 s\"\nrequest_timeout = \"60 s\"",
        NARROW.0, NARROW.1
    ))
}

/// An answer as a browser or a program gets it.
struct Answer {
    status: u16,
    retry_after: Option<u64>,
    kind: String,
    body: String,
    after: Duration,
}

async fn answer(call: reqwest::RequestBuilder) -> Answer {
    let begun = Instant::now();
    let answer = call.send().await.expect("an answer");
    let header =
        |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
    let (status, kind) = (answer.status().as_u16(), header("content-type").unwrap_or_default());
    let body = answer.text().await.expect("a body");
    Answer { status, retry_after, kind, body, after: begun.elapsed() }
}

/// Whoever writes waits until this is dropped.
async fn hold(world: &World) -> Tx {
    let mut tx = world.bench.db.begin().await.expect("a transaction");
    let sql = Sql::two(
        "DELETE FROM throttles WHERE failures < 0",
        "LOCK TABLE throttles, ledger_entries IN SHARE ROW EXCLUSIVE MODE",
    );
    tx.query(sql).execute().await.expect("held");
    tx
}

fn login(world: &World) -> reqwest::RequestBuilder {
    let fields = [("email", "personne@nulle.part.example"), ("otp", "123456")];
    world.http.post(world.at("/aidant/connexion")).header("sec-fetch-site", "same-origin").form(&fields)
}

/// Sends ten times what can be taken on while nobody can write; gives the answers that came at once, and lets the others go.
async fn crowd(world: &World, call: impl Fn() -> reqwest::RequestBuilder) -> (Vec<Answer>, Vec<Answer>) {
    let held = hold(world).await;
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        crowd.spawn(answer(call()));
    }
    let mut at_once = Vec::new();
    while at_once.len() < CROWD - NARROW.0 - NARROW.1 {
        let next = tokio::time::timeout(Duration::from_secs(30), crowd.join_next()).await;
        at_once.push(next.expect("more than may are held").expect("one").expect("an answer"));
    }
    for path in ["/healthz", "/readyz", "/oauth/jwks", "/aide"] {
        let status =
            tokio::time::timeout(Duration::from_secs(10), answer(world.http.get(world.at(path)))).await;
        // One of the two gates is full, the other is not; health is behind none.
        let status = status.unwrap_or_else(|_| panic!("{path} does not answer")).status;
        assert!(
            status == 200 || (status == 503 && path.len() > 4 && !path.ends_with('z')),
            "{path}: {status}"
        );
    }
    drop(held);
    let mut later = Vec::new();
    while let Some(answer) = crowd.join_next().await {
        later.push(answer.expect("an answer"));
    }
    (at_once, later)
}

on_each_database_with! { narrow();
    async fn ten_times_the_load_is_told_to_come_again_and_what_was_taken_on_is_answered(world) {
        for _ in 0..100 {
            if world.http.get(world.at("/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let shed = shown("procura_requests_shed_total");
        let (at_once, later) = crowd(&world, || login(&world)).await;
        for answer in &at_once {
            assert_eq!((answer.status, answer.retry_after.is_some()), (503, true), "{}", answer.body);
            assert!(answer.kind.starts_with("text/html") && answer.body.contains("Trop de demandes à la fois"), "{}", answer.body);
            assert!(answer.after < Duration::from_secs(20), "{:?}", answer.after);
        }
        assert_eq!(later.len(), NARROW.0 + NARROW.1);
        assert!(later.iter().all(|answer| answer.status < 500), "what was taken on is answered");
        assert!(shown("procura_requests_shed_total") >= shed + f64::from(u32::try_from(at_once.len()).expect("few")));
        assert_eq!(answer(world.http.get(world.at("/aide"))).await.status, 200, "and then it goes on");
    }

    async fn programs_get_the_error_of_their_protocol(world) {
        let scene = Scene::set(world).await;
        let (id, secret) = (scene.caf.id.clone(), scene.caf.secret.clone());
        let token = || {
            let fields = [("grant_type", "client_credentials"), ("scope", "receipts")];
            scene.world.http.post(scene.world.at("/oauth/token")).basic_auth(&id, Some(&secret)).form(&fields)
        };
        let (at_once, later) = crowd(&scene.world, token).await;
        for answer in at_once {
            let told: Value = serde_json::from_str(&answer.body).expect("json");
            assert_eq!((answer.status, &told["error"]), (503, &Value::from("temporarily_unavailable")), "{told}");
            assert!(answer.retry_after.is_some_and(|seconds| seconds > 0) && answer.kind == "application/json", "{}", answer.kind);
        }
        assert!(later.iter().all(|answer| answer.status == 200), "{:?}", later.iter().map(|one| one.status).collect::<Vec<_>>());
        // Where there is no OAuth, a problem (RFC 9457).
        let held = hold(&scene.world).await;
        let mut waiting = JoinSet::new();
        for _ in 0..CROWD {
            waiting.spawn(answer(token()));
        }
        for _ in 0..CROWD - NARROW.0 - NARROW.1 {
            let shed = waiting.join_next().await.expect("one").expect("an answer");
            assert_eq!(shed.status, 503, "{}", shed.body);
        }
        let problem = answer(scene.world.http.get(scene.world.at("/ledger/origins"))).await;
        assert_eq!(problem.status, 503, "the gate is full: {}", problem.body);
        assert!(problem.kind == "application/problem+json" && problem.retry_after.is_some(), "{}: {}", problem.kind, problem.body);
        drop(held);
        while waiting.join_next().await.is_some() {}
    }
}

on_each_database! {
    async fn a_burst_of_256_is_answered(world) {
        let mut burst = JoinSet::new();
        for number in 0..256 {
            let path = ["/aide", "/aidant/connexion", "/oauth/jwks", "/.well-known/openid-configuration"][number % 4];
            burst.spawn(answer(world.http.get(world.at(path))));
        }
        while let Some(answer) = burst.join_next().await {
            let answer = answer.expect("an answer");
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
    }
}

/// One request at a time, and who waits for a second is told to come again.
fn one_at_a_time() -> Options {
    Options { proconnect: true, ..server("max_in_flight = 1\nmax_waiting = 8\nmax_wait = \"1 s\"") }
}

/// From our page to the form of FranceConnect.
async fn as_a_person(world: &World, browser: &mut Browser) -> Page {
    let page = browser.get(&world.at("/personne/connexion")).await.expect("the login page");
    browser.submit(&page.form_last_in_main().expect("its button")).await.expect("the provider")
}

on_each_database_with! { one_at_a_time();
    async fn others_are_served_while_france_connect_and_proconnect_do_not_answer(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        world.agent("amelie", &aidant, "eidas2").await;
        let (mut asked, mut person, mut agent) = (world.browser(), world.browser(), world.browser());
        let consent = continue_link(&mut asked, &handed.link).await;
        let login = as_a_person(&world, &mut person).await;
        let away = proconnect::go(&world, &mut agent, "").await;
        let mut all_three = pin!(async {
            tokio::join!(
                world.identify(&mut asked, consent, "slow.jeanne"),
                world.identify(&mut person, login, "slow.jeanne"),
                proconnect::type_login(&mut agent, &away, "slow.amelie"),
            )
        });
        let pages = loop {
            tokio::select! {
                pages = &mut all_three => break pages,
                other = answer(world.http.get(world.at("/aide"))) => assert_eq!(other.status, 200, "{}", other.body),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        for (page, who) in [(pages.0, "FranceConnect"), (pages.1, "FranceConnect"), (pages.2, "ProConnect")] {
            let words = page.main_text();
            assert!(page.status == 503 && words.contains(&format!("{who} ne répond pas")), "{} {words}", page.status);
        }
    }
}

fn shown(name: &str) -> f64 {
    let text = metrics::install().render();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("there before it counts");
    line.trim().parse().expect("a number")
}

fn address(world: &World) -> std::net::SocketAddr {
    format!("127.0.0.1:{}", world.url.port().expect("a port")).parse().expect("an address")
}

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(address(world)).await.expect("a connection")
}

/// Everything that comes until the connection ends, and after how long it did.
async fn until_the_end(stream: &mut (impl AsyncReadExt + Unpin)) -> (String, Duration) {
    let begun = Instant::now();
    let mut all = Vec::new();
    // A reset is an end too.
    let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut all)).await;
    drop(ended.expect("the connection is still open"));
    (String::from_utf8_lossy(&all).into_owned(), begun.elapsed())
}

/// Sends these bytes, then one more every tenth of a second for as long as the other end takes them.
async fn drip(world: &World, first: &str) -> (String, Duration) {
    let (mut reading, mut writing) = connect(world).await.into_split();
    writing.write_all(first.as_bytes()).await.expect("the beginning");
    let writer = tokio::spawn(async move {
        while writing.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let ended = until_the_end(&mut reading).await;
    writer.abort();
    ended
}

fn impatient() -> Options {
    server(
        "header_timeout = \"1 s\"\nbody_timeout = \"1 s\"\nwrite_timeout = \"1 s\"\nidle_timeout = \"2 s\"\nmax_connections = 16",
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sends_a_byte_at_a_time_is_cut() {
    let world = World::start_with(Engine::Sqlite, impatient()).await;
    let cut = shown("procura_connections_cut_total");
    for first in ["GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ", ""] {
        let (said, after) = drip(&world, first).await;
        assert_eq!(said, "", "nothing is answered to half a head");
        assert!(after >= Duration::from_millis(900), "{after:?}");
    }
    let mut silent = connect(&world).await;
    assert_eq!(until_the_end(&mut silent).await.0, "");
    assert!(shown("procura_connections_cut_total") >= cut + 3.0);
    let slow = shown("procura_requests_slow_total");
    let kind = "content-type: application/x-www-form-urlencoded";
    for (path, face) in [("/aidant/connexion", "text/html"), ("/oauth/token", "application/problem+json")] {
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{kind}\r\ncontent-length: 5000\r\n\r\n");
        let (said, _) = drip(&world, &head).await;
        let said = said.to_ascii_lowercase();
        assert!(
            said.starts_with("http/1.1 408") && said.contains("connection: close") && said.contains(face),
            "{path}: {said}"
        );
    }
    assert!(shown("procura_requests_slow_total") >= slow + 2.0);
    assert!(world.http.get(world.at("/healthz")).send().await.expect("alive").status().is_success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_read_is_cut_and_a_quiet_connection_is_kept_for_its_time() {
    let world = World::start_with(Engine::Sqlite, impatient()).await;
    let page = answer(world.http.get(world.at("/aide"))).await.body;
    let style = page
        .split("href=\"")
        .find(|rest| rest.starts_with("/assets/"))
        .and_then(|rest| rest.split('"').next());
    let style = style.expect("a stylesheet").to_owned();
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("a small window");
    let (mut reading, mut writing) =
        socket.connect(address(&world)).await.expect("a connection").into_split();
    let writer = tokio::spawn(async move {
        let one = format!("GET {style} HTTP/1.1\r\nhost: x\r\n\r\n");
        for _ in 0..ASKED {
            if writing.write_all(one.as_bytes()).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    let cut = shown("procura_connections_cut_total");
    for _ in 0..100 {
        if shown("procura_connections_cut_total") > cut {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (said, _) = until_the_end(&mut reading).await;
    let answered = said.matches("HTTP/1.1 200").count();
    assert!(answered < ASKED, "everything was kept for whoever does not read");
    writer.abort();
    // One that asked and then says nothing is kept for a while, and no longer.
    let mut quiet = connect(&world).await;
    quiet.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("written");
    let (said, after) = until_the_end(&mut quiet).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    assert!((Duration::from_millis(1_900)..Duration::from_secs(20)).contains(&after), "{after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_above_the_bound_is_told_so() {
    let world = World::start_with(Engine::Sqlite, server("max_connections = 16")).await;
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(connect(&world).await);
    }
    let mut more = connect(&world).await;
    more.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("written");
    let (said, _) = until_the_end(&mut more).await;
    assert!(said.starts_with("HTTP/1.1 503") && said.contains("retry-after: "), "{said}");
    assert!(shown("procura_connections_refused_total") >= 1.0);
    drop(held);
    for _ in 0..100 {
        if world.http.get(world.at("/healthz")).send().await.is_ok_and(|answer| answer.status().is_success())
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody is let in again");
}
