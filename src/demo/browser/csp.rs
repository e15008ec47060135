//! The one directive of a Content Security Policy that decides whether a form may go where it goes: `form-action`
//! (CSP Level 3 section 6.4.1), applied to every address of the redirect chain as Chromium does.

use url::Url;

/// The `form-action` lists of a page: every policy of the answer must allow an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormAction {
    lists: Vec<Vec<String>>,
}

impl FormAction {
    /// Reads the values of a page's `Content-Security-Policy` headers.
    pub fn read<'a>(policies: impl Iterator<Item = &'a str>) -> Self {
        let lists = policies
            .flat_map(|header| header.split(','))
            .filter_map(|policy| {
                policy.split(';').find_map(|directive| {
                    let mut words = directive.split_ascii_whitespace();
                    words
                        .next()
                        .is_some_and(|name| name.eq_ignore_ascii_case("form-action"))
                        .then(|| words.map(str::to_owned).collect())
                })
            })
            .collect();
        Self { lists }
    }

    /// Whether a form of the page at `page` may be sent to `target`; paths count only before the first redirect.
    pub fn allows(&self, page: &Url, target: &Url, redirected: bool) -> bool {
        self.lists.iter().all(|list| list.iter().any(|source| matches(source, page, target, redirected)))
    }
}

fn matches(source: &str, page: &Url, target: &Url, redirected: bool) -> bool {
    match source.to_ascii_lowercase().as_str() {
        "'self'" => page.origin() == target.origin(),
        "'none'" => false,
        "*" => matches!(target.scheme(), "http" | "https"),
        text if text.ends_with(':') => text.strip_suffix(':') == Some(target.scheme()),
        _ => host_source_matches(source, page, target, redirected),
    }
}

fn host_source_matches(source: &str, page: &Url, target: &Url, redirected: bool) -> bool {
    let (scheme, rest) =
        source.split_once("://").map_or((page.scheme(), source), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) =
        authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    scheme_fits(scheme, target.scheme())
        && host_fits(host, target.host_str().unwrap_or_default())
        && port_fits(port, target)
        && (redirected || path_fits(path, target.path()))
}

fn scheme_fits(wanted: &str, actual: &str) -> bool {
    wanted.eq_ignore_ascii_case(actual) || (wanted.eq_ignore_ascii_case("http") && actual == "https")
}

fn host_fits(wanted: &str, actual: &str) -> bool {
    wanted.strip_prefix('*').map_or_else(
        || wanted.eq_ignore_ascii_case(actual),
        |suffix| {
            suffix.starts_with('.') && actual.to_ascii_lowercase().ends_with(&suffix.to_ascii_lowercase())
        },
    )
}

fn port_fits(wanted: Option<&str>, target: &Url) -> bool {
    match wanted {
        Some("*") => true,
        Some(port) => target.port_or_known_default().is_some_and(|actual| actual.to_string() == port),
        None => target.port().is_none(),
    }
}

fn path_fits(wanted: &str, actual: &str) -> bool {
    wanted.is_empty() || if wanted.ends_with('/') { actual.starts_with(wanted) } else { actual == wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(policy: &str, target: &str) -> bool {
        let page = Url::parse("http://localhost:8080/page").expect("an address");
        FormAction::read([policy].into_iter()).allows(&page, &Url::parse(target).expect("an address"), true)
    }

    #[test]
    fn a_page_without_the_directive_may_post_anywhere_and_none_nowhere() {
        assert!(allows("default-src 'none'", "https://elsewhere.example/"));
        assert!(!allows("form-action 'none'", "http://localhost:8080/page"));
        assert!(!allows("form-action", "http://localhost:8080/page"));
    }

    #[test]
    fn self_is_an_origin_and_other_origins_must_be_named_with_their_port() {
        let policy = "default-src 'self'; form-action 'self' http://localhost:8081";
        assert!(allows(policy, "http://localhost:8080/x"));
        assert!(allows(policy, "http://localhost:8081/y"));
        assert!(!allows(policy, "http://localhost:8082/z"));
        assert!(!allows(policy, "http://127.0.0.1:8080/x"));
    }

    #[test]
    fn every_policy_must_agree() {
        assert!(!allows("form-action 'self', form-action 'none'", "http://localhost:8080/x"));
    }

    #[test]
    fn wildcards_and_schemes() {
        assert!(allows("form-action https://*.example", "https://a.example/"));
        assert!(!allows("form-action https://*.example", "https://example/"));
        assert!(allows("form-action https:", "https://any.where/"));
        assert!(!allows("form-action https:", "http://any.where/"));
    }
}
