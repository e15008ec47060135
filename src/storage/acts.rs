//! Acts from the choice page to their end, and the requests that were pushed before.

use crate::domain::account::SecondFactor;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::ActStatus;
use crate::domain::act::KeptChoice;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::ids::AccountId;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::EntryId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::clients;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::tokens;
use crate::storage::tokens::StoredToken;

/// The columns of an act in a statement where the table is named `x`: [`Row`] reads them.
macro_rules! act_columns {
    () => {
        "x.id AS x_id, x.client AS x_client, x.request AS x_request, x.created_at AS x_created_at, x.expires_at AS x_expires_at,
            x.browser_hash AS x_browser_hash, x.status AS x_status, x.account AS x_account, x.organisation AS x_organisation,
            x.habilitation AS x_habilitation, x.person AS x_person, x.mandate AS x_mandate, x.theme AS x_theme,
            x.opened_at AS x_opened_at, x.factor_at AS x_factor_at, x.txn AS x_txn, x.code_expires_at AS x_code_expires_at,
            x.redeemed_at AS x_redeemed_at, x.via AS x_via, x.factor AS x_factor, x.kept_person AS x_kept_person,
            x.kept_theme AS x_kept_theme "
    };
}
pub(super) use act_columns;

macro_rules! act_where {
    ($condition:literal) => {
        Sql::same(concat!("SELECT ", act_columns!(), "FROM acts x WHERE ", $condition))
    };
}

macro_rules! act_taken {
    () => {
        Sql {
            sqlite: act_where!("x.id = $1").sqlite,
            postgres: act_where!("x.id = $1 FOR NO KEY UPDATE").postgres,
        }
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO acts (id, client, request, created_at, expires_at, browser_hash, status, via) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    TAKE = act_taken!();
    FIND = act_where!("x.id = $1");
    FIND_WITH_CLIENT = Sql::same(concat!("SELECT ", act_columns!(), ", c.id AS id, c.status AS status, c.secret_hash AS secret_hash,
            c.registration AS registration FROM acts x JOIN clients c ON c.id = x.client WHERE x.id = $1"));
    BY_CODE = act_where!("x.code_hash = $1");
    BY_TXN = act_where!("x.txn = $1");
    OPEN = Sql::same("UPDATE acts SET status = 'opened', account = $2, organisation = $3, habilitation = $4, person = $5, mandate = $6,
        theme = $7, opened_at = $8, factor_at = $9, txn = $10, code_hash = $11, code_expires_at = $12, factor = $13 WHERE id = $1 AND status = 'choosing'");
    EXCHANGE = Sql::same("UPDATE acts SET status = 'redeemed', account = $2, organisation = $3, habilitation = $4, person = $5, mandate = $6,
        theme = $7, opened_at = $8, factor_at = $9, txn = $10, redeemed_at = $8, factor = $11 WHERE id = $1 AND status = 'choosing' AND via IS NOT NULL");
    REDEEM = Sql::same("UPDATE acts SET status = 'redeemed', redeemed_at = $2 WHERE id = $1 AND status = 'opened'");
    // One statement where a server is asked over the wire.
    REDEEM_FOR = Sql::two(
        "UPDATE acts SET status = 'redeemed', redeemed_at = $2 WHERE id = $1 AND status = 'opened'",
        "WITH used AS (UPDATE acts SET status = 'redeemed', redeemed_at = $2 WHERE id = $1 AND status = 'opened' RETURNING id)
         INSERT INTO tokens (jti, kind, client, act, mandate, expires_at)
         SELECT given.jti, given.kind, given.client, used.id, given.mandate, given.expires_at FROM used,
           (VALUES (CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS UUID), CAST($7 AS TIMESTAMPTZ)), ($8, $9, $10, $11, $12))
             AS given (jti, kind, client, mandate, expires_at)",
    );
    KEEP = Sql::same("UPDATE acts SET kept_person = $2, kept_theme = $3 WHERE id = $1 AND status = 'choosing'");
    REFUSE = Sql::same("UPDATE acts SET status = 'refused' WHERE id = $1 AND status IN ('choosing', 'opened')");
    END = Sql::same("UPDATE acts SET status = 'ended' WHERE id = $1 AND status IN ('opened', 'redeemed')");
    THEMES = Sql::same("SELECT theme, COUNT(*) FROM acts WHERE opened_at >= $1 AND theme IS NOT NULL GROUP BY theme");
    PUSH = Sql::same("INSERT INTO pushed_requests (uri_hash, client, request, expires_at) VALUES ($1, $2, $3, $4)");
    PUSHED = Sql::same("SELECT client, request, expires_at, act, browser_hash FROM pushed_requests WHERE uri_hash = $1");
    USE_PUSHED = Sql::same("DELETE FROM pushed_requests WHERE uri_hash = $1 AND act IS NULL");
    BIND_PUSHED = Sql::same("UPDATE pushed_requests SET act = $2, browser_hash = $3 WHERE uri_hash = $1 AND act IS NULL");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    #[sqlx(rename = "x_id")]
    id: ActId,
    #[sqlx(rename = "x_client")]
    client: ClientId,
    #[sqlx(rename = "x_request")]
    request: String,
    #[sqlx(rename = "x_created_at")]
    created_at: Instant,
    #[sqlx(rename = "x_expires_at")]
    expires_at: Instant,
    #[sqlx(rename = "x_browser_hash")]
    browser_hash: Vec<u8>,
    #[sqlx(rename = "x_status")]
    status: ActStatus,
    #[sqlx(rename = "x_account")]
    account: Option<AccountId>,
    #[sqlx(rename = "x_organisation")]
    organisation: Option<OrganisationId>,
    #[sqlx(rename = "x_habilitation")]
    habilitation: Option<HabilitationId>,
    #[sqlx(rename = "x_person")]
    person: Option<PersonId>,
    #[sqlx(rename = "x_mandate")]
    mandate: Option<MandateId>,
    #[sqlx(rename = "x_theme")]
    theme: Option<Theme>,
    #[sqlx(rename = "x_opened_at")]
    opened_at: Option<Instant>,
    #[sqlx(rename = "x_factor_at")]
    factor_at: Option<Instant>,
    #[sqlx(rename = "x_txn")]
    txn: Option<EntryId>,
    #[sqlx(rename = "x_code_expires_at")]
    code_expires_at: Option<Instant>,
    #[sqlx(rename = "x_redeemed_at")]
    redeemed_at: Option<Instant>,
    #[sqlx(rename = "x_via")]
    via: Option<ClientId>,
    #[sqlx(rename = "x_factor")]
    factor: Option<SecondFactor>,
    #[sqlx(rename = "x_kept_person")]
    kept_person: Option<PersonId>,
    #[sqlx(rename = "x_kept_theme")]
    kept_theme: Option<Theme>,
}

#[derive(sqlx::FromRow)]
struct WithClient {
    #[sqlx(flatten)]
    act: Row,
    #[sqlx(flatten)]
    client: clients::Row,
}

/// An act with the browser it belongs to.
#[derive(Clone, Debug)]
pub struct StoredAct {
    /// The act.
    pub act: Act,
    /// The browser that asked.
    pub browser_hash: Vec<u8>,
}

/// A pushed request (RFC 9126).
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PushedRow {
    /// The client that pushed it.
    pub client: ClientId,
    /// The checked request, as JSON.
    pub request: String,
    /// The last instant of its first use.
    pub expires_at: Instant,
    /// The act its first use began.
    pub act: Option<ActId>,
    /// The browser of its first use.
    pub browser_hash: Option<Vec<u8>>,
}

impl Row {
    fn wrong(&self, column: &'static str) -> DbError {
        DbError::Inconsistent { table: "acts", column, row: self.id.to_string() }
    }

    fn opened(&self) -> Result<Opened, DbError> {
        Ok(Opened {
            account: self.account.ok_or_else(|| self.wrong("account"))?,
            organisation: self.organisation.ok_or_else(|| self.wrong("organisation"))?,
            habilitation: self.habilitation.ok_or_else(|| self.wrong("habilitation"))?,
            person: self.person.ok_or_else(|| self.wrong("person"))?,
            mandate: self.mandate.ok_or_else(|| self.wrong("mandate"))?,
            theme: self.theme.ok_or_else(|| self.wrong("theme"))?,
            at: self.opened_at.ok_or_else(|| self.wrong("opened_at"))?,
            factor_at: self.factor_at.ok_or_else(|| self.wrong("factor_at"))?,
            factor: self.factor.unwrap_or(SecondFactor::OwnCode),
            txn: self.txn.ok_or_else(|| self.wrong("txn"))?,
        })
    }

    fn life(&self) -> Result<ActLife, DbError> {
        Ok(match self.status {
            ActStatus::Choosing => ActLife::Choosing {
                kept: self.kept_person.map(|person| KeptChoice { person, theme: self.kept_theme }),
            },
            ActStatus::Opened => ActLife::Opened {
                opened: self.opened()?,
                code_expires_at: self.code_expires_at.ok_or_else(|| self.wrong("code_expires_at"))?,
            },
            ActStatus::Redeemed => ActLife::Redeemed {
                opened: self.opened()?,
                at: self.redeemed_at.ok_or_else(|| self.wrong("redeemed_at"))?,
            },
            ActStatus::Refused => ActLife::Refused,
            ActStatus::Ended => {
                ActLife::Ended { opened: self.txn.is_some().then(|| self.opened()).transpose()? }
            }
        })
    }
}

impl TryFrom<Row> for StoredAct {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let life = row.life()?;
        let request = serde_json::from_str(&row.request).map_err(|_| row.wrong("request"))?;
        let act = Act {
            id: row.id,
            client: row.client,
            via: row.via,
            request,
            created_at: row.created_at,
            expires_at: row.expires_at,
            life,
        };
        Ok(Self { act, browser_hash: row.browser_hash })
    }
}

/// Adds an act that is being chosen.
pub async fn insert(tx: &mut Tx, act: &Act, browser_hash: &[u8]) -> Result<(), DbError> {
    let request = serde_json::to_string(&act.request).map_err(|error| DbError::Other(error.to_string()))?;
    tx.query(INSERT)
        .bind(act.id)
        .bind(act.client.clone())
        .bind(request)
        .bind(act.created_at)
        .bind(act.expires_at)
        .bind(browser_hash)
        .bind(ActStatus::Choosing)
        .bind(act.via.clone())
        .execute()
        .await?;
    Ok(())
}

/// Takes an act to change it: no other transaction takes it until this one ends. The mandate is taken before it.
pub async fn take(tx: &mut Tx, id: ActId) -> Result<Option<StoredAct>, DbError> {
    tx.query(TAKE).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// One act.
pub async fn find(tx: &mut Tx, id: ActId) -> Result<Option<StoredAct>, DbError> {
    tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// One act with the client it is for.
pub async fn find_with_client(tx: &mut Tx, id: ActId) -> Result<Option<(StoredAct, Client)>, DbError> {
    match tx.query(FIND_WITH_CLIENT).bind(id).fetch_optional::<WithClient>().await? {
        Some(WithClient { act, client }) => Ok(Some((act.try_into()?, client.try_into()?))),
        None => Ok(None),
    }
}

/// Keeps what was chosen so far; `false` when the act was not being chosen any more.
pub async fn keep(tx: &mut Tx, id: ActId, kept: KeptChoice) -> Result<bool, DbError> {
    Ok(tx.query(KEEP).bind(id).bind(kept.person).bind(kept.theme).execute().await? == 1)
}

/// The act that gave this code, used or not.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<StoredAct>, DbError> {
    tx.query(BY_CODE).bind(code_hash).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// The act whose opening is this ledger entry.
pub async fn by_txn(tx: &mut Tx, txn: EntryId) -> Result<Option<StoredAct>, DbError> {
    tx.query(BY_TXN).bind(txn).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Writes what was decided, and the code's hash; `false` when the act was not being chosen any more.
pub async fn open(
    tx: &mut Tx,
    id: ActId,
    opened: &Opened,
    code_hash: &[u8],
    code_expires_at: Instant,
) -> Result<bool, DbError> {
    let rows = tx
        .query(OPEN)
        .bind(id)
        .bind(opened.account)
        .bind(opened.organisation)
        .bind(opened.habilitation)
        .bind(opened.person)
        .bind(opened.mandate)
        .bind(opened.theme)
        .bind(opened.at)
        .bind(opened.factor_at)
        .bind(opened.txn)
        .bind(code_hash)
        .bind(code_expires_at)
        .bind(opened.factor)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Writes what was decided of an act opened by exchange, whose token is given at once; `false` when it is no such act.
pub async fn exchange(tx: &mut Tx, id: ActId, opened: &Opened) -> Result<bool, DbError> {
    let rows = tx
        .query(EXCHANGE)
        .bind(id)
        .bind(opened.account)
        .bind(opened.organisation)
        .bind(opened.habilitation)
        .bind(opened.person)
        .bind(opened.mandate)
        .bind(opened.theme)
        .bind(opened.at)
        .bind(opened.factor_at)
        .bind(opened.txn)
        .bind(opened.factor)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Uses the code up; `false` when it was used, refused or ended before.
pub async fn redeem(tx: &mut Tx, id: ActId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(REDEEM).bind(id).bind(at).execute().await? == 1)
}

/// As [`redeem`], and adds the two tokens given for it; nothing is done where it is `false`.
pub async fn redeem_for(
    tx: &mut Tx,
    id: ActId,
    at: Instant,
    tokens: [&StoredToken; 2],
) -> Result<bool, DbError> {
    if !tx.has_server() {
        let used = redeem(tx, id, at).await?;
        if used {
            tokens::insert_two(tx, tokens).await?;
        }
        return Ok(used);
    }
    let mut query = tx.query(REDEEM_FOR).bind(id).bind(at);
    for token in tokens {
        query = query.bind(&token.jti).bind(token.kind.as_str()).bind(token.client.clone());
        query = query.bind(token.mandate).bind(token.expires_at);
    }
    Ok(query.execute().await? == 2)
}

/// Nothing can come of the act any more; `false` when it had gone further or was over.
pub async fn refuse(tx: &mut Tx, id: ActId) -> Result<bool, DbError> {
    Ok(tx.query(REFUSE).bind(id).execute().await? == 1)
}

/// Ends an act that was opened; `false` when it was over.
pub async fn end(tx: &mut Tx, id: ActId) -> Result<bool, DbError> {
    Ok(tx.query(END).bind(id).execute().await? == 1)
}

/// Keeps a pushed request under the hash of its `request_uri`.
pub async fn push(
    tx: &mut Tx,
    uri_hash: &[u8],
    client: &ClientId,
    request: &str,
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(PUSH).bind(uri_hash).bind(client.clone()).bind(request).bind(expires_at).execute().await?;
    Ok(())
}

/// How many acts were opened since then, by theme.
pub async fn count_themes(tx: &mut Tx, since: Instant) -> Result<Vec<(Theme, i64)>, DbError> {
    tx.query(THEMES).bind(since).fetch_all().await
}

/// A pushed request.
pub async fn pushed(tx: &mut Tx, uri_hash: &[u8]) -> Result<Option<PushedRow>, DbError> {
    tx.query(PUSHED).bind(uri_hash).fetch_optional().await
}

/// A pushed request is answered without an act and serves no more; `false` when it was used before.
pub async fn use_pushed(tx: &mut Tx, uri_hash: &[u8]) -> Result<bool, DbError> {
    Ok(tx.query(USE_PUSHED).bind(uri_hash).execute().await? == 1)
}

/// Uses a pushed request up for one act of one browser; `false` when it was used before.
pub async fn bind_pushed(
    tx: &mut Tx,
    uri_hash: &[u8],
    act: ActId,
    browser_hash: &[u8],
) -> Result<bool, DbError> {
    Ok(tx.query(BIND_PUSHED).bind(uri_hash).bind(act).bind(browser_hash).execute().await? == 1)
}
