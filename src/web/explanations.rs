//! Explanations beside the French text: which languages there are, and the words of one. `/explications/{lang}` is open to all.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::domain::theme::Theme;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::text::Html;
use crate::text::Text;
use crate::text::Tongue;

/// The variable of an address that asks for an explanation.
const ASKED: &str = "explication";

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new().route("/explications/{lang}", get(show))
}

struct Choice {
    tag: &'static str,
    name: String,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "web/explanation_choice.html")]
struct Chooser {
    label: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "web/explanation.html")]
struct Explanation {
    tongue: Tongue,
    level: u8,
    below: u8,
    titled: bool,
    themes: Vec<String>,
}

#[derive(Template)]
#[template(path = "web/public/explanation.html")]
struct ExplanationPage {
    page: Page,
    tongue: Tongue,
    chooser: Html,
    words: Html,
}

fn theme_words(tongue: Tongue, themes: &[Theme]) -> Vec<String> {
    themes.iter().map(|theme| tongue.theme(*theme)).collect()
}

fn rendered<T: Template>(template: &T) -> Html {
    match template.render() {
        Ok(markup) => Html::trusted(markup),
        Err(error) => {
            tracing::error!(%error, "an explanation could not be rendered");
            Html::default()
        }
    }
}

/// Links to each language; `href` gives the address of one.
fn chooser(t: Text, chosen: Option<Tongue>, href: impl Fn(Tongue) -> String) -> Html {
    let choice = |tongue: Tongue| Choice {
        tag: tongue.tag(),
        name: tongue.get("name"),
        href: href(tongue),
        current: chosen == Some(tongue),
    };
    let choices = Tongue::ALL.into_iter().map(choice).collect();
    rendered(&Chooser { label: t.get("explanations-choose"), choices })
}

/// What stands beside a French text on a page: the languages as links to the page itself (`?explication=ar`), and below them
/// the explanation that was asked for, about `themes` alone.
pub fn beside(reader: &Reader, themes: &[Theme]) -> Html {
    let (path, query) = reader.path.split_once('?').unwrap_or((&reader.path, ""));
    let asked = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == ASKED);
    let chosen = asked.and_then(|(_, tag)| Tongue::parse(&tag));
    let links = chooser(reader.t, chosen, |tongue| format!("{path}?{ASKED}={}#{ASKED}", tongue.tag()));
    let words = chosen.map(|tongue| {
        let themes = theme_words(tongue, themes);
        rendered(&Explanation { tongue, level: 3, below: 4, titled: true, themes })
    });
    Html::trusted(format!("{links}{}", words.unwrap_or_default()))
}

async fn show(Path(lang): Path<String>, reader: Reader) -> Result<Response, PageError> {
    let tongue =
        Tongue::parse(&lang).ok_or_else(|| PageError::of(Trouble::NotFound, &reader, Space::Public))?;
    let view = ExplanationPage {
        page: reader.page(Space::Public).titled(tongue.get("title")),
        tongue,
        chooser: chooser(reader.t, Some(tongue), |tongue| format!("/explications/{}", tongue.tag())),
        words: {
            let themes = theme_words(tongue, &Theme::ALL);
            rendered(&Explanation { tongue, level: 2, below: 2, titled: false, themes })
        },
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
