//! A small browser for the story and the tests: cookies, redirects, forms, and the headers and refusals of Chromium
//! that matter to a gateway (`Origin`, `Referer`, `Sec-Fetch-*`, CSP `form-action`).

pub mod cookies;
pub mod csp;
pub mod form;
pub mod page;

use std::sync::Arc;

use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header;
use thiserror::Error;
use url::Url;

use crate::demo::browser::cookies::CookieJar;
use crate::demo::browser::cookies::Navigation;
use crate::demo::browser::csp::FormAction;
use crate::demo::browser::form::Form;
use crate::demo::browser::page::Page;
use crate::demo::browser::page::PageError;
use crate::demo::client::BodyError;
use crate::demo::client::read_bounded;
use crate::domain::time::Clock;

const MOST_REDIRECTS: usize = 20;

/// Why a navigation did not end in a page.
#[derive(Debug, Error)]
pub enum BrowserError {
    /// No answer.
    #[error("no answer from {0}")]
    Connection(Url, #[source] reqwest::Error),
    /// The answer could not be read.
    #[error("bad answer from {0}")]
    Body(Url, #[source] BodyError),
    /// More redirects than a browser follows.
    #[error("more than {MOST_REDIRECTS} redirects, the last to {0}")]
    TooManyRedirects(Url),
    /// A redirect whose address cannot be read.
    #[error("{0} redirects to an address that cannot be read")]
    BadRedirect(Url),
    /// The page's Content Security Policy forbids its form to go there.
    #[error("the policy of {page} (form-action) forbids its form to reach {target}")]
    FormActionBlocked {
        /// The page that holds the form.
        page: Box<Url>,
        /// The forbidden address.
        target: Box<Url>,
    },
    /// The page does not hold what was looked for.
    #[error(transparent)]
    Page(#[from] PageError),
}

/// One browser: its own cookies, its own language.
#[derive(Clone)]
pub struct Browser {
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
    jar: CookieJar,
    accept_language: String,
    visited: Vec<Url>,
}

struct Request {
    method: Method,
    url: Url,
    body: Option<String>,
    initiator: Option<Initiator>,
    form_action: Option<FormAction>,
}

#[derive(Clone)]
struct Initiator {
    url: Url,
    referrer_policy: Option<String>,
}

impl Browser {
    /// A fresh browser without cookies, French by default. `client` comes from [`crate::demo::client::http_client`].
    pub fn new(client: reqwest::Client, clock: Arc<dyn Clock>) -> Self {
        Self {
            client,
            clock,
            jar: CookieJar::default(),
            accept_language: "fr-FR,fr;q=0.9".to_owned(),
            visited: Vec::new(),
        }
    }

    /// The same browser with another `Accept-Language`.
    #[must_use]
    pub fn speaking(mut self, accept_language: &str) -> Self {
        accept_language.clone_into(&mut self.accept_language);
        self
    }

    /// Its cookies.
    pub fn cookies(&self) -> &CookieJar {
        &self.jar
    }

    /// Its cookies, to plant or lose some.
    pub fn cookies_mut(&mut self) -> &mut CookieJar {
        &mut self.jar
    }

    /// Every address visited, redirects included, oldest first.
    pub fn visited(&self) -> &[Url] {
        &self.visited
    }

    /// Types an address.
    pub async fn get(&mut self, url: &Url) -> Result<Page, BrowserError> {
        self.navigate(Request {
            method: Method::GET,
            url: url.clone(),
            body: None,
            initiator: None,
            form_action: None,
        })
        .await
    }

    /// Follows a link of `page`.
    pub async fn follow(&mut self, page: &Page, url: &Url) -> Result<Page, BrowserError> {
        let initiator = Initiator {
            url: page.url.clone(),
            referrer_policy: page.header("referrer-policy").map(str::to_owned),
        };
        self.navigate(Request {
            method: Method::GET,
            url: url.clone(),
            body: None,
            initiator: Some(initiator),
            form_action: None,
        })
        .await
    }

    /// Follows the link of `page` whose words or address hold `wanted`.
    pub async fn click(&mut self, page: &Page, wanted: &str) -> Result<Page, BrowserError> {
        let url = page.link(wanted)?;
        self.follow(page, &url).await
    }

    /// Sends a form.
    pub async fn submit(&mut self, form: &Form) -> Result<Page, BrowserError> {
        let initiator = Initiator {
            url: form.page_url().clone(),
            referrer_policy: form.referrer_policy().map(str::to_owned),
        };
        let encoded =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.values()).finish();
        let mut url = form.action().clone();
        let (method, body) = if form.is_post() {
            (Method::POST, Some(encoded))
        } else {
            url.set_query(Some(&encoded));
            (Method::GET, None)
        };
        let form_action = Some(form.form_action().clone());
        self.navigate(Request { method, url, body, initiator: Some(initiator), form_action }).await
    }

    /// Posts fields to an address from a page at `origin_page`, as a hostile site's own form would.
    pub async fn post_from(
        &mut self,
        origin_page: &Url,
        url: &Url,
        fields: &[(&str, &str)],
    ) -> Result<Page, BrowserError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.navigate(Request {
            method: Method::POST,
            url: url.clone(),
            body: Some(body),
            initiator: Some(Initiator { url: origin_page.clone(), referrer_policy: None }),
            form_action: None,
        })
        .await
    }

    async fn navigate(&mut self, mut request: Request) -> Result<Page, BrowserError> {
        let mut history = Vec::new();
        loop {
            check_form_action(&request, !history.is_empty())?;
            history.push(request.url.clone());
            self.visited.push(request.url.clone());
            let headers = self.headers(&request, &history);
            let mut call = self.client.request(request.method.clone(), request.url.clone()).headers(headers);
            if let Some(body) = &request.body {
                call = call.body(body.clone());
            }
            let response =
                call.send().await.map_err(|error| BrowserError::Connection(request.url.clone(), error))?;
            self.keep_cookies(&request.url, response.headers());
            let Some(next) = redirect_target(&request.url, &response)? else {
                return page_of(request.url, response, history).await;
            };
            if history.len() > MOST_REDIRECTS {
                return Err(BrowserError::TooManyRedirects(next));
            }
            if !matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                request.method = Method::GET;
                request.body = None;
            }
            request.url = next;
        }
    }

    fn keep_cookies(&mut self, url: &Url, headers: &HeaderMap) {
        let now = self.clock.now();
        for line in headers.get_all(header::SET_COOKIE) {
            if let Ok(line) = line.to_str() {
                self.jar.store(url, line, now);
            }
        }
    }

    fn headers(&self, request: &Request, history: &[Url]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let site = site_relation(request.initiator.as_ref(), history);
        put(&mut headers, "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        put(&mut headers, "accept-language", &self.accept_language);
        put(&mut headers, "upgrade-insecure-requests", "1");
        put(&mut headers, "sec-fetch-mode", "navigate");
        put(&mut headers, "sec-fetch-dest", "document");
        put(&mut headers, "sec-fetch-user", "?1");
        put(&mut headers, "sec-fetch-site", site);
        if let Some(initiator) = &request.initiator {
            if let Some(referrer) = referrer(initiator, &request.url) {
                put(&mut headers, "referer", &referrer);
            }
            if request.method == Method::POST {
                put(&mut headers, "origin", &origin(initiator, history));
            }
        }
        if request.body.is_some() {
            put(&mut headers, "content-type", "application/x-www-form-urlencoded");
        }
        let navigation =
            Navigation { same_site: site != "cross-site", safe_method: request.method == Method::GET };
        if let Some(cookies) = self.jar.header(&request.url, navigation, self.clock.now()) {
            put(&mut headers, "cookie", &cookies);
        }
        headers
    }
}

fn check_form_action(request: &Request, redirected: bool) -> Result<(), BrowserError> {
    match (&request.form_action, &request.initiator) {
        (Some(policy), Some(page)) if !policy.allows(&page.url, &request.url, redirected) => {
            Err(BrowserError::FormActionBlocked {
                page: Box::new(page.url.clone()),
                target: Box::new(request.url.clone()),
            })
        }
        _ => Ok(()),
    }
}

fn redirect_target(from: &Url, response: &reqwest::Response) -> Result<Option<Url>, BrowserError> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(header::LOCATION).filter(|_| redirects) else {
        return Ok(None);
    };
    let bad = || BrowserError::BadRedirect(from.clone());
    let text = location.to_str().map_err(|_| bad())?;
    let mut target = from.join(text).map_err(|_| bad())?;
    if target.fragment().is_none() {
        target.set_fragment(from.fragment());
    }
    if matches!(target.scheme(), "http" | "https") { Ok(Some(target)) } else { Err(bad()) }
}

async fn page_of(url: Url, response: reqwest::Response, history: Vec<Url>) -> Result<Page, BrowserError> {
    let status = response.status();
    let headers = response.headers().clone();
    let body = read_bounded(response).await.map_err(|error| BrowserError::Body(url.clone(), error))?;
    Ok(Page { url, status, headers, html: String::from_utf8_lossy(&body).into_owned(), history })
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// `Sec-Fetch-Site` (Fetch Metadata): the widest relation along the redirect chain; `none` for a typed address.
fn site_relation(initiator: Option<&Initiator>, history: &[Url]) -> &'static str {
    let Some(initiator) = initiator else { return "none" };
    if history.iter().all(|url| url.origin() == initiator.url.origin()) {
        "same-origin"
    } else if history.iter().all(|url| same_site(url, &initiator.url)) {
        "same-site"
    } else {
        "cross-site"
    }
}

fn same_site(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && site(one) == site(other)
}

/// The registrable part of a host: its last two labels, which is right for every name the demo and the tests use.
fn site(url: &Url) -> String {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let labels: Vec<&str> = name.rsplitn(3, '.').take(2).collect();
            labels.join(".")
        }
        Some(host) => host.to_string(),
        None => String::new(),
    }
}

/// `Referer` under the page's Referrer-Policy; browsers start from `strict-origin-when-cross-origin`.
fn referrer(initiator: &Initiator, target: &Url) -> Option<String> {
    let same_origin = initiator.url.origin() == target.origin();
    let downgrade = initiator.url.scheme() == "https" && target.scheme() == "http";
    let mut full = initiator.url.clone();
    full.set_fragment(None);
    let origin_only = || format!("{}/", initiator.url.origin().ascii_serialization());
    match initiator.referrer_policy.as_deref().unwrap_or("strict-origin-when-cross-origin") {
        "no-referrer" => None,
        "same-origin" => same_origin.then(|| full.to_string()),
        "origin" => Some(origin_only()),
        "strict-origin" => (!downgrade).then(origin_only),
        "unsafe-url" => Some(full.to_string()),
        "no-referrer-when-downgrade" => (!downgrade).then(|| full.to_string()),
        _ if same_origin => Some(full.to_string()),
        _ => (!downgrade).then(origin_only),
    }
}

/// `Origin` of a POST (Fetch, "append a request Origin header"): `null` where the policy or a redirect hides it.
fn origin(initiator: &Initiator, history: &[Url]) -> String {
    let own = initiator.url.origin();
    let target_is_own = history.last().is_some_and(|url| url.origin() == own);
    let crossed = history.iter().rev().skip(1).any(|url| url.origin() != own);
    let hidden = match initiator.referrer_policy.as_deref() {
        Some("no-referrer") => true,
        Some("same-origin") => !target_is_own,
        _ => false,
    };
    if hidden || crossed { "null".to_owned() } else { own.ascii_serialization() }
}

#[cfg(test)]
mod tests;
