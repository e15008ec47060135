//! What a person asks by telephone or letter: found by identity, done at once, confirmed in writing, each look an entry.

use std::time::Duration;

use procura::domain::ids::MandateId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use procura::domain::theme::Theme;

use crate::consent::approved;
use crate::consent::status;
use crate::life::chain;
use crate::spaces::Scene;
use crate::world::Professional;

const CHECK: &str = "Rappelée au numéro connu.";

async fn found(scene: &Scene, operator: &mut Professional) -> procura::demo::browser::page::Page {
    let page = operator.get(&scene.world, "/operateur/personnes").await;
    let form = page.form_last_in_main().expect("the search");
    let form = form.with(&[("family_name", "LEFEVRE"), ("birthdate", "12/04/1948")]).expect("its fields");
    operator.browser.submit(&form).await.expect("a page")
}

on_each_database! {
    async fn a_call_ends_a_theme_and_a_letter_all_the_rest(world) {
        let mut scene = Scene::set(world).await;
        let other = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let mut operator = scene.world.operator("Olga").await;
        operator.login(&scene.world).await;
        let page = found(&scene, &mut operator).await;
        assert!(page.h1().contains("Lefèvre"), "{}", page.main_text());
        assert_eq!(scene.world.count("person.looked_up").await, 1);
        let form = page.form_last_in_main().expect("the form");
        let theme = format!("theme.{}.social", scene.mandate.id);
        let fields = [("channel", "telephone"), ("asked_on", "23/11/2026"), ("asked", theme.as_str()), ("check", CHECK)];
        let letter = operator.browser.submit(&form.with(&fields).expect("fields")).await.expect("the letter");
        for wanted in ["Lefèvre", "par téléphone", "Social - Santé", "CCAS de Dijon"] {
            assert!(letter.main_text().contains(wanted), "{wanted}: {}", letter.main_text());
        }
        assert!(!letter.html.contains('⟦') && !letter.main_text().contains("Logement"));
        let lines = chain(&scene.world, scene.mandate.id).await;
        assert_eq!(lines.last().map(String::as_str), Some("authorization.revoked"), "{lines:?}");
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active, "the other theme goes on");

        let page = found(&scene, &mut operator).await;
        let form = page.form_last_in_main().expect("the form");
        let fields = [("channel", "letter"), ("asked_on", "2026-11-20"), ("asked", "all"), ("check", "Signature comparée.")];
        let letter = operator.browser.submit(&form.with(&fields).expect("fields")).await.expect("the letter");
        assert!(letter.main_text().contains("par courrier") && letter.main_text().contains("Papiers"), "{}", letter.main_text());
        for id in [other.id, scene.mandate.id] {
            assert_eq!(status(&scene.world, id).await, MandateStatus::Revoked);
            assert_eq!(chain(&scene.world, id).await.last().map(String::as_str), Some("mandate.revoked"));
        }
        let confirmed: Vec<(String, Vec<Theme>)> = scene.world.messages().await.into_iter().filter_map(|message| match message.body {
            MessageBody::RevocationRecorded { channel, ended, .. } => Some((channel, ended.into_iter().flat_map(|(_, themes)| themes).collect())),
            _ => None,
        }).collect();
        assert_eq!(confirmed, [("telephone".to_owned(), vec![Theme::Social]), ("letter".to_owned(), vec![Theme::Papiers, Theme::Logement])]);
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        for wanted in ["ce que vous avez demandé par téléphone", "par courrier", "cherché votre nom"] {
            assert!(journal.main_text().contains(wanted), "{wanted}: {}", journal.main_text());
        }
        let page = found(&scene, &mut operator).await;
        assert!(page.main_text().contains("Aucun mandat en cours") && page.main_text().contains("Confirmations"), "{}", page.main_text());
    }

    async fn whoever_was_not_looked_for_is_not_shown(world) {
        let scene = Scene::set(world).await;
        let (mut olga, mut oscar) = (scene.world.operator("Olga").await, scene.world.operator("Oscar").await);
        olga.login(&scene.world).await;
        oscar.login(&scene.world).await;
        let page = found(&scene, &mut olga).await;
        let path = page.url.path().to_owned();
        let page = oscar.get(&scene.world, &path).await;
        assert_eq!(page.url.path(), "/operateur/personnes", "he has not looked for her");
        let all = [("channel", "telephone"), ("asked_on", "23/11/2026"), ("asked", "all"), ("check", CHECK)];
        let from = scene.world.at("/operateur/personnes");
        let page = oscar.browser.post_from(&from, &scene.world.at(&path), &all).await.expect("a page");
        assert_eq!(page.url.path(), "/operateur/personnes");
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active);
        let mut referent = scene.world.referent("René", &[scene.aidant.organisations[0]]).await;
        referent.login(&scene.world).await;
        let page = referent.get(&scene.world, &path).await;
        assert_eq!(page.url.path(), "/operateur/connexion");
        scene.world.clock.advance(Duration::from_secs(3_700));
        let page = olga.get(&scene.world, &path).await;
        assert!(!page.main_text().contains("Lefèvre"), "an hour later she is looked for again: {}", page.main_text());
    }

    async fn wrong_words_end_nothing(world) {
        let scene = Scene::set(world).await;
        let mut operator = scene.world.operator("Olga").await;
        operator.login(&scene.world).await;
        let search = operator.get(&scene.world, "/operateur/personnes").await.form_last_in_main().expect("the search");
        for fields in [[("family_name", ""), ("birthdate", "12/04/1948")], [("family_name", "Lefèvre"), ("birthdate", "hier")]] {
            let page = operator.browser.submit(&search.clone().with(&fields).expect("fields")).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{fields:?}");
        }
        assert_eq!(scene.world.count("person.looked_up").await, 0);
        let nobody = [("family_name", "Inconnue"), ("birthdate", "12/04/1948")];
        let page = operator.browser.submit(&search.with(&nobody).expect("fields")).await.expect("a page");
        assert!(page.main_text().contains("Aucune personne trouvée"), "{}", page.main_text());
        assert_eq!(scene.world.count("person.looked_up").await, 1, "a look that finds nobody is a look");
        let page = found(&scene, &mut operator).await;
        let path = page.url.path().to_owned();
        let form = page.form_last_in_main().expect("the form");
        let mandate = format!("mandate.{}", scene.mandate.id);
        for (channel, day, asked, check) in [
            ("", "23/11/2026", mandate.as_str(), CHECK),
            ("telephone", "24/11/2026", &mandate, CHECK),
            ("telephone", "23/11/2024", &mandate, CHECK),
            ("telephone", "un jour", &mandate, CHECK),
            ("letter", "23/11/2026", "", CHECK),
            ("letter", "23/11/2026", "everything", CHECK),
            ("letter", "23/11/2026", &mandate, "  "),
        ] {
            let fields = [("channel", channel), ("asked_on", day), ("asked", asked), ("check", check)];
            let page = operator.browser.submit(&form.clone().tampered(&fields)).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{fields:?}: {}", page.main_text());
            assert!(page.title().starts_with("Erreur") && !page.html.contains('⟦'), "{}", page.title());
        }
        let elsewhere = "mandate.00000000-0000-7000-8000-000000000001";
        let page = operator.browser.submit(&form.tampered(&[("channel", "letter"), ("asked_on", "23/11/2026"), ("asked", elsewhere), ("check", CHECK)])).await.expect("a page");
        assert_eq!(page.url.path(), path, "nothing of it is hers");
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active);
        assert_eq!(scene.world.count("revocation.recorded").await, 0);
    }

    async fn an_operator_holds_one_mandate_and_lets_it_go(world) {
        let scene = Scene::set(world).await;
        let mut operator = scene.world.operator("Olga").await;
        operator.login(&scene.world).await;
        for (reason, wanted) in [(" ", MandateStatus::Active), ("Signalement d’un tiers.", MandateStatus::Suspended), ("Vérifié.", MandateStatus::Active)] {
            let page = found(&scene, &mut operator).await;
            let form = page.form_to(&format!("/mandats/{}", scene.mandate.id)).expect("its form");
            operator.browser.submit(&form.with(&[("reason", reason)]).expect("the field")).await.expect("a page");
            assert_eq!(status(&scene.world, scene.mandate.id).await, wanted, "{reason}");
        }
        let mut lines = chain(&scene.world, scene.mandate.id).await;
        assert_eq!(lines.split_off(lines.len() - 2), ["mandate.suspended", "mandate.restored"]);
    }

    async fn a_reason_to_correct_stands_at_its_own_mandate(world) {
        let mut scene = Scene::set(world).await;
        let other = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let mut operator = scene.world.operator("Olga").await;
        operator.login(&scene.world).await;
        let long = "é".repeat(501);
        for (reason, said) in [("", "Dites pourquoi"), (long.as_str(), "500")] {
            let page = found(&scene, &mut operator).await;
            assert_eq!(page.attribute("main details[open]", "class"), None, "nothing is open before");
            let form = page.form_to(&format!("/mandats/{}", scene.mandate.id)).expect("its form");
            let page = operator.browser.submit(&form.with(&[("reason", reason)]).expect("the field")).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{}", page.main_text());
            assert_eq!(page.all_words(".error-summary a").len(), 1);
            let target = page.attribute(".error-summary a", "href").expect("where it is");
            assert_eq!(page.all_words(&format!("textarea[id='{}']", target.trim_start_matches('#'))).len(), 1, "{target}");
            assert_eq!((page.all_words("main details[open]").len(), page.all_words("[aria-invalid]").len()), (1, 1));
            let field = "main details[open] textarea[aria-invalid=true]";
            assert_eq!(page.attribute(field, "id").map(|id| format!("#{id}")), Some(target));
            let message = page.attribute(field, "aria-describedby").expect("what describes it");
            let words = page.words(&format!("main details[open] [id='{message}']")).expect("the message");
            assert!(words.contains(said), "{words}");
            let typed = |id: MandateId| page.form_to(&format!("/mandats/{id}")).expect("a form").value("reason").map(str::to_owned);
            assert_eq!((typed(scene.mandate.id).as_deref(), typed(other.id).as_deref()), (Some(reason), Some("")));
            assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active);
        }
    }
}
