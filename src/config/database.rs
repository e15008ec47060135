//! `[database]`: which of the two engines, and where.

use secrecy::ExposeSecret;
use secrecy::SecretString;

use crate::config::reader::Reader;

const SECTION: &str = "database";

/// The two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, the default.
    Sqlite,
    /// PostgreSQL 15 or later, for production.
    Postgres,
}

/// Where everything is kept.
#[derive(Clone, Debug)]
pub struct Database {
    /// The engine that `url` names.
    pub engine: Engine,
    /// The address; it may hold a password.
    pub url: SecretString,
    /// Most connections open at once.
    pub max_connections: u32,
}

impl Database {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let max_connections = reader.number(SECTION, "max_connections", 1..=1_000);
        let url = reader.secret(SECTION, "url");
        let Some(url) = url? else {
            reader.problem(SECTION, "url", "is missing");
            return None;
        };
        let engine = match url.expose_secret().split_once("://") {
            Some(("sqlite", file)) if !file.is_empty() => Engine::Sqlite,
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => Engine::Postgres,
            _ => {
                reader.problem(SECTION, "url", "must begin with sqlite:// or postgres://");
                return None;
            }
        };
        Some(Self { engine, url, max_connections: max_connections? })
    }
}
