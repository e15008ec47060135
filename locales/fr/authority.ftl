# The authority's space: purpose, search, trail, cases, readings.

authority-national = Contrôle national
authority-cases-title = Actes signalés
authority-cases-lead =
    { $cases ->
        [0] Aucun acte signalé dans votre compétence.
        [one] Un acte signalé dans votre compétence.
       *[other] { $cases } actes signalés dans votre compétence.
    }
authority-cases-hint = Pour lire les lignes d’un dossier, dites d’abord pourquoi, puis donnez son numéro.
authority-begin = Lire le journal d’une personne
authority-case-open = À examiner
authority-case-answered = Répondu
authority-case-closed = Clos
authority-col-opened = Ouvert
authority-col-client = Administration
authority-col-state = État
authority-purpose-title = Pourquoi lisez-vous ?
authority-purpose-lead = Dites d’abord le but de votre lecture. Ensuite seulement, la personne et les lignes.
authority-purpose-seen = La personne verra votre nom et ce but
authority-purpose-seen-words = Chaque lecture est écrite dans son journal avant que les lignes s’affichent. Elle en est prévenue.
authority-purpose = But de la lecture
authority-purpose-hint = En une phrase : la demande, le dossier, la base. De 10 à 500 signes.
authority-purpose-wrong = Dites le but de la lecture, en une phrase de 10 à 500 signes
authority-purpose-case = Numéro de dossier (facultatif)
authority-case-hint = Par exemple 2027-0418
authority-case-unknown = Ce numéro de dossier n’existe pas dans votre compétence
authority-banner = But de votre lecture
authority-banner-note = Chaque lecture est écrite au journal. La personne le voit. <a href="/autorite/journal/but">Changer de but</a>
authority-search-title = De qui lisez-vous le journal ?
authority-search-lead = Donnez le nom de famille et la date de naissance, ou un numéro de dossier. Il n’y a pas de liste à parcourir.
authority-search-button = Lire ce journal
authority-trail-title = Journal d’une personne
authority-trail-lead = { $born }.
authority-limited = Vous voyez seulement les actes faits à vos services.
authority-lines =
    { $lines ->
        [0] Aucune ligne
        [one] Une ligne
       *[other] { $lines } lignes, de la plus récente à la plus ancienne
    }
authority-more = Il y a des lignes plus anciennes : choisissez une période.
authority-export = Exporter avec les preuves
authority-export-hint = L’export contient ces lignes et leurs preuves. Il se vérifie sans réseau, avec la commande <span class="code">procura ledger verify</span>. Exporter est aussi une ligne que la personne voit.
authority-filter = La personne et les lignes
authority-person = Personne
authority-person-hint = Nom de famille et date de naissance, par exemple Lefèvre 12/04/1948 ; ou un numéro de dossier
authority-person-missing = Donnez le nom de famille de la personne
authority-person-several = Plusieurs personnes portent ce nom : ajoutez la date de naissance, comme 12/04/1948
authority-person-unknown = Personne de ce nom n’a d’acte dans votre compétence. Vérifiez le nom entier et la date.
authority-organisation = Structure
authority-kind = Nature
authority-all = Toutes
authority-aidant = Aidant
authority-case = Dossier
authority-col-event = Événement
authority-col-when = Quand
authority-col-who = Qui
authority-col-where = Où, pour quoi
authority-col-outcome = Issue
authority-col-proof = Preuve
authority-readings-lead = Ce que vous avez lu et exporté, et pourquoi. Les personnes voient ces mêmes lignes.
authority-readings-none = Vous n’avez encore rien lu.
