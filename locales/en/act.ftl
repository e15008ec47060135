# During an administration's login: for whom, for what; refusals; requests that cannot be trusted.

act-banner-client = You come from the site of
act-banner-person = You are acting for
act-banner-at = On the site of { $client }

act-step-person = Part 1 of 2: the person
act-person-title = For whom are you acting?
act-accepted = { $client } accepts: { $themes }.
act-person-words = { $themes }. Mandate until { $until }.
act-person-continue = Continue for this person
act-person-missing = Choose the person for whom you are acting
act-leave = Go back to the site of { $client } without acting

act-step-theme = Part 2 of 2: the steps
act-other-person = Choose another person
act-theme-title = For which steps?
act-theme-hint = { $client } will know that you are acting for { $name }, for these steps only. { $name } will see this line in her or his journal.
act-theme-hint-broker = Through { $client }, the service will see who { $name } is and nothing about you. { $name } will see this line in the journal. Log out of the service as soon as you are done: the connection lasts 30 minutes and could open other services in the name of { $name }.
act-theme-words = { $words } Mandate until { $until }.
act-theme-continue = Act for { $name }
act-theme-missing = Choose the steps

act-nobody-title = You cannot act for anybody here
act-nobody-why = No mandate of your organisation lets you act on this site at the moment. First draw up a mandate with the person.
act-missing-title = Is a person missing from the list?
act-missing-other = For another person, first draw up a mandate together.
act-missing-line = <strong>{ $name }</strong>: { $why }
act-missing-suspended = the mandate is suspended while an act is being examined.
act-missing-themes = the mandate is for { $themes } only. { $client } does not ask for these steps.
act-missing-grade = { $client } asks for a consent given at a safer level.
act-missing-blocked = this person has chosen not to be helped in this way any more.
act-missing-email = no e-mail address is known for this person, and { $client } asks for one.
act-missing-habilitation = your accreditation is not in force.
act-missing-organisation = your organisation is suspended.
act-missing-organisation-theme = your organisation does not do these steps.
act-missing-client = { $client } does not receive mandates at the moment.
act-missing-ended = the mandate has ended.

act-this-person = this person
act-this-theme = this step
act-refused-title = You cannot act
act-refused-client-not-active = { $client } is not open to mandates at the moment.
act-refused-client-not-entitled = { $client } does not receive mandates.
act-refused-client-theme = { $client } does not accept { $theme }.
act-refused-consent-grade = For { $name }, { $client } asks for a consent given at a safer level.
act-refused-account-suspended = Your account is suspended.
act-refused-habilitation-not-given = Your accreditation in this organisation has been asked for, but not given yet.
act-refused-charter-unsigned = You have not signed the aidants’ charter yet.
act-refused-habilitation-suspended = Your accreditation in this organisation is suspended.
act-refused-habilitation-ended = Your accreditation in this organisation has ended.
act-refused-organisation-suspended = Your organisation is suspended.
act-refused-organisation-theme = Your organisation no longer does { $theme }.
act-refused-no-mandate = Your organisation has no mandate for { $name }.
act-refused-mandate-not-given = { $name } has not given this mandate.
act-refused-mandate-suspended = The mandate of { $name } is suspended while an act is being examined.
act-refused-mandate-revoked = The mandate of { $name } was stopped.
act-refused-mandate-expired = The mandate of { $name } has reached its end.
act-refused-theme-not-in-mandate = The mandate of { $name } does not cover { $theme }.
act-refused-theme-revoked = { $theme } was taken out of the mandate of { $name }.
act-refused-aidant-blocked = { $name } has chosen not to be helped by you any more.
act-refused-organisation-blocked = { $name } has chosen not to be helped by your organisation any more.
act-refused-no-email = No e-mail address is known for { $name }, and { $client } asks for one: that is where the person is told of each connection.
act-refused-second-factor-stale = Your one-time code is too old.
act-advice-client = Nothing was done. Ask this administration for another way to do this step.
act-advice-referent = Nothing was done. Talk to your referent.
act-advice-mandate = Nothing was done. If the person wishes so, draw up a new mandate together.
act-advice-person = Nothing was done. Talk about it with the person.
act-advice-email = Nothing was done. For a step without an e-mail address, go to the site of an administration that takes mandates directly.
act-advice-factor = Nothing was done. Start again and give a new code.
act-back-to-client = Go back to the site of { $client }

act-unusable-why = The service you are going to asks for a step that no mandate can cover here.
act-unusable-advice = Nothing was done. Go back to the site of { $client } and choose another service, or ask that service how to do it otherwise.

act-over-title = This choice is no longer open
act-over-why = You have already answered this request, or it has waited too long. It serves once only.
act-over-advice = Go back to the site of { $client } and start again.

act-untrusted-title = This request is not valid
act-untrusted-why = The site that sent you is not known, or its link is damaged or too old. We do not send you on to an unknown address.
act-untrusted-advice = Go back to the site where you were and start again. If this goes on, tell that site.

act-left-title = You have left the file
act-left-why = The person’s file is closed on the administration’s site.
act-left-advice = You stay logged in to Procura. You may close this page.
