# The aidant's own login at her business software.

software-title = Log in to { $client }
software-lead = You asked to log in to the software <strong>{ $client }</strong> with your aidant’s account.
software-place = You will work there for the organisation <strong>{ $organisation }</strong>.
software-other-place = Work for another organisation
software-may = What { $client } will be able to do
software-may-know = know who you are and for which organisation you work;
software-may-list = see your organisation’s mandates that you may use, with the persons’ names and birth dates;
software-may-act = open a file at an administration in your name, for one person and one kind of step of her mandate; the person will see it in her journal and receive a message.
software-may-known-only = nothing else: this software will see no mandate.
software-until = This lasts until you log out of Procura, { $hours } hours at most. To open a file, the software will ask you for a security code again when the last one is older than { $minutes } minutes.
software-until-short = This lasts a few minutes.
software-approve = Log in to { $client }
software-refuse = Go back to { $client } without logging in
software-missing = Choose one of the two answers
software-back = Go back to { $client }
software-refused-title = You cannot log in to { $client }
software-over-title = This request is no longer open
software-over-why = You have answered this request already, or it waited too long. It serves once.
software-over-advice = Go back to { $client } and start again.
