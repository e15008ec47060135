use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use super::*;

const FR: Text = Text::new(Language::Fr);
const EN: Text = Text::new(Language::En);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Key to the set of its variables, over all files of one language; a key defined twice fails.
fn catalogue(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&root().join("locales").join(language.tag()), &[".ftl"]) {
        let source = fs::read_to_string(&file).expect("a locale file");
        let mut current: Option<String> = None;
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let opens = line.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
            if opens && let Some((key, _)) = line.split_once('=') {
                let key = key.trim().to_owned();
                assert!(
                    all.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} is defined twice ({language})"
                );
                current = Some(key);
            }
            if let Some(variables) = current.as_ref().and_then(|key| all.get_mut(key)) {
                variables.extend(variables_of(line));
            }
        }
    }
    all
}

fn variables_of(line: &str) -> impl Iterator<Item = String> {
    line.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-' || *letter == '_')
            .collect()
    })
}

#[test]
fn both_languages_have_the_same_keys_and_variables() {
    let (french, english) = (catalogue(Language::Fr), catalogue(Language::En));
    let missing: Vec<_> = french
        .keys()
        .chain(english.keys())
        .filter(|key| french.get(*key) != english.get(*key))
        .map(|key| format!("{key}: fr {:?}, en {:?}", french.get(key), english.get(key)))
        .collect();
    assert!(missing.is_empty(), "differ:\n{}", missing.join("\n"));
    assert!(french.len() > 50, "the catalogue was read");
}

/// Whether the source before a call ends in a name that handles on sentences have: `t`, `text`, `t()`, `text()`.
fn receiver_is_text(before: &str) -> bool {
    let name = before.trim_end().trim_end_matches("()");
    let start =
        name.rfind(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
    matches!(&name[start..], "t" | "text" | "FR" | "EN")
}

#[test]
fn every_key_used_in_templates_and_code_exists() {
    let known = catalogue(Language::Fr);
    let mut missing = Vec::new();
    for file in files(&root().join("src"), &[".html", ".rs", ".txt"]) {
        if file.to_string_lossy().ends_with("catalogue_tests.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).expect("a source file");
        for call in [".get(\"", ".with(\"", ".html(\""] {
            for (at, _) in source.match_indices(call) {
                let (before, after) = (&source[..at], &source[at + call.len()..]);
                let key: String = after.chars().take_while(|letter| *letter != '"').collect();
                if receiver_is_text(before) && !known.contains_key(&key) {
                    missing.push(format!("{}: {key}", file.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "keys without a sentence:\n{}", missing.join("\n"));
}

/// The names that stand in the sources, and the fixed pieces of the literals that compose a name: `"mail-{what}-subject"`
/// gives `mail-` and `-subject`.
fn names_in_sources() -> (BTreeSet<String>, Vec<Vec<String>>) {
    let in_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let in_composed = |letter: char| in_name(letter) || matches!(letter, '{' | '}' | ':');
    let (mut names, mut composed) = (BTreeSet::new(), Vec::new());
    for file in files(&root().join("src"), &[".html", ".rs", ".txt", ".js"]) {
        if file.to_string_lossy().ends_with("catalogue_tests.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).expect("a source file");
        names.extend(source.split(|letter: char| !in_name(letter)).map(str::to_owned));
        let quoted: Vec<&str> = source.split('"').collect();
        for pair in quoted.windows(2) {
            let (before, literal) = (pair[0], pair[1]);
            if before.ends_with("&key(") {
                // The lines of the ledger: `key` joins a kind to it.
                composed.push(vec![format!("{literal}-"), String::new()]);
            } else if literal.contains('{') && literal.chars().all(in_composed) {
                let fixed = |piece: &str| piece.split_once('}').map_or(piece, |(_, fixed)| fixed).to_owned();
                composed.push(literal.split('{').map(fixed).collect());
            }
        }
    }
    (names, composed)
}

#[test]
fn every_key_is_used_in_a_template_or_in_code() {
    let (names, composed) = names_in_sources();
    let composes = |key: &str, pieces: &Vec<String>| {
        let [first, middle @ .., last] = pieces.as_slice() else { return false };
        let rest = key.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()));
        let Some(inner) = rest.filter(|inner| !inner.is_empty()) else { return false };
        // What begins with a variable would fit nearly everything: there the variable's words must stand somewhere.
        let known = if first.is_empty() { last.len() > 1 && names.contains(inner) } else { first.len() > 1 };
        known && middle.iter().all(|piece| inner.contains(piece.as_str()))
    };
    let keys = catalogue(Language::Fr).into_keys();
    let unused: Vec<String> = keys
        .filter(|key| !names.contains(key) && !composed.iter().any(|pieces| composes(key, pieces)))
        .collect();
    assert!(unused.is_empty(), "sentences that nothing says:\n{}", unused.join("\n"));
}

#[test]
fn every_sentence_can_be_formatted_in_both_languages() {
    for (text, language) in [(FR, Language::Fr), (EN, Language::En)] {
        for (key, variables) in catalogue(language) {
            let names: Vec<&'static str> = variables.into_iter().map(|name| &*name.leak()).collect();
            let args: Vec<(&'static str, &dyn Arg)> =
                names.iter().map(|name| (*name, &2_i64 as &dyn Arg)).collect();
            let words = text.with(&key, &args);
            assert!(!words.contains('⟦') && !words.trim().is_empty(), "{language} {key}: {words}");
        }
    }
}

#[test]
fn an_unknown_key_shows_itself() {
    assert_eq!(FR.get("no-such-key"), "⟦no-such-key⟧");
    assert_eq!(FR.get("common-reference"), "⟦common-reference⟧", "a sentence without its variable");
}

#[test]
fn words_are_escaped_in_html_and_markup_is_kept() {
    let html = FR.html("common-reference", &[("reference", &"<b>&'\"")]);
    assert!(html.as_str().ends_with("&lt;b&gt;&amp;&#39;&quot;"), "{html}");
    let kept = FR.html("common-reference", &[("reference", &Html::trusted("<b>x</b>".to_owned()))]);
    assert!(kept.as_str().ends_with("<b>x</b>"), "{kept}");
}

#[test]
fn numbers_are_grouped_by_language() {
    assert_eq!(FR.number(7051), "7\u{202f}051");
    assert_eq!(EN.number(1_234_567), "1,234,567");
    assert_eq!(FR.number(-12), "-12");
    assert_eq!(FR.with("common-days-left", &[("days", &1)]), "Encore 1 jour");
    assert_eq!(FR.with("common-days-left", &[("days", &1200)]), "Encore 1\u{202f}200 jours");
    assert_eq!(EN.with("common-days-left", &[("days", &1)]), "1 day left");
}

#[test]
fn french_punctuation_never_starts_a_line() {
    assert_eq!(typeset("« Oui » : non ? si !"), "«\u{a0}Oui\u{a0}»\u{a0}: non\u{202f}? si\u{202f}!");
    assert_eq!(typeset("14:05"), "14:05");
}

#[test]
fn lists_end_with_and() {
    let items = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
    assert_eq!(FR.list(&items), "a, b et c");
    assert_eq!(EN.list(&items[..1]), "a");
}
