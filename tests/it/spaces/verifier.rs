//! Anybody checks the code of a printed mandate; it names no person, and guessing is slow.

use crate::spaces::Scene;

on_each_database! {
    async fn a_good_code_says_what_the_paper_says_but_the_name(world) {
        let mut scene = Scene::set(world).await;
        let path = format!("{}/attestation", scene.mandate.path);
        let page = scene.aidant.get(&scene.world, &path).await;
        let pattern = |word: &&str| word.len() == 23 && word.matches('-').count() == 3;
        let text = page.main_text();
        let code = text.split_whitespace().find(pattern).expect("a code").to_owned();
        let mut stranger = scene.world.browser();
        let form = stranger.get(&scene.world.at(&format!("/verifier?code={code}"))).await.expect("the form");
        let form = form.form_last_in_main().expect("the form");
        assert_eq!(form.value("code"), Some(code.as_str()), "filled in by the square code");
        let good = stranger.submit(&form).await.expect("the answer");
        let words = good.main_text();
        assert!(good.h1().contains("valable") && words.contains("CCAS de Dijon") && words.contains("Logement"), "{words}");
        assert!(!good.text().contains("Lefèvre") && !good.text().contains("Jeanne"), "{words}");
        stranger.submit(&form).await.expect("the answer");
        assert_eq!(scene.world.count("attestation.verified").await, 2, "each look is a line");
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("vérifié le code imprimé"), "{}", journal.main_text());
        let page = person.get(&scene.world.at(&format!("/personne/mandats/{}/revoquer", scene.mandate.id))).await.expect("a page");
        person.submit(&page.form_last_in_main().expect("the question")).await.expect("stopped");
        let ended = stranger.submit(&form).await.expect("the answer");
        let unknown = form.tampered(&[("code", "00000-00000-00000-00000")]);
        let unknown = stranger.submit(&unknown).await.expect("the answer");
        let words = ended.main_text();
        assert!(ended.h1().contains("arrêté") && words.contains("CCAS de Dijon") && !words.contains("Logement"), "{words}");
        assert!(!ended.text().contains("Lefèvre"), "{words}");
        assert!(unknown.h1().contains("pas valable"), "{}", unknown.main_text());
        assert_eq!(scene.world.count("attestation.verified").await, 3, "a wrong code is no line");
    }

    async fn guessing_is_slowed_down(world) {
        let mut browser = world.browser();
        let page = browser.get(&world.at("/verifier")).await.expect("the form");
        let form = page.form_last_in_main().expect("the form");
        let empty = browser.submit(&form).await.expect("a page");
        assert!(empty.title().starts_with("Erreur"), "{}", empty.title());
        let mut refused = 0;
        for number in 0..40 {
            let code = format!("{number:020}");
            let page = browser.submit(&form.clone().with(&[("code", &code)]).expect("its field")).await.expect("a page");
            refused += usize::from(page.status.as_u16() == 429);
        }
        assert!(refused > 5, "{refused}");
    }
}
