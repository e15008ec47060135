-- Event streams (Shared Signals), and what waits to be told to a client. A signal names its stream without a foreign key:
-- ending a mandate neither waits for a stream that is being deleted nor fails with it.
CREATE TABLE signal_streams (
    id UUID NOT NULL PRIMARY KEY,
    client TEXT NOT NULL UNIQUE REFERENCES clients (id),
    status TEXT NOT NULL,
    reason TEXT,
    method TEXT NOT NULL,
    endpoint TEXT,
    sealed_header BYTEA,
    events TEXT NOT NULL,
    description TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    verified_at TIMESTAMPTZ
);

CREATE TABLE signal_mutes (
    stream UUID NOT NULL REFERENCES signal_streams (id) ON DELETE CASCADE,
    subject_hash BYTEA NOT NULL,
    PRIMARY KEY (stream, subject_hash)
);

-- One row per receiver. Inside a lane (a mandate, an act, or the signal alone) the lower place is told first.
CREATE TABLE signals (
    id UUID NOT NULL PRIMARY KEY,
    stream UUID,
    client TEXT NOT NULL REFERENCES clients (id),
    kind TEXT NOT NULL,
    lane UUID NOT NULL,
    place BIGINT NOT NULL,
    act UUID,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_until TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    outcome TEXT
);
CREATE INDEX signals_waiting ON signals (stream, lane, place) WHERE done_at IS NULL;
CREATE INDEX signals_due ON signals (due_at) WHERE done_at IS NULL;
CREATE INDEX signals_done ON signals (done_at) WHERE done_at IS NOT NULL;
-- The session of an act ends once at its client, whatever ends it again afterwards.
CREATE UNIQUE INDEX signals_one_end_of_session ON signals (act, kind) WHERE act IS NOT NULL;

CREATE INDEX tokens_by_mandate ON tokens (mandate, client);
CREATE INDEX acts_in_session ON acts (redeemed_at) WHERE redeemed_at IS NOT NULL;
