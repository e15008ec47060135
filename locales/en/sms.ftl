# The SMS: short, and in the letters that fit into one or two of them.

sms-mandate-approved = Procura: { $aidant } ({ $organisation }) may act for you until { $date }. This was not you? { $address }
sms-mandate-renewed = Procura: { $aidant } ({ $organisation }) may go on acting for you until { $date }. This was not you? { $address }
sms-act-opened = Procura: { $aidant } ({ $organisation }) is acting for you at { $administration }, { $time }. Not expected? { $address }
sms-mandate-ended-whole-you = Procura: you ended the mandate given to { $organisation }. { $address }
sms-mandate-ended-whole-them = Procura: { $organisation } ended your mandate. Nobody acts for you there any more. { $address }
sms-mandate-ended-theme-you = Procura: you took away part of the mandate given to { $organisation }. The rest goes on. { $address }
sms-mandate-ended-theme-them = Procura: { $organisation } gave up part of your mandate. The rest goes on. { $address }
sms-ends-soon = Procura: your mandate with { $organisation } ends on { $date }. To go on, ask your aidant for a new one.
sms-expired = Procura: your mandate with { $organisation } ended on { $date }. Nobody acts for you there any more.
sms-contact-added-email = Procura: the address { $contact } was added to reach you. This was not you? Take it away: { $address }
sms-contact-added-phone = Procura: the number { $contact } was added to reach you. This was not you? Take it away: { $address }
sms-contact-removed-email = Procura: the address { $contact } was taken away. This was not you? Open your space: { $address }
sms-contact-removed-phone = Procura: the number { $contact } was taken away. This was not you? Open your space: { $address }
sms-contact-code = Procura: { $code } is your code to confirm this number, to use before { $time }. Give it to nobody.
sms-space-code = Procura: { $code } is your code to open your space, to use before { $time }. Give it to nobody, not even to your aidant.
sms-case-opened = Procura: your report { $number } is registered. The mandate given to { $organisation } is suspended. You will get an answer in writing.
sms-trail-read = Procura: { $reader } (authority) has read your journal. The reason is in your space: { $address }
sms-other = Procura: { $subject }. { $address }
sms-other-code = Procura: { $subject }: { $code }. Give it to nobody.
sms-other-bare = Procura: { $subject }.
