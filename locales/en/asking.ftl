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

asking-person = Who is the person?
asking-person-remote = We compare this name and date with what FranceConnect says. Another person cannot answer.
asking-person-declared = Write down what the person tells you, or what stands on their identity card. This mandate is marked “Declared identity” and your referent must approve too.
asking-same = Is this a person your organisation knows already?
asking-same-hint = Same name and same birth date: check with the person.
asking-same-new = No, this is another person
asking-same-new-words = They are kept apart everywhere.
asking-given = Given names
asking-given-hint = All given names, in order.
asking-family = Family name
asking-family-hint = The name at birth.
asking-birthdate = Date of birth
asking-birthdate-hint = For instance 12/04/1948 (day, month, year). If the day is not known: 04/1948. If the month is not known either: 1948.
asking-gender = Sex
asking-gender-female = Female
asking-gender-male = Male
asking-gender-unspecified = Not stated
asking-birthplace = Place of birth (optional)
asking-birthplace-hint = The town or country, or its INSEE code (five digits, 99 and three digits for a country).
asking-email = E-mail address
asking-email-hint = We send the link there, and nothing else.
asking-phone = Telephone number
asking-phone-hint = For instance 06 39 98 00 01. We send an SMS there.
asking-postal = Postal address
asking-postal-hint = As on an envelope, without the name. Your referent prints and posts the letter.

asking-error-given = Write the person’s given names, without digits or signs, in 256 letters at most.
asking-error-family = Write the person’s name, without digits or signs, in 256 letters at most.
asking-error-birthdate = Write the date of birth in digits, for instance 12/04/1948; 04/1948 if the day is not known; 1948 if the month is not known either.
asking-error-birthplace = Write a town, a country or an INSEE code of five signs, or nothing.
asking-error-email-form = This e-mail address is not complete. For instance: given.name@mail.com.
asking-error-phone-form = This number does not look like a telephone number. For instance: 06 39 98 00 01 or +33 6 39 98 00 01.
asking-error-postal-form = Write the address in seven lines at most, of 80 letters at most.
asking-error-same = Say whether this is the same person or another one.

code-title = The person’s answer
code-back = Back to the waiting page
code-lead = Read the whole text to the person. Then ask what they decide. Never answer in their place.
code-text = The text to read
code-question = What do they say?
code-question-hint = Anything that is not a yes is a no.
code-yes = Yes, and they tell me the code
code-yes-words = They received it themselves. The code proves their agreement.
code-no = No, or they hesitate
code-no-words = The draft is closed. You can prepare another one.
code-label = The code they tell you
code-hint = Six digits. After three wrong codes the draft is closed.
code-submit = Record their answer
code-error-form = Type the six digits of the code.
code-error-answer = Say what the person answered.
code-error-wrong =
    { $left ->
        [one] This is not the right code. One try is left.
       *[other] This is not the right code. { $left } tries are left.
    }
code-error-old = This code is no longer good: too much time has passed. Go back to the waiting page and send a new one.

letter-title = Letter to { $name }
letter-back = Back to the mandate
letter-lead = Print this page with your browser’s “Print” command, put it into an envelope and post it. Tell the code to nobody.
letter-date = { $date }
letter-what = { $aidant }, aidant ({ $organisation }), prepared the text below. It would allow them to do online steps in your place. You decide.
letter-code = Your code, to say yes
letter-code-words = Tell these six digits to { $aidant } before { $until }, by telephone or on the spot. Or point a telephone at the square, read, and type the code yourself.
letter-page = The same page, to type:
letter-no = To say no, do nothing: without this code nobody can act for you with this text.
letter-print-title = The letter
letter-print-words = It holds the text and the code. You alone print it: the aidant must not see the code before the person tells it. Each look is written into the journal.
letter-print = Open the letter to print
