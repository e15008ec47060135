//! What the players share: the running demo, its mailbox, one-time codes, and how to go through FranceConnect.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::crypto::second_factor::TotpSecret;
use crate::demo::browser::Browser;
use crate::demo::browser::form::Form;
use crate::demo::browser::page::Page;
use crate::demo::browser::page::PageError;
use crate::demo::client::read_bounded;
use crate::demo::file;
use crate::demo::file::Account;
use crate::demo::file::DemoFile;
use crate::demo::mailbox::Message;
use crate::demo::story::report::Failure;
use crate::domain::time::Clock;
use crate::domain::time::Instant;

const USED_CODES: &str = "story.json";
const CODE_SECONDS: i64 = 30;
const LOGIN_TRIES: usize = 3;
const MAIL_WAIT: Duration = Duration::from_secs(6);
/// A notice may wait for the next round of the outbox.
const NOTICE_WAIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(150);
const MOST_PAGES_AT_FRANCECONNECT: usize = 5;

/// The demo the story is played in.
pub struct Stage {
    /// Its people and addresses.
    pub demo: DemoFile,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Its directory.
    pub dir: PathBuf,
    client: reqwest::Client,
}

impl Stage {
    /// The stage of the demo that runs in `dir`.
    pub fn new(dir: PathBuf, demo: DemoFile, client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        Self { demo, clock, dir, client }
    }

    /// A fresh browser.
    pub fn browser(&self) -> Browser {
        Browser::new(self.client.clone(), self.clock.clone())
    }

    /// An address of the gateway.
    pub fn gateway(&self, path: &str) -> Result<Url, Failure> {
        address(&self.demo.gateway, path)
    }

    /// An address of the administration.
    pub fn administration(&self, path: &str) -> Result<Url, Failure> {
        address(&self.demo.administration, path)
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Logs somebody in with address, one-time code and mailed link, beginning at the login page `path`; gives the
    /// page after it. Waits for the next code where this one was used before.
    pub async fn log_in(
        &self,
        browser: &mut Browser,
        path: &str,
        account: &Account,
    ) -> Result<Page, Failure> {
        let secret = TotpSecret::from_base32(&account.totp_secret)
            .ok_or_else(|| Failure::told("demo.json holds a one-time code secret that cannot be read"))?;
        for _ in 0..LOGIN_TRIES {
            self.wait_for_unused_code(&account.email).await;
            let seen = self.links_to(&account.email).await?;
            let page = browser.get(&self.gateway(path)?).await?;
            let now = self.now();
            self.remember_code(&account.email, now)?;
            let form = fill(&page, "a login form with email and otp", |form| {
                form.with(&[("email", &account.email), ("otp", &secret.code_at(now))])
            })?;
            browser.submit(&form).await?;
            let Some(link) = self.wait_for_link(&account.email, &seen).await? else { continue };
            let page = browser.get(&link).await?;
            let form = fill(&page, "the page of the mailed link with its button", Ok)?;
            return Ok(browser.submit(&form).await?);
        }
        Err(Failure::told(format!(
            "{LOGIN_TRIES} logins of {} with fresh codes, and no link was mailed",
            account.email
        )))
    }

    /// Goes through the demo's FranceConnect as `login`, from wherever the browser stands until it is elsewhere.
    pub async fn through_franceconnect(
        &self,
        browser: &mut Browser,
        mut page: Page,
        login: &str,
    ) -> Result<Page, Failure> {
        let there = address(&self.demo.franceconnect, "")?.origin();
        if !page.history.iter().any(|url| url.origin() == there) {
            return Err(Failure::on(&page, "the way to FranceConnect"));
        }
        for _ in 0..MOST_PAGES_AT_FRANCECONNECT {
            if page.url.origin() != there {
                return Ok(page);
            }
            let form = fill(&page, "a page of FranceConnect with its form", |form| {
                if form.value("login").is_some() { form.with(&[("login", login)]) } else { Ok(form) }
            })?;
            page = browser.submit(&form).await?;
        }
        Err(Failure::on(&page, "the way back from FranceConnect"))
    }

    /// Every message sent so far, oldest first.
    pub async fn messages(&self) -> Result<Vec<Message>, Failure> {
        let broken = |what: &dyn std::fmt::Display| Failure::told(format!("the portal's messages: {what}"));
        let response = self
            .client
            .get(address(&self.demo.portal, "/messages.json")?)
            .send()
            .await
            .map_err(|error| broken(&error))?;
        let body = read_bounded(response).await.map_err(|error| broken(&error))?;
        serde_json::from_slice(&body).map_err(|error| broken(&error))
    }

    /// Every address with `part` in it that was mailed to somebody, oldest first.
    pub async fn links_with(&self, email: &str, part: &str) -> Result<Vec<String>, Failure> {
        let messages = self.messages().await?;
        let to_her = messages.into_iter().filter(|message| message.to.eq_ignore_ascii_case(email));
        Ok(to_her.flat_map(|message| message.links).filter(|link| link.contains(part)).collect())
    }

    /// The newest address with `part` in it that was mailed to somebody and is not among those `seen`; waits for it.
    pub async fn mailed(&self, email: &str, part: &str, seen: &[String]) -> Result<Url, Failure> {
        let begun = self.now();
        while self.now().since(begun) < NOTICE_WAIT {
            let links = self.links_with(email, part).await?;
            if let Some(link) = links.iter().rev().find(|link| !seen.contains(link)) {
                return Url::parse(link).map_err(|_| Failure::told(format!("a mail holds the link {link}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Err(Failure::told(format!("no mail to {email} with a link to {part} within {NOTICE_WAIT:?}")))
    }

    async fn links_to(&self, email: &str) -> Result<BTreeSet<String>, Failure> {
        let messages = self.messages().await?;
        let to_her = messages.into_iter().filter(|message| message.to.eq_ignore_ascii_case(email));
        Ok(to_her.filter_map(|message| message.links.into_iter().next()).collect())
    }

    async fn wait_for_link(&self, email: &str, seen: &BTreeSet<String>) -> Result<Option<Url>, Failure> {
        let begun = self.now();
        while self.now().since(begun) < MAIL_WAIT {
            let links = self.links_to(email).await?;
            if let Some(link) = links.difference(seen).next() {
                let url = Url::parse(link);
                return url.map(Some).map_err(|_| Failure::told(format!("a mail holds the link {link}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(None)
    }

    fn used_codes(&self) -> BTreeMap<String, i64> {
        let bytes = fs::read(self.dir.join(USED_CODES)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Keeps in mind that the code of this instant was used, so that the next login waits for another.
    pub fn remember_code(&self, email: &str, at: Instant) -> Result<(), Failure> {
        let mut used = self.used_codes();
        used.insert(email.to_owned(), code_step(at));
        let written = serde_json::to_vec(&used)
            .map_err(std::io::Error::from)
            .and_then(|bytes| file::write_private(&self.dir, USED_CODES, &bytes));
        written.map(drop).map_err(|error| Failure::told(format!("{USED_CODES}: {error}")))
    }

    async fn wait_for_unused_code(&self, email: &str) {
        let Some(last) = self.used_codes().get(email).copied() else { return };
        // A clock that was set back must not make the story wait for ever.
        while (last - 1..=last).contains(&code_step(self.now())) {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

fn code_step(at: Instant) -> i64 {
    at.seconds().div_euclid(CODE_SECONDS)
}

fn address(base: &str, path: &str) -> Result<Url, Failure> {
    Url::parse(&format!("{base}{path}")).map_err(|_| Failure::told(format!("{base}{path} is no address")))
}

/// The page's own form, filled in; `expected` says what page it should be.
pub fn fill(
    page: &Page,
    expected: &str,
    fill: impl FnOnce(Form) -> Result<Form, PageError>,
) -> Result<Form, Failure> {
    page.form_last_in_main().and_then(fill).map_err(|error| Failure::lacking(page, expected, &error))
}

/// The form of the page that goes to an address with `part` in it; `expected` says what page it should be.
pub fn form_to(page: &Page, part: &str, expected: &str) -> Result<Form, Failure> {
    page.form_to(part).map_err(|error| Failure::lacking(page, expected, &error))
}

/// Demands that the page is what it should be.
pub fn demand(page: &Page, holds: bool, expected: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::on(page, expected)) }
}

/// Demands a page of success that holds all these words.
pub fn demand_words(page: &Page, words: &[&str], expected: &str) -> Result<(), Failure> {
    let text = page.text();
    let missing: Vec<&str> = words.iter().copied().filter(|word| !text.contains(word)).collect();
    if page.status.is_success() && missing.is_empty() {
        return Ok(());
    }
    let missing = if missing.is_empty() {
        String::new()
    } else {
        format!(" with the words «{}»", missing.join("», «"))
    };
    Err(Failure::on(page, &format!("{expected}{missing}")))
}
