-- What others say about the ledger's checkpoints: cosignatures of witnesses and time-stamps, only ever added to.
CREATE TABLE ledger_cosignatures (
    size INTEGER NOT NULL REFERENCES ledger_checkpoints (size),
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    cosigned_at TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT;

CREATE TABLE ledger_timestamps (
    size INTEGER NOT NULL PRIMARY KEY REFERENCES ledger_checkpoints (size),
    reply BLOB NOT NULL,
    stamped_at TEXT NOT NULL
) STRICT;

-- How it stands with each witness and with the time-stamping authority: what it knows, and when it is asked again.
CREATE TABLE checkpoint_receivers (
    name TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    fault TEXT,
    tried_at TEXT NOT NULL,
    next_at TEXT NOT NULL
) STRICT;

-- Until when a ledger key that was replaced still signs beside its successor.
ALTER TABLE signing_keys ADD COLUMN signs_until TEXT;

CREATE TRIGGER ledger_cosignatures_no_update BEFORE UPDATE ON ledger_cosignatures
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_cosignatures_no_delete BEFORE DELETE ON ledger_cosignatures
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_timestamps_no_update BEFORE UPDATE ON ledger_timestamps
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_timestamps_no_delete BEFORE DELETE ON ledger_timestamps
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
