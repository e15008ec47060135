-- By what persons and professionals are found by name: keyed hashes of their folded names, never the names.
CREATE TABLE person_names (
    hash BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES persons (id),
    PRIMARY KEY (hash, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_names_by_person ON person_names (person);

CREATE TABLE account_names (
    hash BLOB NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (hash, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_names_by_account ON account_names (account);

-- Whoever was stored before is opened and hashed by a job; a search opens those it has not come to.
ALTER TABLE persons ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
CREATE INDEX persons_unnamed ON persons (id) WHERE named = FALSE AND erased_at IS NULL;
CREATE INDEX accounts_unnamed ON accounts (id) WHERE named = FALSE;

-- How many mandates stand in each status; counted by a job.
CREATE TABLE mandate_counts (
    status TEXT NOT NULL PRIMARY KEY,
    mandates INTEGER NOT NULL,
    counted_at TEXT NOT NULL
) STRICT;
