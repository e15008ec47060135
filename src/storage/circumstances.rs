//! Everything the decision on an act looks at, read in one statement; and held first, in another, where the answer must last.

use crate::domain::account::AccountStatus;
use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::decision::Blocks;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::HabilitationStatus;
use crate::domain::habilitation::SuspendedBy;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::time::Instant;
use crate::storage::clients;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::habilitations;
use crate::storage::mandates;
use crate::storage::mandates::StoredMandate;
use crate::storage::mandates::themes_of;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::organisations::beside_columns;
use crate::storage::persons::PersonRow;

macro_rules! mandate_columns {
    () => {
        concat!(
            "m.id AS id, m.organisation AS organisation, m.drafted_by AS drafted_by, m.habilitation AS habilitation, m.duration AS duration,
                m.channel AS channel, m.text_version AS text_version, m.reference AS reference, m.drafted_at AS drafted_at,
                m.lapses_at AS lapses_at, m.status AS status, m.person AS person, m.consent_method AS consent_method, m.grade AS grade,
                m.text_digest AS text_digest, m.valid_from AS valid_from, m.valid_until AS valid_until, m.suspended_at AS suspended_at,
                m.ended_at AS ended_at, m.ended_by AS ended_by, m.chain_n AS chain_n, m.chain_head AS chain_head, m.renews AS renews, ",
            themes_of!("m.id"),
            ", p.identity AS p_identity, p.identification AS p_identification, p.data_key AS p_key, k.sealed AS p_sealed_key "
        )
    };
}

macro_rules! blocks_of {
    ($account:literal, $organisation:literal) => {
        concat!(
            ", EXISTS (SELECT 1 FROM blocks b WHERE b.person = m.person AND b.target_kind = 'account' AND b.target = ",
            $account,
            ") AS blocked_account, EXISTS (SELECT 1 FROM blocks b WHERE b.person = m.person AND b.target_kind = 'organisation' AND b.target = ",
            $organisation,
            ") AS blocked_organisation "
        )
    };
}

macro_rules! held_by_an_organisation {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT ",
            mandate_columns!(),
            blocks_of!("$2", "$1"),
            "FROM mandates m JOIN persons p ON p.id = m.person JOIN data_keys k ON k.id = p.data_key WHERE m.organisation = $1",
            $condition,
            " ORDER BY m.drafted_at DESC, m.id DESC"
        ))
    };
}

statements! {
    // The mandate first, as everywhere. Only the locks: what they made us wait for is seen by the next statement alone.
    HOLD = Sql::two(
        "SELECT m.id FROM mandates m WHERE m.id = $1 AND $2 IS NOT NULL AND $3 IS NOT NULL AND $4 IS NOT NULL AND $5 IS NOT NULL",
        "SELECT m.id FROM mandates m JOIN persons p ON p.id = m.person, habilitations h, organisations o, accounts a, clients c
         WHERE m.id = $1 AND h.id = $2 AND o.id = $3 AND a.id = $4 AND c.id = $5
         FOR NO KEY UPDATE OF m FOR SHARE OF h, o, a FOR KEY SHARE OF p FOR SHARE OF c",
    );
    READ = Sql::same(concat!(
        "SELECT ", mandate_columns!(), blocks_of!("a.id", "o.id"), ",
            h.id AS h_id, h.account AS h_account, h.organisation AS h_organisation, h.status AS h_status, h.ends_at AS h_ends_at,
            h.training_on AS h_training_on, h.trained_at AS h_trained_at, h.charter_version AS h_charter_version,
            h.charter_signed_at AS h_charter_signed_at, h.suspended_by AS h_suspended_by,
            ", beside_columns!(), ",
            a.status AS a_status, c.id AS c_id, c.status AS c_status, c.secret_hash AS c_secret_hash, c.registration AS c_registration
         FROM mandates m LEFT JOIN persons p ON p.id = m.person LEFT JOIN data_keys k ON k.id = p.data_key,
            habilitations h, organisations o, accounts a, clients c
         WHERE m.id = $1 AND h.id = $2 AND o.id = $3 AND a.id = $4 AND c.id = $5"
    ));
    HELD = held_by_an_organisation!("");
    HELD_OF = held_by_an_organisation!(" AND m.person = $3");
    PERSONS = Sql::same("SELECT DISTINCT person FROM mandates WHERE organisation = $1 AND person IS NOT NULL");
}

/// Whose circumstances.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// The mandate.
    pub mandate: MandateId,
    /// The habilitation.
    pub habilitation: HabilitationId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The aidant.
    pub account: AccountId,
    /// The client.
    pub client: &'a ClientId,
}

/// A mandate with the person who gave it and what she has blocked.
#[derive(Clone, Debug)]
pub struct Given {
    /// The mandate.
    pub mandate: StoredMandate,
    /// The person, where she gave a consent.
    pub person: Option<PersonRow>,
    /// Whom she has blocked of aidant and organisation.
    pub blocks: Blocks,
}

/// What the decision looks at.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The mandate with its person.
    pub given: Given,
    /// The habilitation.
    pub habilitation: Habilitation,
    /// The organisation.
    pub organisation: StoredOrganisation,
    /// Whether the aidant may log in.
    pub account: AccountStatus,
    /// The client.
    pub client: Client,
}

#[derive(sqlx::FromRow)]
struct GivenRow {
    #[sqlx(flatten)]
    mandate: mandates::Row,
    p_identity: Option<Vec<u8>>,
    p_identification: Option<Identification>,
    p_key: Option<DataKeyId>,
    p_sealed_key: Option<Vec<u8>>,
    blocked_account: bool,
    blocked_organisation: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    given: GivenRow,
    h_id: HabilitationId,
    h_account: AccountId,
    h_organisation: OrganisationId,
    h_status: HabilitationStatus,
    h_ends_at: Option<Instant>,
    h_training_on: Option<String>,
    h_trained_at: Option<Instant>,
    h_charter_version: Option<String>,
    h_charter_signed_at: Option<Instant>,
    h_suspended_by: Option<SuspendedBy>,
    #[sqlx(flatten)]
    organisation: organisations::Beside,
    a_status: AccountStatus,
    c_id: ClientId,
    c_status: ClientStatus,
    c_secret_hash: Option<Vec<u8>>,
    c_registration: String,
}

impl GivenRow {
    async fn complete(self, tx: &mut Tx) -> Result<Given, DbError> {
        let person = self.mandate.person;
        if let (Some(key), Some(sealed)) = (self.p_key, self.p_sealed_key) {
            tx.keep_key(key, sealed);
        }
        let row =
            |id, identity, identification, data_key| PersonRow { id, identity, identification, data_key };
        let parts = (person, self.p_identity, self.p_identification, self.p_key);
        let person = match parts {
            (Some(id), Some(identity), Some(how), Some(key)) => Some(row(id, identity, how, key)),
            _ => None,
        };
        Ok(Given {
            mandate: mandates::complete(tx, self.mandate).await?,
            person,
            blocks: Blocks { aidant: self.blocked_account, organisation: self.blocked_organisation },
        })
    }
}

impl Row {
    async fn complete(self, tx: &mut Tx) -> Result<Circumstances, DbError> {
        let habilitation = habilitations::Row {
            id: self.h_id,
            account: self.h_account,
            organisation: self.h_organisation,
            status: self.h_status,
            ends_at: self.h_ends_at,
            training_on: self.h_training_on,
            trained_at: self.h_trained_at,
            charter_version: self.h_charter_version,
            charter_signed_at: self.h_charter_signed_at,
            suspended_by: self.h_suspended_by,
        };
        let client = clients::Row {
            id: self.c_id,
            status: self.c_status,
            secret_hash: self.c_secret_hash,
            registration: self.c_registration,
        };
        Ok(Circumstances {
            given: self.given.complete(tx).await?,
            habilitation: habilitation.try_into()?,
            organisation: self.organisation.try_into()?,
            account: self.a_status,
            client: client.try_into()?,
        })
    }
}

/// Keeps every party as it is until the transaction ends: the mandate is taken, the others are shared. `false` where the
/// mandate has no person yet or one of the parties is not there: then nothing is held.
///
/// # Errors
/// As the database says.
pub async fn hold(tx: &mut Tx, named: &Named<'_>) -> Result<bool, DbError> {
    let query = tx.query(HOLD).bind(named.mandate).bind(named.habilitation).bind(named.organisation);
    let found = query.bind(named.account).bind(named.client.clone()).fetch_optional::<(MandateId,)>().await?;
    Ok(found.is_some())
}

/// What the decision on these parties looks at; `None` when one of them is not there.
///
/// # Errors
/// As the database says.
pub async fn read(tx: &mut Tx, named: &Named<'_>) -> Result<Option<Circumstances>, DbError> {
    let query = tx.query(READ).bind(named.mandate).bind(named.habilitation).bind(named.organisation);
    match query.bind(named.account).bind(named.client.clone()).fetch_optional::<Row>().await? {
        Some(row) => row.complete(tx).await.map(Some),
        None => Ok(None),
    }
}

/// The mandates that persons gave to an organisation, newest first, with what each has blocked of it and of this aidant; of
/// one person only, where she is named.
///
/// # Errors
/// As the database says.
pub async fn given_to(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
    person: Option<PersonId>,
) -> Result<Vec<Given>, DbError> {
    let rows = match person {
        Some(person) => {
            tx.query(HELD_OF).bind(organisation).bind(account).bind(person).fetch_all::<GivenRow>()
        }
        None => tx.query(HELD).bind(organisation).bind(account).fetch_all::<GivenRow>(),
    }
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row.complete(tx).await?);
    }
    Ok(all)
}

/// The persons who ever gave a mandate to an organisation.
///
/// # Errors
/// As the database says.
pub async fn persons(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<PersonId>, DbError> {
    let rows = tx.query(PERSONS).bind(organisation).fetch_all::<(PersonId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
