//! The space of a person without FranceConnect: paper code and SMS, and whoever has only one of them.

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;

use crate::notices::PHONE;
use crate::notices::declare;
use crate::notices::give_phone;
use crate::notices::jeanne;
use crate::notices::received;
use crate::notices::send;
use crate::notices::so_far;
use crate::spaces::Scene;
use crate::world::World;

const START: &str = "/personne/connexion/papier";

async fn paper(scene: &mut Scene) -> String {
    let person = jeanne(scene).await;
    let path = format!("/aidant/personnes/{person}/code-papier");
    let world = &scene.world;
    let mut page = scene.aidant.get(world, &path).await;
    if page.url.path() == "/aidant/second-facteur" {
        page = scene.aidant.second_factor(world, &page).await;
    }
    assert!(page.h1().contains("Code papier de Jeanne Lefèvre"), "{}", page.main_text());
    let form = page.form_last_in_main().expect("its button");
    let page = scene.aidant.browser.submit(&form).await.expect("the sheet");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let code = page.words(".attestation__code").expect("the code");
    assert_eq!(code.len(), 23, "{code}");
    code
}

async fn set(world: World) -> Scene {
    let scene = Scene::set(world).await;
    let person = jeanne(&scene).await;
    declare(&scene.world, person).await;
    give_phone(&scene.world, person, PHONE).await;
    scene
}

async fn give(world: &World, browser: &mut Browser, code: &str) -> Page {
    let page = browser.get(&world.at(START)).await.expect("the field");
    send(browser, &page, &[("code", code)]).await
}

on_each_database! {
    async fn both_codes_open_her_space_which_says_how_she_is_known(world) {
        let mut scene = set(world).await;
        let code = paper(&mut scene).await;
        let world = &scene.world;
        let mut browser = world.browser();
        let login = browser.get(&world.at("/personne")).await.expect("the login page");
        let page = browser.click(&login, "Entrer avec mon code papier").await.expect("the field");
        let before = so_far(world);
        let page = send(&mut browser, &page, &[("code", &code.to_lowercase().replace('-', " "))]).await;
        assert!(page.h1().contains("code reçu par SMS"), "{}", page.main_text());
        let sms = received(world, PHONE, before, "votre code").await;
        assert!(sms.text.contains("ni à votre aidant"), "{}", sms.text);
        let home = send(&mut browser, &page, &[("sms", &sms.code.expect("six digits"))]).await;
        assert_eq!(home.url.path(), "/personne", "{}", home.main_text());
        assert!(home.text().contains("identité déclarée") && home.main_text().contains("CCAS de Dijon"), "{}", home.text());
        for path in ["/personne/journal", "/personne/avis", "/personne/coordonnees", "/personne/reglages"] {
            assert_eq!(browser.get(&world.at(path)).await.expect("a page").url.path(), path);
        }
        assert_eq!((world.count("paper_code.issued").await, world.count("person.logged_in").await), (1, 1));
        let journal = browser.get(&world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("imprimé un code papier pour votre espace"), "{}", journal.main_text());
        let mut later = world.browser();
        let page = give(world, &mut later, &code).await;
        assert!(page.h1().contains("code reçu par SMS"), "the sheet serves again: {}", page.main_text());
    }

    async fn one_code_alone_opens_nothing(world) {
        let mut scene = set(world).await;
        let code = paper(&mut scene).await;
        let world = &scene.world;
        let (mut hers, mut thief) = (world.browser(), world.browser());
        let before = so_far(world);
        let page = give(world, &mut hers, &code).await;
        let sms = received(world, PHONE, before, "votre code").await.code.expect("six digits");
        let wrong = if sms == "111111" { "111112" } else { "111111" };
        let unknown = give(world, &mut thief, "7K2PX-0M4QT-7K2PX-0M4QT").await;
        assert_eq!(unknown.main_text(), page.main_text(), "whether a paper code is good is told to nobody");
        let no = send(&mut thief, &unknown, &[("sms", &sms)]).await;
        let also = send(&mut hers, &page, &[("sms", wrong)]).await;
        assert_eq!((no.status, no.main_text()), (also.status, also.main_text()));
        assert_eq!(no.status.as_u16(), 422);
        assert_eq!(world.count("person.login_refused!").await, 1, "what a known code was tried with, she sees");
        for _ in 0..2 {
            send(&mut hers, &page, &[("sms", wrong)]).await;
        }
        let late = send(&mut hers, &page, &[("sms", &sms)]).await;
        assert!(late.main_text().contains("pas le bon"), "three wrong tries end the code: {}", late.main_text());
        let mut other = world.browser();
        let before = so_far(world);
        let page = give(world, &mut hers, &code).await;
        let sms = received(world, PHONE, before, "votre code").await.code.expect("six digits");
        let direct = other.get(&world.at("/personne/connexion/papier/sms")).await.expect("a page");
        assert_eq!(direct.url.path(), START, "another browser begins at the beginning");
        world.clock.advance(Duration::from_secs(11 * 60));
        let late = send(&mut hers, &page, &[("sms", &sms)]).await;
        assert_eq!(late.status.as_u16(), 422, "after ten minutes");
        assert_eq!(world.count("person.logged_in").await, 0);
        assert_eq!(other.get(&world.at("/personne")).await.expect("a page").url.path(), "/personne/connexion");
    }

    async fn a_new_sheet_ends_the_one_before(world) {
        let mut scene = set(world).await;
        let old = paper(&mut scene).await;
        let new = paper(&mut scene).await;
        let world = &scene.world;
        let sent = so_far(world);
        let mut browser = world.browser();
        give(world, &mut browser, &old).await;
        give(world, &mut browser, &new).await;
        let texts = |from: usize| world.mailbox.messages().into_iter().skip(from).filter(|message| message.to == PHONE).count();
        received(world, PHONE, sent, "votre code").await;
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(texts(sent), 1, "the old sheet sends nothing");
        assert_eq!(world.count("paper_code.issued").await, 2);
    }

    async fn guessing_is_slowed_and_says_nothing(world) {
        let scene = set(world).await;
        let world = &scene.world;
        let mut browser = world.browser();
        for shape in ["", "7K2PX", "UUUUU-UUUUU-UUUUU-UUUUU", &"0".repeat(3_000)] {
            let page = browser.get(&world.at(START)).await.expect("the field");
            let form = page.form_last_in_main().expect("its form").tampered(&[("code", shape)]);
            let page = browser.submit(&form).await.expect("a page");
            assert!(page.status.as_u16() == 422 && page.main_text().contains("vingt lettres et chiffres"), "{}", page.main_text());
        }
        let mut last = None;
        for number in 0..25 {
            let page = browser.get(&world.at(START)).await.expect("the field");
            let code = format!("7K2PX-0M4QT-7K2PX-0M4{number:02}");
            last = Some(send(&mut browser, &page, &[("code", &code)]).await);
        }
        let last = last.expect("a page");
        assert!(last.h1().contains("Trop d’essais"), "{}", last.main_text());
        assert_eq!(last.status.as_u16(), 429);
    }

    async fn a_sheet_is_for_declared_persons_of_the_own_organisation_with_a_telephone(world) {
        let mut scene = Scene::set(world).await;
        let person = jeanne(&scene).await;
        let path = format!("/aidant/personnes/{person}/code-papier");
        let world = &scene.world;
        let mut page = scene.aidant.get(world, &path).await;
        if page.url.path() == "/aidant/second-facteur" {
            page = scene.aidant.second_factor(world, &page).await;
        }
        assert_eq!(page.status.as_u16(), 404, "FranceConnect opens her space better");
        declare(world, person).await;
        let page = scene.aidant.get(world, &path).await;
        assert!(page.main_text().contains("pas de téléphone confirmé") && page.form_last_in_main().is_err(), "{}", page.main_text());
        let from = world.at(&path);
        let page = scene.aidant.browser.post_from(&from, &from, &[]).await.expect("a page");
        assert!(page.main_text().contains("pas de téléphone confirmé"), "{}", page.main_text());
        give_phone(world, person, PHONE).await;
        let elsewhere = world.organisation("Maison France Services").await;
        let mut other = world.aidant_in("Basile", &[(elsewhere, world.next_year())]).await;
        other.login(world).await;
        assert_eq!(other.get(world, &path).await.status.as_u16(), 404, "another organisation's person");
        let page = other.browser.post_from(&from, &from, &[]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 404);
        let mut stranger = world.browser();
        assert_eq!(stranger.get(&world.at(&path)).await.expect("a page").url.path(), "/aidant/connexion");
        assert_eq!(world.count("paper_code.issued").await, 0);
    }
}
