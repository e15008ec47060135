//! The life of a stream, and who may do what with it.

use std::time::Duration;

use procura::domain::theme::Theme;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::signals::on_both_engines;
use crate::signals::receiver::Manner;
use crate::signals::receiver::Receiver;
use crate::signals::stage::ALONE;
use crate::signals::stage::Stage;
use crate::signals::stage::own_token;
use crate::signals::stage::system;
use crate::world::Options;
use crate::world::World;

const STREAM: &str = "/ssf/stream";

on_both_engines! {
    async fn a_stream_is_made_changed_and_deleted_by_its_client_alone(engine) {
        let stage = Stage::set(engine).await;
        let (caf, other) = (&stage.caf, system(&stage.world, "impots", &[Theme::Social], None).await);
        assert_eq!(stage.call(caf, Method::GET, STREAM, None).await, (200, json!([])));
        let (id, _) = stage.polled(caf).await;
        assert_eq!(stage.call(caf, Method::POST, STREAM, Some(json!({}))).await.0, 409, "one each");
        let own = format!("{STREAM}?stream_id={id}");
        let (status, made) = stage.call(caf, Method::GET, &own, None).await;
        assert_eq!((status, &made["aud"], &made["delivery"]["method"]), (200, &json!("caf"), &json!("urn:ietf:rfc:8936")));
        assert_eq!(made["events_supported"].as_array().map(Vec::len), Some(6));
        for (method, path, body) in [
            (Method::GET, own.as_str(), None),
            (Method::GET, &format!("/ssf/status?stream_id={id}"), None),
            (Method::DELETE, &own, None),
            (Method::PATCH, STREAM, Some(json!({ "stream_id": id, "description": "mine" }))),
            (Method::PUT, STREAM, Some(json!({ "stream_id": id }))),
            (Method::POST, "/ssf/status", Some(json!({ "stream_id": id, "status": "disabled" }))),
            (Method::POST, "/ssf/verify", Some(json!({ "stream_id": id }))),
        ] {
            assert_eq!(stage.call(&other, method.clone(), path, body).await.0, 404, "{method} {path} by another");
        }
        assert_eq!(stage.call(&other, Method::GET, STREAM, None).await, (200, json!([])));
        let change = json!({ "stream_id": id, "description": "Flux de la CAF",
            "events_requested": ["urn:procura:event:mandate-revoked", "urn:unknown"] });
        let (status, changed) = stage.call(caf, Method::PATCH, STREAM, Some(change)).await;
        assert_eq!((status, &changed["events_delivered"]), (200, &json!(["urn:procura:event:mandate-revoked"])));
        assert_eq!(changed["description"], "Flux de la CAF");
        let mut back = changed.clone();
        back["aud"] = json!("impots");
        assert_eq!(stage.call(caf, Method::PATCH, STREAM, Some(back)).await.0, 400, "set by the transmitter");
        let (status, whole) = stage.call(caf, Method::PUT, STREAM, Some(json!({ "stream_id": id }))).await;
        assert_eq!((status, whole["events_delivered"].as_array().map(Vec::len)), (200, Some(6)));
        assert!(whole.get("description").is_none(), "{whole}");
        for wrong in [
            json!({ "stream_id": id, "events_requested": ["urn:unknown"] }),
            json!({ "stream_id": id, "events_requested": "all" }),
            json!({ "stream_id": id, "delivery": { "method": "urn:example:pigeon" } }),
            json!({ "stream_id": id, "description": "a\nb" }),
            json!({ "description": "no id" }),
        ] {
            assert_eq!(stage.call(caf, Method::PATCH, STREAM, Some(wrong.clone())).await.0, 400, "{wrong}");
        }
        let status = json!({ "stream_id": id, "status": "asleep" });
        assert_eq!(stage.call(caf, Method::POST, "/ssf/status", Some(status)).await.0, 400);
        assert_eq!(stage.call(caf, Method::DELETE, &own, None).await.0, 204);
        assert_eq!(stage.call(caf, Method::DELETE, &own, None).await.0, 404);
        assert_eq!(stage.world.count("stream.created").await, 1);
        assert_eq!(stage.world.count("stream.changed").await, 2);
        assert_eq!(stage.world.count("stream.deleted").await, 1);
    }

    async fn the_metadata_tell_the_truth_and_tokens_are_needed(engine) {
        let stage = Stage::set(engine).await;
        let document: Value = stage.world.http.get(stage.world.at("/.well-known/ssf-configuration"))
            .send().await.expect("an answer").json().await.expect("json");
        let issuer = stage.world.at("").as_str().trim_end_matches('/').to_owned();
        assert_eq!((&document["issuer"], &document["spec_version"]), (&json!(issuer), &json!("1_0")));
        assert_eq!(document["delivery_methods_supported"], json!(["urn:ietf:rfc:8935", "urn:ietf:rfc:8936"]));
        assert_eq!(document["default_subjects"], "ALL");
        let path = |name: &str| document[name].as_str().expect(name).strip_prefix(&issuer).expect("ours").to_owned();
        assert_eq!(stage.world.http.get(stage.world.at(&path("jwks_uri"))).send().await.expect("keys").status(), 200);
        let posted = ["configuration_endpoint", "status_endpoint", "add_subject_endpoint", "remove_subject_endpoint",
            "verification_endpoint"];
        let receipts = own_token(&stage.world, "caf", stage.caf.secret(), "receipts").await;
        let read = own_token(&stage.world, "caf", stage.caf.secret(), "ssf.read").await;
        for name in posted {
            let post = || stage.world.http.post(stage.world.at(&path(name))).json(&json!({}));
            let bare = post().send().await.expect("an answer");
            assert_eq!(bare.status(), 401, "{name}");
            assert!(bare.headers().contains_key("www-authenticate"), "{name}");
            for token in [&receipts, &read] {
                assert_eq!(post().bearer_auth(token).send().await.expect("an answer").status(), 403, "{name}");
            }
        }
        let list = stage.world.http.get(stage.world.at(STREAM)).bearer_auth(&read);
        assert_eq!(list.send().await.expect("an answer").status(), 200, "ssf.read looks");
        let provider: Value = stage.world.http.get(stage.world.at("/.well-known/openid-configuration"))
            .send().await.expect("an answer").json().await.expect("json");
        for scope in ["ssf.manage", "ssf.read"] {
            assert!(provider["scopes_supported"].as_array().is_some_and(|all| all.contains(&json!(scope))));
        }
    }

    async fn a_sign_of_life_brings_the_state_back(engine) {
        let stage = Stage::set(engine).await;
        let receiver = Receiver::open(Manner::Honest).await;
        let id = stage.push_to(&stage.caf, &receiver).await;
        let ask = json!({ "stream_id": id, "state": "a-state" });
        assert_eq!(stage.call(&stage.caf, Method::POST, "/ssf/verify", Some(ask.clone())).await.0, 204);
        let claims = stage.checked(&receiver.wait_for(1).await[0], "secevent+jwt", &stage.caf).await;
        let verification = "https://schemas.openid.net/secevent/ssf/event-type/verification";
        assert_eq!(claims["events"], json!({ (verification): { "state": "a-state" } }));
        assert_eq!(claims["sub_id"], json!({ "format": "opaque", "id": id }));
        assert_eq!(stage.call(&stage.caf, Method::POST, "/ssf/verify", Some(ask.clone())).await.0, 429);
        stage.world.clock.advance(Duration::from_secs(11));
        assert_eq!(stage.call(&stage.caf, Method::POST, "/ssf/verify", Some(ask)).await.0, 204);
        receiver.wait_for(2).await;
    }
}

on_both_engines! {
    async fn only_public_addresses_can_be_registered_unless_a_switch_says_so(engine) {
        let world = World::start_with(engine, Options { config: ALONE.to_owned(), ..Options::default() }).await;
        let caf = system(&world, "caf", &[Theme::Social], None).await;
        let secret = caf.secret().to_owned();
        let token = own_token(&world, "caf", &secret, "ssf.manage").await;
        let make = async |world: &World, address: &str| {
            let body = json!({ "delivery": { "method": "urn:ietf:rfc:8935", "endpoint_url": address } });
            let call = world.http.post(world.at(STREAM)).bearer_auth(&token).json(&body);
            call.send().await.expect("an answer").status().as_u16()
        };
        let long = format!("https://caf.example/{}", "a".repeat(10_000));
        for odd in [
            long.as_str(), "", "x", "http://caf.example/events", "https://127.0.0.1/events", "https://localhost/events",
            "https://10.0.0.1/events", "https://[::1]/", "https://169.254.169.254/latest", "https://u:p@caf.example/",
            "https://caf.example/#x", "https://caf.example/\u{e9}", "ftp://caf.example/", "file:///etc/passwd",
        ] {
            assert_eq!(make(&world, odd).await, 400, "{odd}");
        }
        assert_eq!(make(&world, "https://caf.example/events").await, 201);
    }
}
