//! FranceConnect+: levels eidas2 and eidas3, answers encrypted to our key, a client assertion; and whatever is encrypted or
//! signed wrongly identifies nobody.

use procura::crypto::hash::unb64;
use procura::domain::mandate::MandateStatus;
use procura::domain::person::ConsentGrade;
use procura::domain::person::Identification;
use procura::operations::rotate_keys;
use procura::operations::rotate_keys::Haste;
use procura::storage::mandates;
use serde_json::Value;

use crate::consent::approved;
use crate::consent::continue_link;
use crate::consent::draw_up;
use crate::consent::open_text;
use crate::consent::status;
use crate::spaces::Scene;
use crate::world::Options;
use crate::world::World;

const FORGED: [&str; 34] = [
    "lower-level",
    "no-level",
    "wrong-nonce",
    "wrong-issuer",
    "wrong-audience",
    "wrong-azp",
    "expired",
    "no-iat",
    "no-subject",
    "cut-signature",
    "foreign-key",
    "alg-none",
    "hs256",
    "garbage",
    "issuer-parameter",
    "other-subject",
    "jwe-none",
    "jwe-rsa-oaep",
    "jwe-other-enc",
    "jwe-zip",
    "jwe-not-nested",
    "jwe-not-marked",
    "jwe-foreign-key",
    "userinfo-other-subject",
    "userinfo-foreign-key",
    "userinfo-alg-none",
    "userinfo-hs256",
    "userinfo-jwe-none",
    "userinfo-jwe-rsa-oaep",
    "userinfo-jwe-other-enc",
    "userinfo-jwe-zip",
    "userinfo-jwe-not-nested",
    "userinfo-jwe-not-marked",
    "userinfo-jwe-foreign-key",
];

fn plus() -> Options {
    Options { plus: true, ..Options::default() }
}

fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).and_then(unb64).expect("a JWS");
    serde_json::from_slice(&payload).expect("claims")
}

async fn people(world: &World) -> Vec<Identification> {
    world.persons().await.into_iter().map(|row| row.identification).collect()
}

on_each_database_with! {
    plus();

    async fn a_person_of_a_higher_level_gives_a_consent_of_a_higher_grade(world) {
        let mut scene = Scene::set(world).await;
        assert_eq!(people(&scene.world).await, [Identification::Eidas2]);
        let mut tx = scene.world.bench.db.read().await.expect("a transaction");
        let stored = mandates::find(&mut tx, scene.mandate.id).await.expect("a read").expect("the mandate");
        drop(tx);
        let consent = stored.mandate.consent().expect("a consent");
        assert_eq!(consent.grade, ConsentGrade::FranceConnectPlus);
        let acted = scene.act("social").await;
        assert_eq!(claims(&acted.access_token)["acr"], "urn:procura:acr:delegated:substantial");
        let mandate = claims(&acted.mandate_token);
        assert_eq!(mandate["authorization_details"][0]["consent"]["grade"], "franceconnect_plus");
    }

    async fn the_request_is_the_same_closed_list_with_the_higher_level(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        continue_link(&mut person, &handed.link).await;
        let request = person.visited().iter().find(|url| url.path().ends_with("/authorize")).expect("a request");
        let mut names: Vec<String> = request.query_pairs().map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names, ["acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]);
        assert!(request.query_pairs().any(|(name, value)| name == "acr_values" && value == "eidas2"), "{request}");
    }

    async fn what_is_forged_or_encrypted_wrongly_identifies_nobody(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        for case in FORGED {
            world.franceconnect.end_sessions();
            let page = open_text(&world, &mut person, &handed.link, &format!("{case}.jeanne")).await;
            let words = page.main_text();
            assert!(words.contains("Nous n’avons pas pu vérifier qui vous êtes"), "{case}: {} {words}", page.status);
            assert!(page.words(".sheet").is_none(), "{case}");
        }
        assert_eq!(world.count("person.identified").await, 0);
        assert_eq!(people(&world).await, []);
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
        world.franceconnect.end_sessions();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        assert!(text.words(".sheet").is_some(), "a later right answer still counts: {}", text.main_text());
    }

    async fn a_new_encryption_key_takes_over_without_a_failed_login(world) {
        let mut aidant = world.aidant("Amélie").await;
        aidant.login(&world).await;
        for login in ["jeanne", "luc"] {
            approved(&world, &mut aidant, &["social"], "short", login).await;
            rotate_keys::rotate(&world.bench, None, Haste::AtOnce).await.expect("rotated");
        }
        approved(&world, &mut aidant, &["social"], "short", "jeanne").await;
        assert_eq!(people(&world).await, [Identification::Eidas2, Identification::Eidas2]);
    }
}
