# The request of an organisation to be accepted, and its follow-up page.

organisation-kind-ccas = CCAS ou CIAS
organisation-kind-departement = Département
organisation-kind-france-services = France services
organisation-kind-commune = Commune ou groupement de communes
organisation-kind-association = Association
organisation-kind-caisse = Mutualité ou caisse
organisation-kind-hopital = Hôpital ou établissement de soins
organisation-kind-mission-locale = Mission locale
organisation-kind-mediatheque = Médiathèque ou bibliothèque
organisation-kind-autre = Autre

organisation-charter-2026-11-1 = Nous agissons pour une personne seulement avec son accord, donné librement, et dans les limites de son mandat.
organisation-charter-2026-11-2 = Nous ne demandons jamais ses mots de passe, et nous ne les gardons pas.
organisation-charter-2026-11-3 = Nous n’utilisons ce que nous apprenons d’elle que pour la démarche demandée. Le secret professionnel s’applique.
organisation-charter-2026-11-4 = Chaque aidant a un compte à lui et agit sous son nom. Nous prévenons sans attendre quand un aidant s’en va.
organisation-charter-2026-11-5 = Nous formons nos aidants, et nous déclarons les erreurs pour qu’elles soient réparées.
organisation-charter-2026-11-6 = Nous aidons sans faire payer, et nous gardons une place pour ceux qui préfèrent faire eux-mêmes.

request-title = Demander l’habilitation de votre structure
request-lead = Pour que vos aidants puissent faire des démarches avec Procura. Comptez dix minutes. Ayez votre numéro SIRET sous la main.
request-send = Envoyer la demande
request-correct-title = Corriger la demande
request-correct-lead = Changez ce qui est demandé, puis envoyez de nouveau. L’adresse e-mail du demandeur ne change pas : elle a été confirmée.
request-correct-send = Envoyer la demande corrigée
request-not-kept = La demande n’a pas été envoyée
request-siret-taken = Ce numéro SIRET est déjà connu ici : la structure est habilitée, ou une demande est en cours. Demandez autour de vous qui s’en occupe, ou écrivez à l’exploitant. Ce que vous avez tapé est resté ci-dessous.
request-throttled = Plusieurs demandes viennent d’être envoyées d’ici ou vers cette adresse. Attendez quelques minutes, puis envoyez de nouveau. Ce que vous avez tapé est resté ci-dessous.

request-house = Votre structure
request-siret = Numéro SIRET
request-siret-hint = 14 chiffres, avec ou sans espaces. Il est sur l’avis de situation de l’Insee.
request-name = Nom de la structure
request-name-hint = Tel qu’il apparaîtra dans les mandats, par exemple « CCAS de Dijon ».
request-kind = Type de structure
request-place = Adresse
request-street = Numéro et rue
request-postcode = Code postal
request-postcode-hint = 5 chiffres
request-commune = Commune
request-website = Site internet (facultatif)
request-website-hint = Par exemple ccas-dijon.fr
request-departement = Département { $code }

request-given-name = Prénom
request-family-name = Nom
request-email = Adresse e-mail professionnelle
request-email-hint = Une adresse à son nom. Elle servira à se connecter et à être prévenu.
request-phone = Téléphone
request-function = Fonction
request-contact = Qui fait la demande
request-contact-words = Nous écrirons à cette adresse pour confirmer la demande et dire ce qu’elle devient.
request-referent = Le futur référent
request-referent-words = La personne qui gérera les aidants de la structure. Ce peut être vous.
request-aidants = Les aidants
request-aidants-words = Au moins une personne. Vous pourrez en ajouter plus tard.
request-aidants-most = Vingt aidants au plus dans une demande. Le référent ajoutera les autres.
request-aidant = Aidant { $place }
request-aidant-add = Ajouter un aidant
request-label-aidant = { $label } (aidant { $place })
request-label-contact = { $label } (demandeur)
request-label-referent = { $label } (référent)

request-charter-title = La charte des structures
request-charter-words = Version de novembre 2026. En l’acceptant, votre structure s’engage :
request-charter = Nous acceptons cette charte
request-privacy = Ce que vous tapez sert à examiner la demande. Une demande refusée est effacée après un an, une demande non confirmée après trente jours. <a href="/donnees-personnelles">Vos droits</a>

request-fault-missing = { $label } : remplissez ce champ
request-fault-too-long = { $label } : c’est trop long
request-fault-signs = { $label } : enlevez les signes invisibles ou les sauts de ligne
request-fault-siret = { $label } : vérifiez les 14 chiffres, un au moins est faux
request-fault-kind = { $label } : choisissez une réponse
request-fault-postcode = { $label } : tapez un code postal français, par exemple 21000
request-fault-email = { $label } : tapez une adresse complète, par exemple prenom.nom@structure.fr
request-fault-phone = { $label } : tapez un numéro complet, par exemple 03 80 00 00 00
request-fault-website = { $label } : tapez une adresse de site, par exemple ccas-dijon.fr
request-fault-twice = { $label } : cette adresse est déjà celle d’un autre aidant de la demande
request-fault-charter = Pour demander l’habilitation, votre structure accepte la charte
request-fault-no-aidant = { $label } : nommez au moins un aidant

request-sent-title = Votre demande est partie
request-sent-lead = Un courriel vient de partir à l’adresse de la personne qui fait la demande.
request-sent-1 = Ouvrez le lien du courriel
request-sent-1-words = Il confirme que l’adresse est bien la vôtre. Il vaut sept jours.
request-sent-2 = Un exploitant examine la demande
request-sent-2-words = Il peut vous demander un changement. Vous suivez tout par le même lien.
request-sent-3 = Vous recevez la décision
request-sent-3-words = Si c’est oui, le référent et les aidants reçoivent chacun un courriel.
request-sent-nothing = Rien n’arrive ?
request-sent-nothing-words = Regardez dans les courriers indésirables. Si l’adresse était fausse, faites une nouvelle demande : sans confirmation, la première est effacée.

request-follow-title = Votre demande
request-follow-unconfirmed = Confirmez la demande pour qu’elle soit examinée.
request-follow-lapsed = Le lien n’a pas été confirmé à temps. La demande ne sera pas examinée.
request-follow-submitted = Un exploitant examine la demande. Vous n’avez rien à faire : un courriel vous préviendra.
request-follow-changes-asked = L’exploitant demande des changements avant de décider.
request-follow-accepted = La structure est habilitée. Le référent et les aidants ont reçu un courriel pour ouvrir leur compte.
request-follow-refused = La demande est refusée. Vous pouvez en faire une autre si la situation change.
request-follow-withdrawn = Vous avez retiré la demande.
request-said = Ce que l’exploitant écrit
request-denied = Ce n’est plus possible
request-step = La demande a changé entre-temps : voici où elle en est.
request-confirm = Confirmer la demande
request-new = Faire une nouvelle demande
request-steps = Où en est la demande
request-step-sent = Demande envoyée
request-step-confirm = Confirmation de votre adresse
request-step-confirm-words = Le lien vaut sept jours.
request-step-confirmed = Adresse confirmée
request-step-examined = Examen par un exploitant
request-step-yours = À vous de corriger
request-step-decided = Décision
request-step-since =
    { $days ->
        [0] depuis aujourd’hui
        [one] depuis le { $date } (un jour)
       *[other] depuis le { $date } ({ $days } jours)
    }
request-asked = Ce que vous avez demandé
request-withdraw-title = Retirer la demande
request-withdraw-words = Elle ne sera plus examinée. Vous pourrez en faire une autre.
request-withdraw = Retirer la demande

request-state-unconfirmed = À confirmer
request-state-submitted = À examiner
request-state-changes-asked = Changements demandés
request-state-accepted = Acceptée
request-state-refused = Refusée
request-state-withdrawn = Retirée
request-state-lapsed = Non confirmée
