//! Events pushed to receivers of every manner.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use procura::domain::mandate::MandateStatus;
use procura::domain::theme::Theme;
use procura::jobs;
use procura::operations::deliver_signals;
use procura::operations::refusal::Refusal;
use procura::outbound::Outbound;
use procura::storage::db::Sql;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;
use tokio::sync::watch;

use crate::consent::status;
use crate::signals::on_both_engines;
use crate::signals::receiver::Call;
use crate::signals::receiver::Manner;
use crate::signals::receiver::Receiver;
use crate::signals::stage::Stage;
use crate::signals::stage::system;
use crate::spaces::Scene;
use crate::spaces::service_with;

const THEMES: [Theme; 3] = [Theme::Social, Theme::Logement, Theme::Justice];
const SESSION: &str = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

fn event(call: &Call) -> String {
    call.claims["events"].as_object().and_then(|events| events.keys().next()).expect("an event").clone()
}

/// What was told of each mandate, in the order in which it was taken.
fn by_subject(taken: &[Call]) -> BTreeMap<String, Vec<String>> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for call in taken {
        let subject = call.claims["sub_id"]["id"].as_str().expect("a mandate").to_owned();
        let event = event(call);
        let short = event.rsplit(':').next().expect("a name").to_owned();
        let privilege = call.claims["events"][&event]["privileges"][0].as_str().unwrap_or_default();
        told.entry(subject).or_default().push(format!("{short} {privilege}").trim().to_owned());
    }
    told
}

fn distinct(calls: &[Call]) -> usize {
    calls.iter().map(|call| call.claims["jti"].to_string()).collect::<BTreeSet<_>>().len()
}

/// Ends every theme of a mandate, one after the other: four events.
async fn wear_down(stage: &Stage, mandates: &[procura::domain::ids::MandateId]) {
    for theme in THEMES {
        for mandate in mandates {
            stage.revoke(*mandate, Some(theme)).await.expect("ended");
        }
    }
}

fn assert_in_order(taken: &[Call], mandates: usize) {
    let told = by_subject(taken);
    assert_eq!(told.len(), mandates, "every mandate has a name of its own");
    let order = [
        "mandate-theme-revoked social",
        "mandate-theme-revoked logement",
        "mandate-theme-revoked justice",
        "mandate-revoked",
    ];
    assert!(told.values().all(|events| events == &order), "{told:?}");
}

on_both_engines! {
    async fn what_a_person_ends_is_pushed_to_who_knows_the_mandate(engine) {
        let stage = Stage::set(engine).await;
        let (mine, theirs) = (Receiver::open(Manner::Honest).await, Receiver::open(Manner::Honest).await);
        let other = system(&stage.world, "impots", &[Theme::Argent, Theme::Social], None).await;
        stage.push_to(&stage.caf, &mine).await;
        stage.push_to(&other, &theirs).await;
        let known = stage.mandate(&THEMES, &[&stage.caf]).await;
        let act = stage.act(&stage.caf, known, Theme::Social).await;
        let begun = std::time::Instant::now();
        stage.revoke(known, Some(Theme::Social)).await.expect("ended");
        let taken = mine.wait_for(2).await;
        assert!(taken.iter().all(|call| call.at - begun < Duration::from_secs(2)), "{taken:?}");
        let (told, ended): (Vec<_>, Vec<_>) = taken.iter().partition(|call| event(call) != SESSION);
        let head = &told[0].headers;
        assert_eq!(head["content-type"], "application/secevent+jwt");
        assert_eq!(head["accept"], "application/json");
        assert_eq!(head["authorization"], "Bearer the-receivers-own");
        let claims = stage.checked(told[0], "secevent+jwt", &stage.caf).await;
        let details = &claims["events"]["urn:procura:event:mandate-theme-revoked"];
        assert_eq!(details["privileges"], json!(["social"]));
        assert_eq!(details["privileges_left"], json!(["logement", "justice"]));
        assert_eq!(details["initiating_entity"], "user");
        assert!(details["reason_user"]["fr"].as_str().is_some_and(|words| words.contains("thématique")), "{details}");
        assert!(details["event_timestamp"].as_i64().is_some_and(|at| (at - stage.world.bench.now().seconds()).abs() < 5));
        assert!(claims.get("sub").is_none() && claims.get("exp").is_none(), "{claims}");
        let session = stage.checked(ended[0], "secevent+jwt", &stage.caf).await;
        assert_eq!(session["sub_id"]["session"]["id"], act.to_string());
        assert_eq!(session["sub_id"]["format"], "complex");
        assert!(session["events"][SESSION].is_object() && session["txn"] == claims["txn"], "{session} {claims}");
        theirs.nothing_more_than(0).await;
        let shared = stage.mandate(&[Theme::Social, Theme::Logement], &[&stage.caf, &other]).await;
        stage.revoke(shared, Some(Theme::Logement)).await.expect("ended");
        mine.wait_for(3).await;
        theirs.nothing_more_than(0).await;
        stage.revoke(shared, None).await.expect("ended");
        let (here, there) = (mine.wait_for(4).await, theirs.wait_for(1).await);
        let (here, there) = (&here[3].claims, &there[0].claims);
        for pointer in ["/sub_id/id", "/jti", "/txn"] {
            assert_ne!(here.pointer(pointer), there.pointer(pointer), "{pointer} means nothing elsewhere");
        }
    }

    async fn down_for_an_hour_then_everything_once_and_in_order(engine) {
        let stage = Stage::set(engine).await;
        let mut receiver = Receiver::open(Manner::Honest).await;
        stage.push_to(&stage.caf, &receiver).await;
        let mut mandates = Vec::new();
        for _ in 0..12 {
            mandates.push(stage.mandate(&THEMES, &[&stage.caf]).await);
        }
        receiver.away().await;
        // A second process works on the same database.
        let (_stop, stopped) = watch::channel(false);
        let (bench, outbound) = (stage.world.bench.clone(), Outbound::new(true, Duration::from_secs(2)).expect("a client"));
        tokio::spawn(async move { jobs::signals::run(&bench, &outbound, stopped).await });
        wear_down(&stage, &mandates).await;
        for _ in 0..12 {
            stage.world.clock.advance(Duration::from_secs(300));
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(receiver.calls().is_empty());
        receiver.back().await;
        // In steps that no claim of the two processes outlives.
        while receiver.taken().is_empty() {
            stage.world.clock.advance(Duration::from_secs(15));
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        let taken = receiver.wait_for(48).await;
        receiver.nothing_more_than(48).await;
        assert_eq!(distinct(&taken), 48, "nothing twice");
        assert_in_order(&taken, 12);
    }

    async fn a_wrong_receiver_gets_it_again_until_it_takes_it(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Fickle).await;
        stage.push_to(&stage.caf, &receiver).await;
        let mut mandates = Vec::new();
        for _ in 0..3 {
            mandates.push(stage.mandate(&THEMES, &[&stage.caf]).await);
        }
        wear_down(&stage, &mandates).await;
        while receiver.taken().len() < 12 {
            stage.world.clock.advance(Duration::from_secs(60));
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert!(receiver.calls().len() <= 60, "more than five tries each");
        }
        receiver.nothing_more_than(12).await;
        assert_eq!((receiver.calls().len(), distinct(&receiver.calls())), (60, 12), "the same jti at each try");
        assert_eq!(receiver.strayed(), 0, "a redirect is not followed");
        assert_in_order(&receiver.taken(), 3);
    }

    async fn what_is_refused_for_good_is_given_up_and_the_next_goes_on(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Answer(400, r#"{"err":"invalid_audience","description":"not me"}"#)).await;
        stage.push_to(&stage.caf, &receiver).await;
        let mandate = stage.mandate(&THEMES, &[&stage.caf]).await;
        stage.revoke(mandate, Some(Theme::Social)).await.expect("ended");
        while receiver.calls().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        stage.world.clock.advance(Duration::from_secs(3_600));
        receiver.be(Manner::Answer(400, r#"{"err":"authentication_failed"}"#));
        stage.revoke(mandate, None).await.expect("ended");
        while receiver.calls().len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        receiver.be(Manner::Honest);
        stage.world.clock.advance(Duration::from_secs(10));
        let taken = receiver.wait_for(1).await;
        assert_eq!(event(&taken[0]), "urn:procura:event:mandate-revoked");
        receiver.nothing_more_than(1).await;
    }

    async fn a_slow_receiver_holds_nobody_else(engine) {
        let stage = Stage::set(engine).await;
        let other = system(&stage.world, "impots", &[Theme::Social], None).await;
        let slow = Receiver::open(Manner::Slow(Duration::from_secs(30))).await;
        let honest = Receiver::open(Manner::Honest).await;
        stage.push_to(&stage.caf, &slow).await;
        stage.push_to(&other, &honest).await;
        let mut mandates = Vec::new();
        for _ in 0..40 {
            mandates.push(stage.mandate(&[Theme::Social], &[&stage.caf, &other]).await);
        }
        let begun = std::time::Instant::now();
        for mandate in &mandates {
            stage.revoke(*mandate, None).await.expect("ended");
        }
        let told = begun.elapsed();
        let taken = honest.wait_for(40).await;
        assert!(begun.elapsed() - told < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert_eq!((taken.len(), distinct(&taken)), (40, 40));
        slow.be(Manner::Honest);
        stage.world.clock.advance(Duration::from_secs(600));
        slow.wait_for(40).await;
    }

    async fn what_cannot_be_told_does_not_happen(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Honest).await;
        stage.push_to(&stage.caf, &receiver).await;
        let mandate = stage.mandate(&THEMES, &[&stage.caf]).await;
        let rename = |sql: &'static str| {
            let bench = stage.world.bench.clone();
            async move {
                let mut tx = bench.db.begin().await.expect("a transaction");
                tx.query(Sql::same(sql)).execute().await.expect("renamed");
                tx.commit().await.expect("committed");
            }
        };
        rename("ALTER TABLE signals RENAME TO signals_gone").await;
        assert!(matches!(stage.revoke(mandate, None).await, Err(Refusal::Fault(_))));
        assert_eq!(status(&stage.world, mandate).await, MandateStatus::Active);
        assert_eq!(stage.world.count("mandate.revoked").await, 0);
        rename("ALTER TABLE signals_gone RENAME TO signals").await;
        stage.revoke(mandate, None).await.expect("ended");
        assert!(stage.revoke(mandate, None).await.is_err(), "ended before");
        // The job waits a while after a fault.
        receiver.wait_for(1).await;
        receiver.nothing_more_than(1).await;
    }

    async fn after_three_days_the_stream_learns_that_something_was_lost(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Answer(503, "")).await;
        stage.push_to(&stage.caf, &receiver).await;
        let mandate = stage.mandate(&THEMES, &[&stage.caf]).await;
        stage.revoke(mandate, None).await.expect("ended");
        stage.world.clock.advance(Duration::from_secs(71 * 3_600));
        assert_eq!(deliver_signals::drop_old(&stage.world.bench).await.expect("cleaned"), 0);
        stage.world.clock.advance(Duration::from_secs(2 * 3_600));
        assert_eq!(deliver_signals::drop_old(&stage.world.bench).await.expect("cleaned"), 1);
        receiver.be(Manner::Honest);
        stage.world.clock.advance(Duration::from_secs(300));
        let taken = receiver.wait_for(1).await;
        let claims = stage.checked(&taken[0], "secevent+jwt", &stage.caf).await;
        let details = &claims["events"]["https://schemas.openid.net/secevent/ssf/event-type/stream-updated"];
        assert_eq!(details["status"], "enabled");
        assert!(details["reason"].as_str().is_some_and(|words| words.contains("abandonnés")), "{claims}");
        receiver.nothing_more_than(1).await;
    }

    async fn paused_keeps_disabled_drops_and_a_muted_mandate_is_not_told(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Honest).await;
        let id = stage.push_to(&stage.caf, &receiver).await;
        let set = async |status: &str| {
            let body = json!({ "stream_id": id, "status": status, "reason": "maintenance" });
            let (code, answer) = stage.call(&stage.caf, Method::POST, "/ssf/status", Some(body)).await;
            assert_eq!((code, &answer["status"], &answer["reason"]), (200, &json!(status), &json!("maintenance")));
        };
        let mandate = stage.mandate(&THEMES, &[&stage.caf]).await;
        set("paused").await;
        stage.revoke(mandate, Some(Theme::Social)).await.expect("ended");
        receiver.nothing_more_than(0).await;
        set("enabled").await;
        let taken = receiver.wait_for(1).await;
        set("disabled").await;
        stage.revoke(mandate, Some(Theme::Logement)).await.expect("ended");
        set("enabled").await;
        receiver.nothing_more_than(1).await;
        let subject = &taken[0].claims["sub_id"];
        let body = json!({ "stream_id": id, "subject": subject });
        let (code, _) = stage.call(&stage.caf, Method::POST, "/ssf/subjects/remove", Some(body.clone())).await;
        assert_eq!(code, 204);
        stage.act(&stage.caf, mandate, Theme::Justice).await;
        stage.revoke(mandate, None).await.expect("ended");
        receiver.nothing_more_than(1).await;
        let (code, _) = stage.call(&stage.caf, Method::POST, "/ssf/subjects/add", Some(body)).await;
        assert_eq!(code, 200);
        let next = stage.mandate(&THEMES, &[&stage.caf]).await;
        stage.revoke(next, None).await.expect("ended");
        receiver.wait_for(2).await;
        let body = json!({ "stream_id": id, "subject": { "format": "email", "email": "x@example.org" } });
        let (code, _) = stage.call(&stage.caf, Method::POST, "/ssf/subjects/remove", Some(body)).await;
        assert_eq!(code, 400);
    }

    async fn a_whole_act_through_the_pages_is_known_by_the_identifiers_of_its_tokens(engine) {
        let world = crate::signals::stage::open_world(engine).await;
        let receiver = Receiver::open(Manner::Honest).await;
        let mut scene = Scene::set(world).await;
        let rsa = service_with(&scene.world, "rsa", |new| {
            new.scopes = Some(["openid", "profile", "ssf.manage"].map(str::to_owned).into());
        })
        .await;
        let fields = [("grant_type", "client_credentials"), ("scope", "ssf.manage")];
        let (_, own) = scene.post("/oauth/token", &rsa, &fields).await;
        let own = own["access_token"].as_str().expect("a token").to_owned();
        let body = json!({ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": receiver.url() } });
        let call = scene.world.http.post(scene.world.at("/ssf/stream")).bearer_auth(&own).json(&body);
        assert_eq!(call.send().await.expect("an answer").status().as_u16(), 201);
        let acted = scene.act_at(&rsa, "social").await;
        let payload = acted.mandate_token.split('.').nth(1).and_then(procura::crypto::hash::unb64).expect("claims");
        let known: Value = serde_json::from_slice(&payload).expect("claims");
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at(&format!("/personne/mandats/{}/revoquer", scene.mandate.id))).await;
        let form = page.expect("the page").form_last_in_main().expect("the form");
        browser.submit(&form).await.expect("ended");
        let taken = receiver.wait_for(2).await;
        let of = |kind: &str| taken.iter().find(|call| event(call) == kind).expect(kind).claims.clone();
        let told = of("urn:procura:event:mandate-revoked");
        assert_eq!(told["sub_id"]["id"], known["authorization_details"][0]["identifier"]);
        assert_eq!(of(SESSION)["sub_id"]["user"]["sub"], known["sub"]);
        let (_, live) = scene.post("/oauth/introspect", &rsa, &[("token", &acted.access_token)]).await;
        assert_eq!(live, json!({ "active": false }));
    }
}
