-- The whole life of a habilitation: request, training, charter, end, renewal.
ALTER TABLE habilitations ADD COLUMN until_at TIMESTAMPTZ;
UPDATE habilitations SET until_at = ends_at;
ALTER TABLE habilitations DROP COLUMN ends_at;
ALTER TABLE habilitations RENAME COLUMN until_at TO ends_at;
ALTER TABLE habilitations ADD COLUMN requested_by UUID;
ALTER TABLE habilitations ADD COLUMN asked BYTEA;
ALTER TABLE habilitations ADD COLUMN invited_at TIMESTAMPTZ;
ALTER TABLE habilitations ADD COLUMN training_on TEXT;
ALTER TABLE habilitations ADD COLUMN trained_at TIMESTAMPTZ;
ALTER TABLE habilitations ADD COLUMN charter_version TEXT;
ALTER TABLE habilitations ADD COLUMN charter_signed_at TIMESTAMPTZ;
ALTER TABLE habilitations ADD COLUMN suspended_by TEXT;
ALTER TABLE habilitations ADD COLUMN renewal_told_for TIMESTAMPTZ;
ALTER TABLE habilitations ADD COLUMN renewal_requested_at TIMESTAMPTZ;
UPDATE habilitations SET suspended_by = 'operator' WHERE status = 'suspended';
-- What was given before came with a charter signed on paper.
UPDATE habilitations SET charter_version = 'paper', charter_signed_at = created_at;
UPDATE habilitations SET status = 'habilitated' WHERE status = 'active';
DROP INDEX habilitations_one_living;
CREATE UNIQUE INDEX habilitations_one_living ON habilitations (account, organisation) WHERE status NOT IN ('ended', 'refused');
CREATE INDEX habilitations_by_account ON habilitations (account);
CREATE INDEX habilitations_by_state ON habilitations (status, created_at, id);
CREATE INDEX habilitations_by_end ON habilitations (ends_at) WHERE status IN ('habilitated', 'suspended');

-- A deputy stands in for the referent.
ALTER TABLE referents ADD COLUMN kind TEXT NOT NULL DEFAULT 'referent';
ALTER TABLE referents ADD COLUMN asked BYTEA;
ALTER TABLE referents ADD COLUMN invited_at TIMESTAMPTZ;
CREATE INDEX referents_by_organisation ON referents (organisation);
