//! What the ledger of an installation holds of what was acknowledged, read past the gateway.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::Context;
use anyhow::Result;
use procura::config::Config;
use procura::config::SystemClock;
use procura::crypto::hash::unb64;
use procura::crypto::random::SystemRandom;
use procura::domain::ids::EntryId;
use procura::ledger::sealed::open_payload;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::storage::ledger_audit;
use serde_json::Value;

use crate::support::PROGRAM;

/// Entries whose payload names the tokens that were given.
const GIVEN: [&str; 2] = ["client.token_issued", "act.token_issued"];

/// What a comparison of answers and ledger says.
pub struct Verdict {
    pub lost: usize,
    pub doubled: usize,
    pub audit: bool,
}

/// Compares the `jti` of every token somebody got with what the ledger of this configuration holds, and audits it.
pub async fn compare(config: &Path, acknowledged: &[String]) -> Result<Verdict> {
    let audit = run(config, &["ledger", "audit", "--payloads", "--json"])?;
    let holds = audit["holds"] == true && audit["payloads"]["opened"] == audit["size"];
    if !holds {
        println!("{audit}");
    }
    let found = issued(config).await?;
    let once: BTreeSet<&String> = acknowledged.iter().collect();
    let lost = once.iter().filter(|jti| !found.contains_key(**jti)).count();
    let doubled = found.values().filter(|times| **times > 1).count() + acknowledged.len() - once.len();
    Ok(Verdict { lost, doubled, audit: holds })
}

/// What a command of the program prints as JSON; its exit status is left to the caller's own look at it.
pub fn run(config: &Path, words: &[&str]) -> Result<Value> {
    let mut command = Command::new(PROGRAM);
    let done = command.args(words).arg("--config").arg(config).stdin(Stdio::null()).output()?;
    serde_json::from_slice(&done.stdout)
        .with_context(|| format!("{words:?}: {}", String::from_utf8_lossy(&done.stderr)))
}

/// The `jti` of a token.
pub fn jti(token: &Value) -> Result<String> {
    let claims = token.as_str().and_then(|token| token.split('.').nth(1)).and_then(unb64).context("a JWT")?;
    let claims: Value = serde_json::from_slice(&claims)?;
    claims["jti"].as_str().map(str::to_owned).context("a jti")
}

/// How many entries there are of each token.
async fn issued(config: &Path) -> Result<BTreeMap<String, usize>> {
    let text = std::fs::read_to_string(config)?;
    let config = Config::from_toml_str(&text).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::new()));
    let bench: Bench = install::open(Arc::new(config), clock, random, Migrate::AsConfigured).await?;
    let mut tx = bench.db.read().await?;
    let (mut found, mut last) = (BTreeMap::new(), EntryId::from_uuid(uuid::Uuid::nil()));
    loop {
        let rows = ledger_audit::payloads(&mut tx, last, 4_096).await?;
        let Some(newest) = rows.last() else { break };
        last = newest.id;
        for row in rows.iter().filter(|row| row.kind.as_deref().is_some_and(|kind| GIVEN.contains(&kind))) {
            let (Some(key), Some(sealed)) = (row.data_key, &row.sealed) else { continue };
            let key = data_keys::require(&bench, &mut tx, key).await?;
            let payload: Value =
                serde_json::from_slice(&open_payload(row.id, &row.filed.under(), &key, sealed)?)?;
            for jti in names(&payload["details"]["jti"]) {
                *found.entry(jti).or_default() += 1;
            }
        }
    }
    drop(tx);
    bench.db.close().await;
    Ok(found)
}

fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.as_str().map(str::to_owned).into_iter().collect(),
    }
}
