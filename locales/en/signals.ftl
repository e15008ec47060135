# Why a client hears that a mandate or a session changed: for its staff (admin) and for who uses its service (user). Without any name.

signal-admin-mandate-revoked = The mandate was ended before its term.
signal-user-mandate-revoked = The mandate was ended: the aidant can no longer act for the person.
signal-admin-theme-revoked = A theme was taken out of the mandate.
signal-user-theme-revoked = The mandate no longer covers this theme: the aidant can no longer act for the person.
signal-admin-mandate-suspended = The mandate was suspended.
signal-user-mandate-suspended = The mandate is suspended: the aidant cannot act for the person for now.
signal-admin-mandate-restored = The suspended mandate is active again.
signal-user-mandate-restored = The mandate is active again.
signal-admin-mandate-expired = The mandate reached its end date.
signal-user-mandate-expired = The mandate reached its end date: the aidant can no longer act for the person.
signal-admin-organisation-suspended = The aidant’s organisation was suspended.
signal-user-organisation-suspended = The aidant’s organisation is suspended: the aidant can no longer act for the person.
signal-admin-habilitation-over = The aidant’s accreditation was suspended or has ended.
signal-user-habilitation-over = The aidant is no longer accredited to act for the person.
signal-admin-blocked = The person blocked the aidant or the organisation.
signal-user-blocked = The person no longer wants this aidant or this organisation to act for her.
signal-admin-logged-out = The act’s logout was asked for.
signal-user-logged-out = The session is over.
signal-admin-code-used-twice = This act’s code was presented twice: its tokens were ended.
signal-user-code-used-twice = The session was ended for safety. Please log in again.
signal-stream-dropped = Events older than three days could not be delivered and were given up: check the state of your mandates.
