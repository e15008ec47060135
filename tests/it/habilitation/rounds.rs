//! What happens by itself: an end announced once, renewed, or reached.

use procura::domain::habilitation::Standing;
use procura::domain::message::HabilitationNews;
use procura::domain::time::Clock;
use procura::operations::decide_habilitation::Verdict;
use procura::operations::decide_habilitation::decide_habilitation;
use procura::operations::end_habilitations::announce_ends;
use procura::operations::end_habilitations::end_overdue;
use procura::operations::refusal::Refusal;
use procura::operations::request_renewal::request_renewal;

use super::*;

/// How often this address was told of an end that comes.
async fn announced(world: &World, email: &str) -> usize {
    told(world, email)
        .await
        .iter()
        .filter(|(_, news)| matches!(news, HabilitationNews::EndsSoon { .. }))
        .count()
}

on_each_database! {
    async fn an_end_is_announced_once_renewed_and_announced_anew(world) {
        let place = world.organisation("CCAS de Dijon").await;
        let until = world.clock.now().day().plus_days(100).end();
        let amelie = world.aidant_in("Amélie", &[(place, until)]).await;
        let mut rene = referent(&world, "René", &[place]).await;
        let (actor, managed) = staff(&world, &rene).await;
        let id = amelie.habilitations[0];
        assert_eq!(announce_ends(&world.bench).await.expect("a round"), 0);
        let early = request_renewal(&world.bench, (&actor, &managed), id, None).await;
        assert!(matches!(early, Err(Refusal::Conflict("renewal-early"))), "{early:?}");
        days(&world, 45);
        announce_ends(&world.bench).await.expect("a round");
        for _ in 0..3 {
            assert_eq!(announce_ends(&world.bench).await.expect("a round"), 0, "once");
        }
        assert_eq!((announced(&world, &amelie.email).await, announced(&world, &rene.email).await), (1, 1));
        assert_eq!(world.count("habilitation.renewal_notified").await, 1);
        rene.login(&world).await;
        let page = rene.get(&world, &format!("/referent/aidants/{id}")).await;
        let ask = page.form_to("/renouvellement").expect("a button");
        let asked = rene.browser.submit(&ask).await.expect("a page");
        assert!(asked.main_text().contains("Le renouvellement est demandé"), "{}", asked.main_text());
        let twice = rene.browser.submit(&ask).await.expect("a page");
        assert!(twice.main_text().contains("C’est déjà demandé"), "{}", twice.main_text());
        let mut olga = operator(&world, "Olga").await;
        let home = olga.get(&world, "/operateur").await;
        assert!(home.main_text().contains("Un renouvellement"), "{}", home.main_text());
        let list = olga.get(&world, "/operateur/habilitations?liste=renouvellements").await;
        let page = olga.browser.click(&list, "Examiner").await.expect("her page");
        let no = send(&mut olga, &page, &[("change", "refuse-renewal"), ("reason", "Attestation manquante")]).await;
        assert!(no.main_text().contains("C’est refusé"), "{}", no.main_text());
        rene.browser.submit(&ask).await.expect("asked again");
        let page = olga.get(&world, &format!("/operateur/aidants/habilitations/{id}")).await;
        let yes = send(&mut olga, &page, &[("change", "renew"), ("day", "31/12/2029")]).await;
        assert!(yes.main_text().contains("31 décembre 2029"), "{}", yes.main_text());
        assert!(find(&world, id).await.charter().is_some(), "with the same charter");
        assert!(olga.get(&world, "/operateur/habilitations?liste=renouvellements").await.main_text().contains("Rien n’attend"));
        let kinds = ["renewal_requested", "renewal_refused", "renewed"];
        for (kind, wanted) in kinds.into_iter().zip([2, 1, 1]) {
            assert_eq!(world.count(&format!("habilitation.{kind}")).await, wanted, "{kind}");
        }
        let near = find(&world, id).await.until().expect("an end").minus(std::time::Duration::from_secs(59 * 86_400));
        world.clock.advance(near.since(world.clock.now()));
        announce_ends(&world.bench).await.expect("a round");
        assert_eq!(announced(&world, &amelie.email).await, 2, "a new end is a new notice");
    }

    async fn an_end_that_came_is_written_down_and_a_new_request_is_free(world) {
        let place = world.organisation("CCAS de Dijon").await;
        let mut amelie = world.aidant_in("Amélie", &[(place, world.clock.now().day().plus_days(3).end())]).await;
        let rene = world.referent("René", &[place]).await;
        let id = amelie.habilitations[0];
        assert_eq!(end_overdue(&world.bench).await.expect("a round"), 0);
        days(&world, 4);
        assert_eq!(find(&world, id).await.standing(world.clock.now()), Standing::Ended, "whatever is written down");
        end_overdue(&world.bench).await.expect("a round");
        assert_eq!(end_overdue(&world.bench).await.expect("a round"), 0, "once");
        assert_eq!(world.count("habilitation.ended").await, 1);
        let hers = told(&world, &amelie.email).await;
        assert!(hers.iter().any(|(own, news)| *own && *news == HabilitationNews::Expired), "{hers:?}");
        let renewed = decide_habilitation(&world.bench, &CLI, id, Verdict::Renew(world.clock.now().day().plus_days(9)), None).await;
        assert!(matches!(renewed, Err(Refusal::Conflict("habilitation-status"))), "{renewed:?}");
        let link = amelie.link(&world).await;
        let page = amelie.use_link(&link).await;
        assert_eq!(page.url.path(), "/aidant/habilitations", "{}", page.main_text());
        assert!(page.main_text().contains("Votre habilitation est finie"), "{}", page.main_text());
        for path in ["/aidant", "/aidant/personnes", "/aidant/mandats/nouveau"] {
            assert_eq!(amelie.get(&world, path).await.url.path(), "/aidant/habilitations", "{path}");
        }
        let (actor, managed) = staff(&world, &rene).await;
        let journal = world.kinds().await;
        assert!(journal.iter().any(|kind| kind == "habilitation.ended"));
        let new = newcomer("Amélie", &amelie.email);
        procura::operations::request_habilitation::request_as_referent(&world.bench, (&actor, &managed), place, &new, None)
            .await
            .expect("asked for anew");
    }
}
