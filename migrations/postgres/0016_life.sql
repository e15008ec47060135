-- The life of a mandate: what it renews, everything that holds it, the notices given of its end.
ALTER TABLE mandates ADD COLUMN renews UUID REFERENCES mandates (id);
CREATE INDEX mandates_by_renewed ON mandates (renews);
CREATE INDEX mandates_by_end ON mandates (valid_until);

-- What holds a mandate now; it is in force again when its last row is gone. The source is a case, an organisation, a person or an account.
CREATE TABLE mandate_holds (
    mandate UUID NOT NULL REFERENCES mandates (id),
    cause TEXT NOT NULL,
    source UUID NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (mandate, cause, source)
);
CREATE INDEX mandate_holds_by_source ON mandate_holds (source);

CREATE TABLE end_notices (
    mandate UUID NOT NULL REFERENCES mandates (id),
    days BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (mandate, days)
);

-- A case is answered, then closed with an outcome; each step is a line of the ledger, and its words stand there.
ALTER TABLE cases ADD COLUMN answered_at TIMESTAMPTZ;
ALTER TABLE cases ADD COLUMN outcome TEXT;
CREATE INDEX cases_by_mandate ON cases (mandate);
CREATE INDEX cases_by_time ON cases (opened_at, id);

CREATE TABLE case_steps (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX case_steps_by_case ON case_steps (case_id, at);

-- Errors that aidants declared; the same words about the same line only once.
CREATE TABLE act_errors (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    line UUID NOT NULL REFERENCES ledger_entries (id),
    digest BYTEA NOT NULL,
    mandate UUID NOT NULL REFERENCES mandates (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    account UUID NOT NULL REFERENCES accounts (id),
    client TEXT,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (line, digest)
);
CREATE INDEX act_errors_by_organisation ON act_errors (organisation, at);

-- Revocations an operator recorded for a person who telephoned or wrote: what the written confirmation says.
CREATE TABLE recorded_revocations (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES persons (id),
    entry UUID NOT NULL REFERENCES ledger_entries (id),
    channel TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX recorded_revocations_by_person ON recorded_revocations (person, at);

CREATE TABLE recorded_revocation_ends (
    record UUID NOT NULL REFERENCES recorded_revocations (id),
    mandate UUID NOT NULL REFERENCES mandates (id),
    theme TEXT NOT NULL,
    PRIMARY KEY (record, mandate, theme)
);

INSERT INTO mandate_holds (mandate, cause, source, since)
    SELECT c.mandate, 'case', c.id, c.opened_at FROM cases c JOIN mandates m ON m.id = c.mandate
    WHERE m.status = 'suspended' AND c.status <> 'closed';
