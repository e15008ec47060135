//! Who reads the answer: language, address of the page, reference number; and the frame of her pages.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;

use crate::domain::message::MessageLanguage;
use crate::domain::person::Identification;
use crate::http::error_page;
use crate::http::error_page::Trouble;
use crate::http::errors;
use crate::http::page::Account;
use crate::http::page::AssetLinks;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::session::cookie;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::refusal::Refusal;
use crate::telemetry::reference::Reference;
use crate::text::Language;
use crate::text::Text;

/// The cookie that keeps the chosen language; it says nothing else.
pub const LANGUAGE_COOKIE: &str = "langue";

/// The reader of one answer.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The sentences in her language.
    pub t: Text,
    /// Path and query of this request.
    pub path: String,
    /// The reference number of this request, as in the log.
    pub reference: String,
    /// What her pages load.
    pub links: AssetLinks,
}

impl Reader {
    /// The reader behind the head of a request.
    pub fn of(parts: &Parts, app: &App) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let reference = parts.extensions.get::<Reference>().map(ToString::to_string).unwrap_or_default();
        Self { t: Text::new(language(&parts.headers)), path, reference, links: app.links.clone() }
    }

    /// The language of messages to whoever reads this page.
    pub fn message_language(&self) -> MessageLanguage {
        match self.t.language() {
            Language::Fr => MessageLanguage::French,
            Language::En => MessageLanguage::English,
        }
    }

    /// A page of `space` for someone who is not logged in.
    pub fn page(&self, space: Space) -> Page {
        Page::new(self.t, space, &self.path).with_links(self.links.clone())
    }

    /// A page of the aidant's space, with her name and current organisation.
    pub fn aidant_page(&self, aidant: &AidantActor) -> Page {
        self.page(Space::Aidant).with_account(Account {
            name: aidant.account.professional.full_name(),
            place: aidant.organisation.name.clone(),
            switch: aidant.several.then(|| "/aidant/structure".to_owned()),
            leave: Some("/aidant/deconnexion".to_owned()),
        })
    }

    /// A page of the person's space, with her name and birth date.
    pub fn person_page(&self, person: &PersonActor) -> Page {
        let identity = &person.person.identity;
        let born = self.t.birthdate(identity.civil_birthdate(), Some(identity.gender.show()));
        // One known by declaration is marked so everywhere, to herself too.
        let declared = person.person.identification == Identification::Declared;
        let place = if declared { format!("{born}, {}", self.t.get("person-declared")) } else { born };
        self.page(Space::Person).with_account(Account {
            name: identity.short_name(),
            place,
            switch: None,
            leave: Some("/personne/deconnexion".to_owned()),
        })
    }

    /// A page of a referent's, an authority's or an operator's space; `place` is the organisation or service shown.
    pub fn staff_page(&self, space: Space, staff: &StaffActor, place: &str) -> Page {
        self.page(space).with_account(Account {
            name: staff.account.professional.full_name(),
            place: place.to_owned(),
            switch: None,
            leave: Some(format!("{}/deconnexion", space.home())),
        })
    }

    /// The page of a common refusal.
    pub fn trouble(&self, space: Space, trouble: Trouble) -> Response {
        let reference =
            matches!(trouble, Trouble::Internal | Trouble::Unavailable).then(|| self.reference.clone());
        error_page::trouble(trouble, self.page(space), reference)
    }

    /// The page of what an operation refused; a fault is logged here, once, under the reference number.
    pub fn refuse(&self, space: Space, refusal: Refusal) -> Response {
        if matches!(refusal, Refusal::FactorNeeded) {
            return crate::http::respond::see_other(&errors::second_factor_path(space, &self.path));
        }
        self.trouble(space, errors::trouble_of(&refusal))
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, app))
    }
}

/// The language chosen before, else the one the browser asks for, else French.
pub fn language(headers: &HeaderMap) -> Language {
    let chosen = cookie(headers, LANGUAGE_COOKIE).and_then(Language::parse);
    chosen.unwrap_or_else(|| {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Language::choose(asked.unwrap_or_default())
    })
}
