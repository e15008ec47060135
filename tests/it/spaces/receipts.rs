//! Reports of administrations: once, by the right client, about its own act.

use serde_json::Value;
use serde_json::json;

use crate::spaces::Scene;
use crate::spaces::service;

fn body() -> Value {
    json!({ "kind": "submitted", "label": "Déclaration de ressources 2026", "reference": "R-7", "at": "2026-11-22T10:00:00Z" })
}

on_each_database! {
    async fn a_report_is_written_once(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let (status, first) = scene.report(&acted.txn, &acted.access_token, "k1", &body()).await;
        assert_eq!(status, 201, "{first}");
        let (status, again) = scene.report(&acted.txn, &acted.access_token, "k1", &body()).await;
        assert_eq!((status, &again["entry"]), (200, &first["entry"]));
        let mut other = body();
        other["label"] = "Autre chose".into();
        let (status, problem) = scene.report(&acted.txn, &acted.access_token, "k1", &other).await;
        assert_eq!((status, &problem["type"], &problem["detail"]), (409, &json!("urn:procura:problem:conflict"), &json!("idempotency-key-reused")));
        assert_eq!(scene.world.count("act.reported").await, 1);
        let (status, _) = scene.report(&acted.txn, &acted.access_token, "k2", &other).await;
        assert_eq!(status, 201);
        let own = scene.own_token(&scene.caf).await;
        let (status, _) = scene.report(&acted.txn, &own, "k3", &other).await;
        assert_eq!((status, scene.world.count("act.reported").await), (201, 3));
    }

    async fn the_same_report_twice_at_once_is_one_line(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let usual = body();
        let calls = (0..6).map(|_| scene.report(&acted.txn, &acted.access_token, "k1", &usual));
        let answers = futures_util::future::join_all(calls).await;
        assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|(status, answer)| *status < 300 && answer["entry"] == answers[0].1["entry"]), "{answers:?}");
        assert_eq!(scene.world.count("act.reported").await, 1);
    }

    async fn nobody_else_reports(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        let foreign = scene.own_token(&impots).await;
        assert_eq!(scene.report(&acted.txn, &foreign, "k", &body()).await.0, 404, "another client's act");
        let second = scene.act("logement").await;
        assert_eq!(scene.report(&acted.txn, &second.access_token, "k", &body()).await.0, 404, "another act's token");
        assert_eq!(scene.report(&acted.txn, &acted.mandate_token, "k", &body()).await.0, 403, "a mandate token");
        assert_eq!(scene.report(&acted.txn, "abc", "k", &body()).await.0, 401);
        let tampered = format!("{}A", acted.access_token);
        assert_eq!(scene.report(&acted.txn, &tampered, "k", &body()).await.0, 401);
        let nowhere = uuid::Uuid::nil().to_string();
        let own = scene.own_token(&scene.caf).await;
        assert_eq!(scene.report(&nowhere, &own, "k", &body()).await.0, 404);
        scene.world.clock.advance(std::time::Duration::from_secs(301));
        assert_eq!(scene.report(&acted.txn, &acted.access_token, "k", &body()).await.0, 401, "an old token");
        assert_eq!(scene.world.count("act.reported").await, 0);
    }

    async fn what_does_not_fit_is_told(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let wrong = [
            json!({}),
            json!({ "kind": "invented", "label": "x" }),
            json!({ "kind": "paid", "label": "" }),
            json!({ "kind": "paid", "label": "a\nb" }),
            json!({ "kind": "paid", "label": "x".repeat(201) }),
            json!({ "kind": "paid", "label": "x", "at": "hier" }),
            json!({ "kind": "paid", "label": "x", "at": "2199-01-01T00:00:00Z" }),
            json!({ "kind": "paid", "label": "x", "person": "Jeanne" }),
        ];
        for body in wrong {
            let (status, problem) = scene.report(&acted.txn, &acted.access_token, "k", &body).await;
            assert_eq!((status, &problem["status"]), (400, &json!(400)), "{body}: {problem}");
        }
        assert_eq!(scene.report(&acted.txn, &acted.access_token, "", &body()).await.0, 400, "no key");
        let url = scene.world.at(&format!("/api/v1/acts/{}/receipts", acted.txn));
        let call = |kind: &'static str, body: String| {
            scene.world.http.post(url.clone()).bearer_auth(&acted.access_token).header("idempotency-key", "k").header("content-type", kind).body(body)
        };
        assert_eq!(call("text/plain", body().to_string()).send().await.expect("an answer").status().as_u16(), 415);
        let large = json!({ "kind": "paid", "label": "x".repeat(20_000) }).to_string();
        let answer = call("application/json", large).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 413);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(scene.world.count("act.reported").await, 0);
        let document: Value = scene.world.http.get(scene.world.at("/api/v1/openapi.json")).send().await.expect("an answer").json().await.expect("json");
        assert!(document["paths"]["/api/v1/acts/{txn}/receipts"]["post"].is_object(), "{document}");
    }
}
