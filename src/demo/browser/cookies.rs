//! A browser's cookies (RFC 6265bis): kept by host and path, blind to ports, `Secure` and `SameSite` respected.

use std::time::Duration;

use url::Url;

use crate::domain::time::Instant;

/// Where a navigation came from, as `SameSite` sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Navigation {
    /// Whether every address of the redirect chain, and the page that started it, are one site.
    pub same_site: bool,
    /// Whether the request is a GET.
    pub safe_method: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SameSite {
    Strict,
    Lax,
    None,
}

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
    same_site: SameSite,
    expires: Option<Instant>,
}

/// One browser's cookie jar.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    cookies: Vec<Cookie>,
}

impl CookieJar {
    /// Keeps, replaces or deletes what one `Set-Cookie` line of an answer from `url` says; a line that breaks a rule
    /// is dropped, as browsers do.
    pub fn store(&mut self, url: &Url, line: &str, now: Instant) {
        let Some(cookie) = parse(url, line, now) else { return };
        self.cookies.retain(|kept| {
            !(kept.name == cookie.name && kept.domain == cookie.domain && kept.path == cookie.path)
        });
        if cookie.expires.is_none_or(|at| at > now) {
            self.cookies.push(cookie);
        }
    }

    /// The `Cookie` header for a request to `url`; `None` when nothing fits.
    pub fn header(&self, url: &Url, navigation: Navigation, now: Instant) -> Option<String> {
        let host = url.host_str()?;
        let mut fitting: Vec<&Cookie> = self
            .cookies
            .iter()
            .filter(|cookie| domain_matches(cookie, host) && path_matches(&cookie.path, url.path()))
            .filter(|cookie| !cookie.secure || is_trustworthy(url))
            .filter(|cookie| cookie.expires.is_none_or(|at| at > now))
            .filter(|cookie| match cookie.same_site {
                SameSite::Strict => navigation.same_site,
                SameSite::Lax => navigation.same_site || navigation.safe_method,
                SameSite::None => true,
            })
            .collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The value of a cookie by name, whatever its host and path.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Puts a cookie there as an attacker might who fixes a session: host-only, path `/`.
    pub fn plant(&mut self, host: &str, name: &str, value: &str) {
        self.cookies.push(Cookie {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.to_owned(),
            host_only: true,
            path: "/".to_owned(),
            secure: false,
            same_site: SameSite::Lax,
            expires: None,
        });
    }

    /// Every cookie's name, in the order in which they were set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().map(|cookie| cookie.name.as_str())
    }
}

fn parse(url: &Url, line: &str, now: Instant) -> Option<Cookie> {
    let mut parts = line.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let host = url.host_str()?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        domain: host.to_owned(),
        host_only: true,
        path: default_path(url.path()),
        secure: false,
        same_site: SameSite::Lax,
        expires: None,
    };
    let mut max_age = None;
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "domain" if !value.is_empty() => {
                cookie.domain = value.trim_start_matches('.').to_ascii_lowercase();
                cookie.host_only = false;
            }
            "max-age" => max_age = value.parse::<i64>().ok(),
            "expires" => cookie.expires = http_date(value),
            "samesite" => cookie.same_site = same_site(value),
            _ => {}
        }
    }
    if let Some(seconds) = max_age {
        let span = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        cookie.expires = Some(now.plus(span));
    }
    is_acceptable(&cookie, url, host).then_some(cookie)
}

fn same_site(value: &str) -> SameSite {
    match value.to_ascii_lowercase().as_str() {
        "strict" => SameSite::Strict,
        "none" => SameSite::None,
        _ => SameSite::Lax,
    }
}

fn is_acceptable(cookie: &Cookie, url: &Url, host: &str) -> bool {
    let host_prefix = !cookie.name.starts_with("__Host-")
        || (cookie.secure && cookie.host_only && cookie.path == "/" && url.scheme() == "https");
    let secure_prefix = !cookie.name.starts_with("__Secure-") || (cookie.secure && url.scheme() == "https");
    !cookie.name.is_empty()
        && domain_matches(cookie, host)
        && (!cookie.secure || is_trustworthy(url))
        && (cookie.same_site != SameSite::None || cookie.secure)
        && host_prefix
        && secure_prefix
}

fn domain_matches(cookie: &Cookie, host: &str) -> bool {
    cookie.domain == host
        || (!cookie.host_only && host.strip_suffix(&cookie.domain).is_some_and(|rest| rest.ends_with('.')))
}

fn path_matches(cookie: &str, request: &str) -> bool {
    request
        .strip_prefix(cookie)
        .is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

fn default_path(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path.get(..end).unwrap_or("/").to_owned(),
    }
}

fn http_date(text: &str) -> Option<Instant> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Instant::from_seconds(zoned.timestamp().as_second()))
}

/// Whether a browser treats the address as trustworthy: https, or the machine itself.
pub fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Navigation = Navigation { same_site: true, safe_method: true };

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    fn jar(at: &str, lines: &[&str]) -> CookieJar {
        let mut jar = CookieJar::default();
        for line in lines {
            jar.store(&url(at), line, Instant::from_seconds(1000));
        }
        jar
    }

    #[test]
    fn ports_do_not_separate_cookies_but_hosts_and_paths_do() {
        let jar = jar("http://localhost:8080/a/b", &["one=1; Path=/a", "two=2; Path=/"]);
        let now = Instant::from_seconds(1001);
        assert_eq!(jar.header(&url("http://localhost:9999/a/x"), HERE, now).as_deref(), Some("one=1; two=2"));
        assert_eq!(jar.header(&url("http://localhost:9999/ab"), HERE, now).as_deref(), Some("two=2"));
        assert_eq!(jar.header(&url("http://127.0.0.1:8080/a"), HERE, now), None);
    }

    #[test]
    fn a_cookie_ends_by_age_by_date_and_by_deletion() {
        let mut jar = jar(
            "http://localhost/",
            &["short=1; Max-Age=10", "long=2; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "gone=3"],
        );
        jar.store(&url("http://localhost/"), "gone=; Max-Age=0", Instant::from_seconds(1000));
        assert_eq!(jar.value("gone"), None);
        let later = Instant::from_seconds(1011);
        assert_eq!(jar.header(&url("http://localhost/"), HERE, later).as_deref(), Some("long=2"));
    }

    #[test]
    fn secure_and_host_prefixed_cookies_need_a_safe_place() {
        assert_eq!(jar("http://shop.example/", &["a=1; Secure"]).names().count(), 0);
        assert_eq!(jar("http://localhost/", &["a=1; Secure"]).names().count(), 1);
        assert_eq!(jar("http://localhost/", &["__Host-a=1; Secure; Path=/"]).names().count(), 0);
        assert_eq!(jar("https://shop.example/", &["__Host-a=1; Secure; Path=/"]).names().count(), 1);
        assert_eq!(
            jar("https://shop.example/", &["__Host-a=1; Secure; Path=/; Domain=shop.example"])
                .names()
                .count(),
            0
        );
        assert_eq!(jar("https://shop.example/", &["a=1; Domain=other.example"]).names().count(), 0);
    }

    #[test]
    fn a_lax_cookie_stays_home_on_a_foreign_post() {
        let jar = jar("https://shop.example/", &["lax=1; SameSite=Lax", "strict=2; SameSite=Strict"]);
        let now = Instant::from_seconds(1001);
        let foreign_link = Navigation { same_site: false, safe_method: true };
        let foreign_post = Navigation { same_site: false, safe_method: false };
        assert_eq!(jar.header(&url("https://shop.example/"), foreign_link, now).as_deref(), Some("lax=1"));
        assert_eq!(jar.header(&url("https://shop.example/"), foreign_post, now), None);
    }
}
