# The SMS: short, and in the letters that fit into one or two of them (no « », ’, ê, ç is replaced on the way).

sms-mandate-approved = Procura : { $aidant } ({ $organisation }) peut agir pour vous jusqu'au { $date }. Ce n'était pas vous ? { $address }
sms-mandate-renewed = Procura : { $aidant } ({ $organisation }) peut continuer à agir pour vous jusqu'au { $date }. Ce n'était pas vous ? { $address }
sms-act-opened = Procura : { $aidant } ({ $organisation }) agit pour vous auprès de { $administration }, { $time }. Ce n'était pas prévu ? { $address }
sms-mandate-ended-whole-you = Procura : vous avez mis fin au mandat donné à { $organisation }. { $address }
sms-mandate-ended-whole-them = Procura : { $organisation } a mis fin à votre mandat. Plus personne n'y agit pour vous. { $address }
sms-mandate-ended-theme-you = Procura : vous avez retiré une partie du mandat donné à { $organisation }. Le reste continue. { $address }
sms-mandate-ended-theme-them = Procura : { $organisation } a retiré une partie de votre mandat. Le reste continue. { $address }
sms-ends-soon = Procura : votre mandat avec { $organisation } se termine le { $date }. Pour continuer, demandez un nouveau mandat à votre aidant.
sms-expired = Procura : votre mandat avec { $organisation } s'est terminé le { $date }. Plus personne n'y agit pour vous.
sms-contact-added-email = Procura : l'adresse { $contact } a été ajoutée pour vous prévenir. Ce n'était pas vous ? Retirez-la : { $address }
sms-contact-added-phone = Procura : le numéro { $contact } a été ajouté pour vous prévenir. Ce n'était pas vous ? Retirez-le : { $address }
sms-contact-removed-email = Procura : l'adresse { $contact } a été retirée. Ce n'était pas vous ? Ouvrez votre espace : { $address }
sms-contact-removed-phone = Procura : le numéro { $contact } a été retiré. Ce n'était pas vous ? Ouvrez votre espace : { $address }
sms-contact-code = Procura : { $code } est votre code pour confirmer ce numéro, à utiliser avant { $time }. Ne le donnez à personne.
sms-space-code = Procura : { $code } est votre code pour ouvrir votre espace, à utiliser avant { $time }. Ne le donnez à personne, ni à votre aidant.
sms-case-opened = Procura : votre signalement { $number } est enregistré. Le mandat donné à { $organisation } est suspendu. La réponse vous sera écrite.
sms-trail-read = Procura : { $reader } (autorité) a lu votre journal. La raison est dans votre espace : { $address }
sms-other = Procura : { $subject }. { $address }
sms-other-code = Procura : { $subject } : { $code }. Ne le donnez à personne.
sms-other-bare = Procura : { $subject }.
