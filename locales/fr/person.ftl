# The person's space: login, mandates, journal, proofs, settings. Also what all journals share (lines-, proof-).

person-login-title = Entrer dans votre espace
person-login-lead = Vous y voyez qui peut agir pour vous et ce qui a été fait. Vous pouvez tout arrêter.
person-login-step-1 = Vous dites qui vous êtes avec FranceConnect
person-login-step-1-words = Avec un compte que vous avez déjà, par exemple celui des impôts ou de la Sécurité sociale.
person-login-step-2 = Vous revenez ici, dans votre espace
person-login-step-2-words = Nous fermons FranceConnect tout de suite derrière vous.
person-login-button = Continuer avec FranceConnect
person-login-again = Recommencer
person-login-denied-title = Vous n’êtes pas connecté
person-login-denied-why = La connexion avec FranceConnect a été arrêtée avant la fin.
person-login-denied-advice = Vous pouvez recommencer quand vous voulez. Rien n’a changé.
person-login-unavailable-title = FranceConnect ne répond pas
person-login-unavailable-why = Nous ne pouvons pas savoir qui vous êtes pour l’instant.
person-login-unavailable-advice = Recommencez dans quelques minutes. Pour arrêter un mandat sans attendre, appelez-nous ou écrivez-nous.
person-login-state-title = Cette connexion n’est plus valable
person-login-state-why = Elle a été commencée dans une autre fenêtre, ou il y a trop longtemps.
person-login-state-advice = Recommencez depuis le début, dans une seule fenêtre.
person-login-refused-title = La connexion n’a pas abouti
person-login-refused-why = FranceConnect nous a donné une réponse que nous ne pouvons pas accepter.
person-login-refused-advice = Recommencez. Si cela continue, appelez-nous avec le numéro ci-dessous.

person-phone-title = Arrêter sans ordinateur
person-phone-words = Appelez le { $phone }. Nous arrêtons le mandat pour vous et nous vous le confirmons par écrit.

person-home-heading = Qui peut agir pour vous
person-home-lead =
    { $mandates ->
        [0] Personne ne peut agir pour vous aujourd’hui.
        [one] { $active ->
            [0] Une structure a votre accord, mais elle ne peut pas agir pour l’instant.
           *[other] Une structure a votre accord et peut agir aujourd’hui.
        }
       *[other] { $active ->
            [0] { $mandates } mandats ont votre accord, mais aucun ne peut servir pour l’instant.
            [one] { $mandates } mandats ont votre accord. Un seul peut servir aujourd’hui.
           *[other] { $mandates } mandats ont votre accord ; { $active } peuvent servir aujourd’hui.
        }
    }
person-home-none-title = Aucun mandat en cours
person-home-none-words = Pour en donner un, voyez un aidant : il prépare le texte avec vous, vous le lisez, puis vous décidez.
person-suspended-title = Personne ne peut utiliser ce mandat pour l’instant
person-suspended-case = Vous avez signalé un acte : c’est le dossier { $number }. Une autorité l’examine.
person-suspended-words = Il est suspendu le temps d’un examen.
person-barred-title = Vous avez bloqué cette structure
person-barred-words = Elle ne peut pas agir pour vous, même avec ce mandat. Pour changer d’avis :
person-fact-who = Qui peut agir
person-fact-drafted = Préparé par { $name }
person-fact-themes = Pour quoi faire
person-fact-until = Jusqu’à quand
person-fact-aidants =
    { $many ->
        [true] Vos aidants
       *[false] Votre aidant
    }
person-fact-last = Dernier acte
person-last-act = { $moment }, administration : { $client }
person-read-done = Lire ce qui a été fait
person-read-again = Relire le mandat
person-stop = Arrêter ce mandat
person-stopped-by-you = Arrêté par vous
person-ended = Mandats finis

person-mandate-title = Votre mandat : { $organisation }
person-text = Le texte que vous avez approuvé
person-theme-stop = Arrêter cette démarche
person-theme-ended = Arrêtée le { $day }
person-back-mandate = Retour au mandat
person-done-title = C’est arrêté
person-done-words = L’arrêt a lieu tout de suite. Les administrations ne l’acceptent plus. Vous pouvez imprimer cette page. L’arrêt est écrit dans votre journal.
person-revoke-title = Arrêter le mandat : { $organisation }
person-revoke-lead = L’arrêt a lieu tout de suite. Vous n’avez pas à dire pourquoi.
person-revoke-1 = Les aidants ne pourront plus agir pour vous avec ce mandat.
person-revoke-2 = Les actes en cours sont coupés.
person-revoke-3 = Ce qui a déjà été fait reste écrit dans votre journal.
person-revoke-4 = On ne peut pas revenir en arrière : il faudra un nouveau mandat.
person-revoke-what = Que voulez-vous arrêter ?
person-revoke-whole = Tout le mandat
person-revoke-whole-words = Toutes les démarches s’arrêtent.
person-revoke-only = Seulement : { $title }
person-revoke-button = Arrêter maintenant
person-revoke-keep = Ne rien arrêter

person-journal-heading = Ce qui a été fait en votre nom
person-journal-lead = Chaque ligne a sa preuve : personne ne peut la changer sans que cela se voie.
person-journal-choose = Choisir une période ou un mandat
person-journal-download = Télécharger le journal et ses preuves
person-journal-none = Aucune ligne
person-journal-none-words = Rien n’a été fait en votre nom pendant cette période.
person-filter = Choisir une période ou un mandat
person-filter-which = Mandat
person-filter-all = Tous
person-filter-mandate = { $organisation }, jusqu’au { $until }
lines-none = Aucune ligne
lines-none-words = Rien n’a été fait pendant cette période.
lines-period = Choisir une période
lines-tried = { $sentence } C’est refusé : { $reason }. Rien n’a changé.
lines-from = Du
lines-to = Au
lines-days-hint = Écrivez les dates comme 03/03/2027.
lines-day-hint = Par exemple 03/03/2027
lines-day-wrong = Écrivez une date comme 03/03/2027
lines-verify = Vérifier
lines-unexpected = Ce n’était pas prévu
lines-older = Voir les lignes plus anciennes
lines-purpose = La raison donnée
lines-approved-by = Lecture approuvée par { $name }.
lines-court-order = Ordonnance : { $order }.
lines-contested = Signalé par vous, dossier { $number }
lines-report-from = Ce que l’administration { $client } a rapporté le { $moment }
lines-report = { $kind } : { $label }
lines-report-reference = { $kind } : { $label } (référence { $reference })
lines-no-report = L’administration { $client } n’a pas encore dit ce qui a été fait.

person-contest-title = Ce n’était pas prévu
person-contest-next = Ce qui va se passer
person-contest-1 = Le mandat est suspendu tout de suite : personne ne peut plus l’utiliser.
person-contest-2 = Un dossier est ouvert. L’autorité compétente examine ce qui a été fait.
person-contest-3 = Vous recevez le numéro du dossier.
person-contest-reason = Que vouliez-vous, ou qu’est-ce qui vous étonne ?
person-contest-reason-hint = Avec vos mots. L’autorité les lira.
person-contest-reason-missing = Écrivez en quelques mots ce qui vous étonne (1 000 signes au plus)
person-contest-button = Signaler et suspendre le mandat
person-contested-title = C’est signalé : dossier { $number }
person-contested-words = Gardez ce numéro ; vous pouvez imprimer cette page.
person-contested-suspended = Personne ne peut utiliser le mandat.
person-contest-only = Signaler cet acte

proof-title = La preuve d’une ligne
proof-holds = Cette ligne est authentique
proof-holds-words = Elle a été écrite le { $written } et n’a pas changé depuis. Nous l’avons vérifié le { $checked }.
proof-pending = La preuve se prépare
proof-pending-words = La ligne est écrite depuis le { $written }. Sa preuve est prête en une seconde ou deux. Vérifié le { $checked }.
proof-erased = Le contenu de cette ligne a été effacé
proof-erased-words = Elle a été écrite le { $written }. Sa place dans le journal est toujours prouvée. Vérifié le { $checked }.
proof-broken = Cette ligne ne correspond pas au journal signé
proof-broken-words = Elle porte la date du { $written }. Prévenez-nous tout de suite. Vérifié le { $checked }.
proof-line = La ligne
proof-chain = Qui a agi, pour qui, pour quoi, où
proof-knot-who = Qui agit
proof-knot-organisation = Structure
proof-knot-whom = Pour qui
proof-knot-theme = Démarche
proof-knot-where = Où
proof-checks = Ce que nous avons contrôlé
proof-check-place = <strong>La ligne est bien dans le journal.</strong> Elle y a sa place, et une seule.
proof-check-words = <strong>Ses mots n’ont pas changé.</strong> Une seule lettre différente se verrait.
proof-check-signature = <strong>Le journal entier est signé.</strong> Cette ligne en fait partie.
proof-check-witness = <strong>Aucun témoin extérieur ne surveille ce journal.</strong> Gardez le fichier de preuve : il suffit à montrer un changement fait plus tard.
proof-check-witnessed = <strong>Des témoins extérieurs ont vu le journal avec cette ligne.</strong> Personne ne peut plus la retirer sans que cela se voie.
proof-check-right = <strong>Ce contrôle ne dit pas si l’acte était juste.</strong>
proof-contest = Dire que ce n’était pas prévu
proof-download = Télécharger la preuve
proof-download-words = C’est un fichier. Toute personne à qui vous le donnez pourra lire cette ligne et la vérifier sans nous.
proof-others = Les autres lignes de cet acte
proof-details = Détails, pour les experts
proof-detail-id = Identifiant de l’événement
proof-detail-kind = Nature
proof-detail-place = Rang dans le journal
proof-detail-place-words = { $index }, sur { $size } lignes signées
proof-detail-chain = Numéro dans ce mandat
proof-detail-chain-words = { $n }, à la suite de :
proof-detail-commitment = Engagement (HMAC-SHA-256)
proof-detail-checkpoint = Empreinte du point de contrôle signé
proof-detail-path = Chemin d’inclusion
proof-detail-path-words =
    { $hashes ->
        [one] { $hashes } empreinte, dans le fichier de preuve
       *[other] { $hashes } empreintes, toutes dans le fichier de preuve
    }
proof-detail-command = Vérifier soi-même, sans réseau :

person-contact = Où nous vous écrivons
person-blocked = Bloqués
person-blocked-since = Bloqué depuis le { $day }
person-unblock = Ne plus bloquer
person-block = Bloquer un aidant ou une structure
person-block-words = Celui que vous bloquez ne peut plus agir pour vous, même avec un mandat. Vous pouvez changer d’avis.
person-block-nobody = Personne d’autre n’a de mandat de vous.
person-block-aidant-of = Aidant, { $organisation }
person-block-organisation = Structure, avec tous ses aidants
person-block-button = Bloquer
