-- The aidant's own logins at business software, and acts opened by token exchange (RFC 8693).
CREATE TABLE software_logins (
    id UUID NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    browser_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL,
    account UUID REFERENCES accounts (id),
    organisation UUID REFERENCES organisations (id),
    habilitation UUID REFERENCES habilitations (id),
    factor_at TIMESTAMPTZ,
    factor TEXT,
    session_hash BYTEA,
    ends_at TIMESTAMPTZ,
    code_hash BYTEA UNIQUE,
    code_expires_at TIMESTAMPTZ,
    refresh_hash BYTEA UNIQUE,
    key_thumbprint TEXT
);
CREATE INDEX software_logins_by_habilitation ON software_logins (habilitation);
CREATE INDEX software_logins_by_organisation ON software_logins (organisation);

-- What a login of this session hangs on: it stays through new ids of the session, and goes with the session.
ALTER TABLE sessions ADD COLUMN login_hash BYTEA;
CREATE INDEX sessions_by_login ON sessions (login_hash);

-- The software that opened an act by exchange; none for an act opened in the browser.
ALTER TABLE acts ADD COLUMN via TEXT REFERENCES clients (id);
CREATE INDEX acts_by_via ON acts (via);
