//! Who manages an organisation: named, deputies, handing over, leaving; never nobody.

use procura::domain::organisation::ReferentKind;
use procura::operations::referents;
use procura::operations::referents::Decider;
use procura::operations::refusal::Refusal;

use super::*;

async fn kinds(world: &World, place: OrganisationId) -> Vec<ReferentKind> {
    let all = referents::of(&world.bench, Decider::Operator(&CLI), place).await.expect("a list");
    all.into_iter().map(|one| one.kind).collect()
}

on_each_database! {
    async fn a_referent_names_a_deputy_who_manages_aidants_and_no_referents(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let path = format!("/referent/structures/{place}/referents");
        let page = rene.get(&world, &path).await;
        let typed = [("given_name", "Sonia"), ("family_name", "Durand"), ("email", "sonia.durand@referent.example")];
        let unsaid = send(&mut rene, &page, &typed).await;
        assert!(unsaid.status.as_u16() == 422 && unsaid.main_text().contains("référente ou suppléante"), "{}", unsaid.main_text());
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut sonia = referent(&world, "Sonia", &[elsewhere]).await;
        let named = send(&mut rene, &unsaid, &[("given_name", "S."), ("kind", "deputy")]).await;
        assert!(named.main_text().contains("S. Durand") && named.main_text().contains("Pas encore venu"), "{}", named.main_text());
        let twice = send(&mut rene, &named, &[("given_name", "S."), ("family_name", "D"), ("email", "sonia.durand@referent.example"), ("kind", "deputy")]).await;
        assert!(twice.main_text().contains("gère déjà cette structure"), "{}", twice.main_text());
        let team = sonia.get(&world, "/referent").await;
        assert_eq!(team.all_words("main h2"), ["CCAS de Beaune", "CCAS de Dole"]);
        assert!(rene.get(&world, &path).await.main_text().contains("Sonia Durand"), "she has come");
        let list = sonia.get(&world, &path).await;
        assert!(list.main_text().contains("Vous êtes suppléant") && list.forms_in_main().is_empty(), "{}", list.main_text());
        let forced = [("given_name", "Ali"), ("family_name", "B"), ("email", "ali@x.example"), ("kind", "referent")];
        let refused = sonia.browser.post_from(&world.at(&path), &world.at(&path), &forced).await.expect("a page");
        assert!(refused.main_text().contains("Seul un référent peut le faire"), "{}", refused.main_text());
        let form = sonia.get(&world, &format!("/referent/aidants/nouveau?organisation={place}")).await;
        let fields = [("given_name", "Zoé"), ("family_name", "Martin"), ("email", "zoe@dole.example"), ("profession", "Médiatrice")];
        let page = send(&mut sonia, &form, &fields).await;
        assert!(page.main_text().contains("Zoé Martin"), "a deputy invites: {}", page.main_text());
        let one = format!("{path}/{}", sonia.account);
        let page = rene.get(&world, &one).await;
        let silent = send(&mut rene, &page, &[("change", "remove")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        send(&mut rene, &silent, &[("reason", "Fin de mission")]).await;
        assert_eq!(kinds(&world, place).await, [ReferentKind::Referent]);
        assert_eq!(sonia.get(&world, &format!("/referent/structures/{place}")).await.status.as_u16(), 404);
        assert_eq!((world.count("referent.removed").await, world.count("referent.named").await), (1, 3));
    }

    async fn the_last_referent_stays_until_somebody_has_come(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let path = format!("/referent/structures/{place}/quitter");
        let last = rene.get(&world, &path).await;
        assert!(last.main_text().contains("Vous êtes le dernier référent") && last.forms_in_main().is_empty(), "{}", last.main_text());
        let forced = rene.browser.post_from(&world.at(&path), &world.at(&path), &[("to", "personne")]).await.expect("a page");
        assert!(forced.main_text().contains("C’est le dernier référent"), "{}", forced.main_text());
        assert_eq!((world.count("referent.left!").await, world.count("referent.left").await), (1, 0));
        let (staff, managed) = staff(&world, &rene).await;
        let own = Decider::Referent(&staff, &managed);
        let new = newcomer("Sonia", "sonia@dole.example").professional;
        let invited = referents::appoint(&world.bench, own, place, (&new, ReferentKind::Referent), None).await.expect("named");
        let leave = referents::leave(&world.bench, (&staff, &managed), place, None).await;
        assert!(matches!(leave, Err(Refusal::Conflict("referent-last"))), "invited is not come: {leave:?}");
        let over = referents::hand_over(&world.bench, (&staff, &managed), (place, invited), None).await;
        assert!(matches!(over, Err(Refusal::Conflict("referent-not-come"))), "{over:?}");
        let by_operator = referents::remove(&world.bench, Decider::Operator(&CLI), (place, rene.account), "contrôle", None).await;
        assert!(matches!(by_operator, Err(Refusal::Conflict("referent-last"))), "{by_operator:?}");
        let demoted = referents::set_kind(&world.bench, own, (place, rene.account), ReferentKind::Deputy, None).await;
        assert!(matches!(demoted, Err(Refusal::Conflict("referent-last"))), "{demoted:?}");
    }

    async fn the_charge_is_handed_over_to_a_deputy(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut sonia = referent(&world, "Sonia", &[elsewhere]).await;
        let (staff_rene, managed) = staff(&world, &rene).await;
        let new = newcomer("Sonia", &sonia.email).professional;
        referents::appoint(&world.bench, Decider::Referent(&staff_rene, &managed), place, (&new, ReferentKind::Deputy), None).await.expect("named");
        sonia.get(&world, "/referent").await;
        let page = rene.get(&world, &format!("/referent/structures/{place}/quitter")).await;
        let unsaid = send(&mut rene, &page, &[]).await;
        assert_eq!(unsaid.status.as_u16(), 422);
        let heir = sonia.account.to_string();
        let done = send(&mut rene, &page, &[("to", &heir)]).await;
        assert!(done.main_text().contains("La charge est remise") && done.main_text().contains("Vous ne gérez aucune structure"), "{}", done.main_text());
        assert_eq!(kinds(&world, place).await, [ReferentKind::Referent]);
        assert_eq!(world.count("referent.handed_over").await, 1);
        let team = sonia.get(&world, "/referent").await.main_text();
        assert!(team.contains("CCAS de Dole"), "{team}");
        let stale = rene.get(&world, &format!("/referent/structures/{place}")).await;
        assert_eq!(stale.status.as_u16(), 404);
    }

    async fn an_operator_names_and_removes_referents(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut olga = operator(&world, "Olga").await;
        let path = format!("/operateur/structures/{place}/referents");
        let page = olga.get(&world, &path).await;
        let typed = [("given_name", "René"), ("family_name", "Petit"), ("email", "rene@dole.example"), ("kind", "referent")];
        let page = send(&mut olga, &page, &typed).await;
        assert!(page.main_text().contains("René Petit"), "{}", page.main_text());
        assert!(matches!(invitations(&world, "rene@dole.example").await.as_slice(), [(link, false)] if link.contains("/compte/activation/")));
        let one = olga.browser.click(&page, "Changer").await.expect("his page");
        let done = send(&mut olga, &one, &[("change", "remove"), ("reason", "Erreur de nom")]).await;
        assert!(done.main_text().contains("C’est le dernier référent"), "{}", done.main_text());
        let more = [("given_name", "Sonia"), ("family_name", "Petit"), ("email", "sonia@dole.example"), ("kind", "deputy")];
        let page = send(&mut olga, &page, &more).await;
        assert_eq!(kinds(&world, place).await, [ReferentKind::Referent, ReferentKind::Deputy], "{}", page.main_text());
        assert_eq!(world.count("referent.removed!").await, 1);
    }
}
