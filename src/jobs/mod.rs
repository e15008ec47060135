//! Work that happens by itself: integrate the ledger, deliver messages, end what is over, purge.
//!
//! Several processes may run the jobs at once: a lease, claims and the database's locks keep them apart.

pub mod checkpoint_file;
pub mod deliver;
pub mod imports;
pub mod integrate;
pub mod rounds;
pub mod signals;
pub mod status_lists;
pub mod witnesses;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::notify::post::Post;
use crate::operations::bench::Bench;
use crate::outbound::Outbound;

/// Tells the jobs when to stop; the sender is the server's.
pub type Shutdown = watch::Receiver<bool>;

/// The ways out of the house that jobs use.
#[derive(Clone, Debug)]
pub struct Ways {
    /// E-mail.
    pub post: Arc<Post>,
    /// Calls to addresses that clients registered.
    pub outbound: Outbound,
    /// Calls to addresses of the configuration, which may be in the gateway's own network.
    pub configured: Outbound,
}

/// Runs every job until `shutdown` becomes true or its sender is gone; each ends its turn first.
pub async fn run(bench: Bench, ways: Ways, shutdown: Shutdown) {
    let integrate = integrate::run(&bench, shutdown.clone());
    let deliver = deliver::run(&bench, &ways.post, shutdown.clone());
    let signals = signals::run(&bench, &ways.outbound, shutdown.clone());
    let expire = rounds::expire(&bench, shutdown.clone());
    let habilitations = rounds::habilitations(&bench, shutdown.clone());
    let follow = rounds::follow(&bench, shutdown.clone());
    let purge = rounds::purge(&bench, shutdown.clone());
    let retain = rounds::retain(&bench, shutdown.clone());
    let names = rounds::names(&bench, shutdown.clone());
    let count = rounds::count(&bench, shutdown.clone());
    let imports = imports::run(&bench, shutdown.clone());
    let witnesses = witnesses::run(&bench, &ways.configured, shutdown.clone());
    let stamps = witnesses::stamps(&bench, &ways.configured, shutdown.clone());
    let status = status_lists::run(&bench, shutdown);
    tokio::join!(
        imports,
        integrate,
        deliver,
        signals,
        expire,
        follow,
        habilitations,
        purge,
        retain,
        names,
        count,
        witnesses,
        stamps,
        status
    );
}

/// Waits for `span`; `false` when it is time to stop instead.
async fn pause(span: Duration, shutdown: &mut Shutdown) -> bool {
    if *shutdown.borrow() {
        return false;
    }
    tokio::select! {
        () = tokio::time::sleep(span) => true,
        changed = shutdown.changed() => changed.is_ok() && !*shutdown.borrow(),
    }
}

/// Says once that a job fails and once that it works again, however often it is tried in between.
#[derive(Debug)]
struct Complaint {
    job: &'static str,
    failing: bool,
}

impl Complaint {
    const fn new(job: &'static str) -> Self {
        Self { job, failing: false }
    }

    /// Notes how a turn ended; gives its result where it did not fail.
    async fn turn<T, E: std::fmt::Display>(&mut self, turn: impl Future<Output = Result<T, E>>) -> Option<T> {
        match turn.await {
            Ok(done) => {
                if std::mem::take(&mut self.failing) {
                    tracing::info!(job = self.job, "works again");
                }
                Some(done)
            }
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(job = self.job, %error, "fails, and is tried again");
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_pause_ends_at_once_when_it_is_time_to_stop() {
        let (stop, mut shutdown) = watch::channel(false);
        assert!(pause(Duration::from_millis(1), &mut shutdown).await);
        stop.send(true).expect("a receiver");
        assert!(!pause(Duration::from_secs(3_600), &mut shutdown).await);
        let (gone, mut shutdown) = watch::channel(false);
        drop(gone);
        assert!(!pause(Duration::from_secs(3_600), &mut shutdown).await);
    }
}
