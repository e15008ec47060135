//! `/api/v1/trails`: an administration's own system, with a scope that two persons gave it, reads its own acts.

use procura::domain::client::ClientKind;
use procura::domain::message::MessageBody;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use serde_json::Value;

use crate::authority::PURPOSE;
use crate::authority::settled;
use crate::spaces::Acted;
use crate::spaces::Scene;
use crate::spaces::Service;
use crate::spaces::service;
use crate::spaces::service_with;
use crate::world::CLI;

/// A system of the administration with the service `caf`.
async fn system(scene: &Scene) -> Service {
    service_with(&scene.world, "caf-controle", |new| {
        new.sector = Some("caf".to_owned());
        new.scopes = Some(["openid", "trails"].map(str::to_owned).into());
    })
    .await
}

async fn token(scene: &Scene, service: &Service, scope: &str) -> (u16, Value) {
    let fields = [("grant_type", "client_credentials"), ("scope", scope)];
    scene.post("/oauth/token", service, &fields).await
}

async fn asked(scene: &Scene, token: &str, fields: &[(&str, &str)]) -> (u16, String, Option<String>) {
    let mut address = scene.world.at("/api/v1/trails");
    address.query_pairs_mut().extend_pairs(fields);
    let call = scene.world.http.get(address).bearer_auth(token);
    let answer = call.send().await.expect("an answer");
    let link = answer.headers().get("link").and_then(|link| link.to_str().ok()).map(str::to_owned);
    (answer.status().as_u16(), answer.text().await.expect("a body"), link)
}

fn claim(acted: &Acted, name: &str) -> String {
    let claims = acted.id_token.split('.').nth(1).and_then(procura::crypto::hash::unb64).expect("claims");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    claims.pointer(name).and_then(Value::as_str).expect("a claim").to_owned()
}

on_each_database! {
    async fn a_system_reads_its_own_acts_with_proofs(world) {
        let mut scene = Scene::set(world).await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        scene.act_at(&impots, "logement").await;
        let system = system(&scene).await;
        let (status, answer) = token(&scene, &system, "trails").await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        settled(&scene.world).await;
        let (status, body, _) = asked(&scene, &token, &[("purpose", PURPOSE)]).await;
        assert_eq!(status, 200, "{body}");
        let page: Value = serde_json::from_str(&body).expect("json");
        let entries = page["entries"].as_array().expect("entries");
        assert!(entries.len() >= 3 && entries.iter().all(|one| one["entry"]["client"]["id"] == "caf"), "{body}");
        assert!(entries.iter().all(|one| one["index"].is_u64()), "{body}");
        assert_eq!(scene.world.count("trail.read_by_authority").await, 1, "one person, one line");
        let told = scene.world.messages().await.into_iter().filter(|message| matches!(message.body, MessageBody::TrailRead { .. })).count();
        assert_eq!(told, 1);
        let (sub, actor) = (claim(&acted, "/sub"), claim(&acted, "/act/sub"));
        let narrow: [&[(&str, &str)]; 4] = [
            &[("purpose", PURPOSE), ("sub", &sub), ("kind", "act.opened")],
            &[("purpose", PURPOSE), ("actor", &actor), ("kind", "act.opened")],
            &[("purpose", PURPOSE), ("txn", &acted.txn), ("kind", "act.opened")],
            &[("purpose", PURPOSE), ("client", "caf"), ("kind", "act.opened")],
        ];
        for fields in narrow {
            let (status, body, _) = asked(&scene, &token, fields).await;
            let page: Value = serde_json::from_str(&body).expect("json");
            assert_eq!((status, page["entries"].as_array().map(Vec::len)), (200, Some(1)), "{fields:?}: {body}");
        }
        let (status, file, _) = asked(&scene, &token, &[("purpose", PURPOSE), ("format", "bundle")]).await;
        assert_eq!(status, 200, "{file}");
        assert!(scene.verified(&file).await.lines.len() >= 3, "the proofs hold without the gateway");
        for format in ["ocsf", "fhir"] {
            let (status, body, _) = asked(&scene, &token, &[("purpose", PURPOSE), ("format", format)]).await;
            assert_eq!(status, 200, "{body}");
            let one = if format == "ocsf" { body.lines().next().expect("an event") } else { &body };
            let one: Value = serde_json::from_str(one).expect("json");
            assert!(one["class_uid"].is_u64() || one["resourceType"] == "Bundle", "{one}");
        }
        assert_eq!(scene.world.count("trail.exported").await, 3);
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains(PURPOSE) && journal.main_text().contains("caf-controle"), "{}", journal.main_text());
    }

    async fn pages_follow_each_other(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        scene.act("logement").await;
        let system = system(&scene).await;
        let token = token(&scene, &system, "trails").await.1["access_token"].as_str().expect("a token").to_owned();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let mut fields = vec![("purpose", PURPOSE), ("limit", "2"), ("to", "2199-01-01")];
            if !cursor.is_empty() {
                fields.push(("cursor", &cursor));
            }
            let (status, body, _) = asked(&scene, &token, &fields).await;
            assert_eq!(status, 200, "{body}");
            let page: Value = serde_json::from_str(&body).expect("json");
            seen.extend(page["entries"].as_array().expect("entries").iter().map(|one| one["entry"]["id"].to_string()));
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert!(all >= 4 && seen.len() == all, "none twice: {seen:?}");
        let (_, _, link) = asked(&scene, &token, &[("purpose", PURPOSE), ("limit", "2"), ("format", "ocsf")]).await;
        assert!(link.is_some_and(|link| link.contains("cursor=") && link.contains("rel=\"next\"")));
    }

    async fn others_read_nothing(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let system = system(&scene).await;
        let answer = token(&scene, &system, "trails").await.1;
        let good = answer["access_token"].as_str().expect("a token").to_owned();
        let (status, answer) = token(&scene, &scene.caf, "trails").await;
        assert_eq!((status, &answer["error"]), (400, &Value::from("invalid_scope")), "a service has the scope only where it was given");
        let receipts = scene.own_token(&scene.caf).await;
        for (token, wanted) in [(receipts.as_str(), 403), (acted.access_token.as_str(), 403), (acted.mandate_token.as_str(), 403), ("x", 401)] {
            let (status, body, _) = asked(&scene, token, &[("purpose", PURPOSE)]).await;
            assert_eq!(status, wanted, "{body}");
            let problem: Value = serde_json::from_str(&body).expect("a problem");
            assert_eq!(problem["status"], wanted, "{body}");
        }
        let wrong: [(&[(&str, &str)], u16); 8] = [
            (&[], 400),
            (&[("purpose", "curieux")], 400),
            (&[("purpose", PURPOSE), ("limit", "101")], 400),
            (&[("purpose", PURPOSE), ("kind", "act.invented")], 400),
            (&[("purpose", PURPOSE), ("client", "impots")], 400),
            (&[("purpose", PURPOSE), ("person", "Lefèvre")], 400),
            (&[("purpose", PURPOSE), ("sub", "abc")], 404),
            (&[("purpose", PURPOSE), ("case", "2026-0001")], 404),
        ];
        for (fields, wanted) in wrong {
            let (status, body, _) = asked(&scene, &good, fields).await;
            assert_eq!(status, wanted, "{fields:?}: {body}");
        }
        assert_eq!(scene.world.count("trail.read_by_authority").await + scene.world.count("trail.exported").await, 0);
        let document: Value = scene.world.http.get(scene.world.at("/api/v1/openapi.json")).send().await.expect("an answer").json().await.expect("json");
        assert!(document["paths"]["/api/v1/trails"]["get"]["parameters"].is_array(), "{document}");
    }

    async fn one_operator_alone_gives_the_scope_to_nobody(world) {
        let scene = Scene::set(world).await;
        let mut new = NewClient::new(ClientKind::Administration, "Contrôle");
        new.compat = true;
        new.themes = [procura::domain::theme::Theme::Social].into();
        new.redirect_uris.insert(scene.world.at("/retour").to_string());
        new.scopes = Some(["openid", "trails"].map(str::to_owned).into());
        let registered = register_client(&scene.world.bench, &CLI, new, None).await.expect("waits");
        assert_eq!(registered.client.status, procura::domain::client::ClientStatus::Pending, "a second operator must confirm");
        let mut broker = NewClient::new(ClientKind::IdentityBroker, "Courtier");
        broker.themes = [procura::domain::theme::Theme::Social].into();
        broker.redirect_uris.insert(scene.world.at("/retour").to_string());
        broker.scopes = Some(["openid", "trails"].map(str::to_owned).into());
        assert_eq!(crate::authority::key(register_client(&scene.world.bench, &CLI, broker, None).await), "client-fault-scope");
    }
}
