//! `demo.json`: what a reader or a program needs to know of a running demo, put in place last and whole.

use std::fs;
use std::io;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::demo::administration::redirect_uri;
use crate::demo::broker::callback_uri;
use crate::demo::people;
use crate::demo::people::Staff;
use crate::demo::ports::Addresses;
use crate::domain::client::ClientKind;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::theme::Theme;

const FILE_NAME: &str = "demo.json";
const SEED_NAME: &str = "demo.seed";
const FRANCECONNECT_KEY_NAME: &str = "franceconnect.key";
const WITNESS_KEY_NAME: &str = "witness.key";
const BROKER_KEY_NAME: &str = "broker.key";

/// The whole file.
#[derive(Clone, Serialize, Deserialize)]
pub struct DemoFile {
    /// The gateway's address.
    pub gateway: String,
    /// The provider's address.
    pub franceconnect: String,
    /// The administrations' address.
    pub administration: String,
    /// The newcomer's page.
    pub portal: String,
    /// The broker between services that know FranceConnect alone and the gateway.
    pub broker: String,
    /// The ledger's verifier key (C2SP signed note).
    pub ledger_key: String,
    /// The verifier key of the witness that cosigns its checkpoints (C2SP tlog-cosignature).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness_key: Option<String>,
    /// The aidants.
    pub aidants: Vec<Account>,
    /// The referents.
    pub referents: Vec<Account>,
    /// The agents of authorities.
    pub authorities: Vec<Account>,
    /// The operators.
    pub operators: Vec<Account>,
    /// The helped persons.
    pub persons: Vec<PersonLine>,
    /// The clients.
    pub clients: Vec<ClientLine>,
}

/// Somebody who logs in with e-mail and one-time code.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// Login address.
    pub email: String,
    /// One-time code secret, base32.
    pub totp_secret: String,
    /// The employer.
    pub organisation: String,
    /// Given name and family name.
    pub name: String,
    /// What is special.
    pub note: Option<String>,
}

/// A helped person.
#[derive(Clone, Serialize, Deserialize)]
pub struct PersonLine {
    /// What she types at the demo's FranceConnect.
    pub login: String,
    /// All first names.
    pub given_name: String,
    /// Birth name.
    pub family_name: String,
    /// As civil records have it: a presumed date has `00`.
    pub birthdate: String,
    /// Her address.
    pub email: String,
    /// Her number.
    pub phone: String,
    /// What is special.
    pub note: Option<String>,
}

/// A client of the gateway.
#[derive(Clone, Serialize, Deserialize)]
pub struct ClientLine {
    /// Its id.
    pub client_id: String,
    /// Its secret; empty for a client that has keys instead.
    pub client_secret: String,
    /// Its kind.
    pub kind: String,
    /// Whether it is registered with the older profile.
    pub compat: bool,
    /// Its themes.
    pub themes: Vec<Theme>,
    /// Its redirect addresses.
    pub redirect_uris: Vec<String>,
}

impl DemoFile {
    /// The sample people at these addresses; `seed` is the demo's own, `ledger_key` the ledger's verifier key.
    pub fn of(addresses: &Addresses, seed: &[u8; 32], ledger_key: &str) -> Self {
        Self {
            gateway: bare(&addresses.gateway),
            franceconnect: bare(&addresses.franceconnect),
            administration: bare(&addresses.administration),
            portal: bare(&addresses.portal),
            broker: bare(&addresses.broker),
            ledger_key: ledger_key.to_owned(),
            witness_key: None,
            aidants: people::AIDANTS.iter().map(|aidant| staff(aidant, seed)).collect(),
            referents: people::REFERENTS.iter().map(|referent| staff(referent, seed)).collect(),
            authorities: people::AUTHORITIES
                .iter()
                .map(|agent| {
                    account(agent.email, [agent.given_name, agent.family_name], agent.body, agent.note, seed)
                })
                .collect(),
            operators: people::OPERATORS
                .iter()
                .map(|it| {
                    account(
                        it.email,
                        [it.given_name, it.family_name],
                        "Exploitant de la passerelle",
                        it.note,
                        seed,
                    )
                })
                .collect(),
            persons: people::persons().into_iter().map(person).collect(),
            clients: clients(addresses, seed),
        }
    }

    /// Everybody who logs in with a one-time code.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.aidants.iter().chain(&self.referents).chain(&self.authorities).chain(&self.operators)
    }

    /// Reads the file of a running demo.
    pub fn read(dir: &Path) -> io::Result<Self> {
        let bytes = fs::read(dir.join(FILE_NAME))?;
        serde_json::from_slice(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Puts the file in place whole: whoever sees it sees all of it.
    pub fn write(&self, dir: &Path) -> io::Result<PathBuf> {
        let bytes = serde_json::to_vec_pretty(self)?;
        write_private(dir, FILE_NAME, &bytes)
    }
}

fn clients(addresses: &Addresses, seed: &[u8; 32]) -> Vec<ClientLine> {
    let secret = |about: &people::Administration| {
        if about.compat { people::client_secret(seed, about.client_id) } else { String::new() }
    };
    let administrations = people::ADMINISTRATIONS.iter().map(|about| ClientLine {
        client_id: about.client_id.to_owned(),
        client_secret: secret(about),
        kind: ClientKind::Administration.as_str().to_owned(),
        compat: about.compat,
        themes: about.themes.to_vec(),
        redirect_uris: vec![redirect_uri(&addresses.administration, about)],
    });
    let broker = ClientLine {
        client_id: people::BROKER_CLIENT_ID.to_owned(),
        client_secret: people::client_secret(seed, people::BROKER_CLIENT_ID),
        kind: ClientKind::IdentityBroker.as_str().to_owned(),
        compat: false,
        themes: Theme::ALL.to_vec(),
        redirect_uris: vec![callback_uri(&addresses.broker_issuer())],
    };
    administrations.chain([broker]).collect()
}

fn bare(url: &url::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn staff(staff: &Staff, seed: &[u8; 32]) -> Account {
    let first = people::ORGANISATIONS
        .iter()
        .find(|organisation| staff.organisations.first() == Some(&organisation.siret));
    let employer = first.map_or("", |organisation| organisation.name);
    account(staff.email, [staff.given_name, staff.family_name], employer, staff.note, seed)
}

fn account(email: &str, name: [&str; 2], organisation: &str, note: Option<&str>, seed: &[u8; 32]) -> Account {
    Account {
        email: email.to_owned(),
        totp_secret: people::totp_secret(seed, email)
            .map(|secret| secret.to_base32().to_string())
            .unwrap_or_default(),
        organisation: organisation.to_owned(),
        name: name.join(" "),
        note: note.map(str::to_owned),
    }
}

fn person(person: people::Person) -> PersonLine {
    PersonLine {
        login: person.login,
        given_name: person.given_name,
        family_name: person.family_name,
        birthdate: person.birthdate,
        email: person.email,
        phone: person.phone,
        note: person.note,
    }
}

/// Makes the demo's directory (or takes one that exists), for its owner alone, and removes an older `demo.json`.
pub fn prepare(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    match fs::remove_file(dir.join(FILE_NAME)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a file that only its owner reads, by a temporary one and a rename.
pub fn write_private(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let (target, temporary) = (dir.join(name), dir.join(format!(".{name}.new")));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, &target)?;
    Ok(target)
}

/// The demo's own seed, from which its sample secrets are made; made once per directory.
pub fn seed(dir: &Path, random: &dyn Random) -> io::Result<[u8; 32]> {
    match fs::read(dir.join(SEED_NAME)) {
        Ok(bytes) => bytes.try_into().map_err(|_| bad("demo.seed does not hold 32 bytes")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let seed = random_bytes::<32>(random);
            write_private(dir, SEED_NAME, &seed)?;
            Ok(seed)
        }
        Err(error) => Err(error),
    }
}

/// The provider's ES256 key; made once per directory, so that what it signed can still be checked after a restart.
pub fn franceconnect_key(dir: &Path, random: &dyn Random) -> io::Result<SigningKey> {
    kept_key(dir, FRANCECONNECT_KEY_NAME, Algorithm::Es256, random)
}

/// The witness' Ed25519 key, kept as the provider's.
pub fn witness_key(dir: &Path, random: &dyn Random) -> io::Result<SigningKey> {
    kept_key(dir, WITNESS_KEY_NAME, Algorithm::EdDsa, random)
}

/// The broker's ES256 key, kept as the provider's.
pub fn broker_key(dir: &Path, random: &dyn Random) -> io::Result<SigningKey> {
    kept_key(dir, BROKER_KEY_NAME, Algorithm::Es256, random)
}

fn kept_key(dir: &Path, name: &str, algorithm: Algorithm, random: &dyn Random) -> io::Result<SigningKey> {
    match fs::read(dir.join(name)) {
        Ok(bytes) => SigningKey::from_pkcs8(algorithm, &bytes).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (key, bytes) = SigningKey::generate(algorithm, random).map_err(io::Error::other)?;
            write_private(dir, name, &bytes)?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

fn bad(words: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use crate::crypto::second_factor::TotpSecret;

    #[test]
    fn the_file_is_private_whole_and_says_what_is_promised() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = home.path().join("demo");
        prepare(&dir).expect("prepared");
        let seed = seed(&dir, &SystemRandom::new()).expect("a seed");
        let addresses = Addresses::from_port(8080).expect("addresses");
        let path = DemoFile::of(&addresses, &seed, "name+00000000+AA").write(&dir).expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&path), mode(&dir.join(SEED_NAME))), (0o700, 0o600, 0o600));
        let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("json");
        assert_eq!(json["gateway"], "http://localhost:8080");
        assert_eq!(json["portal"], "http://localhost:8083");
        assert_eq!(json["aidants"][0]["note"], serde_json::Value::Null);
        assert_eq!(json["clients"][0]["themes"][0], "social");
        assert_eq!(
            (&json["clients"][0]["compat"], &json["clients"][1]["compat"]),
            (&true.into(), &false.into())
        );
        assert_eq!(json["clients"][1]["redirect_uris"][0], "http://localhost:8082/impots/retour");
        assert_eq!(
            (json["broker"].as_str(), json["clients"][2]["kind"].as_str()),
            (Some("http://localhost:8084"), Some("identity-broker"))
        );
        assert!(
            TotpSecret::from_base32(json["operators"][1]["totp_secret"].as_str().expect("text")).is_some()
        );
        assert_eq!(json["persons"].as_array().map(Vec::len), Some(8));
        prepare(&dir).expect("prepared again");
        assert!(!path.exists());
    }

    #[test]
    fn seed_and_key_outlive_a_restart() {
        let home = tempfile::tempdir().expect("a directory");
        let random = SystemRandom::new();
        assert_eq!(seed(home.path(), &random).expect("a seed"), seed(home.path(), &random).expect("a seed"));
        let first = franceconnect_key(home.path(), &random).expect("a key");
        assert_eq!(first.kid(), franceconnect_key(home.path(), &random).expect("a key").kid());
    }
}
