//! The sample people: invented, of as many origins as those one meets at a French counter, special cases included.

use crate::crypto::hash::b64;
use crate::crypto::hash::hkdf;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::second_factor::TotpSecret;
use crate::domain::theme::Theme;

/// An organisation that employs aidants.
#[derive(Clone, Copy, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: &'static str,
    /// Its SIRET, 14 digits with valid check digits, of no real establishment.
    pub siret: &'static str,
    /// Whether an operator suspended it.
    pub suspended: bool,
}

/// How an aidant's habilitation stands at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habilitation {
    /// Valid for a year and more.
    Current,
    /// Its last day has passed.
    Ended,
}

/// An aidant or a referent.
#[derive(Clone, Copy, Debug)]
pub struct Staff {
    /// Login address.
    pub email: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// SIRETs of the employers; the first is the one entered at login.
    pub organisations: &'static [&'static str],
    /// How the habilitation stands (of aidants).
    pub habilitation: Habilitation,
    /// What is special, in French; `None` for an ordinary one.
    pub note: Option<&'static str>,
}

/// What an agent of an authority may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Competence {
    /// The acts at one administration, by its client's id.
    Administration(&'static str),
    /// Everything: national oversight.
    National,
}

/// An agent of an authority.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    /// Login address.
    pub email: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// The body that employs her.
    pub body: &'static str,
    /// What she may read.
    pub competence: Competence,
    /// What is special, in French; `None` for an ordinary one.
    pub note: Option<&'static str>,
}

/// Somebody who runs the gateway.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    /// Login address.
    pub email: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// What is special, in French; `None` for an ordinary one.
    pub note: Option<&'static str>,
}

/// A helped person, as civil records know her.
#[derive(Clone, Debug)]
pub struct Person {
    /// What she types at the demo's FranceConnect.
    pub login: String,
    /// All first names, separated by blanks.
    pub given_name: String,
    /// Birth name.
    pub family_name: String,
    /// Usage name, where she has one.
    pub preferred_username: Option<String>,
    /// `female`, `male` or `unspecified`.
    pub gender: String,
    /// `YYYY-MM-DD`; a presumed date has `00` for what nobody knows.
    pub birthdate: String,
    /// INSEE code of the commune; empty when born abroad.
    pub birthplace: String,
    /// INSEE code of the country, `99100` for France.
    pub birthcountry: String,
    /// Address that FranceConnect gives.
    pub email: String,
    /// Telephone number, from the range reserved for fiction.
    pub phone: String,
    /// Whether FranceConnect knows her.
    pub franceconnect: bool,
    /// What is special, in French; `None` for an ordinary one.
    pub note: Option<String>,
}

/// An administration that accepts delegated logins.
#[derive(Clone, Copy, Debug)]
pub struct Administration {
    /// Its client's id at the gateway.
    pub client_id: &'static str,
    /// Its name on screens.
    pub name: &'static str,
    /// What its page offers.
    pub service: &'static str,
    /// Where it lives on the administrations' server: empty for the first one, else `/name`.
    pub path: &'static str,
    /// The themes it accepts.
    pub themes: &'static [Theme],
    /// Registered with the older profile: a secret and bearer tokens. Else it has keys (FAPI 2.0).
    pub compat: bool,
}

/// A service that knows FranceConnect alone: the gateway is reached through the broker.
#[derive(Clone, Copy, Debug)]
pub struct BrokeredService {
    /// Its client's id at the broker.
    pub client_id: &'static str,
    /// Its name on screens.
    pub name: &'static str,
    /// What its page offers.
    pub service: &'static str,
    /// Where it lives on the administrations' server.
    pub path: &'static str,
    /// The themes whose delegation labels it accepts.
    pub themes: &'static [Theme],
}

/// The broker's client id at the gateway.
pub const BROKER_CLIENT_ID: &str = "demo-franceconnect";

const CCAS: &str = "26210099300019";
const ASSOCIATION: &str = "80412377600028";
const MAISON: &str = "13002988700036";

/// The organisations; the first is ordinary.
pub const ORGANISATIONS: [Organisation; 3] = [
    Organisation { name: "CCAS de Valbrune", siret: CCAS, suspended: false },
    Organisation { name: "Association Le Pas de Porte", siret: ASSOCIATION, suspended: false },
    Organisation { name: "Maison des services de Corvières", siret: MAISON, suspended: true },
];

/// The aidants; the first is ordinary.
pub const AIDANTS: [Staff; 6] = [
    aidant("amelie.durand@ccas-valbrune.example", "Amélie", "Durand", &[CCAS], Habilitation::Current, None),
    aidant("moussa.traore@ccas-valbrune.example", "Moussa", "Traoré", &[CCAS], Habilitation::Current, None),
    aidant(
        "helene.kowalski@ccas-valbrune.example",
        "Hélène",
        "Kowalski",
        &[CCAS],
        Habilitation::Ended,
        Some("Son habilitation a pris fin : elle ne peut plus agir."),
    ),
    aidant(
        "linh.nguyen@pasdeporte.example",
        "Linh",
        "Nguyen",
        &[ASSOCIATION, CCAS],
        Habilitation::Current,
        Some("Travaille dans deux structures et passe de l’une à l’autre."),
    ),
    aidant("yann.legoff@pasdeporte.example", "Yann", "Le Goff", &[ASSOCIATION], Habilitation::Current, None),
    aidant(
        "sofia.ferreira@corvieres.example",
        "Sofia",
        "Ferreira",
        &[MAISON],
        Habilitation::Current,
        Some("Sa structure est suspendue : aucun acte n’est possible."),
    ),
];

/// The referents; the first is ordinary.
pub const REFERENTS: [Staff; 2] = [
    aidant("nadia.bensaid@ccas-valbrune.example", "Nadia", "Bensaïd", &[CCAS], Habilitation::Current, None),
    aidant(
        "bruno.marchetti@pasdeporte.example",
        "Bruno",
        "Marchetti",
        &[ASSOCIATION],
        Habilitation::Current,
        None,
    ),
];

/// The agents of authorities; the first is ordinary.
pub const AUTHORITIES: [Agent; 3] = [
    Agent {
        email: "elodie.caron@allocations.example",
        given_name: "Élodie",
        family_name: "Caron",
        body: "Caisse d’allocations (démonstration)",
        competence: Competence::Administration("demo-allocations"),
        note: None,
    },
    Agent {
        email: "hery.rakoto@surveillance.example",
        given_name: "Hery",
        family_name: "Rakotomalala",
        body: "Autorité nationale de contrôle (démonstration)",
        competence: Competence::National,
        note: Some("Contrôle national : lit tous les actes, avec l’accord d’un autre agent."),
    },
    Agent {
        email: "ines.castellane@surveillance.example",
        given_name: "Inès",
        family_name: "Castellane",
        body: "Autorité nationale de contrôle (démonstration)",
        competence: Competence::National,
        note: Some("Contrôle national : approuve les lectures de son collègue, et demande les siennes."),
    },
];

/// The operators; the first is ordinary.
pub const OPERATORS: [Operator; 2] = [
    Operator {
        email: "claire.schmitt@exploitant.example",
        given_name: "Claire",
        family_name: "Schmitt",
        note: None,
    },
    Operator { email: "awa.diop@exploitant.example", given_name: "Awa", family_name: "Diop", note: None },
];

/// The administrations; the first is the one of the story.
pub const ADMINISTRATIONS: [Administration; 2] = [
    Administration {
        client_id: "demo-allocations",
        name: "Caisse d’allocations (démonstration)",
        service: "Allocations et aides au logement",
        path: "",
        themes: &[Theme::Social, Theme::Famille, Theme::Logement],
        compat: true,
    },
    Administration {
        client_id: "demo-finances",
        name: "Service des impôts (démonstration)",
        service: "Déclaration et paiement de l’impôt",
        path: "/impots",
        themes: &[Theme::Argent],
        compat: false,
    },
];

/// The services behind the broker; the first is the one of the story.
pub const BROKERED_SERVICES: [BrokeredService; 2] = [
    BrokeredService {
        client_id: "demo-ville",
        name: "Ville de Valbrune (démonstration)",
        service: "Aides de la ville",
        path: "/ville",
        themes: &[Theme::Social, Theme::Famille, Theme::Logement],
    },
    BrokeredService {
        client_id: "demo-justice",
        name: "Point-justice (démonstration)",
        service: "Suivre une affaire en justice",
        path: "/justice",
        themes: &[Theme::Justice],
    },
];

const fn aidant(
    email: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    organisations: &'static [&'static str],
    habilitation: Habilitation,
    note: Option<&'static str>,
) -> Staff {
    Staff { email, given_name, family_name, organisations, habilitation, note }
}

/// The helped persons; the first is ordinary.
pub fn persons() -> Vec<Person> {
    let mut persons = ordinary_persons();
    persons.extend(special_persons());
    persons
}

fn ordinary_persons() -> Vec<Person> {
    vec![
        person("jeanne", "Jeanne Marie", "Lefèvre", "female 1948-04-12 21231 99100", 1),
        person("luc", "Luc", "Perrin", "male 1957-11-03 69123 99100", 2),
        Person {
            preferred_username: Some("Fontaine".to_owned()),
            ..person("rosa", "Rosa Inès", "Lopez", "female 1963-07-25 33063 99100", 3)
        },
        person("thimai", "Thi Mai", "Pham", "female 1971-02-08 75113 99100", 4),
    ]
}

fn special_persons() -> Vec<Person> {
    vec![
        Person {
            note: Some("Né à l’étranger : pas de commune de naissance.".to_owned()),
            ..person("mohamed", "Mohamed", "Benali", "male 1951-09-17 - 99352", 5)
        },
        Person {
            note: Some("Date de naissance présumée : on ne connaît que l’année.".to_owned()),
            ..person("boubacar", "Boubacar", "Sissoko", "male 1950-00-00 - 99335", 6)
        },
        Person {
            note: Some("Accents et apostrophe dans le nom.".to_owned()),
            ..person("noelle", "Noëlle Zoé", "N'Guessan-Hébrard", "female 1955-01-30 97209 99100", 7)
        },
        Person {
            franceconnect: false,
            note: Some("N’a pas FranceConnect : la connexion y est refusée.".to_owned()),
            ..person("marcel", "Marcel", "Vasseur", "male 1936-05-05 2A004 99100", 8)
        },
    ]
}

/// `record`: gender, birth date, commune (`-` for none), country, separated by blanks.
fn person(login: &str, given_name: &str, family_name: &str, record: &str, number: u32) -> Person {
    let mut record = record.split(' ').map(|word| if word == "-" { String::new() } else { word.to_owned() });
    let mut next = || record.next().unwrap_or_default();
    Person {
        login: login.to_owned(),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        preferred_username: None,
        gender: next(),
        birthdate: next(),
        birthplace: next(),
        birthcountry: next(),
        email: format!("{login}@courriel.example"),
        phone: format!("+336399800{number:02}"),
        franceconnect: true,
        note: None,
    }
}

/// A sample account's one-time code secret: always the same for one demo, whose `seed` is its own.
pub fn totp_secret(seed: &[u8; 32], email: &str) -> Option<TotpSecret> {
    let bytes = hkdf(seed, b"procura-demo", &[b"totp", email.as_bytes()]);
    TotpSecret::from_bytes(bytes.get(..20)?)
}

/// The use of the key that signs a client's assertions.
pub const ASSERTIONS: &str = "assertions";
/// The use of the key that a client's tokens are bound to.
pub const PROOFS: &str = "proofs";
/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410 section 7).
const ED25519_PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A sample client's key for one use: always the same for one demo.
pub fn client_key(seed: &[u8; 32], client_id: &str, usage: &str) -> Option<SigningKey> {
    let bytes = hkdf(seed, b"procura-demo", &[b"client-key", client_id.as_bytes(), &[0], usage.as_bytes()]);
    SigningKey::from_pkcs8(Algorithm::EdDsa, &[&ED25519_PKCS8[..], &bytes].concat()).ok()
}

/// A sample client's secret: always the same for one demo.
pub fn client_secret(seed: &[u8; 32], client_id: &str) -> String {
    b64(&hkdf(seed, b"procura-demo", &[b"client-secret", client_id.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family_names() -> Vec<String> {
        let mut names: Vec<String> =
            AIDANTS.iter().chain(&REFERENTS).map(|staff| staff.family_name.to_owned()).collect();
        names.extend(AUTHORITIES.iter().map(|agent| agent.family_name.to_owned()));
        names.extend(OPERATORS.iter().map(|operator| operator.family_name.to_owned()));
        names.extend(persons().into_iter().map(|person| person.family_name));
        names
    }

    #[test]
    fn no_family_name_contains_another() {
        let names = family_names();
        for (i, one) in names.iter().enumerate() {
            for (j, other) in names.iter().enumerate() {
                assert!(
                    i == j || !one.to_lowercase().contains(&other.to_lowercase()),
                    "{one} contains {other}"
                );
            }
        }
    }

    #[test]
    fn every_siret_has_valid_check_digits() {
        let luhn = |digits: &str| {
            let sum: u32 = digits
                .bytes()
                .rev()
                .enumerate()
                .map(|(i, byte)| u32::from(byte - b'0') * if i % 2 == 1 { 2 } else { 1 })
                .map(|value| value / 10 + value % 10)
                .sum();
            sum.is_multiple_of(10)
        };
        for organisation in ORGANISATIONS {
            assert_eq!(organisation.siret.len(), 14);
            assert!(luhn(organisation.siret) && luhn(&organisation.siret[..9]), "{}", organisation.name);
        }
    }

    #[test]
    fn the_first_of_each_list_is_ordinary_and_the_special_cases_say_what_they_are() {
        let persons = persons();
        assert_eq!(persons.len(), 8);
        assert!(persons[0].note.is_none() && persons[0].franceconnect && !persons[0].birthplace.is_empty());
        assert!(AIDANTS[0].note.is_none() && AIDANTS[0].organisations.len() == 1);
        assert!(AIDANTS.iter().all(|aidant| aidant.note.is_some()
            || (aidant.organisations.len() == 1 && aidant.habilitation == Habilitation::Current)));
        assert!(persons.iter().all(|person| person.franceconnect || person.note.is_some()));
        assert_eq!(ORGANISATIONS.iter().filter(|organisation| organisation.suspended).count(), 1);
    }

    #[test]
    fn secrets_differ_per_account_and_per_demo() {
        let code = |seed: [u8; 32], email: &str| {
            totp_secret(&seed, email).expect("a secret").to_base32().to_string()
        };
        assert_eq!(code([1; 32], "a@b.fr"), code([1; 32], "a@b.fr"));
        assert_ne!(code([1; 32], "a@b.fr"), code([2; 32], "a@b.fr"));
        assert_ne!(code([1; 32], "a@b.fr"), code([1; 32], "c@d.fr"));
        assert!(client_secret(&[1; 32], "x").len() >= 43);
        let kid = |seed: [u8; 32], id: &str, usage: &str| {
            client_key(&seed, id, usage).expect("a key").kid().to_owned()
        };
        assert_eq!(kid([1; 32], "x", PROOFS), kid([1; 32], "x", PROOFS));
        assert_ne!(kid([1; 32], "x", PROOFS), kid([1; 32], "x", ASSERTIONS));
        assert_ne!(kid([1; 32], "x", PROOFS), kid([2; 32], "x", PROOFS));
    }
}
