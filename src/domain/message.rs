//! What is said by e-mail or SMS, as values; the words are chosen when it is sent.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Role;
use crate::domain::contact::ContactKind;
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

text_enum! {
    /// What happened to a case.
    CaseNews {
        /// It was opened.
        Opened => "opened",
        /// The person added a word.
        Word => "word",
        /// The organisation answered.
        OrganisationAnswered => "organisation-answered",
        /// The authority answered.
        AuthorityAnswered => "authority-answered",
        /// The authority closed it and let the mandate go.
        ClosedRestored => "closed-restored",
        /// The authority closed it and ended the mandate.
        ClosedRevoked => "closed-revoked",
        /// The authority closed it; the mandate had ended before.
        ClosedUnchanged => "closed-unchanged",
    }
}

text_enum! {
    /// In which quality somebody hears of a case or of a declared error.
    CaseReader {
        /// The person.
        Person => "person",
        /// The aidant concerned.
        Aidant => "aidant",
        /// A referent of the organisation.
        Referent => "referent",
        /// An agent of an authority.
        Authority => "authority",
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

/// What happened to a habilitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum HabilitationNews {
    /// Accepted for a training on this day.
    TrainingSet {
        /// The day's first instant.
        on: Instant,
    },
    /// Not given.
    Refused {
        /// Why.
        reason: Private<String>,
    },
    /// Given.
    Given {
        /// Its last instant.
        until: Instant,
    },
    /// Taken away for now.
    Suspended {
        /// Why.
        reason: Private<String>,
    },
    /// Given back.
    Restored {
        /// Its last instant.
        until: Instant,
    },
    /// Over before its end, or the request was taken back.
    Ended {
        /// Why.
        reason: Private<String>,
    },
    /// It ends soon.
    EndsSoon {
        /// Its last instant.
        until: Instant,
    },
    /// Its end came.
    Expired,
    /// It goes on.
    Renewed {
        /// Its new last instant.
        until: Instant,
    },
    /// It does not go on.
    RenewalRefused {
        /// Why.
        reason: Private<String>,
        /// Its last instant.
        until: Instant,
    },
}

text_enum! {
    /// What became of an organisation's request.
    RequestNews {
        /// It was confirmed and waits.
        Received => "received",
        /// Something is to correct.
        ChangesAsked => "changes_asked",
        /// It was accepted.
        Accepted => "accepted",
        /// It was refused.
        Refused => "refused",
    }
}

/// Where a message goes: the bare e-mail address, or the number in E.164 form. Kept as one text, `tel:` (RFC 3966) before a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Private<String>", into = "Private<String>")]
pub enum Address {
    /// By e-mail.
    Email(Private<String>),
    /// By SMS.
    Phone(Private<String>),
}

const TEL: &str = "tel:";

impl Address {
    /// The bare address or number.
    pub fn show(&self) -> &String {
        match self {
            Self::Email(bare) | Self::Phone(bare) => bare.show(),
        }
    }
}

impl From<Private<String>> for Address {
    fn from(text: Private<String>) -> Self {
        match text.show().strip_prefix(TEL) {
            Some(number) => Self::Phone(Private::new(number.to_owned())),
            None => Self::Email(text),
        }
    }
}

impl From<Address> for Private<String> {
    fn from(address: Address) -> Self {
        match address {
            Address::Email(bare) => bare,
            Address::Phone(number) => Self::new(format!("{TEL}{}", number.show())),
        }
    }
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
    /// A person elsewhere is asked for her agreement.
    ConsentLink {
        /// Who asks.
        doer: Doer,
        /// The address to open.
        link: Private<String>,
        /// Its last instant.
        expires_at: Instant,
    },
    /// A text that must go out byte for byte, since it is kept with the agreement it asks for.
    Verbatim {
        /// The whole text.
        text: Private<String>,
    },
    /// The person approved a mandate.
    MandateApproved {
        /// For whom.
        doer: Doer,
        /// What it covers.
        themes: Vec<Theme>,
        /// Its last instant.
        until: Instant,
        /// The address that says "this was not me"; put in when it is told.
        #[serde(default)]
        not_me: Option<Private<String>>,
    },
    /// The person approved a mandate that follows another.
    MandateRenewed {
        /// For whom.
        doer: Doer,
        /// What it covers.
        themes: Vec<Theme>,
        /// Its last instant.
        until: Instant,
        /// As in [`MessageBody::MandateApproved`].
        #[serde(default)]
        not_me: Option<Private<String>>,
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
        /// As in [`MessageBody::MandateApproved`].
        #[serde(default)]
        not_me: Option<Private<String>>,
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
    /// A mandate reached its end.
    MandateExpired {
        /// Whose it was.
        organisation: String,
        /// Its last instant.
        until: Instant,
    },
    /// An address of the person's was added or taken away.
    ContactChanged {
        /// What it is.
        what: ContactKind,
        /// Whether it was added, else taken away.
        added: bool,
        /// The address with most of it hidden.
        masked: Private<String>,
        /// When.
        at: Instant,
    },
    /// A code that proves that an address is the person's.
    ContactCode {
        /// Six digits.
        code: Private<String>,
        /// Its last instant.
        expires_at: Instant,
    },
    /// The second half of a login with a paper code.
    SpaceCode {
        /// Six digits.
        code: Private<String>,
        /// Its last instant.
        expires_at: Instant,
    },
    /// The person said that an act was not expected.
    CaseOpened {
        /// The case's number.
        number: String,
        /// The organisation whose mandate is held.
        organisation: String,
    },
    /// A professional was invited to an organisation.
    Invited {
        /// Which.
        organisation: String,
        /// As what.
        role: Role,
        /// Whether to stand in for the referent only.
        deputy: bool,
        /// Where to begin.
        link: Private<String>,
        /// Whether the address has an account already: then the link is its login.
        known: bool,
    },
    /// Something happened to a habilitation.
    Habilitation {
        /// Where.
        organisation: String,
        /// Whose; none: the reader's own.
        aidant: Option<Private<String>>,
        /// What.
        news: HabilitationNews,
    },
    /// A referent was taken away.
    ReferentRemoved {
        /// Of which organisation.
        organisation: String,
        /// Why.
        reason: Private<String>,
    },
    /// Somebody asked for an organisation with this address; the link confirms it.
    OrganisationRequestConfirm {
        /// The organisation's name.
        organisation: String,
        /// The address to open.
        link: Private<String>,
        /// Its last instant.
        expires_at: Instant,
    },
    /// News of that request.
    OrganisationRequestNews {
        /// The organisation's name.
        organisation: String,
        /// The page that follows it.
        link: Private<String>,
        /// What became of it.
        news: RequestNews,
        /// What an operator wrote.
        words: Option<Private<String>>,
    },
    /// A declared person's mandate waits for a referent's word.
    ApprovalAsked {
        /// The aidant who drew it up.
        doer: Doer,
        /// Whether the code goes by letter, which the referent prints once she has approved.
        letter: bool,
        /// Its last instant.
        until: Instant,
        /// The path of the page where it is decided.
        path: String,
    },
    /// A reading waits for a second agent of national oversight; whose and why stands on the page alone.
    ReadingAsked {
        /// Its last instant.
        until: Instant,
        /// The path of the page where it is decided.
        path: String,
    },
    /// A merger waits for a referent's confirmation.
    MergeAsked {
        /// The organisation that would be closed.
        organisation: String,
        /// The one that would take over.
        target: String,
        /// The path of the page where it is decided.
        path: String,
    },
    /// A person's mandates moved to another organisation.
    MandatesTransferred {
        /// Whose they were.
        from: String,
        /// Whose they are.
        to: String,
        /// When.
        at: Instant,
    },
    /// Something happened to a case.
    CaseNews {
        /// The case's number.
        number: String,
        /// The organisation whose mandate it is about.
        organisation: String,
        /// What.
        news: CaseNews,
        /// To whom it is said.
        reader: CaseReader,
    },
    /// A mandate ends soon.
    MandateEndsSoon {
        /// Whose it is.
        organisation: String,
        /// What it covers.
        themes: Vec<Theme>,
        /// Its last instant.
        until: Instant,
        /// How many days ahead it is told.
        days: u16,
    },
    /// An aidant declared an error made during an act.
    ErrorDeclared {
        /// Who.
        doer: Doer,
        /// At which administration.
        administration: String,
        /// When the act was.
        act_at: Instant,
        /// To whom it is said.
        reader: CaseReader,
    },
    /// An operator did what the person asked by telephone or letter.
    RevocationRecorded {
        /// `telephone` or `letter`.
        channel: String,
        /// On which day, as `YYYY-MM-DD`.
        asked_on: String,
        /// Since when it holds.
        at: Instant,
        /// Per organisation the themes that ended.
        ended: Vec<(String, Vec<Theme>)>,
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

impl MessageBody {
    /// The same with the address that says "this was not me", where such a body has one.
    #[must_use]
    pub fn with_not_me(mut self, link: Private<String>) -> Self {
        match &mut self {
            Self::MandateApproved { not_me, .. }
            | Self::MandateRenewed { not_me, .. }
            | Self::ActOpened { not_me, .. } => *not_me = Some(link),
            _ => {}
        }
        self
    }
}

/// One message to one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Where it goes.
    pub to: Address,
    /// How the addressee is greeted: "Jeanne Lefèvre".
    pub name: Private<String>,
    /// Its language.
    pub language: MessageLanguage,
    /// What it says.
    pub body: MessageBody,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_one_text_and_an_older_message_still_reads() {
        let email = Address::Email(Private::new("jeanne@courriel.example".to_owned()));
        let phone = Address::Phone(Private::new("+33612345678".to_owned()));
        let text = serde_json::to_string(&[&email, &phone]).expect("json");
        assert_eq!(text, r#"["jeanne@courriel.example","tel:+33612345678"]"#);
        assert_eq!(serde_json::from_str::<Vec<Address>>(&text).expect("reads"), [email, phone]);
        let older = r#"{"to":"a@b.fr","name":"A B","language":"fr","body":{"kind":"act_opened","doer":{"aidant":"C D",
            "organisation":"E"},"administration":"F","theme":"social","at":1803992700000000,"until":1803992700000000}}"#;
        let read: Message = serde_json::from_str(older).expect("an older message");
        assert_eq!(read.to.show(), "a@b.fr");
        let body = read.body.with_not_me(Private::new("https://p.example/pas-moi/x".to_owned()));
        assert!(matches!(body, MessageBody::ActOpened { not_me: Some(_), .. }));
    }
}
