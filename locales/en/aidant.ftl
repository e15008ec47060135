# The aidant's front page, list of persons, hand-over.

aidant-new-mandate = Draw up a mandate
aidant-home-hello = Hello { $name }
aidant-home-today = Today is { $date }.
aidant-home-tasks =
    { $count ->
        [one] One thing is waiting for you
        [2] Two things are waiting for you
        [3] Three things are waiting for you
       *[other] { $count } things are waiting for you
    }
aidant-home-persons = The people you may act for
aidant-home-nobody = Nobody has given your organisation a mandate yet. To begin, draw up a mandate with the person.
aidant-home-all =
    { $count ->
        [one] See all mandates
       *[other] See the { $count } current mandates and those that have ended
    }
aidant-home-act = To take a step for someone
aidant-home-act-words = Open the administration’s site and choose the login for aidants. You will come back here to say whom you act for.

aidant-task-waiting = A mandate is waiting for the person’s answer
aidant-task-waiting-words = Prepared by { $aidant } on { $time }: { $themes }.
aidant-task-waiting-action = See how far she is
aidant-task-suspended = The mandate of { $name } is suspended
aidant-task-suspended-words = An act was reported. Nobody can use this mandate while it is being examined.
aidant-task-open = Open the mandate
aidant-task-ending-badge =
    { $days ->
        [0] Ends today
        [1] Ends tomorrow
       *[other] Ends in { $days } days
    }
aidant-task-ending = The mandate of { $name } ends on { $date }
aidant-task-ending-words = To go on after that date, her agreement will be needed again.

aidant-table-caption = People who gave a mandate to { $organisation }
aidant-table-person = Person
aidant-table-themes = Steps
aidant-table-until = Until
aidant-table-state = State

aidant-persons-search = Family or given name
aidant-persons-find = Search
aidant-persons-all = Show everybody
aidant-persons-count =
    { $count ->
        [0] No mandate
        [one] One mandate
       *[other] { $count } mandates
    }
aidant-persons-none = Nobody of that name has given your organisation a mandate. Try with fewer letters.

handover-title = Now the person reads and decides
handover-lead = Choose together: her telephone or this screen.
handover-banner = You are handing over to
handover-banner-present = The person who is with you
handover-waiting-open = We are waiting for her to open her page
handover-waiting-identify = She has opened her page. We are waiting for her to log in to FranceConnect
handover-waiting-decide = She is reading the text. We are waiting for her decision
handover-since = Since { $time }.
handover-updates = This page updates by itself.
handover-updates-by-hand = To see how far she has come, press “Refresh”.
handover-too-late = She did not answer in time
handover-too-late-words = Her page has closed. Give this draft up, then draw up a new mandate with her.
handover-until = She may answer until { $moment }.
handover-phone = On her telephone
handover-phone-words = She opens the camera and points it at this square.
handover-screen = On this screen
handover-screen-words = Open her page, then leave her the mouse and the keyboard. Type nothing in her place.
handover-open = Open her page here
handover-address = The same address, to read or to copy:
handover-once = It can be used once only.
handover-steps = What happens now
handover-step-draft = The text is ready
handover-step-draft-words = Prepared at { $time }: <em>{ $themes }</em>. Duration: { $duration }.
handover-step-open = She opens her page
handover-step-open-words = On her telephone or on this screen.
handover-step-identify = She says who she is, with FranceConnect
handover-step-identify-words = Her passwords stay hers. We close FranceConnect right after.
handover-step-decide = She reads the text and decides
handover-step-decide-words = She approves or she refuses. You cannot do it for her.
handover-step-act = You can act for her
handover-step-act-words = If she has approved, the mandate begins at once.
handover-nothing = Nothing happens?
handover-nothing-phone = The telephone does not read the square: open her page on this screen.
handover-nothing-login = She cannot log in to FranceConnect: she may choose another account (Ameli, taxes, La Poste…), or ask the service whose account she knows best for help.
handover-nothing-elsewhere = Her page says that it is already open elsewhere: give this draft up and draw up a new one.
handover-abandon = Give this draft up

unanswered-refused-title = The person refused this mandate
unanswered-refused-words = Nothing changes: nobody can act for her with this text.
unanswered-refused-notice = It is her right
unanswered-refused-notice-words = She need not say why. If she wishes, you can talk it over and prepare another text.
unanswered-lapsed-title = This draft is gone
unanswered-lapsed-words = Nobody answered it in time, or it was given up. It gives no rights.

aidant-journal-title = Your journal
aidant-journal-lead = What you did, and what was decided about your accreditation. What concerns a person also stands in that person’s own journal.

handover-away-since = Since { $time }.
handover-away-draft-words = Prepared on { $time }: <em>{ $themes }</em>. Duration: { $duration }.
handover-remote-title = The person answers from home
handover-remote-lead = Stay on the telephone: the person opens the link, logs in to FranceConnect, then types the code that you tell.
handover-sms-title = The person answers by a code received by SMS
handover-sms-lead = The person reads the text on their page, or you read it out. The code they received is their yes.
handover-post-title = The person answers by a code received by letter
handover-post-lead = Your referent approves, prints the letter and posts it. The code in it is the person’s yes.
handover-waiting-pair = The person is identified. We are waiting for the code that you tell
handover-waiting-answer = We are waiting for the person’s answer
handover-waiting-post = The referent has approved. We are waiting for the letter to be posted
handover-waiting-referent = We are waiting for your referent’s approval
handover-pairing = Tell this code, by voice
handover-pairing-words = The person types it after FranceConnect. Write it neither by e-mail nor by SMS. Three wrong codes, and the draft is closed.
handover-wrong =
    { $left ->
        [one] A wrong code was given. One try is left.
       *[other] A wrong code was given. { $left } tries are left.
    }
handover-sent = What was sent
handover-sent-email = The link, by e-mail to { $to }, on { $when }
handover-sent-sms = An SMS to { $to }, on { $when }
handover-sent-post = A letter to { $to }, printed on { $when }
handover-sent-post-not-yet = A letter to { $to }: not printed yet
handover-again-words = If nothing came, send again: what was sent before will no longer work.
handover-again = Send again
handover-code = Does the person answer you by voice?
handover-code-words = Read the text out, then type the code they tell you.
handover-code-until = The code is good until { $time }.
handover-code-open = Write the answer down
handover-nothing-came = Did nothing arrive?
handover-nothing-came-words = Check the address with the person, then send again. If they are with you after all, they can point at this square or open this address.
handover-away-sent = The person opens the link
handover-away-sent-words = On a telephone or a computer.
handover-away-identify = The person says who they are, with FranceConnect
handover-away-identify-words = We compare with the name and the date that you gave, and close FranceConnect.
handover-away-pair = The person types the code that you tell
handover-away-pair-words = That is how we know that you speak to each other.
handover-away-decide = The person reads the text and decides
handover-away-decide-words = You cannot do it for them.
handover-away-act = You can act for the person
handover-away-act-words = If they said yes, the mandate begins as soon as every approval is there.
handover-away-code = The person says yes with the code, or says no
handover-away-code-words = On their page, or by voice with you.
handover-away-referent = The referent approves
handover-away-referent-words = In their own space, under “Approvals”. It cannot be whoever prepared the text.
handover-away-letter = The letter leaves
handover-away-letter-words = The referent prints and posts it. You do not see the code.

unanswered-other-identity-title = Another person answered
unanswered-other-identity-words = The person who logged in does not have the name and birth date that you gave. Nothing of them was kept and the draft is closed. Check name and date with the person, then prepare a new text.
unanswered-pairing-title = The code you told the person was wrong three times
unanswered-pairing-words = To protect the person the draft is closed. Call them, then prepare a new text.
unanswered-code-title = The code was wrong three times
unanswered-code-words = To protect the person the draft is closed. See with them what happened, then prepare a new text.
unanswered-referent-title = The referent did not approve
unanswered-referent-words = The draft is closed. The reason stands in your journal. It gives no rights.
