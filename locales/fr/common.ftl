# Words of every page: layout, dates, buttons, states.

product = Procura
page-title = { $title } - Procura
page-title-error = Erreur : { $title } - Procura
page-title-space = { $title } - { $space } - Procura
page-title-space-error = Erreur : { $title } - { $space } - Procura

skip-link = Aller au contenu
space-aidant = Espace aidant
space-person = Espace personnel
space-referent = Espace référent
space-authority = Espace autorité
space-operator = Espace exploitant
space-integrator = Espace intégrateur
space-consent = Votre accord
account-leave = Se déconnecter
account-switch = changer<span class="hidden-label"> de structure</span>

nav-aidant-today = Aujourd’hui
nav-aidant-persons = Personnes
nav-aidant-journal = Journal
nav-aidant-habilitations = Habilitations
nav-person-mandates = Mes mandats
nav-person-journal = Mon journal
nav-person-settings = Réglages
nav-referent-team = Équipe
nav-referent-consents = Accords
nav-referent-activity = Activité
nav-referent-cases = Dossiers de la structure
nav-referent-figures = Chiffres
nav-authority-cases = Dossiers
nav-authority-journal = Journal
nav-authority-readings = Mes lectures
nav-authority-errors = Erreurs déclarées
nav-operator-requests = À traiter
nav-operator-habilitations = Habilitations
nav-operator-organisations = Structures
nav-operator-aidants = Aidants
nav-operator-persons = Demandes des personnes
nav-operator-clients = Administrations
nav-operator-statement = Relevés
nav-operator-journal = Journal
nav-operator-figures = Chiffres
nav-group-organisations = Structures
nav-group-access = Accès
nav-group-persons = Personnes
nav-group-watch = Surveillance
nav-integrator-services = Mes services
nav-integrator-errors = Codes d’erreur

common-help = Aide
common-verify = Vérifier un mandat
common-verify-proof = Vérifier une preuve
common-privacy = Vos données personnelles
common-accessibility = Accessibilité
common-legal = Mentions légales
common-footer = Aide et informations
common-other-language = English

common-back = Retour
common-home = Retourner à l’accueil
common-continue = Continuer
common-cancel = Abandonner
common-refresh = Mettre à jour
common-filter = Afficher ces lignes
common-filter-clear = Enlever les filtres
common-error-prefix = Erreur :
common-reference = Référence de cet incident : { $reference }
common-list = { $first } et { $last }
common-step = Étape { $step } sur { $steps }
common-days-left =
    { $days ->
        [0] Dernier jour
        [one] Encore { $days } jour
       *[other] Encore { $days } jours
    }
common-in-days =
    { $days ->
        [0] aujourd’hui
        [1] demain
       *[other] dans { $days } jours
    }
common-today = Aujourd’hui
common-since = Depuis
common-until = Jusqu’au { $date }

error-summary-title =
    { $count ->
        [one] Une réponse est à corriger
        [2] Deux réponses sont à corriger
        [3] Trois réponses sont à corriger
       *[other] { $count } réponses sont à corriger
    }

lifeline-since-today = Depuis aujourd’hui
lifeline-running = Ligne de vie du mandat : commencé le { $start }, il finit le { $end }. { $left }.
lifeline-paused = Ligne de vie du mandat : commencé le { $start }, suspendu, il finit le { $end }. { $left }.

status-active = Actif
status-suspended = Suspendu
status-awaiting = Attend la personne
status-ending = Finit bientôt
status-ended = Fini à la date prévue
status-revoked = Arrêté
status-refused = Refusé
status-lapsed = Sans réponse
status-done = Fait
status-declared = Identité déclarée

qr-label = Code carré à viser avec l’appareil photo du téléphone. Il contient la même adresse que le lien.

duration-short = Un jour
duration-month = Un mois
duration-semester = Six mois
duration-long = Un an

weekday-0 = lundi
weekday-1 = mardi
weekday-2 = mercredi
weekday-3 = jeudi
weekday-4 = vendredi
weekday-5 = samedi
weekday-6 = dimanche
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
date-long = { $weekday } { $date }
date-short =
    { $day ->
        [1] 1er { $month } { $year }
       *[other] { $day } { $month } { $year }
    }
date-until = { $date } inclus
date-month = { $month } { $year }
date-moment = { $date } à { $time }
time-before-noon = { $hour } h { $minute }
time-after-noon = { $hour } h { $minute }
born-on = naissance : { $date }
born-in = naissance : { $date }
born-female-on = née le { $date }
born-female-in = née en { $date }
born-male-on = né le { $date }
born-male-in = né en { $date }
