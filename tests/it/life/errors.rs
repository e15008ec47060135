//! An aidant declares an error in an act of hers: the person, the administration and the referents read it, nobody else.

use procura::domain::ids::ClientId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::CaseReader;
use procura::domain::message::MessageBody;

use crate::consent::status;
use crate::life::act_lines;
use crate::life::chain;
use crate::life::written_to;
use crate::spaces::Scene;
use crate::spaces::service;

const HAPPENED: &str = "J’ai coché la mauvaise case.";
const MENDED: &str = "J’ai appelé la caisse, c’est corrigé.";

on_each_database! {
    async fn it_is_read_by_those_concerned_and_changes_nothing_else(world) {
        let mut scene = Scene::set(world).await;
        let organisation = scene.aidant.organisations[0];
        let mut referent = scene.world.referent("René", &[organisation]).await;
        let caf = ClientId::parse(&scene.caf.id).expect("an id");
        let other = service(&scene.world, "ailleurs", "Ailleurs").await;
        let other = ClientId::parse(&other.id).expect("an id");
        let (mut here, mut there) = (scene.world.authority("Alix", &[caf]).await, scene.world.authority("Las", &[other]).await);
        scene.act("social").await;
        let page = scene.aidant.get(&scene.world, "/aidant/journal").await;
        let page = scene.aidant.browser.click(&page, "Déclarer une erreur").await.expect("the form");
        let path = page.url.path().to_owned();
        let form = page.form_last_in_main().expect("the form");
        for fields in [
            vec![("happened", ""), ("told", "yes")],
            vec![("happened", HAPPENED)],
            vec![("happened", HAPPENED), ("told", "maybe")],
            vec![("happened", "a\u{7}b"), ("told", "no")],
        ] {
            let page = scene.aidant.browser.submit(&form.clone().tampered(&fields)).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{fields:?}: {}", page.main_text());
        }
        let long = "x".repeat(1_001);
        let page = scene.aidant.browser.submit(&form.clone().tampered(&[("happened", HAPPENED), ("mended", &long), ("told", "no")])).await.expect("a page");
        assert!(page.status.as_u16() == 422 && page.text().contains(HAPPENED), "what was typed is kept");
        let sent = form.with(&[("happened", HAPPENED), ("mended", MENDED), ("told", "yes")]).expect("fields");
        let page = scene.aidant.browser.submit(&sent).await.expect("a page");
        assert!(page.main_text().contains("Déjà déclaré") && page.main_text().contains(MENDED), "{}", page.main_text());
        scene.aidant.browser.submit(&sent).await.expect("the same again");
        assert_eq!(scene.world.count("act.error_declared").await, 1, "the same words once");
        let more = [("happened", "C’est réparé depuis."), ("told", "yes")];
        let form = page.form_last_in_main().expect("the form").with(&more).expect("fields");
        scene.aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(scene.world.count("act.error_declared").await, 2, "she may add to it");
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active, "nothing is suspended by itself");

        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains(HAPPENED) && journal.main_text().contains(MENDED), "{}", journal.main_text());
        for (who, path, shown) in [
            (&mut referent, "/referent/dossiers", true),
            (&mut here, "/autorite/erreurs", false),
            (&mut there, "/autorite/erreurs", false),
        ] {
            who.login(&scene.world).await;
            let page = who.get(&scene.world, path).await;
            assert_eq!(page.main_text().contains(HAPPENED), shown, "what happened needs a purpose: {path}: {}", page.main_text());
            assert!(path != "/autorite/erreurs" || !page.text().contains("Lefèvre"), "whose it was needs a purpose");
        }
        let listed = here.get(&scene.world, "/autorite/erreurs").await;
        assert!(listed.main_text().contains("déclaré une erreur"), "{}", listed.main_text());
        let listed = there.get(&scene.world, "/autorite/erreurs").await;
        assert!(!listed.main_text().contains("déclaré une erreur"), "{}", listed.main_text());
        for (email, reader) in [(&referent.email, CaseReader::Referent), (&here.email, CaseReader::Authority)] {
            let told = written_to(&scene.world, email).await.into_iter().filter(|message| matches!(&message.body, MessageBody::ErrorDeclared { reader: known, .. } if *known == reader)).count();
            assert_eq!(told, 2, "{email}");
        }
        let hers = scene.world.messages().await.into_iter().filter(|message| matches!(message.body, MessageBody::ErrorDeclared { reader: CaseReader::Person, .. })).count();
        assert_eq!(hers, 2);
        assert!(!written_to(&scene.world, &there.email).await.iter().any(|message| matches!(message.body, MessageBody::ErrorDeclared { .. })));
        let lines = chain(&scene.world, scene.mandate.id).await;
        assert_eq!(lines.iter().filter(|kind| *kind == "act.error_declared").count(), 2);

        let colleague = [(organisation, scene.world.next_year())];
        let mut karim = scene.world.aidant_in("Karim", &colleague).await;
        karim.login(&scene.world).await;
        assert_eq!(karim.get(&scene.world, &path).await.status.as_u16(), 404, "not his act");
        let page = karim.browser.post_from(&scene.world.at("/aidant"), &scene.world.at(&path), &[("happened", "x"), ("told", "no")]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 404);
        let mut stranger = scene.world.browser();
        let page = stranger.get(&scene.world.at(&path)).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/connexion");
    }

    async fn only_an_act_can_be_declared(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let act = act_lines(&scene.world).await[0];
        let mut tx = scene.world.bench.db.read().await.expect("a transaction");
        let sql = procura::storage::db::Sql::same("SELECT entry FROM entry_refs WHERE account = $1 AND kind = 'mandate.drafted'");
        let (drafted,): (procura::domain::ids::EntryId,) = tx.query(sql).bind(scene.aidant.account).fetch_one().await.expect("a line");
        drop(tx);
        for (entry, wanted) in [(act.to_string(), 200), (drafted.to_string(), 404), ("0".to_owned(), 404)] {
            let page = scene.aidant.get(&scene.world, &format!("/aidant/journal/{entry}/erreur")).await;
            assert_eq!(page.status.as_u16(), wanted, "{entry}");
        }
    }
}
