# The aidant's front page, list of persons, hand-over.

aidant-new-mandate = Établir un mandat
aidant-home-hello = Bonjour { $name }
aidant-home-today = Nous sommes le { $date }.
aidant-home-tasks =
    { $count ->
        [one] Une chose vous attend
        [2] Deux choses vous attendent
        [3] Trois choses vous attendent
       *[other] { $count } choses vous attendent
    }
aidant-home-persons = Les personnes pour qui vous pouvez agir
aidant-home-nobody = Personne n’a donné de mandat à votre structure pour l’instant. Pour commencer, établissez un mandat avec la personne.
aidant-home-all =
    { $count ->
        [one] Voir tous les mandats
       *[other] Voir les { $count } mandats en cours et ceux qui sont finis
    }
aidant-home-act = Pour faire une démarche
aidant-home-act-words = Ouvrez le site de l’administration et choisissez la connexion des aidants. Vous reviendrez ici dire pour qui vous agissez.

aidant-task-waiting = Un mandat attend la réponse de la personne
aidant-task-waiting-words = Préparé par { $aidant } le { $time } : { $themes }.
aidant-task-waiting-action = Voir où elle en est
aidant-task-suspended = Le mandat de { $name } est suspendu
aidant-task-suspended-words = Un acte a été signalé. Personne ne peut utiliser ce mandat pendant l’examen.
aidant-task-open = Ouvrir le mandat
aidant-task-ending-badge =
    { $days ->
        [0] Finit aujourd’hui
        [1] Finit demain
       *[other] Finit dans { $days } jours
    }
aidant-task-ending = Le mandat de { $name } s’arrête le { $date }
aidant-task-ending-words = Pour continuer après cette date, il faudra de nouveau son accord.

aidant-table-caption = Personnes qui ont donné un mandat à { $organisation }
aidant-table-person = Personne
aidant-table-themes = Démarches
aidant-table-until = Jusqu’au
aidant-table-state = État

aidant-persons-search = Nom ou prénom
aidant-persons-find = Chercher
aidant-persons-all = Montrer tout le monde
aidant-persons-count =
    { $count ->
        [0] Aucun mandat
        [one] Un mandat
       *[other] { $count } mandats
    }
aidant-persons-none = Personne ne porte ce nom parmi celles qui ont donné un mandat à votre structure. Essayez avec moins de lettres.

handover-title = À la personne de lire et de décider
handover-lead = Choisissez avec elle : son téléphone ou cet écran.
handover-banner = Vous passez la main à
handover-banner-present = La personne qui est avec vous
handover-waiting-open = Nous attendons qu’elle ouvre sa page
handover-waiting-identify = Elle a ouvert sa page. Nous attendons qu’elle se connecte à FranceConnect
handover-waiting-decide = Elle lit le texte. Nous attendons sa décision
handover-since = Depuis { $time }.
handover-updates = Cette page se met à jour toute seule.
handover-updates-by-hand = Pour voir où elle en est, appuyez sur « Mettre à jour ».
handover-too-late = Elle n’a pas répondu à temps
handover-too-late-words = Sa page s’est refermée. Abandonnez ce brouillon, puis établissez un nouveau mandat avec elle.
handover-until = Elle peut répondre jusqu’au { $moment }.
handover-phone = Sur son téléphone
handover-phone-words = Elle ouvre l’appareil photo et vise ce carré.
handover-screen = Sur cet écran
handover-screen-words = Ouvrez sa page, puis laissez-lui la souris et le clavier. Ne tapez rien à sa place.
handover-open = Ouvrir sa page ici
handover-address = La même adresse, à lire ou à copier :
handover-once = Elle ne sert qu’une fois.
handover-steps = Ce qui se passe maintenant
handover-step-draft = Le texte est prêt
handover-step-draft-words = Préparé à { $time } : <em>{ $themes }</em>. Durée : { $duration }.
handover-step-open = Elle ouvre sa page
handover-step-open-words = Sur son téléphone ou sur cet écran.
handover-step-identify = Elle dit qui elle est, avec FranceConnect
handover-step-identify-words = Ses mots de passe restent à elle. Nous refermons FranceConnect juste après.
handover-step-decide = Elle lit le texte et décide
handover-step-decide-words = Elle approuve ou elle refuse. Vous ne pouvez pas le faire pour elle.
handover-step-act = Vous pouvez agir pour elle
handover-step-act-words = Si elle a approuvé, le mandat commence aussitôt.
handover-nothing = Rien ne vient ?
handover-nothing-phone = Le téléphone ne lit pas le carré : ouvrez sa page sur cet écran.
handover-nothing-login = Elle n’arrive pas à se connecter à FranceConnect : elle peut choisir un autre compte (Ameli, impôts, La Poste…), ou demander de l’aide au service dont elle connaît le mieux le compte.
handover-nothing-elsewhere = Sa page dit qu’elle est déjà ouverte ailleurs : abandonnez ce brouillon et établissez-en un nouveau.
handover-abandon = Abandonner ce brouillon

unanswered-refused-title = La personne a refusé ce mandat
unanswered-refused-words = Rien ne change : personne ne peut agir pour elle avec ce texte.
unanswered-refused-notice = C’est son droit
unanswered-refused-notice-words = Elle n’a pas à dire pourquoi. Si elle le souhaite, vous pouvez en parler avec elle et préparer un autre texte.
unanswered-lapsed-title = Ce brouillon s’est effacé
unanswered-lapsed-words = Personne n’y a répondu à temps, ou il a été abandonné. Il ne donne aucun droit.

aidant-journal-title = Votre journal
aidant-journal-lead = Ce que vous avez fait, et ce qui a été décidé pour votre habilitation. Ce qui concerne une personne est aussi dans son journal à elle.

handover-away-since = Depuis le { $time }.
handover-away-draft-words = Préparé le { $time } : <em>{ $themes }</em>. Durée : { $duration }.
handover-remote-title = La personne répond de chez elle
handover-remote-lead = Restez au téléphone avec elle : elle ouvre son lien, se connecte à FranceConnect, puis tape le code que vous lui dites.
handover-sms-title = La personne répond par un code reçu par SMS
handover-sms-lead = Elle lit le texte sur sa page, ou vous le lui lisez. Le code qu’elle a reçu est son oui.
handover-post-title = La personne répond par un code reçu par lettre
handover-post-lead = Votre référent donne son accord, imprime la lettre et la poste. Le code qu’elle contient est le oui de la personne.
handover-waiting-pair = Elle est identifiée. Nous attendons qu’elle tape le code que vous lui dites
handover-waiting-answer = Nous attendons sa réponse
handover-waiting-post = Le référent a donné son accord. Nous attendons qu’il poste la lettre
handover-waiting-referent = Nous attendons l’accord de votre référent
handover-pairing = Dites-lui ce code, de vive voix
handover-pairing-words = Elle le tape elle-même, après FranceConnect. Ne l’écrivez ni par courriel ni par SMS. Trois codes faux, et le brouillon est fermé.
handover-wrong =
    { $left ->
        [one] Un code faux a été donné. Il reste un essai.
       *[other] Un code faux a été donné. Il reste { $left } essais.
    }
handover-sent = Ce qui a été envoyé
handover-sent-email = Le lien, par courriel à { $to }, le { $when }
handover-sent-sms = Un SMS au { $to }, le { $when }
handover-sent-post = Une lettre à { $to }, imprimée le { $when }
handover-sent-post-not-yet = Une lettre à { $to } : pas encore imprimée
handover-again-words = Si rien n’est arrivé, envoyez de nouveau : ce qui a été envoyé avant ne servira plus.
handover-again = Envoyer de nouveau
handover-code = Elle vous répond de vive voix ?
handover-code-words = Lisez-lui le texte, puis tapez le code qu’elle vous dit.
handover-code-until = Le code est bon jusqu’au { $time }.
handover-code-open = Noter sa réponse
handover-nothing-came = Rien n’est arrivé chez elle ?
handover-nothing-came-words = Vérifiez l’adresse avec elle, puis envoyez de nouveau. Si elle est finalement avec vous, elle peut viser ce carré ou ouvrir cette adresse.
handover-away-sent = Elle ouvre le lien reçu
handover-away-sent-words = Sur son téléphone ou son ordinateur.
handover-away-identify = Elle dit qui elle est, avec FranceConnect
handover-away-identify-words = Nous comparons avec le nom et la date que vous avez donnés, et nous refermons FranceConnect.
handover-away-pair = Elle tape le code que vous lui dites
handover-away-pair-words = C’est ainsi que nous savons que vous vous parlez.
handover-away-decide = Elle lit le texte et décide
handover-away-decide-words = Vous ne pouvez pas le faire pour elle.
handover-away-act = Vous pouvez agir pour elle
handover-away-act-words = Si elle a dit oui, le mandat commence aussitôt que tous les accords sont là.
handover-away-code = Elle dit oui avec son code, ou elle dit non
handover-away-code-words = Sur sa page, ou de vive voix avec vous.
handover-away-referent = Le référent donne son accord
handover-away-referent-words = Il le fait dans son espace, sous « Accords ». Ce ne peut pas être la personne qui a préparé le texte.
handover-away-letter = La lettre part
handover-away-letter-words = Le référent l’imprime et la poste. Vous ne voyez pas le code.

unanswered-other-identity-title = Une autre personne a répondu
unanswered-other-identity-words = La personne qui s’est identifiée n’a pas le nom et la date de naissance que vous avez donnés. Nous n’avons rien gardé d’elle et le brouillon est fermé. Vérifiez le nom et la date avec la personne, puis préparez un nouveau texte.
unanswered-pairing-title = Le code que vous lui avez dit était faux trois fois
unanswered-pairing-words = Pour protéger la personne, le brouillon est fermé. Appelez-la, puis préparez un nouveau texte.
unanswered-code-title = Le code était faux trois fois
unanswered-code-words = Pour protéger la personne, le brouillon est fermé. Voyez avec elle ce qui s’est passé, puis préparez un nouveau texte.
unanswered-referent-title = Le référent n’a pas donné son accord
unanswered-referent-words = Le brouillon est fermé. Sa raison est dans votre journal. Il ne donne aucun droit.
