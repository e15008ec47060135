//! What the check of a proof in the reader's own browser needs on the page: keys, words, and the pieces it is drawn with.

use crate::config::OperatorTexts;
use crate::operations::bench::Bench;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::text::Text;

/// The sentences that `verify-page.js` may say, by key; it fills in what stands in braces.
const WORDS: [&str; 41] = [
    "check-form",
    "check-payload",
    "check-commitment",
    "check-leaf",
    "check-signature",
    "check-inclusion",
    "check-shown",
    "check-public",
    "check-chain",
    "check-chain-many",
    "check-form-wrong",
    "check-payload-wrong",
    "check-readable-wrong",
    "check-commitment-wrong",
    "check-leaf-wrong",
    "check-identity-wrong",
    "check-time-wrong",
    "check-signature-wrong",
    "check-inclusion-wrong",
    "check-text-wrong",
    "check-shown-wrong",
    "check-public-wrong",
    "check-elsewhere-wrong",
    "check-shrunk-wrong",
    "check-tiles-wrong",
    "check-fork-wrong",
    "check-gap-wrong",
    "check-broken-wrong",
    "check-chain-wrong",
    "check-twice-wrong",
    "check-public-open",
    "check-chain-open",
    "check-of-line",
    "check-good-words",
    "check-good-many",
    "check-file-wrong",
    "check-key-wrong",
    "check-fetch-wrong",
    "check-waits-wrong",
    "check-browser-wrong",
    "check-failed-wrong",
];

/// The terms of the details, by key.
const TERMS: [&str; 9] = [
    "check-term-id",
    "check-term-kind",
    "check-term-at",
    "check-term-place",
    "check-term-leaf",
    "check-term-root",
    "check-term-public",
    "check-term-chain",
    "check-term-payload",
];

/// The variables of those sentences, each left as it is for the script.
const SLOTS: [(&str, &str); 12] = [
    ("at", "{at}"),
    ("count", "{count}"),
    ("field", "{field}"),
    ("first", "{first}"),
    ("from", "{from}"),
    ("index", "{index}"),
    ("last", "{last}"),
    ("n", "{n}"),
    ("number", "{number}"),
    ("origin", "{origin}"),
    ("size", "{size}"),
    ("to", "{to}"),
];

/// What a page holds in its field `kit`; `web/verify_kit.html` draws it.
pub(super) struct Kit {
    /// The ledger's verifier keys, blanks between them.
    pub(super) keys: String,
    /// Key and sentence.
    pub(super) words: Vec<(&'static str, String)>,
    /// Whom to call when a proof does not hold.
    pub(super) call: String,
}

impl Kit {
    /// The kit of this gateway's ledger.
    pub(super) async fn new(bench: &Bench, t: Text) -> Result<Self, Refusal> {
        let keys: Vec<String> =
            keys::ledger_verifiers(bench).await?.iter().map(ToString::to_string).collect();
        Ok(Self::of(keys.join(" "), t, &bench.config.operator))
    }

    fn of(keys: String, t: Text, operator: &OperatorTexts) -> Self {
        let slots: Vec<(&str, &dyn crate::text::Arg)> =
            SLOTS.iter().map(|(name, slot)| (*name, slot as &dyn crate::text::Arg)).collect();
        let words = WORDS.into_iter().chain(TERMS).map(|key| (key, t.with(key, &slots))).collect();
        let call = match (&operator.phone, &operator.contact_email) {
            (Some(phone), _) => t.with("check-call-phone", &[("phone", phone)]),
            (None, Some(email)) => t.with("check-call-email", &[("email", email)]),
            (None, None) => t.get("check-call"),
        };
        Self { keys, words, call }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_sentence_is_there_and_the_script_asks_for_no_other() {
        let operator = OperatorTexts {
            name: None,
            contact_email: None,
            phone: Some("01 99 00 21 21".into()),
            address: None,
            publisher: None,
        };
        for language in Language::ALL {
            let kit = Kit::of("k".into(), Text::new(language), &operator);
            assert!(kit.call.contains("21"), "{}", kit.call);
            for (key, words) in &kit.words {
                assert!(!words.is_empty() && !words.contains('⟦'), "{language} {key}: {words}");
            }
        }
        let script = include_str!("../http/assets/verify-page.js");
        let module = include_str!("../http/assets/verify.js");
        let quoted = |text: &'static str, before: &'static str| {
            text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
        };
        let wrongs = quoted(script, "Wrong(\"")
            .chain(quoted(module, "Wrong(\""))
            .chain(quoted(module, " wrong(\""))
            .map(|name| format!("check-{name}-wrong"));
        let asked: Vec<String> =
            quoted(script, " said(\"").map(|name| format!("check-{name}")).chain(wrongs).collect();
        assert!(asked.len() > 7, "{asked:?}");
        for key in asked {
            assert!(WORDS.contains(&key.as_str()), "{key} is not in the kit");
        }
        for named in [
            "payload",
            "readable",
            "commitment",
            "leaf",
            "identity",
            "time",
            "signature",
            "inclusion",
            "text",
        ]
        .iter()
        .chain(&["elsewhere", "shrunk", "tiles", "fork"])
        {
            assert!(module.contains(&format!("\"{named}\"")), "{named} is not said any more");
            assert!(WORDS.contains(&format!("check-{named}-wrong").as_str()), "{named} has no words");
        }
    }
}
