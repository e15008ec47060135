//! Mandates, their themes, their consents, and the links by which a person is asked.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::domain::ids::AccountId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Channel;
use crate::domain::mandate::Consent;
use crate::domain::mandate::ConsentMethod;
use crate::domain::mandate::End;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Life;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateDuration;
use crate::domain::mandate::MandateStatus;
use crate::domain::mandate::Terms;
use crate::domain::mandate::Validity;
use crate::domain::person::ConsentGrade;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::storage::db::DbError;
use crate::storage::db::Sql;
use crate::storage::db::Tx;
use crate::storage::db::statements;

/// The themes of a mandate as one text, with a mark behind each that has ended.
macro_rules! themes_of {
    ($mandate:literal) => {
        concat!(
            "(SELECT string_agg(t.theme || CASE WHEN t.ended_at IS NULL THEN '' ELSE '!' END, ' ') FROM mandate_themes t WHERE t.mandate = ",
            $mandate,
            ") AS themes"
        )
    };
}
pub(super) use themes_of;

macro_rules! mandate_where {
    ($condition:literal) => {
        Sql::same(concat!(
            "SELECT id, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at, lapses_at,
                status, person, consent_method, grade, text_digest, valid_from, valid_until, suspended_at, ended_at, ended_by,
                chain_n, chain_head, renews, ",
            themes_of!("mandates.id"),
            " FROM mandates WHERE ",
            $condition
        ))
    };
}

statements! {
    INSERT = Sql::same("INSERT INTO mandates (id, organisation, drafted_by, habilitation, duration, channel, text_version, reference,
        drafted_at, lapses_at, status, chain_n) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0)");
    INSERT_THEME = Sql::same("INSERT INTO mandate_themes (mandate, theme) VALUES ($1, $2)");
    TAKE = Sql::two("SELECT id FROM mandates WHERE id = $1", "SELECT id FROM mandates WHERE id = $1 FOR NO KEY UPDATE");
    FIND = mandate_where!("id = $1");
    OF_ORGANISATION = mandate_where!("organisation = $1 ORDER BY drafted_at DESC, id DESC");
    USABLE = mandate_where!("organisation = $1 AND status = 'active' AND valid_until >= $2 AND id > $3 ORDER BY id LIMIT $4");
    KEYS = Sql::same("SELECT m.id, p.data_key, k.sealed FROM mandates m JOIN persons p ON p.id = m.person JOIN data_keys k ON k.id = p.data_key
        WHERE m.organisation = $1 AND m.status = 'active' ORDER BY m.id");
    OF_PERSON = mandate_where!("person = $1 ORDER BY drafted_at DESC, id DESC");
    DRAWN_UP_BY = Sql::same("SELECT id FROM mandates WHERE organisation = $1 AND drafted_by = $2 AND status IN ('active', 'suspended') ORDER BY id");
    DRAFTERS = Sql::same("SELECT DISTINCT drafted_by FROM mandates WHERE organisation = $1 AND status IN ('active', 'suspended')");
    RENEWALS = mandate_where!("renews = $1 ORDER BY drafted_at, id");
    RENEW = Sql::same("UPDATE mandates SET renews = $2 WHERE id = $1");
    ENDED_THEMES = Sql::same("SELECT theme, ended_at, ended_by FROM mandate_themes WHERE mandate = $1 AND ended_at IS NOT NULL");
    SAVE = Sql::same("UPDATE mandates SET status = $2, person = $3, consent_method = $4, grade = $5, text_digest = $6, valid_from = $7,
        valid_until = $8, suspended_at = $9, ended_at = $10, ended_by = $11 WHERE id = $1");
    SET_LAPSE = Sql::same("UPDATE mandates SET lapses_at = $2 WHERE id = $1 AND status = 'awaiting_consent'");
    CLEAR_HOLDS = Sql::same("DELETE FROM mandate_holds WHERE mandate = $1");
    SAVE_THEME = Sql::same("UPDATE mandate_themes SET ended_at = $3, ended_by = $4 WHERE mandate = $1 AND theme = $2");
    OVERDUE = Sql::same("SELECT id FROM mandates WHERE (status IN ('draft', 'awaiting_consent') AND lapses_at < $1)
        OR (status IN ('active', 'suspended') AND valid_until < $2) ORDER BY id LIMIT 100");
    INSERT_LINK = Sql::same("INSERT INTO consent_links (code_hash, mandate, sealed_code, expires_at) VALUES ($1, $2, $3, $4)");
    LINK = Sql::same("SELECT mandate, sealed_code, browser_hash, opened_at, identified_at, decided_at, expires_at FROM consent_links WHERE code_hash = $1");
    LINK_OF = Sql::same("SELECT mandate, sealed_code, browser_hash, opened_at, identified_at, decided_at, expires_at FROM consent_links WHERE mandate = $1");
    RENEW_LINK = Sql::same("UPDATE consent_links SET code_hash = $2, sealed_code = $3, browser_hash = NULL, opened_at = NULL, identified_at = NULL,
        expires_at = $4 WHERE mandate = $1 AND decided_at IS NULL");
    PROLONG_LINK = Sql::same("UPDATE consent_links SET expires_at = $2 WHERE mandate = $1");
    BIND_LINK = Sql::same("UPDATE consent_links SET browser_hash = $2, opened_at = $3 WHERE code_hash = $1 AND browser_hash IS NULL AND decided_at IS NULL");
    IDENTIFIED = Sql::same("UPDATE consent_links SET identified_at = $2 WHERE mandate = $1 AND decided_at IS NULL");
    DECIDED = Sql::same("UPDATE consent_links SET decided_at = $2 WHERE mandate = $1 AND decided_at IS NULL");
    INSERT_CONSENT = Sql::same("INSERT INTO consents (mandate, sealed_text, sealed_evidence, data_key, decided_at) VALUES ($1, $2, $3, $4, $5)");
    CONSENT = Sql::same("SELECT sealed_text, sealed_evidence, data_key, decided_at FROM consents WHERE mandate = $1");
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: MandateId,
    organisation: OrganisationId,
    drafted_by: AccountId,
    habilitation: HabilitationId,
    duration: MandateDuration,
    channel: Channel,
    text_version: String,
    reference: Vec<u8>,
    drafted_at: Instant,
    lapses_at: Instant,
    status: MandateStatus,
    pub(super) person: Option<PersonId>,
    consent_method: Option<ConsentMethod>,
    grade: Option<ConsentGrade>,
    text_digest: Option<Vec<u8>>,
    valid_from: Option<Instant>,
    valid_until: Option<Instant>,
    suspended_at: Option<Instant>,
    ended_at: Option<Instant>,
    ended_by: Option<EndedBy>,
    chain_n: i64,
    chain_head: Option<Vec<u8>>,
    renews: Option<MandateId>,
    themes: Option<String>,
}

/// A mandate with the state of its chain of entries.
#[derive(Clone, Debug)]
pub struct StoredMandate {
    /// The mandate.
    pub mandate: Mandate,
    /// How many entries it has.
    pub chain_n: i64,
    /// The leaf hash of its newest entry.
    pub chain_head: Option<Vec<u8>>,
}

/// A consent link: by its code's hash only; the code itself is sealed under the organisation's key, for the hand-over page.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ConsentLink {
    /// The draft it belongs to.
    pub mandate: MandateId,
    /// The code, sealed under the organisation's data key (label `consent.code`).
    pub sealed_code: Vec<u8>,
    /// The browser that continued it first.
    pub browser_hash: Option<Vec<u8>>,
    /// When that was.
    pub opened_at: Option<Instant>,
    /// When the person had said who she is.
    pub identified_at: Option<Instant>,
    /// When she decided.
    pub decided_at: Option<Instant>,
    /// Its last instant.
    pub expires_at: Instant,
}

/// The sealed text and evidence of a consent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoredConsent {
    /// The exact text, sealed (label `consent.text`).
    pub sealed_text: Vec<u8>,
    /// The evidence as JSON, sealed (label `consent.evidence`).
    pub sealed_evidence: Vec<u8>,
    /// The person's data key.
    pub data_key: DataKeyId,
    /// When she decided.
    pub decided_at: Instant,
}

impl Row {
    fn consent(&self) -> Result<Consent, DbError> {
        let missing = |column: &'static str| DbError::Inconsistent {
            table: "mandates",
            column,
            row: self.id.to_string(),
        };
        let digest = self.text_digest.as_deref().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        Ok(Consent {
            person: self.person.ok_or_else(|| missing("person"))?,
            method: self.consent_method.ok_or_else(|| missing("consent_method"))?,
            grade: self.grade.ok_or_else(|| missing("grade"))?,
            text_digest: digest.ok_or_else(|| missing("text_digest"))?,
            validity: Validity {
                from: self.valid_from.ok_or_else(|| missing("valid_from"))?,
                until: self.valid_until.ok_or_else(|| missing("valid_until"))?,
            },
        })
    }

    fn end(&self) -> Result<End, DbError> {
        let missing = |column: &'static str| DbError::Inconsistent {
            table: "mandates",
            column,
            row: self.id.to_string(),
        };
        Ok(End {
            at: self.ended_at.ok_or_else(|| missing("ended_at"))?,
            by: self.ended_by.ok_or_else(|| missing("ended_by"))?,
        })
    }

    fn life(&self) -> Result<Life, DbError> {
        let missing = |column: &'static str| DbError::Inconsistent {
            table: "mandates",
            column,
            row: self.id.to_string(),
        };
        Ok(match self.status {
            MandateStatus::Draft => Life::Draft { lapses_at: self.lapses_at },
            MandateStatus::AwaitingConsent => Life::AwaitingConsent { lapses_at: self.lapses_at },
            MandateStatus::Active => Life::Active { consent: self.consent()? },
            MandateStatus::Suspended => Life::Suspended {
                consent: self.consent()?,
                since: self.suspended_at.ok_or_else(|| missing("suspended_at"))?,
            },
            MandateStatus::Revoked => Life::Revoked { consent: self.consent()?, end: self.end()? },
            MandateStatus::Expired => Life::Expired { consent: self.consent()? },
            MandateStatus::Refused => Life::Refused { at: self.ended_at.ok_or_else(|| missing("ended_at"))? },
            MandateStatus::Lapsed => Life::Lapsed { at: self.ended_at.ok_or_else(|| missing("ended_at"))? },
        })
    }
}

impl Row {
    /// The themes, and whether one of them has ended.
    fn themes(&self) -> Result<(BTreeSet<Theme>, bool), DbError> {
        let listed = self.themes.as_deref().unwrap_or_default();
        let parse = |word: &str| {
            Theme::parse(word.trim_end_matches('!')).ok_or_else(|| DbError::Inconsistent {
                table: "mandate_themes",
                column: "theme",
                row: self.id.to_string(),
            })
        };
        let themes: Result<BTreeSet<Theme>, DbError> = listed.split_whitespace().map(parse).collect();
        Ok((themes?, listed.contains('!')))
    }
}

/// The mandate of a row; the ends of themes are read where there are any.
pub(super) async fn complete(tx: &mut Tx, row: Row) -> Result<StoredMandate, DbError> {
    let life = row.life()?;
    let reference = row.reference.as_slice().try_into().map_err(|_| DbError::Inconsistent {
        table: "mandates",
        column: "reference",
        row: row.id.to_string(),
    })?;
    let (themes, any_ended) = row.themes()?;
    let ended_themes = if any_ended { ended_themes(tx, row.id).await? } else { BTreeMap::new() };
    Ok(StoredMandate {
        mandate: Mandate {
            id: row.id,
            terms: Terms {
                organisation: row.organisation,
                drafted_by: row.drafted_by,
                habilitation: row.habilitation,
                themes,
                duration: row.duration,
                channel: row.channel,
                text_version: row.text_version,
                reference,
                drafted_at: row.drafted_at,
            },
            life,
            ended_themes,
            renews: row.renews,
        },
        chain_n: row.chain_n,
        chain_head: row.chain_head,
    })
}

async fn ended_themes(tx: &mut Tx, id: MandateId) -> Result<BTreeMap<Theme, End>, DbError> {
    let rows = tx.query(ENDED_THEMES).bind(id).fetch_all::<(Theme, Instant, EndedBy)>().await?;
    Ok(rows.into_iter().map(|(theme, at, by)| (theme, End { at, by })).collect())
}

async fn complete_all(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<StoredMandate>, DbError> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(complete(tx, row).await?);
    }
    Ok(all)
}

/// Adds a draft.
pub async fn insert(tx: &mut Tx, mandate: &Mandate) -> Result<(), DbError> {
    let (Life::Draft { lapses_at } | Life::AwaitingConsent { lapses_at }) = &mandate.life else {
        return Err(DbError::Other("only a draft is added".to_owned()));
    };
    let terms = &mandate.terms;
    tx.query(INSERT)
        .bind(mandate.id)
        .bind(terms.organisation)
        .bind(terms.drafted_by)
        .bind(terms.habilitation)
        .bind(terms.duration)
        .bind(terms.channel)
        .bind(&terms.text_version)
        .bind(&terms.reference[..])
        .bind(terms.drafted_at)
        .bind(*lapses_at)
        .bind(mandate.status())
        .execute()
        .await?;
    if let Some(old) = mandate.renews {
        tx.query(RENEW).bind(mandate.id).bind(old).execute().await?;
    }
    for theme in &terms.themes {
        tx.query(INSERT_THEME).bind(mandate.id).bind(*theme).execute().await?;
    }
    Ok(())
}

/// Takes a mandate to decide on it: no other transaction takes it until this one ends.
pub async fn take(tx: &mut Tx, id: MandateId) -> Result<Option<StoredMandate>, DbError> {
    match tx.query(TAKE).bind(id).fetch_optional::<(MandateId,)>().await? {
        Some(_) => find(tx, id).await,
        None => Ok(None),
    }
}

/// Reads a mandate without taking it.
pub async fn find(tx: &mut Tx, id: MandateId) -> Result<Option<StoredMandate>, DbError> {
    match tx.query(FIND).bind(id).fetch_optional::<Row>().await? {
        Some(row) => complete(tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// The mandates an organisation holds or drew up, newest first.
pub async fn of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<StoredMandate>, DbError> {
    let rows = tx.query(OF_ORGANISATION).bind(organisation).fetch_all::<Row>().await?;
    complete_all(tx, rows).await
}

/// The mandates of an organisation in force at `now`, by identifier, behind `after`.
pub async fn usable(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Instant,
    after: MandateId,
    most: i64,
) -> Result<Vec<StoredMandate>, DbError> {
    let query = tx.query(USABLE).bind(organisation).bind(now).bind(after).bind(most);
    let rows = query.fetch_all::<Row>().await?;
    complete_all(tx, rows).await
}

/// The active mandates of an organisation, each with its person's sealed data key: what their aliases are made of.
pub async fn keys(
    tx: &mut Tx,
    organisation: OrganisationId,
) -> Result<Vec<(MandateId, DataKeyId, Vec<u8>)>, DbError> {
    tx.query(KEYS).bind(organisation).fetch_all().await
}

/// The mandates a person gave, newest first.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<StoredMandate>, DbError> {
    let rows = tx.query(OF_PERSON).bind(person).fetch_all::<Row>().await?;
    complete_all(tx, rows).await
}

/// The mandates in force or held that an aidant drew up in an organisation, by identifier.
pub async fn drawn_up_by(
    tx: &mut Tx,
    organisation: OrganisationId,
    aidant: AccountId,
) -> Result<Vec<MandateId>, DbError> {
    let rows = tx.query(DRAWN_UP_BY).bind(organisation).bind(aidant).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Who drew up the mandates of an organisation that are in force or held.
pub async fn drafters(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<AccountId>, DbError> {
    let rows = tx.query(DRAFTERS).bind(organisation).fetch_all::<(AccountId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The mandates drawn up to follow this one, oldest first.
pub async fn renewals(tx: &mut Tx, old: MandateId) -> Result<Vec<StoredMandate>, DbError> {
    let rows = tx.query(RENEWALS).bind(old).fetch_all::<Row>().await?;
    complete_all(tx, rows).await
}

/// Writes where a mandate is in its life, and which themes have ended; nothing holds what is over.
pub async fn save(tx: &mut Tx, mandate: &Mandate) -> Result<(), DbError> {
    let consent = mandate.consent();
    let (suspended_at, ended_at, ended_by) = match &mandate.life {
        Life::Suspended { since, .. } => (Some(*since), None, None),
        Life::Revoked { end, .. } => (None, Some(end.at), Some(end.by)),
        Life::Refused { at } | Life::Lapsed { at } => (None, Some(*at), None),
        Life::Draft { .. } | Life::AwaitingConsent { .. } | Life::Active { .. } | Life::Expired { .. } => {
            (None, None, None)
        }
    };
    tx.query(SAVE)
        .bind(mandate.id)
        .bind(mandate.status())
        .bind(consent.map(|consent| consent.person))
        .bind(consent.map(|consent| consent.method))
        .bind(consent.map(|consent| consent.grade))
        .bind(consent.map(|consent| consent.text_digest.to_vec()))
        .bind(consent.map(|consent| consent.validity.from))
        .bind(consent.map(|consent| consent.validity.until))
        .bind(suspended_at)
        .bind(ended_at)
        .bind(ended_by)
        .execute()
        .await?;
    if matches!(mandate.life, Life::Revoked { .. } | Life::Expired { .. }) {
        tx.query(CLEAR_HOLDS).bind(mandate.id).execute().await?;
    }
    for (theme, end) in &mandate.ended_themes {
        tx.query(SAVE_THEME).bind(mandate.id).bind(*theme).bind(end.at).bind(end.by).execute().await?;
    }
    Ok(())
}

/// Gives a draft that awaits its person another last instant.
pub async fn set_lapse(tx: &mut Tx, id: MandateId, lapses_at: Instant) -> Result<(), DbError> {
    tx.query(SET_LAPSE).bind(id).bind(lapses_at).execute().await?;
    tx.query(PROLONG_LINK).bind(id).bind(lapses_at).execute().await?;
    Ok(())
}

/// Up to a hundred mandates whose time has passed and was not yet written down.
pub async fn overdue(tx: &mut Tx, now: Instant) -> Result<Vec<MandateId>, DbError> {
    // A mandate holds to the very end of its last second.
    let past = now.minus(std::time::Duration::from_secs(1));
    let rows = tx.query(OVERDUE).bind(now).bind(past).fetch_all::<(MandateId,)>().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Adds the link by which the person of a draft is asked.
pub async fn insert_link(
    tx: &mut Tx,
    code_hash: &[u8],
    mandate: MandateId,
    sealed_code: &[u8],
    expires_at: Instant,
) -> Result<(), DbError> {
    tx.query(INSERT_LINK).bind(code_hash).bind(mandate).bind(sealed_code).bind(expires_at).execute().await?;
    Ok(())
}

/// Puts another link in the place of a draft's, which opens nothing any more; `false` once she has answered.
pub async fn renew_link(
    tx: &mut Tx,
    mandate: MandateId,
    code_hash: &[u8],
    sealed_code: &[u8],
    expires_at: Instant,
) -> Result<bool, DbError> {
    let query = tx.query(RENEW_LINK).bind(mandate).bind(code_hash).bind(sealed_code).bind(expires_at);
    Ok(query.execute().await? == 1)
}

/// The link with this code.
pub async fn link(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<ConsentLink>, DbError> {
    tx.query(LINK).bind(code_hash).fetch_optional().await
}

/// The link of a draft.
pub async fn link_of(tx: &mut Tx, mandate: MandateId) -> Result<Option<ConsentLink>, DbError> {
    tx.query(LINK_OF).bind(mandate).fetch_optional().await
}

/// Binds a link to the browser that continues it first; `false` when another did.
pub async fn bind_link(
    tx: &mut Tx,
    code_hash: &[u8],
    browser_hash: &[u8],
    at: Instant,
) -> Result<bool, DbError> {
    Ok(tx.query(BIND_LINK).bind(code_hash).bind(browser_hash).bind(at).execute().await? == 1)
}

/// Notes that the person of a draft has said who she is.
pub async fn identified(tx: &mut Tx, mandate: MandateId, at: Instant) -> Result<(), DbError> {
    tx.query(IDENTIFIED).bind(mandate).bind(at).execute().await?;
    Ok(())
}

/// Uses the link up; `false` when it was used before.
pub async fn decided(tx: &mut Tx, mandate: MandateId, at: Instant) -> Result<bool, DbError> {
    Ok(tx.query(DECIDED).bind(mandate).bind(at).execute().await? == 1)
}

/// Keeps the sealed text and evidence of a consent.
pub async fn insert_consent(tx: &mut Tx, mandate: MandateId, consent: &StoredConsent) -> Result<(), DbError> {
    tx.query(INSERT_CONSENT)
        .bind(mandate)
        .bind(&consent.sealed_text)
        .bind(&consent.sealed_evidence)
        .bind(consent.data_key)
        .bind(consent.decided_at)
        .execute()
        .await?;
    Ok(())
}

/// The sealed text and evidence of a consent.
pub async fn consent(tx: &mut Tx, mandate: MandateId) -> Result<Option<StoredConsent>, DbError> {
    tx.query(CONSENT).bind(mandate).fetch_optional().await
}
