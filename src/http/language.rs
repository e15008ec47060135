//! Which language a request is answered in: the reader's own choice, kept in a cookie, else what the browser asks for.

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header;
use axum::response::Response;

use crate::http::form::FormFields;
use crate::http::headers::Transport;
use crate::http::respond;
use crate::text::Language;
use crate::text::Text;

const KEPT_SECONDS: u32 = 365 * 24 * 3600;

/// The sentences in the language of a request.
pub fn text(headers: &HeaderMap) -> Text {
    Text::new(chosen(headers).unwrap_or_else(|| {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::choose(wanted.unwrap_or_default())
    }))
}

/// `GET /langue?vers=en&retour=/path`: keeps the choice for a year and goes back to the page, on this host only.
///
/// `query` is the raw query string. An unknown language changes nothing.
pub fn switch(transport: Transport, query: &str) -> Response {
    let fields = FormFields::parse(query.as_bytes()).unwrap_or_default();
    let field = |name| fields.one(name).ok().flatten().unwrap_or_default();
    let mut response = respond::see_other(respond::local_path(field("retour")));
    if let Some(cookie) = Language::parse(field("vers")).and_then(|language| cookie(language, transport)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn cookie(language: Language, transport: Transport) -> Option<HeaderValue> {
    let (name, secure) = match transport {
        Transport::Http => ("langue", ""),
        Transport::Https => ("__Host-langue", "; Secure"),
    };
    let text = format!("{name}={language}; Path=/; Max-Age={KEPT_SECONDS}; SameSite=Lax; HttpOnly{secure}");
    HeaderValue::from_str(&text).ok()
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| matches!(*name, "langue" | "__Host-langue"))
        .and_then(|(_, tag)| Language::parse(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(cookie: &str, accept: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).expect("a cookie"));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accept).expect("a header"));
        text(&headers).language()
    }

    #[test]
    fn the_choice_comes_before_the_browser() {
        assert_eq!(asked("a=b; langue=fr", "en"), Language::Fr);
        assert_eq!(asked("__Host-langue=en", "fr"), Language::En);
        assert_eq!(asked("langue=xx", "en"), Language::En);
        assert_eq!(asked("a=b", "de"), Language::Fr);
    }

    #[test]
    fn switching_comes_back_to_a_page_of_this_host() {
        let answer = switch(Transport::Https, "vers=en&retour=%2Faide%3Fx%3D1");
        assert_eq!(answer.headers()[header::LOCATION], "/aide?x=1");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().expect("text");
        assert!(cookie.starts_with("__Host-langue=en; Path=/;") && cookie.ends_with("; Secure"), "{cookie}");
        let answer = switch(Transport::Http, "vers=xx&retour=%2F%2Fevil.example");
        assert_eq!(answer.headers()[header::LOCATION], "/");
        assert!(!answer.headers().contains_key(header::SET_COOKIE));
    }
}
