# The e-mails.

mail-greeting = Bonjour { $name },
mail-greeting-nobody = Bonjour,
mail-row = { $name } : { $value }
mail-action = { $label } :
mail-footer = Procura vous écrit à chaque acte. Nous ne vous demanderons jamais de mot de passe ni de code, par courriel ou par téléphone. Un doute ? N’ouvrez pas le lien : tapez l’adresse vous-même.
mail-footer-professional = Nous ne vous demanderons jamais de mot de passe ni de code, par courriel ou par téléphone.

mail-row-when = Quand
mail-row-where = Où
mail-row-themes = Pour quoi faire
mail-row-ended-theme = Ce qui est arrêté
mail-row-mandate = Votre mandat
mail-row-purpose = Pourquoi

mail-action-mandates = Voir mes mandats
mail-action-journal = Lire mon journal

mail-stop-title = Arrêter ce mandat
mail-stop = Vous pouvez l’arrêter à tout moment dans votre espace, sans donner de raison.
mail-stop-phone = Vous pouvez l’arrêter à tout moment dans votre espace ou au { $phone }, sans donner de raison.

mail-login-link-subject = Votre lien de connexion
mail-login-link-what = Vous avez demandé à vous connecter à Procura.
mail-login-link-action = Terminer la connexion
mail-login-link-rule-title = Ce lien ne sert qu’une fois
mail-login-link-rule =
    { $minutes ->
        [one] Ouvrez-le avant { $time } (une minute), dans le navigateur où vous avez commencé.
       *[other] Ouvrez-le avant { $time } ({ $minutes } minutes), dans le navigateur où vous avez commencé.
    }
mail-login-link-unasked-title = Vous n’avez rien demandé ?
mail-login-link-unasked = N’ouvrez pas ce lien. Quelqu’un a donné votre adresse et un code juste : prévenez votre référent ou l’exploitant.

mail-consent-link-subject = { $organisation } vous demande votre accord
mail-consent-link-what = { $aidant } ({ $organisation }) souhaite faire des démarches en ligne pour vous. C’est vous qui décidez : lisez, puis approuvez ou refusez.
mail-consent-link-action = Lire et décider
mail-consent-link-code-title = Un code vous sera dit
mail-consent-link-code = Après FranceConnect, la page demande six chiffres. { $aidant } vous les dit de vive voix. Si personne ne vous les a dits, n’allez pas plus loin.
mail-consent-link-rule-title = Ce lien ne sert que sur un appareil
mail-consent-link-rule = Ouvrez-le avant { $moment }, sur le téléphone ou l’ordinateur où vous voulez répondre.
mail-consent-link-unasked-title = Vous ne connaissez pas cette structure ?
mail-consent-link-unasked = N’ouvrez pas ce lien : rien ne se passera.
mail-consent-link-unasked-phone = N’ouvrez pas ce lien : rien ne se passera. Un doute ? Appelez le { $phone }.

mail-verbatim-subject = Votre accord est demandé

mail-mandate-approved-subject = Votre mandat est signé
mail-mandate-approved-what = Vous avez donné votre accord : { $aidant } ({ $organisation }) peut agir pour vous.
mail-mandate-approved-next-title = Et maintenant ?
mail-mandate-approved-next = Vous recevrez un courriel chaque fois que quelqu’un agit pour vous. Tout reste écrit dans votre journal.

mail-act-opened-subject = { $aidant } agit pour vous
mail-act-opened-what = { $aidant } ({ $organisation }) a commencé une démarche en votre nom, avec votre accord.
mail-expected-title = C’était prévu ?
mail-expected = Vous n’avez rien à faire.
mail-unexpected-title = Ce n’était pas prévu ?
mail-unexpected = Dites-le dans votre journal. Le mandat sera aussitôt suspendu.
mail-unexpected-phone = Dites-le dans votre journal, ou appelez le { $phone }. Le mandat sera aussitôt suspendu.

mail-mandate-ended-whole-subject = Votre mandat est arrêté
mail-mandate-ended-theme-subject = Une partie de votre mandat est arrêtée
mail-mandate-ended-whole-you = Vous avez arrêté le mandat donné à { $organisation }. Plus personne n’y agit pour vous.
mail-mandate-ended-whole-them = { $organisation } a arrêté le mandat que vous lui aviez donné. Plus personne n’y agit pour vous.
mail-mandate-ended-theme-you = Vous avez retiré une partie du mandat donné à { $organisation }. Le reste continue.
mail-mandate-ended-theme-them = { $organisation } a retiré une partie du mandat que vous lui aviez donné. Le reste continue.
mail-unwanted-title = Ce n’est pas ce que vous vouliez ?
mail-unwanted = Demandez à votre aidant de préparer un nouveau mandat. Un mandat arrêté ne repart pas.
mail-unwanted-phone = Demandez à votre aidant de préparer un nouveau mandat, ou appelez le { $phone }. Un mandat arrêté ne repart pas.

mail-case-opened-subject = Votre signalement { $number }
mail-case-opened-what = Vous nous avez dit qu’un acte fait par { $organisation } n’était pas prévu. Votre signalement porte le numéro { $number }.
mail-case-opened-held-title = Ce qui est déjà fait
mail-case-opened-held = Le mandat est suspendu : plus personne n’agit pour vous avec lui.
mail-case-opened-next-title = Et maintenant ?
mail-case-opened-next = Quelqu’un examine ce qui s’est passé. La réponse vous sera écrite.
mail-case-opened-next-phone = Quelqu’un examine ce qui s’est passé. La réponse vous sera écrite. Une question ? Appelez le { $phone }.

mail-trail-read-subject = Une autorité a lu votre journal
mail-trail-read-what = { $reader } a lu des lignes de votre journal.
mail-trail-read-why-title = Pourquoi ce courriel ?
mail-trail-read-why = Une autorité qui en a le droit doit dire pourquoi elle lit. Vous le voyez, et cette lecture est elle-même écrite dans votre journal.
mail-trail-read-why-phone = Une autorité qui en a le droit doit dire pourquoi elle lit. Vous le voyez, et cette lecture est elle-même écrite dans votre journal. Une question ? Appelez le { $phone }.
