//! `/aidant/personnes/{id}/code-papier`: the code that opens the space of a person without FranceConnect, printed once.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;

use crate::domain::ids::PersonId;
use crate::http::actor::FreshAidant;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::paper_space;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;
use crate::web::aidant::refused;

#[derive(Template)]
#[template(path = "web/aidant/paper_code.html")]
struct AskPage {
    page: Page,
    id: String,
    since: Option<String>,
    reachable: bool,
}

#[derive(Template)]
#[template(path = "web/aidant/paper_code_printed.html")]
struct PrintedPage {
    page: Page,
    french: Text,
    name: String,
    code: String,
    address: String,
    made: String,
}

fn person_id(id: &str, reader: &Reader) -> Result<PersonId, PageError> {
    id.parse().map_err(|_| PageError::of(Trouble::NotFound, reader, Space::Aidant))
}

/// `GET`: what the code is for, and the button.
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let person = person_id(&id, &reader)?;
    let holder = paper_space::look(&app.bench, &aidant, person).await.map_err(refused(&reader))?;
    let name = holder.person.identity.short_name();
    let view = AskPage {
        page: reader.aidant_page(&aidant).titled(t.with("paper-code-title", &[("name", &name)])),
        id: person.to_string(),
        since: holder.since.map(|at| t.with("paper-code-since", &[("day", &t.day_long(at.day()))])),
        reachable: holder.reachable,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `POST`: the page to print; the code is shown this once.
pub async fn issue(
    State(app): State<App>,
    reader: Reader,
    FreshAidant(aidant): FreshAidant,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let person = person_id(&id, &reader)?;
    match paper_space::issue(&app.bench, &aidant, person, Some(&reader.reference)).await {
        Ok(printed) => {
            let french = Text::new(Language::Fr);
            let name = printed.person.identity.short_name();
            let title = reader.t.with("paper-code-title", &[("name", &name)]);
            let view = PrintedPage {
                page: reader.aidant_page(&aidant).titled(title),
                french,
                name: printed.person.identity.full_name(),
                code: printed.code.show().clone(),
                address: app.config().server.public_url.join("/personne/connexion/papier"),
                made: french.with(
                    "paper-code-made",
                    &[("organisation", &aidant.organisation.name), ("moment", &french.moment(printed.at))],
                ),
            };
            let mut response = respond::html(StatusCode::OK, &view, &view.page.csp());
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            Ok(response)
        }
        // The page says why there is no code.
        Err(Refusal::Conflict(_)) => {
            Ok(respond::see_other(&format!("/aidant/personnes/{person}/code-papier")))
        }
        Err(other) => Err(refused(&reader)(other)),
    }
}
