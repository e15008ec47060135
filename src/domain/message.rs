//! What is said by e-mail or SMS, as values; the words are chosen when it is sent.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorKind;
use crate::domain::factor::LinkPurpose;
use crate::domain::private::Private;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;

text_enum! {
    /// In which language a message is written.
    MessageLanguage {
        /// French.
        French => "fr",
        /// English.
        English => "en",
    }
}

/// Who did something, as messages name it: "Amélie Durand, du CCAS de Dijon".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doer {
    /// The aidant's name.
    pub aidant: Private<String>,
    /// The organisation's name.
    pub organisation: String,
}

/// What a message says. Texts are found under `mail-<kind>-…` in the locales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MessageBody {
    /// The single-use link that ends a login.
    LoginLink {
        /// The address to open.
        link: Private<String>,
        /// Its last instant.
        expires_at: Instant,
    },
    /// The link by which a professional enrols her own second factor.
    AccountLink {
        /// The address to open.
        link: Private<String>,
        /// What for.
        purpose: LinkPurpose,
        /// Its last instant.
        expires_at: Instant,
    },
    /// A second factor of the addressee's account was added, ended or reset.
    FactorChanged {
        /// What happened to it.
        change: FactorChange,
        /// What it is; none: all of them.
        factor: Option<FactorKind>,
        /// Its name, or a card's number.
        name: Option<Private<String>>,
        /// When.
        at: Instant,
    },
    /// The person approved a mandate.
    MandateApproved {
        /// For whom.
        doer: Doer,
        /// What it covers.
        themes: Vec<Theme>,
        /// Its last instant.
        until: Instant,
    },
    /// An aidant acted for the person.
    ActOpened {
        /// Who.
        doer: Doer,
        /// At which administration.
        administration: String,
        /// For what.
        theme: Theme,
        /// When.
        at: Instant,
        /// The mandate's last instant.
        until: Instant,
    },
    /// A mandate, or one of its themes, was ended.
    MandateEnded {
        /// Whose it was.
        organisation: String,
        /// The theme; none: the whole mandate.
        theme: Option<Theme>,
        /// When.
        at: Instant,
        /// Whether the person herself ended it.
        by_person: bool,
    },
    /// The person said that an act was not expected.
    CaseOpened {
        /// The case's number.
        number: String,
        /// The organisation whose mandate is held.
        organisation: String,
    },
    /// An authority read the person's trail.
    TrailRead {
        /// Who, and of which authority.
        reader: Private<String>,
        /// Why.
        purpose: Private<String>,
        /// When.
        at: Instant,
    },
}

/// One message to one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The bare e-mail address.
    pub to: Private<String>,
    /// How the addressee is greeted: "Jeanne Lefèvre".
    pub name: Private<String>,
    /// Its language.
    pub language: MessageLanguage,
    /// What it says.
    pub body: MessageBody,
}
