# Words that the papers themselves add.
document-page = Page { $page } sur { $total }

# The attestation of a mandate.
paper-attestation-title = Attestation de mandat
paper-attestation-lead = { $person } a donné mandat à { $organisation } pour faire en ligne, à sa place, certaines démarches administratives.
paper-attestation-suspended = Ce mandat est suspendu en ce moment : personne ne peut l’utiliser.
paper-attestation-over = Ce mandat est fini. Ce papier se garde pour mémoire.
paper-essential = L’essentiel
paper-person = Personne
paper-organisation = Structure qui peut agir
paper-siret = { $name }, SIRET { $siret }
paper-themes = Démarches
paper-period = Durée
paper-period-words = du { $from } au { $to } inclus
paper-drafted-by = Mandat préparé par
paper-approved = Accord donné
paper-approved-words = { $moment }
paper-identity = Identité de la personne
paper-identity-declared = Identité déclarée par la personne et notée par l’aidant. Aucun service public ne l’a vérifiée.
paper-identity-franceconnect = Identité vérifiée par FranceConnect
paper-identity-franceconnect_plus = Identité vérifiée par FranceConnect+
paper-check = Vérifier ce papier
paper-check-alt = Code carré. Il ouvre l’adresse { $address }
paper-check-words =
    Visez ce carré avec un téléphone, ou tapez ce code sur { $address } :

    { $code }

    Code créé le { $moment }. La page dit si le mandat est encore bon, pour quelles démarches et jusqu’à quand.
paper-check-none = Ce papier n’a pas de code : il ne peut pas être vérifié en ligne. L’aidant ou la personne peut en créer un.
paper-stop = Arrêter ce mandat
paper-stop-lead = La personne peut arrêter ce mandat à tout moment, en entier ou pour une seule démarche, sans donner de raison :
paper-stop-space = dans son espace, à l’adresse { $address } ;
paper-stop-phone = par téléphone, au { $phone } ;
paper-stop-desk = auprès de la structure.
paper-text = Le texte accepté
paper-text-lead = Voici, mot pour mot, le texte que { $person } a approuvé.
paper-digest = Empreinte du texte (SHA-256)
paper-reference = Référence du texte

# The statement of revocation.
paper-stopped-title = Fin de mandat
paper-stopped-part-title = Fin d’une partie d’un mandat
paper-stopped-lead = Le mandat donné par { $person } à { $organisation } est arrêté. Plus personne ne peut l’utiliser.
paper-stopped-part-lead = Une partie du mandat donné par { $person } à { $organisation } est arrêtée. Plus personne ne peut l’utiliser pour ces démarches.
paper-stopped-themes = Démarches arrêtées
paper-stopped-left = Démarches qui restent
paper-stopped-what = Ce qui s’est passé
paper-stopped-line = { $day } : { $sentence }
paper-stopped-reason = Raison donnée : { $words }
paper-stopped-kept = Ce qui a été fait avant reste dans le journal de la personne, avec ses preuves.

# The statement of a journal.
paper-statement-title = Relevé de ce qui a été fait en votre nom
paper-statement-lead = Ce relevé montre chaque fois qu’un aidant ou un service a agi pour vous ou a lu votre journal. Les plus récents sont en haut.
paper-statement-days = Période
paper-statement-days-all = depuis le début, jusqu’au { $to }
paper-statement-days-from = du { $from } au { $to }
paper-statement-made = Relevé fait le
paper-statement-lines = Lignes
paper-statement-more = Ce relevé est trop long pour tenir en entier : les lignes plus anciennes n’y sont pas. Demandez un relevé sur une période plus ancienne.
paper-statement-empty = Rien n’a été fait en votre nom pendant cette période.
paper-statement-table = Ce qui a été fait, jour par jour
paper-statement-when = Jour et heure
paper-statement-what = Ce qui s’est passé
paper-statement-report = Compte rendu
paper-statement-wrong = Une ligne ne va pas ?
paper-statement-wrong-words = Dites-le : le mandat est alors suspendu et un dossier est ouvert. Vous pouvez le faire dans votre espace, à l’adresse { $address }.
paper-statement-wrong-phone = Dites-le : le mandat est alors suspendu et un dossier est ouvert. Vous pouvez le faire dans votre espace, à l’adresse { $address }, ou par téléphone au { $phone }.

# Where papers are offered.
paper-download = Télécharger l’attestation (PDF)
paper-download-stopped = Télécharger l’avis de fin (PDF)
paper-download-statement = Télécharger le relevé (PDF)
statement-title = Imprimer un relevé pour une personne
statement-lead = La personne a demandé son relevé par lettre ou par téléphone. Vérifiez d’abord que c’est bien elle. Elle verra dans son journal que vous l’avez imprimé.
statement-person = Personne
statement-person-hint = Nom de naissance et date de naissance, par exemple « Lefèvre 12/04/1948 », ou le code imprimé sur une attestation
statement-purpose = Comment l’a-t-elle demandé ?
statement-purpose-hint = Par exemple : lettre signée reçue le 3 mars 2027
statement-from = Depuis le
statement-to = Jusqu’au
statement-day-hint = Par exemple 03/03/2027 ; laissez vide pour ne pas choisir
statement-print = Préparer le relevé (PDF)
statement-person-missing = Écrivez le nom de naissance et la date de naissance, ou le code d’une attestation
statement-person-unknown = Nous n’avons trouvé personne de ce nom né ce jour-là
statement-person-several = Plusieurs personnes portent ce nom et sont nées ce jour-là : ajoutez les prénoms, ou écrivez le code d’une attestation
statement-purpose-wrong = Dites comment elle l’a demandé, en 10 à 500 caractères
statement-days-wrong = Le dernier jour est avant le premier

# What a code on paper says, beyond a good mandate.
verify-stopped = Ce mandat a été arrêté
verify-stopped-words = Il ne peut plus être utilisé depuis le { $moment }.
verify-ended = Ce mandat est fini
verify-ended-words = Il ne peut plus être utilisé depuis le { $moment }.
verify-replaced = Cette attestation a été remplacée
verify-replaced-words = Une autre attestation a été faite le { $moment }. Demandez la plus récente à la personne ou à l’aidant : elle seule dit si le mandat est valable.
verify-made = Attestation faite

# Explanations beside the French text.
explanations-choose = Comprendre ce texte dans une autre langue
explanations-help = Comprendre le mandat, en huit langues

# A statement at an aidant's desk.
statement-desk-title = Imprimer un relevé avec la personne
statement-desk-lead = La personne est avec vous. Elle vous montre son code papier et vous dit sa date de naissance. Elle verra dans son journal que ce relevé a été imprimé.
statement-desk-code = Code papier de la personne
statement-desk-code-hint = Quatre groupes de cinq signes, sur le papier de la personne
statement-desk-birthdate = Date de naissance
statement-desk-birthdate-hint = Par exemple 12/04/1948
statement-desk-wrong = Ce code et cette date ne vont pas ensemble, ou votre structure n’a pas de mandat en cours de cette personne. Vérifiez les deux.
statement-desk-purpose = Relevé demandé par la personne, sur place, avec son code papier
statement-desk-link = Imprimer un relevé avec la personne

paper-trail-title = Relevé de lignes du journal
paper-trail-case = Dossier { $number }
paper-trail-lead = Ces lignes sont celles du journal de la passerelle, dans la compétence de l’autorité qui les a lues. Leur export est lui-même écrit au journal.
paper-trail-purpose = But de la lecture
paper-trail-reader = Lu par
paper-trail-empty = Aucune ligne ne correspond à cette lecture.
paper-trail-when = Quand
paper-trail-what = Ce qui a été fait
paper-trail-proof = Place au journal
paper-trail-pending = en attente
paper-trail-table = Lignes lues, les plus récentes d’abord
paper-trail-check = Vérifier
paper-trail-check-words = Ce relevé se lit ; il ne prouve pas. La preuve est le fichier exporté à côté : la commande « procura ledger verify » le vérifie sans réseau, avec la clé publique du journal. Chaque ligne s’y retrouve par son numéro.
