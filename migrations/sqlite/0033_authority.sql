-- The authority's work: searches by administration, readings that a second agent approves, readings under a court's order.
ALTER TABLE entry_refs ADD COLUMN shown_from TEXT;

-- What was asked (purpose, search, and whom and what it turned out to mean) is sealed under the system's key.
CREATE TABLE reading_requests (
    id BLOB NOT NULL PRIMARY KEY,
    asked_by BLOB NOT NULL REFERENCES accounts (id),
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_by BLOB REFERENCES accounts (id),
    decided_at TEXT,
    opened_at TEXT,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX reading_requests_by_time ON reading_requests (asked_at, id);

CREATE TABLE court_orders (
    id BLOB NOT NULL PRIMARY KEY,
    recorded_by BLOB REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    shown_from TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX court_orders_by_time ON court_orders (recorded_at, id);

-- Readings that the person sees later; she is told once the day has come.
CREATE TABLE court_readings (
    entry BLOB NOT NULL PRIMARY KEY REFERENCES ledger_entries (id),
    court_order BLOB NOT NULL REFERENCES court_orders (id),
    shown_from TEXT NOT NULL,
    told_at TEXT
) STRICT;
CREATE INDEX court_readings_by_day ON court_readings (told_at, shown_from);
