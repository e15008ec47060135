//! What has reached its term goes once a day, with an entry; proofs stay, and an open case holds what is its own.

use std::time::Duration;

use procura::domain::ids::EntryId;
use procura::domain::message::MessageLanguage;
use procura::domain::time::Clock;
use procura::operations::apply_retention;
use procura::operations::contest_line::contest_line;
use procura::storage::retention::drop_payloads;
use uuid::Uuid;

use crate::records::audited;
use crate::records::number;
use crate::records::person;
use crate::spaces::Scene;

const DAY: Duration = Duration::from_secs(86_400);

on_each_database! {
    async fn tokens_go_after_their_term_and_contents_years_later(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let bench = scene.world.bench.clone();
        scene.world.clock.advance(DAY);
        let first = apply_retention::apply(&bench).await.expect("a turn");
        assert_eq!(first.map(|counts| counts.values().sum::<u64>()), Some(0), "nothing is old");
        assert_eq!(apply_retention::apply(&bench).await.expect("a turn"), None, "once a day");
        let tokens = number(&scene.world, "SELECT COUNT(*) FROM tokens").await;
        scene.world.clock.advance(31 * DAY);
        apply_retention::apply(&bench).await.expect("a turn");
        let left = number(&scene.world, "SELECT COUNT(*) FROM tokens").await;
        assert!(left >= 1 && left <= tokens, "the newest tells whom to tell of the mandate's end: {left} of {tokens}");
        assert_eq!(audited(&scene.world).await, 0);
        scene.world.clock.advance(2_150 * DAY);
        apply_retention::apply(&bench).await.expect("a turn");
        let before = number(&scene.world, "SELECT COUNT(*) FROM entry_refs WHERE sealed IS NOT NULL").await;
        scene.world.clock.advance(20 * DAY);
        let dropped = apply_retention::apply(&bench).await.expect("a turn").expect("counts");
        assert!(dropped["payloads"] > 5, "{dropped:?}");
        assert!(number(&scene.world, "SELECT COUNT(*) FROM entry_refs WHERE sealed IS NOT NULL").await < before);
        assert!(audited(&scene.world).await >= dropped["payloads"], "the proofs hold");
        assert!(scene.world.count("retention.applied").await >= 1);
        let mut olga = scene.world.operator("Olga").await;
        olga.login(&scene.world).await;
        let page = olga.get(&scene.world, "/operateur/retention").await;
        for words in ["6 ans", "5 ans", "Contenu des lignes du journal", "Prochain passage"] {
            assert!(page.main_text().contains(words), "{words} in {}", page.main_text());
        }
        let stranger = scene.aidant.get(&scene.world, "/operateur/retention").await;
        assert_eq!(stranger.url.path(), "/operateur/connexion");
    }

    async fn an_open_case_holds_its_lines(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let line: EntryId = acted.txn.parse().expect("an entry");
        let bench = scene.world.bench.clone();
        contest_line(&bench, &giver, line, "Pas moi.", MessageLanguage::French, None).await.expect("a case");
        scene.world.clock.advance(2_200 * DAY);
        apply_retention::apply(&bench).await.expect("a turn");
        let held = "SELECT COUNT(*) FROM entry_refs WHERE mandate IS NOT NULL AND sealed IS NOT NULL";
        let lines = "SELECT COUNT(*) FROM entry_refs WHERE mandate IS NOT NULL";
        assert_eq!(number(&scene.world, held).await, number(&scene.world, lines).await);
        let others = "SELECT COUNT(*) FROM entry_refs WHERE kind = 'organisation.accepted' AND sealed IS NOT NULL";
        assert_eq!(number(&scene.world, others).await, 0, "what is nobody's case has gone");
    }

    async fn small_batches_pass_over_what_is_held_and_leave_nothing_behind(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let giver = person(&scene.world, scene.mandate.id).await;
        let line: EntryId = acted.txn.parse().expect("an entry");
        let bench = scene.world.bench.clone();
        contest_line(&bench, &giver, line, "Pas moi.", MessageLanguage::French, None).await.expect("a case");
        scene.world.aidant("Béatrice").await;
        scene.world.clock.advance(DAY);
        let filled = number(&scene.world, "SELECT COUNT(*) FROM entry_refs WHERE sealed IS NOT NULL").await;
        let before = scene.world.clock.now();
        let mut tx = bench.db.begin().await.expect("a transaction");
        let (mut dropped, mut after) = (Vec::new(), Uuid::nil());
        loop {
            let (count, last) = drop_payloads(&mut tx, after, before, 3).await.expect("a batch");
            if last == after {
                break;
            }
            assert!(last > after);
            dropped.push(count);
            after = last;
        }
        tx.commit().await.expect("committed");
        let (tail, whole) = dropped.split_last().expect("batches");
        assert!(whole.len() > 2 && whole.iter().all(|count| *count == 3) && (1..=3).contains(tail), "{dropped:?}");
        let left = number(&scene.world, "SELECT COUNT(*) FROM entry_refs WHERE sealed IS NOT NULL").await;
        let held = number(&scene.world, "SELECT COUNT(*) FROM entry_refs WHERE mandate IS NOT NULL OR person IS NOT NULL").await;
        assert_eq!(i64::try_from(dropped.iter().sum::<u64>()), Ok(filled - left));
        assert!(left > 3 && left == held, "{left} left, {held} held");
        assert_eq!(i64::try_from(audited(&scene.world).await), Ok(filled - left));
    }
}
