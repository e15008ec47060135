-- Erasure: a person of whom nothing is known any more keeps her bare number, so that mandates and acts still point somewhere.
ALTER TABLE persons ADD COLUMN erased_at TEXT;

CREATE TABLE erasure_requests (
    person BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    asked_at TEXT NOT NULL
) STRICT;

-- One turn of retention each day: what was dropped, by class, as JSON.
CREATE TABLE retention_runs (
    day TEXT NOT NULL PRIMARY KEY,
    begun_at TEXT NOT NULL,
    ended_at TEXT,
    counts TEXT NOT NULL
) STRICT;
CREATE INDEX tokens_by_expiry ON tokens (expires_at);

-- Places of digital mediation, as the national open-data schema describes them.
CREATE TABLE places (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    pivot TEXT NOT NULL,
    commune TEXT NOT NULL,
    folded TEXT NOT NULL,
    postcode TEXT NOT NULL,
    insee TEXT NOT NULL,
    address TEXT NOT NULL,
    address_more TEXT NOT NULL,
    latitude TEXT NOT NULL,
    longitude TEXT NOT NULL,
    typology TEXT NOT NULL,
    phone TEXT NOT NULL,
    emails TEXT NOT NULL,
    websites TEXT NOT NULL,
    hours TEXT NOT NULL,
    presentation TEXT NOT NULL,
    services TEXT NOT NULL,
    publics TEXT NOT NULL,
    special_care TEXT NOT NULL,
    costs TEXT NOT NULL,
    access TEXT NOT NULL,
    labels TEXT NOT NULL,
    source TEXT NOT NULL,
    updated_on TEXT NOT NULL,
    digest BLOB NOT NULL,
    imported_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE INDEX places_by_commune ON places (folded, name, id);
CREATE INDEX places_by_postcode ON places (postcode, name, id);

-- An aidant showed a person the way to a place; why, and a pass numérique's number, are sealed under the person's key.
CREATE TABLE orientations (
    id BLOB NOT NULL PRIMARY KEY,
    mandate BLOB NOT NULL REFERENCES mandates (id),
    person BLOB NOT NULL REFERENCES persons (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    account BLOB NOT NULL REFERENCES accounts (id),
    place TEXT NOT NULL REFERENCES places (id),
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX orientations_by_mandate ON orientations (mandate);
CREATE INDEX orientations_by_person ON orientations (person);
CREATE INDEX orientations_by_day ON orientations (created_at);

-- What is counted, by day and by month; nothing in it names anybody.
CREATE TABLE statistics_days (
    day TEXT NOT NULL,
    measure TEXT NOT NULL,
    departement TEXT NOT NULL,
    theme TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, measure, departement, theme)
) STRICT;

CREATE TABLE statistics_months (
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    departement TEXT NOT NULL,
    theme TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (month, measure, departement, theme)
) STRICT;
CREATE INDEX acts_by_opening ON acts (opened_at);
CREATE INDEX mandates_by_beginning ON mandates (valid_from);
CREATE INDEX mandates_by_drafter ON mandates (drafted_by, valid_from);

-- Signs of abuse: what was noticed, when, why; the same thing is noticed once.
CREATE TABLE signs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    noticed_at TEXT NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    count INTEGER NOT NULL,
    threshold INTEGER NOT NULL,
    account BLOB REFERENCES accounts (id),
    organisation BLOB REFERENCES organisations (id),
    person BLOB REFERENCES persons (id),
    status TEXT NOT NULL,
    note BLOB,
    reviewed_by BLOB REFERENCES accounts (id),
    reviewed_at TEXT
) STRICT;
CREATE UNIQUE INDEX signs_once ON signs (kind, subject);
CREATE INDEX signs_by_status ON signs (status, noticed_at, id);
