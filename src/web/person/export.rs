//! The person's copy of everything: JSON for a program, PDF for her eyes.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::Value;

use crate::document::Block;
use crate::document::Document;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::state::App;
use crate::operations::person_export;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::text::themes;
use crate::web::lines::download;
use crate::web::pdf;
use crate::web::person::Visit;

/// Lines of the journal printed; all are in the JSON file.
const MOST_LINES: usize = 2_000;

async fn read(app: &App, visit: &Visit) -> Result<Value, PageError> {
    let at = |path: &str| app.config().server.public_url.join(path);
    let (schema, proofs) = (at("/personne/donnees.schema.json"), at("/personne/journal/preuves"));
    let made = person_export::export(&app.bench, &visit.person, (&schema, &proofs)).await;
    made.map_err(|refusal| visit.refuse(refusal))
}

/// `GET /personne/donnees.json`
pub(super) async fn json(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let value = read(&app, &visit).await?;
    let file = serde_json::to_vec_pretty(&value);
    let file = file.map_err(|error| visit.refuse(Refusal::Fault(error.into())))?;
    Ok(download("procura-mes-donnees.json", file))
}

/// `GET /personne/donnees.schema.json`: the same for everybody.
pub(super) async fn schema() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/schema+json")];
    (StatusCode::OK, headers, person_export::SCHEMA).into_response()
}

/// `GET /personne/donnees.pdf`
pub(super) async fn paper(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let value = read(&app, &visit).await?;
    let document = document(visit.reader.t, &visit, &value, app.bench.now());
    pdf::answer(document, "procura-mes-donnees").await.map_err(|refusal| visit.refuse(refusal))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn moment(t: Text, value: &Value, name: &str) -> String {
    Instant::parse(text(value, name)).map_or_else(String::new, |at| t.moment_short(at))
}

fn theme(t: Text, key: &str) -> String {
    Theme::parse(key).map_or_else(|| key.to_owned(), |theme| themes().title(theme, t.language()).to_owned())
}

fn heading(level: u8, text: String) -> Block {
    Block::Heading { level, text }
}

fn document(t: Text, visit: &Visit, value: &Value, now: Instant) -> Document {
    let mut blocks = vec![
        heading(1, t.get("export-title")),
        Block::Paragraph(t.with("export-made", &[("moment", &t.moment(now))])),
        heading(2, t.get("export-identity")),
        Block::Facts(identity(t, visit, value)),
        heading(2, t.get("export-contacts")),
        list(t, items(value, "contacts"), |one| text(one, "address").to_owned()),
        heading(2, t.get("export-mandates")),
    ];
    for mandate in items(value, "mandates") {
        blocks.extend(mandate_blocks(t, mandate));
    }
    if items(value, "mandates").is_empty() {
        blocks.push(Block::Paragraph(t.get("export-none")));
    }
    blocks.push(heading(2, t.get("export-acts")));
    blocks.push(acts(t, value));
    let orientation = |one: &Value| format!("{} : {}", moment(t, one, "at"), text(one, "place"));
    let case = |one: &Value| format!("{}, {}", text(one, "number"), moment(t, one, "opened_at"));
    for (key, name, words) in [
        ("export-orientations", "orientations", &orientation as &dyn Fn(&Value) -> String),
        ("export-cases", "cases", &case),
        ("export-blocks", "blocks", &|one: &Value| text(one, "name").to_owned()),
    ] {
        blocks.push(heading(2, t.get(key)));
        blocks.push(list(t, items(value, name), words));
    }
    blocks.push(heading(2, t.get("export-entries")));
    blocks.push(entries(t, value));
    blocks.push(Block::Paragraph(t.get("export-more")));
    Document { title: t.get("export-title"), language: t.language(), blocks }
}

fn list(t: Text, all: &[Value], words: impl Fn(&Value) -> String) -> Block {
    if all.is_empty() {
        Block::Paragraph(t.get("export-none"))
    } else {
        Block::List(all.iter().map(words).collect())
    }
}

fn identity(t: Text, visit: &Visit, value: &Value) -> Vec<(String, String)> {
    let identity = &visit.person.person.identity;
    let person = value.get("person").unwrap_or(&Value::Null);
    let way = if text(person, "identification") == "declared" { "declared" } else { "franceconnect" };
    vec![
        (t.get("export-name"), identity.full_name()),
        (t.get("export-birth"), t.birth_day(identity.civil_birthdate())),
        (t.get("export-identified"), t.get(&format!("export-identified-{way}"))),
        (t.get("export-known-since"), moment(t, person, "known_since")),
    ]
}

fn mandate_blocks(t: Text, mandate: &Value) -> Vec<Block> {
    let organisation = mandate.get("organisation").unwrap_or(&Value::Null);
    let covered: Vec<String> =
        items(mandate, "themes").iter().map(|one| theme(t, text(one, "theme"))).collect();
    let facts = [
        ("export-status", t.get(&format!("operator-mandates-{}", text(mandate, "status").replace('_', "-")))),
        ("export-themes", covered.join(", ")),
        ("export-duration", t.get(&format!("duration-{}", text(mandate, "duration")))),
        ("export-drafted", format!("{}, {}", moment(t, mandate, "drafted_at"), text(mandate, "drafted_by"))),
        ("export-from", moment(t, mandate, "valid_from")),
        ("export-until", moment(t, mandate, "valid_until")),
    ];
    let mut blocks = vec![
        heading(3, text(organisation, "name").to_owned()),
        Block::Facts(facts.into_iter().map(|(key, words)| (t.get(key), words)).collect()),
    ];
    if let Some(consent) = mandate.get("consent").filter(|consent| consent.is_object()) {
        blocks.push(heading(4, t.get("export-text")));
        blocks.push(Block::Quote(text(consent, "text").to_owned()));
        let digest = (t.get("export-digest"), text(consent, "text_digest").to_owned());
        blocks.push(Block::Facts(vec![digest]));
    }
    blocks
}

fn acts(t: Text, value: &Value) -> Block {
    let all = items(value, "acts");
    if all.is_empty() {
        return Block::Paragraph(t.get("export-none"));
    }
    Block::Table {
        head: ["export-act-when", "export-act-theme", "export-act-client", "export-organisation"]
            .iter()
            .map(|key| t.get(key))
            .collect(),
        rows: all
            .iter()
            .map(|act| {
                vec![
                    moment(t, act, "opened_at"),
                    theme(t, text(act, "theme")),
                    text(act, "client").to_owned(),
                    text(act, "organisation").to_owned(),
                ]
            })
            .collect(),
        caption: t.get("export-acts"),
    }
}

fn entries(t: Text, value: &Value) -> Block {
    let all = items(value, "entries");
    let newest = all.len().saturating_sub(MOST_LINES);
    let rows = all.iter().skip(newest).map(|line| {
        let contents = line.get("contents").unwrap_or(&Value::Null);
        let who = contents.get("actor").map(|actor| text(actor, "name")).unwrap_or_default();
        let erased = contents.is_null();
        vec![
            moment(t, line, "at"),
            t.kind_title(text(line, "kind")),
            if erased { t.get("export-erased-line") } else { who.to_owned() },
        ]
    });
    Block::Table {
        head: vec![t.get("export-act-when"), t.get("export-entries"), t.get("export-who")],
        rows: rows.collect(),
        caption: t.get("export-entries"),
    }
}
