# Drawing up a mandate, its page, ending it, its printed form.

mandate-new-lead = Remplissez cette page avec la personne. Elle lira ensuite le texte et décidera elle-même.
mandate-new-themes = Pour quelles démarches ?
mandate-new-themes-hint = Cochez seulement ce dont la personne a besoin.
mandate-new-withheld = Votre structure ne fait pas ces démarches. Votre référent peut changer cela.
mandate-new-duration = Pour combien de temps ?
mandate-new-duration-hint = Dates si la personne approuve aujourd’hui. Elle pourra arrêter avant.
mandate-new-channel = Où est la personne ?
mandate-new-present = Avec moi
mandate-new-present-words = Elle lit sur son téléphone ou sur cet écran.
mandate-new-submit = Passer la main à la personne

mandate-error-no-theme = Choisissez au moins une démarche.
mandate-error-no-duration = Choisissez pour combien de temps.
mandate-error-channel = Dites où est la personne et comment elle répond.
mandate-error-too-long = Sans FranceConnect, un mandat dure un mois au plus. Choisissez un jour ou un mois.
mandate-error-no-reason = Écrivez pourquoi vous arrêtez ce mandat. La personne pourra le lire.
mandate-error-reason-long = Écrivez la raison en 500 lettres au plus.

mandate-denied-title = Ce n’est pas possible pour l’instant
mandate-denied-account_suspended = Votre compte est suspendu. Demandez à votre référent.
mandate-denied-habilitation_suspended = Votre habilitation est suspendue. Demandez à votre référent.
mandate-denied-habilitation_ended = Votre habilitation est finie. Votre référent peut en demander une nouvelle.
mandate-denied-organisation_suspended = Votre structure est suspendue. Votre référent sait pourquoi.
mandate-denied-organisation_theme = Votre structure ne fait pas l’une de ces démarches. Enlevez-la, ou demandez à votre référent.

mandate-person-unknown = Personne non identifiée
mandate-title = Mandat de { $name }
mandate-fact-themes = Démarches
mandate-fact-until = Jusqu’au
mandate-fact-drafter = Préparé par
mandate-fact-ended-themes = Démarches arrêtées
mandate-theme-ended = { $theme }, le { $moment }
mandate-print = Imprimer le mandat
mandate-revoke = Arrêter ce mandat
mandate-ended-words = Personne ne peut plus l’utiliser. Ce qui a été fait avant reste dans le journal.
mandate-ended-by-person = La personne a arrêté ce mandat le { $moment }
mandate-ended-by-aidant = Ce mandat a été arrêté par votre structure le { $moment }
mandate-ended-by-organisation = Votre structure a arrêté ce mandat le { $moment }
mandate-ended-by-authority = Une autorité a arrêté ce mandat le { $moment }
mandate-ended-by-date = Ce mandat s’est arrêté à la date prévue
mandate-suspended-title = Ce mandat est suspendu
mandate-suspended-words = Un acte a été signalé. Personne ne peut utiliser ce mandat pendant l’examen.

revoke-title = Arrêter le mandat de { $name }
revoke-lead = Cela prend effet tout de suite, partout.
revoke-what = Que voulez-vous arrêter ?
revoke-all = Tout le mandat
revoke-all-words = Plus personne de votre structure ne peut agir pour elle avec ce mandat.
revoke-theme-words = Seulement cette démarche. Les autres continuent.
revoke-reason = Pourquoi ?
revoke-reason-hint = La personne pourra lire cette raison. Par exemple : la démarche est finie.
revoke-final = On ne peut pas revenir en arrière
revoke-final-words = Pour agir de nouveau, il faudra un nouveau mandat et un nouvel accord de la personne. Nous la prévenons.
revoke-submit = Arrêter maintenant
revoke-keep = Ne rien arrêter

attestation-title = Mandat sur papier de { $name }
attestation-approved = { $name } a approuvé ce texte le { $moment }.
attestation-qr = Code carré à viser avec l’appareil photo du téléphone. Il ouvre la page qui vérifie ce mandat.
attestation-check = Vérifier ce mandat
attestation-check-words = Visez le carré, ou tapez ce code sur
attestation-since = Code créé le { $moment }. Il ne sert plus dès que le mandat est arrêté.
attestation-none = Ce mandat n’a pas encore de code
attestation-none-words = Avec un code, toute personne qui tient le papier peut vérifier que le mandat existe et qu’il est toujours bon.
attestation-over = Ce mandat est fini
attestation-over-words = Ce texte se garde pour mémoire. Aucun code ne le confirme plus.
attestation-make = Créer un code à imprimer
attestation-make-hint = Créez un code, puis imprimez cette page avec votre navigateur.
attestation-print-hint = Pour imprimer, utilisez la commande « Imprimer » de votre navigateur.
attestation-renew-hint = Si un papier est perdu, remplacez le code : l’ancien ne servira plus.
attestation-renew = Remplacer le code
