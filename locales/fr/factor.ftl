# Second factors: an application, a card, passkeys; enrolled, given, taken away, reset.

factor-kind-totp-app = Application de codes
factor-kind-totp-card = Carte à codes
factor-kind-passkey = Clé d’accès

mail-account-link-activate-subject = Activez votre compte Procura
mail-account-link-activate-what = Un compte vous attend. Ouvrez le lien pour choisir comment vous vous connecterez : une clé d’accès ou une application de codes.
mail-account-link-activate-action = Activer mon compte
mail-account-link-recover-subject = Retrouvez l’accès à votre compte Procura
mail-account-link-recover-what = Votre compte a été réinitialisé : vos anciens moyens de connexion ne servent plus. Ouvrez le lien pour en choisir un nouveau.
mail-account-link-recover-action = Choisir un nouveau moyen de connexion
mail-account-link-rule-title = Ce lien ne sert qu’une fois
mail-account-link-rule = Il sert jusqu’au { $until }, dans le navigateur où vous l’ouvrirez. Ne le donnez à personne.
mail-account-link-unasked-title = Vous n’attendiez pas ce message ?
mail-account-link-unasked = N’ouvrez pas le lien et prévenez votre référent ou l’exploitant.

mail-row-factor = Moyen de connexion
mail-factor-which = { $kind } : { $name }
mail-factor-added-subject = Un moyen de connexion a été ajouté à votre compte
mail-factor-added-what = Il permet maintenant d’entrer dans votre espace.
mail-factor-given-subject = Une carte vous a été remise
mail-factor-given-what = Elle servira dès que vous aurez montré un premier code, dans votre espace ou avec votre référent.
mail-factor-ended-subject = Un moyen de connexion a été retiré de votre compte
mail-factor-ended-what = Il ne permet plus d’entrer dans votre espace.
mail-factor-cloned-subject = Une clé d’accès de votre compte a été refusée
mail-factor-cloned-what = Son compteur est revenu en arrière : il en existe peut-être une copie. Par sécurité, elle ne sert plus.
mail-factor-reset-subject = Votre compte a été réinitialisé
mail-factor-reset-what = Tous vos moyens de connexion ont été retirés et vos sessions fermées. Un autre courriel vous donne un lien pour choisir un nouveau moyen.
mail-factor-reset-asked-subject = La réinitialisation de votre compte a été demandée
mail-factor-reset-asked-what = Si une deuxième personne la confirme, tous vos moyens de connexion seront retirés.
mail-factor-unasked-title = Ce n’était pas prévu ?
mail-factor-unasked = Prévenez tout de suite votre référent ou l’exploitant.
mail-factor-unasked-phone = Prévenez tout de suite votre référent, ou appelez le { $phone }.
