# Asking a person who is elsewhere, or who has no FranceConnect.

asking-days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }

asking-sms = { $organisation } asks for your agreement to do online steps in your place ({ $themes }), for { $days }. Read the whole text: { $link } To say yes, type the code { $code } on that page, or tell it to { $aidant }. To say no, do nothing. Procura

asking-error-nowhere = Give an e-mail address or a telephone number, to send the link to the person.
asking-error-phone = Give the person’s telephone number: the code goes there by SMS.
asking-error-postal = Give the person’s postal address: the letter goes there.
