//! Pages open to everyone: the home page, help, and the texts an operator completes.

mod statistics;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::config::OperatorTexts;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::LANGUAGE_COOKIE;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::text::Language;

/// The line as a `tel:` address: digits and a leading plus.
fn phone_link(operator: &OperatorTexts) -> Option<String> {
    let digits = |phone: &String| {
        phone.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect::<String>()
    };
    operator.phone.as_ref().map(|phone| format!("tel:{}", digits(phone)))
}

/// The routes of this part.
pub fn router() -> Router<App> {
    let page = |show: fn(Page, &OperatorTexts) -> Response| {
        get(move |State(app): State<App>, reader: Reader| async move {
            show(reader.page(Space::Public), &app.config().operator)
        })
    };
    Router::new()
        .route("/", page(home))
        .route("/aide", page(help))
        .route("/mentions-legales", page(legal))
        .route("/donnees-personnelles", page(privacy))
        .route("/accessibilite", page(accessibility))
        .route("/statistiques", get(statistics::show))
        .route("/statistiques.csv", get(statistics::csv))
        .route("/langue", get(choose_language))
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    vers: String,
    #[serde(default)]
    retour: String,
}

/// Keeps the chosen language for a year and goes back to the page.
async fn choose_language(State(app): State<App>, Query(choice): Query<Choice>) -> Response {
    let mut response = respond::see_other(respond::local_path(&choice.retour));
    if let Some(language) = Language::parse(&choice.vers) {
        let secure = if app.config().server.public_url.is_https() { "; Secure" } else { "" };
        let line = format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}",
            language.tag()
        );
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }
    response
}

macro_rules! public_pages {
    ($($(#[$doc:meta])* $function:ident, $view:ident, $path:literal, $title:literal;)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $view {
            page: Page,
            operator: OperatorTexts,
            phone_link: Option<String>,
        }

        impl $view {
            fn new(page: Page, operator: &OperatorTexts) -> Self {
                Self { page, operator: operator.clone(), phone_link: phone_link(operator) }
            }
        }

        $(#[$doc])*
        pub fn $function(page: Page, operator: &OperatorTexts) -> Response {
            let title = page.t.get($title);
            let view = $view::new(page.titled(title), operator);
            respond::html(StatusCode::OK, &view, &view.page.csp())
        }
    )+};
}

public_pages! {
    /// `/`: one door for each reader.
    home, Home, "web/public/home.html", "product";
    /// `/aide`: what Procura is, how to stop a mandate, whom to call.
    help, Help, "web/public/help.html", "public-help-title";
    /// `/mentions-legales`: who publishes and runs the gateway.
    legal, Legal, "web/public/legal.html", "common-legal";
    /// `/donnees-personnelles`: which data, why, how long, and the reader's rights.
    privacy, Privacy, "web/public/privacy.html", "common-privacy";
    /// `/accessibilite`: how accessible the pages are and how to report a barrier.
    accessibility, Accessibility, "web/public/accessibility.html", "public-accessibility-title";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn operator() -> OperatorTexts {
        OperatorTexts {
            name: Some("Ville de <Dijon>".into()),
            contact_email: Some("contact@procura.example".into()),
            phone: Some("01 99 00 21 21".into()),
            address: Some("11 rue de l’Exemple, 21000 Dijon".into()),
            publisher: Some("Claire Fontaine".into()),
        }
    }

    fn render(template: &impl Template) -> String {
        template.render().expect("a page")
    }

    fn all(language: Language, operator: &OperatorTexts) -> Vec<(&'static str, String)> {
        let page = |path: &str| Page::new(Text::new(language), Space::Public, path).titled("Titre");
        vec![
            ("home", render(&Home::new(page("/"), operator))),
            ("help", render(&Help::new(page("/aide"), operator))),
            ("legal", render(&Legal::new(page("/mentions-legales"), operator))),
            ("privacy", render(&Privacy::new(page("/donnees-personnelles"), operator))),
            ("accessibility", render(&Accessibility::new(page("/accessibilite"), operator))),
        ]
    }

    #[test]
    fn each_page_is_complete_in_both_languages() {
        for language in Language::ALL {
            for (name, html) in all(language, &operator()) {
                assert!(!html.contains('⟦'), "{language} {name}");
                assert_eq!(html.matches("<h1>").count(), 1, "{language} {name}");
                assert!(!html.contains("<Dijon>"), "{language} {name}");
            }
        }
    }

    #[test]
    fn what_the_operator_left_out_is_marked_and_what_he_gave_is_shown() {
        let given = all(Language::Fr, &operator());
        let missing = all(
            Language::Fr,
            &OperatorTexts { name: None, contact_email: None, phone: None, address: None, publisher: None },
        );
        for name in ["help", "legal", "privacy"] {
            let page = |pages: &[(&str, String)]| {
                pages.iter().find(|(known, _)| *known == name).map(|(_, html)| html.clone())
            };
            assert!(
                page(&given)
                    .is_some_and(|html| html.contains("tel:0199002121") && !html.contains("to-complete")),
                "{name}"
            );
            assert!(
                page(&missing).is_some_and(|html| html.contains("to-complete") && !html.contains("tel:")),
                "{name}"
            );
        }
    }
}
