-- Event streams (Shared Signals), and what waits to be told to a client. A signal names its stream without a foreign key:
-- ending a mandate neither waits for a stream that is being deleted nor fails with it.
CREATE TABLE signal_streams (
    id BLOB NOT NULL PRIMARY KEY,
    client TEXT NOT NULL UNIQUE REFERENCES clients (id),
    status TEXT NOT NULL,
    reason TEXT,
    method TEXT NOT NULL,
    endpoint TEXT,
    sealed_header BLOB,
    events TEXT NOT NULL,
    description TEXT,
    created_at TEXT NOT NULL,
    verified_at TEXT
) STRICT;

CREATE TABLE signal_mutes (
    stream BLOB NOT NULL REFERENCES signal_streams (id) ON DELETE CASCADE,
    subject_hash BLOB NOT NULL,
    PRIMARY KEY (stream, subject_hash)
) STRICT;

-- One row per receiver. Inside a lane (a mandate, an act, or the signal alone) the lower place is told first.
CREATE TABLE signals (
    id BLOB NOT NULL PRIMARY KEY,
    stream BLOB,
    client TEXT NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    lane BLOB NOT NULL,
    place INTEGER NOT NULL,
    act BLOB,
    sealed BLOB NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    claimed_until TEXT,
    done_at TEXT,
    outcome TEXT
) STRICT;
CREATE INDEX signals_waiting ON signals (stream, lane, place) WHERE done_at IS NULL;
CREATE INDEX signals_due ON signals (due_at) WHERE done_at IS NULL;
CREATE INDEX signals_done ON signals (done_at) WHERE done_at IS NOT NULL;
-- The session of an act ends once at its client, whatever ends it again afterwards.
CREATE UNIQUE INDEX signals_one_end_of_session ON signals (act, kind) WHERE act IS NOT NULL;

CREATE INDEX tokens_by_mandate ON tokens (mandate, client);
CREATE INDEX acts_in_session ON acts (redeemed_at) WHERE redeemed_at IS NOT NULL;
