//! `/aidant/charte`: the charter of aidants, read and signed before anything else.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::habilitation::CHARTER;
use crate::domain::habilitation::Habilitation;
use crate::domain::ids::HabilitationId;
use crate::http::actor::Aidant;
use crate::http::actor::FreshAidant;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::own_habilitations;
use crate::operations::refusal::Refusal;
use crate::operations::sign_charter::sign_charter;
use crate::text::Text;
use crate::web::aidant::refused;
use crate::web::referent::told;

/// How many articles the charter has.
const ARTICLES: usize = 8;

struct Article {
    title: String,
    words: String,
}

#[derive(Template)]
#[template(path = "web/aidant/charter.html")]
struct CharterPage {
    page: Page,
    organisation: String,
    intro: String,
    articles: Vec<Article>,
    action: String,
    signed: Option<String>,
}

fn articles(t: Text) -> Vec<Article> {
    (1..=ARTICLES)
        .map(|number| Article {
            title: t.get(&format!("aidant-{CHARTER}-{number}-title")),
            words: t.get(&format!("aidant-{CHARTER}-{number}")),
        })
        .collect()
}

/// The text as it is signed: title, introduction and articles, one a line.
fn text(t: Text) -> String {
    let mut all = vec![t.get(&format!("aidant-{CHARTER}-title")), t.get(&format!("aidant-{CHARTER}-intro"))];
    for article in articles(t) {
        all.extend([article.title, article.words]);
    }
    all.join("\n")
}

/// `GET /aidant/charte`: for the organisation she works in now.
pub async fn current(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
) -> Result<Response, PageError> {
    let id = aidant.habilitation.id;
    page(&app, &reader, &aidant, id).await
}

/// `GET /aidant/charte/{habilitation}`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &reader, &aidant, read(&reader, &id)?).await
}

fn read(reader: &Reader, id: &str) -> Result<HabilitationId, PageError> {
    id.parse().map_err(|_| PageError::of(Trouble::NotFound, reader, Space::Aidant))
}

async fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    id: HabilitationId,
) -> Result<Response, PageError> {
    let t = reader.t;
    let all = own_habilitations::of(&app.bench, aidant).await.map_err(refused(reader))?;
    let place = all.into_iter().find(|place| place.habilitation.id == id);
    let place = place.ok_or_else(|| refused(reader)(Refusal::NotFound))?;
    let view = CharterPage {
        page: reader.aidant_page(aidant).titled(t.get(&format!("aidant-{CHARTER}-title"))).without_nav(),
        signed: signed(t, &place.habilitation),
        organisation: place.organisation.name,
        intro: t.get(&format!("aidant-{CHARTER}-intro")),
        articles: articles(t),
        action: format!("/aidant/charte/{id}"),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn signed(t: Text, habilitation: &Habilitation) -> Option<String> {
    let charter = habilitation.charter()?;
    Some(t.with("aidant-charter-signed", &[("date", &t.day_long(charter.signed_at.day()))]))
}

/// `POST /aidant/charte/{habilitation}`: signs, with a fresh second factor.
pub async fn sign(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = read(&reader, &id)?;
    let done = sign_charter(&app.bench, &aidant, id, &text(reader.t), Some(&reader.reference)).await;
    let next = told::after("/aidant/habilitations", "signe", done).map_err(refused(&reader))?;
    Ok(respond::see_other(&next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn the_charter_is_whole_in_both_languages() {
        for language in Language::ALL {
            let text = text(Text::new(language));
            assert!(!text.contains('⟦'), "{text}");
            assert_eq!(text.lines().count(), 2 + 2 * ARTICLES);
        }
    }
}
