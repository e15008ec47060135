# Second factors: an application, a card, passkeys; enrolled, given, taken away, reset.

factor-kind-totp-app = Application de codes
factor-kind-totp-card = Carte à codes
factor-kind-passkey = Clé d’accès

mail-account-link-activate-subject = Activez votre compte Procura
mail-account-link-activate-what = Un compte vous attend. Ouvrez le lien pour choisir comment vous vous connecterez : une clé d’accès ou une application de codes.
mail-account-link-activate-action = Activer mon compte
mail-account-link-recover-subject = Retrouvez l’accès à votre compte Procura
mail-account-link-recover-what = Votre compte a été réinitialisé : vos anciens moyens de connexion ne servent plus. Ouvrez le lien pour en choisir un nouveau.
mail-account-link-recover-action = Choisir un nouveau moyen de connexion
mail-account-link-rule-title = Ce lien ne sert qu’une fois
mail-account-link-rule = Il sert jusqu’au { $until }, dans le navigateur où vous l’ouvrirez. Ne le donnez à personne.
mail-account-link-unasked-title = Vous n’attendiez pas ce message ?
mail-account-link-unasked = N’ouvrez pas le lien et prévenez votre référent ou l’exploitant.

mail-row-factor = Moyen de connexion
mail-factor-which = { $kind } : { $name }
mail-factor-added-subject = Un moyen de connexion a été ajouté à votre compte
mail-factor-added-what = Il permet maintenant d’entrer dans votre espace.
mail-factor-given-subject = Une carte vous a été remise
mail-factor-given-what = Elle servira dès que vous aurez montré un premier code, dans votre espace ou avec votre référent.
mail-factor-ended-subject = Un moyen de connexion a été retiré de votre compte
mail-factor-ended-what = Il ne permet plus d’entrer dans votre espace.
mail-factor-cloned-subject = Une clé d’accès de votre compte a été refusée
mail-factor-cloned-what = Son compteur est revenu en arrière : il en existe peut-être une copie. Par sécurité, elle ne sert plus.
mail-factor-reset-subject = Votre compte a été réinitialisé
mail-factor-reset-what = Tous vos moyens de connexion ont été retirés et vos sessions fermées. Un autre courriel vous donne un lien pour choisir un nouveau moyen.
mail-factor-reset-asked-subject = La réinitialisation de votre compte a été demandée
mail-factor-reset-asked-what = Si une deuxième personne la confirme, tous vos moyens de connexion seront retirés.
mail-factor-unasked-title = Ce n’était pas prévu ?
mail-factor-unasked = Prévenez tout de suite votre référent ou l’exploitant.
mail-factor-unasked-phone = Prévenez tout de suite votre référent, ou appelez le { $phone }.

nav-factors = Mes moyens de connexion
nav-operator-cards = Cartes
nav-operator-resets = Réinitialisations

factor-pending = À mettre en service
factor-active = En service
factor-ended = Hors service
card-stock = En stock
card-given = Remise
card-lost = Perdue
card-broken = Cassée
card-returned = Rendue

account-aidant-place = Aidant
account-referent-place = Référent
account-authority-place = Autorité
account-operator-place = Exploitant
account-integrator-place = Intégrateur

factor-login-key = Avec votre clé d’accès
factor-login-key-words = Votre téléphone, votre ordinateur ou votre clé de sécurité vous reconnaît : rien à taper, pas de courriel à attendre.
factor-login-key-go = Entrer avec ma clé d’accès
factor-login-code = Avec un code
factor-or-code = Ou avec un code
factor-key-use = Confirmer avec ma clé d’accès

factor-key-cancelled = La clé d’accès n’a pas été utilisée : la demande a été annulée ou le délai est passé. Recommencez quand vous voulez.
factor-key-known = Cette clé est déjà reliée à un compte. Choisissez un autre appareil.
factor-key-failed = Ce navigateur ou cet appareil ne peut pas utiliser de clé d’accès ici. Essayez avec un autre, ou utilisez un code.
factor-key-noscript = Une clé d’accès a besoin de JavaScript, qui est arrêté dans ce navigateur. Utilisez un code.
factor-key-late = Le délai de cinq minutes est passé. Recommencez.
factor-key-wrong = Cette clé d’accès n’ouvre rien ici. Essayez avec une autre, ou utilisez un code.
factor-key-cloned = Cette clé d’accès a été refusée : il en existe peut-être une copie. Elle ne sert plus. Prévenez votre référent ou l’exploitant.
factor-key-throttled = Trop d’essais. Attendez quelques minutes, puis recommencez.
factor-key-closed = La clé est juste, mais ce compte ne peut pas entrer pour l’instant. Demandez à votre référent ou à l’exploitant.
factor-key-refused = La clé n’a pas été acceptée : votre appareil doit vous reconnaître (empreinte, visage ou code). Recommencez.

factor-list-title = Mes moyens de connexion
factor-list-lead = Voici comment vous entrez dans votre espace. Gardez-en deux : si l’un se perd, l’autre vous ouvre encore.
factor-list-none = Vous n’avez pas de moyen à vous : vous entrez par ProConnect.
factor-card-number = Carte { $serial }
factor-since = depuis le { $since }
factor-since-used = depuis le { $since }, utilisé le { $used }
factor-add = Ajouter un moyen
factor-add-words = Une clé d’accès est le plus simple : pas de code à taper, pas de courriel. Une application donne des codes à six chiffres.
factor-add-key = Ajouter une clé d’accès
factor-add-app = Ajouter une application
factor-label = Nom de ce moyen

factor-remove = Retirer
factor-remove-title = Retirer un moyen de connexion
factor-remove-lead = « { $name } » ne permettra plus d’entrer dans votre espace. Vous recevrez un courriel.
factor-remove-go = Retirer ce moyen
factor-remove-lost = La carte est perdue
factor-remove-lost-words = Sinon, rendez-la à votre référent.
factor-last = C’est votre seul moyen de connexion
factor-last-words = Ajoutez-en un autre d’abord. Vous pourrez ensuite retirer celui-ci.

factor-app-title = Ajouter une application de codes
factor-app-lead = L’application de votre téléphone affichera un code à six chiffres, nouveau toutes les 30 secondes.
factor-app-scan = Lisez ce carré avec l’application
factor-app-qr = Carré à lire avec votre application de codes
factor-app-type = Si l’appareil photo ne marche pas, tapez cette clé dans l’application :
factor-app-alone = Personne d’autre ne doit voir cet écran. La clé ne sera plus montrée.
factor-app-confirm = Puis tapez le code affiché
factor-app-label-hint = Pour la reconnaître plus tard. Exemple : téléphone du bureau
factor-app-code = Code affiché par l’application
factor-app-go = Relier cette application
factor-fault-label = Donnez un nom de 60 lettres au plus. Exemple : mon téléphone
factor-fault-otp = Ce code n’est pas celui de cette clé, en ce moment. Vérifiez l’heure du téléphone, puis tapez le code suivant.
factor-fault-many = Vous avez assez de moyens de connexion. Retirez-en un d’abord.

factor-key-title = Ajouter une clé d’accès
factor-key-lead = Votre appareil vous demandera votre empreinte, votre visage ou votre code. Il garde la clé : elle ne nous est jamais envoyée.
factor-key-label-hint = Pour la reconnaître plus tard. Exemple : ordinateur du bureau
factor-key-go = Créer ma clé d’accès
factor-key-unavailable = Pas de clé d’accès à cette adresse
factor-key-unavailable-words = Le service est joint par un numéro et non par un nom : les navigateurs n’y acceptent pas de clé d’accès. Utilisez une application de codes.

factor-link-activate-title = Activez votre compte
factor-link-activate-lead = Vous allez choisir comment vous entrerez dans votre espace.
factor-link-recover-title = Retrouvez votre compte
factor-link-recover-lead = Vos anciens moyens de connexion ne servent plus. Vous allez en choisir un nouveau.
factor-link-alone = Faites-le seul, sur votre propre appareil : personne d’autre ne doit connaître votre moyen de connexion.
factor-link-go = Commencer
factor-link-elsewhere-title = Ce lien a été ouvert dans un autre navigateur
factor-link-elsewhere-why = Par sécurité, il ne sert que dans le navigateur où vous avez appuyé sur « Commencer ».
factor-link-elsewhere-advice = Retournez dans ce premier navigateur. Si ce n’était pas vous, prévenez tout de suite votre référent ou l’exploitant.
factor-link-gone-title = Ce lien ne sert plus
factor-link-gone-why = Il a déjà servi, un autre l’a remplacé, ou ses sept jours sont passés.
factor-link-gone-advice = Si votre compte est déjà actif, connectez-vous. Sinon, demandez un nouveau lien à votre référent ou à l’exploitant.
factor-link-home = Aller à l’accueil

factor-choice-title = Comment voulez-vous entrer ?
factor-choice-lead = Bonjour { $name }. Choisissez un moyen. Vous pourrez en ajouter d’autres ensuite.
factor-choice-key = Votre téléphone, votre ordinateur ou une clé de sécurité vous reconnaît. Rien à taper, pas de courriel à attendre. C’est aussi le plus sûr.
factor-choice-key-go = Choisir la clé d’accès
factor-choice-app = Une application de votre téléphone affiche un code à six chiffres. À chaque connexion, vous tapez le code et ouvrez un lien reçu par courriel.
factor-choice-app-go = Choisir l’application

factor-done-title = Votre compte est actif
factor-done-words = Vous pouvez vous connecter dès maintenant.
factor-done-second = Ajoutez un deuxième moyen dans « Mes moyens de connexion » : si vous perdez le premier, vous entrerez encore.
factor-done-login = Me connecter

factor-card-validate = Mettre en service
factor-card-validate-title = Mettre la carte en service
factor-card-validate-own = { $name } : appuyez sur son bouton et tapez le code affiché.
factor-card-validate-for = { $name }, remise à { $aidant } : demandez-lui le code affiché par la carte et tapez-le ici.
factor-card-code = Code affiché par la carte
factor-card-validate-go = Mettre en service
factor-card-wrong = Ce code n’est pas celui de cette carte. Vérifiez son numéro, attendez le code suivant et recommencez.
factor-card-throttled = Trop d’essais avec cette carte. Attendez quelques minutes.

factor-referent-card-title = Cartes de { $aidant }
factor-referent-card-lead = Remettez une carte par le numéro imprimé au dos. Vous ne voyez jamais les codes.
factor-referent-card-now = Ses cartes
factor-referent-card-none = Aucune carte en service.
factor-referent-card-give = Remettre une carte
factor-referent-card-serial = Numéro de la carte
factor-referent-card-serial-hint = Il est imprimé au dos. Exemple : GI-2024-0017
factor-referent-card-go = Remettre cette carte
factor-referent-card-out = Mettre hors service
factor-referent-card-lost = Perdue
factor-referent-card-broken = Cassée
factor-referent-card-returned = Rendue
factor-fault-serial-unknown = Aucune carte ne porte ce numéro. Vérifiez-le au dos de la carte.
factor-fault-serial-stock = Cette carte n’est plus en stock : elle a été remise, perdue, cassée ou rendue. Prenez-en une autre.
factor-fault-account-suspended = Ce compte est suspendu : on ne peut pas changer ses moyens de connexion.
factor-fault-many-hers = Cet aidant a assez de codes. Mettez une carte hors service d’abord.
factor-referent-reset-link = Il ou elle a tout perdu ?
factor-referent-cards-link = Cartes et accès

factor-reset-title = Réinitialiser l’accès de { $aidant }
factor-reset-lead = À faire seulement si { $aidant } n’a plus aucun moyen d’entrer. Vérifiez que c’est bien cette personne qui vous le demande, de vive voix.
factor-reset-what = Une fois confirmé, toutes ses cartes, applications et clés d’accès cesseront de servir, ses sessions seront fermées, et un lien lui sera envoyé par courriel. Vous ne verrez aucun code.
factor-reset-two = Un exploitant doit confirmer votre demande.
factor-reset-reason = Raison
factor-reset-reason-hint = Elle sera écrite au journal. Exemple : téléphone volé le 3 mars
factor-reset-go = Demander la réinitialisation
factor-reset-waits = Une demande attend déjà la confirmation d’un exploitant
factor-reset-waits-words = Vous n’avez rien d’autre à faire. { $aidant } recevra un lien par courriel dès la confirmation.
factor-reset-done = La réinitialisation est faite
factor-reset-done-words = { $aidant } a reçu un lien par courriel pour choisir un nouveau moyen de connexion.
factor-fault-reason-missing = Donnez la raison en quelques mots
factor-fault-reason-too-long = La raison a 500 lettres au plus, sans signes cachés
factor-fault-reset-own = On ne demande pas la réinitialisation de son propre compte. Demandez à quelqu’un d’autre.

factor-resets-title = Réinitialisations à confirmer
factor-resets-lead = Quelqu’un a perdu tous ses moyens de connexion. Confirmez seulement après avoir vérifié la demande par un autre chemin que le courriel.
factor-resets-none = Aucune demande n’attend.
factor-resets-asked = Demandée par { $by }, { $at }
factor-resets-asked-at = Demandée par { $by } ({ $organisation }), { $at }
factor-resets-system = la ligne de commande
factor-resets-confirm = Confirmer
factor-resets-refuse = Refuser
factor-resets-not-you = Une autre personne doit confirmer : vous l’avez demandée, ou c’est votre compte.
factor-resets-new = Demander une réinitialisation
factor-resets-new-words = Pour un aidant, un référent, une autorité, un intégrateur ou un autre exploitant.
factor-resets-role = Type de compte
factor-resets-email = Adresse e-mail du compte
factor-resets-more = Voir la suite
factor-resets-ask-title = Demander une réinitialisation
factor-fault-email-unknown = Aucun compte de ce type n’a cette adresse
factor-fault-email-email = Cette adresse n’est pas complète. Exemple : nom@structure.example
factor-fault-role = Choisissez le type de compte
factor-fault-reset-waits = Une demande attend déjà pour ce compte
factor-fault-reset-over = Cette demande a déjà reçu une réponse

factor-cards-title = Cartes à codes
factor-cards-lead = Le stock que les référents remettent par numéro. Les secrets sont scellés dès l’import : personne ne les revoit.
factor-cards-count = { $state } : { $count }
factor-cards-list = Cartes
factor-cards-none = Aucune carte.
factor-cards-serial = Numéro
factor-cards-state = État
factor-cards-since = Depuis le
factor-cards-caption = Cartes par numéro
factor-cards-more = Voir la suite
factor-cards-all = Toutes
factor-cards-import = Ajouter des cartes
factor-cards-import-words = Collez le fichier du fabricant : une carte par ligne, « numéro,secret en base32 ». Tout est pris, ou rien. Au-delà de mille cartes, utilisez la commande « procura card import FICHIER ».
factor-cards-import-field = Lignes du fichier
factor-cards-import-go = Ajouter au stock
factor-cards-imported =
    { $count ->
        [one] Une carte a été ajoutée au stock
       *[other] { $count } cartes ont été ajoutées au stock
    }
factor-cards-bad =
    { $count ->
        [one] Une ligne ne va pas : rien n’a été ajouté
       *[other] { $count } lignes ne vont pas : rien n’a été ajouté
    }
factor-cards-bad-line = Ligne { $line } : { $why }
factor-cards-bad-line-serial = Ligne { $line } (carte { $serial }) : { $why }
factor-cards-bad-more =
    { $count ->
        [one] Et une autre ligne.
       *[other] Et { $count } autres lignes.
    }
factor-cards-fault-columns = il faut un numéro et un secret, séparés par une virgule
factor-cards-fault-serial = le numéro n’a que des lettres et des chiffres, de 3 à 32
factor-cards-fault-secret = le secret n’est pas écrit en base32, ou il a moins de 16 octets
factor-cards-fault-double = ce numéro est déjà plus haut dans le fichier
factor-cards-fault-known = ce numéro est déjà connu
factor-cards-fault-encoding = cette ligne n’est pas en UTF-8
factor-cards-fault-empty = le fichier ne contient aucune carte
factor-cards-fault-too-many = le fichier a plus de 100 000 cartes
factor-cards-withdraw = Retirer une carte du stock
factor-cards-withdraw-lost = Elle est perdue
factor-cards-withdraw-broken = Elle est cassée
factor-fault-not-in-stock = Cette carte n’est pas en stock. Une carte remise est mise hors service par le référent.
