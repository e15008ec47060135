-- A line that names its place in the chain of its mandate moves the end of that chain with it, and only from the place before.
CREATE OR REPLACE VIEW ledger_lines AS
SELECT e.id, e.at, e.leaf, e.leaf_hash, p.data_key, p.sealed, r.kind, r.refused, r.person, r.mandate, r.act, r.account, r.organisation, r.client,
    r.shown_from, CAST(NULL AS BIGINT) AS chain_n
FROM ledger_entries e JOIN ledger_payloads p ON p.entry = e.id JOIN entry_refs r ON r.entry = e.id;

CREATE OR REPLACE FUNCTION ledger_add_line() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    INSERT INTO ledger_entries (id, at, leaf, leaf_hash) VALUES (NEW.id, NEW.at, NEW.leaf, NEW.leaf_hash);
    INSERT INTO ledger_pending (entry, at) VALUES (NEW.id, NEW.at);
    INSERT INTO ledger_payloads (entry, data_key, sealed) VALUES (NEW.id, NEW.data_key, NEW.sealed);
    INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.refused, NEW.person, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from);
    IF NEW.chain_n IS NOT NULL THEN
        UPDATE mandates SET chain_n = NEW.chain_n, chain_head = NEW.leaf_hash WHERE id = NEW.mandate AND chain_n = NEW.chain_n - 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'line % is not the next of its mandate', NEW.chain_n;
        END IF;
    END IF;
    RETURN NEW;
END $$;
