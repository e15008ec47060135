//! Forms are taken from our own pages only: what the browser says of a request's origin decides, no token is needed.

use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use crate::http::error_page::Trouble;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The layer of every router with forms: refuses a request that changes something and comes from another origin.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_own(request.method(), request.headers(), app.config().server.public_url.as_str()) {
        return next.run(request).await;
    }
    metrics::count(Counter::CrossSiteRefused);
    let (parts, _) = request.into_parts();
    Reader::of(&parts, &app).trouble(Space::Public, Trouble::BadRequest)
}

/// Whether a request may change something here (Fetch Metadata, else `Origin`, Fetch section 3.1). Cookies ignore ports,
/// so `same-site` is not enough. A request with neither header comes from no browser that could be misled.
fn is_own(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == public_url,
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;
    use axum::http::HeaderValue;

    #[test]
    fn a_post_from_elsewhere_is_not_ours() {
        let judge = |pairs: &[(&'static str, &'static str)]| {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            is_own(&Method::POST, &pairs.iter().map(header).collect(), "https://p.example")
        };
        assert!(judge(&[("sec-fetch-site", "same-origin"), ("origin", "https://p.example")]));
        assert!(judge(&[("origin", "https://p.example")]));
        assert!(judge(&[]));
        for elsewhere in ["cross-site", "same-site", "x"] {
            assert!(!judge(&[("sec-fetch-site", elsewhere)]), "{elsewhere}");
        }
        for elsewhere in ["null", "https://evil.example", "https://p.example:8443", "http://p.example"] {
            assert!(!judge(&[("origin", elsewhere)]), "{elsewhere}");
        }
        assert!(is_own(
            &Method::GET,
            &HeaderMap::from_iter([(
                HeaderName::from_static("sec-fetch-site"),
                HeaderValue::from_static("cross-site")
            )]),
            "x"
        ));
    }
}
