# What does not fit in the registration of a client.

client-fault-kind = Only the kinds "administration" and "identity-broker" are available for now.
client-fault-name = Give a name of at most 200 characters, on one line.
client-fault-theme = Give at least one known theme.
client-fault-redirect-missing = Give at least one redirect address.
client-fault-redirect = A redirect address is https (or http on this machine), without fragment or wildcard.
client-fault-compat = Without --compat an administration has the FAPI profile (DPoP), which is not available yet: add --compat.
client-fault-jwks = Give the client's public keys (JWKS), without private parts.
client-fault-jwks-unused = Keys serve private_key_jwt only.
client-fault-scope = The known scopes are openid, profile, birth, email and receipts; openid is needed.
client-fault-alg = The signing algorithms are ES256, RS256 and EdDSA.
client-fault-sector = The sector has 1 to 200 characters without spaces.
client-id-taken = This identifier is taken.
client-same-operator = Another operator than the one who registered this client must confirm it.
client-not-pending = This client does not wait for a confirmation.
client-disabled = This client is already disabled.
