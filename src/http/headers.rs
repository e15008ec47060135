//! The headers that every answer carries.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Whether browsers reach the gateway by https, as the public URL says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plain http, on a loopback host only.
    Http,
    /// https.
    Https,
}

/// A layer for the whole router, `axum::middleware::from_fn_with_state(transport, security_headers)`: adds what is missing
/// and leaves what a handler set itself (a file meant for other origins).
pub async fn security_headers(
    axum::extract::State(transport): axum::extract::State<Transport>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    add_security_headers(response.headers_mut(), transport);
    response
}

/// The headers of [`security_headers`], on an answer made by hand.
pub fn add_security_headers(headers: &mut HeaderMap, transport: Transport) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if transport == Transport::Https {
        let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(hsts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_pinned_only_where_there_is_https_and_a_handler_has_the_last_word() {
        let mut headers = HeaderMap::new();
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        add_security_headers(&mut headers, Transport::Http);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(
            headers.get("cross-origin-resource-policy").map(HeaderValue::as_bytes),
            Some(&b"cross-origin"[..])
        );
        assert_eq!(headers.get(header::X_FRAME_OPTIONS).map(HeaderValue::as_bytes), Some(&b"DENY"[..]));
        add_security_headers(&mut headers, Transport::Https);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
