//! The last step: the whole ledger audited, as `procura ledger audit --payloads --config DIR/procura.toml` does.

use std::sync::Arc;

use crate::config::Config;
use crate::crypto::random::SystemRandom;
use crate::demo::settings::CONFIGURATION;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::jobs::checkpoint_file;
use crate::operations::audit_ledger::Finding;
use crate::operations::audit_ledger::Report;
use crate::operations::audit_ledger::audit;
use crate::operations::bench::Bench;
use crate::operations::install;
use crate::operations::install::Migrate;
use crate::operations::refusal::Refusal;

impl Players {
    /// The ledger is rebuilt from the rows, every payload opened, every mandate's chain followed.
    pub(super) async fn ledger_is_audited(&mut self) -> Result<String, Failure> {
        let file = self.stage.dir.join(CONFIGURATION);
        let config = Config::load(Some(&file)).map_err(|errors| Failure::told(errors.to_string()))?;
        let random = Arc::new(SystemRandom::new());
        let bench = install::open(Arc::new(config), self.stage.clock.clone(), random, Migrate::AsConfigured)
            .await
            .map_err(|error| Failure::told(format!("the audit cannot open the installation: {error}")))?;
        let audited = audited(&bench).await;
        bench.db.close().await;
        let report = audited.map_err(|refusal| Failure::told(format!("the audit cannot read: {refusal}")))?;
        if report.findings.is_empty() {
            let mandates = report.payloads.map_or(0, |payloads| payloads.mandates);
            return Ok(format!("the ledger of {} lines and {mandates} mandates holds", report.size));
        }
        let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        Err(Failure::told(format!("the ledger does not hold: {}", findings.join("; "))))
    }
}

async fn audited(bench: &Bench) -> Result<Report, Refusal> {
    let mut report = audit(bench, true, &mut |_, _| {}).await?;
    report.findings.extend(checkpoint_file::compare(bench).await?.map(Finding::Kept));
    Ok(report)
}
