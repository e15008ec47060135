//! What complete delegated logins need, prepared in a running demo: aidants who are logged in, a mandate of every person, a client.

use std::net::Ipv4Addr;
use std::net::SocketAddr;

use anyhow::Context;
use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use procura::demo::browser::Browser;
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

/// Enrols `aidants` in the first aidant's organisation and logs them in, has a mandate approved by every person whom
/// FranceConnect knows, and registers an administration of the older profile.
///
/// # Errors
/// When the demo does not do as it is asked.
pub async fn prepare(demo: &RunningDemo, aidants: usize) -> Result<Track> {
    let mut browsers = Vec::new();
    let organisation = organisation(demo)?;
    for number in 0..aidants {
        browsers.push(aidant(demo, &organisation, number).await?);
    }
    let known =
        |person: &&PersonLine| person.note.as_deref().is_none_or(|note| !note.contains("FranceConnect"));
    let persons: Vec<PersonLine> = demo.file().persons.iter().filter(known).cloned().collect();
    for (number, person) in persons.iter().enumerate() {
        let browser = number % browsers.len().max(1);
        demo.mandate(browsers.get_mut(browser).context("an aidant")?, person, &[THEME]).await?;
    }
    let theme = ["--theme", THEME.key(), "--redirect-uri", REDIRECT, "--name", "Banc d’essai"];
    let client = client(demo, &[["--kind", "administration", "--compat"].as_slice(), &theme].concat())?;
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
        keys,
        authorize: path("authorization_endpoint")?,
        token: path("token_endpoint")?,
        userinfo: path("userinfo_endpoint")?,
    })
}

async fn aidant(demo: &RunningDemo, organisation: &str, number: usize) -> Result<Browser> {
    let email = format!("bench-{number}@aidants.example");
    let family_name = format!("Banc {number}");
    let name = ["--given-name", "Camille", "--family-name", &family_name, "--email", &email];
    let place = ["--organisation", organisation, "--until", "2099-12-31"];
    let added = demo.json(&[["aidant", "add"].as_slice(), &name, &place].concat())?;
    let totp_secret = text(&added, "totp_secret")?;
    let account =
        Account { email, totp_secret, organisation: String::new(), name: String::new(), note: None };
    demo.aidant(&account).await
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

fn organisation(demo: &RunningDemo) -> Result<String> {
    let list = demo.json(&["organisation", "list"])?;
    let name = &demo.file().aidants.first().context("an aidant")?.organisation;
    let found = list.as_array().into_iter().flatten().find(|one| one["name"] == name.as_str());
    text(found.context("the first aidant's organisation")?, "id")
}

/// A text member.
///
/// # Errors
/// Where it is missing.
pub fn text(object: &Value, key: &str) -> Result<String> {
    Ok(object[key].as_str().with_context(|| format!("no {key} in {object}"))?.to_owned())
}
