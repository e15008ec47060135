-- What a line says stands beside where it is found again: both may go one day, what the tree is made of stays where it was. One
-- row and one index less for each line, and what it says need not repeat whom it names. What was written before stays in
-- ledger_payloads and is read there.
ALTER TABLE entry_refs ADD COLUMN data_key UUID;
ALTER TABLE entry_refs ADD COLUMN sealed BYTEA;

CREATE TRIGGER entry_refs_kept BEFORE DELETE OR TRUNCATE ON entry_refs
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER entry_refs_sealed_once BEFORE UPDATE OF data_key, sealed ON entry_refs
FOR EACH ROW WHEN (NEW.sealed IS NOT NULL OR NEW.data_key IS NOT NULL) EXECUTE FUNCTION ledger_is_append_only();

-- What a line says is put together with whom it names: neither is ever changed. A person who is erased is named no longer.
CREATE TRIGGER entry_refs_named_once BEFORE UPDATE OF entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from
ON entry_refs FOR EACH ROW
WHEN ((NEW.person IS NOT NULL AND NEW.person IS DISTINCT FROM OLD.person)
    OR (NEW.entry, NEW.at, NEW.kind, NEW.refused, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from)
        IS DISTINCT FROM (OLD.entry, OLD.at, OLD.kind, OLD.refused, OLD.mandate, OLD.act, OLD.account, OLD.organisation, OLD.client, OLD.shown_from))
EXECUTE FUNCTION ledger_is_append_only();

CREATE OR REPLACE VIEW ledger_lines AS
SELECT e.id, e.at, e.leaf, e.leaf_hash, COALESCE(r.data_key, p.data_key) AS data_key, COALESCE(r.sealed, p.sealed) AS sealed, r.kind, r.refused,
    r.person, r.mandate, r.act, r.account, r.organisation, r.client, r.shown_from, CAST(NULL AS BIGINT) AS chain_n
FROM ledger_entries e JOIN entry_refs r ON r.entry = e.id LEFT JOIN ledger_payloads p ON p.entry = e.id;

CREATE OR REPLACE FUNCTION ledger_add_line() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO ledger_entries (id, at, leaf, leaf_hash)
    VALUES (NEW.id, NEW.at, NEW.leaf, CASE WHEN length(NEW.leaf) = 32 THEN '' ELSE NEW.leaf_hash END);
    INSERT INTO ledger_pending (entry, at) VALUES (NEW.id, NEW.at);
    INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from, data_key, sealed)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.refused, NEW.person, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from,
        NEW.data_key, NEW.sealed);
    IF NEW.chain_n IS NOT NULL THEN
        UPDATE mandates SET chain_n = NEW.chain_n, chain_head = NEW.leaf_hash WHERE id = NEW.mandate AND chain_n = NEW.chain_n - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'line % is not the next of its mandate', NEW.chain_n;
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- The service's role, where deploy/postgres/roles.sql made it: a line's row is changed, never removed.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'procura_service') THEN
        REVOKE DELETE ON entry_refs FROM procura_service;
    END IF;
END $$;
