//! Professionals named by somebody else: found by their address, or opened as an account that waits for its holder.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::factor::LinkPurpose;
use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::ledger::entry::Actor;
use crate::operations::account_links;
use crate::operations::actors;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::StaffActor;
use crate::operations::data_keys;
use crate::operations::enrol;
use crate::operations::enrol::checked;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;

/// How long an invitation may wait in the outbox.
pub(super) const LETTER: Duration = Duration::from_secs(3 * 86_400);
/// Somebody invited is written to again after this time at the earliest.
pub const INVITE_AGAIN: Duration = Duration::from_secs(600);
/// The label under which the words of whoever named somebody are sealed.
const ASKED_LABEL: &str = "account.asked";

/// Who names somebody else.
#[derive(Clone, Debug)]
pub struct Asker {
    /// As the ledger names it.
    pub actor: Actor,
    /// The account; none for the command line.
    pub account: Option<AccountId>,
}

impl From<&OperatorActor> for Asker {
    fn from(operator: &OperatorActor) -> Self {
        let account = operator.staff.as_ref().map(|staff| staff.account.id);
        Self { actor: operator_actor(operator), account }
    }
}

impl From<&StaffActor> for Asker {
    fn from(staff: &StaffActor) -> Self {
        Self { actor: actor(&staff.account), account: Some(staff.account.id) }
    }
}

/// Somebody as the one who named her wrote it; shown to that one until she has come herself, so that an address tells
/// nobody what another organisation knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who.
    pub professional: Professional,
    /// What she does, in a word or two.
    #[serde(default)]
    pub profession: Private<String>,
}

/// An account, known before or opened for this invitation.
#[derive(Clone, Debug)]
pub(super) struct Invitee {
    pub account: Account,
    pub key: DataKeyId,
}

/// The account of this role and address; a new one with the status `invited` where there is none.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit; [`Refusal::Conflict`] when somebody else opens it this very moment.
pub(super) async fn invitee(
    work: &mut Work<'_>,
    role: Role,
    professional: &Professional,
) -> Result<Invitee, Refusal> {
    let email = checked(professional)?;
    let bench = work.bench;
    let hash = bench.lookup.hash(EMAIL_LOOKUP, &email);
    if let Some(row) = accounts::find_by_email(&mut work.tx, role, &hash).await? {
        let account = actors::open_account(bench, &mut work.tx, &row).await?;
        return Ok(Invitee { account, key: row.data_key });
    }
    match enrol::invite(work, role, professional.clone()).await {
        Ok((account, key)) => Ok(Invitee { account, key }),
        Err(Refusal::Invalid(faults)) if faults.iter().any(|fault| fault.key == "taken") => {
            Err(Refusal::Conflict("account-opened"))
        }
        Err(other) => Err(other),
    }
}

/// Seals what was written of an invitee under her own key.
///
/// # Errors
/// When her key is gone.
pub(super) async fn seal_asked(
    work: &mut Work<'_>,
    invitee: &Invitee,
    asked: &Asked,
) -> Result<Vec<u8>, Refusal> {
    let key = data_keys::require(work.bench, &mut work.tx, invitee.key).await?;
    Ok(key.seal(ASKED_LABEL, &serde_json::to_vec(asked)?, work.bench.random.as_ref())?)
}

/// Opens what was written of somebody; `None` where nothing was.
///
/// # Errors
/// When her key is gone or the bytes do not read.
pub(super) async fn open_asked(
    bench: &crate::operations::bench::Bench,
    tx: &mut crate::storage::db::Tx,
    key: DataKeyId,
    sealed: Option<&[u8]>,
) -> Result<Option<Asked>, Refusal> {
    let Some(sealed) = sealed else { return Ok(None) };
    let key = data_keys::require(bench, tx, key).await?;
    Ok(Some(serde_json::from_slice(&key.open(ASKED_LABEL, sealed)?)?))
}

/// Writes to an invitee: where to choose her second factor, or, where she has one, where to log in.
///
/// # Errors
/// As the database says.
pub(super) async fn send_invitation(
    work: &mut Work<'_>,
    invitee: &Invitee,
    organisation: &str,
    deputy: bool,
) -> Result<(), Refusal> {
    let account = &invitee.account;
    let known = account.status != AccountStatus::Invited;
    let link = if known {
        work.bench.config.server.public_url.join(login_path(account.role)).into()
    } else {
        account_links::issue(work, account.id, LinkPurpose::Activate).await?
    };
    let body = MessageBody::Invited {
        organisation: organisation.to_owned(),
        role: account.role,
        deputy,
        link,
        known,
    };
    work.send(&to(account, body), LETTER).await
}

/// A message to a professional.
pub(super) fn to(account: &Account, body: MessageBody) -> Message {
    Message {
        to: Address::Email(account.professional.email.clone()),
        name: account.professional.full_name().into(),
        language: MessageLanguage::French,
        body,
    }
}

const fn login_path(role: Role) -> &'static str {
    match role {
        Role::Aidant => "/aidant/connexion",
        Role::Referent => "/referent/connexion",
        Role::Authority => "/autorite/connexion",
        Role::Operator => "/operateur/connexion",
        Role::Integrator => "/integrateur/connexion",
    }
}
