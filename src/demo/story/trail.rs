//! The trail: the person reads it and checks a line without the gateway, an authority reads it, she sees that too.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::cosignature::WitnessKey;
use crate::crypto::cosignature::cosigned_at;
use crate::crypto::note::NoteKey;
use crate::demo::browser::page::Page;
use crate::demo::story::Casting;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;
use crate::domain::time::Instant;
use crate::ledger::bundle::Bundles;
use crate::ledger::verify::verify;

const INTEGRATION_WAIT: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const NEWEST_LINES: usize = 25;
const TIMELINE: &str = "her timeline";

/// One line of her timeline: its identifier, the bundle file as downloaded, the entry in it.
struct Proven {
    id: String,
    file: String,
    entry: Value,
}

impl Players {
    /// The person logs into her own space and finds act and receipt there.
    pub(super) async fn person_reads_her_timeline(&mut self) -> Result<String, Failure> {
        let Casting { person, .. } = self.casting()?;
        let page = self.person.get(&self.stage.gateway("/personne")?).await?;
        let form = fill(&page, "the login of her space", Ok)?;
        let page = self.person.submit(&form).await?;
        let page = self.stage.through_franceconnect(&mut self.person, page, &person.login).await?;
        let inside = page.status.is_success() && page.url.path().starts_with("/personne");
        demand(&page, inside && !page.url.path().contains("connexion"), "her own space")?;
        let aidant = self.first_aidant()?.clone();
        let page = self.timeline().await?;
        demand_words(&page, &[&aidant.name, &aidant.organisation, &self.receipt_label], TIMELINE)?;
        let line = self.find_line("act.opened").await?;
        self.act_line = Some((line.id, line.entry));
        Ok(format!("{} sees who acted, and «{}»", person.given_name, self.receipt_label))
    }

    /// The downloaded bundle is checked with the ledger's public key alone.
    pub(super) async fn proof_is_verified(&mut self) -> Result<String, Failure> {
        let key: NoteKey = self
            .stage
            .demo
            .ledger_key
            .parse()
            .map_err(|error| Failure::told(format!("the ledger key in demo.json: {error}")))?;
        let line = self.find_line("act.opened").await?;
        let line = self.until_cosigned(line).await?;
        let report = verify(line.file.as_bytes(), &key).map_err(|findings| {
            let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
            Failure::told(format!("the proof of line {} does not hold: {}", line.id, words.join("; ")))
        })?;
        let proven = report.lines.first().ok_or_else(|| Failure::told("the file proves no line"))?;
        let by = if self.stage.demo.witness_key.is_some() { ", which a witness cosigned" } else { "" };
        Ok(format!("line {} of a signed tree of {}{by}", proven.index, proven.size))
    }

    /// The same line with a proof up to a checkpoint that the demo's witness cosigned; as it is where the demo has none.
    async fn until_cosigned(&mut self, line: Proven) -> Result<Proven, Failure> {
        let Some(key) = self.stage.demo.witness_key.clone() else { return Ok(line) };
        let key: WitnessKey =
            key.parse().map_err(|error| Failure::told(format!("the witness' key in demo.json: {error}")))?;
        let begun = self.stage.now();
        let mut line = line;
        loop {
            let cosigned = Bundles::read(line.file.as_bytes())
                .is_some_and(|all| all.iter().all(|one| cosigned_at(&one.checkpoint, &key).is_ok()));
            if cosigned {
                return Ok(line);
            }
            if self.stage.now().since(begun) > INTEGRATION_WAIT {
                return Err(Failure::told(format!("no witness cosigned the checkpoint of line {}", line.id)));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
            if let Some(newer) = self.proof(&line.id).await? {
                line = newer;
            }
        }
    }

    /// An agent of the administration's authority states why, then reads.
    pub(super) async fn authority_reads(&mut self) -> Result<String, Failure> {
        let Casting { person, .. } = self.casting()?;
        let agent = self.stage.demo.authorities.first().cloned();
        let agent = agent.ok_or_else(|| Failure::told("demo.json names no authority"))?;
        let page = self.stage.log_in(&mut self.authority, "/autorite/connexion", &agent).await?;
        let inside = page.url.path().starts_with("/autorite") && !page.url.path().contains("connexion");
        demand(&page, page.status.is_success() && inside, "the authority's space")?;
        let page = self.authority.get(&self.stage.gateway("/autorite/journal")?).await?;
        let purpose = self.purpose.clone();
        let form =
            fill(&page, "the page that asks for the purpose", |form| form.with(&[("purpose", &purpose)]))?;
        let page = self.authority.submit(&form).await?;
        let search = format!("{} {}", person.family_name, person.birthdate);
        let form = fill(&page, "the search for a person", |form| form.with(&[("person", &search)]))?;
        let page = self.authority.submit(&form).await?;
        let aidant = self.first_aidant()?.name.clone();
        demand_words(&page, &[&aidant], "the trail the authority may read")?;
        Ok(format!("{} read, for «{purpose}»", agent.name))
    }

    /// Her timeline says who read it and why.
    pub(super) async fn person_sees_the_reading(&mut self) -> Result<String, Failure> {
        let page = self.timeline().await?;
        demand_words(&page, &[&self.purpose], TIMELINE)?;
        let line = self.find_line("trail.read_by_authority").await?;
        Ok(format!("purpose and reader stand in her timeline, line {}", line.id))
    }

    /// Her timeline holds the attempt that was refused.
    pub(super) async fn person_sees_the_refusal(&mut self) -> Result<String, Failure> {
        let line = self.find_line("act.refused").await?;
        let reason = line.entry.pointer("/outcome/reason").or_else(|| line.entry.pointer("/reason"));
        Ok(format!("refused attempt in her timeline, reason {}", reason.unwrap_or(&Value::Null)))
    }

    async fn timeline(&mut self) -> Result<Page, Failure> {
        let page = self.person.get(&self.stage.gateway("/personne/journal")?).await?;
        let there = page.status.is_success() && page.url.path() == "/personne/journal";
        demand(&page, there, TIMELINE)?;
        Ok(page)
    }

    /// The newest line of a kind written since the story began, with its proof; waits until it is in the tree.
    async fn find_line(&mut self, kind: &str) -> Result<Proven, Failure> {
        let begun = self.stage.now();
        loop {
            let page = self.timeline().await?;
            for id in newest_lines(&page) {
                match self.proof(&id).await? {
                    Some(line) if self.is_mine(&line.entry, kind) => return Ok(line),
                    _ => {}
                }
            }
            if self.stage.now().since(begun) > INTEGRATION_WAIT {
                return Err(Failure::on(&page, &format!("{TIMELINE} with a new line of kind {kind}")));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The downloaded bundle of a line; `None` while the line is not in the tree yet.
    async fn proof(&mut self, id: &str) -> Result<Option<Proven>, Failure> {
        let page = self.person.get(&self.stage.gateway(&format!("/personne/journal/{id}/preuve"))?).await?;
        let bundle: Option<Value> =
            serde_json::from_str(&page.html).ok().filter(|_| page.status.is_success());
        let entry = bundle.and_then(|bundle| bundle.get("entry").cloned());
        Ok(entry.map(|entry| Proven { id: id.to_owned(), file: page.html, entry }))
    }

    fn is_mine(&self, entry: &Value, kind: &str) -> bool {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let at = text("at").and_then(Instant::parse);
        text("kind") == Some(kind) && at.is_some_and(|at| at.millis() >= self.begun.millis())
    }
}

/// The identifiers of the lines a timeline links to, in the page's order, which is newest first.
fn newest_lines(page: &Page) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = page.links().into_iter().filter_map(|(url, _)| {
        let id = url.path().strip_prefix("/personne/journal/")?.split('/').next()?.to_owned();
        (id.len() >= 32).then_some(id)
    });
    ids.filter(|id| seen.insert(id.clone())).take(NEWEST_LINES).collect()
}
