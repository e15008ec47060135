-- How the person of a draft is asked who is not at the desk or has no FranceConnect: whom the aidant expects, where she is reached,
-- the code she needs, and the referent's word beside hers. What is sealed is forgotten when the draft is over.
CREATE TABLE askings (
    mandate BLOB NOT NULL PRIMARY KEY REFERENCES mandates (id),
    sealed BLOB,
    data_key BLOB NOT NULL REFERENCES data_keys (id),
    person BLOB REFERENCES persons (id),
    email_hash BLOB,
    phone_hash BLOB,
    code_hash BLOB NOT NULL,
    code_expires_at TEXT NOT NULL,
    tries INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    sent_at TEXT,
    confirmed_at TEXT,
    referent BLOB REFERENCES accounts (id),
    referent_at TEXT,
    ended TEXT
) STRICT;
CREATE INDEX askings_by_person ON askings (person);
CREATE INDEX askings_by_email ON askings (email_hash);
CREATE INDEX askings_by_phone ON askings (phone_hash);

-- Persons known by what an aidant took down, each in one organisation only, found again there by a keyed hash of name and birth date.
CREATE TABLE declared_persons (
    person BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    identity_hash BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX declared_persons_by_identity ON declared_persons (organisation, identity_hash);
