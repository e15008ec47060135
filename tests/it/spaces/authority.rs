//! An authority: no line without a purpose, no reading without its line, nothing of another administration.

use procura::demo::browser::page::Page;
use procura::domain::ids::ClientId;
use procura::domain::message::MessageBody;

use crate::spaces::Scene;
use crate::spaces::service;
use crate::world::Professional;

const PURPOSE: &str = "Examen d’une réclamation, dossier 12";

fn client(id: &str) -> ClientId {
    ClientId::parse(id).expect("a client's identifier")
}

async fn stated(scene: &Scene, agent: &mut Professional, purpose: &str) -> Page {
    let page = agent.get(&scene.world, "/autorite/journal").await;
    let form =
        page.form_last_in_main().expect("the purpose").with(&[("purpose", purpose)]).expect("its field");
    agent.browser.submit(&form).await.expect("the search")
}

async fn searched(agent: &mut Professional, page: &Page, person: &str) -> Page {
    let form = page.form_last_in_main().expect("the search").with(&[("person", person)]).expect("its field");
    agent.browser.submit(&form).await.expect("the trail")
}

on_each_database! {
    async fn a_reading_is_written_and_she_sees_who_and_why(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent, PURPOSE).await;
        assert_eq!(scene.world.count("trail.read_by_authority").await, 0, "nothing was read yet");
        let page = searched(&mut agent, &page, "Lefèvre 1948-04-12").await;
        let words = page.main_text();
        for wanted in ["Jeanne", "Ouverture de dossier", "Compte rendu", "Amélie Durand", "Déclaration de ressources 2026"] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        let titles = page.all_words("tbody th");
        assert!(!titles.iter().any(|title| title == "Mandat approuvé"), "only acts at its services: {titles:?}");
        assert!(!page.url.as_str().contains("Lef") && page.url.query().is_none(), "no name in an address");
        assert_eq!(scene.world.count("trail.read_by_authority").await, 1);
        agent.get(&scene.world, "/autorite/journal").await;
        assert_eq!(scene.world.count("trail.read_by_authority").await, 2, "each look is a line");
        let told = scene.world.messages().await.into_iter().filter(|message| matches!(message.body, MessageBody::TrailRead { .. }));
        assert_eq!(told.count(), 1, "she is told once of readings that follow each other");
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("Claire Durand") && journal.main_text().contains(PURPOSE), "{}", journal.main_text());
        let own = agent.get(&scene.world, "/autorite/lectures").await;
        assert!(own.main_text().contains("Vous avez lu le journal de Jeanne") && own.main_text().contains(PURPOSE), "{}", own.main_text());
    }

    async fn without_a_purpose_there_is_nothing(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let mut agent = scene.world.authority("Claire", &[]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent, "curieux").await;
        assert!(page.title().starts_with("Erreur") && page.status.as_u16() == 422, "{}", page.title());
        let from = scene.world.at("/autorite/journal");
        let page = agent.browser.post_from(&from, &from, &[("person", "Lefèvre")]).await.expect("a page");
        assert!(!page.main_text().contains("Amélie"), "{}", page.main_text());
        for path in ["/autorite/journal/export".to_owned(), format!("/autorite/journal/{}", acted.txn), format!("/autorite/journal/{}/preuve", acted.txn)] {
            let page = agent.get(&scene.world, &path).await;
            assert_eq!(page.url.path(), "/autorite/journal", "{path}");
            assert!(!page.main_text().contains("Amélie"), "{}", page.main_text());
        }
        assert_eq!(scene.world.count("trail.read_by_authority").await + scene.world.count("trail.exported").await, 0);
    }

    async fn another_administration_s_acts_are_invisible(world) {
        let mut scene = Scene::set(world).await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        let here = scene.act("social").await;
        let elsewhere = scene.act_at(&impots, "logement").await;
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent, PURPOSE).await;
        let page = searched(&mut agent, &page, "lefevre").await;
        assert!(page.main_text().contains("Caisse d’essai") && !page.main_text().contains("impôts"), "{}", page.main_text());
        assert_eq!(agent.get(&scene.world, &format!("/autorite/journal/{}", here.txn)).await.status.as_u16(), 200);
        for path in [format!("/autorite/journal/{}", elsewhere.txn), format!("/autorite/journal/{}/preuve", elsewhere.txn)] {
            assert_eq!(agent.get(&scene.world, &path).await.status.as_u16(), 404, "{path}");
        }
        service(&scene.world, "autre", "Autre service").await;
        let mut stranger = scene.world.authority("Denis", &[client("autre")]).await;
        stranger.login(&scene.world).await;
        let page = stated(&scene, &mut stranger, PURPOSE).await;
        let page = searched(&mut stranger, &page, "Lefèvre 12/04/1948").await;
        assert!(page.title().starts_with("Erreur") && !page.main_text().contains("Jeanne"), "{}", page.main_text());
    }

    async fn a_search_lists_nobody(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let mut agent = scene.world.authority("Claire", &[]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent, PURPOSE).await;
        for search in ["Lef", "Jeanne", "12/04/1948", "%", "Inconnue 01/01/1950", "Lefèvre 13/04/1948"] {
            let page = searched(&mut agent, &page, search).await;
            assert!(page.title().starts_with("Erreur"), "{search}: {}", page.main_text());
            assert!(!page.main_text().contains("Amélie"), "{search}");
        }
        assert_eq!(scene.world.count("trail.read_by_authority").await, 0);
        let page = searched(&mut agent, &page, "Lefèvre").await;
        assert!(page.all_words("tbody th").contains(&"Mandat approuvé".to_owned()), "national oversight reads all: {}", page.main_text());
    }

    async fn an_export_holds_without_the_gateway_and_is_a_line(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent, PURPOSE).await;
        searched(&mut agent, &page, "Lefèvre").await;
        let line = agent.get(&scene.world, &format!("/autorite/journal/{}/preuve", acted.txn)).await;
        assert_eq!(scene.verified(&line.html).await.lines.len(), 1);
        let page = agent.get(&scene.world, "/autorite/journal").await;
        let file = agent.browser.click(&page, "Exporter avec les preuves").await.expect("a file");
        assert!(file.html.contains("act.opened") && !file.html.contains("mandate.approved"));
        assert!(scene.verified(&file.html).await.lines.len() >= 2);
        assert_eq!(scene.world.count("trail.exported").await, 2);
    }

    async fn a_contested_act_is_found_by_its_number(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.act("logement").await;
        let (mut person, _) = scene.person("jeanne").await;
        let page = person.get(&scene.world.at(&format!("/personne/journal/{}/contester", acted.txn))).await.expect("the form");
        let form = page.form_last_in_main().expect("the form").with(&[("reason", "Je ne comprends pas.")]).expect("its field");
        person.submit(&form).await.expect("the case");
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        let home = agent.login(&scene.world).await;
        let number = format!("{}-0001", scene.world.bench.now().day().parts().0);
        assert!(home.main_text().contains(&number), "{}", home.main_text());
        let page = stated(&scene, &mut agent, PURPOSE).await;
        let form = page.form_last_in_main().expect("the search").with(&[("person", &number), ("case", &number)]).expect("its fields");
        let page = agent.browser.submit(&form).await.expect("the trail");
        let titles = page.all_words("tbody th");
        assert!(titles.iter().any(|title| title == "Acte contesté"), "{titles:?}");
        assert_eq!(titles.iter().filter(|title| *title == "Ouverture de dossier").count(), 1, "{titles:?}");
        assert!(page.main_text().contains("Je ne comprends pas."), "{}", page.main_text());
    }
}
