//! Persons and aidants are found by keyed hashes of their names: only those meant are opened, and nobody is missed.

use std::time::Duration;

use procura::domain::person::Identification;
use procura::domain::person::Identity;
use procura::operations::bench::Bench;
use procura::operations::find_person;
use procura::operations::identify_person;
use procura::operations::identify_person::ProvenIdentity;
use procura::operations::names;
use procura::operations::read_trail;
use procura::operations::read_trail::Search;
use procura::operations::work::Line;
use procura::operations::work::Work;
use procura::operations::work::person_actor;
use procura::storage::db::Sql;

use crate::authority::actor;
use crate::authority::client;
use crate::authority::herself;
use crate::authority::key;
use crate::spaces::Scene;
use crate::spaces::service;
use crate::world::CLI;
use crate::world::bare::Bare;

fn proven(sub: usize, given: &str, family: &str, born: &str) -> ProvenIdentity {
    ProvenIdentity {
        issuer: "https://fc.example".to_owned(),
        sub: format!("sub-{sub}").into(),
        identity: Identity {
            given_name: given.to_owned().into(),
            family_name: family.to_owned().into(),
            birthdate: born.to_owned().into(),
            ..Identity::default()
        },
        identification: Identification::Eidas1,
    }
}

async fn identified(bench: &Bench, proven: &ProvenIdentity) {
    let mut work = Work::begin(bench, None).await.expect("a transaction");
    let person = identify_person::find_or_add(&mut work, proven).await.expect("a person");
    let id = person.person.id;
    let line = Line::new(identify_person::identified(proven), person_actor(id), person.data_key).person(id);
    let (recorded, _) = work.record(line).await.expect("recorded");
    recorded.commit().await.expect("committed");
}

async fn found(bench: &Bench, family: &str, born: &str) -> Vec<String> {
    let found = find_person::look_up(bench, &CLI, family, born, None).await.expect("a look");
    found.into_iter().map(|one| one.person.identity.full_name()).collect()
}

async fn count(bench: &Bench, sql: &'static str) -> i64 {
    let mut tx = bench.db.read().await.expect("a transaction");
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
}

/// The database as a release without hashes left it.
async fn unnamed(bare: &Bare) {
    for sql in [
        "DELETE FROM person_names",
        "UPDATE persons SET named = FALSE",
        "DELETE FROM account_names",
        "UPDATE accounts SET named = FALSE",
    ] {
        bare.raw(sql).await.expect(sql);
    }
}

on_each_engine! {
    async fn those_stored_before_are_found_while_a_job_goes_over_them(bare) {
        let bench = &bare.bench;
        for number in 0..130 {
            identified(bench, &proven(number, "Jeanne Marie", &format!("MESURE-{}", number % 65), "1948-04-12")).await;
        }
        unnamed(&bare).await;
        let both = ["Jeanne Marie MESURE-64", "Jeanne Marie MESURE-64"];
        assert_eq!(found(bench, "mesure 64", "12/04/1948").await, both, "before the job came");
        assert_eq!(names::index(bench).await.expect("a turn"), 100);
        assert_eq!(found(bench, "mesure 64", "12/04/1948").await, both, "and while it is under way");
        // Another process at the same time takes the others, or none.
        let other = bare.another().await;
        let (one, two) = tokio::join!(names::index(bench), names::index(&other));
        assert_eq!(one.expect("a turn") + two.expect("a turn"), 30);
        assert_eq!(names::index(bench).await.expect("a turn"), 0);
        assert_eq!(count(bench, "SELECT COUNT(*) FROM persons WHERE named = FALSE").await, 0);
        assert_eq!(found(bench, "mesure 64", "12/04/1948").await, both, "and afterwards");
        assert_eq!(found(bench, "mesure", "12/04/1948").await, Vec::<String>::new());
        assert_eq!(found(bench, "mesure 64", "13/04/1948").await, Vec::<String>::new());
    }

    async fn a_look_opens_nobody_else(bare) {
        let bench = &bare.bench;
        for (number, name) in ["LEFÈVRE", "MARTIN", "Lefevre"].into_iter().enumerate() {
            identified(bench, &proven(number, "Jeanne", name, "1948-04-12")).await;
            bare.clock.advance(Duration::from_secs(1));
        }
        // Whoever opened Martin's identity now would fail.
        bare.raw("UPDATE persons SET identity = (SELECT sealed FROM data_keys LIMIT 1)
            WHERE id = (SELECT id FROM persons ORDER BY created_at LIMIT 1 OFFSET 1)").await.expect("broken");
        assert_eq!(found(bench, "lefevre", "12/04/1948").await, ["Jeanne LEFÈVRE", "Jeanne Lefevre"]);
        find_person::look_up(bench, &CLI, "Martin", "12/04/1948", None).await.expect_err("his identity does not open");
    }

    async fn another_name_at_the_provider_is_the_one_she_is_found_by(bare) {
        let bench = &bare.bench;
        identified(bench, &proven(1, "Jeanne", "Lefèvre", "1948-04-12")).await;
        let mut now = proven(1, "Jeanne", "Lefèvre", "1948-04-12");
        now.identity.preferred_username = Some("d’Hervé".to_owned().into());
        identified(bench, &now).await;
        assert_eq!(found(bench, "D'HERVE", "12/04/1948").await, ["Jeanne Lefèvre"]);
        identified(bench, &proven(1, "Jeanne", "Durand", "1948-04-12")).await;
        assert_eq!(found(bench, "Durand", "12/04/1948").await, ["Jeanne Durand"]);
        for former in ["D'HERVE", "Lefèvre"] {
            assert_eq!(found(bench, former, "12/04/1948").await, Vec::<String>::new(), "{former}");
        }
        assert_eq!(count(bench, "SELECT COUNT(*) FROM person_names").await, 3, "name; with birth date; with given name");
    }
}

on_each_database! {
    async fn an_authority_finds_by_any_of_the_names_and_within_its_competence(world) {
        let mut scene = Scene::set(world).await;
        service(&scene.world, "impots", "Service des impôts").await;
        scene.act("social").await;
        let national = scene.world.authority("Claire", &[]).await;
        let caf = scene.world.authority("Denis", &[client("caf")]).await;
        let other = scene.world.authority("Farid", &[client("impots")]).await;
        let (national, caf, other) =
            (actor(&scene.world, &national).await, actor(&scene.world, &caf).await, actor(&scene.world, &other).await);
        let bench = &scene.world.bench;
        let jeanne = herself(&scene.world).await.person;
        let given = jeanne.identity.given_name.show().split_whitespace().next().unwrap_or_default().to_owned();
        for typed in ["lefevre", &format!("{given} LEFÈVRE"), &format!("Lefèvre {given} 12/04/1948")] {
            let search = Search { person: typed.to_owned(), ..Search::default() };
            for agent in [&national, &caf] {
                let query = read_trail::resolve(bench, agent, &search).await.expect(typed);
                assert_eq!(query.person, Some(jeanne.id), "{typed}");
            }
            assert_eq!(key(read_trail::resolve(bench, &other, &search).await), "authority-person-unknown", "{typed}");
        }
        for typed in ["Lefe", "Lefèvre Paul", "Lefèvre 13/04/1948", &given] {
            let search = Search { person: typed.to_owned(), ..Search::default() };
            assert_eq!(key(read_trail::resolve(bench, &national, &search).await), "authority-person-unknown", "{typed}");
        }
        let aidant = |typed: &str| Search { aidant: typed.to_owned(), ..Search::default() };
        let one = read_trail::resolve(bench, &national, &aidant("durand AMELIE")).await.expect("her");
        assert_eq!(one.account, Some(scene.aidant.account));
        scene.world.aidant("Amelie").await;
        assert_eq!(key(read_trail::resolve(bench, &national, &aidant("Amélie Durand")).await), "authority-aidant-several");
    }
}
