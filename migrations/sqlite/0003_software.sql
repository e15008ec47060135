-- The aidant's own logins at business software, and acts opened by token exchange (RFC 8693).
CREATE TABLE software_logins (
    id BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    request TEXT NOT NULL,
    browser_hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    status TEXT NOT NULL,
    account BLOB REFERENCES accounts (id),
    organisation BLOB REFERENCES organisations (id),
    habilitation BLOB REFERENCES habilitations (id),
    factor_at TEXT,
    factor TEXT,
    session_hash BLOB,
    ends_at TEXT,
    code_hash BLOB UNIQUE,
    code_expires_at TEXT,
    refresh_hash BLOB UNIQUE,
    key_thumbprint TEXT
) STRICT;
CREATE INDEX software_logins_by_habilitation ON software_logins (habilitation);
CREATE INDEX software_logins_by_organisation ON software_logins (organisation);

-- What a login of this session hangs on: it stays through new ids of the session, and goes with the session.
ALTER TABLE sessions ADD COLUMN login_hash BLOB;
CREATE INDEX sessions_by_login ON sessions (login_hash);

-- The software that opened an act by exchange; none for an act opened in the browser.
ALTER TABLE acts ADD COLUMN via TEXT REFERENCES clients (id);
CREATE INDEX acts_by_via ON acts (via);
