//! The page of a refusal or a failure: why, what to do now, whom to ask.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::page::Page;
use crate::http::respond;

/// A page that explains what did not work.
#[derive(Template)]
#[template(path = "http/error.html")]
pub struct ErrorPage {
    /// The frame; its title is the heading.
    pub page: Page,
    /// Why, in one sentence.
    pub why: String,
    /// What to do now, one sentence each.
    pub advice: Vec<String>,
    /// The reference number that finds this incident in the logs.
    pub reference: Option<String>,
    /// Where the button leads.
    pub back_href: String,
    /// The button's words.
    pub back_words: String,
}

/// The common refusals, each with its words in `locales/*/errors.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No such page.
    NotFound,
    /// The session does not open this page.
    Forbidden,
    /// The session ended.
    SessionEnded,
    /// A link or page that was used before, or waited too long.
    Gone,
    /// The request came from another site, or its form is broken.
    BadRequest,
    /// Too many attempts.
    TooMany,
    /// A fault of ours.
    Internal,
    /// A service we depend on does not answer.
    Unavailable,
    /// Too many at once.
    Busy,
}

impl Trouble {
    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::SessionEnded => StatusCode::UNAUTHORIZED,
            Self::Gone => StatusCode::GONE,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::SessionEnded => "session-ended",
            Self::Gone => "gone",
            Self::BadRequest => "bad-request",
            Self::TooMany => "too-many",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
        }
    }
}

impl ErrorPage {
    /// The page of a common refusal, with a button to the front of the space.
    pub fn of(trouble: Trouble, page: Page, reference: Option<String>) -> Self {
        let t = page.t;
        let say = |part: &str| t.get(&format!("error-{}-{part}", trouble.key()));
        Self {
            why: say("why"),
            advice: vec![say("advice")],
            reference,
            back_href: page.space.home().to_owned(),
            back_words: t.get("common-home"),
            page: page.titled(say("title")),
        }
    }
}

/// The answer for a common refusal.
pub fn trouble(trouble: Trouble, page: Page, reference: Option<String>) -> Response {
    let view = ErrorPage::of(trouble, page, reference);
    respond::html(trouble.status(), &view, &view.page.csp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::page::Space;
    use crate::text::Language;
    use crate::text::Text;

    #[test]
    fn every_refusal_says_why_and_what_to_do_in_both_languages() {
        let all = [
            Trouble::NotFound,
            Trouble::Forbidden,
            Trouble::SessionEnded,
            Trouble::Gone,
            Trouble::BadRequest,
            Trouble::TooMany,
            Trouble::Internal,
            Trouble::Unavailable,
            Trouble::Busy,
        ];
        for trouble in all {
            for language in Language::ALL {
                let page = Page::new(Text::new(language), Space::Public, "/x");
                let html = ErrorPage::of(trouble, page, Some("7K2P".into())).render().expect("a page");
                assert!(!html.contains('⟦'), "{trouble:?} {language}");
                assert!(html.contains("7K2P") && html.contains("<h1>"));
            }
        }
    }
}
