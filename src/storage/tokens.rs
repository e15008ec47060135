//! Tokens by their `jti` (never the tokens themselves), identifiers seen once, and which mandates were verified that day.

use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::domain::ids::MandateId;
use crate::domain::text_enum;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Query;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    INSERT = Sql::same("INSERT INTO tokens (jti, kind, client, act, mandate, expires_at) VALUES ($1, $2, $3, $4, $5, $6)");
    INSERT_TWO = Sql::same("INSERT INTO tokens (jti, kind, client, act, mandate, expires_at) VALUES ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $10, $11, $12)");
    FIND = Sql::same("SELECT jti, kind, client, act, mandate, expires_at, ended_at FROM tokens WHERE jti = $1");
    END = Sql::same("UPDATE tokens SET ended_at = $2 WHERE jti = $1 AND ended_at IS NULL");
    END_OF_ACT = Sql::same("UPDATE tokens SET ended_at = $2 WHERE act = $1 AND ended_at IS NULL");
    END_ACCESS_OF_ACT = Sql::same("UPDATE tokens SET ended_at = $2 WHERE act = $1 AND kind = 'access' AND ended_at IS NULL");
    SEE = Sql::same("INSERT INTO seen_tokens (id_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    VERIFIED = Sql::same("SELECT day FROM verifications WHERE client = $1 AND mandate = $2 AND day = $3");
    NOTE_VERIFIED = Sql::same("INSERT INTO verifications (client, mandate, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
}

text_enum! {
    /// What a token is.
    TokenKind {
        /// The access token of an act.
        Access => "access",
        /// The signed mandate for one client.
        Mandate => "mandate",
        /// A client's own access token.
        Client => "client",
        /// The access token of an aidant's own login at her software.
        Aidant => "aidant",
    }
}

/// One token that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    /// Its `jti`.
    pub jti: String,
    /// What it is.
    pub kind: TokenKind,
    /// To whom it was issued.
    pub client: ClientId,
    /// Of which act.
    pub act: Option<ActId>,
    /// Under which mandate.
    pub mandate: Option<MandateId>,
    /// Its last instant.
    pub expires_at: Instant,
    /// When it was ended before that.
    pub ended_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct Row {
    jti: String,
    kind: String,
    client: ClientId,
    act: Option<ActId>,
    mandate: Option<MandateId>,
    expires_at: Instant,
    ended_at: Option<Instant>,
}

impl TryFrom<Row> for StoredToken {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let kind = TokenKind::parse(&row.kind).ok_or_else(|| DbError::Inconsistent {
            table: "tokens",
            column: "kind",
            row: row.jti.clone(),
        })?;
        Ok(Self {
            jti: row.jti,
            kind,
            client: row.client,
            act: row.act,
            mandate: row.mandate,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        })
    }
}

/// Adds a token that is about to be issued.
pub async fn insert(tx: &mut Tx, token: &StoredToken) -> Result<(), DbError> {
    tx.query(INSERT).token(token).execute().await.map(drop)
}

/// Adds two tokens that are issued together.
pub async fn insert_two(tx: &mut Tx, tokens: [&StoredToken; 2]) -> Result<(), DbError> {
    let [one, other] = tokens;
    tx.query(INSERT_TWO).token(one).token(other).execute().await.map(drop)
}

impl Query<'_> {
    /// Identifier, kind, client, act, mandate, last instant.
    pub(super) fn token(self, token: &StoredToken) -> Self {
        self.bind(&token.jti)
            .bind(token.kind.as_str())
            .bind(token.client.clone())
            .bind(token.act)
            .bind(token.mandate)
            .bind(token.expires_at)
    }
}

/// One token.
pub async fn find(tx: &mut Tx, jti: &str) -> Result<Option<StoredToken>, DbError> {
    tx.query(FIND).bind(jti).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// Ends a token; `false` when it was ended before.
pub async fn end(tx: &mut Tx, jti: &str, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(END).bind(jti).bind(at).execute().await? == 1)
}

/// Ends every token of an act, its mandate token too.
pub async fn end_of_act(tx: &mut Tx, act: ActId, at: Instant) -> Result<u64, DbError> {
    tx.query(END_OF_ACT).bind(act).bind(at).execute().await
}

/// Ends the access token of an act; the signed mandate stays in the client's file.
pub async fn end_access_of_act(tx: &mut Tx, act: ActId, at: Instant) -> Result<u64, DbError> {
    tx.query(END_ACCESS_OF_ACT).bind(act).bind(at).execute().await
}

/// Remembers an identifier until `expires_at`; `false` when it was seen before.
pub async fn see(tx: &mut Tx, id_hash: &[u8; 32], expires_at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(SEE).bind(&id_hash[..]).bind(expires_at).execute().await? == 1)
}

/// Whether a client verified a mandate on a day (`YYYY-MM-DD`, Paris) already.
pub async fn verified(
    tx: &mut Tx,
    client: &ClientId,
    mandate: MandateId,
    day: &str,
) -> Result<bool, DbError> {
    let row = tx.query(VERIFIED).bind(client.clone()).bind(mandate).bind(day);
    Ok(row.fetch_optional::<(String,)>().await?.is_some())
}

/// Notes that a client verified a mandate on a day; `false` when that was noted before.
pub async fn note_verified(
    tx: &mut Tx,
    client: &ClientId,
    mandate: MandateId,
    day: &str,
) -> Result<bool, DbError> {
    Ok(tx.query(NOTE_VERIFIED).bind(client.clone()).bind(mandate).bind(day).execute().await? == 1)
}
