//! The lines of the ledger as sentences: who did what for whom, in the words of the one who reads.

use crate::domain::decision::Reason;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::text::catalogue::Text;
use crate::text::html::Html;
use crate::text::themes::themes;

/// The word of an act that went through an identity broker.
pub const THROUGH_BROKER: &str = "broker";

/// Who did what a line tells, with the name of that time.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Doer {
    /// In which quality: `aidant`, `referent`, `authority`, `operator`, `integrator`, `person`, `client` or `system`.
    pub role: String,
    /// Account, person or client identifier.
    pub id: Option<String>,
    /// The name to show.
    pub name: Option<String>,
}

/// One line of the ledger, opened and reduced to what its sentence says.
#[derive(Clone, PartialEq, Eq)]
pub struct Told {
    /// `noun.verb`.
    pub kind: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub doer: Doer,
    /// For which organisation.
    pub organisation: Option<String>,
    /// About whom, where the reader may know.
    pub person: Option<String>,
    /// On which theme.
    pub theme: Option<Theme>,
    /// At which administration.
    pub client: Option<String>,
    /// The key of the reason of a refusal.
    pub refused: Option<String>,
    /// What else the sentence says.
    pub details: Details,
}

/// Details of a line, by what they mean; each kind fills some.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Another professional or body the line speaks of.
    pub subject: Option<String>,
    /// Words somebody typed: a reason, a purpose.
    pub words: Option<String>,
    /// What was done, as reported.
    pub label: Option<String>,
    /// A reference elsewhere: at the administration, of a key.
    pub reference: Option<String>,
    /// When what was reported was done.
    pub done_at: Option<Instant>,
    /// A day the line speaks of.
    pub day: Option<Instant>,
    /// An end or a delay.
    pub until: Option<Instant>,
    /// Several themes.
    pub themes: Vec<Theme>,
    /// How many lines were read.
    pub lines: Option<u64>,
    /// Whether the person is known by what an aidant took down only.
    pub declared: bool,
    /// A word of a closed list of the ledger, such as `person` in "revoked by".
    pub word: Option<String>,
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Told({})", self.kind)
    }
}

/// Who reads a line: it is told to her as "you" where she did it, or where it is about her.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener<'a> {
    /// The person the line is about.
    Person,
    /// The professional with this account.
    Account(&'a str),
    /// Anybody else.
    Other,
}

impl Listener<'_> {
    fn did(self, doer: &Doer) -> bool {
        match self {
            Self::Person => doer.role == "person",
            Self::Account(id) => doer.role != "person" && doer.id.as_deref() == Some(id),
            Self::Other => false,
        }
    }

    /// Whether it is the professional with this account.
    pub fn is(self, account: Option<crate::domain::ids::AccountId>) -> bool {
        match (self, account) {
            (Self::Account(own), Some(id)) => id.to_string() == own,
            _ => false,
        }
    }

    const fn voice(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Account(_) | Self::Other => "other",
        }
    }
}

/// `act.opened` under a prefix: `ledger-act-opened`.
fn key(prefix: &str, kind: &str) -> String {
    format!("{prefix}-{}", kind.replace(['.', '_'], "-"))
}

impl Text {
    /// The whole sentence of a line, with `<strong>` and `<em>`.
    pub fn sentence(self, told: &Told, listener: Listener<'_>) -> Html {
        let details = &told.details;
        let language = self.language();
        let nobody = self.get("ledger-somebody");
        let or = |value: &Option<String>| value.clone().unwrap_or_else(|| nobody.clone());
        let theme =
            told.theme.map_or_else(|| nobody.clone(), |theme| themes().title(theme, language).to_owned());
        let titles: Vec<String> =
            themes().titles(&details.themes, language).into_iter().map(str::to_owned).collect();
        let until = details.until.map_or_else(|| nobody.clone(), |until| self.until(until.day()));
        let day = details.day.map_or_else(|| nobody.clone(), |at| self.day_long(at.day()));
        let person = match &told.person {
            Some(name) if details.declared => self.with("ledger-declared-person", &[("name", name)]),
            Some(name) => name.clone(),
            None => self.get("ledger-a-person"),
        };
        let reason = told.refused.as_deref().map_or_else(String::new, |reason| self.refusal_reason(reason));
        self.html(
            &key("ledger", &told.kind),
            &[
                ("who", &self.who(told, listener)),
                ("voice", &listener.voice()),
                ("time", &self.at(told.at)),
                ("organisation", &or(&told.organisation)),
                ("person", &person),
                ("theme", &theme),
                ("themes", &self.list(&titles)),
                ("client", &or(&told.client)),
                ("reason", &reason),
                ("subject", &or(&details.subject)),
                ("words", &details.words.clone().unwrap_or_default()),
                ("label", &details.label.clone().unwrap_or_default()),
                ("reference", &details.reference.clone().unwrap_or_default()),
                ("until", &until),
                ("day", &day),
                ("lines", &details.lines.unwrap_or_default()),
                ("word", &details.word.clone().unwrap_or_default()),
            ],
        )
    }

    /// The short name of a kind, for tables and filters: "Ouverture de dossier".
    pub fn kind_title(self, kind: &str) -> String {
        self.get(&key("kind", kind))
    }

    /// Why an act was refused, as the end of a sentence: "le mandat est suspendu".
    pub fn refusal_reason(self, reason: &str) -> String {
        match Reason::parse(reason) {
            Some(known) => self.get(&key("ledger-reason", known.as_str())),
            None => self.get("ledger-reason-other"),
        }
    }

    /// What kind of thing an administration reported: "Demande envoyée".
    pub fn receipt_kind(self, kind: &str) -> String {
        match kind {
            "submitted" | "consulted" | "changed" | "paid" => self.get(&format!("receipt-{kind}")),
            _ => self.get("receipt-other"),
        }
    }

    fn who(self, told: &Told, listener: Listener<'_>) -> Html {
        if listener.did(&told.doer) {
            return self.html("ledger-who-you", &[]);
        }
        let name = match (&told.doer.name, told.doer.role.as_str()) {
            (Some(name), _) => name.clone(),
            (None, "person") => told.person.clone().unwrap_or_else(|| self.get("ledger-the-person")),
            (None, _) => self.get("ledger-somebody"),
        };
        match (told.doer.role.as_str(), &told.organisation) {
            ("aidant", Some(organisation)) => {
                self.html("ledger-who-aidant", &[("name", &name), ("organisation", organisation)])
            }
            ("authority", _) => self.html("ledger-who-authority", &[("name", &name)]),
            ("operator", _) => self.html("ledger-who-operator", &[("name", &name)]),
            ("integrator", _) => self.html("ledger-who-integrator", &[("name", &name)]),
            ("referent", _) => self.html("ledger-who-referent", &[("name", &name)]),
            ("system", _) => self.html("ledger-who-system", &[]),
            _ => self.html("ledger-who", &[("name", &name)]),
        }
    }
}

/// Which mark a line has on the timeline: `""` (an act), `refused`, `read` or `approved`, and its icon.
pub fn mark(kind: &str, refused: bool) -> (&'static str, &'static str) {
    match kind {
        _ if refused => ("refused", "refused"),
        "act.refused" | "mandate.refused" => ("refused", "refused"),
        "trail.read_by_authority"
        | "trail.exported"
        | "trail.printed"
        | "trail.reading_asked"
        | "trail.reading_approved"
        | "trail.reading_refused"
        | "attestation.verified"
        | "mandate.verified" => ("read", "eye"),
        "mandate.approved" | "mandate.restored" | "mandate.renewed" | "case.closed" => ("approved", "tick"),
        "act.contested" | "case.opened" | "case.word_added" | "case.answered" | "act.error_declared"
        | "notice.disowned" => ("", "flag"),
        "mandate.suspended" | "mandate.hold_added" => ("", "pause"),
        "mandate.revoked"
        | "authorization.revoked"
        | "mandate.expired"
        | "mandate.lapsed"
        | "person.blocked" => ("", "stop"),
        "act.opened" | "person.logged_in" => ("", "enter"),
        "person.identified" => ("", "person"),
        _ => ("", "info"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::receipt::ReceiptKind;
    use crate::text::language::Language;

    const FR: Text = Text::new(Language::Fr);
    const EN: Text = Text::new(Language::En);

    /// The names as they stand in the sources of the ledger; that room is not a door of this one.
    fn kinds() -> Vec<String> {
        let source = include_str!("../ledger/kinds.rs");
        let (_, list) = source.split_once("events! {\n").expect("the list");
        let (list, _) = list.split_once("\n}\n").expect("its end");
        let names: Vec<String> = list
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .filter_map(|line| line.split_once(" = \"")?.1.split_once('"').map(|(name, _)| name.to_owned()))
            .collect();
        assert!(names.len() > 50, "{names:?}");
        names
    }

    fn told(kind: &str, role: &str) -> Told {
        Told {
            kind: kind.to_owned(),
            at: Instant::parse("2027-03-03T13:05:00Z").expect("an instant"),
            doer: Doer {
                role: role.to_owned(),
                id: Some("7".to_owned()),
                name: Some("Amélie <Durand>".to_owned()),
            },
            organisation: Some("CCAS de Dijon".to_owned()),
            person: Some("Jeanne Lefèvre".to_owned()),
            theme: Some(Theme::Social),
            client: Some("CAF".to_owned()),
            refused: Some("mandate_suspended".to_owned()),
            details: Details::default(),
        }
    }

    #[test]
    fn every_kind_has_its_sentence_and_its_title_in_both_languages() {
        for kind in kinds() {
            for text in [FR, EN] {
                for listener in [Listener::Person, Listener::Account("7"), Listener::Other] {
                    let full = text.sentence(&told(&kind, "aidant"), listener);
                    let bare = text.sentence(
                        &Told { theme: None, client: None, organisation: None, ..told(&kind, "system") },
                        listener,
                    );
                    for sentence in [full.as_str(), bare.as_str()] {
                        assert!(!sentence.contains('⟦') && sentence.len() > 20, "{kind}: {sentence}");
                        assert!(!sentence.contains("<Durand>"), "{kind}: {sentence}");
                    }
                }
                assert!(!text.kind_title(&kind).contains('⟦'), "{kind}");
            }
        }
    }

    #[test]
    fn an_act_reads_as_people_speak() {
        let line = told("act.opened", "aidant");
        assert_eq!(
            FR.sentence(&line, Listener::Person).as_str(),
            "<strong>Amélie &lt;Durand&gt;</strong> (CCAS de Dijon) a ouvert votre dossier auprès de l’administration <strong>CAF</strong>, pour <em>Social - Santé</em>, à 14\u{a0}h\u{a0}05."
        );
        let own = FR.sentence(&line, Listener::Account("7"));
        assert!(
            own.as_str().starts_with(
                "<strong>Vous</strong> avez ouvert le dossier de <strong>Jeanne Lefèvre</strong>"
            ),
            "{own}"
        );
        let approved = EN.sentence(&told("mandate.approved", "person"), Listener::Person);
        assert!(approved.as_str().starts_with("<strong>You</strong> approved"), "{approved}");
    }

    #[test]
    fn an_act_through_the_broker_says_what_cannot_be_seen() {
        let mut line = Told { client: Some("FranceConnect".to_owned()), ..told("act.opened", "aidant") };
        line.details.word = Some(THROUGH_BROKER.to_owned());
        for (text, words) in [(FR, "30 minutes"), (EN, "30 minutes")] {
            for listener in [Listener::Person, Listener::Account("7"), Listener::Other] {
                let sentence = text.sentence(&line, listener);
                assert!(
                    sentence.as_str().contains(words) && !sentence.as_str().contains("administration"),
                    "{sentence}"
                );
            }
        }
    }

    #[test]
    fn every_reason_and_receipt_has_its_words() {
        for text in [FR, EN] {
            for reason in Reason::ALL {
                assert!(!text.refusal_reason(reason.as_str()).contains('⟦'), "{reason:?}");
            }
            assert_eq!(text.refusal_reason("never heard of"), text.get("ledger-reason-other"));
            for receipt in ReceiptKind::ALL {
                assert!(!text.receipt_kind(receipt.as_str()).contains('⟦'));
            }
        }
    }
}
