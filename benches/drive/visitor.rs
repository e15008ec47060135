//! A light browser at one server: real cookies, real redirects, the headers by which the gateway knows its own pages.

use procura::config::SystemClock;
use procura::demo::browser::cookies::CookieJar;
use procura::demo::browser::cookies::Navigation;
use procura::domain::time::Clock;
use url::Url;

use crate::drive::forms::Form;
use crate::drive::wire::Answer;
use crate::drive::wire::Trouble;
use crate::drive::wire::Wire;

const MOST_REDIRECTS: usize = 10;
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// One browser.
pub struct Visitor {
    /// Its connection.
    pub wire: Wire,
    base: Url,
    origin: String,
    jar: CookieJar,
}

/// Where a navigation ended.
pub enum Place {
    /// A page of the server.
    Page(Page),
    /// An address elsewhere, to which the server sent the browser.
    Away(Url),
}

/// A page.
pub struct Page {
    /// Its address.
    pub url: Url,
    /// What was answered.
    pub answer: Answer,
}

impl Place {
    /// The page.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] when the browser was sent elsewhere; [`Trouble::Status`] when it is an error's.
    pub fn page(self) -> Result<Page, Trouble> {
        match self {
            Self::Page(page) => {
                let answer = page.answer.must(200, page.url.path())?;
                Ok(Page { answer, ..page })
            }
            Self::Away(url) => Err(Trouble::Wrong(format!("sent away to {url}"))),
        }
    }

    /// The address elsewhere.
    ///
    /// # Errors
    /// [`Trouble::Status`] and [`Trouble::Wrong`] when it stayed.
    pub fn away(self) -> Result<Url, Trouble> {
        match self {
            Self::Away(url) => Ok(url),
            Self::Page(page) => {
                let answer = page.answer.must(303, page.url.path())?;
                Err(Trouble::Wrong(format!("still at {} ({})", page.url, answer.status)))
            }
        }
    }
}

impl Visitor {
    /// A browser at `base` (without a path) over this connection, with these cookies.
    pub fn new(wire: Wire, base: &Url, jar: CookieJar) -> Self {
        Self { wire, base: base.clone(), origin: base.origin().ascii_serialization(), jar }
    }

    /// Comes from elsewhere by a link.
    ///
    /// # Errors
    /// As the connection and the server say.
    pub async fn come(&mut self, url: &Url) -> Result<Place, Trouble> {
        self.navigate("GET", url.clone(), None, false).await
    }

    /// Opens a page of the server from another of its pages.
    ///
    /// # Errors
    /// As the connection and the server say.
    pub async fn open(&mut self, path: &str) -> Result<Place, Trouble> {
        let url = self.base.join(path).map_err(|error| Trouble::Wrong(error.to_string()))?;
        self.navigate("GET", url, None, true).await
    }

    /// Sends a form of this page.
    ///
    /// # Errors
    /// As the connection and the server say.
    pub async fn submit(&mut self, page: &Page, form: &Form) -> Result<Place, Trouble> {
        let url = page.url.join(&form.action).map_err(|error| Trouble::Wrong(error.to_string()))?;
        let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.navigate("POST", url, Some(body), true).await
    }

    async fn navigate(
        &mut self,
        method: &'static str,
        url: Url,
        body: Option<String>,
        own: bool,
    ) -> Result<Place, Trouble> {
        let (mut method, mut url, mut body) = (method, url, body);
        for _ in 0..MOST_REDIRECTS {
            let answer = self.step(method, &url, body.as_deref(), own).await?;
            for line in answer.headers("set-cookie") {
                self.jar.store(&url, line, SystemClock.now());
            }
            let location = answer.header("location").filter(|_| matches!(answer.status, 302 | 303));
            let Some(location) = location else {
                return Ok(Place::Page(Page { url, answer }));
            };
            let next = url.join(location).map_err(|error| Trouble::Wrong(error.to_string()))?;
            if next.origin() != self.base.origin() {
                return Ok(Place::Away(next));
            }
            (method, url, body) = ("GET", next, None);
        }
        Err(Trouble::Wrong(format!("more than {MOST_REDIRECTS} redirects, the last to {url}")))
    }

    async fn step(
        &mut self,
        method: &'static str,
        url: &Url,
        body: Option<&str>,
        own: bool,
    ) -> Result<Answer, Trouble> {
        let navigation = Navigation { same_site: own, safe_method: method == "GET" };
        let cookies = self.jar.header(url, navigation, SystemClock.now());
        let mut headers = vec![
            ("accept", ACCEPT),
            ("accept-language", "fr-FR,fr;q=0.9"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-site", if own { "same-origin" } else { "cross-site" }),
        ];
        if method == "POST" {
            headers.push(("origin", &self.origin));
        }
        if let Some(cookies) = &cookies {
            headers.push(("cookie", cookies));
        }
        let target = url.query().map(|query| format!("{}?{query}", url.path()));
        let target = target.as_deref().unwrap_or(url.path());
        self.wire.call(method, target, &headers, body).await
    }
}
