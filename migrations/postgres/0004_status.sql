-- Status lists: which index speaks of which mandate and themes, decoys among them, and every list as it was signed.
CREATE TABLE status_lists (
    name TEXT NOT NULL PRIMARY KEY,
    capacity BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    shown TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE status_entries (
    list TEXT NOT NULL REFERENCES status_lists (name),
    idx BIGINT NOT NULL,
    sector TEXT,
    mandate UUID REFERENCES mandates (id),
    themes TEXT,
    decoy TEXT,
    decoy_until TIMESTAMPTZ,
    PRIMARY KEY (list, idx)
);
CREATE UNIQUE INDEX status_entries_one_each ON status_entries (mandate, sector, themes);

CREATE TABLE status_tokens (
    list TEXT NOT NULL REFERENCES status_lists (name),
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (list, issued_at)
);

-- Which of our own things an alias given to a sector stands for; the alias itself is kept as a keyed hash.
CREATE TABLE client_aliases (
    sector TEXT NOT NULL,
    kind TEXT NOT NULL,
    alias_hash BYTEA NOT NULL,
    target UUID NOT NULL,
    PRIMARY KEY (sector, kind, alias_hash)
);
CREATE INDEX client_aliases_by_target ON client_aliases (target);
