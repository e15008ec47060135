//! Places of digital mediation, as the national open-data schema "Lieux de médiation numérique" describes them.

use crate::domain::person::folded;
use crate::domain::text_enum;
use crate::domain::time::Day;

text_enum! {
    /// What a place offers, by the schema's own words.
    Service {
        /// Help with administrative steps.
        Steps => "Aide aux démarches administratives",
        /// Everyday digital skills.
        Skills => "Maîtrise des outils numériques du quotidien",
        /// Work.
        Work => "Insertion professionnelle via le numérique",
        /// Safety.
        Safety => "Utilisation sécurisée du numérique",
        /// Children and school.
        Parents => "Parentalité et éducation avec le numérique",
        /// Hobbies.
        Leisure => "Loisirs et créations numériques",
        /// Understanding the digital world.
        Culture => "Compréhension du monde numérique",
        /// Internet and machines on the spot.
        Access => "Accès internet et matériel informatique",
        /// Machines at a low price.
        Equipment => "Acquisition de matériel informatique à prix solidaire",
    }
}

impl Service {
    /// A short key, for forms and translations.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Steps => "demarches",
            Self::Skills => "outils",
            Self::Work => "emploi",
            Self::Safety => "securite",
            Self::Parents => "parents",
            Self::Leisure => "loisirs",
            Self::Culture => "culture",
            Self::Access => "acces",
            Self::Equipment => "materiel",
        }
    }

    /// Reads a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|service| service.key() == key)
    }
}

/// The longest text of a field, in characters.
const LONGEST: usize = 4_000;
/// The longest identifier, in characters.
const LONGEST_ID: usize = 200;

/// One place. Texts are as published; lists have their parts separated by `|`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its identifier in the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its SIRET or RNA; may be empty.
    pub pivot: String,
    /// Its commune.
    pub commune: String,
    /// Its postcode, five digits.
    pub postcode: String,
    /// The commune's INSEE code; may be empty.
    pub insee: String,
    /// Street and number.
    pub address: String,
    /// What else one needs to find it.
    pub address_more: String,
    /// Degrees north, as written; may be empty.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// What kinds of place it is.
    pub typology: String,
    /// Its telephone number.
    pub phone: String,
    /// Its addresses of mail.
    pub emails: String,
    /// Its pages.
    pub websites: String,
    /// When it is open, in OpenStreetMap's way of writing.
    pub hours: String,
    /// What it says of itself.
    pub presentation: String,
    /// What it offers.
    pub services: Vec<String>,
    /// For whom in particular.
    pub publics: String,
    /// Which special needs it meets.
    pub special_care: String,
    /// What it costs.
    pub costs: String,
    /// How one comes into contact.
    pub access: String,
    /// National programmes and labels.
    pub labels: String,
    /// Who collected this.
    pub source: String,
    /// When it was last checked.
    pub updated_on: Day,
}

/// What is wrong with one field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceFault {
    /// The field, by the schema's name.
    pub field: &'static str,
    /// What: `missing`, `too-long`, `characters`, `form`.
    pub what: &'static str,
}

struct Fields<'a> {
    value: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<PlaceFault>,
}

impl Fields<'_> {
    fn fault(&mut self, field: &'static str, what: &'static str) {
        self.faults.push(PlaceFault { field, what });
    }

    /// The first of these names that is filled; the schema has renamed some fields.
    fn any(&mut self, names: &[&'static str]) -> String {
        for name in names {
            let value = (self.value)(name).unwrap_or_default();
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            if value.chars().count() > LONGEST {
                self.fault(name, "too-long");
            } else if value.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
                self.fault(name, "characters");
            }
            return value.to_owned();
        }
        String::new()
    }

    fn must(&mut self, name: &'static str) -> String {
        let value = self.any(&[name]);
        if value.is_empty() {
            self.fault(name, "missing");
        }
        value
    }

    fn list(&mut self, names: &[&'static str]) -> String {
        parts(&self.any(names)).join("|")
    }

    fn degrees(&mut self, name: &'static str, most: f64) -> String {
        let value = self.any(&[name]);
        let fits = value.parse::<f64>().is_ok_and(|degrees| degrees.is_finite() && degrees.abs() <= most);
        if !value.is_empty() && !fits {
            self.fault(name, "form");
        }
        value
    }
}

/// The parts of a list: `|` separates them today, `;` did in the schema's first version.
fn parts(value: &str) -> Vec<String> {
    let separator = if value.contains('|') { '|' } else { ';' };
    value.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn digits(text: &str, many: usize) -> bool {
    text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_insee(code: &str) -> bool {
    let corsican = code.starts_with("2A") || code.starts_with("2B");
    digits(code, 5) || (corsican && code.len() == 5 && code.get(2..).is_some_and(|rest| digits(rest, 3)))
}

impl Place {
    /// Reads one line; `value` gives a field by the schema's name.
    ///
    /// # Errors
    /// Every fault of the line.
    pub fn read(value: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<PlaceFault>> {
        let mut fields = Fields { value, faults: Vec::new() };
        let id = fields.must("id");
        if id.chars().count() > LONGEST_ID {
            fields.fault("id", "too-long");
        }
        let postcode = fields.must("code_postal");
        if !postcode.is_empty() && !digits(&postcode, 5) {
            fields.fault("code_postal", "form");
        }
        let insee = fields.any(&["code_insee"]);
        if !insee.is_empty() && !is_insee(&insee) {
            fields.fault("code_insee", "form");
        }
        let updated = fields.must("date_maj");
        // A full instant is cut to its day.
        let updated_on = updated.get(..10).and_then(Day::parse);
        if !updated.is_empty() && updated_on.is_none() {
            fields.fault("date_maj", "form");
        }
        let services = fields.must("services");
        let place = Self {
            id,
            name: fields.must("nom"),
            pivot: fields.any(&["pivot"]),
            commune: fields.must("commune"),
            postcode,
            insee,
            address: fields.must("adresse"),
            address_more: fields.any(&["complement_adresse"]),
            latitude: fields.degrees("latitude", 90.0),
            longitude: fields.degrees("longitude", 180.0),
            typology: fields.list(&["typologie"]),
            phone: fields.any(&["telephone"]),
            emails: fields.list(&["courriels", "courriel"]),
            websites: fields.list(&["site_web"]),
            hours: fields.any(&["horaires"]),
            presentation: fields.any(&["presentation_resume", "presentation_detail"]),
            services: parts(&services).iter().map(|service| known_service(service)).collect(),
            publics: fields.list(&["publics_specifiquement_adresses"]),
            special_care: fields.list(&["prise_en_charge_specifique"]),
            costs: fields.list(&["frais_a_charge"]),
            access: fields.list(&["modalites_acces", "modalite_acces"]),
            labels: fields.list(&["dispositif_programmes_nationaux", "formations_labels"]),
            source: fields.any(&["source"]),
            updated_on: updated_on.unwrap_or_else(|| crate::domain::time::Instant::from_seconds(0).day()),
        };
        if fields.faults.is_empty() { Ok(place) } else { Err(fields.faults) }
    }

    /// Every text of it, in a fixed order: what tells whether it has changed.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![
            &*self.id,
            &self.name,
            &self.pivot,
            &self.commune,
            &self.postcode,
            &self.insee,
            &self.address,
            &self.address_more,
            &self.latitude,
            &self.longitude,
            &self.typology,
            &self.phone,
            &self.emails,
            &self.websites,
            &self.hours,
            &self.presentation,
            &self.publics,
            &self.special_care,
            &self.costs,
            &self.access,
            &self.labels,
            &self.source,
        ];
        texts.extend(self.services.iter().map(String::as_str));
        texts
    }

    /// The commune as it is searched.
    pub fn folded_commune(&self) -> String {
        folded_commune(&self.commune)
    }
}

/// The schema's own spelling of a service, where it differs by letters' case or accents only.
fn known_service(name: &str) -> String {
    let wanted = folded(name);
    Service::ALL
        .iter()
        .map(|service| service.as_str())
        .find(|known| folded(known) == wanted)
        .unwrap_or(name)
        .to_owned()
}

/// A commune's name in the form in which it is searched: no case, accents, hyphens or apostrophes; `St` is `Saint`.
pub fn folded_commune(name: &str) -> String {
    let spaced: String =
        folded(name).chars().map(|sign| if sign.is_alphanumeric() { sign } else { ' ' }).collect();
    let words = spaced.split_whitespace().map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether this may be the number of a pass numérique: 6 to 30 letters and digits, spaces and hyphens between them.
pub fn is_pass_number(text: &str) -> bool {
    let signs = text.chars().filter(char::is_ascii_alphanumeric).count();
    (6..=30).contains(&signs)
        && text.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == ' ' || sign == '-')
        && text.chars().any(|sign| sign.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(changed: &[(&str, &str)]) -> Result<Place, Vec<PlaceFault>> {
        let usual = [
            ("id", "exemple-1"),
            ("nom", "Espace numérique"),
            ("commune", "Saint-Étienne-du-Bois"),
            ("code_postal", "01370"),
            ("adresse", "1 rue de l’Exemple"),
            ("date_maj", "2026-03-02"),
            ("services", "aide aux demarches administratives|Autre chose"),
        ];
        let value = |name: &str| {
            let found = changed.iter().chain(&usual).find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Place::read(&value)
    }

    #[test]
    fn a_line_is_read_and_its_services_have_the_schemas_spelling() {
        let place = line(&[("courriels", "a@exemple.fr; b@exemple.fr")]).expect("a place");
        assert_eq!(place.services, ["Aide aux démarches administratives", "Autre chose"]);
        assert_eq!(place.folded_commune(), "saint etienne du bois");
        assert_eq!(place.emails, "a@exemple.fr|b@exemple.fr");
    }

    #[test]
    fn every_fault_of_a_line_is_told() {
        let faults = line(&[
            ("nom", " "),
            ("code_postal", "1370"),
            ("code_insee", "2C001"),
            ("latitude", "quarante"),
            ("date_maj", "hier"),
            ("horaires", "\u{0}"),
        ])
        .expect_err("faults");
        let told: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.field, fault.what)).collect();
        assert_eq!(
            told,
            [
                ("code_postal", "form"),
                ("code_insee", "form"),
                ("date_maj", "form"),
                ("nom", "missing"),
                ("latitude", "form"),
                ("horaires", "characters"),
            ]
        );
    }

    #[test]
    fn communes_are_searched_without_accents_and_abbreviations() {
        for typed in ["St Étienne-du-Bois", "SAINT-ETIENNE DU BOIS", "saint étienne du bois"] {
            assert_eq!(folded_commune(typed), "saint etienne du bois");
        }
        assert_eq!(folded_commune("L’Haÿ-les-Roses"), "l hay les roses");
    }

    #[test]
    fn a_pass_number_is_checked_loosely() {
        for good in ["PN-2026-000123", "123456", "AB 12 CD 34"] {
            assert!(is_pass_number(good), "{good}");
        }
        for wrong in ["", "12345", "abcdefg", "1234567<", "1234567890123456789012345678901"] {
            assert!(!is_pass_number(wrong), "{wrong}");
        }
    }
}
