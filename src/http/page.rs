//! The frame around every page: title, space, who is logged in, navigation, banner, language switch.

use crate::text::Html;
use crate::text::Text;

use crate::http::form::FormErrors;
use crate::http::icons;
use crate::http::respond::Csp;
pub use crate::http::space::Space;

/// What the layout needs; every page template holds one in a field named `page`.
///
/// ```
/// use askama::Template;
/// use procura::http::page::Page;
/// use procura::http::page::Space;
/// use procura::text::Language;
/// use procura::text::Text;
///
/// #[derive(Template)]
/// #[template(
///     ext = "html",
///     source = r#"{% extends "http/layout.html" %}
/// {% import "http/parts.html" as parts %}
/// {% block main %}
/// <h1>{{ page.t.get("common-verify") }}</h1>
/// <p>{{ page.t.html("common-reference", [("reference", &reference)]) }}</p>
/// {{ parts::status("active", "tick", page.t.get("status-active")) }}
/// {% endblock %}"#
/// )]
/// struct Verified {
///     page: Page,
///     reference: String,
/// }
///
/// let t = Text::new(Language::Fr);
/// let page = Page::new(t, Space::Public, "/verifier").titled(t.get("common-verify")).form();
/// let html = Verified { page, reference: "7K2P <b>".to_owned() }.render()?;
/// assert!(html.contains("<title>Vérifier un mandat - Procura</title>"));
/// assert!(html.contains("7K2P &lt;b&gt;"));
/// # Ok::<(), askama::Error>(())
/// ```
///
/// A real template lies beside its handler: `#[template(path = "web/aidant/home.html")]`. Askama borrows arguments by
/// itself: a template writes `[("name", &name)]` where Rust writes `&[("name", &name)]`.
#[derive(Clone, Debug)]
pub struct Page {
    /// The sentences in the reader's language.
    pub t: Text,
    /// The page's own title, without the product's name.
    pub title: String,
    /// Whose space it is.
    pub space: Space,
    /// Who is logged in.
    pub account: Option<Account>,
    /// Links of the space; empty hides the navigation.
    pub nav: Vec<NavSection>,
    /// For whom, or why, one acts: right under the header.
    pub banner: Option<Banner>,
    /// How wide the column is.
    pub width: Width,
    /// Path and query of this page, where the language switch comes back to.
    pub path: String,
    /// What is to correct in the page's form.
    pub errors: FormErrors,
    /// Origins the page's form may be redirected to, beside our own.
    pub form_origins: Vec<String>,
    /// Addresses of the stylesheets, script and icon.
    pub links: AssetLinks,
}

/// Who is logged in, as the header shows it.
#[derive(Clone)]
pub struct Account {
    /// The name, large.
    pub name: String,
    /// Organisation, service, or the person's birth date.
    pub place: String,
    /// Where the current organisation can be changed, when there are several.
    pub switch: Option<String>,
    /// Where the logout form posts to; none where there is nothing to leave (a consent).
    pub leave: Option<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Account(…)")
    }
}

/// A part of the navigation as this page shows it.
#[derive(Clone, Debug)]
pub struct NavSection {
    /// What it folds under; none where its links stand in the row.
    pub heading: Option<String>,
    /// Its links.
    pub items: Vec<NavItem>,
}

impl NavSection {
    /// Whether this page belongs to one of its links.
    pub fn current(&self) -> bool {
        self.items.iter().any(|item| item.current)
    }
}

/// One link of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Its words.
    pub words: String,
    /// Its path.
    pub path: String,
    /// Whether this page belongs to it.
    pub current: bool,
}

/// The band under the header: for whom one acts, which administration asks, why one reads.
#[derive(Clone)]
pub struct Banner {
    /// Name of an icon of [`crate::http::icons`].
    pub icon: &'static str,
    /// What the band is, in small words: "Vous passez la main à".
    pub label: String,
    /// Who or what, in large words.
    pub words: String,
    /// A sentence below, with its links.
    pub note: Option<Html>,
}

impl std::fmt::Debug for Banner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Banner({}, …)", self.icon)
    }
}

/// Width of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Width {
    /// For reading: 46 rem.
    #[default]
    Text,
    /// For forms with cards: 52 rem.
    Form,
    /// For tables: 66 rem.
    Wide,
}

impl Width {
    /// The class of `<body>`; empty for the plain column.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Form => "layout-form",
            Self::Wide => "layout-wide",
        }
    }
}

/// Addresses of what a page loads, with the digest of their content in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetLinks {
    /// Our stylesheet.
    pub style: String,
    /// Our script.
    pub script: String,
    /// The script of pages that use passkeys.
    pub passkey: String,
    /// The script of pages that verify proofs.
    pub verify: String,
    /// The icon of the browser's tab.
    pub icon: String,
    /// The operator's own stylesheet, read after ours.
    pub theme: Option<String>,
}

impl Page {
    /// A page of `space` at `path` (with its query), in the language of `t`.
    pub fn new(t: Text, space: Space, path: &str) -> Self {
        Self {
            t,
            title: t.get("product"),
            space,
            account: None,
            nav: Vec::new(),
            banner: None,
            width: Width::Text,
            path: path.to_owned(),
            errors: FormErrors::default(),
            form_origins: Vec::new(),
            links: crate::http::assets::own_links(),
        }
    }

    /// Gives the page its title: the words of its `<h1>` or a shorter form, different on every page.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Shows who is logged in, and the space's navigation.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.account = Some(account);
        let best = self
            .space
            .links()
            .map(|(_, path)| path)
            .filter(|path| holds(path, &self.path))
            .max_by_key(|path| path.len());
        let item = |(key, path): &(&str, &str)| NavItem {
            words: self.t.get(key),
            path: (*path).to_owned(),
            current: best == Some(*path),
        };
        self.nav = self
            .space
            .groups()
            .iter()
            .map(|group| NavSection {
                heading: group.heading.map(|key| self.t.get(key)),
                items: group.links.iter().map(item).collect(),
            })
            .collect();
        self
    }

    /// Hides the navigation, for a page with one question only (a login on behalf of an administration).
    #[must_use]
    pub fn without_nav(mut self) -> Self {
        self.nav.clear();
        self
    }

    /// Puts a band under the header.
    #[must_use]
    pub fn with_banner(mut self, banner: Banner) -> Self {
        self.banner = Some(banner);
        self
    }

    /// The column for forms with cards.
    #[must_use]
    pub const fn form(mut self) -> Self {
        self.width = Width::Form;
        self
    }

    /// The column for tables.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.width = Width::Wide;
        self
    }

    /// Shows what is to correct: summary on top, `Erreur :` before the title.
    #[must_use]
    pub fn with_errors(mut self, errors: FormErrors) -> Self {
        self.errors = errors;
        self
    }

    /// Allows the page's form to end at `origin` (`https://host[:port]`) after a redirect.
    #[must_use]
    pub fn with_form_origin(mut self, origin: impl Into<String>) -> Self {
        self.form_origins.push(origin.into());
        self
    }

    /// Uses these stylesheets, when the operator brings a theme.
    #[must_use]
    pub fn with_links(mut self, links: AssetLinks) -> Self {
        self.links = links;
        self
    }

    /// The whole `<title>`. It names the space, so that two tabs of two spaces are told apart.
    pub fn full_title(&self) -> String {
        if self.space == Space::Public && self.title == self.t.get("product") {
            return self.title.clone();
        }
        let faulty = !self.errors.is_empty();
        if matches!(self.space, Space::Public | Space::Consent) {
            let key = if faulty { "page-title-error" } else { "page-title" };
            return self.t.with(key, &[("title", &self.title)]);
        }
        let key = if faulty { "page-title-space-error" } else { "page-title-space" };
        self.t.with(key, &[("title", &self.title), ("space", &self.space_name())])
    }

    /// The name of the space in the header; empty on public pages.
    pub fn space_name(&self) -> String {
        self.space.name_key().map_or_else(String::new, |key| self.t.get(key))
    }

    /// Address of this page in the other language.
    pub fn switch_language(&self) -> String {
        let back: String = url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        format!("/langue?vers={}&retour={back}", self.t.language().other().tag())
    }

    /// The content security policy of this page.
    pub fn csp(&self) -> Csp {
        self.form_origins.iter().fold(Csp::default(), |csp, origin| csp.with_form_origin(origin))
    }

    /// An icon of the set, hidden from screen readers: the words stand beside it.
    pub fn icon(&self, name: &str) -> Html {
        icons::icon(name)
    }
}

/// Whether `path` is the page `root` or lies below it.
fn holds(root: &str, path: &str) -> bool {
    let bare = path.split(['?', '#']).next().unwrap_or(path);
    bare == root || bare.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn page(path: &str) -> Page {
        let account =
            Account { name: "Amélie Durand".into(), place: "CCAS".into(), switch: None, leave: None };
        Page::new(Text::new(Language::Fr), Space::Aidant, path).titled("Essai").with_account(account)
    }

    #[test]
    fn the_deepest_matching_link_is_the_current_one() {
        let current = |path| {
            let items = page(path).nav.into_iter().flat_map(|section| section.items);
            items.filter(|item| item.current).map(|item| item.path).collect::<Vec<_>>()
        };
        assert_eq!(current("/aidant/personnes?page=2"), ["/aidant/personnes"]);
        assert_eq!(current("/aidant/mandats/3"), ["/aidant"]);
        assert!(current("/aidantes").is_empty());
    }

    #[test]
    fn a_folded_part_knows_that_the_page_is_in_it() {
        let olga = Account { name: "Olga".into(), place: "Exploitant".into(), switch: None, leave: None };
        let page =
            Page::new(Text::new(Language::Fr), Space::Operator, "/operateur/cartes").with_account(olga);
        let here: Vec<_> = page.nav.iter().filter(|section| section.current()).collect();
        assert_eq!(here.len(), 1);
        assert_eq!(here[0].heading.as_deref(), Some("Accès"));
        let paths: Vec<_> = Space::Operator.links().map(|(_, path)| path).collect();
        assert_eq!(page.nav.iter().map(|section| section.items.len()).sum::<usize>(), paths.len());
        assert!(page.nav.iter().all(|section| section.heading.is_some() || section.items.len() == 1));
    }

    #[test]
    fn the_language_switch_comes_back_to_the_page() {
        assert_eq!(
            page("/aidant/journal?du=1&au=2").switch_language(),
            "/langue?vers=en&retour=%2Faidant%2Fjournal%3Fdu%3D1%26au%3D2"
        );
    }

    #[test]
    fn an_error_stands_before_the_title() {
        let mut errors = FormErrors::default();
        errors.add("email", "Il manque la fin");
        assert_eq!(page("/aidant").full_title(), "Essai - Espace aidant - Procura");
        let faulty = page("/aidant").with_errors(errors);
        assert_eq!(faulty.full_title(), "Erreur\u{a0}: Essai - Espace aidant - Procura");
    }
}
