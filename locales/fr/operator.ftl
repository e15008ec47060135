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
operator-client-kind = Type
operator-kind-administration = Administration
operator-kind-administration-words = Elle ouvre son service aux aidants, directement.
operator-kind-identity-broker = Fédérateur d’identité
operator-kind-identity-broker-words = Procura est un de ses fournisseurs d’identité.
operator-kind-software = Logiciel métier
operator-kind-resource-server = API qui vérifie des jetons
operator-client-themes = Démarches
operator-client-options = Options
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
operator-figures-counted = Comptés le { $at }. Le compte est refait toutes les cinq minutes.
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

operator-former-until = Ce qui servait avant sert encore jusqu’au { $date }.
operator-client-change = Changer l’enregistrement
operator-client-change-title = Changer { $name }
operator-client-change-lead = Ce qui restreint vaut tout de suite. Le reste attend un autre exploitant ; l’enregistrement actuel reste en vigueur.
operator-client-change-words = Adresses, démarches, clés, options.
operator-client-waiting-title = Un changement attend une confirmation
operator-client-waiting-other = Vous l’avez demandé : un autre exploitant doit le confirmer.
operator-client-waiting-confirm = Confirmer ce changement
operator-client-waiting-withdraw = Retirer cette demande
operator-client-member = Élément
operator-client-before = Aujourd’hui
operator-client-after = Après
operator-client-secret-title = Secret et clés
operator-client-secret-words = Un nouveau secret est affiché une seule fois. L’ancien peut servir encore un peu, le temps de le remplacer.
operator-client-secret-new = Donner un nouveau secret
operator-client-overlap = L’ancien sert encore
operator-client-overlap-0 = Plus du tout
operator-client-overlap-1 = Un jour
operator-client-overlap-7 = Sept jours
operator-client-overlap-30 = Trente jours
operator-client-overlap-end = Mettre fin maintenant à ce qui servait avant
operator-kind-software-words = Un aidant s’y connecte, et il échange ses mandats contre des jetons.
operator-kind-resource-server-words = Elle vérifie des jetons ; personne ne s’y connecte.

client-form-group-who = Qui est-ce ?
client-form-group-who-words = Le nom est celui que les personnes liront dans leur journal.
client-form-group-addresses = Adresses
client-form-group-addresses-words = Elles sont comparées exactement, signe par signe.
client-form-group-rights = Ce qu’il reçoit
client-form-group-rights-words = Pas plus que ce que sa démarche demande.
client-form-group-proof = Comment il prouve qui il est
client-form-group-proof-words = Une clé vaut mieux qu’un secret : rien de secret ne circule.
client-form-group-more = Signatures et options
client-form-group-more-words = Les valeurs proposées conviennent à la plupart.
client-form-name = Nom
client-form-name-hint = Par exemple Caisse d’allocations familiales
client-form-kind = Type
client-form-kind-hint = Il ne change plus ensuite.
client-form-profile = Niveau de sécurité
client-form-profile-hint = Pour une administration seulement
client-form-profile-fapi = FAPI 2.0 : demandes déposées, clé, jetons liés à une clé
client-form-profile-compat = Logiciel déjà déployé : secret possible, jetons au porteur
client-form-redirect-uri = Adresses de retour (redirect_uri)
client-form-redirect-uri-hint = Une par ligne, exactes, en https ; aucune pour une API
client-form-post-logout-redirect-uri = Adresses après déconnexion (post_logout_redirect_uri)
client-form-post-logout-redirect-uri-hint = Une par ligne ; peut rester vide
client-form-backchannel-logout-uri = Adresse prévenue de la fin d’un acte (backchannel_logout_uri)
client-form-backchannel-logout-uri-hint = Peut rester vide
client-form-resource = Adresses de l’API (resource)
client-form-resource-hint = Une par ligne ; pour une API seulement
client-form-sector-identifier-uri = Adresse du secteur (sector_identifier_uri)
client-form-sector-identifier-uri-hint = Les services d’un même secteur partagent les identifiants des personnes. Ne change plus ensuite.
client-form-theme = Démarches
client-form-theme-hint = Un aidant n’y entre que pour ces démarches.
client-form-grade = Accord le plus faible accepté
client-form-grade-hint = Comment la personne a été identifiée quand elle a donné son accord
client-form-grade-declared = Déclaré (identité relevée par l’aidant)
client-form-grade-franceconnect = FranceConnect
client-form-grade-franceconnect-plus = FranceConnect+
client-form-scope = Données accordées (scope)
client-form-scope-hint = Séparées par des espaces. Vide : celles qui vont avec le type.
client-form-auth = Authentification
client-form-auth-hint = private_key_jwt est exigé par FAPI 2.0
client-form-auth-usual = Selon le type et les clés
client-form-auth-client-secret-basic = client_secret_basic
client-form-auth-client-secret-post = client_secret_post
client-form-auth-private-key-jwt = private_key_jwt
client-form-jwks-uri = Adresse de ses clés publiques (jwks_uri)
client-form-jwks-uri-hint = De préférence : il change ses clés lui-même. En https.
client-form-jwks = Ses clés publiques (JWKS)
client-form-jwks-hint = Sinon, collées ici. Sans partie privée.
client-form-assertion-audience = Destinataire de ses assertions (aud)
client-form-assertion-audience-hint = Avec private_key_jwt
client-form-assertion-audience-usual = Selon le niveau de sécurité
client-form-assertion-audience-issuer = L’émetteur (FAPI 2.0)
client-form-assertion-audience-token-endpoint = Le point de jetons
client-form-aidant-name = Reçoit le nom de l’aidant
client-form-aidant-name-hint = Sans cela, il ne reçoit que sa structure et un identifiant propre à lui.
client-form-require-par = Doit déposer ses demandes (PAR)
client-form-require-par-hint = RFC 9126 ; toujours exigé par FAPI 2.0.
client-form-dpop = Jetons liés à une clé (DPoP)
client-form-dpop-hint = RFC 9449 ; toujours exigé par FAPI 2.0.
client-form-request-object = Doit signer ses demandes (JAR)
client-form-request-object-hint = RFC 9101.
client-form-unsigned = Sans signature
client-form-id-token-alg = Signature des jetons d’identité
client-form-id-token-alg-hint = ES256 convient presque toujours
client-form-userinfo-alg = Signature de userinfo
client-form-userinfo-alg-hint = Sans signature : JSON
client-form-response-alg = Signature des réponses d’autorisation (JARM)
client-form-response-alg-hint = Seulement si son logiciel la demande
client-form-introspection-alg = Signature de l’introspection
client-form-introspection-alg-hint = Sans : selon l’en-tête Accept (RFC 9701)

nav-operator-queue = Nouvelles structures
operator-show = Afficher
operator-next-page = Page suivante
operator-requests-none = Aucune demande dans cet état.
operator-request-row = { $commune } ({ $code }) · { $aidants ->
        [one] un aidant
       *[other] { $aidants } aidants
    }
operator-request-days =
    { $days ->
        [0] depuis aujourd’hui
        [one] depuis un jour ({ $date })
       *[other] depuis { $days } jours ({ $date })
    }
operator-request-title = Demande : { $name }
operator-request-flags = À regarder de près
operator-flag-siret = Une structure habilitée a déjà ce SIRET.
operator-flag-referent = L’adresse du référent est déjà celle d’un référent : son compte recevra une structure de plus.
operator-flag-aidants =
    { $count ->
        [one] L’adresse d’un aidant est déjà connue : son compte recevra une habilitation de plus.
       *[other] Les adresses de { $count } aidants sont déjà connues : leurs comptes recevront une habilitation de plus.
    }
operator-flag-contact =
    { $count ->
        [one] Une autre demande est venue de la même adresse.
       *[other] { $count } autres demandes sont venues de la même adresse.
    }
operator-flag-personal-mail = Une adresse est chez un fournisseur pour particuliers.
operator-flag-mixed-scripts = Un mot mélange des lettres de plusieurs écritures : il en imite peut-être un autre.
operator-request-denied = Rien n’a été fait
operator-request-changed = La demande a changé pendant que vous la lisiez : quelqu’un d’autre a décidé, ou le demandeur l’a corrigée ou retirée. Voici où elle en est.
operator-request-unfit = La structure n’a pas pu être créée : un champ ne convient pas, ou une structure a pris ce SIRET entre-temps. Demandez un changement.
operator-request-organisation = Voir la structure
operator-request-accept-title = Accepter
operator-request-accept-words = La structure est créée. Le référent et chaque aidant reçoivent un courriel pour ouvrir leur compte. Les aidants restent à habiliter un par un.
operator-request-accept = Accepter la structure
operator-request-changes-title = Demander des changements
operator-request-changes = Ce qui est à changer
operator-request-changes-hint = Ces mots sont envoyés au demandeur et restent dans le journal.
operator-request-changes-send = Demander ces changements
operator-request-refuse-title = Refuser
operator-request-refuse-hint = Ces mots sont envoyés au demandeur et restent dans le journal. Décrivez le fait, sans jugement.
operator-request-refuse = Refuser la demande
operator-home-requests =
    { $count ->
        [one] Une structure attend une décision
       *[other] { $count } structures attendent une décision
    }
operator-home-requests-see = Voir les demandes
operator-home-merges = Fusions à confirmer
operator-merge-row = { $absorbed } dans { $target }

operator-organisations-search = Nom ou SIRET
operator-search = Chercher
operator-organisation-unknown = non précisé
operator-organisation-area = Département
operator-organisation-referents = Référents
operator-referents-none = aucun
operator-organisation-request = Voir la demande
operator-organisation-merged = Fusionnée avec { $target } le { $date }.
operator-merge-title = Fusionner deux structures
operator-merge-lead = { $name } sera fermée. Avec quelle structure fusionne-t-elle ?
operator-merge-choose = Choisir
operator-merge-waits = La fusion attend une deuxième personne
operator-merge-asked = Demandée le { $date }. Raison donnée : { $reason }
operator-merge-withdraw = Retirer la proposition
operator-merge-propose = Proposer la fusion
operator-merge-second = Un autre exploitant, ou le référent de la structure qui ferme, devra confirmer.
operator-merge-alone = La fusion a lieu tout de suite : ici, une seule personne suffit.
operator-fault-target-same = Choisissez une autre structure
operator-fault-target-closed = Cette structure n’est pas active

merge-lead = { $absorbed } ferme, et { $target } prend la suite.
merge-absorbed = Structure qui ferme
merge-absorbed-words = Plus personne ne s’y connecte. Son journal reste.
merge-target = Structure qui prend la suite
merge-target-words = Ses aidants agissent pour les personnes des deux structures.
merge-fact-mandates = Mandats
merge-mandates =
    { $count ->
        [0] aucun
        [one] un mandat transféré
       *[other] { $count } mandats transférés
    }
merge-mandates-words = Chaque personne est prévenue. Ce qu’elle a approuvé ne change pas.
merge-fact-drafts = Mandats non signés
merge-drafts =
    { $count ->
        [0] aucun
        [one] un projet abandonné
       *[other] { $count } projets abandonnés
    }
merge-fact-habilitations = Habilitations
merge-habilitations =
    { $count ->
        [0] aucune
        [one] une habilitation transférée
       *[other] { $count } habilitations transférées
    }
merge-fact-withheld = Démarches qui ne seront plus faites
merge-withheld-none = aucune de plus
merge-confirm = Confirmer la fusion
merge-refuse = Ne pas accepter
merge-same-operator = Un autre exploitant que celui qui l’a proposée, ou le référent, doit confirmer.
merge-referent-words = Une fusion ne se défait pas. Vous devenez référent de la structure qui prend la suite.
merge-none-title = Aucune fusion n’attend
merge-none-words = Elle a été faite ou retirée entre-temps.
transfer-title = Changement de structure
transfer-words = Transféré de { $from } à { $to } le { $date } : les deux structures ont fusionné. Le texte signé nomme toujours { $from } ; ce qui a été approuvé ne change pas.
operator-witness-alarm = Un témoin n’accepte pas ce que montre le journal
operator-unseen = Les témoins n’ont pas vu les dernières lignes
operator-unseen-words = Le service continue. Les lignes écrites depuis sont signées, mais personne d’extérieur ne les a encore vues.
operator-witness-see = Voir l’état du journal
operator-home-nothing-weak = Rien à signaler.
operator-figures-witnessed = Vu par des témoins
operator-figures-no-witness = Aucun témoin n’est configuré
operator-figures-witnessed-words = { $size } lignes, signées le { $at } ({ $asked ->
        [one] { $asked } témoin sur { $all } suffit
       *[other] { $asked } témoins sur { $all } suffisent
    })
operator-figures-unwitnessed = Aucun point de contrôle n’a encore les signatures demandées (il en faut { $asked }, de { $all } témoins)
operator-figures-stamped = Horodaté par une autorité
operator-figures-no-stamps = Aucune autorité d’horodatage n’est configurée
operator-figures-unstamped = Pas encore
operator-figures-stamped-words = { $size } lignes, le { $at }
operator-figures-stamped-late = { $size } lignes, le { $at } ; le dernier essai a échoué
operator-figures-witnesses = Les témoins
operator-figures-witness = Témoin
operator-witness-well = A signé le { $at }
operator-witness-unasked = Pas encore interrogé
operator-witness-silent = { $name } n’a pas répondu à temps.
operator-witness-unreachable = { $name } n’est pas joignable.
operator-witness-unknown-log = { $name } ne connaît pas ce journal : envoyez-lui sa clé.
operator-witness-untrusted = { $name } connaît une autre clé de ce journal : envoyez-lui la nouvelle.
operator-witness-proof = { $name } n’accepte pas la preuve que le journal n’a fait que grandir.
operator-witness-ahead = { $name } a vu plus de lignes qu’il n’y en a ici : une sauvegarde ancienne a peut-être été remise.
operator-witness-fork = { $name } a vu un autre journal de la même longueur.
operator-witness-signature = La signature de { $name } ne tient pas.
operator-witness-refused = { $name } a refusé de signer.
