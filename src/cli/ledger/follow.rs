//! `procura ledger audit --follow`: watches somebody else's ledger from outside, through its public paths alone.
//!
//! The folder of `--state` holds `state.json` (the last accepted checkpoint and the edge of its tree), `checkpoints/` (each
//! checkpoint ever seen, also those not accepted: they are the evidence) and, while something is wrong, `alarm`.

use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use crate::cli::ledger::tiles::Source;
use crate::cli::ledger::verdict;
use crate::cli::output;
use crate::config::SystemClock;
use crate::crypto::hash::sha256;
use crate::crypto::note::NoteKey;
use crate::domain::time::Clock;
use crate::domain::time::Instant;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::monitor::Alarm;
use crate::ledger::monitor::Kept;
use crate::ledger::monitor::Next;
use crate::ledger::monitor::Watched;
use crate::ledger::monitor::first_tiles;
use crate::ledger::monitor::growth_tiles;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::TileSet;
use crate::server::stop_signal;

/// How often a part that cannot be read is asked for before that is an alarm, and the pause between.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);

/// What to watch, and how.
pub(super) struct Watch<'a> {
    pub(super) url: &'a str,
    pub(super) key: &'a NoteKey,
    /// The key before, for the kept state alone.
    pub(super) former: Option<&'a NoteKey>,
    pub(super) state: &'a Path,
    pub(super) interval: Duration,
    pub(super) silence: Duration,
    pub(super) still: Option<Duration>,
    pub(super) once: bool,
}

/// A monitor at work.
struct Monitor<'a> {
    watch: &'a Watch<'a>,
    source: Source,
    watched: Option<Watched>,
    begun_at: Instant,
    alarm: Option<Alarm>,
}

/// What a look found when nothing was wrong.
enum Seen {
    Begun,
    Same,
    Grown {
        from: u64,
    },
    /// No answer, and not for long enough to be an alarm.
    Waiting(String),
}

/// Watches until it is told to stop, or until there is evidence against the ledger.
///
/// # Errors
/// When the state cannot be read or written.
pub(super) async fn run(watch: &Watch<'_>) -> anyhow::Result<ExitCode> {
    let folder = watch.state.join("checkpoints");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut monitor = Monitor {
        watch,
        source: Source::parse(watch.url)?,
        watched: resume(watch)?,
        begun_at: SystemClock.now(),
        alarm: None,
    };
    let stopped = stop_signal();
    tokio::pin!(stopped);
    loop {
        let looked = monitor.look().await;
        monitor.tell(looked)?;
        let over = watch.once || monitor.alarm.as_ref().is_some_and(|alarm| !alarm.passes());
        if over {
            break;
        }
        tokio::select! {
            () = &mut stopped => break,
            () = tokio::time::sleep(watch.interval) => {}
        }
    }
    Ok(verdict(monitor.alarm.is_none()))
}

fn resume(watch: &Watch<'_>) -> anyhow::Result<Option<Watched>> {
    let file = watch.state.join("state.json");
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let kept: Kept =
        serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))?;
    let resumed = Watched::resume(&kept, watch.key);
    let resumed = match watch.former {
        Some(former) => resumed.or_else(|_| Watched::resume(&kept, former)),
        None => resumed,
    };
    resumed.map(Some).with_context(|| {
        format!(
            "{}; where the ledger's key was replaced at once, --former-key names the one before",
            file.display()
        )
    })
}

/// Writes a file so that a crash leaves the old one or the new one.
fn put(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = file.with_extension("new");
    let written = std::fs::File::create(&beside)
        .and_then(|mut to| to.write_all(bytes).and_then(|()| to.sync_all()))
        .and_then(|()| std::fs::rename(&beside, file));
    written.with_context(|| format!("{} cannot be written", file.display()))
}

impl Monitor<'_> {
    /// One look at the ledger.
    async fn look(&mut self) -> Result<Seen, LookError> {
        let note = match self.source.checkpoint().await {
            Ok(note) => note,
            Err(error) => return self.unheard(&error),
        };
        self.remember(&note)?;
        let now = SystemClock.now();
        let Some(watched) = &mut self.watched else {
            let head = Checkpoint::verify(&note, self.watch.key).map_err(Alarm::Checkpoint)?;
            let tiles = self.gather(head.size, first_tiles(head.size)).await?;
            self.watched = Some(Watched::begin(&note, head, &tiles, now)?);
            self.save()?;
            return Ok(Seen::Begun);
        };
        let next = watched.judge(&note, self.watch.key)?;
        watched.heard_at = now;
        let seen = match next {
            Next::Same => Seen::Same,
            Next::Grown(head) => {
                let from = watched.head.size;
                self.grow(&note, head, now).await?;
                Seen::Grown { from }
            }
        };
        self.save()?;
        self.stands_still(now)?;
        Ok(seen)
    }

    /// No checkpoint came: an alarm once that lasted.
    fn unheard(&self, error: &anyhow::Error) -> Result<Seen, LookError> {
        let heard = self.watched.as_ref().map_or(self.begun_at, |watched| watched.heard_at);
        if SystemClock.now().since(heard) >= self.watch.silence {
            return Err(Alarm::Silence(heard.to_text()).into());
        }
        if self.watch.once && self.watched.is_none() {
            return Err(Alarm::Unreadable(format!("{error:#}")).into());
        }
        Ok(Seen::Waiting(format!("{error:#}")))
    }

    fn stands_still(&self, now: Instant) -> Result<(), Alarm> {
        match (self.watch.still, &self.watched) {
            (Some(longest), Some(watched)) if now.since(watched.grown_at) >= longest => {
                Err(Alarm::Still(watched.grown_at.to_text()))
            }
            _ => Ok(()),
        }
    }

    /// Reads what came after, leaf by leaf, and accepts the new head if that leads to it.
    async fn grow(&mut self, note: &str, head: Checkpoint, now: Instant) -> Result<(), LookError> {
        let Some(watched) = &self.watched else { return Ok(()) };
        let mut tried = watched.clone();
        for tile in watched.new_leaves(head.size) {
            let tiles = self.gather(head.size, vec![tile]).await?;
            let hashes =
                tiles.hashes(0, tile.index).map_err(|missing| Alarm::Unreadable(missing.to_string()))?;
            let leaves = self.patiently(|| self.source.entries(tile)).await?;
            tried.add(tile, &hashes, &leaves)?;
        }
        if !tried.arrives_at(&head) {
            let tiles = self.gather(head.size, growth_tiles(watched.head.size, head.size)).await;
            let alarm = tiles.map_or(Alarm::Tiles(head.size), |tiles| watched.explain(&head, &tiles));
            return Err(alarm.into());
        }
        tried.accept(note, head, now);
        self.watched = Some(tried);
        Ok(())
    }

    async fn gather(&self, size: u64, wanted: Vec<Tile>) -> Result<TileSet, Alarm> {
        let mut tiles = TileSet::new(size);
        for tile in wanted {
            tiles.insert(tile.level, tile.index, self.patiently(|| self.source.tile(tile)).await?);
        }
        Ok(tiles)
    }

    /// Asks a few times; what still cannot be read then is an alarm.
    async fn patiently<T, F: Future<Output = anyhow::Result<T>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, Alarm> {
        let mut tries = 1;
        loop {
            match ask().await {
                Ok(read) => return Ok(read),
                Err(error) if tries == TRIES => return Err(Alarm::Unreadable(format!("{error:#}"))),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
            tries += 1;
        }
    }

    /// Keeps a checkpoint as it was served, whatever is found of it.
    fn remember(&self, note: &str) -> anyhow::Result<()> {
        let size = Checkpoint::unverified(note).map_or(0, |head| head.size);
        let digest = sha256(note.as_bytes());
        let name = format!("{size:020}-{}", hex::encode(digest.get(..8).unwrap_or_default()));
        let file: PathBuf = self.watch.state.join("checkpoints").join(name);
        if file.exists() { Ok(()) } else { put(&file, note.as_bytes()) }
    }

    fn save(&self) -> anyhow::Result<()> {
        match &self.watched {
            Some(watched) => put(&self.watch.state.join("state.json"), &serde_json::to_vec(&watched.keep())?),
            None => Ok(()),
        }
    }

    /// Says what was found: growth on standard output, alarms on standard error and in the file `alarm`.
    fn tell(&mut self, looked: Result<Seen, LookError>) -> anyhow::Result<()> {
        let at = SystemClock.now().to_text();
        let size = self.watched.as_ref().map(|watched| watched.head.size);
        let line = |event: &str, from: Option<u64>, words: Option<String>| {
            json!({ "at": at, "event": event, "size": size, "from": from, "words": words }).to_string()
        };
        let file = self.watch.state.join("alarm");
        match looked {
            Err(LookError::Failed(error)) => return Err(error),
            Err(LookError::Alarm(alarm)) => {
                if self.alarm.as_ref() != Some(&alarm) {
                    let words = json!({ "at": at, "alarm": alarm.kind(), "words": alarm.to_string(), "url": self.watch.url, "size": size });
                    // The file first: whoever reads the line finds it, and so does whoever closed standard error.
                    put(&file, format!("{words}\n").as_bytes())?;
                    drop(writeln!(std::io::stderr().lock(), "{words}"));
                }
                self.alarm = Some(alarm);
                return Ok(());
            }
            Ok(Seen::Waiting(words)) => return output::line(&line("waiting", None, Some(words))),
            Ok(Seen::Begun) => output::line(&line("begun", None, None))?,
            Ok(Seen::Grown { from }) => output::line(&line("grown", Some(from), None))?,
            Ok(Seen::Same) if self.watch.once => output::line(&line("same", None, None))?,
            Ok(Seen::Same) => {}
        }
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
            output::line(&line("recovered", None, None))?;
        }
        self.alarm = None;
        Ok(())
    }
}

/// Why a look did not end well.
enum LookError {
    /// Something is wrong with the ledger.
    Alarm(Alarm),
    /// Something is wrong here.
    Failed(anyhow::Error),
}

impl From<Alarm> for LookError {
    fn from(alarm: Alarm) -> Self {
        Self::Alarm(alarm)
    }
}

impl From<anyhow::Error> for LookError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads `500ms`, `10s`, `5m`, `2h` or `3d`.
///
/// # Errors
/// What is accepted, for any other text.
pub(super) fn span(text: &str) -> Result<Duration, &'static str> {
    const FORM: &str = "a span is a number with ms, s, m, h or d";
    let at = text.find(|sign: char| !sign.is_ascii_digit()).ok_or(FORM)?;
    let (number, unit) = text.split_at(at);
    let number: u64 = number.parse().map_err(|_| FORM)?;
    let each = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(FORM),
    };
    number.checked_mul(each).filter(|span| *span > 0).map(Duration::from_millis).ok_or(FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        assert_eq!(span("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(span("5m"), Ok(Duration::from_mins(5)));
        for wrong in ["", "5", "s", "0s", "5 m", "-1s", "5w", "99999999999999999999s"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
