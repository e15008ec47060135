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
authority-search-title = De qui, de quoi lisez-vous le journal ?
authority-search-lead = Donnez le nom de famille et la date de naissance d’une personne, ou un aidant, une structure, une administration, un numéro de dossier. Il n’y a pas de liste de personnes à parcourir.
authority-search-button = Lire ce journal
authority-trail-title = Journal d’une personne
authority-limited = Vous voyez seulement les actes faits à vos services.
authority-lines =
    { $lines ->
        [0] Aucune ligne
        [one] Une ligne
       *[other] { $lines } lignes, de la plus récente à la plus ancienne
    }
authority-export = Exporter avec les preuves
authority-export-hint = L’export contient ces lignes et leurs preuves. Il se vérifie sans réseau, avec la commande <span class="code">procura ledger verify</span>. Exporter est aussi une ligne que la personne voit.
authority-filter = Qui et quelles lignes
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

authority-aidant-hint = Nom complet ou adresse électronique
authority-aidant-unknown = Aucun aidant ne porte ce nom ou cette adresse. Vérifiez le nom complet.
authority-aidant-several = Plusieurs aidants portent ce nom : donnez l’adresse électronique
authority-organisation-hint = Nom ou SIRET
authority-organisation-unknown = Aucune structure ne porte ce nom ou ce SIRET
authority-organisation-several = Plusieurs structures portent ce nom : donnez le SIRET
authority-client = Administration
authority-client-unknown = Cette administration n’est pas dans votre compétence
authority-kind-wrong = Choisissez une nature de la liste
authority-field-long = Ce texte est trop long : 200 signes au plus
authority-search-empty = Nommez une personne, un aidant, une structure, une administration ou un dossier
authority-several = Lignes trouvées
authority-several-words = Plusieurs personnes peuvent être concernées : chacune voit que vous avez lu ses lignes
authority-order = Ordonnance de justice
authority-order-none = Aucune
authority-order-choice = { $order } (visible par la personne le { $day })
authority-export-title = Exporter ces lignes
authority-export-pdf = Relevé lisible (PDF)
authority-export-ocsf = Événements OCSF 1.3.0 (JSON, une ligne par événement)
authority-export-fhir = Événements FHIR R5 (AuditEvent, JSON)
case-export-title = Exporter ce dossier
case-export-words = L’export contient les étapes du dossier, l’acte contesté et les lignes du mandat que vous pouvez lire. La personne le voit dans son journal.
reading-requests-title = Lectures à approuver
reading-requests-lead = Au contrôle national, un agent ne lit rien seul : un autre agent approuve d’abord. Les deux noms sont écrits au journal de la personne.
reading-requests-waiting = En attente de votre accord
reading-requests-none = Aucune demande n’attend votre accord.
reading-requests-own = Vos demandes
reading-requests-own-none = Vous n’avez rien demandé ces 30 derniers jours.
reading-title = Demande de { $name }, { $moment }
reading-status-waiting = En attente
reading-status-approved = Approuvée
reading-status-refused = Refusée
reading-status-over = Terminée
reading-approved-note = Approuvée par { $name }. À lire jusqu’au { $until }.
reading-refused-note = Refusée par { $name }.
reading-over-note = Elle a servi, ou a attendu trop longtemps. Demandez à nouveau.
reading-approve = Approuver
reading-refuse = Refuser
reading-open = Ouvrir la lecture
reading-ask = Demander cette lecture
reading-two = Un autre agent doit approuver cette lecture
reading-two-words = Rien n’est cherché ni montré avant son accord. Une lecture approuvée s’ouvre dans les trois jours et dure une heure.
reading-under-order = Sous une ordonnance de justice
court-orders-authority = Ordonnances de justice
court-orders-operator = Ordonnances de justice enregistrées
court-order-lead = Une lecture faite sous une ordonnance est écrite au journal aussitôt. La personne la voit à partir du jour fixé, et en est alors prévenue.
court-order-none = Aucune ordonnance n’est enregistrée.
court-order-col-order = Ordonnance
court-order-col-decided = Rendue le
court-order-col-shown = Visible le
court-order-col-recorded = Enregistrée
court-order-own-row = par vous
court-order-record = Enregistrer une ordonnance
court-order-two = Il faut deux personnes
court-order-two-words = Qui enregistre une ordonnance ne lit rien sous cette ordonnance : un autre agent le fait.
court-order-court = Juridiction
court-order-court-hint = Par exemple Tribunal judiciaire de Dijon
court-order-court-missing = Donnez le nom de la juridiction
court-order-number = Numéro de l’ordonnance
court-order-number-missing = Donnez le numéro de l’ordonnance
court-order-decided-on = Date de l’ordonnance
court-order-day-hint = Par exemple 12/04/2027
court-order-day-wrong = Donnez la date de l’ordonnance, comme 12/04/2027 ; elle n’est pas à venir
court-order-shown-on = La personne voit les lectures à partir du
court-order-shown-hint = Le jour fixé par l’ordonnance, à deux ans au plus
court-order-end-wrong = Donnez un jour à venir, à deux ans au plus
court-order-person = Personne concernée
court-order-person-hint = Nom de famille et date de naissance, comme sur l’ordonnance
court-order-person-missing = Donnez le nom de famille et la date de naissance, par exemple Lefèvre 12/04/1948
court-order-document = Empreinte SHA-256 du document
court-order-document-hint = 64 signes de 0 à 9 et de a à f, calculés sur le fichier de l’ordonnance
court-order-document-wrong = Donnez les 64 signes de l’empreinte SHA-256
court-order-button = Enregistrer l’ordonnance
court-order-unknown = Cette ordonnance n’existe pas
court-order-own = Vous avez enregistré cette ordonnance : un autre agent doit lire
court-order-over = Le secret de cette ordonnance a pris fin
court-order-person-differs = Cette ordonnance concerne une autre personne
