//! Who may ask for an operation: each actor type is made by the one who checked it, and names what that actor may do.

use crate::domain::account::Account;
use crate::domain::account::Competence;
use crate::domain::account::Professional;
use crate::domain::account::SecondFactor;
use crate::domain::habilitation::Habilitation;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::PersonId;
use crate::domain::organisation::Organisation;
use crate::domain::person::Identity;
use crate::domain::person::Person;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::storage::accounts;
use crate::storage::accounts::AccountRow;
use crate::storage::db::Tx;
use crate::storage::persons;
use crate::storage::persons::PersonRow;

/// A logged-in aidant in her current organisation. Whether habilitation and organisation are in force is the decision's.
#[derive(Clone, Debug)]
pub struct AidantActor {
    /// Who she is.
    pub account: Account,
    /// The key her own lines are sealed under.
    pub data_key: DataKeyId,
    /// The organisation she works in now.
    pub organisation: Organisation,
    /// The key that organisation's lines are sealed under.
    pub organisation_key: DataKeyId,
    /// Her habilitation there.
    pub habilitation: Habilitation,
    /// When her second factor was last checked in this session.
    pub factor_at: Option<Instant>,
    /// Which one it was.
    pub factor: SecondFactor,
    /// Whether she has, or had, a habilitation in another organisation too.
    pub several: bool,
}

/// A logged-in referent, agent of an authority, or operator.
#[derive(Clone, Debug)]
pub struct StaffActor {
    /// Who it is.
    pub account: Account,
    /// The key the account's own lines are sealed under.
    pub data_key: DataKeyId,
    /// When the second factor was last checked in this session.
    pub factor_at: Option<Instant>,
}

/// An agent of an authority with its competence.
#[derive(Clone, Debug)]
pub struct AuthorityActor {
    /// Who it is.
    pub staff: StaffActor,
    /// Which trails may be read.
    pub competence: Competence,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorActor {
    /// Who it is; `None` for the command line, which the machine's own rights protect.
    pub staff: Option<StaffActor>,
}

/// An integrator: who connects services of one administration.
#[derive(Clone, Debug)]
pub struct IntegratorActor {
    /// Who it is.
    pub staff: StaffActor,
    /// The clients looked after.
    pub clients: Vec<ClientId>,
}

impl IntegratorActor {
    /// Whether this client is among those looked after.
    pub fn looks_after(&self, id: &ClientId) -> bool {
        self.clients.contains(id)
    }
}

/// A person in her own space.
#[derive(Clone, Debug)]
pub struct PersonActor {
    /// Who she is.
    pub person: Person,
    /// Her data key.
    pub data_key: DataKeyId,
}

/// The label under which a professional's identity is sealed.
pub const PROFESSIONAL_LABEL: &str = "account.professional";
/// The label under which a passkey is sealed.
pub const PASSKEY_LABEL: &str = "account.passkey";
/// The label under which the name of a factor is sealed.
pub const FACTOR_NAME_LABEL: &str = "account.factor.name";
/// The label under which the reason of a reset is sealed.
pub const RESET_REASON_LABEL: &str = "account.reset.reason";
/// The label under which a TOTP secret is sealed.
pub const TOTP_LABEL: &str = "account.totp";
/// The label under which a person's identity is sealed.
pub const IDENTITY_LABEL: &str = "person.identity";
/// The label under which e-mail addresses are hashed for look-up.
pub const EMAIL_LOOKUP: &str = "account.email";
/// The label under which (issuer, `sub`) pairs are hashed for look-up.
pub const SUBJECT_LOOKUP: &str = "person.subject";

/// Opens a stored account.
///
/// # Errors
/// When its key is gone or the sealed bytes do not read.
pub async fn open_account(bench: &Bench, tx: &mut Tx, row: &AccountRow) -> Result<Account, Refusal> {
    let key = data_keys::require(bench, tx, row.data_key).await?;
    let professional: Professional =
        serde_json::from_slice(&key.open(PROFESSIONAL_LABEL, &row.professional)?)?;
    Ok(Account { id: row.id, role: row.role, status: row.status, professional })
}

/// Finds and opens an account.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub async fn account(bench: &Bench, tx: &mut Tx, id: AccountId) -> Result<(Account, DataKeyId), Refusal> {
    let row = accounts::find(tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok((open_account(bench, tx, &row).await?, row.data_key))
}

/// Opens a stored person; `None` once her key was destroyed.
///
/// # Errors
/// When the sealed bytes do not read.
pub async fn open_person(bench: &Bench, tx: &mut Tx, row: &PersonRow) -> Result<Option<Person>, Refusal> {
    let Some(key) = data_keys::open(bench, tx, row.data_key).await? else { return Ok(None) };
    let identity: Identity = serde_json::from_slice(&key.open(IDENTITY_LABEL, &row.identity)?)?;
    Ok(Some(Person { id: row.id, identity, identification: row.identification }))
}

/// Finds and opens a person.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or she was erased.
pub async fn person(bench: &Bench, tx: &mut Tx, id: PersonId) -> Result<PersonActor, Refusal> {
    let row = persons::find(tx, id).await?.ok_or(Refusal::NotFound)?;
    opened(bench, tx, &row).await?.ok_or(Refusal::NotFound)
}

/// As [`open_person`], with the key her lines are sealed under.
///
/// # Errors
/// As [`open_person`].
pub(super) async fn opened(
    bench: &Bench,
    tx: &mut Tx,
    row: &PersonRow,
) -> Result<Option<PersonActor>, Refusal> {
    let person = open_person(bench, tx, row).await?;
    Ok(person.map(|person| PersonActor { person, data_key: row.data_key }))
}
