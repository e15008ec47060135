//! Answers of pages: HTML with its security policy, and redirects that follow a form.

use std::fmt::Write as _;

use askama::Template;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

/// The content security policy of one page (CSP level 3): our own files, and the origins its form may end at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Csp {
    form_origins: Vec<String>,
}

impl Csp {
    /// Allows a form of this page to be redirected to `origin`: `scheme://host[:port]`, or a URL whose origin is taken.
    /// What is neither is left out, so that nothing can slip into the header.
    #[must_use]
    pub fn with_form_origin(mut self, origin: &str) -> Self {
        if let Ok(url) = url::Url::parse(origin)
            && matches!(url.scheme(), "http" | "https")
        {
            self.form_origins.push(url.origin().ascii_serialization());
        }
        self
    }

    /// The header's value.
    pub fn value(&self) -> String {
        let mut policy = String::from(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; \
             font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        );
        for origin in &self.form_origins {
            // Writing to a String cannot fail.
            let _ = write!(policy, " {origin}");
        }
        policy
    }
}

/// A page: the rendered template with its type, its policy, and no copy in any cache.
///
/// A template that cannot be rendered answers 500 without a body; the cause is in the log.
pub fn html<T: Template>(status: StatusCode, template: &T, csp: &Csp) -> Response {
    match template.render() {
        Ok(body) => html_text(status, body, csp),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// As [`html`], for a body that is already rendered.
pub fn html_text(status: StatusCode, body: String, csp: &Csp) -> Response {
    let policy =
        HeaderValue::from_str(&csp.value()).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::VARY, HeaderValue::from_static("Accept-Language, Cookie")),
    ];
    (status, headers, body).into_response()
}

/// 303 See Other (RFC 9110 section 15.4.4) to a path of ours or to a URL we composed.
///
/// An address that cannot stand in a header answers 500.
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(value) => (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, value), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A path of ours out of what a request names as "back to", or `/`: it starts with one slash and can lead to no other host.
pub fn local_path(wanted: &str) -> &str {
    let second = wanted.as_bytes().get(1).copied();
    let plain = wanted.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    if wanted.starts_with('/') && second != Some(b'/') && plain { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_enter_the_policy() {
        let csp = Csp::default()
            .with_form_origin("https://caf.example:8443/cb?x=1")
            .with_form_origin("javascript:alert(1)")
            .with_form_origin("x; script-src *");
        assert!(csp.value().ends_with("form-action 'self' https://caf.example:8443"), "{}", csp.value());
        assert!(Csp::default().value().ends_with("form-action 'self'"));
    }

    #[test]
    fn a_way_back_stays_here() {
        assert_eq!(local_path("/aidant?x=1"), "/aidant?x=1");
        for elsewhere in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "",
            "aidant",
            "/a\r\nSet-Cookie:x",
            "/\t/evil.example",
        ] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
