-- What operators look for by kind, and what an erased key was for, without reading the whole trail.
CREATE INDEX entry_refs_by_kind ON entry_refs (kind, at);
CREATE INDEX persons_by_data_key ON persons (data_key);

-- How many lines of each kind were put into the tree that day (UTC); counted by the integrator, nothing personal.
CREATE TABLE trail_days (
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    refused INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    PRIMARY KEY (day, kind, refused)
) STRICT;
INSERT INTO trail_days (day, kind, refused, lines)
SELECT substr(r.at, 1, 10), r.kind, r.refused, COUNT(*)
FROM entry_refs r JOIN ledger_sequence s ON s.entry = r.entry GROUP BY 1, 2, 3;
