//! `/readyz` names the part that keeps requests away and nothing else; `/healthz` goes on answering.

use std::time::Duration;

use crate::world::Options;
use crate::world::World;

async fn asked(world: &World, path: &str) -> (u16, String) {
    let answer = world.http.get(world.at(path)).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

async fn becomes(world: &World, wanted: (u16, &str)) {
    let mut last = (0, String::new());
    for _ in 0..200 {
        last = asked(world, "/readyz").await;
        if (last.0, last.1.as_str()) == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{last:?} instead of {wanted:?}");
}

on_each_database! {
    async fn a_database_that_is_away_is_named_and_the_process_lives(world) {
        becomes(&world, (200, "ready\n")).await;
        world.bench.db.close().await;
        becomes(&world, (503, "not ready: database\n")).await;
        assert_eq!(asked(&world, "/healthz").await, (200, "ok\n".to_owned()));
    }
}

on_each_database_with! {
    Options { config: "ready_lag = \"1 s\"\n".to_owned(), ..Options::default() };
    async fn entries_that_wait_too_long_are_a_late_ledger(world) {
        becomes(&world, (200, "ready\n")).await;
        // Somebody else holds the lease for a while and does nothing; longer than four seconds nobody would believe.
        let (lease, span) = (procura::operations::integrate::LEASE, Duration::from_millis(3_500));
        let mut held = false;
        for _ in 0..100 {
            let mut tx = world.bench.db.begin().await.expect("a transaction");
            let now = world.bench.now();
            held = procura::storage::leases::take(&mut tx, lease, "nobody", now, span).await.expect("a lease").is_some();
            tx.commit().await.expect("a commit");
            if held {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert!(held, "the lease of an idle integrator lapses");
        crate::world::bare::write(&world.bench, 3).await;
        becomes(&world, (503, "not ready: ledger\n")).await;
        becomes(&world, (200, "ready\n")).await;
    }

    async fn keys_that_do_not_open_are_named(world) {
        becomes(&world, (200, "ready\n")).await;
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        let spoil = procura::storage::db::Sql::same("UPDATE signing_keys SET sealed = $1 WHERE purpose = 'ledger'");
        tx.query(spoil).bind(vec![0_u8; 64]).execute().await.expect("spoilt");
        tx.commit().await.expect("a commit");
        // The keys in use are read again within five seconds.
        world.clock.advance(Duration::from_secs(10));
        becomes(&world, (503, "not ready: keys\n")).await;
        assert_eq!(asked(&world, "/healthz").await, (200, "ok\n".to_owned()));
    }
}
