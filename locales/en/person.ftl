# The person's space: login, mandates, journal, proofs, settings. Also what all journals share (lines-, proof-).

person-login-title = Enter your space
person-login-lead = There you see who may act for you and what was done. You can stop everything.
person-login-step-1 = You say who you are with FranceConnect
person-login-step-1-words = With an account you already have, such as the one for taxes or health insurance.
person-login-step-2 = You come back here, to your space
person-login-step-2-words = We close FranceConnect behind you at once.
person-login-button = Continue with FranceConnect
person-login-again = Start again
person-login-denied-title = You are not logged in
person-login-denied-why = The login with FranceConnect was stopped before its end.
person-login-denied-advice = You can start again whenever you like. Nothing has changed.
person-login-unavailable-title = FranceConnect does not answer
person-login-unavailable-why = We cannot know who you are for now.
person-login-unavailable-advice = Try again in a few minutes. To stop a mandate without waiting, call us or write to us.
person-login-state-title = This login is no longer valid
person-login-state-why = It was begun in another window, or too long ago.
person-login-state-advice = Start again from the beginning, in one window only.
person-login-refused-title = The login did not succeed
person-login-refused-why = FranceConnect gave us an answer we cannot accept.
person-login-refused-advice = Start again. If it goes on, call us with the number below.

person-phone-title = Stopping without a computer
person-phone-words = Call { $phone }. We stop the mandate for you and confirm it in writing.

person-home-heading = Who may act for you
person-home-lead =
    { $mandates ->
        [0] Nobody may act for you today.
        [one] { $active ->
            [0] One organisation has your agreement, but cannot act for now.
           *[other] One organisation has your agreement and can act today.
        }
       *[other] { $active ->
            [0] { $mandates } mandates have your agreement, but none can be used for now.
            [one] { $mandates } mandates have your agreement. Only one can be used today.
           *[other] { $mandates } mandates have your agreement; { $active } can be used today.
        }
    }
person-home-none-title = No mandate in force
person-home-none-words = To give one, see an aidant: they prepare the text with you, you read it, then you decide.
person-suspended-title = Nobody can use this mandate for now
person-suspended-case = You reported an act: it is case { $number }. An authority is examining it.
person-suspended-words = It is suspended while something is examined.
person-barred-title = You have blocked this organisation
person-barred-words = It cannot act for you, even with this mandate. To change your mind:
person-fact-who = Who may act
person-fact-drafted = Prepared by { $name }
person-fact-themes = For what
person-fact-until = Until when
person-fact-aidants =
    { $many ->
        [true] Your aidants
       *[false] Your aidant
    }
person-fact-last = Last act
person-last-act = { $moment }, administration: { $client }
person-read-done = Read what was done
person-read-again = Read the mandate again
person-stop = Stop this mandate
person-stopped-by-you = Stopped by you
person-ended = Mandates that are over

person-mandate-title = Your mandate: { $organisation }
person-text = The text you approved
person-theme-stop = Stop this step
person-theme-ended = Stopped on { $day }
person-back-mandate = Back to the mandate
person-done-title = It is stopped
person-done-words = It took effect at once. Administrations no longer accept it. You can print this page. It is written in your journal.
person-revoke-title = Stop the mandate: { $organisation }
person-revoke-lead = It takes effect at once. You need not say why.
person-revoke-1 = The aidants can no longer act for you with this mandate.
person-revoke-2 = Acts under way are cut off.
person-revoke-3 = What was done already stays written in your journal.
person-revoke-4 = It cannot be undone: a new mandate would be needed.
person-revoke-what = What do you want to stop?
person-revoke-whole = The whole mandate
person-revoke-whole-words = All steps stop.
person-revoke-only = Only: { $title }
person-revoke-button = Stop now
person-revoke-keep = Stop nothing

person-journal-heading = What was done in your name
person-journal-lead = Each line has its proof: nobody can change it without it being seen.
person-journal-choose = Choose a period or a mandate
person-journal-download = Download the journal and its proofs
person-journal-none = No line
person-journal-none-words = Nothing was done in your name in this period.
person-filter = Choose a period or a mandate
person-filter-which = Mandate
person-filter-all = All
person-filter-mandate = { $organisation }, until { $until }
lines-none = No line
lines-none-words = Nothing was done in this period.
lines-period = Choose a period
lines-tried = { $sentence } It was refused: { $reason }. Nothing has changed.
lines-from = From
lines-to = To
lines-days-hint = Write dates such as 03/03/2027.
lines-day-hint = For example 03/03/2027
lines-day-wrong = Write a date such as 03/03/2027
lines-verify = Verify
lines-unexpected = This was not expected
lines-older = See older lines
lines-purpose = The reason given
lines-approved-by = Reading approved by { $name }.
lines-court-order = Court order: { $order }.
lines-contested = Reported by you, case { $number }
lines-report-from = What the administration { $client } reported on { $moment }
lines-report = { $kind }: { $label }
lines-report-reference = { $kind }: { $label } (reference { $reference })
lines-no-report = The administration { $client } has not said yet what was done.

person-contest-title = This was not expected
person-contest-next = What will happen
person-contest-1 = The mandate is suspended at once: nobody can use it any more.
person-contest-2 = A case is opened. The competent authority examines what was done.
person-contest-3 = You receive the number of the case.
person-contest-reason = What did you want, or what surprises you?
person-contest-reason-hint = In your words. The authority will read them.
person-contest-reason-missing = Write in a few words what surprises you (1,000 characters at most)
person-contest-button = Report it and suspend the mandate
person-contested-title = It is reported: case { $number }
person-contested-words = Keep this number; you can print this page.
person-contested-suspended = Nobody can use the mandate.
person-contest-only = Report this act

proof-title = The proof of a line
proof-holds = This line is authentic
proof-holds-words = It was written on { $written } and has not changed since. We checked it on { $checked }.
proof-pending = The proof is being prepared
proof-pending-words = The line was written on { $written }. Its proof is ready in a second or two. Checked on { $checked }.
proof-erased = What this line said has been erased
proof-erased-words = It was written on { $written }. Its place in the journal is still proved. Checked on { $checked }.
proof-broken = This line does not agree with the signed journal
proof-broken-words = It bears the date of { $written }. Tell us at once. Checked on { $checked }.
proof-line = The line
proof-chain = Who acted, for whom, for what, where
proof-knot-who = Who acts
proof-knot-organisation = Organisation
proof-knot-whom = For whom
proof-knot-theme = Step
proof-knot-where = Where
proof-checks = What we checked
proof-check-place = <strong>The line is in the journal.</strong> It has its place there, and only one.
proof-check-words = <strong>Its words have not changed.</strong> A single different letter would be seen.
proof-check-signature = <strong>The whole journal is signed.</strong> This line is part of it.
proof-check-witness = <strong>No outside witness watches this journal.</strong> Keep the proof file: it is enough to show a later change.
proof-check-witnessed = <strong>Outside witnesses have seen the journal with this line.</strong> Nobody can take it out any more without being noticed.
proof-check-right = <strong>This check does not say whether the act was right.</strong>
proof-contest = Say that it was not expected
proof-download = Download the proof
proof-download-words = It is a file. Anyone you give it to can read this line and check it without us.
proof-others = The other lines of this act
proof-details = Details, for experts
proof-detail-id = Identifier of the entry
proof-detail-kind = Kind
proof-detail-place = Place in the journal
proof-detail-place-words = { $index }, of { $size } signed lines
proof-detail-chain = Number in this mandate
proof-detail-chain-words = { $n }, after:
proof-detail-commitment = Commitment (HMAC-SHA-256)
proof-detail-checkpoint = Digest of the signed checkpoint
proof-detail-path = Inclusion path
proof-detail-path-words =
    { $hashes ->
        [one] { $hashes } hash, in the proof file
       *[other] { $hashes } hashes, all in the proof file
    }
proof-detail-command = Check it yourself, without a network:

person-contact = Where we write to you
person-blocked = Blocked
person-blocked-since = Blocked since { $day }
person-unblock = Stop blocking
person-block = Block an aidant or an organisation
person-block-words = Whoever you block can no longer act for you, even with a mandate. You can change your mind.
person-block-nobody = Nobody else has a mandate of yours.
person-block-aidant-of = Aidant, { $organisation }
person-block-organisation = Organisation, with all its aidants
person-block-button = Block
