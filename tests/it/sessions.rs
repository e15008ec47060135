//! Sessions: sealed, found by a hash, ended by idleness and by age, one kind of actor never another.

use std::time::Duration;

use procura::storage::db::Sql;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::SqliteConnection;

use crate::world::Engine;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);
/// Of PostgreSQL's connections, those that have been idle for a while are tried before they are used.
const ROUNDS: usize = 20;

/// Takes the database away from the gateway: on SQLite for as long as what is given lives, on PostgreSQL once, from each of its
/// connections.
async fn cut_off(world: &World) -> Option<SqliteConnection> {
    if world.engine == Engine::Sqlite {
        let file = format!("sqlite://{}", world.directory.path().join("procura.db").display());
        let mut other = SqliteConnection::connect(&file).await.expect("the file");
        other.execute("BEGIN IMMEDIATE").await.expect("the one place of a writer");
        return Some(other);
    }
    let mut used = Vec::new();
    for _ in 0..6 {
        let mut tx = world.bench.db.look().await.expect("a connection");
        tx.query(Sql::same("SELECT count(*) FROM sessions")).fetch_all::<(i64,)>().await.expect("sessions");
        used.push(tx);
    }
    let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let mut last = used.pop().expect("a connection");
    drop(used);
    last.query(Sql::same(all)).fetch_all::<(bool,)>().await.expect("terminated");
    None
}

on_each_database! {
    async fn a_session_ends_when_idle_for_an_hour(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        for _ in 0..3 {
            world.clock.advance(59 * MINUTE);
            assert_eq!(aidant.get(&world, "/aidant/structure").await.url.path(), "/aidant/structure");
        }
        world.clock.advance(61 * MINUTE);
        let page = aidant.get(&world, "/aidant/structure?x=1").await;
        assert_eq!(page.url.path(), "/aidant/connexion");
        assert_eq!(page.url.query(), Some("suite=%2Faidant%2Fstructure%3Fx%3D1"));
    }

    async fn a_session_ends_after_twelve_hours_of_work(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        for _ in 0..17 {
            world.clock.advance(42 * MINUTE);
            assert_eq!(aidant.get(&world, "/aidant/structure").await.url.path(), "/aidant/structure");
        }
        world.clock.advance(10 * MINUTE);
        assert_eq!(aidant.get(&world, "/aidant/structure").await.url.path(), "/aidant/connexion");
    }

    async fn neither_id_nor_content_stands_in_the_database(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let id = aidant.browser.cookies().value("procura_aidant").expect("a session cookie").to_owned();
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let rows: Vec<(Vec<u8>, Vec<u8>)> =
            tx.query(Sql::same("SELECT id_hash, sealed FROM sessions")).fetch_all().await.expect("sessions");
        assert!(!rows.is_empty());
        let raw = procura::crypto::hash::unb64(&id).expect("an id in base64url");
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        for (hash, sealed) in rows {
            assert_ne!(hash, procura::crypto::hash::sha256(id.as_bytes()));
            for part in [id.as_bytes(), &raw, aidant.account.to_string().as_bytes(), b"logged_in"] {
                assert!(!holds(&hash, part) && !holds(&sealed, part));
            }
        }
    }

    async fn a_session_id_known_before_the_login_opens_nothing_after_it(world) {
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        let before = aidant.browser.cookies().value("procura_aidant").expect("an anonymous session").to_owned();
        aidant.use_link(&link).await;
        let after = aidant.browser.cookies().value("procura_aidant").expect("a session").to_owned();
        assert_ne!(before, after);
        let mut thief = world.browser();
        thief.cookies_mut().plant("127.0.0.1", "procura_aidant", &before);
        assert_eq!(thief.get(&world.at("/aidant/structure")).await.expect("a page").url.path(), "/aidant/connexion");
        let mut thief = world.browser();
        thief.cookies_mut().plant("127.0.0.1", "procura_aidant", &after);
        assert_eq!(thief.get(&world.at("/aidant/structure")).await.expect("a page").url.path(), "/aidant/structure");
    }

    async fn one_kind_of_session_never_opens_as_another(world) {
        let mut operator = world.operator("Claire").await;
        operator.login(&world).await;
        let id = operator.browser.cookies().value("procura_operator").expect("a session").to_owned();
        let mut other = world.browser();
        for name in ["procura_aidant", "procura_person", "procura_referent", "procura_authority", "procura_consent"] {
            other.cookies_mut().plant("127.0.0.1", name, &id);
        }
        for path in ["/aidant/structure", "/aidant/second-facteur"] {
            assert_eq!(other.get(&world.at(path)).await.expect("a page").url.path(), "/aidant/connexion", "{path}");
        }
    }

    async fn logging_out_ends_the_session_for_whoever_kept_its_id(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let id = aidant.browser.cookies().value("procura_aidant").expect("a session").to_owned();
        let page = aidant.get(&world, "/aidant/structure").await;
        let leave = page.form_to("/aidant/deconnexion").expect("the logout form");
        let page = aidant.browser.submit(&leave).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/connexion");
        assert_eq!(aidant.browser.cookies().value("procura_aidant"), None);
        let mut thief = world.browser();
        thief.cookies_mut().plant("127.0.0.1", "procura_aidant", &id);
        assert_eq!(thief.get(&world.at("/aidant/structure")).await.expect("a page").url.path(), "/aidant/connexion");
    }

    async fn a_database_that_is_away_for_a_moment_is_told_as_passing(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let mut told = None;
        for _ in 0..ROUNDS {
            // After a while the session's use is written down.
            world.clock.advance(2 * MINUTE);
            let held = cut_off(&world).await;
            let page = aidant.get(&world, "/aidant/structure").await;
            drop(held);
            assert!(matches!(page.status.as_u16(), 200 | 503), "{page:?}: {}", page.text());
            if page.status == 503 {
                told = Some(page);
                break;
            }
        }
        let page = told.expect("a page that was asked for while the database was away");
        assert_eq!(page.h1(), "Un service ne répond pas");
        let mut page = page;
        for _ in 0..ROUNDS {
            page = aidant.get(&world, "/aidant/structure").await;
            if page.status != 503 {
                break;
            }
        }
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/aidant/structure"), "the session goes on");
    }
}
