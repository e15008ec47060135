# What does not fit in the registration of a client.

client-fault-name = Give a name of at most 200 characters, on one line.
client-fault-theme = Give at least one known theme.
client-fault-redirect-missing = Give at least one redirect address.
client-fault-redirect = A redirect address is https (or http on this machine), without fragment or wildcard.
client-fault-compat = The option compat exists only for an administration or an identity broker already in service.
client-fault-profile = Without compat an administration authenticates by private_key_jwt, never by a secret.
client-fault-profile-alg = Without compat signatures are ES256 or EdDSA.
client-fault-redirect-unused = A resource server has no redirect address.
client-fault-resource = Give the (https) address of each API this client protects.
client-fault-backchannel = The logout address is https (or http on this machine), without fragment or wildcard.
client-fault-jwks-twice = Give the public keys themselves or their address, not both.
client-fault-jwks-uri = The address of the public keys is https, without fragment or wildcard.
client-fault-jwks = Give the client's public keys (JWKS), without private parts.
client-fault-jwks-unused = Keys serve private_key_jwt only.
client-fault-scope = These scopes do not go with this kind of client. An administration: openid (needed), profile, birth, email, receipts, evaluate, ssf.manage, ssf.read. Software: openid (needed), mandates, offline_access. An API: receipts, evaluate, ssf.manage, ssf.read.
client-fault-alg = Signing algorithms are ES256, RS256 and EdDSA; HS256 for a broker such as FranceConnect only.
client-fault-secret = With HS256 the secret has at least 32 characters.
client-fault-broker-auth = A broker such as FranceConnect authenticates by client_secret_post.
client-fault-broker-grade = A broker such as FranceConnect never uses a declared consent.
client-fault-sector = The sector has 1 to 200 characters without spaces.
client-id-taken = This identifier is taken.
client-same-operator = Another operator than the one who registered this client must confirm it.
client-not-pending = This client does not wait for a confirmation.
client-disabled = This client is already disabled.
