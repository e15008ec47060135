//! Aidants' own logins at business software: from the page that asks to the end of the refresh token.

use crate::domain::account::SecondFactor;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::software::Approved;
use crate::domain::software::LoginStatus;
use crate::domain::software::SoftwareLogin;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! login_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, client, request, browser_hash, created_at, expires_at, status, account, organisation, habilitation,
                factor_at, factor, session_hash, ends_at, code_expires_at, key_thumbprint FROM software_logins WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO software_logins (id, client, request, browser_hash, created_at, expires_at, status)
        VALUES ($1, $2, $3, $4, $5, $6, 'asked')");
    TAKE = Sql::same("UPDATE software_logins SET status = status WHERE id = $1 RETURNING id");
    FIND = login_where!("id = $1");
    BY_CODE = login_where!("code_hash = $1");
    BY_REFRESH = login_where!("refresh_hash = $1");
    APPROVE = Sql::same("UPDATE software_logins SET status = 'approved', account = $2, organisation = $3, habilitation = $4, factor_at = $5,
        session_hash = $6, ends_at = $7, code_hash = $8, code_expires_at = $9, factor = $10 WHERE id = $1 AND status = 'asked'");
    GIVE = Sql::same("UPDATE software_logins SET status = 'given', refresh_hash = $2, key_thumbprint = $3 WHERE id = $1 AND status = 'approved'");
    REFUSE = Sql::same("UPDATE software_logins SET status = 'refused' WHERE id = $1 AND status IN ('asked', 'approved')");
    REFUSE_ASKED = Sql::same("UPDATE software_logins SET status = 'refused' WHERE id = $1 AND status = 'asked'");
    END = Sql::same("UPDATE software_logins SET status = 'ended' WHERE id = $1 AND status IN ('approved', 'given')");
    END_OF_HABILITATION = Sql::same("UPDATE software_logins SET status = 'ended' WHERE habilitation = $1 AND status IN ('approved', 'given')");
    END_OF_ACCOUNT = Sql::same("UPDATE software_logins SET status = 'ended' WHERE account = $1 AND status IN ('approved', 'given')");
    END_OF_ORGANISATION = Sql::same("UPDATE software_logins SET status = 'ended' WHERE organisation = $1 AND status IN ('approved', 'given')");
}

#[derive(sqlx::FromRow)]
struct Row {
    id: SoftwareLoginId,
    client: ClientId,
    request: String,
    browser_hash: Vec<u8>,
    created_at: Instant,
    expires_at: Instant,
    status: LoginStatus,
    account: Option<AccountId>,
    organisation: Option<OrganisationId>,
    habilitation: Option<HabilitationId>,
    factor_at: Option<Instant>,
    factor: Option<SecondFactor>,
    session_hash: Option<Vec<u8>>,
    ends_at: Option<Instant>,
    code_expires_at: Option<Instant>,
    key_thumbprint: Option<String>,
}

/// A login with the browser it was asked in.
#[derive(Clone, Debug)]
pub struct StoredLogin {
    /// The login.
    pub login: SoftwareLogin,
    /// The browser that asked.
    pub browser_hash: Vec<u8>,
}

impl Row {
    fn wrong(&self, column: &'static str) -> DbError {
        DbError::Inconsistent { table: "software_logins", column, row: self.id.to_string() }
    }

    fn approved(&self) -> Result<Option<Approved>, DbError> {
        let Some(account) = self.account else { return Ok(None) };
        let hash = self.session_hash.as_deref().and_then(|hash| hash.try_into().ok());
        Ok(Some(Approved {
            account,
            organisation: self.organisation.ok_or_else(|| self.wrong("organisation"))?,
            habilitation: self.habilitation.ok_or_else(|| self.wrong("habilitation"))?,
            factor_at: self.factor_at.ok_or_else(|| self.wrong("factor_at"))?,
            factor: self.factor.ok_or_else(|| self.wrong("factor"))?,
            session_hash: hash.ok_or_else(|| self.wrong("session_hash"))?,
            ends_at: self.ends_at.ok_or_else(|| self.wrong("ends_at"))?,
        }))
    }
}

impl TryFrom<Row> for StoredLogin {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let approved = row.approved()?;
        let request = serde_json::from_str(&row.request).map_err(|_| row.wrong("request"))?;
        let login = SoftwareLogin {
            id: row.id,
            client: row.client,
            request,
            created_at: row.created_at,
            expires_at: row.expires_at,
            status: row.status,
            approved,
            code_expires_at: row.code_expires_at,
            key_thumbprint: row.key_thumbprint,
        };
        Ok(Self { login, browser_hash: row.browser_hash })
    }
}

/// Adds a login that the aidant is asked about.
pub async fn insert(tx: &mut Tx, login: &SoftwareLogin, browser_hash: &[u8; 32]) -> Result<(), DbError> {
    let request = serde_json::to_string(&login.request).map_err(|error| DbError::Other(error.to_string()))?;
    tx.query(INSERT)
        .bind(login.id)
        .bind(login.client.clone())
        .bind(request)
        .bind(&browser_hash[..])
        .bind(login.created_at)
        .bind(login.expires_at)
        .execute()
        .await?;
    Ok(())
}

/// Takes a login to change it: no other transaction takes it until this one ends. Whatever it hangs on is held before it.
pub async fn take(tx: &mut Tx, id: SoftwareLoginId) -> Result<Option<StoredLogin>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(SoftwareLoginId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// One login.
pub async fn find(tx: &mut Tx, id: SoftwareLoginId) -> Result<Option<StoredLogin>, DbError> {
    tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// The login that gave this code, used or not.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<StoredLogin>, DbError> {
    tx.query(BY_CODE).bind(code_hash).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// The login this refresh token belongs to, over or not.
pub async fn by_refresh(tx: &mut Tx, refresh_hash: &[u8]) -> Result<Option<StoredLogin>, DbError> {
    tx.query(BY_REFRESH).bind(refresh_hash).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Writes who agreed, and the code's hash; `false` when nobody was asked any more.
pub async fn approve(
    tx: &mut Tx,
    id: SoftwareLoginId,
    approved: &Approved,
    code_hash: &[u8],
    code_expires_at: Instant,
) -> Result<bool, DbError> {
    let rows = tx
        .query(APPROVE)
        .bind(id)
        .bind(approved.account)
        .bind(approved.organisation)
        .bind(approved.habilitation)
        .bind(approved.factor_at)
        .bind(&approved.session_hash[..])
        .bind(approved.ends_at)
        .bind(code_hash)
        .bind(code_expires_at)
        .bind(approved.factor)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Uses the code up; `false` when it was used, refused or ended before.
pub async fn give(
    tx: &mut Tx,
    id: SoftwareLoginId,
    refresh_hash: Option<&[u8]>,
    key_thumbprint: Option<&str>,
) -> Result<bool, DbError> {
    let query = tx.query(GIVE).bind(id).bind(refresh_hash.map(<[u8]>::to_vec));
    Ok(query.bind(key_thumbprint.map(str::to_owned)).execute().await? == 1)
}

/// Nothing can come of the login any more; `false` when it had gone further or was over.
pub async fn refuse(tx: &mut Tx, id: SoftwareLoginId) -> Result<bool, DbError> {
    Ok(tx.query(REFUSE).bind(id).execute().await? == 1)
}

/// As [`refuse`], for one that nobody agreed to yet.
pub async fn refuse_asked(tx: &mut Tx, id: SoftwareLoginId) -> Result<bool, DbError> {
    Ok(tx.query(REFUSE_ASKED).bind(id).execute().await? == 1)
}

/// Ends a login; `false` when it was over.
pub async fn end(tx: &mut Tx, id: SoftwareLoginId) -> Result<bool, DbError> {
    Ok(tx.query(END).bind(id).execute().await? == 1)
}

/// Ends every login under a habilitation; gives how many.
pub async fn end_of_habilitation(tx: &mut Tx, id: HabilitationId) -> Result<u64, DbError> {
    tx.query(END_OF_HABILITATION).bind(id).execute().await
}

/// Ends every login of an organisation; gives how many.
pub async fn end_of_organisation(tx: &mut Tx, id: OrganisationId) -> Result<u64, DbError> {
    tx.query(END_OF_ORGANISATION).bind(id).execute().await
}

/// Ends every login of an account.
pub async fn end_of_account(tx: &mut Tx, id: AccountId) -> Result<u64, DbError> {
    tx.query(END_OF_ACCOUNT).bind(id).execute().await
}
