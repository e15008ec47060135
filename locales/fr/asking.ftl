# Asking a person who is elsewhere, or who has no FranceConnect.

asking-days =
    { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }

asking-sms = { $organisation } vous demande votre accord pour faire des démarches en ligne à votre place ({ $themes }), pendant { $days }. Lisez le texte entier : { $link } Pour dire oui, tapez le code { $code } sur cette page, ou dites-le à { $aidant }. Pour dire non, ne faites rien. Procura

asking-error-nowhere = Donnez une adresse e-mail ou un numéro de téléphone, pour envoyer le lien à la personne.
asking-error-phone = Donnez le numéro de téléphone de la personne : le code y est envoyé par SMS.
asking-error-postal = Donnez l’adresse postale de la personne : la lettre y est envoyée.

asking-person = Qui est la personne ?
asking-person-remote = Nous comparons ce nom et cette date avec ce que dit FranceConnect. Une autre personne ne pourra pas répondre.
asking-person-declared = Notez ce que la personne vous dit, ou ce qui est écrit sur sa pièce d’identité. Ce mandat portera la mention « Identité déclarée » et votre référent devra donner son accord.
asking-same = Est-ce une personne que votre structure connaît déjà ?
asking-same-hint = Même nom et même date de naissance : vérifiez avec elle.
asking-same-new = Non, c’est une autre personne
asking-same-new-words = Elles restent séparées partout.
asking-given = Prénoms
asking-given-hint = Tous les prénoms, dans l’ordre.
asking-family = Nom de famille
asking-family-hint = Le nom de naissance.
asking-birthdate = Date de naissance
asking-birthdate-hint = Par exemple 12/04/1948. Si le jour n’est pas connu : 04/1948. Si le mois non plus : 1948.
asking-gender = Sexe
asking-gender-female = Féminin
asking-gender-male = Masculin
asking-gender-unspecified = Non précisé
asking-birthplace = Lieu de naissance (facultatif)
asking-birthplace-hint = La commune ou le pays, ou son code INSEE (cinq chiffres, 99 et trois chiffres pour un pays).
asking-email = Adresse e-mail
asking-email-hint = Nous y envoyons le lien, rien d’autre.
asking-phone = Numéro de téléphone
asking-phone-hint = Par exemple 06 39 98 00 01. Nous y envoyons un SMS.
asking-postal = Adresse postale
asking-postal-hint = Comme sur une enveloppe, sans le nom. Votre référent imprime la lettre et la poste.

asking-error-given = Écrivez les prénoms de la personne, sans chiffre ni signe, en 256 lettres au plus.
asking-error-family = Écrivez le nom de la personne, sans chiffre ni signe, en 256 lettres au plus.
asking-error-birthdate = Écrivez la date de naissance en chiffres, par exemple 12/04/1948 ; 04/1948 si le jour n’est pas connu ; 1948 si le mois ne l’est pas non plus.
asking-error-birthplace = Écrivez une commune, un pays ou un code INSEE de cinq signes, ou rien.
asking-error-email-form = Cette adresse e-mail n’est pas complète. Par exemple : prenom.nom@courriel.fr.
asking-error-phone-form = Ce numéro n’a pas la forme d’un numéro de téléphone. Par exemple : 06 39 98 00 01 ou +33 6 39 98 00 01.
asking-error-postal-form = Écrivez l’adresse en sept lignes au plus, de 80 lettres au plus.
asking-error-same = Dites si c’est la même personne ou une autre.

code-title = La réponse de la personne
code-back = Retour à l’attente
code-lead = Lisez le texte à la personne, en entier. Puis demandez-lui ce qu’elle décide. Ne répondez jamais à sa place.
code-text = Le texte à lire
code-question = Que dit-elle ?
code-question-hint = Tout ce qui n’est pas un oui est un non.
code-yes = Oui, et elle me dit le code
code-yes-words = Elle l’a reçu elle-même. Le code est la preuve de son accord.
code-no = Non, ou elle hésite
code-no-words = Le brouillon est fermé. Vous pourrez en préparer un autre.
code-label = Le code qu’elle vous dit
code-hint = Six chiffres. Après trois codes faux, le brouillon est fermé.
code-submit = Enregistrer sa réponse
code-error-form = Tapez les six chiffres du code.
code-error-answer = Dites ce que la personne a répondu.
code-error-wrong =
    { $left ->
        [one] Ce code n’est pas le bon. Il reste un essai.
       *[other] Ce code n’est pas le bon. Il reste { $left } essais.
    }
code-error-old = Ce code n’est plus bon : trop de temps a passé. Revenez à la page d’attente et envoyez-en un nouveau.

letter-title = Lettre à { $name }
letter-back = Retour au mandat
letter-lead = Imprimez cette page avec la commande « Imprimer » de votre navigateur, mettez-la sous enveloppe et postez-la. Ne dites le code à personne.
letter-date = Le { $date }
letter-what = { $aidant }, aidant ({ $organisation }), a préparé le texte ci-dessous. Il lui permettrait de faire des démarches en ligne à votre place. C’est vous qui décidez.
letter-code = Votre code, pour dire oui
letter-code-words = Dites ces six chiffres à { $aidant } avant le { $until }, par téléphone ou sur place. Ou visez le carré avec un téléphone, lisez et tapez le code vous-même.
letter-page = La même page, à taper :
letter-no = Pour dire non, ne faites rien : sans ce code, personne ne peut agir pour vous avec ce texte.
letter-print-title = La lettre
letter-print-words = Elle contient le texte et le code. Vous seul l’imprimez : l’aidant ne doit pas voir le code avant que la personne le lui dise. Chaque ouverture est écrite au journal.
letter-print = Ouvrir la lettre à imprimer
