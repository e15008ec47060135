# The referent's space; also what she and the operator both read of organisations and their aidants.

referent-place =
    { $count ->
        [0] No organisation
        [one] One organisation
       *[other] { $count } organisations
    }
referent-team-title = Your team
referent-team-lead = The accredited aidants of your organisation, and until when.
referent-activity-see = See what was done
referent-activity-title = Activity: { $organisation }
referent-activity-lead = What the aidants of { $organisation } did, and what was decided for the organisation, newest first.
referent-activity-other = See: { $organisation }

organisation-name = Organisation
organisation-siret = SIRET
organisation-address = Address
organisation-withheld = Steps the organisation does not take
organisation-withheld-none = None: it takes all steps
organisation-active = Active
organisation-suspended = Suspended
organisation-merged = Merged

habilitation-in-force = In force
habilitation-suspended = Suspended
habilitation-ended = Ended
habilitation-account-suspended = Account suspended
habilitation-account-invited = Account to be activated

team-caption = Aidants of { $organisation }
team-aidant = Aidant
team-until = Accredited until
team-state = Accreditation
team-nobody = No aidant yet.

referent-consents-lead = Persons without FranceConnect. Their approval is not enough: yours is needed too. Check that the person exists and that the aidant knows them.
referent-consents-none = Nothing waits for your approval
referent-consents-none-words = Mandates prepared for persons without FranceConnect will appear here.
referent-consents-next = See the next ones
referent-consent-yours = Waits for you
referent-consent-hers = Waits for the person
referent-consent-title = Your approval for { $name }
referent-consent-lead = Read, check, then decide. The mandate begins only if both the person and you said yes.
referent-consent-deceives = Look closely at this name
referent-consent-deceives-words = It mixes letters of several alphabets that look alike. Ask the aidant how it was written.
referent-consent-person = The person
referent-consent-reached = Where they are reached
referent-consent-reached-hint = Taken down by the aidant. The code is sent there.
referent-consent-phone = SMS to { $to }
referent-consent-postal = Letter: { $to }
referent-consent-her = The person’s approval
referent-consent-you = A referent’s approval
referent-consent-agreed = Given on { $moment }
referent-consent-not-yet = Not given yet
referent-consent-text = The text
referent-consent-own = You prepared this text yourself
referent-consent-own-words = Another referent of the organisation must approve.
referent-consent-decide = Your decision
referent-consent-until = To be decided before { $moment }.
referent-consent-reason = If you refuse: why?
referent-consent-reason-hint = The aidant and the person can read this reason.
referent-consent-approve = Approve
referent-consent-refuse = Refuse this mandate
referent-consent-error-reason = Write why you refuse. The aidant and the person can read it.
