//! Witnesses cosign what they saw, and whatever they do nothing of the gateway stops.

use std::time::Duration;

use procura::crypto::cosignature::cosigned_at;
use procura::demo::witness::Mischief;
use procura::domain::time::Clock;
use procura::domain::witness::WitnessFault;
use procura::jobs::witnesses::round;
use procura::operations::bench::Bench;
use procura::operations::evidence;
use procura::operations::read_ledger;

use crate::evidence::file_of;
use crate::evidence::outbound;
use crate::evidence::procura;
use crate::evidence::stage;
use crate::world::bare::Bare;

/// The installation as a process that shows its checkpoints to these witnesses.
async fn watched(bare: &Bare, lines: &[&str], quorum: usize) -> Bench {
    let list = lines.iter().map(|line| format!("\"{line}\"")).collect::<Vec<_>>().join(", ");
    let more = format!("[witnesses]\nlist = [{list}]\nquorum = {quorum}\ntimeout = \"500 ms\"\n");
    bare.another_with(&more).await
}

async fn fault(bench: &Bench, at: usize) -> Option<WitnessFault> {
    evidence::standing(bench).await.expect("a standing").witnesses[at].fault
}

async fn turn(bench: &Bench) {
    round(bench, &outbound(), "test").await.expect("a round");
}

on_each_engine! {
    async fn what_enough_witnesses_saw_is_served_proven_and_checked(bare) {
        let (one, one_line, _one) = stage(&bare.bench, &bare.clock).await;
        bare.write(300).await;
        let first = bare.integrate().await;
        let bench = watched(&bare, &[&one_line], 1).await;
        let seconds = || u64::try_from(bare.clock.now().seconds()).expect("after 1970");
        let asked = seconds();
        turn(&bench).await;
        assert_eq!(one.size(crate::world::ORIGIN), first);
        let key = one.verifier().expect("a key");
        let served = read_ledger::latest(&bench).await.expect("readable").expect("a head").note;
        let cosigned = cosigned_at(&served, &key).expect("its line");
        assert!((asked..=seconds()).contains(&cosigned), "{asked} {cosigned}");
        // It grows: the proof from what the witness knows is made of tiles, and nothing is sent where nothing grew.
        let ids = bare.write(700).await;
        let size = bare.integrate().await;
        turn(&bench).await;
        turn(&bench).await;
        assert_eq!((one.size(crate::world::ORIGIN), one.asked()), (size, 2));
        // A newer head that nobody saw yet: what it does not cover is proven up to the one the witness saw.
        bare.write(3).await;
        bare.integrate().await;
        let log = procura::operations::keys::ledger_verifier(&bench).await.expect("a key").to_string();
        let file = file_of(&bare, &bench, &ids[..2]).await;
        let (named, other) = (key.to_string(), procura::crypto::cosignature::WitnessKey::of(
            "somebody", &procura::crypto::keys::SigningKey::generate(
                procura::crypto::keys::Algorithm::EdDsa, &procura::crypto::random::SystemRandom::new()).expect("a key").0,
        ).expect("a key").to_string());
        let verify = |more: &[&str]| {
            let mut arguments = vec!["ledger", "verify", &file, "--key", &log];
            arguments.extend_from_slice(more);
            let output = procura(&arguments);
            (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
        };
        assert_eq!(verify(&[]).0, Some(0));
        let (code, words) = verify(&["--witness", &named, "--quorum", "1"]);
        assert!(code == Some(0) && words.contains("temoin.procura.example"), "{words}");
        let (code, words) = verify(&["--witness", &named, "--witness", &other]);
        assert!(code == Some(1) && words.contains("1 of 2 cosignatures"), "{words}");
        assert_eq!(verify(&["--witness", &named, "--witness", &other, "--quorum", "1"]).0, Some(0));
        assert_eq!(verify(&["--witness", &other]).0, Some(1));
        let standing = evidence::standing(&bench).await.expect("a standing");
        assert_eq!(standing.witnessed.map(|(witnessed, _)| witnessed), Some(size));
        assert!(evidence::is_witnessed(&bench, size - 1).await.expect("readable"));
        assert!(!evidence::is_witnessed(&bench, size).await.expect("readable"));
        for sql in ["UPDATE ledger_cosignatures SET line = 'x'", "DELETE FROM ledger_cosignatures"] {
            assert!(bare.raw(sql).await.is_err(), "{sql}");
        }
        assert_eq!(bare.findings().await, []);
    }

    async fn silent_and_broken_witnesses_stop_nothing_and_are_asked_less_and_less(bare) {
        let (good, good_line, _good) = stage(&bare.bench, &bare.clock).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (key, _) = procura::crypto::keys::SigningKey::generate(
            procura::crypto::keys::Algorithm::EdDsa, &procura::crypto::random::SystemRandom::new()).expect("a key");
        let stranger = procura::crypto::cosignature::WitnessKey::of("silent", &key).expect("a key");
        let silent = procura::demo::witness::Witness::new(key, folder.path().to_owned(), bare.clock.clone()).expect("a witness");
        silent.set_mischief(Some(Mischief::Silent));
        let silent_at = crate::evidence::serve(silent.router()).await;
        let silent_line = format!("{stranger} {silent_at}{}", procura::demo::witness::PATH);
        let bench = watched(&bare, &[&good_line, &silent_line], 2).await;
        bare.integrate().await;
        turn(&bench).await;
        assert_eq!((fault(&bench, 0).await, fault(&bench, 1).await), (None, Some(WitnessFault::Silent)));
        assert_eq!(evidence::standing(&bench).await.expect("a standing").witnessed, None, "one of two");
        for asked in 2..12 {
            bare.clock.advance(Duration::from_secs(300));
            turn(&bench).await;
            assert_eq!((good.asked(), silent.asked()), (1, asked), "nothing grew for the one");
        }
        turn(&bench).await;
        assert_eq!(silent.asked(), 11, "by now five minutes are waited");
        let ids = bare.write(2).await;
        bare.integrate().await;
        let bundles = procura::operations::prove::bundle(&bench, &ids).await.expect("proofs go on");
        assert_eq!(bundles.len(), 2);
        silent.set_mischief(Some(Mischief::Broken));
        bare.clock.advance(Duration::from_secs(300));
        turn(&bench).await;
        assert_eq!(fault(&bench, 1).await, Some(WitnessFault::Refused));
    }

    async fn a_lie_is_told_from_a_signature_and_a_fork_from_an_outage(bare) {
        let (witness, line, _folder) = stage(&bare.bench, &bare.clock).await;
        let bench = watched(&bare, &[&line], 1).await;
        bare.write(40).await;
        let size = bare.integrate().await;
        for (mischief, expected) in [
            (Mischief::OthersOnly, WitnessFault::Signature),
            (Mischief::WrongSize(1_000_000_000), WitnessFault::Ahead),
            (Mischief::WrongSize(3), WitnessFault::Refused),
            (Mischief::BadSignature, WitnessFault::Signature),
        ] {
            witness.set_mischief(Some(mischief));
            turn(&bench).await;
            assert_eq!(fault(&bench, 0).await, Some(expected), "{mischief:?}");
            bare.clock.advance(Duration::from_secs(600));
        }
        let served = read_ledger::latest(&bench).await.expect("readable").expect("a head").note;
        assert!(cosigned_at(&served, &witness.verifier().expect("a key")).is_err(), "no lie is kept");
        // It kept the size before it answered wrongly: the right old size is found by its 409.
        witness.set_mischief(None);
        assert_eq!(witness.size(crate::world::ORIGIN), size);
        turn(&bench).await;
        assert_eq!(fault(&bench, 0).await, None);
        // The same keys and another history, as when somebody writes it again.
        let fork = Bare::open(bare.engine).await;
        let forked = watched(&fork, &[&line], 1).await;
        fork.write(40).await;
        assert_eq!(fork.integrate().await, size);
        turn(&forked).await;
        assert_eq!(fault(&forked, 0).await, Some(WitnessFault::Fork));
        fork.write(10).await;
        fork.integrate().await;
        fork.clock.advance(Duration::from_secs(600));
        turn(&forked).await;
        assert_eq!(fault(&forked, 0).await, Some(WitnessFault::Proof));
        let behind = Bare::open(bare.engine).await;
        let short = watched(&behind, &[&line], 1).await;
        behind.write(1).await;
        behind.integrate().await;
        turn(&short).await;
        assert_eq!(fault(&short, 0).await, Some(WitnessFault::Ahead));
    }

    async fn a_witness_goes_on_from_what_it_kept_and_refuses_what_it_does_not_know(bare) {
        let (witness, line, folder) = stage(&bare.bench, &bare.clock).await;
        let bench = watched(&bare, &[&line], 1).await;
        let size = bare.integrate().await;
        turn(&bench).await;
        assert_eq!(witness.size(crate::world::ORIGIN), size);
        let kept = std::fs::read_to_string(folder.path().join("witness.json")).expect("what it kept");
        assert!(kept.contains(&size.to_string()), "{kept}");
        let (key, _) = procura::crypto::keys::SigningKey::generate(
            procura::crypto::keys::Algorithm::EdDsa, &procura::crypto::random::SystemRandom::new()).expect("a key");
        let mut named = procura::crypto::cosignature::WitnessKey::of(procura::demo::witness::NAME, &key).expect("a key").to_string();
        let again = procura::demo::witness::Witness::new(key, folder.path().to_owned(), bare.clock.clone()).expect("restarted");
        assert_eq!(again.size(crate::world::ORIGIN), size, "it remembers");
        named.push_str(&format!(" {}{}", crate::evidence::serve(again.router()).await, procura::demo::witness::PATH));
        let other = watched(&bare, &[&named], 1).await;
        turn(&other).await;
        assert_eq!(fault(&other, 0).await, Some(WitnessFault::UnknownLog));
        let foreign = procura::crypto::keys::SigningKey::generate(
            procura::crypto::keys::Algorithm::EdDsa, &procura::crypto::random::SystemRandom::new()).expect("a key").0;
        again.trust(procura::crypto::note::NoteKey::of(crate::world::ORIGIN, &foreign).expect("a key"));
        bare.clock.advance(Duration::from_secs(600));
        turn(&other).await;
        assert_eq!(fault(&other, 0).await, Some(WitnessFault::Untrusted));
    }
}
