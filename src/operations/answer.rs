//! The address by which the browser goes back to a client: code or error, `state`, `iss` (RFC 6749 section 4.1.2, RFC 9207).

use url::form_urlencoded;

use crate::domain::act::AuthorizationRequest;
use crate::operations::bench::Bench;

/// Back with a code.
pub fn with_code(bench: &Bench, request: &AuthorizationRequest, code: &str) -> String {
    let pairs = [("code", Some(code)), ("state", request.state.as_deref()), issuer(bench)];
    address(&request.redirect_uri, &pairs)
}

/// Back with an error of RFC 6749 section 4.1.2.1 or OIDC Core section 3.1.2.6.
pub fn with_error(
    bench: &Bench,
    redirect_uri: &str,
    state: Option<&str>,
    error: &str,
    words: Option<&str>,
) -> String {
    let pairs = [("error", Some(error)), ("error_description", words), ("state", state), issuer(bench)];
    address(redirect_uri, &pairs)
}

/// Back without having acted.
pub fn denied(bench: &Bench, request: &AuthorizationRequest) -> String {
    with_error(bench, &request.redirect_uri, request.state.as_deref(), "access_denied", None)
}

/// An address with these parameters behind those it has; the address itself is left as registered.
pub fn address(base: &str, pairs: &[(&str, Option<&str>)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() {
        return base.to_owned();
    }
    let join = if base.contains('?') { '&' } else { '?' };
    format!("{base}{join}{query}")
}

fn issuer(bench: &Bench) -> (&'static str, Option<&str>) {
    ("iss", Some(bench.config.server.public_url.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registered_address_is_kept_and_values_cannot_leave_their_place() {
        let pairs = [("error", Some("access_denied")), ("x", None), ("state", Some("a&b=c#\r\nX: y"))];
        let expected = "error=access_denied&state=a%26b%3Dc%23%0D%0AX%3A+y";
        assert_eq!(address("https://caf.example/cb", &pairs), format!("https://caf.example/cb?{expected}"));
        assert_eq!(
            address("https://caf.example/cb?a=1", &pairs),
            format!("https://caf.example/cb?a=1&{expected}")
        );
        assert_eq!(address("https://caf.example/cb", &[("state", None)]), "https://caf.example/cb");
    }
}
