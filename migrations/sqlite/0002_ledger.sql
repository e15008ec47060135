-- The ledger. Entries, their order, tiles and checkpoints are only ever added; payloads may be dropped by retention.
CREATE TABLE ledger_entries (
    id BLOB NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    leaf BLOB NOT NULL,
    leaf_hash BLOB NOT NULL
) STRICT;

CREATE TABLE ledger_payloads (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    data_key BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- Where the lines of a person, a mandate, an aidant, … are found again; derived, and dropped when a person is erased.
CREATE TABLE entry_refs (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    refused INTEGER NOT NULL,
    person BLOB,
    mandate BLOB,
    act BLOB,
    account BLOB,
    organisation BLOB,
    client TEXT
) STRICT;
CREATE INDEX entry_refs_by_person ON entry_refs (person, at);
CREATE INDEX entry_refs_by_mandate ON entry_refs (mandate, at);
CREATE INDEX entry_refs_by_act ON entry_refs (act);
CREATE INDEX entry_refs_by_account ON entry_refs (account, at);
CREATE INDEX entry_refs_by_organisation ON entry_refs (organisation, at);

-- Entries without an index yet; the integrator empties it.
CREATE TABLE ledger_pending (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE ledger_sequence (
    idx INTEGER NOT NULL PRIMARY KEY,
    entry BLOB NOT NULL UNIQUE REFERENCES ledger_entries (id)
) STRICT;

CREATE TABLE ledger_tiles (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    width INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (level, idx, width)
) STRICT;

CREATE TABLE ledger_checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_sequence_no_update BEFORE UPDATE ON ledger_sequence
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_sequence_no_delete BEFORE DELETE ON ledger_sequence
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_tiles_no_update BEFORE UPDATE ON ledger_tiles
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_tiles_no_delete BEFORE DELETE ON ledger_tiles
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_checkpoints_no_update BEFORE UPDATE ON ledger_checkpoints
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_checkpoints_no_delete BEFORE DELETE ON ledger_checkpoints
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_payloads_no_update BEFORE UPDATE ON ledger_payloads
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
