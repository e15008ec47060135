# The operator's space: requests, organisations, aidants, administrations, journal, figures.

operator-place = Exploitation
operator-home-title = Ce qui vous attend
operator-home-waiting =
    { $count ->
        [0] Aucune demande
        [one] Une administration attend une confirmation
       *[other] { $count } administrations attendent une confirmation
    }
operator-home-nothing = Rien n’attend de décision.
operator-home-examine = Examiner
operator-home-warnings = À savoir sur cette installation
operator-waiting-words = Démarches : { $themes }
operator-alone = Un seul exploitant peut enregistrer une administration
operator-alone-words = La règle des deux personnes est éteinte (<span class="code">operators.two_persons = false</span>). Allumez-la dès que vous êtes deux.
operator-no-witness = Aucun témoin ne surveille le journal
operator-no-witness-words = Sans témoin ni contrôleur extérieur, le journal n’est pas plus sûr que celui qui l’exploite : une réécriture complète ne se verrait pas. Gardez les points de contrôle signés ailleurs, et faites-les comparer par d’autres.

operator-col-state = État
operator-col-aidants = Aidants
operator-choose = Choisir…
operator-yes = Oui
operator-no = Non
operator-once = Montré une seule fois
operator-reason = Pour quelle raison ?
operator-reason-hint = En une phrase. Elle est écrite au journal.
operator-reason-habilitation-hint = En une phrase, pour suspendre ou mettre fin. Elle est écrite au journal.

operator-fault-too-long = C’est trop long, ou il y a un signe interdit
operator-fault-name-missing = Donnez le nom de la structure
operator-fault-address-missing = Donnez l’adresse de la structure
operator-fault-siret-wrong = Un SIRET a 14 chiffres ; vérifiez-les
operator-fault-siret-taken = Une structure a déjà ce SIRET
operator-fault-given-name-missing = Donnez le prénom
operator-fault-family-name-missing = Donnez le nom de famille
operator-fault-email-email = Donnez une adresse e-mail entière, comme prenom.nom@structure.fr
operator-fault-email-taken = Un aidant a déjà cette adresse : ouvrez sa page et ajoutez-lui une habilitation
operator-fault-organisation-missing = Choisissez une structure
operator-fault-organisation-exists = Cet aidant a déjà une habilitation dans cette structure
operator-fault-until-wrong = Écrivez une date comme 31/12/2027
operator-fault-until-past = Choisissez un jour à venir
operator-fault-change-missing = Choisissez ce qui change
operator-fault-reason-missing = Dites pour quelle raison

operator-organisation-new = Accepter une structure
operator-organisation-new-lead = Ses aidants pourront agir une fois habilités.
operator-organisation-name-hint = Comme il sera écrit dans les mandats, par exemple CCAS de Dijon
operator-organisation-siret-hint = 14 chiffres
operator-organisation-address-hint = Sur une ligne
operator-organisation-add = Accepter cette structure
operator-organisations-none = Aucune structure pour l’instant.
operator-organisation-suspend-title = Suspendre la structure
operator-organisation-suspend-words = Dès maintenant, aucun de ses aidants ne peut agir. Ses mandats restent, sans pouvoir servir.
operator-organisation-suspend = Suspendre maintenant
operator-organisation-restore-title = Rétablir la structure
operator-organisation-restore-words = Ses aidants habilités pourront de nouveau agir, avec les mandats qui courent encore.
operator-organisation-restore = Rétablir cette structure
operator-aidants-see = Voir les aidants, par structure

operator-aidant-new = Habiliter un aidant
operator-aidant-new-lead = Vérifiez d’abord sa demande et sa pièce d’identité.
operator-given-name = Prénom
operator-family-name = Nom de famille
operator-email = Adresse e-mail professionnelle
operator-email-hint = C’est avec elle qu’il se connecte
operator-organisation-of = Structure
operator-until = Habilité jusqu’au
operator-until-hint = Par exemple 31/12/2027
operator-aidant-add = Habiliter cet aidant
operator-enrolled-title = { $name } a une habilitation
operator-enrolled-once-words = Ce secret ne sera plus jamais affiché. Remettez-le en main propre, puis fermez cette page.
operator-enrolled-code = Son générateur de codes
operator-enrolled-words = { $name } vise ce carré avec une application de codes, ou vous le mettez sur sa carte.
operator-enrolled-qr = Code carré du générateur de codes. Le même secret est écrit dessous.
operator-enrolled-typed = Le même secret, à taper :
operator-enrolled-login = Se connecte avec
operator-enrolled-next = Voir ses habilitations

operator-habilitations = Habilitations
operator-habilitation-change = Changer
operator-habilitation-new = Habiliter dans une autre structure
operator-habilitation-add = Ajouter cette habilitation
operator-habilitation-title = Habilitation de { $name }
operator-habilitation-over = Cette habilitation est finie. Pour que l’aidant agisse de nouveau, ajoutez-en une autre sur sa page.
operator-change = Qu’est-ce qui change ?
operator-change-suspend = Suspendre
operator-change-suspend-words = Il ne peut plus agir, jusqu’à ce que vous la rétablissiez.
operator-change-restore = Rétablir
operator-change-restore-words = Il peut de nouveau agir, jusqu’à la date prévue.
operator-change-end = Mettre fin
operator-change-end-words = C’est définitif.
operator-change-submit = Appliquer maintenant

operator-client-new = Enregistrer une administration
operator-client-new-lead = Un autre exploitant devra confirmer avant qu’elle puisse servir.
operator-client-name = Nom
operator-client-name-hint = Comme les personnes le liront, par exemple Caisse d’allocations familiales
operator-client-kind = Type
operator-kind-administration = Administration
operator-kind-administration-words = Elle ouvre son service aux aidants, directement.
operator-kind-identity-broker = Fédérateur d’identité
operator-kind-identity-broker-words = Procura est un de ses fournisseurs d’identité.
operator-kind-software = Logiciel métier
operator-kind-resource-server = API qui vérifie des jetons
operator-client-themes = Démarches
operator-client-themes-hint = Un aidant n’y entre que pour ces démarches.
operator-client-redirect = Adresses de retour (redirect_uri)
operator-client-redirect-hint = Une par ligne, exactes, en https
operator-client-logout = Adresses après déconnexion (post_logout_redirect_uri)
operator-client-logout-hint = Une par ligne ; peut rester vide
operator-client-grade = Accord le plus faible accepté
operator-grade-declared = Déclaré (identité relevée par l’aidant)
operator-grade-franceconnect = FranceConnect
operator-grade-franceconnect_plus = FranceConnect+
operator-client-auth = Comment elle s’authentifie
operator-client-jwks = Ses clés publiques (JWKS)
operator-client-jwks-hint = Seulement avec private_key_jwt
operator-client-options = Options
operator-client-aidant-name = Reçoit le nom de l’aidant
operator-client-aidant-name-words = Sans cela, elle ne reçoit que sa structure et un identifiant propre à elle.
operator-client-par = Doit déposer ses demandes (PAR)
operator-client-par-words = RFC 9126 : rien de la demande ne passe par le navigateur.
operator-client-add = Enregistrer
operator-clients-none = Aucune administration pour l’instant.
operator-client-pending = Attend une confirmation
operator-client-active = En service
operator-client-disabled = Désactivée
operator-client-denied = Cela n’a pas été fait
operator-client-confirm-title = Confirmer l’enregistrement
operator-client-confirm-words = Comparez avec le dossier signé par l’administration : adresses de retour, démarches, options.
operator-client-confirm-other = Vous l’avez enregistrée : un autre exploitant doit la confirmer.
operator-client-confirm = Confirmer et mettre en service
operator-client-disable-title = Désactiver
operator-client-disable-words = Dès maintenant, aucun aidant ne peut plus y entrer, et ses jetons ne valent plus rien. C’est définitif.
operator-client-disable = Désactiver maintenant
operator-registered-title = { $name } est enregistrée
operator-registered-pending = Elle ne peut pas encore servir
operator-registered-pending-words = Un autre exploitant doit confirmer cet enregistrement.
operator-registered-once-words = Ce secret ne sera plus jamais affiché. Transmettez-le par un canal sûr, puis fermez cette page.
operator-registered-next = Voir cette administration

operator-journal-title = Journal des exploitants
operator-journal-lead = Ce que les exploitants ont décidé, et la vie des clés. Rien de ce qui concerne les personnes n’est ici.

operator-figures-title = L’activité en chiffres
operator-figures-lead = Le { $date }. Les actes et les refus sont ceux des { $days } derniers jours. Ces chiffres ne nomment personne.
operator-figures-themes = Actes ouverts, par démarche
operator-figures-mandates = Mandats, par état
operator-figures-count = Nombre
operator-figures-ledger = Le journal
operator-figures-size = Lignes signées
operator-figures-waiting = Lignes qui attendent leur place
operator-figures-signed = Dernier point de contrôle signé
operator-figures-unsigned = Aucun pour l’instant
operator-figures-kinds = Les lignes des derniers jours, par nature
operator-figures-kind = Nature
operator-figure-acts =
    { $count ->
        [one] acte ouvert
       *[other] actes ouverts
    }
operator-figure-mandates =
    { $count ->
        [one] mandat actif
       *[other] mandats actifs
    }
operator-figure-organisations =
    { $count ->
        [one] structure active
       *[other] structures actives
    }
operator-figure-suspended =
    { $count ->
        [one] structure suspendue
       *[other] structures suspendues
    }
operator-figure-aidants =
    { $count ->
        [one] aidant habilité
       *[other] aidants habilités
    }
operator-figure-refusals =
    { $count ->
        [one] refus
       *[other] refus
    }
operator-mandates-draft = Brouillons
operator-mandates-awaiting-consent = Attendent la personne
operator-mandates-active = Actifs
operator-mandates-suspended = Suspendus
operator-mandates-revoked = Arrêtés
operator-mandates-expired = Finis à la date prévue
operator-mandates-refused = Refusés
operator-mandates-lapsed = Sans réponse
