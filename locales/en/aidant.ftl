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
aidant-home-act-words = Open the administration’s site and choose the login for helpers. You will come back here to say whom you act for.

aidant-task-waiting = A mandate is waiting for the person’s answer
aidant-task-waiting-words = Prepared by { $aidant } at { $time }: { $themes }.
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
handover-nothing-login = She cannot log in to FranceConnect: she may choose another account (Ameli, taxes, La Poste…), or ask for help with the one she knows best.
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
