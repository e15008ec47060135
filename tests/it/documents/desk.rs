//! A journal printed for one who has no FranceConnect: by an operator who had a letter, and at an aidant's desk.

use procura::demo::browser::page::Page;

use crate::documents::with_code;
use crate::spaces::Scene;
use crate::world::Professional;

async fn asked(who: &mut Professional, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("the form").with(fields).expect("its fields");
    who.browser.submit(&form).await.expect("an answer")
}

on_each_database! {
    async fn an_operator_prints_the_journal_of_one_who_wrote(world) {
        let mut scene = Scene::set(world).await;
        let code = with_code(&mut scene).await;
        let mut olga = scene.world.operator("Olga").await;
        olga.login(&scene.world).await;
        let form = olga.get(&scene.world, "/operateur/releve").await;
        let reason = ("purpose", "Lettre signée reçue le 3 mars");
        for (person, why, part) in [
            ("", reason, "nom de naissance"),
            ("Lefèvre", reason, "nom de naissance"),
            ("Lefèvre 13/04/1948", reason, "trouvé personne"),
            ("Lefèvre 12/04/1948", ("purpose", "non"), "10 à 500"),
            ("00000-00000-00000-00000", reason, "nom de naissance"),
        ] {
            let page = asked(&mut olga, &form, &[("person", person), why]).await;
            assert_eq!(page.status.as_u16(), 422, "{person}");
            assert!(page.main_text().contains(part) && page.title().starts_with("Erreur"), "{}", page.main_text());
        }
        let wrong = [("person", "Lefèvre 12/04/1948"), reason, ("from", "hier")];
        assert_eq!(asked(&mut olga, &form, &wrong).await.status.as_u16(), 422);
        assert_eq!(scene.world.count("trail.printed").await, 0);
        for person in ["Lefèvre 12/04/1948", &code] {
            let page = asked(&mut olga, &form, &[("person", person), reason]).await;
            assert!(page.html.starts_with("%PDF"), "{}", page.main_text());
        }
        assert_eq!(scene.world.count("trail.printed").await, 2);
        let (mut jeanne, _) = scene.person("jeanne").await;
        let journal = jeanne.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("imprimé pour vous un relevé"), "{}", journal.main_text());
        assert!(journal.main_text().contains("Lettre signée"), "{}", journal.main_text());
        let mut stranger = scene.world.browser();
        let page = stranger.get(&scene.world.at("/operateur/releve")).await.expect("a page");
        assert_eq!(page.url.path(), "/operateur/connexion");
    }

    async fn a_wrong_paper_code_opens_nothing_at_the_desk(world) {
        let mut scene = Scene::set(world).await;
        let code = with_code(&mut scene).await;
        let form = scene.aidant.get(&scene.world, "/aidant/releve").await;
        // The code of an attestation is the organisation's too: it proves nobody.
        for typed in [code.as_str(), "00000-00000-00000-00000", "x"] {
            let page = asked(&mut scene.aidant, &form, &[("code", typed), ("birthdate", "12/04/1948")]).await;
            assert_eq!(page.status.as_u16(), 422, "{typed}");
            assert!(page.main_text().contains("ne vont pas ensemble"), "{}", page.main_text());
        }
        let page = asked(&mut scene.aidant, &form, &[("code", &code), ("birthdate", "")]).await;
        assert_eq!(page.status.as_u16(), 422);
        assert_eq!(scene.world.count("trail.printed").await, 0);
        let mut stranger = scene.world.browser();
        let page = stranger.get(&scene.world.at("/aidant/releve")).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/connexion");
    }
}
