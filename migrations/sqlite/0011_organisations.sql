-- What an organisation is and where; requests to become one; mergers and the mandates that moved with them.
ALTER TABLE organisations ADD COLUMN kind TEXT;
ALTER TABLE organisations ADD COLUMN postcode TEXT;
ALTER TABLE organisations ADD COLUMN departement TEXT;
ALTER TABLE organisations ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE organisations ADD COLUMN merged_into BLOB REFERENCES organisations (id);
ALTER TABLE organisations ADD COLUMN merged_at TEXT;
UPDATE organisations SET folded = lower(name);
CREATE INDEX organisations_by_folded ON organisations (folded, id);

CREATE TABLE organisation_requests (
    id BLOB NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    siret TEXT NOT NULL,
    sealed BLOB NOT NULL,
    words BLOB,
    code_hash BLOB NOT NULL UNIQUE,
    sealed_code BLOB NOT NULL,
    contact_hash BLOB NOT NULL,
    organisation BLOB REFERENCES organisations (id),
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    created_at TEXT NOT NULL,
    since TEXT NOT NULL,
    submitted_at TEXT
) STRICT;
CREATE UNIQUE INDEX organisation_requests_one_open ON organisation_requests (siret) WHERE state IN ('submitted', 'changes_asked');
CREATE INDEX organisation_requests_by_state ON organisation_requests (state, since, id);
CREATE INDEX organisation_requests_by_contact ON organisation_requests (contact_hash);
CREATE INDEX organisation_requests_by_organisation ON organisation_requests (organisation);

CREATE TABLE organisation_merges (
    absorbed BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    target BLOB NOT NULL REFERENCES organisations (id),
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL
) STRICT;

CREATE TABLE mandate_transfers (
    mandate BLOB NOT NULL REFERENCES mandates (id),
    from_organisation BLOB NOT NULL REFERENCES organisations (id),
    to_organisation BLOB NOT NULL REFERENCES organisations (id),
    at TEXT NOT NULL,
    PRIMARY KEY (mandate, from_organisation)
) STRICT;

-- Files to read in: parts of the file sealed, every fault found, and how far it has come.
CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_account BLOB REFERENCES accounts (id),
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    lines INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    claimed_until TEXT,
    created_at TEXT NOT NULL,
    since TEXT NOT NULL
) STRICT;
CREATE INDEX imports_by_state ON imports (state, created_at);

CREATE TABLE import_parts (
    import BLOB NOT NULL REFERENCES imports (id),
    n INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (import, n)
) STRICT;

CREATE TABLE import_faults (
    import BLOB NOT NULL REFERENCES imports (id),
    n INTEGER NOT NULL,
    line INTEGER NOT NULL,
    place TEXT NOT NULL,
    fault TEXT NOT NULL,
    PRIMARY KEY (import, n)
) STRICT;
