//! The ledger's key is replaced: one name, two keys, and nobody who holds either of them is left behind before the overlap ends.

use std::time::Duration;

use procura::jobs::witnesses::round;
use procura::ledger::bundle::Bundles;
use procura::ledger::checkpoint::Checkpoint;
use procura::ledger::merkle::consistency_proof;
use procura::ledger::merkle::verify_consistency;
use procura::ledger::tiles::Resource;
use procura::ledger::tiles::TileSet;
use procura::ledger::tiles::tiles_for_consistency;
use procura::ledger::verify::verify;
use procura::operations::bench::Bench;
use procura::operations::evidence;
use procura::operations::integrate::compare_with_kept;
use procura::operations::keys;
use procura::operations::prove;
use procura::operations::prove::Check;
use procura::operations::read_ledger;
use procura::operations::rotate_keys;
use procura::operations::rotate_keys::Haste;
use procura::operations::rotate_keys::LEDGER_OVERLAP;

use crate::evidence::outbound;
use crate::evidence::stage;

async fn note(bench: &Bench) -> String {
    read_ledger::latest(bench).await.expect("readable").expect("a head").note
}

on_each_engine! {
    async fn both_keys_sign_for_a_while_and_the_tree_only_grows(bare) {
        let bench = &bare.bench;
        let before_rotation = bare.write(20).await;
        bare.integrate().await;
        let old = keys::ledger_verifier(bench).await.expect("a key");
        let first = note(bench).await;
        let rotated = rotate_keys::rotate_ledger(bench, Haste::Orderly).await.expect("rotated");
        assert!(rotated.both_sign_until.is_some() && rotated.current != rotated.previous);
        let new = keys::ledger_verifier(bench).await.expect("a key");
        assert_eq!((old.name(), old == new), (new.name(), false));
        assert_eq!(keys::ledger_verifiers(bench).await.expect("keys"), [new.clone(), old.clone()]);
        let since = bare.write(300).await;
        bare.integrate().await;
        let second = note(bench).await;
        let (by_old, by_new) = (Checkpoint::verify(&second, &old), Checkpoint::verify(&second, &new));
        assert!(by_old.is_ok() && by_old == by_new);
        assert!(Checkpoint::verify(&first, &new).is_err(), "a checkpoint from before is not signed again");
        let (older, newer) = (Checkpoint::verify(&first, &old).expect("signed"), by_new.expect("signed"));
        let mut tiles = TileSet::new(newer.size);
        for tile in tiles_for_consistency(older.size, newer.size) {
            let bytes = read_ledger::resource(bench, Resource::Hashes(tile)).await.expect("a tile");
            tiles.insert(tile.level, tile.index, bytes);
        }
        let proof = consistency_proof(&tiles, older.size, newer.size).expect("a proof");
        assert!(verify_consistency(older.size, newer.size, &proof, &older.root, &newer.root));
        let file = async |ids: &[procura::domain::ids::EntryId]| {
            serde_json::to_vec(&Bundles::new(prove::bundle(bench, ids).await.expect("bundles"))).expect("json")
        };
        for ids in [&before_rotation[..2], &since[..2]] {
            for key in [&old, &new] {
                assert!(verify(&file(ids).await, key).is_ok());
            }
        }
        assert_eq!(compare_with_kept(bench, &first).await.expect("compared"), None);
        // Another process on the same database signs with both too.
        let other = bare.another().await;
        assert_eq!(keys::ledger_signers(&other).await.expect("keys").len(), 2);
        bare.clock.advance(LEDGER_OVERLAP + Duration::from_secs(10));
        bare.write(1).await;
        bare.integrate().await;
        let third = note(bench).await;
        assert!(Checkpoint::verify(&third, &old).is_err() && Checkpoint::verify(&third, &new).is_ok());
        assert!(verify(&file(&before_rotation[..1]).await, &new).is_ok());
        assert!(matches!(prove::verify_here(bench, since[0]).await.expect("known"), Check::Holds { .. }));
        assert_eq!(bare.findings().await, [], "the audit knows every key there was");
        let mut tx = bench.db.read().await.expect("a transaction");
        let kinds: Vec<(String,)> = tx
            .query(procura::storage::db::Sql::same("SELECT kind FROM entry_refs WHERE kind = 'key.rotated'"))
            .fetch_all()
            .await
            .expect("kinds");
        assert_eq!(kinds.len(), 1);
    }

    async fn a_key_that_leaked_signs_no_more(bare) {
        let bench = &bare.bench;
        bare.integrate().await;
        let old = keys::ledger_verifier(bench).await.expect("a key");
        let rotated = rotate_keys::rotate_ledger(bench, Haste::AtOnce).await.expect("rotated");
        assert_eq!(rotated.both_sign_until, None);
        bare.integrate().await;
        let new = keys::ledger_verifier(bench).await.expect("a key");
        let head = note(bench).await;
        assert!(Checkpoint::verify(&head, &old).is_err() && Checkpoint::verify(&head, &new).is_ok());
        assert_eq!(bare.findings().await, []);
    }

    async fn a_witness_that_knows_the_old_key_goes_on_through_the_overlap(bare) {
        bare.integrate().await;
        let (witness, line, _folder) = stage(&bare.bench, &bare.clock).await;
        let more = format!("[witnesses]\nlist = [\"{line}\"]\nquorum = 1\n");
        let bench = bare.another_with(&more).await;
        round(&bench, &outbound(), "test").await.expect("a round");
        rotate_keys::rotate_ledger(&bare.bench, Haste::Orderly).await.expect("rotated");
        let size = bare.integrate().await;
        round(&bench, &outbound(), "test").await.expect("a round");
        assert_eq!(witness.size(crate::world::ORIGIN), size);
        let standing = evidence::standing(&bench).await.expect("a standing");
        assert_eq!(standing.witnessed.map(|(size, _)| size), Some(size));
    }
}
