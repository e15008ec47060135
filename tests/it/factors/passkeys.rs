//! Entering by passkey: what ends well, and everything that must not.

use std::time::Duration;

use procura::domain::account::Role;
use procura::domain::factor::FactorChange;

use crate::factors::below;
use crate::factors::enter;
use crate::factors::invited;
use crate::factors::keyed;
use crate::factors::make_key;
use crate::factors::named;
use crate::factors::options;
use crate::factors::soft::Saying;
use crate::factors::start;
use crate::factors::told;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

async fn refused(world: &World, saying: Saying) -> String {
    let (_, mut soft) = keyed(world, "Zoé").await;
    let mut browser = world.browser();
    let page = enter(world, &mut browser, "/aidant", &mut soft, &saying).await;
    assert_eq!(page.status.as_u16(), 422, "{saying:?}");
    assert_eq!(world.count("aidant.logged_in").await, 0, "{saying:?}");
    page.main_text()
}

on_each_database_with! { named();
    async fn a_key_made_at_activation_enters_without_mail(world) {
        let (invited, mut soft) = keyed(&world, "Zoé").await;
        assert_eq!(told(&world, &invited.email).await, [FactorChange::Added]);
        let before = world.messages().await.len();
        let mut browser = world.browser();
        let saying = world.saying();
        let page = enter(&world, &mut browser, "/aidant", &mut soft, &saying).await;
        assert_eq!(page.url.path(), "/aidant", "{}", page.main_text());
        assert_eq!(world.messages().await.len(), before, "no mail");
        assert_eq!(world.count("aidant.logged_in").await, 1);
        let page = enter(&world, &mut world.browser(), "/aidant", &mut soft, &saying).await;
        assert_eq!(page.url.path(), "/aidant", "again, elsewhere");
    }

    async fn the_login_leads_to_the_page_that_was_wanted(world) {
        let (_, mut soft) = keyed(&world, "Zoé").await;
        let mut browser = world.browser();
        let page = browser.get(&world.at("/aidant/facteurs")).await.expect("a page");
        let form = page.form_to("/connexion/cle").expect("the form of the key");
        let asked = options(&mut browser, &world.at("/aidant/connexion/cle/options")).await;
        let answer = soft.answer(&asked, &world.saying());
        let page = browser.post_from(&page.url, form.action(), &[("answer", &answer)]).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/facteurs", "{}", page.main_text());
    }

    async fn another_origin_opens_nothing(world) {
        let saying = Saying { origin: "https://procura.evil.example".to_owned(), ..world.saying() };
        assert!(refused(&world, saying).await.contains("n’ouvre rien ici"));
        assert_eq!(world.count("aidant.login_refused!").await, 1);
    }

    async fn another_party_opens_nothing(world) {
        refused(&world, Saying { rp: "evil.example".to_owned(), ..world.saying() }).await;
    }

    async fn a_user_who_was_not_verified_opens_nothing(world) {
        refused(&world, Saying { verified: false, ..world.saying() }).await;
    }

    async fn another_challenge_opens_nothing(world) {
        refused(&world, Saying { challenge: Some("A".repeat(43)), ..world.saying() }).await;
    }

    async fn a_key_under_another_account_opens_nothing(world) {
        let other = invited(&world, Role::Aidant, "Autre", None).await;
        let user = other.account.uuid().as_bytes().to_vec();
        refused(&world, Saying { user: Some(user), ..world.saying() }).await;
    }

    async fn an_answer_serves_once_in_its_browser_and_in_its_time(world) {
        let (_, mut soft) = keyed(&world, "Zoé").await;
        let url = world.at("/aidant/connexion/cle");
        let mut browser = world.browser();
        let asked = options(&mut browser, &world.at("/aidant/connexion/cle/options")).await;
        let answer = soft.answer(&asked, &world.saying());
        let mut other = world.browser();
        let page = other.post_from(&url, &url, &[("answer", &answer)]).await.expect("a page");
        assert!(page.main_text().contains("cinq minutes"), "another browser: {}", page.main_text());
        assert_eq!(browser.post_from(&url, &url, &[("answer", &answer)]).await.expect("a page").url.path(), "/aidant");
        let page = browser.post_from(&url, &url, &[("answer", &answer)]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 422, "replayed");
        let mut late = world.browser();
        let asked = options(&mut late, &world.at("/aidant/connexion/cle/options")).await;
        let answer = soft.answer(&asked, &world.saying());
        world.clock.advance(5 * MINUTE);
        let page = late.post_from(&url, &url, &[("answer", &answer)]).await.expect("a page");
        assert!(page.main_text().contains("cinq minutes"), "{}", page.main_text());
        assert_eq!(world.count("aidant.logged_in").await, 1);
    }

    async fn a_counter_that_goes_back_ends_the_key(world) {
        let (invited, mut soft) = keyed(&world, "Zoé").await;
        let saying = world.saying();
        for _ in 0..2 {
            enter(&world, &mut world.browser(), "/aidant", &mut soft, &saying).await;
        }
        let copy = Saying { counter: Some(1), ..world.saying() };
        let page = enter(&world, &mut world.browser(), "/aidant", &mut soft, &copy).await;
        assert!(page.main_text().contains("peut-être une copie"), "{}", page.main_text());
        assert_eq!(world.count("factor.removed").await, 1);
        assert_eq!(told(&world, &invited.email).await, [FactorChange::Added, FactorChange::Cloned]);
        let page = enter(&world, &mut world.browser(), "/aidant", &mut soft, &saying).await;
        assert_eq!(page.status.as_u16(), 422, "the true one is ended too");
        assert_eq!(world.count("aidant.logged_in").await, 2);
    }

    async fn a_key_opens_its_own_door_only(world) {
        let (_, mut soft) = keyed(&world, "Zoé").await;
        let saying = world.saying();
        for door in ["/referent", "/operateur", "/autorite", "/integrateur"] {
            let page = enter(&world, &mut world.browser(), door, &mut soft, &saying).await;
            assert_eq!(page.status.as_u16(), 422, "{door}");
        }
        let operator = invited(&world, Role::Operator, "Olga", None).await;
        let mut browser = world.browser();
        start(&mut browser, &operator.link).await;
        let (mut soft, _) = make_key(&world, &mut browser, &below(&operator.link, "/cle")).await;
        let page = enter(&world, &mut browser, "/operateur", &mut soft, &saying).await;
        assert_eq!(page.url.path(), "/operateur", "{}", page.main_text());
    }

    async fn rubbish_is_a_stranger_and_is_slowed_down(world) {
        let url = world.at("/aidant/connexion/cle");
        let mut browser = world.browser();
        for rubbish in ["", "{}", "[[[", "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{}}"] {
            options(&mut browser, &world.at("/aidant/connexion/cle/options")).await;
            let page = browser.post_from(&url, &url, &[("answer", rubbish)]).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{rubbish}");
        }
        assert!(world.kinds().await.iter().all(|kind| !kind.contains("login")), "strangers are no entries");
        for _ in 0..20 {
            options(&mut browser, &world.at("/aidant/connexion/cle/options")).await;
            browser.post_from(&url, &url, &[("answer", "{}")]).await.expect("a page");
        }
        let (_, mut soft) = keyed(&world, "Zoé").await;
        let saying = world.saying();
        let page = enter(&world, &mut world.browser(), "/aidant", &mut soft, &saying).await;
        assert!(page.main_text().contains("Trop d’essais"), "{}", page.main_text());
    }

    async fn a_stale_factor_is_given_again_by_key(world) {
        let (_, mut soft) = keyed(&world, "Zoé").await;
        let saying = world.saying();
        let mut browser = world.browser();
        enter(&world, &mut browser, "/aidant", &mut soft, &saying).await;
        world.clock.advance(16 * MINUTE);
        let page = browser.get(&world.at("/aidant/facteurs/cle")).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/second-facteur");
        assert_eq!(page.all_words("input[name=otp]").len(), 0, "she has no code");
        let form = page.form_to("/second-facteur/cle").expect("the form of the key");
        let url = world.at("/aidant/second-facteur/cle/options");
        let asked = options(&mut browser, &url).await;
        assert_eq!(asked["allowCredentials"].as_array().map(Vec::len), Some(1), "hers alone");
        assert!(asked["allowCredentials"][0]["id"].as_str().is_some_and(|id| id.len() == 43), "{asked}");
        let wrong = soft.answer(&asked, &Saying { verified: false, ..world.saying() });
        let again = browser.post_from(&page.url, form.action(), &[("answer", &wrong)]).await.expect("a page");
        assert_eq!(again.status.as_u16(), 422);
        let asked = options(&mut browser, &url).await;
        let right = soft.answer(&asked, &saying);
        let page = browser.post_from(&page.url, form.action(), &[("answer", &right)]).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/facteurs/cle", "{}", page.main_text());
        assert_eq!(world.count("aidant.second_factor_checked").await, 1);
        let (_, mut other) = keyed(&world, "Yann").await;
        let asked = options(&mut browser, &url).await;
        let answer = other.answer(&asked, &saying);
        let page = browser.post_from(&page.url, form.action(), &[("answer", &answer)]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 422, "another's key is not hers");
    }
}
