//! Every component of `parts.html` on one page, in both languages: they render, and hold what screen readers need.

use askama::Template;
use scraper::Html as Document;
use scraper::Selector;

use crate::domain::time::Day;
use crate::http::form::FormErrors;
use crate::http::lifeline::lifeline;
use crate::http::page::Account;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::qr;
use crate::text::Html;
use crate::text::Language;
use crate::text::Text;

#[derive(Template)]
#[template(path = "http/gallery.html")]
struct Gallery {
    page: Page,
    line: Html,
    code: Html,
    typed: String,
}

fn gallery(language: Language) -> String {
    let t = Text::new(language);
    let mut errors = FormErrors::default();
    errors.add("email", "Il manque la fin de l’adresse");
    errors.add_at("theme", "theme-social", "Cochez une démarche");
    let day = |text: &str| Day::parse(text).expect("a day");
    let account = Account {
        name: "Amélie <Durand>".into(),
        place: "CCAS de Dijon".into(),
        switch: Some("/aidant/structure".into()),
        leave: Some("/aidant/deconnexion".into()),
    };
    let banner = Banner {
        icon: "hand-over",
        label: "Vous passez la main à".into(),
        words: "La personne".into(),
        note: None,
    };
    let page = Page::new(t, Space::Aidant, "/aidant/personnes?page=2")
        .titled("Composants")
        .with_account(account)
        .with_banner(banner)
        .with_errors(errors)
        .form();
    Gallery {
        page,
        line: lifeline(t, day("2026-11-10"), day("2027-05-11"), day("2027-03-03"), false),
        code: qr::svg("https://procura.example/consentement/q7Xw2mVd9LkT4sPzN8aRfB", &t.get("qr-label"))
            .expect("a code"),
        typed: "\"><script>alert(1)</script>".into(),
    }
    .render()
    .expect("a page")
}

fn count(document: &Document, selector: &str) -> usize {
    document.select(&Selector::parse(selector).expect("a selector")).count()
}

#[test]
fn the_frame_has_its_landmarks_and_nothing_typed_becomes_markup() {
    for language in Language::ALL {
        let html = gallery(language);
        let document = Document::parse_document(&html);
        assert!(!html.contains('⟦') && !html.contains("<script>alert"), "{html}");
        assert_eq!(count(&document, "h1"), 1);
        assert_eq!(count(&document, "main#contenu[tabindex='-1']"), 1);
        assert_eq!(count(&document, "header form[method=post][action='/aidant/deconnexion']"), 1);
        assert_eq!(count(&document, "nav a[aria-current=page][href='/aidant/personnes']"), 1);
        assert_eq!(count(&document, "footer a"), 7);
        assert_eq!(count(&document, "[style]"), 0);
        assert_eq!(count(&document, &format!("html[lang={language}]")), 1);
    }
}

#[test]
fn a_field_with_an_error_is_tied_to_its_words_and_to_the_summary() {
    let document = Document::parse_document(&gallery(Language::Fr));
    assert_eq!(count(&document, ".error-summary a[href='#email']"), 1);
    assert_eq!(count(&document, ".error-summary a[href='#theme-social']"), 1);
    assert_eq!(
        count(&document, "input#email[aria-invalid=true][aria-describedby='email-aide email-erreur']"),
        1
    );
    assert_eq!(count(&document, "p#email-erreur"), 1);
    assert_eq!(count(&document, "input#otp[aria-describedby]"), 0);
    assert_eq!(count(&document, "input#otp[required][value]"), 1);
}

#[test]
fn no_id_stands_twice_and_every_label_has_its_control() {
    let document = Document::parse_document(&gallery(Language::Fr));
    let any = Selector::parse("[id]").expect("a selector");
    let mut ids: Vec<&str> = document.select(&any).filter_map(|element| element.attr("id")).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    let labels = Selector::parse("label[for]").expect("a selector");
    assert!(
        document.select(&labels).filter_map(|label| label.attr("for")).all(|target| ids.contains(&target))
    );
}

#[test]
fn every_icon_named_in_a_template_is_drawn() {
    let html = gallery(Language::Fr);
    let empty = [r#"<div class="door"></div>"#, r#"<span class="timeline__mark"></span>"#];
    assert!(!empty.iter().any(|piece| html.contains(piece)));
    assert!(html.matches(r#"<svg class="icon""#).count() > 20);
}
