# Sentences of the ledger's lines, their short names, and the reasons of refusals.
# $who ends with the auxiliary in French ("Vous avez", "Amélie Durand (CCAS) a"); $voice is "person" when the reader is the person.

ledger-who = <strong>{ $name }</strong> a
ledger-who-you = <strong>Vous</strong> avez
ledger-who-aidant = <strong>{ $name }</strong> ({ $organisation }) a
ledger-who-authority = <strong>{ $name }</strong> (autorité) a
ledger-who-operator = <strong>{ $name }</strong> (exploitant) a
ledger-who-integrator = <strong>{ $name }</strong> (intégrateur) a
ledger-who-referent = <strong>{ $name }</strong> (référent) a
ledger-who-system = <strong>Procura</strong> a
ledger-somebody = non précisé
ledger-a-person = une personne
ledger-declared-person = { $name } (identité déclarée)
ledger-the-person = La personne
ledger-erased = Le contenu de cette ligne a été effacé. Sa preuve reste valable.

ledger-aidant-logged-in = { $who } ouvert une session d’aidant, à { $time }.
ledger-aidant-login-refused = Une connexion au compte d’un aidant a été refusée, à { $time }.
ledger-aidant-second-factor-checked = { $who } donné de nouveau un code de sécurité, à { $time }.
ledger-aidant-organisation-switched = { $who } changé de structure, à { $time }.
ledger-aidant-account-linked = { $who } relié son compte à ProConnect, à { $time }.
ledger-aidant-account-unlinked = { $who } délié de ProConnect le compte de <strong>{ $subject }</strong>, à { $time }.
ledger-factor-enrolled =
    { $word ->
        [passkey] { $who } ajouté une clé d’accès au compte de <strong>{ $subject }</strong>, à { $time }.
        [totp_card] { $who } mis en service la carte { $reference } sur le compte de <strong>{ $subject }</strong>, à { $time }.
       *[other] { $who } relié un code de sécurité au compte de <strong>{ $subject }</strong>, à { $time }.
    }
ledger-factor-removed =
    { $word ->
        [passkey] { $who } retiré une clé d’accès du compte de <strong>{ $subject }</strong>, à { $time }.
        [totp_card] { $who } mis hors service la carte { $reference } de <strong>{ $subject }</strong>, à { $time }.
       *[other] { $who } retiré un code de sécurité du compte de <strong>{ $subject }</strong>, à { $time }.
    }
ledger-factor-given = { $who } remis la carte { $reference } à <strong>{ $subject }</strong>, à { $time }.
ledger-factor-reset-requested = { $who } demandé la réinitialisation du compte de <strong>{ $subject }</strong>, à { $time }. Raison donnée : { $words }
ledger-factor-reset = { $who } réinitialisé le compte de <strong>{ $subject }</strong>, à { $time } : ses cartes, applications et clés d’accès ne servent plus.
ledger-factor-reset-refused = { $who } refusé la réinitialisation du compte de <strong>{ $subject }</strong>, à { $time }.
ledger-factor-checked = { $who } confirmé de nouveau son identité, à { $time }.
ledger-card-imported =
    { $lines ->
        [one] { $who } ajouté une carte au stock ({ $reference }), à { $time }.
       *[other] { $who } ajouté { $lines } cartes au stock ({ $reference }), à { $time }.
    }
ledger-card-withdrawn =
    { $word ->
        [lost] { $who } noté comme perdue la carte { $reference }, à { $time }.
        [broken] { $who } noté comme cassée la carte { $reference }, à { $time }.
       *[other] { $who } noté le retour de la carte { $reference }, à { $time }.
    }
ledger-aidant-token-issued = Le logiciel <strong>{ $client }</strong> a reçu l’accès d’un aidant, à { $time }.
ledger-aidant-token-refused = Le logiciel <strong>{ $client }</strong> a demandé l’accès d’un aidant, à { $time }. C’est refusé : { $reason }.
ledger-aidant-token-ended = L’accès du logiciel <strong>{ $client }</strong> au nom d’un aidant a pris fin à { $time }.
ledger-client-token-ended = { $who } rendu son accès technique, à { $time }.
ledger-client-token-issued = { $who } reçu un accès technique en son propre nom, à { $time }.
ledger-habilitation-accepted = { $who } accordé une habilitation à <strong>{ $subject }</strong>, structure { $organisation }, jusqu’au { $until }, à { $time }.
ledger-habilitation-suspended = { $who } suspendu l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }. Raison donnée : { $words }
ledger-habilitation-restored = { $who } rétabli l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }.
ledger-habilitation-ended =
    { $word ->
        [term] L’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, est arrivée à sa date de fin.
       *[other] { $who } mis fin à l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }. Raison donnée : { $words }
    }
ledger-habilitation-requested = { $who } demandé l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }.
ledger-habilitation-training-set = { $who } accepté <strong>{ $subject }</strong> pour la formation du { $day }, structure { $organisation }, à { $time }.
ledger-habilitation-trained = { $who } noté que <strong>{ $subject }</strong> a suivi la formation du { $day }, structure { $organisation }, à { $time }.
ledger-habilitation-refused = { $who } refusé l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }. Raison donnée : { $words }
ledger-habilitation-charter-signed = { $who } signé la charte des aidants pour la structure { $organisation }, à { $time }.
ledger-habilitation-renewal-notified = { $who } prévenu que l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, finit le { $day }, à { $time }.
ledger-habilitation-renewal-requested = { $who } demandé le renouvellement de l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, qui finit le { $day }, à { $time }.
ledger-habilitation-renewal-refused = { $who } refusé de renouveler l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, à { $time }. Raison donnée : { $words }
ledger-habilitation-renewed = { $who } renouvelé l’habilitation de <strong>{ $subject }</strong>, structure { $organisation }, jusqu’au { $until }, à { $time }.
ledger-account-suspended = { $who } suspendu le compte de <strong>{ $subject }</strong>, à { $time }. Raison donnée : { $words }
ledger-account-restored = { $who } rétabli le compte de <strong>{ $subject }</strong>, à { $time }.
ledger-organisation-themes-changed = { $who } changé les démarches que la structure <strong>{ $organisation }</strong> ne fait pas, à { $time }. Désormais : { $themes }.
ledger-referent-removed = { $who } retiré <strong>{ $subject }</strong> des référents de la structure { $organisation }, à { $time }. Raison donnée : { $words }
ledger-referent-left = { $who } quitté la charge de référent de la structure { $organisation }, à { $time } ({ $subject }).
ledger-referent-handed-over = { $who } remis la charge de référent de la structure { $organisation } à <strong>{ $subject }</strong>, à { $time }.
ledger-organisation-accepted = { $who } accepté la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-organisation-suspended = { $who } suspendu la structure <strong>{ $organisation }</strong>, à { $time }. Raison donnée : { $words }
ledger-organisation-restored = { $who } rétabli la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-organisation-requested = La structure <strong>{ $subject }</strong> a demandé son habilitation, à { $time }.
ledger-organisation-request-corrected = La structure <strong>{ $subject }</strong> a corrigé sa demande d’habilitation, à { $time }.
ledger-organisation-request-changes-asked = { $who } demandé des changements à la structure <strong>{ $subject }</strong>, à { $time } : { $words }
ledger-organisation-request-withdrawn = La structure <strong>{ $subject }</strong> a retiré sa demande d’habilitation, à { $time }.
ledger-organisation-refused = { $who } refusé la demande de la structure <strong>{ $subject }</strong>, à { $time }. Raison donnée : { $words }
ledger-organisation-merge-asked = { $who } proposé de fusionner la structure { $organisation } avec <strong>{ $subject }</strong>, à { $time }. Raison donnée : { $words }
ledger-organisation-merge-withdrawn = { $who } retiré la proposition de fusionner la structure { $organisation } avec <strong>{ $subject }</strong>, à { $time }.
ledger-organisation-merged = { $who } fusionné la structure { $organisation } avec <strong>{ $subject }</strong>, à { $time } (mandats transférés : { $lines }). La structure { $organisation } est fermée.
ledger-habilitation-moved = L’habilitation de <strong>{ $subject }</strong> est passée de la structure { $label } à la structure { $organisation }, à { $time }.
ledger-mandate-transferred =
    { $voice ->
        [person] Votre mandat est passé de la structure <strong>{ $subject }</strong> à la structure <strong>{ $organisation }</strong>, à { $time } : les deux structures ont fusionné. Ce que vous avez approuvé ne change pas.
       *[other] Le mandat est passé de la structure <strong>{ $subject }</strong> à la structure <strong>{ $organisation }</strong>, à { $time } : les deux structures ont fusionné.
    }
ledger-referent-named =
    { $word ->
        [deputy] { $who } nommé <strong>{ $subject }</strong> suppléant du référent de la structure { $organisation }, à { $time }.
       *[other] { $who } nommé <strong>{ $subject }</strong> référent de la structure { $organisation }, à { $time }.
    }
ledger-person-identified =
    { $voice ->
        [person] <strong>Vous</strong> avez dit qui vous êtes avec FranceConnect, à { $time }.
       *[other] <strong>{ $person }</strong> a dit qui elle est avec FranceConnect, à { $time }.
    }
ledger-person-declared =
    { $voice ->
        [person] { $who } noté votre identité, à { $time }. Elle n’est pas vérifiée par FranceConnect.
       *[other] { $who } noté l’identité de <strong>{ $person }</strong>, à { $time }. Elle n’est pas vérifiée par FranceConnect.
    }
ledger-person-logged-in =
    { $voice ->
        [person] <strong>Vous</strong> avez ouvert votre espace, à { $time }.
       *[other] <strong>{ $person }</strong> a ouvert son espace, à { $time }.
    }
ledger-person-login-refused =
    { $voice ->
        [person] Quelqu’un a donné votre code papier sans le bon code reçu par SMS, à { $time }. Votre espace est resté fermé.
       *[other] L’espace de { $person } est resté fermé : le code reçu par SMS n’était pas le bon, à { $time }.
    }
ledger-person-contact-changed =
    { $word ->
        [added-email] { $voice ->
            [person] Une adresse e-mail pour vous écrire a été ajoutée, à { $time }.
           *[other] Une adresse e-mail de { $person } a été ajoutée, à { $time }.
        }
        [added-phone] { $voice ->
            [person] Un numéro de téléphone pour vous prévenir a été ajouté, à { $time }.
           *[other] Un numéro de téléphone de { $person } a été ajouté, à { $time }.
        }
        [removed-email] { $voice ->
            [person] Une de vos adresses e-mail a été retirée, à { $time }.
           *[other] Une adresse e-mail de { $person } a été retirée, à { $time }.
        }
        [removed-phone] { $voice ->
            [person] Un de vos numéros de téléphone a été retiré, à { $time }.
           *[other] Un numéro de téléphone de { $person } a été retiré, à { $time }.
        }
       *[replaced] { $voice ->
            [person] FranceConnect a donné une nouvelle adresse e-mail pour vous écrire, à { $time }.
           *[other] FranceConnect a donné une nouvelle adresse e-mail de { $person }, à { $time }.
        }
    }
ledger-person-preferences-changed = { $who } changé la façon d’être prévenu, à { $time }.
ledger-paper-code-issued =
    { $voice ->
        [person] { $who } imprimé un code papier pour votre espace, à { $time }.
       *[other] { $who } imprimé un code papier pour l’espace de <strong>{ $person }</strong>, à { $time }.
    }
ledger-notice-disowned =
    { $voice ->
        [person] Le lien « ce n’était pas moi » d’un message que vous avez reçu a été utilisé, à { $time }.
       *[other] Le lien « ce n’était pas moi » d’un message reçu par { $person } a été utilisé, à { $time }.
    }
ledger-person-blocked = { $who } bloqué <strong>{ $subject }</strong> pour l’avenir, à { $time }.
ledger-person-unblocked = { $who } cessé de bloquer <strong>{ $subject }</strong>, à { $time }.
ledger-person-erasure-requested =
    { $voice ->
        [person] { $who } demandé que vos données soient effacées, à { $time }.
       *[other] { $who } demandé que ses données soient effacées, à { $time }.
    }
ledger-person-erasure-withdrawn =
    { $voice ->
        [person] { $who } renoncé à faire effacer vos données, à { $time }.
       *[other] { $who } renoncé à faire effacer ses données, à { $time }.
    }
ledger-person-erased = Les données d’une personne ont été effacées, à { $time }. Les preuves de son journal restent valables.
ledger-orientation-noted =
    { $voice ->
        [person] { $who } noté une orientation pour vous vers <strong>{ $subject }</strong>, à { $time }.
       *[other] { $who } noté une orientation de <strong>{ $person }</strong> vers <strong>{ $subject }</strong>, à { $time }.
    }
ledger-retention-applied = { $who } effacé ce qui a atteint sa durée de conservation, à { $time } (éléments : { $lines }).
ledger-places-imported = { $who } mis à jour la liste des lieux de médiation numérique, à { $time } (lieux nouveaux, changés ou retirés : { $lines }).
ledger-sign-raised = { $who } relevé un signe d’abus possible, à { $time } (nombre : { $lines }).
ledger-operator-sign-reviewed = { $who } examiné un signe d’abus possible, à { $time }. Note : { $words }
ledger-mandate-drafted = { $who } préparé un mandat pour <em>{ $themes }</em>, à { $time }.
ledger-mandate-submitted =
    { $voice ->
        [person] { $who } présenté ce mandat à votre accord, à { $time }.
       *[other] { $who } présenté un mandat à l’accord de la personne, à { $time }.
    }
ledger-mandate-sent-again = { $who } envoyé de nouveau le lien ou le code de ce mandat, à { $time }.
ledger-mandate-letter-printed = { $who } ouvert la lettre à imprimer, avec le texte et le code, à { $time }.
ledger-mandate-identity-refused =
    { $word ->
        [renewal_other_person] Une autre personne que celle qui a donné le mandat a dit qui elle est, à { $time }. Nous n’avons rien gardé d’elle. Le renouvellement préparé par la structure <strong>{ $organisation }</strong> attend toujours la bonne personne.
       *[other] Une autre personne que celle attendue a dit qui elle est, à { $time }. Nous n’avons rien gardé d’elle et le brouillon de la structure <strong>{ $organisation }</strong> est fermé.
    }
ledger-mandate-paired = { $who } tapé le bon code, dit par l’aidant, à { $time }.
ledger-mandate-code-refused =
    { $word ->
        [pairing] Le code, dit par l’aidant, d’un mandat de la structure <strong>{ $organisation }</strong> était faux, à { $time }. Essais restants : { $lines }.
       *[other] Le code donné pour approuver un mandat de la structure <strong>{ $organisation }</strong> était faux, à { $time }. Essais restants : { $lines }.
    }
ledger-mandate-referent-approved = { $who } donné son accord, en plus de celui de la personne, pour la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-mandate-referent-refused = { $who } refusé un mandat préparé par la structure <strong>{ $organisation }</strong>, à { $time }. Raison donnée : { $words }
ledger-mandate-approved = { $who } approuvé un mandat pour la structure <strong>{ $organisation }</strong>, pour <em>{ $themes }</em>, jusqu’au { $until }, à { $time }.
ledger-mandate-refused = { $who } refusé un mandat de la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-mandate-lapsed =
    { $word ->
        [timeout] Un mandat préparé par la structure <strong>{ $organisation }</strong> est resté sans réponse : il a été abandonné à { $time }.
        [abandoned] { $who } abandonné un mandat préparé par la structure <strong>{ $organisation }</strong>, à { $time }.
       *[other] Un mandat préparé par la structure <strong>{ $organisation }</strong> a été fermé à { $time }. Il ne donne aucun droit.
    }
ledger-mandate-suspended = Le mandat de la structure <strong>{ $organisation }</strong> a été suspendu à { $time }. Personne ne peut plus l’utiliser pour l’instant.
ledger-mandate-restored = Le mandat de la structure <strong>{ $organisation }</strong> est de nouveau actif, à { $time }.
ledger-mandate-hold-added = Une nouvelle raison suspend le mandat de la structure <strong>{ $organisation }</strong>, à { $time }. Il était déjà suspendu.
ledger-mandate-hold-lifted = Une des raisons qui suspendaient le mandat de la structure <strong>{ $organisation }</strong> a disparu, à { $time }. Il reste suspendu pour une autre raison.
ledger-mandate-renewed = { $who } renouvelé le mandat de la structure <strong>{ $organisation }</strong>, à { $time }. Le nouveau mandat dure jusqu’au { $until }.
ledger-mandate-expired = Le mandat de la structure <strong>{ $organisation }</strong> est arrivé à sa date de fin.
ledger-mandate-revoked = { $who } arrêté le mandat de la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-mandate-token-issued =
    { $word ->
        [software] { $who } pris une copie signée du mandat dans le logiciel <strong>{ $client }</strong>, pour <em>{ $themes }</em>, à { $time }.
       *[other] L’administration <strong>{ $client }</strong> a reçu une copie signée du mandat, pour <em>{ $themes }</em>, à { $time }.
    }
ledger-mandate-verified = L’administration <strong>{ $client }</strong> a vérifié le mandat ce jour-là.
ledger-authorization-revoked = { $who } retiré <em>{ $theme }</em> du mandat de la structure <strong>{ $organisation }</strong>, à { $time }.
ledger-attestation-issued = { $who } imprimé une attestation du mandat, à { $time }.
ledger-attestation-verified = Quelqu’un a vérifié le code imprimé sur l’attestation du mandat, à { $time }.
ledger-act-opened =
    { $word ->
        [broker] { $voice ->
            [person] { $who } ouvert un service en votre nom par <strong>{ $client }</strong>, pour <em>{ $theme }</em>, à { $time }. Pendant 30 minutes, d’autres services ont pu être ouverts dans la même session, sans que nous le voyions. L’historique de { $client } les montre.
           *[other] { $who } ouvert un service au nom de <strong>{ $person }</strong> par <strong>{ $client }</strong>, pour <em>{ $theme }</em>, à { $time }. Pendant 30 minutes, d’autres services ont pu être ouverts dans la même session, sans que nous le voyions.
        }
       *[login] { $voice ->
            [person] { $who } ouvert votre dossier auprès de l’administration <strong>{ $client }</strong>, pour <em>{ $theme }</em>, à { $time }.
           *[other] { $who } ouvert le dossier de <strong>{ $person }</strong> auprès de l’administration <strong>{ $client }</strong>, pour <em>{ $theme }</em>, à { $time }.
        }
    }
ledger-act-refused =
    { $voice ->
        [person] { $who } voulu ouvrir votre dossier auprès de l’administration <strong>{ $client }</strong>, à { $time }. Nous avons refusé : { $reason }. Rien n’a été lu ni changé.
       *[other] { $who } voulu ouvrir le dossier de <strong>{ $person }</strong> auprès de l’administration <strong>{ $client }</strong>, à { $time }. C’est refusé : { $reason }.
    }
ledger-act-token-issued =
    { $word ->
        [software] { $who } reçu l’accès de cet acte auprès de l’administration <strong>{ $client }</strong>, à { $time }.
       *[other] L’administration <strong>{ $client }</strong> a reçu l’accès de cet acte, à { $time }.
    }
ledger-act-ended = L’accès de <strong>{ $client }</strong> pour cet acte a pris fin à { $time }.
ledger-act-reported = L’administration <strong>{ $client }</strong> a rapporté ce qui a été fait, à { $time } : { $label }
ledger-act-contested =
    { $voice ->
        [person] { $who } signalé un acte que vous n’attendiez pas, à { $time }. Vos mots : « { $words } »
       *[other] { $who } signalé un acte inattendu, à { $time }. Ses mots : « { $words } »
    }
ledger-case-opened = Un dossier d’examen a été ouvert, à { $time }.
ledger-case-word-added = { $who } ajouté un message au dossier, à { $time } : « { $words } »
ledger-case-answered =
    { $word ->
        [organisation] { $who } répondu pour la structure <strong>{ $organisation }</strong>, à { $time } : « { $words } »
       *[authority] { $who } répondu dans le dossier, à { $time } : « { $words } »
    }
ledger-case-closed =
    { $word ->
        [restored] { $who } clos le dossier, à { $time }. Il ne suspend plus le mandat. Raison donnée : « { $words } »
        [revoked] { $who } clos le dossier et arrêté le mandat, à { $time }. Raison donnée : « { $words } »
       *[unchanged] { $who } clos le dossier, à { $time }. Le mandat avait déjà pris fin. Raison donnée : « { $words } »
    }
ledger-act-error-declared =
    { $voice ->
        [person] { $who } déclaré une erreur dans un acte fait pour vous, à { $time }. Ce qui s’est passé : « { $words } »
       *[other] { $who } déclaré une erreur dans un acte fait pour <strong>{ $person }</strong>, à { $time }. Ce qui s’est passé : « { $words } »
    }{ $label ->
        [none] {" "}Rien n’a encore été réparé.
       *[other] {" "}Ce qui a été fait pour réparer : « { $label } »
    }{ $word ->
        [told] {" "}L’administration est prévenue.
       *[untold] {" "}L’administration n’est pas encore prévenue.
    }
ledger-person-looked-up =
    { $voice ->
        [person] { $who } cherché votre nom et votre date de naissance, après un appel ou un courrier, à { $time }.
       *[other] { $who } cherché une personne par son identité, après un appel ou un courrier, à { $time }.
    }
ledger-revocation-recorded =
    { $word ->
        [letter] { $voice ->
            [person] { $who } enregistré ce que vous avez demandé par courrier, à { $time }.
           *[other] { $who } enregistré ce que la personne a demandé par courrier, à { $time }.
        }
       *[telephone] { $voice ->
            [person] { $who } enregistré ce que vous avez demandé par téléphone, à { $time }.
           *[other] { $who } enregistré ce que la personne a demandé par téléphone, à { $time }.
        }
    }
ledger-trail-read-by-authority =
    { $voice ->
        [person] { $who } lu { $lines ->
            [0] votre journal, sans y trouver de ligne,
            [one] une ligne de votre journal,
           *[other] { $lines } lignes de votre journal,
        } à { $time }.
       *[other] { $who } lu le journal de <strong>{ $person }</strong>, à { $time } (lignes : { $lines }).
    }
ledger-trail-exported =
    { $voice ->
        [person] { $who } téléchargé des lignes de votre journal avec leurs preuves, à { $time } (lignes : { $lines }).
       *[other] { $who } téléchargé des lignes du journal de <strong>{ $person }</strong> avec leurs preuves, à { $time } (lignes : { $lines }).
    }
ledger-trail-reading-asked = { $who } demandé une lecture de journal, à approuver par un autre agent, à { $time }.
ledger-trail-reading-approved = { $who } approuvé une lecture demandée par <strong>{ $subject }</strong>, à { $time }.
ledger-trail-reading-refused = { $who } refusé une lecture demandée par <strong>{ $subject }</strong>, à { $time }.
ledger-court-order-recorded = { $who } enregistré une ordonnance de justice (<em>{ $reference }</em>), à { $time } ; les lectures sont visibles à partir du { $day }.
ledger-trail-printed =
    { $voice ->
        [person] { $who } imprimé pour vous un relevé de votre journal, à { $time } (lignes : { $lines }).
       *[other] { $who } imprimé un relevé du journal pour <strong>{ $person }</strong>, à sa demande, à { $time } (lignes : { $lines }).
    }
ledger-client-registered = { $who } enregistré le service <strong>{ $client }</strong>, à { $time }.
ledger-client-changed = { $who } changé l’enregistrement du service <strong>{ $client }</strong>, à { $time } ({ $words }).
ledger-client-change-asked = { $who } demandé un changement de l’enregistrement du service <strong>{ $client }</strong>, à { $time } ({ $words }).
ledger-client-change-withdrawn = { $who } retiré une demande de changement du service <strong>{ $client }</strong>, à { $time } ({ $words }).
ledger-client-disabled = { $who } désactivé le service <strong>{ $client }</strong>, à { $time }. Raison donnée : { $words }
ledger-stream-created = { $who } ouvert un flux d’événements, à { $time }.
ledger-stream-changed = { $who } modifié son flux d’événements, à { $time }.
ledger-stream-deleted = { $who } fermé son flux d’événements, à { $time }.
ledger-key-created = Une clé de signature a été créée, à { $time } ({ $reference }).
ledger-ledger-origin-opened = Après une perte, le journal continue sous un autre nom ({ $reference }, avant { $words }), depuis { $time }.
ledger-key-rotated = Une nouvelle clé de signature est en service, à { $time } ({ $reference }).
ledger-key-retired = Une clé de signature a été retirée, à { $time } ({ $reference }).
ledger-key-withdrawn = Une clé de signature tombée en de mauvaises mains a été révoquée, à { $time } ({ $reference }) : rien de ce qu’elle a signé n’est à croire.
ledger-operator-added = { $who } ajouté l’exploitant <strong>{ $subject }</strong>, à { $time }.
ledger-operator-logged-in = { $who } ouvert une session d’exploitant, à { $time }.
ledger-operator-login-refused = Une connexion au compte d’un exploitant a été refusée, à { $time }.
ledger-authority-added = { $who } ajouté l’agent d’autorité <strong>{ $subject }</strong>, à { $time }.
ledger-authority-logged-in = { $who } ouvert une session d’autorité, à { $time }.
ledger-authority-login-refused = Une connexion au compte d’un agent d’autorité a été refusée, à { $time }.
ledger-integrator-added = { $who } ajouté l’intégrateur <strong>{ $subject }</strong>, à { $time }.
ledger-integrator-logged-in = { $who } ouvert une session d’intégrateur, à { $time }.
ledger-integrator-login-refused = Une connexion au compte d’un intégrateur a été refusée, à { $time }.
ledger-referent-logged-in = { $who } ouvert une session de référent, à { $time }.
ledger-referent-login-refused = Une connexion au compte d’un référent a été refusée, à { $time }.

kind-aidant-logged-in = Connexion d’un aidant
kind-aidant-login-refused = Connexion refusée
kind-aidant-second-factor-checked = Code de sécurité
kind-aidant-organisation-switched = Changement de structure
kind-aidant-account-linked = Compte relié à ProConnect
kind-aidant-account-unlinked = Compte délié de ProConnect
kind-factor-enrolled = Moyen de connexion ajouté
kind-factor-removed = Moyen de connexion retiré
kind-factor-given = Carte remise
kind-factor-reset-requested = Réinitialisation demandée
kind-factor-reset = Compte réinitialisé
kind-factor-reset-refused = Réinitialisation refusée
kind-factor-checked = Identité confirmée
kind-card-imported = Cartes ajoutées au stock
kind-card-withdrawn = Carte retirée du stock
kind-aidant-token-issued = Accès d’un logiciel
kind-aidant-token-refused = Accès d’un logiciel refusé
kind-aidant-token-ended = Accès d’un logiciel terminé
kind-client-token-ended = Accès technique terminé
kind-client-token-issued = Accès technique
kind-habilitation-accepted = Habilitation accordée
kind-habilitation-suspended = Habilitation suspendue
kind-habilitation-restored = Habilitation rétablie
kind-habilitation-ended = Fin d’habilitation
kind-habilitation-requested = Habilitation demandée
kind-habilitation-training-set = Formation prévue
kind-habilitation-trained = Formation suivie
kind-habilitation-refused = Habilitation refusée
kind-habilitation-charter-signed = Charte signée
kind-habilitation-renewal-notified = Fin d’habilitation annoncée
kind-habilitation-renewal-requested = Renouvellement demandé
kind-habilitation-renewal-refused = Renouvellement refusé
kind-habilitation-renewed = Habilitation renouvelée
kind-account-suspended = Compte suspendu
kind-account-restored = Compte rétabli
kind-organisation-themes-changed = Démarches de la structure
kind-referent-removed = Référent retiré
kind-referent-left = Référent parti
kind-referent-handed-over = Charge de référent remise
kind-organisation-accepted = Structure acceptée
kind-organisation-suspended = Structure suspendue
kind-organisation-restored = Structure rétablie
kind-organisation-requested = Demande d’une structure
kind-organisation-request-corrected = Demande corrigée
kind-organisation-request-changes-asked = Changements demandés
kind-organisation-request-withdrawn = Demande retirée
kind-organisation-refused = Demande refusée
kind-organisation-merge-asked = Fusion proposée
kind-organisation-merge-withdrawn = Fusion retirée
kind-organisation-merged = Fusion de structures
kind-habilitation-moved = Habilitation transférée
kind-mandate-transferred = Mandat transféré
kind-referent-named = Référent nommé
kind-person-identified = Identification
kind-person-logged-in = Espace ouvert
kind-person-login-refused = Espace resté fermé
kind-person-contact-changed = Changement de coordonnées
kind-person-preferences-changed = Choix des messages
kind-paper-code-issued = Code papier
kind-notice-disowned = « Ce n’était pas moi »
kind-person-blocked = Blocage
kind-person-unblocked = Fin de blocage
kind-person-erasure-requested = Effacement demandé
kind-person-erasure-withdrawn = Demande d’effacement retirée
kind-person-erased = Données effacées
kind-orientation-noted = Orientation notée
kind-retention-applied = Durées de conservation appliquées
kind-places-imported = Lieux mis à jour
kind-sign-raised = Signe relevé
kind-operator-sign-reviewed = Signe examiné
kind-mandate-drafted = Mandat préparé
kind-mandate-submitted = Mandat présenté
kind-person-declared = Identité notée
kind-mandate-sent-again = Nouvel envoi
kind-mandate-letter-printed = Lettre à imprimer
kind-mandate-identity-refused = Autre personne
kind-mandate-paired = Code dit par l’aidant
kind-mandate-code-refused = Code faux
kind-mandate-referent-approved = Accord du référent
kind-mandate-referent-refused = Refus du référent
kind-mandate-approved = Mandat approuvé
kind-mandate-refused = Mandat refusé
kind-mandate-lapsed = Mandat abandonné
kind-mandate-suspended = Mandat suspendu
kind-mandate-restored = Mandat rétabli
kind-mandate-hold-added = Autre raison de suspension
kind-mandate-hold-lifted = Raison de suspension levée
kind-mandate-renewed = Mandat renouvelé
kind-mandate-expired = Mandat fini
kind-mandate-revoked = Mandat arrêté
kind-mandate-token-issued = Copie signée du mandat
kind-mandate-verified = Mandat vérifié
kind-authorization-revoked = Démarche retirée
kind-attestation-issued = Attestation imprimée
kind-attestation-verified = Attestation vérifiée
kind-act-opened = Ouverture de dossier
kind-act-refused = Acte refusé
kind-act-token-issued = Accès remis
kind-act-ended = Accès terminé
kind-act-reported = Compte rendu
kind-act-contested = Acte contesté
kind-case-opened = Dossier ouvert
kind-case-word-added = Message au dossier
kind-case-answered = Réponse au dossier
kind-case-closed = Dossier clos
kind-act-error-declared = Erreur déclarée
kind-person-looked-up = Recherche d’une personne
kind-revocation-recorded = Demande par téléphone ou courrier
kind-trail-read-by-authority = Lecture par une autorité
kind-trail-exported = Export du journal
kind-trail-reading-asked = Lecture demandée
kind-trail-reading-approved = Lecture approuvée
kind-trail-reading-refused = Lecture refusée
kind-court-order-recorded = Ordonnance enregistrée
kind-trail-printed = Relevé imprimé
kind-client-registered = Service enregistré
kind-client-changed = Service changé
kind-client-change-asked = Changement demandé
kind-client-change-withdrawn = Demande retirée
kind-client-disabled = Service désactivé
kind-stream-created = Flux d’événements ouvert
kind-stream-changed = Flux d’événements modifié
kind-stream-deleted = Flux d’événements fermé
kind-key-created = Clé créée
kind-ledger-origin-opened = Journal repris sous un autre nom
kind-key-rotated = Clé remplacée
kind-key-retired = Clé retirée
kind-key-withdrawn = Clé révoquée
kind-operator-added = Exploitant ajouté
kind-operator-logged-in = Connexion d’un exploitant
kind-operator-login-refused = Connexion refusée
kind-authority-added = Agent ajouté
kind-authority-logged-in = Connexion d’une autorité
kind-authority-login-refused = Connexion refusée
kind-integrator-added = Intégrateur ajouté
kind-integrator-logged-in = Connexion d’un intégrateur
kind-integrator-login-refused = Connexion refusée
kind-referent-logged-in = Connexion d’un référent
kind-referent-login-refused = Connexion refusée

ledger-reason-client-not-active = ce service n’est pas en fonction
ledger-reason-client-not-entitled = ce service ne peut pas recevoir de mandat
ledger-reason-client-theme = ce service n’accepte pas cette démarche
ledger-reason-consent-grade = ce service demande un accord plus fort
ledger-reason-account-suspended = le compte de l’aidant est suspendu
ledger-reason-habilitation-not-given = l’habilitation de l’aidant n’est pas encore accordée
ledger-reason-charter-unsigned = l’aidant n’a pas signé la charte
ledger-reason-habilitation-suspended = l’habilitation de l’aidant est suspendue
ledger-reason-habilitation-ended = l’habilitation de l’aidant est finie
ledger-reason-organisation-suspended = la structure est suspendue
ledger-reason-organisation-theme = la structure ne fait plus cette démarche
ledger-reason-no-mandate = il n’y a pas de mandat pour cette structure
ledger-reason-mandate-not-given = le mandat n’est pas approuvé
ledger-reason-mandate-suspended = le mandat est suspendu
ledger-reason-mandate-revoked = le mandat a été arrêté
ledger-reason-mandate-expired = le mandat est fini
ledger-reason-theme-not-in-mandate = cette démarche n’est pas dans le mandat
ledger-reason-theme-revoked = cette démarche a été retirée du mandat
ledger-reason-aidant-blocked = cet aidant est bloqué par la personne
ledger-reason-organisation-blocked = cette structure est bloquée par la personne
ledger-reason-no-email = aucune adresse électronique n’est connue pour la personne
ledger-reason-second-factor-stale = l’aidant n’avait pas redonné son code de sécurité
ledger-reason-other = une règle s’y opposait

receipt-submitted = Demande envoyée
receipt-consulted = Consultation
receipt-changed = Changement
receipt-paid = Paiement
receipt-other = Autre
