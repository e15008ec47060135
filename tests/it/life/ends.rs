//! The end at the second, the notices before it, and several mandates ended together.

use std::time::Duration;

use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::expire_mandates::expire_overdue;
use procura::operations::notify_ends::notify_ends;
use procura::storage::db::Sql;
use procura::storage::mandates;

use crate::consent::approved;
use crate::consent::status;
use crate::life::acted;
use crate::life::chain;
use crate::races::Race;
use crate::spaces::Scene;
use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

async fn until(world: &World, id: procura::domain::ids::MandateId) -> Instant {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let stored = mandates::find(&mut tx, id).await.expect("a read").expect("the mandate");
    stored.mandate.consent().expect("a consent").validity.until
}

fn advance_to(world: &World, at: Instant) {
    world.clock.advance(at.since(world.clock.now()));
}

async fn notices(world: &World) -> Vec<u16> {
    let days = |body: &MessageBody| match body {
        MessageBody::MandateEndsSoon { days, .. } => Some(*days),
        _ => None,
    };
    world.messages().await.iter().filter_map(|message| days(&message.body)).collect()
}

on_each_database! {
    async fn it_can_be_used_to_the_last_second_and_not_after(world) {
        let race = Race::set(world).await;
        let (world, id) = (&race.scene.world, race.scene.mandate.id);
        let until = until(world, id).await;
        assert_eq!(until.day().end(), until, "23:59:59 in Paris");
        let last = Instant::from_micros(until.seconds() * 1_000_000 + 999_000);
        let mandate = || async {
            let mut tx = world.bench.db.read().await.expect("a transaction");
            mandates::find(&mut tx, id).await.expect("a read").expect("the mandate").mandate
        };
        assert_eq!(mandate().await.status_at(last), MandateStatus::Active, "at 59.999");
        assert_eq!(mandate().await.status_at(last.plus(Duration::from_millis(1))), MandateStatus::Expired);
        // A second early the job writes nothing, a second late it writes one entry, however often it runs.
        advance_to(world, until.minus(Duration::from_secs(5)));
        expire_overdue(&world.bench).await.expect("a round");
        assert_eq!(world.count("mandate.expired").await, 0);
        advance_to(world, until.plus(Duration::from_secs(2)));
        assert!(race.open(race.begin().await).await.is_none(), "refused before any job has run");
        let (one, two) = tokio::join!(expire_overdue(&world.bench), expire_overdue(&world.bench));
        one.and(two).expect("two rounds");
        assert_eq!(world.count("mandate.expired").await, 1);
        chain(world, id).await;
    }

    async fn the_person_is_told_thirty_and_seven_days_ahead_each_once(world) {
        let mut scene = Scene::set(world).await;
        let short = approved(&scene.world, &mut scene.aidant, &["papiers"], "short", "jeanne").await;
        let world = &scene.world;
        let until = until(world, scene.mandate.id).await;
        notify_ends(&world.bench).await.expect("a round");
        assert_eq!(notices(world).await, Vec::<u16>::new(), "neither too early nor for a mandate of a day");
        assert_eq!(status(world, short.id).await, MandateStatus::Active);
        advance_to(world, until.minus(DAY * 30));
        for _ in 0..2 {
            let rounds = (notify_ends(&world.bench), notify_ends(&world.bench));
            let (one, two) = tokio::join!(rounds.0, rounds.1);
            one.and(two).expect("two workers at once");
        }
        assert_eq!(notices(world).await, [30]);
        // Nothing ran for a day when the next was due.
        advance_to(world, until.minus(DAY * 6));
        notify_ends(&world.bench).await.expect("a round");
        notify_ends(&world.bench).await.expect("a round");
        assert_eq!(notices(world).await, [30, 6], "late by a day, and the words say how many days are left");
        scene.aidant.login(world).await;
        let home = scene.aidant.get(world, "/aidant").await;
        assert!(home.main_text().contains("Renouveler"), "{}", home.main_text());
    }

    async fn after_a_long_outage_only_the_nearer_notice_is_given(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let until = until(world, scene.mandate.id).await;
        // The jobs of this world stand still with its clock until the jump, which is past both days.
        advance_to(world, until.minus(DAY * 3));
        notify_ends(&world.bench).await.expect("a round");
        notify_ends(&world.bench).await.expect("a round");
        assert_eq!(notices(world).await, [3]);
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT COUNT(*) FROM end_notices");
        let (marks,): (i64,) = tx.query(sql).fetch_one().await.expect("a count");
        assert_eq!(marks, 1);
    }

    async fn she_ends_everything_with_an_organisation_through_her_page(world) {
        let mut scene = Scene::set(world).await;
        let other = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let (mut person, _) = scene.person("jeanne").await;
        let page = person.get(&scene.world.at(&format!("/personne/mandats/{}", other.id))).await.expect("a page");
        let page = person.click(&page, "Tout arrêter").await.expect("the question");
        assert!(page.main_text().contains("Ces 2 mandats"), "{}", page.main_text());
        let page = person.submit(&page.form_last_in_main().expect("the button")).await.expect("a page");
        assert_eq!(page.url.path(), "/personne");
        for id in [other.id, scene.mandate.id] {
            assert_eq!(status(&scene.world, id).await, MandateStatus::Revoked);
        }
        let (mut luc, _) = scene.person("luc").await;
        let organisation = scene.aidant.organisations[0];
        let page = luc.get(&scene.world.at(&format!("/personne/structures/{organisation}/arreter"))).await.expect("a page");
        assert_eq!(page.url.path(), "/personne", "he gave none");
    }

    async fn a_referent_ends_what_a_person_gave_or_an_aidant_drew_up(world) {
        let race = acted(world).await;
        let world = &race.scene.world;
        let organisation = race.aidant.organisation.id;
        let (mut referent, elsewhere) = (world.referent("René", &[organisation]).await, world.organisation("Autre").await);
        referent.login(world).await;
        assert_eq!(referent.get(world, &format!("/referent/mandats/{elsewhere}/arreter")).await.status.as_u16(), 404);
        let path = format!("/referent/mandats/{organisation}/arreter");
        let page = referent.get(world, &path).await;
        let form = page.form_last_in_main().expect("the form");
        for fields in [
            vec![("reason", "départ")],
            vec![("what", "person"), ("family_name", ""), ("birthdate", "12/04/1948"), ("reason", "départ")],
            vec![("what", "person"), ("family_name", "Lefèvre"), ("birthdate", "hier"), ("reason", "départ")],
            vec![("what", "person"), ("family_name", "Inconnue"), ("birthdate", "12/04/1948"), ("reason", "départ")],
            vec![("what", "person"), ("family_name", "Lefèvre"), ("birthdate", "12/04/1948"), ("reason", " ")],
            vec![("what", "aidant"), ("aidant", ""), ("reason", "départ")],
        ] {
            let page = referent.browser.submit(&form.clone().with(&fields).expect("fields")).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{fields:?}: {}", page.main_text());
            assert!(!page.html.contains('⟦'), "{}", page.html);
        }
        assert_eq!(status(world, race.scene.mandate.id).await, MandateStatus::Active);
        let fields = [("what", "person"), ("family_name", "lefevre"), ("birthdate", "12/04/1948"), ("reason", "Plus suivie.")];
        let page = referent.browser.submit(&form.with(&fields).expect("fields")).await.expect("a page");
        assert!(page.h1().contains("Un mandat est arrêté"), "{}", page.main_text());
        assert_eq!(status(world, race.scene.mandate.id).await, MandateStatus::Revoked);
        let told = world.messages().await.into_iter().any(|message| matches!(message.body, MessageBody::MandateEnded { by_person: false, .. }));
        assert!(told, "she is told");
        let account = race.aidant.account.id.to_string();
        let form = referent.get(world, &path).await.form_last_in_main().expect("the form");
        let none = form.tampered(&[("what", "aidant"), ("aidant", &account), ("reason", "Départ.")]);
        let page = referent.browser.submit(&none).await.expect("a page");
        assert_eq!(page.status.as_u16(), 422, "nothing is left: {}", page.main_text());
    }

    async fn every_mandate_an_aidant_drew_up_is_ended(world) {
        let mut race = Race::set(world).await;
        let scene = &mut std::sync::Arc::get_mut(&mut race).expect("alone").scene;
        let other = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "luc").await;
        let world = &race.scene.world;
        let organisation = race.aidant.organisation.id;
        let mut referent = world.referent("René", &[organisation]).await;
        referent.login(world).await;
        let page = referent.get(world, &format!("/referent/mandats/{organisation}/arreter")).await;
        let account = race.aidant.account.id.to_string();
        let fields = [("what", "aidant"), ("aidant", account.as_str()), ("reason", "Départ.")];
        let form = page.form_last_in_main().expect("the form").with(&fields).expect("fields");
        let page = referent.browser.submit(&form).await.expect("a page");
        assert!(page.h1().contains("2 mandats"), "{}", page.main_text());
        for id in [other.id, race.scene.mandate.id] {
            assert_eq!(status(world, id).await, MandateStatus::Revoked);
            assert_eq!(chain(world, id).await.last().map(String::as_str), Some("mandate.revoked"));
        }
    }
}
