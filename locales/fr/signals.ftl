# Why a client hears that a mandate or a session changed: for its staff (admin) and for who uses its service (user). Without any name.

signal-admin-mandate-revoked = Le mandat a été arrêté avant son terme.
signal-user-mandate-revoked = Le mandat a été arrêté : l’aidant ne peut plus agir pour la personne.
signal-admin-theme-revoked = Une thématique a été retirée du mandat.
signal-user-theme-revoked = Le mandat ne couvre plus cette thématique : l’aidant ne peut plus agir pour la personne.
signal-admin-mandate-suspended = Le mandat a été suspendu.
signal-user-mandate-suspended = Le mandat est suspendu : l’aidant ne peut plus agir pour la personne pour l’instant.
signal-admin-mandate-restored = Le mandat suspendu est de nouveau actif.
signal-user-mandate-restored = Le mandat est de nouveau actif.
signal-admin-mandate-expired = Le mandat est arrivé à sa date de fin.
signal-user-mandate-expired = Le mandat est arrivé à sa date de fin : l’aidant ne peut plus agir pour la personne.
signal-admin-organisation-suspended = La structure de l’aidant a été suspendue.
signal-user-organisation-suspended = La structure de l’aidant est suspendue : l’aidant ne peut plus agir pour la personne.
signal-admin-habilitation-over = L’habilitation de l’aidant a été suspendue ou a pris fin.
signal-user-habilitation-over = L’aidant n’est plus habilité à agir pour la personne.
signal-admin-blocked = La personne a bloqué l’aidant ou sa structure.
signal-user-blocked = La personne ne souhaite plus que cet aidant ou cette structure agisse pour elle.
signal-admin-logged-out = La déconnexion de l’acte a été demandée.
signal-user-logged-out = La session est terminée.
signal-admin-code-used-twice = Le code de cet acte a été présenté deux fois : ses jetons ont pris fin.
signal-user-code-used-twice = La session est terminée par sécurité. Recommencez la connexion.
signal-stream-dropped = Des événements de plus de trois jours n’ont pas pu être remis et ont été abandonnés : vérifiez l’état de vos mandats.
