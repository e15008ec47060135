//! More than can be done: what those get who are let in, and whether the others are told to come again.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use futures_util::future::join_all;
use procura::config::SystemClock;
use procura::demo::browser::cookies::Navigation;
use procura::domain::time::Clock;

use crate::Options;
use crate::cell::percentile;
use crate::drive::login::Track;
use crate::drive::login::User;
use crate::drive::wire::Trouble;
use crate::drive::wire::Wire;
use crate::name;
use crate::scene::Scene;

/// Connections in a closed loop: what two processors carry, and ten times that.
const CALM: usize = 8;
const STORM: usize = 10 * CALM;
/// By then the gate knows that it is more than a crowd, and what waited before is answered.
const WARM_UP: Duration = Duration::from_secs(3);
/// How soon somebody asks again who was told to come later; far sooner than told.
const PAUSE: Duration = Duration::from_millis(10);

/// The same request again and again on a connection of its own.
struct Ask {
    wire: Wire,
    method: &'static str,
    path: &'static str,
    header: (&'static str, String),
    body: Option<String>,
}

#[derive(Default)]
struct Tally {
    took: Vec<Duration>,
    shed: u32,
    trouble: Option<Trouble>,
}

/// Prints for each database what one request costs in calm and in a storm.
///
/// # Errors
/// When the service does not start, or answers something else than the page or 503 with `Retry-After`.
pub async fn measure(options: &Options) -> Result<()> {
    println!(
        "{:<16} {:<11} {:>5} {:>9} {:>8} {:>8} {:>8} {:>9}",
        "request", "on", "users", "served/s", "p50 ms", "p99 ms", "x calm", "shed/s"
    );
    for engine in options.engines() {
        let scene = Scene::set(engine, options.meter(engine), async |_| Ok(())).await;
        let scene = scene.with_context(|| format!("on {}", name(engine)))?;
        for what in ["introspection", "aidant's home"] {
            let mut calm = None;
            for users in [CALM, STORM, 4 * STORM] {
                let asks = asks(&scene.track, what, users).await?;
                let (tally, span) = storm(asks, options.seconds).await?;
                let rate =
                    |many: usize| f64::from(u32::try_from(many).unwrap_or(u32::MAX)) / span.as_secs_f64();
                let (p50, p99) = (percentile(&tally.took, 50), percentile(&tally.took, 99));
                println!(
                    "{what:<16} {:<11} {users:>5} {:>9.0} {p50:>8.2} {p99:>8.2} {:>8.2} {:>9.0}",
                    name(engine),
                    rate(tally.took.len()),
                    p99 / *calm.get_or_insert(p99),
                    f64::from(tally.shed) / span.as_secs_f64(),
                );
            }
        }
        println!("({}: the audit holds over {} entries)", name(engine), scene.audit()?);
    }
    Ok(())
}

async fn asks(track: &Arc<Track>, what: &str, users: usize) -> Result<Vec<Ask>> {
    let token = User::new(track, 0).login().await?.access;
    let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("token", &token).finish();
    let home = track.base.join("/aidant")?;
    (0..users)
        .map(|number| match what {
            "introspection" => Ok(Ask {
                wire: track.wire(),
                method: "POST",
                path: "/oauth/introspect",
                header: ("authorization", track.client.basic.clone()),
                body: Some(body.clone()),
            }),
            _ => {
                let jar = track.aidants.get(number % track.aidants.len().max(1)).context("an aidant")?;
                let navigation = Navigation { same_site: true, safe_method: true };
                let cookies = jar.header(&home, navigation, SystemClock.now()).context("a session")?;
                let wire = track.wire();
                Ok(Ask { wire, method: "GET", path: "/aidant", header: ("cookie", cookies), body: None })
            }
        })
        .collect()
}

impl Ask {
    /// Whether it was served; `false` where it was told when to come again.
    async fn once(&mut self) -> Result<bool, Trouble> {
        let headers = [(self.header.0, self.header.1.as_str())];
        let answer = self.wire.call(self.method, self.path, &headers, self.body.as_deref()).await?;
        if answer.status == 503 && answer.header("retry-after").is_some() {
            return Ok(false);
        }
        answer.must(200, self.path).map(|_| true)
    }
}

async fn storm(asks: Vec<Ask>, seconds: u64) -> Result<(Tally, Duration)> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let from = Instant::now() + WARM_UP;
    let until = from + Duration::from_secs(seconds);
    join_all(asks.into_iter().map(|ask| again_and_again(ask, (from, until), Rc::clone(&tally)))).await;
    let mut tally = tally.take();
    if let Some(trouble) = tally.trouble.take() {
        return Err(trouble.into());
    }
    tally.took.sort_unstable();
    Ok((tally, until - from))
}

async fn again_and_again(mut ask: Ask, (from, until): (Instant, Instant), tally: Rc<RefCell<Tally>>) {
    loop {
        let begun = Instant::now();
        if begun >= until {
            return;
        }
        let served = ask.once().await;
        let now = Instant::now();
        let counts = (from..=until).contains(&now);
        match served {
            Ok(true) if counts => tally.borrow_mut().took.push(now - begun),
            Ok(true) => {}
            Ok(false) => {
                tally.borrow_mut().shed += u32::from(counts);
                tokio::time::sleep(PAUSE).await;
            }
            Err(trouble) => {
                tally.borrow_mut().trouble.get_or_insert(trouble);
                return;
            }
        }
    }
}
