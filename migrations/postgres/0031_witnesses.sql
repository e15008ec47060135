-- What others say about the ledger's checkpoints: cosignatures of witnesses and time-stamps, only ever added to.
CREATE TABLE ledger_cosignatures (
    size BIGINT NOT NULL REFERENCES ledger_checkpoints (size),
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    cosigned_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (size, witness)
);

CREATE TABLE ledger_timestamps (
    size BIGINT NOT NULL PRIMARY KEY REFERENCES ledger_checkpoints (size),
    reply BYTEA NOT NULL,
    stamped_at TIMESTAMPTZ NOT NULL
);

-- How it stands with each witness and with the time-stamping authority: what it knows, and when it is asked again.
CREATE TABLE checkpoint_receivers (
    name TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    fault TEXT,
    tried_at TIMESTAMPTZ NOT NULL,
    next_at TIMESTAMPTZ NOT NULL
);

-- Until when a ledger key that was replaced still signs beside its successor.
ALTER TABLE signing_keys ADD COLUMN signs_until TIMESTAMPTZ;

CREATE TRIGGER ledger_cosignatures_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_cosignatures
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_timestamps_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_timestamps
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
