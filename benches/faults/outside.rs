//! The others are away or slow: FranceConnect, mail, SMS; receivers of events.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use anyhow::Result;
use anyhow::ensure;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use procura::demo::client::http_client;
use serde_json::Value;
use serde_json::json;
use tokio::net::TcpListener;

use crate::drive::login::Track;
use crate::drive::login::User;
use crate::drive::login::member;
use crate::house::House;
use crate::logins::AIDANTS;
use crate::logins::Crowd;
use crate::logins::jti;
use crate::scene::held;
use crate::support::Engine;
use crate::table::Row;

const AWAY: Duration = Duration::from_secs(10);
/// Longer than the waits between two tries that the time away leads to.
const CAUGHT_UP: Duration = Duration::from_secs(120);
const EVENTS: usize = 12;

/// While nobody outside answers, aidants go on acting; what was to be sent is sent afterwards, once.
pub async fn away(engine: Engine) -> Result<Row> {
    let mut house = House::open(engine, 1).await?;
    house.fresh_codes().await;
    house.counterparts_away().await;
    let crowd = Crowd::begin(&house.track, Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = crowd.book.completed();
    for number in 0..AIDANTS {
        ensure!(house.ask_for_link(number).await?, "the login page fails while the mail relay is away");
    }
    tokio::time::sleep(AWAY).await;
    ensure!(crowd.book.completed() > before, "nobody can act while the others are away");
    house.counterparts_back().await?;
    let (begun, links) = (Instant::now(), |house: &House| -> Result<BTreeMap<String, usize>> {
        let mut to = BTreeMap::new();
        for mail in house.mailbox()?.messages() {
            if mail.links.iter().any(|link| link.contains("/connexion/lien/")) {
                *to.entry(mail.to).or_default() += 1;
            }
        }
        Ok(to)
    });
    while links(&house)?.len() < AIDANTS {
        ensure!(begun.elapsed() < CAUGHT_UP, "not everything was sent: {:?}", links(&house)?);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let caught_up = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let twice = links(&house)?.values().filter(|times| **times > 1).count();
    let book = crowd.end().await?;
    let (unexplained, _) = book.unexplained(&[]);
    let note = format!(
        "no login failed; {AIDANTS} mails sent once, {:.1} s after the relay was back",
        caught_up.as_secs_f64()
    );
    let row = house.row("FranceConnect, mail, SMS away", 1, &book.done, &unexplained, note).await?;
    Ok(Row { doubled: row.doubled + twice, ..row })
}

/// What a receiver saw: how often each event came and how often it took it.
#[derive(Default)]
struct Seen(Mutex<BTreeMap<String, (u32, u32)>>);

/// Takes an event only when it comes the second time; before, it says nothing for longer than anybody waits.
async fn slowly(State(seen): State<Arc<Seen>>, token: String) -> StatusCode {
    let Ok(jti) = crate::ledger::jti(&Value::from(token)) else { return StatusCode::BAD_REQUEST };
    let first = {
        let mut seen = held(&seen.0);
        let (came, _) = seen.entry(jti.clone()).or_default();
        *came += 1;
        *came == 1
    };
    if first {
        tokio::time::sleep(Duration::from_secs(8)).await;
    }
    held(&seen.0).entry(jti).or_default().1 += 1;
    StatusCode::ACCEPTED
}

async fn stream(track: &Track, seen: &Arc<Seen>) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let receiver = format!("http://{}/events", listener.local_addr()?);
    let router = Router::new().route("/events", post(slowly)).with_state(Arc::clone(seen));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let basic = [("authorization", track.client.basic.as_str())];
    let form = [("grant_type", "client_credentials"), ("scope", "ssf.manage ssf.read")];
    let answer = track.wire().post(&track.token, &basic, &form).await?.must(200, "token")?.json()?;
    let token = member(&answer, "access_token")?;
    let delivery = json!({ "method": "urn:ietf:rfc:8935", "endpoint_url": receiver });
    let call = http_client(None)?.post(track.base.join("/ssf/stream")?).bearer_auth(token);
    let answer = call.json(&json!({ "delivery": delivery })).send().await?;
    ensure!(answer.status().is_success(), "no stream: {}", answer.text().await?);
    Ok(())
}

/// A receiver that keeps every first call waiting: others go on meanwhile, and each event is taken in the end.
pub async fn slow_receiver(engine: Engine) -> Result<Row> {
    let house = House::open(engine, 1).await?;
    let seen = Arc::<Seen>::default();
    stream(&house.track, &seen).await?;
    let done = Mutex::new(Vec::new());
    for number in 0..EVENTS {
        let mut aidant = User::new(&house.track, number % AIDANTS);
        let tokens = aidant.login().await?;
        held(&done).push(jti(&tokens)?);
        aidant.open(&format!("/oauth/end-session?id_token_hint={}", tokens.id)).await?.page()?;
    }
    let crowd = Crowd::begin(&house.track, Duration::ZERO);
    let begun = Instant::now();
    let taken = || held(&seen.0).values().filter(|(came, taken)| *came > 1 && *taken > 0).count();
    while taken() < EVENTS {
        ensure!(begun.elapsed() < CAUGHT_UP, "{} of {EVENTS} events taken: {:?}", taken(), held(&seen.0));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let caught_up = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(10)).await;
    let twice = held(&seen.0).values().filter(|(came, _)| *came > 2).count();
    let events = held(&seen.0).len();
    let book = crowd.end().await?;
    held(&book.done).extend(held(&done).drain(..));
    let (mut unexplained, _) = book.unexplained(&[]);
    if events != EVENTS {
        unexplained.push(format!("{events} events instead of {EVENTS}"));
    }
    let note = format!("no login failed; {EVENTS} events taken within {:.0} s", caught_up.as_secs_f64());
    let row = house.row("slow receiver of events", 1, &book.done, &unexplained, note).await?;
    Ok(Row { doubled: row.doubled + twice, ..row })
}
