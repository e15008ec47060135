-- Where a person is written to, what she wants to be told, the links of her notices, and the paper code of her space.
CREATE TABLE person_contacts (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    sealed BLOB NOT NULL,
    lookup BLOB NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TEXT NOT NULL,
    confirmed_at TEXT,
    ended_at TEXT,
    code_hash BLOB,
    code_tries INTEGER NOT NULL,
    code_expires_at TEXT
) STRICT;
CREATE INDEX person_contacts_by_person ON person_contacts (person);
CREATE INDEX person_contacts_by_lookup ON person_contacts (lookup);
CREATE UNIQUE INDEX person_contacts_once ON person_contacts (person, lookup) WHERE ended_at IS NULL;

CREATE TABLE person_preferences (
    person BLOB NOT NULL REFERENCES persons (id),
    topic TEXT NOT NULL,
    delivery TEXT NOT NULL,
    PRIMARY KEY (person, topic)
) STRICT;

CREATE TABLE person_languages (
    person BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    language TEXT NOT NULL,
    chosen INTEGER NOT NULL
) STRICT;

CREATE TABLE notice_links (
    code_hash BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES persons (id),
    mandate BLOB NOT NULL REFERENCES mandates (id),
    act BLOB,
    topic TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    case_number TEXT
) STRICT;
CREATE INDEX notice_links_by_mandate ON notice_links (mandate);
CREATE UNIQUE INDEX notice_links_one_per_act ON notice_links (act) WHERE act IS NOT NULL;

CREATE TABLE paper_codes (
    id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL REFERENCES persons (id),
    code_hash BLOB NOT NULL UNIQUE,
    made_by BLOB NOT NULL REFERENCES accounts (id),
    organisation BLOB NOT NULL REFERENCES organisations (id),
    created_at TEXT NOT NULL,
    ended_at TEXT,
    sms_hash BLOB,
    sms_browser BLOB,
    sms_tries INTEGER NOT NULL,
    sms_expires_at TEXT
) STRICT;
CREATE UNIQUE INDEX paper_codes_one_each ON paper_codes (person) WHERE ended_at IS NULL;
