# The aidant's own login at her business software.

software-title = Vous connecter à { $client }
software-lead = Vous avez demandé à vous connecter au logiciel <strong>{ $client }</strong> avec votre compte d’aidant.
software-place = Vous y travaillerez pour la structure <strong>{ $organisation }</strong>.
software-other-place = Travailler pour une autre structure
software-may = Ce que { $client } pourra faire
software-may-know = savoir qui vous êtes et pour quelle structure vous travaillez ;
software-may-list = voir les mandats de votre structure que vous pouvez utiliser, avec le nom et la date de naissance des personnes ;
software-may-act = ouvrir un dossier auprès d’une administration en votre nom, pour une personne et une démarche de son mandat ; la personne le verra dans son journal et recevra un message.
software-may-known-only = rien d’autre : ce logiciel ne verra aucun mandat.
software-until = Cela dure jusqu’à votre déconnexion de Procura, { $hours } heures au plus. Pour ouvrir un dossier, le logiciel vous redemandera un code de sécurité s’il date de plus de { $minutes } minutes.
software-until-short = Cela dure quelques minutes.
software-approve = Me connecter à { $client }
software-refuse = Retourner à { $client } sans me connecter
software-missing = Choisissez l’une des deux réponses
software-back = Retourner à { $client }
software-refused-title = Vous ne pouvez pas vous connecter à { $client }
software-over-title = Cette demande n’est plus ouverte
software-over-why = Vous avez déjà répondu à cette demande, ou elle a attendu trop longtemps. Elle ne sert qu’une fois.
software-over-advice = Retournez dans { $client } et recommencez.
