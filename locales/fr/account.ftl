# Logging in: aidants, referents, authorities, operators.

account-aidant-title = Connexion des aidants
account-aidant-lead = Entrez votre adresse professionnelle et le code de votre carte ou de votre application.
account-referent-title = Connexion des référents
account-referent-lead = Entrez votre adresse professionnelle et le code de votre carte ou de votre application.
account-authority-title = Connexion des autorités
account-authority-lead = Entrez votre adresse professionnelle et le code de votre carte ou de votre application.
account-operator-title = Connexion de l’exploitant
account-operator-lead = Entrez votre adresse professionnelle et le code de votre carte ou de votre application.
account-integrator-title = Connexion des intégrateurs
account-integrator-lead = Entrez votre adresse professionnelle et le code de votre carte ou de votre application.

account-email = Adresse e-mail professionnelle
account-email-hint = Celle qui a été enregistrée avec votre carte ou votre application.
account-email-missing = Entrez votre adresse e-mail professionnelle. Exemple : nom@structure.example
account-email-end = Il manque la fin de l’adresse, après « @ ». Exemple : nom@structure.example
account-email-at = Il manque le signe « @ » dans l’adresse. Exemple : nom@structure.example
account-email-form = Cette adresse contient un signe qui n’y va pas. Exemple : nom@structure.example
account-code = Code à six chiffres
account-code-hint = Il change toutes les 30 secondes et ne sert qu’une fois.
account-code-missing = Entrez le code à six chiffres de votre carte ou de votre application.
account-code-digits = Le code n’a que des chiffres, sans lettres.
account-code-length =
    { $count ->
        [one] Le code doit avoir six chiffres : vous en avez tapé un seul
       *[other] Le code doit avoir six chiffres : vous en avez tapé { $count }
    }
account-then = Nous vous enverrons ensuite un lien par courriel. Ouvrez-le sur cet appareil pour entrer.
account-send = Recevoir mon lien
account-trouble = Vous n’arrivez pas à entrer ?
account-trouble-aidant = Carte perdue ou code refusé ? Demandez à votre référent : il peut vous remettre une autre carte.
account-trouble-other = Moyen de connexion perdu ou code refusé ? Demandez à l’exploitant : il peut réinitialiser votre accès, et vous recevrez un lien par courriel.
account-not-you = Vous êtes la personne aidée ?
account-your-space = Votre espace est ici

account-sent-title = Regardez vos courriels
account-sent-lead = Si ces informations sont exactes, un courriel part maintenant vers votre adresse professionnelle.
account-sent-open = Ouvrez le lien sur cet appareil
account-sent-open-words =
    { $minutes ->
        [one] Il sert une fois, pendant une minute, dans ce navigateur.
       *[other] Il sert une fois, pendant { $minutes } minutes, dans ce navigateur.
    }
account-sent-press = Appuyez sur « Entrer »
account-sent-press-words = La page du lien n’a qu’un bouton. Vous serez alors dans votre espace.
account-sent-nothing = Rien n’arrive ?
account-sent-nothing-words = Regardez dans les courriels indésirables. Sinon, attendez le prochain code de votre carte ou de votre application et recommencez. Après plusieurs essais manqués, attendez quelques minutes.
account-sent-again = Recommencer

account-link-title = Dernière étape pour entrer
account-link-lead = Appuyez sur le bouton pour entrer dans votre espace.
account-link-enter = Entrer
account-link-hint = Si vous n’avez pas demandé ce lien, fermez cette page et prévenez votre référent ou l’exploitant.
account-link-again = Demander un nouveau lien
account-link-elsewhere-title = Ce lien s’ouvre dans un autre navigateur
account-link-elsewhere-why = Par sécurité, le lien ne sert que dans le navigateur où vous avez tapé votre adresse et votre code.
account-link-elsewhere-advice = Copiez l’adresse du lien dans ce premier navigateur. Ou demandez ici un nouveau lien.
account-link-gone-title = Ce lien ne sert plus
account-link-gone-why = Il a déjà été utilisé, ou son délai est passé. Chaque lien ne sert qu’une fois.
account-link-gone-advice = Demandez un nouveau lien : il faut votre adresse et un nouveau code.

account-factor-title = Confirmez que c’est vous
account-factor-lead-aidant = Avant de signer ou d’agir pour une personne, nous vérifions que c’est bien vous. Votre dernier code a plus de { $minutes } minutes.
account-factor-lead-other = Avant un geste important, nous vérifions que c’est bien vous. Votre dernière vérification a plus de { $minutes } minutes.
account-factor-go = Continuer
account-factor-wrong = Ce code n’est pas le bon. Regardez votre carte ou votre application : le code a peut-être changé. Après plusieurs essais, attendez quelques minutes.
account-factor-used =
    { $seconds ->
        [one] Ce code a déjà servi. Attendez le prochain : dans une seconde.
       *[other] Ce code a déjà servi. Attendez le prochain : dans { $seconds } secondes.
    }

account-organisation-title = Votre structure
account-organisation-lead = Choisissez la structure pour laquelle vous travaillez maintenant. Vous ne verrez que ses mandats.
account-organisation-legend = Pour quelle structure travaillez-vous ?
account-organisation-until = Habilitation jusqu’au { $date }
account-organisation-closed = Votre habilitation y est finie ou suspendue, ou la structure est suspendue
account-organisation-missing = Choisissez une structure
account-organisation-go = Travailler pour cette structure
account-organisation-none = Aucune habilitation en cours
account-organisation-none-words = Vous pouvez lire, mais pas agir. Demandez à votre référent.

account-proconnect-or = Vous avez un compte ProConnect ?
account-proconnect-words = Entrez avec l’adresse et la structure qui sont enregistrées ici. Selon votre compte, votre code de carte sera aussi demandé.
account-proconnect-go = S’identifier avec ProConnect
account-proconnect-again = Revenir à la connexion
account-proconnect-other = Quitter ProConnect et recommencer
account-proconnect-code-title = Votre code, en plus de ProConnect
account-proconnect-code-lead = ProConnect a vérifié votre compte avec un code envoyé par courriel. Pour entrer ici, tapez aussi le code de votre carte ou de votre application.
account-proconnect-left-title = Vous êtes sorti de votre espace
account-proconnect-left-lead = Il reste à fermer votre session ProConnect. Si rien ne se passe, appuyez sur le bouton.
account-proconnect-left-go = Fermer ma session ProConnect
account-proconnect-unknown-title = Ce compte ProConnect n’ouvre pas d’espace ici
account-proconnect-unknown-why = L’adresse et la structure que ProConnect nous donne ne correspondent à aucun aidant habilité que nous puissions relier.
account-proconnect-unknown-advice = Vérifiez avec votre référent l’adresse et le SIRET enregistrés. Vous pouvez aussi entrer avec votre adresse et le code de votre carte.
account-proconnect-email-title = Votre adresse a changé dans ProConnect
account-proconnect-email-why = L’adresse que ProConnect nous donne n’est plus celle de votre compte d’aidant. Par sécurité, nous n’ouvrons pas votre espace.
account-proconnect-email-advice = Demandez à votre référent de vérifier votre adresse. En attendant, entrez avec votre adresse enregistrée et le code de votre carte.
account-proconnect-organisation-title = Votre structure a changé dans ProConnect
account-proconnect-organisation-why = La structure que ProConnect nous donne n’est pas une structure où votre habilitation est en cours.
account-proconnect-organisation-advice = Si vous avez plusieurs structures, choisissez dans ProConnect celle où vous êtes habilité. Sinon, demandez à votre référent.
account-proconnect-suspended-title = Votre compte est suspendu
account-proconnect-suspended-why = Votre compte d’aidant ne peut pas s’ouvrir pour le moment.
account-proconnect-suspended-advice = Demandez à votre référent ce qui s’est passé.
account-proconnect-denied-title = ProConnect n’a pas confirmé votre identité
account-proconnect-denied-why = Vous avez arrêté la connexion, ou votre compte ProConnect n’a pas de deuxième vérification.
account-proconnect-denied-advice = Recommencez, ou entrez avec votre adresse et le code de votre carte.
account-proconnect-unavailable-title = ProConnect ne répond pas
account-proconnect-unavailable-why = Nous n’avons pas pu joindre ProConnect.
account-proconnect-unavailable-advice = Entrez avec votre adresse et le code de votre carte, ou réessayez dans quelques minutes.
account-proconnect-state-title = Cette réponse ne correspond à aucune connexion en cours
account-proconnect-state-why = La page est ouverte depuis trop longtemps, ou elle vient d’un autre navigateur.
account-proconnect-state-advice = Recommencez depuis la page de connexion.
account-proconnect-refused-title = Nous n’avons pas pu vérifier la réponse de ProConnect
account-proconnect-refused-why = Ce que nous avons reçu n’est pas sûr. Par sécurité, nous n’ouvrons pas votre espace.
account-proconnect-refused-advice = Recommencez. Si cela continue, donnez la référence ci-dessous à l’exploitant, et entrez avec le code de votre carte.
