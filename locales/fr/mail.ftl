# The e-mails.

mail-greeting = Bonjour { $name },
mail-greeting-nobody = Bonjour,
mail-row = { $name } : { $value }
mail-action = { $label } :
mail-footer = Procura vous écrit à chaque acte. Nous ne vous écrirons et ne vous appellerons jamais pour vous demander un mot de passe ou un code. Un doute ? N’ouvrez pas le lien : tapez l’adresse vous-même.
mail-footer-professional = Nous ne vous écrirons et ne vous appellerons jamais pour vous demander un mot de passe ou un code.

mail-row-when = Quand
mail-row-where = Où
mail-row-themes = Pour quoi faire
mail-row-ended-theme = Ce qui est arrêté
mail-row-mandate = Votre mandat
mail-row-purpose = Pourquoi

mail-action-mandates = Voir mes mandats
mail-action-journal = Lire mon journal
mail-action-contacts = Voir mes coordonnées
mail-action-not-me = Ce n’était pas moi : suspendre ce mandat

mail-stop-title = Arrêter ce mandat
mail-stop = Vous pouvez l’arrêter à tout moment dans votre espace, sans donner de raison.
mail-stop-phone = Vous pouvez l’arrêter à tout moment dans votre espace ou au { $phone }, sans donner de raison.

mail-login-link-subject = Votre lien de connexion
mail-login-link-what = Vous avez demandé à vous connecter à Procura.
mail-login-link-action = Terminer la connexion
mail-login-link-rule-title = Ce lien ne sert qu’une fois
mail-login-link-rule =
    { $minutes ->
        [one] Ouvrez-le avant { $time } (une minute), dans le navigateur où vous avez commencé.
       *[other] Ouvrez-le avant { $time } ({ $minutes } minutes), dans le navigateur où vous avez commencé.
    }
mail-login-link-unasked-title = Vous n’avez rien demandé ?
mail-login-link-unasked = N’ouvrez pas ce lien. Quelqu’un a donné votre adresse et un code juste : prévenez votre référent ou l’exploitant.

mail-consent-link-subject = { $organisation } vous demande votre accord
mail-consent-link-what = { $aidant } ({ $organisation }) souhaite faire des démarches en ligne pour vous. C’est vous qui décidez : lisez, puis approuvez ou refusez.
mail-consent-link-action = Lire et décider
mail-consent-link-code-title = Un code vous sera dit
mail-consent-link-code = Après FranceConnect, la page demande six chiffres. { $aidant } vous les dit de vive voix. Si personne ne vous les a dits, n’allez pas plus loin.
mail-consent-link-rule-title = Ce lien ne sert que sur un appareil
mail-consent-link-rule = Ouvrez-le avant le { $moment }, sur le téléphone ou l’ordinateur où vous voulez répondre.
mail-consent-link-unasked-title = Vous ne connaissez pas cette structure ?
mail-consent-link-unasked = N’ouvrez pas ce lien : rien ne se passera.
mail-consent-link-unasked-phone = N’ouvrez pas ce lien : rien ne se passera. Un doute ? Appelez le { $phone }.

mail-verbatim-subject = Votre accord est demandé

mail-mandate-approved-subject = Votre mandat est signé
mail-mandate-approved-what = Vous avez donné votre accord : { $aidant } ({ $organisation }) peut agir pour vous.
mail-mandate-approved-next-title = Et maintenant ?
mail-mandate-approved-next = Vous serez prévenu chaque fois que quelqu’un agit pour vous, comme vous l’avez choisi. Tout reste écrit dans votre journal.

mail-mandate-renewed-subject = Votre mandat est renouvelé
mail-mandate-renewed-what = Vous avez donné un nouvel accord : { $aidant } ({ $organisation }) peut continuer à agir pour vous.


mail-expired-subject = Votre mandat est terminé
mail-expired-what = Le mandat que vous avez donné à { $organisation } s’est terminé le { $date }. Plus personne n’y agit pour vous.
mail-expired-next = Si vous voulez encore de l’aide, demandez à votre aidant un nouveau mandat. Votre journal reste lisible.

mail-contact-changed-subject = Vos coordonnées ont changé
mail-contact-added-email = Une adresse e-mail a été ajoutée pour vous écrire : { $address }.
mail-contact-added-phone = Un numéro de téléphone a été ajouté pour vous prévenir : { $address }.
mail-contact-removed-email = Une adresse e-mail a été retirée : { $address }. Nous n’y écrirons plus.
mail-contact-removed-phone = Un numéro de téléphone a été retiré : { $address }. Nous n’y écrirons plus.
mail-contact-changed-unasked-title = Ce n’était pas vous ?
mail-contact-changed-unasked = Ouvrez votre espace et retirez ce que vous ne connaissez pas.
mail-contact-changed-unasked-phone = Ouvrez votre espace et retirez ce que vous ne connaissez pas, ou appelez le { $phone }.

mail-contact-code-subject = Votre code pour confirmer cette adresse
mail-contact-code-what = Tapez ce code dans votre espace pour que nous puissions vous écrire ici.
mail-space-code-subject = Votre code pour ouvrir votre espace
mail-space-code-what = Tapez ce code sur la page où vous avez donné votre code papier.
mail-code-rule-title = Ce code ne sert qu’une fois
mail-code-rule = Tapez-le avant { $time }. Vous n’avez rien demandé ? Ne faites rien.
mail-footer-code = Ce code est pour vous seul. Ne le donnez à personne, ni par téléphone, ni à votre aidant.

mail-act-opened-subject = { $aidant } agit pour vous
mail-act-opened-what = { $aidant } ({ $organisation }) a commencé une démarche en votre nom, avec votre accord.
mail-expected-title = C’était prévu ?
mail-expected = Vous n’avez rien à faire.
mail-unexpected-title = Ce n’était pas prévu ?
mail-unexpected = Dites-le avec le lien ci-dessous, sans vous connecter, ou dans votre journal. Le mandat sera aussitôt suspendu.
mail-unexpected-phone = Dites-le avec le lien ci-dessous, sans vous connecter, dans votre journal, ou appelez le { $phone }. Le mandat sera aussitôt suspendu.

mail-mandate-ended-whole-subject = Votre mandat est arrêté
mail-mandate-ended-theme-subject = Une partie de votre mandat est arrêtée
mail-mandate-ended-whole-you = Vous avez arrêté le mandat donné à { $organisation }. Plus personne n’y agit pour vous.
mail-mandate-ended-whole-them = { $organisation } a arrêté le mandat que vous lui aviez donné. Plus personne n’y agit pour vous.
mail-mandate-ended-theme-you = Vous avez retiré une partie du mandat donné à { $organisation }. Le reste continue.
mail-mandate-ended-theme-them = { $organisation } a retiré une partie du mandat que vous lui aviez donné. Le reste continue.
mail-unwanted-title = Ce n’est pas ce que vous vouliez ?
mail-unwanted = Demandez à votre aidant de préparer un nouveau mandat. Un mandat arrêté ne repart pas.
mail-unwanted-phone = Demandez à votre aidant de préparer un nouveau mandat, ou appelez le { $phone }. Un mandat arrêté ne repart pas.

mail-case-opened-subject = Votre signalement { $number }
mail-case-opened-what = Vous nous avez dit qu’un acte fait par { $organisation } n’était pas prévu. Votre signalement porte le numéro { $number }.
mail-case-opened-held-title = Ce qui est déjà fait
mail-case-opened-held = Le mandat est suspendu : plus personne n’agit pour vous avec lui.
mail-case-opened-next-title = Et maintenant ?
mail-case-opened-next = Quelqu’un examine ce qui s’est passé. La réponse vous sera écrite.
mail-case-opened-next-phone = Quelqu’un examine ce qui s’est passé. La réponse vous sera écrite. Une question ? Appelez le { $phone }.

mail-trail-read-subject = Une autorité a lu votre journal
mail-trail-read-what = { $reader } a lu des lignes de votre journal.
mail-trail-read-why-title = Pourquoi ce courriel ?
mail-trail-read-why = Une autorité qui en a le droit doit dire pourquoi elle lit. Vous le voyez, et cette lecture est elle-même écrite dans votre journal.
mail-trail-read-why-phone = Une autorité qui en a le droit doit dire pourquoi elle lit. Vous le voyez, et cette lecture est elle-même écrite dans votre journal. Une question ? Appelez le { $phone }.

mail-request-confirm-subject = Confirmez la demande de votre structure
mail-request-confirm-what = Une demande a été faite pour la structure { $organisation }, avec votre adresse. Elle n’est examinée qu’après votre confirmation.
mail-request-confirm-action = Confirmer la demande
mail-request-confirm-rule-title = Jusqu’à quand ?
mail-request-confirm-rule = Confirmez avant le { $date }. Gardez ce courriel : le même lien permet ensuite de suivre la demande.
mail-request-unasked-title = Vous n’avez rien demandé ?
mail-request-unasked = Ne faites rien : sans confirmation, la demande est effacée.
mail-request-words-title = Ce que l’exploitant écrit
mail-request-next-title = Et maintenant ?
mail-request-follow = Suivre la demande
mail-request-received-subject = Nous avons reçu votre demande
mail-request-received-what = La demande de la structure { $organisation } est confirmée.
mail-request-received-next = Un exploitant l’examine. Vous recevrez un courriel à chaque étape.
mail-request-changes-asked-subject = Votre demande est à compléter
mail-request-changes-asked-what = L’exploitant demande des changements dans la demande de la structure { $organisation }.
mail-request-changes-asked-next = Ouvrez le lien, corrigez la demande et envoyez-la de nouveau.
mail-request-accepted-subject = Votre structure est habilitée
mail-request-accepted-what = La demande de la structure { $organisation } est acceptée.
mail-request-accepted-next = Le référent et les aidants reçoivent chacun un courriel pour ouvrir leur compte.
mail-request-refused-subject = Votre demande est refusée
mail-request-refused-what = La demande de la structure { $organisation } est refusée.
mail-request-refused-next = Vous pouvez faire une nouvelle demande si la situation change.

mail-approval-asked-subject = Un mandat attend votre accord
mail-approval-asked-what = { $aidant } ({ $organisation }) a préparé un mandat pour une personne sans FranceConnect. Il ne vaut rien sans votre accord.
mail-approval-asked-until = À décider avant
mail-approval-asked-action = Lire et décider
mail-approval-asked-why-title = Pourquoi vous ?
mail-approval-asked-why = L’identité de cette personne est déclarée : personne d’autre ne l’a vérifiée. Assurez-vous qu’elle existe et qu’elle est bien accompagnée par votre structure.
mail-approval-asked-next-title = Et ensuite ?
mail-approval-asked-next-letter = Après votre accord, vous imprimez la lettre avec son code et vous la postez. La personne dit oui par ce code.
mail-approval-asked-next-sms = La personne a dit oui, par le code reçu par SMS. Le mandat commence dès que vous donnez votre accord.

mail-reading-asked-subject = Une demande de lecture attend votre décision
mail-reading-asked-what = Un autre agent de votre autorité demande à lire un journal. Rien n’est cherché ni montré sans l’accord d’un deuxième agent.
mail-reading-asked-why = Vous avez la même compétence nationale. Le premier qui décide répond pour tous.
mail-reading-asked-silence-title = Sans réponse
mail-reading-asked-silence = La demande tombe d’elle-même à cette date. Ce courriel ne dit ni qui est cherché, ni pourquoi : c’est sur la page.

mail-merge-asked-subject = Une fusion attend votre accord
mail-merge-asked-what = L’exploitant propose de fusionner { $organisation } avec { $target }.
mail-merge-asked-action = Lire et décider
mail-merge-asked-rule-title = Pourquoi vous ?
mail-merge-asked-rule = Une fusion demande l’accord d’une deuxième personne : le référent de la structure qui ferme, ou un autre exploitant.

mail-transferred-subject = Votre mandat change de structure
mail-transferred-what = { $from } a fusionné avec { $to }. C’est maintenant { $to } qui peut agir pour vous.
mail-transferred-same-title = Ce qui ne change pas
mail-transferred-same = Ce que vous avez approuvé reste le même : les mêmes démarches, jusqu’à la même date. Vous n’avez rien à faire.

mail-case-news-subject = Dossier { $number }
mail-case-news-action = Lire le dossier
mail-case-news-opened-person = Votre signalement { $number } est enregistré.
mail-case-news-opened-other = Une personne a signalé un acte inattendu, fait par { $organisation }. Le dossier porte le numéro { $number }. Le mandat est suspendu le temps de l’examen.
mail-case-news-word-person = Votre message est ajouté au dossier { $number }.
mail-case-news-word-other = La personne a ajouté un message au dossier { $number }, qui concerne { $organisation }.
mail-case-news-organisation-answered-person = La structure { $organisation } a répondu à votre signalement { $number }. Le mandat reste suspendu.
mail-case-news-organisation-answered-other = La structure { $organisation } a répondu dans le dossier { $number }.
mail-case-news-authority-answered-person = L’autorité qui examine votre signalement { $number } vous a répondu. Le mandat de la structure { $organisation } reste suspendu.
mail-case-news-authority-answered-other = L’autorité a répondu dans le dossier { $number }, qui concerne { $organisation }.
mail-case-news-closed-restored-person = L’examen de votre signalement { $number } est fini. Ce signalement ne suspend plus le mandat de la structure { $organisation }. Vous pouvez toujours arrêter ce mandat.
mail-case-news-closed-restored-other = Le dossier { $number } est clos. Il ne suspend plus le mandat de la structure { $organisation }.
mail-case-news-closed-revoked-person = L’examen de votre signalement { $number } est fini. L’autorité a arrêté le mandat de la structure { $organisation }.
mail-case-news-closed-revoked-other = Le dossier { $number } est clos. L’autorité a arrêté le mandat de la structure { $organisation }.
mail-case-news-closed-unchanged-person = L’examen de votre signalement { $number } est fini. Le mandat de la structure { $organisation } avait déjà pris fin.
mail-case-news-closed-unchanged-other = Le dossier { $number } est clos. Le mandat de la structure { $organisation } avait déjà pris fin.
mail-case-news-question = Les raisons sont écrites dans votre espace.
mail-case-news-question-phone = Les raisons sont écrites dans votre espace. Une question ? Appelez le { $phone }.
mail-case-news-next-aidant = Votre référent peut répondre pour la structure. Dites-lui ce qui s’est passé.
mail-case-news-next-referent = Vous pouvez répondre pour la structure, dans le dossier.
mail-case-news-next-authority = Vous pouvez lire le dossier, répondre, puis le clore.

mail-expired-next-title = Et maintenant ?
mail-ends-soon-subject =
    { $days ->
        [0] Votre mandat finit aujourd’hui
        [1] Votre mandat finit demain
       *[other] Votre mandat finit dans { $days } jours
    }
mail-ends-soon-what = Le mandat que vous avez donné à { $organisation } finit bientôt.
mail-ends-soon-nothing-title = Si vous ne voulez pas continuer
mail-ends-soon-nothing = Vous n’avez rien à faire. Après cette date, plus personne n’agit pour vous avec ce mandat.
mail-ends-soon-more-title = Si vous voulez continuer
mail-ends-soon-more = Dites-le à votre aidant. Il préparera un nouveau mandat : vous le lirez, et vous déciderez.
mail-ends-soon-more-phone = Dites-le à votre aidant. Il préparera un nouveau mandat : vous le lirez, et vous déciderez. Une question ? Appelez le { $phone }.

mail-error-declared-subject-person = Votre aidant déclare une erreur
mail-error-declared-subject-other = Une erreur est déclarée dans un acte
mail-error-declared-what-person = { $aidant } ({ $organisation }) nous signale une erreur de sa part dans une démarche faite pour vous.
mail-error-declared-what-other = { $aidant } ({ $organisation }) déclare une erreur dans une démarche faite pour une personne.
mail-error-declared-action = Lire la déclaration
mail-error-declared-next-title = Et maintenant ?
mail-error-declared-next = Vous pouvez lire ce qui s’est passé, et ce qui a été fait pour réparer, dans votre journal. Si cela ne vous convient pas, vous pouvez signaler cet acte.
mail-error-declared-next-phone = Vous pouvez lire ce qui s’est passé, et ce qui a été fait pour réparer, dans votre journal. Si cela ne vous convient pas, signalez cet acte ou appelez le { $phone }.

mail-recorded-subject = Ce que vous avez demandé est fait
mail-recorded-what-telephone = Vous avez demandé par téléphone, le { $date }, d’arrêter ce qui suit. C’est fait : plus personne n’agit pour vous avec cela.
mail-recorded-what-letter = Vous avez demandé par courrier, le { $date }, d’arrêter ce qui suit. C’est fait : plus personne n’agit pour vous avec cela.
