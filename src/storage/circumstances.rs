//! Everything the decision on an act looks at, read in one statement; and held first, in another, where the answer must last.

use uuid::Uuid;

use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::decision::Blocks;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::HabilitationStatus;
use crate::domain::habilitation::SuspendedBy;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::person::Identification;
use crate::domain::time::Instant;
use crate::storage::accounts;
use crate::storage::accounts::AccountRow;
use crate::storage::acts;
use crate::storage::acts::StoredAct;
use crate::storage::acts::act_columns;
use crate::storage::clients;
use crate::storage::db::DbError;
use crate::storage::db::Query;
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
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

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

macro_rules! hold {
    ($sqlite:literal, $before:literal, $after:literal) => {
        Sql::two(
            $sqlite,
            concat!(
                $before,
                "(SELECT taken.id AS id, pg_advisory_xact_lock_shared(party_key($2::uuid::text)) AS habilitation,
                    pg_advisory_xact_lock_shared(party_key($3::uuid::text)) AS organisation,
                    pg_advisory_xact_lock_shared(party_key($4::uuid::text)) AS account,
                    pg_advisory_xact_lock_shared(party_key($5::text)) AS client
                  FROM (SELECT m.id AS id FROM mandates m JOIN persons p ON p.id = m.person WHERE m.id = $1
                    FOR NO KEY UPDATE OF m FOR KEY SHARE OF p) AS taken OFFSET 0) AS held",
                $after
            ),
        )
    };
}

/// The act of a code with everything the decision looks at.
macro_rules! of_code {
    () => {
        "acts x JOIN mandates m ON m.id = x.mandate
            LEFT JOIN persons p ON p.id = m.person LEFT JOIN data_keys k ON k.id = p.data_key
            JOIN habilitations h ON h.id = x.habilitation JOIN organisations o ON o.id = x.organisation
            JOIN accounts a ON a.id = x.account JOIN data_keys ak ON ak.id = a.data_key JOIN clients c ON c.id = x.client
         WHERE x.code_hash = $1 AND x.client = $2"
    };
}

/// Everything the decision looks at, and `$more`, of the parties found by `$from`.
macro_rules! read {
    ([$($more:tt)*], [$($from:tt)*]) => {
        Sql::same(concat!(
            "SELECT ",
            mandate_columns!(),
            blocks_of!("a.id", "o.id"),
            ", h.id AS h_id, h.account AS h_account, h.organisation AS h_organisation, h.status AS h_status, h.ends_at AS h_ends_at,
                h.training_on AS h_training_on, h.trained_at AS h_trained_at, h.charter_version AS h_charter_version,
                h.charter_signed_at AS h_charter_signed_at, h.suspended_by AS h_suspended_by, ",
            beside_columns!(),
            ", ",
            accounts::beside_columns!(),
            ", c.id AS c_id, c.status AS c_status, c.secret_hash AS c_secret_hash, c.registration AS c_registration ",
            $($more)*,
            " FROM ",
            $($from)*
        ))
    };
}

/// The parties by their identifiers, the mandate's first.
macro_rules! parties {
    ($rest:literal) => {
        concat!(
            "mandates m LEFT JOIN persons p ON p.id = m.person LEFT JOIN data_keys k ON k.id = p.data_key,
                habilitations h, organisations o, accounts a JOIN data_keys ak ON ak.id = a.data_key, clients c",
            $rest
        )
    };
}

statements! {
    // The mandate first, as everywhere. Only the locks: what they made us wait for is seen by the next statement alone. On
    // habilitation, organisation, account and client the lock is the one that every change of such a row takes
    // (migration 0039): it leaves no mark in rows that all acts share.
    HOLD = hold!("SELECT id FROM mandates WHERE id = $1", "SELECT held.id FROM ", "");
    HOLD_WITH_ACT = hold!("SELECT id FROM acts WHERE id = $6", "SELECT x.id FROM ", " JOIN acts x ON x.id = $6 FOR NO KEY UPDATE OF x");
    // An act that was opened names its parties for good.
    HOLD_BY_CODE = Sql::two(
        "SELECT id FROM acts WHERE code_hash = $1 AND client = $2",
        "SELECT x.id FROM
            (SELECT taken.act AS act, pg_advisory_xact_lock_shared(party_key(taken.habilitation::text)) AS habilitation,
                pg_advisory_xact_lock_shared(party_key(taken.organisation::text)) AS organisation,
                pg_advisory_xact_lock_shared(party_key(taken.account::text)) AS account,
                pg_advisory_xact_lock_shared(party_key(taken.client)) AS client
              FROM (SELECT y.id AS act, y.habilitation AS habilitation, y.organisation AS organisation, y.account AS account,
                  y.client AS client
                FROM acts y JOIN mandates m ON m.id = y.mandate JOIN persons p ON p.id = m.person WHERE y.code_hash = $1 AND y.client = $2
                FOR NO KEY UPDATE OF m FOR KEY SHARE OF p) AS taken OFFSET 0) AS held
            JOIN acts x ON x.id = held.act FOR NO KEY UPDATE OF x",
    );
    READ_BY_CODE = read!([", ", act_columns!()], [of_code!()]);
    READ = read!([""], [parties!(" WHERE m.id = $1 AND h.id = $2 AND o.id = $3 AND a.id = $4 AND c.id = $5")]);
    READ_WITH_ACT = read!(
        [", ", act_columns!()],
        [parties!(", acts x WHERE m.id = $1 AND h.id = $2 AND o.id = $3 AND a.id = $4 AND c.id = $5 AND x.id = $6")]
    );
    BY_TOKEN = read!(
        [", ", act_columns!(), ", t.jti AS t_jti, t.client AS t_client, t.expires_at AS t_expires_at, t.ended_at AS t_ended_at,
            CASE WHEN t.client = c.id THEN NULL ELSE tc.status END AS t_status,
            CASE WHEN t.client = c.id THEN NULL ELSE tc.registration END AS t_registration,
            EXISTS (SELECT 1 FROM verifications v WHERE v.client = COALESCE($2, t.client) AND v.mandate = m.id AND v.day = $3) AS t_checked"],
        ["tokens t JOIN clients tc ON tc.id = t.client JOIN acts x ON x.id = t.act JOIN mandates m ON m.id = x.mandate
            LEFT JOIN persons p ON p.id = m.person LEFT JOIN data_keys k ON k.id = p.data_key
            JOIN habilitations h ON h.id = x.habilitation JOIN organisations o ON o.id = x.organisation
            JOIN accounts a ON a.id = x.account JOIN data_keys ak ON ak.id = a.data_key JOIN clients c ON c.id = x.client
         WHERE t.jti = $1 AND t.kind = 'access'"]
    );
    HELD = held_by_an_organisation!("");
    HELD_OF = held_by_an_organisation!(" AND m.person = $3");
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
    /// The act, where it is taken or read with them.
    pub act: Option<ActId>,
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
    /// The aidant.
    pub account: AccountRow,
    /// The client.
    pub client: Client,
}

/// The access token of an act that somebody presents, with all it rests on.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The token.
    pub token: StoredToken,
    /// To whom it was issued; without the hash of a secret where that is not the act's client.
    pub client: Client,
    /// Its act.
    pub act: StoredAct,
    /// What the decision looks at.
    pub circumstances: Circumstances,
    /// Whether the one who asks has checked this mandate that day already.
    pub checked: bool,
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
    #[sqlx(flatten)]
    account: accounts::Beside,
    c_id: ClientId,
    c_status: ClientStatus,
    c_secret_hash: Option<Vec<u8>>,
    c_registration: String,
}

#[derive(sqlx::FromRow)]
struct RowWithAct {
    #[sqlx(flatten)]
    row: Row,
    #[sqlx(flatten)]
    act: acts::Row,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    #[sqlx(flatten)]
    all: RowWithAct,
    t_jti: String,
    t_client: ClientId,
    t_expires_at: Instant,
    t_ended_at: Option<Instant>,
    t_status: Option<ClientStatus>,
    t_registration: Option<String>,
    t_checked: bool,
}

impl RowWithAct {
    async fn complete(self, tx: &mut Tx) -> Result<(Circumstances, StoredAct), DbError> {
        Ok((self.row.complete(tx).await?, self.act.try_into()?))
    }
}

impl TokenRow {
    async fn complete(self, tx: &mut Tx) -> Result<Presented, DbError> {
        let (circumstances, act) = self.all.complete(tx).await?;
        let client = match (self.t_status, self.t_registration) {
            (Some(status), Some(registration)) => {
                clients::Row { id: self.t_client.clone(), status, secret_hash: None, registration }
                    .try_into()?
            }
            _ => circumstances.client.clone(),
        };
        let token = StoredToken {
            jti: self.t_jti,
            kind: TokenKind::Access,
            client: self.t_client,
            act: Some(act.act.id),
            mandate: Some(circumstances.given.mandate.mandate.id),
            expires_at: self.t_expires_at,
            ended_at: self.t_ended_at,
        };
        Ok(Presented { token, client, act, circumstances, checked: self.t_checked })
    }
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
            account: self.account.kept_in(tx),
            client: client.try_into()?,
        })
    }
}

/// Keeps every party as it is until the transaction ends: mandate and act are taken, the others are shared. `false` where the
/// mandate has no person yet or one of them is not there: then nothing is held for certain.
///
/// # Errors
/// As the database says.
pub async fn hold(tx: &mut Tx, named: &Named<'_>) -> Result<bool, DbError> {
    // One writer: nothing changes beside it.
    if !tx.has_server() {
        return Ok(true);
    }
    let found: Option<(Uuid,)> = match named.act {
        None => tx.query(HOLD).parties(named).fetch_optional().await?,
        Some(act) => tx.query(HOLD_WITH_ACT).parties(named).bind(act).fetch_optional().await?,
    };
    Ok(found.is_some())
}

/// What the decision on these parties looks at, with the act where one is named; `None` when one of them is not there.
///
/// # Errors
/// As the database says.
pub async fn read(
    tx: &mut Tx,
    named: &Named<'_>,
) -> Result<Option<(Circumstances, Option<StoredAct>)>, DbError> {
    match named.act {
        None => match tx.query(READ).parties(named).fetch_optional::<Row>().await? {
            Some(row) => Ok(Some((row.complete(tx).await?, None))),
            None => Ok(None),
        },
        Some(act) => {
            match tx.query(READ_WITH_ACT).parties(named).bind(act).fetch_optional::<RowWithAct>().await? {
                Some(row) => row.complete(tx).await.map(|(all, act)| Some((all, Some(act)))),
                None => Ok(None),
            }
        }
    }
}

/// Keeps the parties of a client's act as [`hold`] does, the act by its code, and reads what the decision on them looks at; `None`
/// where the client got no such code, or the act was not opened.
///
/// # Errors
/// As the database says.
pub async fn take_by_code(
    tx: &mut Tx,
    code_hash: &[u8],
    client: &ClientId,
) -> Result<Option<(Circumstances, StoredAct)>, DbError> {
    if tx.has_server() {
        let held = tx.query(HOLD_BY_CODE).bind(code_hash).bind(client.clone());
        if held.fetch_optional::<(Uuid,)>().await?.is_none() {
            return Ok(None);
        }
    }
    match tx.query(READ_BY_CODE).bind(code_hash).bind(client.clone()).fetch_optional::<RowWithAct>().await? {
        Some(row) => row.complete(tx).await.map(Some),
        None => Ok(None),
    }
}

impl Query<'_> {
    fn parties(self, named: &Named<'_>) -> Self {
        self.bind(named.mandate)
            .bind(named.habilitation)
            .bind(named.organisation)
            .bind(named.account)
            .bind(named.client.clone())
    }
}

/// The access token of an act with this `jti`, and all it rests on; `None` for every other token. `asker` is who wants to
/// know, on this `day` (`YYYY-MM-DD`, Paris): the token's own client without one.
///
/// # Errors
/// As the database says.
pub async fn by_token(
    tx: &mut Tx,
    jti: &str,
    asker: Option<&ClientId>,
    day: &str,
) -> Result<Option<Presented>, DbError> {
    let query = tx.query(BY_TOKEN).bind(jti).bind(asker.cloned()).bind(day);
    match query.fetch_optional::<TokenRow>().await? {
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
