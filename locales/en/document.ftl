# Words that the papers themselves add.
document-page = Page { $page } of { $total }

# The attestation of a mandate.
paper-attestation-title = Attestation of mandate
paper-attestation-lead = { $person } has mandated { $organisation } to take certain administrative steps online in their place.
paper-attestation-suspended = This mandate is suspended at the moment: nobody can use it.
paper-attestation-over = This mandate is over. Keep this paper as a record.
paper-essential = The essentials
paper-person = Person
paper-organisation = Organisation that may act
paper-siret = { $name }, SIRET { $siret }
paper-themes = Administrative steps
paper-period = Duration
paper-period-words = from { $from } to { $to } inclusive
paper-drafted-by = Mandate prepared by
paper-approved = Agreement given
paper-approved-words = { $moment }
paper-identity = Identity of the person
paper-identity-declared = Identity declared by the person and noted by the aidant. No public service has verified it.
paper-identity-franceconnect = Identity verified by FranceConnect
paper-identity-franceconnect_plus = Identity verified by FranceConnect+
paper-check = Check this paper
paper-check-alt = Square code. It opens the address { $address }
paper-check-words =
    Point a phone at this square, or type this code at { $address }:

    { $code }

    Code made on { $moment }. The page says whether the mandate still holds, for which steps and until when.
paper-check-none = This paper has no code: it cannot be checked online. The aidant or the person can make one.
paper-stop = Stopping this mandate
paper-stop-lead = The person can stop this mandate at any time, whole or for one kind of step, without giving a reason:
paper-stop-space = in their space, at { $address };
paper-stop-phone = by telephone, on { $phone };
paper-stop-desk = at the organisation.
paper-text = The text that was agreed to
paper-text-lead = This is, word for word, the text that { $person } approved.
paper-digest = Fingerprint of the text (SHA-256)
paper-reference = Reference of the text

# The statement of revocation.
paper-stopped-title = End of a mandate
paper-stopped-part-title = End of a part of a mandate
paper-stopped-lead = The mandate given by { $person } to { $organisation } has been stopped. Nobody can use it any more.
paper-stopped-part-lead = A part of the mandate given by { $person } to { $organisation } has been stopped. Nobody can use it for these steps any more.
paper-stopped-themes = Steps that were stopped
paper-stopped-left = Steps that remain
paper-stopped-what = What happened
paper-stopped-line = { $day }: { $sentence }
paper-stopped-reason = Reason given: { $words }
paper-stopped-kept = What was done before stays in the person’s journal, with its proofs.

# The statement of a journal.
paper-statement-title = Statement of what was done in your name
paper-statement-lead = This statement shows each time an aidant or a service acted for you or read your journal. The newest stand first.
paper-statement-days = Period
paper-statement-days-all = from the beginning to { $to }
paper-statement-days-from = from { $from } to { $to }
paper-statement-made = Statement made
paper-statement-lines = Lines
paper-statement-more = This statement is too long to be printed whole: older lines are left out. Ask for a statement of an earlier period.
paper-statement-empty = Nothing was done in your name during this period.
paper-statement-table = What was done, day by day
paper-statement-when = Day and time
paper-statement-what = What happened
paper-statement-report = Report
paper-statement-wrong = Is a line wrong?
paper-statement-wrong-words = Say so: the mandate is then suspended and a case is opened. You can do it in your space, at { $address }.
paper-statement-wrong-phone = Say so: the mandate is then suspended and a case is opened. You can do it in your space, at { $address }, or by telephone on { $phone }.

# Where papers are offered.
paper-download = Download the attestation (PDF)
paper-download-stopped = Download the notice of end (PDF)
paper-download-statement = Download the statement (PDF)
statement-title = Print a statement for a person
statement-lead = The person asked for a statement by letter or telephone. First make sure that it is really them. They will see in their journal that you printed it.
statement-person = Person
statement-person-hint = Birth name and birth date, for example “Lefèvre 12/04/1948”, or the code printed on an attestation
statement-purpose = How did they ask for it?
statement-purpose-hint = For example: signed letter received on 3 March 2027
statement-from = From
statement-to = To
statement-day-hint = For example 03/03/2027; leave empty not to choose
statement-print = Prepare the statement (PDF)
statement-person-missing = Write the birth name and the birth date, or the code of an attestation
statement-person-unknown = We found nobody of this name born on that day
statement-person-several = Several people have this name and were born on that day: add the given names, or write the code of an attestation
statement-purpose-wrong = Say how they asked for it, in 10 to 500 characters
statement-days-wrong = The last day is before the first

# What a code on paper says, beyond a good mandate.
verify-stopped = This mandate has been stopped
verify-stopped-words = It cannot be used since { $moment }.
verify-ended = This mandate is over
verify-ended-words = It cannot be used since { $moment }.
verify-replaced = This attestation has been replaced
verify-replaced-words = Another attestation was made on { $moment }. Ask the person or the aidant for the newest: only that one says whether the mandate is valid.
verify-made = Attestation made

# Explanations beside the French text.
explanations-choose = Understand this text in another language
explanations-help = Understand the mandate, in eight languages

# A statement at an aidant's desk.
statement-desk-title = Print a statement with the person
statement-desk-lead = The person is with you. They show you their paper code and tell you their birth date. They will see in their journal that this statement was printed.
statement-desk-code = Paper code of the person
statement-desk-code-hint = Four groups of five signs, on the person’s paper
statement-desk-birthdate = Birth date
statement-desk-birthdate-hint = For example 12/04/1948
statement-desk-wrong = This code and this date do not go together, or your organisation holds no current mandate of this person. Check both.
statement-desk-purpose = Statement asked for by the person, at the desk, with the paper code
statement-desk-link = Print a statement with the person

paper-trail-title = Statement of journal lines
paper-trail-case = Case { $number }
paper-trail-lead = These lines are those of the gateway’s journal, in the competence of the authority that read them. Their export is itself written in the journal.
paper-trail-purpose = Purpose of the reading
paper-trail-reader = Read by
paper-trail-empty = No line fits this reading.
paper-trail-when = When
paper-trail-what = What was done
paper-trail-proof = Place in the journal
paper-trail-pending = waiting
paper-trail-table = Lines read, newest first
paper-trail-check = To check
paper-trail-check-words = This statement is for reading; it proves nothing. The proof is the file exported beside it: the command “procura ledger verify” checks it without a network, with the journal’s public key. Each line is found in it by its number.
