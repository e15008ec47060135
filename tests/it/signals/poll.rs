//! Events fetched by their receiver.

use std::collections::BTreeSet;
use std::time::Duration;

use procura::domain::theme::Theme;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::signals::on_both_engines;
use crate::signals::stage::Stage;
use crate::signals::stage::checked;
use crate::signals::stage::system;

const THEMES: [Theme; 3] = [Theme::Social, Theme::Logement, Theme::Justice];

impl Stage {
    async fn fetch(&self, path: &str, mut body: Value) -> (BTreeSet<String>, Vec<Value>, bool) {
        if body.get("returnImmediately").is_none() {
            body["returnImmediately"] = json!(true);
        }
        let (status, answer) = self.call(&self.caf, Method::POST, path, Some(body)).await;
        assert_eq!(status, 200, "{answer}");
        let sets = answer["sets"].as_object().expect("sets").clone();
        let mut claims = Vec::new();
        for (id, token) in &sets {
            let token = token.as_str().expect("a token");
            let one = checked(&self.world, token, "secevent+jwt", self.caf.id.as_str()).await;
            assert_eq!(one["jti"], id.as_str());
            claims.push(one);
        }
        (sets.keys().cloned().collect(), claims, answer["moreAvailable"].as_bool().expect("a word"))
    }
}

on_both_engines! {
    async fn everything_is_fetched_once_acknowledged_and_in_order(engine) {
        let stage = Stage::set(engine).await;
        let (_, path) = stage.polled(&stage.caf).await;
        let mut mandates = Vec::new();
        for _ in 0..5 {
            mandates.push(stage.mandate(&THEMES, &[&stage.caf]).await);
        }
        for theme in THEMES {
            for mandate in &mandates {
                stage.revoke(*mandate, Some(theme)).await.expect("ended");
            }
        }
        let (first, _, more) = stage.fetch(&path, json!({ "maxEvents": 2 })).await;
        assert_eq!((first.len(), more), (2, true));
        let (again, _, _) = stage.fetch(&path, json!({ "maxEvents": 2 })).await;
        assert_eq!(first, again, "what was not acknowledged is offered again, under the same jti");
        let none = stage.fetch(&path, json!({ "maxEvents": 0, "ack": ["not-a-jti", "00000000-0000-0000-0000-000000000000"] })).await;
        assert_eq!((none.0.len(), none.2), (0, true));
        let mut told: Vec<Value> = Vec::new();
        let mut ack: Vec<String> = Vec::new();
        loop {
            let (ids, claims, more) = stage.fetch(&path, json!({ "ack": ack })).await;
            let subjects: BTreeSet<String> = claims.iter().map(|one| one["sub_id"]["id"].to_string()).collect();
            assert_eq!(subjects.len(), ids.len(), "one of each mandate at a time");
            told.extend(claims);
            ack = ids.into_iter().collect();
            if ack.is_empty() {
                assert!(!more);
                break;
            }
        }
        let ids: BTreeSet<String> = told.iter().map(|one| one["jti"].to_string()).collect();
        assert_eq!((told.len(), ids.len()), (20, 20), "nothing lost, nothing doubled");
        let subjects: BTreeSet<&str> = told.iter().filter_map(|one| one["sub_id"]["id"].as_str()).collect();
        for subject in subjects {
            let mine = told.iter().filter(|one| one["sub_id"]["id"] == subject);
            let events: Vec<&str> =
                mine.map(|one| one["events"].as_object().expect("events").keys().next().expect("one").as_str()).collect();
            assert_eq!(events[..3], ["urn:procura:event:mandate-theme-revoked"; 3]);
            assert_eq!(events[3], "urn:procura:event:mandate-revoked");
        }
    }

    async fn a_waiting_poll_hears_at_once_and_others_hear_nothing(engine) {
        let stage = Stage::set(engine).await;
        let other = system(&stage.world, "impots", &THEMES, None).await;
        let (_, path) = stage.polled(&stage.caf).await;
        let mandate = stage.mandate(&THEMES, &[&stage.caf]).await;
        let later = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            stage.revoke(mandate, None).await.expect("ended");
            std::time::Instant::now()
        };
        let poll = async {
            let got = stage.fetch(&path, json!({ "returnImmediately": false })).await;
            (got, std::time::Instant::now())
        };
        let (((ids, ..), heard), ended) = tokio::join!(poll, later);
        assert_eq!(ids.len(), 1);
        assert!(heard - ended < Duration::from_secs(2), "{:?}", heard - ended);
        let ack: Vec<String> = ids.into_iter().collect();
        let body = json!({ "ack": ack, "returnImmediately": true });
        assert_eq!(stage.call(&other, Method::POST, &path, Some(body.clone())).await.0, 404, "another client's stream");
        stage.polled(&other).await;
        assert_eq!(stage.call(&other, Method::POST, &path, Some(body)).await.0, 404);
        let (still, ..) = stage.fetch(&path, json!({})).await;
        assert_eq!(still.len(), 1, "nobody else took it");
        let refused = json!({ "setErrs": { (ack[0].clone()): { "err": "invalid_request", "description": "why" } } });
        let (gone, ..) = stage.fetch(&path, refused).await;
        assert!(gone.is_empty());
        let (status, _) = stage.call(&stage.caf, Method::POST, &path, Some(json!({ "ack": "x" }))).await;
        assert_eq!(status, 400);
    }
}
