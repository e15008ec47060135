//! The link of a notice: who holds it can suspend, once, and nothing else.

use std::time::Duration;

use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use url::Url;

use crate::consent::status;
use crate::notices::EMAIL;
use crate::notices::not_me;
use crate::notices::received;
use crate::notices::send;
use crate::notices::so_far;
use crate::spaces::Scene;

const DAY: Duration = Duration::from_secs(86_400);

async fn used(scene: &mut Scene) -> Url {
    received(&scene.world, EMAIL, 0, "signé").await;
    let before = so_far(&scene.world);
    scene.act("social").await;
    not_me(&received(&scene.world, EMAIL, before, "agit pour vous").await)
}

on_each_database! {
    async fn it_suspends_without_a_login_and_only_once(world) {
        let mut scene = Scene::set(world).await;
        let link = used(&mut scene).await;
        assert!(link.path().len() >= "/pas-moi/".len() + 22, "128 bits: {link}");
        let world = &scene.world;
        let (mut one, mut two) = (world.browser(), world.browser());
        let entries = world.kinds().await.len();
        let page = one.get(&link).await.expect("the question");
        let also = two.get(&link).await.expect("the question");
        assert!(page.main_text().contains("CCAS de Dijon a agi en votre nom"), "{}", page.main_text());
        for name in ["Jeanne", "Lefèvre", "Durand", "Caisse"] {
            assert!(!page.text().contains(name), "the page says whose it is: {name}");
        }
        assert_eq!((page.header("cache-control"), page.header("x-robots-tag")), (Some("no-store"), Some("noindex")));
        assert_eq!(world.kinds().await.len(), entries, "opening it changes nothing");
        assert_eq!(status(world, scene.mandate.id).await, MandateStatus::Active);
        let done = send(&mut one, &page, &[("reason", "Je ne connais pas cette personne.")]).await;
        assert!(done.h1().contains("C’est noté") && done.main_text().contains("2026-0001"), "{}", done.main_text());
        assert_eq!(status(world, scene.mandate.id).await, MandateStatus::Suspended);
        let done = send(&mut two, &also, &[("reason", "")]).await;
        assert!(done.h1().contains("C’est noté") && done.main_text().contains("2026-0001"), "{}", done.main_text());
        for kind in ["case.opened", "act.contested", "mandate.suspended", "notice.disowned"] {
            assert_eq!(world.count(kind).await, 1, "{kind}");
        }
        let page = world.browser().get(&link).await.expect("the same page");
        assert!(page.h1().contains("C’est noté") && page.form_last_in_main().is_err(), "{}", page.main_text());
        received(world, EMAIL, 0, "signalement").await;
        let told = |message: &procura::domain::message::Message| {
            message.to.show() == EMAIL && matches!(message.body, MessageBody::CaseOpened { .. })
        };
        assert_eq!(world.messages().await.iter().filter(|message| told(message)).count(), 1, "she is told once");
        let page = scene.persons(&scene.caf.copy()).await;
        assert!(page.h1().contains("Vous ne pouvez agir pour personne ici"), "a suspended mandate serves nobody: {}", page.main_text());
        let (mut browser, home) = scene.person("jeanne").await;
        assert!(home.main_text().contains("2026-0001"), "{}", home.main_text());
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("« ce n’était pas moi »") && journal.main_text().contains("Je ne connais pas cette personne."), "{}", journal.main_text());
    }

    async fn a_grant_can_be_disowned_too(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let link = not_me(&received(world, EMAIL, 0, "signé").await);
        let mut browser = world.browser();
        let page = browser.get(&link).await.expect("the question");
        assert!(page.main_text().contains("Un mandat a été donné en votre nom à CCAS de Dijon"), "{}", page.main_text());
        let done = browser.submit(&page.form_last_in_main().expect("its button")).await.expect("done");
        assert!(done.h1().contains("C’est noté"), "{}", done.main_text());
        assert_eq!(status(world, scene.mandate.id).await, MandateStatus::Suspended);
        assert_eq!(world.count("notice.disowned").await, 1);
    }

    async fn what_she_said_in_her_journal_is_not_said_twice(world) {
        let mut scene = Scene::set(world).await;
        let link = used(&mut scene).await;
        let (mut hers, _) = scene.person("jeanne").await;
        let journal = hers.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let page = hers.click(&journal, "Ce n’était pas prévu").await.expect("the form");
        send(&mut hers, &page, &[("reason", "Je n’étais pas là.")]).await;
        let mut browser = scene.world.browser();
        let page = browser.get(&link).await.expect("the question");
        let done = browser.submit(&page.form_last_in_main().expect("its button")).await.expect("done");
        assert!(done.main_text().contains("2026-0001"), "{}", done.main_text());
        assert_eq!((scene.world.count("case.opened").await, scene.world.count("notice.disowned").await), (1, 1));
    }

    async fn a_forged_an_old_and_a_wordy_one_do_nothing(world) {
        let mut scene = Scene::set(world).await;
        let link = used(&mut scene).await;
        let world = &scene.world;
        let mut browser = world.browser();
        let code = link.path().rsplit('/').next().expect("a code").to_owned();
        let mut forged = code.clone();
        let other = if forged.ends_with('A') { 'Q' } else { 'A' };
        forged.pop();
        forged.push(other);
        for code in [forged.as_str(), "x", &"A".repeat(22), &"A".repeat(4_000)] {
            let url = world.at(&format!("/pas-moi/{code}"));
            assert_eq!(browser.get(&url).await.expect("a page").status.as_u16(), 404);
            let page = browser.post_from(&link, &url, &[("reason", "")]).await.expect("a page");
            assert_eq!(page.status.as_u16(), 404);
        }
        let page = browser.get(&link).await.expect("the question");
        let long = send(&mut browser, &page, &[("reason", &"é".repeat(1_001))]).await;
        assert!(long.status.as_u16() == 422 && long.main_text().contains("trop long"), "{}", long.main_text());
        let form = page.form_last_in_main().expect("its form");
        world.clock.advance(91 * DAY);
        let late = browser.submit(&form).await.expect("a page");
        assert!(late.status.as_u16() == 410 && late.h1().contains("ne sert plus"), "{}", late.main_text());
        assert_eq!(world.count("case.opened").await, 0);
        assert_eq!(status(world, scene.mandate.id).await, MandateStatus::Active);
    }
}
