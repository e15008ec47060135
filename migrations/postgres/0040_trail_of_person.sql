-- The lines of a mandate from before its person was known: her journal is a page of these and a page of those that name her.
CREATE INDEX entry_refs_without_person ON entry_refs (mandate, at) WHERE person IS NULL;
