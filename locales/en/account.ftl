# Logging in: aidants, referents, authorities, operators.

account-aidant-title = Helpers’ login
account-aidant-lead = Enter your work address and the code from your card or app.
account-referent-title = Coordinators’ login
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
account-trouble-aidant = Card lost or code refused? Ask your coordinator, who can give you another card.
account-trouble-other = Card lost or code refused? Ask the operator, who can give you another card.
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
account-link-hint = If you did not ask for this link, close this page and tell your coordinator.
account-link-again = Ask for a new link
account-link-elsewhere-title = This link opens in another browser
account-link-elsewhere-why = For safety, the link works only in the browser where you typed your address and your code.
account-link-elsewhere-advice = Copy the link’s address into that first browser. Or ask for a new link here.
account-link-gone-title = This link no longer works
account-link-gone-why = It was used before, or its time is over. Each link works once.
account-link-gone-advice = Ask for a new link: you need your address and a new code.

account-factor-title = Your code, once more
account-factor-lead = Before you sign or act for a person, we check that it is really you. Your last code is more than { $minutes } minutes old.
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
account-organisation-none-words = You can read, but not act. Ask your coordinator.
