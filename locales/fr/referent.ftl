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
referent-activity-lead = Ce que les aidants de { $organisation } ont fait, et ce qui a été décidé pour la structure, du plus récent au plus ancien.
referent-activity-other = Voir : { $organisation }
referent-change = Pour changer une habilitation
referent-change-words = Écrivez à l’exploitant : il ajoute un aidant, suspend une habilitation ou y met fin. Chaque décision est écrite au journal.

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

team-caption = Aidants de { $organisation }
team-aidant = Aidant
team-until = Habilité jusqu’au
team-state = Habilitation
team-nobody = Aucun aidant pour l’instant.
