//! The referent's space: the own organisations, and no other.

use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;

use crate::consent::approved;
use crate::world::CLI;

on_each_database! {
    async fn the_team_is_shown_with_its_habilitations(world) {
        let dijon = world.organisation("CCAS de Dijon").await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let amelie = world.aidant_in("Amélie", &[(dijon, world.next_year())]).await;
        world.aidant_in("Karim", &[(dijon, world.next_year()), (elsewhere, world.next_year())]).await;
        world.aidant_in("Sonia", &[(elsewhere, world.next_year())]).await;
        let change = HabilitationChange::Suspend("Congé");
        change_habilitation(&world.bench, &CLI, amelie.habilitations[0], change, None).await.expect("suspended");
        let mut rene = world.referent("René", &[dijon]).await;
        let page = rene.login(&world).await;
        let words = page.main_text();
        assert!(words.contains("CCAS de Dijon") && words.contains("Amélie Durand") && words.contains("Karim Durand"), "{words}");
        assert!(!words.contains("Beaune") && !words.contains("Sonia"), "{words}");
        assert_eq!(page.all_words("tbody .status"), ["Suspendue", "En cours"]);
    }

    async fn the_activity_is_the_organisations_own(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        approved(&world, &mut amelie, &["social"], "month", "jeanne").await;
        let (own, elsewhere) = (amelie.organisations[0], world.organisation("CCAS de Beaune").await);
        let mut rene = world.referent("René", &[own]).await;
        rene.login(&world).await;
        let page = rene.get(&world, "/referent/activite").await;
        assert!(page.main_text().contains("préparé un mandat pour Social - Santé"), "{}", page.main_text());
        for path in [format!("/referent/activite/{elsewhere}"), "/referent/activite/x".to_owned()] {
            assert_eq!(rene.get(&world, &path).await.status.as_u16(), 404, "{path}");
        }
        let before = rene.get(&world, "/referent/activite?to=01/01/2026").await;
        assert!(before.main_text().contains("Aucune ligne"), "{}", before.main_text());
        let wrong = rene.get(&world, "/referent/activite?from=demain").await;
        assert_eq!(wrong.status.as_u16(), 422);
        let mut sonia = world.referent("Sonia", &[elsewhere]).await;
        sonia.login(&world).await;
        assert_eq!(sonia.get(&world, &format!("/referent/activite/{own}")).await.status.as_u16(), 404);
        let theirs = sonia.get(&world, "/referent/activite").await.main_text();
        assert!(!theirs.contains("mandat pour"), "{theirs}");
    }

    async fn several_organisations_are_kept_apart(world) {
        let dijon = world.organisation("CCAS de Dijon").await;
        let beaune = world.organisation("CCAS de Beaune").await;
        let mut rene = world.referent("René", &[dijon, beaune]).await;
        let page = rene.login(&world).await;
        assert_eq!(page.all_words("main h2"), ["CCAS de Beaune", "CCAS de Dijon"]);
        let first = rene.get(&world, "/referent/activite").await;
        assert_eq!(first.h1(), "Activité : CCAS de Beaune");
        let other = rene.browser.click(&first, "CCAS de Dijon").await.expect("the other one");
        assert_eq!(other.url.path(), format!("/referent/activite/{dijon}"));
    }

    async fn nobody_else_enters(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let mut rene = world.referent("René", &[amelie.organisations[0]]).await;
        rene.login(&world).await;
        for path in ["/referent", "/referent/activite"] {
            assert_eq!(amelie.get(&world, path).await.url.path(), "/referent/connexion", "{path}");
        }
        for (path, login) in [("/aidant/journal", "/aidant/connexion"), ("/operateur", "/operateur/connexion"), ("/autorite", "/autorite/connexion")] {
            assert_eq!(rene.get(&world, path).await.url.path(), login, "{path}");
        }
    }
}
