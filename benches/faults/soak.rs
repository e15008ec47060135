//! `make soak`: everything at once. Complete logins while one gateway is killed, another is stopped and started, the database is
//! restarted, mail and FranceConnect go and come back; each process is weighed every few seconds. Two processes are never
//! touched: what grows in them grows for ever.

use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;

use crate::database::restart_postgres;
use crate::house::House;
use crate::house::Seat;
use crate::logins::AIDANTS;
use crate::logins::Book;
use crate::logins::Crowd;
use crate::logins::is_excusable;
use crate::logins::kind;
use crate::logins::logged_out;
use crate::scene::held;
use crate::support::Engine;
use crate::table;
use crate::variable;

const SECONDS: u64 = 600;
const WEIGHED_EVERY: Duration = Duration::from_secs(10);
/// From a fault until what it broke has failed.
const AFTERMATH: Duration = Duration::from_secs(3);
/// A rest between two logins of an aidant, so that the machine is busy and not choked.
const REST: Duration = Duration::from_millis(50);
/// Memory that a process may take on after it has warmed up: in percent, and in KiB.
const GROWTH: (u64, u64) = (15, 16_384);
/// Open files that a process may have more at the end: connections to the database come and go.
const FILES: u64 = 24;

/// A fault and the time in which logins may fail for it.
struct Cause {
    name: &'static str,
    from: Instant,
    until: Instant,
}

/// What a process weighed: seconds since the beginning, KiB, open files.
type Weights = BTreeMap<String, Vec<(f64, u64, u64)>>;

/// All of it.
struct Soak {
    house: House,
    crowd: Option<Crowd>,
    begun: Instant,
    causes: Vec<Cause>,
    weights: Weights,
    weighed: Instant,
    asked: BTreeMap<String, usize>,
    counted: BTreeMap<&'static str, u32>,
}

/// Runs it for `SOAK_SECONDS` (600) and prints what it found.
///
/// # Errors
/// When something was lost, grew, or failed without a cause.
pub async fn run() -> Result<()> {
    let span = variable("SOAK_SECONDS").map_or(Ok(SECONDS), |text| text.parse()).context("SOAK_SECONDS")?;
    let house = House::open(Engine::Postgres, 3).await?;
    house.fresh_codes().await;
    let crowd = Some(Crowd::begin(&house.track, REST));
    let now = Instant::now();
    let mut soak = Soak {
        house,
        crowd,
        begun: now,
        causes: Vec::new(),
        weights: Weights::new(),
        weighed: now,
        asked: BTreeMap::new(),
        counted: BTreeMap::new(),
    };
    println!("soak: {span} s, {AIDANTS} aidants, three gateways, a worker, PostgreSQL, nginx");
    while soak.begun.elapsed() < Duration::from_secs(span) {
        soak.round().await?;
    }
    soak.rest(Duration::from_secs(5)).await;
    soak.finish().await
}

impl Soak {
    /// Each fault once.
    async fn round(&mut self) -> Result<()> {
        self.kill().await?;
        self.roll().await?;
        self.away().await?;
        self.database().await
    }

    /// Waits, and weighs meanwhile.
    async fn rest(&mut self, span: Duration) {
        let until = Instant::now() + span;
        while Instant::now() < until {
            if self.weighed.elapsed() >= WEIGHED_EVERY {
                self.weigh();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn weigh(&mut self) {
        self.weighed = Instant::now();
        let at = self.begun.elapsed().as_secs_f64();
        for seat in self.house.gateways.iter().chain(&self.house.worker) {
            if let (Some((resident, files)), Some(id)) = (seat.weight(), seat.id()) {
                let name = if is_steady(seat) { seat.name.clone() } else { format!("{} ({id})", seat.name) };
                self.weights.entry(name).or_default().push((at, resident, files));
            }
        }
    }

    fn cause(&mut self, name: &'static str, from: Instant) {
        *self.counted.entry(name).or_default() += 1;
        self.causes.push(Cause { name, from, until: Instant::now() + AFTERMATH });
    }

    /// The second gateway is killed, and comes back.
    async fn kill(&mut self) -> Result<()> {
        let from = Instant::now();
        self.house.gateways[1].kill();
        self.cause("gateway killed", from);
        self.rest(Duration::from_secs(4)).await;
        self.house.gateways[1].start()?;
        self.house.gateway_ready(1).await?;
        self.rest(Duration::from_secs(2)).await;
        Ok(())
    }

    /// The third is stopped and started: no login may fail for that.
    async fn roll(&mut self) -> Result<()> {
        self.house.gateways[2].leave().await?;
        self.house.gateways[2].start()?;
        self.house.gateway_ready(2).await?;
        *self.counted.entry("gateway rolled").or_default() += 1;
        self.rest(Duration::from_secs(2)).await;
        Ok(())
    }

    /// FranceConnect, mail and SMS are away; a link that is asked for meanwhile comes afterwards, once.
    async fn away(&mut self) -> Result<()> {
        self.house.counterparts_away().await;
        let turn = usize::try_from(*self.counted.get("others away").unwrap_or(&0))?;
        // An account may ask for few links in a while: each is asked for in turn.
        let number = turn % AIDANTS;
        let asked = self.house.ask_for_link(number).await?;
        self.rest(Duration::from_secs(6)).await;
        self.house.counterparts_back().await?;
        *self.counted.entry("others away").or_default() += 1;
        if asked {
            let to = self.house.track.accounts[number].email.clone();
            let begun = Instant::now();
            while !self.house.mailbox()?.messages().iter().any(|mail| mail.to == to) {
                ensure!(begun.elapsed() < Duration::from_secs(60), "a mail of {to} never came");
                self.rest(Duration::from_millis(200)).await;
            }
            self.rest(Duration::from_secs(2)).await;
            let came = self.house.mailbox()?.messages().iter().filter(|mail| mail.to == to).count();
            *self.asked.entry(to).or_default() += came - 1;
        }
        Ok(())
    }

    async fn database(&mut self) -> Result<()> {
        let from = Instant::now();
        restart_postgres()?;
        self.house.ready().await?;
        self.cause("PostgreSQL restarted", from);
        self.rest(Duration::from_secs(5)).await;
        Ok(())
    }

    async fn finish(mut self) -> Result<()> {
        self.weigh();
        let book = self.crowd.take().context("a crowd")?.end().await?;
        let unexplained = self.print_failures(&book);
        let grown = self.print_weights();
        let faults: u32 = self.counted.values().sum();
        let out = logged_out(&self.house.track).await?;
        let mut lost = unexplained;
        lost.extend((0..out).map(|_| "a session is lost".to_owned()));
        let note = format!("faults: {:?}", self.counted);
        let row = self.house.row("everything at once", faults, &book.done, &lost, note).await?;
        let doubled = self.asked.values().sum::<usize>();
        table::head();
        let row = table::say(table::Row { doubled: row.doubled + doubled, ..row });
        ensure!(row.holds() && grown == 0, "it does not hold");
        println!("nothing lost, nothing doubled, nothing grows, each error has its cause");
        Ok(())
    }

    /// Each kind of error by its cause; gives those without one.
    fn print_failures(&self, book: &Book) -> Vec<String> {
        let (mut kinds, mut unexplained) = (BTreeMap::<(String, &str), u32>::new(), Vec::new());
        for (at, trouble) in held(&book.failed).iter() {
            let cause = self.causes.iter().find(|cause| cause.from <= *at && *at <= cause.until);
            let name = cause.filter(|_| is_excusable(trouble)).map_or("none", |cause| cause.name);
            *kinds.entry((kind(trouble), name)).or_default() += 1;
            if name == "none" {
                unexplained.push(format!("after {:.1} s: {trouble}", (*at - self.begun).as_secs_f64()));
            }
        }
        println!("\n{:<30} {:<24} {:>6}", "error", "cause", "times");
        for ((failure, cause), times) in kinds {
            println!("{failure:<30} {cause:<24} {times:>6}");
        }
        unexplained
    }

    /// Memory and open files of each process at the beginning and the end; gives how many grow.
    fn print_weights(&self) -> usize {
        println!(
            "\n{:<22} {:>7} {:>10} {:>10} {:>12} {:>11} {:>9}",
            "process", "seconds", "MiB start", "MiB end", "KiB/min", "files start", "files end"
        );
        let mut grown = 0;
        for (name, weights) in &self.weights {
            let (Some(first), Some(last)) = (weights.first(), weights.last()) else { continue };
            let slope = slope(&weights[weights.len() / 2..]) * 60.0;
            let steady = !name.contains('(');
            let (warm, end) = (middle(weights, 1), middle(weights, 3));
            let heavier = end.0 > warm.0 + (warm.0 * GROWTH.0 / 100).max(GROWTH.1);
            let grows = steady && weights.len() >= 8 && (heavier || end.1 > warm.1 + FILES);
            grown += usize::from(grows);
            println!(
                "{name:<22} {:>7.0} {:>10} {:>10} {slope:>12.0} {:>11} {:>9} {}",
                last.0 - first.0,
                first.1 / 1024,
                last.1 / 1024,
                first.2,
                last.2,
                if grows { "GROWS" } else { "" }
            );
        }
        println!();
        grown
    }
}

/// Whether nobody kills it.
fn is_steady(seat: &Seat) -> bool {
    seat.name == "worker" || seat.name == "gateway 1"
}

/// The middle of the weights of a quarter of the run.
fn middle(weights: &[(f64, u64, u64)], quarter: usize) -> (u64, u64) {
    let part = &weights[weights.len() * quarter / 4..weights.len() * (quarter + 1) / 4];
    let mut resident: Vec<u64> = part.iter().map(|(_, resident, _)| *resident).collect();
    let mut files: Vec<u64> = part.iter().map(|(_, _, files)| *files).collect();
    resident.sort_unstable();
    files.sort_unstable();
    let at = part.len() / 2;
    (resident.get(at).copied().unwrap_or(0), files.get(at).copied().unwrap_or(0))
}

/// KiB a second, by least squares.
#[expect(clippy::cast_precision_loss, reason = "a process of 2^53 KiB does not fit into any machine")]
fn slope(weights: &[(f64, u64, u64)]) -> f64 {
    let count = weights.len().max(1) as f64;
    let mean = |value: &dyn Fn(&(f64, u64, u64)) -> f64| weights.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(&|weight| weight.0), mean(&|weight| weight.1 as f64));
    let over: f64 = weights.iter().map(|weight| (weight.0 - x) * (weight.1 as f64 - y)).sum();
    let under: f64 = weights.iter().map(|weight| (weight.0 - x).powi(2)).sum();
    if under > 0.0 { over / under } else { 0.0 }
}
