//! One message as an SMS: a sentence or two in the alphabet of GSM 03.38, at most three segments long.

use crate::config::Config;
use crate::domain::contact::ContactKind;
use crate::domain::message::Doer;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::notify::words;
use crate::text::Language;
use crate::text::Text;

/// The basic table of 3GPP TS 23.038 section 6.2.1: one septet each.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension: two septets each.
const EXTENDED: &str = "^{}\\[~]|€";
/// The most segments of one message.
const MOST_SEGMENTS: usize = 3;
/// A name in an SMS is cut after so many letters.
const NAME: usize = 30;

/// How many segments a text takes, and whether it is in the alphabet of GSM 03.38.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// SMS on the wire.
    pub segments: usize,
    /// Seven bits a letter, else UCS-2.
    pub gsm: bool,
}

/// The size of a text on the wire (3GPP TS 23.040 section 9.2.3.24.1: 160 or 70 alone, 153 or 67 in a chain).
pub fn size(text: &str) -> Size {
    let septets: Option<usize> = text
        .chars()
        .map(|letter| match letter {
            _ if BASIC.contains(letter) => Some(1),
            _ if EXTENDED.contains(letter) => Some(2),
            _ => None,
        })
        .sum();
    let (units, alone, chained) = match septets {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    let segments = if units <= alone { 1 } else { units.div_ceil(chained) };
    Size { segments, gsm: septets.is_some() }
}

/// Writes `message` as an SMS as of `now`; what is kept as evidence goes out byte for byte.
pub fn compose(config: &Config, message: &Message, now: Instant) -> String {
    let language = match message.language {
        MessageLanguage::French => Language::Fr,
        MessageLanguage::English => Language::En,
    };
    if let MessageBody::Verbatim { text } = &message.body {
        return text.show().clone();
    }
    let t = Text::new(language);
    fitting(&said(config, t, message, now))
}

fn said(config: &Config, t: Text, message: &Message, now: Instant) -> String {
    let home = config.server.public_url.join("/personne");
    let with_doer = |key: &str, doer: &Doer, until: Instant, link: Option<&Private<String>>| {
        let date = t.until(until.day());
        let address = link.map_or(&home, Private::show);
        let (aidant, organisation) = (cut(doer.aidant.show()), cut(&doer.organisation));
        t.with(
            key,
            &[("aidant", &aidant), ("organisation", &organisation), ("date", &date), ("address", address)],
        )
    };
    match &message.body {
        MessageBody::MandateApproved { doer, until, not_me, .. } => {
            with_doer("sms-mandate-approved", doer, *until, not_me.as_ref())
        }
        MessageBody::MandateRenewed { doer, until, not_me, .. } => {
            with_doer("sms-mandate-renewed", doer, *until, not_me.as_ref())
        }
        MessageBody::ActOpened { doer, administration, at, not_me, .. } => {
            let address = not_me.as_ref().map_or(&home, Private::show);
            let (aidant, organisation) = (cut(doer.aidant.show()), cut(&doer.organisation));
            let (administration, time) = (cut(administration), t.moment(*at));
            let values: [(&str, &dyn crate::text::Arg); 5] = [
                ("aidant", &aidant),
                ("organisation", &organisation),
                ("administration", &administration),
                ("time", &time),
                ("address", address),
            ];
            t.with("sms-act-opened", &values)
        }
        MessageBody::MandateEnded { organisation, theme, by_person, .. } => {
            let what = if theme.is_some() { "theme" } else { "whole" };
            let who = if *by_person { "you" } else { "them" };
            let key = format!("sms-mandate-ended-{what}-{who}");
            t.with(&key, &[("organisation", &cut(organisation)), ("address", &home)])
        }
        MessageBody::MandateEndsSoon { organisation, until, .. } => {
            let date = t.day_long(until.day());
            t.with("sms-ends-soon", &[("organisation", &cut(organisation)), ("date", &date)])
        }
        MessageBody::MandateExpired { organisation, until } => {
            let date = t.day_long(until.day());
            t.with("sms-expired", &[("organisation", &cut(organisation)), ("date", &date)])
        }
        MessageBody::ContactChanged { what, added, masked, .. } => {
            let key = match (what, added) {
                (ContactKind::Email, true) => "sms-contact-added-email",
                (ContactKind::Phone, true) => "sms-contact-added-phone",
                (ContactKind::Email, false) => "sms-contact-removed-email",
                (ContactKind::Phone, false) => "sms-contact-removed-phone",
            };
            let masked = masked.show().replace('•', "*");
            t.with(key, &[("contact", &masked), ("address", &home)])
        }
        MessageBody::ContactCode { code, expires_at } => {
            t.with("sms-contact-code", &[("code", code), ("time", &t.at(*expires_at))])
        }
        MessageBody::SpaceCode { code, expires_at } => {
            t.with("sms-space-code", &[("code", code), ("time", &t.at(*expires_at))])
        }
        MessageBody::CaseOpened { number, organisation } => {
            t.with("sms-case-opened", &[("number", number), ("organisation", &cut(organisation))])
        }
        MessageBody::TrailRead { reader, .. } => {
            t.with("sms-trail-read", &[("reader", &cut(reader.show())), ("address", &home)])
        }
        _ => from_letter(config, t, message, now),
    }
}

/// What a letter says in its subject, with its address: for what has no shorter words.
fn from_letter(config: &Config, t: Text, message: &Message, now: Instant) -> String {
    let words = words::of(config, t, message, now);
    match (words.code, words.action) {
        (Some(code), _) => t.with("sms-other-code", &[("subject", &words.subject), ("code", &code)]),
        (None, Some(action)) => {
            t.with("sms-other", &[("subject", &words.subject), ("address", &action.address)])
        }
        (None, None) => t.with("sms-other-bare", &[("subject", &words.subject)]),
    }
}

fn cut(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() <= NAME {
        return name;
    }
    let mut short: String = name.chars().take(NAME - 3).collect();
    short.push_str("...");
    short
}

/// The text in seven-bit letters where it has near ones, and no longer than [`MOST_SEGMENTS`]: words fall away at the end of the
/// longest sentence without an address, so that what can be opened or typed stays whole.
fn fitting(text: &str) -> String {
    let plain: String = text.chars().filter_map(near).collect();
    let plain = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if size(&plain).segments <= MOST_SEGMENTS {
        return plain;
    }
    let mut words: Vec<&str> = plain.split(' ').collect();
    while size(&words.join(" ")).segments > MOST_SEGMENTS {
        let is_kept =
            |word: &&str| word.contains("://") || word.bytes().filter(u8::is_ascii_digit).count() > 4;
        match words.iter().rposition(|word| !is_kept(word)) {
            Some(place) => drop(words.remove(place)),
            None => break,
        }
    }
    words.join(" ")
}

/// A letter of the seven-bit alphabet for one that is not in it but near; others stay, control and direction marks go.
fn near(letter: char) -> Option<char> {
    match letter {
        _ if BASIC.contains(letter) && letter != '\r' && letter != '\n' => Some(letter),
        _ if letter.is_control() => Some(' '),
        '\u{a0}' | '\u{202f}' | '\u{2009}' => Some(' '),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => None,
        '’' | '‘' | 'ʼ' => Some('\''),
        '“' | '”' | '«' | '»' => Some('"'),
        '–' | '—' | '‐' | '‑' => Some('-'),
        'â' | 'á' | 'ã' | 'ă' | 'ā' => Some('a'),
        'ç' | 'ć' | 'č' => Some('c'),
        'ê' | 'ë' | 'ě' | 'ę' | 'ē' => Some('e'),
        'î' | 'ï' | 'í' | 'ī' => Some('i'),
        'ô' | 'ó' | 'õ' | 'ō' => Some('o'),
        'û' | 'ú' | 'ū' | 'ů' => Some('u'),
        'ÿ' | 'ý' => Some('y'),
        'ł' => Some('l'),
        'ń' | 'ň' => Some('n'),
        'š' | 'ś' | 'ş' | 'ș' => Some('s'),
        'ž' | 'ź' | 'ż' => Some('z'),
        'ţ' | 'ț' => Some('t'),
        'ğ' => Some('g'),
        'ı' => Some('i'),
        'À' | 'Â' | 'Á' => Some('A'),
        'È' | 'Ê' | 'Ë' => Some('E'),
        'Î' | 'Ï' | 'Í' => Some('I'),
        'Ô' | 'Ó' => Some('O'),
        'Û' | 'Ù' | 'Ú' => Some('U'),
        'Š' | 'Ş' | 'Ș' => Some('S'),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Address;
    use crate::notify::letter;

    fn config() -> Config {
        let text = format!("[keys]\nmaster_key = \"{}\"\n", "0123456789abcdef".repeat(4));
        Config::from_toml_str(&text).expect("a configuration")
    }

    fn sms(body: MessageBody, language: MessageLanguage) -> String {
        let to = Address::Phone(Private::new("+33612345678".to_owned()));
        let name = Private::new("Jeanne Lefèvre".to_owned());
        let now = Instant::parse("2027-03-03T13:05:00Z").expect("an instant");
        compose(&config(), &Message { to, name, language, body }, now)
    }

    #[test]
    fn every_message_has_a_short_form_of_two_segments_in_seven_bits() {
        for language in MessageLanguage::ALL {
            for body in letter::tests::bodies() {
                let text = sms(body, *language);
                assert!(!text.contains('⟦') && !text.contains("{ $"), "{text}");
                let size = size(&text);
                assert!(size.gsm && size.segments <= 2, "{size:?} {text}");
            }
        }
    }

    fn grant(aidant: &str, organisation: &str) -> MessageBody {
        MessageBody::MandateApproved {
            doer: Doer { aidant: Private::new(aidant.to_owned()), organisation: organisation.to_owned() },
            themes: Vec::new(),
            until: Instant::parse("2027-03-03T13:05:00Z").expect("an instant"),
            not_me: Some(Private::new("https://procura.example/pas-moi/AAAAAAAAAAAAAAAAAAAAAA".to_owned())),
        }
    }

    #[test]
    fn no_name_makes_it_longer_than_three_segments_or_turns_it_around() {
        for (aidant, organisation) in [
            ("عبد الرحمن بن عبد العزيز آل سعود الطويل جدا", "مركز المدينة الاجتماعي الكبير جدا"),
            (&"W".repeat(256)[..], &"Ŵ".repeat(256)[..]),
            ("Zoë\u{202e}\u{200f} Nguyễn\r\nhttps://evil.example", "A\u{0}B"),
        ] {
            let text = sms(grant(aidant, organisation), MessageLanguage::French);
            assert!(size(&text).segments <= 3, "{text}");
            assert!(text.contains("https://procura.example/pas-moi/AAAAAAAAAAAAAAAAAAAAAA"), "{text}");
            assert!(!text.contains(['\u{202e}', '\u{200f}', '\n', '\r', '\u{0}']), "{text:?}");
        }
    }

    #[test]
    fn segments_are_counted_as_the_network_does() {
        assert_eq!(size(&"a".repeat(160)), Size { segments: 1, gsm: true });
        assert_eq!(size(&"a".repeat(161)), Size { segments: 2, gsm: true });
        assert_eq!(size(&"€".repeat(80)), Size { segments: 1, gsm: true });
        assert_eq!(size(&"€".repeat(81)), Size { segments: 2, gsm: true });
        assert_eq!(size(&"ê".repeat(70)), Size { segments: 1, gsm: false });
        assert_eq!(size(&"ê".repeat(71)), Size { segments: 2, gsm: false });
        assert_eq!(fitting("L’été, ça «\u{a0}marche\u{a0}» : forêt"), "L'été, ca \" marche \" : foret");
    }
}
