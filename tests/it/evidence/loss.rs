//! A backup older than the last signed head was restored: nothing is signed under the old name, a new one says what was lost.

use std::time::Duration;

use procura::jobs::checkpoint_file;
use procura::ledger::bundle::Bundles;
use procura::ledger::checkpoint::Checkpoint;
use procura::ledger::verify::verify;
use procura::operations::integrate::LEASE;
use procura::operations::integrate::Turn;
use procura::operations::integrate::hand_over;
use procura::operations::integrate::integrate;
use procura::operations::keys;
use procura::operations::ledger_origin;
use procura::operations::open_origin::open_origin;
use procura::operations::prove;
use procura::operations::read_ledger;
use procura::operations::refusal::Refusal;
use procura::storage::leases;
use procura::text::Language;
use procura::text::Text;

use crate::evidence::outbound;
use crate::evidence::procura;
use crate::evidence::stage;
use crate::world::ORIGIN;
use crate::world::bare::Bare;

on_each_engine! {
    async fn what_is_left_goes_on_under_a_name_whose_first_line_names_the_loss(bare) {
        bare.write(90).await;
        bare.integrate().await;
        let kept = read_ledger::latest(&bare.bench).await.expect("readable").expect("a head").note;
        let lost = Checkpoint::unverified(&kept).expect("a checkpoint");
        // The same installation as it was before most of that: its keys are the same, its lines are fewer.
        let restored = Bare::open(bare.engine).await;
        let found = restored.integrate().await;
        assert!(found < lost.size);
        let old_ids = restored.write(3).await;
        let bench = &restored.bench;
        assert!(matches!(open_origin(bench, "nothing", None).await, Err(Refusal::Conflict("ledger-foreign-checkpoint"))));
        let own = read_ledger::latest(bench).await.expect("readable").expect("a head").note;
        assert!(matches!(open_origin(bench, &own, None).await, Err(Refusal::Conflict("ledger-continues"))));
        hand_over(bench, "test").await.expect("stopped");
        let mut tx = bench.db.begin().await.expect("a transaction");
        let held = leases::take(&mut tx, LEASE, "another", bench.now(), Duration::from_secs(3)).await.expect("asked");
        assert!(held.is_some());
        tx.commit().await.expect("a commit");
        let busy = open_origin(bench, &kept, None).await;
        assert!(matches!(busy, Err(Refusal::Conflict("ledger-integrator-running"))), "{busy:?}");
        hand_over(bench, "another").await.expect("stopped");
        assert!(matches!(open_origin(bench, &kept, Some(ORIGIN)).await, Err(Refusal::Conflict("ledger-origin-name"))));
        let opened = open_origin(bench, &kept, None).await.expect("opened");
        assert_eq!((opened.signed, opened.found, opened.lost), (lost.size, found, lost.size - found));
        assert_eq!(opened.previous, ORIGIN);
        let key = keys::ledger_verifier(bench).await.expect("a key");
        assert_eq!(key.name(), opened.origin);
        let head = Checkpoint::verify(&opened.checkpoint, &key).expect("signed under the new name");
        assert_eq!(head.size, found + 1, "the line of the opening comes before those that waited");
        assert!(matches!(integrate(bench, "test").await.expect("a turn"), Turn::Done { added: 3, .. }));
        let proven = serde_json::to_vec(&Bundles::new(prove::bundle(bench, &old_ids).await.expect("bundles"))).expect("json");
        assert!(verify(&proven, &key).is_ok());
        let mut tx = bench.db.read().await.expect("a transaction");
        let first: (procura::domain::ids::EntryId,) = tx
            .query(procura::storage::db::Sql::same("SELECT entry FROM entry_refs WHERE kind = 'ledger.origin_opened'"))
            .fetch_one()
            .await
            .expect("the first line");
        drop(tx);
        let bundle = prove::bundle(bench, &[first.0]).await.expect("a bundle").remove(0);
        assert_eq!(bundle.index, found);
        assert_eq!(bundle.entry["details"]["size"], lost.size);
        assert_eq!(bundle.entry["details"]["previous"], ORIGIN);
        assert_eq!(restored.findings().await, [], "checkpoints under both names are known");
        let past = ledger_origin::opened(bench).await.expect("readable");
        assert_eq!((past.len(), past[0].previous_checkpoint.as_str()), (1, kept.as_str()));
        // The old head is not of this name; and the name is opened once.
        assert!(matches!(open_origin(bench, &kept, None).await, Err(Refusal::Conflict("ledger-foreign-checkpoint"))));
    }

    async fn the_command_keeps_the_old_head_and_the_integrator_goes_on(bare) {
        bare.write(30).await;
        bare.integrate().await;
        let kept = read_ledger::latest(&bare.bench).await.expect("readable").expect("a head").note;
        let restored = Bare::open(bare.engine).await;
        // The program's clock is the machine's.
        restored.clock.follow_real_time();
        restored.integrate().await;
        hand_over(&restored.bench, "test").await.expect("stopped");
        let file = restored.directory.path().join("checkpoint");
        std::fs::write(&file, &kept).expect("kept");
        let at = file.to_str().expect("a path");
        let config = restored.config_file();
        let text = std::fs::read_to_string(&config).expect("a file");
        std::fs::write(&config, format!("{text}checkpoint_file = \"{at}\"\n")).expect("a file");
        let config = config.to_str().expect("a path");
        let bench = restored.another_with(&format!("checkpoint_file = \"{at}\"\n")).await;
        assert!(checkpoint_file::check(&bench).await.is_err(), "the integrator refuses");
        let run = || procura(&["ledger", "new-origin", "--kept", at, "--origin", "neuf.example/ledger", "--config", config]);
        let opened = run();
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        assert_eq!(std::fs::read_to_string(format!("{at}.lost")).expect("put aside"), kept);
        assert!(std::fs::read_to_string(&file).expect("kept anew").starts_with("neuf.example/ledger\n"));
        assert!(checkpoint_file::check(&bench).await.is_ok(), "the integrator goes on");
        let again = run();
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(!again.status.success() && said.contains("ledger.origin = \"neuf.example/ledger\""), "{said}");
        let text = std::fs::read_to_string(config).expect("a file").replace(ORIGIN, "neuf.example/ledger");
        std::fs::write(config, text).expect("a file");
        let again = run();
        let said = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(!again.status.success() && said.contains(Text::new(Language::En).get("ledger-continues").as_str()), "{said}");
        let audit = procura(&["ledger", "audit", "--config", config]);
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    }

    async fn witnesses_begin_anew_under_the_new_name(bare) {
        bare.write(50).await;
        bare.integrate().await;
        let kept = read_ledger::latest(&bare.bench).await.expect("readable").expect("a head").note;
        let restored = Bare::open(bare.engine).await;
        let (witness, line, _folder) = stage(&restored.bench, &restored.clock).await;
        let bench = restored.another_with(&format!("[witnesses]\nlist = [\"{line}\"]\nquorum = 1\n")).await;
        restored.integrate().await;
        procura::jobs::witnesses::round(&bench, &outbound(), "test").await.expect("a round");
        hand_over(&bench, "test").await.expect("stopped");
        let opened = open_origin(&bench, &kept, None).await.expect("opened");
        let covered = procura::operations::evidence::standing(&bench).await.expect("a standing");
        assert_eq!(covered.witnessed, None, "what was seen under the old name is not continued");
        witness.trust(keys::ledger_verifier(&bench).await.expect("a key"));
        procura::jobs::witnesses::round(&bench, &outbound(), "test").await.expect("a round");
        assert_eq!(witness.size(&opened.origin), opened.found + 1);
    }
}
