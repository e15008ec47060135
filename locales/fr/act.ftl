# During an administration's login: for whom, for what; refusals; requests that cannot be trusted.

act-banner-client = Vous venez du site de
act-banner-person = Vous agissez pour
act-banner-at = Sur le site de { $client }

act-step-person = Étape 1 sur 2 : la personne
act-person-title = Pour qui agissez-vous ?
act-accepted = { $client } accepte : { $themes }.
act-person-words = { $themes }. Mandat jusqu’au { $until }.
act-person-continue = Continuer pour cette personne
act-person-missing = Choisissez la personne pour qui vous agissez
act-leave = Retourner sur le site de { $client } sans agir

act-step-theme = Étape 2 sur 2 : la démarche
act-other-person = Choisir une autre personne
act-theme-title = Pour quelle démarche ?
act-theme-hint = { $client } saura que vous agissez pour { $name }, pour cette démarche seulement. { $name } verra cette ligne dans son journal.
act-theme-hint-broker = Par { $client }, le service verra l’identité de { $name } et rien sur vous. { $name } verra cette ligne dans son journal. Déconnectez-vous du service dès que vous avez fini : la connexion dure 30 minutes et pourrait ouvrir d’autres services au nom de { $name }.
act-theme-words = { $words } Mandat jusqu’au { $until }.
act-theme-continue = Agir pour { $name }
act-theme-missing = Choisissez la démarche

act-nobody-title = Vous ne pouvez agir pour personne ici
act-nobody-why = Aucun mandat de votre structure ne permet d’agir sur ce site en ce moment. Établissez d’abord un mandat avec la personne.
act-missing-title = Une personne n’est pas dans la liste ?
act-missing-other = Pour une autre personne, établissez d’abord un mandat avec elle.
act-missing-line = <strong>{ $name }</strong> : { $why }
act-missing-suspended = son mandat est suspendu pendant l’examen d’un acte.
act-missing-themes = son mandat est pour { $themes } seulement. { $client } ne demande pas cette démarche.
act-missing-grade = { $client } demande un accord donné avec un niveau plus sûr.
act-missing-blocked = cette personne a choisi de ne plus être aidée ainsi.
act-missing-email = aucune adresse électronique n’est connue pour cette personne, et { $client } en demande une.
act-missing-habilitation = votre habilitation n’est pas en cours.
act-missing-organisation = votre structure est suspendue.
act-missing-organisation-theme = votre structure ne fait pas ces démarches.
act-missing-client = { $client } ne reçoit pas de mandats en ce moment.
act-missing-ended = son mandat est fini.

act-this-person = cette personne
act-this-theme = cette démarche
act-refused-title = Vous ne pouvez pas agir
act-refused-client-not-active = { $client } n’est pas ouverte aux mandats en ce moment.
act-refused-client-not-entitled = { $client } ne reçoit pas de mandats.
act-refused-client-theme = { $client } n’accepte pas { $theme }.
act-refused-consent-grade = { $client } demande, pour { $name }, un accord donné avec un niveau plus sûr.
act-refused-account-suspended = Votre compte est suspendu.
act-refused-habilitation-not-given = Votre habilitation dans cette structure est demandée, mais pas encore accordée.
act-refused-charter-unsigned = Vous n’avez pas encore signé la charte des aidants.
act-refused-habilitation-suspended = Votre habilitation dans cette structure est suspendue.
act-refused-habilitation-ended = Votre habilitation dans cette structure est finie.
act-refused-organisation-suspended = Votre structure est suspendue.
act-refused-organisation-theme = Votre structure ne fait plus { $theme }.
act-refused-no-mandate = Votre structure n’a pas de mandat pour { $name }.
act-refused-mandate-not-given = { $name } n’a pas donné ce mandat.
act-refused-mandate-suspended = Le mandat de { $name } est suspendu pendant l’examen d’un acte.
act-refused-mandate-revoked = Le mandat de { $name } a été arrêté.
act-refused-mandate-expired = Le mandat de { $name } est arrivé à sa fin.
act-refused-theme-not-in-mandate = Le mandat de { $name } ne couvre pas { $theme }.
act-refused-theme-revoked = { $theme } a été retiré du mandat de { $name }.
act-refused-aidant-blocked = { $name } ne souhaite plus votre aide.
act-refused-organisation-blocked = { $name } ne souhaite plus l’aide de votre structure.
act-refused-no-email = Aucune adresse électronique n’est connue pour { $name }, et { $client } en demande une : c’est là que la personne est prévenue de chaque connexion.
act-refused-second-factor-stale = Votre code à usage unique est trop ancien.
act-advice-client = Rien n’a été fait. Demandez à cette administration comment faire la démarche autrement.
act-advice-referent = Rien n’a été fait. Parlez-en à votre référent.
act-advice-mandate = Rien n’a été fait. Si la personne le souhaite, établissez un nouveau mandat avec elle.
act-advice-person = Rien n’a été fait. Parlez-en avec la personne.
act-advice-email = Rien n’a été fait. Pour une démarche sans adresse électronique, passez par le site d’une administration qui reçoit les mandats directement.
act-advice-factor = Rien n’a été fait. Recommencez et donnez un nouveau code.
act-back-to-client = Retourner sur le site de { $client }

act-unusable-why = Le service où vous allez demande une démarche qu’aucun mandat ne peut couvrir ici.
act-unusable-advice = Rien n’a été fait. Retournez sur le site de { $client } et choisissez un autre service, ou demandez à ce service comment faire autrement.

act-over-title = Ce choix n’est plus ouvert
act-over-why = Vous avez déjà répondu à cette demande, ou elle a attendu trop longtemps. Elle ne sert qu’une fois.
act-over-advice = Retournez sur le site de { $client } et recommencez.

act-untrusted-title = Cette demande n’est pas valable
act-untrusted-why = Le site qui vous envoie n’est pas reconnu, ou son lien est abîmé ou trop ancien. Nous ne vous renvoyons pas vers une adresse inconnue.
act-untrusted-advice = Retournez sur le site où vous étiez et recommencez. Si cela continue, prévenez ce site.

act-left-title = Vous avez quitté le dossier
act-left-why = Le dossier de la personne est fermé sur le site de l’administration.
act-left-advice = Vous restez connecté à Procura. Vous pouvez fermer cette page.
