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
