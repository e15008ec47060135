# The e-mails.

mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,
mail-row = { $name }: { $value }
mail-action = { $label }:
mail-footer = Procura writes to you for every act. We will never ask you for a password or a code, by e-mail or by telephone. In doubt? Do not open the link: type the address yourself.
mail-footer-professional = We will never ask you for a password or a code, by e-mail or by telephone.

mail-row-when = When
mail-row-where = Where
mail-row-themes = What for
mail-row-ended-theme = What is ended
mail-row-mandate = Your mandate
mail-row-purpose = Why

mail-action-mandates = See my mandates
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
mail-login-link-unasked = Do not open the link. Somebody gave your address and a right code: tell your team lead or the operator.

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
mail-mandate-approved-next = You will get an e-mail each time somebody acts for you. Everything stays written in your journal.

mail-act-opened-subject = { $aidant } is acting for you
mail-act-opened-what = { $aidant } ({ $organisation }) has started a procedure in your name, with your agreement.
mail-expected-title = Was this expected?
mail-expected = You have nothing to do.
mail-unexpected-title = Was this not expected?
mail-unexpected = Say so in your journal. The mandate will be suspended at once.
mail-unexpected-phone = Say so in your journal, or call { $phone }. The mandate will be suspended at once.

mail-mandate-ended-whole-subject = Your mandate has ended
mail-mandate-ended-theme-subject = Part of your mandate has ended
mail-mandate-ended-whole-you = You ended the mandate given to { $organisation }. Nobody acts for you there any more.
mail-mandate-ended-whole-them = { $organisation } ended the mandate you had given. Nobody acts for you there any more.
mail-mandate-ended-theme-you = You took away part of the mandate given to { $organisation }. The rest goes on.
mail-mandate-ended-theme-them = { $organisation } gave up part of the mandate you had given. The rest goes on.
mail-unwanted-title = Is this not what you wanted?
mail-unwanted = Ask your helper to prepare a new mandate. An ended mandate does not start again.
mail-unwanted-phone = Ask your helper to prepare a new mandate, or call { $phone }. An ended mandate does not start again.

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
