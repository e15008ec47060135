use askama::Template;

use crate::domain::account::Role;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::text::Language;
use crate::text::Text;
use crate::web::account::link::LinkPage;
use crate::web::account::login::LoginPage;
use crate::web::account::login::Next;
use crate::web::account::login::SentPage;
use crate::web::account::organisation::OrganisationPage;
use crate::web::account::organisation::Place;
use crate::web::account::passkey::KeyForm;
use crate::web::account::proconnect::CodePage;
use crate::web::account::proconnect::LeftPage;
use crate::web::account::second_factor::FactorPage;

#[test]
fn every_page_has_its_words_in_both_languages() {
    for language in Language::ALL {
        let page = || Page::new(Text::new(language), Space::Aidant, "/x").titled("T");
        let place =
            |open| Place { id: "1".into(), name: "<CCAS>".into(), words: "w".into(), open, current: open };
        let action = || "/aidant/connexion".to_owned();
        let key = || Some(KeyForm { action: action(), options: "/o".into() });
        let login = |role| LoginPage {
            page: page(),
            action: action(),
            lead: "l".into(),
            email: "\"><b>".into(),
            otp: String::new(),
            role,
            key: key(),
            proconnect: (role == Role::Aidant).then(|| "/aidant/proconnect?suite=%2Fx".to_owned()),
        };
        let mut all: Vec<String> = Role::ALL.iter().filter_map(|role| login(*role).render().ok()).collect();
        assert_eq!(all.len(), Role::ALL.len());
        all.extend(SentPage { page: page(), minutes: 10, again: action() }.render());
        all.extend(LinkPage { page: page(), action: action() }.render());
        all.extend(
            FactorPage {
                page: page(),
                lead: "l".into(),
                action: action(),
                back: "/aidant",
                otp: String::new(),
                key: key(),
                codes: true,
            }
            .render(),
        );
        all.extend(CodePage { page: page(), otp: String::new() }.render());
        all.extend(LeftPage { page: page(), onward: "https://p.example/end?a=1&b=\"".to_owned() }.render());
        for open in [true, false] {
            all.extend(
                OrganisationPage {
                    page: page(),
                    action: action(),
                    places: vec![place(open)],
                    none_open: !open,
                }
                .render(),
            );
        }
        assert_eq!(all.len(), Role::ALL.len() + 7);
        for html in all {
            assert!(!html.contains('⟦') && !html.contains("<CCAS>") && !html.contains("\"><b>"), "{html}");
        }
        let t = Text::new(language);
        for role in Role::ALL {
            assert!(!t.get(&format!("account-{role}-title")).contains('⟦'), "{role}");
        }
        let pages =
            ["unknown", "email", "organisation", "suspended", "denied", "unavailable", "state", "refused"];
        for (page, part) in pages.iter().flat_map(|page| ["title", "why", "advice"].map(|part| (page, part)))
        {
            assert!(!t.get(&format!("account-proconnect-{page}-{part}")).contains('⟦'), "{page} {part}");
        }
    }
}

#[test]
fn the_way_on_is_a_path_of_ours() {
    let next = |suite: &str| Next { suite: suite.to_owned() };
    assert_eq!(
        next("/aidant/x?a=1").behind("/aidant/connexion".into()),
        "/aidant/connexion?suite=%2Faidant%2Fx%3Fa%3D1"
    );
    for elsewhere in ["", "/", "//evil.example", "https://evil.example"] {
        assert_eq!(next(elsewhere).path(), None, "{elsewhere}");
    }
}
