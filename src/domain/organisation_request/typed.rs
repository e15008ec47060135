//! What was typed into the request form, and how it is checked: every fault at its field, nothing guessed.

use std::collections::BTreeSet;

use crate::domain::account::Professional;
use crate::domain::account::normal_email;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Siret;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::organisation_profile::departement;
use crate::domain::organisation_request::CHARTER;
use crate::domain::organisation_request::RequestForm;
use crate::domain::organisation_request::Somebody;
use crate::domain::private::Private;

/// The longest name of a person, in characters.
pub const LONGEST_NAME: usize = 100;
/// The longest name or address of an organisation, in characters.
pub const LONGEST_LINE: usize = 200;

/// One person as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TypedSomebody {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Professional address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// What they do there.
    pub function: String,
}

impl TypedSomebody {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        [&self.given_name, &self.family_name, &self.email, &self.phone, &self.function]
            .iter()
            .all(|value| value.trim().is_empty())
    }
}

impl From<&Somebody> for TypedSomebody {
    fn from(known: &Somebody) -> Self {
        Self {
            given_name: known.professional.given_name.show().clone(),
            family_name: known.professional.family_name.show().clone(),
            email: known.professional.email.show().clone(),
            phone: known.phone.as_ref().map(|phone| phone.show().clone()).unwrap_or_default(),
            function: known.function.clone().unwrap_or_default(),
        }
    }
}

/// The form as typed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TypedRequest {
    /// SIRET.
    pub siret: String,
    /// Name.
    pub name: String,
    /// Key of the type.
    pub kind: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub postcode: String,
    /// Commune.
    pub commune: String,
    /// Site.
    pub website: String,
    /// Who asks.
    pub contact: TypedSomebody,
    /// The future referent.
    pub referent: TypedSomebody,
    /// The future aidants, empty lines included.
    pub aidants: Vec<TypedSomebody>,
    /// Whether the charter's box is ticked.
    pub charter: bool,
}

impl From<&RequestForm> for TypedRequest {
    fn from(known: &RequestForm) -> Self {
        Self {
            siret: known.siret.to_string(),
            name: known.name.clone(),
            kind: known.kind.as_str().to_owned(),
            street: known.street.clone(),
            postcode: known.postcode.clone(),
            commune: known.commune.clone(),
            website: known.website.clone().unwrap_or_default(),
            contact: (&known.contact).into(),
            referent: (&known.referent).into(),
            aidants: known.aidants.iter().map(Into::into).collect(),
            charter: known.charter == CHARTER,
        }
    }
}

/// What is wrong with one field; the key ends the name of its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedFault {
    /// The field's name, `aidant_3_email` for the third aidant.
    pub field: String,
    /// `missing`, `too-long`, `signs`, `siret`, `kind`, `postcode`, `email`, `phone`, `website`, `twice`, `charter`.
    pub key: &'static str,
}

struct Check {
    faults: Vec<TypedFault>,
}

/// Whether a sign has no place in a name: controls, and marks that change the direction or hide.
pub fn is_hostile(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e007f}')
}

/// Checks one line of words; `Err` is the key of the fault.
///
/// # Errors
/// `missing` for none, `too-long` past `longest` characters, `signs` for signs that hide or turn what is read.
pub fn line(typed: &str, longest: usize) -> Result<String, &'static str> {
    let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if typed.trim().chars().any(is_hostile) {
        Err("signs")
    } else if words.is_empty() {
        Err("missing")
    } else if words.chars().count() > longest {
        Err("too-long")
    } else {
        Ok(words)
    }
}

/// A telephone number: 9 to 15 digits, with the usual signs between them.
pub fn phone(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let usual =
        |sign: char| sign.is_ascii_digit() || matches!(sign, '+' | ' ' | '.' | '-' | '(' | ')' | '\u{a0}');
    ((9..=15).contains(&digits) && typed.chars().all(usual) && typed.chars().count() <= 30)
        .then(|| typed.to_owned())
}

fn website(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = url::Url::parse(&whole).ok()?;
    let named = url.domain().is_some_and(|host| host.contains('.') && !host.ends_with('.'));
    (matches!(url.scheme(), "http" | "https") && named && url.username().is_empty() && whole.len() <= 200)
        .then(|| url.to_string())
}

impl Check {
    fn fault(&mut self, field: impl Into<String>, key: &'static str) {
        self.faults.push(TypedFault { field: field.into(), key });
    }

    fn line(&mut self, field: impl Into<String>, typed: &str, longest: usize) -> String {
        line(typed, longest).unwrap_or_else(|key| {
            self.fault(field, key);
            String::new()
        })
    }

    fn optional(&mut self, field: impl Into<String>, typed: &str, longest: usize) -> Option<String> {
        match line(typed, longest) {
            Ok(words) => Some(words),
            Err("missing") => None,
            Err(key) => {
                self.fault(field, key);
                None
            }
        }
    }

    fn somebody(&mut self, prefix: &str, typed: &TypedSomebody, reached: bool) -> Somebody {
        let given_name = self.line(format!("{prefix}_given_name"), &typed.given_name, LONGEST_NAME);
        let family_name = self.line(format!("{prefix}_family_name"), &typed.family_name, LONGEST_NAME);
        let email = normal_email(&typed.email).filter(|email| !email.chars().any(is_hostile));
        if email.is_none() {
            let key = if typed.email.trim().is_empty() { "missing" } else { "email" };
            self.fault(format!("{prefix}_email"), key);
        }
        let number = phone(&typed.phone);
        if number.is_none() && (reached || !typed.phone.trim().is_empty()) {
            let key = if typed.phone.trim().is_empty() { "missing" } else { "phone" };
            self.fault(format!("{prefix}_phone"), key);
        }
        let function = self.optional(format!("{prefix}_function"), &typed.function, LONGEST_NAME);
        Somebody {
            professional: Professional {
                given_name: given_name.into(),
                family_name: family_name.into(),
                email: email.unwrap_or_default().into(),
            },
            phone: number.map(Private::new),
            function,
        }
    }

    fn aidants(&mut self, typed: &[TypedSomebody]) -> Vec<Somebody> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for (place, one) in typed.iter().enumerate().filter(|(_, one)| !one.is_empty()) {
            let somebody = self.somebody(&format!("aidant_{}", place + 1), one, false);
            if one.function.trim().is_empty() {
                self.fault(format!("aidant_{}_function", place + 1), "missing");
            }
            let email = somebody.professional.email.show();
            if !email.is_empty() && !seen.insert(email.clone()) {
                self.fault(format!("aidant_{}_email", place + 1), "twice");
            }
            all.push(somebody);
        }
        if all.is_empty() {
            self.fault("aidant_1_given_name", "no-aidant");
        }
        all
    }
}

impl TypedRequest {
    /// Checks everything.
    ///
    /// # Errors
    /// Every fault, in the order of the form.
    pub fn check(&self, language: MessageLanguage) -> Result<RequestForm, Vec<TypedFault>> {
        let mut check = Check { faults: Vec::new() };
        let siret = Siret::parse(&self.siret);
        if siret.is_none() {
            check.fault("siret", if self.siret.trim().is_empty() { "missing" } else { "siret" });
        }
        let name = check.line("name", &self.name, LONGEST_LINE);
        let kind = OrganisationKind::parse(&self.kind);
        if kind.is_none() {
            check.fault("kind", "kind");
        }
        let street = check.line("street", &self.street, LONGEST_LINE);
        let postcode = self.postcode.split_whitespace().collect::<String>();
        if departement(&postcode).is_none() {
            check.fault("postcode", "postcode");
        }
        let commune = check.line("commune", &self.commune, LONGEST_NAME);
        let site = website(&self.website);
        if site.is_none() && !self.website.trim().is_empty() {
            check.fault("website", "website");
        }
        let contact = check.somebody("contact", &self.contact, false);
        let referent = check.somebody("referent", &self.referent, true);
        let aidants = check.aidants(&self.aidants);
        if !self.charter {
            check.fault("charter", "charter");
        }
        match (siret, kind) {
            (Some(siret), Some(kind)) if check.faults.is_empty() => Ok(RequestForm {
                siret,
                name,
                kind,
                street,
                postcode,
                commune,
                website: site,
                contact,
                referent,
                aidants,
                charter: CHARTER.to_owned(),
                language,
            }),
            _ => Err(check.faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody(email: &str) -> TypedSomebody {
        TypedSomebody {
            given_name: "Amélie".into(),
            family_name: "Durand".into(),
            email: email.into(),
            phone: "03 80 00 00 00".into(),
            function: "Travailleuse sociale".into(),
        }
    }

    fn good() -> TypedRequest {
        TypedRequest {
            siret: "732 829 320 00074".into(),
            name: "CCAS de Dijon".into(),
            kind: "ccas".into(),
            street: "1 place de la Mairie".into(),
            postcode: "21 000".into(),
            commune: "Dijon".into(),
            website: "ccas-dijon.example".into(),
            contact: somebody("contact@ccas.example"),
            referent: somebody("referent@ccas.example"),
            aidants: vec![somebody("a@ccas.example"), TypedSomebody::default(), somebody("b@ccas.example")],
            charter: true,
        }
    }

    fn faults(change: impl FnOnce(&mut TypedRequest)) -> Vec<String> {
        let mut typed = good();
        change(&mut typed);
        let faults = typed.check(MessageLanguage::French).err().unwrap_or_default();
        faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.key)).collect()
    }

    #[test]
    fn what_fits_is_taken_and_empty_lines_are_left_out() {
        let form = good().check(MessageLanguage::French).expect("a form");
        assert_eq!(form.aidants.len(), 2);
        assert_eq!(form.address(), "1 place de la Mairie, 21000 Dijon");
        assert_eq!(form.website.as_deref(), Some("https://ccas-dijon.example/"));
        let mut back = TypedRequest::from(&form);
        assert!(back.charter);
        back.siret = good().siret;
        assert!(back.check(MessageLanguage::French).expect("a form") == form);
    }

    #[test]
    fn every_fault_is_named_at_its_field() {
        assert_eq!(faults(|typed| typed.siret = "73282932000075".into()), ["siret siret"]);
        assert_eq!(faults(|typed| typed.siret = " ".into()), ["siret missing"]);
        assert_eq!(faults(|typed| typed.name = "n".repeat(201)), ["name too-long"]);
        assert!(faults(|typed| typed.name = "n".repeat(200)).is_empty());
        assert!(faults(|typed| typed.name = "É".into()).is_empty());
        assert_eq!(faults(|typed| typed.name = "CCAS\u{202e}nojiD".into()), ["name signs"]);
        assert_eq!(faults(|typed| typed.name = "a\r\nBcc: x@y.example".into()), ["name signs"]);
        assert_eq!(faults(|typed| typed.kind = "secte".into()), ["kind kind"]);
        assert_eq!(faults(|typed| typed.postcode = "99999".into()), ["postcode postcode"]);
        assert_eq!(faults(|typed| typed.website = "javascript:alert(1)".into()), ["website website"]);
        assert_eq!(faults(|typed| typed.contact.email = "a@b\r\nBcc: c@d".into()), ["contact_email email"]);
        assert_eq!(faults(|typed| typed.referent.phone = String::new()), ["referent_phone missing"]);
        assert_eq!(faults(|typed| typed.contact.phone = "allô".into()), ["contact_phone phone"]);
        assert_eq!(faults(|typed| typed.aidants.clear()), ["aidant_1_given_name no-aidant"]);
        assert_eq!(
            faults(|typed| typed.aidants[2].email = "A@ccas.example".into()),
            ["aidant_3_email twice"]
        );
        assert_eq!(faults(|typed| typed.charter = false), ["charter charter"]);
        let many = faults(|typed| *typed = TypedRequest::default());
        assert!(many.len() >= 12, "{many:?}");
    }

    #[test]
    fn a_name_may_be_short_or_of_another_script() {
        for name in ["É", "أمل", "Ωμέγα", "Jean-François d’Arc"] {
            assert_eq!(line(name, LONGEST_NAME).as_deref(), Ok(name));
        }
        for hostile in ["a\u{200b}b", "\u{feff}x", "x\ty", "\u{2066}x\u{2069}"] {
            assert_eq!(line(hostile, LONGEST_NAME), Err("signs"), "{hostile:?}");
        }
    }
}
