//! What a browser shows: the answer that ended a navigation, and questions one asks of its HTML.

use http::HeaderMap;
use http::StatusCode;
use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;
use url::Url;

use crate::demo::browser::csp::FormAction;
use crate::demo::browser::form::Form;

/// What a page does not hold, said so that the reader of a failed story understands it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PageError {
    /// No form where one was expected.
    #[error("no form in <main> at {0} («{1}»)")]
    NoForm(String, String),
    /// No link with these words or this address.
    #[error("no link «{wanted}» at {url} («{title}»)")]
    NoLink {
        /// The words or part of the address that were looked for.
        wanted: String,
        /// The page's address.
        url: String,
        /// The page's title.
        title: String,
    },
    /// The form has no such field.
    #[error("the form to {action} has no field «{name}»; it has: {names}")]
    NoField {
        /// Where the form goes.
        action: String,
        /// The field that was looked for.
        name: String,
        /// The fields there are.
        names: String,
    },
    /// The field does not offer this value.
    #[error("the form to {action} does not offer «{name}» = «{value}»")]
    NoOption {
        /// Where the form goes.
        action: String,
        /// The field.
        name: String,
        /// The value that is not offered.
        value: String,
    },
    /// No choice whose label holds all these words.
    #[error("the form to {action} has no choice with the words {words:?}; it has: {labels}")]
    NoChoice {
        /// Where the form goes.
        action: String,
        /// The words that were looked for.
        words: Vec<String>,
        /// The labels there are.
        labels: String,
    },
}

/// The end of a navigation.
#[derive(Clone)]
pub struct Page {
    /// The address in the address bar, after redirects.
    pub url: Url,
    /// The answer's status.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The answer's body as text.
    pub html: String,
    /// Every address of this navigation, the first one asked for included, in order.
    pub history: Vec<Url>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} «{}»", self.status.as_u16(), self.url, self.title())
    }
}

impl Page {
    /// The forms inside `<main>`, in order.
    pub fn forms_in_main(&self) -> Vec<Form> {
        let document = Html::parse_document(&self.html);
        select(&document, "main form").map(|form| Form::read(self, &document, form)).collect()
    }

    /// The page's own form: the last one inside `<main>`.
    pub fn form_last_in_main(&self) -> Result<Form, PageError> {
        self.forms_in_main().pop().ok_or_else(|| PageError::NoForm(self.url.to_string(), self.title()))
    }

    /// The first form anywhere whose action holds `part`.
    pub fn form_to(&self, part: &str) -> Result<Form, PageError> {
        let document = Html::parse_document(&self.html);
        select(&document, "form")
            .map(|form| Form::read(self, &document, form))
            .find(|form| form.action().as_str().contains(part))
            .ok_or_else(|| PageError::NoForm(self.url.to_string(), self.title()))
    }

    /// The address of the first link whose words or address hold `wanted`; those in `<main>` come first.
    pub fn link(&self, wanted: &str) -> Result<Url, PageError> {
        let document = Html::parse_document(&self.html);
        let wanted_words = squeeze(wanted);
        let found =
            select(&document, "main a[href]").chain(select(&document, "a[href]")).find_map(|anchor| {
                let href = anchor.attr("href")?;
                let fits = words_of(anchor).contains(&wanted_words) || href.contains(wanted);
                fits.then(|| self.base(&document).join(href).ok()).flatten()
            });
        found.ok_or_else(|| PageError::NoLink {
            wanted: wanted.to_owned(),
            url: self.url.to_string(),
            title: self.title(),
        })
    }

    /// Every link's address and words, in order.
    pub fn links(&self) -> Vec<(Url, String)> {
        let document = Html::parse_document(&self.html);
        select(&document, "a[href]")
            .filter_map(|anchor| {
                Some((self.base(&document).join(anchor.attr("href")?).ok()?, words_of(anchor)))
            })
            .collect()
    }

    /// The visible words of the body, white space squeezed.
    pub fn text(&self) -> String {
        self.words("body").unwrap_or_default()
    }

    /// The visible words of `<main>`; of the whole body where there is none.
    pub fn main_text(&self) -> String {
        self.words("main").unwrap_or_else(|| self.text())
    }

    /// The words of the first element that `selector` names; `None` if there is none.
    pub fn words(&self, selector: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        select(&document, selector).next().map(words_of)
    }

    /// The words of every element that `selector` names.
    pub fn all_words(&self, selector: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        select(&document, selector).map(words_of).collect()
    }

    /// An attribute of the first element that `selector` names.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        select(&document, selector).next()?.attr(name).map(str::to_owned)
    }

    /// The page title; empty where there is none.
    pub fn title(&self) -> String {
        self.words("title").unwrap_or_default()
    }

    /// The first heading; empty where there is none.
    pub fn h1(&self) -> String {
        self.words("h1").unwrap_or_default()
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The page's `form-action` lists.
    pub fn form_action(&self) -> FormAction {
        FormAction::read(
            self.headers.get_all("content-security-policy").iter().filter_map(|value| value.to_str().ok()),
        )
    }

    /// What relative addresses start from: the page's address, or its `<base href>`.
    pub(super) fn base(&self, document: &Html) -> Url {
        select(document, "base[href]")
            .next()
            .and_then(|base| self.url.join(base.attr("href")?).ok())
            .unwrap_or_else(|| self.url.clone())
    }
}

/// The elements that a selector names; none if the selector cannot be read.
pub(super) fn select<'a>(
    document: &'a Html,
    selector: &str,
) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let found: Vec<ElementRef<'a>> =
        Selector::parse(selector).map(|parsed| document.select(&parsed).collect()).unwrap_or_default();
    found.into_iter()
}

/// An element's visible words, white space squeezed.
pub(super) fn words_of(element: ElementRef<'_>) -> String {
    let mut words = String::new();
    collect(element, &mut words);
    squeeze(&words)
}

fn collect(element: ElementRef<'_>, words: &mut String) {
    for child in element.children() {
        if let Some(text) = child.value().as_text() {
            words.push_str(text);
        } else if let Some(inner) = ElementRef::wrap(child) {
            let name = inner.value().name();
            if matches!(name, "script" | "style" | "template" | "noscript") {
                continue;
            }
            let inline = matches!(
                name,
                "a" | "abbr" | "b" | "bdi" | "code" | "em" | "i" | "span" | "strong" | "wbr" | "time"
            );
            if !inline {
                words.push(' ');
            }
            collect(inner, words);
            if !inline {
                words.push(' ');
            }
        }
    }
}

/// White space squeezed to single spaces; no-break spaces count as spaces, so that tests need not know where they stand.
pub(super) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
