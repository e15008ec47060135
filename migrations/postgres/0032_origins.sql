-- The names the ledger went on under after a loss, with the last head of the name before; the first name is a setting.
CREATE TABLE ledger_origins (
    from_size BIGINT NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    previous_note TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL
);

CREATE TRIGGER ledger_origins_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_origins
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
