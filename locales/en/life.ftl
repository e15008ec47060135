# A contested act's case, errors that aidants declare, mandates ended together, and what persons ask by telephone or letter.

case-title = Case { $number }
case-thread = Progress of the case
case-thread-opened = Act reported
case-thread-answer = Answer
case-thread-answer-words = The organisation and the authority have been told.
case-thread-answered = First answer
case-thread-end = Decision
case-thread-end-words = The authority decides whether the mandate goes on or stops.
case-thread-restored = Closed: the report no longer suspends the mandate
case-thread-revoked = Closed: the mandate is stopped
case-thread-unchanged = Closed: the mandate had already ended
case-fact-organisation = Organisation
case-fact-client = Administration
case-fact-mandate = Mandate
case-fact-others = Other open cases about this mandate
case-fact-person = Person
case-no-client = None
case-contested = The reported act
case-steps = What was said
case-her-words = What the person wrote is read by the authority alone.
case-answer-title = Answer
case-answer-organisation = Answer for the organisation
case-answer-words = Your answer
case-answer-hint = The person, the organisation and the authority will read it. 2000 characters at most.
case-answer-button = Send the answer
case-close-title = Close the case
case-close-first-answer = Answer first, or wait for the organisation’s answer. Then you can close the case.
case-close-what = What becomes of the mandate?
case-close-reason = Why?
case-close-hint = The person and the organisation will read this reason.
case-close-button = Close this case
case-outcome-restored = This case no longer suspends it
case-outcome-restored-words = The mandate goes on, unless another reason suspends it.
case-outcome-revoked = It is stopped
case-outcome-revoked-words = Nobody acts with it any more. This is final.
case-outcome-unchanged = It had already ended
case-outcome-unchanged-words = The case is closed without changing the mandate.
case-outcome-wrong = Choose what becomes of the mandate
case-words-missing = Fill in this field
case-words-long = This is too long: 2000 characters at most
case-hold-title = Suspend or restore the mandate
case-hold-words = The mandate is active. You can suspend it for another reason than this case.
case-hold-lift-words = An authority suspended this mandate. You can lift that suspension.
case-hold = Suspend this mandate
case-hold-lift = Lift the suspension
case-list-none = No case
case-list-none-words = When a person reports an act, the case arrives here.
case-aidant-title = What to do?
case-aidant-words = Talk to your referent, who answers for the organisation. If you made a mistake, you can say so yourself.
aidant-task-case = Case { $number }: one of your acts is contested
aidant-task-case-words = Administration: { $client }. The mandate is suspended during the examination.
referent-cases-title = Cases of { $organisation }
referent-cases-lead = The acts that persons reported, and the errors your aidants declared.
referent-cases-other = See { $organisation }

person-case-title = Your report { $number }
person-case-read = Read the case
person-case-link = Your report { $number }: where is it?
person-case-add = Add a message
person-case-words = Your message
person-case-hint = The authority will read it. The organisation will know that you wrote, without reading your words.
person-case-button = Add this message

error-title = Declare an error
error-lead = Anybody can make a mistake. Say so: it protects the person, and you too.
error-declare = Declare an error
error-before = Declared before
error-before-words = You can add to it below, for instance once the error is mended.
error-happened = What happened?
error-happened-hint = In your own words. 1000 characters at most.
error-happened-missing = Say what happened
error-mended = What did you do to mend it? (optional)
error-mended-hint = Leave empty if nothing was done yet.
error-words-long = This is too long: 1000 characters at most
error-told = Has the administration been told?
error-told-yes = Yes
error-told-no = Not yet
error-told-missing = Say whether the administration has been told
error-who-title = Who will read this declaration
error-who = The person, your referent, the administration concerned. The mandate stays as it is.
error-button = Declare this error
error-list-title = Declared errors
error-list-lead = What aidants declared themselves, and what they did to mend it.
error-list-none = No declared error
error-list-none-words = When an aidant declares an error, it arrives here.

person-leave-link = Stop everything with this organisation
person-leave-title = Stop everything with { $organisation }
person-leave-lead =
    { $mandates ->
        [one] This mandate stops at once:
       *[other] These { $mandates } mandates stop at once:
    }
person-leave-button = Stop everything

referent-end-title = Stop several mandates
referent-end-open = Stop several mandates
referent-end-heading = Stop mandates of { $organisation }
referent-end-lead = For instance when a person is no longer followed, or when an aidant leaves.
referent-end-what = Which mandates?
referent-end-person = Those of one person
referent-end-person-words = All those she gave to this organisation.
referent-end-aidant = Those an aidant drew up
referent-end-aidant-words = All those that are still running.
referent-end-choose = Choose
referent-end-final = Each person is told. To go on, their agreement will be needed again.
referent-end-button = Stop these mandates
referent-end-done =
    { $count ->
        [one] One mandate is stopped
       *[other] { $count } mandates are stopped
    }
referent-end-done-words = Nobody acts with them any more. The persons are told.
end-fault-what-missing = Choose which mandates
end-fault-nothing = None of these mandates is running
end-fault-reason-missing = Say why
end-fault-reason-long = This is too long: 500 characters at most
end-fault-person-several = Several persons have this name and this birth date: stop their mandates one by one
end-fault-person-unknown = Nobody of this name and this birth date gave a mandate here
end-fault-name-missing = Write the family name
end-fault-birthdate = Write the birth date, for instance 31/12/1950
end-fault-aidant-missing = Choose an aidant

find-title = Find a person
find-lead = When a person calls or writes to stop a mandate.
find-family-name = Family name
find-birthdate = Birth date
find-birthdate-hint = For instance 31/12/1950. If the day is not known: 1950-12-00 or 1950-00-00.
find-entry = Each search is written into the person’s journal.
find-button = Search
find-none = Nobody found
find-none-words = Check the birth name, the usage name and the date with the person.
find-several = { $count } persons have this name and this birth date
find-several-words = Ask for all given names, then choose.
find-choose = Choose

record-none = No running mandate
record-none-words = This person has no mandate to stop.
record-title = What she asks
record-lead = It is done at once, then confirmed in writing.
record-channel = How did she ask?
record-telephone = By telephone
record-letter = By letter
record-channel-missing = Say whether it was by telephone or by letter
record-day = Which day?
record-day-hint = The day of the call, or the date of the letter. For instance 31/12/2026.
record-day-wrong = Write a day of the past year, for instance 31/12/2026
record-asked = What is to be stopped?
record-asked-missing = Choose what is to be stopped
record-asked-mandate = The mandate of { $organisation } (until { $until })
record-asked-theme = Only { $theme }, of the mandate of { $organisation } (until { $until })
record-asked-organisation = All mandates of { $organisation }
record-asked-all = All her mandates
record-check = How did you make sure that it was her?
record-check-hint = For instance: called back at the known number, two questions asked; signature compared.
record-check-missing = Say how you made sure
record-check-long = This is too long: 500 characters at most
record-final = The person, if she has an address, receives a message. Print the letter too.
record-button = Stop and confirm
record-mandates = Her running mandates
record-letters = Written confirmations
record-letter-title = What you asked for is done
record-since = Since
record-letter-next = You need not do anything else. To go on, your agreement would be needed again.
record-letter-phone = You did not ask for this? Call { $phone }.
record-letter-print = Print this page and send it to the person.
