-- One line of the ledger as a whole: adding one fills its four tables in one statement.
CREATE VIEW ledger_lines AS
SELECT e.id, e.at, e.leaf, e.leaf_hash, p.data_key, p.sealed, r.kind, r.refused, r.person, r.mandate, r.act, r.account, r.organisation, r.client,
    r.shown_from
FROM ledger_entries e JOIN ledger_payloads p ON p.entry = e.id JOIN entry_refs r ON r.entry = e.id;

CREATE TRIGGER ledger_lines_add INSTEAD OF INSERT ON ledger_lines
BEGIN
    INSERT INTO ledger_entries (id, at, leaf, leaf_hash) VALUES (NEW.id, NEW.at, NEW.leaf, NEW.leaf_hash);
    INSERT INTO ledger_pending (entry, at) VALUES (NEW.id, NEW.at);
    INSERT INTO ledger_payloads (entry, data_key, sealed) VALUES (NEW.id, NEW.data_key, NEW.sealed);
    INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.refused, NEW.person, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from);
END;
