-- The second factors of a professional: an application, a card, passkeys. One that has ended keeps its line, without its secret.
CREATE TABLE factors (
    id UUID NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed BYTEA,
    label BYTEA,
    serial TEXT,
    credential_hash BYTEA UNIQUE,
    totp_step BIGINT,
    drift BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ended_why TEXT
);
CREATE INDEX factors_by_account ON factors (account, created_at);
CREATE UNIQUE INDEX factors_one_of_a_card ON factors (serial) WHERE state <> 'ended';

INSERT INTO factors (id, account, kind, state, sealed, totp_step, drift, created_at)
    SELECT id, id, 'totp_app', 'active', totp_secret, totp_step, 0, created_at FROM accounts;

ALTER TABLE accounts DROP COLUMN totp_secret;
ALTER TABLE accounts DROP COLUMN totp_step;

-- Sessions whose second factor was given before this instant are over.
ALTER TABLE accounts ADD COLUMN sessions_from TIMESTAMPTZ;

-- Cards of the stock; a card that was given away has its secret in `factors`, under its holder's key.
CREATE TABLE cards (
    serial TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    sealed BYTEA,
    account UUID REFERENCES accounts (id),
    imported_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX cards_by_state ON cards (state, serial);

-- Links by which a professional enrols her own second factor: the first time, or after a reset.
CREATE TABLE account_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    browser_hash BYTEA,
    used_at TIMESTAMPTZ
);
CREATE INDEX account_links_by_account ON account_links (account);

-- Resets of all second factors of an account: one asks, another one confirms.
CREATE TABLE factor_resets (
    id UUID NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL,
    reason BYTEA NOT NULL,
    asked_by UUID REFERENCES accounts (id),
    organisation UUID REFERENCES organisations (id),
    asked_at TIMESTAMPTZ NOT NULL,
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX factor_resets_one_waiting ON factor_resets (account) WHERE state = 'waiting';
CREATE INDEX factor_resets_by_state ON factor_resets (state, asked_at, id);
