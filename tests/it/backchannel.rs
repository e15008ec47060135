//! Logout tokens at a client's back channel (OIDC Back-Channel Logout): whatever ends an act's right, once, and again until taken.

use std::time::Duration;

use procura::domain::habilitation::HabilitationStatus;
use procura::domain::ids::ActId;
use procura::domain::theme::Theme;
use procura::operations::block;
use procura::operations::block::Target;
use procura::operations::expire_mandates;
use procura::operations::suspend;
use procura::operations::suspend::HabilitationChange;
use reqwest::Method;
use serde_json::Value;
use serde_json::json;

use crate::signals::on_both_engines;
use crate::signals::receiver::Manner;
use crate::signals::receiver::Receiver;
use crate::signals::stage::Stage;
use crate::signals::stage::checked;
use crate::spaces::Scene;
use crate::spaces::service_with;
use crate::world::CLI;

const LOGOUT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn stage(engine: crate::world::Engine) -> (Stage, Receiver) {
    let receiver = Receiver::of_logouts(Manner::Honest).await;
    let stage = Stage::with_logout(engine, Some(receiver.url())).await;
    (stage, receiver)
}

/// The act that the newest of so many logouts names.
async fn newest(receiver: &Receiver, many: usize) -> String {
    let taken = receiver.wait_for(many).await;
    taken[many - 1].claims["sid"].as_str().expect("sid").to_owned()
}

on_both_engines! {
    async fn whatever_ends_the_right_of_an_act_ends_its_session(engine) {
        let (stage, receiver) = stage(engine).await;
        let bench = &stage.world.bench;
        let (organisation, habilitation) = (stage.aidant.organisations[0], stage.aidant.habilitations[0]);
        let mut told = 0;
        let mut expected = async |act: ActId| {
            told += 1;
            assert_eq!(newest(&receiver, told).await, act.to_string());
        };
        let both = [Theme::Social, Theme::Logement];
        let mandate = stage.mandate(&both, &[&stage.caf]).await;
        let social = stage.act(&stage.caf, mandate, Theme::Social).await;
        let housing = stage.act(&stage.caf, mandate, Theme::Logement).await;
        stage.revoke(mandate, Some(Theme::Social)).await.expect("ended");
        expected(social).await;
        stage.revoke(mandate, Some(Theme::Logement)).await.expect("ended");
        expected(housing).await;

        let long_ago = stage.mandate(&both, &[&stage.caf]).await;
        stage.act(&stage.caf, long_ago, Theme::Social).await;
        stage.world.clock.advance(Duration::from_secs(13 * 3_600));
        stage.revoke(long_ago, None).await.expect("ended");

        let mandate = stage.mandate(&both, &[&stage.caf]).await;
        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        let suspend = HabilitationChange::Suspend("contrôle");
        suspend::change_habilitation(bench, &CLI, habilitation, suspend, None).await.expect("suspended");
        expected(act).await;
        suspend::change_habilitation(bench, &CLI, habilitation, HabilitationChange::Restore, None).await.expect("restored");

        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        suspend::suspend_organisation(bench, &CLI, organisation, "contrôle", None).await.expect("suspended");
        expected(act).await;
        suspend::restore_organisation(bench, &CLI, organisation, None).await.expect("restored");

        let herself = stage.herself().await;
        for target in [Target::Aidant(stage.aidant.account), Target::Organisation(organisation)] {
            let act = stage.act(&stage.caf, mandate, Theme::Social).await;
            block::block(bench, &herself, target, None).await.expect("blocked");
            expected(act).await;
            block::unblock(bench, &herself, target, None).await.expect("let again");
        }

        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        stage.world.clock.advance(Duration::from_secs(11 * 3_600));
        suspend::change_habilitation(bench, &CLI, habilitation, HabilitationChange::End("départ"), None).await.expect("ended");
        expected(act).await;

        let old = stage.act(&stage.caf, mandate, Theme::Social).await;
        stage.world.clock.advance(Duration::from_secs(30 * 86_400 + 13 * 3_600));
        let late = stage.act(&stage.caf, mandate, Theme::Social).await;
        stage.world.clock.advance(Duration::from_secs(2 * 3_600));
        expire_mandates::expire_overdue(bench).await.expect("expired");
        expected(late).await;
        receiver.nothing_more_than(told).await;
        assert!(!receiver.calls().iter().any(|call| call.claims["sid"] == old.to_string()), "over by itself");
        let tx = &mut bench.db.read().await.expect("a transaction");
        let now = procura::storage::accounts::habilitations(tx, stage.aidant.account).await.expect("a read");
        assert_eq!(now[0].status(), HabilitationStatus::Ended);
    }

    async fn a_logout_token_is_what_the_specification_says(engine) {
        let (stage, receiver) = stage(engine).await;
        let mandate = stage.mandate(&[Theme::Social], &[&stage.caf]).await;
        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        stage.revoke(mandate, None).await.expect("ended");
        let call = receiver.wait_for(1).await.remove(0);
        assert_eq!(call.headers["content-type"], "application/x-www-form-urlencoded");
        let claims = stage.checked(&call, "logout+jwt", &stage.caf).await;
        assert_eq!((&claims["sid"], &claims["events"]), (&json!(act.to_string()), &json!({ (LOGOUT): {} })));
        assert!(claims["sub"].as_str().is_some_and(|sub| sub.len() == 32), "{claims}");
        assert!(claims.get("nonce").is_none() && claims["jti"].is_string(), "{claims}");
        let (iat, exp) = (claims["iat"].as_i64().expect("iat"), claims["exp"].as_i64().expect("exp"));
        assert!(exp - iat <= 120 && (iat - stage.world.bench.now().seconds()).abs() < 5, "{claims}");
        receiver.nothing_more_than(1).await;
        let provider = stage.world.http.get(stage.world.at("/.well-known/openid-configuration"));
        let provider: Value = provider.send().await.expect("an answer").json().await.expect("json");
        assert_eq!(provider["backchannel_logout_supported"], true);
        assert_eq!(provider["backchannel_logout_session_supported"], true);
    }

    async fn it_is_tried_again_for_some_minutes_and_not_after_a_refusal(engine) {
        let (stage, receiver) = stage(engine).await;
        let mandate = stage.mandate(&[Theme::Social, Theme::Logement], &[&stage.caf]).await;
        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        receiver.be(Manner::Fickle);
        stage.revoke(mandate, Some(Theme::Social)).await.expect("ended");
        while receiver.calls().len() < 3 {
            stage.world.clock.advance(Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The third answer of a fickle receiver is a refusal.
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage.world.clock.advance(Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!((receiver.calls().len(), receiver.taken().len(), receiver.strayed()), (3, 0, 0));
        let same = receiver.calls();
        assert!(same.iter().all(|call| call.claims["jti"] == same[0].claims["jti"] && call.claims["sid"] == act.to_string()));
        receiver.be(Manner::Answer(503, ""));
        stage.act(&stage.caf, mandate, Theme::Logement).await;
        stage.revoke(mandate, None).await.expect("ended");
        while receiver.calls().len() < 4 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        stage.world.clock.advance(Duration::from_secs(11 * 60));
        receiver.be(Manner::Honest);
        receiver.nothing_more_than(0).await;
    }

    async fn logging_out_and_a_code_that_came_twice_end_it_and_a_token_given_back_does_not(engine) {
        let world = crate::signals::stage::open_world(engine).await;
        let receiver = Receiver::of_logouts(Manner::Honest).await;
        let mut scene = Scene::set(world).await;
        let rsa = service_with(&scene.world, "rsa", |new| {
            new.options.backchannel_logout_uri = Some(receiver.url());
        })
        .await;
        let acted = scene.act_at(&rsa, "social").await;
        let (status, _) = scene.post("/oauth/revoke", &rsa, &[("token", &acted.access_token)]).await;
        assert_eq!(status, 200);
        receiver.nothing_more_than(0).await;
        let acted = scene.act_at(&rsa, "social").await;
        let mut url = scene.world.at("/oauth/end-session");
        url.query_pairs_mut().append_pair("id_token_hint", &acted.id_token);
        scene.world.http.get(url).send().await.expect("an answer");
        let call = receiver.wait_for(1).await.remove(0);
        let claims = checked(&scene.world, &call.token, "logout+jwt", "rsa").await;
        let payload = acted.id_token.split('.').nth(1).and_then(procura::crypto::hash::unb64).expect("claims");
        let id: Value = serde_json::from_slice(&payload).expect("claims");
        assert_eq!((&claims["sid"], &claims["sub"]), (&id["sid"], &id["sub"]));
        let acted = scene.act_at(&rsa, "social").await;
        let (status, answer) = scene.redeem(&rsa, &acted.code).await;
        assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
        receiver.wait_for(2).await;
        receiver.nothing_more_than(2).await;
    }

    async fn a_person_who_contests_ends_the_session_on_both_channels(engine) {
        let (stage, receiver) = stage(engine).await;
        let (_, path) = stage.polled(&stage.caf).await;
        let mandate = stage.mandate(&[Theme::Social], &[&stage.caf]).await;
        let act = stage.act(&stage.caf, mandate, Theme::Social).await;
        let line = stage.opened(mandate, act).await;
        let language = procura::domain::message::MessageLanguage::French;
        let herself = stage.herself().await;
        procura::operations::contest_line::contest_line(&stage.world.bench, &herself, line, "Ce n’est pas moi", language, None)
            .await
            .expect("contested");
        assert_eq!(newest(&receiver, 1).await, act.to_string());
        let (_, answer) = stage.call(&stage.caf, Method::POST, &path, Some(json!({ "returnImmediately": true }))).await;
        let events: Vec<String> = answer["sets"]
            .as_object()
            .expect("sets")
            .values()
            .map(|token| {
                let payload = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a token");
                let claims = procura::crypto::hash::unb64(payload).expect("claims");
                let claims: Value = serde_json::from_slice(&claims).expect("claims");
                claims["events"].as_object().expect("events").keys().next().expect("one").clone()
            })
            .collect();
        assert_eq!(events.len(), 2);
        assert!(events.iter().any(|event| event == "urn:procura:event:mandate-suspended"), "{events:?}");
    }
}
