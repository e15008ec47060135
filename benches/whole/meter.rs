//! What a span of time cost: processor time of each process tree as the system accounts it, and resident memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// One tick of `/proc`, in milliseconds (USER_HZ is 100 on every Linux).
const TICK_MS: f64 = 10.0;

/// The processes whose cost is counted.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// The service's process.
    pub service: Option<u32>,
    /// The folder of the database server, which holds the number of its process.
    pub database: Option<PathBuf>,
}

/// Processor time so far, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// The service with what it started.
    pub service: f64,
    /// The database server with its backends; nothing where the database is a file of the service.
    pub database: f64,
    /// This process.
    pub client: f64,
    /// The machine, busy.
    pub machine: f64,
}

impl Spent {
    /// What was spent since.
    pub fn since(self, before: Self) -> Self {
        Self {
            service: self.service - before.service,
            database: self.database - before.database,
            client: self.client - before.client,
            machine: self.machine - before.machine,
        }
    }

    /// The share of the machine that others used in this time, in percent.
    pub fn foreign(self, span: Duration) -> f64 {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let others = self.machine - self.service - self.database - self.client;
        (others / (span.as_secs_f64() * 10.0 * f64::from(u32::try_from(cores).unwrap_or(1)))).max(0.0)
    }
}

impl Meter {
    /// Reads every clock.
    pub fn read(&self) -> Spent {
        let processes = processes();
        let tree = |root: Option<u32>| root.map_or(0.0, |root| spent_by(&processes, root));
        Spent {
            service: tree(self.service),
            database: tree(self.database_process()),
            client: processes.get(&std::process::id()).map_or(0.0, |own| own.own),
            machine: busy(),
        }
    }

    fn database_process(&self) -> Option<u32> {
        let text = fs::read_to_string(self.database.as_ref()?.join("postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Resident memory of the service in MiB.
    pub fn memory_mib(&self) -> Option<u64> {
        status_kib(self.service?, "VmRSS:").map(|kib| kib / 1_024)
    }

    /// The most that the service's memory ever was, in MiB.
    pub fn peak_mib(&self) -> Option<u64> {
        status_kib(self.service?, "VmHWM:").map(|kib| kib / 1_024)
    }
}

/// How long this thread has been on a processor so far, where the system tells; else the time by the clock since `begun`.
pub fn on_processor(begun: Instant) -> Duration {
    // The system brings the figure up to date when the thread lets another one in.
    std::thread::yield_now();
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split(' ').next().and_then(|text| text.parse().ok());
    nanos.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

fn status_kib(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

struct Process {
    parent: u32,
    own: f64,
    reaped: f64,
}

fn processes() -> BTreeMap<u32, Process> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    folders
        .filter_map(|folder| {
            let id: u32 = folder.file_name().to_str()?.parse().ok()?;
            Some((id, process(&fs::read_to_string(folder.path().join("stat")).ok()?)?))
        })
        .collect()
}

/// `/proc/…/stat`: what follows the name in brackets begins with the third field.
fn process(stat: &str) -> Option<Process> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).map(|it| it * TICK_MS);
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        own: ticks(11)? + ticks(12)?,
        reaped: ticks(13)? + ticks(14)?,
    })
}

/// A process, what it reaped, and its living descendants.
fn spent_by(processes: &BTreeMap<u32, Process>, root: u32) -> f64 {
    let Some(process) = processes.get(&root) else { return 0.0 };
    let children = processes.iter().filter(|(_, child)| child.parent == root);
    process.own + process.reaped + children.map(|(id, _)| spent_by(processes, *id)).sum::<f64>()
}

fn busy() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<f64> = fields.filter_map(|text| text.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal
    let of = |at: usize| ticks.get(at).copied().unwrap_or(0.0);
    (of(0) + of(1) + of(2) + of(5) + of(6) + of(7)) * TICK_MS
}
