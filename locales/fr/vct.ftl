# How software of others names the signed mandate and its parts.

vct-name = Mandat d’aide aux démarches
vct-description = L’accord d’une personne pour qu’une structure fasse des démarches à sa place.
vct-sub = Personne aidée
vct-nbf = Début du mandat
vct-exp = Fin du mandat
vct-siret = SIRET de la structure
vct-organisation = Structure qui peut agir
vct-identifier = Identifiant du mandat
vct-privileges = Démarches permises
vct-validity = Durée du mandat
vct-consent-method = Façon dont l’accord a été donné
vct-consent-grade = Niveau de l’accord
vct-consent-date = Date de l’accord
vct-text-digest = Empreinte du texte accepté
vct-text-salt = Sel de l’empreinte
vct-text-version = Version du texte
vct-txn = Ligne du journal
vct-chain = Dernière ligne de ce mandat dans le journal
