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
referent-change = To change an accreditation
referent-change-words = Write to the operator, who adds an aidant, suspends an accreditation or ends it. Each decision is written in the journal.

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
