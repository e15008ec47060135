//! The whole story, played against a running demo through its pages and endpoints alone, as people and programs would.

pub mod report;

mod act;
mod audit;
mod broker;
mod habilitation;
mod life;
mod mandate;
pub mod stage;
mod trail;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::demo::browser::Browser;
use crate::demo::browser::form::Form;
use crate::demo::client::http_client;
use crate::demo::file::Account;
use crate::demo::file::DemoFile;
use crate::demo::file::PersonLine;
use crate::demo::story::report::Failure;
use crate::demo::story::report::StepReport;
use crate::demo::story::report::StoryReport;
use crate::demo::story::stage::Stage;
use crate::demo::story::stage::demand;
use crate::domain::theme::Theme;
use crate::domain::time::Clock;
use crate::domain::time::Instant;

/// Why the story could not begin.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// There is no running demo.
    #[error("no demo runs in {0}: start one with `procura demo`")]
    NoDemo(String, #[source] std::io::Error),
    /// No HTTP client.
    #[error(transparent)]
    Client(#[from] crate::demo::client::ClientError),
}

/// The steps, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    AidantLogin,
    MandateDrawnUp,
    MandateApproved,
    ActOpened,
    ReceiptReported,
    TimelineRead,
    ProofVerifiedOffline,
    AuthorityRead,
    ReadingSeen,
    BrokerLabelRefused,
    BrokerLogin,
    BrokerSessionChecked,
    BrokerLogout,
    ChoiceOpened,
    MandateRevoked,
    IntrospectionInactive,
    StatusListed,
    ChoiceRefused,
    RefusalSeen,
    OrganisationAsked,
    OrganisationAccepted,
    AidantActivated,
    AidantHabilitated,
    CharterSigned,
    RemoteMandate,
    RemoteMandateUsed,
    NoticeArrived,
    NotMe,
    CaseClosed,
    MandateRenewed,
    AttestationChecked,
    LedgerAudited,
}

impl Step {
    const ALL: [Self; 32] = [
        Self::AidantLogin,
        Self::MandateDrawnUp,
        Self::MandateApproved,
        Self::ActOpened,
        Self::ReceiptReported,
        Self::TimelineRead,
        Self::ProofVerifiedOffline,
        Self::AuthorityRead,
        Self::ReadingSeen,
        Self::BrokerLabelRefused,
        Self::BrokerLogin,
        Self::BrokerSessionChecked,
        Self::BrokerLogout,
        Self::ChoiceOpened,
        Self::MandateRevoked,
        Self::IntrospectionInactive,
        Self::StatusListed,
        Self::ChoiceRefused,
        Self::RefusalSeen,
        Self::OrganisationAsked,
        Self::OrganisationAccepted,
        Self::AidantActivated,
        Self::AidantHabilitated,
        Self::CharterSigned,
        Self::RemoteMandate,
        Self::RemoteMandateUsed,
        Self::NoticeArrived,
        Self::NotMe,
        Self::CaseClosed,
        Self::MandateRenewed,
        Self::AttestationChecked,
        Self::LedgerAudited,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::AidantLogin => "aidant-login",
            Self::MandateDrawnUp => "mandate-drawn-up",
            Self::MandateApproved => "mandate-approved",
            Self::ActOpened => "act-opened",
            Self::ReceiptReported => "receipt-reported",
            Self::TimelineRead => "timeline-read",
            Self::ProofVerifiedOffline => "proof-verified-offline",
            Self::AuthorityRead => "authority-read",
            Self::ReadingSeen => "reading-seen-by-person",
            Self::BrokerLabelRefused => "broker-label-refused",
            Self::BrokerLogin => "broker-login",
            Self::BrokerSessionChecked => "broker-session-checked",
            Self::BrokerLogout => "broker-logout",
            Self::ChoiceOpened => "choice-opened",
            Self::MandateRevoked => "mandate-revoked",
            Self::IntrospectionInactive => "introspection-inactive",
            Self::StatusListed => "status-list-invalid",
            Self::ChoiceRefused => "choice-refused",
            Self::RefusalSeen => "refusal-seen-by-person",
            Self::OrganisationAsked => "organisation-asked",
            Self::OrganisationAccepted => "organisation-accepted",
            Self::AidantActivated => "aidant-activated",
            Self::AidantHabilitated => "aidant-habilitated",
            Self::CharterSigned => "charter-signed",
            Self::RemoteMandate => "remote-mandate-approved",
            Self::RemoteMandateUsed => "remote-mandate-used",
            Self::NoticeArrived => "notice-arrived",
            Self::NotMe => "not-me-suspends",
            Self::CaseClosed => "case-closed-restored",
            Self::MandateRenewed => "mandate-renewed",
            Self::AttestationChecked => "attestation-checked",
            Self::LedgerAudited => "ledger-audited",
        }
    }
}

/// Who plays, and what they have learned so far.
struct Players {
    stage: Stage,
    begun: Instant,
    aidant: Browser,
    person: Browser,
    authority: Browser,
    operator: Browser,
    /// The aidant's second tab, with the open choice.
    second_tab: Option<(Browser, Form)>,
    who: Option<Casting>,
    consent_link: Option<url::Url>,
    mandate: Option<String>,
    receipt_label: String,
    purpose: String,
    act_line: Option<(String, Value)>,
    /// The aidant of the organisation that asked in this play; from then on `aidant` is her browser.
    newcomer: Option<Account>,
    /// The notices' links to the person that were there before the use.
    notices: Vec<String>,
    not_me: Option<url::Url>,
    case_number: Option<String>,
}

/// The person and the theme of this play: no other mandate of hers covers it, so that revoking one ends it.
#[derive(Clone)]
struct Casting {
    person: PersonLine,
    theme: Theme,
}

/// Plays the story of the demo in `dir`; `tell` hears of each step as soon as it is over.
///
/// # Errors
/// When there is no demo to play in. A step that does not hold is in the report.
pub async fn play(
    dir: &Path,
    clock: Arc<dyn Clock>,
    tell: &mut (dyn FnMut(&StepReport) + Send),
) -> Result<StoryReport, StoryError> {
    let demo = DemoFile::read(dir).map_err(|error| StoryError::NoDemo(dir.display().to_string(), error))?;
    let stage = Stage::new(dir.to_owned(), demo, http_client(None)?, clock);
    let mut players = Players::new(stage);
    let mut steps: Vec<StepReport> = Vec::new();
    for step in Step::ALL {
        let report = if steps.last().is_none_or(|before| before.ok) {
            let begun = players.stage.now();
            let outcome = Box::pin(players.play(step)).await;
            let ms = u64::try_from(players.stage.now().since(begun).as_millis()).unwrap_or(u64::MAX);
            let (ok, detail) = match outcome {
                Ok(seen) => (true, seen),
                Err(failure) => (false, failure.to_string()),
            };
            StepReport { name: step.name(), ok, ms, detail }
        } else {
            StepReport { name: step.name(), ok: false, ms: 0, detail: "not played".to_owned() }
        };
        tell(&report);
        steps.push(report);
    }
    Ok(StoryReport { ok: steps.iter().all(|step| step.ok), steps })
}

impl Players {
    fn new(stage: Stage) -> Self {
        let begun = stage.now();
        let mark = begun.millis();
        Self {
            begun,
            aidant: stage.browser(),
            person: stage.browser(),
            authority: stage.browser(),
            operator: stage.browser(),
            second_tab: None,
            who: None,
            consent_link: None,
            mandate: None,
            receipt_label: format!("Déclaration de ressources n° {mark}"),
            purpose: format!("Contrôle par sondage n° {mark}, suite à une question de la personne"),
            act_line: None,
            newcomer: None,
            notices: Vec::new(),
            not_me: None,
            case_number: None,
            stage,
        }
    }

    async fn play(&mut self, step: Step) -> Result<String, Failure> {
        match step {
            Step::AidantLogin => self.aidant_logs_in().await,
            Step::MandateDrawnUp => self.mandate_is_drawn_up().await,
            Step::MandateApproved => self.person_approves().await,
            Step::ActOpened => self.act_is_opened().await,
            Step::ReceiptReported => self.receipt_is_reported().await,
            Step::TimelineRead => self.person_reads_her_timeline().await,
            Step::ProofVerifiedOffline => self.proof_is_verified().await,
            Step::AuthorityRead => self.authority_reads().await,
            Step::ReadingSeen => self.person_sees_the_reading().await,
            Step::BrokerLabelRefused => self.broker_label_is_refused().await,
            Step::BrokerLogin => self.broker_login().await,
            Step::BrokerSessionChecked => self.broker_session_is_checked().await,
            Step::BrokerLogout => self.broker_logout().await,
            Step::ChoiceOpened => self.choice_is_opened().await,
            Step::MandateRevoked => self.person_revokes().await,
            Step::IntrospectionInactive => self.introspection_says_inactive().await,
            Step::StatusListed => self.status_list_says_invalid().await,
            Step::ChoiceRefused => self.choice_is_refused().await,
            Step::RefusalSeen => self.person_sees_the_refusal().await,
            Step::OrganisationAsked => self.organisation_asks().await,
            Step::OrganisationAccepted => self.organisation_is_accepted().await,
            Step::AidantActivated => self.aidant_activates().await,
            Step::AidantHabilitated => self.aidant_is_habilitated().await,
            Step::CharterSigned => self.charter_is_signed().await,
            Step::RemoteMandate => self.remote_mandate().await,
            Step::RemoteMandateUsed => self.act_is_opened().await,
            Step::NoticeArrived => self.notice_arrives().await,
            Step::NotMe => self.not_me_suspends().await,
            Step::CaseClosed => self.case_is_closed().await,
            Step::MandateRenewed => self.mandate_is_renewed().await,
            Step::AttestationChecked => self.attestation_is_checked().await,
            Step::LedgerAudited => self.ledger_is_audited().await,
        }
    }

    async fn aidant_logs_in(&mut self) -> Result<String, Failure> {
        let account = self.first_aidant()?.clone();
        let page = self.stage.log_in(&mut self.aidant, "/aidant/connexion", &account).await?;
        let path = page.url.path();
        let home = path.starts_with("/aidant") && !path.contains("connexion");
        demand(&page, page.status.is_success() && home, "the aidant's space")?;
        Ok(format!("{}, by code and mailed link", account.name))
    }

    fn first_aidant(&self) -> Result<&Account, Failure> {
        self.stage.demo.aidants.first().ok_or_else(|| Failure::told("demo.json names no aidant"))
    }

    /// The aidant who helps now: the newcomer once she is there.
    fn helper(&self) -> Result<&Account, Failure> {
        self.newcomer.as_ref().map_or_else(|| self.first_aidant(), Ok)
    }

    fn casting(&self) -> Result<Casting, Failure> {
        self.who.clone().ok_or_else(|| Failure::told("no person was chosen"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_step_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = Step::ALL.into_iter().map(Step::name).collect();
        assert_eq!(names.len(), Step::ALL.len());
    }

    #[tokio::test]
    async fn without_a_running_demo_it_says_how_to_start_one() {
        struct Fixed;
        impl Clock for Fixed {
            fn now(&self) -> Instant {
                Instant::from_seconds(1_795_000_000)
            }
        }
        let home = tempfile::tempdir().expect("a directory");
        let error = play(home.path(), Arc::new(Fixed), &mut |_| {}).await.expect_err("no demo");
        assert!(error.to_string().contains("procura demo"), "{error}");
    }
}
