# Second factors: an application, a card, passkeys; enrolled, given, taken away, reset.

factor-kind-totp-app = Code application
factor-kind-totp-card = Code card
factor-kind-passkey = Passkey

mail-account-link-activate-subject = Activate your Procura account
mail-account-link-activate-what = An account is waiting for you. Open the link to choose how you will log in: a passkey or a code application.
mail-account-link-activate-action = Activate my account
mail-account-link-recover-subject = Get back into your Procura account
mail-account-link-recover-what = Your account was reset: your former means of login no longer work. Open the link to choose a new one.
mail-account-link-recover-action = Choose a new means of login
mail-account-link-rule-title = This link works once
mail-account-link-rule = It works until { $until }, in the browser where you open it. Give it to nobody.
mail-account-link-unasked-title = You did not expect this message?
mail-account-link-unasked = Do not open the link, and tell your team lead or the operator.

mail-row-factor = Means of login
mail-factor-which = { $kind }: { $name }
mail-factor-added-subject = A means of login was added to your account
mail-factor-added-what = It now lets you into your space.
mail-factor-given-subject = A card was handed to you
mail-factor-given-what = It will work as soon as you have shown a first code, in your space or with your team lead.
mail-factor-ended-subject = A means of login was taken away from your account
mail-factor-ended-what = It no longer lets anyone into your space.
mail-factor-cloned-subject = A passkey of your account was refused
mail-factor-cloned-what = Its counter went back: there may be a copy of it. For safety it no longer works.
mail-factor-reset-subject = Your account was reset
mail-factor-reset-what = All your means of login were taken away and your sessions closed. Another e-mail gives you a link to choose a new one.
mail-factor-reset-asked-subject = A reset of your account was asked for
mail-factor-reset-asked-what = If a second person confirms it, all your means of login will be taken away.
mail-factor-unasked-title = You did not expect this?
mail-factor-unasked = Tell your team lead or the operator at once.
mail-factor-unasked-phone = Tell your team lead at once, or call { $phone }.
