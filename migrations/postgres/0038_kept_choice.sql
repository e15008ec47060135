-- What an aidant chose on the page of an act before it is opened: kept with the act, not in her session.
ALTER TABLE acts ADD COLUMN kept_person UUID;
ALTER TABLE acts ADD COLUMN kept_theme TEXT;
