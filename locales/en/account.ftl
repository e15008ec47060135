# Logging in: aidants, referents, authorities, operators.

account-aidant-title = Aidants’ login
account-aidant-lead = Enter your work address and the code from your card or app.
account-referent-title = Referents’ login
account-referent-lead = Enter your work address and the code from your card or app.
account-authority-title = Authorities’ login
account-authority-lead = Enter your work address and the code from your card or app.
account-operator-title = Operator’s login
account-operator-lead = Enter your work address and the code from your card or app.
account-integrator-title = Integrators’ login
account-integrator-lead = Enter your work address and the code from your card or app.

account-email = Work e-mail address
account-email-hint = The one recorded with your card or app.
account-email-missing = Enter your work e-mail address. Example: name@organisation.example
account-email-end = The end of the address is missing, after “@”. Example: name@organisation.example
account-email-at = The “@” sign is missing in the address. Example: name@organisation.example
account-email-form = This address holds a sign that does not belong there. Example: name@organisation.example
account-code = Six-digit code
account-code-hint = It changes every 30 seconds and works once.
account-code-missing = Enter the six-digit code from your card or app.
account-code-digits = The code holds digits only, no letters.
account-code-length =
    { $count ->
        [one] The code must have six digits: you typed only one
       *[other] The code must have six digits: you typed { $count }
    }
account-then = We then send you a link by e-mail. Open it on this device to enter.
account-send = Send me my link
account-trouble = Can’t get in?
account-trouble-aidant = Card lost or code refused? Ask your referent, who can give you another card.
account-trouble-other = Means of login lost, or code refused? Ask the operator, who can have your access reset; you will then get a link by e-mail.
account-not-you = Are you the person being helped?
account-your-space = Your space is here

account-sent-title = Look at your e-mails
account-sent-lead = If these details are right, an e-mail is now on its way to your work address.
account-sent-open = Open the link on this device
account-sent-open-words =
    { $minutes ->
        [one] It works once, for one minute, in this browser.
       *[other] It works once, for { $minutes } minutes, in this browser.
    }
account-sent-press = Press “Enter”
account-sent-press-words = The link’s page has one button only. You are then in your space.
account-sent-nothing = Nothing arrives?
account-sent-nothing-words = Look among unwanted e-mails. Otherwise wait for the next code of your card or app and start again. After several failed tries, wait a few minutes.
account-sent-again = Start again

account-link-title = Last step to enter
account-link-lead = Press the button to enter your space.
account-link-enter = Enter
account-link-hint = If you did not ask for this link, close this page and tell your referent or the operator.
account-link-again = Ask for a new link
account-link-elsewhere-title = This link opens in another browser
account-link-elsewhere-why = For safety, the link works only in the browser where you typed your address and your code.
account-link-elsewhere-advice = Copy the link’s address into that first browser. Or ask for a new link here.
account-link-gone-title = This link no longer works
account-link-gone-why = It was used before, or its time is over. Each link works once.
account-link-gone-advice = Ask for a new link: you need your address and a new code.

account-factor-title = Confirm that it is you
account-factor-lead-aidant = Before you sign or act for a person, we check that it is really you. Your last code is more than { $minutes } minutes old.
account-factor-lead-other = Before an important step we make sure that it is really you. Your last check is more than { $minutes } minutes old.
account-factor-go = Continue
account-factor-wrong = This code is not the right one. Look at your card or app: it may have changed. After several tries, wait a few minutes.
account-factor-used =
    { $seconds ->
        [one] This code was used before. Wait for the next one: in one second.
       *[other] This code was used before. Wait for the next one: in { $seconds } seconds.
    }

account-organisation-title = Your organisation
account-organisation-lead = Choose the organisation you work for now. You will see its mandates only.
account-organisation-legend = Which organisation do you work for?
account-organisation-until = Accredited until { $date }
account-organisation-closed = Your accreditation there is over or suspended, or the organisation is suspended
account-organisation-missing = Choose an organisation
account-organisation-go = Work for this organisation
account-organisation-none = No accreditation in force
account-organisation-none-words = You can read, but not act. Ask your referent.

account-proconnect-or = Do you have a ProConnect account?
account-proconnect-words = Enter with the address and the organisation registered here. Depending on your account, the code of your card is asked for as well.
account-proconnect-go = Sign in with ProConnect
account-proconnect-again = Back to the login
account-proconnect-other = Leave ProConnect and begin again
account-proconnect-code-title = Your code, in addition to ProConnect
account-proconnect-code-lead = ProConnect checked your account with a code sent by e-mail. To enter here, type the code of your card or application as well.
account-proconnect-left-title = You have left your space
account-proconnect-left-lead = Your ProConnect session remains to be closed. If nothing happens, press the button.
account-proconnect-left-go = Close my ProConnect session
account-proconnect-unknown-title = This ProConnect account opens no space here
account-proconnect-unknown-why = The address and the organisation ProConnect gives us match no habilitated aidant we could link.
account-proconnect-unknown-advice = Check the registered address and SIRET with your referent. You can also enter with your address and the code of your card.
account-proconnect-email-title = Your address has changed in ProConnect
account-proconnect-email-why = The address ProConnect gives us is no longer that of your aidant’s account. For safety we do not open your space.
account-proconnect-email-advice = Ask your referent to check your address. Meanwhile, enter with your registered address and the code of your card.
account-proconnect-organisation-title = Your organisation has changed in ProConnect
account-proconnect-organisation-why = The organisation ProConnect gives us is not one in which your habilitation is in force.
account-proconnect-organisation-advice = If you have several organisations, choose in ProConnect the one in which you are habilitated. Otherwise ask your referent.
account-proconnect-suspended-title = Your account is suspended
account-proconnect-suspended-why = Your aidant’s account cannot be opened for the moment.
account-proconnect-suspended-advice = Ask your referent what happened.
account-proconnect-denied-title = ProConnect did not confirm who you are
account-proconnect-denied-why = You stopped the login, or your ProConnect account has no second check.
account-proconnect-denied-advice = Begin again, or enter with your address and the code of your card.
account-proconnect-unavailable-title = ProConnect does not answer
account-proconnect-unavailable-why = We could not reach ProConnect.
account-proconnect-unavailable-advice = Enter with your address and the code of your card, or try again in some minutes.
account-proconnect-state-title = This answer belongs to no login under way
account-proconnect-state-why = The page has been open for too long, or it comes from another browser.
account-proconnect-state-advice = Begin again from the login page.
account-proconnect-refused-title = We could not check ProConnect’s answer
account-proconnect-refused-why = What we received is not safe. We do not open your space.
account-proconnect-refused-advice = Begin again. If it goes on, give the reference below to the operator, and enter with the code of your card.
