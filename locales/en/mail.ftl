# The e-mails.

mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,
mail-row = { $name }: { $value }
mail-action = { $label }:
mail-footer = Procura writes to you for every act. We will never write or call to ask you for a password or a code. In doubt? Do not open the link: type the address yourself.
mail-footer-professional = We will never write or call to ask you for a password or a code.

mail-row-when = When
mail-row-where = Where
mail-row-themes = What for
mail-row-ended-theme = What is ended
mail-row-mandate = Your mandate
mail-row-purpose = Why

mail-action-mandates = See my mandates
mail-action-contacts = See how you are reached
mail-action-not-me = This was not me: suspend this mandate
mail-action-journal = Read my journal

mail-stop-title = End this mandate
mail-stop = You can end it at any time in your space, without giving a reason.
mail-stop-phone = You can end it at any time in your space or by calling { $phone }, without giving a reason.

mail-login-link-subject = Your login link
mail-login-link-what = You asked to log in to Procura.
mail-login-link-action = Finish logging in
mail-login-link-rule-title = This link works once
mail-login-link-rule =
    { $minutes ->
        [one] Open it before { $time } (one minute), in the browser where you started.
       *[other] Open it before { $time } ({ $minutes } minutes), in the browser where you started.
    }
mail-login-link-unasked-title = You did not ask for this?
mail-login-link-unasked = Do not open the link. Somebody gave your address and a right code: tell your referent or the operator.

mail-consent-link-subject = { $organisation } asks for your agreement
mail-consent-link-what = { $aidant } ({ $organisation }) would like to do online steps for you. You decide: read, then approve or refuse.
mail-consent-link-action = Read and decide
mail-consent-link-code-title = A code will be told to you
mail-consent-link-code = After FranceConnect the page asks for six digits. { $aidant } tells them to you by voice. If nobody told you any, go no further.
mail-consent-link-rule-title = This link works on one device only
mail-consent-link-rule = Open it before { $moment }, on the telephone or computer where you want to answer.
mail-consent-link-unasked-title = You do not know this organisation?
mail-consent-link-unasked = Do not open this link: nothing will happen.
mail-consent-link-unasked-phone = Do not open this link: nothing will happen. In doubt? Call { $phone }.

mail-verbatim-subject = Your agreement is asked for

mail-mandate-approved-subject = Your mandate is signed
mail-mandate-approved-what = You have agreed: { $aidant } ({ $organisation }) may act for you.
mail-mandate-approved-next-title = What now?
mail-mandate-approved-next = You will be told each time somebody acts for you, as you chose. Everything stays written in your journal.

mail-mandate-renewed-subject = Your mandate is renewed
mail-mandate-renewed-what = You have agreed again: { $aidant } ({ $organisation }) may go on acting for you.


mail-expired-subject = Your mandate is over
mail-expired-what = The mandate you gave to { $organisation } ended on { $date }. Nobody acts for you there any more.
mail-expired-next = If you still want help, ask your aidant for a new mandate. Your journal stays readable.

mail-contact-changed-subject = How we reach you has changed
mail-contact-added-email = An e-mail address was added to write to you: { $address }.
mail-contact-added-phone = A telephone number was added to tell you: { $address }.
mail-contact-removed-email = An e-mail address was taken away: { $address }. We no longer write there.
mail-contact-removed-phone = A telephone number was taken away: { $address }. We no longer write there.
mail-contact-changed-unasked-title = This was not you?
mail-contact-changed-unasked = Open your space and take away what you do not know.
mail-contact-changed-unasked-phone = Open your space and take away what you do not know, or call { $phone }.

mail-contact-code-subject = Your code to confirm this address
mail-contact-code-what = Type this code in your space, so that we can write to you here.
mail-space-code-subject = Your code to open your space
mail-space-code-what = Type this code on the page where you gave your paper code.
mail-code-rule-title = This code works once
mail-code-rule = Type it before { $time }. You did not ask for it? Do nothing.
mail-footer-code = This code is for you alone. Give it to nobody, not on the telephone, not to your aidant.

mail-act-opened-subject = { $aidant } is acting for you
mail-act-opened-what = { $aidant } ({ $organisation }) has started a step in your name, with your agreement.
mail-expected-title = Was this expected?
mail-expected = You have nothing to do.
mail-unexpected-title = Was this not expected?
mail-unexpected = Say so with the link below, without logging in, or in your journal. The mandate will be suspended at once.
mail-unexpected-phone = Say so with the link below, without logging in, in your journal, or call { $phone }. The mandate will be suspended at once.

mail-mandate-ended-whole-subject = Your mandate has ended
mail-mandate-ended-theme-subject = Part of your mandate has ended
mail-mandate-ended-whole-you = You ended the mandate given to { $organisation }. Nobody acts for you there any more.
mail-mandate-ended-whole-them = { $organisation } ended the mandate you had given. Nobody acts for you there any more.
mail-mandate-ended-theme-you = You took away part of the mandate given to { $organisation }. The rest goes on.
mail-mandate-ended-theme-them = { $organisation } gave up part of the mandate you had given. The rest goes on.
mail-unwanted-title = Is this not what you wanted?
mail-unwanted = Ask your aidant to prepare a new mandate. An ended mandate does not start again.
mail-unwanted-phone = Ask your aidant to prepare a new mandate, or call { $phone }. An ended mandate does not start again.

mail-case-opened-subject = Your report { $number }
mail-case-opened-what = You told us that an act by { $organisation } was not expected. Your report has the number { $number }.
mail-case-opened-held-title = What is done already
mail-case-opened-held = The mandate is suspended: nobody acts for you with it any more.
mail-case-opened-next-title = What now?
mail-case-opened-next = Somebody is looking at what happened. The answer will be written to you.
mail-case-opened-next-phone = Somebody is looking at what happened. The answer will be written to you. A question? Call { $phone }.

mail-trail-read-subject = An authority has read your journal
mail-trail-read-what = { $reader } has read lines of your journal.
mail-trail-read-why-title = Why this e-mail?
mail-trail-read-why = An authority that is entitled to read must say why. You see it, and the reading is itself written in your journal.
mail-trail-read-why-phone = An authority that is entitled to read must say why. You see it, and the reading is itself written in your journal. A question? Call { $phone }.

mail-request-confirm-subject = Confirm your organisation’s request
mail-request-confirm-what = A request was made for the organisation { $organisation }, with your address. It is examined only once you confirm it.
mail-request-confirm-action = Confirm the request
mail-request-confirm-rule-title = Until when?
mail-request-confirm-rule = Confirm before { $date }. Keep this e-mail: the same link lets you follow the request afterwards.
mail-request-unasked-title = You asked for nothing?
mail-request-unasked = Do nothing: without confirmation, the request is erased.
mail-request-words-title = What the operator writes
mail-request-next-title = What now?
mail-request-follow = Follow the request
mail-request-received-subject = We have received your request
mail-request-received-what = The request of the organisation { $organisation } is confirmed.
mail-request-received-next = An operator examines it. You will get an e-mail at each step.
mail-request-changes-asked-subject = Your request needs changes
mail-request-changes-asked-what = The operator asks for changes in the request of the organisation { $organisation }.
mail-request-changes-asked-next = Open the link, correct the request and send it again.
mail-request-accepted-subject = Your organisation is accredited
mail-request-accepted-what = The request of the organisation { $organisation } is accepted.
mail-request-accepted-next = The referent and the aidants each get an e-mail to open their account.
mail-request-refused-subject = Your request is refused
mail-request-refused-what = The request of the organisation { $organisation } is refused.
mail-request-refused-next = You may make a new request if the situation changes.

mail-approval-asked-subject = A mandate waits for your agreement
mail-approval-asked-what = { $aidant } ({ $organisation }) has drawn up a mandate for a person without FranceConnect. It is worth nothing without your agreement.
mail-approval-asked-until = Decide before
mail-approval-asked-action = Read and decide
mail-approval-asked-why-title = Why you?
mail-approval-asked-why = This person’s identity is declared: nobody else has checked it. Make sure that she exists and that your organisation does help her.
mail-approval-asked-next-title = What next?
mail-approval-asked-next-letter = Once you agree, you print the letter with its code and post it. The person says yes by that code.
mail-approval-asked-next-sms = The person has said yes, by the code sent by SMS. The mandate begins as soon as you agree.

mail-reading-asked-subject = A request to read waits for your decision
mail-reading-asked-what = Another agent of your authority asks to read a journal. Nothing is looked for or shown without the agreement of a second agent.
mail-reading-asked-why = You have the same national competence. The first one to decide answers for all.
mail-reading-asked-silence-title = Without an answer
mail-reading-asked-silence = The request lapses by itself on that date. This e-mail says neither who is looked for nor why: the page does.

mail-merge-asked-subject = A merger waits for your agreement
mail-merge-asked-what = The operator proposes to merge { $organisation } with { $target }.
mail-merge-asked-action = Read and decide
mail-merge-asked-rule-title = Why you?
mail-merge-asked-rule = A merger needs the agreement of a second person: the referent of the organisation that closes, or another operator.

mail-transferred-subject = Your mandate moves to another organisation
mail-transferred-what = { $from } has merged with { $to }. It is now { $to } that may act for you.
mail-transferred-same-title = What does not change
mail-transferred-same = What you approved stays the same: the same themes, until the same date. You have nothing to do.

mail-case-news-subject = Case { $number }
mail-case-news-action = Read the case
mail-case-news-opened-person = Your report { $number } is recorded.
mail-case-news-opened-other = A person reported an unexpected act done by { $organisation }. The case has the number { $number }. The mandate is suspended while it is examined.
mail-case-news-word-person = Your message was added to case { $number }.
mail-case-news-word-other = The person added a message to case { $number }, which concerns { $organisation }.
mail-case-news-organisation-answered-person = { $organisation } answered your report { $number }. The mandate stays suspended.
mail-case-news-organisation-answered-other = { $organisation } answered in case { $number }.
mail-case-news-authority-answered-person = The authority that examines your report { $number } answered you. The mandate of { $organisation } stays suspended.
mail-case-news-authority-answered-other = The authority answered in case { $number }, which concerns { $organisation }.
mail-case-news-closed-restored-person = The examination of your report { $number } is over. This report no longer suspends the mandate of { $organisation }. You can still stop that mandate.
mail-case-news-closed-restored-other = Case { $number } is closed. It no longer suspends the mandate of { $organisation }.
mail-case-news-closed-revoked-person = The examination of your report { $number } is over. The authority stopped the mandate of { $organisation }.
mail-case-news-closed-revoked-other = Case { $number } is closed. The authority stopped the mandate of { $organisation }.
mail-case-news-closed-unchanged-person = The examination of your report { $number } is over. The mandate of { $organisation } had already ended.
mail-case-news-closed-unchanged-other = Case { $number } is closed. The mandate of { $organisation } had already ended.
mail-case-news-question = The reasons are written in your space.
mail-case-news-question-phone = The reasons are written in your space. A question? Call { $phone }.
mail-case-news-next-aidant = Your referent can answer for the organisation. Tell them what happened.
mail-case-news-next-referent = You can answer for the organisation, in the case.
mail-case-news-next-authority = You can read the case, answer, then close it.

mail-expired-next-title = What now?
mail-ends-soon-subject =
    { $days ->
        [0] Your mandate ends today
        [1] Your mandate ends tomorrow
       *[other] Your mandate ends in { $days } days
    }
mail-ends-soon-what = The mandate you gave to { $organisation } ends soon.
mail-ends-soon-nothing-title = If you do not want to go on
mail-ends-soon-nothing = You need not do anything. After that date nobody acts for you with this mandate.
mail-ends-soon-more-title = If you want to go on
mail-ends-soon-more = Tell your aidant. They will draw up a new mandate: you will read it, and you will decide.
mail-ends-soon-more-phone = Tell your aidant. They will draw up a new mandate: you will read it, and you will decide. A question? Call { $phone }.

mail-error-declared-subject-person = Your aidant declares an error
mail-error-declared-subject-other = An error is declared in an act
mail-error-declared-what-person = { $aidant }, of { $organisation }, tells us of a mistake made while acting for you.
mail-error-declared-what-other = { $aidant }, of { $organisation }, declares an error in a step done for a person.
mail-error-declared-action = Read the declaration
mail-error-declared-next-title = What now?
mail-error-declared-next = You can read what happened, and what was done to mend it, in your journal. If that does not suit you, you can report this act.
mail-error-declared-next-phone = You can read what happened, and what was done to mend it, in your journal. If that does not suit you, report this act or call { $phone }.

mail-recorded-subject = What you asked for is done
mail-recorded-what-telephone = You asked by telephone, on { $date }, to stop what follows. It is done: nobody acts for you with it any more.
mail-recorded-what-letter = You asked by letter, on { $date }, to stop what follows. It is done: nobody acts for you with it any more.
