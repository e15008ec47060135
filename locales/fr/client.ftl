# What does not fit in the registration of a client.

client-fault-name = Donnez un nom de 200 caractères au plus, sur une ligne.
client-fault-theme = Donnez au moins une thématique connue.
client-fault-redirect-missing = Donnez au moins une adresse de retour.
client-fault-redirect = Une adresse de retour est en https (ou http sur cette machine), sans fragment ni joker.
client-fault-compat = L’option compat n’existe que pour une administration ou un courtier d’identité déjà en service.
client-fault-profile = Sans compat, une administration s’authentifie par private_key_jwt, jamais par un secret.
client-fault-profile-alg = Sans compat, les signatures sont en ES256 ou en EdDSA.
client-fault-redirect-unused = Un serveur de ressources n’a pas d’adresse de retour.
client-fault-resource = Donnez l’adresse (https) de chaque interface que ce client protège.
client-fault-backchannel = L’adresse de déconnexion est en https (ou http sur cette machine), sans fragment ni joker.
client-fault-jwks-twice = Donnez les clés publiques elles-mêmes ou leur adresse, pas les deux.
client-fault-jwks-uri = L’adresse des clés publiques est en https, sans fragment ni joker.
client-fault-jwks = Donnez les clés publiques (JWKS) du client, sans partie privée.
client-fault-jwks-unused = Les clés ne servent qu’avec private_key_jwt.
client-fault-scope = Ces scopes ne vont pas avec ce type de client. Une administration : openid (nécessaire), profile, birth, email, receipts, evaluate, ssf.manage, ssf.read. Un logiciel : openid (nécessaire), mandates, offline_access. Une API : receipts, evaluate, ssf.manage, ssf.read.
client-fault-alg = Les algorithmes de signature sont ES256, RS256 et EdDSA ; HS256 pour un fournisseur comme FranceConnect seulement.
client-fault-secret = Avec HS256, le secret a 32 caractères au moins.
client-fault-broker-auth = Un fournisseur comme FranceConnect s’authentifie par client_secret_post.
client-fault-broker-grade = Un fournisseur comme FranceConnect n’utilise jamais un accord déclaré.
client-fault-sector = Le secteur a 1 à 200 caractères, sans espace.
client-id-taken = Cet identifiant est déjà pris.
client-same-operator = Un autre exploitant que celui qui a enregistré ce client doit confirmer.
client-not-pending = Ce client n’attend pas de confirmation.
client-disabled = Ce client est déjà désactivé.
