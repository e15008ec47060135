//! Many persons with a mandate in force each at once, for measurements on made-up data: the same rows as one by one, in fewer
//! statements.

use std::sync::LazyLock;

use crate::domain::mandate::Mandate;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::bulk_entries::ROWS;
use crate::storage::bulk_entries::rows;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::persons::PersonRow;

static DATA_KEYS: LazyLock<String> =
    LazyLock::new(|| rows("INSERT INTO data_keys (id, sealed, created_at) VALUES ", 3));
static PERSONS: LazyLock<String> = LazyLock::new(|| {
    rows("INSERT INTO persons (id, identity, identification, data_key, created_at) VALUES ", 5)
});
static MANDATES: LazyLock<String> = LazyLock::new(|| {
    rows(
        "INSERT INTO mandates (id, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at,
        lapses_at, status, person, consent_method, grade, text_digest, valid_from, valid_until, chain_n, chain_head) VALUES ",
        19,
    )
});
static THEMES: LazyLock<String> =
    LazyLock::new(|| rows("INSERT INTO mandate_themes (mandate, theme) VALUES ", 2));

/// A person, her key as it is stored, and the one mandate she gave.
#[derive(Debug)]
pub struct NewMandator {
    /// Her row.
    pub person: PersonRow,
    /// Her data key, sealed.
    pub sealed_key: Vec<u8>,
    /// The mandate, in force.
    pub mandate: Mandate,
    /// Its one theme.
    pub theme: Theme,
    /// The leaf hash of its one entry.
    pub head: [u8; 32],
}

/// Adds exactly [`ROWS`] of them.
///
/// # Errors
/// As the database says, for any other number, and for a mandate that is not in force.
pub async fn insert(tx: &mut Tx, people: &[NewMandator], at: Instant) -> Result<(), DbError> {
    if people.len() != ROWS {
        return Err(DbError::Other(format!("{} persons instead of {ROWS}", people.len())));
    }
    let mut query = tx.query(Sql::same(DATA_KEYS.as_str()));
    for one in people {
        query = query.bind(one.person.data_key).bind(&one.sealed_key[..]).bind(at);
    }
    query.execute().await?;
    let mut query = tx.query(Sql::same(PERSONS.as_str()));
    for PersonRow { id, identity, identification, data_key } in people.iter().map(|one| &one.person) {
        query = query.bind(*id).bind(&identity[..]).bind(*identification).bind(*data_key).bind(at);
    }
    query.execute().await?;
    let mut query = tx.query(Sql::same(MANDATES.as_str()));
    for NewMandator { mandate, head, .. } in people {
        let none = || DbError::Other("a mandate that nobody gave".to_owned());
        let (terms, consent) = (&mandate.terms, mandate.consent().ok_or_else(none)?);
        query = query
            .bind(mandate.id)
            .bind(terms.organisation)
            .bind(terms.drafted_by)
            .bind(terms.habilitation)
            .bind(terms.duration)
            .bind(terms.channel)
            .bind(&terms.text_version)
            .bind(&terms.reference[..])
            .bind(terms.drafted_at)
            .bind(terms.drafted_at)
            .bind(mandate.status())
            .bind(consent.person)
            .bind(consent.method)
            .bind(consent.grade)
            .bind(consent.text_digest.to_vec())
            .bind(consent.validity.from)
            .bind(consent.validity.until)
            .bind(1_i64)
            .bind(&head[..]);
    }
    query.execute().await?;
    let mut query = tx.query(Sql::same(THEMES.as_str()));
    for NewMandator { mandate, theme, .. } in people {
        query = query.bind(mandate.id).bind(*theme);
    }
    query.execute().await?;
    Ok(())
}
