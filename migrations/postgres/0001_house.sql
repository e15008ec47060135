-- Settings of this installation, keys, data keys.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    current_at TIMESTAMPTZ,
    retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX signing_keys_one_current ON signing_keys (purpose, algorithm) WHERE state = 'current';
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (purpose, algorithm) WHERE state = 'next';

CREATE TABLE data_keys (
    id UUID NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Organisations and professionals.
CREATE TABLE organisations (
    id UUID NOT NULL PRIMARY KEY,
    siret TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    status TEXT NOT NULL,
    data_key UUID NOT NULL REFERENCES data_keys (id),
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE organisation_withheld_themes (
    organisation UUID NOT NULL REFERENCES organisations (id),
    theme TEXT NOT NULL,
    PRIMARY KEY (organisation, theme)
);

CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    email_hash BYTEA NOT NULL,
    professional BYTEA NOT NULL,
    totp_secret BYTEA NOT NULL,
    totp_step BIGINT,
    national BOOLEAN NOT NULL,
    data_key UUID NOT NULL REFERENCES data_keys (id),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX accounts_by_email ON accounts (role, email_hash);

CREATE TABLE account_clients (
    account UUID NOT NULL REFERENCES accounts (id),
    client TEXT NOT NULL,
    PRIMARY KEY (account, client)
);

CREATE TABLE referents (
    account UUID NOT NULL REFERENCES accounts (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (account, organisation)
);

CREATE TABLE habilitations (
    id UUID NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    status TEXT NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX habilitations_one_living ON habilitations (account, organisation) WHERE status <> 'ended';
CREATE INDEX habilitations_by_organisation ON habilitations (organisation);

-- Logging in.
CREATE TABLE login_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account UUID NOT NULL REFERENCES accounts (id),
    browser_hash BYTEA NOT NULL,
    factor_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);

CREATE TABLE throttles (
    subject_hash BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ
);

CREATE TABLE sessions (
    id_hash BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Persons.
CREATE TABLE persons (
    id UUID NOT NULL PRIMARY KEY,
    identity BYTEA NOT NULL,
    identification TEXT NOT NULL,
    data_key UUID NOT NULL REFERENCES data_keys (id),
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE person_subjects (
    subject_hash BYTEA NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES persons (id)
);

CREATE TABLE blocks (
    person UUID NOT NULL REFERENCES persons (id),
    target_kind TEXT NOT NULL,
    target UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, target_kind, target)
);

-- Mandates.
CREATE TABLE mandates (
    id UUID NOT NULL PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    drafted_by UUID NOT NULL REFERENCES accounts (id),
    habilitation UUID NOT NULL REFERENCES habilitations (id),
    duration TEXT NOT NULL,
    channel TEXT NOT NULL,
    text_version TEXT NOT NULL,
    reference BYTEA NOT NULL,
    drafted_at TIMESTAMPTZ NOT NULL,
    lapses_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL,
    person UUID REFERENCES persons (id),
    consent_method TEXT,
    grade TEXT,
    text_digest BYTEA,
    valid_from TIMESTAMPTZ,
    valid_until TIMESTAMPTZ,
    suspended_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    ended_by TEXT,
    chain_n BIGINT NOT NULL,
    chain_head BYTEA
);
CREATE INDEX mandates_by_organisation ON mandates (organisation, status);
CREATE INDEX mandates_by_person ON mandates (person);

CREATE TABLE mandate_themes (
    mandate UUID NOT NULL REFERENCES mandates (id),
    theme TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by TEXT,
    PRIMARY KEY (mandate, theme)
);

CREATE TABLE consent_links (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    mandate UUID NOT NULL UNIQUE REFERENCES mandates (id),
    sealed_code BYTEA NOT NULL,
    browser_hash BYTEA,
    opened_at TIMESTAMPTZ,
    identified_at TIMESTAMPTZ,
    decided_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE consents (
    mandate UUID NOT NULL PRIMARY KEY REFERENCES mandates (id),
    sealed_text BYTEA NOT NULL,
    sealed_evidence BYTEA NOT NULL,
    data_key UUID NOT NULL REFERENCES data_keys (id),
    decided_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE attestations (
    id UUID NOT NULL PRIMARY KEY,
    mandate UUID NOT NULL REFERENCES mandates (id),
    code_hash BYTEA NOT NULL UNIQUE,
    sealed_code BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    replaced_at TIMESTAMPTZ,
    verified_day TEXT
);
CREATE INDEX attestations_by_mandate ON attestations (mandate);

CREATE TABLE cases (
    id UUID NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    person UUID NOT NULL REFERENCES persons (id),
    mandate UUID NOT NULL REFERENCES mandates (id),
    entry UUID NOT NULL,
    client TEXT,
    status TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);
CREATE INDEX cases_by_person ON cases (person);
CREATE UNIQUE INDEX cases_one_per_entry ON cases (person, entry);

-- Clients, requests, acts, tokens.
CREATE TABLE clients (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    secret_hash BYTEA,
    registration TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE pushed_requests (
    uri_hash BYTEA NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    act UUID,
    browser_hash BYTEA
);

CREATE TABLE acts (
    id UUID NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    browser_hash BYTEA NOT NULL,
    status TEXT NOT NULL,
    account UUID REFERENCES accounts (id),
    organisation UUID REFERENCES organisations (id),
    habilitation UUID REFERENCES habilitations (id),
    person UUID REFERENCES persons (id),
    mandate UUID REFERENCES mandates (id),
    theme TEXT,
    opened_at TIMESTAMPTZ,
    factor_at TIMESTAMPTZ,
    txn UUID UNIQUE,
    code_hash BYTEA UNIQUE,
    code_expires_at TIMESTAMPTZ,
    redeemed_at TIMESTAMPTZ
);
CREATE INDEX acts_by_mandate ON acts (mandate);

CREATE TABLE tokens (
    jti TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    client TEXT NOT NULL REFERENCES clients (id),
    act UUID REFERENCES acts (id),
    mandate UUID REFERENCES mandates (id),
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX tokens_by_act ON tokens (act);

CREATE TABLE seen_tokens (
    id_hash BYTEA NOT NULL PRIMARY KEY,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE receipts (
    client TEXT NOT NULL REFERENCES clients (id),
    idempotency_key TEXT NOT NULL,
    act UUID NOT NULL REFERENCES acts (id),
    request_hash BYTEA NOT NULL,
    entry UUID NOT NULL,
    PRIMARY KEY (client, idempotency_key)
);

CREATE TABLE verifications (
    client TEXT NOT NULL REFERENCES clients (id),
    mandate UUID NOT NULL REFERENCES mandates (id),
    day TEXT NOT NULL,
    PRIMARY KEY (client, mandate, day)
);

-- Messages to send.
CREATE TABLE outbox (
    id UUID NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_until TIMESTAMPTZ,
    sent_at TIMESTAMPTZ
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL;
