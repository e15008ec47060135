-- The names the ledger went on under after a loss, with the last head of the name before; the first name is a setting.
CREATE TABLE ledger_origins (
    from_size INTEGER NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    previous_note TEXT NOT NULL,
    opened_at TEXT NOT NULL
) STRICT;

CREATE TRIGGER ledger_origins_no_update BEFORE UPDATE ON ledger_origins
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_origins_no_delete BEFORE DELETE ON ledger_origins
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
