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
mail-account-link-unasked = Do not open the link, and tell your referent or the operator.

mail-row-factor = Means of login
mail-factor-which = { $kind }: { $name }
mail-factor-added-subject = A means of login was added to your account
mail-factor-added-what = It now lets you into your space.
mail-factor-given-subject = A card was handed to you
mail-factor-given-what = It will work as soon as you have shown a first code, in your space or with your referent.
mail-factor-ended-subject = A means of login was taken away from your account
mail-factor-ended-what = It no longer lets anyone into your space.
mail-factor-cloned-subject = A passkey of your account was refused
mail-factor-cloned-what = Its counter went back: there may be a copy of it. For safety it no longer works.
mail-factor-reset-subject = Your account was reset
mail-factor-reset-what = All your means of login were taken away and your sessions closed. Another e-mail gives you a link to choose a new one.
mail-factor-reset-asked-subject = A reset of your account was asked for
mail-factor-reset-asked-what = If a second person confirms it, all your means of login will be taken away.
mail-factor-unasked-title = You did not expect this?
mail-factor-unasked = Tell your referent or the operator at once.
mail-factor-unasked-phone = Tell your referent at once, or call { $phone }.

nav-factors = My means of login
nav-operator-cards = Cards
nav-operator-resets = Resets

factor-pending = To be put into use
factor-active = In use
factor-ended = Out of use
card-stock = In stock
card-given = Handed out
card-lost = Lost
card-broken = Broken
card-returned = Given back

account-aidant-place = Aidant
account-referent-place = Referent
account-authority-place = Authority
account-operator-place = Operator
account-integrator-place = Integrator

factor-login-key = With your passkey
factor-login-key-words = Your phone, your computer or your security key recognises you: nothing to type, no e-mail to wait for.
factor-login-key-go = Enter with my passkey
factor-login-code = With a code
factor-or-code = Or with a code
factor-key-use = Confirm with my passkey

factor-key-cancelled = The passkey was not used: the request was cancelled or its time has passed. Start again when you like.
factor-key-known = This key is bound to an account already. Choose another device.
factor-key-failed = This browser or device cannot use a passkey here. Try another one, or use a code.
factor-key-noscript = A passkey needs JavaScript, which is off in this browser. Use a code.
factor-key-late = The five minutes have passed. Start again.
factor-key-wrong = This passkey opens nothing here. Try another one, or use a code.
factor-key-cloned = This passkey was refused: there may be a copy of it. It no longer works. Tell your referent or the operator.
factor-key-throttled = Too many tries. Wait a few minutes, then start again.
factor-key-closed = The key is right, but this account may not enter now. Ask your referent or the operator.
factor-key-refused = The key was not accepted: your device must recognise you (fingerprint, face or code). Start again.

factor-list-title = My means of login
factor-list-lead = This is how you enter your space. Keep two: if one is lost, the other still lets you in.
factor-list-none = You have no means of your own: you enter through ProConnect.
factor-card-number = Card { $serial }
factor-since = since { $since }
factor-since-used = since { $since }, used on { $used }
factor-add = Add a means
factor-add-words = A passkey is simplest: no code to type, no e-mail. An application gives six-digit codes.
factor-add-key = Add a passkey
factor-add-app = Add an application
factor-label = Name of this means

factor-remove = Take away
factor-remove-title = Take a means of login away
factor-remove-lead = “{ $name }” will no longer let you into your space. You will get an e-mail.
factor-remove-go = Take this means away
factor-remove-lost = The card is lost
factor-remove-lost-words = Otherwise, give it back to your referent.
factor-last = This is your only means of login
factor-last-words = Add another one first. You can then take this one away.

factor-app-title = Add a code application
factor-app-lead = The application on your phone will show a six-digit code, a new one every 30 seconds.
factor-app-scan = Scan this square with the application
factor-app-qr = Square to scan with your code application
factor-app-type = If the camera does not work, type this key into the application:
factor-app-alone = Nobody else must see this screen. The key will not be shown again.
factor-app-confirm = Then type the code it shows
factor-app-label-hint = To recognise it later. Example: office phone
factor-app-code = Code shown by the application
factor-app-go = Bind this application
factor-fault-label = Give a name of at most 60 letters. Example: my phone
factor-fault-otp = This is not the code of this key at this moment. Check the clock of the phone, then type the next code.
factor-fault-many = You have enough means of login. Take one away first.

factor-key-title = Add a passkey
factor-key-lead = Your device will ask for your fingerprint, your face or your code. It keeps the key: it is never sent to us.
factor-key-label-hint = To recognise it later. Example: office computer
factor-key-go = Create my passkey
factor-key-unavailable = No passkey at this address
factor-key-unavailable-words = The service is reached by a number and not by a name: browsers accept no passkey there. Use a code application.

factor-link-activate-title = Activate your account
factor-link-activate-lead = You will choose how you enter your space.
factor-link-recover-title = Get your account back
factor-link-recover-lead = Your former means of login no longer work. You will choose a new one.
factor-link-alone = Do it alone, on your own device: nobody else must know your means of login.
factor-link-go = Start
factor-link-elsewhere-title = This link was opened in another browser
factor-link-elsewhere-why = For safety it only works in the browser where you pressed “Start”.
factor-link-elsewhere-advice = Go back to that first browser. If it was not you, tell your referent or the operator at once.
factor-link-gone-title = This link no longer works
factor-link-gone-why = It was used, another one replaced it, or its seven days have passed.
factor-link-gone-advice = If your account is active already, log in. Otherwise ask your referent or the operator for a new link.
factor-link-home = Go to the home page

factor-choice-title = How do you want to enter?
factor-choice-lead = Hello { $name }. Choose a means. You can add others afterwards.
factor-choice-key = Your phone, your computer or a security key recognises you. Nothing to type, no e-mail to wait for. It is the safest, too.
factor-choice-key-go = Choose the passkey
factor-choice-app = An application on your phone shows a six-digit code. At each login you type the code and open a link you get by e-mail.
factor-choice-app-go = Choose the application

factor-done-title = Your account is active
factor-done-words = You can log in from now on.
factor-done-second = Add a second means under “My means of login”: if you lose the first one, you can still enter.
factor-done-login = Log in

factor-card-validate = Put into use
factor-card-validate-title = Put the card into use
factor-card-validate-own = { $name }: press its button and type the code it shows.
factor-card-validate-for = { $name }, handed to { $aidant }: ask for the code the card shows and type it here.
factor-card-code = Code shown by the card
factor-card-validate-go = Put into use
factor-card-wrong = This is not the code of this card. Check its number, wait for the next code and start again.
factor-card-throttled = Too many tries with this card. Wait a few minutes.

factor-referent-card-title = Cards of { $aidant }
factor-referent-card-lead = Hand out a card by the number printed on its back. You never see its codes.
factor-referent-card-now = Cards
factor-referent-card-none = No card in use.
factor-referent-card-give = Hand out a card
factor-referent-card-serial = Number of the card
factor-referent-card-serial-hint = It is printed on the back. Example: GI-2024-0017
factor-referent-card-go = Hand out this card
factor-referent-card-out = Put out of use
factor-referent-card-lost = Lost
factor-referent-card-broken = Broken
factor-referent-card-returned = Given back
factor-fault-serial-unknown = No card has this number. Check it on the back of the card.
factor-fault-serial-stock = This card is no longer in stock: it was handed out, lost, broken or given back. Take another one.
factor-fault-account-suspended = This account is suspended: its means of login cannot be changed.
factor-fault-many-hers = This aidant has enough codes. Put a card out of use first.
factor-referent-reset-link = Everything is lost?
factor-referent-cards-link = Cards and access

factor-reset-title = Reset the access of { $aidant }
factor-reset-lead = Only if { $aidant } has no means of entering left. Make sure by voice that it is really this person who asks.
factor-reset-what = Once confirmed, all cards, applications and passkeys stop working, the sessions are closed, and a link is sent by e-mail. You will see no code.
factor-reset-two = An operator must confirm your request.
factor-reset-reason = Reason
factor-reset-reason-hint = It will stand in the journal. Example: phone stolen on 3 March
factor-reset-go = Ask for the reset
factor-reset-waits = A request is waiting for an operator already
factor-reset-waits-words = There is nothing else to do. { $aidant } will get a link by e-mail once it is confirmed.
factor-reset-done = The reset is done
factor-reset-done-words = { $aidant } got a link by e-mail to choose a new means of login.
factor-fault-reason-missing = Give the reason in a few words
factor-fault-reason-too-long = The reason has at most 500 letters and no hidden signs
factor-fault-reset-own = Nobody asks for the reset of their own account. Ask somebody else.

factor-resets-title = Resets to confirm
factor-resets-lead = Somebody has lost every means of login. Confirm only after checking the request by another way than e-mail.
factor-resets-none = No request is waiting.
factor-resets-asked = Asked for by { $by }, { $at }
factor-resets-asked-at = Asked for by { $by } ({ $organisation }), { $at }
factor-resets-system = the command line
factor-resets-confirm = Confirm
factor-resets-refuse = Refuse
factor-resets-not-you = Another person must confirm: you asked for it, or it is your account.
factor-resets-new = Ask for a reset
factor-resets-new-words = For an aidant, a referent, an authority, an integrator or another operator.
factor-resets-role = Kind of account
factor-resets-email = E-mail address of the account
factor-resets-more = See more
factor-resets-ask-title = Ask for a reset
factor-fault-email-unknown = No account of this kind has this address
factor-fault-email-email = This address is not complete. Example: name@organisation.example
factor-fault-role = Choose the kind of account
factor-fault-reset-waits = A request is waiting for this account already
factor-fault-reset-over = This request was answered already

factor-cards-title = Code cards
factor-cards-lead = The stock that referents hand out by number. Secrets are sealed at import: nobody sees them again.
factor-cards-count = { $state }: { $count }
factor-cards-list = Cards
factor-cards-none = No card.
factor-cards-serial = Number
factor-cards-state = State
factor-cards-since = Since
factor-cards-caption = Cards by number
factor-cards-more = See more
factor-cards-all = All
factor-cards-import = Add cards
factor-cards-import-words = Paste the maker’s file: one card a line, “number,secret in base32”. All are taken, or none. Beyond a thousand cards use the command “procura card import FILE”.
factor-cards-import-field = Lines of the file
factor-cards-import-go = Add to the stock
factor-cards-imported =
    { $count ->
        [one] One card was added to the stock
       *[other] { $count } cards were added to the stock
    }
factor-cards-bad =
    { $count ->
        [one] One line does not fit: nothing was added
       *[other] { $count } lines do not fit: nothing was added
    }
factor-cards-bad-line = Line { $line }: { $why }
factor-cards-bad-line-serial = Line { $line } (card { $serial }): { $why }
factor-cards-bad-more =
    { $count ->
        [one] And one more line.
       *[other] And { $count } more lines.
    }
factor-cards-fault-columns = a number and a secret are needed, with a comma between them
factor-cards-fault-serial = the number has letters and digits only, from 3 to 32
factor-cards-fault-secret = the secret is not written in base32, or has fewer than 16 bytes
factor-cards-fault-double = this number stands further up in the file already
factor-cards-fault-known = this number is known already
factor-cards-fault-encoding = this line is not UTF-8
factor-cards-fault-empty = the file holds no card
factor-cards-fault-too-many = the file has more than 100,000 cards
factor-cards-withdraw = Take a card out of the stock
factor-cards-withdraw-lost = It is lost
factor-cards-withdraw-broken = It is broken
factor-fault-not-in-stock = This card is not in stock. A card that was handed out is put out of use by the referent.
