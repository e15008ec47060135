//! An aidant at work: account, habilitation and organisation of one session in one statement, as it is at each request.

use crate::domain::habilitation::Habilitation;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::storage::accounts;
use crate::storage::accounts::AccountRow;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;
use crate::storage::habilitations;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::organisations::beside_columns;

statements! {
    FIND = Sql::same(concat!(
        "SELECT h.id AS id, h.account AS account, h.organisation AS organisation, h.status AS status, h.ends_at AS ends_at,
            h.training_on AS training_on, h.trained_at AS trained_at, h.charter_version AS charter_version,
            h.charter_signed_at AS charter_signed_at, h.suspended_by AS suspended_by,
            ", accounts::beside_columns!(), ", ", beside_columns!(), ",
            EXISTS (SELECT 1 FROM habilitations n WHERE n.account = h.account AND n.organisation <> h.organisation) AS several
         FROM habilitations h JOIN accounts a ON a.id = h.account JOIN data_keys ak ON ak.id = a.data_key
         JOIN organisations o ON o.id = h.organisation
         WHERE h.id = $1 AND h.account = $2"
    ));
}

/// An aidant at work.
#[derive(Debug)]
pub struct Workplace {
    /// Her account.
    pub account: AccountRow,
    /// Her habilitation.
    pub habilitation: Habilitation,
    /// The organisation it is in.
    pub organisation: StoredOrganisation,
    /// Whether she has, or had, a habilitation in another organisation too.
    pub several: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    place: habilitations::Row,
    #[sqlx(flatten)]
    account: accounts::Beside,
    #[sqlx(flatten)]
    organisation: organisations::Beside,
    several: bool,
}

impl Row {
    fn complete(self, tx: &mut Tx) -> Result<Workplace, DbError> {
        Ok(Workplace {
            account: self.account.kept_in(tx),
            habilitation: self.place.try_into()?,
            organisation: self.organisation.try_into()?,
            several: self.several,
        })
    }
}

/// The account of an aidant, one habilitation of hers and its organisation; `None` when the habilitation is not hers.
///
/// # Errors
/// As the database says.
pub async fn find(
    tx: &mut Tx,
    account: AccountId,
    habilitation: HabilitationId,
) -> Result<Option<Workplace>, DbError> {
    let row = tx.query(FIND).bind(habilitation).bind(account).fetch_optional::<Row>().await?;
    row.map(|row| row.complete(tx)).transpose()
}
