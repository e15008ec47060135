-- Each look at an attestation's code is an entry; the day of the last one is not kept.
ALTER TABLE attestations DROP COLUMN verified_day;
