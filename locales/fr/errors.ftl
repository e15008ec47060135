# Pages of refusals and failures: title, why, what to do.

error-what-now = Que faire maintenant ?
error-ask-help = Demander de l’aide
error-reference = Si vous nous appelez, donnez ce numéro :

error-not-found-title = Cette page n’existe pas
error-not-found-why = L’adresse est peut-être incomplète, ou la page a changé de place.
error-not-found-advice = Vérifiez l’adresse, ou repartez de l’accueil.

error-forbidden-title = Cette page n’est pas ouverte pour vous
error-forbidden-why = Votre connexion ne donne pas accès à cette page.
error-forbidden-advice = Vérifiez que vous êtes dans le bon espace. Si vous pensez que c’est une erreur, demandez à votre référent ou à l’exploitant.

error-session-ended-title = Votre connexion est finie
error-session-ended-why = Vous êtes resté un moment sans rien faire. Nous avons fermé la connexion pour protéger les personnes.
error-session-ended-advice = Connectez-vous de nouveau. Rien de ce qui était enregistré n’est perdu.

error-gone-title = Ce lien ne sert plus
error-gone-why = Il a déjà été utilisé, ou son délai est passé. Chaque lien ne sert qu’une fois.
error-gone-advice = Demandez un nouveau lien à la personne qui vous l’a envoyé, ou recommencez.

error-bad-request-title = Nous n’avons pas compris cette demande
error-bad-request-why = Le formulaire est arrivé incomplet, ou il venait d’une autre page que la nôtre.
error-bad-request-advice = Revenez à la page précédente, rechargez-la, puis envoyez de nouveau.

error-too-many-title = Trop d’essais
error-too-many-why = Pour protéger les comptes, nous attendons un peu après plusieurs essais.
error-too-many-advice = Attendez quelques minutes, puis recommencez. Rien n’est perdu.

error-internal-title = Nous avons un problème
error-internal-why = Quelque chose n’a pas marché de notre côté. Ce n’est pas votre faute.
error-internal-advice = Recommencez dans un moment. Si cela continue, prévenez-nous avec le numéro ci-dessous.

error-busy-title = Trop de demandes à la fois
error-busy-why = Beaucoup de personnes utilisent ce service en ce moment.
error-busy-advice = Attendez quelques secondes, puis recommencez. Cette demande n’a pas été lue : rien n’a été enregistré.
error-unavailable-title = Un service ne répond pas
error-unavailable-why = Un service dont nous avons besoin ne répond pas pour l’instant.
error-unavailable-advice = Recommencez dans quelques minutes. Rien n’a été enregistré à moitié.
