//! Who manages which organisation: referents and their deputies.

use crate::domain::account::AccountStatus;
use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::ReferentKind;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO referents (account, organisation, kind, asked, invited_at) VALUES ($1, $2, $3, $4, $5)");
    REMOVE = Sql::same("DELETE FROM referents WHERE account = $1 AND organisation = $2");
    SET_KIND = Sql::same("UPDATE referents SET kind = $3 WHERE account = $1 AND organisation = $2 AND kind <> $3");
    INVITED = Sql::same("UPDATE referents SET invited_at = $3 WHERE account = $1 AND organisation = $2");
    KNOWN = Sql::same("UPDATE referents SET asked = NULL WHERE account = $1 AND asked IS NOT NULL");
    UNKNOWN = Sql::same("SELECT COUNT(*) FROM referents WHERE account = $1 AND asked IS NOT NULL");
    TAKE = Sql::same("UPDATE organisations SET status = status WHERE id = $1 RETURNING id");
    MANAGED = Sql::same("SELECT organisation FROM referents WHERE account = $1 ORDER BY organisation");
    OF = Sql::same("SELECT r.account, r.kind, r.asked, r.invited_at, a.status FROM referents r JOIN accounts a ON a.id = r.account
        WHERE r.organisation = $1 ORDER BY r.kind DESC, r.account");
    IN_CHARGE = Sql::same("SELECT COUNT(*) FROM referents r JOIN accounts a ON a.id = r.account
        WHERE r.organisation = $1 AND r.kind = 'referent' AND a.status = 'active' AND r.account <> $2");
}

/// Who manages an organisation.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Referent {
    /// The account.
    pub account: AccountId,
    /// Referent or deputy.
    pub kind: ReferentKind,
    /// Sealed: who was named, in the words of whoever did, until she logs in.
    pub asked: Option<Vec<u8>>,
    /// When she was last written to about it.
    pub invited_at: Option<Instant>,
    /// Whether the account may log in.
    pub status: AccountStatus,
}

/// Names a referent or deputy; a unique error when she is one there.
pub async fn insert(
    tx: &mut Tx,
    (account, organisation): (AccountId, OrganisationId),
    kind: ReferentKind,
    asked: Option<&[u8]>,
    at: Instant,
) -> Result<(), DbError> {
    let query = tx.query(INSERT).bind(account).bind(organisation).bind(kind);
    query.bind(asked.map(<[u8]>::to_vec)).bind(at).execute().await?;
    Ok(())
}

/// Takes her away; `false` when she was none there.
pub async fn remove(tx: &mut Tx, account: AccountId, organisation: OrganisationId) -> Result<bool, DbError> {
    Ok(tx.query(REMOVE).bind(account).bind(organisation).execute().await? == 1)
}

/// Makes a deputy the referent, or the other way; `false` when nothing changed.
pub async fn set_kind(
    tx: &mut Tx,
    (account, organisation): (AccountId, OrganisationId),
    kind: ReferentKind,
) -> Result<bool, DbError> {
    Ok(tx.query(SET_KIND).bind(account).bind(organisation).bind(kind).execute().await? == 1)
}

/// Notes when she was written to again.
pub async fn note_invited(
    tx: &mut Tx,
    (account, organisation): (AccountId, OrganisationId),
    at: Instant,
) -> Result<(), DbError> {
    tx.query(INVITED).bind(account).bind(organisation).bind(at).execute().await?;
    Ok(())
}

/// She has come: her own name stands from now on; `false` when it did.
pub async fn note_known(tx: &mut Tx, account: AccountId) -> Result<bool, DbError> {
    Ok(tx.query(KNOWN).bind(account).execute().await? > 0)
}

/// Whether her own name stands everywhere she manages.
pub async fn is_known(tx: &mut Tx, account: AccountId) -> Result<bool, DbError> {
    Ok(tx.query(UNKNOWN).bind(account).fetch_one::<(i64,)>().await?.0 == 0)
}

/// Takes the organisation, and with it the list of who manages it; `false` when there is none.
pub async fn take(tx: &mut Tx, organisation: OrganisationId) -> Result<bool, DbError> {
    Ok(tx.query(TAKE).bind(organisation).fetch_optional::<(OrganisationId,)>().await?.is_some())
}

/// The organisations an account manages.
pub async fn managed(tx: &mut Tx, account: AccountId) -> Result<Vec<OrganisationId>, DbError> {
    let rows = tx.query(MANAGED).bind(account).fetch_all::<(OrganisationId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who manages an organisation, referents first.
pub async fn of(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<Referent>, DbError> {
    tx.query(OF).bind(organisation).fetch_all().await
}

/// How many referents (no deputies) who may log in an organisation has beside `account`.
pub async fn others_in_charge(
    tx: &mut Tx,
    organisation: OrganisationId,
    account: AccountId,
) -> Result<i64, DbError> {
    Ok(tx.query(IN_CHARGE).bind(organisation).bind(account).fetch_one::<(i64,)>().await?.0)
}
