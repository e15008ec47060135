# The authority's space: purpose, search, trail, cases, readings.

authority-national = National oversight
authority-cases-title = Reported acts
authority-cases-lead =
    { $cases ->
        [0] No reported act in your competence.
        [one] One reported act in your competence.
       *[other] { $cases } reported acts in your competence.
    }
authority-cases-hint = To read the lines of a case, say why first, then give its number.
authority-begin = Read a person’s journal
authority-case-open = To examine
authority-case-answered = Answered
authority-case-closed = Closed
authority-col-opened = Opened
authority-col-client = Administration
authority-col-state = State
authority-purpose-title = Why are you reading?
authority-purpose-lead = Say first what your reading is for. Only then the person and the lines.
authority-purpose-seen = The person will see your name and this purpose
authority-purpose-seen-words = Each reading is written in her journal before the lines are shown. She is told.
authority-purpose = Purpose of the reading
authority-purpose-hint = In one sentence: the request, the case, the basis. 10 to 500 characters.
authority-purpose-wrong = Say what the reading is for, in one sentence of 10 to 500 characters
authority-purpose-case = Case number (optional)
authority-case-hint = For example 2027-0418
authority-case-unknown = There is no such case number in your competence
authority-banner = Purpose of your reading
authority-banner-note = Each reading is written in the journal. The person sees it. <a href="/autorite/journal/but">Change the purpose</a>
authority-search-title = Whose journal, or what, are you reading?
authority-search-lead = Give a person’s family name and birth date, or an aidant, an organisation, an administration, a case number. There is no list of persons to browse.
authority-search-button = Read this journal
authority-trail-title = A person’s journal
authority-limited = You see only the acts done at your services.
authority-lines =
    { $lines ->
        [0] No line
        [one] One line
       *[other] { $lines } lines, newest first
    }
authority-export = Export with the proofs
authority-export-hint = The export holds these lines and their proofs. It can be checked without a network, with the command <span class="code">procura ledger verify</span>. Exporting is a line the person sees, too.
authority-filter = Who and which lines
authority-person = Person
authority-person-hint = Family name and birth date, for example Lefèvre 12/04/1948; or a case number
authority-person-missing = Give the person’s family name
authority-person-several = Several persons bear this name: add the birth date, such as 12/04/1948
authority-person-unknown = Nobody of this name has an act in your competence. Check the whole name and the date.
authority-organisation = Organisation
authority-kind = Kind
authority-all = All
authority-aidant = Aidant
authority-case = Case
authority-col-event = Event
authority-col-when = When
authority-col-who = Who
authority-col-where = Where, for what
authority-col-outcome = Outcome
authority-col-proof = Proof
authority-readings-lead = What you read and exported, and why. The persons see these same lines.
authority-readings-none = You have not read anything yet.

authority-aidant-hint = Whole name or e-mail address
authority-aidant-unknown = No aidant bears this name or address. Check the whole name.
authority-aidant-several = Several aidants bear this name: give the e-mail address
authority-organisation-hint = Name or SIRET
authority-organisation-unknown = No organisation bears this name or SIRET
authority-organisation-several = Several organisations bear this name: give the SIRET
authority-client = Administration
authority-client-unknown = This administration is not in your competence
authority-kind-wrong = Choose a kind from the list
authority-field-long = This text is too long: 200 characters at most
authority-search-empty = Name a person, an aidant, an organisation, an administration or a case
authority-several = Lines found
authority-several-words = Several persons may be concerned: each sees that you read her lines
authority-order = Court order
authority-order-none = None
authority-order-choice = { $order } (the person sees it on { $day })
authority-export-title = Export these lines
authority-export-pdf = Readable statement (PDF)
authority-export-ocsf = OCSF 1.3.0 events (JSON, one event a line)
authority-export-fhir = FHIR R5 events (AuditEvent, JSON)
case-export-title = Export this case
case-export-words = The export holds the steps of the case, the contested act and the lines of the mandate that you may read. The person sees it in her journal.
reading-requests-title = Readings to approve
reading-requests-lead = In national oversight no agent reads alone: another agent approves first. Both names are written in the person’s journal.
reading-requests-waiting = Waiting for your word
reading-requests-none = No request waits for your word.
reading-requests-own = Your requests
reading-requests-own-none = You asked for nothing in the last 30 days.
reading-title = Request of { $name }, { $moment }
reading-status-waiting = Waiting
reading-status-approved = Approved
reading-status-refused = Refused
reading-status-over = Over
reading-approved-note = Approved by { $name }. To be read until { $until }.
reading-refused-note = Refused by { $name }.
reading-over-note = It was used, or waited too long. Ask again.
reading-approve = Approve
reading-refuse = Refuse
reading-open = Open the reading
reading-ask = Ask for this reading
reading-two = Another agent must approve this reading
reading-two-words = Nothing is looked for or shown before. An approved reading is opened within three days and lasts an hour.
reading-under-order = Under a court order
court-orders-authority = Court orders
court-orders-operator = Recorded court orders
court-order-lead = A reading under an order is written in the journal at once. The person sees it from the set day on, and is told then.
court-order-none = No order is recorded.
court-order-col-order = Order
court-order-col-decided = Given on
court-order-col-shown = Shown on
court-order-col-recorded = Recorded
court-order-own-row = by you
court-order-record = Record an order
court-order-two = It takes two persons
court-order-two-words = Whoever records an order reads nothing under it: another agent does.
court-order-court = Court
court-order-court-hint = For example Tribunal judiciaire de Dijon
court-order-court-missing = Give the name of the court
court-order-number = Number of the order
court-order-number-missing = Give the number of the order
court-order-decided-on = Date of the order
court-order-day-hint = For example 12/04/2027
court-order-day-wrong = Give the date of the order, such as 12/04/2027; it is not in the future
court-order-shown-on = The person sees the readings from
court-order-shown-hint = The day the order sets, two years ahead at most
court-order-end-wrong = Give a day to come, two years ahead at most
court-order-person = Person concerned
court-order-person-hint = Family name and birth date, as on the order
court-order-person-missing = Give family name and birth date, for example Lefèvre 12/04/1948
court-order-document = SHA-256 of the document
court-order-document-hint = 64 characters from 0 to 9 and a to f, computed over the file of the order
court-order-document-wrong = Give the 64 characters of the SHA-256
court-order-button = Record the order
court-order-unknown = There is no such order
court-order-own = You recorded this order: another agent must read
court-order-over = The secrecy of this order has ended
court-order-person-differs = This order concerns another person
