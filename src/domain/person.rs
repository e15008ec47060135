//! The helped person: who she is as her identity provider said it, and how sure that is.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::PersonId;
use crate::domain::mandate::MandateDuration;
use crate::domain::private::Private;
use crate::domain::text_enum;

text_enum! {
    /// How the person's identity was established.
    Identification {
        /// Taken down by the aidant.
        Declared => "declared",
        /// FranceConnect, level eidas1.
        Eidas1 => "eidas1",
        /// FranceConnect+, level eidas2.
        Eidas2 => "eidas2",
        /// FranceConnect+, level eidas3.
        Eidas3 => "eidas3",
    }
}

text_enum! {
    /// What a mandate's consent is worth, lowest first.
    ConsentGrade {
        /// By SMS or posted code, on an identity taken down by the aidant.
        Declared => "declared",
        /// Through FranceConnect.
        FranceConnect => "franceconnect",
        /// Through FranceConnect+.
        FranceConnectPlus => "franceconnect_plus",
    }
}

impl ConsentGrade {
    /// The longest a mandate of this grade may run.
    pub const fn longest(self) -> MandateDuration {
        match self {
            Self::Declared => MandateDuration::Month,
            Self::FranceConnect | Self::FranceConnectPlus => MandateDuration::Long,
        }
    }
}

impl Identification {
    /// The grade a consent given under this identification has.
    pub const fn grade(self) -> ConsentGrade {
        match self {
            Self::Declared => ConsentGrade::Declared,
            Self::Eidas1 => ConsentGrade::FranceConnect,
            Self::Eidas2 | Self::Eidas3 => ConsentGrade::FranceConnectPlus,
        }
    }
}

/// The identity a provider gave; sealed at rest under the person's data key. Values are kept as received.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// All given names, space separated.
    pub given_name: Private<String>,
    /// Birth name.
    pub family_name: Private<String>,
    /// Usage name, if any.
    #[serde(default)]
    pub preferred_username: Option<Private<String>>,
    /// Birth date `YYYY-MM-DD`, completed with 01 where presumed.
    pub birthdate: Private<String>,
    /// Birth date as civil records know it (`1992-00-00`, `1992-05-00`), where it differs.
    #[serde(default)]
    pub presumed_birthdate: Option<Private<String>>,
    /// `female`, `male` or `unspecified`.
    pub gender: Private<String>,
    /// INSEE commune code; empty when born abroad.
    pub birthplace: Private<String>,
    /// INSEE country code; France is 99100.
    pub birthcountry: Private<String>,
    /// Where she was born in the words of whoever took it down; only of a declared identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthplace_words: Option<Private<String>>,
    /// The address FranceConnect gave.
    #[serde(default)]
    pub email: Option<Private<String>>,
}

impl Identity {
    /// "Given Family" with the first given name, for screens.
    pub fn short_name(&self) -> String {
        let first = self.given_name.show().split_whitespace().next().unwrap_or_default();
        format!("{first} {}", self.family_name.show())
    }

    /// All given names and the birth name, for the mandate's text.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name.show(), self.family_name.show())
    }

    /// The birth date to show and to replay to others: the civil records' form where it is known.
    pub fn civil_birthdate(&self) -> &str {
        self.presumed_birthdate.as_ref().unwrap_or(&self.birthdate).show()
    }
}

/// One person, opened.
#[derive(Clone, Debug)]
pub struct Person {
    /// Her identifier.
    pub id: PersonId,
    /// Who she is.
    pub identity: Identity,
    /// How that is known.
    pub identification: Identification,
}

/// A name as names are compared: lower case, without accents, with a blank for an apostrophe, a hyphen or a comma.
pub fn folded(name: &str) -> String {
    let composed = name.chars().flat_map(char::to_lowercase);
    // Combining marks of decomposed letters fall away.
    let plain: String =
        composed.filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).map(bare).collect();
    let plain = plain.replace('œ', "oe").replace('æ', "ae");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn bare(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\'' | '’' | 'ʼ' | '-' | '‐' | ',' => ' ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        assert_eq!(folded("  N’GUESSAN-Lœuillet,  Éloïse "), "n guessan loeuillet eloise");
        assert_eq!(folded("Lefe\u{300}vre"), folded("LEFÈVRE"));
        assert_eq!(folded("Wałęsa Ştefan"), "walesa stefan");
    }
}
