-- How the person of a draft is asked who is not at the desk or has no FranceConnect: whom the aidant expects, where she is reached,
-- the code she needs, and the referent's word beside hers. What is sealed is forgotten when the draft is over.
CREATE TABLE askings (
    mandate UUID NOT NULL PRIMARY KEY REFERENCES mandates (id),
    sealed BYTEA,
    data_key UUID NOT NULL REFERENCES data_keys (id),
    person UUID REFERENCES persons (id),
    email_hash BYTEA,
    phone_hash BYTEA,
    code_hash BYTEA NOT NULL,
    code_expires_at TIMESTAMPTZ NOT NULL,
    tries BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    sent_at TIMESTAMPTZ,
    confirmed_at TIMESTAMPTZ,
    referent UUID REFERENCES accounts (id),
    referent_at TIMESTAMPTZ,
    ended TEXT
);
CREATE INDEX askings_by_person ON askings (person);
CREATE INDEX askings_by_email ON askings (email_hash);
CREATE INDEX askings_by_phone ON askings (phone_hash);

-- Persons known by what an aidant took down, each in one organisation only, found again there by a keyed hash of name and birth date.
CREATE TABLE declared_persons (
    person UUID NOT NULL PRIMARY KEY REFERENCES persons (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    identity_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX declared_persons_by_identity ON declared_persons (organisation, identity_hash);
