-- By what persons and professionals are found by name: keyed hashes of their folded names, never the names.
CREATE TABLE person_names (
    hash BYTEA NOT NULL,
    person UUID NOT NULL REFERENCES persons (id),
    PRIMARY KEY (hash, person)
);
CREATE INDEX person_names_by_person ON person_names (person);

CREATE TABLE account_names (
    hash BYTEA NOT NULL,
    account UUID NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (hash, account)
);
CREATE INDEX account_names_by_account ON account_names (account);

-- Whoever was stored before is opened and hashed by a job; a search opens those it has not come to.
ALTER TABLE persons ADD COLUMN named BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN named BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX persons_unnamed ON persons (id) WHERE named = FALSE AND erased_at IS NULL;
CREATE INDEX accounts_unnamed ON accounts (id) WHERE named = FALSE;

-- How many mandates stand in each status; counted by a job.
CREATE TABLE mandate_counts (
    status TEXT NOT NULL PRIMARY KEY,
    mandates BIGINT NOT NULL,
    counted_at TIMESTAMPTZ NOT NULL
);
