//! Signs of abuse on both sides of each threshold, noticed once, looked into by operators, read by national authorities.

use std::time::Duration;

use procura::domain::ids::ClientId;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::watch_signs;
use procura::storage::db::Sql;
use uuid::Uuid;

use crate::records::copies;
use crate::records::giver;
use crate::records::number;
use crate::spaces::Scene;

const MINUTE: Duration = Duration::from_secs(60);

async fn watch(scene: &Scene) -> usize {
    watch_signs::watch(&scene.world.bench).await.expect("a look")
}

/// Today at this hour in Paris, which lies behind the clock once that is advanced to the next day.
fn at(scene: &Scene, hours: u64) -> Instant {
    scene.world.clock.now().day().start().plus(Duration::from_secs(hours * 3_600))
}

on_each_database! {
    async fn a_burst_begins_at_its_threshold(world) {
        let scene = Scene::set(world).await;
        let who = (scene.aidant.account, scene.aidant.organisations[0]);
        let now = scene.world.clock.now();
        // The scene's own grant is the first of the hour.
        let times: Vec<Instant> = (1..7).map(|n| now.minus(n * MINUTE)).collect();
        copies(&scene.world, scene.mandate.id, who, &times).await;
        assert_eq!(watch(&scene).await, 0, "seven within the hour");
        copies(&scene.world, scene.mandate.id, who, &[now.minus(7 * MINUTE)]).await;
        assert_eq!(watch(&scene).await, 1, "eight");
        assert_eq!(watch(&scene).await, 0, "once");
        copies(&scene.world, scene.mandate.id, who, &[now.minus(8 * MINUTE)]).await;
        assert_eq!(watch(&scene).await, 0);
        assert_eq!(number(&scene.world, "SELECT count FROM signs WHERE kind = 'burst'").await, 9, "it has grown");
        assert_eq!(scene.world.count("sign.raised").await, 1);
    }

    async fn a_night_begins_at_its_threshold(world) {
        let scene = Scene::set(world).await;
        let who = (scene.aidant.account, scene.aidant.organisations[0]);
        let times = [at(&scene, 22), at(&scene, 25), at(&scene, 30)];
        scene.world.clock.advance(Duration::from_secs(24 * 3_600));
        copies(&scene.world, scene.mandate.id, who, &times[..2]).await;
        copies(&scene.world, scene.mandate.id, who, &times[2..]).await;
        assert_eq!(watch(&scene).await, 0, "six in the morning is no night");
        copies(&scene.world, scene.mandate.id, who, &[times[1].plus(MINUTE)]).await;
        assert_eq!(watch(&scene).await, 1);
    }

    async fn one_person_at_many_organisations_and_one_address_for_many(world) {
        let scene = Scene::set(world).await;
        let now = scene.world.clock.now();
        for name in ["Dole", "Beaune"] {
            let place = scene.world.organisation(name).await;
            copies(&scene.world, scene.mandate.id, (scene.aidant.account, place), &[now]).await;
        }
        assert_eq!(watch(&scene).await, 0, "three");
        let place = scene.world.organisation("Semur").await;
        copies(&scene.world, scene.mandate.id, (scene.aidant.account, place), &[now]).await;
        assert_eq!(watch(&scene).await, 1, "four");
        let jeanne = giver(&scene.world, scene.mandate.id).await;
        for n in 0..4_u128 {
            assert_eq!(watch(&scene).await, 0, "{n} persons");
            let (person, contact) = (Uuid::from_u128(100 + n), Uuid::from_u128(200 + n));
            let mut tx = scene.world.bench.db.begin().await.expect("a transaction");
            let sql = Sql::same("INSERT INTO persons (id, identity, identification, data_key, created_at)
                SELECT $1, identity, identification, data_key, created_at FROM persons WHERE id = $2");
            tx.query(sql).bind(person).bind(jeanne).execute().await.expect("a person");
            let sql = Sql::same("INSERT INTO person_contacts (id, person, kind, sealed, lookup, source, state, created_at, code_tries)
                SELECT $1, $2, kind, sealed, $3, source, state, $4, 0 FROM person_contacts WHERE person = $5 LIMIT 1");
            let query = tx.query(sql).bind(contact).bind(person).bind(vec![7_u8; 32]).bind(now).bind(jeanne);
            assert_eq!(query.execute().await.expect("a contact"), 1);
            tx.commit().await.expect("a commit");
        }
        assert_eq!(watch(&scene).await, 1, "four persons");
    }

    async fn an_operator_looks_into_it_and_a_national_authority_reads_it(world) {
        let mut scene = Scene::set(world).await;
        let who = (scene.aidant.account, scene.aidant.organisations[0]);
        let now = scene.world.clock.now();
        let times: Vec<Instant> = (1..9).map(|n| now.minus(n * MINUTE)).collect();
        copies(&scene.world, scene.mandate.id, who, &times).await;
        assert_eq!(watch(&scene).await, 1);
        let mut olga = scene.world.operator("Olga").await;
        olga.login(&scene.world).await;
        let list = olga.get(&scene.world, "/operateur/signes").await;
        assert!(list.main_text().contains("Amélie Durand") && !list.main_text().contains("Lefèvre"), "{}", list.main_text());
        let page = olga.browser.get(&list.link("/operateur/signes/").expect("the sign")).await.expect("its page");
        let form = page.form_last_in_main().expect("the form");
        let wrong = olga.browser.submit(&form).await.expect("a page");
        assert!(wrong.status.as_u16() == 422 && wrong.main_text().contains("Dites si"), "{}", wrong.main_text());
        let form = form.with(&[("status", "closed"), ("note", "Permanence du marché : expliqué.")]).expect("its fields");
        let done = olga.browser.submit(&form).await.expect("a page");
        assert!(done.main_text().contains("Permanence du marché") && done.main_text().contains("Olga Durand"), "{}", done.main_text());
        assert!(done.form_last_in_main().is_err(), "a closed sign has no form");
        let again = olga.browser.submit(&form).await.expect("a page");
        assert_eq!(again.status.as_u16(), 200);
        assert_eq!(scene.world.count("operator.sign_reviewed").await, 1);
        assert!(olga.get(&scene.world, "/operateur/signes").await.main_text().contains("Aucun signe"));
        let path = page.url.path().replace("/operateur/", "/autorite/");
        let mut alix = scene.world.authority("Alix", &[]).await;
        alix.login(&scene.world).await;
        let read = alix.get(&scene.world, &path).await;
        assert!(read.main_text().contains("Permanence du marché"), "{}", read.main_text());
        assert!(read.form_last_in_main().is_err(), "to read only");
        let mut caf = scene.world.authority("Basile", &[ClientId::parse("caf").expect("an id")]).await;
        caf.login(&scene.world).await;
        for path in ["/autorite/signes", &path] {
            assert_eq!(caf.get(&scene.world, path).await.status.as_u16(), 404, "{path}");
        }
        let stranger = scene.aidant.get(&scene.world, "/operateur/signes").await;
        assert_eq!(stranger.url.path(), "/operateur/connexion");
    }
}
