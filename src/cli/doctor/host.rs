//! The part of `procura doctor` that looks at this machine: who may read the secrets, and room on the disk.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use secrecy::ExposeSecret;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::config::Config;
use crate::config::Engine;

const GIBIBYTE: u64 = 1 << 30;
/// Less room than this, and writing may fail soon.
const SCARCE: u64 = GIBIBYTE;
const NONE_LEFT: u64 = 100 << 20;

/// Adds what it finds; `file` is the configuration's, where one was named.
pub(super) fn look(config: &Config, file: Option<&Path>, points: &mut Vec<Point>) {
    points.push(secrets(config, file));
    if let Some(database) = database_file(config) {
        points.push(private_file("database file", &database));
    }
    for folder in written(config) {
        points.extend(room(&folder));
    }
}

/// Files that hold a secret and are readable by everybody on this machine, or writable by others than their owner.
fn secrets(config: &Config, file: Option<&Path>) -> Point {
    let mut open = Vec::new();
    for (key, path) in &config.secret_files {
        if mode(path).is_some_and(|mode| mode & 0o026 != 0) {
            open.push(format!("{} ({key})", path.display()));
        }
    }
    let typed = config
        .secrets_in_file
        .iter()
        .any(|key| key != "database.url" || config.database.engine == Engine::Postgres);
    if let Some(path) = file.filter(|path| typed && mode(path).is_some_and(|mode| mode & 0o026 != 0)) {
        open.push(format!("{} (holds {})", path.display(), config.secrets_in_file.join(", ")));
    }
    if open.is_empty() {
        return Point::new("secrets", State::Ok, "no file with a secret is open to others");
    }
    let finding = format!("readable by everybody, or writable by others: {}", open.join("; "));
    Point::new("secrets", State::Warning, finding)
}

fn private_file(point: &'static str, path: &Path) -> Point {
    match mode(path) {
        Some(mode) if mode & 0o026 != 0 => {
            let finding = format!("{} is readable by everybody, or writable by others", path.display());
            Point::new(point, State::Warning, finding)
        }
        _ => Point::new(point, State::Ok, "nobody else reads it"),
    }
}

fn mode(path: &Path) -> Option<u32> {
    std::fs::metadata(path).ok().map(|about| about.permissions().mode())
}

fn database_file(config: &Config) -> Option<PathBuf> {
    let rest = config.database.url.expose_secret().strip_prefix("sqlite://")?;
    Some(PathBuf::from(rest.split_once('?').map_or(rest, |(path, _)| path)))
}

/// The folders this program writes into.
fn written(config: &Config) -> Vec<PathBuf> {
    let parent = |path: &PathBuf| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.map_or_else(|| PathBuf::from("."), Path::to_owned)
    };
    let database = database_file(config);
    let mut folders: Vec<PathBuf> =
        database.iter().chain(&config.ledger.checkpoint_file).map(parent).collect();
    folders.dedup();
    folders
}

fn room(folder: &Path) -> Option<Point> {
    match rustix::fs::statvfs(folder) {
        Ok(about) => Some(enough(folder, about.f_bavail.saturating_mul(about.f_frsize))),
        Err(error) => Some(Point::new("disk", State::Failure, format!("{}: {error}", folder.display()))),
    }
}

fn enough(folder: &Path, free: u64) -> Point {
    let finding = format!("{} MB free in {}", free >> 20, folder.display());
    let state = match free {
        _ if free < NONE_LEFT => State::Failure,
        _ if free < SCARCE => State::Warning,
        _ => State::Ok,
    };
    Point::new("disk", state, finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_nearly_full_is_a_warning_and_a_full_one_a_failure() {
        let state = |free| enough(Path::new("/x"), free).state;
        assert_eq!(state(20 * GIBIBYTE), State::Ok);
        assert_eq!(state(GIBIBYTE / 2), State::Warning);
        assert_eq!(state(50 << 20), State::Failure);
        assert_eq!(room(Path::new("/nowhere")).map(|point| point.state), Some(State::Failure));
    }

    #[test]
    fn the_folders_written_to_are_those_of_database_and_checkpoint() {
        let key = hex::encode([7; 32]);
        let with = |lines: &str| {
            Config::from_toml_str(&format!("[keys]\nmaster_key = \"{key}\"\n{lines}"))
                .expect("a configuration")
        };
        let here = with("[database]\nurl = \"sqlite://x.db?mode=rwc\"\n");
        assert_eq!(written(&here), [PathBuf::from(".")]);
        let elsewhere = with(
            "[database]\nurl = \"postgres://a:b@c/d\"\n[ledger]\ncheckpoint_file = \"/var/lib/procura/checkpoint\"\n",
        );
        assert_eq!(written(&elsewhere), [PathBuf::from("/var/lib/procura")]);
    }
}
