# Reading in files of organisations and aidants.

operator-import-title = Import or export
operator-import-lead = The file is first checked line by line, and nothing is written. If there is no error you can apply it: everything is made, or nothing.
import-one-title = Imported file
import-what = What does the file hold?
import-kind-organisations = Organisations
import-kind-aidants = Aidants
import-file = CSV file
import-file-hint = UTF-8, columns separated by semicolons or commas, at most 100,000 lines and 24 MB.
import-check = Check the file
import-columns = The columns
import-columns-needed = Needed
import-columns-more = Allowed
import-columns-example = Example of a line
import-types = The words of the column “type”
import-export = Export
import-export-words = The files can be read in again by this page. Those of aidants hold names and addresses: do not leave them lying about.
import-newest = Latest files
import-see = See
import-state-waiting = waits to be checked
import-state-checked = checked
import-state-confirmed = being applied
import-state-applied = Everything is applied
import-state-dropped = File put aside
import-dropped-words = Its contents are erased. Nothing was written.
import-checking = The file is being checked
import-applying = The file is being applied: everything, or nothing
import-since =
    { $seconds ->
        [0] just now
        [one] for one second
       *[other] for { $seconds } seconds
    }
import-lines =
    { $count ->
        [0] lines are being read
        [one] one line read
       *[other] { $count } lines read
    }
import-faults =
    { $count ->
        [one] One error in the file
       *[other] { $count } errors in the file
    }
import-faults-words = Nothing was written. Correct the file, then import it again.
import-faults-file = All errors as a file
import-clean = No error
import-clean-words = Nothing is written yet. Referents and aidants will get an e-mail when you apply it.
import-apply = Apply the file
import-drop = Put this file aside
import-step = The file’s state changed meanwhile: this is where it stands.
import-col-line = Line
import-col-column = Column
import-col-fault = What is wrong
import-fault-missing = The cell is empty.
import-fault-too-long = This is too long.
import-fault-signs = There are invisible signs or line breaks.
import-fault-siret = The SIRET is wrong: 14 digits, with their check digit.
import-fault-kind = This type of organisation is not in the list.
import-fault-address = The address has no French postcode.
import-fault-email = The e-mail address is not complete.
import-fault-siret-known = An organisation has this SIRET already.
import-fault-siret-unknown = No active organisation has this SIRET.
import-fault-twice = Line { $line } says the same already.
import-fault-already-here = This aidant is in this organisation already.
import-fault-referent-part = To name a referent, give given name, family name and e-mail address.
import-fault-width = The line does not have as many cells as the first one.
import-fault-encoding = The text is not UTF-8: save the file as “CSV UTF-8”.
import-fault-column-missing = This column is missing.
import-fault-column-unknown = This column is not known.
import-fault-column-twice = This column stands twice.
import-fault-empty = The file has no line to read.
import-fault-too-many = There are more than 100,000 lines: cut the file.
import-fault-large = The file exceeds 24 MB: cut it.
import-fault-file-missing = Choose a file
import-fault-kind-missing = Say what the file holds
