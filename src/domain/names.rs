//! Names that could deceive the eye: letters of several scripts in one word, signs that cannot be seen.

/// The scripts whose letters look alike, and the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
    Other,
}

const fn script(letter: char) -> Script {
    match letter {
        'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            Script::Latin
        }
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' => Script::Cyrillic,
        '\u{530}'..='\u{58f}' => Script::Armenian,
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Script::Cherokee,
        _ => Script::Other,
    }
}

/// Whether a sign is not seen or turns the direction of the writing: no part of a name.
pub const fn folds_away(sign: char) -> bool {
    matches!(
        sign,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Whether one word of a name mixes letters of scripts that look alike (`Мaria` with a Cyrillic M), or holds signs that are
/// not seen: somebody should look twice.
pub fn deceives(name: &str) -> bool {
    if name.chars().any(folds_away) {
        return true;
    }
    name.split(|sign: char| sign.is_whitespace() || matches!(sign, '-' | '\'' | '’')).any(|word| {
        let mut scripts = word.chars().filter(|letter| letter.is_alphabetic()).map(script);
        let Some(first) = scripts.next() else { return false };
        scripts.any(|other| other != first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_scripts_are_pointed_out_and_others_are_not() {
        for honest in [
            "Éloïse N’Guessan-Lœuillet",
            "Мария Иванова",
            "عبد الرحمن",
            "Mária Иванова",
            "Ștefan",
            "李 小龙",
            "",
        ] {
            assert!(!deceives(honest), "{honest}");
        }
        for odd in ["Мaria", "Pаul", "Οlivia", "Jean\u{200b}ne", "Ali\u{202e}ce", "Հanna"] {
            assert!(deceives(odd), "{odd:?}");
        }
    }
}
