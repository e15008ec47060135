-- An aidant's account at ProConnect, by a keyed hash of issuer, sub and identity provider; one for each account.
CREATE TABLE account_subjects (
    subject_hash BYTEA NOT NULL PRIMARY KEY,
    account UUID NOT NULL UNIQUE REFERENCES accounts (id),
    created_at TIMESTAMPTZ NOT NULL
);

-- Which second factor an act was opened with; none where that was not noted: the aidant's own code.
ALTER TABLE acts ADD COLUMN factor TEXT;
