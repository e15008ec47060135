//! Signs of abuse as pages: the list and one sign, alike for operators and for national authorities.

use crate::domain::sign::SignKind;
use crate::domain::sign::SignStatus;
use crate::operations::review_sign::SignView;
use crate::text::Text;

/// One sign in words.
pub(super) struct SignCard {
    /// Its identifier.
    pub(super) id: String,
    /// What was noticed.
    pub(super) title: String,
    /// How many, and from how many on it is a sign.
    pub(super) why: String,
    /// Who and where.
    pub(super) whom: String,
    /// When.
    pub(super) when: String,
    /// Kind, icon and words of its state.
    pub(super) status: (&'static str, &'static str, String),
    /// What was found.
    pub(super) note: Option<String>,
    /// Who found it, and when.
    pub(super) reviewed: Option<String>,
    /// Whether it can still be looked into.
    pub(super) open: bool,
}

impl SignCard {
    /// A sign in words.
    pub(super) fn new(t: Text, view: &SignView) -> Self {
        let kind = view.kind.as_str().replace('_', "-");
        let organisations = t.list(&view.organisations);
        let whom = match (&view.aidant, view.kind) {
            (Some((_, name)), _) => {
                t.with("sign-aidant", &[("name", name), ("organisation", &organisations)])
            }
            (None, SignKind::ManyOrganisations) => {
                t.with("sign-organisations", &[("organisations", &organisations)])
            }
            (None, _) => t.get("sign-nobody"),
        };
        Self {
            id: view.id.to_string(),
            title: t.get(&format!("sign-{kind}")),
            why: t
                .with(&format!("sign-{kind}-why"), &[("count", &view.count), ("threshold", &view.threshold)]),
            whom,
            when: t
                .with("sign-when", &[("first", &t.moment(view.first_at)), ("last", &t.moment(view.last_at))]),
            status: status(t, view.status),
            note: view.note.as_ref().map(|note| note.show().clone()),
            reviewed: view
                .reviewed
                .as_ref()
                .map(|(name, at)| t.with("sign-reviewed", &[("name", name), ("moment", &t.moment(*at))])),
            open: view.status != SignStatus::Closed,
        }
    }
}

/// Kind, icon and words of a state.
fn status(t: Text, status: SignStatus) -> (&'static str, &'static str, String) {
    match status {
        SignStatus::Open => ("waiting", "clock", t.get("sign-status-open")),
        SignStatus::Seen => ("active", "eye", t.get("sign-status-seen")),
        SignStatus::Closed => ("ended", "stop", t.get("sign-status-closed")),
    }
}

/// The lists there are: status, words, and whether it is the one shown.
pub(super) fn tabs(t: Text, shown: SignStatus) -> Vec<(&'static str, String, bool)> {
    SignStatus::ALL
        .iter()
        .map(|status| (status.as_str(), t.get(&format!("sign-tab-{status}")), *status == shown))
        .collect()
}
