-- An act is found by its mandate, its client and its opening once it was opened; while it is chosen it is in none of these indexes.
-- That its code was redeemed is in no index any more (sessions are found by their opening), and leaves its row on its page.
DROP INDEX acts_by_via;
DROP INDEX acts_in_session;
DROP INDEX acts_by_mandate;
DROP INDEX acts_by_client;
DROP INDEX acts_by_opening;
CREATE INDEX acts_by_mandate ON acts (mandate) WHERE mandate IS NOT NULL;
CREATE INDEX acts_by_client ON acts (client, opened_at) WHERE txn IS NOT NULL;
CREATE INDEX acts_by_opening ON acts (opened_at) WHERE opened_at IS NOT NULL;
ALTER TABLE acts SET (fillfactor = 60);
