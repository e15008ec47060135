//! Strangers, other actors and other organisations get nowhere, and change nothing.

use super::*;

on_each_database! {
    async fn strangers_and_others_see_and_change_nothing(world) {
        let mut amelie = world.aidant("Amélie").await;
        let (place, id) = (amelie.organisations[0], amelie.habilitations[0]);
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut sonia = referent(&world, "Sonia", &[elsewhere]).await;
        let rene = world.referent("René", &[place]).await;
        amelie.login(&world).await;
        let structure = format!("/referent/structures/{place}");
        let pages = [
            structure.clone(),
            format!("{structure}/demarches"),
            format!("{structure}/referents"),
            format!("{structure}/referents/{}", rene.account),
            format!("{structure}/quitter"),
            format!("/referent/aidants/{id}"),
            format!("/referent/chiffres/{place}"),
        ];
        for path in &pages {
            assert_eq!(sonia.get(&world, path).await.status.as_u16(), 404, "another organisation's referent: {path}");
            assert_eq!(amelie.get(&world, path).await.url.path(), "/referent/connexion", "an aidant: {path}");
            let stranger = world.browser().get(&world.at(path)).await.expect("a page");
            assert_eq!(stranger.url.path(), "/referent/connexion", "a stranger: {path}");
        }
        let changes: [(String, &[(&str, &str)]); 7] = [
            (format!("{structure}/demarches"), &[("theme", "social")]),
            (format!("{structure}/referents"), &[("given_name", "A"), ("family_name", "B"), ("email", "a@b.example"), ("kind", "referent")]),
            (format!("{structure}/referents/{}", rene.account), &[("change", "remove"), ("reason", "essai")]),
            (format!("{structure}/quitter"), &[("to", "personne")]),
            (format!("/referent/aidants/{id}"), &[("change", "end"), ("reason", "essai")]),
            (format!("/referent/aidants/{id}/relancer"), &[]),
            (format!("/referent/aidants/{id}/renouvellement"), &[]),
        ];
        let before = world.kinds().await.len();
        for (path, fields) in &changes {
            let home = world.at("/referent");
            let done = sonia.browser.post_from(&home, &world.at(path), fields).await.expect("a page");
            assert_eq!(done.status.as_u16(), 404, "{path}");
            let done = amelie.browser.post_from(&home, &world.at(path), fields).await.expect("a page");
            assert_eq!(done.url.path(), "/referent/connexion", "{path}");
        }
        let fields = [("organisation", place.to_string())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let done = sonia.browser.post_from(&world.at("/referent"), &world.at("/referent/aidants/nouveau"), &fields).await.expect("a page");
        assert_eq!(done.status.as_u16(), 404, "an invitation to somebody else's organisation");
        assert_eq!(world.kinds().await.len(), before, "nothing was written");
    }

    async fn the_operators_pages_are_the_operators(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let (place, id) = (amelie.organisations[0], amelie.habilitations[0]);
        let mut rene = referent(&world, "René", &[place]).await;
        let before = world.kinds().await.len();
        let pages = [
            "/operateur/habilitations".to_owned(),
            format!("/operateur/aidants/habilitations/{id}"),
            format!("/operateur/structures/{place}/referents"),
            format!("/operateur/structures/{place}/referents/{}", rene.account),
        ];
        for path in &pages {
            for who in [&mut amelie, &mut rene] {
                assert_eq!(who.get(&world, path).await.url.path(), "/operateur/connexion", "{path}");
            }
        }
        let reason: &[(&str, &str)] = &[("change", "end"), ("reason", "essai")];
        for path in [
            format!("/operateur/aidants/habilitations/{id}"),
            format!("/operateur/comptes/{}/suspendre", amelie.account),
            format!("/operateur/comptes/{}/retablir", amelie.account),
            format!("/operateur/structures/{place}/referents"),
        ] {
            let done = rene.browser.post_from(&world.at("/operateur"), &world.at(&path), reason).await.expect("a page");
            assert_eq!(done.url.path(), "/operateur/connexion", "{path}");
        }
        let mut olga = operator(&world, "Olga").await;
        let nobody = "01900000-0000-7000-8000-000000000000";
        for path in [format!("/operateur/structures/{nobody}/referents"), format!("/operateur/structures/{place}/referents/{nobody}"), "/operateur/structures/x/referents".to_owned()] {
            assert_eq!(olga.get(&world, &path).await.status.as_u16(), 404, "{path}");
        }
        let lost = olga.browser.post_from(&world.at("/operateur"), &world.at(&format!("/operateur/comptes/{nobody}/suspendre")), &[("reason", "essai")]).await.expect("a page");
        assert_eq!(lost.status.as_u16(), 404);
        assert_eq!(world.kinds().await.len(), before + 3, "the operator's account and login alone were written: {:?}", world.kinds().await);
    }
}
