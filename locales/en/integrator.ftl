# The integrator’s space: services, refused calls, error codes.

integrator-place = Integration
integrator-none = No service is in your care.
integrator-open = Open
integrator-errors-title = Error codes
integrator-errors-lead = What each code means, and what to do. The reference number of a refused call is on the page of the service.
integrator-code = Code
integrator-meaning = What it means
integrator-advice = What to do
integrator-when = When
integrator-where = Where
integrator-reference = Reference
integrator-theme = Steps
integrator-receipts = Receipts
integrator-faults-title = Last refused calls
integrator-faults-none = No refused call.
integrator-acts-title = Last acts
integrator-acts-none = No act yet.
integrator-act-choosing = Being chosen
integrator-act-opened = Opened, code not redeemed yet
integrator-act-redeemed = Tokens given
integrator-act-refused = Refused
integrator-act-ended = Ended
integrator-receipts-title = Last receipts
integrator-receipts-none = No receipt yet.
integrator-erased = Contents erased
integrator-configuration-title = Configuration
integrator-configuration-words = To change it, write to the operator: two operators decide on what widens.
integrator-trial-title = Try it
integrator-trial-words = This command tries the authentication of your service. First put the secret, or a fresh assertion, into the variable it names.
integrator-once-words = This secret will never be shown again. Put it into your service’s vault now.
integrator-jwks = New public keys (JWKS)
integrator-jwks-hint = Without private parts, each with a kid.
integrator-jwks-replace = Replace the keys
integrator-keys-elsewhere = Your keys are read at your jwks_uri: publish the new key there before you sign with it.

oauth-error-invalid-request = The request cannot be read: a parameter is missing, doubled or of an unexpected form.
oauth-error-invalid-request-advice = Read error_description: it names the parameter. Correct the request; sending it again as it is does not help.
oauth-error-invalid-client = The client did not prove who it is.
oauth-error-invalid-client-advice = Check client_id, the registered method and the secret. With a key: aud, exp (5 minutes at most), a jti never used twice, a kid among your published keys, a right clock.
oauth-error-invalid-grant = The code or token presented is not valid, or not any more.
oauth-error-invalid-grant-advice = A code serves once, for 60 seconds, for the same client, with the same redirect_uri and the code_verifier of the request. Else begin the login again.
oauth-error-unauthorized-client = The client is not registered for this use.
oauth-error-unauthorized-client-advice = Ask the operator to change the registration.
oauth-error-unsupported-grant-type = This grant_type does not exist here.
oauth-error-unsupported-grant-type-advice = See grant_types_supported in openid-configuration.
oauth-error-invalid-scope = A scope is unknown, or was not granted to the client.
oauth-error-invalid-scope-advice = Ask only for the scopes of the configuration shown on the service’s page.
oauth-error-access-denied = The aidant gave up, or the rules do not allow this act.
oauth-error-access-denied-advice = It is no failure. Tell the aidant that access was not opened, and offer a way back.
oauth-error-unsupported-response-type = Only response_type=code exists.
oauth-error-unsupported-response-type-advice = Use the authorization code flow with PKCE.
oauth-error-server-error = A failure on our side.
oauth-error-server-error-advice = Try again later; give the reference number to the operator.
oauth-error-temporarily-unavailable = The service is busy, or you call too often.
oauth-error-temporarily-unavailable-advice = Wait a little before you try again, longer each time.
oauth-error-login-required = prompt=none, and the aidant is not logged in.
oauth-error-login-required-advice = Ask again without prompt=none.
oauth-error-interaction-required = prompt=none, but person and steps are always asked.
oauth-error-interaction-required-advice = Ask again without prompt=none.
oauth-error-invalid-request-uri = The request_uri is unknown, too old or used.
oauth-error-invalid-request-uri-advice = Push a new request (PAR) and follow it within 90 seconds.
oauth-error-invalid-request-object = The signed request object does not verify.
oauth-error-invalid-request-object-advice = Check signature, kid, aud, exp, nbf and client_id in the object.
oauth-error-request-not-supported = The request parameter does not serve like this.
oauth-error-request-not-supported-advice = Send plain parameters, or register the client for signed requests.
oauth-error-request-uri-not-supported = Only request_uri values of PAR are accepted.
oauth-error-request-uri-not-supported-advice = Push the request to /oauth/par.
oauth-error-invalid-authorization-details = authorization_details is malformed, or of an unknown type.
oauth-error-invalid-authorization-details-advice = The type is urn:procura:mandate; privileges names known steps.
oauth-error-invalid-target = The resource asked for is no registered API.
oauth-error-invalid-target-advice = Check resource or audience: the exact address the API registered.
oauth-error-invalid-token = The token is wrong, expired or revoked.
oauth-error-invalid-token-advice = Get another one. An access token lives five minutes at most.
oauth-error-insufficient-scope = The token is good, but does not reach as far.
oauth-error-insufficient-scope-advice = Ask for the missing scope, if the client was granted it.
oauth-error-insufficient-user-authentication = The aidant’s second factor is too old.
oauth-error-insufficient-user-authentication-advice = Send the aidant to the login again with the acr_values and max_age of the answer.
oauth-error-invalid-dpop-proof = The DPoP proof does not verify.
oauth-error-invalid-dpop-proof-advice = Check htm, htu (without query), iat, a unique jti, ath at resources, and that the key is the token’s.
oauth-error-use-dpop-nonce = The DPoP proof needs the server’s nonce.
oauth-error-use-dpop-nonce-advice = Take the DPoP-Nonce header of the answer and send the request again: this is a normal step.
oauth-error-unsupported-token-type = This token is not revoked here: a client does not revoke a mandate.
oauth-error-unsupported-token-type-advice = Only access and refresh tokens are revoked.
