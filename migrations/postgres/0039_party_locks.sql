-- An act holds habilitation, organisation, account and client as they are without leaving a mark in their rows: by a shared
-- advisory lock, which every change of such a row takes alone. Gateways of an older release go on with row locks, which a
-- change waits for as well.
CREATE FUNCTION party_key(name TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT hashtextextended(name, 5077) $$;

CREATE FUNCTION party_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    PERFORM pg_advisory_xact_lock(party_key(OLD.id::text));
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER habilitations_party BEFORE UPDATE OR DELETE ON habilitations FOR EACH ROW EXECUTE FUNCTION party_changes();
CREATE TRIGGER organisations_party BEFORE UPDATE OR DELETE ON organisations FOR EACH ROW EXECUTE FUNCTION party_changes();
CREATE TRIGGER accounts_party BEFORE UPDATE OR DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION party_changes();
CREATE TRIGGER clients_party BEFORE UPDATE OR DELETE ON clients FOR EACH ROW EXECUTE FUNCTION party_changes();

-- What a line consists of is written by one trigger from the entry itself, and entries are never deleted: that each part has
-- its entry need not be looked up again for each.
ALTER TABLE ledger_payloads DROP CONSTRAINT ledger_payloads_entry_fkey;
ALTER TABLE entry_refs DROP CONSTRAINT entry_refs_entry_fkey;
ALTER TABLE ledger_pending DROP CONSTRAINT ledger_pending_entry_fkey;
