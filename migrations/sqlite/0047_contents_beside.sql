-- What a line says stands beside where it is found again: both may go one day, what the tree is made of stays where it was. One
-- row and one index less for each line, and what it says need not repeat whom it names. What was written before stays in
-- ledger_payloads and is read there.
ALTER TABLE entry_refs ADD COLUMN data_key BLOB;
ALTER TABLE entry_refs ADD COLUMN sealed BLOB;

CREATE TRIGGER entry_refs_kept BEFORE DELETE ON entry_refs
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER entry_refs_sealed_once BEFORE UPDATE OF data_key, sealed ON entry_refs
WHEN NEW.sealed IS NOT NULL OR NEW.data_key IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- What a line says is put together with whom it names: neither is ever changed. A person who is erased is named no longer.
CREATE TRIGGER entry_refs_named_once BEFORE UPDATE OF entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from
ON entry_refs
WHEN (NEW.person IS NOT NULL AND NEW.person IS NOT OLD.person) OR NEW.entry <> OLD.entry OR NEW.at <> OLD.at OR NEW.kind <> OLD.kind
    OR NEW.refused <> OLD.refused OR NEW.mandate IS NOT OLD.mandate OR NEW.act IS NOT OLD.act OR NEW.account IS NOT OLD.account
    OR NEW.organisation IS NOT OLD.organisation OR NEW.client IS NOT OLD.client OR NEW.shown_from IS NOT OLD.shown_from
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

DROP TRIGGER ledger_lines_add;
DROP VIEW ledger_lines;

CREATE VIEW ledger_lines AS
SELECT e.id, e.at, e.leaf, e.leaf_hash, COALESCE(r.data_key, p.data_key) AS data_key, COALESCE(r.sealed, p.sealed) AS sealed, r.kind, r.refused,
    r.person, r.mandate, r.act, r.account, r.organisation, r.client, r.shown_from, CAST(NULL AS INTEGER) AS chain_n
FROM ledger_entries e JOIN entry_refs r ON r.entry = e.id LEFT JOIN ledger_payloads p ON p.entry = e.id;

CREATE TRIGGER ledger_lines_add INSTEAD OF INSERT ON ledger_lines
BEGIN
    INSERT INTO ledger_entries (id, at, leaf, leaf_hash)
    VALUES (NEW.id, NEW.at, NEW.leaf, CASE WHEN length(NEW.leaf) = 32 THEN x'' ELSE NEW.leaf_hash END);
    INSERT INTO ledger_pending (entry, at) VALUES (NEW.id, NEW.at);
    INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from, data_key, sealed)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.refused, NEW.person, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from,
        NEW.data_key, NEW.sealed);
    SELECT RAISE(ABORT, 'a line is not the next of its mandate')
    WHERE NEW.chain_n IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandates WHERE id = NEW.mandate AND chain_n = NEW.chain_n - 1);
    UPDATE mandates SET chain_n = NEW.chain_n, chain_head = NEW.leaf_hash WHERE id = NEW.mandate AND NEW.chain_n IS NOT NULL;
END;
