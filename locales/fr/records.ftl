# Ce que l’on sait d’une personne et son effacement, durées de conservation, orientation, statistiques, signes d’abus.

nav-person-data = Mes données
nav-operator-statistics = Statistiques
nav-operator-signs = Signes d’abus
nav-operator-retention = Conservation
nav-authority-signs = Signes d’abus

data-lead = Ce que nous savons de vous vous appartient : vous pouvez en garder une copie, ou demander que tout soit effacé.
data-copy = Garder une copie de tout
data-copy-words = La copie contient votre identité, vos mandats avec leur texte, chaque acte, chaque ligne de votre journal, vos adresses et vos signalements.
data-pdf = Télécharger en PDF, pour lire ou imprimer
data-json = Télécharger pour un ordinateur (JSON)
data-json-words = Le fichier JSON se lit avec un programme.
data-schema = Ce que veut dire chaque champ
data-erase = Faire effacer vos données
data-erase-words = Nous détruisons tout ce qui dit qui vous êtes. Personne ne pourra plus le lire, nous non plus.
data-erase-begin = Voir ce qui va se passer
data-asked-since = Vous avez demandé l’effacement le { $day }
data-asked-words = Ensuite, c’est fait tout seul : vous n’avez rien à faire.
data-keep = Renoncer à l’effacement
data-waits-case = Un dossier que vous avez ouvert est encore examiné. Rien n’est effacé avant sa fin.
data-waits-running =
    { $count ->
        [one] Un mandat est encore en cours. Rien n’est effacé avant sa fin.
       *[other] { $count } mandats sont encore en cours. Rien n’est effacé avant leur fin.
    }
data-waits-until = Vos données seront effacées le { $day }.
data-waits-term = Vos données seront effacées { $years } après la fin de votre dernier mandat.
data-years =
    { $count ->
        [one] { $count } an
       *[other] { $count } ans
    }
data-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
data-erase-title = Faire effacer vos données
data-erase-next = Ce qui va se passer
data-erase-1 = Votre identité, vos adresses, le texte de vos mandats et vos signalements sont détruits.
data-erase-2 = Les lignes de votre journal deviennent illisibles. Leurs preuves restent : elles ne nomment personne.
data-erase-3 = Si vous revenez un jour avec FranceConnect, vous serez pour nous une nouvelle personne.
data-erase-when = Quand
data-erase-now = Tout de suite : aucun mandat n’a servi.
data-erase-after-mandates = Dès que vos mandats en cours sont finis.
data-erase-why = La loi laisse { $years } pour demander des comptes, à vous ou à un aidant. Jusque-là, les preuves doivent pouvoir se lire.
data-running =
    { $count ->
        [one] Un mandat est en cours. Que voulez-vous en faire ?
       *[other] { $count } mandats sont en cours. Que voulez-vous en faire ?
    }
data-running-keep = Les laisser aller à leur fin
data-running-keep-words = Vos aidants peuvent continuer jusqu’à la date prévue. L’effacement attend.
data-running-stop = Les arrêter maintenant
data-running-stop-words = Plus personne ne pourra agir pour vous à partir de cet instant.
data-final = Un effacement fait ne peut plus être défait
data-final-words = Tant qu’il attend, vous pouvez y renoncer ici même.
data-erase-submit = Demander l’effacement
data-erased-title = Vos données sont effacées
data-erased-words = Nous ne savons plus qui vous êtes.
data-erased-more = Votre session est fermée. Vous pouvez fermer cette fenêtre.
data-erased-home = Aller à l’accueil

export-title = Ce que Procura sait de vous
export-made = Copie faite le { $moment }
export-identity = Votre identité
export-name = Nom
export-birth = Naissance
export-identified = Identité établie par
export-known-since = Connue depuis
export-identified-franceconnect = FranceConnect
export-identified-declared = déclaration à un aidant
export-contacts = Vos adresses
export-mandates = Vos mandats
export-organisation = Structure
export-status = État
export-themes = Démarches
export-duration = Durée
export-drafted = Préparé
export-from = Commence
export-until = Finit
export-digest = Empreinte du texte
export-text = Le texte
export-acts = Les actes
export-act-when = Quand
export-act-theme = Démarche
export-act-client = Service
export-orientations = Vos orientations
export-cases = Vos signalements
export-blocks = Qui vous avez bloqué
export-entries = Votre journal
export-erased-line = Contenu effacé
export-who = Qui
export-more = Tout le reste, ligne par ligne et champ par champ, est dans le fichier JSON. Les preuves de chaque ligne se téléchargent depuis la page « Journal » de votre espace.
export-none = Rien.

retention-lead = Ce qui est gardé, pendant combien de temps, et ce qui a été effacé. Les preuves du journal restent toujours.
retention-terms = Durées
retention-where = Ces durées se règlent dans le fichier de configuration, partie « retention ».
retention-runs = Derniers passages
retention-next = Prochain passage : { $day }.
retention-next-soon = Le passage d’aujourd’hui se fait dans le quart d’heure.
retention-no-run = Aucun passage encore.
retention-nothing = Rien n’avait atteint sa durée.
retention-ended = Terminé à { $time }.
retention-begun = Commencé à { $time }, en cours.
retention-dropped = { $class } : { $count }
retention-for-ever = toujours
retention-hours =
    { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
retention-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
retention-years =
    { $count ->
        [one] { $count } an
       *[other] { $count } ans
    }
retention-payloads = Contenu des lignes du journal
retention-payloads-words = Après cette durée, la ligne n’est plus lisible ; sa preuve reste valable. Un dossier ouvert retient les siennes.
retention-erasure = Effacement demandé par une personne
retention-erasure-words = Après la fin de son dernier mandat ; tout de suite si aucun n’a servi.
retention-persons = Personnes sans aucune activité
retention-persons-words = Sans mandat, ni connexion, ni dossier ouvert pendant cette durée : effacées d’office.
retention-drafts = Mandats refusés ou restés sans réponse
retention-drafts-words = Leur lien, et à qui il était destiné.
retention-tokens = Jetons expirés
retention-tokens-words = Le plus récent de chaque mandat et service reste tant que le mandat vit.
retention-messages = Messages envoyés
retention-messages-words = Après l’envoi.
retention-orientations = Orientations
retention-orientations-words = Après leur note.
retention-signs = Signes d’abus classés
retention-signs-words = Après leur classement.
retention-throttles = Essais de connexion comptés
retention-throttles-words = Après le dernier essai.
retention-statistics = Statistiques
retention-statistics-words = Elles ne nomment personne.

place-service-demarches = Aide aux démarches administratives
place-service-outils = Maîtrise des outils numériques du quotidien
place-service-emploi = Insertion professionnelle via le numérique
place-service-securite = Utilisation sécurisée du numérique
place-service-parents = Parentalité et éducation avec le numérique
place-service-loisirs = Loisirs et créations numériques
place-service-culture = Compréhension du monde numérique
place-service-acces = Accès internet et matériel informatique
place-service-materiel = Acquisition de matériel informatique à prix solidaire
place-address = Adresse
place-phone = Téléphone
place-hours = Horaires
place-access = Comment prendre contact
place-emails = Adresse électronique
place-websites = Site
place-open = { $days } : { $times }
place-closed = { $days } : fermé
place-days = du { $first } au { $last }
place-span = de { $from } à { $until }
place-hour = { $hour } h
place-hour-minute = { $hour } h { $minute }
place-removed = Ce lieu n’est plus dans la liste
place-removed-words = Il a peut-être fermé ou déménagé. Appelez avant d’y aller.

orientation-begin = Orienter vers un lieu
orientation-title = Orienter { $name }
orientation-lead = Trouvez un lieu près de chez la personne, notez pourquoi, puis donnez-lui la fiche.
orientation-search = Chercher un lieu
orientation-commune = Commune ou code postal
orientation-commune-hint = Par exemple : Dijon, ou 21000
orientation-for = Pour
orientation-any = tous les services
orientation-find = Chercher
orientation-none = Aucun lieu trouvé
orientation-none-words = Essayez une commune voisine, ou tous les services.
orientation-communes = Vouliez-vous dire :
orientation-noted-before = Déjà notées
orientation-again = Revoir la fiche
orientation-which = Quel lieu ?
orientation-more = Lieux suivants
orientation-reason = Pour quoi faire
orientation-reason-hint = Avec les mots de la personne : elle garde la fiche.
orientation-service = Service
orientation-appointment = Rendez-vous
orientation-appointment-hint = S’il y en a un, par exemple : 03/03/2027
orientation-pass = Numéro de pass numérique
orientation-pass-hint = S’il y en a un. Il est gardé chiffré.
orientation-submit = Noter et voir la fiche
orientation-error-place = Choisissez un lieu de la liste.
orientation-error-no-reason = Écrivez pour quoi faire, en quelques mots.
orientation-error-reason-long = C’est trop long : 500 signes au plus.
orientation-error-appointment = Écrivez un jour à venir, dans l’année, comme 03/03/2027.
orientation-error-pass = Ce numéro n’a pas la forme d’un pass : 6 à 30 chiffres ou lettres.
orientation-noted = Noté par { $aidant } ({ $organisation }), { $moment }
orientation-sheet-title = Où aller : { $place }
orientation-sheet-for = Pour { $name }
orientation-sheet-lead = Cette fiche est pour vous. Emportez-la.
orientation-sheet-where = Le lieu
orientation-sheet-why = Pourquoi
orientation-sheet-hint = La personne retrouve cette fiche dans son espace, partie « Mes données ».
orientation-print = Imprimer la fiche (PDF)
orientation-another = Chercher un autre lieu
orientation-person-title = Vos orientations
orientation-person-lead =
    { $count ->
        [0] Aucun aidant ne vous a orienté vers un lieu.
        [one] Un aidant vous a montré un lieu où l’on peut vous aider.
       *[other] Vos aidants vous ont montré { $count } fois un lieu où l’on peut vous aider.
    }

stat-title = L’activité en chiffres
stat-lead = De { $first } à { $last }. Ces chiffres ne nomment personne.
stat-counted = Compté le { $moment } ; le mois en cours n’est pas fini.
stat-rule-title = Aucun nombre de 1 à 4
stat-rule = « n. c. » veut dire non communiqué : le nombre est trop petit, ou il permettrait d’en retrouver un trop petit.
stat-rule-months = Un mois paraît quand il est fini.
stat-hidden = n. c.
stat-at-least = au moins { $count }
stat-about = environ { $count }
stat-under-ten = moins de 10
stat-figure-acts = actes faits pour des personnes
stat-figure-mandates = mandats approuvés
stat-figure-orientations = orientations vers un lieu
stat-figure-active = mandats actifs aujourd’hui
stat-figure-organisations = structures en activité
stat-months = Mois par mois
stat-months-of = Mois par mois : { $place }
stat-choose = Où
stat-country = Toute la France
stat-show = Montrer
stat-caption-months = Actes faits par mois
stat-caption-table-months = Actes, mandats approuvés et orientations par mois
stat-chart-label = Actes faits par mois. { $months }. Mêmes chiffres dans le tableau qui suit.
stat-nothing = Il n’y a pas encore de nombre à montrer.
stat-table = Les mêmes chiffres en tableau
stat-themes = Démarche par démarche
stat-caption-themes = Actes faits par démarche, sur douze mois
stat-departements = Département par département
stat-caption-departements = Actes faits par département, sur douze mois : les dix premiers
stat-caption-table-departements = Chiffres par département, sur douze mois
stat-elsewhere = Département inconnu
stat-col-month = Mois
stat-col-acts = Actes
stat-col-mandates = Mandats
stat-col-orientations = Orientations
stat-col-organisations = Structures
stat-col-theme = Démarche
stat-col-departement = Département
stat-download = Télécharger ces chiffres (CSV)
stat-month-01 = janv.
stat-month-02 = févr.
stat-month-03 = mars
stat-month-04 = avr.
stat-month-05 = mai
stat-month-06 = juin
stat-month-07 = juil.
stat-month-08 = août
stat-month-09 = sept.
stat-month-10 = oct.
stat-month-11 = nov.
stat-month-12 = déc.

sign-lead = Ce qui sort de l’ordinaire et mérite un regard. Un signe ne prouve rien.
sign-lists = Listes de signes
sign-tab-open = À examiner
sign-tab-seen = Suivis
sign-tab-closed = Classés
sign-none = Aucun signe ici.
sign-open = Examiner
sign-older = Signes plus anciens
sign-title = Signe d’abus possible
sign-burst = Beaucoup de mandats en une heure
sign-burst-why = { $count } mandats approuvés en une heure (signe à partir de { $threshold })
sign-night = Mandats approuvés la nuit
sign-night-why =
    { $count ->
        [one] Un mandat approuvé dans la nuit (signe à partir de { $threshold })
       *[other] { $count } mandats approuvés dans la même nuit (signe à partir de { $threshold })
    }
sign-shared-contact = Une même adresse pour plusieurs personnes
sign-shared-contact-why = { $count } personnes ont la même adresse ou le même numéro (signe à partir de { $threshold })
sign-many-organisations = Une personne dans beaucoup de structures
sign-many-organisations-why = Une personne a des mandats en cours dans { $count } structures (signe à partir de { $threshold })
sign-aidant = { $name }, { $organisation }
sign-organisations = Structures : { $organisations }
sign-nobody = Les personnes ne sont pas montrées ici.
sign-when = Du { $first } au { $last }
sign-status-open = À examiner
sign-status-seen = Suivi
sign-status-closed = Classé
sign-fact-why = Ce qui a été relevé
sign-fact-whom = Qui
sign-fact-when = Quand
sign-fact-note = Note
sign-fact-reviewed = Examiné par
sign-reviewed = { $name }, { $moment }
sign-proof-title = Un signe ne prouve rien
sign-proof = Pour savoir ce qui s’est passé, une autorité lit le journal, avec un motif que la personne verra.
sign-to-aidant = Voir le compte de cet aidant
sign-what-now = Que faire de ce signe ?
sign-keep = Le suivre
sign-keep-words = Il reste dans la liste des signes suivis.
sign-close = Le classer
sign-close-words = Il est expliqué, ou le nécessaire a été fait.
sign-note = Ce que vous avez trouvé
sign-note-hint = Cette note est écrite au journal. Ne nommez aucune personne aidée.
sign-submit = Enregistrer
sign-error-no-status = Dites si le signe est suivi ou classé.
sign-error-no-note = Écrivez ce que vous avez trouvé.
sign-error-note-long = C’est trop long : 500 signes au plus.

authority-erased = Personne effacée
authority-erased-words = Ses données ont été effacées : les lignes restent, leur contenu non.
