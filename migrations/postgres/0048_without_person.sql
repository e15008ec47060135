-- Lines that name neither person nor mandate (a client's token, a login) are in nobody's journal, and not in its index.
DROP INDEX entry_refs_without_person;
CREATE INDEX entry_refs_without_person ON entry_refs (mandate, at) WHERE person IS NULL AND mandate IS NOT NULL;
