//! `procura ledger`: what anyone can check with the program and a key, and the public paths it reads.

use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::note::NoteKey;
use procura::crypto::random::SystemRandom;
use procura::ledger::bundle::Bundles;
use procura::operations::keys;
use procura::operations::prove;
use procura::operations::read_ledger;
use serde_json::Value;

use crate::ledger_tampering::unlock;
use crate::world::ORIGIN;
use crate::world::bare::Bare;

fn procura(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    // An empty folder and environment: nothing but the arguments may matter.
    command.args(arguments).stdin(Stdio::null()).env_clear().current_dir("/");
    command.output().expect("the program runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

async fn verifier(bare: &Bare) -> String {
    keys::ledger_verifier(&bare.bench).await.expect("a key").to_string()
}

on_each_engine! {
    async fn a_bundle_is_checked_with_the_key_alone(bare) {
        let ids = bare.write(12).await;
        bare.integrate().await;
        let key = verifier(&bare).await;
        let bundles = prove::bundle(&bare.bench, &ids).await.expect("bundles");
        let file = bare.directory.path().join("bundles.json");
        std::fs::write(&file, serde_json::to_vec(&Bundles::new(bundles.clone())).expect("json")).expect("a file");
        let checked = procura(&["ledger", "verify", path(&file), "--key", &key, "--json"]);
        assert!(checked.status.success());
        assert_eq!(json(&checked)["lines"].as_array().map(Vec::len), Some(12));
        let stranger = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key").0;
        let stranger = NoteKey::of(ORIGIN, &stranger).expect("a key").to_string();
        let checked = procura(&["ledger", "verify", path(&file), "--key", &stranger]);
        assert_eq!(checked.status.code(), Some(1));
        let mut altered = bundles;
        let other = altered[4].payload.clone();
        altered[3].payload = other;
        std::fs::write(&file, serde_json::to_vec(&Bundles::new(altered)).expect("json")).expect("a file");
        let checked = procura(&["ledger", "verify", path(&file), "--key", &key, "--json"]);
        assert_eq!((checked.status.code(), &json(&checked)["valid"]), (Some(1), &Value::Bool(false)));
        let missing = procura(&["ledger", "verify", "/nowhere", "--key", &key]);
        assert!(!missing.status.success() && missing.stdout.is_empty());
    }

    async fn an_exported_ledger_grows_out_of_the_one_before(bare) {
        bare.write(290).await;
        bare.integrate().await;
        let config = bare.config_file();
        let (old, new) = (bare.directory.path().join("old"), bare.directory.path().join("new"));
        let export = |out: &Path, more: &[&str]| {
            let mut arguments = vec!["ledger", "export", "--config", path(&config), "--out", path(out)];
            arguments.extend_from_slice(more);
            procura(&arguments)
        };
        assert!(export(&old, &[]).status.success());
        bare.write(700).await;
        bare.integrate().await;
        let old_head = old.join("checkpoint");
        let grown = export(&new, &["--since", path(&old_head)]);
        assert!(grown.status.success(), "{}", String::from_utf8_lossy(&grown.stderr));
        assert!(!new.join("tile/0/000").exists(), "what is unchanged is not written again");
        assert!(export(&new, &[]).status.success());
        let new_head = new.join("checkpoint");
        let key = verifier(&bare).await;
        let compare = |old: &Path, new: &Path, more: &[&str]| {
            let mut arguments = vec!["ledger", "consistency", path(old), path(new), "--key", &key];
            arguments.extend_from_slice(more);
            procura(&arguments).status.code()
        };
        assert_eq!(compare(&old_head, &new_head, &[]), Some(0));
        assert_eq!(compare(&old_head, &old_head, &[]), Some(0));
        assert_eq!(compare(&new_head, &old_head, &[]), Some(1));
        // Another ledger with the same key: as if history had been written again.
        let fork = Bare::open(bare.engine).await;
        fork.write(291).await;
        fork.integrate().await;
        let forked = bare.directory.path().join("forked");
        let head = read_ledger::latest(&fork.bench).await.expect("readable").expect("a checkpoint");
        std::fs::write(&forked, head.note).expect("a file");
        assert_eq!(compare(&forked, &new_head, &["--tiles", path(&new)]), Some(1));
        let refused = export(&new, &["--since", path(&forked)]);
        assert!(!refused.status.success());
    }

    async fn the_audit_says_by_its_exit_status_whether_all_holds(bare) {
        bare.write(30).await;
        bare.integrate().await;
        let config = bare.config_file();
        let audit = || procura(&["ledger", "audit", "--payloads", "--json", "--config", path(&config)]);
        let held = audit();
        assert_eq!((held.status.code(), &json(&held)["holds"]), (Some(0), &Value::Bool(true)));
        let altered = format!("{}UPDATE entry_refs SET refused = refused, kind = 'act.opened'", unlock(bare.engine));
        bare.raw(&altered).await.expect("altered");
        let broken = audit();
        assert_eq!(broken.status.code(), Some(1));
        assert!(json(&broken)["findings"].as_array().is_some_and(|findings| findings.len() >= 30));
    }
}

on_each_database! {
    async fn the_public_paths_are_those_of_a_tiled_log(world) {
        for _ in 0..100 {
            if world.http.get(world.at("/readyz")).send().await.is_ok_and(|answer| answer.status() == 200) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let get = async |path: &str| {
            let answer = world.http.get(world.at(path)).send().await.expect("an answer");
            let header = |name: &str| {
                answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
            };
            let (kind, cache) = (header("content-type"), header("cache-control"));
            (answer.status().as_u16(), kind, cache, answer.bytes().await.expect("a body"))
        };
        let (status, kind, cache, note) = get("/ledger/checkpoint").await;
        assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
        assert!(cache.contains("no-cache"), "{cache}");
        let (_, _, _, key) = get("/ledger/key").await;
        let key: NoteKey = std::str::from_utf8(&key).expect("text").parse().expect("a key");
        let note = std::str::from_utf8(&note).expect("text");
        let head = procura::ledger::checkpoint::Checkpoint::verify(note, &key).expect("signed");
        assert_eq!(head.origin, ORIGIN);
        let (status, kind, cache, tile) = get(&format!("/ledger/tile/0/000.p/{}", head.size)).await;
        assert_eq!((status, kind.as_str(), tile.len() as u64), (200, "application/octet-stream", head.size * 32));
        assert!(cache.contains("immutable"), "{cache}");
        let (status, _, _, leaves) = get(&format!("/ledger/tile/entries/000.p/{}", head.size)).await;
        let leaves = procura::ledger::tiles::read_entries(&leaves).expect("leaves");
        assert_eq!((status, leaves.len() as u64), (200, head.size));
        for beyond in ["0/000", "0/001.p/1", "1/000.p/1", "0/0", "0/00000", "entries/000", "64/000", "0/x001", "..%2f000", ""] {
            assert_eq!(get(&format!("/ledger/tile/{beyond}")).await.0, 404, "{beyond}");
        }
    }
}
