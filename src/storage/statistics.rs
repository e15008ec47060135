//! Counts by day and by month, folded from what was done.

use crate::domain::ids::OrganisationId;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    ACTS = Sql::same("SELECT organisation, theme, COUNT(*) FROM acts WHERE opened_at >= $1 AND opened_at < $2
        AND organisation IS NOT NULL AND theme IS NOT NULL GROUP BY organisation, theme");
    MANDATES = Sql::same("SELECT organisation, COUNT(*) FROM mandates WHERE valid_from >= $1 AND valid_from < $2 GROUP BY organisation");
    ORIENTATIONS = Sql::same("SELECT organisation, COUNT(*) FROM orientations WHERE created_at >= $1 AND created_at < $2 GROUP BY organisation");
    MANDATES_NOW = Sql::same("SELECT organisation, status, COUNT(*) FROM mandates GROUP BY organisation, status");
    CLEAR_STATUSES = Sql::same("DELETE FROM mandate_counts");
    ADD_STATUS = Sql::same("INSERT INTO mandate_counts (status, mandates, counted_at) VALUES ($1, $2, $3)");
    STATUSES = Sql::same("SELECT status, mandates, counted_at FROM mandate_counts ORDER BY status");
    DEPARTEMENTS = Sql::same("SELECT id, departement, address, status FROM organisations");
    FIRST_DAY = Sql::same("SELECT MIN(valid_from) FROM mandates");
    CLEAR_DAY = Sql::same("DELETE FROM statistics_days WHERE day = $1");
    CLEAR_MONTH = Sql::same("DELETE FROM statistics_months WHERE month = $1");
    ADD_DAY = Sql::same("INSERT INTO statistics_days (day, measure, departement, theme, count) VALUES ($1, $2, $3, $4, $5)");
    ADD_MONTH = Sql::same("INSERT INTO statistics_months (month, measure, departement, theme, count) VALUES ($1, $2, $3, $4, $5)");
    SUM_MONTH = Sql::same("INSERT INTO statistics_months (month, measure, departement, theme, count)
        SELECT $1, measure, departement, theme, SUM(count) FROM statistics_days WHERE day >= $2 AND day < $3 GROUP BY measure, departement, theme");
    BY_DEPARTEMENT = Sql::same("SELECT month, measure, departement, CAST(SUM(count) AS BIGINT) FROM statistics_months
        WHERE month >= $1 AND month <= $2 GROUP BY month, measure, departement");
    BY_THEME = Sql::same("SELECT month, theme, CAST(SUM(count) AS BIGINT) FROM statistics_months
        WHERE month >= $1 AND month <= $2 AND measure = 'acts' GROUP BY month, theme");
    NOW = Sql::same("SELECT measure, departement, count FROM statistics_months WHERE month = ''");
}

/// One count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count<'a> {
    /// What is counted.
    pub measure: &'a str,
    /// Where; empty where that is not known.
    pub departement: &'a str,
    /// For which theme; empty where there is none.
    pub theme: &'a str,
    /// How many.
    pub count: i64,
}

/// A span of instants: from the first to before the second.
type Span = (Instant, Instant);

/// Acts opened within a span, by organisation and theme.
pub async fn acts(tx: &mut Tx, (from, until): Span) -> Result<Vec<(OrganisationId, Theme, i64)>, DbError> {
    tx.query(ACTS).bind(from).bind(until).fetch_all().await
}

/// Mandates approved within a span, by organisation.
pub async fn mandates(tx: &mut Tx, (from, until): Span) -> Result<Vec<(OrganisationId, i64)>, DbError> {
    tx.query(MANDATES).bind(from).bind(until).fetch_all().await
}

/// Orientations noted within a span, by organisation.
pub async fn orientations(tx: &mut Tx, (from, until): Span) -> Result<Vec<(OrganisationId, i64)>, DbError> {
    tx.query(ORIENTATIONS).bind(from).bind(until).fetch_all().await
}

/// How many mandates stand now, by organisation and status.
pub async fn mandates_now(tx: &mut Tx) -> Result<Vec<(OrganisationId, MandateStatus, i64)>, DbError> {
    tx.query(MANDATES_NOW).fetch_all().await
}

/// Keeps how many mandates stood in each status at that instant.
pub async fn replace_statuses(
    tx: &mut Tx,
    counts: &[(MandateStatus, i64)],
    at: Instant,
) -> Result<(), DbError> {
    tx.query(CLEAR_STATUSES).execute().await?;
    for (status, count) in counts {
        tx.query(ADD_STATUS).bind(*status).bind(*count).bind(at).execute().await?;
    }
    Ok(())
}

/// How many mandates stood in each status when they were counted last, and when that was.
pub async fn statuses(tx: &mut Tx) -> Result<Vec<(MandateStatus, i64, Instant)>, DbError> {
    tx.query(STATUSES).fetch_all().await
}

/// Where organisations are, their address, and their status.
pub async fn organisations(
    tx: &mut Tx,
) -> Result<Vec<(OrganisationId, Option<String>, String, OrganisationStatus)>, DbError> {
    tx.query(DEPARTEMENTS).fetch_all().await
}

/// When the first mandate began.
pub async fn beginning(tx: &mut Tx) -> Result<Option<Instant>, DbError> {
    Ok(tx.query(FIRST_DAY).fetch_one::<(Option<Instant>,)>().await?.0)
}

/// Puts the counts of a day (`YYYY-MM-DD`) in the place of those before.
pub async fn replace_day(tx: &mut Tx, day: &str, counts: &[Count<'_>]) -> Result<(), DbError> {
    tx.query(CLEAR_DAY).bind(day).execute().await?;
    for count in counts {
        add(tx, ADD_DAY, day, count).await?;
    }
    Ok(())
}

/// Puts what stands now in the place of what stood before.
pub async fn replace_now(tx: &mut Tx, counts: &[Count<'_>]) -> Result<(), DbError> {
    tx.query(CLEAR_MONTH).bind("").execute().await?;
    for count in counts {
        add(tx, ADD_MONTH, "", count).await?;
    }
    Ok(())
}

async fn add(tx: &mut Tx, sql: Sql, when: &str, count: &Count<'_>) -> Result<(), DbError> {
    tx.query(sql)
        .bind(when)
        .bind(count.measure)
        .bind(count.departement)
        .bind(count.theme)
        .bind(count.count)
        .execute()
        .await?;
    Ok(())
}

/// Sums the days from `first` to before `end` into a month (`YYYY-MM`).
pub async fn sum_month(tx: &mut Tx, month: &str, first: &str, end: &str) -> Result<(), DbError> {
    tx.query(CLEAR_MONTH).bind(month).execute().await?;
    tx.query(SUM_MONTH).bind(month).bind(first).bind(end).execute().await?;
    Ok(())
}

/// The counts of months from `first` to `last`: month, measure, département, count.
pub async fn by_departement(
    tx: &mut Tx,
    first: &str,
    last: &str,
) -> Result<Vec<(String, String, String, i64)>, DbError> {
    tx.query(BY_DEPARTEMENT).bind(first).bind(last).fetch_all().await
}

/// The acts of months from `first` to `last`: month, theme, count.
pub async fn by_theme(tx: &mut Tx, first: &str, last: &str) -> Result<Vec<(String, String, i64)>, DbError> {
    tx.query(BY_THEME).bind(first).bind(last).fetch_all().await
}

/// What stands now: measure, département, count.
pub async fn now(tx: &mut Tx) -> Result<Vec<(String, String, i64)>, DbError> {
    tx.query(NOW).fetch_all().await
}
