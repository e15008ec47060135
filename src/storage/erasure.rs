//! Erasing a person: who asked for it, who is due, and everything that goes.

use crate::domain::ids::DataKeyId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

macro_rules! due {
    ($persons:literal, $more:literal) => {
        Sql::same(concat!(
            "SELECT p.id FROM ",
            $persons,
            " WHERE p.erased_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.person = p.id AND c.status <> 'closed')
              AND NOT EXISTS (SELECT 1 FROM mandates m WHERE m.person = p.id AND (m.status IN ('active', 'suspended')
                OR (COALESCE(m.ended_at, m.valid_until) >= $1 AND EXISTS (SELECT 1 FROM mandates of JOIN entry_refs r ON r.mandate = of.id
                    WHERE of.person = p.id AND r.kind IN ('act.opened', 'mandate.token_issued')))))",
            $more,
            " ORDER BY p.id LIMIT 100"
        ))
    };
}

statements! {
    ASK = Sql::same("INSERT INTO erasure_requests (person, asked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    ASKED = Sql::same("SELECT asked_at FROM erasure_requests WHERE person = $1");
    WITHDRAW = Sql::same("DELETE FROM erasure_requests WHERE person = $1");
    DUE = due!("erasure_requests q JOIN persons p ON p.id = q.person", " AND p.id > $2");
    IDLE = due!("persons p", " AND p.id > $2 AND p.created_at < $1
        AND NOT EXISTS (SELECT 1 FROM mandates l WHERE l.person = p.id AND COALESCE(l.ended_at, l.valid_until) >= $1)
        AND NOT EXISTS (SELECT 1 FROM entry_refs e WHERE e.person = p.id AND e.at >= $1)");
    MANDATES = Sql::same("SELECT id FROM mandates WHERE person = $1 ORDER BY id");
    USED = Sql::same("SELECT r.entry FROM mandates m JOIN entry_refs r ON r.mandate = m.id
        WHERE m.person = $1 AND r.kind IN ('act.opened', 'mandate.token_issued') LIMIT 1");
    OPEN_CASE = Sql::same("SELECT id FROM cases WHERE person = $1 AND status <> 'closed' LIMIT 1");
    KEY = Sql::same("UPDATE data_keys SET sealed = $2 WHERE id = $1");
    PERSON = Sql::same("UPDATE persons SET identity = $2, erased_at = $3 WHERE id = $1 AND erased_at IS NULL");
    LINES = Sql::same("UPDATE entry_refs SET person = NULL WHERE person = $1
        AND (data_key = $2 OR $2 = (SELECT l.data_key FROM ledger_payloads l WHERE l.entry = entry_refs.entry))");
    SIGNS = Sql::same("UPDATE signs SET person = NULL WHERE person = $1");
    NAMES = Sql::same("DELETE FROM person_names WHERE person = $1");
    SUBJECTS = Sql::same("DELETE FROM person_subjects WHERE person = $1");
    BLOCKS = Sql::same("DELETE FROM blocks WHERE person = $1");
    ALIASES = Sql::same("DELETE FROM client_aliases WHERE target = $1 OR target IN (SELECT id FROM mandates WHERE person = $1)");
    CONSENTS = Sql::same("DELETE FROM consents WHERE mandate IN (SELECT id FROM mandates WHERE person = $1)");
    LINKS = Sql::same("DELETE FROM consent_links WHERE mandate IN (SELECT id FROM mandates WHERE person = $1)");
    ATTESTATIONS = Sql::same("DELETE FROM attestations WHERE mandate IN (SELECT id FROM mandates WHERE person = $1)");
    VERIFICATIONS = Sql::same("DELETE FROM verifications WHERE mandate IN (SELECT id FROM mandates WHERE person = $1)");
    ORIENTATIONS = Sql::same("DELETE FROM orientations WHERE person = $1");
    CONTACTS = Sql::same("DELETE FROM person_contacts WHERE person = $1");
    PREFERENCES = Sql::same("DELETE FROM person_preferences WHERE person = $1");
    LANGUAGES = Sql::same("DELETE FROM person_languages WHERE person = $1");
    NOTICE_LINKS = Sql::same("DELETE FROM notice_links WHERE person = $1");
    PAPER_CODES = Sql::same("DELETE FROM paper_codes WHERE person = $1");
    ASKINGS = Sql::same("DELETE FROM askings WHERE person = $1 OR mandate IN (SELECT id FROM mandates WHERE person = $1)");
    DECLARED = Sql::same("DELETE FROM declared_persons WHERE person = $1");
    ERRORS = Sql::same("DELETE FROM act_errors WHERE mandate IN (SELECT id FROM mandates WHERE person = $1)");
    RECORD_ENDS = Sql::same("DELETE FROM recorded_revocation_ends WHERE record IN (SELECT id FROM recorded_revocations WHERE person = $1)");
    RECORDS = Sql::same("DELETE FROM recorded_revocations WHERE person = $1");
}

/// What stands under a person's number and goes with her, whole rows.
const GOES: [Sql; 20] = [
    NAMES,
    SUBJECTS,
    BLOCKS,
    ALIASES,
    CONSENTS,
    LINKS,
    ATTESTATIONS,
    VERIFICATIONS,
    ORIENTATIONS,
    CONTACTS,
    PREFERENCES,
    LANGUAGES,
    NOTICE_LINKS,
    PAPER_CODES,
    ASKINGS,
    DECLARED,
    ERRORS,
    RECORD_ENDS,
    RECORDS,
    WITHDRAW,
];

/// Notes that she asks; `false` when she had before.
pub async fn ask(tx: &mut Tx, person: PersonId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(ASK).bind(person).bind(at).execute().await? == 1)
}

/// When she asked; `None` when she did not.
pub async fn asked(tx: &mut Tx, person: PersonId) -> Result<Option<Instant>, DbError> {
    Ok(tx.query(ASKED).bind(person).fetch_optional::<(Instant,)>().await?.map(|(at,)| at))
}

/// Takes her request back; `false` when there was none.
pub async fn withdraw(tx: &mut Tx, person: PersonId) -> Result<bool, DbError> {
    Ok(tx.query(WITHDRAW).bind(person).execute().await? == 1)
}

/// Up to a hundred persons behind `after` who asked and whose mandates all ended before `ended_before`, or were never used;
/// whoever has a case open is not among them.
pub async fn due(tx: &mut Tx, ended_before: Instant, after: PersonId) -> Result<Vec<PersonId>, DbError> {
    let rows = tx.query(DUE).bind(ended_before).bind(after).fetch_all::<(PersonId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Up to a hundred persons behind `after` of whom nothing was written since `unused_since`.
pub async fn idle(tx: &mut Tx, unused_since: Instant, after: PersonId) -> Result<Vec<PersonId>, DbError> {
    let rows = tx.query(IDLE).bind(unused_since).bind(after).fetch_all::<(PersonId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Her mandates, in the order in which they are to be taken.
pub async fn mandates(tx: &mut Tx, person: PersonId) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(MANDATES).bind(person).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether an act was ever opened, or a signed copy given, under one of her mandates.
pub async fn was_used(tx: &mut Tx, person: PersonId) -> Result<bool, DbError> {
    Ok(tx.query(USED).bind(person).fetch_optional::<(uuid::Uuid,)>().await?.is_some())
}

/// Whether a case of hers is not closed.
pub async fn has_open_case(tx: &mut Tx, person: PersonId) -> Result<bool, DbError> {
    Ok(tx.query(OPEN_CASE).bind(person).fetch_optional::<(uuid::Uuid,)>().await?.is_some())
}

/// Destroys her key, what finds her again, and what was sealed about her. No line of the ledger is touched. `false` when that
/// was done before.
pub async fn destroy(tx: &mut Tx, person: PersonId, key: DataKeyId, at: Instant) -> Result<bool, DbError> {
    let nothing: &[u8] = &[];
    if tx.query(PERSON).bind(person).bind(nothing).bind(at).execute().await? == 0 {
        return Ok(false);
    }
    tx.query(LINES).bind(person).bind(key).execute().await?;
    tx.query(SIGNS).bind(person).execute().await?;
    for sql in GOES {
        tx.query(sql).bind(person).execute().await?;
    }
    tx.forget_keys();
    tx.query(KEY).bind(key).bind(nothing).execute().await?;
    Ok(true)
}
