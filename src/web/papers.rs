//! The papers of a mandate and of a journal: what stands on them, in which order.

use crate::document::Block;
use crate::document::Document;
use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
use crate::http::state::App;
use crate::operations::attestation::Attested;
use crate::operations::lines::Group;
use crate::operations::lines::Line;
use crate::operations::print_trail::Statement;
use crate::operations::read_trail::Export;
use crate::operations::stopped::Stopped;
use crate::text::Language;
use crate::text::Text;
use crate::text::sentences::Listener;
use crate::text::themes;
use crate::web::lines::LineView;
use crate::web::lines::transfers;

/// A mandate is a French text: its papers are French, whoever prints them.
const FRENCH: Text = Text::new(Language::Fr);

/// Addresses and the telephone line that papers name.
pub struct Place {
    verify: String,
    with_code: String,
    space: String,
    phone: Option<String>,
}

impl Place {
    /// Of this gateway.
    pub fn of(app: &App) -> Self {
        let url = &app.config().server.public_url;
        Self {
            verify: url.join("/verifier"),
            with_code: url.join("/verifier?code="),
            space: url.join("/personne"),
            phone: app.config().operator.phone.clone(),
        }
    }
}

fn heading(level: u8, text: String) -> Block {
    Block::Heading { level, text }
}

fn titles(wanted: impl IntoIterator<Item = Theme>) -> String {
    let wanted: Vec<Theme> = wanted.into_iter().collect();
    themes().titles(&wanted, Language::Fr).join("\n")
}

/// Hexadecimal digits in groups of eight, to be compared by eye.
fn grouped(bytes: &[u8]) -> String {
    let digits = hex::encode(bytes);
    let groups: Vec<&str> = (0..digits.len()).step_by(8).filter_map(|at| digits.get(at..at + 8)).collect();
    groups.join(" ")
}

fn organisation(attested: &Attested) -> String {
    let organisation = &attested.organisation;
    let name =
        FRENCH.with("paper-siret", &[("name", &organisation.name), ("siret", &organisation.siret.as_str())]);
    format!("{name}\n{}", organisation.address)
}

fn person(attested: &Attested) -> String {
    let identity = &attested.person.identity;
    let born = FRENCH.birthdate(identity.civil_birthdate(), Some(identity.gender.show()));
    format!("{}, {born}", identity.full_name())
}

fn signed(attested: &Attested) -> Vec<Block> {
    let t = FRENCH;
    let name = attested.person.identity.full_name();
    let mut blocks = vec![
        Block::PageBreak,
        heading(2, t.get("paper-text")),
        Block::Paragraph(t.with("paper-text-lead", &[("person", &name)])),
        Block::Quote(attested.text.show().clone()),
    ];
    if let Some(consent) = attested.mandate.consent() {
        blocks.push(Block::Facts(vec![(t.get("paper-digest"), grouped(&consent.text_digest))]));
    }
    blocks
}

/// The attestation: the essentials, how to check it and to stop the mandate, and the text itself.
pub fn attestation(place: &Place, attested: &Attested, status: MandateStatus) -> Document {
    let t = FRENCH;
    let identity = &attested.person.identity;
    let names: [(&'static str, &dyn crate::text::Arg); 2] =
        [("person", &identity.full_name()), ("organisation", &attested.organisation.name)];
    let living = matches!(status, MandateStatus::Active | MandateStatus::Suspended);
    let mut blocks = vec![
        heading(1, t.get("paper-attestation-title")),
        Block::Paragraph(t.with("paper-attestation-lead", &names)),
    ];
    if status == MandateStatus::Suspended {
        blocks.push(Block::Paragraph(t.get("paper-attestation-suspended")));
    } else if !living {
        blocks.push(Block::Paragraph(t.get("paper-attestation-over")));
    }
    blocks.push(heading(2, t.get("paper-essential")));
    blocks.push(Block::Facts(essentials(attested)));
    blocks.extend(transfers(t, &attested.transfers).into_iter().map(Block::Paragraph));
    if living {
        blocks.extend(check(place, attested));
        blocks.extend(stop(place));
    }
    blocks.extend(signed(attested));
    let title = format!("{} - {}", t.get("paper-attestation-title"), identity.short_name());
    Document { title, language: Language::Fr, blocks }
}

fn essentials(attested: &Attested) -> Vec<(String, String)> {
    let t = FRENCH;
    let mandate = &attested.mandate;
    let open = mandate.open_themes();
    let shown = if open.is_empty() { &mandate.terms.themes } else { &open };
    let mut facts = vec![
        (t.get("paper-person"), person(attested)),
        (t.get("paper-organisation"), organisation(attested)),
        (t.get("paper-themes"), titles(shown.iter().copied())),
    ];
    if let Some(consent) = mandate.consent() {
        let (from, to) = (t.day_long(consent.validity.from.day()), t.day_long(consent.validity.until.day()));
        facts.push((t.get("paper-period"), t.with("paper-period-words", &[("from", &from), ("to", &to)])));
        let moment = t.moment(attested.approved_at);
        facts.push((t.get("paper-approved"), t.with("paper-approved-words", &[("moment", &moment)])));
        facts.push((t.get("paper-identity"), t.get(&format!("paper-identity-{}", consent.grade))));
    }
    facts.push((t.get("paper-drafted-by"), attested.drafted_by.show().clone()));
    facts
}

fn check(place: &Place, attested: &Attested) -> Vec<Block> {
    let t = FRENCH;
    let title = heading(2, t.get("paper-check"));
    let Some(printed) = &attested.code else {
        return vec![title, Block::Paragraph(t.get("paper-check-none"))];
    };
    let code = printed.code.show();
    let caption = t.with(
        "paper-check-words",
        &[("address", &place.verify), ("code", code), ("moment", &t.moment(printed.since))],
    );
    let alt = t.with("paper-check-alt", &[("address", &place.verify)]);
    vec![title, Block::Qr { content: format!("{}{code}", place.with_code), alt, caption }]
}

fn stop(place: &Place) -> Vec<Block> {
    let t = FRENCH;
    let mut ways = vec![t.with("paper-stop-space", &[("address", &place.space)])];
    if let Some(phone) = &place.phone {
        ways.push(t.with("paper-stop-phone", &[("phone", phone)]));
    }
    ways.push(t.get("paper-stop-desk"));
    vec![heading(2, t.get("paper-stop")), Block::Paragraph(t.get("paper-stop-lead")), Block::List(ways)]
}

/// The statement of revocation: what was stopped, when, by whom, why where it was said, and of which text.
pub fn stopped(stopped: &Stopped) -> Document {
    let t = FRENCH;
    let attested = &stopped.attested;
    let mandate = &attested.mandate;
    let identity = &attested.person.identity;
    let key = |part: &str| {
        if stopped.whole { format!("paper-stopped-{part}") } else { format!("paper-stopped-part-{part}") }
    };
    let names: [(&'static str, &dyn crate::text::Arg); 2] =
        [("person", &identity.full_name()), ("organisation", &attested.organisation.name)];
    let over: Vec<Theme> = if stopped.whole {
        mandate.terms.themes.iter().copied().collect()
    } else {
        mandate.ended_themes.keys().copied().collect()
    };
    let mut facts = vec![
        (t.get("paper-person"), person(attested)),
        (t.get("paper-organisation"), organisation(attested)),
        (t.get("paper-approved"), t.moment(attested.approved_at)),
        (t.get("paper-stopped-themes"), titles(over)),
    ];
    if !stopped.whole {
        facts.push((t.get("paper-stopped-left"), titles(mandate.open_themes())));
    }
    facts.push((t.get("paper-reference"), mandate.terms.reference_text()));
    let blocks = vec![
        heading(1, t.get(&key("title"))),
        Block::Paragraph(t.with(&key("lead"), &names)),
        Block::Facts(facts),
        heading(2, t.get("paper-stopped-what")),
        Block::List(stopped.ends.iter().map(end).collect()),
        Block::Paragraph(t.get("paper-stopped-kept")),
    ];
    let title = format!("{} - {}", t.get(&key("title")), identity.short_name());
    Document { title, language: Language::Fr, blocks }
}

fn end(line: &Line) -> String {
    let t = FRENCH;
    let sentence = LineView::of_line(t, line, Listener::Other).sentence.words();
    let day = t.day_long(line.at.day());
    let said = t.with("paper-stopped-line", &[("day", &day), ("sentence", &sentence)]);
    match line.told.as_ref().and_then(|told| told.details.words.clone()) {
        Some(words) if !words.trim().is_empty() => {
            format!("{said}\n{}", t.with("paper-stopped-reason", &[("words", &words)]))
        }
        _ => said,
    }
}

/// The statement of a journal, addressed to the person.
pub fn statement(t: Text, place: &Place, statement: &Statement) -> Document {
    let identity = &statement.person.identity;
    let born = t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()));
    let to = t.day_long(statement.days.to.unwrap_or_else(|| statement.at.day()));
    let days = match statement.days.from {
        Some(from) => t.with("paper-statement-days-from", &[("from", &t.day_long(from)), ("to", &to)]),
        None => t.with("paper-statement-days-all", &[("to", &to)]),
    };
    let mut blocks = vec![
        heading(1, t.get("paper-statement-title")),
        Block::Paragraph(t.get("paper-statement-lead")),
        Block::Facts(vec![
            (t.get("paper-person"), format!("{}, {born}", identity.full_name())),
            (t.get("paper-statement-days"), days),
            (t.get("paper-statement-made"), t.moment(statement.at)),
            (
                t.get("paper-statement-lines"),
                t.number(i64::try_from(statement.groups.len()).unwrap_or(i64::MAX)),
            ),
        ]),
    ];
    if statement.more {
        blocks.push(Block::Paragraph(t.get("paper-statement-more")));
    }
    if statement.groups.is_empty() {
        blocks.push(Block::Paragraph(t.get("paper-statement-empty")));
    } else {
        blocks.push(Block::Table {
            head: ["when", "what", "report"].map(|part| t.get(&format!("paper-statement-{part}"))).to_vec(),
            rows: statement.groups.iter().map(|group| row(t, group)).collect(),
            caption: t.get("paper-statement-table"),
        });
    }
    blocks.push(heading(2, t.get("paper-statement-wrong")));
    blocks.push(Block::Paragraph(match &place.phone {
        Some(phone) => t.with("paper-statement-wrong-phone", &[("address", &place.space), ("phone", phone)]),
        None => t.with("paper-statement-wrong-words", &[("address", &place.space)]),
    }));
    let title = format!("{} - {}", t.get("paper-statement-title"), identity.short_name());
    Document { title, language: t.language(), blocks }
}

fn row(t: Text, group: &Group) -> Vec<String> {
    let line = LineView::of_group(t, group, Listener::Person);
    let mut said = line.sentence.words();
    if !line.words.is_empty() {
        said = format!("{said}\n{}", line.words);
    }
    let reports: Vec<String> = line.reports.iter().map(|(from, words)| format!("{from}\n{words}")).collect();
    vec![line.moment, said, reports.join("\n")]
}

/// Who prints what an authority read, and of which case.
pub struct Trailed<'a> {
    /// The agent's name.
    pub reader: String,
    /// The case's number.
    pub case: Option<&'a str>,
}

/// What an agent of an authority read, for a file or a court; the proofs are a file beside it.
pub fn trail(t: Text, export: &Export, trailed: &Trailed<'_>) -> Document {
    let trail = &export.trail;
    let person = trail.person.as_ref().map(|found| {
        let identity = &found.person.identity;
        let born = t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()));
        format!("{}, {born}", identity.full_name())
    });
    let title = match trailed.case {
        Some(number) => t.with("paper-trail-case", &[("number", &number)]),
        None => t.get("paper-trail-title"),
    };
    let facts = [
        ("paper-person", person),
        ("paper-trail-purpose", Some(trail.purpose.words().to_owned())),
        ("paper-trail-reader", Some(trailed.reader.clone())),
        ("paper-statement-made", Some(t.moment(trail.at))),
        ("paper-statement-lines", Some(t.number(i64::try_from(trail.lines.len()).unwrap_or(i64::MAX)))),
    ];
    let facts = facts.into_iter().filter_map(|(key, value)| Some((t.get(key), value?))).collect();
    let mut blocks =
        vec![heading(1, title.clone()), Block::Paragraph(t.get("paper-trail-lead")), Block::Facts(facts)];
    if trail.next.is_some() {
        blocks.push(Block::Paragraph(t.get("paper-statement-more")));
    }
    if trail.lines.is_empty() {
        blocks.push(Block::Paragraph(t.get("paper-trail-empty")));
    } else {
        blocks.push(Block::Table {
            head: ["when", "what", "proof"].map(|part| t.get(&format!("paper-trail-{part}"))).to_vec(),
            rows: trail.lines.iter().map(|line| trail_row(t, line, export.place(line.id))).collect(),
            caption: t.get("paper-trail-table"),
        });
    }
    blocks.push(heading(2, t.get("paper-trail-check")));
    blocks.push(Block::Paragraph(t.get("paper-trail-check-words")));
    Document { title, language: t.language(), blocks }
}

fn trail_row(t: Text, line: &Line, place: Option<u64>) -> Vec<String> {
    let view = LineView::of_line(t, line, Listener::Other);
    let mut said = view.sentence.words();
    let details = line.told.as_ref().map(|told| &told.details);
    let more = [
        Some(view.words.clone()),
        details.and_then(|details| details.label.clone()),
        details.filter(|_| view.words.is_empty()).and_then(|details| details.words.clone()),
    ];
    for words in more.into_iter().flatten().filter(|words| !words.trim().is_empty()) {
        said = format!("{said}\n{words}");
    }
    let place = place.map_or_else(|| t.get("paper-trail-pending"), |index| index.to_string());
    vec![view.moment, said, format!("{place}\n{}", line.id)]
}
