//! The whole story of the demo, logged as JSON at the most talkative level there is: nobody's data stand in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use procura::config::SystemClock;
use procura::demo::people;
use procura::demo::story;
use serde_json::Value;

use crate::support::Engine;
use crate::support::RunningDemo;

/// Shorter texts stand in words that mean something else.
const SHORTEST: usize = 4;

/// What must not stand in a log, with what it is.
#[derive(Default)]
struct Hidden {
    /// Found as words of their own, whatever the case.
    words: BTreeSet<String>,
    /// Found anywhere.
    parts: BTreeSet<String>,
}

impl Hidden {
    fn word(&mut self, text: &str) {
        for word in text.split([' ', '-', '’', '\'']).filter(|word| word.chars().count() >= SHORTEST) {
            self.words.insert(word.to_lowercase());
        }
    }

    fn part(&mut self, text: &str) {
        if text.chars().count() >= SHORTEST {
            self.parts.insert(text.to_lowercase());
        }
    }

    /// A telephone number as it may be written: 06…, +336…, with blanks or without.
    fn phone(&mut self, text: &str) {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        self.part(text);
        if let Some(end) = digits.get(digits.len().saturating_sub(9)..) {
            self.part(end);
        }
    }

    /// A birth date in the ways one is written.
    fn day(&mut self, text: &str) {
        self.part(text);
        if let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] {
            self.part(&format!("{day}/{month}/{year}"));
            self.part(&format!("{year}{month}{day}"));
        }
    }

    /// The secrets of a mailed address: what stands behind the last slashes and in the query.
    fn link(&mut self, link: &str) {
        let Ok(url) = url::Url::parse(link) else { return };
        let segments = url.path_segments().into_iter().flatten().map(str::to_owned);
        let values = url.query_pairs().map(|(_, value)| value.into_owned()).collect::<Vec<_>>();
        for secret in segments.chain(values).filter(|text| text.len() >= 16) {
            self.part(&secret);
        }
    }

    /// What of it stands in a line.
    fn found_in(&self, line: &str) -> Vec<String> {
        let line = line.to_lowercase();
        let words: BTreeSet<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
        let named = self.words.iter().filter(|word| words.contains(word.as_str()));
        named.chain(self.parts.iter().filter(|part| line.contains(part.as_str()))).cloned().collect()
    }
}

async fn everything(demo: &RunningDemo) -> Hidden {
    let mut hidden = Hidden::default();
    let file = demo.file();
    for account in file.accounts() {
        hidden.word(&account.name);
        hidden.part(&account.email);
        hidden.part(&account.totp_secret);
    }
    for person in people::persons() {
        for name in [&person.given_name, &person.family_name] {
            hidden.word(name);
        }
        hidden.word(person.preferred_username.as_deref().unwrap_or_default());
        hidden.part(&person.email);
        hidden.phone(&person.phone);
        hidden.day(&person.birthdate);
    }
    for client in &file.clients {
        hidden.part(&client.client_secret);
    }
    for message in demo.stage.messages().await.expect("the portal's messages") {
        if message.to.contains('@') {
            hidden.part(&message.to);
        } else {
            hidden.phone(&message.to);
        }
        for link in &message.links {
            hidden.link(link);
        }
    }
    hidden
}

/// Numbers of the shape of a social security number, and things that are secrets by their look.
fn looks_secret(line: &str) -> Option<&'static str> {
    let digits = line.split(|c: char| !c.is_ascii_digit());
    let mut nirs = digits.filter(|run| matches!(run.len(), 13 | 15) && run.starts_with(['1', '2']));
    if nirs.next().is_some() {
        return Some("a number like a social security number");
    }
    let marks = ["eyJ", "Bearer ", "code=", "state=", "token=", "otp=", "otpauth:", "-----BEGIN"];
    marks.into_iter().find(|mark| line.contains(mark))
}

async fn whole_story(engine: Engine) {
    let demo = RunningDemo::start_with(engine, &["--log", "trace"]).await.expect("a demo");
    let report = story::play(&demo.stage.dir, Arc::new(SystemClock), &mut |_| {}).await.expect("a story");
    assert!(report.ok, "the story holds");
    let hidden = everything(&demo).await;
    assert!(hidden.words.len() > 30 && hidden.parts.len() > 60, "there is much to hide");
    let home = demo.stop();
    let log = std::fs::read_to_string(home.path().join("log")).expect("a log");
    let lines: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    let mut answered = 0;
    let mut own = BTreeSet::new();
    for line in &lines {
        let found = hidden.found_in(line);
        assert!(found.is_empty(), "{found:?} in {line}");
        assert_eq!(looks_secret(line), None, "{line}");
        let json: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        for field in ["at", "level", "target"] {
            assert!(json[field].is_string(), "{field} in {line}");
        }
        let level = json["level"].as_str().expect("a level").to_owned();
        let ours = json["target"].as_str().is_some_and(|target| target.starts_with("procura"));
        assert!(ours || !matches!(level.as_str(), "DEBUG" | "TRACE"), "a library below INFO: {line}");
        own.insert(level);
        if json["message"] == "answered" {
            answered += 1;
            let reference = json["request"].as_str().expect("a reference");
            assert!(reference.len() == 11 && reference.as_bytes()[5] == b'-', "{line}");
            assert!(json["route"].as_str().is_some_and(|route| !route.contains('?')), "{line}");
            assert!(json["status_code"].is_u64() && json["elapsed_ms"].is_u64(), "{line}");
        }
    }
    assert!(answered > 200, "the requests of the story are in the log: {answered}");
    assert!(own.contains("TRACE") && own.contains("INFO"), "the log is as talkative as asked: {own:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_data_stand_in_the_log_of_the_whole_story_on_sqlite() {
    whole_story(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_data_stand_in_the_log_of_the_whole_story_on_postgres() {
    whole_story(Engine::Postgres).await;
}

#[test]
fn what_would_stand_there_is_found() {
    let mut hidden = Hidden::default();
    hidden.word("Jeanne-Marie d’Aubigné");
    hidden.phone("+33 6 39 98 12 34");
    hidden.day("1948-02-29");
    hidden.link("http://localhost/lien/AbCdEfGhIjKlMnOpQr?x=short");
    for line in [
        "{\"a\":\"JEANNE was here\"}",
        "{\"a\":\"aubigné\"}",
        "{\"to\":\"+33639981234\"}",
        "{\"born\":\"29/02/1948\"}",
        "{\"path\":\"/lien/abcdefghijklmnopqr\"}",
    ] {
        assert_eq!(hidden.found_in(line).len(), 1, "{line}");
    }
    assert!(hidden.found_in("{\"a\":\"jeannette short 1948\"}").is_empty());
    assert!(
        looks_secret("{\"a\":\"2480299123456\"}").is_some() && looks_secret("{\"a\":\"eyJhbGc\"}").is_some()
    );
    assert_eq!(looks_secret("{\"at\":\"2026-11-22T10:00:00.000000Z\",\"n\":17954244000001234}"), None);
}
