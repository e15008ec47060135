# The referent's space; also what she and the operator both read of organisations and their aidants.

referent-place =
    { $count ->
        [0] Aucune structure
        [one] Une structure
       *[other] { $count } structures
    }
referent-team-title = Votre équipe
referent-team-lead = Les aidants habilités de votre structure, et jusqu’à quand.
referent-activity-see = Voir ce qui a été fait
referent-activity-title = Activité : { $organisation }
referent-activity-lead = Ce que les aidants de la structure { $organisation } ont fait, et ce qui a été décidé pour elle, du plus récent au plus ancien.
referent-activity-other = Voir : { $organisation }

organisation-name = Structure
organisation-siret = SIRET
organisation-address = Adresse
organisation-withheld = Démarches que la structure ne fait pas
organisation-withheld-none = Aucune : elle fait toutes les démarches
organisation-active = Active
organisation-suspended = Suspendue
organisation-merged = Fusionnée

habilitation-in-force = En cours
habilitation-suspended = Suspendue
habilitation-ended = Finie
habilitation-account-suspended = Compte suspendu
habilitation-account-invited = Compte à activer

team-caption = Aidants de la structure { $organisation }
team-aidant = Aidant
team-until = Habilité jusqu’au
team-state = Habilitation
team-nobody = Aucun aidant pour l’instant.

referent-consents-lead = Des personnes sans FranceConnect. Leur accord ne suffit pas : il faut aussi le vôtre. Vérifiez que la personne existe et que l’aidant la connaît.
referent-consents-none = Rien n’attend votre accord
referent-consents-none-words = Les mandats préparés pour des personnes sans FranceConnect apparaîtront ici.
referent-consents-next = Voir les suivants
referent-consent-yours = Attend votre accord
referent-consent-hers = Attend la personne
referent-consent-title = Votre accord pour { $name }
referent-consent-lead = Lisez, vérifiez, puis décidez. Le mandat ne commence que si la personne et vous avez dit oui.
referent-consent-deceives = Regardez bien ce nom
referent-consent-deceives-words = Il mélange des lettres de plusieurs alphabets qui se ressemblent. Demandez à l’aidant comment il l’a écrit.
referent-consent-person = La personne
referent-consent-reached = Où elle est jointe
referent-consent-reached-hint = Noté par l’aidant. Le code y est envoyé.
referent-consent-phone = SMS au { $to }
referent-consent-postal = Lettre : { $to }
referent-consent-her = Son accord
referent-consent-you = L’accord d’un référent
referent-consent-agreed = Donné le { $moment }
referent-consent-not-yet = Pas encore donné
referent-consent-text = Le texte
referent-consent-own = Vous avez préparé ce texte vous-même
referent-consent-own-words = Un autre référent de la structure doit donner son accord.
referent-consent-decide = Votre décision
referent-consent-until = À décider avant le { $moment }.
referent-consent-reason = Si vous refusez : pourquoi ?
referent-consent-reason-hint = L’aidant et la personne pourront lire cette raison.
referent-consent-approve = Donner mon accord
referent-consent-refuse = Refuser ce mandat
referent-consent-error-reason = Écrivez pourquoi vous refusez. L’aidant et la personne pourront le lire.
