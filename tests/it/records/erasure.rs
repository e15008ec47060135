//! A person has herself erased: at once, after the term, never while a case is open; and nothing slips in between.

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::ids::EntryId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageLanguage;
use procura::operations::contest_line::contest_line;
use procura::operations::erase_person;
use procura::operations::erase_person::Asked;
use procura::operations::expire_mandates;
use procura::operations::refusal::Refusal;
use procura::storage::db::Sql;

use crate::consent::status;
use crate::records::audited;
use crate::records::number;
use crate::records::person;
use crate::spaces::Scene;

const DAY: Duration = Duration::from_secs(86_400);

/// Asks on her page; `stop` is what she says of running mandates.
async fn ask(scene: &Scene, browser: &mut Browser, stop: &str) -> Page {
    let page = browser.get(&scene.world.at("/personne/donnees/effacer")).await.expect("the question");
    assert!(page.h1().contains("effacer"), "{}", page.main_text());
    let form = page.form_last_in_main().expect("the form").with(&[("stop", stop)]).expect("its field");
    browser.submit(&form).await.expect("a page")
}

/// Lets her last mandate, and the term after it, come to their end.
async fn after_the_term(scene: &Scene) {
    scene.world.clock.advance(400 * DAY);
    while expire_mandates::expire_overdue(&scene.world.bench).await.expect("ends") > 0 {}
    scene.world.clock.advance(1_827 * DAY);
}

async fn erase_due(scene: &Scene) -> u64 {
    erase_person::erase_due(&scene.world.bench).await.expect("a turn")
}

on_each_database! {
    async fn where_no_mandate_was_used_she_is_erased_at_once_and_the_ledger_holds(world) {
        let mut scene = Scene::set(world).await;
        let (mut browser, _) = scene.person("jeanne").await;
        let proofs = browser.get(&scene.world.at("/personne/journal/preuves")).await.expect("her proofs");
        let done = ask(&scene, &mut browser, "oui").await;
        assert_eq!(done.url.path(), "/personne/donnees/effacees", "{}", done.main_text());
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Revoked);
        for (table, sql) in [
            ("person_subjects", "SELECT COUNT(*) FROM person_subjects"),
            ("person_names", "SELECT COUNT(*) FROM person_names"),
            ("consents", "SELECT COUNT(*) FROM consents"),
            ("consent_links", "SELECT COUNT(*) FROM consent_links"),
            ("person_contacts", "SELECT COUNT(*) FROM person_contacts"),
            ("erasure_requests", "SELECT COUNT(*) FROM erasure_requests"),
            ("identity", "SELECT COUNT(*) FROM persons WHERE LENGTH(identity) > 0"),
        ] {
            assert_eq!(number(&scene.world, sql).await, 0, "{table}");
        }
        assert_eq!(number(&scene.world, "SELECT COUNT(*) FROM data_keys WHERE LENGTH(sealed) = 0").await, 1);
        assert!(audited(&scene.world).await > 0, "her lines are erased and nothing else is wrong");
        assert!(!scene.verified(&proofs.html).await.lines.is_empty(), "what she kept still proves");
        assert_eq!(scene.world.count("person.erased").await, 1);
        let closed = browser.get(&scene.world.at("/personne")).await.expect("a page");
        assert_eq!(closed.url.path(), "/personne/connexion", "her session is closed");
        let (_, again) = scene.person("jeanne").await;
        assert!(again.main_text().contains("Personne ne peut agir pour vous"), "{}", again.main_text());
        assert_eq!(number(&scene.world, "SELECT COUNT(*) FROM persons").await, 2, "a new person");
        let path = scene.mandate.path.clone();
        let page = scene.aidant.get(&scene.world, &path).await;
        assert!(page.status.as_u16() == 200 && !page.main_text().contains("Lefèvre"), "{}", page.main_text());
    }

    async fn what_was_used_waits_for_the_term_and_she_may_change_her_mind(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = ask(&scene, &mut browser, "oui").await;
        assert_eq!(page.url.path(), "/personne/donnees");
        assert!(page.main_text().contains("Vous avez demandé l’effacement"), "{}", page.main_text());
        let form = page.form_last_in_main().expect("the button");
        let page = browser.submit(&form).await.expect("a page");
        assert!(!page.main_text().contains("Vous avez demandé"), "{}", page.main_text());
        assert_eq!(scene.world.count("person.erasure_withdrawn").await, 1);
        let giver = person(&scene.world, scene.mandate.id).await;
        let asked = erase_person::ask(&scene.world.bench, &giver, false, None).await.expect("noted");
        assert_eq!(asked, Asked::Noted);
        scene.world.clock.advance(1_825 * DAY);
        assert_eq!(erase_due(&scene).await, 0, "a day too early");
        scene.world.clock.advance(2 * DAY);
        assert_eq!(erase_due(&scene).await, 1);
        assert!(audited(&scene.world).await > 0);
        let again = erase_person::ask(&scene.world.bench, &giver, false, None).await;
        assert!(matches!(again, Err(Refusal::NotFound)), "{again:?}");
    }

    async fn a_running_mandate_goes_to_its_end_first(world) {
        let scene = Scene::set(world).await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let asked = erase_person::ask(&scene.world.bench, &giver, false, None).await.expect("noted");
        assert_eq!(asked, Asked::Noted);
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active);
        assert_eq!(erase_due(&scene).await, 0);
        scene.world.clock.advance(400 * DAY);
        while expire_mandates::expire_overdue(&scene.world.bench).await.expect("ends") > 0 {}
        assert_eq!(erase_due(&scene).await, 1, "it was never used");
    }

    async fn an_open_case_holds_her(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let line: EntryId = acted.txn.parse().expect("an entry");
        let bench = &scene.world.bench;
        contest_line(bench, &giver, line, "Pas moi.", MessageLanguage::French, None).await.expect("a case");
        erase_person::ask(bench, &giver, true, None).await.expect("noted");
        after_the_term(&scene).await;
        assert_eq!(erase_due(&scene).await, 0);
        let mut tx = bench.db.begin().await.expect("a transaction");
        let close = Sql::same("UPDATE cases SET status = 'closed', outcome = 'unchanged', answered_at = $1, closed_at = $1");
        tx.query(close).bind(bench.now()).execute().await.expect("closed");
        tx.commit().await.expect("a commit");
        assert_eq!(erase_due(&scene).await, 1);
        audited(&scene.world).await;
    }

    async fn erasing_and_acting_never_both_happen(world) {
        let mut scene = Scene::set(world).await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let service = scene.caf.copy();
        let bench = scene.world.bench.clone();
        let page = scene.persons(&service).await;
        let form = page.form_last_in_main().expect("the persons").choose(&["Jeanne", "Lefèvre"]).expect("her");
        let page = scene.aidant.browser.submit(&form).await.expect("the themes");
        let form = page.form_last_in_main().expect("the themes").with(&[("theme", "social")]).expect("the theme");
        let (erased, page) =
            tokio::join!(erase_person::ask(&bench, &giver, true, None), scene.aidant.browser.submit(&form));
        let page = page.expect("an answer");
        let opened = page.url.query_pairs().any(|(name, _)| name == "code");
        let erased = erased.expect("an answer") == Asked::Erased;
        assert!(!(opened && erased), "an act and an erasure");
        let gone = number(&scene.world, "SELECT COUNT(*) FROM persons WHERE erased_at IS NOT NULL").await;
        assert_eq!(gone == 1, erased);
        audited(&scene.world).await;
    }

    async fn erasing_and_contesting_never_both_happen(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let bench = scene.world.bench.clone();
        erase_person::ask(&bench, &giver, true, None).await.expect("noted");
        scene.world.clock.advance(1_827 * DAY);
        let line: EntryId = acted.txn.parse().expect("an entry");
        let (erased, contested) = tokio::join!(
            erase_person::erase_due(&bench),
            contest_line(&bench, &giver, line, "Pas moi.", MessageLanguage::French, None),
        );
        let erased = erased.expect("a turn") == 1;
        assert_ne!(erased, contested.is_ok(), "one of the two");
        audited(&scene.world).await;
    }

    async fn nobody_else_asks_for_her(world) {
        let mut scene = Scene::set(world).await;
        let from = scene.world.at("/");
        let mut stranger = scene.world.browser();
        for path in ["/personne/donnees/effacer", "/personne/donnees/garder"] {
            let page = stranger.post_from(&from, &scene.world.at(path), &[("stop", "oui")]).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{path}");
            let page = scene.aidant.browser.post_from(&from, &scene.world.at(path), &[("stop", "oui")]).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{path}");
        }
        for path in ["/personne/donnees", "/personne/donnees.json", "/personne/donnees.pdf", "/personne/orientations"] {
            let page = stranger.get(&scene.world.at(path)).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{path}");
        }
        assert_eq!(scene.world.count("person.erasure_requested").await, 0);
    }
}
