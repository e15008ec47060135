//! A posted code: approved first, printed by the referent, never seen by the aidant before the person tells it.

use std::time::Duration;

use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::MandateStatus;
use procura::storage::mandates;

use crate::consent::continue_link;
use crate::consent::status;
use crate::consents::MARCEL;
use crate::consents::Sent;
use crate::consents::asked;
use crate::consents::digits;
use crate::consents::send;
use crate::consents::team;
use crate::consents::told;
use crate::consents::word;
use crate::world::Professional;
use crate::world::World;

async fn by_post(world: &World, aidant: &mut Professional) -> Sent {
    let mut fields = vec![
        ("theme", "social"),
        ("duration", "month"),
        ("channel", "post"),
        ("postal", "3 rue Basse\r\n20000 Ajaccio"),
        ("birthplace", "2A004"),
    ];
    fields.extend(MARCEL);
    send(world, aidant, &fields).await
}

async fn print(
    world: &World,
    referent: &mut Professional,
    sent: &Sent,
) -> procura::demo::browser::page::Page {
    let at = world.at(&format!("/referent/mandats/{}/lettre", sent.id));
    referent.browser.post_from(&at, &at, &[]).await.expect("a page")
}

/// The code, printed in two groups.
fn code_of(letter: &procura::demo::browser::page::Page) -> String {
    digits(&letter.words(".attestation__code").expect("the code").replace(char::is_whitespace, ""))
}

on_each_database! {
    async fn she_answers_weeks_later_by_the_code_of_the_letter(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_post(&world, &mut aidant).await;
        assert_eq!(asked(&world, &sent).await, [referent.email.clone()], "a letter waits for the referent at once");
        let early = print(&world, &mut referent, &sent).await;
        assert!(early.words(".attestation__code").is_none(), "no letter before the approval");
        word(&world, &mut referent, &sent, "approve", "").await;
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("poste la lettre"));
        let letter = print(&world, &mut referent, &sent).await;
        let code = code_of(&letter);
        for words in ["Marcel Vasseur", "20000 Ajaccio", "né le 5 mai 1936", "sans FranceConnect"] {
            assert!(letter.main_text().contains(words), "{words}: {}", letter.main_text());
        }
        assert_eq!(world.count("mandate.letter_printed").await, 1);
        let page = aidant.get(&world, &sent.path).await;
        assert!(!page.html.contains(&code) && !page.main_text().replace(char::is_whitespace, "").contains(&code) && !page.html.contains("/consentement/"), "the aidant does not see the code");
        world.clock.advance(Duration::from_secs(20 * 86_400));
        aidant.login(&world).await;
        let page = told(&world, &mut aidant, &sent, "yes", &code).await;
        assert!(page.main_text().contains("Actif"), "{}", page.main_text());
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let mandate = mandates::find(&mut tx, sent.id).await.expect("a read").expect("the mandate").mandate;
        drop(tx);
        let consent = mandate.consent().expect("a consent");
        assert_eq!(consent.method, ConsentMethod::Post);
        assert_eq!(consent.validity.until, world.bench.now().day().plus_days(31).end(), "counted from her yes");
        referent.login(&world).await;
        assert!(print(&world, &mut referent, &sent).await.words(".attestation__code").is_none(), "no letter once she has answered");
    }

    async fn she_may_answer_on_her_page_by_the_square(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_post(&world, &mut aidant).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        let letter = print(&world, &mut referent, &sent).await;
        let code = code_of(&letter);
        let link = letter.main_text().split_whitespace().find(|word| word.contains("/consentement/")).expect("the address").to_owned();
        let link = url::Url::parse(&link).expect("an address");
        let mut phone = world.browser();
        let text = continue_link(&mut phone, &link).await;
        let form = text.form_last_in_main().expect("the form").with(&[("code", &code)]).expect("its field");
        let done = phone.submit(&form.press("decision", "approve").expect("yes")).await.expect("a page");
        assert!(done.h1().contains("approuvé"), "{}", done.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Active);
    }

    async fn a_letter_unanswered_for_a_month_lapses_and_nobody_else_prints_it(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_post(&world, &mut aidant).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut sonia = world.referent("Sonia", &[elsewhere]).await;
        sonia.login(&world).await;
        assert_eq!(print(&world, &mut sonia, &sent).await.status, 404);
        let at = world.at(&format!("/referent/mandats/{}/lettre", sent.id));
        let stranger = aidant.browser.post_from(&at, &at, &[]).await.expect("a page");
        assert_eq!(stranger.url.path(), "/referent/connexion");
        assert_eq!(world.count("mandate.letter_printed").await, 0);
        world.clock.advance(Duration::from_secs(31 * 86_400));
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
    }
}
