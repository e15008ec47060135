# Drawing up a mandate, its page, ending it, its printed form.

mandate-new-lead = Fill in this page with the person. She will then read the text and decide herself.
mandate-new-themes = For which steps?
mandate-new-themes-hint = Tick only what the person needs.
mandate-new-withheld = Your organisation does not do these steps. Your referent can change that.
mandate-new-duration = For how long?
mandate-new-duration-hint = Dates if the person approves today. She may stop earlier.
mandate-new-channel = Where is the person?
mandate-new-present = With me
mandate-new-present-words = She reads on her telephone or on this screen.
mandate-new-submit = Hand over to the person

mandate-error-no-theme = Choose at least one kind of step.
mandate-error-no-duration = Choose for how long.
mandate-error-channel = Say where the person is and how they answer.
mandate-error-too-long = Without FranceConnect a mandate lasts one month at most. Choose one day or one month.
mandate-error-no-reason = Write why you are ending this mandate. The person will be able to read it.
mandate-error-reason-long = Write the reason in 500 letters at most.

mandate-denied-title = This is not possible for now
mandate-denied-account_suspended = Your account is suspended. Ask your referent.
mandate-denied-habilitation_suspended = Your accreditation is suspended. Ask your referent.
mandate-denied-habilitation_ended = Your accreditation has ended. Your referent can ask for a new one.
mandate-denied-organisation_suspended = Your organisation is suspended. Your referent knows why.
mandate-denied-organisation_theme = Your organisation does not do one of these steps. Take it out, or ask your referent.

mandate-person-unknown = Person not identified
mandate-title = Mandate of { $name }
mandate-fact-themes = Steps
mandate-fact-until = Until
mandate-fact-drafter = Prepared by
mandate-fact-ended-themes = Steps that were ended
mandate-theme-ended = { $theme }, on { $moment }
mandate-print = Print the mandate
mandate-revoke = End this mandate
mandate-ended-words = Nobody can use it any more. What was done before stays in the journal.
mandate-ended-by-person = The person ended this mandate on { $moment }
mandate-ended-by-aidant = This mandate was ended by your organisation on { $moment }
mandate-ended-by-organisation = Your organisation ended this mandate on { $moment }
mandate-ended-by-authority = An authority ended this mandate on { $moment }
mandate-ended-by-date = This mandate ended on its date
mandate-suspended-title = This mandate is suspended
mandate-suspended-words = An act was reported. Nobody can use this mandate while it is being examined.

revoke-title = End the mandate of { $name }
revoke-lead = It takes effect at once, everywhere.
revoke-what = What do you want to end?
revoke-all = The whole mandate
revoke-all-words = Nobody of your organisation can act for her with this mandate any more.
revoke-theme-words = Only this kind of step. The others go on.
revoke-reason = Why?
revoke-reason-hint = The person will be able to read this reason. For example: the step is finished.
revoke-final = This cannot be undone
revoke-final-words = To act again, a new mandate and the person’s new agreement will be needed. We tell her.
revoke-submit = End it now
revoke-keep = End nothing

attestation-title = Paper mandate of { $name }
attestation-approved = { $name } approved this text on { $moment }.
attestation-qr = Square code to point the telephone’s camera at. It opens the page that verifies this mandate.
attestation-check = Verify this mandate
attestation-check-words = Point a camera at the square, or type this code on
attestation-since = Code made on { $moment }. It is good no more once the mandate has ended.
attestation-none = This mandate has no code yet
attestation-none-words = With a code, anyone who holds the paper can check that the mandate exists and is still good.
attestation-over = This mandate has ended
attestation-over-words = This text is kept as a record. No code confirms it any more.
attestation-make = Make a code to print
attestation-make-hint = Make a code, then print this page with your browser.
attestation-print-hint = To print, use your browser’s “Print” command.
attestation-renew-hint = If a paper is lost, replace the code: the old one will be good no more.
attestation-renew = Replace the code
