//! The person's space: what she reads, proves, stops, contests and bars; and what is nobody else's.

use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;

use crate::consent::status;
use crate::spaces::Scene;

fn act_line(page: &procura::demo::browser::page::Page) -> String {
    let link = page.links().into_iter().find(|(url, words)| {
        url.path().starts_with("/personne/journal/") && words.contains("Ce n’était pas prévu")
    });
    link.expect("an act's line").0.path().trim_end_matches("/contester").to_owned()
}

on_each_database! {
    async fn she_reads_what_was_done_and_proves_it(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let (mut browser, home) = scene.person("jeanne").await;
        assert!(home.main_text().contains("CCAS de Dijon") && home.main_text().contains("Amélie Durand"), "{}", home.main_text());
        assert!(home.main_text().contains("Caisse d’essai"), "the last act: {}", home.main_text());
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let words = journal.main_text();
        for wanted in ["Amélie Durand", "CCAS de Dijon", "Caisse d’essai", "Social - Santé", "Demande envoyée", "Déclaration de ressources 2026", "R-7", "Vous avez approuvé"] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        assert!(!words.contains('⟦'), "{words}");
        let line = act_line(&journal);
        assert!(line.ends_with(&acted.txn));
        let file = browser.get(&scene.world.at(&format!("{line}/preuve"))).await.expect("the proof");
        let report = scene.verified(&file.html).await;
        assert_eq!(report.lines.len(), 1);
        assert!(file.html.contains("act.opened"), "{}", file.html);
        let page = browser.get(&scene.world.at(&line)).await.expect("the line's page");
        assert!(page.h1().contains("authentique"), "{}", page.main_text());
        assert!(page.main_text().contains("Accès remis") && !page.text().contains('⟦'), "{}", page.main_text());
        let all = browser.get(&scene.world.at("/personne/journal/preuves")).await.expect("all proofs");
        assert!(scene.verified(&all.html).await.lines.len() >= 6, "{}", all.html);
        assert_eq!(scene.world.count("person.logged_in").await, 1);
        let place = |part: &str| words.find(part).unwrap_or_else(|| panic!("{part} in {words}"));
        assert!(place("présenté ce mandat") < place("préparé un mandat"), "the later line stands first: {words}");
    }

    async fn a_filter_narrows_the_journal(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let form = page.form_last_in_main().expect("the filter").with(&[("from", "01/01/2031")]).expect("its field");
        let page = browser.submit(&form).await.expect("a page");
        assert!(page.main_text().contains("Aucune ligne"), "{}", page.main_text());
        let form = page.form_last_in_main().expect("the filter").with(&[("from", "hier")]).expect("its field");
        let page = browser.submit(&form).await.expect("a page");
        assert!(page.title().starts_with("Erreur") && page.status.as_u16() == 422, "{}", page.title());
        let form = page.form_last_in_main().expect("the filter");
        let id = scene.mandate.id.to_string();
        let form = form.with(&[("from", ""), ("mandate", &id)]).expect("her mandate");
        let page = browser.submit(&form).await.expect("a page");
        assert!(page.main_text().contains("a ouvert votre dossier") && !page.main_text().contains("ouvert votre espace"));
    }

    async fn many_lines_come_in_pages_without_losing_one(world) {
        let mut scene = Scene::set(world).await;
        for _ in 0..20 {
            scene.act("social").await;
        }
        let (mut browser, _) = scene.person("jeanne").await;
        let mut page = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let mut acts = page.main_text().matches("a ouvert votre dossier").count();
        let mut pages = 1;
        while page.links().iter().any(|(_, words)| words.contains("plus anciennes")) {
            page = browser.click(&page, "plus anciennes").await.expect("the next page");
            acts += page.main_text().matches("a ouvert votre dossier").count();
            pages += 1;
        }
        assert_eq!((acts, pages), (20, 2));
    }

    async fn she_stops_one_step_and_then_the_rest(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let (mut browser, home) = scene.person("jeanne").await;
        let page = browser.click(&home, "Arrêter ce mandat").await.expect("what will change");
        let form = page.form_last_in_main().expect("the question").with(&[("theme", "social")]).expect("the step");
        let done = browser.submit(&form).await.expect("the result");
        assert!(done.h1().contains("arrêté") && done.main_text().contains("Arrêtée le"), "{}", done.main_text());
        let caf = scene.caf.copy();
        let (_, answer) = scene.post("/oauth/introspect", &caf, &[("token", &acted.access_token)]).await;
        assert_eq!(answer["active"], false);
        let path = format!("/personne/mandats/{}/revoquer", scene.mandate.id);
        let page = browser.get(&scene.world.at(&path)).await.expect("what will change");
        browser.submit(&page.form_last_in_main().expect("the question")).await.expect("the result");
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Revoked);
        let page = browser.get(&scene.world.at("/personne")).await.expect("her space");
        assert!(page.main_text().contains("Arrêté par vous") && page.main_text().contains("Personne ne peut agir"), "{}", page.main_text());
        assert_eq!((scene.world.count("authorization.revoked").await, scene.world.count("mandate.revoked").await), (1, 1));
    }

    async fn nothing_of_hers_is_there_for_another(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let (mut other, home) = scene.person("rosa").await;
        assert!(home.main_text().contains("Aucun mandat"), "{}", home.main_text());
        let mandate = scene.mandate.id;
        for path in [
            format!("/personne/mandats/{mandate}"),
            format!("/personne/mandats/{mandate}/revoquer"),
            format!("/personne/journal/{}", acted.txn),
            format!("/personne/journal/{}/preuve", acted.txn),
            format!("/personne/journal/{}/contester", acted.txn),
            "/personne/mandats/0".to_owned(),
        ] {
            let page = other.get(&scene.world.at(&path)).await.expect("a page");
            assert_eq!(page.status.as_u16(), 404, "{path}");
        }
        let from = scene.world.at("/personne");
        for (path, field) in [
            (format!("/personne/mandats/{mandate}/revoquer"), ("theme", "")),
            (format!("/personne/journal/{}/contester", acted.txn), ("reason", "pas prévu")),
            ("/personne/reglages/bloquer".to_owned(), ("aidant", &*scene.aidant.account.to_string())),
        ] {
            let page = other.post_from(&from, &scene.world.at(&path), &[field]).await.expect("a page");
            assert_eq!(page.status.as_u16(), 404, "{path}");
        }
        assert_eq!(status(&scene.world, mandate).await, MandateStatus::Active);
        let journal = other.get(&scene.world.at("/personne/journal")).await.expect("an own journal");
        assert!(!journal.main_text().contains("CCAS"), "{}", journal.main_text());
    }

    async fn what_was_not_expected_suspends_the_mandate_once(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (mut browser, _) = scene.person("jeanne").await;
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let line = act_line(&journal);
        let page = browser.get(&scene.world.at(&format!("{line}/contester"))).await.expect("the form");
        let form = page.form_last_in_main().expect("the form");
        let empty = browser.submit(&form).await.expect("a page");
        assert!(empty.title().starts_with("Erreur"), "{}", empty.title());
        let form = form.with(&[("reason", "Je n’ai rien demandé ce jour-là.")]).expect("its field");
        let done = browser.submit(&form).await.expect("the case");
        let year = scene.world.bench.now().day().parts().0;
        let number = format!("{year}-0001");
        assert!(done.main_text().contains(&number), "{}", done.main_text());
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Suspended);
        let again = browser.submit(&form).await.expect("a page");
        assert!(again.main_text().contains(&number), "{}", again.main_text());
        for kind in ["act.contested", "mandate.suspended", "case.opened"] {
            assert_eq!(scene.world.count(kind).await, 1, "{kind}");
        }
        let told = scene.world.messages().await.into_iter().rfind(|message| matches!(message.body, MessageBody::CaseOpened { .. }));
        assert!(matches!(told.map(|message| message.body), Some(MessageBody::CaseOpened { number: told, .. }) if told == number));
        let home = browser.get(&scene.world.at("/personne")).await.expect("her space");
        assert!(home.main_text().contains("Suspendu") && home.main_text().contains(&number), "{}", home.main_text());
        let page = scene.aidant.browser.get(&scene.world.at("/aidant")).await.expect("a page");
        assert!(page.main_text().contains("uspendu"), "{}", page.main_text());
    }

    async fn whom_she_bars_cannot_act_from_then_on(world) {
        let mut scene = Scene::set(world).await;
        let caf = scene.caf.copy();
        let offered = scene.persons(&caf).await;
        let offered = offered.form_last_in_main().expect("the persons").choose(&["Jeanne", "Lefèvre"]).expect("her");
        let themes = scene.aidant.browser.submit(&offered).await.expect("the themes");
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at("/personne/reglages")).await.expect("her settings");
        let form = page.forms_in_main().into_iter().find(|form| form.value("aidant").is_some()).expect("the aidant");
        let page = browser.submit(&form).await.expect("a page");
        assert!(page.main_text().contains("Bloqué depuis"), "{}", page.main_text());
        let form = themes.form_last_in_main().expect("the themes").with(&[("theme", "social")]).expect("a theme");
        let page = scene.aidant.browser.submit(&form).await.expect("an answer");
        assert!(page.url.query_pairs().all(|(name, _)| name != "code"), "{}", page.url);
        assert_eq!((scene.world.count("person.blocked").await, scene.world.count("act.refused!").await), (1, 1));
        assert!(!scene.persons(&caf).await.main_text().contains("Née le 12 avril"), "she is not offered any more");
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("Nous avons refusé") && journal.main_text().contains("bloqué"), "{}", journal.main_text());
        let page = browser.get(&scene.world.at("/personne/reglages")).await.expect("her settings");
        let form = page.form_to("/personne/reglages/debloquer").expect("the way back");
        browser.submit(&form).await.expect("a page");
        scene.act("social").await;
        assert_eq!(scene.world.count("person.unblocked").await, 1);
    }

    async fn a_login_that_is_not_hers_opens_nothing(world) {
        let scene = Scene::set(world).await;
        let before = scene.world.kinds().await.len();
        for login in ["wrong-nonce.jeanne", "wrong-audience.jeanne", "expired.jeanne"] {
            let mut browser = scene.world.browser();
            let page = browser.get(&scene.world.at("/personne/connexion")).await.expect("the login page");
            let page = browser.submit(&page.form_last_in_main().expect("its button")).await.expect("the provider");
            let page = scene.world.identify(&mut browser, page, login).await;
            assert!(page.status.as_u16() >= 400 && page.main_text().contains("Recommence"), "{login}: {}", page.main_text());
            let page = browser.get(&scene.world.at("/personne")).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{login}");
        }
        let mut browser = scene.world.browser();
        let page = browser.get(&scene.world.at("/personne/franceconnect/retour?code=x&state=y")).await.expect("a page");
        assert_eq!(page.status.as_u16(), 400, "{}", page.main_text());
        assert_eq!(scene.world.kinds().await.len(), before, "nothing was written");
    }

    async fn the_login_comes_back_to_the_page_that_was_asked_for(world) {
        let scene = Scene::set(world).await;
        let mut browser = scene.world.browser();
        let path = format!("/personne/mandats/{}", scene.mandate.id);
        let page = browser.get(&scene.world.at(&path)).await.expect("the login page");
        let page = browser.submit(&page.form_last_in_main().expect("its button")).await.expect("the provider");
        let page = scene.world.identify(&mut browser, page, "jeanne").await;
        assert_eq!(page.url.path(), path);
        assert!(page.words(".sheet").expect("the text").contains("Jeanne Marie Lefèvre"));
        let left = browser.submit(&page.form_to("/personne/deconnexion").expect("the way out")).await.expect("a page");
        assert_eq!(left.url.path(), "/");
        let page = browser.get(&scene.world.at("/personne")).await.expect("a page");
        assert_eq!(page.url.path(), "/personne/connexion");
    }

    async fn what_she_wrote_is_for_the_authority_alone(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at(&format!("/personne/journal/{}/contester", acted.txn))).await.expect("the form");
        let form = page.form_last_in_main().expect("the form").with(&[("reason", "Elle a menti.")]).expect("its field");
        browser.submit(&form).await.expect("the case");
        let mut referent = scene.world.referent("Rémi", &scene.aidant.organisations).await;
        referent.login(&scene.world).await;
        let page = referent.get(&scene.world, "/referent/activite").await;
        assert!(page.main_text().contains("signalé") && !page.text().contains("menti"), "{}", page.main_text());
        let page = scene.aidant.get(&scene.world, "/aidant/journal").await;
        assert!(!page.text().contains("menti"), "{}", page.main_text());
    }

    async fn her_pages_speak_english_too(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let (mut browser, _) = scene.person("jeanne").await;
        browser.get(&scene.world.at("/langue?vers=en&retour=/personne")).await.expect("a page");
        for path in [
            "/personne".to_owned(),
            "/personne/journal".to_owned(),
            "/personne/reglages".to_owned(),
            format!("/personne/journal/{}", acted.txn),
            format!("/personne/journal/{}/contester", acted.txn),
            format!("/personne/mandats/{}/revoquer", scene.mandate.id),
            "/verifier".to_owned(),
        ] {
            let page = browser.get(&scene.world.at(&path)).await.expect("a page");
            assert_eq!((page.attribute("html", "lang").as_deref(), page.status.as_u16()), (Some("en"), 200), "{path}");
            assert!(!page.text().contains('⟦') && !page.main_text().contains(" vous "), "{path}: {}", page.main_text());
        }
    }
}
