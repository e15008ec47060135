# The operator's space: requests, organisations, aidants, administrations, journal, figures.

operator-place = Operations
operator-home-title = What is waiting for you
operator-home-waiting =
    { $count ->
        [0] No request
        [one] One administration is waiting for confirmation
       *[other] { $count } administrations are waiting for confirmation
    }
operator-home-nothing = Nothing is waiting for a decision.
operator-home-examine = Examine
operator-home-warnings = What to know about this installation
operator-waiting-words = Steps: { $themes }
operator-alone = One operator alone can register an administration
operator-alone-words = The rule of two persons is off (<span class="code">operators.two_persons = false</span>). Switch it on as soon as you are two.
operator-no-witness = No witness watches the journal
operator-no-witness-words = Without a witness or an outside monitor, the journal is only as trustworthy as its operator: a complete rewriting would not be seen. Keep the signed checkpoints elsewhere, and have others compare them.

operator-col-state = State
operator-col-aidants = Aidants
operator-choose = Choose…
operator-once = Shown only once
operator-reason = For what reason?
operator-reason-hint = In one sentence. It is written in the journal.
operator-reason-habilitation-hint = In one sentence, to suspend or to end. It is written in the journal.

operator-fault-too-long = This is too long, or holds a forbidden character
operator-fault-name-missing = Give the organisation’s name
operator-fault-address-missing = Give the organisation’s address
operator-fault-siret-wrong = A SIRET has 14 digits; check them
operator-fault-siret-taken = An organisation has this SIRET already
operator-fault-given-name-missing = Give the given name
operator-fault-family-name-missing = Give the family name
operator-fault-email-email = Give a whole e-mail address, such as first.last@organisation.fr
operator-fault-email-taken = An aidant has this address already: open the aidant’s page and add an accreditation
operator-fault-organisation-missing = Choose an organisation
operator-fault-organisation-exists = This aidant has an accreditation in this organisation already
operator-fault-until-wrong = Write a date such as 31/12/2027
operator-fault-until-past = Choose a day to come
operator-fault-change-missing = Choose what changes
operator-fault-reason-missing = Say for what reason

operator-organisation-new = Accept an organisation
operator-organisation-new-lead = Its aidants can act once they are accredited.
operator-organisation-name-hint = As mandates will show it, for example CCAS de Dijon
operator-organisation-siret-hint = 14 digits
operator-organisation-address-hint = On one line
operator-organisation-add = Accept this organisation
operator-organisations-none = No organisation yet.
operator-organisation-suspend-title = Suspend the organisation
operator-organisation-suspend-words = From now on none of its aidants can act. Its mandates remain, but cannot be used.
operator-organisation-suspend = Suspend now
operator-organisation-restore-title = Restore the organisation
operator-organisation-restore-words = Its accredited aidants can act again, with the mandates that still run.
operator-organisation-restore = Restore this organisation

operator-aidant-new = Accredit an aidant
operator-aidant-new-lead = First check the request and the identity document.
operator-given-name = Given name
operator-family-name = Family name
operator-email = Professional e-mail address
operator-email-hint = The aidant logs in with it
operator-organisation-of = Organisation
operator-until = Accredited until
operator-until-hint = For example 31/12/2027
operator-aidant-add = Accredit this aidant
operator-enrolled-title = { $name } has an accreditation
operator-enrolled-once-words = This secret will never be shown again. Hand it over in person, then close this page.
operator-enrolled-code = The code generator
operator-enrolled-words = { $name } aims at this square with a code app, or you put it on a card.
operator-enrolled-qr = Square code of the code generator. The same secret is written below.
operator-enrolled-typed = The same secret, to type:
operator-enrolled-login = Logs in with
operator-enrolled-next = See the accreditations

operator-habilitations = Accreditations
operator-habilitation-change = Change
operator-habilitation-new = Accredit in another organisation
operator-habilitation-add = Add this accreditation
operator-habilitation-title = Accreditation of { $name }
operator-habilitation-over = This accreditation is over. For the aidant to act again, add another one on the aidant’s page.
operator-change = What changes?
operator-change-suspend = Suspend
operator-change-suspend-words = The aidant cannot act until you restore it.
operator-change-restore = Restore
operator-change-restore-words = The aidant can act again, until the planned date.
operator-change-end = End
operator-change-end-words = This is final.
operator-change-submit = Apply now

operator-client-new = Register an administration
operator-client-new-lead = Another operator must confirm it before it can be used.
operator-client-name = Name
operator-client-kind = Kind
operator-kind-administration = Administration
operator-kind-administration-words = It opens its service to aidants directly.
operator-kind-identity-broker = Identity broker
operator-kind-identity-broker-words = Procura is one of its identity providers.
operator-kind-software = Business software
operator-kind-resource-server = API that checks tokens
operator-client-themes = Steps
operator-client-options = Options
operator-client-add = Register
operator-clients-none = No administration yet.
operator-client-pending = Waiting for confirmation
operator-client-active = In use
operator-client-disabled = Disabled
operator-client-denied = This was not done
operator-client-confirm-title = Confirm the registration
operator-client-confirm-words = Compare with the file the administration signed: redirect addresses, steps, options.
operator-client-confirm-other = You registered it: another operator must confirm it.
operator-client-confirm = Confirm and put into use
operator-client-disable-title = Disable
operator-client-disable-words = From now on no aidant can enter it, and its tokens are worth nothing. This is final.
operator-client-disable = Disable now
operator-registered-title = { $name } is registered
operator-registered-pending = It cannot be used yet
operator-registered-pending-words = Another operator must confirm this registration.
operator-registered-once-words = This secret will never be shown again. Pass it on through a safe channel, then close this page.
operator-registered-next = See this administration

operator-journal-title = The operators’ journal
operator-journal-lead = What operators decided, and the life of the keys. Nothing about the persons is here.

operator-figures-title = Activity in figures
operator-figures-lead = { $date }. Acts and refusals are those of the last { $days } days. These figures name nobody.
operator-figures-themes = Acts opened, by steps
operator-figures-mandates = Mandates, by state
operator-figures-counted = Counted on { $at }. They are counted again every five minutes.
operator-figures-count = Number
operator-figures-ledger = The journal
operator-figures-size = Signed lines
operator-figures-waiting = Lines waiting for their place
operator-figures-signed = Last signed checkpoint
operator-figures-unsigned = None yet
operator-figures-kinds = The lines of the last days, by kind
operator-figures-kind = Kind
operator-figure-acts =
    { $count ->
        [one] act opened
       *[other] acts opened
    }
operator-figure-mandates =
    { $count ->
        [one] active mandate
       *[other] active mandates
    }
operator-figure-organisations =
    { $count ->
        [one] active organisation
       *[other] active organisations
    }
operator-figure-suspended =
    { $count ->
        [one] suspended organisation
       *[other] suspended organisations
    }
operator-figure-aidants =
    { $count ->
        [one] accredited aidant
       *[other] accredited aidants
    }
operator-figure-refusals =
    { $count ->
        [one] refusal
       *[other] refusals
    }
operator-mandates-draft = Drafts
operator-mandates-awaiting-consent = Waiting for the person
operator-mandates-active = Active
operator-mandates-suspended = Suspended
operator-mandates-revoked = Stopped
operator-mandates-expired = Ended on the planned date
operator-mandates-refused = Refused
operator-mandates-lapsed = Unanswered

operator-former-until = What served before still serves until { $date }.
operator-client-change = Change the registration
operator-client-change-title = Change { $name }
operator-client-change-lead = What narrows it holds at once. The rest waits for another operator; the present registration stays in force.
operator-client-change-words = Addresses, steps, keys, options.
operator-client-waiting-title = A change waits for confirmation
operator-client-waiting-other = You asked for it: another operator has to confirm it.
operator-client-waiting-confirm = Confirm this change
operator-client-waiting-withdraw = Withdraw this request
operator-client-member = Member
operator-client-before = Today
operator-client-after = Afterwards
operator-client-secret-title = Secret and keys
operator-client-secret-words = A new secret is shown only once. The former one may serve a while longer, until it is replaced.
operator-client-secret-new = Give a new secret
operator-client-overlap = The former one still serves
operator-client-overlap-0 = Not at all
operator-client-overlap-1 = One day
operator-client-overlap-7 = Seven days
operator-client-overlap-30 = Thirty days
operator-client-overlap-end = End now what served before
operator-kind-software-words = An aidant logs in there, and it exchanges mandates for tokens.
operator-kind-resource-server-words = It checks tokens; nobody logs in there.

client-form-group-who = Who is it?
client-form-group-who-words = The name is what people will read in their journal.
client-form-group-addresses = Addresses
client-form-group-addresses-words = They are compared exactly, sign by sign.
client-form-group-rights = What it receives
client-form-group-rights-words = No more than its steps need.
client-form-group-proof = How it proves who it is
client-form-group-proof-words = A key is better than a secret: nothing secret travels.
client-form-group-more = Signatures and options
client-form-group-more-words = The values proposed suit most.
client-form-name = Name
client-form-name-hint = For example Caisse d’allocations familiales
client-form-kind = Kind
client-form-kind-hint = It does not change afterwards.
client-form-profile = Level of security
client-form-profile-hint = For an administration only
client-form-profile-fapi = FAPI 2.0: pushed requests, a key, tokens bound to a key
client-form-profile-compat = Deployed software: a secret is possible, bearer tokens
client-form-redirect-uri = Redirect addresses (redirect_uri)
client-form-redirect-uri-hint = One per line, exact, https; none for an API
client-form-post-logout-redirect-uri = Addresses after logout (post_logout_redirect_uri)
client-form-post-logout-redirect-uri-hint = One per line; may stay empty
client-form-backchannel-logout-uri = Address told of the end of an act (backchannel_logout_uri)
client-form-backchannel-logout-uri-hint = May stay empty
client-form-resource = Addresses of the API (resource)
client-form-resource-hint = One per line; for an API only
client-form-sector-identifier-uri = Address of the sector (sector_identifier_uri)
client-form-sector-identifier-uri-hint = Services of one sector share people’s identifiers. It does not change afterwards.
client-form-theme = Steps
client-form-theme-hint = An aidant enters for these only.
client-form-grade = Lowest consent accepted
client-form-grade-hint = How the person was identified when she agreed
client-form-grade-declared = Declared (identity taken down by the aidant)
client-form-grade-franceconnect = FranceConnect
client-form-grade-franceconnect-plus = FranceConnect+
client-form-scope = Data granted (scope)
client-form-scope-hint = Separated by spaces. Empty: those of its kind.
client-form-auth = Authentication
client-form-auth-hint = FAPI 2.0 requires private_key_jwt
client-form-auth-usual = By kind and keys
client-form-auth-client-secret-basic = client_secret_basic
client-form-auth-client-secret-post = client_secret_post
client-form-auth-private-key-jwt = private_key_jwt
client-form-jwks-uri = Address of its public keys (jwks_uri)
client-form-jwks-uri-hint = Preferred: it changes its keys by itself. https.
client-form-jwks = Its public keys (JWKS)
client-form-jwks-hint = Else pasted here. Without private parts.
client-form-assertion-audience = Audience of its assertions (aud)
client-form-assertion-audience-hint = With private_key_jwt
client-form-assertion-audience-usual = By level of security
client-form-assertion-audience-issuer = The issuer (FAPI 2.0)
client-form-assertion-audience-token-endpoint = The token endpoint
client-form-aidant-name = Receives the aidant’s name
client-form-aidant-name-hint = Else only her organisation and an identifier of its own.
client-form-require-par = Must push its requests (PAR)
client-form-require-par-hint = RFC 9126; always required by FAPI 2.0.
client-form-dpop = Tokens bound to a key (DPoP)
client-form-dpop-hint = RFC 9449; always required by FAPI 2.0.
client-form-request-object = Must sign its requests (JAR)
client-form-request-object-hint = RFC 9101.
client-form-unsigned = Unsigned
client-form-id-token-alg = Signature of ID tokens
client-form-id-token-alg-hint = ES256 nearly always fits
client-form-userinfo-alg = Signature of userinfo
client-form-userinfo-alg-hint = Unsigned: JSON
client-form-response-alg = Signature of authorization responses (JARM)
client-form-response-alg-hint = Only where its software asks for it
client-form-introspection-alg = Signature of introspection
client-form-introspection-alg-hint = Without: by the Accept header (RFC 9701)

nav-operator-queue = New organisations
operator-show = Show
operator-next-page = Next page
operator-requests-none = No request in this state.
operator-request-row = { $commune } ({ $code }) · { $aidants ->
        [one] one aidant
       *[other] { $aidants } aidants
    }
operator-request-days =
    { $days ->
        [0] since today
        [one] for one day ({ $date })
       *[other] for { $days } days ({ $date })
    }
operator-request-title = Request: { $name }
operator-request-flags = Look twice
operator-flag-siret = An accredited organisation has this SIRET already.
operator-flag-referent = The referent’s address is a referent’s already: that account will get one more organisation.
operator-flag-aidants =
    { $count ->
        [one] One aidant’s address is known already: that account will get one more accreditation.
       *[other] The addresses of { $count } aidants are known already: their accounts will get one more accreditation.
    }
operator-flag-contact =
    { $count ->
        [one] Another request came from the same address.
       *[other] { $count } other requests came from the same address.
    }
operator-flag-personal-mail = An address is with a provider for private persons.
operator-flag-mixed-scripts = A word mixes letters of several scripts: it may imitate another one.
operator-request-denied = Nothing was done
operator-request-changed = The request changed while you were reading it: somebody else decided, or the applicant corrected or withdrew it. This is where it stands.
operator-request-unfit = The organisation could not be made: a field does not fit, or an organisation took this SIRET meanwhile. Ask for a change.
operator-request-organisation = See the organisation
operator-request-accept-title = Accept
operator-request-accept-words = The organisation is made. The referent and each aidant get an e-mail to open their account. The aidants remain to be accredited one by one.
operator-request-accept = Accept the organisation
operator-request-changes-title = Ask for changes
operator-request-changes = What is to change
operator-request-changes-hint = These words are sent to the applicant and stay in the ledger.
operator-request-changes-send = Ask for these changes
operator-request-refuse-title = Refuse
operator-request-refuse-hint = These words are sent to the applicant and stay in the ledger. Describe the fact, without judgement.
operator-request-refuse = Refuse the request
operator-home-requests =
    { $count ->
        [one] One organisation waits for a decision
       *[other] { $count } organisations wait for a decision
    }
operator-home-requests-see = See the requests
operator-home-merges = Mergers to confirm
operator-merge-row = { $absorbed } into { $target }

operator-organisations-search = Name or SIRET
operator-search = Search
operator-organisation-unknown = not given
operator-organisation-area = Département
operator-organisation-referents = Referents
operator-referents-none = none
operator-organisation-request = See the request
operator-organisation-merged = Merged with { $target } on { $date }.
operator-merge-title = Merge two organisations
operator-merge-lead = { $name } will be closed. With which organisation does it merge?
operator-merge-choose = Choose
operator-merge-waits = The merger waits for a second person
operator-merge-asked = Asked for on { $date }. Reason given: { $reason }
operator-merge-withdraw = Withdraw the proposal
operator-merge-propose = Propose the merger
operator-merge-second = Another operator, or the referent of the organisation that closes, will have to confirm.
operator-merge-alone = The merger takes place at once: here, one person is enough.
operator-fault-target-same = Choose another organisation
operator-fault-target-closed = This organisation is not active

merge-lead = { $absorbed } closes, and { $target } takes over.
merge-absorbed = Organisation that closes
merge-absorbed-words = Nobody logs in there any more. Its ledger stays.
merge-target = Organisation that takes over
merge-target-words = Its aidants act for the persons of both.
merge-fact-mandates = Mandates
merge-mandates =
    { $count ->
        [0] none
        [one] one mandate moved
       *[other] { $count } mandates moved
    }
merge-mandates-words = Each person is told. What she approved does not change.
merge-fact-drafts = Unsigned mandates
merge-drafts =
    { $count ->
        [0] none
        [one] one draft given up
       *[other] { $count } drafts given up
    }
merge-fact-habilitations = Accreditations
merge-habilitations =
    { $count ->
        [0] none
        [one] one accreditation moved
       *[other] { $count } accreditations moved
    }
merge-fact-withheld = Themes no longer done
merge-withheld-none = none more
merge-confirm = Confirm the merger
merge-refuse = Do not accept
merge-same-operator = Another operator than the one who proposed it, or the referent, has to confirm.
merge-referent-words = A merger cannot be undone. You become a referent of the organisation that takes over.
merge-none-title = No merger waits
merge-none-words = It was done or withdrawn meanwhile.
transfer-title = Change of organisation
transfer-words = Moved from { $from } to { $to } on { $date }: the two organisations have merged. The signed text still names { $from }; what was approved does not change.
operator-witness-alarm = A witness does not accept what the journal shows
operator-unseen = The witnesses have not seen the last lines
operator-unseen-words = The service goes on. The lines written since are signed, but nobody outside has seen them yet.
operator-witness-see = See the state of the journal
operator-home-nothing-weak = Nothing to report.
operator-figures-witnessed = Seen by witnesses
operator-figures-no-witness = No witness is configured
operator-figures-witnessed-words = { $size } lines, signed { $at } ({ $asked ->
        [one] { $asked } witness of { $all } is enough
       *[other] { $asked } witnesses of { $all } are enough
    })
operator-figures-unwitnessed = No checkpoint has the signatures asked for yet ({ $asked } are needed, of { $all } witnesses)
operator-figures-stamped = Time-stamped by an authority
operator-figures-no-stamps = No time-stamping authority is configured
operator-figures-unstamped = Not yet
operator-figures-stamped-words = { $size } lines, { $at }
operator-figures-stamped-late = { $size } lines, { $at }; the last attempt failed
operator-figures-witnesses = The witnesses
operator-figures-witness = Witness
operator-witness-well = Signed { $at }
operator-witness-unasked = Not asked yet
operator-witness-silent = { $name } did not answer in time.
operator-witness-unreachable = { $name } cannot be reached.
operator-witness-unknown-log = { $name } does not know this journal: send it the key.
operator-witness-untrusted = { $name } knows another key of this journal: send it the new one.
operator-witness-proof = { $name } does not accept the proof that the journal only grew.
operator-witness-ahead = { $name } has seen more lines than there are here: an older backup may have been restored.
operator-witness-fork = { $name } has seen another journal of the same length.
operator-witness-signature = The signature of { $name } does not hold.
operator-witness-refused = { $name } refused to sign.
