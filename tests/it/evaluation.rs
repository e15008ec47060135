//! The decision API: yes, no and "cannot say", by every client that may ask, without telling anybody who exists.

use std::collections::BTreeSet;
use std::time::Duration;

use procura::crypto::hash::unb64;
use procura::crypto::jose;
use procura::crypto::keys::Algorithm;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::message::MessageLanguage;
use procura::domain::theme::Theme;
use procura::operations::block::Target;
use procura::operations::block::block;
use procura::operations::contest_line::contest_line;
use procura::operations::introspect::introspect;
use procura::operations::keys;
use procura::operations::redeem_code::Presented;
use procura::operations::redeem_code::redeem_code;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::Registered;
use procura::operations::register_client::disable_client;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend::suspend_organisation;
use secrecy::ExposeSecret;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::races::Race;
use crate::races::VERIFIER;
use crate::spaces::registered;
use crate::world::CLI;
use crate::world::World;

const ONE: &str = "/access/v1/evaluation";
const SEVERAL: &str = "/access/v1/evaluations";

/// A client with its secret and what it knows of one act.
struct Asker {
    id: String,
    secret: String,
    aidant: String,
    mandate: String,
    access_token: String,
}

fn administration(id: &str) -> NewClient {
    let mut new = NewClient::new(ClientKind::Administration, format!("Service {id}"));
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = [Theme::Social, Theme::Logement].into();
    new.redirect_uris.insert(format!("https://{id}.example/retour"));
    new.scopes = Some(["openid", "profile", "receipts", "evaluate"].into_iter().map(str::to_owned).collect());
    new
}

fn api(id: &str) -> NewClient {
    let mut new = NewClient::new(ClientKind::ResourceServer, format!("API {id}"));
    new.id = ClientId::parse(id);
    new.themes = [Theme::Social].into();
    new.options.resources = BTreeSet::from([format!("https://{id}.example/v1")]);
    new
}

fn software(id: &str) -> NewClient {
    let mut new = NewClient::new(ClientKind::Software, format!("Logiciel {id}"));
    new.id = ClientId::parse(id);
    new.themes = [Theme::Social].into();
    new.redirect_uris.insert(format!("https://{id}.example/retour"));
    new
}

fn claims(token: &str) -> Map<String, Value> {
    let payload = token.split('.').nth(1).and_then(unb64).expect("a JWS");
    serde_json::from_slice(&payload).expect("claims")
}

fn secret_of(registered: &Registered) -> String {
    registered.secret.as_ref().expect("a secret").expose_secret().to_owned()
}

impl Asker {
    /// An administration after one act for `social`.
    async fn after_an_act(race: &Race, id: &str) -> Self {
        let world = &race.scene.world;
        let registered = registered(world, administration(id)).await;
        let client = &registered.client;
        let code = race.open(race.begin_at(client).await).await.expect("a code");
        let redirect_uri = client.registration.redirect_uris.first().map(String::as_str);
        let presented = Presented { code: &code, redirect_uri, code_verifier: Some(VERIFIER), jkt: None };
        let issued = redeem_code(&world.bench, client, &presented, None).await.expect("tokens");
        let issued = serde_json::to_value(issued).expect("json");
        let access_token = issued["access_token"].as_str().expect("a token").to_owned();
        let told = claims(&access_token);
        let text = |value: &Value| value.as_str().expect("an alias").to_owned();
        Self {
            id: id.to_owned(),
            secret: secret_of(&registered),
            aidant: text(&told["act"]["sub"]),
            mandate: text(&told["authorization_details"][0]["identifier"]),
            access_token,
        }
    }

    fn question(&self, theme: &str) -> Value {
        asked(&self.aidant, theme, &self.mandate)
    }

    async fn ask(&self, world: &World, path: &str, body: &Value) -> (u16, Value) {
        let call = world.http.post(world.at(path)).basic_auth(&self.id, Some(&self.secret)).json(body);
        let answer = call.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    async fn decides(&self, world: &World, body: &Value) -> bool {
        let (status, answer) = self.ask(world, ONE, body).await;
        assert_eq!(status, 200, "{answer}");
        answer["decision"].as_bool().expect("a decision")
    }

    async fn own_token(&self, world: &World, scope: &str) -> (u16, Value) {
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let call =
            world.http.post(world.at("/oauth/token")).basic_auth(&self.id, Some(&self.secret)).form(&fields);
        let answer = call.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("json"))
    }
}

fn asked(aidant: &str, theme: &str, mandate: &str) -> Value {
    json!({
        "subject": { "type": "aidant", "id": aidant, "properties": { "unread": true } },
        "action": { "name": theme },
        "resource": { "type": "mandate", "id": mandate },
        "context": { "time": "2026-11-22T10:00:00Z" },
    })
}

async fn with_token(world: &World, token: &str, body: &Value) -> (u16, Value) {
    let answer =
        world.http.post(world.at(ONE)).bearer_auth(token).json(body).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
}

on_each_database! {
    async fn yes_while_everything_holds_and_no_from_the_next_call_on(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        assert!(caf.decides(world, &caf.question("social")).await);
        assert!(caf.decides(world, &caf.question("logement")).await, "another theme of the mandate and of the client");
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, Some(Theme::Logement), None, None).await.expect("ended");
        assert!(!caf.decides(world, &caf.question("logement")).await);
        assert!(caf.decides(world, &caf.question("social")).await);
        let line = race.first_line().await;
        contest_line(&world.bench, &race.person, line, "Je ne sais pas.", MessageLanguage::French, None).await.expect("a case");
        assert_eq!(caf.ask(world, ONE, &caf.question("social")).await, (200, json!({ "decision": false })), "suspended");
        assert_eq!(world.count("mandate.verified").await, 1, "one entry for this client, mandate and day");
    }

    async fn a_revoked_mandate_is_a_no(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        assert!(caf.decides(world, &caf.question("social")).await);
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        assert!(!caf.decides(world, &caf.question("social")).await);
    }

    async fn a_mandate_past_its_end_is_a_no(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        race.scene.world.clock.advance(Duration::from_secs(184 * 86_400));
        assert!(!caf.decides(&race.scene.world, &caf.question("social")).await);
    }

    async fn a_blocked_aidant_is_a_no(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        block(&world.bench, &race.person, Target::Aidant(race.aidant.account.id), None).await.expect("blocked");
        assert_eq!(caf.ask(world, ONE, &caf.question("social")).await, (200, json!({ "decision": false })));
    }

    async fn a_suspended_habilitation_is_a_no_until_it_is_given_back(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let id = race.aidant.habilitation.id;
        change_habilitation(&world.bench, &CLI, id, HabilitationChange::Suspend("contrôle"), None).await.expect("suspended");
        assert!(!caf.decides(world, &caf.question("social")).await);
        change_habilitation(&world.bench, &CLI, id, HabilitationChange::Restore, None).await.expect("restored");
        assert!(caf.decides(world, &caf.question("social")).await);
        suspend_organisation(&world.bench, &CLI, race.aidant.organisation.id, "contrôle", None).await.expect("suspended");
        assert!(!caf.decides(world, &caf.question("social")).await);
    }

    async fn what_the_client_never_heard_of_is_a_no_like_any_other(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        race.scene.world.clock.advance(Duration::from_secs(61));
        let other = Asker::after_an_act(&race, "retraite").await;
        let world = &race.scene.world;
        assert!(other.decides(world, &other.question("social")).await);
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, Some(Theme::Logement), None, None).await.expect("ended");
        let denied = caf.ask(world, ONE, &caf.question("logement")).await;
        assert_eq!(denied, (200, json!({ "decision": false })));
        let long = "a".repeat(10_000);
        let raw = race.scene.mandate.id.to_string();
        for (aidant, mandate) in [
            ("nobody", caf.mandate.as_str()),
            (caf.aidant.as_str(), "nothing"),
            ("", ""),
            (long.as_str(), long.as_str()),
            (other.aidant.as_str(), caf.mandate.as_str()),
            (caf.aidant.as_str(), other.mandate.as_str()),
            (other.aidant.as_str(), other.mandate.as_str()),
            (caf.mandate.as_str(), caf.aidant.as_str()),
            (caf.aidant.as_str(), raw.as_str()),
        ] {
            assert_eq!(caf.ask(world, ONE, &asked(aidant, "logement", mandate)).await, denied, "{aidant} {mandate}");
            assert_eq!(caf.ask(world, ONE, &asked(aidant, "social", mandate)).await, denied, "{aidant} {mandate}");
        }
    }

    async fn only_the_clients_own_matter_is_explained_whoever_it_is_about(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        for id in [caf.mandate.as_str(), "nothing"] {
            for (body, reason) in [
                (asked(&caf.aidant, "justice", id), "client_theme"),
                (asked(&caf.aidant, "flying", id), "unknown_action"),
                (json!({"subject": {"type": "user", "id": caf.aidant}, "action": {"name": "social"}, "resource": {"type": "mandate", "id": id}}), "unknown_subject_type"),
                (json!({"subject": {"type": "aidant", "id": caf.aidant}, "action": {"name": "social"}, "resource": {"type": "file", "id": id}}), "unknown_resource_type"),
            ] {
                let wanted = json!({ "decision": false, "context": { "reason": reason } });
                assert_eq!(caf.ask(world, ONE, &body).await, (200, wanted), "{body}");
            }
        }
    }

    async fn who_asks_must_show_who_it_is(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let question = caf.question("social");
        let bare = world.http.post(world.at(ONE)).json(&question).send().await.expect("an answer");
        assert_eq!(bare.status().as_u16(), 401);
        assert!(bare.headers().contains_key("www-authenticate"));
        let wrong = world.http.post(world.at(ONE)).basic_auth(&caf.id, Some("wrong")).json(&question);
        assert_eq!(wrong.send().await.expect("an answer").status().as_u16(), 401);
        let (status, token) = caf.own_token(world, "evaluate").await;
        assert_eq!(status, 200, "{token}");
        let token = token["access_token"].as_str().expect("a token");
        assert_eq!(with_token(world, token, &question).await, (200, json!({ "decision": true })));
        let (_, narrow) = caf.own_token(world, "receipts").await;
        assert_eq!(with_token(world, narrow["access_token"].as_str().expect("a token"), &question).await.0, 403);
        assert_eq!(with_token(world, &caf.access_token, &question).await.0, 403, "an act's token is for the act");
        disable_client(&world.bench, &CLI, &ClientId::parse(&caf.id).expect("an id"), "clos", None).await.expect("disabled");
        assert_eq!(with_token(world, token, &question).await.0, 401);
        assert_eq!(caf.ask(world, ONE, &question).await.0, 401);
        let software = registered(world, software("logiciel")).await;
        let call = world.http.post(world.at(ONE)).basic_auth("logiciel", Some(secret_of(&software))).json(&question);
        assert_eq!(call.send().await.expect("an answer").status().as_u16(), 403);
    }

    async fn a_batch_is_answered_as_far_as_it_asks(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let batch = |semantic: Option<&str>, actions: &[&str]| {
            let mut body = caf.question("social");
            body["evaluations"] = actions.iter().map(|name| json!({ "action": { "name": name } })).collect();
            if let Some(semantic) = semantic {
                body["options"] = json!({ "evaluations_semantic": semantic });
            }
            body
        };
        let decisions = |answer: &Value| -> Vec<bool> {
            let all = answer["evaluations"].as_array().expect("evaluations");
            all.iter().map(|one| one["decision"].as_bool().expect("a decision")).collect()
        };
        let themes = ["social", "justice", "logement"];
        for (semantic, wanted) in [
            (None, &[true, false, true][..]),
            (Some("execute_all"), &[true, false, true]),
            (Some("deny_on_first_deny"), &[true, false]),
            (Some("permit_on_first_permit"), &[true]),
        ] {
            let (status, answer) = caf.ask(world, SEVERAL, &batch(semantic, &themes)).await;
            assert_eq!(status, 200, "{answer}");
            assert_eq!(decisions(&answer), wanted, "{semantic:?}");
        }
        assert_eq!(caf.ask(world, SEVERAL, &batch(Some("sometimes"), &themes)).await.0, 400);
        let single = caf.ask(world, SEVERAL, &caf.question("social")).await;
        assert_eq!(single, (200, json!({ "decision": true })), "without evaluations it is one question");
        let body = json!({ "subject": { "type": "aidant", "id": caf.aidant }, "action": { "name": "social" }, "evaluations": [
            { "resource": { "type": "mandate", "id": caf.mandate } }, {}, { "resource": { "type": "mandate", "id": "nothing" } },
        ] });
        let (_, answer) = caf.ask(world, SEVERAL, &body).await;
        assert_eq!(decisions(&answer), [true, false, false]);
        assert_eq!(answer["evaluations"][1]["context"]["error"]["status"], 400);
        assert_eq!(answer["evaluations"][2], json!({ "decision": false }));
        let mut first_fault = body.clone();
        first_fault["options"] = json!({ "evaluations_semantic": "deny_on_first_deny" });
        assert_eq!(decisions(&caf.ask(world, SEVERAL, &first_fault).await.1), [true, false]);
        let many = vec!["social"; 101];
        assert_eq!(caf.ask(world, SEVERAL, &batch(None, &many)).await.0, 400);
    }

    async fn what_cannot_be_read_is_no_question(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let whole = caf.question("social");
        for name in ["subject", "action", "resource"] {
            let mut body = whole.clone();
            body.as_object_mut().expect("members").remove(name);
            let (status, answer) = caf.ask(world, ONE, &body).await;
            assert!(status == 400 && answer["detail"].as_str().is_some_and(|detail| detail.contains(name)), "{answer}");
        }
        let send = |kind: &'static str, body: String| {
            let call = world.http.post(world.at(ONE)).basic_auth(&caf.id, Some(&caf.secret));
            call.header("content-type", kind).header("x-request-id", "my-number-7").body(body).send()
        };
        let good = send("application/json; charset=utf-8", whole.to_string()).await.expect("an answer");
        assert_eq!((good.status().as_u16(), &good.headers()["x-request-id"]), (200, &"my-number-7".parse().expect("a value")));
        assert_eq!(good.headers()["cache-control"], "no-store");
        let twice = whole.to_string().replacen('{', r#"{"action":{"name":"social"},"#, 1);
        let deep = format!("{{\"context\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for (kind, body) in [
            ("text/plain", whole.to_string()),
            ("application/json", twice),
            ("application/json", deep),
            ("application/json", "[]".to_owned()),
            ("application/json", String::new()),
            ("application/json", r#"{"subject":"me","action":{"name":"social"},"resource":{"type":"mandate","id":"x"}}"#.to_owned()),
        ] {
            let answer = send(kind, body.clone()).await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 400, "{body}");
            assert_eq!(answer.headers()["x-request-id"], "my-number-7");
        }
        let answer = send("application/json", " ".repeat(70_000)).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 413);
    }

    async fn what_cannot_be_decided_is_neither_yes_nor_no(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let (_, token) = caf.own_token(world, "evaluate").await;
        world.bench.db.close().await;
        let (status, answer) = caf.ask(world, ONE, &caf.question("social")).await;
        assert!(status == 503 && answer.get("decision").is_none(), "{status} {answer}");
        let (status, answer) = with_token(world, token["access_token"].as_str().expect("a token"), &caf.question("social")).await;
        assert!(status == 503 && answer.get("decision").is_none(), "{status} {answer}");
    }

    async fn the_metadata_says_where_it_is(world) {
        let answer = world.http.get(world.at("/.well-known/authzen-configuration")).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        let document: Value = answer.json().await.expect("json");
        assert_eq!(document["policy_decision_point"], world.url.as_str().trim_end_matches('/'));
        assert_eq!(document["access_evaluation_endpoint"], world.at(ONE).as_str());
        assert_eq!(document["access_evaluations_endpoint"], world.at(SEVERAL).as_str());
        assert_eq!(document.as_object().map(Map::len), Some(3));
        let metadata = world.http.get(world.at("/.well-known/openid-configuration")).send().await.expect("an answer");
        let metadata: Value = metadata.json().await.expect("json");
        assert!(metadata["scopes_supported"].as_array().is_some_and(|scopes| scopes.contains(&Value::from("evaluate"))));
    }

    async fn an_api_learns_about_tokens_made_for_it_and_no_others(world) {
        let race = Race::set(world).await;
        let caf = Asker::after_an_act(&race, "guichet").await;
        let world = &race.scene.world;
        let own = registered(world, api("prestations")).await.client;
        let other = registered(world, api("archives")).await.client;
        let mut named = administration("mairie");
        named.options.resources = BTreeSet::from(["https://mairie.example/v1".to_owned()]);
        let administration = registered(world, named).await.client;
        let key = keys::signing_key(&world.bench, Algorithm::Es256).await.expect("a key");
        // The act's own token but for its audience, signed by the gateway's key: what an exchange for that API gives.
        let made_for = |audience: Value| {
            let mut told = claims(&caf.access_token);
            told.insert("aud".to_owned(), audience);
            jose::sign(&key, Some("at+jwt"), &told).expect("signed")
        };
        let is_active = async |client, token: &str| {
            introspect(&world.bench, client, token, None).await.expect("an answer")["active"] == Value::Bool(true)
        };
        let address = "https://prestations.example/v1";
        for audience in [json!(address), json!(["https://elsewhere.example", address])] {
            let token = made_for(audience);
            assert!(is_active(&own, &token).await);
            assert!(!is_active(&other, &token).await, "another API");
        }
        assert!(!is_active(&own, &caf.access_token).await, "made for the issuer");
        assert!(!is_active(&own, &made_for(json!("https://prestations.example"))).await, "identifiers are exact");
        assert!(!is_active(&own, &made_for(json!({ "a": address }))).await);
        let mut software = software("logiciel");
        software.options.resources = BTreeSet::from(["https://logiciel.example/v1".to_owned()]);
        let software = registered(world, software).await.client;
        assert!(is_active(&administration, &made_for(json!("https://mairie.example/v1"))).await, "its own API");
        assert!(!is_active(&software, &made_for(json!("https://logiciel.example/v1"))).await, "nobody's API");
        assert_eq!(world.count("mandate.verified").await, 2, "the checks of each API are written once a day");
    }
}
