# Reading in files of organisations and aidants.

operator-import-title = Importer ou exporter
operator-import-lead = Le fichier est d’abord vérifié ligne par ligne, sans rien écrire. S’il n’y a aucune erreur, vous pouvez l’appliquer : tout est créé, ou rien.
import-one-title = Fichier importé
import-what = Que contient le fichier ?
import-kind-organisations = Des structures
import-kind-aidants = Des aidants
import-file = Fichier CSV
import-file-hint = UTF-8, colonnes séparées par des points-virgules ou des virgules, 100 000 lignes et 24 Mo au plus.
import-check = Vérifier le fichier
import-columns = Les colonnes
import-columns-needed = Nécessaires
import-columns-more = Permises
import-columns-example = Exemple de ligne
import-types = Les mots de la colonne « type »
import-export = Exporter
import-export-words = Les fichiers se relisent par cette page. Ceux des aidants contiennent des noms et des adresses : ne les laissez pas traîner.
import-newest = Derniers fichiers
import-see = Voir
import-state-waiting = en attente de vérification
import-state-checked = vérifié
import-state-confirmed = en cours d’application
import-state-applied = Tout est appliqué
import-state-dropped = Fichier abandonné
import-dropped-words = Son contenu est effacé. Rien n’a été écrit.
import-checking = Le fichier est en cours de vérification
import-applying = Le fichier est en cours d’application : tout, ou rien
import-since =
    { $seconds ->
        [0] à l’instant
        [one] depuis une seconde
       *[other] depuis { $seconds } secondes
    }
import-lines =
    { $count ->
        [0] lignes en cours de lecture
        [one] une ligne lue
       *[other] { $count } lignes lues
    }
import-faults =
    { $count ->
        [one] Une erreur dans le fichier
       *[other] { $count } erreurs dans le fichier
    }
import-faults-words = Rien n’a été écrit. Corrigez le fichier, puis importez-le de nouveau.
import-faults-file = Toutes les erreurs dans un fichier
import-clean = Aucune erreur
import-clean-words = Rien n’est encore écrit. Les référents et les aidants recevront un courriel quand vous appliquerez.
import-apply = Appliquer le fichier
import-drop = Abandonner ce fichier
import-step = Le fichier a changé d’état entre-temps : voici où il en est.
import-col-line = Ligne
import-col-column = Colonne
import-col-fault = Ce qui ne va pas
import-fault-missing = La case est vide.
import-fault-too-long = C’est trop long.
import-fault-signs = Il y a des signes invisibles ou des sauts de ligne.
import-fault-siret = Le SIRET est faux : 14 chiffres, avec leur clé.
import-fault-kind = Ce type de structure n’est pas dans la liste.
import-fault-address = L’adresse n’a pas de code postal français.
import-fault-email = L’adresse e-mail n’est pas complète.
import-fault-siret-known = Une structure a déjà ce SIRET.
import-fault-siret-unknown = Aucune structure active n’a ce SIRET.
import-fault-twice = La ligne { $line } dit déjà la même chose.
import-fault-already-here = Cet aidant est déjà dans cette structure.
import-fault-referent-part = Pour nommer un référent, donnez prénom, nom et adresse e-mail.
import-fault-width = La ligne n’a pas autant de cases que la première.
import-fault-encoding = Le texte n’est pas en UTF-8 : enregistrez le fichier en « CSV UTF-8 ».
import-fault-column-missing = Cette colonne manque.
import-fault-column-unknown = Cette colonne n’est pas connue.
import-fault-column-twice = Cette colonne est là deux fois.
import-fault-empty = Le fichier n’a aucune ligne à lire.
import-fault-too-many = Il y a plus de 100 000 lignes : coupez le fichier.
import-fault-large = Le fichier dépasse 24 Mo : coupez-le.
import-fault-file-missing = Choisissez un fichier
import-fault-kind-missing = Dites ce que contient le fichier
