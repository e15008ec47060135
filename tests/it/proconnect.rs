//! Aidants who enter through ProConnect: bound once, checked at every login, and what is forged lets nobody in.

use std::time::Duration;

use procura::crypto::hash::unb64;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::operations::proconnect_login;
use procura::operations::suspend;
use procura::operations::suspend::HabilitationChange;
use procura::storage::accounts;
use serde_json::Value;

use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

const COOKIE: &str = "procura_aidant";
const UNTRUSTED: &str = "Nous n’avons pas pu vérifier la réponse de ProConnect";
const UNKNOWN: &str = "Ce compte ProConnect n’ouvre pas d’espace ici";

const FORGED: [&str; 26] = [
    "wrong-nonce",
    "wrong-issuer",
    "wrong-audience",
    "wrong-azp",
    "expired",
    "no-iat",
    "no-subject",
    "other-subject",
    "cut-signature",
    "foreign-key",
    "alg-none",
    "hs256",
    "lower-level",
    "no-level",
    "garbage",
    "issuer-parameter",
    "userinfo-wrong-issuer",
    "userinfo-wrong-audience",
    "userinfo-expired",
    "userinfo-no-subject",
    "userinfo-other-subject",
    "userinfo-foreign-key",
    "userinfo-alg-none",
    "userinfo-hs256",
    "userinfo-broken-siret",
    "userinfo-garbage",
];

fn agents() -> Options {
    Options { proconnect: true, config: "timeout = \"1 s\"\n".to_owned(), ..Options::default() }
}

/// From our login page to ProConnect's form.
pub async fn go(world: &World, browser: &mut Browser, next: &str) -> Page {
    let page = browser.get(&world.at(&format!("/aidant/connexion{next}"))).await.expect("the login page");
    browser.click(&page, "/aidant/proconnect").await.expect("ProConnect")
}

/// Through ProConnect as this agent; gives the page that follows.
async fn enter(world: &World, browser: &mut Browser, login: &str) -> Page {
    let page = go(world, browser, "").await;
    type_login(browser, &page, login).await
}

pub async fn type_login(browser: &mut Browser, page: &Page, login: &str) -> Page {
    let form = page.form_last_in_main().expect("its form").with(&[("login", login)]).expect("its field");
    browser.submit(&form).await.expect("a page")
}

fn cookie(browser: &Browser) -> Option<String> {
    browser.cookies().value(COOKIE).map(str::to_owned)
}

async fn outside(world: &World, browser: &mut Browser) -> bool {
    browser.get(&world.at("/aidant")).await.expect("a page").url.path() == "/aidant/connexion"
}

async fn give_code(world: &World, aidant: &mut Professional, page: &Page) -> Page {
    let code = aidant.code(world);
    let form = page.form_last_in_main().expect("a form").with(&[("otp", &code)]).expect("its field");
    aidant.browser.submit(&form).await.expect("a page")
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&token.split('.').nth(1).and_then(unb64).expect("a JWS")).expect("claims")
}

on_each_database_with! {
    agents();

    async fn a_strong_agent_enters_is_bound_and_leaves_proconnect_too(world) {
        let mut aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "eidas2").await;
        go(&world, &mut aidant.browser, "").await;
        let before = cookie(&aidant.browser);
        let page = enter(&world, &mut aidant.browser, "amelie").await;
        assert_eq!(page.url.path(), "/aidant", "{}", page.main_text());
        assert!(page.words(".account").expect("who").contains("CCAS de Amélie"));
        assert_ne!(cookie(&aidant.browser), before, "the session has a new id");
        assert_eq!((world.count("aidant.logged_in").await, world.count("aidant.account_linked").await), (1, 1));
        let request = aidant.browser.visited().iter().find(|url| url.path().ends_with("/authorize")).expect("a request").clone();
        let value = |name: &str| request.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        let mut names: Vec<String> = request.query_pairs().map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names, ["claims", "client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri",
            "response_type", "scope", "state"]);
        assert_eq!(value("claims").as_deref(), Some(
            r#"{"id_token":{"acr":{"essential":true,"values":["eidas0-mfa","eidas1-mfa","eidas2","eidas3"]}}}"#));
        assert_eq!(value("scope").as_deref(), Some("openid given_name usual_name email uid siret idp_id roles organization_label"));
        assert_eq!(value("code_challenge_method").as_deref(), Some("S256"));
        assert!(value("state").is_some_and(|state| state.len() >= 32) && value("nonce").is_some_and(|nonce| nonce.len() >= 32));

        let inside = cookie(&aidant.browser);
        let page = aidant.get(&world, "/aidant").await;
        let leave = page.form_to("/aidant/deconnexion").expect("the way out");
        let page = aidant.browser.submit(&leave).await.expect("a page");
        assert!(page.header("refresh").is_some_and(|line| line.contains("/session/end?id_token_hint=")), "{:?}", page.header("refresh"));
        assert!(outside(&world, &mut world.browser()).await);
        assert_eq!(world.agents().live_sessions(), 1);
        let page = aidant.browser.click(&page, "/session/end").await.expect("the way out there");
        assert_eq!(page.url.path(), "/aidant/connexion", "{}", page.main_text());
        assert_eq!(world.agents().live_sessions(), 0);
        assert!(outside(&world, &mut aidant.browser).await);
        assert_ne!(cookie(&aidant.browser), inside);

        let page = enter(&world, &mut aidant.browser, "amelie").await;
        assert_eq!(page.url.path(), "/aidant");
        assert_eq!((world.count("aidant.logged_in").await, world.count("aidant.account_linked").await), (2, 1), "bound once");
    }

    async fn a_mailed_code_asks_for_the_own_code_before_anything_opens(world) {
        let mut aidant = world.aidant("Amélie").await;
        for (name, acr) in [("amelie", "eidas1-mfa"), ("amelie", "eidas1"), ("amelie", "eidas0-mfa")] {
            world.agent(name, &aidant, acr).await;
            let page = go(&world, &mut aidant.browser, "?suite=%2Faidant%2Fstructure").await;
            // A weak login of before is reused there.
            let page = if page.url.path().contains("/interaction/") { type_login(&mut aidant.browser, &page, name).await } else { page };
            assert_eq!(page.url.path(), "/aidant/proconnect/code", "{acr} {}", page.main_text());
            assert!(outside(&world, &mut aidant.browser).await, "nothing is open yet");
            let page = aidant.browser.get(&world.at("/aidant/proconnect/code")).await.expect("the form");
            let wrong = page.form_last_in_main().expect("a form").with(&[("otp", "000000")]).expect("its field");
            let refused = aidant.browser.submit(&wrong).await.expect("a page");
            assert_eq!(refused.status.as_u16(), 422);
            let before = cookie(&aidant.browser);
            let page = give_code(&world, &mut aidant, &refused).await;
            assert_eq!(page.url.path(), "/aidant/structure", "{acr}: {}", page.main_text());
            assert_ne!(cookie(&aidant.browser), before);
            aidant.browser = world.browser();
        }
        assert_eq!(world.count("aidant.logged_in").await, 3);
        assert_eq!(world.count("aidant.login_refused!").await, 3);
        assert_eq!(world.count("aidant.account_linked").await, 1);
    }

    async fn a_code_page_left_open_serves_no_more(world) {
        let mut aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "eidas1-mfa").await;
        let page = enter(&world, &mut aidant.browser, "amelie").await;
        world.clock.advance(Duration::from_secs(11 * 60));
        let page = give_code(&world, &mut aidant, &page).await;
        assert_eq!(page.url.path(), "/aidant/connexion");
        assert_eq!(world.count("aidant.logged_in").await, 0);
        let mut stranger = world.browser();
        let page = stranger.get(&world.at("/aidant/proconnect/code")).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/connexion");
    }

    async fn a_stranger_learns_nothing_and_is_only_counted(world) {
        let aidant = world.aidant("Amélie").await;
        let agent = world.agent("amelie", &aidant, "eidas2").await;
        let stranger = procura::demo::proconnect::Agent { login: "x".into(), email: "x@aidant.example".into(), ..agent.clone() };
        world.agents().admit(stranger);
        let wrong_place = procura::demo::proconnect::Agent { login: "y".into(), siret: crate::world::siret(77_777).as_str().to_owned(), ..agent };
        world.agents().admit(wrong_place);
        let mut faces = Vec::new();
        for login in ["x", "y"] {
            let mut browser = world.browser();
            let page = enter(&world, &mut browser, login).await;
            assert!(page.main_text().contains(UNKNOWN), "{login}: {}", page.main_text());
            assert!(outside(&world, &mut browser).await);
            faces.push((page.status, page.title(), page.words(".lead")));
        }
        assert_eq!(faces[0], faces[1], "the same words whether an account is known or not");
        assert_eq!(world.count("aidant.login_refused!").await, 1, "only the known account has an entry");
        assert_eq!(world.count("aidant.account_linked").await, 0);
    }

    async fn what_changed_at_proconnect_is_refused_in_plain_words(world) {
        let mut aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "eidas2").await;
        assert_eq!(enter(&world, &mut aidant.browser, "amelie").await.url.path(), "/aidant");
        let cases = [
            ("userinfo-other-email", "Votre adresse a changé dans ProConnect"),
            ("userinfo-other-siret", "Votre structure a changé dans ProConnect"),
            ("userinfo-other-idp", UNKNOWN),
        ];
        for (number, (case, words)) in cases.into_iter().enumerate() {
            let mut browser = world.browser();
            let page = enter(&world, &mut browser, &format!("{case}.amelie")).await;
            assert_eq!(page.status.as_u16(), 403, "{case}");
            assert!(page.main_text().contains(words), "{case}: {}", page.main_text());
            assert!(outside(&world, &mut browser).await, "{case}");
            assert_eq!(world.count("aidant.login_refused!").await, number + 1, "{case}");
            // The button leaves ProConnect, so that another account can be chosen there.
            let page = browser.click(&page, "/session/end").await.expect("the way out");
            assert_eq!(page.url.path(), "/aidant/connexion", "{case}: {}", page.main_text());
        }
        let habilitation = aidant.habilitations[0];
        suspend::change_habilitation(&world.bench, &CLI, habilitation, HabilitationChange::End("parti"), None).await.expect("ended");
        let mut browser = world.browser();
        let page = enter(&world, &mut browser, "amelie").await;
        assert!(page.main_text().contains("Votre structure a changé"), "{}", page.main_text());
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        accounts::set_status(&mut tx, aidant.account, procura::domain::account::AccountStatus::Suspended).await.expect("a change");
        tx.commit().await.expect("a commit");
        let page = enter(&world, &mut world.browser(), "amelie").await;
        assert!(page.main_text().contains("Votre compte est suspendu"), "{}", page.main_text());
        assert_eq!(world.count("aidant.logged_in").await, 1);
    }

    async fn another_account_there_is_bound_only_after_an_operator_unlinked_the_first(world) {
        let mut aidant = world.aidant("Amélie").await;
        let agent = world.agent("amelie", &aidant, "eidas2").await;
        assert_eq!(enter(&world, &mut aidant.browser, "amelie").await.url.path(), "/aidant");
        let moved = procura::demo::proconnect::Agent { login: "amelie2".into(), sub: "another".into(), idp_id: "elsewhere".into(), ..agent };
        world.agents().admit(moved);
        let page = enter(&world, &mut world.browser(), "amelie2").await;
        assert!(page.main_text().contains(UNKNOWN), "{}", page.main_text());
        let unlinked = proconnect_login::unlink(&world.bench, &CLI, &aidant.email, None).await.expect("unlinked");
        assert_eq!(unlinked, aidant.account);
        assert!(proconnect_login::unlink(&world.bench, &CLI, &aidant.email, None).await.is_err());
        assert_eq!(enter(&world, &mut world.browser(), "amelie2").await.url.path(), "/aidant");
        let page = enter(&world, &mut world.browser(), "amelie").await;
        assert!(page.main_text().contains(UNKNOWN), "the first is no longer hers: {}", page.main_text());
        assert_eq!((world.count("aidant.account_linked").await, world.count("aidant.account_unlinked").await), (2, 1));
    }

    async fn what_is_forged_lets_nobody_in(world) {
        let aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "eidas2").await;
        for case in FORGED {
            let mut browser = world.browser();
            let page = enter(&world, &mut browser, &format!("{case}.amelie")).await;
            assert_eq!(page.status.as_u16(), 502, "{case}: {}", page.main_text());
            assert!(page.main_text().contains(UNTRUSTED), "{case}: {}", page.main_text());
            assert!(outside(&world, &mut browser).await, "{case}");
        }
        for case in ["redirects", "oversized", "server-error", "slow", "userinfo-redirects", "userinfo-oversized", "userinfo-slow"] {
            let mut browser = world.browser();
            let page = enter(&world, &mut browser, &format!("{case}.amelie")).await;
            assert!(matches!(page.status.as_u16(), 502 | 503), "{case}: {} {}", page.status, page.main_text());
            assert!(outside(&world, &mut browser).await, "{case}");
        }
        assert_eq!((world.count("aidant.logged_in").await, world.count("aidant.account_linked").await), (0, 0));
        assert_eq!(enter(&world, &mut world.browser(), "amelie").await.url.path(), "/aidant");
    }

    async fn an_answer_of_another_browser_or_state_ends_nothing(world) {
        let mut aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "eidas2").await;
        let away = go(&world, &mut aidant.browser, "").await;
        for query in ["", "code=c&state=0", "code=c", "error=access_denied&state=undefined", "state=a&state=b&code=c"] {
            let page = aidant.get(&world, &format!("/aidant/proconnect/retour?{query}")).await;
            assert_eq!(page.status.as_u16(), 400, "{query}");
        }
        let mut thief = world.browser();
        let there = go(&world, &mut thief, "").await;
        type_login(&mut thief, &there, "wrong-state.amelie").await;
        let stolen = thief.visited().iter().rfind(|url| url.path().ends_with("/retour")).expect("an answer").clone();
        assert_eq!(world.browser().get(&stolen).await.expect("a page").status.as_u16(), 400);
        let page = type_login(&mut aidant.browser, &away, "amelie").await;
        assert_eq!(page.url.path(), "/aidant", "{}", page.main_text());
        let back = aidant.browser.visited().iter().rfind(|url| url.path().ends_with("/retour")).expect("an answer").clone();
        assert_eq!(aidant.browser.get(&back).await.expect("a page").status.as_u16(), 400, "an answer serves once");
        let page = aidant.get(&world, "/aidant/proconnect/sortie?state=0").await;
        assert_eq!(page.status.as_u16(), 400);
    }

    async fn an_agent_who_cannot_or_will_not_is_told_so(world) {
        let mut aidant = world.aidant("Amélie").await;
        world.agent("amelie", &aidant, "https://proconnect.gouv.fr/assurance/self-asserted").await;
        let page = enter(&world, &mut aidant.browser, "amelie").await;
        assert!(page.main_text().contains("ProConnect n’a pas confirmé votre identité"), "{}", page.main_text());
        let mut other = world.browser();
        let away = go(&world, &mut other, "").await;
        let page = other.submit(&away.form_to("cancel").expect("the way back")).await.expect("a page");
        assert_eq!(page.status.as_u16(), 403);
        assert!(outside(&world, &mut other).await);
    }

    async fn tokens_say_by_what_means_the_aidant_proved_herself(world) {
        let mut scene = Scene::set(world).await;
        let world = &scene.world;
        world.agent("amelie", &scene.aidant, "eidas3").await;
        scene.aidant.browser = world.browser();
        let before = world.bench.now().seconds();
        assert_eq!(enter(world, &mut scene.aidant.browser, "amelie").await.url.path(), "/aidant");
        let logged_in = before..=world.bench.now().seconds();
        world.clock.advance(Duration::from_secs(60));
        let acted = scene.act("social").await;
        let token = claims(&acted.access_token);
        assert_eq!(token["amr"], serde_json::json!(["hwk", "mfa"]));
        let told = token["auth_time"].as_i64().expect("seconds");
        assert!(logged_in.contains(&told), "the instant of ProConnect's factor: {told}, {logged_in:?}");
        // Older than a quarter of an hour: her own code is asked for, and said.
        scene.world.clock.advance(Duration::from_secs(15 * 60));
        let acted = scene.act("social").await;
        assert_eq!(claims(&acted.access_token)["amr"], serde_json::json!(["otp", "mfa"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_proconnect_its_door_is_not_there() {
    let world = World::start(crate::world::Engine::Sqlite).await;
    let mut browser = world.browser();
    let page = browser.get(&world.at("/aidant/connexion")).await.expect("the login page");
    assert!(page.link("/aidant/proconnect").is_err());
    assert_eq!(browser.get(&world.at("/aidant/proconnect")).await.expect("a page").status.as_u16(), 404);
}
