//! Complete delegated logins as the load. Each failure is kept with its moment, so that it can be laid at the door of a fault, or
//! of nothing.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use anyhow::Result;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::drive::login::Tokens;
use crate::drive::login::Track;
use crate::drive::login::User;
use crate::drive::visitor::Place;
use crate::drive::wire::Trouble;
use crate::ledger;
use crate::scene::held;

/// An aidant does one thing at a time.
pub const AIDANTS: usize = 6;
/// What the administration may ask for: it may also have a stream.
pub const SCOPES: [&str; 7] = ["openid", "profile", "birth", "email", "receipts", "ssf.manage", "ssf.read"];
/// How long an aidant waits before she tries again what failed.
const AGAIN: Duration = Duration::from_millis(100);

/// A failure as its user sees it, in the words of a table.
pub fn kind(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Broken(_) => "no answer".to_owned(),
        Trouble::Status { status, .. } => format!("status {status}"),
        Trouble::Wrong(words) => words.clone(),
    }
}

/// Whether somebody who went away can be the cause: a 500 is always a fault of ours.
pub const fn is_excusable(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Broken(_) => true,
        Trouble::Status { status, .. } => matches!(*status, 502..=504),
        Trouble::Wrong(_) => false,
    }
}

/// The `jti` that the ledger must hold for these tokens.
pub fn jti(tokens: &Tokens) -> Result<String, Trouble> {
    ledger::jti(&Value::from(tokens.access.as_str())).map_err(|error| Trouble::Wrong(error.to_string()))
}

/// How many of the aidants' sessions are not open any more.
pub async fn logged_out(track: &Track) -> Result<usize> {
    let mut out = 0;
    for jar in &track.aidants {
        let place = track.visitor(jar.clone()).open("/aidant/structure").await?;
        out += usize::from(!matches!(place, Place::Page(page) if page.url.path() == "/aidant/structure"));
    }
    Ok(out)
}

/// What became of the logins of a run.
#[derive(Default)]
pub struct Book {
    pub done: Mutex<Vec<String>>,
    pub failed: Mutex<Vec<(Instant, Trouble)>>,
}

/// Aidants at work, each in a browser of her own.
pub struct Crowd {
    pub book: Arc<Book>,
    over: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// All of them begin; each waits `pause` between two logins.
    pub fn begin(track: &Arc<Track>, pause: Duration) -> Self {
        let (book, over) = (Arc::<Book>::default(), Arc::<AtomicBool>::default());
        let work = |number: usize| {
            let mut aidant = User::new(track, number);
            let (book, over) = (Arc::clone(&book), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    match aidant.login().await.and_then(|tokens| jti(&tokens)) {
                        Ok(jti) => held(&book.done).push(jti),
                        Err(trouble) => {
                            held(&book.failed).push((Instant::now(), trouble));
                            tokio::time::sleep(AGAIN).await;
                        }
                    }
                    tokio::time::sleep(pause).await;
                }
            })
        };
        Self { tasks: (0..track.aidants.len()).map(work).collect(), book, over }
    }

    /// Lets them end what they are at.
    pub async fn end(self) -> Result<Arc<Book>> {
        self.over.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await?;
        }
        Ok(self.book)
    }
}

impl Book {
    /// How many logins were completed so far.
    pub fn completed(&self) -> usize {
        held(&self.done).len()
    }

    /// Failures outside of all these spans, each with its words; and how many lie inside of one.
    pub fn unexplained(&self, spans: &[(Instant, Instant)]) -> (Vec<String>, usize) {
        let failed = held(&self.failed);
        let inside = |at: &Instant| spans.iter().any(|(from, until)| (from..=until).contains(&at));
        let (explained, other): (Vec<_>, Vec<_>) =
            failed.iter().partition(|(at, trouble)| inside(at) && is_excusable(trouble));
        (other.into_iter().map(|(_, trouble)| trouble.to_string()).collect(), explained.len())
    }
}
