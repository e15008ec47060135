//! The written confirmation of what a person asked by telephone or letter: a page to print, and the same as a PDF.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::document::Block;
use crate::document::Document;
use crate::domain::ids::PersonId;
use crate::domain::ids::RecordId;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::record_revocation;
use crate::operations::record_revocation::Confirmation;
use crate::text::Language;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Desk;
use crate::web::pdf;

/// One organisation of the letter: name, address, titles of what ended.
type Ended = (String, String, String);

/// The letter's words, in one language.
struct Letter {
    name: String,
    born: String,
    day: String,
    asked: String,
    at: String,
    ended: Vec<Ended>,
    phone: Option<String>,
}

#[derive(Template)]
#[template(path = "web/operator/confirmation.html")]
struct LetterPage {
    page: Page,
    back: String,
    pdf: String,
    letter: Letter,
}

async fn find(app: &App, desk: &Desk, id: PersonId, record: RecordId) -> Result<Confirmation, PageError> {
    let found = record_revocation::confirmation(&app.bench, &desk.operator, id, record).await;
    found.map_err(|refusal| desk.refuse(refusal))
}

fn write(app: &App, t: Text, found: &Confirmation) -> Letter {
    let identity = &found.person.person.identity;
    let day = found.asked_on.map(|day| t.day_long(day)).unwrap_or_default();
    let key =
        if found.channel == "letter" { "mail-recorded-what-letter" } else { "mail-recorded-what-telephone" };
    let titles = |list: &[Theme]| -> String {
        let titles = themes().titles(list, t.language());
        t.list(&titles.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let ended = found.ended.iter();
    Letter {
        name: identity.full_name(),
        born: t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        day: t.day_long(app.bench.now().day()),
        asked: t.with(key, &[("date", &day)]),
        at: t.moment(found.at),
        ended: ended.map(|(place, list)| (place.name.clone(), place.address.clone(), titles(list))).collect(),
        phone: app.config().operator.phone.clone(),
    }
}

/// `GET /operateur/personnes/{id}/courriers/{record}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path((id, record)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let (id, record): (PersonId, RecordId) = (desk.id(&id)?, desk.id(&record)?);
    let found = find(&app, &desk, id, record).await?;
    let view = LetterPage {
        page: desk.page(t.get("record-letter-title")).form(),
        back: format!("/operateur/personnes/{id}"),
        pdf: format!("/operateur/personnes/{id}/courriers/{record}/pdf"),
        letter: write(&app, t, &found),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /operateur/personnes/{id}/courriers/{record}/pdf`: in French, to be posted.
pub(super) async fn paper(
    State(app): State<App>,
    desk: Desk,
    Path((id, record)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (id, record): (PersonId, RecordId) = (desk.id(&id)?, desk.id(&record)?);
    let t = Text::new(Language::Fr);
    let letter = write(&app, t, &find(&app, &desk, id, record).await?);
    let mut facts = vec![(t.get("record-since"), letter.at)];
    facts.extend(letter.ended.into_iter().map(|(name, address, titles)| {
        (if address.is_empty() { name } else { format!("{name}, {address}") }, titles)
    }));
    let mut blocks = vec![
        Block::Paragraph(letter.day),
        Block::Paragraph(format!("{}, {}", letter.name, letter.born)),
        Block::Heading { level: 1, text: t.get("record-letter-title") },
        Block::Paragraph(letter.asked),
        Block::Facts(facts),
        Block::Paragraph(t.get("record-letter-next")),
    ];
    if let Some(phone) = letter.phone {
        blocks.push(Block::Paragraph(t.with("record-letter-phone", &[("phone", &phone)])));
    }
    let document = Document { title: t.get("record-letter-title"), language: Language::Fr, blocks };
    pdf::answer(document, "procura-confirmation").await.map_err(|refusal| desk.refuse(refusal))
}
