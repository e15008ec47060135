# What is known of a person and its erasure, retention, referral, statistics, signs of abuse.

nav-person-data = My data
nav-operator-statistics = Statistics
nav-operator-signs = Signs of abuse
nav-operator-retention = Retention
nav-authority-signs = Signs of abuse

data-lead = What we know about you is yours: you can keep a copy of it, or ask for all of it to be erased.
data-copy = Keep a copy of everything
data-copy-words = The copy holds your identity, your mandates with their text, each act, each line of your journal, your addresses and your reports.
data-pdf = Download as PDF, to read or print
data-json = Download for a computer (JSON)
data-json-words = The JSON file is for a program to read.
data-schema = What each field means
data-erase = Have your data erased
data-erase-words = We destroy all that says who you are. Nobody will be able to read it any more, nor will we.
data-erase-begin = See what will happen
data-asked-since = You asked for erasure on { $day }
data-asked-words = It will then happen by itself: you have nothing to do.
data-keep = Give up erasure
data-waits-case = A case that you opened is still being looked into. Nothing is erased before it ends.
data-waits-running =
    { $count ->
        [one] One mandate is still running. Nothing is erased before it ends.
       *[other] { $count } mandates are still running. Nothing is erased before they end.
    }
data-waits-until = Your data will be erased on { $day }.
data-waits-term = Your data will be erased { $years } after the end of your last mandate.
data-years =
    { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
data-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
data-erase-title = Have your data erased
data-erase-next = What will happen
data-erase-1 = Your identity, your addresses, the text of your mandates and your reports are destroyed.
data-erase-2 = The lines of your journal become unreadable. Their proofs stay: they name nobody.
data-erase-3 = If you come back one day with FranceConnect, you will be somebody new to us.
data-erase-when = When
data-erase-now = At once: no mandate was ever used.
data-erase-after-mandates = As soon as your running mandates have ended.
data-erase-why = The law leaves { $years } to call you or an aidant to account. Until then the evidence must be readable.
data-running =
    { $count ->
        [one] One mandate is running. What do you want to do with it?
       *[other] { $count } mandates are running. What do you want to do with them?
    }
data-running-keep = Let them run to their end
data-running-keep-words = Your aidants can go on until the planned date. Erasure waits.
data-running-stop = Stop them now
data-running-stop-words = From this moment nobody will be able to act for you.
data-final = An erasure cannot be undone
data-final-words = As long as it waits, you can give it up on this page.
data-erase-submit = Ask for erasure
data-erased-title = Your data are erased
data-erased-words = We no longer know who you are.
data-erased-more = Your session is closed. You can close this window.
data-erased-home = Go to the home page

export-title = What Procura knows about you
export-made = Copy made on { $moment }
export-identity = Your identity
export-name = Name
export-birth = Birth
export-identified = Identity established by
export-known-since = Known since
export-identified-franceconnect = FranceConnect
export-identified-declared = declaration to an aidant
export-contacts = Your addresses
export-mandates = Your mandates
export-organisation = Organisation
export-status = State
export-themes = Themes
export-duration = Duration
export-drafted = Drawn up
export-from = Begins
export-until = Ends
export-digest = Digest of the text
export-text = The text
export-acts = The acts
export-act-when = When
export-act-theme = Theme
export-act-client = Service
export-orientations = Your referrals
export-cases = Your reports
export-blocks = Whom you blocked
export-entries = Your journal
export-erased-line = Contents erased
export-who = Who
export-more = Everything else, line by line and field by field, is in the JSON file. The proofs of each line can be downloaded from the page “Journal” of your space.
export-none = Nothing.

retention-lead = What is kept, for how long, and what was erased. The proofs of the journal always stay.
retention-terms = Terms
retention-where = These terms are set in the configuration file, section “retention”.
retention-runs = Latest turns
retention-next = Next turn: { $day }.
retention-next-soon = Today’s turn will be made within a quarter of an hour.
retention-no-run = No turn yet.
retention-nothing = Nothing had reached its term.
retention-ended = Ended at { $time }.
retention-begun = Begun at { $time }, under way.
retention-dropped = { $class }: { $count }
retention-for-ever = always
retention-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
retention-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
retention-years =
    { $count ->
        [one] { $count } year
       *[other] { $count } years
    }
retention-payloads = Contents of the journal’s lines
retention-payloads-words = After this term the line cannot be read; its proof stays valid. An open case holds its own.
retention-erasure = Erasure asked for by a person
retention-erasure-words = After the end of her last mandate; at once where none was ever used.
retention-persons = Persons without any activity
retention-persons-words = Without mandate, login or open case for this long: erased by themselves.
retention-drafts = Mandates refused or left unanswered
retention-drafts-words = Their link, and whom it was meant for.
retention-tokens = Expired tokens
retention-tokens-words = The newest of each mandate and service stays while the mandate lives.
retention-messages = Messages sent
retention-messages-words = After sending.
retention-orientations = Referrals
retention-orientations-words = After they were noted.
retention-signs = Closed signs of abuse
retention-signs-words = After they were closed.
retention-throttles = Counted login attempts
retention-throttles-words = After the last attempt.
retention-statistics = Statistics
retention-statistics-words = They name nobody.

place-service-demarches = Help with administrative steps
place-service-outils = Everyday digital skills
place-service-emploi = Finding work with digital tools
place-service-securite = Safe use of digital tools
place-service-parents = Parents, children and digital tools
place-service-loisirs = Digital leisure and creation
place-service-culture = Understanding the digital world
place-service-acces = Internet access and computers
place-service-materiel = Computers at a low price
place-address = Address
place-phone = Telephone
place-hours = Opening hours
place-access = How to get in touch
place-emails = E-mail
place-websites = Website
place-open = { $days }: { $times }
place-closed = { $days }: closed
place-days = { $first } to { $last }
place-span = { $from } to { $until }
place-hour =
    { $hour ->
        [0] midnight
        [12] noon
        [13] 1:00 pm
        [14] 2:00 pm
        [15] 3:00 pm
        [16] 4:00 pm
        [17] 5:00 pm
        [18] 6:00 pm
        [19] 7:00 pm
        [20] 8:00 pm
        [21] 9:00 pm
        [22] 10:00 pm
        [23] 11:00 pm
        [24] midnight
       *[other] { $hour }:00 am
    }
place-hour-minute =
    { $hour ->
        [0] 12:{ $minute } am
        [12] 12:{ $minute } pm
        [13] 1:{ $minute } pm
        [14] 2:{ $minute } pm
        [15] 3:{ $minute } pm
        [16] 4:{ $minute } pm
        [17] 5:{ $minute } pm
        [18] 6:{ $minute } pm
        [19] 7:{ $minute } pm
        [20] 8:{ $minute } pm
        [21] 9:{ $minute } pm
        [22] 10:{ $minute } pm
        [23] 11:{ $minute } pm
        [24] 12:{ $minute } am
       *[other] { $hour }:{ $minute } am
    }
place-removed = This place is no longer in the list
place-removed-words = It may have closed or moved. Call before you go.

orientation-begin = Refer to a place
orientation-title = Refer { $name }
orientation-lead = Find a place near the person’s home, note why, then give her the sheet.
orientation-search = Look for a place
orientation-commune = Town or postcode
orientation-commune-hint = For example: Dijon, or 21000
orientation-for = For
orientation-any = all services
orientation-find = Search
orientation-none = No place found
orientation-none-words = Try a town nearby, or all services.
orientation-communes = Did you mean:
orientation-noted-before = Noted before
orientation-again = See the sheet again
orientation-which = Which place?
orientation-more = Next places
orientation-reason = What for
orientation-reason-hint = In the person’s words: she keeps the sheet.
orientation-service = Service
orientation-appointment = Appointment
orientation-appointment-hint = If there is one, for example: 03/03/2027
orientation-pass = Number of a pass numérique
orientation-pass-hint = If there is one. It is kept encrypted.
orientation-submit = Note and see the sheet
orientation-error-place = Choose a place from the list.
orientation-error-no-reason = Write what for, in a few words.
orientation-error-reason-long = This is too long: 500 characters at most.
orientation-error-appointment = Write a coming day within a year, such as 03/03/2027.
orientation-error-pass = This number does not look like a pass: 6 to 30 digits or letters.
orientation-noted = Noted by { $aidant } ({ $organisation }), { $moment }
orientation-sheet-title = Where to go: { $place }
orientation-sheet-for = For { $name }
orientation-sheet-lead = This sheet is for you. Take it along.
orientation-sheet-where = The place
orientation-sheet-why = Why
orientation-sheet-hint = The person finds this sheet in her space, under “My data”.
orientation-print = Print the sheet (PDF)
orientation-another = Look for another place
orientation-person-title = Your referrals
orientation-person-lead =
    { $count ->
        [0] No aidant has referred you to a place.
        [one] An aidant showed you a place where you can get help.
       *[other] Your aidants showed you { $count } times a place where you can get help.
    }

stat-title = Activity in figures
stat-lead = From { $first } to { $last }. These figures name nobody.
stat-counted = Counted on { $moment }; the present month is not over.
stat-rule-title = No number from 1 to 4
stat-rule = “n/a” means not told: the number is too small, or would let one find a number that is.
stat-rule-months = A month appears once it is over.
stat-hidden = n/a
stat-at-least = at least { $count }
stat-about = about { $count }
stat-under-ten = fewer than 10
stat-figure-acts = acts done for persons
stat-figure-mandates = mandates approved
stat-figure-orientations = referrals to a place
stat-figure-active = mandates active today
stat-figure-organisations = organisations at work
stat-months = Month by month
stat-months-of = Month by month: { $place }
stat-choose = Where
stat-country = The whole of France
stat-show = Show
stat-caption-months = Acts done by month
stat-caption-table-months = Acts, mandates approved and referrals by month
stat-chart-label = Acts done by month. { $months }. The same figures are in the table below.
stat-nothing = There is no number to show yet.
stat-table = The same figures as a table
stat-themes = Theme by theme
stat-caption-themes = Acts done by theme, over twelve months
stat-departements = Département by département
stat-caption-departements = Acts done by département, over twelve months: the first ten
stat-caption-table-departements = Figures by département, over twelve months
stat-elsewhere = Unknown département
stat-col-month = Month
stat-col-acts = Acts
stat-col-mandates = Mandates
stat-col-orientations = Referrals
stat-col-organisations = Organisations
stat-col-theme = Theme
stat-col-departement = Département
stat-download = Download these figures (CSV)
stat-month-01 = Jan
stat-month-02 = Feb
stat-month-03 = Mar
stat-month-04 = Apr
stat-month-05 = May
stat-month-06 = June
stat-month-07 = July
stat-month-08 = Aug
stat-month-09 = Sept
stat-month-10 = Oct
stat-month-11 = Nov
stat-month-12 = Dec

sign-lead = What is out of the ordinary and worth a look. A sign proves nothing.
sign-lists = Lists of signs
sign-tab-open = To look into
sign-tab-seen = Watched
sign-tab-closed = Closed
sign-none = No sign here.
sign-open = Look into
sign-older = Older signs
sign-title = Sign of possible abuse
sign-burst = Many mandates within an hour
sign-burst-why = { $count } mandates approved within an hour (a sign from { $threshold } on)
sign-night = Mandates approved at night
sign-night-why =
    { $count ->
        [one] One mandate approved at night (a sign from { $threshold } on)
       *[other] { $count } mandates approved in the same night (a sign from { $threshold } on)
    }
sign-shared-contact = One address for several persons
sign-shared-contact-why = { $count } persons have the same address or number (a sign from { $threshold } on)
sign-many-organisations = One person at many organisations
sign-many-organisations-why = One person has running mandates at { $count } organisations (a sign from { $threshold } on)
sign-aidant = { $name }, { $organisation }
sign-organisations = Organisations: { $organisations }
sign-nobody = Persons are not shown here.
sign-when = From { $first } to { $last }
sign-status-open = To look into
sign-status-seen = Watched
sign-status-closed = Closed
sign-fact-why = What was noticed
sign-fact-whom = Who
sign-fact-when = When
sign-fact-note = Note
sign-fact-reviewed = Looked into by
sign-reviewed = { $name }, { $moment }
sign-proof-title = A sign proves nothing
sign-proof = To know what happened, an authority reads the journal, for a reason that the person will see.
sign-to-aidant = See this aidant’s account
sign-what-now = What is to be done with this sign?
sign-keep = Watch it
sign-keep-words = It stays in the list of watched signs.
sign-close = Close it
sign-close-words = It is explained, or what was needed has been done.
sign-note = What you found
sign-note-hint = This note is written in the journal. Do not name any helped person.
sign-submit = Save
sign-error-no-status = Say whether the sign is watched or closed.
sign-error-no-note = Write what you found.
sign-error-note-long = This is too long: 500 characters at most.

authority-erased = Person erased
authority-erased-words = Her data were erased: the lines stay, their contents do not.
