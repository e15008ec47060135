//! Papers: what stands on them, who may have them, what their code says, and the explanations beside the text.

mod desk;
mod readers;

use procura::crypto::hash::sha256;
use procura::demo::browser::Browser;
use procura::demo::browser::cookies::Navigation;
use procura::domain::ids::MandateId;
use procura::operations::data_keys;
use procura::operations::decide_mandate::TEXT_LABEL;
use procura::storage::db::Sql;
use procura::storage::mandates;
use reqwest::header::CACHE_CONTROL;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::COOKIE;

use crate::consent::draw_up;
use crate::consent::open_text;
use crate::spaces::Scene;
use crate::world::World;

/// A PDF file as this browser gets it.
pub async fn file(world: &World, browser: &Browser, path: &str) -> Vec<u8> {
    let url = world.at(path);
    let here = Navigation { same_site: true, safe_method: true };
    let cookies = browser.cookies().header(&url, here, world.bench.now()).expect("a session");
    let answer = world.http.get(url).header(COOKIE, cookies).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/pdf");
    assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    answer.bytes().await.expect("a file").to_vec()
}

/// The text that was approved, by the digest that was.
pub async fn signed_text(world: &World, id: MandateId) -> String {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let mandate = mandates::find(&mut tx, id).await.expect("a read").expect("the mandate").mandate;
    let stored = mandates::consent(&mut tx, id).await.expect("a read").expect("its consent");
    let key = data_keys::require(&world.bench, &mut tx, stored.data_key).await.expect("her key");
    let text = key.open(TEXT_LABEL, &stored.sealed_text).expect("the text").to_vec();
    assert_eq!(mandate.consent().expect("a consent").text_digest, sha256(&text));
    String::from_utf8(text).expect("a text")
}

/// Makes a code on the aidant's page and gives it as printed.
pub async fn with_code(scene: &mut Scene) -> String {
    let path = format!("{}/attestation", scene.mandate.path);
    let page = scene.aidant.get(&scene.world, &path).await;
    let form = page.form_to("/attestation").expect("the button");
    let page = scene.aidant.browser.submit(&form).await.expect("the paper");
    page.words(".attestation__code").expect("a code")
}

on_each_database! {
    async fn papers_are_for_those_who_hold_the_mandate(world) {
        let mut scene = Scene::set(world).await;
        with_code(&mut scene).await;
        let paper = format!("{}/attestation.pdf", scene.mandate.path);
        assert!(file(&scene.world, &scene.aidant.browser, &paper).await.starts_with(b"%PDF-1.7"));
        let mut other = scene.world.aidant("Nadia").await;
        other.login(&scene.world).await;
        let mut stranger = scene.world.browser();
        let end = format!("{}/revocation.pdf", scene.mandate.path);
        for path in [&paper, &end] {
            assert_eq!(other.get(&scene.world, path).await.status.as_u16(), 404, "{path}");
            let page = stranger.get(&scene.world.at(path)).await.expect("a page");
            assert_eq!(page.url.path(), "/aidant/connexion", "{path}");
        }
        let missing = scene.aidant.get(&scene.world, &end).await;
        assert_eq!(missing.status.as_u16(), 404, "nothing was ended");
        let (jeanne, _) = scene.person("jeanne").await;
        let (mut rosa, _) = scene.person("rosa").await;
        for paper in ["attestation.pdf", "revocation.pdf"] {
            let path = format!("/personne/mandats/{}/{paper}", scene.mandate.id);
            assert_eq!(rosa.get(&scene.world.at(&path)).await.expect("a page").status.as_u16(), 404, "{path}");
            let page = stranger.get(&scene.world.at(&path)).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{path}");
        }
        let path = format!("/personne/mandats/{}/attestation.pdf", scene.mandate.id);
        assert!(file(&scene.world, &jeanne, &path).await.starts_with(b"%PDF-1.7"));
        assert!(file(&scene.world, &jeanne, "/personne/journal.pdf").await.starts_with(b"%PDF-1.7"));
    }

    async fn the_person_makes_her_own_paper_once(world) {
        let scene = Scene::set(world).await;
        let (mut jeanne, _) = scene.person("jeanne").await;
        let path = format!("/personne/mandats/{}", scene.mandate.id);
        // As one approved by an earlier version, which made no code.
        let mut tx = scene.world.bench.db.begin().await.expect("a transaction");
        tx.query(Sql::same("DELETE FROM attestations")).execute().await.expect("dropped");
        tx.commit().await.expect("a commit");
        for _ in 0..2 {
            let page = jeanne.get(&scene.world.at(&path)).await.expect("her mandate");
            jeanne.submit(&page.form_to("/attestation").expect("the button")).await.expect("the paper");
        }
        assert_eq!(scene.world.count("attestation.issued").await, 1, "the second time the same code");
    }

    async fn a_replaced_code_says_so_and_looks_are_counted(world) {
        let mut scene = Scene::set(world).await;
        let old = with_code(&mut scene).await;
        let new = with_code(&mut scene).await;
        let mut stranger = scene.world.browser();
        let form = stranger.get(&scene.world.at("/verifier")).await.expect("the form").form_last_in_main().expect("the form");
        let typed = |code: &str| form.clone().with(&[("code", code)]).expect("its field");
        let page = stranger.submit(&typed(&old)).await.expect("an answer");
        assert!(page.h1().contains("remplacée") && !page.main_text().contains("CCAS"), "{}", page.main_text());
        let page = stranger.submit(&typed(&new)).await.expect("an answer");
        assert!(page.h1().contains("valable"), "{}", page.main_text());
        assert_eq!(scene.world.count("attestation.verified").await, 2);
        let scanned = stranger.get(&scene.world.at(&format!("/verifier?code={new}"))).await.expect("the form");
        assert!(scanned.h1().contains("Vérifier"), "opening the address looks at nothing");
        assert_eq!(scene.world.count("attestation.verified").await, 2);
        let mut slowed = 0;
        for _ in 0..64 {
            let page = stranger.submit(&typed(&new)).await.expect("an answer");
            slowed += usize::from(page.status.as_u16() == 429);
        }
        assert!(slowed > 0, "looking again and again is slowed down");
        assert!(scene.world.count("attestation.verified").await < 66);
    }

    async fn explanations_stand_beside_the_text(world) {
        let mut scene = Scene::set(world).await;
        let mut reader = scene.world.browser();
        for (lang, direction) in [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl"), ("es", "ltr"), ("pt", "ltr"), ("ro", "ltr"), ("tr", "ltr"), ("uk", "ltr")] {
            let page = reader.get(&scene.world.at(&format!("/explications/{lang}"))).await.expect("a page");
            assert_eq!(page.status.as_u16(), 200, "{lang}");
            assert_eq!(page.attribute("#explication", "lang").as_deref(), Some(lang));
            assert_eq!(page.attribute("#explication", "dir").as_deref(), Some(direction));
            assert_eq!(page.all_words("#explication ul:first-of-type li").len(), 10, "{lang}");
            assert!(!page.text().contains('⟦'), "{lang}");
        }
        let unknown = reader.get(&scene.world.at("/explications/xx")).await.expect("a page");
        assert_eq!(unknown.status.as_u16(), 404);
        let handed = draw_up(&scene.world, &mut scene.aidant, &["social", "papiers"], "month").await;
        let text = open_text(&scene.world, &mut reader, &handed.link, "jeanne").await;
        assert!(text.words("#explication").is_none() && text.words("#langues").is_some());
        let link = text.link("?explication=ar").expect("the Arabic one");
        let explained = reader.get(&link).await.expect("the text again");
        assert_eq!(explained.attribute("#explication", "dir").as_deref(), Some("rtl"));
        assert_eq!(explained.all_words("#explication ul:first-of-type li").len(), 2, "its own themes alone");
        assert_eq!(explained.words(".sheet"), text.words(".sheet"), "the French text is the same");
        let form = explained.form_last_in_main().expect("the decision");
        assert!(form.press("decision", "approve").is_ok());
    }
}
