//! Everything lost: one asks, another one confirms, she enrols anew, and nothing of before opens anything.

use std::time::Duration;

use procura::demo::browser::page::Page;
use procura::domain::account::Role;
use procura::domain::factor::FactorChange;

use crate::factors::below;
use crate::factors::enter;
use crate::factors::mailed_link;
use crate::factors::make_key;
use crate::factors::named;
use crate::factors::send;
use crate::factors::start;
use crate::factors::told;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

async fn ask(world: &World, rose: &mut Professional, about: &Professional, reason: &str) -> Page {
    let page = rose.get(world, &format!("/referent/aidants/{}/reinitialiser", about.account)).await;
    send(rose, &page, &[("reason", reason)]).await
}

async fn answer(olga: &mut Professional, world: &World, what: &str) -> Page {
    let page = olga.get(world, "/operateur/reinitialisations").await;
    let form = page.form_to(what).expect("the button");
    olga.browser.submit(&form).await.expect("a page")
}

fn alone() -> Options {
    Options { config: "[operators]\ntwo_persons = false\n".to_owned(), ..Options::default() }
}

on_each_database_with! { named();
    async fn referent_asks_operator_confirms_and_she_enrols_anew(world) {
        let mut amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        let mut olga = world.operator("Olga").await;
        amelie.login(&world).await;
        rose.login(&world).await;
        olga.login(&world).await;
        let silent = ask(&world, &mut rose, &amelie, "  ").await;
        assert_eq!(silent.status.as_u16(), 422);
        let asked = ask(&world, &mut rose, &amelie, "Téléphone volé").await;
        assert!(asked.main_text().contains("attend déjà"), "{}", asked.main_text());
        assert_eq!(told(&world, &amelie.email).await, [FactorChange::ResetAsked]);
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant", "nothing has happened yet");
        let page = olga.get(&world, "/operateur/reinitialisations").await;
        assert!(page.main_text().contains("Téléphone volé") && page.main_text().contains("Rose Durand"), "{}", page.main_text());
        let after = answer(&mut olga, &world, "/confirmer").await;
        assert!(after.main_text().contains("Aucune demande"), "{}", after.main_text());
        assert_eq!(amelie.get(&world, "/aidant").await.url.path(), "/aidant/connexion", "her session is over");
        let code = amelie.code(&world);
        amelie.browser = world.browser();
        let before = world.messages().await.len();
        amelie.ask_for_link(&world, &code).await;
        assert_eq!(world.messages().await.len(), before, "the old factor opens nothing");
        let link = mailed_link(&world, &amelie.email).await.expect("the link of the recovery");
        let mut browser = world.browser();
        assert_eq!(browser.get(&link).await.expect("a page").h1(), "Retrouvez votre compte");
        start(&mut browser, &link).await;
        let (mut soft, done) = make_key(&world, &mut browser, &below(&link, "/cle")).await;
        assert_eq!(done.h1(), "Votre compte est actif");
        let saying = world.saying();
        let page = enter(&world, &mut browser, "/aidant", &mut soft, &saying).await;
        assert_eq!(page.url.path(), "/aidant", "{}", page.main_text());
        let kinds = world.kinds().await;
        let order: Vec<&str> = kinds.iter().map(String::as_str).filter(|kind| kind.starts_with("factor.")).collect();
        let end = &order[order.len() - 3..];
        assert_eq!(end, ["factor.reset_requested", "factor.reset", "factor.enrolled"]);
    }

    async fn nobody_is_both_and_nobody_answers_for_herself(world) {
        let amelie = world.aidant("Amélie").await;
        let mut olga = world.operator("Olga").await;
        let mut second = world.operator("Paul").await;
        olga.login(&world).await;
        let form = olga.get(&world, "/operateur/reinitialisations/nouvelle").await;
        let own = [("role", "operator"), ("email", olga.email.as_str()), ("reason", "x")].map(|(a, b)| (a, b.to_owned()));
        let own: Vec<(&str, &str)> = own.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let refused = send(&mut olga, &form, &own).await;
        assert!(refused.main_text().contains("son propre compte"), "{}", refused.main_text());
        let hers = [("role", "aidant"), ("email", amelie.email.as_str()), ("reason", "Tout perdu")];
        let list = send(&mut olga, &form, &hers).await;
        assert!(list.main_text().contains("Une autre personne doit confirmer"), "{}", list.main_text());
        let refuse = list.form_to("/refuser").expect("a form").action().clone();
        let confirm = world.at(&refuse.path().replace("/refuser", "/confirmer"));
        let forced = olga.browser.post_from(&confirm, &confirm, &[]).await.expect("a page");
        assert_eq!(forced.status.as_u16(), 409);
        assert_eq!((world.count("factor.reset").await, world.count("factor.reset!").await), (0, 1));
        let twice = send(&mut olga, &form, &hers).await;
        assert!(twice.main_text().contains("attend déjà"), "{}", twice.main_text());
        second.login(&world).await;
        let done = answer(&mut second, &world, "/refuser").await;
        assert!(done.main_text().contains("Aucune demande"));
        let late = second.browser.post_from(&confirm, &confirm, &[]).await.expect("a page");
        assert_eq!(late.status.as_u16(), 409, "answered already");
        assert_eq!(world.count("factor.reset_refused").await, 1);
    }

    async fn a_referent_and_an_operator_of_one_address_are_one_person(world) {
        let amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        let invited = crate::factors::invited(&world, Role::Operator, "Rosalie", None).await;
        let same = rose.email.clone();
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        let row = procura::storage::accounts::find(&mut tx, invited.account).await.expect("a look").expect("the account");
        let key = procura::operations::data_keys::require(&world.bench, &mut tx, row.data_key).await.expect("a key");
        let who = procura::domain::account::Professional {
            given_name: "Rose".to_owned().into(), family_name: "Durand".to_owned().into(), email: same.into(),
        };
        let sealed = key.seal(procura::operations::actors::PROFESSIONAL_LABEL, &serde_json::to_vec(&who).expect("json"), world.bench.random.as_ref()).expect("sealed");
        tx.query(procura::storage::db::Sql::same("UPDATE accounts SET professional = $2 WHERE id = $1"))
            .bind(invited.account).bind(sealed).execute().await.expect("a change");
        tx.commit().await.expect("a commit");
        rose.login(&world).await;
        ask(&world, &mut rose, &amelie, "Tout perdu").await;
        let mut browser = world.browser();
        start(&mut browser, &invited.link).await;
        let (mut soft, _) = make_key(&world, &mut browser, &below(&invited.link, "/cle")).await;
        let saying = world.saying();
        enter(&world, &mut browser, "/operateur", &mut soft, &saying).await;
        let page = browser.get(&world.at("/operateur/reinitialisations")).await.expect("a page");
        assert!(page.main_text().contains("Une autre personne doit confirmer"), "{}", page.main_text());
        let path = page.form_to("/refuser").expect("a form").action().path().replace("/refuser", "/confirmer");
        let confirm = world.at(&path);
        let forced = browser.post_from(&confirm, &confirm, &[]).await.expect("a page");
        assert_eq!((forced.status.as_u16(), world.count("factor.reset").await), (409, 0));
    }

    async fn what_cannot_be_undone_asks_for_a_fresh_factor(world) {
        let amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        let mut olga = world.operator("Olga").await;
        rose.login(&world).await;
        olga.login(&world).await;
        ask(&world, &mut rose, &amelie, "Tout perdu").await;
        world.clock.advance(Duration::from_secs(16 * 60));
        let page = answer(&mut olga, &world, "/confirmer").await;
        assert_eq!(page.url.path(), "/operateur/second-facteur");
        assert_eq!(world.count("factor.reset").await, 0);
        let back = olga.second_factor(&world, &page).await;
        assert_eq!(back.url.path(), "/operateur/reinitialisations", "{}", back.main_text());
        answer(&mut olga, &world, "/confirmer").await;
        assert_eq!(world.count("factor.reset").await, 1);
        let page = ask(&world, &mut rose, &amelie, "Encore").await;
        assert_eq!(page.url.path(), "/referent/second-facteur");
    }
}

on_each_database_with! { alone();
    async fn one_person_is_enough_where_it_is_so_configured(world) {
        let amelie = world.aidant("Amélie").await;
        let mut rose = world.referent("Rose", &amelie.organisations).await;
        rose.login(&world).await;
        let page = ask(&world, &mut rose, &amelie, "Téléphone volé").await;
        assert!(page.main_text().contains("est faite"), "{}", page.main_text());
        assert_eq!(world.count("factor.reset").await, 1);
        assert!(mailed_link(&world, &amelie.email).await.is_some());
    }
}
