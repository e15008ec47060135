-- What overlaps after a rotation, changes that wait for a second operator, keys read from a client's address, refused calls.
CREATE TABLE client_former_secrets (
    client TEXT NOT NULL PRIMARY KEY REFERENCES clients (id),
    secret_hash BLOB NOT NULL,
    until TEXT NOT NULL
) STRICT;

CREATE TABLE client_former_keys (
    client TEXT NOT NULL PRIMARY KEY REFERENCES clients (id),
    jwks TEXT NOT NULL,
    until TEXT NOT NULL
) STRICT;

CREATE TABLE client_changes (
    client TEXT NOT NULL PRIMARY KEY REFERENCES clients (id),
    registration TEXT NOT NULL,
    changed TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL
) STRICT;

CREATE TABLE client_key_sets (
    client TEXT NOT NULL PRIMARY KEY REFERENCES clients (id),
    uri TEXT NOT NULL,
    jwks TEXT,
    fetched_at TEXT,
    tried_at TEXT NOT NULL
) STRICT;

CREATE TABLE client_faults (
    client TEXT NOT NULL REFERENCES clients (id),
    reference TEXT NOT NULL,
    at TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    error TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (client, reference)
) STRICT;
CREATE INDEX client_faults_by_time ON client_faults (client, at);

CREATE INDEX entry_refs_by_client ON entry_refs (client, at);
CREATE INDEX acts_by_client ON acts (client, opened_at);
