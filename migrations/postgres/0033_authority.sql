-- The authority's work: searches by administration, readings that a second agent approves, readings under a court's order.
ALTER TABLE entry_refs ADD COLUMN shown_from TIMESTAMPTZ;

-- What was asked (purpose, search, and whom and what it turned out to mean) is sealed under the system's key.
CREATE TABLE reading_requests (
    id UUID NOT NULL PRIMARY KEY,
    asked_by UUID NOT NULL REFERENCES accounts (id),
    asked_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL,
    decided_by UUID REFERENCES accounts (id),
    decided_at TIMESTAMPTZ,
    opened_at TIMESTAMPTZ,
    sealed BYTEA NOT NULL
);
CREATE INDEX reading_requests_by_time ON reading_requests (asked_at, id);

CREATE TABLE court_orders (
    id UUID NOT NULL PRIMARY KEY,
    recorded_by UUID REFERENCES accounts (id),
    recorded_at TIMESTAMPTZ NOT NULL,
    shown_from TIMESTAMPTZ NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX court_orders_by_time ON court_orders (recorded_at, id);

-- Readings that the person sees later; she is told once the day has come.
CREATE TABLE court_readings (
    entry UUID NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    court_order UUID NOT NULL REFERENCES court_orders (id),
    shown_from TIMESTAMPTZ NOT NULL,
    told_at TIMESTAMPTZ
);
CREATE INDEX court_readings_by_day ON court_readings (told_at, shown_from);
