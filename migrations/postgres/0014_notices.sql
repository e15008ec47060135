-- Where a person is written to, what she wants to be told, the links of her notices, and the paper code of her space.
CREATE TABLE person_contacts (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    lookup BYTEA NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ,
    code_hash BYTEA,
    code_tries BIGINT NOT NULL,
    code_expires_at TIMESTAMPTZ
);
CREATE INDEX person_contacts_by_person ON person_contacts (person);
CREATE INDEX person_contacts_by_lookup ON person_contacts (lookup);
CREATE UNIQUE INDEX person_contacts_once ON person_contacts (person, lookup) WHERE ended_at IS NULL;

CREATE TABLE person_preferences (
    person UUID NOT NULL REFERENCES persons (id),
    topic TEXT NOT NULL,
    delivery TEXT NOT NULL,
    PRIMARY KEY (person, topic)
);

CREATE TABLE person_languages (
    person UUID NOT NULL PRIMARY KEY REFERENCES persons (id),
    language TEXT NOT NULL,
    chosen BOOLEAN NOT NULL
);

CREATE TABLE notice_links (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES persons (id),
    mandate UUID NOT NULL REFERENCES mandates (id),
    act UUID,
    topic TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    case_number TEXT
);
CREATE INDEX notice_links_by_mandate ON notice_links (mandate);
CREATE UNIQUE INDEX notice_links_one_per_act ON notice_links (act) WHERE act IS NOT NULL;

CREATE TABLE paper_codes (
    id UUID NOT NULL PRIMARY KEY,
    person UUID NOT NULL REFERENCES persons (id),
    code_hash BYTEA NOT NULL UNIQUE,
    made_by UUID NOT NULL REFERENCES accounts (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    sms_hash BYTEA,
    sms_browser BYTEA,
    sms_tries BIGINT NOT NULL,
    sms_expires_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX paper_codes_one_each ON paper_codes (person) WHERE ended_at IS NULL;
