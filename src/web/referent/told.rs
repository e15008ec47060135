//! What a page says on top after something was done, or could not be done any more.

use serde::Deserialize;

use crate::operations::refusal::Refusal;
use crate::text::Text;

/// `?fait=` names what was done, `?non=` why something was not.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::web) struct Told {
    #[serde(default)]
    fait: String,
    #[serde(default)]
    non: String,
}

/// The words of a notice.
pub(in crate::web) struct Notice {
    /// "" (well done) or "stopped".
    pub(in crate::web) kind: &'static str,
    pub(in crate::web) icon: &'static str,
    pub(in crate::web) title: String,
    pub(in crate::web) words: String,
}

const DONE: [&str; 17] = [
    "invite",
    "relance",
    "annule",
    "suspendu",
    "retabli",
    "retire",
    "renouvellement",
    "demarches",
    "nomme",
    "change",
    "quitte",
    "remis",
    "accepte",
    "forme",
    "habilite",
    "refuse",
    "signe",
];

const NOT_DONE: [&str; 16] = [
    "habilitation-status",
    "habilitation-operators",
    "habilitation-exists",
    "training-to-come",
    "invited-just-now",
    "renewal-early",
    "renewal-asked",
    "organisation-suspended",
    "account-status",
    "account-own",
    "account-opened",
    "referent-last",
    "referent-kind",
    "referent-deputy",
    "referent-not-come",
    "themes-same",
];

impl Told {
    /// The notice, where the address names one that exists.
    pub(in crate::web) fn notice(&self, t: Text) -> Option<Notice> {
        if DONE.contains(&self.fait.as_str()) {
            let say = |part: &str| t.get(&format!("told-{}-{part}", self.fait));
            return Some(Notice { kind: "", icon: "tick", title: say("title"), words: say("words") });
        }
        if NOT_DONE.contains(&self.non.as_str()) {
            let say = |part: &str| t.get(&format!("told-not-{}-{part}", self.non));
            return Some(Notice {
                kind: "stopped",
                icon: "refused",
                title: say("title"),
                words: say("words"),
            });
        }
        None
    }
}

/// Where to go after an operation: `path` with what was done, or with why it was not.
///
/// # Errors
/// The refusal, where a page of its own says it.
pub(in crate::web) fn after<T>(path: &str, fait: &str, done: Result<T, Refusal>) -> Result<String, Refusal> {
    match done {
        Ok(_) => Ok(format!("{path}?fait={fait}")),
        Err(Refusal::Conflict(key)) if NOT_DONE.contains(&key) => Ok(format!("{path}?non={key}")),
        Err(refusal) => Err(refusal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_notice_has_its_words() {
        for language in Language::ALL {
            let t = Text::new(language);
            let all = DONE.iter().map(|key| Told { fait: (*key).to_owned(), non: String::new() });
            let not = NOT_DONE.iter().map(|key| Told { fait: String::new(), non: (*key).to_owned() });
            for told in all.chain(not) {
                let notice = told.notice(t).expect("a notice");
                assert!(!notice.title.contains('⟦') && !notice.words.contains('⟦'), "{told:?}");
            }
        }
        let strange = Told { fait: "tout".to_owned(), non: "rien".to_owned() };
        assert!(strange.notice(Text::new(Language::Fr)).is_none());
    }
}
