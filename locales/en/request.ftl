# The request of an organisation to be accepted, and its follow-up page.

organisation-kind-ccas = CCAS or CIAS (local social action centre)
organisation-kind-departement = Département
organisation-kind-france-services = France services
organisation-kind-commune = Commune or group of communes
organisation-kind-association = Association
organisation-kind-caisse = Mutual insurance or social security fund
organisation-kind-hopital = Hospital or place of care
organisation-kind-mission-locale = Local mission for young people
organisation-kind-mediatheque = Media library or library
organisation-kind-autre = Other

organisation-charter-2026-11-1 = We act for a person only with her freely given agreement, and within the limits of her mandate.
organisation-charter-2026-11-2 = We never ask for her passwords, and we do not keep them.
organisation-charter-2026-11-3 = What we learn about her serves only the step she asked for. Professional secrecy applies.
organisation-charter-2026-11-4 = Each aidant has an account of their own and acts under their own name. We say without delay when an aidant leaves.
organisation-charter-2026-11-5 = We train our aidants, and we declare errors so that they are mended.
organisation-charter-2026-11-6 = We help without charging for it, and we keep room for those who would rather do it themselves.

request-title = Ask for your organisation to be accredited
request-lead = So that your aidants can carry out steps with Procura. It takes about ten minutes. Have your SIRET number at hand.
request-send = Send the request
request-correct-title = Correct the request
request-correct-lead = Change what is asked for, then send it again. The applicant’s e-mail address does not change: it was confirmed.
request-correct-send = Send the corrected request
request-not-kept = The request was not sent
request-siret-taken = This SIRET number is already known here: the organisation is accredited, or a request is under way. Ask around who looks after it, or write to the operator. What you typed is still below.
request-throttled = Several requests have just been sent from here or to this address. Wait a few minutes, then send it again. What you typed is still below.

request-house = Your organisation
request-siret = SIRET number
request-siret-hint = 14 digits, with or without spaces. It stands on the notice from Insee.
request-name = Name of the organisation
request-name-hint = As it will appear in mandates, for example “CCAS de Dijon”.
request-kind = Type of organisation
request-place = Address
request-street = Number and street
request-postcode = Postcode
request-postcode-hint = 5 digits
request-commune = Commune
request-website = Website (optional)
request-website-hint = For example ccas-dijon.fr
request-departement = Département { $code }

request-given-name = Given name
request-family-name = Family name
request-email = Professional e-mail address
request-email-hint = An address in their own name. It serves to log in and to be told things.
request-phone = Telephone
request-function = Role
request-contact = Who makes the request
request-contact-words = We will write to this address to confirm the request and to say what becomes of it.
request-referent = The future referent
request-referent-words = The person who will manage the organisation’s aidants. It may be you.
request-aidants = The aidants
request-aidants-words = At least one person. You can add more later.
request-aidants-most = At most twenty aidants in one request. The referent will add the others.
request-aidant = Aidant { $place }
request-aidant-add = Add an aidant
request-label-aidant = { $label } (aidant { $place })
request-label-contact = { $label } (applicant)
request-label-referent = { $label } (referent)

request-charter-title = The charter of organisations
request-charter-words = Version of November 2026. By accepting it, your organisation commits itself:
request-charter = We accept this charter
request-privacy = What you type serves to examine the request. A refused request is erased after a year, an unconfirmed one after thirty days. <a href="/donnees-personnelles">Your rights</a>

request-fault-missing = { $label }: fill in this field
request-fault-too-long = { $label }: this is too long
request-fault-signs = { $label }: remove invisible signs or line breaks
request-fault-siret = { $label }: check the 14 digits, at least one is wrong
request-fault-kind = { $label }: choose an answer
request-fault-postcode = { $label }: type a French postcode, for example 21000
request-fault-email = { $label }: type a whole address, for example given.family@organisation.fr
request-fault-phone = { $label }: type a whole number, for example 03 80 00 00 00
request-fault-website = { $label }: type the address of a site, for example ccas-dijon.fr
request-fault-twice = { $label }: this address is already another aidant’s in this request
request-fault-charter = To ask for accreditation, your organisation accepts the charter
request-fault-no-aidant = { $label }: name at least one aidant

request-sent-title = Your request has left
request-sent-lead = An e-mail has just left for the address of the person who makes the request.
request-sent-1 = Open the link in the e-mail
request-sent-1-words = It confirms that the address is yours. It holds for seven days.
request-sent-2 = An operator examines the request
request-sent-2-words = They may ask you for a change. You follow everything by the same link.
request-sent-3 = You get the decision
request-sent-3-words = If it is yes, the referent and the aidants each get an e-mail.
request-sent-nothing = Nothing comes?
request-sent-nothing-words = Look among unwanted mail. If the address was wrong, make a new request: without confirmation, the first one is erased.

request-follow-title = Your request
request-follow-unconfirmed = Confirm the request so that it is examined.
request-follow-lapsed = The link was not confirmed in time. The request will not be examined.
request-follow-submitted = An operator examines the request. You have nothing to do: an e-mail will tell you.
request-follow-changes-asked = The operator asks for changes before deciding.
request-follow-accepted = The organisation is accredited. The referent and the aidants got an e-mail to open their account.
request-follow-refused = The request is refused. You may make another one if the situation changes.
request-follow-withdrawn = You withdrew the request.
request-said = What the operator writes
request-denied = It is not possible any more
request-step = The request has changed meanwhile: this is where it stands.
request-confirm = Confirm the request
request-new = Make a new request
request-steps = Where the request stands
request-step-sent = Request sent
request-step-confirm = Confirmation of your address
request-step-confirm-words = The link holds for seven days.
request-step-confirmed = Address confirmed
request-step-examined = Examination by an operator
request-step-yours = Yours to correct
request-step-decided = Decision
request-step-since =
    { $days ->
        [0] since today
        [one] since { $date } (one day)
       *[other] since { $date } ({ $days } days)
    }
request-asked = What you asked for
request-withdraw-title = Withdraw the request
request-withdraw-words = It will not be examined any more. You can make another one.
request-withdraw = Withdraw the request

request-state-unconfirmed = To confirm
request-state-submitted = To examine
request-state-changes-asked = Changes asked for
request-state-accepted = Accepted
request-state-refused = Refused
request-state-withdrawn = Withdrawn
request-state-lapsed = Not confirmed
