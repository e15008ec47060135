//! The life of a habilitation through the pages: invited, trained, given, signed, renewed; and every no on the way.

use procura::domain::account::AccountStatus;
use procura::domain::habilitation::HabilitationStatus;
use procura::domain::habilitation::Standing;
use procura::domain::message::HabilitationNews;
use procura::domain::time::Clock;
use procura::operations::account_links;
use procura::operations::account_links::LinkState;
use procura::operations::decide_habilitation::Verdict;
use procura::operations::decide_habilitation::decide_habilitation;
use procura::operations::enrol;
use procura::operations::refusal::Refusal;
use procura::operations::request_habilitation::request_as_referent;
use procura::storage::accounts;

use super::*;

on_each_database! {
    async fn a_referent_invites_an_operator_decides_and_the_aidant_signs(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let empty = invite(&world, &mut rene, "", "zoe").await;
        assert_eq!(empty.status.as_u16(), 422);
        assert_eq!(empty.form_last_in_main().expect("a form").value("profession"), Some("Assistante sociale"));
        let page = invite(&world, &mut rene, "Zoé", "zoe@dole.example").await;
        assert!(page.main_text().contains("L’invitation est partie") && page.main_text().contains("Zoé Martin"), "{}", page.main_text());
        assert_eq!(page.all_words("tbody .status"), ["Demandée"]);
        let id = newest(&world).await;
        let invited = invitations(&world, "zoe@dole.example").await;
        assert!(invited.len() == 1 && !invited[0].1 && invited[0].0.contains("/compte/activation/"), "{invited:?}");
        assert_eq!(world.count("habilitation.requested").await, 1);

        let mut olga = operator(&world, "Olga").await;
        let queue = olga.get(&world, "/operateur/habilitations").await;
        assert!(queue.main_text().contains("Zoé Martin") && queue.main_text().contains("CCAS de Dole"), "{}", queue.main_text());
        let page = olga.browser.click(&queue, "Examiner").await.expect("her page");
        let silent = send(&mut olga, &page, &[]).await;
        assert_eq!(silent.status.as_u16(), 422);
        let undated = send(&mut olga, &page, &[("change", "accept"), ("day", "bientôt")]).await;
        assert!(undated.main_text().contains("Écrivez une date"), "{}", undated.main_text());
        let past = send(&mut olga, &page, &[("change", "accept"), ("day", "01/01/2020")]).await;
        assert!(past.main_text().contains("Choisissez un jour à venir"), "{}", past.main_text());
        let page = send(&mut olga, &past, &[("day", "30/11/2026")]).await;
        assert!(page.main_text().contains("La formation est notée"), "{}", page.main_text());
        let early = send(&mut olga, &page, &[("change", "trained")]).await;
        assert!(early.main_text().contains("La formation n’a pas encore eu lieu"), "{}", early.main_text());
        days(&world, 8);
        olga.login(&world).await;
        let page = olga.get(&world, &format!("/operateur/aidants/habilitations/{id}")).await;
        let page = send(&mut olga, &page, &[("change", "trained")]).await;
        assert_eq!(page.words(".status").as_deref(), Some("Formation suivie"), "{}", page.main_text());
        assert!(page.form_last_in_main().expect("a form").value("day").is_some_and(|day| day.ends_with("2029")), "three years are offered");
        let page = send(&mut olga, &page, &[("change", "habilitate")]).await;
        assert!(page.main_text().contains("L’habilitation est accordée"), "{}", page.main_text());
        assert_eq!(find(&world, id).await.standing(world.clock.now()), Standing::Unsigned);
        let hers: Vec<_> = told(&world, "zoe@dole.example").await;
        assert!(matches!(hers.as_slice(), [(true, HabilitationNews::TrainingSet { .. }), (true, HabilitationNews::Given { .. })]), "{hers:?}");
        let theirs = told(&world, &rene.email).await;
        assert!(theirs.len() == 2 && theirs.iter().all(|(own, _)| !own), "{theirs:?}");
        for kind in ["habilitation.training_set", "habilitation.trained", "habilitation.accepted"] {
            assert_eq!(world.count(kind).await, 1, "{kind}");
        }
    }

    async fn who_has_not_signed_the_charter_signs_it_before_anything_else(world) {
        let (home, place) = (world.organisation("CCAS de Dijon").await, world.organisation("CCAS de Dole").await);
        let soon = world.clock.now().plus(std::time::Duration::from_secs(3_600));
        let mut amelie = world.aidant_in("Amélie", &[(home, soon)]).await;
        let (rene, managed) = staff(&world, &world.referent("René", &[place]).await).await;
        let new = newcomer("Amélie", &amelie.email);
        let id = request_as_referent(&world.bench, (&rene, &managed), place, &new, None).await.expect("asked");
        give(&world, id).await;
        days(&world, 1);
        let link = amelie.link(&world).await;
        let page = amelie.use_link(&link).await;
        assert_eq!(page.url.path(), "/aidant/charte", "{}", page.main_text());
        for path in ["/aidant", "/aidant/personnes", "/aidant/mandats/nouveau", "/aidant/journal"] {
            assert_eq!(amelie.get(&world, path).await.url.path(), "/aidant/charte", "{path}");
        }
        let list = amelie.get(&world, "/aidant/habilitations").await;
        assert!(list.main_text().contains("Charte à signer") && list.main_text().contains("CCAS de Dijon"), "{}", list.main_text());
        let page = amelie.get(&world, "/aidant/charte").await;
        assert!(page.main_text().contains("Son accord d’abord"), "{}", page.main_text());
        let signed = send(&mut amelie, &page, &[]).await;
        assert!(signed.main_text().contains("La charte est signée"), "{}", signed.main_text());
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant");
        assert_eq!(find(&world, id).await.standing(world.clock.now()), Standing::InForce);
        let twice = send(&mut amelie, &page, &[]).await;
        assert!(twice.main_text().contains("Ce n’est plus possible"), "{}", twice.main_text());
        assert_eq!(world.count("habilitation.charter_signed").await, 1);
        let read = amelie.get(&world, &format!("/aidant/charte/{id}")).await;
        assert!(read.forms_in_main().is_empty() && read.main_text().contains("Vous avez signé cette charte"), "{}", read.main_text());
        let other = world.aidant("Karim").await.habilitations[0];
        assert_eq!(amelie.get(&world, &format!("/aidant/charte/{other}")).await.status.as_u16(), 404, "another's is no page");
    }

    async fn an_address_known_elsewhere_reveals_nothing(world) {
        let (home, place) = (world.organisation("CCAS de Dijon").await, world.organisation("CCAS de Dole").await);
        let sonia = world.aidant_in("Sonia", &[(home, world.next_year())]).await;
        let mut rene = referent(&world, "René", &[place]).await;
        let known = invite(&world, &mut rene, "Jean", &sonia.email).await;
        let fresh = invite(&world, &mut rene, "Paule", "paule@dole.example").await;
        assert_eq!(known.h1(), fresh.h1());
        let words = fresh.main_text();
        assert!(words.contains("Jean Martin") && words.contains("Paule Martin"), "{words}");
        assert!(!words.contains("Sonia") && !words.contains("Sonia Durand") && !words.contains("CCAS de Dijon"), "{words}");
        assert_eq!(fresh.all_words("tbody .status"), ["Demandée", "Demandée"]);
        let activity = rene.get(&world, "/referent/activite").await.main_text();
        assert!(activity.contains("Jean Martin") && !activity.contains("Sonia"), "{activity}");
        assert!(invitations(&world, &sonia.email).await.iter().all(|(link, known)| *known && link.ends_with("/aidant/connexion")));
        let id = newest(&world).await;
        let mut olga = operator(&world, "Olga").await;
        let list = olga.get(&world, "/operateur/habilitations").await;
        let page = olga.browser.click(&list, "Examiner").await.expect("the oldest");
        assert!(page.main_text().contains("Sonia Durand"), "the operator sees who it is: {}", page.main_text());
        let again = invite(&world, &mut rene, "Jean", &sonia.email).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.main_text().contains("déjà dans l’équipe"), "{}", again.main_text());
        assert_eq!(world.count("habilitation.requested").await, 2);
        assert_ne!(id, sonia.habilitations[0]);
    }

    async fn an_invitation_is_sent_again_after_a_while_and_cancelled(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        let page = invite(&world, &mut rene, "Zoé", "zoe@dole.example").await;
        let member = rene.browser.click(&page, "Zoé Martin").await.expect("her page");
        let again = member.form_to("/relancer").expect("a button");
        let soon = rene.browser.submit(&again).await.expect("a page");
        assert!(soon.main_text().contains("Nous venons de lui écrire"), "{}", soon.main_text());
        world.clock.advance(std::time::Duration::from_secs(601));
        let sent = rene.browser.submit(&again).await.expect("a page");
        assert!(sent.main_text().contains("L’invitation est repartie"), "{}", sent.main_text());
        let invited = invitations(&world, "zoe@dole.example").await;
        assert_eq!(invited.len(), 2);
        assert_ne!(invited[0].0, invited[1].0, "each link is another");
        let silent = send(&mut rene, &sent, &[("change", "end")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        let over = send(&mut rene, &silent, &[("reason", "Elle ne vient pas")]).await;
        assert_eq!(over.words(".status").as_deref(), Some("Finie"), "{}", over.main_text());
        let code = invited[1].0.rsplit('/').next().expect("a code").to_owned();
        let link = account_links::look(&world.bench, &code, None).await.expect("a look");
        assert!(matches!(link, LinkState::Gone), "the link opens nothing any more: {link:?}");
        let late = rene.browser.submit(&again).await.expect("a page");
        assert!(late.main_text().contains("Ce n’est plus possible"), "{}", late.main_text());
        let mut olga = operator(&world, "Olga").await;
        assert!(olga.get(&world, "/operateur/habilitations").await.main_text().contains("Rien n’attend ici"));
        let again = invite(&world, &mut rene, "Zoé", "zoe@dole.example").await;
        assert_eq!(again.all_words("tbody .status"), ["Demandée"], "she may be asked for anew");
    }

    async fn a_refusal_says_why_and_a_second_operator_is_told(world) {
        let place = world.organisation("CCAS de Dole").await;
        let mut rene = referent(&world, "René", &[place]).await;
        invite(&world, &mut rene, "Zoé", "zoe@dole.example").await;
        let path = format!("/operateur/aidants/habilitations/{}", newest(&world).await);
        let (mut olga, mut paul) = (operator(&world, "Olga").await, operator(&world, "Paul").await);
        let (first, second) = (olga.get(&world, &path).await, paul.get(&world, &path).await);
        let silent = send(&mut olga, &first, &[("change", "refuse")]).await;
        assert_eq!((silent.status.as_u16(), world.count("habilitation.refused").await), (422, 0));
        let done = send(&mut olga, &silent, &[("reason", "Dossier incomplet")]).await;
        assert_eq!(done.words(".status").as_deref(), Some("Refusée"), "{}", done.main_text());
        let late = send(&mut paul, &second, &[("change", "accept"), ("day", "30/11/2026")]).await;
        assert!(late.main_text().contains("Quelqu’un a changé cette habilitation"), "{}", late.main_text());
        assert_eq!((world.count("habilitation.refused").await, world.count("habilitation.training_set").await), (1, 0));
        let theirs = told(&world, &rene.email).await;
        assert!(matches!(theirs.as_slice(), [(false, HabilitationNews::Refused { reason })] if reason.show() == "Dossier incomplet"), "{theirs:?}");
    }

    async fn nothing_is_given_that_does_not_follow(world) {
        let place = world.organisation("CCAS de Dole").await;
        let (rene, managed) = staff(&world, &world.referent("René", &[place]).await).await;
        let asked = newcomer("Zoé", "zoe@dole.example");
        let id = request_as_referent(&world.bench, (&rene, &managed), place, &asked, None).await.expect("asked");
        let today = world.clock.now().day();
        for verdict in [Verdict::Trained, Verdict::Habilitate(today.plus_days(9)), Verdict::Renew(today.plus_days(9)), Verdict::RefuseRenewal("x")] {
            let done = decide_habilitation(&world.bench, &CLI, id, verdict, None).await;
            assert!(matches!(done, Err(Refusal::Conflict("habilitation-status"))), "{verdict:?}: {done:?}");
        }
        give(&world, id).await;
        for (verdict, key) in [(Verdict::Renew(today), "not-later"), (Verdict::Renew(today.plus_days(-1)), "past"), (Verdict::Renew(today.plus_days(9_000)), "far")] {
            let done = decide_habilitation(&world.bench, &CLI, id, verdict, None).await;
            assert!(matches!(&done, Err(Refusal::Invalid(faults)) if faults[0].key == key), "{verdict:?}: {done:?}");
        }
        let again = enrol::add_habilitation(&world.bench, &CLI, find(&world, id).await.account, (place, world.next_year()), None).await;
        assert!(matches!(again, Err(Refusal::Conflict("habilitation-exists"))), "{again:?}");
        let suspended = world.organisation("CCAS de Beaune").await;
        let (rene, managed) = staff(&world, &world.referent("Sonia", &[suspended]).await).await;
        procura::operations::suspend::suspend_organisation(&world.bench, &CLI, suspended, "contrôle", None).await.expect("suspended");
        let refused = request_as_referent(&world.bench, (&rene, &managed), suspended, &newcomer("Ali", "ali@x.example"), None).await;
        assert!(matches!(refused, Err(Refusal::Conflict("organisation-suspended"))), "{refused:?}");
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let account = accounts::find(&mut tx, find(&world, id).await.account).await.expect("a look").expect("hers");
        assert_eq!(account.status, AccountStatus::Invited, "a habilitation alone opens no door");
        assert_eq!(find(&world, id).await.status(), HabilitationStatus::Habilitated);
    }

    async fn hostile_names_and_addresses_are_kept_or_refused_whole(world) {
        let place = world.organisation("CCAS de Dole").await;
        let (rene, managed) = staff(&world, &world.referent("René", &[place]).await).await;
        let ask = async |given: &str, email: &str| {
            request_as_referent(&world.bench, (&rene, &managed), place, &newcomer(given, email), None).await
        };
        for (given, email) in [("", "a@b.example"), ("Zoé\r\nBcc: x@y.z", "a@b.example"), ("Zoé", "a@b\r\nBcc:x@y.z"), ("Zoé", "a b@c.d"), (&"x".repeat(301), "a@b.example")] {
            assert!(matches!(ask(given, email).await, Err(Refusal::Invalid(_))), "{given:?} {email:?}");
        }
        assert_eq!(world.messages().await.len(), 0, "nobody was written to");
        for (number, given) in ["O", "Ωμέγα", "محمد", "Аmélie", &"é".repeat(256)].into_iter().enumerate() {
            ask(given, &format!("one{number}@b.example")).await.expect("asked");
        }
        let mut rene = world.referent("Sonia", &[place]).await;
        let page = rene.login(&world).await;
        assert!(page.main_text().contains("محمد Martin"), "{}", page.main_text());
    }
}
