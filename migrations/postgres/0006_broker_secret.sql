-- The secret of an identity broker whose tokens are signed with it (HS256), sealed under the system's data key.
ALTER TABLE clients ADD COLUMN secret_sealed BYTEA;
