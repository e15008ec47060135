//! May this aidant do this under this mandate, now? Asked by administrations and APIs (AuthZEN Authorization API 1.0).
//!
//! A question about somebody or something the client never heard of is answered like any other "no": everything is
//! looked up all the same, the same words are said. Only what is the client's own matter is explained.

use uuid::Uuid;

use crate::crypto::pairwise::AliasKind;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::decision::Blocks;
use crate::domain::decision::Question;
use crate::domain::decision::decide;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::client_aliases::resolve;
use crate::operations::live_token::note_check;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::data_keys;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::persons;
use crate::storage::persons::BlockTarget;

/// The scope of a client's own token with which it may ask.
pub const SCOPE: &str = "evaluate";
/// The subject type we know: an aidant by the alias in `act.sub`.
pub const SUBJECT_TYPE: &str = "aidant";
/// The resource type we know: a mandate by the alias in `identifier`.
pub const RESOURCE_TYPE: &str = "mandate";

text_enum! {
    /// When a batch is answered (section 7.1.2.1).
    Semantic {
        /// Every question.
        ExecuteAll => "execute_all",
        /// Up to the first "no".
        DenyOnFirstDeny => "deny_on_first_deny",
        /// Up to the first "yes".
        PermitOnFirstPermit => "permit_on_first_permit",
    }
}

text_enum! {
    /// Why the answer is "no", where that is the client's own matter.
    Told {
        /// This type of subject is unknown.
        SubjectType => "unknown_subject_type",
        /// This type of resource is unknown.
        ResourceType => "unknown_resource_type",
        /// No theme has this name.
        Action => "unknown_action",
        /// The client is not registered for mandates.
        ClientNotEntitled => "client_not_entitled",
        /// The client is not registered for this theme.
        ClientTheme => "client_theme",
    }
}

/// One question, as the client put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Type and alias of who acts.
    pub subject: (String, String),
    /// The theme's key.
    pub action: String,
    /// Type and alias of what it is done under.
    pub resource: (String, String),
}

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Yes or no.
    pub decision: bool,
    /// Why not, where the client may know.
    pub told: Option<Told>,
}

/// Whether a client is of a kind that may ask at all.
pub fn may_evaluate(client: &Client) -> bool {
    matches!(client.registration.kind, ClientKind::Administration | ClientKind::ResourceServer)
}

/// Answers questions of an authenticated client in order, all as of one instant, as far as `semantic` says. Nothing is
/// remembered between two calls: what was committed before the call counts.
///
/// # Errors
/// As the database says: then nothing is known, which is no "no".
pub async fn evaluate(
    bench: &Bench,
    client: &Client,
    questions: &[Asked],
    semantic: Semantic,
    reference: Option<&str>,
) -> Result<Vec<Answer>, Refusal> {
    let now = bench.now();
    let mut tx = bench.db.read().await?;
    let mut answers = Vec::with_capacity(questions.len());
    let mut checked = Vec::new();
    for asked in questions {
        let answer = match own_matter(client, asked) {
            Err(told) => Answer { decision: false, told: Some(told) },
            Ok(theme) => {
                let found = Found::read(bench, &mut tx, client, asked).await?;
                let decision = found.permits(client, theme, now);
                if let (true, Some(parties)) = (decision, found.parties) {
                    checked.push(parties);
                }
                Answer { decision, told: None }
            }
        };
        answers.push(answer);
        let last = match semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !answer.decision,
            Semantic::PermitOnFirstPermit => answer.decision,
        };
        if last {
            break;
        }
    }
    drop(tx);
    checked.sort_unstable();
    checked.dedup();
    for parties in checked {
        note_check(bench, client, parties, "decision", reference).await?;
    }
    Ok(answers)
}

/// The theme asked about, or what in the question is not for this client, whoever it is about.
fn own_matter(client: &Client, asked: &Asked) -> Result<Theme, Told> {
    if asked.subject.0 != SUBJECT_TYPE {
        return Err(Told::SubjectType);
    }
    if asked.resource.0 != RESOURCE_TYPE {
        return Err(Told::ResourceType);
    }
    let theme = Theme::parse(&asked.action).ok_or(Told::Action)?;
    if !client.registration.mandate_type {
        return Err(Told::ClientNotEntitled);
    }
    if !client.registration.themes.contains(&theme) {
        return Err(Told::ClientTheme);
    }
    Ok(theme)
}

/// Whatever was found of the parties.
struct Found {
    mandate: Option<mandates::StoredMandate>,
    organisation: Option<organisations::StoredOrganisation>,
    account: Option<accounts::AccountRow>,
    habilitations: Vec<Habilitation>,
    blocked: Vec<(BlockTarget, Instant)>,
    /// The mandate and its person, where her data still exist.
    parties: Option<(PersonId, MandateId)>,
}

impl Found {
    /// Looks everything up whether or not anything was found before: what is missing, under an identifier that nothing has.
    async fn read(bench: &Bench, tx: &mut Tx, client: &Client, asked: &Asked) -> Result<Self, Refusal> {
        let sector = client.sector();
        let mandate = resolve(bench, tx, sector, AliasKind::Mandate, &asked.resource.1).await?;
        let account = resolve(bench, tx, sector, AliasKind::Actor, &asked.subject.1).await?;
        let id = |found: Option<Uuid>| found.unwrap_or(Uuid::nil());
        let mandate = mandates::find(tx, MandateId::from_uuid(id(mandate))).await?;
        let account = AccountId::from_uuid(id(account));
        let held_by = mandate.as_ref().map(|stored| stored.mandate.terms.organisation.uuid());
        let organisation = organisations::find(tx, OrganisationId::from_uuid(id(held_by))).await?;
        let person = mandate.as_ref().and_then(|stored| stored.mandate.consent()).map(|given| given.person);
        let person = person.unwrap_or(PersonId::from_uuid(Uuid::nil()));
        let row = persons::find(tx, person).await?;
        let key = row.as_ref().map(|row| row.data_key.uuid());
        let key = data_keys::find(tx, DataKeyId::from_uuid(id(key))).await?;
        Ok(Self {
            organisation,
            account: accounts::find(tx, account).await?,
            habilitations: accounts::habilitations(tx, account).await?,
            blocked: persons::blocks(tx, person).await?,
            parties: key.and(mandate.as_ref()).map(|stored| (person, stored.mandate.id)),
            mandate,
        })
    }

    fn permits(&self, client: &Client, theme: Theme, now: Instant) -> bool {
        let (Some(stored), Some(held_by), Some(account), Some(_)) =
            (&self.mandate, &self.organisation, &self.account, &self.parties)
        else {
            return false;
        };
        let organisation = held_by.organisation.id;
        let mut there = self.habilitations.iter().filter(|one| one.organisation == organisation);
        let in_force = there.clone().find(|one| one.standing(now) == Standing::InForce);
        let Some(habilitation) = in_force.or_else(|| there.next()) else { return false };
        let has = |target: BlockTarget| self.blocked.iter().any(|(known, _)| *known == target);
        let question = Question {
            now,
            client,
            account: account.status,
            habilitation,
            organisation: &held_by.organisation,
            mandate: Some(&stored.mandate),
            theme,
            blocks: Blocks {
                aidant: has(BlockTarget::Account(account.id)),
                organisation: has(BlockTarget::Organisation(organisation)),
            },
            // Only an identity broker needs one.
            has_email: true,
            // Judged when an act is opened; here nobody is at a keyboard.
            factor_was_fresh: true,
        };
        decide(&question).is_ok()
    }
}
