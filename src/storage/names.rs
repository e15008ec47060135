//! By which keyed hashes of names persons and professionals are found, and who has none yet.

use crate::domain::account::Role;
use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::storage::accounts::AccountRow;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::persons::PersonRow;

/// Rows read at once.
pub const PAGE: usize = 100;

macro_rules! within {
    ($from:literal, $who:literal) => {
        Sql::same(concat!(
            "SELECT p.id AS id, p.identity AS identity, p.identification AS identification, p.data_key AS data_key FROM ",
            $from,
            " AND (EXISTS (SELECT 1 FROM entry_refs r WHERE r.person = ",
            $who,
            " AND r.client IN (SELECT client FROM account_clients WHERE account = $3)) OR $3 IS NULL)
              AND (EXISTS (SELECT 1 FROM mandates m WHERE m.person = ",
            $who,
            " AND m.organisation = $4) OR $4 IS NULL) ORDER BY ",
            $who,
            " LIMIT 100"
        ))
    };
}

macro_rules! unnamed {
    ($text:literal) => {
        Sql::two($text, concat!($text, " FOR NO KEY UPDATE SKIP LOCKED"))
    };
}

statements! {
    PERSONS = within!("person_names n JOIN persons p ON p.id = n.person WHERE n.hash = $1 AND n.person > $2", "n.person");
    // The first value is of no use here; it keeps the others in their places.
    PERSONS_UNNAMED = within!("persons p WHERE p.named = FALSE AND p.erased_at IS NULL AND CAST($1 AS TEXT) IS NULL AND p.id > $2", "p.id");
    ADD_PERSON = Sql::same("INSERT INTO person_names (hash, person) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    CLEAR_PERSON = Sql::same("DELETE FROM person_names WHERE person = $1");
    NAMED_PERSON = Sql::same("UPDATE persons SET named = TRUE WHERE id = $1");
    ACCOUNTS = Sql::same("SELECT a.id AS id, a.role AS role, a.status AS status, a.professional AS professional, a.national AS national,
            a.data_key AS data_key, a.sessions_from AS sessions_from
        FROM account_names n JOIN accounts a ON a.id = n.account WHERE n.hash = $1 AND a.role = $2 ORDER BY n.account LIMIT 100");
    ACCOUNTS_UNNAMED = Sql::same("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts
        WHERE named = FALSE AND role = $1 ORDER BY id");
    ADD_ACCOUNT = Sql::same("INSERT INTO account_names (hash, account) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    NAMED_ACCOUNT = Sql::same("UPDATE accounts SET named = TRUE WHERE id = $1");
    ANY_UNNAMED = Sql::same("SELECT EXISTS (SELECT 1 FROM persons WHERE named = FALSE AND erased_at IS NULL)
        OR EXISTS (SELECT 1 FROM accounts WHERE named = FALSE)");
    TAKE_PERSONS = unnamed!("SELECT id, identity, identification, data_key FROM persons WHERE named = FALSE AND erased_at IS NULL ORDER BY id LIMIT 100");
    TAKE_ACCOUNTS = unnamed!("SELECT id, role, status, professional, national, data_key, sessions_from FROM accounts WHERE named = FALSE ORDER BY id LIMIT 100");
}

/// Among whom persons are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Only with a line at a client this authority's agent is competent for.
    pub competent: Option<AccountId>,
    /// Only with a mandate of this organisation.
    pub organisation: Option<OrganisationId>,
}

/// Up to [`PAGE`] persons behind `after` under this hash.
pub async fn persons(
    tx: &mut Tx,
    hash: &[u8],
    reach: Reach,
    after: PersonId,
) -> Result<Vec<PersonRow>, DbError> {
    let query = tx.query(PERSONS).bind(hash).bind(after);
    query.bind(reach.competent).bind(reach.organisation).fetch_all().await
}

/// Up to [`PAGE`] persons behind `after` whose names have no hash yet.
pub async fn persons_unnamed(tx: &mut Tx, reach: Reach, after: PersonId) -> Result<Vec<PersonRow>, DbError> {
    let query = tx.query(PERSONS_UNNAMED).bind(None::<String>).bind(after);
    query.bind(reach.competent).bind(reach.organisation).fetch_all().await
}

/// Puts these hashes in the place of a person's former ones.
pub async fn set_person<H: AsRef<[u8]>>(tx: &mut Tx, id: PersonId, hashes: &[H]) -> Result<(), DbError> {
    tx.query(CLEAR_PERSON).bind(id).execute().await?;
    add_person(tx, id, hashes).await
}

/// Gives a new person her hashes.
pub async fn add_person<H: AsRef<[u8]>>(tx: &mut Tx, id: PersonId, hashes: &[H]) -> Result<(), DbError> {
    for hash in hashes {
        tx.query(ADD_PERSON).bind(hash.as_ref()).bind(id).execute().await?;
    }
    tx.query(NAMED_PERSON).bind(id).execute().await?;
    Ok(())
}

/// Up to a hundred accounts of a role under this hash.
pub async fn accounts(tx: &mut Tx, hash: &[u8], role: Role) -> Result<Vec<AccountRow>, DbError> {
    tx.query(ACCOUNTS).bind(hash).bind(role).fetch_all().await
}

/// The accounts of a role whose name has no hash yet.
pub async fn accounts_unnamed(tx: &mut Tx, role: Role) -> Result<Vec<AccountRow>, DbError> {
    tx.query(ACCOUNTS_UNNAMED).bind(role).fetch_all().await
}

/// Gives an account its hash.
pub async fn add_account(tx: &mut Tx, id: AccountId, hash: &[u8]) -> Result<(), DbError> {
    tx.query(ADD_ACCOUNT).bind(hash).bind(id).execute().await?;
    tx.query(NAMED_ACCOUNT).bind(id).execute().await?;
    Ok(())
}

/// Whether anybody's name has no hash yet.
pub async fn any_unnamed(tx: &mut Tx) -> Result<bool, DbError> {
    Ok(tx.query(ANY_UNNAMED).fetch_one::<(bool,)>().await?.0)
}

/// Up to a hundred persons without hashes, held until the transaction ends; those another process holds are left out.
pub async fn take_persons(tx: &mut Tx) -> Result<Vec<PersonRow>, DbError> {
    tx.query(TAKE_PERSONS).fetch_all().await
}

/// Up to a hundred accounts without a hash, as [`take_persons`].
pub async fn take_accounts(tx: &mut Tx) -> Result<Vec<AccountRow>, DbError> {
    tx.query(TAKE_ACCOUNTS).fetch_all().await
}
