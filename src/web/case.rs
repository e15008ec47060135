//! A case as every space shows it: where it is, the contested line, and what was said, step by step.

use crate::domain::case::CaseLife;
use crate::domain::case::CaseOutcome;
use crate::domain::case::CaseStatus;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::MandateStatus;
use crate::operations::cases::read::CaseRow;
use crate::operations::cases::read::CaseView;
use crate::text::Text;
use crate::text::sentences::Listener;
use crate::web::badges::Badge;
use crate::web::lines::LineView;

/// One knot of the thread of a case.
pub(super) struct Knot {
    /// `done`, `now`, or nothing.
    pub(super) class: &'static str,
    /// What.
    pub(super) title: String,
    /// When, or what it waits for.
    pub(super) words: String,
}

/// One case on its page.
pub(super) struct CaseFace {
    pub(super) number: String,
    pub(super) badge: Badge,
    pub(super) organisation: String,
    pub(super) client: String,
    pub(super) mandate: Badge,
    pub(super) held: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) thread: Vec<Knot>,
    pub(super) contested: Option<LineView>,
    pub(super) steps: Vec<LineView>,
    pub(super) open: bool,
}

/// One case of a list.
pub(super) struct CaseLine {
    pub(super) number: String,
    pub(super) href: String,
    pub(super) opened: String,
    pub(super) organisation: String,
    pub(super) client: String,
    pub(super) badge: Badge,
}

impl CaseLine {
    /// A row of the list under `path`.
    pub(super) fn new(t: Text, row: CaseRow, path: &str) -> Self {
        Self {
            href: format!("{path}/{}", row.case.number),
            opened: t.moment_short(row.case.opened_at),
            organisation: row.organisation,
            client: row.client.unwrap_or_default(),
            badge: Badge::case(t, row.case.status()),
            number: row.case.number,
        }
    }
}

impl CaseFace {
    /// The case as this one reads it.
    pub(super) fn new(t: Text, view: &CaseView, listener: Listener<'_>) -> Self {
        let mut causes: Vec<HoldCause> = Vec::new();
        for hold in &view.holds {
            if !causes.contains(&hold.cause) {
                causes.push(hold.cause);
            }
        }
        let story = |line: &crate::operations::lines::Line| LineView {
            contestable: false,
            ..LineView::of_line(t, line, listener)
        };
        Self {
            number: view.case.number.clone(),
            badge: Badge::case(t, view.case.status()),
            organisation: view.organisation.name.clone(),
            client: view.client.clone().unwrap_or_else(|| t.get("case-no-client")),
            mandate: Badge::mandate(t, view.status),
            held: causes.iter().map(|cause| t.get(&format!("mandate-held-{cause}"))).collect(),
            others: view.others.clone(),
            thread: thread(t, view),
            contested: view.contested.as_ref().map(story),
            steps: view.steps.iter().filter_map(|step| step.line.as_ref()).map(story).collect(),
            open: view.case.is_open(),
        }
    }

    /// Whether the mandate can be decided on.
    pub(super) fn living(view: &CaseView) -> bool {
        matches!(view.status, MandateStatus::Active | MandateStatus::Suspended)
    }
}

fn thread(t: Text, view: &CaseView) -> Vec<Knot> {
    let knot = |class, key: &str, words| Knot { class, title: t.get(key), words };
    let opened = knot("done", "case-thread-opened", t.moment(view.case.opened_at));
    let answered = |at| knot("done", "case-thread-answered", t.moment(at));
    match view.case.life {
        CaseLife::Open => vec![
            opened,
            knot("now", "case-thread-answer", t.get("case-thread-answer-words")),
            knot("", "case-thread-end", t.get("case-thread-end-words")),
        ],
        CaseLife::Answered { at } => {
            vec![opened, answered(at), knot("now", "case-thread-end", t.get("case-thread-end-words"))]
        }
        CaseLife::Closed { at, outcome, answered_at } => {
            let key = match outcome {
                CaseOutcome::Restored => "case-thread-restored",
                CaseOutcome::Revoked => "case-thread-revoked",
                CaseOutcome::Unchanged => "case-thread-unchanged",
            };
            vec![opened, answered(answered_at), knot("done", key, t.moment(at))]
        }
    }
}

impl Badge {
    /// Of a case.
    pub(super) fn case(t: Text, status: CaseStatus) -> Self {
        let (kind, icon, key) = match status {
            CaseStatus::Open => ("waiting", "clock", "authority-case-open"),
            CaseStatus::Answered => ("active", "tick", "authority-case-answered"),
            CaseStatus::Closed => ("ended", "stop", "authority-case-closed"),
        };
        Self { kind, icon, words: t.get(key) }
    }

    /// Of a mandate.
    pub(super) fn mandate(t: Text, status: MandateStatus) -> Self {
        let (kind, icon, key) = match status {
            MandateStatus::Active => ("active", "tick", "status-active"),
            MandateStatus::Suspended => ("stopped", "pause", "status-suspended"),
            MandateStatus::Draft | MandateStatus::AwaitingConsent => ("waiting", "clock", "status-awaiting"),
            MandateStatus::Revoked => ("ended", "stop", "status-revoked"),
            MandateStatus::Expired => ("ended", "stop", "status-ended"),
            MandateStatus::Refused => ("ended", "refused", "status-refused"),
            MandateStatus::Lapsed => ("ended", "clock", "status-lapsed"),
        };
        Self { kind, icon, words: t.get(key) }
    }
}

/// Attributes of a radio button that must be chosen.
pub(super) fn radio(chosen: &str, value: &str) -> &'static str {
    if chosen == value { "required checked" } else { "required" }
}
