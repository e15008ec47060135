# The integrator’s space: services, refused calls, error codes.

integrator-place = Intégration
integrator-none = Aucun service ne vous est confié.
integrator-open = Ouvrir
integrator-errors-title = Codes d’erreur
integrator-errors-lead = Ce que chaque code veut dire, et quoi faire. Le numéro de référence d’un appel refusé est sur la page du service.
integrator-code = Code
integrator-meaning = Ce que cela veut dire
integrator-advice = Que faire
integrator-when = Quand
integrator-where = Où
integrator-reference = Référence
integrator-theme = Démarche
integrator-receipts = Comptes rendus
integrator-faults-title = Derniers appels refusés
integrator-faults-none = Aucun appel refusé.
integrator-acts-title = Derniers actes
integrator-acts-none = Aucun acte pour l’instant.
integrator-act-choosing = En cours de choix
integrator-act-opened = Ouvert, code pas encore échangé
integrator-act-redeemed = Jetons remis
integrator-act-refused = Refusé
integrator-act-ended = Fini
integrator-receipts-title = Derniers comptes rendus
integrator-receipts-none = Aucun compte rendu pour l’instant.
integrator-erased = Contenu effacé
integrator-configuration-title = Configuration
integrator-configuration-words = Pour la changer, écrivez à l’exploitant : deux exploitants décident de ce qui élargit.
integrator-trial-title = Essayer
integrator-trial-words = Cette commande essaie l’authentification de votre service. Mettez d’abord le secret, ou une assertion fraîche, dans la variable nommée.
integrator-once-words = Ce secret ne sera plus jamais affiché. Rangez-le maintenant dans le coffre de votre service.
integrator-jwks = Nouvelles clés publiques (JWKS)
integrator-jwks-hint = Sans partie privée, chacune avec un kid.
integrator-jwks-replace = Remplacer les clés
integrator-keys-elsewhere = Vos clés sont lues à votre adresse jwks_uri : publiez-y la nouvelle clé avant de signer avec elle.

oauth-error-invalid-request = La demande ne se lit pas : un paramètre manque, est en double ou a une forme inattendue.
oauth-error-invalid-request-advice = Lisez error_description : il nomme le paramètre. Corrigez la demande ; la renvoyer telle quelle ne sert à rien.
oauth-error-invalid-client = Le service n’a pas prouvé qui il est.
oauth-error-invalid-client-advice = Vérifiez client_id, la méthode enregistrée et le secret. Avec une clé : aud, exp (5 minutes au plus), jti jamais réutilisé, kid présent dans vos clés publiées, horloge juste.
oauth-error-invalid-grant = Le code ou le jeton présenté ne vaut pas, ou ne vaut plus.
oauth-error-invalid-grant-advice = Un code sert une fois, pendant 60 secondes, au même service, avec la même redirect_uri et le code_verifier de la demande. Sinon, recommencez la connexion.
oauth-error-unauthorized-client = Le service n’est pas enregistré pour cet usage.
oauth-error-unauthorized-client-advice = Demandez à l’exploitant de changer l’enregistrement.
oauth-error-unsupported-grant-type = Ce grant_type n’existe pas ici.
oauth-error-unsupported-grant-type-advice = Voyez grant_types_supported dans openid-configuration.
oauth-error-invalid-scope = Un scope demandé est inconnu, ou n’a pas été accordé au service.
oauth-error-invalid-scope-advice = Ne demandez que les scopes de la configuration ci-contre.
oauth-error-access-denied = L’aidant a renoncé, ou la règle ne permet pas cet acte.
oauth-error-access-denied-advice = Ce n’est pas une panne. Dites à l’aidant que l’accès n’a pas été ouvert, et proposez de revenir.
oauth-error-unsupported-response-type = Seul response_type=code existe.
oauth-error-unsupported-response-type-advice = Utilisez le flux « authorization code » avec PKCE.
oauth-error-server-error = Une panne de notre côté.
oauth-error-server-error-advice = Réessayez plus tard ; donnez le numéro de référence à l’exploitant.
oauth-error-temporarily-unavailable = Le service est occupé, ou vous appelez trop souvent.
oauth-error-temporarily-unavailable-advice = Attendez un peu avant de réessayer, de plus en plus longtemps.
oauth-error-login-required = prompt=none, et l’aidant n’est pas connecté.
oauth-error-login-required-advice = Refaites la demande sans prompt=none.
oauth-error-interaction-required = prompt=none, mais la personne et la démarche sont toujours demandées.
oauth-error-interaction-required-advice = Refaites la demande sans prompt=none.
oauth-error-invalid-request-uri = La request_uri est inconnue, trop vieille ou déjà utilisée.
oauth-error-invalid-request-uri-advice = Déposez une nouvelle demande (PAR) et suivez-la dans les 90 secondes.
oauth-error-invalid-request-object = L’objet de demande signé ne se vérifie pas.
oauth-error-invalid-request-object-advice = Vérifiez signature, kid, aud, exp, nbf et client_id dans l’objet.
oauth-error-request-not-supported = Le paramètre request ne sert pas ainsi.
oauth-error-request-not-supported-advice = Envoyez les paramètres en clair, ou enregistrez le service pour des demandes signées.
oauth-error-request-uri-not-supported = Seules les request_uri de PAR sont acceptées.
oauth-error-request-uri-not-supported-advice = Déposez la demande à /oauth/par.
oauth-error-invalid-authorization-details = authorization_details est mal formé, ou d’un type inconnu.
oauth-error-invalid-authorization-details-advice = Le type est urn:procura:mandate ; privileges cite des démarches connues.
oauth-error-invalid-target = La ressource demandée n’est pas une API enregistrée.
oauth-error-invalid-target-advice = Vérifiez resource ou audience : l’adresse exacte que l’API a enregistrée.
oauth-error-invalid-token = Le jeton est faux, expiré ou révoqué.
oauth-error-invalid-token-advice = Demandez-en un autre. Un jeton d’accès vit cinq minutes au plus.
oauth-error-insufficient-scope = Le jeton est bon, mais ne va pas jusque-là.
oauth-error-insufficient-scope-advice = Demandez le scope qui manque, s’il est accordé au service.
oauth-error-insufficient-user-authentication = Le second facteur de l’aidant est trop ancien.
oauth-error-insufficient-user-authentication-advice = Renvoyez l’aidant à la connexion avec les acr_values et max_age de la réponse.
oauth-error-invalid-dpop-proof = La preuve DPoP ne se vérifie pas.
oauth-error-invalid-dpop-proof-advice = Vérifiez htm, htu (sans requête), iat, jti unique, ath aux ressources, et que la clé est celle du jeton.
oauth-error-use-dpop-nonce = Il faut le nonce du serveur dans la preuve DPoP.
oauth-error-use-dpop-nonce-advice = Reprenez l’en-tête DPoP-Nonce de la réponse et renvoyez la demande : c’est une étape normale.
oauth-error-unsupported-token-type = Ce jeton ne se révoque pas ici : un mandat ne se révoque pas par un service.
oauth-error-unsupported-token-type-advice = Seuls les jetons d’accès et de rafraîchissement se révoquent.
