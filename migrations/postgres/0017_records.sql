-- Erasure: a person of whom nothing is known any more keeps her bare number, so that mandates and acts still point somewhere.
ALTER TABLE persons ADD COLUMN erased_at TIMESTAMPTZ;

CREATE TABLE erasure_requests (
    person UUID NOT NULL PRIMARY KEY REFERENCES persons (id),
    asked_at TIMESTAMPTZ NOT NULL
);

-- One turn of retention each day: what was dropped, by class, as JSON.
CREATE TABLE retention_runs (
    day TEXT NOT NULL PRIMARY KEY,
    begun_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    counts TEXT NOT NULL
);
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
    digest BYTEA NOT NULL,
    imported_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ
);
CREATE INDEX places_by_commune ON places (folded, name, id);
CREATE INDEX places_by_postcode ON places (postcode, name, id);

-- An aidant showed a person the way to a place; why, and a pass numérique's number, are sealed under the person's key.
CREATE TABLE orientations (
    id UUID NOT NULL PRIMARY KEY,
    mandate UUID NOT NULL REFERENCES mandates (id),
    person UUID NOT NULL REFERENCES persons (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    account UUID NOT NULL REFERENCES accounts (id),
    place TEXT NOT NULL REFERENCES places (id),
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX orientations_by_mandate ON orientations (mandate);
CREATE INDEX orientations_by_person ON orientations (person);
CREATE INDEX orientations_by_day ON orientations (created_at);

-- What is counted, by day and by month; nothing in it names anybody.
CREATE TABLE statistics_days (
    day TEXT NOT NULL,
    measure TEXT NOT NULL,
    departement TEXT NOT NULL,
    theme TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, measure, departement, theme)
);

CREATE TABLE statistics_months (
    month TEXT NOT NULL,
    measure TEXT NOT NULL,
    departement TEXT NOT NULL,
    theme TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (month, measure, departement, theme)
);
CREATE INDEX acts_by_opening ON acts (opened_at);
CREATE INDEX mandates_by_beginning ON mandates (valid_from);
CREATE INDEX mandates_by_drafter ON mandates (drafted_by, valid_from);

-- Signs of abuse: what was noticed, when, why; the same thing is noticed once.
CREATE TABLE signs (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    noticed_at TIMESTAMPTZ NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    count BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    account UUID REFERENCES accounts (id),
    organisation UUID REFERENCES organisations (id),
    person UUID REFERENCES persons (id),
    status TEXT NOT NULL,
    note BYTEA,
    reviewed_by UUID REFERENCES accounts (id),
    reviewed_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX signs_once ON signs (kind, subject);
CREATE INDEX signs_by_status ON signs (status, noticed_at, id);
