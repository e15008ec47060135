# What does not fit in the registration of a client.

client-fault-kind = Seuls les types « administration » et « identity-broker » sont disponibles pour l’instant.
client-fault-name = Donnez un nom de 200 caractères au plus, sur une ligne.
client-fault-theme = Donnez au moins une thématique connue.
client-fault-redirect-missing = Donnez au moins une adresse de retour.
client-fault-redirect = Une adresse de retour est en https (ou http sur cette machine), sans fragment ni joker.
client-fault-compat = Sans compat, une administration a le profil FAPI (DPoP), qui n’est pas encore disponible : enregistrez-la avec compat.
client-fault-jwks = Donnez les clés publiques (JWKS) du client, sans partie privée.
client-fault-jwks-unused = Les clés ne servent qu’avec private_key_jwt.
client-fault-scope = Les scopes connus sont openid, profile, birth, email et receipts ; openid est nécessaire.
client-fault-alg = Les algorithmes de signature sont ES256, RS256 et EdDSA.
client-fault-sector = Le secteur a 1 à 200 caractères, sans espace.
client-id-taken = Cet identifiant est déjà pris.
client-same-operator = Un autre exploitant que celui qui a enregistré ce client doit confirmer.
client-not-pending = Ce client n’attend pas de confirmation.
client-disabled = Ce client est déjà désactivé.
