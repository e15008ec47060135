//! Habilitations, with what a request and a renewal leave beside them.

use crate::domain::habilitation::Charter;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::HabilitationStatus;
use crate::domain::habilitation::Life;
use crate::domain::habilitation::Right;
use crate::domain::habilitation::SuspendedBy;
use crate::domain::habilitation::Training;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT h.id, h.account, h.organisation, h.status, h.ends_at, h.training_on, h.trained_at, h.charter_version, ",
            "h.charter_signed_at, h.suspended_by FROM habilitations h ",
            $rest
        )
    };
}

macro_rules! listed {
    ($rest:literal) => {
        Sql::same(concat!(
            "SELECT h.id, h.account, h.organisation, h.status, h.ends_at, h.training_on, h.trained_at, h.charter_version, ",
            "h.charter_signed_at, h.suspended_by, h.asked, h.requested_by, h.invited_at, h.renewal_requested_at, h.created_at ",
            "FROM habilitations h ",
            $rest
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO habilitations (id, account, organisation, status, ends_at, training_on, trained_at, charter_version,
        charter_signed_at, suspended_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
    ASK = Sql::same("UPDATE habilitations SET asked = $2, requested_by = $3, invited_at = $4 WHERE id = $1");
    SAVE = Sql::same("UPDATE habilitations SET status = $2, ends_at = $3, training_on = $4, trained_at = $5, charter_version = $6,
        charter_signed_at = $7, suspended_by = $8 WHERE id = $1");
    TAKE = Sql::same("UPDATE habilitations SET status = status WHERE id = $1 RETURNING id");
    FIND = Sql::same(select!("WHERE h.id = $1"));
    SHARED = Sql::two(select!("WHERE h.id = $1"), select!("WHERE h.id = $1 FOR SHARE"));
    OF_ACCOUNT = Sql::same(select!("WHERE h.account = $1 ORDER BY h.created_at, h.id"));
    OF_ORGANISATION = Sql::same(select!("WHERE h.organisation = $1 ORDER BY h.created_at, h.id"));
    EVERY = Sql::same(select!("ORDER BY h.created_at, h.id"));
    LISTED = listed!("WHERE h.id = $1");
    TEAM = listed!("WHERE h.organisation = $1 AND (h.id < $2 OR $2 IS NULL)
        AND (h.status NOT IN ('ended', 'refused') OR NOT EXISTS (SELECT 1 FROM habilitations n
          WHERE n.organisation = h.organisation AND n.account = h.account AND n.id <> h.id
            AND (n.status NOT IN ('ended', 'refused') OR n.created_at > h.created_at OR (n.created_at = h.created_at AND n.id > h.id))))
        ORDER BY h.id DESC LIMIT $3");
    NEWEST = listed!("WHERE (h.id < $1 OR $1 IS NULL) ORDER BY h.id DESC LIMIT $2");
    IN_STATE = listed!("WHERE h.status = $1 AND (h.id > $2 OR $2 IS NULL) ORDER BY h.id LIMIT $3");
    RENEWALS = listed!("WHERE h.renewal_requested_at IS NOT NULL AND h.status IN ('habilitated', 'suspended') AND (h.id > $1 OR $1 IS NULL)
        ORDER BY h.id LIMIT $2");
    COUNT_STATE = Sql::same("SELECT COUNT(*) FROM habilitations WHERE status = $1");
    COUNT_RENEWALS = Sql::same("SELECT COUNT(*) FROM habilitations WHERE renewal_requested_at IS NOT NULL AND status IN ('habilitated', 'suspended')");
    OVERDUE = Sql::same("SELECT id FROM habilitations WHERE status IN ('habilitated', 'suspended') AND ends_at < $1 ORDER BY ends_at LIMIT 100");
    ENDING = Sql::same("SELECT id FROM habilitations WHERE status IN ('habilitated', 'suspended') AND ends_at >= $1 AND ends_at < $2
        AND (renewal_told_for IS NULL OR renewal_told_for <> ends_at) ORDER BY ends_at LIMIT 100");
    TOLD = Sql::same("UPDATE habilitations SET renewal_told_for = ends_at WHERE id = $1 AND (renewal_told_for IS NULL OR renewal_told_for <> ends_at)");
    ASK_RENEWAL = Sql::same("UPDATE habilitations SET renewal_requested_at = $2 WHERE id = $1 AND renewal_requested_at IS NULL");
    CLEAR_RENEWAL = Sql::same("UPDATE habilitations SET renewal_requested_at = NULL WHERE id = $1 AND renewal_requested_at IS NOT NULL");
    INVITED = Sql::same("UPDATE habilitations SET invited_at = $2 WHERE id = $1");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: HabilitationId,
    pub(super) account: AccountId,
    pub(super) organisation: OrganisationId,
    pub(super) status: HabilitationStatus,
    pub(super) ends_at: Option<Instant>,
    pub(super) training_on: Option<String>,
    pub(super) trained_at: Option<Instant>,
    pub(super) charter_version: Option<String>,
    pub(super) charter_signed_at: Option<Instant>,
    pub(super) suspended_by: Option<SuspendedBy>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    row: Row,
    asked: Option<Vec<u8>>,
    requested_by: Option<AccountId>,
    invited_at: Option<Instant>,
    renewal_requested_at: Option<Instant>,
    created_at: Instant,
}

/// A habilitation with what stands beside it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The habilitation.
    pub habilitation: Habilitation,
    /// Sealed: who was asked for, in the words of whoever asked.
    pub asked: Option<Vec<u8>>,
    /// Who asked.
    pub requested_by: Option<AccountId>,
    /// When the aidant was last written to about the request.
    pub invited_at: Option<Instant>,
    /// Since when a renewal waits for an operator.
    pub renewal_requested_at: Option<Instant>,
    /// Since when it is known.
    pub created_at: Instant,
}

impl Row {
    fn wrong(&self, column: &'static str) -> DbError {
        DbError::Inconsistent { table: "habilitations", column, row: self.id.to_string() }
    }

    fn training(&self) -> Result<Option<Training>, DbError> {
        let Some(text) = &self.training_on else { return Ok(None) };
        let on = Day::parse(text).ok_or_else(|| self.wrong("training_on"))?;
        Ok(Some(Training { on, done_at: self.trained_at }))
    }

    fn charter(&self) -> Result<Option<Charter>, DbError> {
        match (&self.charter_version, self.charter_signed_at) {
            (None, None) => Ok(None),
            (Some(version), Some(signed_at)) => Ok(Some(Charter { version: version.clone(), signed_at })),
            _ => Err(self.wrong("charter_version")),
        }
    }

    fn right(&self) -> Result<Option<Right>, DbError> {
        let (training, charter) = (self.training()?, self.charter()?);
        Ok(self.ends_at.map(|until| Right { until, training, charter }))
    }

    fn given(&self) -> Result<Right, DbError> {
        self.right()?.ok_or_else(|| self.wrong("ends_at"))
    }

    fn life(&self) -> Result<Life, DbError> {
        Ok(match self.status {
            HabilitationStatus::Requested => Life::Requested,
            HabilitationStatus::InTraining => Life::InTraining {
                training: self.training()?.ok_or_else(|| self.wrong("training_on"))?,
                charter: self.charter()?,
            },
            HabilitationStatus::Habilitated => Life::Habilitated { right: self.given()? },
            HabilitationStatus::Suspended => Life::Suspended {
                right: self.given()?,
                by: self.suspended_by.ok_or_else(|| self.wrong("suspended_by"))?,
            },
            HabilitationStatus::Ended => Life::Ended { right: self.right()? },
            HabilitationStatus::Refused => Life::Refused,
        })
    }
}

impl TryFrom<Row> for Habilitation {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        let life = row.life()?;
        Ok(Self { id: row.id, account: row.account, organisation: row.organisation, life })
    }
}

impl TryFrom<ListedRow> for Listed {
    type Error = DbError;

    fn try_from(row: ListedRow) -> Result<Self, DbError> {
        Ok(Self {
            habilitation: row.row.try_into()?,
            asked: row.asked,
            requested_by: row.requested_by,
            invited_at: row.invited_at,
            renewal_requested_at: row.renewal_requested_at,
            created_at: row.created_at,
        })
    }
}

fn all<R, T: TryFrom<R, Error = DbError>>(rows: Vec<R>) -> Result<Vec<T>, DbError> {
    rows.into_iter().map(TryInto::try_into).collect()
}

fn text(day: Option<Training>) -> Option<String> {
    day.map(|training| training.on.to_string())
}

/// Adds a habilitation; a unique error when the aidant has a living one in this organisation.
pub async fn insert(tx: &mut Tx, new: &Habilitation, at: Instant) -> Result<(), DbError> {
    tx.query(INSERT)
        .bind(new.id)
        .bind(new.account)
        .bind(new.organisation)
        .bind(new.status())
        .bind(new.until())
        .bind(text(new.training()))
        .bind(new.training().and_then(|training| training.done_at))
        .bind(new.charter().map(|charter| charter.version.clone()))
        .bind(new.charter().map(|charter| charter.signed_at))
        .bind(suspended_by(new))
        .bind(at)
        .execute()
        .await?;
    Ok(())
}

const fn suspended_by(habilitation: &Habilitation) -> Option<SuspendedBy> {
    match &habilitation.life {
        Life::Suspended { by, .. } => Some(*by),
        _ => None,
    }
}

/// Notes who asked for it, for whom in the asker's words (sealed), and that she was written to.
pub async fn ask(
    tx: &mut Tx,
    id: HabilitationId,
    asked: &[u8],
    by: Option<AccountId>,
    at: Instant,
) -> Result<(), DbError> {
    tx.query(ASK).bind(id).bind(asked).bind(by).bind(at).execute().await?;
    Ok(())
}

/// Writes a habilitation that was taken.
pub async fn save(tx: &mut Tx, changed: &Habilitation) -> Result<(), DbError> {
    tx.query(SAVE)
        .bind(changed.id)
        .bind(changed.status())
        .bind(changed.until())
        .bind(text(changed.training()))
        .bind(changed.training().and_then(|training| training.done_at))
        .bind(changed.charter().map(|charter| charter.version.clone()))
        .bind(changed.charter().map(|charter| charter.signed_at))
        .bind(suspended_by(changed))
        .execute()
        .await?;
    Ok(())
}

/// Takes a habilitation to change it: whoever decides on it waits until this transaction ends.
pub async fn take(tx: &mut Tx, id: HabilitationId) -> Result<Option<Habilitation>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(HabilitationId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// One habilitation.
pub async fn find(tx: &mut Tx, id: HabilitationId) -> Result<Option<Habilitation>, DbError> {
    tx.query(FIND).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// One habilitation, held against a change until the transaction ends.
pub async fn shared(tx: &mut Tx, id: HabilitationId) -> Result<Option<Habilitation>, DbError> {
    tx.query(SHARED).bind(id).fetch_optional::<Row>().await?.map(TryInto::try_into).transpose()
}

/// The habilitations of an aidant, oldest first.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Habilitation>, DbError> {
    all(tx.query(OF_ACCOUNT).bind(account).fetch_all::<Row>().await?)
}

/// The habilitations in an organisation, oldest first.
pub async fn of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<Habilitation>, DbError> {
    all(tx.query(OF_ORGANISATION).bind(organisation).fetch_all::<Row>().await?)
}

/// Every habilitation, oldest first.
pub async fn every(tx: &mut Tx) -> Result<Vec<Habilitation>, DbError> {
    all(tx.query(EVERY).fetch_all::<Row>().await?)
}

/// One habilitation with what stands beside it.
pub async fn listed(tx: &mut Tx, id: HabilitationId) -> Result<Option<Listed>, DbError> {
    tx.query(LISTED).bind(id).fetch_optional::<ListedRow>().await?.map(TryInto::try_into).transpose()
}

/// A page of the team of an organisation, newest first: each aidant once, with the living habilitation or else the newest.
pub async fn team(
    tx: &mut Tx,
    organisation: OrganisationId,
    after: Option<HabilitationId>,
    many: i64,
) -> Result<Vec<Listed>, DbError> {
    all(tx.query(TEAM).bind(organisation).bind(after).bind(many).fetch_all::<ListedRow>().await?)
}

/// A page of all, newest first.
pub async fn newest(tx: &mut Tx, after: Option<HabilitationId>, many: i64) -> Result<Vec<Listed>, DbError> {
    all(tx.query(NEWEST).bind(after).bind(many).fetch_all::<ListedRow>().await?)
}

/// A page of those in one state, oldest first.
pub async fn in_state(
    tx: &mut Tx,
    status: HabilitationStatus,
    after: Option<HabilitationId>,
    many: i64,
) -> Result<Vec<Listed>, DbError> {
    all(tx.query(IN_STATE).bind(status).bind(after).bind(many).fetch_all::<ListedRow>().await?)
}

/// A page of those whose renewal was asked for, oldest first.
pub async fn renewals(tx: &mut Tx, after: Option<HabilitationId>, many: i64) -> Result<Vec<Listed>, DbError> {
    all(tx.query(RENEWALS).bind(after).bind(many).fetch_all::<ListedRow>().await?)
}

/// How many are in a state.
pub async fn count(tx: &mut Tx, status: HabilitationStatus) -> Result<i64, DbError> {
    Ok(tx.query(COUNT_STATE).bind(status).fetch_one::<(i64,)>().await?.0)
}

/// How many renewals wait.
pub async fn count_renewals(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(tx.query(COUNT_RENEWALS).fetch_one::<(i64,)>().await?.0)
}

/// Up to a hundred past their end.
pub async fn overdue(tx: &mut Tx, now: Instant) -> Result<Vec<HabilitationId>, DbError> {
    ids(tx.query(OVERDUE).bind(now).fetch_all().await?)
}

/// Up to a hundred that end before `before` and whose aidants were not told of that end.
pub async fn ending(tx: &mut Tx, now: Instant, before: Instant) -> Result<Vec<HabilitationId>, DbError> {
    ids(tx.query(ENDING).bind(now).bind(before).fetch_all().await?)
}

fn ids(rows: Vec<(HabilitationId,)>) -> Result<Vec<HabilitationId>, DbError> {
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Notes that its present end was told; `false` when it was before.
pub async fn note_told(tx: &mut Tx, id: HabilitationId) -> Result<bool, DbError> {
    Ok(tx.query(TOLD).bind(id).execute().await? == 1)
}

/// Asks for a renewal; `false` when one waits already.
pub async fn ask_renewal(tx: &mut Tx, id: HabilitationId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(ASK_RENEWAL).bind(id).bind(at).execute().await? == 1)
}

/// Nobody waits for a renewal any more; `false` when nobody did.
pub async fn clear_renewal(tx: &mut Tx, id: HabilitationId) -> Result<bool, DbError> {
    Ok(tx.query(CLEAR_RENEWAL).bind(id).execute().await? == 1)
}

/// Notes when the aidant was written to again.
pub async fn note_invited(tx: &mut Tx, id: HabilitationId, at: Instant) -> Result<(), DbError> {
    tx.query(INVITED).bind(id).bind(at).execute().await?;
    Ok(())
}
