-- The second factors of a professional: an application, a card, passkeys. One that has ended keeps its line, without its secret.
CREATE TABLE factors (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BLOB,
    label BLOB,
    serial TEXT,
    credential_hash BLOB UNIQUE,
    totp_step INTEGER,
    drift INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT,
    ended_at TEXT,
    ended_why TEXT
) STRICT;
CREATE INDEX factors_by_account ON factors (account, created_at);
CREATE UNIQUE INDEX factors_one_of_a_card ON factors (serial) WHERE state <> 'ended';

INSERT INTO factors (id, account, kind, state, sealed, totp_step, drift, created_at)
    SELECT id, id, 'totp_app', 'active', totp_secret, totp_step, 0, created_at FROM accounts;

ALTER TABLE accounts DROP COLUMN totp_secret;
ALTER TABLE accounts DROP COLUMN totp_step;

-- Sessions whose second factor was given before this instant are over.
ALTER TABLE accounts ADD COLUMN sessions_from TEXT;

-- Cards of the stock; a card that was given away has its secret in `factors`, under its holder's key.
CREATE TABLE cards (
    serial TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    sealed BLOB,
    account BLOB REFERENCES accounts (id),
    imported_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX cards_by_state ON cards (state, serial);

-- Links by which a professional enrols her own second factor: the first time, or after a reset.
CREATE TABLE account_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    browser_hash BLOB,
    used_at TEXT
) STRICT;
CREATE INDEX account_links_by_account ON account_links (account);

-- Resets of all second factors of an account: one asks, another one confirms.
CREATE TABLE factor_resets (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL,
    reason BLOB NOT NULL,
    asked_by BLOB REFERENCES accounts (id),
    organisation BLOB REFERENCES organisations (id),
    asked_at TEXT NOT NULL,
    decided_by BLOB REFERENCES accounts (id),
    decided_at TEXT
) STRICT;
CREATE UNIQUE INDEX factor_resets_one_waiting ON factor_resets (account) WHERE state = 'waiting';
CREATE INDEX factor_resets_by_state ON factor_resets (state, asked_at, id);
