//! The table as it grows, each line beside the other provider and the machine's limits, and the same as a JSON file.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;
use anyhow::Result;
use procura::config::SystemClock;
use procura::domain::time::Clock;
use serde_json::Value;
use serde_json::json;

use crate::cell::Cell;
use crate::limits::Limits;
use crate::support::Engine;

/// What was measured so far.
pub struct Report {
    machine: Value,
    commit: String,
    seconds: u64,
    limits: Limits,
    peers: Vec<Cell>,
    lines: Vec<Value>,
    facts: serde_json::Map<String, Value>,
    micro: Value,
}

impl Report {
    /// Begins one and says on what machine.
    ///
    /// # Errors
    /// When the number of processors cannot be read.
    pub fn begin(seconds: u64) -> Result<Self> {
        let machine = machine()?;
        let commit = commit();
        println!(
            "{} processors ({}), {}",
            machine["processors"],
            text(&machine["processor"]),
            text(&machine["system"])
        );
        println!(
            "commit {commit}; each line measured for {seconds} s after 1 s; the load shares the processors"
        );
        Ok(Self {
            machine,
            commit,
            seconds,
            limits: Limits::default(),
            peers: Vec::new(),
            lines: Vec::new(),
            facts: serde_json::Map::new(),
            micro: Value::Null,
        })
    }

    /// Notes the limits.
    pub fn limits(&mut self, limits: &Limits) {
        self.limits = limits.clone();
    }

    /// A line of the other provider.
    pub fn peer(&mut self, cell: Cell) {
        println!("{}", cell.line(None, None));
        self.lines.push(cell.json(None, None));
        self.peers.push(cell);
    }

    /// A line of the service.
    pub fn service(&mut self, cell: Cell, engine: Engine) {
        let same = |peer: &&Cell| {
            peer.users == cell.users && peer.what == cell.what.split(',').next().unwrap_or_default()
        };
        let peer = self.peers.iter().find(same).map(|peer| peer.per_second).filter(|rate| *rate > 0.0);
        let ratio = peer.map(|rate| cell.per_second / rate);
        let (rate, name) = match cell.what {
            "login" | "login, PAR and DPoP" | "token exchange" => {
                (self.limits.commits(engine == Engine::Postgres, cell.users), "commits")
            }
            _ => (self.limits.answers(cell.users), "answers"),
        };
        let limit = rate.map(|rate| (cell.per_second / rate, name));
        println!("{}", cell.line(ratio, limit));
        self.lines.push(cell.json(ratio, limit));
    }

    /// Facts about the service on one database.
    pub fn facts(&mut self, on: &str, facts: Value) {
        self.facts.insert(on.to_owned(), facts);
    }

    /// The micro measurements.
    pub fn micro(&mut self, micro: Value) {
        self.micro = micro;
    }

    /// Writes the file and says where.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> Result<()> {
        let now = SystemClock.now().to_text();
        let whole = json!({
            "at": now,
            "commit": self.commit,
            "machine": self.machine,
            "seconds_per_line": self.seconds,
            "limits_per_second": {
                "postgres_durable_commits": pairs(&self.limits.postgres_commits),
                "sqlite_durable_commits": self.limits.sqlite_commits,
                "es256_signatures": self.limits.signatures,
                "constant_answers": pairs(&self.limits.answers),
            },
            "lines": self.lines,
            "facts": self.facts,
            "micro": self.micro,
        });
        let folder = folder()?;
        std::fs::create_dir_all(&folder)?;
        let stamp: String = now.chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        let path = folder.join(format!("{stamp}-{}.json", self.commit.get(..10).unwrap_or("unknown")));
        std::fs::write(&path, format!("{whole:#}\n"))?;
        println!("\nwritten to {}", path.display());
        Ok(())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("unknown")
}

fn pairs(found: &[(usize, f64)]) -> Value {
    found
        .iter()
        .map(|(users, rate)| (users.to_string(), json!(rate)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// `bench` in the folder in which cargo builds.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(3).context("a build folder")?.join("bench"))
}

fn machine() -> Result<Value> {
    let line = |file: &str, name: &str| -> Option<String> {
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Ok(json!({
        "processors": std::thread::available_parallelism()?.get(),
        "processor": line("/proc/cpuinfo", "model name"),
        "memory": line("/proc/meminfo", "MemTotal"),
        "system": format!("{} {}", std::env::consts::OS, kernel.trim()),
        "profile": if cfg!(debug_assertions) { "debug: figures mean nothing" } else { "release" },
    }))
}

fn commit() -> String {
    let git = |words: &[&str]| {
        let output =
            Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "HEAD"]) else { return "unknown".to_owned() };
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|text| !text.is_empty());
    if changed { format!("{commit} with changes") } else { commit }
}
