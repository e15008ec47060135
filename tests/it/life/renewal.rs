//! A mandate renewed with a new consent of the same person: linked both ways, no double choice, never by another.

use procura::domain::mandate::MandateStatus;
use procura::domain::theme::Theme;
use procura::operations::suspend_mandate::Suspender;
use procura::operations::suspend_mandate::suspend;
use procura::storage::mandates;

use crate::consent::Handed;
use crate::consent::answer;
use crate::consent::open_text;
use crate::consent::status;
use crate::life::chain;
use crate::spaces::Scene;
use crate::world::CLI;

/// Draws the renewal up through the pages, beginning where the mandate's page leads.
async fn renewed(scene: &mut Scene) -> Handed {
    let path = scene.mandate.path.clone();
    let page = scene.aidant.get(&scene.world, &path).await;
    let mut page = scene.aidant.browser.click(&page, "Renouveler").await.expect("the form");
    if page.url.path() == "/aidant/second-facteur" {
        page = scene.aidant.second_factor(&scene.world, &page).await;
    }
    assert!(page.main_text().contains("Lefèvre"), "{}", page.main_text());
    let form = page.form_last_in_main().expect("the form");
    assert_eq!(form.value("duration"), Some("semester"), "as the old one");
    let page = scene.aidant.browser.submit(&form).await.expect("the hand-over");
    let id = page.url.path().rsplit('/').next().and_then(|id| id.parse().ok()).expect("a mandate");
    Handed { id, path: page.url.path().to_owned(), link: page.link("/consentement/").expect("the link") }
}

on_each_database! {
    async fn she_renews_it_herself_and_both_know_of_each_other(world) {
        let mut scene = Scene::set(world).await;
        let old = scene.mandate.id;
        let new = renewed(&mut scene).await;
        let mut browser = scene.world.browser();
        let text = open_text(&scene.world, &mut browser, &new.link, "jeanne").await;
        assert!(text.main_text().contains("Ce mandat renouvelle celui que vous avez déjà donné"), "{}", text.main_text());
        let done = answer(&mut browser, &text, "approve").await;
        assert!(done.h1().contains("approuvé"), "{}", done.main_text());
        for id in [old, new.id] {
            let lines = chain(&scene.world, id).await;
            assert_eq!(lines.iter().filter(|kind| *kind == "mandate.renewed").count(), 1, "{lines:?}");
            assert_eq!(status(&scene.world, id).await, MandateStatus::Active, "both run");
        }
        let mut tx = scene.world.bench.db.read().await.expect("a transaction");
        let stored = mandates::find(&mut tx, new.id).await.expect("a read").expect("the mandate");
        assert_eq!(stored.mandate.renews, Some(old));
        assert_eq!(stored.mandate.terms.themes, [Theme::Social, Theme::Logement].into());
        drop(tx);
        let (mut person, _) = scene.person("jeanne").await;
        for (from, to) in [(old, new.id), (new.id, old)] {
            let page = person.get(&scene.world.at(&format!("/personne/mandats/{from}"))).await.expect("a page");
            assert!(page.links().iter().any(|(url, _)| url.path() == format!("/personne/mandats/{to}")), "{}", page.main_text());
        }
        let service = scene.caf.copy();
        let page = scene.persons(&service).await;
        assert_eq!(page.main_text().matches("Lefèvre").count(), 1, "one person, one choice: {}", page.main_text());
        scene.act("social").await;
        let used = chain(&scene.world, new.id).await;
        assert!(used.iter().any(|kind| kind == "act.opened"), "the newest is used: {used:?}");
        let page = scene.aidant.get(&scene.world, &format!("/aidant/mandats/{old}")).await;
        assert!(!page.main_text().contains("Renouveler"), "it is renewed: {}", page.main_text());
        assert!(scene.world.count("mandate.renewed").await == 2);
    }

    async fn nobody_else_can_approve_the_renewal(world) {
        let mut scene = Scene::set(world).await;
        let new = renewed(&mut scene).await;
        let mut browser = scene.world.browser();
        let page = open_text(&scene.world, &mut browser, &new.link, "luc").await;
        assert_eq!(page.status.as_u16(), 403, "{}", page.main_text());
        assert!(page.main_text().contains("une autre personne") && !page.text().contains("Lefèvre"), "{}", page.text());
        let page = browser.post_from(&scene.world.at(new.link.path()), &new.link, &[("decision", "approve")]).await.expect("a page");
        assert!(!page.main_text().contains("approuvé"), "{}", page.main_text());
        assert_eq!(status(&scene.world, new.id).await, MandateStatus::AwaitingConsent);
        assert_eq!(scene.world.count("mandate.renewed").await, 0);
        let lines = chain(&scene.world, new.id).await;
        assert_eq!(lines.iter().filter(|kind| *kind == "mandate.identity_refused!").count(), 1, "{lines:?}");
        assert_eq!(scene.world.persons().await.len(), 1, "nothing is kept of her");
        let journal = scene.aidant.get(&scene.world, "/aidant/journal").await;
        assert!(journal.main_text().contains("attend toujours la bonne personne"), "{}", journal.main_text());
        let text = open_text(&scene.world, &mut browser, &new.link, "jeanne").await;
        assert!(answer(&mut browser, &text, "approve").await.h1().contains("approuvé"), "the right one still can");
    }

    async fn what_is_held_or_another_organisations_is_not_renewed(world) {
        let mut scene = Scene::set(world).await;
        let id = scene.mandate.id;
        let form = format!("/aidant/mandats/nouveau?renouveler={id}");
        let mut other = scene.world.aidant("Karim").await;
        other.login(&scene.world).await;
        assert_eq!(other.get(&scene.world, &form).await.status.as_u16(), 404);
        for wrong in ["0", "../../etc", "%00"] {
            let page = scene.aidant.get(&scene.world, &format!("/aidant/mandats/nouveau?renouveler={wrong}")).await;
            assert_eq!(page.status.as_u16(), 404, "{wrong}");
        }
        suspend(&scene.world.bench, Suspender::Operator(&CLI), id, "contrôle", None).await.expect("held");
        let page = scene.aidant.get(&scene.world, &form).await;
        assert_eq!(page.url.path(), format!("/aidant/mandats/{id}"), "back to the page that says why");
        assert!(!page.main_text().contains("Renouveler") && page.main_text().contains("L’exploitant l’a décidé"), "{}", page.main_text());
    }
}
