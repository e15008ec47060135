//! The ledger: dense indexes, proofs for every entry, one integrator at a time, and crashes that leave nothing behind.

use std::time::Duration;

use procura::crypto::random::SystemRandom;
use procura::domain::ids::EntryId;
use procura::domain::ids::random_bytes;
use procura::ledger::bundle::Bundles;
use procura::ledger::checkpoint::Checkpoint;
use procura::ledger::entry::Actor;
use procura::ledger::kinds::Event;
use procura::ledger::merkle::consistency_proof;
use procura::ledger::merkle::verify_consistency;
use procura::ledger::tiles::Resource;
use procura::ledger::tiles::Tile;
use procura::ledger::tiles::TileSet;
use procura::ledger::tiles::read_entries;
use procura::ledger::tiles::tiles_for_consistency;
use procura::ledger::verify::verify;
use procura::operations::audit_ledger;
use procura::operations::bench::Bench;
use procura::operations::data_keys;
use procura::operations::integrate;
use procura::operations::integrate::Behind;
use procura::operations::integrate::LEASE;
use procura::operations::integrate::Turn;
use procura::operations::keys;
use procura::operations::prove;
use procura::operations::prove::Check;
use procura::operations::prove::Proof;
use procura::operations::read_ledger;
use procura::operations::refusal::Refusal;
use procura::operations::work::Line;
use procura::operations::work::Work;
use procura::storage::db::Sql;
use procura::storage::leases;
use procura::storage::ledger;

use crate::world::Engine;
use crate::world::bare::Bare;
use crate::world::bare::write;

async fn proven(bench: &Bench, ids: &[EntryId]) -> usize {
    let key = keys::ledger_verifier(bench).await.expect("a key");
    let bundles = prove::bundle(bench, ids).await.expect("bundles");
    let file = serde_json::to_vec(&Bundles::new(bundles)).expect("json");
    let report = verify(&file, &key).unwrap_or_else(|findings| panic!("{findings:?}"));
    report.lines.len()
}

async fn tree(bench: &Bench) -> Checkpoint {
    let head = read_ledger::latest(bench).await.expect("readable").expect("a checkpoint");
    let key = keys::ledger_verifier(bench).await.expect("a key");
    Checkpoint::verify(&head.note, &key).expect("signed by the ledger's key")
}

async fn grew(bench: &Bench, old: &Checkpoint, new: &Checkpoint) -> bool {
    let mut tiles = TileSet::new(new.size);
    for tile in tiles_for_consistency(old.size, new.size) {
        let bytes = read_ledger::resource(bench, Resource::Hashes(tile)).await.expect("a tile");
        tiles.insert(tile.level, tile.index, bytes);
    }
    let proof = consistency_proof(&tiles, old.size, new.size).expect("a proof");
    verify_consistency(old.size, new.size, &proof, &old.root, &new.root)
}

fn up_to(most: usize) -> usize {
    usize::from(u16::from_be_bytes(random_bytes::<2>(&SystemRandom::new()))) % most + 1
}

on_each_engine! {
    async fn every_entry_is_proven_whatever_the_batches(bare) {
        let before = bare.integrate().await;
        assert!(before >= 7, "the keys of the first start are entries: {before}");
        let mut written = Vec::new();
        let mut old = tree(&bare.bench).await;
        for _ in 0..8 {
            let ids = bare.write(up_to(200)).await;
            assert!(matches!(prove::bundle(&bare.bench, &ids).await, Err(Refusal::Conflict("proof-pending"))));
            assert_eq!(prove::verify_here(&bare.bench, ids[0]).await.expect("known"), Check::Pending);
            written.extend(ids);
            bare.integrate().await;
            let new = tree(&bare.bench).await;
            assert_eq!(new.size, before + written.len() as u64);
            assert!(grew(&bare.bench, &old, &new).await, "{} to {}", old.size, new.size);
            old = new;
            let some: Vec<EntryId> = (0..5).map(|_| written[up_to(written.len()) - 1]).collect();
            for id in some {
                assert_eq!(proven(&bare.bench, &[id]).await, 1);
                assert!(matches!(prove::verify_here(&bare.bench, id).await.expect("known"), Check::Holds { .. }));
            }
        }
        assert_eq!(proven(&bare.bench, &written).await, written.len());
        assert_eq!(bare.findings().await, []);
    }

    async fn the_days_count_what_stands_in_the_tree(bare) {
        let bench = &bare.bench;
        let counted = async || {
            let mut tx = bench.db.read().await.expect("a transaction");
            let sql = "SELECT day, kind, refused, lines FROM trail_days ORDER BY day, kind, refused";
            tx.query(Sql::same(sql)).fetch_all::<(String, String, bool, i64)>().await.expect("the days")
        };
        let standing = async || {
            let mut tx = bench.db.read().await.expect("a transaction");
            let sql = "SELECT substr(CAST(r.at AS TEXT), 1, 10), r.kind, r.refused, COUNT(*) FROM entry_refs r
                JOIN ledger_sequence s ON s.entry = r.entry GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
            tx.query(Sql::same(sql)).fetch_all::<(String, String, bool, i64)>().await.expect("the lines")
        };
        let mut size = 0;
        for turn in 0..6 {
            bare.write(up_to(90)).await;
            let work = Work::begin(bench, None).await.expect("a transaction");
            let key = data_keys::system(bench);
            let line = Line::new(Event::OrganisationRestored {}, Actor::system(), key).refused("organisation");
            work.record(line).await.expect("an entry").0.commit().await.expect("a commit");
            let before = counted().await;
            assert_eq!(before, standing().await, "what waits is not counted (turn {turn})");
            size = bare.integrate().await;
            assert_eq!(counted().await, standing().await, "turn {turn}");
            assert_ne!(counted().await, before, "turn {turn}");
            // Past midnight every second turn.
            bare.clock.advance(Duration::from_secs(12 * 3_600));
        }
        let days = counted().await;
        assert_eq!(days.iter().map(|(.., lines)| lines).sum::<i64>(), i64::try_from(size).expect("small"));
        assert!(days.iter().filter(|(.., refused, _)| *refused).count() >= 3, "{days:?}");
    }

    async fn tiles_and_leaves_of_every_width_are_served(bare) {
        bare.write(300).await;
        let size = bare.integrate().await;
        let bench = &bare.bench;
        let wide = Tile::at_size(0, 1, size).expect("a second tile");
        let whole = read_ledger::resource(bench, Resource::Hashes(wide)).await.expect("the widest");
        for width in 1..=wide.width {
            let part = read_ledger::resource(bench, Resource::Hashes(Tile { width, ..wide })).await.expect("a part");
            assert_eq!(part, whole[..usize::from(width) * 32]);
        }
        let full = Resource::Entries { index: 0, width: 256 };
        let leaves = read_ledger::resource(bench, full).await.expect("leaves");
        let leaves = read_entries(&leaves).expect("leaves");
        let hashes = Resource::Hashes(Tile { level: 0, index: 0, width: 256 });
        let hashes = read_ledger::resource(bench, hashes).await.expect("hashes");
        let made: Vec<u8> = leaves.iter().flat_map(|leaf| procura::ledger::merkle::leaf_hash(leaf)).collect();
        assert_eq!((leaves.len(), made), (256, hashes));
        for beyond in [
            Resource::Hashes(Tile { width: wide.width + 1, ..wide }),
            Resource::Hashes(Tile { level: 0, index: 2, width: 1 }),
            Resource::Hashes(Tile { level: 1, index: 0, width: 2 }),
            Resource::Entries { index: 1, width: wide.width + 1 },
            Resource::Entries { index: u64::MAX, width: 256 },
        ] {
            let answer = read_ledger::resource(bench, beyond).await;
            assert!(matches!(answer, Err(Refusal::NotFound)), "{beyond:?}");
        }
    }

    async fn a_turn_cut_off_anywhere_leaves_nothing_behind(bare) {
        bare.integrate().await;
        let ids = bare.write(40).await;
        let before = tree(&bare.bench).await;
        for depth in 0..3 {
            let mut tx = bare.bench.db.begin().await.expect("a transaction");
            let now = bare.bench.now();
            let span = Duration::from_secs(10);
            leases::take(&mut tx, LEASE, "dying", now, span).await.expect("a lease");
            if depth > 0 {
                assert_eq!(ledger::sequence(&mut tx, before.size, 30).await.expect("indexes"), 30);
            }
            if depth > 1 {
                let hash = ledger::leaf_hashes(&mut tx, before.size, before.size + 30).await.expect("hashes");
                let tile = Tile { level: 0, index: 7, width: 256 };
                ledger::insert_tile(&mut tx, &tile, &hash.concat()).await.expect("a tile");
            }
            drop(tx);
        }
        assert_eq!(tree(&bare.bench).await, before);
        let progress = read_ledger::progress(&bare.bench).await.expect("progress");
        assert_eq!(progress.waiting, 40);
        bare.integrate().await;
        assert_eq!(proven(&bare.bench, &ids).await, 40);
        assert_eq!(bare.findings().await, []);
    }

    async fn two_integrators_and_several_writers_make_one_tree(bare) {
        bare.integrate().await;
        let start = tree(&bare.bench).await.size;
        let mut writers = Vec::new();
        for _ in 0..4 {
            let bench = bare.another().await;
            writers.push(tokio::spawn(async move { write(&bench, 120).await }));
        }
        let mut integrators = Vec::new();
        for name in ["one", "two"] {
            let bench = bare.another().await;
            integrators.push(tokio::spawn(async move {
                let mut added = 0;
                for _ in 0..60 {
                    match integrate::integrate(&bench, name).await.expect("a turn") {
                        Turn::Done { added: more, .. } => added += more,
                        Turn::Idle | Turn::Elsewhere => tokio::time::sleep(Duration::from_millis(20)).await,
                    }
                }
                added
            }));
        }
        let mut ids = Vec::new();
        for writer in writers {
            ids.extend(writer.await.expect("a writer"));
        }
        let mut added = 0;
        for integrator in integrators {
            added += integrator.await.expect("an integrator");
        }
        bare.clock.advance(Duration::from_secs(11));
        bare.integrate().await;
        let size = tree(&bare.bench).await.size;
        assert_eq!(size - start, 480);
        assert!(added <= 480);
        assert_eq!(proven(&bare.bench, &ids).await, 480);
        assert_eq!(bare.findings().await, []);
    }

    async fn nothing_is_signed_behind_what_this_process_has_seen_signed(bare) {
        bare.write(3).await;
        let Turn::Done { head, .. } = integrate::integrate(&bare.bench, "one").await.expect("a turn") else { panic!("three wait") };
        bare.write(1).await;
        let longer = Checkpoint { size: head.size + 10, ..head.clone() };
        let other = Checkpoint { root: [7; 32], ..head.clone() };
        for signed in [&longer, &other] {
            let refused = integrate::integrate_behind(&bare.bench, "one", Some(signed)).await.expect_err("an older state");
            assert!(format!("{refused:?}").contains("the ledger is not continued"), "{refused:?}");
            assert_eq!(tree(&bare.bench).await.size, head.size, "nothing was signed");
        }
        let elsewhere = Checkpoint { origin: "elsewhere.example/ledger".to_owned(), ..longer };
        for signed in [&head, &elsewhere] {
            bare.write(1).await;
            let turn = integrate::integrate_behind(&bare.bench, "one", Some(signed)).await.expect("a turn");
            assert!(matches!(turn, Turn::Done { .. }), "{turn:?}");
        }
    }

    async fn the_lease_keeps_a_second_integrator_out_until_it_ends(bare) {
        let other = bare.another().await;
        let epoch = |turn: Turn| match turn {
            Turn::Done { epoch, .. } => epoch,
            Turn::Idle | Turn::Elsewhere => panic!("{turn:?}"),
        };
        let first = epoch(integrate::integrate(&bare.bench, "one").await.expect("a turn"));
        bare.write(1).await;
        assert_eq!(integrate::integrate(&other, "two").await.expect("a turn"), Turn::Elsewhere);
        assert_eq!(epoch(integrate::integrate(&bare.bench, "one").await.expect("a turn")), first);
        bare.write(1).await;
        bare.clock.advance(Duration::from_secs(11));
        assert_eq!(epoch(integrate::integrate(&other, "two").await.expect("a turn")), first + 1);
        bare.write(1).await;
        assert_eq!(integrate::integrate(&bare.bench, "one").await.expect("a turn"), Turn::Elsewhere);
        integrate::hand_over(&other, "two").await.expect("handed over");
        assert_eq!(epoch(integrate::integrate(&bare.bench, "one").await.expect("a turn")), first + 2);
    }

    async fn nobody_waits_for_a_lease_of_a_clock_that_ran_ahead(bare) {
        bare.integrate().await;
        let span = Duration::from_secs(2);
        for hours in [1, 24] {
            bare.write(3).await;
            let ahead = bare.bench.now().plus(Duration::from_secs(hours * 3_600));
            let mut tx = bare.bench.db.begin().await.expect("a transaction");
            leases::take(&mut tx, LEASE, "ahead", ahead, span).await.expect("a lease").expect("it is free");
            tx.commit().await.expect("a commit");
            let turn = integrate::integrate(&bare.bench, "two").await.expect("a turn");
            assert!(matches!(turn, Turn::Done { added: 3, .. }), "{turn:?}");
            integrate::hand_over(&bare.bench, "two").await.expect("handed over");
        }
        assert_eq!(bare.findings().await, []);
    }

    async fn one_that_sleeps_past_its_lease_never_writes_beside_another(bare) {
        bare.integrate().await;
        bare.write(5).await;
        let size = tree(&bare.bench).await.size;
        let other = bare.another().await;
        let mut asleep = bare.bench.db.begin().await.expect("a transaction");
        let span = Duration::from_secs(10);
        let taken = leases::take(&mut asleep, LEASE, "test", bare.bench.now(), span).await.expect("a lease");
        assert!(taken.is_some());
        ledger::sequence(&mut asleep, size, 3).await.expect("indexes");
        bare.clock.advance(Duration::from_secs(60));
        let turn = tokio::spawn(async move { integrate::integrate(&other, "two").await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!turn.is_finished(), "it waits for the one that holds the lease's row");
        drop(asleep);
        let turn = turn.await.expect("a task").expect("a turn");
        assert!(matches!(turn, Turn::Done { added: 5, .. }), "{turn:?}");
        assert_eq!(bare.findings().await, []);
    }

    async fn rows_of_the_ledger_are_never_changed_or_removed(bare) {
        bare.write(300).await;
        bare.integrate().await;
        let tables = ["ledger_entries", "ledger_sequence", "ledger_tiles", "ledger_checkpoints", "entry_refs"];
        for table in tables {
            let column = match table {
                "ledger_entries" => "leaf = leaf",
                "ledger_sequence" => "idx = idx + 1000000",
                "ledger_tiles" => "data = data",
                "ledger_checkpoints" => "note = note",
                _ => "sealed = sealed",
            };
            let mut attempts = vec![format!("UPDATE {table} SET {column}"), format!("DELETE FROM {table}")];
            if bare.engine == Engine::Postgres {
                attempts.push(format!("TRUNCATE {table} CASCADE"));
            }
            if table == "entry_refs" {
                let others = ["at = '2020-02-03T04:05:06.000000Z'", "kind = 'act.ended'", "person = entry", "mandate = entry", "act = entry",
                    "account = entry", "organisation = entry", "client = 'other'", "shown_from = at"];
                attempts.extend(others.map(|column| format!("UPDATE entry_refs SET {column}")));
            }
            for sql in attempts {
                let error = bare.raw(&sql).await.expect_err(&sql);
                assert!(error.to_string().contains("append-only"), "{sql}: {error}");
            }
        }
        assert_eq!(bare.findings().await, []);
    }

    async fn an_entry_whose_payload_was_dropped_keeps_its_proof_to_itself(bare) {
        let ids = bare.write(3).await;
        bare.integrate().await;
        bare.raw("UPDATE entry_refs SET data_key = NULL, sealed = NULL").await.expect("retention may");
        assert_eq!(prove::proofs(&bare.bench, &ids[..1]).await.expect("known"), [Proof::Erased]);
        assert_eq!(prove::verify_here(&bare.bench, ids[0]).await.expect("known"), Check::Erased);
        assert!(matches!(prove::bundle(&bare.bench, &ids).await, Err(Refusal::Conflict("proof-erased"))));
        assert_eq!(bare.findings().await, []);
        let stranger = EntryId::from_uuid(uuid::Uuid::from_u128(1));
        assert!(matches!(prove::proofs(&bare.bench, &[stranger]).await, Err(Refusal::NotFound)));
    }

    async fn what_an_older_build_put_elsewhere_is_read_and_goes_with_the_rest(bare) {
        let ids = bare.write(30).await;
        bare.integrate().await;
        bare.raw("INSERT INTO ledger_payloads (entry, data_key, sealed) SELECT entry, data_key, sealed FROM entry_refs").await.expect("copied");
        bare.raw("UPDATE entry_refs SET data_key = NULL, sealed = NULL").await.expect("as it was");
        assert!(matches!(prove::verify_here(&bare.bench, ids[0]).await.expect("known"), Check::Holds { .. }));
        assert_eq!(bare.findings().await, []);
        let held = audit_ledger::audit(&bare.bench, true, &mut |_, _| {}).await.expect("an audit");
        assert_eq!(held.payloads.expect("payloads").erased, 0);
        bare.raw("UPDATE ledger_payloads SET sealed = sealed").await.expect_err("what is there stays as it is");
        bare.raw("DELETE FROM ledger_payloads").await.expect("retention may");
        assert_eq!(prove::verify_here(&bare.bench, ids[0]).await.expect("known"), Check::Erased);
    }

    async fn an_older_or_another_state_of_the_database_is_noticed(bare) {
        bare.write(20).await;
        bare.integrate().await;
        let kept = read_ledger::latest(&bare.bench).await.expect("readable").expect("a checkpoint").note;
        let compare = async |bench: &Bench| integrate::compare_with_kept(bench, &kept).await.expect("compared");
        assert_eq!(compare(&bare.bench).await, None);
        bare.write(20).await;
        bare.integrate().await;
        assert_eq!(compare(&bare.bench).await, None);
        let size = Checkpoint::unverified(&kept).expect("a checkpoint").size;
        // The same installation before it wrote anything, as from a backup.
        let restored = Bare::open(bare.engine).await;
        assert_eq!(compare(&restored.bench).await, Some(Behind::Shorter { kept: size, found: 0 }));
        restored.write(30).await;
        restored.integrate().await;
        assert_eq!(compare(&restored.bench).await, Some(Behind::Other(size)));
        let forged = kept.replacen(&size.to_string(), &(size + 1).to_string(), 1);
        let answer = integrate::compare_with_kept(&bare.bench, &forged).await.expect("compared");
        assert!(matches!(answer, Some(Behind::Foreign(_))), "{answer:?}");
    }
}
