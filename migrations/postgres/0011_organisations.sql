-- What an organisation is and where; requests to become one; mergers and the mandates that moved with them.
ALTER TABLE organisations ADD COLUMN kind TEXT;
ALTER TABLE organisations ADD COLUMN postcode TEXT;
ALTER TABLE organisations ADD COLUMN departement TEXT;
ALTER TABLE organisations ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE organisations ADD COLUMN merged_into UUID REFERENCES organisations (id);
ALTER TABLE organisations ADD COLUMN merged_at TIMESTAMPTZ;
UPDATE organisations SET folded = lower(name);
CREATE INDEX organisations_by_folded ON organisations (folded, id);

CREATE TABLE organisation_requests (
    id UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    siret TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    words BYTEA,
    code_hash BYTEA NOT NULL UNIQUE,
    sealed_code BYTEA NOT NULL,
    contact_hash BYTEA NOT NULL,
    organisation UUID REFERENCES organisations (id),
    data_key UUID NOT NULL REFERENCES data_keys (id),
    created_at TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    submitted_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX organisation_requests_one_open ON organisation_requests (siret) WHERE state IN ('submitted', 'changes_asked');
CREATE INDEX organisation_requests_by_state ON organisation_requests (state, since, id);
CREATE INDEX organisation_requests_by_contact ON organisation_requests (contact_hash);
CREATE INDEX organisation_requests_by_organisation ON organisation_requests (organisation);

CREATE TABLE organisation_merges (
    absorbed UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    target UUID NOT NULL REFERENCES organisations (id),
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE mandate_transfers (
    mandate UUID NOT NULL REFERENCES mandates (id),
    from_organisation UUID NOT NULL REFERENCES organisations (id),
    to_organisation UUID NOT NULL REFERENCES organisations (id),
    at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (mandate, from_organisation)
);

-- Files to read in: parts of the file sealed, every fault found, and how far it has come.
CREATE TABLE imports (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_account UUID REFERENCES accounts (id),
    data_key UUID NOT NULL REFERENCES data_keys (id),
    lines BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    claimed_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL
);
CREATE INDEX imports_by_state ON imports (state, created_at);

CREATE TABLE import_parts (
    import UUID NOT NULL REFERENCES imports (id),
    n BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (import, n)
);

CREATE TABLE import_faults (
    import UUID NOT NULL REFERENCES imports (id),
    n BIGINT NOT NULL,
    line BIGINT NOT NULL,
    place TEXT NOT NULL,
    fault TEXT NOT NULL,
    PRIMARY KEY (import, n)
);
