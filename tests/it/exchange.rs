//! Token exchange: an aidant's software becomes able to call one API, for one person and one theme; every rule is tried.

use std::sync::Arc;
use std::time::Duration;

use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::message::MessageBody;
use procura::domain::person::ConsentGrade;
use procura::domain::theme::Theme;
use procura::operations::actors;
use procura::operations::actors::PersonActor;
use procura::operations::block::Target;
use procura::operations::block::block;
use procura::operations::register_client::disable_client;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend::suspend_organisation;
use procura::storage::db::Sql;
use procura::storage::mandates;
use serde_json::Value;
use serde_json::json;

use crate::consent::approved;
use crate::software::Answer;
use crate::software::MINUTE;
use crate::software::Software;
use crate::software::verified;
use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::World;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";
const API: &str = "https://api.caf.example/v1";
const SOCIAL: &str = r#"[{"type":"urn:procura:mandate","privileges":["social"]}]"#;

/// Software with Jeanne's signed mandate and the aidant's login, and an API.
struct Counter {
    scene: Scene,
    software: Software,
    api: Software,
    mandate: String,
    access: String,
    refresh: String,
}

/// Registers the API; it never sends proofs of its own.
async fn api(world: &World, id: &str, resource: &str, kind: ClientKind, themes: &[Theme]) -> Software {
    let (resource, themes) = (resource.to_owned(), themes.to_vec());
    Software::register_as(world, id, false, |new| {
        new.kind = kind;
        new.themes = themes.into_iter().collect();
        new.compat = kind == ClientKind::Administration;
        new.options.resources.insert(resource);
        if kind == ClientKind::ResourceServer {
            new.redirect_uris.clear();
        }
    })
    .await
}

impl Counter {
    async fn set(world: World) -> Self {
        Self::set_with(world, true).await
    }

    async fn set_with(world: World, bound: bool) -> Self {
        let mut scene = Scene::set(world).await;
        let software = Software::register(&scene.world, "social-plus", bound).await;
        let themes = [Theme::Social, Theme::Logement];
        let api = api(&scene.world, "api-caf", API, ClientKind::ResourceServer, &themes).await;
        let tokens = software.login(&mut scene).await;
        let access = tokens.text("access_token");
        let mandate = software.mandate_token(&access).await;
        Self { scene, software, api, mandate, access, refresh: tokens.text("refresh_token") }
    }

    /// The parameters of an ordinary exchange, some changed (empty: left out).
    fn fields<'a>(&'a self, change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let usual = [
            ("grant_type", GRANT),
            ("subject_token", self.mandate.as_str()),
            ("subject_token_type", JWT),
            ("actor_token", self.access.as_str()),
            ("actor_token_type", ACCESS),
            ("resource", API),
            ("authorization_details", SOCIAL),
        ];
        let kept = usual.into_iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        kept.chain(change.iter().copied().filter(|(_, value)| !value.is_empty())).collect()
    }

    async fn exchange(&self, change: &[(&str, &str)]) -> Answer {
        self.software.post("/oauth/token", &self.fields(change)).await
    }

    async fn exchanged(&self) -> String {
        let answer = self.exchange(&[]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text("access_token")
    }

    /// A fresh access token by the refresh token, where the old one is too old.
    async fn refresh(&mut self) {
        let answer = self.software.refresh(&self.refresh).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.access = answer.text("access_token");
    }

    /// Refused with this error and written down once, as this reason where it is one of the person's lines.
    async fn refused(&self, change: &[(&str, &str)], error: &str) {
        let before = self.scene.world.count("act.refused!").await;
        let answer = self.exchange(change).await;
        assert_eq!(answer.error(), (400, error), "{change:?}: {answer:?}");
        assert_eq!(self.scene.world.count("act.refused!").await, before + 1, "{change:?}");
    }

    async fn person(&self) -> PersonActor {
        let bench = &self.scene.world.bench;
        let mut tx = bench.db.read().await.expect("a transaction");
        let stored =
            mandates::find(&mut tx, self.scene.mandate.id).await.expect("a read").expect("the mandate");
        let person = stored.mandate.consent().expect("a consent").person;
        actors::person(bench, &mut tx, person).await.expect("the person")
    }

    /// How many lines of this kind stand in her own journal.
    async fn lines_of_person(&self, kind: &str) -> usize {
        let mut tx = self.scene.world.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT kind FROM entry_refs WHERE person = $1 AND kind = $2");
        let person = self.person().await.person.id;
        tx.query(sql).bind(person).bind(kind).fetch_all::<(String,)>().await.expect("the lines").len()
    }

    async fn is_active(&self, token: &str) -> bool {
        self.software.is_active(token).await
    }
}

async fn the_api_receives_what_it_may_know(world: World) {
    let counter = Counter::set(world).await;
    let answer = counter.exchange(&[]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&answer.body["issued_token_type"], &answer.body["token_type"], &answer.body["expires_in"]),
        (&json!(ACCESS), &json!("DPoP"), &json!(300))
    );
    assert!(
        answer.body.get("refresh_token").is_none() && answer.body.get("id_token").is_none(),
        "{answer:?}"
    );
    assert_eq!(answer.body["authorization_details"][0]["privileges"], json!(["social"]));
    let world = &counter.scene.world;
    let token = answer.text("access_token");
    let given = verified(world, &token, "at+jwt").await;
    let issuer = world.bench.config.server.public_url.as_str();
    assert_eq!(
        (&given["iss"], &given["aud"], &given["client_id"]),
        (&json!(issuer), &json!(API), &json!("social-plus"))
    );
    assert_eq!(given["cnf"]["jkt"], json!(counter.software.key.as_ref().expect("a key").kid()));
    assert_eq!(given["authorization_details"][0]["privileges"], json!(["social"]));
    assert_eq!(given["act"]["org"]["name"], json!("CCAS de Dijon"));
    assert!(given["status"]["status_list"]["idx"].is_i64() && given.get("scope").is_none(), "{given:?}");
    let mandate = Value::Object(verified(world, &counter.mandate, "mandate+jwt").await);
    let login = Value::Object(verified(world, &counter.access, "at+jwt").await);
    let given = Value::Object(given);
    for (path, other, there) in [
        ("/sub", &mandate, "/sub"),
        ("/authorization_details/0/identifier", &mandate, "/authorization_details/0/identifier"),
        ("/act/sub", &login, "/sub"),
        ("/act/habilitation", &login, "/habilitation"),
        ("/status/status_list/idx", &mandate, "/status/status_list/idx"),
    ] {
        let (here, elsewhere) = (given.pointer(path), other.pointer(there));
        assert!(here.is_some() && elsewhere.is_some() && here != elsewhere, "{path} is the API's own alias");
    }
    assert_eq!(given["auth_time"], login["auth_time"]);
    assert!(counter.is_active(&token).await);
    assert!(counter.api.is_active(&token).await, "the API it was made for");
    assert!(
        !counter.scene.post("/oauth/introspect", &counter.scene.caf, &[("token", &token)]).await.1["active"]
            .as_bool()
            .expect("a verdict")
    );
    let userinfo = counter.software.call("GET", "/oauth/userinfo", &token).await;
    assert_eq!(userinfo.status, 401, "a token for an API opens nothing here");
    for kind in ["act.opened", "act.token_issued", "mandate.token_issued"] {
        assert_eq!(counter.lines_of_person(kind).await, 1, "{kind}");
    }
    let messages = world.messages().await;
    let told = messages.iter().filter(|message| matches!(&message.body, MessageBody::ActOpened { administration, .. } if administration == "Logiciel api-caf"));
    assert_eq!(told.count(), 1, "the person is told");
    let (mut browser, _) = counter.scene.person("jeanne").await;
    let journal = browser.get(&world.at("/personne/journal")).await.expect("her journal").main_text();
    assert!(journal.contains("Logiciel api-caf") && journal.contains("Amélie"), "{journal}");
}

async fn the_target_reports(world: World) {
    let counter = Counter::set(world).await;
    let token = counter.exchanged().await;
    let txn = verified(&counter.scene.world, &token, "at+jwt").await["txn"].as_str().expect("txn").to_owned();
    let body = json!({ "kind": "submitted", "label": "Déclaration de ressources 2026" });
    let own = counter
        .api
        .post("/oauth/token", &[("grant_type", "client_credentials"), ("scope", "receipts")])
        .await;
    assert_eq!(own.status, 200, "{own:?}");
    let (status, answer) = counter.scene.report(&txn, &own.text("access_token"), "k1", &body).await;
    assert_eq!(status, 201, "{answer}");
    assert_eq!(counter.lines_of_person("act.reported").await, 1);
    let foreign = counter.scene.own_token(&counter.scene.caf).await;
    assert_eq!(counter.scene.report(&txn, &foreign, "k2", &body).await.0, 404, "another administration");
    let path = format!("/api/v1/acts/{txn}/receipts");
    let by_software = counter.software.call("POST", &path, &token).await;
    assert_ne!(by_software.status, 201, "{by_software:?}");
    assert_eq!(counter.lines_of_person("act.reported").await, 1, "software reports nothing about itself");
}

async fn malformed(world: World) {
    let counter = Counter::set(world).await;
    let sd_jwt = format!("{}~", counter.mandate);
    for (change, error) in [
        (vec![("subject_token", "")], "invalid_request"),
        (vec![("subject_token_type", "")], "invalid_request"),
        (vec![("subject_token_type", ACCESS)], "invalid_request"),
        (vec![("actor_token", ""), ("actor_token_type", "")], "invalid_request"),
        (vec![("actor_token_type", "")], "invalid_request"),
        (vec![("actor_token_type", JWT)], "invalid_request"),
        (vec![("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token")], "invalid_request"),
        (vec![("resource", "")], "invalid_target"),
        (vec![("audience", "api-caf"), ("audience", "caf")], "invalid_target"),
        (vec![("authorization_details", "[]")], "invalid_authorization_details"),
        (
            vec![("authorization_details", r#"[{"type":"urn:procura:mandate","privileges":["tout"]}]"#)],
            "invalid_authorization_details",
        ),
        (vec![("scope", "openid")], "invalid_scope"),
    ] {
        let answer = counter.exchange(&change).await;
        assert_eq!(answer.error(), (400, error), "{change:?}: {answer:?}");
    }
    for (change, error) in [
        (vec![("subject_token", "abc")], "invalid_request"),
        (vec![("subject_token", sd_jwt.as_str())], "invalid_request"),
        (vec![("subject_token", counter.access.as_str())], "invalid_request"),
        (vec![("actor_token", counter.mandate.as_str())], "invalid_request"),
        (vec![("resource", "https://api.caf.example/v2")], "invalid_target"),
        (vec![("resource", "api-caf")], "invalid_target"),
        (vec![("resource", ""), ("audience", "caf")], "invalid_target"),
        (vec![("resource", ""), ("audience", "personne")], "invalid_target"),
        (vec![("audience", "caf")], "invalid_target"),
        (vec![("authorization_details", "")], "invalid_authorization_details"),
        (
            vec![(
                "authorization_details",
                r#"[{"type":"urn:procura:mandate","privileges":["social","logement"]}]"#,
            )],
            "invalid_authorization_details",
        ),
        (
            vec![(
                "authorization_details",
                r#"[{"type":"urn:procura:mandate","privileges":["social"],"identifier":"another"}]"#,
            )],
            "invalid_authorization_details",
        ),
    ] {
        counter.refused(&change, error).await;
    }
    for good in [
        vec![("resource", ""), ("audience", "api-caf")],
        vec![("audience", "api-caf")],
        vec![("resource", ""), ("audience", API)],
        vec![("requested_token_type", ACCESS)],
        vec![("requested_token_type", JWT)],
    ] {
        let answer = counter.exchange(&good).await;
        assert_eq!(answer.status, 200, "{good:?}: {answer:?}");
        let claims = verified(&counter.scene.world, &answer.text("access_token"), "at+jwt").await;
        assert_eq!(claims["aud"], json!(API), "{good:?}");
    }
}

async fn foreign_tokens(world: World) {
    let mut counter = Counter::set(world).await;
    let other = Software::register(&counter.scene.world, "autre", true).await;
    let theirs = other.login(&mut counter.scene).await;
    let their_mandate = other.mandate_token(&theirs.text("access_token")).await;
    counter.refused(&[("subject_token", &their_mandate)], "invalid_request").await;
    counter.refused(&[("actor_token", &theirs.text("access_token"))], "invalid_request").await;
    let acted = counter.scene.act("social").await;
    counter.refused(&[("subject_token", &acted.mandate_token)], "invalid_request").await;
    counter.refused(&[("actor_token", &acted.access_token)], "invalid_request").await;
    let caf = counter.fields(&[]);
    assert_eq!(
        counter.scene.post("/oauth/token", &counter.scene.caf, &caf).await.1["error"],
        "unauthorized_client"
    );
    let stolen = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0;
    let answer = counter.software.post_with(Some(&stolen), "/oauth/token", &caf).await;
    assert_eq!(answer.error(), (400, "invalid_grant"), "another key than the login's: {answer:?}");
    let answer = counter.software.post_with(None, "/oauth/token", &caf).await;
    assert_eq!(answer.error(), (400, "invalid_grant"), "no key: {answer:?}");
    let narrow =
        [("grant_type", "refresh_token"), ("refresh_token", counter.refresh.as_str()), ("scope", "openid")];
    let narrow = counter.software.post("/oauth/token", &narrow).await.text("access_token");
    counter.refused(&[("actor_token", &narrow)], "invalid_request").await;
    assert_eq!(counter.lines_of_person("act.opened").await, 1, "the administration's act alone");
}

async fn another_organisations_aidant(world: World) {
    let mut counter = Counter::set(world).await;
    let organisation = counter.scene.world.organisation("CCAS de Beaune").await;
    let mut karim =
        counter.scene.world.aidant_in("Karim", &[(organisation, counter.scene.world.next_year())]).await;
    karim.login(&counter.scene.world).await;
    std::mem::swap(&mut karim, &mut counter.scene.aidant);
    let theirs = counter.software.login(&mut counter.scene).await.text("access_token");
    let listed = counter.software.call("GET", "/api/v1/mandates", &theirs).await;
    assert_eq!(listed.body["mandates"], json!([]));
    let claims = verified(&counter.scene.world, &counter.mandate, "mandate+jwt").await;
    let identifier = claims["authorization_details"][0]["identifier"].as_str().expect("an alias").to_owned();
    let path = format!("/api/v1/mandates/{identifier}/token");
    assert_eq!(counter.software.call("POST", &path, &theirs).await.status, 404);
    counter.refused(&[("actor_token", &theirs)], "access_denied").await;
}

async fn a_stale_factor(world: World) {
    let mut counter = Counter::set(world).await;
    counter.scene.world.clock.advance(6 * MINUTE);
    counter.refused(&[], "invalid_grant").await;
    counter.refresh().await;
    counter.exchanged().await;
    counter.scene.world.clock.advance(10 * MINUTE);
    counter.refresh().await;
    let before = counter.scene.world.count("act.refused!").await;
    let answer = counter.exchange(&[]).await;
    assert_eq!(answer.error(), (400, "insufficient_user_authentication"), "{answer:?}");
    assert_eq!(
        (&answer.body["acr_values"], &answer.body["max_age"]),
        (&json!("urn:procura:acr:aidant"), &json!(900))
    );
    assert_eq!(counter.scene.world.count("act.refused!").await, before + 1);
    let page = counter.software.page(&mut counter.scene, &[("max_age", "900")]).await;
    let back = counter.software.answer(&mut counter.scene, &page, "approve").await;
    let code = crate::software::parameter(&back, "code").expect("a code");
    counter.access = counter.software.redeem(&code).await.text("access_token");
    counter.exchanged().await;
}

/// What ends a right, each with the error of the next exchange.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Mandate,
    Theme,
    OtherTheme,
    Habilitation,
    HabilitationSuspended,
    Organisation,
    AidantBlocked,
    OrganisationBlocked,
    Api,
    Login,
}

impl Ending {
    const fn error(self) -> &'static str {
        match self {
            Self::Mandate
            | Self::Theme
            | Self::OtherTheme
            | Self::Habilitation
            | Self::HabilitationSuspended
            | Self::Organisation
            | Self::Login => "invalid_grant",
            Self::AidantBlocked | Self::OrganisationBlocked => "access_denied",
            Self::Api => "invalid_target",
        }
    }

    /// Whether a token given before is worth something afterwards.
    const fn leaves_tokens(self) -> bool {
        matches!(self, Self::OtherTheme | Self::Login)
    }
}

async fn end(counter: &Counter, ending: Ending) {
    let bench = &counter.scene.world.bench;
    let person = counter.person().await;
    let (by, mandate) = (Revoker::Person(&person), counter.scene.mandate.id);
    let (habilitation, organisation) =
        (counter.scene.aidant.habilitations[0], counter.scene.aidant.organisations[0]);
    let done = match ending {
        Ending::Mandate => revoke(bench, by, mandate, None, None, None).await,
        Ending::Theme => revoke(bench, by, mandate, Some(Theme::Social), None, None).await,
        Ending::OtherTheme => revoke(bench, by, mandate, Some(Theme::Logement), None, None).await,
        Ending::Habilitation => {
            change_habilitation(bench, &CLI, habilitation, HabilitationChange::End("départ"), None).await
        }
        Ending::HabilitationSuspended => {
            change_habilitation(bench, &CLI, habilitation, HabilitationChange::Suspend("contrôle"), None)
                .await
        }
        Ending::Organisation => suspend_organisation(bench, &CLI, organisation, "contrôle", None).await,
        Ending::AidantBlocked => {
            block(bench, &person, Target::Aidant(counter.scene.aidant.account), None).await
        }
        Ending::OrganisationBlocked => block(bench, &person, Target::Organisation(organisation), None).await,
        Ending::Api => {
            let id = ClientId::parse("api-caf").expect("an id");
            disable_client(bench, &CLI, &id, "clos", None).await.map(drop)
        }
        Ending::Login => {
            let answer = counter.software.post("/oauth/revoke", &[("token", &counter.refresh)]).await;
            assert_eq!(answer.status, 200);
            Ok(())
        }
    };
    done.unwrap_or_else(|refusal| panic!("{ending:?}: {refusal:?}"));
}

async fn nothing_after(world: World, ending: Ending) {
    let counter = Counter::set(world).await;
    let token = counter.exchanged().await;
    end(&counter, ending).await;
    counter.refused(&[], ending.error()).await;
    assert_eq!(counter.is_active(&token).await, ending.leaves_tokens(), "{ending:?}");
    assert_eq!(counter.lines_of_person("act.opened").await, 1, "{ending:?}");
}

macro_rules! endings {
    ($($name:ident => $ending:ident),+ $(,)?) => {
        on_each_database! {$(
            async fn $name(world) {
                super::nothing_after(world, super::Ending::$ending).await;
            }
        )+}
    };
}

endings!(
    nothing_after_the_mandate => Mandate,
    nothing_after_the_theme => Theme,
    nothing_by_a_mandate_token_that_names_an_ended_theme => OtherTheme,
    nothing_after_the_habilitation => Habilitation,
    nothing_while_the_habilitation_is_suspended => HabilitationSuspended,
    nothing_while_the_organisation_is_suspended => Organisation,
    nothing_for_a_blocked_aidant => AidantBlocked,
    nothing_for_a_blocked_organisation => OrganisationBlocked,
    nothing_for_an_api_that_is_switched_off => Api,
    nothing_after_the_login => Login,
);

/// Exchanges at the same moment as the end of the mandate: whichever comes first, nothing is given after it.
async fn against_a_revocation(world: World) {
    let counter = Arc::new(Counter::set_with(world, false).await);
    let mut running = Vec::new();
    for number in 0..8_u64 {
        let counter = Arc::clone(&counter);
        running.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(number * 3)).await;
            let answer = counter.exchange(&[]).await;
            assert!(answer.status == 200 || answer.error() == (400, "invalid_grant"), "{answer:?}");
            (answer.status == 200).then(|| answer.text("access_token"))
        }));
    }
    tokio::time::sleep(Duration::from_millis(9)).await;
    end(&counter, Ending::Mandate).await;
    let mut given = Vec::new();
    for task in running {
        given.extend(task.await.expect("a task"));
    }
    let kinds = counter.scene.world.kinds().await;
    let ended = kinds.iter().position(|kind| kind == "mandate.revoked").expect("the end");
    let last = kinds.iter().rposition(|kind| kind == "act.opened" || kind == "act.token_issued");
    assert!(last.is_none_or(|last| last < ended), "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| *kind == "act.opened").count(), given.len());
    assert_eq!(kinds.iter().filter(|kind| *kind == "act.refused!").count(), 8 - given.len());
    for token in given {
        assert!(!counter.is_active(&token).await);
    }
}

on_each_database! {
    async fn an_api_receives_what_it_may_know_and_no_more(world) {
        Box::pin(super::the_api_receives_what_it_may_know(world)).await;
    }

    async fn the_api_reports_and_the_software_does_not(world) {
        Box::pin(super::the_target_reports(world)).await;
    }

    async fn what_does_not_fit_is_told(world) {
        Box::pin(super::malformed(world)).await;
    }

    async fn tokens_of_others_are_worth_nothing(world) {
        Box::pin(super::foreign_tokens(world)).await;
    }

    async fn an_aidant_of_another_organisation_may_not(world) {
        Box::pin(super::another_organisations_aidant(world)).await;
    }

    async fn a_stale_factor_is_asked_for_again(world) {
        Box::pin(super::a_stale_factor(world)).await;
    }

    async fn an_exchange_against_a_revocation(world) {
        super::against_a_revocation(world).await;
    }

    async fn both_clients_must_be_entitled(world) {
        let mut counter = Counter::set(world).await;
        let papers = api(&counter.scene.world, "api-papiers", "https://papiers.example/", ClientKind::ResourceServer, &[Theme::Papiers]).await;
        counter.refused(&[("resource", "https://papiers.example/")], "access_denied").await;
        let detail = r#"[{"type":"urn:procura:mandate","privileges":["argent"]}]"#;
        counter.refused(&[("authorization_details", detail)], "access_denied").await;
        let narrow = Software::register_as(&counter.scene.world, "etroit", true, |new| new.themes = [Theme::Logement].into()).await;
        counter.software = narrow;
        counter.access = counter.software.login(&mut counter.scene).await.text("access_token");
        counter.mandate = counter.software.mandate_token(&counter.access).await;
        counter.refused(&[], "access_denied").await;
        let housing = counter.exchange(&[("authorization_details", "")]).await;
        assert_eq!((housing.status, &housing.body["authorization_details"][0]["privileges"]), (200, &json!(["logement"])), "the only theme left");
        assert!(!papers.is_active(&housing.text("access_token")).await, "another API is told nothing");
    }

    async fn the_grade_of_the_consent_counts_for_software_and_api(world) {
        let mut counter = Counter::set(world).await;
        Software::register_as(&counter.scene.world, "api-forte", false, |new| {
            new.kind = ClientKind::ResourceServer;
            new.redirect_uris.clear();
            new.min_consent_grade = Some(ConsentGrade::FranceConnectPlus);
            new.options.resources.insert("https://forte.example/".to_owned());
        })
        .await;
        counter.refused(&[("resource", "https://forte.example/")], "access_denied").await;
        let strict = Software::register_as(&counter.scene.world, "strict", true, |new| new.min_consent_grade = Some(ConsentGrade::FranceConnectPlus)).await;
        let access = strict.login(&mut counter.scene).await.text("access_token");
        assert_eq!(strict.call("GET", "/api/v1/mandates", &access).await.body["mandates"], json!([]), "nothing it may use is listed");
    }

    async fn an_administration_is_a_target_by_its_resource(world) {
        let mut counter = Counter::set(world).await;
        let town = api(&counter.scene.world, "ville", "https://ville.example/api", ClientKind::Administration, &[Theme::Social]).await;
        let answer = counter.exchange(&[("resource", ""), ("audience", "ville"), ("authorization_details", "")]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.text("access_token");
        assert_eq!(verified(&counter.scene.world, &token, "at+jwt").await["aud"], json!("https://ville.example/api"));
        assert!(town.is_active(&token).await);
        assert_eq!(counter.software.post("/oauth/revoke", &[("token", &token)]).await.status, 200);
        assert!(!town.is_active(&token).await, "the software gave it back");
        approved(&counter.scene.world, &mut counter.scene.aidant, &["logement"], "month", "luc").await;
        let first = counter.software.call("GET", "/api/v1/mandates?limit=1", &counter.access).await;
        let next = first.text("next");
        let second = counter.software.call("GET", &format!("/api/v1/mandates?limit=1&after={next}"), &counter.access).await;
        assert_eq!(second.status, 200, "{second:?}");
        assert!(second.body.get("next").is_none(), "{second:?}");
        assert_ne!(first.body["mandates"][0]["identifier"], second.body["mandates"][0]["identifier"]);
    }
}
