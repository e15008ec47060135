//! The referent's space: suspend and remove, themes, figures, whole accounts; and what running acts feel of it.

use procura::domain::theme::Theme;
use procura::domain::time::Clock;
use procura::operations::refusal::Refusal;
use procura::operations::suspend;
use procura::operations::suspend::Changer;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend_account::restore_account;
use procura::operations::suspend_account::suspend_account;
use procura::operations::withhold_themes::withhold_themes;

use super::*;
use crate::consent::approved;

on_each_database! {
    async fn a_referent_suspends_restores_and_removes_and_leaves_the_operators_alone(world) {
        let mut amelie = world.aidant("Amélie").await;
        let place = amelie.organisations[0];
        let path = format!("/referent/aidants/{}", amelie.habilitations[0]);
        let mut rene = referent(&world, "René", &[place]).await;
        amelie.login(&world).await;
        let page = rene.get(&world, &path).await;
        assert_eq!(send(&mut rene, &page, &[]).await.status.as_u16(), 422);
        assert_eq!(send(&mut rene, &page, &[("change", "suspend")]).await.status.as_u16(), 422);
        let held = send(&mut rene, &page, &[("change", "suspend"), ("reason", "Congé")]).await;
        assert_eq!(held.words(".status").as_deref(), Some("Suspendue"), "{}", held.main_text());
        assert_eq!(amelie.get(&world, "/aidant/personnes").await.url.path(), "/aidant/habilitations");
        let back = send(&mut rene, &held, &[("change", "restore")]).await;
        assert_eq!(back.words(".status").as_deref(), Some("En cours"), "{}", back.main_text());
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant");
        let change = HabilitationChange::Suspend("Contrôle");
        change_habilitation(&world.bench, &CLI, amelie.habilitations[0], change, None).await.expect("suspended");
        let page = rene.get(&world, &path).await;
        assert!(page.main_text().contains("lui seul peut la rétablir") && !page.html.contains("change-restore"), "{}", page.main_text());
        let forced = rene.browser.post_from(&world.at(&path), &world.at(&path), &[("change", "restore")]).await.expect("a page");
        assert!(forced.main_text().contains("Vous ne pouvez pas la rétablir"), "{}", forced.main_text());
        assert_eq!(world.count("habilitation.restored!").await, 1, "the refusal is an entry");
        let gone = send(&mut rene, &page, &[("change", "end"), ("reason", "A quitté la structure")]).await;
        assert_eq!(gone.words(".status").as_deref(), Some("Finie"), "{}", gone.main_text());
        let journal = rene.get(&world, "/referent/activite").await.main_text();
        assert!(journal.contains("Vous avez mis fin à l’habilitation de Amélie Durand"), "{journal}");
    }

    async fn themes_are_restricted_at_once_and_running_mandates_stay(world) {
        let mut amelie = world.aidant("Amélie").await;
        let place = amelie.organisations[0];
        amelie.login(&world).await;
        approved(&world, &mut amelie, &["social"], "month", "jeanne").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let path = format!("/referent/structures/{place}/demarches");
        let none = rene.browser.post_from(&world.at(&path), &world.at(&path), &[]).await.expect("a page");
        assert!(none.status.as_u16() == 422 && none.main_text().contains("Gardez au moins une démarche"), "{}", none.main_text());
        let strange = rene.browser.post_from(&world.at(&path), &world.at(&path), &[("theme", "tout")]).await.expect("a page");
        assert_eq!(strange.status.as_u16(), 400);
        let done = rene.browser.post_from(&world.at(&path), &world.at(&path), &[("theme", "logement")]).await.expect("a page");
        assert!(done.main_text().contains("Les démarches sont enregistrées"), "{}", done.main_text());
        assert_eq!(world.count("organisation.themes_changed").await, 1);
        let form = amelie.get(&world, "/aidant/mandats/nouveau").await;
        let fields = [("theme", "social"), ("duration", "short"), ("channel", "present")];
        let form = form.form_last_in_main().expect("a form").tampered(&fields);
        let refused = amelie.browser.submit(&form).await.expect("a page");
        assert!(refused.main_text().contains("ne fait pas"), "{}", refused.main_text());
        assert_eq!((world.count("mandate.drafted").await, world.count("mandate.revoked").await), (1, 0), "the running one stays");
        let again = rene.browser.post_from(&world.at(&path), &world.at(&path), &[("theme", "logement")]).await.expect("a page");
        assert!(again.main_text().contains("Rien n’a changé"), "{}", again.main_text());
        let (actor, managed) = staff(&world, &world.referent("Sonia", &[world.organisation("CCAS de Beaune").await]).await).await;
        let foreign = withhold_themes(&world.bench, (&actor, &managed), place, &[Theme::Justice].into(), None).await;
        assert!(matches!(foreign, Err(Refusal::NotFound)), "{foreign:?}");
    }

    async fn figures_count_by_aidant_and_month(world) {
        let mut amelie = world.aidant("Amélie").await;
        let place = amelie.organisations[0];
        amelie.login(&world).await;
        approved(&world, &mut amelie, &["social"], "month", "jeanne").await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut rene = referent(&world, "René", &[place, elsewhere]).await;
        let page = rene.get(&world, &format!("/referent/chiffres/{place}")).await;
        assert!(page.main_text().contains("Amélie Durand") && page.main_text().contains("1 mandat, 0 acte"), "{}", page.main_text());
        assert_eq!(page.all_words("tbody tr").len(), 2, "one aidant, and all together");
        let other = rene.get(&world, &format!("/referent/chiffres/{elsewhere}")).await;
        assert!(other.main_text().contains("Rien ces six derniers mois"), "{}", other.main_text());
        let first = rene.get(&world, "/referent/chiffres").await;
        assert_eq!(first.h1(), "Chiffres : CCAS de Amélie");
    }

    async fn a_suspended_account_is_out_everywhere_and_comes_back_by_a_new_login(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let mut olga = operator(&world, "Olga").await;
        let path = format!("/operateur/aidants/{}", amelie.account);
        world.clock.advance(std::time::Duration::from_secs(1));
        let page = olga.get(&world, &path).await;
        let form = page.form_to("/suspendre").expect("a form");
        let silent = olga.browser.submit(&form).await.expect("a page");
        assert_eq!(silent.status.as_u16(), 422);
        let form = silent.form_to("/suspendre").expect("a form").with(&[("reason", "Téléphone volé")]).expect("its field");
        let held = olga.browser.submit(&form).await.expect("a page");
        assert!(held.main_text().contains("Compte suspendu"), "{}", held.main_text());
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant/connexion");
        let twice = olga.browser.submit(&form).await.expect("a page");
        assert!(twice.main_text().contains("Quelqu’un a changé ce compte"), "{}", twice.main_text());
        let back = held.form_to("/retablir").expect("a button");
        let back = olga.browser.submit(&back).await.expect("a page");
        assert!(back.main_text().contains("En cours"), "{}", back.main_text());
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant/connexion", "the former session stays closed");
        amelie.login(&world).await;
        assert_eq!((world.count("account.suspended").await, world.count("account.restored").await), (1, 1));
        let own = suspend_account(&world.bench, &operator_actor(&world, &olga).await, olga.account, "essai", None).await;
        assert!(matches!(own, Err(Refusal::Conflict("account-own"))), "{own:?}");
        assert_eq!(world.count("account.suspended!").await, 1);
        let unknown = procura::domain::ids::AccountId::fresh(world.clock.now(), world.bench.random.as_ref());
        assert!(matches!(restore_account(&world.bench, &CLI, unknown, None).await, Err(Refusal::NotFound)));
    }

    async fn a_long_team_has_pages_and_each_aidant_stands_once(world) {
        let place = world.organisation("CCAS de Dijon").await;
        let (actor, managed) = staff(&world, &world.referent("René", &[place]).await).await;
        for number in 0..60 {
            let new = newcomer(&format!("Aidant{number:02}"), &format!("a{number}@dijon.example"));
            procura::operations::request_habilitation::request_as_referent(&world.bench, (&actor, &managed), place, &new, None).await.expect("asked");
            world.clock.advance(std::time::Duration::from_millis(2));
        }
        let by = Changer::Referent(&actor, &managed);
        let again = newest(&world).await;
        suspend::change(&world.bench, by, again, HabilitationChange::End("essai"), None).await.expect("ended");
        let new = newcomer("Aidant59", "a59@dijon.example");
        procura::operations::request_habilitation::request_as_referent(&world.bench, (&actor, &managed), place, &new, None).await.expect("asked again");
        let mut sonia = referent(&world, "Sonia", &[place]).await;
        let first = sonia.get(&world, &format!("/referent/structures/{place}")).await;
        assert_eq!(first.all_words("tbody tr").len(), 50);
        let second = sonia.browser.click(&first, "Voir la suite").await.expect("the next page");
        assert_eq!(second.all_words("tbody tr").len(), 10, "{}", second.main_text());
        let mut olga = operator(&world, "Olga").await;
        let list = olga.get(&world, "/operateur/habilitations").await;
        assert!(list.main_text().contains("60 demandes"), "{}", list.main_text());
        let next = olga.browser.click(&list, "Voir la suite").await.expect("the next page");
        assert_eq!(next.all_words(".rows > li").len(), 10);
        let found = olga.get(&world, "/operateur/aidants?courriel=A7%40dijon.example").await;
        assert_eq!(found.h1(), "Aidant07 Martin", "{}", found.main_text());
        let unknown = olga.get(&world, "/operateur/aidants?courriel=personne%40dijon.example").await;
        assert!(unknown.main_text().contains("Aucun aidant n’a cette adresse"), "{}", unknown.main_text());
    }
}
