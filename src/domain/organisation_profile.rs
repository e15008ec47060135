//! What an organisation is and where it stands: its type, its postcode and the département that follows.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::text_enum;

text_enum! {
    /// What an organisation is; a closed list, since figures are counted by it.
    OrganisationKind {
        /// A communal or intercommunal social action centre.
        Ccas => "ccas",
        /// The social services of a département.
        Departement => "departement",
        /// A France services house.
        FranceServices => "france_services",
        /// A commune or a group of communes.
        Commune => "commune",
        /// An association.
        Association => "association",
        /// A mutual insurance or social security fund.
        Fund => "caisse",
        /// A hospital or another place of care.
        Hospital => "hopital",
        /// A local mission for young people.
        MissionLocale => "mission_locale",
        /// A library.
        Library => "mediatheque",
        /// Anything else.
        Other => "autre",
    }
}

/// Type and place of an organisation, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// What it is.
    pub kind: Option<OrganisationKind>,
    /// Five digits.
    pub postcode: Option<String>,
    /// `01` to `95`, `2A`, `2B`, or the three digits of an overseas territory.
    pub departement: Option<String>,
}

impl Profile {
    /// The profile that follows from a postal address on one line: its last five digits that stand alone are the postcode.
    pub fn of_address(kind: Option<OrganisationKind>, address: &str) -> Self {
        let postcode = postcode_in(address);
        let departement = postcode.as_deref().and_then(departement);
        Self { kind, departement, postcode }
    }
}

/// The postcode in an address: its last word of five digits.
pub fn postcode_in(address: &str) -> Option<String> {
    address
        .split(|sign: char| !sign.is_alphanumeric())
        .rfind(|word| is_postcode(word) && departement(word).is_some())
        .map(str::to_owned)
}

fn is_postcode(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|digit| digit.is_ascii_digit())
}

/// The département, or overseas territory, that a postcode belongs to; `None` for what is no French postcode.
///
/// A few communes are served by an office of a neighbouring département; the postcode decides all the same.
pub fn departement(postcode: &str) -> Option<String> {
    if !is_postcode(postcode) {
        return None;
    }
    let (two, three) = (postcode.get(..2)?, postcode.get(..3)?);
    let found = match postcode {
        "97133" => "977",
        "97150" => "978",
        _ => match (two, three) {
            ("20", "200" | "201") => "2A",
            ("20", "202" | "206") => "2B",
            ("20", _) => return None,
            ("97", "971" | "972" | "973" | "974" | "975" | "976") | ("98", "984" | "986" | "987" | "988") => {
                three
            }
            ("97" | "98" | "00" | "96" | "99", _) => return None,
            _ => two,
        },
    };
    Some(found.to_owned())
}

/// A name in the form under which it is searched and sorted: lower case, without accents, one space between words.
pub fn folded(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().flat_map(unaccented).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unaccented(letter: char) -> impl Iterator<Item = char> {
    let plain = match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => "o",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        'œ' => "oe",
        'æ' => "ae",
        '’' | '\'' | '-' => " ",
        // Combining marks of a decomposed letter.
        '\u{300}'..='\u{36f}' => "",
        _ => return Plain::One(Some(letter)),
    };
    Plain::Several(plain.chars())
}

enum Plain {
    One(Option<char>),
    Several(std::str::Chars<'static>),
}

impl Iterator for Plain {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(letter) => letter.take(),
            Self::Several(letters) => letters.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_tells_its_departement() {
        for (postcode, wanted) in [
            ("21000", Some("21")),
            ("01300", Some("01")),
            ("20000", Some("2A")),
            ("20190", Some("2A")),
            ("20200", Some("2B")),
            ("20620", Some("2B")),
            ("97400", Some("974")),
            ("97133", Some("977")),
            ("97150", Some("978")),
            ("97680", Some("976")),
            ("98713", Some("987")),
            ("98000", None),
            ("99999", None),
            ("00100", None),
            ("2100", None),
            ("2A000", None),
        ] {
            assert_eq!(departement(postcode).as_deref(), wanted, "{postcode}");
        }
    }

    #[test]
    fn the_postcode_of_an_address_is_its_last() {
        assert_eq!(postcode_in("12345 route de Nancy, 54000 Nancy").as_deref(), Some("54000"));
        assert_eq!(postcode_in("1 place de la Mairie, 21000 Dijon Cedex 9").as_deref(), Some("21000"));
        assert_eq!(postcode_in("Lieu-dit sans code"), None);
        assert_eq!(Profile::of_address(None, "2 rue X, 20200 Bastia").departement.as_deref(), Some("2B"));
    }

    #[test]
    fn a_name_is_found_however_it_was_typed() {
        assert_eq!(folded("  CCAS  de  l’Haÿ-les-Roses "), "ccas de l hay les roses");
        assert_eq!(folded("Médiathèque"), folded("Me\u{301}diathe\u{300}que"));
        assert_eq!(folded("Œuvre"), "oeuvre");
    }
}
