-- The ledger. Entries, their order, tiles and checkpoints are only ever added; payloads may be dropped by retention.
CREATE TABLE ledger_entries (
    id UUID NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    leaf BYTEA NOT NULL,
    leaf_hash BYTEA NOT NULL
);

CREATE TABLE ledger_payloads (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    data_key UUID NOT NULL,
    sealed BYTEA NOT NULL
);

-- Where the lines of a person, a mandate, an aidant, … are found again; derived, and dropped when a person is erased.
CREATE TABLE entry_refs (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    refused BOOLEAN NOT NULL,
    person UUID,
    mandate UUID,
    act UUID,
    account UUID,
    organisation UUID,
    client TEXT
);
CREATE INDEX entry_refs_by_person ON entry_refs (person, at);
CREATE INDEX entry_refs_by_mandate ON entry_refs (mandate, at);
CREATE INDEX entry_refs_by_act ON entry_refs (act);
CREATE INDEX entry_refs_by_account ON entry_refs (account, at);
CREATE INDEX entry_refs_by_organisation ON entry_refs (organisation, at);

-- Entries without an index yet; the integrator empties it.
CREATE TABLE ledger_pending (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    at TIMESTAMPTZ NOT NULL
);

CREATE TABLE ledger_sequence (
    idx BIGINT NOT NULL PRIMARY KEY,
    entry UUID NOT NULL UNIQUE REFERENCES ledger_entries (id)
);

CREATE TABLE ledger_tiles (
    level BIGINT NOT NULL,
    idx BIGINT NOT NULL,
    width BIGINT NOT NULL,
    data BYTEA NOT NULL,
    PRIMARY KEY (level, idx, width)
);

CREATE TABLE ledger_checkpoints (
    size BIGINT NOT NULL PRIMARY KEY,
    root BYTEA NOT NULL,
    note TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;

CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_sequence_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_sequence
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_tiles_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_tiles
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_payloads_no_update BEFORE UPDATE OR TRUNCATE ON ledger_payloads
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
