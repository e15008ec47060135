# A contested act's case, errors that aidants declare, mandates ended together, and what persons ask by telephone or letter.

case-title = Dossier { $number }
case-thread = Avancement du dossier
case-thread-opened = Acte signalé
case-thread-answer = Réponse
case-thread-answer-words = La structure et l’autorité sont prévenues.
case-thread-answered = Première réponse
case-thread-end = Décision
case-thread-end-words = L’autorité décide si le mandat reprend ou s’arrête.
case-thread-restored = Clos : le signalement ne suspend plus le mandat
case-thread-revoked = Clos : le mandat est arrêté
case-thread-unchanged = Clos : le mandat avait déjà pris fin
case-fact-organisation = Structure
case-fact-client = Administration
case-fact-mandate = Mandat
case-fact-others = Autres dossiers ouverts sur ce mandat
case-fact-person = Personne
case-no-client = Aucune
case-contested = L’acte signalé
case-steps = Ce qui a été dit
case-her-words = Ce que la personne a écrit est lu par l’autorité seule.
case-answer-title = Répondre
case-answer-organisation = Répondre pour la structure
case-answer-words = Votre réponse
case-answer-hint = La personne, la structure et l’autorité la liront. 2000 caractères au plus.
case-answer-button = Envoyer la réponse
case-close-title = Clore le dossier
case-close-first-answer = Répondez d’abord, ou attendez la réponse de la structure. Ensuite, vous pourrez clore le dossier.
case-close-what = Que devient le mandat ?
case-close-reason = Pourquoi ?
case-close-hint = La personne et la structure liront cette raison.
case-close-button = Clore ce dossier
case-outcome-restored = Ce dossier ne le suspend plus
case-outcome-restored-words = Le mandat reprend, sauf si une autre raison le suspend.
case-outcome-revoked = Il est arrêté
case-outcome-revoked-words = Plus personne n’agit avec lui. C’est définitif.
case-outcome-unchanged = Il avait déjà pris fin
case-outcome-unchanged-words = Le dossier est clos sans rien changer au mandat.
case-outcome-wrong = Choisissez ce que devient le mandat
case-words-missing = Écrivez ce champ
case-words-long = C’est trop long : 2000 caractères au plus
case-hold-title = Suspendre ou rétablir le mandat
case-hold-words = Le mandat est actif. Vous pouvez le suspendre pour une autre raison que ce dossier.
case-hold-lift-words = Une autorité a suspendu ce mandat. Vous pouvez lever cette suspension.
case-hold = Suspendre ce mandat
case-hold-lift = Lever la suspension
case-list-none = Aucun dossier
case-list-none-words = Quand une personne signale un acte, le dossier arrive ici.
case-aidant-title = Que faire ?
case-aidant-words = Parlez-en à votre référent : c’est lui qui répond pour la structure. Si vous vous êtes trompé, vous pouvez le dire vous-même.
aidant-task-case = Dossier { $number } : un de vos actes est contesté
aidant-task-case-words = Administration : { $client }. Le mandat est suspendu pendant l’examen.
referent-cases-title = Dossiers de { $organisation }
referent-cases-lead = Les actes que des personnes ont signalés, et les erreurs que vos aidants ont déclarées.
referent-cases-other = Voir { $organisation }

person-case-title = Votre signalement { $number }
person-case-read = Lire le dossier
person-case-link = Votre signalement { $number } : où en est-il ?
person-case-add = Ajouter un message
person-case-words = Votre message
person-case-hint = L’autorité le lira. La structure saura que vous avez écrit, sans lire vos mots.
person-case-button = Ajouter ce message

error-title = Déclarer une erreur
error-lead = Tout le monde peut se tromper. Dites-le : cela protège la personne, et vous aussi.
error-declare = Déclarer une erreur
error-before = Déjà déclaré
error-before-words = Vous pouvez compléter ci-dessous, par exemple quand l’erreur est réparée.
error-happened = Que s’est-il passé ?
error-happened-hint = Avec vos mots. 1000 caractères au plus.
error-happened-missing = Dites ce qui s’est passé
error-mended = Qu’avez-vous fait pour réparer ? (facultatif)
error-mended-hint = Laissez vide si rien n’a encore été fait.
error-words-long = C’est trop long : 1000 caractères au plus
error-told = L’administration est-elle prévenue ?
error-told-yes = Oui
error-told-no = Pas encore
error-told-missing = Dites si l’administration est prévenue
error-who-title = Qui lira cette déclaration
error-who = La personne, votre référent, l’administration concernée. Le mandat reste comme il est.
error-button = Déclarer cette erreur
error-list-title = Erreurs déclarées
error-list-lead = Ce que des aidants ont déclaré eux-mêmes, et ce qu’ils ont fait pour réparer.
error-list-none = Aucune erreur déclarée
error-list-none-words = Quand un aidant déclare une erreur, elle arrive ici.

person-leave-link = Tout arrêter avec cette structure
person-leave-title = Tout arrêter avec { $organisation }
person-leave-lead =
    { $mandates ->
        [one] Ce mandat s’arrête tout de suite :
       *[other] Ces { $mandates } mandats s’arrêtent tout de suite :
    }
person-leave-button = Tout arrêter

referent-end-title = Arrêter plusieurs mandats
referent-end-open = Arrêter plusieurs mandats
referent-end-heading = Arrêter des mandats de { $organisation }
referent-end-lead = Par exemple quand une personne n’est plus suivie, ou quand un aidant s’en va.
referent-end-what = Quels mandats ?
referent-end-person = Ceux d’une personne
referent-end-person-words = Tous ceux qu’elle a donnés à cette structure.
referent-end-aidant = Ceux qu’un aidant a préparés
referent-end-aidant-words = Tous ceux qui sont encore en cours.
referent-end-choose = Choisir
referent-end-final = Chaque personne est prévenue. Pour reprendre, il faudra de nouveau son accord.
referent-end-button = Arrêter ces mandats
referent-end-done =
    { $count ->
        [one] Un mandat est arrêté
       *[other] { $count } mandats sont arrêtés
    }
referent-end-done-words = Plus personne n’agit avec eux. Les personnes sont prévenues.
end-fault-what-missing = Choisissez quels mandats
end-fault-nothing = Aucun de ces mandats n’est en cours
end-fault-reason-missing = Dites pourquoi
end-fault-reason-long = C’est trop long : 500 caractères au plus
end-fault-person-several = Plusieurs personnes ont ce nom et cette date de naissance : arrêtez leurs mandats un par un
end-fault-person-unknown = Personne de ce nom et de cette date de naissance n’a donné de mandat ici
end-fault-name-missing = Écrivez le nom de famille
end-fault-birthdate = Écrivez la date de naissance, par exemple 31/12/1950
end-fault-aidant-missing = Choisissez un aidant

find-title = Trouver une personne
find-lead = Quand une personne appelle ou écrit pour arrêter un mandat.
find-family-name = Nom de famille
find-birthdate = Date de naissance
find-birthdate-hint = Par exemple 31/12/1950. Si le jour n’est pas connu : 1950-12-00 ou 1950-00-00.
find-entry = Chaque recherche est écrite dans le journal de la personne.
find-button = Chercher
find-none = Aucune personne trouvée
find-none-words = Vérifiez le nom de naissance, le nom d’usage et la date avec la personne.
find-several = { $count } personnes ont ce nom et cette date de naissance
find-several-words = Demandez tous les prénoms, puis choisissez.
find-choose = Choisir

record-none = Aucun mandat en cours
record-none-words = Cette personne n’a pas de mandat à arrêter.
record-title = Ce qu’elle demande
record-lead = C’est fait tout de suite, puis confirmé par écrit.
record-channel = Comment l’a-t-elle demandé ?
record-telephone = Par téléphone
record-letter = Par courrier
record-channel-missing = Dites si c’est par téléphone ou par courrier
record-day = Quel jour ?
record-day-hint = Le jour de l’appel, ou la date du courrier. Par exemple 31/12/2026.
record-day-wrong = Écrivez un jour de l’année passée, par exemple 31/12/2026
record-asked = Que faut-il arrêter ?
record-asked-missing = Choisissez ce qu’il faut arrêter
record-asked-mandate = Le mandat de { $organisation } (jusqu’au { $until })
record-asked-theme = Seulement { $theme }, du mandat de { $organisation } (jusqu’au { $until })
record-asked-organisation = Tous les mandats de { $organisation }
record-asked-all = Tous ses mandats
record-check = Comment avez-vous vérifié que c’était elle ?
record-check-hint = Par exemple : rappelée au numéro connu, deux questions posées ; signature comparée.
record-check-missing = Dites comment vous avez vérifié
record-check-long = C’est trop long : 500 caractères au plus
record-final = La personne, si elle a une adresse, reçoit un message. Imprimez aussi le courrier.
record-button = Arrêter et confirmer
record-mandates = Ses mandats en cours
record-letters = Confirmations écrites
record-letter-title = Ce que vous avez demandé est fait
record-since = Depuis
record-letter-next = Vous n’avez rien d’autre à faire. Pour reprendre, il faudrait de nouveau votre accord.
record-letter-phone = Vous n’avez pas demandé cela ? Appelez le { $phone }.
record-letter-print = Imprimez cette page et envoyez-la à la personne.
