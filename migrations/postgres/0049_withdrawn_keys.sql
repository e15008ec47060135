-- A key in the wrong hands: nothing it signed is to be believed any more, so it is published no longer.
ALTER TABLE signing_keys ADD COLUMN withdrawn_at TIMESTAMPTZ;
