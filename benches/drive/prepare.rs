//! What complete delegated logins need, prepared in a running demo: aidants who are logged in, a mandate of every person, a client.

use std::net::Ipv4Addr;
use std::net::SocketAddr;

use anyhow::Context;
use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use procura::demo::client::http_client;
use procura::demo::file::Account;
use procura::demo::file::PersonLine;
use serde_json::Value;
use url::Url;

use crate::drive::login::Client;
use crate::drive::login::THEME;
use crate::drive::login::Track;
use crate::support::RunningDemo;

/// Where the administration is answered; nobody goes there.
pub const REDIRECT: &str = "https://administration.example/retour";

/// How many aidants share an organisation, and so its mandates.
const TEAM: usize = 4;

/// Enrols organisations with `aidants` among them and logs these in, has each organisation's mandate approved by every person
/// whom FranceConnect knows, and registers an administration of the older profile, which may ask for these scopes; without any,
/// for the usual ones.
///
/// # Errors
/// When the demo does not do as it is asked.
pub async fn prepare(demo: &RunningDemo, aidants: usize, scopes: &[&str]) -> Result<Track> {
    let known =
        |person: &&PersonLine| person.note.as_deref().is_none_or(|note| !note.contains("FranceConnect"));
    let persons: Vec<PersonLine> = demo.file().persons.iter().filter(known).cloned().collect();
    let (mut browsers, mut accounts) = (Vec::new(), Vec::new());
    for team in 0..aidants.div_ceil(TEAM) {
        let organisation = organisation(demo, team)?;
        let first = browsers.len();
        for number in first..aidants.min(first + TEAM) {
            let account = aidant(demo, &organisation, number)?;
            browsers.push(demo.aidant(&account).await?);
            accounts.push(account);
        }
        for person in &persons {
            demo.mandate(browsers.get_mut(first).context("an aidant")?, person, &[THEME]).await?;
        }
    }
    let theme = ["--theme", THEME.key(), "--redirect-uri", REDIRECT, "--name", "Banc d’essai"];
    let scopes: Vec<&str> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
    let kind = ["--kind", "administration", "--compat"];
    let client = client(demo, &[kind.as_slice(), &theme, &scopes].concat())?;
    let base = Url::parse(&demo.file().gateway)?;
    let http = http_client(None)?;
    let metadata = demo.gateway("/.well-known/openid-configuration")?;
    let metadata: Value = http.get(metadata).send().await?.json().await?;
    let path = |key: &str| -> Result<String> { Ok(Url::parse(&text(&metadata, key)?)?.path().to_owned()) };
    let keys = http.get(text(&metadata, "jwks_uri")?).send().await?.json().await?;
    Ok(Track {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, base.port().context("a port")?)),
        base,
        client,
        persons,
        aidants: browsers.iter().map(|browser| browser.cookies().clone()).collect(),
        accounts,
        keys,
        authorize: path("authorization_endpoint")?,
        token: path("token_endpoint")?,
        userinfo: path("userinfo_endpoint")?,
    })
}

fn aidant(demo: &RunningDemo, organisation: &str, number: usize) -> Result<Account> {
    let email = format!("bench-{number}@aidants.example");
    let family_name = format!("Banc {number}");
    let name = ["--given-name", "Camille", "--family-name", &family_name, "--email", &email];
    let place = ["--organisation", organisation, "--until", "2099-12-31"];
    let added = demo.json(&[["aidant", "add"].as_slice(), &name, &place].concat())?;
    let totp_secret = text(&added, "totp_secret")?;
    Ok(Account { email, totp_secret, organisation: String::new(), name: String::new(), note: None })
}

/// Registers a client; with what it may authenticate, if it was given a secret.
///
/// # Errors
/// When it is refused.
pub fn client(demo: &RunningDemo, words: &[&str]) -> Result<Client> {
    let added = demo.json(&[["client", "add"].as_slice(), words].concat())?;
    let id = text(&added, "client_id")?;
    let secret = added["client_secret"].as_str().unwrap_or_default();
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    Ok(Client { id, basic, redirect_uri: REDIRECT.to_owned() })
}

/// Enrols an organisation whose SIRET is made of its number (each number and the whole hold by the check of Luhn).
fn organisation(demo: &RunningDemo, number: usize) -> Result<String> {
    let siret = with_check_digit(format!("{}0001", with_check_digit(format!("{:08}", 81_000_000 + number))));
    let name = format!("Banc {number}");
    let words = [
        "organisation",
        "add",
        "--name",
        &name,
        "--siret",
        &siret,
        "--address",
        "1 place du Banc, 21000 Dijon",
    ];
    text(&demo.json(&words)?, "organisation")
}

fn with_check_digit(digits: String) -> String {
    let double = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let places = digits.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = places.map(|(place, digit)| if place % 2 == 0 { double(digit) } else { digit }).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A text member.
///
/// # Errors
/// Where it is missing.
pub fn text(object: &Value, key: &str) -> Result<String> {
    Ok(object[key].as_str().with_context(|| format!("no {key} in {object}"))?.to_owned())
}
