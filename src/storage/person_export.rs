//! What stands under a person's number beside her identity, her mandates and her lines: for the copy she may ask for.

use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

statements! {
    KNOWN_SINCE = Sql::same("SELECT created_at FROM persons WHERE id = $1");
    ACTS = Sql::same("SELECT a.id AS id, a.mandate AS mandate, a.client AS client, a.theme AS theme, a.status AS status, a.opened_at AS opened_at,
            a.redeemed_at AS redeemed_at, a.txn AS txn, o.name AS organisation
        FROM acts a JOIN organisations o ON o.id = a.organisation WHERE a.person = $1 ORDER BY a.opened_at, a.id");
    TOKENS = Sql::same("SELECT t.mandate, t.kind, t.client, t.expires_at FROM tokens t JOIN mandates m ON m.id = t.mandate
        WHERE m.person = $1 ORDER BY t.expires_at, t.jti");
    VERIFICATIONS = Sql::same("SELECT v.mandate, v.client, v.day FROM verifications v JOIN mandates m ON m.id = v.mandate
        WHERE m.person = $1 ORDER BY v.day, v.client");
    ATTESTATIONS = Sql::same("SELECT a.mandate, a.created_at, a.replaced_at FROM attestations a JOIN mandates m ON m.id = a.mandate
        WHERE m.person = $1 ORDER BY a.created_at, a.id");
    TRANSFERS = Sql::same("SELECT t.mandate, f.name, o.name, t.at FROM mandate_transfers t JOIN mandates m ON m.id = t.mandate
        JOIN organisations f ON f.id = t.from_organisation JOIN organisations o ON o.id = t.to_organisation WHERE m.person = $1 ORDER BY t.at");
    HOLDS = Sql::same("SELECT h.mandate, h.cause, h.since FROM mandate_holds h JOIN mandates m ON m.id = h.mandate WHERE m.person = $1 ORDER BY h.since");
    END_NOTICES = Sql::same("SELECT n.mandate, n.days, n.at FROM end_notices n JOIN mandates m ON m.id = n.mandate WHERE m.person = $1 ORDER BY n.at");
    ERRORS = Sql::same("SELECT e.mandate, e.line, e.entry, e.at FROM act_errors e JOIN mandates m ON m.id = e.mandate WHERE m.person = $1 ORDER BY e.at");
    REVOCATIONS = Sql::same("SELECT entry, channel, asked_on, at FROM recorded_revocations WHERE person = $1 ORDER BY at");
    PREFERENCES = Sql::same("SELECT topic, delivery FROM person_preferences WHERE person = $1 ORDER BY topic");
    LANGUAGE = Sql::same("SELECT language FROM person_languages WHERE person = $1");
    NOTICES = Sql::same("SELECT mandate, topic, created_at, used_at FROM notice_links WHERE person = $1 ORDER BY created_at");
    PAPER_CODES = Sql::same("SELECT o.name, c.created_at, c.ended_at FROM paper_codes c JOIN organisations o ON o.id = c.organisation
        WHERE c.person = $1 ORDER BY c.created_at");
    DECLARED = Sql::same("SELECT o.name, d.created_at FROM declared_persons d JOIN organisations o ON o.id = d.organisation WHERE d.person = $1");
    ASKINGS = Sql::same("SELECT k.mandate, k.sent, k.sent_at, k.confirmed_at, k.referent_at FROM askings k
        LEFT JOIN mandates m ON m.id = k.mandate WHERE k.person = $1 OR m.person = $1 ORDER BY k.mandate");
}

/// An act done for her.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ActRow {
    /// Its identifier.
    pub id: crate::domain::ids::ActId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// At which client.
    pub client: String,
    /// For which theme.
    pub theme: Option<String>,
    /// Where it is.
    pub status: String,
    /// When it was opened.
    pub opened_at: Option<Instant>,
    /// When its tokens were given.
    pub redeemed_at: Option<Instant>,
    /// The entry that opened it.
    pub txn: Option<EntryId>,
    /// By whose aidant.
    pub organisation: String,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $sql:ident -> $row:ty;)+) => {$(
        $(#[$doc])*
        pub async fn $name(tx: &mut Tx, person: PersonId) -> Result<Vec<$row>, DbError> {
            tx.query($sql).bind(person).fetch_all().await
        }
    )+};
}

lists! {
    /// Acts.
    acts: ACTS -> ActRow;
    /// Tokens: mandate, kind, client, last instant.
    tokens: TOKENS -> (MandateId, String, String, Instant);
    /// Checks by clients: mandate, client, day.
    verifications: VERIFICATIONS -> (MandateId, String, String);
    /// Attestations: mandate, made, replaced.
    attestations: ATTESTATIONS -> (MandateId, Instant, Option<Instant>);
    /// Moves to another organisation: mandate, from, to, when.
    transfers: TRANSFERS -> (MandateId, String, String, Instant);
    /// What holds a mandate: mandate, cause, since when.
    holds: HOLDS -> (MandateId, String, Instant);
    /// Notices of a near end: mandate, days before, when.
    end_notices: END_NOTICES -> (MandateId, i64, Instant);
    /// Declared errors: mandate, the line, the declaration, when.
    errors: ERRORS -> (MandateId, EntryId, EntryId, Instant);
    /// Revocations by telephone or letter: entry, channel, the day asked, when recorded.
    revocations: REVOCATIONS -> (EntryId, String, String, Instant);
    /// How she wants to be told: topic, delivery.
    preferences: PREFERENCES -> (String, String);
    /// Her language.
    language: LANGUAGE -> (String,);
    /// Notices with a link: mandate, topic, sent, used.
    notices: NOTICES -> (MandateId, String, Instant, Option<Instant>);
    /// Paper codes of her space: organisation, made, ended.
    paper_codes: PAPER_CODES -> (String, Instant, Option<Instant>);
    /// Where her identity was taken down: organisation, when.
    declared: DECLARED -> (String, Instant);
    /// How she was asked at a distance: mandate, messages sent, when last, confirmed, the referent's word.
    askings: ASKINGS -> (MandateId, i64, Option<Instant>, Option<Instant>, Option<Instant>);
}

/// Since when she is known.
pub async fn known_since(tx: &mut Tx, person: PersonId) -> Result<Option<Instant>, DbError> {
    Ok(tx.query(KNOWN_SINCE).bind(person).fetch_optional::<(Instant,)>().await?.map(|(at,)| at))
}
