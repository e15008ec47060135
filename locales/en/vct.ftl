# How software of others names the signed mandate and its parts.

vct-name = Mandate for help with public services
vct-description = A person’s agreement that an organisation deals with public services on her behalf.
vct-sub = Person helped
vct-nbf = Start of the mandate
vct-exp = End of the mandate
vct-siret = SIRET of the organisation
vct-organisation = Organisation that may act
vct-identifier = Identifier of the mandate
vct-privileges = What may be done
vct-validity = Period of the mandate
vct-consent-method = How the agreement was given
vct-consent-grade = Level of the agreement
vct-consent-date = Date of the agreement
vct-text-digest = Digest of the agreed text
vct-text-salt = Salt of the digest
vct-text-version = Version of the text
vct-txn = Line in the ledger
vct-chain = Newest line of this mandate in the ledger
