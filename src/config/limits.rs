//! `[server]`, its limits: how much is taken on at once, and how long anybody may take over anything.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::config::reader::Reader;

const SECTION: &str = "server";
/// Requests worked on at once for each processor, where the configuration leaves it open: enough for writers to share a commit,
/// few enough that none is slowed down by the others.
const EACH_PROCESSOR: usize = 16;

/// What one process takes on at once, and the patience it has with whoever is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests worked on at once, of people and of programs each.
    pub in_flight: usize,
    /// Requests that may wait for their turn, of people and of programs each.
    pub waiting: usize,
    /// The longest such wait.
    pub wait: Duration,
    /// Of both, those of one network address; `None`: any number.
    pub per_address: Option<usize>,
    /// Connections open at once.
    pub connections: usize,
    /// How long the head of a request may take to arrive.
    pub header_timeout: Duration,
    /// How long the body of a request may take to arrive.
    pub body_timeout: Duration,
    /// How long a client may leave an answer unread.
    pub write_timeout: Duration,
    /// How long a connection is kept without a request.
    pub idle_timeout: Duration,
}

/// Those this process may use.
fn processors() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

impl Limits {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let minute = Duration::from_secs(60);
        let tenth = Duration::from_millis(100);
        let in_flight = reader.number(SECTION, "max_in_flight", 0..=100_000);
        let waiting = reader.number(SECTION, "max_waiting", 0..=1_000_000);
        let wait = reader.span(SECTION, "max_wait", tenth..=minute);
        let per_address: Option<usize> = reader.number(SECTION, "max_per_address", 0..=1_000_000);
        let connections = reader.number(SECTION, "max_connections", 16..=1_000_000);
        let header_timeout = reader.span(SECTION, "header_timeout", tenth..=minute);
        let body_timeout = reader.span(SECTION, "body_timeout", tenth..=minute);
        let write_timeout = reader.span(SECTION, "write_timeout", tenth..=5 * minute);
        let idle_timeout = reader.span(SECTION, "idle_timeout", tenth..=60 * minute);
        Some(Self {
            in_flight: in_flight.map(|most| if most == 0 { EACH_PROCESSOR * processors() } else { most })?,
            waiting: waiting?,
            wait: wait?,
            per_address: per_address.map(|most| (most > 0).then_some(most))?,
            connections: connections?,
            header_timeout: header_timeout?,
            body_timeout: body_timeout?,
            write_timeout: write_timeout?,
            idle_timeout: idle_timeout?,
        })
    }
}
