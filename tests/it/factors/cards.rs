//! Cards: imported all or nothing, given by number, taken into use by a code, followed, and put out of use.

use std::time::Duration;

use procura::crypto::second_factor::TotpSecret;
use procura::domain::factor::FactorChange;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::cards;
use procura::operations::cards::Imported;
use procura::operations::current;
use procura::operations::give_card;

use crate::factors::send;
use crate::factors::told;
use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

async fn stock(world: &World, serials: &[&str]) {
    let lines: String = serials.iter().map(|serial| format!("{serial},{SECRET}\n")).collect();
    let done = cards::import(&world.bench, &CLI, lines.as_bytes(), None).await.expect("an import");
    assert_eq!(done, Imported::All(serials.len()));
}

/// What a card whose clock is this many steps ahead shows now.
fn shown(world: &World, ahead: i64) -> String {
    let secret = TotpSecret::from_base32(SECRET).expect("base32");
    secret.code_at(Instant::from_seconds(world.clock.now().seconds() + 30 * ahead))
}

async fn give(
    world: &World,
    rose: &mut Professional,
    to: &Professional,
    serial: &str,
) -> procura::demo::browser::page::Page {
    let page = rose.get(world, &format!("/referent/aidants/{}/carte", to.account)).await;
    send(rose, &page, &[("serial", serial)]).await
}

on_each_database! {
    async fn an_import_is_whole_or_nothing(world) {
        let mut olga = world.operator("Olga").await;
        olga.login(&world).await;
        let page = olga.get(&world, "/operateur/cartes").await;
        let lines = format!("serial,secret_base32\nGI-001,{SECRET}\nGI-002,nonsense\nGI-001,{SECRET}\n");
        let bad = send(&mut olga, &page, &[("lines", &lines)]).await;
        assert_eq!(bad.status.as_u16(), 422);
        let words = bad.main_text();
        assert!(words.contains("2 lignes ne vont pas") && words.contains("Ligne 3 (carte GI002)"), "{words}");
        assert!(!bad.html.contains(SECRET), "a secret is not shown again");
        assert_eq!(world.count("card.imported").await, 0);
        let good = send(&mut olga, &bad, &[("lines", &format!("GI-001,{SECRET}\nGI-002,{SECRET}\n"))]).await;
        assert!(good.main_text().contains("2 cartes ont été ajoutées"), "{}", good.main_text());
        let again = send(&mut olga, &good, &[("lines", &format!("GI-003,{SECRET}\ngi 002,{SECRET}\n"))]).await;
        assert!(again.main_text().contains("déjà connu"), "{}", again.main_text());
        assert_eq!(world.count("card.imported").await, 1);
        let list = olga.get(&world, "/operateur/cartes?etat=stock").await;
        assert_eq!(list.all_words("tbody tr").len(), 2);
        assert!(!list.html.contains(SECRET));
        let form = list.form_to("/operateur/cartes/retrait").expect("a form").with(&[("serial", "GI-002")]).expect("a field");
        let form = form.press("why", "broken").expect("a button");
        let after = olga.browser.submit(&form).await.expect("a page");
        assert!(after.main_text().contains("Cassée : 1"), "{}", after.main_text());
    }

    async fn a_drifting_card_is_given_validated_and_followed(world) {
        stock(&world, &["GI-001"]).await;
        let mut amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        rose.login(&world).await;
        let page = give(&world, &mut rose, &amelie, "gi 001").await;
        assert!(page.main_text().contains("Carte GI001") && page.main_text().contains("Amélie Durand"), "{}", page.main_text());
        assert!(!page.html.contains(SECRET));
        let unused = shown(&world, -6);
        amelie.ask_for_link(&world, &unused).await;
        assert!(world.login_link(&amelie.email).await.is_none(), "not before its first code");
        let wrong = send(&mut rose, &page, &[("otp", "000000")]).await;
        assert_eq!(wrong.status.as_u16(), 422);
        let code = shown(&world, -6);
        let done = send(&mut rose, &wrong, &[("otp", &code)]).await;
        assert!(done.main_text().contains("En service"), "{}", done.main_text());
        assert_eq!(told(&world, &amelie.email).await, [FactorChange::Given, FactorChange::Added]);
        world.clock.advance(Duration::from_secs(60));
        let code = shown(&world, -7);
        amelie.ask_for_link(&world, &code).await;
        let link = world.login_link(&amelie.email).await.expect("a link: the drift is known");
        assert_eq!(amelie.use_link(&link).await.url.path(), "/aidant");
        for steps in 1..=6 {
            world.clock.advance(Duration::from_secs(3_600));
            let before = world.messages().await.len();
            amelie.browser = world.browser();
            let code = shown(&world, -7 - steps);
            amelie.ask_for_link(&world, &code).await;
            assert_eq!(world.messages().await.len(), before + 1, "followed at {steps} more");
        }
    }

    async fn a_lost_card_never_works_again(world) {
        stock(&world, &["GI-001"]).await;
        let mut amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        rose.login(&world).await;
        let page = give(&world, &mut rose, &amelie, "GI-001").await;
        let code = shown(&world, 0);
        let list = send(&mut rose, &page, &[("otp", &code)]).await;
        let form = list.form_to("/fin").expect("a form").press("why", "lost").expect("a button");
        let after = rose.browser.submit(&form).await.expect("a page");
        assert!(after.main_text().contains("Aucune carte en service"), "{}", after.main_text());
        world.clock.advance(Duration::from_secs(60));
        let code = shown(&world, 0);
        amelie.ask_for_link(&world, &code).await;
        assert!(world.login_link(&amelie.email).await.is_none());
        let again = give(&world, &mut rose, &amelie, "GI-001").await;
        assert!(again.main_text().contains("n’est plus en stock"), "{}", again.main_text());
        let unknown = give(&world, &mut rose, &amelie, "GI-999").await;
        assert!(unknown.main_text().contains("Aucune carte ne porte ce numéro"), "{}", unknown.main_text());
        assert_eq!(world.count("factor.removed").await, 1);
    }

    async fn one_card_given_to_two_at_once_goes_to_one(world) {
        stock(&world, &["GI-001"]).await;
        let organisation = world.organisation("CCAS de Dijon").await;
        let one = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        let two = world.aidant_in("Zoé", &[(organisation, world.next_year())]).await;
        let rose = world.referent("Rose", &[organisation]).await;
        let (actor, own) = current::referent(&world.bench, rose.account, None).await.expect("a look").expect("her");
        let hand = |id| give_card::give(&world.bench, (&actor, &own), id, "GI-001", None);
        let (first, second) = tokio::join!(hand(one.account), hand(two.account));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        assert_eq!(world.count("factor.given").await, 1);
    }

    async fn a_referent_reaches_her_own_aidants_only(world) {
        stock(&world, &["GI-001"]).await;
        let amelie = world.aidant("Amélie").await;
        let elsewhere = world.organisation("CCAS de Dole").await;
        let mut rose = world.referent("Rose", &[elsewhere]).await;
        rose.login(&world).await;
        for path in ["carte", "reinitialiser"] {
            let url = world.at(&format!("/referent/aidants/{}/{path}", amelie.account));
            assert_eq!(rose.browser.get(&url).await.expect("a page").status.as_u16(), 404, "{path}");
            let fields = [("serial", "GI-001"), ("reason", "x")];
            assert_eq!(rose.browser.post_from(&url, &url, &fields).await.expect("a page").status.as_u16(), 404, "{path}");
        }
        assert_eq!(world.count("factor.given").await + world.count("factor.reset_requested").await, 0);
    }

    async fn guessing_the_code_of_a_card_is_slowed_down(world) {
        stock(&world, &["GI-001"]).await;
        let amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        rose.login(&world).await;
        let mut page = give(&world, &mut rose, &amelie, "GI-001").await;
        for _ in 0..5 {
            page = send(&mut rose, &page, &[("otp", "000000")]).await;
        }
        let code = shown(&world, 0);
        let locked = send(&mut rose, &page, &[("otp", &code)]).await;
        assert!(locked.main_text().contains("Trop d’essais avec cette carte"), "{}", locked.main_text());
    }
}
