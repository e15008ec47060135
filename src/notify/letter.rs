//! One message in one language: subject, plain text, and HTML that says the same.

use askama::Template;

use crate::config::Config;
use crate::domain::message::Message;
use crate::domain::message::MessageLanguage;
use crate::domain::time::Instant;
use crate::notify::words;
use crate::notify::words::Words;
use crate::text::Language;
use crate::text::Text;

/// A message ready to be put into a mail. It does not print: it may hold a login link.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The plain text; its first address is the message's action.
    pub text: String,
    /// The HTML.
    pub html: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

#[derive(Template)]
#[template(path = "notify/letter.html")]
struct Html<'a> {
    lang: &'static str,
    product: String,
    words: &'a Words,
}

/// Writes `message` as of `now`.
pub fn compose(config: &Config, message: &Message, now: Instant) -> Letter {
    let language = match message.language {
        MessageLanguage::French => Language::Fr,
        MessageLanguage::English => Language::En,
    };
    let t = Text::new(language);
    let words = words::of(config, t, message, now);
    let text = plain(t, &words);
    let html = Html { lang: language.tag(), product: t.get("product"), words: &words };
    // These templates hold no filter that can fail; were it so, the text alone says all.
    let html = html.render().unwrap_or_default();
    Letter { subject: words.subject, text, html }
}

fn plain(t: Text, words: &Words) -> String {
    let mut parts = vec![words.greeting.clone()];
    parts.extend(words.paragraphs.iter().cloned());
    if !words.rows.is_empty() {
        let rows: Vec<String> = words
            .rows
            .iter()
            .map(|(name, value)| t.with("mail-row", &[("name", name), ("value", value)]))
            .collect();
        parts.push(rows.join("\n"));
    }
    parts.extend(words.code.clone());
    if let Some(action) = &words.action {
        parts.push(format!("{}\n{}", t.with("mail-action", &[("label", &action.label)]), action.address));
    }
    for (title, paragraph) in &words.sections {
        parts.push(format!("{title}\n{paragraph}"));
    }
    if let Some(refuse) = &words.refuse {
        parts.push(format!("{}\n{}", t.with("mail-action", &[("label", &refuse.label)]), refuse.address));
    }
    parts.push(format!("-- \n{}\n{}", t.get("product"), words.footer));
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

#[cfg(test)]
pub(in crate::notify) mod tests {
    use super::*;
    use crate::domain::contact::ContactKind;
    use crate::domain::factor::FactorChange;
    use crate::domain::factor::FactorKind;
    use crate::domain::factor::LinkPurpose;
    use crate::domain::message::Address;
    use crate::domain::message::CaseNews;
    use crate::domain::message::CaseReader;
    use crate::domain::message::Doer;
    use crate::domain::message::MessageBody;
    use crate::domain::message::RequestNews;
    use crate::domain::private::Private;
    use crate::domain::theme::Theme;
    use std::time::Duration;

    fn now() -> Instant {
        Instant::parse("2027-03-03T13:05:00Z").expect("an instant")
    }

    fn doer() -> Doer {
        Doer { aidant: Private::new("Amélie <Durand>".to_owned()), organisation: "CCAS de Dijon".to_owned() }
    }

    fn link() -> Option<Private<String>> {
        Some(Private::new("http://localhost:8080/pas-moi/AAAAAAAAAAAAAAAAAAAAAA".to_owned()))
    }

    fn changed(what: ContactKind, added: bool) -> MessageBody {
        let masked = Private::new("j•••@courriel.example".to_owned());
        MessageBody::ContactChanged { what, added, masked, at: now() }
    }

    #[expect(clippy::too_many_lines, reason = "one list of one example each")]
    pub(in crate::notify) fn bodies() -> Vec<MessageBody> {
        let later = now().plus(Duration::from_secs(30 * 86_400));
        let theme = Theme::ALL.first().copied().expect("a theme");
        let ended = |theme, by_person| MessageBody::MandateEnded {
            organisation: "CCAS de Dijon".to_owned(),
            theme,
            at: now(),
            by_person,
        };
        vec![
            MessageBody::LoginLink {
                link: Private::new("http://localhost:8080/aidant/connexion/lien/abc".to_owned()),
                expires_at: now().plus(Duration::from_secs(600)),
            },
            MessageBody::AccountLink {
                link: Private::new("http://localhost:8080/compte/activation/abc".to_owned()),
                purpose: LinkPurpose::Activate,
                expires_at: later,
            },
            MessageBody::FactorChanged {
                change: FactorChange::Added,
                factor: Some(FactorKind::Passkey),
                name: Some(Private::new("Clé <bleue>".to_owned())),
                at: now(),
            },
            MessageBody::FactorChanged {
                change: FactorChange::ResetAsked,
                factor: None,
                name: None,
                at: now(),
            },
            MessageBody::MandateApproved {
                doer: doer(),
                themes: Theme::ALL.to_vec(),
                until: later,
                not_me: link(),
            },
            MessageBody::MandateRenewed {
                doer: doer(),
                themes: Theme::ALL.to_vec(),
                until: later,
                not_me: None,
            },
            MessageBody::MandateEndsSoon {
                organisation: "CCAS de Dijon".to_owned(),
                themes: vec![],
                until: later,
                days: 30,
            },
            MessageBody::MandateExpired { organisation: "CCAS de Dijon".to_owned(), until: now() },
            changed(ContactKind::Email, true),
            changed(ContactKind::Phone, false),
            MessageBody::ContactCode { code: Private::new("012345".to_owned()), expires_at: later },
            MessageBody::SpaceCode { code: Private::new("012345".to_owned()), expires_at: later },
            MessageBody::ActOpened {
                doer: doer(),
                administration: "CAF & Cie".to_owned(),
                theme,
                at: now(),
                until: later,
                not_me: link(),
            },
            ended(None, true),
            ended(Some(theme), true),
            ended(None, false),
            ended(Some(theme), false),
            MessageBody::CaseOpened {
                number: "2027-0001".to_owned(),
                organisation: "CCAS de Dijon".to_owned(),
            },
            MessageBody::OrganisationRequestConfirm {
                organisation: "CCAS de Dole".to_owned(),
                link: Private::new("http://localhost:8080/structures/demande/abc".to_owned()),
                expires_at: later,
            },
            MessageBody::ApprovalAsked {
                doer: doer(),
                letter: true,
                until: later,
                path: "/referent/mandats/x".to_owned(),
            },
            MessageBody::ApprovalAsked {
                doer: doer(),
                letter: false,
                until: later,
                path: "/referent/mandats/x".to_owned(),
            },
            MessageBody::ReadingAsked { until: later, path: "/autorite/lectures/demandes".to_owned() },
            MessageBody::MergeAsked {
                organisation: "CCAS de Dole".to_owned(),
                target: "CCAS de Dijon".to_owned(),
                path: "/referent/structures/x/fusion".to_owned(),
            },
            MessageBody::MandatesTransferred {
                from: "CCAS de Dole".to_owned(),
                to: "CCAS de Dijon".to_owned(),
                at: now(),
            },
            MessageBody::TrailRead {
                reader: Private::new("Paul Martin, CNIL".to_owned()),
                purpose: Private::new("Dossier 12".to_owned()),
                at: now(),
            },
        ]
    }

    fn life() -> impl Iterator<Item = MessageBody> {
        let place = || "CCAS de Dijon".to_owned();
        let cases = CaseNews::ALL.iter().flat_map(move |news| {
            CaseReader::ALL.iter().map(move |reader| MessageBody::CaseNews {
                number: "2027-0001".to_owned(),
                organisation: place(),
                news: *news,
                reader: *reader,
            })
        });
        let errors = CaseReader::ALL.iter().map(|reader| MessageBody::ErrorDeclared {
            doer: doer(),
            administration: "CAF & Cie".to_owned(),
            act_at: now(),
            reader: *reader,
        });
        let recorded =
            ["telephone", "letter"].into_iter().map(move |channel| MessageBody::RevocationRecorded {
                channel: channel.to_owned(),
                asked_on: "2026-11-20".to_owned(),
                at: now(),
                ended: vec![(place(), Theme::ALL.to_vec())],
            });
        let soon = MessageBody::MandateEndsSoon {
            organisation: place(),
            themes: Theme::ALL.to_vec(),
            until: now(),
            days: 7,
        };
        cases.chain(errors).chain(recorded).chain([soon])
    }

    fn news() -> impl Iterator<Item = MessageBody> {
        RequestNews::ALL.iter().map(|news| MessageBody::OrganisationRequestNews {
            organisation: "CCAS de Dole".to_owned(),
            link: Private::new("http://localhost:8080/structures/demande/abc".to_owned()),
            news: *news,
            words: Some(Private::new("Le SIRET est celui de la mairie.".to_owned())),
        })
    }

    fn letters(phone: &str) -> Vec<Letter> {
        let text = format!(
            "[keys]\nmaster_key = \"{}\"\n[operator]\nphone = \"{phone}\"\n",
            "0123456789abcdef".repeat(4)
        );
        let config = Config::from_toml_str(&text).expect("a configuration");
        let mut letters = Vec::new();
        for language in MessageLanguage::ALL {
            for body in bodies().into_iter().chain(news()).chain(life()) {
                let message = Message {
                    to: Address::Email(Private::new("jeanne@example.org".to_owned())),
                    name: Private::new("Jeanne Lefèvre".to_owned()),
                    language: *language,
                    body,
                };
                letters.push(compose(&config, &message, now()));
            }
        }
        letters
    }

    #[test]
    fn every_message_has_all_its_words_in_both_languages() {
        for phone in ["", "01 99 00 21 21"] {
            for letter in letters(phone) {
                for part in [&letter.subject, &letter.text, &letter.html] {
                    assert!(!part.is_empty() && !part.contains('⟦') && !part.contains("{ $"), "{part}");
                }
                assert!(letter.text.contains("http://localhost:8080/"), "{}", letter.text);
                assert!(letter.text.contains("Jeanne Lefèvre") && letter.html.contains("Jeanne Lefèvre"));
                assert!(!letter.subject.contains('\n'));
            }
        }
    }

    #[test]
    fn what_was_typed_by_others_is_words_in_the_html() {
        let all = letters("");
        assert!(all.iter().any(|letter| letter.html.contains("Amélie &#60;Durand&#62;")));
        assert!(all.iter().all(|letter| !letter.html.contains("<Durand>")));
        assert!(all.iter().all(|letter| !letter.html.contains("<img") && !letter.html.contains("<script")));
    }
}
