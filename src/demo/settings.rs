//! `procura.toml` of a demo: the configuration of its gateway, also for every other command; and what an earlier start
//! of the same directory had decided.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::crypto::cosignature::WitnessKey;
use crate::crypto::hash::b64;
use crate::demo::counterparts::GATEWAY_CLIENT_ID;
use crate::demo::counterparts::gateway_secret;
use crate::demo::file;
use crate::demo::file::write_private;
use crate::demo::mailbox::sms;
use crate::demo::ports::Addresses;
use crate::demo::witness;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;

/// The configuration's file name in the demo's directory.
pub const CONFIGURATION: &str = "procura.toml";
const MASTER_KEY: &str = "master.key";
const DATABASE: &str = "procura.db";
const CHECKPOINT: &str = "checkpoint.txt";

/// What an earlier start decided and a later one keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The first port.
    pub port: Option<u16>,
    /// The database.
    pub database: Option<String>,
    /// The ledger's name, which was fixed at the first start.
    pub ledger_origin: Option<String>,
    /// The provider's issuer, under which the gateway knows the persons.
    pub franceconnect_issuer: Option<String>,
}

impl Earlier {
    /// Reads the configuration an earlier start left; nothing where there is none.
    pub fn read(dir: &Path) -> Self {
        let text = fs::read_to_string(dir.join(CONFIGURATION)).unwrap_or_default();
        let table: toml::Table = text.parse().unwrap_or_default();
        let value = |section: &str, key: &str| {
            Some(table.get(section)?.get(key)?.as_str()?.to_owned()).filter(|value| !value.is_empty())
        };
        Self {
            port: value("server", "listen").and_then(|listen| listen.rsplit_once(':')?.1.parse().ok()),
            database: value("database", "url"),
            ledger_origin: value("ledger", "origin"),
            franceconnect_issuer: value("franceconnect", "issuer"),
        }
    }
}

/// What the configuration is made of.
pub struct Choices<'a> {
    /// The demo's directory, absolute.
    pub dir: &'a Path,
    /// Where everything listens.
    pub addresses: &'a Addresses,
    /// The database.
    pub database: &'a str,
    /// The ledger's name.
    pub ledger_origin: &'a str,
    /// The provider's issuer.
    pub franceconnect_issuer: &'a str,
    /// The demo's seed.
    pub seed: &'a [u8; 32],
}

/// The address of the database a demo uses when none is named: a file of its own, made here so that only its owner
/// reads it.
///
/// # Errors
/// When the file cannot be made.
pub fn own_database(dir: &Path) -> io::Result<String> {
    let path = dir.join(DATABASE);
    if !path.exists() {
        write_private(dir, DATABASE, b"")?;
    }
    // The path of an address is percent-decoded.
    let path = path.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    Ok(format!("sqlite://{path}"))
}

/// A database's address as it stands in a configuration that is read from anywhere: a file's path is made absolute.
///
/// # Errors
/// When the working directory cannot be read.
pub fn absolute_database(url: &str) -> io::Result<String> {
    let Some(rest) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) else {
        return Ok(url.to_owned());
    };
    let (path, query) =
        rest.split_once('?').map_or((rest, String::new()), |(path, query)| (path, format!("?{query}")));
    Ok(format!("sqlite://{}{query}", std::path::absolute(path)?.display()))
}

/// Writes configuration and master key; gives the configuration's text and place.
///
/// # Errors
/// When a file cannot be read or written.
pub fn write(choices: &Choices<'_>, random: &dyn Random) -> io::Result<(String, PathBuf)> {
    let dir = choices.dir;
    let witness = file::witness_key(dir, random)?;
    let witness = WitnessKey::of(witness::NAME, &witness).map_err(io::Error::other)?;
    if !dir.join(MASTER_KEY).exists() {
        write_private(dir, MASTER_KEY, b64(&random_bytes::<32>(random)).as_bytes())?;
    }
    let text = text(choices, &witness);
    let place = write_private(dir, CONFIGURATION, text.as_bytes())?;
    Ok((text, place))
}

fn text(choices: &Choices<'_>, witness: &WitnessKey) -> String {
    let Choices { dir, addresses, database, ledger_origin, franceconnect_issuer, seed } = choices;
    let bare = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
    let in_dir = |name: &str| dir.join(name).display().to_string();
    let mut franceconnect: Vec<(&str, toml::Value)> = vec![
        ("enabled", true.into()),
        ("issuer", (*franceconnect_issuer).into()),
        ("client_id", GATEWAY_CLIENT_ID.into()),
        ("client_secret", gateway_secret(seed).into()),
    ];
    let base = addresses.franceconnect_issuer();
    if base != *franceconnect_issuer {
        // It moved with the ports: its metadata are no longer below its issuer.
        franceconnect.push(("discovery", false.into()));
        let endpoints = [
            ("authorization_endpoint", "authorize"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"),
            ("jwks_uri", "jwks"),
            ("end_session_endpoint", "session/end"),
        ];
        franceconnect.extend(endpoints.map(|(key, path)| (key, format!("{base}/{path}").into())));
    }
    let sections: [(&str, Vec<(&str, toml::Value)>); 12] = [
        (
            "server",
            vec![
                ("public_url", bare(&addresses.gateway).into()),
                ("listen", format!("127.0.0.1:{}", addresses.port(0)).into()),
                // Nothing stands in front of it.
                ("drain", "0 s".into()),
            ],
        ),
        ("database", vec![("url", (*database).into())]),
        ("keys", vec![("master_key_file", in_dir(MASTER_KEY).into())]),
        (
            "mail",
            vec![
                ("transport", "smtp".into()),
                ("host", "127.0.0.1".into()),
                ("port", i64::from(addresses.smtp_port).into()),
                ("security", "none".into()),
                ("from", "Procura <ne-pas-repondre@procura.example>".into()),
            ],
        ),
        (
            "sms",
            vec![
                ("transport", "http".into()),
                ("url", format!("{}{}", bare(&addresses.portal), sms::PATH).into()),
                ("auth", sms::AUTHORIZATION.into()),
            ],
        ),
        ("franceconnect", franceconnect),
        ("ledger", vec![("origin", (*ledger_origin).into()), ("checkpoint_file", in_dir(CHECKPOINT).into())]),
        (
            "witnesses",
            vec![
                ("list", vec![format!("{witness} {}{}", bare(&addresses.portal), witness::PATH)].into()),
                ("quorum", 1.into()),
                ("every", "1 s".into()),
            ],
        ),
        // A service that is being connected listens on this machine too.
        ("outbound", vec![("allow_private", true.into())]),
        ("operators", vec![("two_persons", false.into())]),
        ("authority", vec![("four_eyes", true.into())]),
        ("log", vec![("format", "text".into()), ("filter", "warn".into())]),
    ];
    let mut text = String::from(
        "# The configuration of a demo, written anew at each start. Everything in it is invented or its own.\n",
    );
    for (section, keys) in sections {
        text.push_str(&format!("\n[{section}]\n"));
        for (key, value) in keys {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::Endpoints;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn a_database_address_means_the_same_from_everywhere() {
        let same = ["postgres://a:b@c/d?x=1", "sqlite:///tmp/x.db?mode=rwc"];
        assert!(same.iter().all(|url| absolute_database(url).expect("an address") == *url));
        let here = absolute_database("sqlite://x.db").expect("an address");
        assert!(here.starts_with("sqlite:///") && here.ends_with("/x.db"), "{here}");
        assert_eq!(absolute_database("sqlite:x.db").expect("an address"), here);
    }

    #[test]
    fn the_configuration_holds_and_is_remembered() {
        let home = tempfile::tempdir().expect("a directory");
        let addresses = Addresses::from_port(18_080).expect("addresses");
        let database = own_database(home.path()).expect("a database");
        let choices = Choices {
            dir: home.path(),
            addresses: &addresses,
            database: &database,
            ledger_origin: "localhost:18080/ledger",
            franceconnect_issuer: "http://localhost:18081/api/v2",
            seed: &[3; 32],
        };
        let (text, _) = write(&choices, &SystemRandom::new()).expect("written");
        let config = Config::from_toml_str(&text).expect("a configuration that holds");
        assert_eq!(config.ledger_origin(), "localhost:18080/ledger");
        assert!(!config.operators.two_persons && config.franceconnect.is_some());
        let key = fs::read(home.path().join(MASTER_KEY)).expect("a key");
        write(&choices, &SystemRandom::new()).expect("written again");
        assert_eq!(fs::read(home.path().join(MASTER_KEY)).expect("a key"), key, "the key stays");
        let earlier = Earlier::read(home.path());
        assert_eq!(earlier.port, Some(18_080));
        assert_eq!(earlier.database.as_deref(), Some(database.as_str()));
        assert_eq!(earlier.ledger_origin.as_deref(), Some("localhost:18080/ledger"));
        let moved = Addresses::from_port(19_090).expect("addresses");
        let (text, _) =
            write(&Choices { addresses: &moved, ..choices }, &SystemRandom::new()).expect("written");
        let config = Config::from_toml_str(&text).expect("a configuration that holds");
        let franceconnect = config.franceconnect.expect("on");
        assert_eq!(franceconnect.issuer, "http://localhost:18081/api/v2", "the name stays");
        let Endpoints::Fixed(endpoints) = franceconnect.endpoints else { panic!("no discovery there") };
        assert_eq!(endpoints.end_session, "http://localhost:19091/api/v2/session/end");
        assert_eq!(Earlier::read(&home.path().join("none")), Earlier::default());
    }
}
