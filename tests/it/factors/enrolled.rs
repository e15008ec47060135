//! Enrolling alone by the mailed link or from one's own space, and taking a factor away.

use std::time::Duration;

use procura::crypto::second_factor::TotpSecret;
use procura::domain::account::Role;
use procura::domain::factor::FactorChange;
use procura::domain::time::Clock;

use crate::factors::aidant_invited;
use crate::factors::below;
use crate::factors::invited;
use crate::factors::make_key;
use crate::factors::named;
use crate::factors::send;
use crate::factors::start;
use crate::factors::told;
use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

on_each_database_with! { named();
    async fn an_application_is_enrolled_at_ones_own_screen_alone(world) {
        let zoe = aidant_invited(&world, "Zoé").await;
        let mut browser = world.browser();
        let first = browser.get(&zoe.link).await.expect("a page");
        assert_eq!(first.h1(), "Activez votre compte");
        start(&mut browser, &zoe.link).await;
        let page = browser.get(&below(&zoe.link, "/application")).await.expect("a page");
        let shown = page.words("#secret").expect("the secret");
        assert!(page.html.contains("<svg viewBox") && page.header("cache-control") == Some("no-store"));
        let secret = TotpSecret::from_base32(&shown).expect("base32");
        let again = browser.get(&below(&zoe.link, "/application")).await.expect("a page");
        assert_eq!(again.words("#secret"), Some(shown.clone()), "the same until it is confirmed");
        let form = again.form_last_in_main().expect("a form");
        let wrong = form.clone().with(&[("label", "Mon téléphone"), ("otp", "000000")]).expect("fields");
        let refused = browser.submit(&wrong).await.expect("a page");
        assert_eq!(refused.status.as_u16(), 422);
        assert_eq!(refused.form_last_in_main().expect("a form").value("label"), Some("Mon téléphone"));
        let code = secret.code_at(world.clock.now());
        let right = form.with(&[("label", "Mon téléphone"), ("otp", &code)]).expect("fields");
        let done = browser.submit(&right).await.expect("a page");
        assert_eq!(done.h1(), "Votre compte est actif", "{}", done.main_text());
        assert_eq!(told(&world, &zoe.email).await, [FactorChange::Added]);
        let bare: String = shown.split_whitespace().collect();
        let written = format!("{:?}", world.messages().await);
        assert!(!written.contains(&bare) && !done.html.contains(&bare));
        let login = browser.get(&world.at("/aidant/connexion")).await.expect("a page");
        let form = login.form_last_in_main().expect("a form");
        let used = form.clone().with(&[("email", &zoe.email), ("otp", &code)]).expect("fields");
        browser.submit(&used).await.expect("a page");
        assert!(world.login_link(&zoe.email).await.is_none(), "the code that enrolled is used up");
        world.clock.advance(Duration::from_secs(30));
        let next = secret.code_at(world.clock.now());
        let fresh = form.with(&[("email", &zoe.email), ("otp", &next)]).expect("fields");
        browser.submit(&fresh).await.expect("a page");
        assert!(world.login_link(&zoe.email).await.is_some());
    }

    async fn the_link_is_for_one_browser_once_and_for_seven_days(world) {
        let zoe = aidant_invited(&world, "Zoé").await;
        let mut scanner = world.browser();
        for _ in 0..3 {
            assert_eq!(scanner.get(&zoe.link).await.expect("a page").status.as_u16(), 200, "a look burns nothing");
        }
        let early = scanner.get(&below(&zoe.link, "/cle")).await.expect("a page");
        assert_eq!(early.h1(), "Activez votre compte", "the button comes first");
        let mut browser = world.browser();
        start(&mut browser, &zoe.link).await;
        assert_eq!(scanner.get(&zoe.link).await.expect("a page").status.as_u16(), 403);
        let options = below(&zoe.link, "/cle/options");
        assert_eq!(scanner.post_from(&options, &options, &[]).await.expect("a page").status.as_u16(), 403);
        make_key(&world, &mut browser, &below(&zoe.link, "/cle")).await;
        for rest in ["", "/application", "/cle"] {
            let page = browser.get(&below(&zoe.link, rest)).await.expect("a page");
            assert_eq!(page.status.as_u16(), 410, "{rest}");
        }
        let late = invited(&world, Role::Referent, "Rose", None).await;
        world.clock.advance(7 * DAY);
        assert_eq!(browser.get(&late.link).await.expect("a page").status.as_u16(), 410);
        let nobody = world.at("/compte/activation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assert_eq!(browser.get(&nobody).await.expect("a page").status.as_u16(), 410);
    }

    async fn two_factors_are_kept_and_the_last_one_stays(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let list = amelie.get(&world, "/compte/facteurs").await;
        assert_eq!(list.url.path(), "/aidant/facteurs");
        let only = list.link("/retirer").expect("its link");
        let page = amelie.browser.get(&only).await.expect("a page");
        assert!(page.main_text().contains("seul moyen"), "{}", page.main_text());
        let forced = amelie.browser.post_from(&only, &only, &[]).await.expect("a page");
        assert_eq!(forced.status.as_u16(), 409, "{}", forced.main_text());
        let (_, page) = make_key(&world, &mut amelie.browser, &world.at("/aidant/facteurs/cle")).await;
        assert!(page.main_text().contains("Ordinateur du bureau"), "{}", page.main_text());
        let (_, second) = make_key(&world, &mut amelie.browser, &world.at("/aidant/facteurs/cle")).await;
        assert_eq!(second.all_words(".rows li").len(), 3, "several are allowed");
        let page = amelie.browser.get(&only).await.expect("a page");
        let after = send(&mut amelie, &page, &[]).await;
        assert_eq!(after.all_words(".rows li").len(), 2);
        assert_eq!(world.count("factor.removed").await, 1);
        let code = amelie.code(&world);
        let mut elsewhere = world.browser();
        std::mem::swap(&mut elsewhere, &mut amelie.browser);
        let before = world.messages().await.len();
        amelie.ask_for_link(&world, &code).await;
        assert_eq!(world.messages().await.len(), before, "the application opens nothing any more");
    }

    async fn another_ones_factor_is_not_there(world) {
        let mut amelie = world.aidant("Amélie").await;
        let mut zoe = world.aidant("Zoé").await;
        amelie.login(&world).await;
        zoe.login(&world).await;
        let hers = amelie.get(&world, "/aidant/facteurs").await.link("/retirer").expect("a link");
        assert_eq!(zoe.browser.get(&hers).await.expect("a page").status.as_u16(), 404);
        assert_eq!(zoe.browser.post_from(&hers, &hers, &[]).await.expect("a page").status.as_u16(), 404);
        let mut stranger = world.browser();
        for path in ["/aidant/facteurs", "/referent/facteurs", "/operateur/facteurs/cle", "/autorite/facteurs/application",
            "/integrateur/facteurs", "/operateur/cartes", "/operateur/reinitialisations"] {
            let page = stranger.get(&world.at(path)).await.expect("a page");
            assert!(page.url.path().ends_with("/connexion"), "{path} leads to {}", page.url);
        }
        for path in ["/operateur/cartes", "/operateur/reinitialisations", "/referent/facteurs"] {
            let page = amelie.get(&world, path).await;
            assert!(page.url.path().ends_with("/connexion"), "an aidant at {path}");
        }
    }

    async fn two_removals_at_once_leave_one(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let (_, page) = make_key(&world, &mut amelie.browser, &world.at("/aidant/facteurs/cle")).await;
        let all: Vec<_> = page.links().into_iter().map(|(url, _)| url).filter(|url| url.path().ends_with("/retirer")).collect();
        let actor = procura::operations::current::staff(&world.bench, amelie.account, Role::Aidant, None).await.expect("a look").expect("her");
        let ids: Vec<procura::domain::ids::FactorId> =
            all.iter().map(|url| url.path().split('/').nth(3).expect("an id").parse().expect("an id")).collect();
        let remove = |id| procura::operations::remove_factor::remove(&world.bench, (&actor).into(), id, false, None);
        let (one, two) = tokio::join!(remove(ids[0]), remove(ids[1]));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }

    async fn every_role_has_the_page_and_its_fresh_factor(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let referent = world.referent("Rose", &[organisation]).await;
        let authority = world.authority("Alma", &[]).await;
        let operator = world.operator("Claire").await;
        for mut who in [referent, authority, operator] {
            who.login(&world).await;
            world.clock.advance(Duration::from_secs(16 * 60));
            let path = format!("{}/facteurs/cle", who.home());
            let page = who.get(&world, &path).await;
            assert_eq!(page.url.path(), format!("{}/second-facteur", who.home()));
            let page = who.second_factor(&world, &page).await;
            assert_eq!(page.url.path(), path, "{}", page.main_text());
            let (_, page) = make_key(&world, &mut who.browser, &world.at(&path)).await;
            assert_eq!(page.url.path(), format!("{}/facteurs", who.home()), "{}", page.main_text());
        }
        assert_eq!(world.count("factor.checked").await, 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_a_number_there_are_no_keys_and_the_page_says_so() {
    let world = World::start(crate::world::Engine::Sqlite).await;
    let mut amelie = world.aidant("Amélie").await;
    amelie.login(&world).await;
    let page = amelie.get(&world, "/aidant/facteurs/cle").await;
    assert!(page.main_text().contains("Pas de clé d’accès à cette adresse"), "{}", page.main_text());
    let login = world.browser().get(&world.at("/aidant/connexion")).await.expect("a page");
    assert!(!login.main_text().contains("clé d’accès"));
}
