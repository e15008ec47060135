# Sentences of the ledger's lines, their short names, and the reasons of refusals.

ledger-who = <strong>{ $name }</strong>
ledger-who-you = <strong>You</strong>
ledger-who-aidant = <strong>{ $name }</strong> ({ $organisation })
ledger-who-authority = <strong>{ $name }</strong> (authority)
ledger-who-operator = <strong>{ $name }</strong> (operator)
ledger-who-integrator = <strong>{ $name }</strong> (integrator)
ledger-who-referent = <strong>{ $name }</strong> (referent)
ledger-who-system = <strong>Procura</strong>
ledger-somebody = not stated
ledger-a-person = a person
ledger-declared-person = { $name } (declared identity)
ledger-the-person = The person
ledger-erased = What this line said has been erased. Its proof still holds.

ledger-aidant-logged-in = { $who } opened an aidant’s session at { $time }.
ledger-aidant-login-refused = A login to an aidant’s account was refused at { $time }.
ledger-aidant-second-factor-checked = { $who } gave a security code again at { $time }.
ledger-aidant-organisation-switched = { $who } went to another organisation at { $time }.
ledger-aidant-account-linked = { $who } linked the account to ProConnect at { $time }.
ledger-aidant-account-unlinked = { $who } unlinked the account of <strong>{ $subject }</strong> from ProConnect at { $time }.
ledger-factor-enrolled =
    { $word ->
        [passkey] { $who } added a passkey to the account of <strong>{ $subject }</strong> at { $time }.
        [totp_card] { $who } put card { $reference } into use on the account of <strong>{ $subject }</strong> at { $time }.
       *[other] { $who } bound a security code to the account of <strong>{ $subject }</strong> at { $time }.
    }
ledger-factor-removed =
    { $word ->
        [passkey] { $who } took a passkey away from the account of <strong>{ $subject }</strong> at { $time }.
        [totp_card] { $who } put card { $reference } of <strong>{ $subject }</strong> out of use at { $time }.
       *[other] { $who } took a security code away from the account of <strong>{ $subject }</strong> at { $time }.
    }
ledger-factor-given = { $who } handed card { $reference } to <strong>{ $subject }</strong> at { $time }.
ledger-factor-reset-requested = { $who } asked for the account of <strong>{ $subject }</strong> to be reset at { $time }. Reason given: { $words }
ledger-factor-reset = { $who } reset the account of <strong>{ $subject }</strong> at { $time }: its cards, applications and passkeys no longer work.
ledger-factor-reset-refused = { $who } refused to reset the account of <strong>{ $subject }</strong> at { $time }.
ledger-factor-checked = { $who } proved again who they are at { $time }.
ledger-card-imported =
    { $lines ->
        [one] { $who } added one card to the stock ({ $reference }) at { $time }.
       *[other] { $who } added { $lines } cards to the stock ({ $reference }) at { $time }.
    }
ledger-card-withdrawn =
    { $word ->
        [lost] { $who } noted card { $reference } as lost at { $time }.
        [broken] { $who } noted card { $reference } as broken at { $time }.
       *[other] { $who } noted that card { $reference } came back at { $time }.
    }
ledger-aidant-token-issued = The software <strong>{ $client }</strong> received an aidant’s access at { $time }.
ledger-aidant-token-refused = The software <strong>{ $client }</strong> asked for an aidant’s access at { $time }. It was refused: { $reason }.
ledger-aidant-token-ended = The access of the software <strong>{ $client }</strong> in an aidant’s name ended at { $time }.
ledger-client-token-ended = { $who } gave its technical access back at { $time }.
ledger-client-token-issued = { $who } received technical access in its own name at { $time }.
ledger-habilitation-accepted = { $who } gave <strong>{ $subject }</strong> an accreditation in { $organisation } until { $until }, at { $time }.
ledger-habilitation-suspended = { $who } suspended the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }. Reason given: { $words }
ledger-habilitation-restored = { $who } restored the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }.
ledger-habilitation-ended =
    { $word ->
        [term] The accreditation of <strong>{ $subject }</strong> in { $organisation } has reached its end date.
       *[other] { $who } ended the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }. Reason given: { $words }
    }
ledger-habilitation-requested = { $who } asked for the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }.
ledger-habilitation-training-set = { $who } accepted <strong>{ $subject }</strong> for the training of { $day } in { $organisation } at { $time }.
ledger-habilitation-trained = { $who } noted that <strong>{ $subject }</strong> followed the training of { $day } in { $organisation } at { $time }.
ledger-habilitation-refused = { $who } refused the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }. Reason given: { $words }
ledger-habilitation-charter-signed = { $who } signed the aidants’ charter for { $organisation } at { $time }.
ledger-habilitation-renewal-notified = { $who } told that the accreditation of <strong>{ $subject }</strong> in { $organisation } ends on { $day }, at { $time }.
ledger-habilitation-renewal-requested = { $who } asked for the renewal of the accreditation of <strong>{ $subject }</strong> in { $organisation }, which ends on { $day }, at { $time }.
ledger-habilitation-renewal-refused = { $who } refused to renew the accreditation of <strong>{ $subject }</strong> in { $organisation } at { $time }. Reason given: { $words }
ledger-habilitation-renewed = { $who } renewed the accreditation of <strong>{ $subject }</strong> in { $organisation } until { $until } at { $time }.
ledger-account-suspended = { $who } suspended the account of <strong>{ $subject }</strong> at { $time }. Reason given: { $words }
ledger-account-restored = { $who } restored the account of <strong>{ $subject }</strong> at { $time }.
ledger-organisation-themes-changed = { $who } changed the steps that <strong>{ $organisation }</strong> does not take at { $time }. From now on: { $themes }.
ledger-referent-removed = { $who } removed <strong>{ $subject }</strong> from the referents of { $organisation } at { $time }. Reason given: { $words }
ledger-referent-left = { $who } left the charge of referent of { $organisation } at { $time } ({ $subject }).
ledger-referent-handed-over = { $who } handed the charge of referent of { $organisation } over to <strong>{ $subject }</strong> at { $time }.
ledger-organisation-accepted = { $who } accepted the organisation <strong>{ $organisation }</strong> at { $time }.
ledger-organisation-suspended = { $who } suspended the organisation <strong>{ $organisation }</strong> at { $time }. Reason given: { $words }
ledger-organisation-restored = { $who } restored the organisation <strong>{ $organisation }</strong> at { $time }.
ledger-organisation-requested = The organisation <strong>{ $subject }</strong> asked to be accredited, at { $time }.
ledger-organisation-request-corrected = The organisation <strong>{ $subject }</strong> corrected its request, at { $time }.
ledger-organisation-request-changes-asked = { $who } asked the organisation <strong>{ $subject }</strong> for changes, at { $time }: { $words }
ledger-organisation-request-withdrawn = The organisation <strong>{ $subject }</strong> withdrew its request, at { $time }.
ledger-organisation-refused = { $who } refused the request of the organisation <strong>{ $subject }</strong>, at { $time }. Reason given: { $words }
ledger-organisation-merge-asked = { $who } proposed to merge the organisation { $organisation } with <strong>{ $subject }</strong>, at { $time }. Reason given: { $words }
ledger-organisation-merge-withdrawn = { $who } withdrew the proposal to merge the organisation { $organisation } with <strong>{ $subject }</strong>, at { $time }.
ledger-organisation-merged = { $who } merged the organisation { $organisation } with <strong>{ $subject }</strong>, at { $time } (mandates moved: { $lines }). The organisation { $organisation } is closed.
ledger-habilitation-moved = The accreditation of <strong>{ $subject }</strong> moved from the organisation { $label } to the organisation { $organisation }, at { $time }.
ledger-mandate-transferred =
    { $voice ->
        [person] Your mandate moved from the organisation <strong>{ $subject }</strong> to the organisation <strong>{ $organisation }</strong>, at { $time }: the two have merged. What you approved does not change.
       *[other] The mandate moved from the organisation <strong>{ $subject }</strong> to the organisation <strong>{ $organisation }</strong>, at { $time }: the two have merged.
    }
ledger-referent-named =
    { $word ->
        [deputy] { $who } named <strong>{ $subject }</strong> deputy referent of { $organisation } at { $time }.
       *[other] { $who } named <strong>{ $subject }</strong> referent of { $organisation } at { $time }.
    }
ledger-person-identified =
    { $voice ->
        [person] <strong>You</strong> said who you are with FranceConnect at { $time }.
       *[other] <strong>{ $person }</strong> said who they are with FranceConnect at { $time }.
    }
ledger-person-declared =
    { $voice ->
        [person] { $who } took down your identity at { $time }. FranceConnect has not checked it.
       *[other] { $who } took down the identity of <strong>{ $person }</strong> at { $time }. FranceConnect has not checked it.
    }
ledger-person-logged-in =
    { $voice ->
        [person] <strong>You</strong> opened your space at { $time }.
       *[other] <strong>{ $person }</strong> opened their space at { $time }.
    }
ledger-person-login-refused =
    { $voice ->
        [person] Somebody gave your paper code without the right code sent by SMS at { $time }. Your space stayed closed.
       *[other] The space of { $person } stayed closed: the code sent by SMS was not right, at { $time }.
    }
ledger-person-contact-changed =
    { $word ->
        [added-email] { $voice ->
            [person] An e-mail address to write to you was added at { $time }.
           *[other] An e-mail address of { $person } was added at { $time }.
        }
        [added-phone] { $voice ->
            [person] A telephone number to tell you was added at { $time }.
           *[other] A telephone number of { $person } was added at { $time }.
        }
        [removed-email] { $voice ->
            [person] One of your e-mail addresses was taken away at { $time }.
           *[other] An e-mail address of { $person } was taken away at { $time }.
        }
        [removed-phone] { $voice ->
            [person] One of your telephone numbers was taken away at { $time }.
           *[other] A telephone number of { $person } was taken away at { $time }.
        }
       *[replaced] { $voice ->
            [person] FranceConnect gave a new e-mail address to write to you at { $time }.
           *[other] FranceConnect gave a new e-mail address of { $person } at { $time }.
        }
    }
ledger-person-preferences-changed = { $who } changed how messages are sent at { $time }.
ledger-paper-code-issued =
    { $voice ->
        [person] { $who } printed a paper code for your space at { $time }.
       *[other] { $who } printed a paper code for the space of <strong>{ $person }</strong> at { $time }.
    }
ledger-notice-disowned =
    { $voice ->
        [person] The link “this was not me” of a message you received was used at { $time }.
       *[other] The link “this was not me” of a message received by { $person } was used at { $time }.
    }
ledger-person-blocked = { $who } blocked <strong>{ $subject }</strong> for the future at { $time }.
ledger-person-unblocked = { $who } stopped blocking <strong>{ $subject }</strong> at { $time }.
ledger-person-erasure-requested =
    { $voice ->
        [person] { $who } asked for your data to be erased, at { $time }.
       *[other] { $who } asked for her data to be erased, at { $time }.
    }
ledger-person-erasure-withdrawn =
    { $voice ->
        [person] { $who } gave up having your data erased, at { $time }.
       *[other] { $who } gave up having her data erased, at { $time }.
    }
ledger-person-erased = The data of one person were erased, at { $time }. The proofs of her journal stay valid.
ledger-orientation-noted =
    { $voice ->
        [person] { $who } noted a referral for you to <strong>{ $subject }</strong>, at { $time }.
       *[other] { $who } noted a referral of <strong>{ $person }</strong> to <strong>{ $subject }</strong>, at { $time }.
    }
ledger-retention-applied = { $who } dropped what had reached the end of its retention, at { $time } (items: { $lines }).
ledger-places-imported = { $who } updated the list of digital mediation places, at { $time } (new, changed or removed: { $lines }).
ledger-sign-raised = { $who } noticed a sign of possible abuse, at { $time } (how many: { $lines }).
ledger-operator-sign-reviewed = { $who } looked into a sign of possible abuse, at { $time }. Note: { $words }
ledger-mandate-drafted = { $who } prepared a mandate for <em>{ $themes }</em> at { $time }.
ledger-mandate-submitted =
    { $voice ->
        [person] { $who } put this mandate before you at { $time }.
       *[other] { $who } put a mandate before the person at { $time }.
    }
ledger-mandate-sent-again = { $who } sent the link or the code of this mandate again at { $time }.
ledger-mandate-letter-printed = { $who } opened the letter to print, with the text and the code, at { $time }.
ledger-mandate-identity-refused =
    { $word ->
        [renewal_other_person] Another person than the one who gave the mandate said who they are at { $time }. Nothing of them was kept. The renewal prepared by <strong>{ $organisation }</strong> still waits for the right person.
       *[other] Another person than the expected one said who they are at { $time }. Nothing of them was kept and the draft of <strong>{ $organisation }</strong> is closed.
    }
ledger-mandate-paired = { $who } typed the right code, told by the aidant, at { $time }.
ledger-mandate-code-refused =
    { $word ->
        [pairing] The code, told by the aidant, of a mandate of <strong>{ $organisation }</strong> was wrong at { $time }. Tries left: { $lines }.
       *[other] The code given to approve a mandate of <strong>{ $organisation }</strong> was wrong at { $time }. Tries left: { $lines }.
    }
ledger-mandate-referent-approved = { $who } approved beside the person, for <strong>{ $organisation }</strong>, at { $time }.
ledger-mandate-referent-refused = { $who } refused a mandate prepared by <strong>{ $organisation }</strong> at { $time }. Reason given: { $words }
ledger-mandate-approved = { $who } approved a mandate for <strong>{ $organisation }</strong>, for <em>{ $themes }</em>, until { $until }, at { $time }.
ledger-mandate-refused = { $who } refused a mandate of <strong>{ $organisation }</strong> at { $time }.
ledger-mandate-lapsed =
    { $word ->
        [timeout] A mandate prepared by <strong>{ $organisation }</strong> was never answered: it was dropped at { $time }.
        [abandoned] { $who } dropped a mandate prepared by <strong>{ $organisation }</strong> at { $time }.
       *[other] A mandate prepared by <strong>{ $organisation }</strong> was closed at { $time }. It gives no right.
    }
ledger-mandate-suspended = The mandate of <strong>{ $organisation }</strong> was suspended at { $time }. Nobody can use it for now.
ledger-mandate-restored = The mandate of <strong>{ $organisation }</strong> is active again, at { $time }.
ledger-mandate-hold-added = One more reason suspends the mandate of <strong>{ $organisation }</strong>, at { $time }. It was suspended already.
ledger-mandate-hold-lifted = One of the reasons that suspended the mandate of <strong>{ $organisation }</strong> is gone, at { $time }. It stays suspended for another.
ledger-mandate-renewed = { $who } renewed the mandate of <strong>{ $organisation }</strong> at { $time }. The new mandate runs until { $until }.
ledger-mandate-expired = The mandate of <strong>{ $organisation }</strong> reached its end date.
ledger-mandate-revoked = { $who } stopped the mandate of <strong>{ $organisation }</strong> at { $time }.
ledger-mandate-token-issued =
    { $word ->
        [software] { $who } took a signed copy of the mandate into the software <strong>{ $client }</strong>, for <em>{ $themes }</em>, at { $time }.
       *[other] The administration <strong>{ $client }</strong> received a signed copy of the mandate, for <em>{ $themes }</em>, at { $time }.
    }
ledger-mandate-verified = The administration <strong>{ $client }</strong> checked the mandate that day.
ledger-authorization-revoked = { $who } took <em>{ $theme }</em> out of the mandate of <strong>{ $organisation }</strong> at { $time }.
ledger-attestation-issued = { $who } printed an attestation of the mandate at { $time }.
ledger-attestation-verified = Somebody checked the code printed on the mandate’s attestation at { $time }.
ledger-act-opened =
    { $word ->
        [broker] { $voice ->
            [person] { $who } opened a service in your name through <strong>{ $client }</strong>, for <em>{ $theme }</em>, at { $time }. For 30 minutes, other services may have been opened within the same session without us seeing it. The history of { $client } shows them.
           *[other] { $who } opened a service in the name of <strong>{ $person }</strong> through <strong>{ $client }</strong>, for <em>{ $theme }</em>, at { $time }. For 30 minutes, other services may have been opened within the same session without us seeing it.
        }
       *[login] { $voice ->
            [person] { $who } opened your file at the administration <strong>{ $client }</strong>, for <em>{ $theme }</em>, at { $time }.
           *[other] { $who } opened the file of <strong>{ $person }</strong> at the administration <strong>{ $client }</strong>, for <em>{ $theme }</em>, at { $time }.
        }
    }
ledger-act-refused =
    { $voice ->
        [person] { $who } wanted to open your file at the administration <strong>{ $client }</strong> at { $time }. We refused: { $reason }. Nothing was read or changed.
       *[other] { $who } wanted to open the file of <strong>{ $person }</strong> at the administration <strong>{ $client }</strong> at { $time }. It was refused: { $reason }.
    }
ledger-act-token-issued =
    { $word ->
        [software] { $who } received the access of this act at the administration <strong>{ $client }</strong> at { $time }.
       *[other] The administration <strong>{ $client }</strong> received the access of this act at { $time }.
    }
ledger-act-ended = The access of <strong>{ $client }</strong> for this act ended at { $time }.
ledger-act-reported = The administration <strong>{ $client }</strong> reported what was done at { $time }: { $label }
ledger-act-contested =
    { $voice ->
        [person] { $who } reported an act you did not expect at { $time }. Your words: “{ $words }”
       *[other] { $who } reported an unexpected act at { $time }. Their words: “{ $words }”
    }
ledger-case-opened = A case was opened at { $time }.
ledger-case-word-added = { $who } added a message to the case at { $time }: “{ $words }”
ledger-case-answered =
    { $word ->
        [organisation] { $who } answered for <strong>{ $organisation }</strong> at { $time }: “{ $words }”
       *[authority] { $who } answered in the case at { $time }: “{ $words }”
    }
ledger-case-closed =
    { $word ->
        [restored] { $who } closed the case at { $time }. It no longer suspends the mandate. Reason given: “{ $words }”
        [revoked] { $who } closed the case and stopped the mandate at { $time }. Reason given: “{ $words }”
       *[unchanged] { $who } closed the case at { $time }. The mandate had already ended. Reason given: “{ $words }”
    }
ledger-act-error-declared =
    { $voice ->
        [person] { $who } declared an error in an act done for you at { $time }. What happened: “{ $words }”
       *[other] { $who } declared an error in an act done for <strong>{ $person }</strong> at { $time }. What happened: “{ $words }”
    }{ $label ->
        [none] {" "}Nothing has been mended yet.
       *[other] {" "}What was done to mend it: “{ $label }”
    }{ $word ->
        [told] {" "}The administration has been told.
       *[untold] {" "}The administration has not been told yet.
    }
ledger-person-looked-up =
    { $voice ->
        [person] { $who } searched for your name and birth date, after a call or a letter, at { $time }.
       *[other] { $who } searched for a person by identity, after a call or a letter, at { $time }.
    }
ledger-revocation-recorded =
    { $word ->
        [letter] { $voice ->
            [person] { $who } recorded what you asked by letter at { $time }.
           *[other] { $who } recorded what the person asked by letter at { $time }.
        }
       *[telephone] { $voice ->
            [person] { $who } recorded what you asked by telephone at { $time }.
           *[other] { $who } recorded what the person asked by telephone at { $time }.
        }
    }
ledger-trail-read-by-authority =
    { $voice ->
        [person] { $who } read { $lines ->
            [0] your journal without finding a line
            [one] one line of your journal
           *[other] { $lines } lines of your journal
        } at { $time }.
       *[other] { $who } read the journal of <strong>{ $person }</strong> at { $time } (lines: { $lines }).
    }
ledger-trail-exported =
    { $voice ->
        [person] { $who } downloaded lines of your journal with their proofs at { $time } (lines: { $lines }).
       *[other] { $who } downloaded lines of the journal of <strong>{ $person }</strong> with their proofs at { $time } (lines: { $lines }).
    }
ledger-trail-reading-asked = { $who } asked for the reading of a journal, which another agent must approve, at { $time }.
ledger-trail-reading-approved = { $who } approved a reading that <strong>{ $subject }</strong> asked for, at { $time }.
ledger-trail-reading-refused = { $who } refused a reading that <strong>{ $subject }</strong> asked for, at { $time }.
ledger-court-order-recorded = { $who } recorded a court order (<em>{ $reference }</em>) at { $time }; readings are shown from { $day } on.
ledger-trail-printed =
    { $voice ->
        [person] { $who } printed a statement of your journal for you at { $time } (lines: { $lines }).
       *[other] { $who } printed a statement of the journal for <strong>{ $person }</strong>, at their request, at { $time } (lines: { $lines }).
    }
ledger-client-registered = { $who } registered the service <strong>{ $client }</strong> at { $time }.
ledger-client-changed = { $who } changed the registration of the service <strong>{ $client }</strong> at { $time } ({ $words }).
ledger-client-change-asked = { $who } asked for a change of the registration of the service <strong>{ $client }</strong> at { $time } ({ $words }).
ledger-client-change-withdrawn = { $who } withdrew a change asked for the service <strong>{ $client }</strong> at { $time } ({ $words }).
ledger-client-disabled = { $who } disabled the service <strong>{ $client }</strong> at { $time }. Reason given: { $words }
ledger-stream-created = { $who } opened an event stream at { $time }.
ledger-stream-changed = { $who } changed its event stream at { $time }.
ledger-stream-deleted = { $who } closed its event stream at { $time }.
ledger-key-created = A signing key was made at { $time } ({ $reference }).
ledger-ledger-origin-opened = After a loss, the journal goes on under another name ({ $reference }, before { $words }) since { $time }.
ledger-key-rotated = A new signing key is in use since { $time } ({ $reference }).
ledger-key-retired = A signing key was retired at { $time } ({ $reference }).
ledger-key-withdrawn = A signing key in the wrong hands was withdrawn at { $time } ({ $reference }): nothing it signed is to be believed.
ledger-operator-added = { $who } added the operator <strong>{ $subject }</strong> at { $time }.
ledger-operator-logged-in = { $who } opened an operator’s session at { $time }.
ledger-operator-login-refused = A login to an operator’s account was refused at { $time }.
ledger-authority-added = { $who } added the authority’s agent <strong>{ $subject }</strong> at { $time }.
ledger-authority-logged-in = { $who } opened an authority’s session at { $time }.
ledger-authority-login-refused = A login to an authority’s account was refused at { $time }.
ledger-integrator-added = { $who } added the integrator <strong>{ $subject }</strong> at { $time }.
ledger-integrator-logged-in = { $who } opened an integrator’s session at { $time }.
ledger-integrator-login-refused = A login to an integrator’s account was refused at { $time }.
ledger-referent-logged-in = { $who } opened a referent’s session at { $time }.
ledger-referent-login-refused = A login to a referent’s account was refused at { $time }.

kind-aidant-logged-in = Aidant’s login
kind-aidant-login-refused = Login refused
kind-aidant-second-factor-checked = Security code
kind-aidant-organisation-switched = Change of organisation
kind-aidant-account-linked = Account linked to ProConnect
kind-aidant-account-unlinked = Account unlinked from ProConnect
kind-factor-enrolled = Means of login added
kind-factor-removed = Means of login taken away
kind-factor-given = Card handed out
kind-factor-reset-requested = Reset asked for
kind-factor-reset = Account reset
kind-factor-reset-refused = Reset refused
kind-factor-checked = Identity proved again
kind-card-imported = Cards added to the stock
kind-card-withdrawn = Card taken out of the stock
kind-aidant-token-issued = Software’s access
kind-aidant-token-refused = Software’s access refused
kind-aidant-token-ended = Software’s access ended
kind-client-token-ended = Technical access ended
kind-client-token-issued = Technical access
kind-habilitation-accepted = Accreditation given
kind-habilitation-suspended = Accreditation suspended
kind-habilitation-restored = Accreditation restored
kind-habilitation-ended = End of accreditation
kind-habilitation-requested = Accreditation asked for
kind-habilitation-training-set = Training set
kind-habilitation-trained = Training done
kind-habilitation-refused = Accreditation refused
kind-habilitation-charter-signed = Charter signed
kind-habilitation-renewal-notified = End of accreditation announced
kind-habilitation-renewal-requested = Renewal asked for
kind-habilitation-renewal-refused = Renewal refused
kind-habilitation-renewed = Accreditation renewed
kind-account-suspended = Account suspended
kind-account-restored = Account restored
kind-organisation-themes-changed = Steps of the organisation
kind-referent-removed = Referent removed
kind-referent-left = Referent left
kind-referent-handed-over = Charge handed over
kind-organisation-accepted = Organisation accepted
kind-organisation-suspended = Organisation suspended
kind-organisation-restored = Organisation restored
kind-organisation-requested = Request of an organisation
kind-organisation-request-corrected = Request corrected
kind-organisation-request-changes-asked = Changes asked for
kind-organisation-request-withdrawn = Request withdrawn
kind-organisation-refused = Request refused
kind-organisation-merge-asked = Merger proposed
kind-organisation-merge-withdrawn = Merger withdrawn
kind-organisation-merged = Merger of organisations
kind-habilitation-moved = Accreditation moved
kind-mandate-transferred = Mandate moved
kind-referent-named = Referent named
kind-person-identified = Identification
kind-person-logged-in = Space opened
kind-person-login-refused = Space stayed closed
kind-person-contact-changed = Change of contact
kind-person-preferences-changed = Choice of messages
kind-paper-code-issued = Paper code
kind-notice-disowned = “This was not me”
kind-person-blocked = Block
kind-person-unblocked = End of a block
kind-person-erasure-requested = Erasure requested
kind-person-erasure-withdrawn = Erasure request withdrawn
kind-person-erased = Data erased
kind-orientation-noted = Referral noted
kind-retention-applied = Retention applied
kind-places-imported = Places updated
kind-sign-raised = Sign noticed
kind-operator-sign-reviewed = Sign looked into
kind-mandate-drafted = Mandate prepared
kind-mandate-submitted = Mandate put forward
kind-person-declared = Identity taken down
kind-mandate-sent-again = Sent again
kind-mandate-letter-printed = Letter to print
kind-mandate-identity-refused = Another person
kind-mandate-paired = Code told by the aidant
kind-mandate-code-refused = Wrong code
kind-mandate-referent-approved = Referent’s approval
kind-mandate-referent-refused = Referent’s refusal
kind-mandate-approved = Mandate approved
kind-mandate-refused = Mandate refused
kind-mandate-lapsed = Mandate dropped
kind-mandate-suspended = Mandate suspended
kind-mandate-restored = Mandate restored
kind-mandate-hold-added = Another reason to suspend
kind-mandate-hold-lifted = Reason to suspend gone
kind-mandate-renewed = Mandate renewed
kind-mandate-expired = Mandate over
kind-mandate-revoked = Mandate stopped
kind-mandate-token-issued = Signed copy of the mandate
kind-mandate-verified = Mandate checked
kind-authorization-revoked = Step taken out
kind-attestation-issued = Attestation printed
kind-attestation-verified = Attestation checked
kind-act-opened = File opened
kind-act-refused = Act refused
kind-act-token-issued = Access given
kind-act-ended = Access ended
kind-act-reported = Report
kind-act-contested = Contested act
kind-case-opened = Case opened
kind-case-word-added = Message in a case
kind-case-answered = Answer in a case
kind-case-closed = Case closed
kind-act-error-declared = Error declared
kind-person-looked-up = Search for a person
kind-revocation-recorded = Asked by telephone or letter
kind-trail-read-by-authority = Reading by an authority
kind-trail-exported = Export of the journal
kind-trail-reading-asked = Reading asked for
kind-trail-reading-approved = Reading approved
kind-trail-reading-refused = Reading refused
kind-court-order-recorded = Court order recorded
kind-trail-printed = Statement printed
kind-client-registered = Service registered
kind-client-changed = Service changed
kind-client-change-asked = Change asked for
kind-client-change-withdrawn = Change withdrawn
kind-client-disabled = Service disabled
kind-stream-created = Event stream opened
kind-stream-changed = Event stream changed
kind-stream-deleted = Event stream closed
kind-key-created = Key made
kind-ledger-origin-opened = Journal goes on under another name
kind-key-rotated = Key replaced
kind-key-retired = Key retired
kind-key-withdrawn = Key withdrawn
kind-operator-added = Operator added
kind-operator-logged-in = Operator’s login
kind-operator-login-refused = Login refused
kind-authority-added = Agent added
kind-authority-logged-in = Authority’s login
kind-authority-login-refused = Login refused
kind-integrator-added = Integrator added
kind-integrator-logged-in = Integrator’s login
kind-integrator-login-refused = Login refused
kind-referent-logged-in = Referent’s login
kind-referent-login-refused = Login refused

ledger-reason-client-not-active = this service is not in operation
ledger-reason-client-not-entitled = this service cannot receive mandates
ledger-reason-client-theme = this service does not accept this step
ledger-reason-consent-grade = this service asks for a stronger agreement
ledger-reason-account-suspended = the aidant’s account is suspended
ledger-reason-habilitation-not-given = the aidant’s accreditation has not been given yet
ledger-reason-charter-unsigned = the aidant has not signed the charter
ledger-reason-habilitation-suspended = the aidant’s accreditation is suspended
ledger-reason-habilitation-ended = the aidant’s accreditation is over
ledger-reason-organisation-suspended = the organisation is suspended
ledger-reason-organisation-theme = the organisation no longer does this step
ledger-reason-no-mandate = there is no mandate for this organisation
ledger-reason-mandate-not-given = the mandate is not approved
ledger-reason-mandate-suspended = the mandate is suspended
ledger-reason-mandate-revoked = the mandate was stopped
ledger-reason-mandate-expired = the mandate is over
ledger-reason-theme-not-in-mandate = this step is not in the mandate
ledger-reason-theme-revoked = this step was taken out of the mandate
ledger-reason-aidant-blocked = the person has blocked this aidant
ledger-reason-organisation-blocked = the person has blocked this organisation
ledger-reason-no-email = no e-mail address is known for the person
ledger-reason-second-factor-stale = the aidant had not given a fresh security code
ledger-reason-other = a rule was against it

receipt-submitted = Request sent
receipt-consulted = Consultation
receipt-changed = Change
receipt-paid = Payment
receipt-other = Other
