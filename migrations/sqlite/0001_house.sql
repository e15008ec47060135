-- Settings of this installation, keys, data keys.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    current_at TEXT,
    retired_at TEXT
) STRICT;
CREATE UNIQUE INDEX signing_keys_one_current ON signing_keys (purpose, algorithm) WHERE state = 'current';
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (purpose, algorithm) WHERE state = 'next';

CREATE TABLE data_keys (
    id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- Organisations and professionals.
CREATE TABLE organisations (
    id BLOB NOT NULL PRIMARY KEY,
    siret TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    status TEXT NOT NULL,
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE organisation_withheld_themes (
    organisation BLOB NOT NULL REFERENCES organisations (id),
    theme TEXT NOT NULL,
    PRIMARY KEY (organisation, theme)
) STRICT;

CREATE TABLE accounts (
    id BLOB NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    email_hash BLOB NOT NULL,
    professional BLOB NOT NULL,
    totp_secret BLOB NOT NULL,
    totp_step INTEGER,
    national INTEGER NOT NULL,
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_by_email ON accounts (role, email_hash);

CREATE TABLE account_clients (
    account BLOB NOT NULL REFERENCES accounts (id),
    client TEXT NOT NULL,
    PRIMARY KEY (account, client)
) STRICT;

CREATE TABLE referents (
    account BLOB NOT NULL REFERENCES accounts (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (account, organisation)
) STRICT;

CREATE TABLE habilitations (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    status TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX habilitations_one_living ON habilitations (account, organisation) WHERE status <> 'ended';
CREATE INDEX habilitations_by_organisation ON habilitations (organisation);

-- Logging in.
CREATE TABLE login_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL REFERENCES accounts (id),
    browser_hash BLOB NOT NULL,
    factor_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT
) STRICT;

CREATE TABLE throttles (
    subject_hash BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    blocked_until TEXT
) STRICT;

CREATE TABLE sessions (
    id_hash BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Persons.
CREATE TABLE persons (
    id BLOB NOT NULL PRIMARY KEY,
    identity BLOB NOT NULL,
    identification TEXT NOT NULL,
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE person_subjects (
    subject_hash BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES persons (id)
) STRICT;

CREATE TABLE blocks (
    person BLOB NOT NULL REFERENCES persons (id),
    target_kind TEXT NOT NULL,
    target BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (person, target_kind, target)
) STRICT;

-- Mandates.
CREATE TABLE mandates (
    id BLOB NOT NULL PRIMARY KEY,
    organisation BLOB NOT NULL REFERENCES organisations (id),
    drafted_by BLOB NOT NULL REFERENCES accounts (id),
    habilitation BLOB NOT NULL REFERENCES habilitations (id),
    duration TEXT NOT NULL,
    channel TEXT NOT NULL,
    text_version TEXT NOT NULL,
    reference BLOB NOT NULL,
    drafted_at TEXT NOT NULL,
    lapses_at TEXT NOT NULL,
    status TEXT NOT NULL,
    person BLOB REFERENCES persons (id),
    consent_method TEXT,
    grade TEXT,
    text_digest BLOB,
    valid_from TEXT,
    valid_until TEXT,
    suspended_at TEXT,
    ended_at TEXT,
    ended_by TEXT,
    chain_n INTEGER NOT NULL,
    chain_head BLOB
) STRICT;
CREATE INDEX mandates_by_organisation ON mandates (organisation, status);
CREATE INDEX mandates_by_person ON mandates (person);

CREATE TABLE mandate_themes (
    mandate BLOB NOT NULL REFERENCES mandates (id),
    theme TEXT NOT NULL,
    ended_at TEXT,
    ended_by TEXT,
    PRIMARY KEY (mandate, theme)
) STRICT;

CREATE TABLE consent_links (
    code_hash BLOB NOT NULL PRIMARY KEY,
    mandate BLOB NOT NULL UNIQUE REFERENCES mandates (id),
    sealed_code BLOB NOT NULL,
    browser_hash BLOB,
    opened_at TEXT,
    identified_at TEXT,
    decided_at TEXT,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE consents (
    mandate BLOB NOT NULL PRIMARY KEY REFERENCES mandates (id),
    sealed_text BLOB NOT NULL,
    sealed_evidence BLOB NOT NULL,
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    decided_at TEXT NOT NULL
) STRICT;

CREATE TABLE attestations (
    id BLOB NOT NULL PRIMARY KEY,
    mandate BLOB NOT NULL REFERENCES mandates (id),
    code_hash BLOB NOT NULL UNIQUE,
    sealed_code BLOB NOT NULL,
    created_at TEXT NOT NULL,
    replaced_at TEXT,
    verified_day TEXT
) STRICT;
CREATE INDEX attestations_by_mandate ON attestations (mandate);

CREATE TABLE cases (
    id BLOB NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    person BLOB NOT NULL REFERENCES persons (id),
    mandate BLOB NOT NULL REFERENCES mandates (id),
    entry BLOB NOT NULL,
    client TEXT,
    status TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT
) STRICT;
CREATE INDEX cases_by_person ON cases (person);
CREATE UNIQUE INDEX cases_one_per_entry ON cases (person, entry);

-- Clients, requests, acts, tokens.
CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    secret_hash BLOB,
    registration TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE pushed_requests (
    uri_hash BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    act BLOB,
    browser_hash BLOB
) STRICT;

CREATE TABLE acts (
    id BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    browser_hash BLOB NOT NULL,
    status TEXT NOT NULL,
    account BLOB REFERENCES accounts (id),
    organisation BLOB REFERENCES organisations (id),
    habilitation BLOB REFERENCES habilitations (id),
    person BLOB REFERENCES persons (id),
    mandate BLOB REFERENCES mandates (id),
    theme TEXT,
    opened_at TEXT,
    factor_at TEXT,
    txn BLOB UNIQUE,
    code_hash BLOB UNIQUE,
    code_expires_at TEXT,
    redeemed_at TEXT
) STRICT;
CREATE INDEX acts_by_mandate ON acts (mandate);

CREATE TABLE tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    client TEXT NOT NULL REFERENCES clients (id),
    act BLOB REFERENCES acts (id),
    mandate BLOB REFERENCES mandates (id),
    expires_at TEXT NOT NULL,
    ended_at TEXT
) STRICT;
CREATE INDEX tokens_by_act ON tokens (act);

CREATE TABLE seen_tokens (
    id_hash BLOB NOT NULL PRIMARY KEY,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE receipts (
    client TEXT NOT NULL REFERENCES clients (id),
    idempotency_key TEXT NOT NULL,
    act BLOB NOT NULL REFERENCES acts (id),
    request_hash BLOB NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (client, idempotency_key)
) STRICT;

CREATE TABLE verifications (
    client TEXT NOT NULL REFERENCES clients (id),
    mandate BLOB NOT NULL REFERENCES mandates (id),
    day TEXT NOT NULL,
    PRIMARY KEY (client, mandate, day)
) STRICT;

-- Messages to send.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_until TEXT,
    sent_at TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL;
