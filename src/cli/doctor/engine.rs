//! The part of `procura doctor` that looks at the database server.

use std::time::Duration;

use secrecy::ExposeSecret;
use url::Url;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::config::Database;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::storage::engine;
use crate::storage::engine::EngineState;

const OLDEST: i64 = 150_000;
const APART: Duration = Duration::from_secs(2);
const FAR_APART: Duration = Duration::from_secs(30);

/// Adds what it finds; nothing with SQLite.
pub(super) async fn look(bench: &Bench, points: &mut Vec<Point>) {
    let before = bench.now();
    let read = async {
        let mut tx = bench.db.read().await?;
        engine::state(&mut tx).await
    };
    match read.await {
        Ok(None) => {}
        Ok(Some(state)) => {
            points.push(clock(before, bench.now(), state.at));
            points.extend(judge(&state, &bench.config.database));
        }
        Err(error) => points.push(Point::new("database server", State::Failure, error.to_string())),
    }
}

/// Our clock before and after the question, and the server's in between.
fn clock(before: Instant, after: Instant, theirs: Instant) -> Point {
    let apart = before.since(theirs).max(theirs.since(after));
    let seconds = apart.as_secs();
    match apart {
        _ if apart > FAR_APART => {
            Point::new("database clock", State::Failure, format!("{seconds} s away from this machine's"))
        }
        _ if apart > APART => {
            Point::new("database clock", State::Warning, format!("{seconds} s away from this machine's"))
        }
        _ => Point::new("database clock", State::Ok, "it agrees with this machine's"),
    }
}

fn judge(state: &EngineState, database: &Database) -> [Point; 5] {
    [version(state), durability(state), role(state), connections(state, database), link(state, database)]
}

fn version(state: &EngineState) -> Point {
    let major = state.version / 10_000;
    let megabytes = state.bytes / 1_000_000;
    match state {
        _ if state.standby => {
            Point::new("database server", State::Failure, "it is a standby: nothing can be written there")
        }
        _ if state.version < OLDEST => Point::new(
            "database server",
            State::Failure,
            format!("PostgreSQL {major}; 15 or later is needed"),
        ),
        _ => Point::new("database server", State::Ok, format!("PostgreSQL {major}, {megabytes} MB of data")),
    }
}

fn durability(state: &EngineState) -> Point {
    let off: Vec<&str> = [
        ("fsync", &state.fsync),
        ("full_page_writes", &state.full_page_writes),
        ("synchronous_commit", &state.synchronous_commit),
    ]
    .into_iter()
    .filter_map(|(name, value)| (value == "off").then_some(name))
    .collect();
    if off.is_empty() {
        return Point::new("database durability", State::Ok, "what is committed is on the disk");
    }
    let finding = format!("{} off: what was acknowledged can be lost", off.join(", "));
    Point::new("database durability", State::Failure, finding)
}

fn role(state: &EngineState) -> Point {
    match (state.superuser, state.owner) {
        (true, _) => Point::new(
            "database role",
            State::Warning,
            "a superuser: nothing keeps a break-in at the service from the ledger (deploy/postgres/roles.sql)",
        ),
        (false, true) => Point::new(
            "database role",
            State::Warning,
            "the owner of the tables, who can drop the ledger's triggers (deploy/postgres/roles.sql)",
        ),
        (false, false) => {
            Point::new("database role", State::Ok, "it may add to the ledger and change nothing there")
        }
    }
}

fn connections(state: &EngineState, database: &Database) -> Point {
    let wanted = i64::from(database.max_connections);
    let left = state.most - state.reserved - state.used;
    let finding = format!("this process opens {wanted} at most, {left} of {} are to be had", state.most);
    let state = match wanted {
        _ if wanted > left => State::Failure,
        _ if wanted.saturating_mul(2) > left => State::Warning,
        _ => State::Ok,
    };
    let advice = match state {
        State::Ok => "",
        State::Warning => ": a second process finds none (database.max_connections, max_connections)",
        State::Failure => " (database.max_connections, max_connections)",
    };
    Point::new("database connections", state, format!("{finding}{advice}"))
}

fn link(state: &EngineState, database: &Database) -> Point {
    if state.encrypted {
        return Point::new("database link", State::Ok, "encrypted");
    }
    let local = Url::parse(database.url.expose_secret()).is_ok_and(|url| {
        url.host_str().is_none_or(|host| {
            host == "localhost"
                || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        })
    });
    match local {
        true => Point::new("database link", State::Ok, "not encrypted, on this machine"),
        false => Point::new(
            "database link",
            State::Warning,
            "not encrypted: add ?sslmode=verify-full to database.url, unless the network itself is closed",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> EngineState {
        EngineState {
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
            synchronous_commit: "remote_apply".to_owned(),
            most: 100,
            reserved: 3,
            used: 0,
            version: 170_002,
            standby: false,
            superuser: false,
            owner: false,
            encrypted: false,
            at: Instant::from_seconds(0),
            bytes: 12_000_000,
        }
    }

    fn database(url: &str, max_connections: u32) -> Database {
        let engine = crate::config::Engine::Postgres;
        Database { engine, url: url.to_owned().into(), max_connections }
    }

    fn states(state: &EngineState, database: &Database) -> Vec<(&'static str, State)> {
        judge(state, database).into_iter().map(|point| (point.point, point.state)).collect()
    }

    #[test]
    fn a_sound_server_has_nothing_to_mend() {
        let found = states(&sound(), &database("postgres://u:p@localhost/d", 16));
        assert!(found.iter().all(|(_, state)| *state == State::Ok), "{found:?}");
    }

    #[test]
    fn each_thing_that_is_wrong_is_named() {
        let here = database("postgres://u:p@127.0.0.1/d", 16);
        let cases: [(&str, State, EngineState, Database); 10] = [
            (
                "database durability",
                State::Failure,
                EngineState { fsync: "off".to_owned(), ..sound() },
                here.clone(),
            ),
            (
                "database durability",
                State::Failure,
                EngineState { full_page_writes: "off".to_owned(), ..sound() },
                here.clone(),
            ),
            (
                "database durability",
                State::Failure,
                EngineState { synchronous_commit: "off".to_owned(), ..sound() },
                here.clone(),
            ),
            ("database server", State::Failure, EngineState { version: 140_010, ..sound() }, here.clone()),
            ("database server", State::Failure, EngineState { standby: true, ..sound() }, here.clone()),
            ("database role", State::Warning, EngineState { superuser: true, ..sound() }, here.clone()),
            ("database role", State::Warning, EngineState { owner: true, ..sound() }, here.clone()),
            ("database connections", State::Failure, EngineState { used: 90, ..sound() }, here.clone()),
            ("database connections", State::Warning, sound(), database("postgres://u:p@localhost/d", 60)),
            ("database link", State::Warning, sound(), database("postgres://u:p@db.internal/d", 16)),
        ];
        for (name, wanted, state, database) in cases {
            for (point, found) in states(&state, &database) {
                let expected = if point == name { wanted } else { State::Ok };
                assert_eq!(found, expected, "{point} where {name} is wrong");
            }
        }
    }

    #[test]
    fn the_servers_clock_lies_between_the_question_and_the_answer() {
        let at = Instant::from_seconds;
        assert_eq!(clock(at(100), at(103), at(102)).state, State::Ok);
        assert_eq!(clock(at(100), at(101), at(105)).state, State::Warning);
        assert_eq!(clock(at(100), at(101), at(90)).state, State::Warning);
        assert_eq!(clock(at(100), at(101), at(4_000)).state, State::Failure);
        assert_eq!(clock(at(4_000), at(4_001), at(100)).state, State::Failure);
    }
}
