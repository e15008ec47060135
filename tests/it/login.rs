//! Logging in: what ends well, and everything that must not.

use std::time::Duration;

use procura::demo::browser::page::Page;
use procura::domain::account::AccountStatus;
use procura::domain::message::MessageLanguage;
use procura::operations::suspend;
use procura::operations::suspend::HabilitationChange;
use procura::storage::accounts;

use crate::world::CLI;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

/// What a stranger can tell two answers apart by.
fn face(page: &Page) -> (u16, String, String, String) {
    (page.status.as_u16(), page.url.to_string(), page.title(), page.main_text())
}

async fn suspend_account(world: &World, id: procura::domain::ids::AccountId) {
    let mut tx = world.bench.db.begin().await.expect("a transaction");
    accounts::set_status(&mut tx, id, AccountStatus::Suspended).await.expect("a change");
    tx.commit().await.expect("a commit");
}

on_each_database! {
    async fn every_role_logs_in_with_code_and_link(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        let referent = world.referent("Rose", &[organisation]).await;
        let authority = world.authority("Alma", &[]).await;
        let operator = world.operator("Claire").await;
        for mut who in [aidant, referent, authority, operator] {
            let page = who.login(&world).await;
            assert_eq!(page.url.path(), who.home());
            let kind = format!("{}.logged_in", who.role);
            assert_eq!(world.count(&kind).await, 1, "{kind}");
        }
    }

    async fn the_header_names_aidant_and_organisation(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let page = aidant.get(&world, "/aidant/structure").await;
        let account = page.words(".account").expect("who is logged in");
        assert!(account.contains("Amélie Durand") && account.contains("CCAS de Dijon"), "{account}");
        assert!(!account.contains("changer"), "{account}");
    }

    async fn the_login_leads_to_the_page_that_was_wanted(world) {
        let mut aidant = world.aidant("Amélie").await;
        let page = aidant.get(&world, "/aidant/structure?a=1").await;
        let code = aidant.code(&world);
        let form = page.form_last_in_main().expect("a form").with(&[("email", &aidant.email), ("otp", &code)]).expect("fields");
        aidant.browser.submit(&form).await.expect("a page");
        let link = world.login_link(&aidant.email).await.expect("a link");
        let page = aidant.use_link(&link).await;
        assert_eq!((page.url.path(), page.url.query()), ("/aidant/structure", Some("a=1")));
    }

    async fn the_login_leads_to_no_other_site(world) {
        for elsewhere in ["https://evil.example/", "//evil.example/", "/\\evil.example"] {
            let mut aidant = world.aidant(&format!("Amélie{}", elsewhere.len())).await;
            let mut login = world.at("/aidant/connexion");
            login.query_pairs_mut().append_pair("suite", elsewhere);
            let page = aidant.browser.get(&login).await.expect("a page");
            let code = aidant.code(&world);
            let form = page.form_last_in_main().expect("a form").with(&[("email", &aidant.email), ("otp", &code)]).expect("fields");
            aidant.browser.submit(&form).await.expect("a page");
            let link = world.login_link(&aidant.email).await.expect("a link");
            assert_eq!(aidant.use_link(&link).await.url.path(), "/aidant", "{elsewhere}");
        }
    }

    async fn whatever_is_wrong_the_answer_is_the_same(world) {
        let mut aidant = world.aidant("Amélie").await;
        let suspended = world.aidant("Sonia").await;
        suspend_account(&world, suspended.account).await;
        let code = aidant.code(&world);
        let right = face(&aidant.ask_for_link(&world, &code).await);
        let replayed = face(&aidant.ask_for_link(&world, &code).await);
        let wrong = face(&aidant.ask_for_link(&world, "000000").await);
        let mut stranger = world.aidant("Inconnue").await;
        stranger.email = "nobody@aidant.example".to_owned();
        let unknown = face(&stranger.ask_for_link(&world, "123456").await);
        let mut suspended = suspended;
        let code = suspended.code(&world);
        let barred = face(&suspended.ask_for_link(&world, &code).await);
        for other in [replayed, wrong, unknown, barred] {
            assert_eq!(other, right);
        }
        assert_eq!(world.messages().await.len(), 1, "only the right pair sends a link");
        assert_eq!(world.count("aidant.login_refused!").await, 3, "the stranger is no entry");
    }

    async fn a_form_that_cannot_be_right_says_where(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.email = "amelie.durand@".to_owned();
        let page = aidant.ask_for_link(&world, "48120").await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.title().starts_with("Erreur"), "{}", page.title());
        let errors = page.all_words(".error-summary li");
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[1].contains("cinq") || errors[1].contains('5'), "{errors:?}");
        let form = page.form_last_in_main().expect("the form again");
        assert_eq!((form.value("email"), form.value("otp")), (Some("amelie.durand@"), Some("48120")));
        assert!(world.kinds().await.iter().all(|kind| !kind.contains("login_refused")));
    }

    async fn a_link_serves_once(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        let page = aidant.browser.get(&link).await.expect("a page");
        let form = page.form_last_in_main().expect("a button");
        assert_eq!(aidant.browser.submit(&form).await.expect("a page").url.path(), "/aidant");
        let again = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(again.status.as_u16(), 410);
        assert_eq!(aidant.browser.get(&link).await.expect("a page").status.as_u16(), 410);
        assert_eq!(world.count("aidant.logged_in").await, 1);
        assert_eq!(world.count("aidant.login_refused!").await, 1);
    }

    async fn a_mail_scanner_that_opens_the_link_burns_nothing(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        for _ in 0..3 {
            let page = world.browser().get(&link).await.expect("a page");
            assert_eq!(page.status.as_u16(), 403);
            assert!(page.main_text().contains("autre navigateur"), "{}", page.main_text());
            assert!(page.forms_in_main().is_empty());
        }
        assert_eq!(aidant.use_link(&link).await.url.path(), "/aidant");
    }

    async fn a_link_posted_from_another_browser_is_refused_and_stays_good(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        let mut thief = world.browser();
        let page = thief.post_from(&link, &link, &[]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 403);
        assert_eq!(thief.get(&world.at("/aidant/structure")).await.expect("a page").url.path(), "/aidant/connexion");
        assert_eq!(world.count("aidant.login_refused!").await, 1);
        assert_eq!(aidant.use_link(&link).await.url.path(), "/aidant");
    }

    async fn a_link_lapses_after_ten_minutes(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        let page = aidant.browser.get(&link).await.expect("a page");
        let form = page.form_last_in_main().expect("a button");
        world.clock.advance(10 * MINUTE);
        assert_eq!(aidant.browser.submit(&form).await.expect("a page").status.as_u16(), 410);
        assert_eq!(aidant.browser.get(&link).await.expect("a page").status.as_u16(), 410);
        assert_eq!(world.count("aidant.logged_in").await, 0);
    }

    async fn a_link_of_one_role_opens_no_other_door(world) {
        let mut operator = world.operator("Claire").await;
        let link = operator.link(&world).await;
        let elsewhere = world.at(&link.path().replace("/operateur/", "/aidant/"));
        let page = operator.browser.post_from(&elsewhere, &elsewhere, &[]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 410);
        assert_eq!(operator.use_link(&link).await.url.path(), "/operateur");
    }

    async fn a_suspension_after_the_mail_holds_at_the_link(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        suspend_account(&world, aidant.account).await;
        assert_eq!(aidant.use_link(&link).await.status.as_u16(), 410);
        assert_eq!(world.count("aidant.logged_in").await, 0);
    }

    async fn a_suspended_account_is_outside_at_its_next_page(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        suspend_account(&world, aidant.account).await;
        assert_eq!(aidant.get(&world, "/aidant/structure").await.url.path(), "/aidant/connexion");
    }

    async fn guessing_is_slowed_down_and_the_right_code_waits_too(world) {
        let mut aidant = world.aidant("Amélie").await;
        for _ in 0..5 {
            aidant.ask_for_link(&world, "000000").await;
        }
        let code = aidant.code(&world);
        aidant.ask_for_link(&world, &code).await;
        assert!(world.login_link(&aidant.email).await.is_none(), "still locked");
        world.clock.advance(MINUTE);
        let code = aidant.code(&world);
        aidant.ask_for_link(&world, &code).await;
        let link = world.login_link(&aidant.email).await.expect("a link after the wait");
        assert_eq!(aidant.use_link(&link).await.url.path(), "/aidant");
        assert_eq!(world.count("aidant.login_refused!").await, 6);
    }

    async fn one_address_cannot_try_many_accounts(world) {
        let mut aidant = world.aidant("Amélie").await;
        for number in 0..20 {
            let mut stranger = world.browser();
            let fields = [("email", format!("n{number}@aidant.example")), ("otp", "000000".to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let login = world.at("/aidant/connexion");
            stranger.post_from(&login, &login, &fields).await.expect("a page");
        }
        let code = aidant.code(&world);
        aidant.ask_for_link(&world, &code).await;
        assert!(world.login_link(&aidant.email).await.is_none(), "the address is locked");
        world.clock.advance(MINUTE);
        let code = aidant.code(&world);
        aidant.ask_for_link(&world, &code).await;
        assert!(world.login_link(&aidant.email).await.is_some());
    }

    async fn a_post_from_another_site_is_refused(world) {
        let mut aidant = world.aidant("Amélie").await;
        let code = aidant.code(&world);
        let evil = "https://evil.example/page".parse().expect("an address");
        let neighbour = "http://127.0.0.1:1/page".parse().expect("an address");
        for page in [&evil, &neighbour] {
            let fields = [("email", aidant.email.as_str()), ("otp", code.as_str())];
            let answer = aidant.browser.post_from(page, &world.at("/aidant/connexion"), &fields).await.expect("a page");
            assert_eq!(answer.status.as_u16(), 400, "{page}");
        }
        assert!(world.messages().await.is_empty());
        aidant.login(&world).await;
        let answer = aidant.browser.post_from(&neighbour, &world.at("/aidant/deconnexion"), &[]).await.expect("a page");
        assert_eq!(answer.status.as_u16(), 400);
        assert_eq!(aidant.get(&world, "/aidant/structure").await.url.path(), "/aidant/structure");
    }

    async fn an_address_with_a_line_break_sends_nothing(world) {
        let mut browser = world.browser();
        let login = world.at("/aidant/connexion");
        for email in ["a@b.example\r\nBcc: x@evil.example", "a@b.example\n", "\"a\r\n\"@b.example"] {
            let page = browser.post_from(&login, &login, &[("email", email), ("otp", "123456")]).await.expect("a page");
            assert!(matches!(page.status.as_u16(), 200 | 422), "{email:?}: {}", page.status);
        }
        assert!(world.messages().await.is_empty());
    }

    async fn the_mail_speaks_the_language_of_the_page(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.browser = world.browser().speaking("en-GB");
        let code = aidant.code(&world);
        let page = aidant.ask_for_link(&world, &code).await;
        assert!(page.main_text().contains("on its way"), "{}", page.main_text());
        assert_eq!(world.messages().await.remove(0).language, MessageLanguage::English);
    }

    async fn a_code_used_at_the_login_is_not_taken_as_second_factor(world) {
        let mut aidant = world.aidant("Amélie").await;
        let code = aidant.code(&world);
        aidant.ask_for_link(&world, &code).await;
        let link = world.login_link(&aidant.email).await.expect("a link");
        aidant.use_link(&link).await;
        let page = aidant.get(&world, "/aidant/second-facteur?suite=%2Faidant%2Fstructure").await;
        let form = page.form_last_in_main().expect("a form").with(&[("otp", &code)]).expect("a field");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.main_text().contains("seconde"), "{}", page.main_text());
        let before = aidant.browser.cookies().value("procura_aidant").map(str::to_owned);
        let page = aidant.second_factor(&world, &page).await;
        assert_eq!(page.url.path(), "/aidant/structure");
        assert_ne!(aidant.browser.cookies().value("procura_aidant").map(str::to_owned), before);
        assert_eq!(world.count("aidant.second_factor_checked").await, 1);
        assert_eq!(world.count("aidant.login_refused!").await, 1);
    }

    async fn guessing_the_second_factor_is_slowed_down(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        // The code tried below is one that was never used.
        world.clock.advance(MINUTE);
        for _ in 0..5 {
            let page = aidant.get(&world, "/aidant/second-facteur").await;
            let form = page.form_last_in_main().expect("a form").with(&[("otp", "000000")]).expect("a field");
            assert_eq!(aidant.browser.submit(&form).await.expect("a page").status.as_u16(), 422);
        }
        let page = aidant.get(&world, "/aidant/second-facteur").await;
        assert_eq!(aidant.second_factor(&world, &page).await.status.as_u16(), 422);
        world.clock.advance(MINUTE);
        let page = aidant.get(&world, "/aidant/second-facteur").await;
        assert_eq!(aidant.second_factor(&world, &page).await.url.path(), "/aidant");
    }

    async fn an_aidant_of_two_organisations_goes_from_one_to_the_other(world) {
        let first = world.organisation("CCAS de Dijon").await;
        let second = world.organisation("Maison France services").await;
        let mut aidant = world.aidant_in("Amélie", &[(first, world.next_year()), (second, world.next_year())]).await;
        aidant.login(&world).await;
        let page = aidant.get(&world, "/aidant/structure").await;
        assert!(page.words(".account").is_some_and(|words| words.contains("CCAS de Dijon") && words.contains("changer")));
        let form = page.form_last_in_main().expect("a form").choose(&["Maison France services"]).expect("a choice");
        aidant.browser.submit(&form).await.expect("a page");
        let page = aidant.get(&world, "/aidant/structure").await;
        assert!(page.words(".account").is_some_and(|words| words.contains("Maison France services")));
        assert_eq!(world.count("aidant.organisation_switched").await, 1);
        let other = world.aidant("Autre").await;
        let form = page.form_last_in_main().expect("a form").tampered(&[("organisation", &other.habilitations[0].to_string())]);
        assert_eq!(aidant.browser.submit(&form).await.expect("a page").status.as_u16(), 404);
    }

    async fn an_aidant_begins_where_she_may_act_and_may_read_where_nothing_is_left(world) {
        let first = world.organisation("CCAS de Dijon").await;
        let second = world.organisation("Maison France services").await;
        let mut aidant = world.aidant_in("Amélie", &[(first, world.next_year()), (second, world.next_year())]).await;
        let end = HabilitationChange::End("départ");
        suspend::change_habilitation(&world.bench, &CLI, aidant.habilitations[0], end, None).await.expect("ended");
        aidant.login(&world).await;
        let page = aidant.get(&world, "/aidant/structure").await;
        assert!(page.words(".account").is_some_and(|words| words.contains("Maison France services")));
        suspend::suspend_organisation(&world.bench, &CLI, second, "contrôle", None).await.expect("suspended");
        aidant.login(&world).await;
        let page = aidant.get(&world, "/aidant/structure").await;
        assert!(page.main_text().contains("Vous pouvez lire"), "{}", page.main_text());
    }
}
