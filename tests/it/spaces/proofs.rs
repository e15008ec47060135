//! What a person takes with her: one line in two forms, a whole mandate, and that it reaches what an administration was told.

use std::path::Path;
use std::process::Command;
use std::process::Output;

use procura::crypto::hash::unb64;
use procura::ledger::verify::Head;
use procura::ledger::verify::Line;
use procura::ledger::verify::Report;
use procura::ledger::verify::Wrong;
use procura::ledger::verify::verify_up_to;
use procura::operations::keys;
use serde_json::Value;
use serde_json::json;

use crate::spaces::Scene;
use crate::spaces::service;

async fn procura(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    command.args(arguments).env_clear().current_dir("/");
    tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("runs")
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).and_then(unb64).expect("claims");
    serde_json::from_slice(&claims).expect("claims")
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, content).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

on_each_database! {
    async fn one_line_comes_as_json_and_as_tlog_proof_and_both_verify(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let (mut browser, _) = scene.person("jeanne").await;
        let path = format!("/personne/journal/{}/preuve", acted.txn);
        let json = browser.get(&scene.world.at(&path)).await.expect("a file").html;
        let text = browser.get(&scene.world.at(&format!("{path}?format=tlog-proof"))).await.expect("a file").html;
        // The tree may have grown between the two.
        let lines = |report: Report| report.lines.into_iter().map(|line| Line { size: 0, ..line }).collect::<Vec<_>>();
        assert_eq!(lines(scene.verified(&json).await), lines(scene.verified(&text).await));
        let wrong = browser.get(&scene.world.at(&format!("{path}?format=other"))).await.expect("a page");
        assert_eq!(wrong.status.as_u16(), 400);
        let folder = tempfile::tempdir().expect("a folder");
        let key = keys::ledger_verifier(&scene.world.bench).await.expect("a key").to_string();
        let bundle: Value = serde_json::from_str(&json).expect("json");
        let field = |name: &str| bundle[name].as_str().expect("a field").to_owned();
        let exact = |name: &str| String::from_utf8(unb64(&field(name)).expect("base64url")).expect("UTF-8");
        let proof = file(folder.path(), "proof", &field("tlog_proof"));
        let leaf = file(folder.path(), "leaf", &exact("leaf"));
        let payload = file(folder.path(), "payload", &exact("payload"));
        let bent = file(folder.path(), "bent", &exact("payload").replace("social", "papier"));
        let k = field("k");
        let verify = ["ledger", "verify", &proof, "--key", &key];
        let ask = async |more: &[&str]| procura(&[&verify[..], more].concat()).await;
        assert!(!ask(&[]).await.status.success(), "a bare proof says nothing by itself");
        assert!(ask(&["--leaf", &leaf]).await.status.success());
        let held = ask(&["--payload", &payload, "--k", &k, "--json"]).await;
        assert!(held.status.success(), "{}", words(&held));
        assert_eq!(serde_json::from_slice::<Value>(&held.stdout).expect("json")["id"], acted.txn);
        let wrong = ask(&["--payload", &bent, "--k", &k]).await;
        assert!(wrong.status.code() == Some(1) && words(&wrong).contains("inclusion"), "{}", words(&wrong));
        let other = ask(&["--leaf", &payload]).await;
        assert!(other.status.code() == Some(1) && words(&other).contains("leaf is unreadable"), "{}", words(&other));
    }

    async fn the_mandates_file_reaches_what_each_administration_was_told(world) {
        let mut scene = Scene::set(world).await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        let first = scene.act("social").await;
        let second = scene.act_at(&impots, "social").await;
        let report = json!({ "kind": "paid", "label": "Aide versée", "at": "2026-11-01T09:00:00Z" });
        let (status, told) = scene.report(&first.txn, &first.access_token, "k", &report).await;
        assert_eq!(status, 201, "{told}");
        let (status, again) = scene.report(&first.txn, &first.access_token, "k", &report).await;
        assert_eq!((status, &again), (200, &told), "the same report gets the same answer");
        let heads = [
            claims(&first.mandate_token)["chain"].as_str().expect("chain").to_owned(),
            claims(&second.mandate_token)["chain"].as_str().expect("chain").to_owned(),
            told["chain"].as_str().expect("chain").to_owned(),
        ];
        assert!(heads[0] != heads[1] && heads[1] != heads[2], "no two clients are told the same: {heads:?}");
        let (mut browser, _) = scene.person("jeanne").await;
        let path = format!("/personne/mandats/{}/preuve", scene.mandate.id);
        browser.get(&scene.world.at(&format!("/personne/journal/{}/preuve", told["entry"].as_str().expect("an entry")))).await.expect("integrated");
        let whole = browser.get(&scene.world.at(&path)).await.expect("a file").html;
        let key = keys::ledger_verifier(&scene.world.bench).await.expect("a key");
        let asked: Vec<Head> = heads.iter().map(|head| head.parse().expect("a head")).collect();
        let report = verify_up_to(whole.as_bytes(), &key, &asked).expect("it reaches them all");
        assert_eq!((report.mandates.len(), report.mandates[0].first), (1, 1));
        assert!(report.heads.is_sorted_by_key(|head| head.n) && report.heads[2].n <= report.mandates[0].last);
        // The file without its newest lines, or without one in the middle, does not.
        let mut short: Value = serde_json::from_str(&whole).expect("json");
        let lines = short["bundles"].as_array_mut().expect("a list");
        lines.retain(|line| line["entry"]["chain"]["n"].as_i64().is_some_and(|n| n < report.heads[2].n));
        let findings = verify_up_to(short.to_string().as_bytes(), &key, &asked[2..]).expect_err("cut short");
        assert!(matches!(findings[0].wrong, Wrong::Head(_)), "{findings:?}");
        let folder = tempfile::tempdir().expect("a folder");
        let (whole, short) = (file(folder.path(), "whole", &whole), file(folder.path(), "short", &short.to_string()));
        let token = file(folder.path(), "token", &second.mandate_token);
        let jwks = scene.world.http.get(scene.world.at("/oauth/jwks")).send().await.expect("keys").text().await.expect("keys");
        let jwks = file(folder.path(), "jwks", &jwks);
        let key = key.to_string();
        let said = procura(&["ledger", "verify", &whole, "--key", &key, "--token", &token, "--jwks", &jwks, "--mandate-head", &heads[2]]).await;
        assert!(said.status.success() && words(&said).contains("the head asked for is line"), "{}", words(&said));
        let said = procura(&["ledger", "verify", &short, "--key", &key, "--mandate-head", &heads[2]]).await;
        assert!(said.status.code() == Some(1) && words(&said).contains("does not reach"), "{}", words(&said));
        let numbered = format!("1:{}", heads[0]);
        let said = procura(&["ledger", "verify", &whole, "--key", &key, "--mandate-head", &numbered]).await;
        assert!(said.status.code() == Some(1) && words(&said).contains("not line 1"), "{}", words(&said));
        let forged = file(folder.path(), "forged", &format!("{}A", second.mandate_token));
        let said = procura(&["ledger", "verify", &whole, "--key", &key, "--token", &forged, "--jwks", &jwks]).await;
        assert!(!said.status.success() && words(&said).contains("token does not hold"), "{}", words(&said));
    }

    async fn a_mandates_file_is_hers_alone(world) {
        let scene = Scene::set(world).await;
        let path = format!("/personne/mandats/{}/preuve", scene.mandate.id);
        let (mut other, _) = scene.person("rosa").await;
        assert_eq!(other.get(&scene.world.at(&path)).await.expect("a page").status.as_u16(), 404);
        let mut nobody = scene.world.browser();
        assert_eq!(nobody.get(&scene.world.at(&path)).await.expect("a page").url.path(), "/personne/connexion");
        let page = nobody.get(&scene.world.at("/verifier/preuve")).await.expect("a page");
        let key = keys::ledger_verifier(&scene.world.bench).await.expect("a key").to_string();
        assert!(page.status.as_u16() == 200 && page.html.contains(&key.replace('+', "&#43;")) || page.html.contains(&key));
        assert!(!page.html.contains('⟦'), "a sentence is missing");
    }
}
