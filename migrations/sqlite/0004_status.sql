-- Status lists: which index speaks of which mandate and themes, decoys among them, and every list as it was signed.
CREATE TABLE status_lists (
    name TEXT NOT NULL PRIMARY KEY,
    capacity INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    shown TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE status_entries (
    list TEXT NOT NULL REFERENCES status_lists (name),
    idx INTEGER NOT NULL,
    sector TEXT,
    mandate BLOB REFERENCES mandates (id),
    themes TEXT,
    decoy TEXT,
    decoy_until TEXT,
    PRIMARY KEY (list, idx)
) STRICT;
CREATE UNIQUE INDEX status_entries_one_each ON status_entries (mandate, sector, themes);

CREATE TABLE status_tokens (
    list TEXT NOT NULL REFERENCES status_lists (name),
    issued_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (list, issued_at)
) STRICT;

-- Which of our own things an alias given to a sector stands for; the alias itself is kept as a keyed hash.
CREATE TABLE client_aliases (
    sector TEXT NOT NULL,
    kind TEXT NOT NULL,
    alias_hash BLOB NOT NULL,
    target BLOB NOT NULL,
    PRIMARY KEY (sector, kind, alias_hash)
) STRICT;
CREATE INDEX client_aliases_by_target ON client_aliases (target);
