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
aidant-task-waiting-words = Préparé par { $aidant } à { $time } : { $themes }.
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
aidant-task-ending = Le mandat de { $name } s’arrête { $date }
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
handover-nothing-login = Elle n’arrive pas à se connecter à FranceConnect : elle peut choisir un autre compte (Ameli, impôts, La Poste…), ou demander de l’aide à celui de ses comptes qu’elle connaît le mieux.
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
