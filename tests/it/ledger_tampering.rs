//! Somebody with all rights on the database changes a row: the audit says so, and says where.

use std::time::Duration;

use procura::domain::mandate::MandateDuration;
use procura::domain::theme::Theme;
use procura::ledger::audit::Break;
use procura::ledger::bundle::Bundles;
use procura::ledger::verify::verify;
use procura::operations::ask_person::Way;
use procura::operations::audit_ledger;
use procura::operations::audit_ledger::Finding;
use procura::operations::bench::Bench;
use procura::operations::current;
use procura::operations::draw_up_mandate::Draft;
use procura::operations::draw_up_mandate::draw_up;
use procura::operations::keys;
use procura::operations::prove;
use procura::storage::db::Sql;

use crate::world::Engine;
use crate::world::bare::Bare;

/// What the owner of the tables says before changing what nobody may change.
pub(crate) fn unlock(engine: Engine) -> String {
    match engine {
        Engine::Postgres => "SET session_replication_role = replica;".to_owned(),
        Engine::Sqlite => {
            let triggers = [
                "ledger_entries_no_update",
                "ledger_entries_no_delete",
                "ledger_sequence_no_update",
                "ledger_sequence_no_delete",
                "ledger_tiles_no_update",
                "ledger_tiles_no_delete",
                "ledger_checkpoints_no_update",
                "ledger_checkpoints_no_delete",
                "entry_refs_sealed_once",
                "entry_refs_named_once",
                "entry_refs_kept",
            ];
            let drops: Vec<String> =
                triggers.iter().map(|name| format!("DROP TRIGGER IF EXISTS {name};")).collect();
            format!("PRAGMA foreign_keys = OFF;{}", drops.concat())
        }
    }
}

async fn altered(engine: Engine, sql: &str) -> Vec<Finding> {
    let bare = Bare::open(engine).await;
    bare.write(300).await;
    bare.integrate().await;
    bare.write(3).await;
    bare.integrate().await;
    assert_eq!(bare.findings().await, []);
    let unlock = unlock(engine);
    bare.raw(&format!("{unlock}{sql}")).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    bare.findings().await
}

async fn each_is_found(engine: Engine) {
    let at = |index: u32| format!("(SELECT entry FROM ledger_sequence WHERE idx = {index})");
    type Holds = fn(&Finding) -> bool;
    let cases: Vec<(String, Holds)> = vec![
        (
            format!("UPDATE ledger_entries SET leaf = (SELECT leaf FROM ledger_entries WHERE id = {}) WHERE id = {}", at(9), at(20)),
            |finding| matches!(finding, Finding::Tree(Break::LeafHash { index: 20 })),
        ),
        (
            format!("UPDATE ledger_entries SET at = '2020-02-03T04:05:06.000000Z' WHERE id = {}", at(20)),
            |finding| matches!(finding, Finding::Tree(Break::LeafHash { index: 20 })),
        ),
        ("DELETE FROM ledger_sequence WHERE idx = 30".to_owned(), |finding| {
            matches!(finding, Finding::Tree(Break::Gap { expected: 30, found: 31 }))
        }),
        ("DELETE FROM ledger_sequence WHERE idx > 300".to_owned(), |finding| {
            matches!(finding, Finding::Tree(Break::Short { .. }))
        }),
        ("DELETE FROM ledger_sequence WHERE idx > 300".to_owned(), |finding| matches!(finding, Finding::Lost(_))),
        ("DELETE FROM ledger_tiles WHERE level = 0".to_owned(), |finding| {
            matches!(finding, Finding::Tree(Break::Tile(_)))
        }),
        (
            "UPDATE ledger_tiles SET data = (SELECT root FROM ledger_checkpoints ORDER BY size LIMIT 1) WHERE level = 1".to_owned(),
            |finding| matches!(finding, Finding::Tree(Break::Tile(_))),
        ),
        (
            "DELETE FROM ledger_checkpoints WHERE size = (SELECT MAX(size) FROM ledger_checkpoints)".to_owned(),
            |finding| matches!(finding, Finding::Unsigned { .. }),
        ),
        (
            "UPDATE ledger_checkpoints SET root = (SELECT leaf FROM ledger_entries LIMIT 1)".to_owned(),
            |finding| matches!(finding, Finding::Checkpoint(_)),
        ),
        (
            format!(
                "UPDATE entry_refs SET sealed = (SELECT sealed FROM entry_refs WHERE entry = {}) WHERE entry = {}",
                at(9),
                at(20)
            ),
            |finding| matches!(finding, Finding::Payload(_)),
        ),
        (format!("UPDATE entry_refs SET kind = 'client.disabled' WHERE entry = {}", at(20)), |finding| {
            matches!(finding, Finding::Filed(_))
        }),
        (format!("UPDATE entry_refs SET at = '2020-02-03T04:05:06.000000Z' WHERE entry = {}", at(20)), |finding| {
            matches!(finding, Finding::Filed(_))
        }),
        (format!("DELETE FROM entry_refs WHERE entry = {}", at(20)), |finding| matches!(finding, Finding::Filed(_))),
    ];
    for (sql, holds) in cases {
        let findings = altered(engine, &sql).await;
        assert!(findings.iter().any(holds), "{sql}: {findings:?}");
    }
}

/// Several pages of the audit, and in their middle lines of a clock that ran ahead: written first, placed later than their time.
async fn many_with_a_clock_that_ran_ahead(engine: Engine) {
    const HOUR: Duration = Duration::from_secs(3_600);
    let bare = Bare::open(engine).await;
    bare.write(4_500).await;
    bare.clock.advance(HOUR);
    let ahead = bare.write(300).await;
    let placed = bare.integrate().await;
    bare.clock.set_back(HOUR);
    let after = bare.write(4_500).await;
    bare.clock.advance(HOUR);
    assert!(bare.integrate().await > placed && after[0] < ahead[0], "later in the tree, earlier by its time");
    assert_eq!(bare.findings().await, []);
    let (one, other) = (placed - 150, placed + 4_000);
    let unlock = unlock(engine);
    for index in [one, other] {
        let sql = format!(
            "{unlock}UPDATE ledger_entries SET leaf = (SELECT leaf FROM ledger_entries WHERE id = (SELECT entry FROM ledger_sequence
               WHERE idx = 7)) WHERE id = (SELECT entry FROM ledger_sequence WHERE idx = {index})"
        );
        bare.raw(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let named: Vec<u64> = bare
        .findings()
        .await
        .iter()
        .filter_map(|finding| match finding {
            Finding::Tree(Break::LeafHash { index }) => Some(*index),
            _ => None,
        })
        .collect();
    assert_eq!(named, [one, other]);
    let gone = format!(
        "{unlock}DELETE FROM ledger_entries WHERE id = (SELECT entry FROM ledger_sequence WHERE idx = {other})"
    );
    bare.raw(&gone).await.expect("it is gone");
    let findings = bare.findings().await;
    let gap = Finding::Tree(Break::Gap { expected: other, found: other + 1 });
    assert!(findings.contains(&gap), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaves_are_named_over_pages_and_a_clock_that_ran_ahead_sqlite() {
    many_with_a_clock_that_ran_ahead(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaves_are_named_over_pages_and_a_clock_that_ran_ahead_postgres() {
    many_with_a_clock_that_ran_ahead(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_alteration_is_found_sqlite() {
    each_is_found(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_alteration_is_found_postgres() {
    each_is_found(Engine::Postgres).await;
}

on_each_engine! {
    async fn a_proof_asks_for_the_unfinished_tiles_of_a_tree_once(bare) {
        let ids = bare.write(300).await;
        bare.integrate().await;
        let (line, another) = (ids[280], ids[282]);
        let holds = async |bench: &Bench, id| {
            let bundles = Bundles::new(prove::bundle(bench, &[id]).await.expect("a bundle"));
            let key = keys::ledger_verifier(bench).await.expect("a key");
            verify(&serde_json::to_vec(&bundles).expect("json"), &key).is_ok()
        };
        assert!(holds(&bare.bench, line).await);
        let at = |order: &str| format!("(SELECT entry FROM ledger_sequence ORDER BY idx {order} LIMIT 1)");
        let (first, last) = (at("ASC"), at("DESC"));
        let altered = format!(
            "{}UPDATE ledger_entries SET leaf = (SELECT leaf FROM ledger_entries WHERE id = {first}) WHERE id = {last}",
            unlock(bare.engine)
        );
        bare.raw(&altered).await.expect("altered");
        assert!(holds(&bare.bench, another).await, "the tile was read before");
        let fresh = bare.another().await;
        assert!(!holds(&fresh, another).await, "a gateway that reads it now gives what does not verify");
        assert_ne!(bare.findings().await, [], "and the audit says so");
    }
}

on_each_database! {
    async fn a_mandate_that_claims_other_lines_than_it_has_is_found(world) {
        let aidant = world.aidant("Amélie").await;
        let now = world.bench.now();
        let actor = current::aidant(&world.bench, aidant.account, aidant.habilitations[0], Some(now)).await;
        let draft = Draft {
            themes: Theme::ALL.iter().copied().take(1).collect(),
            duration: MandateDuration::ALL[0],
            way: Way::Present, renews: None
        };
        let actor = actor.expect("readable").expect("an aidant");
        draw_up(&world.bench, &actor, &draft, None).await.expect("a draft");
        let audit = async || audit_ledger::audit(&world.bench, true, &mut |_, _| {}).await.expect("an audit");
        let report = audit().await;
        assert_eq!(report.findings, []);
        assert_eq!(report.payloads.expect("opened").mandates, 1);
        for (alter, mend) in [
            ("UPDATE mandates SET chain_n = chain_n + 1", "UPDATE mandates SET chain_n = chain_n - 1"),
            ("UPDATE mandates SET chain_n = chain_n - 1", "UPDATE mandates SET chain_n = chain_n + 1"),
            (
                "UPDATE mandates SET chain_head = (SELECT leaf FROM ledger_entries ORDER BY id LIMIT 1)",
                "UPDATE mandates SET chain_n = chain_n",
            ),
        ] {
            for (sql, whole) in [(alter, false), (mend, true)] {
                let mut tx = world.bench.db.begin().await.expect("a transaction");
                tx.query(Sql::same(sql)).execute().await.expect("altered");
                tx.commit().await.expect("a commit");
                let broken = audit().await.findings.iter().any(|finding| matches!(finding, Finding::Chain { .. }));
                assert_eq!(broken, !whole || sql.ends_with("= chain_n"), "{sql}");
            }
        }
    }
}
