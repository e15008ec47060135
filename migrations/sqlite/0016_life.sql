-- The life of a mandate: what it renews, everything that holds it, the notices given of its end.
ALTER TABLE mandates ADD COLUMN renews BLOB REFERENCES mandates (id);
CREATE INDEX mandates_by_renewed ON mandates (renews);
CREATE INDEX mandates_by_end ON mandates (valid_until);

-- What holds a mandate now; it is in force again when its last row is gone. The source is a case, an organisation, a person or an account.
CREATE TABLE mandate_holds (
    mandate BLOB NOT NULL REFERENCES mandates (id),
    cause TEXT NOT NULL,
    source BLOB NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (mandate, cause, source)
) STRICT;
CREATE INDEX mandate_holds_by_source ON mandate_holds (source);

CREATE TABLE end_notices (
    mandate BLOB NOT NULL REFERENCES mandates (id),
    days INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (mandate, days)
) STRICT;

-- A case is answered, then closed with an outcome; each step is a line of the ledger, and its words stand there.
ALTER TABLE cases ADD COLUMN answered_at TEXT;
ALTER TABLE cases ADD COLUMN outcome TEXT;
CREATE INDEX cases_by_mandate ON cases (mandate);
CREATE INDEX cases_by_time ON cases (opened_at, id);

CREATE TABLE case_steps (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    case_id BLOB NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX case_steps_by_case ON case_steps (case_id, at);

-- Errors that aidants declared; the same words about the same line only once.
CREATE TABLE act_errors (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    line BLOB NOT NULL REFERENCES ledger_entries (id),
    digest BLOB NOT NULL,
    mandate BLOB NOT NULL REFERENCES mandates (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    account BLOB NOT NULL REFERENCES accounts (id),
    client TEXT,
    at TEXT NOT NULL,
    UNIQUE (line, digest)
) STRICT;
CREATE INDEX act_errors_by_organisation ON act_errors (organisation, at);

-- Revocations an operator recorded for a person who telephoned or wrote: what the written confirmation says.
CREATE TABLE recorded_revocations (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES persons (id),
    entry BLOB NOT NULL REFERENCES ledger_entries (id),
    channel TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX recorded_revocations_by_person ON recorded_revocations (person, at);

CREATE TABLE recorded_revocation_ends (
    record BLOB NOT NULL REFERENCES recorded_revocations (id),
    mandate BLOB NOT NULL REFERENCES mandates (id),
    theme TEXT NOT NULL,
    PRIMARY KEY (record, mandate, theme)
) STRICT;

INSERT INTO mandate_holds (mandate, cause, source, since)
    SELECT c.mandate, 'case', c.id, c.opened_at FROM cases c JOIN mandates m ON m.id = c.mandate
    WHERE m.status = 'suspended' AND c.status <> 'closed';
