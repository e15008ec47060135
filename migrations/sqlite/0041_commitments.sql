-- Of an entry only its commitment is stored: the published leaf is made of it, identifier and instant, and its hash of the leaf.
-- What a gateway of an older build writes, and what is stored already, stays as it is: a leaf begins with a brace and is longer
-- than the 32 bytes of a commitment.
DROP TRIGGER ledger_lines_add;

CREATE TRIGGER ledger_lines_add INSTEAD OF INSERT ON ledger_lines
BEGIN
    INSERT INTO ledger_entries (id, at, leaf, leaf_hash)
    VALUES (NEW.id, NEW.at, NEW.leaf, CASE WHEN length(NEW.leaf) = 32 THEN x'' ELSE NEW.leaf_hash END);
    INSERT INTO ledger_pending (entry, at) VALUES (NEW.id, NEW.at);
    INSERT INTO ledger_payloads (entry, data_key, sealed) VALUES (NEW.id, NEW.data_key, NEW.sealed);
    INSERT INTO entry_refs (entry, at, kind, refused, person, mandate, act, account, organisation, client, shown_from)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.refused, NEW.person, NEW.mandate, NEW.act, NEW.account, NEW.organisation, NEW.client, NEW.shown_from);
    SELECT RAISE(ABORT, 'a line is not the next of its mandate')
    WHERE NEW.chain_n IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mandates WHERE id = NEW.mandate AND chain_n = NEW.chain_n - 1);
    UPDATE mandates SET chain_n = NEW.chain_n, chain_head = NEW.leaf_hash WHERE id = NEW.mandate AND NEW.chain_n IS NOT NULL;
END;

-- A line that names no professional, organisation or client needs no place among those that do.
CREATE INDEX entry_refs_of_account ON entry_refs (account, at) WHERE account IS NOT NULL;
DROP INDEX entry_refs_by_account;
CREATE INDEX entry_refs_of_organisation ON entry_refs (organisation, at) WHERE organisation IS NOT NULL;
DROP INDEX entry_refs_by_organisation;
CREATE INDEX entry_refs_of_client ON entry_refs (client, at) WHERE client IS NOT NULL;
DROP INDEX entry_refs_by_client;

-- What operators look for by kind is rare: the everyday lines need no place there.
CREATE INDEX entry_refs_of_kind ON entry_refs (kind, at) WHERE kind NOT IN ('act.opened', 'act.token_issued', 'act.exchanged', 'act.reported',
    'mandate.token_issued', 'mandate.verified', 'client.token_issued', 'aidant.token_issued', 'aidant.logged_in');
DROP INDEX entry_refs_by_kind;
