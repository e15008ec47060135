# Words of every page: layout, dates, buttons, states.

product = Procura
page-title = { $title } - Procura
page-title-error = Error: { $title } - Procura
page-title-space = { $title } - { $space } - Procura
page-title-space-error = Error: { $title } - { $space } - Procura

skip-link = Skip to content
space-aidant = Aidant space
space-person = Personal space
space-referent = Referent space
space-authority = Authority space
space-operator = Operator space
space-integrator = Integrator space
space-consent = Your agreement
account-leave = Log out
account-switch = change<span class="hidden-label"> organisation</span>

nav-aidant-today = Today
nav-aidant-persons = People
nav-aidant-journal = Journal
nav-aidant-habilitations = Accreditations
nav-person-mandates = My mandates
nav-person-journal = My journal
nav-person-settings = Settings
nav-referent-team = Team
nav-referent-consents = Approvals
nav-referent-activity = Activity
nav-referent-cases = Organisation’s cases
nav-referent-figures = Figures
nav-authority-cases = Cases
nav-authority-journal = Journal
nav-authority-readings = My readings
nav-authority-errors = Declared errors
nav-operator-requests = To do
nav-operator-habilitations = Accreditations
nav-operator-organisations = Organisations
nav-operator-aidants = Aidants
nav-operator-persons = Requests of persons
nav-operator-clients = Administrations
nav-operator-statement = Statements
nav-operator-journal = Journal
nav-operator-figures = Figures
nav-group-organisations = Organisations
nav-group-access = Access
nav-group-persons = People
nav-group-watch = Oversight
nav-integrator-services = My services
nav-integrator-errors = Error codes

common-help = Help
common-verify = Check a mandate
common-verify-proof = Verify a proof
common-privacy = Your personal data
common-accessibility = Accessibility
common-legal = Legal notice
common-footer = Help and information
common-other-language = Français

common-back = Back
common-home = Go to the home page
common-continue = Continue
common-cancel = Give up
common-refresh = Refresh
common-filter = Show these lines
common-filter-clear = Remove the filters
common-error-prefix = Error:
common-reference = Reference of this incident: { $reference }
common-list = { $first } and { $last }
common-step = Step { $step } of { $steps }
common-days-left =
    { $days ->
        [0] Last day
        [one] { $days } day left
       *[other] { $days } days left
    }
common-in-days =
    { $days ->
        [0] today
        [1] tomorrow
       *[other] in { $days } days
    }
common-today = Today
common-since = Since
common-until = Until { $date }

error-summary-title =
    { $count ->
        [one] One answer needs correcting
        [2] Two answers need correcting
        [3] Three answers need correcting
       *[other] { $count } answers need correcting
    }

lifeline-since-today = Since today
lifeline-running = Life of the mandate: started on { $start }, it ends on { $end }. { $left }.
lifeline-paused = Life of the mandate: started on { $start }, suspended, it ends on { $end }. { $left }.

status-active = Active
status-suspended = Suspended
status-awaiting = Waiting for the person
status-ending = Ends soon
status-ended = Ended on the planned date
status-revoked = Stopped
status-refused = Refused
status-lapsed = No answer
status-done = Done
status-declared = Declared identity

qr-label = Square code to scan with the phone’s camera. It holds the same address as the link.

duration-short = One day
duration-month = One month
duration-semester = Six months
duration-long = One year

weekday-0 = Monday
weekday-1 = Tuesday
weekday-2 = Wednesday
weekday-3 = Thursday
weekday-4 = Friday
weekday-5 = Saturday
weekday-6 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date-long = { $weekday } { $date }
date-short = { $day } { $month } { $year }
date-until = the end of { $date }
date-month = { $month } { $year }
date-moment = { $date } at { $time }
time-before-noon = { $hour }:{ $minute } am
time-after-noon = { $hour }:{ $minute } pm
born-on = born on { $date }
born-in = born in { $date }
born-female-on = born on { $date }
born-female-in = born in { $date }
born-male-on = born on { $date }
born-male-in = born in { $date }
