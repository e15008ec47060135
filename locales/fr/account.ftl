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
account-trouble-other = Carte perdue ou code refusé ? Demandez à l’exploitant : il peut vous remettre une autre carte.
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
account-link-hint = Si vous n’avez pas demandé ce lien, fermez cette page et prévenez votre référent.
account-link-again = Demander un nouveau lien
account-link-elsewhere-title = Ce lien s’ouvre dans un autre navigateur
account-link-elsewhere-why = Par sécurité, le lien ne sert que dans le navigateur où vous avez tapé votre adresse et votre code.
account-link-elsewhere-advice = Copiez l’adresse du lien dans ce premier navigateur. Ou demandez ici un nouveau lien.
account-link-gone-title = Ce lien ne sert plus
account-link-gone-why = Il a déjà été utilisé, ou son délai est passé. Chaque lien ne sert qu’une fois.
account-link-gone-advice = Demandez un nouveau lien : il faut votre adresse et un nouveau code.

account-factor-title = Votre code, encore une fois
account-factor-lead = Avant de signer ou d’agir pour une personne, nous vérifions que c’est bien vous. Votre dernier code a plus de { $minutes } minutes.
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
