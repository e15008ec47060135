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
authority-search-title = Whose journal are you reading?
authority-search-lead = Give the family name and the birth date, or a case number. There is no list to browse.
authority-search-button = Read this journal
authority-trail-title = A person’s journal
authority-trail-lead = { $born }.
authority-limited = You see only the acts done at your services.
authority-lines =
    { $lines ->
        [0] No line
        [one] One line
       *[other] { $lines } lines, newest first
    }
authority-more = There are older lines: choose a period.
authority-export = Export with the proofs
authority-export-hint = The export holds these lines and their proofs. It can be checked without a network, with the command <span class="code">procura ledger verify</span>. Exporting is a line the person sees, too.
authority-filter = The person and the lines
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
