//! What strangers and other sites send: refused with a clear answer, nothing written, nothing broken.

use std::time::Duration;

use procura::demo::browser::page::Page;
use procura::domain::theme::Theme;
use procura::operations::current;
use procura::operations::open_act::Chosen;
use procura::operations::open_act::Opening;
use procura::operations::open_act::open_act;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use url::Url;

use crate::consent::draw_up;
use crate::consent::open_text;
use crate::consent::status;
use crate::races::BROWSER;
use crate::races::Race;
use crate::races::VERIFIER;
use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::World;

const ID: &str = "01890000-0000-7000-8000-000000000000";

/// Every page of ours that takes a form, as the routers of `src/web` name it.
fn form_doors() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web");
    let mut doors = Vec::new();
    for part in std::fs::read_dir(folder).expect("the pages") {
        let Ok(text) = std::fs::read_to_string(part.expect("a part").path().join("mod.rs")) else { continue };
        let routes = text.split(".route(").skip(1).filter(|route| route.contains("post("));
        let paths = routes
            .filter_map(|route| route.split('"').nth(1))
            .map(|path| path.replace("{{", "{").replace("}}", "}"));
        for path in paths {
            match path.strip_prefix("{home}") {
                Some(rest) => doors.extend(
                    ["/aidant", "/referent", "/autorite", "/operateur"].map(|home| home.to_owned() + rest),
                ),
                None => doors.push(path),
            }
        }
    }
    assert!(doors.len() > 30 && doors.iter().any(|door| door == "/operateur/connexion"), "{doors:?}");
    doors.iter().map(|door| filled(door)).collect()
}

/// A route with its parameters filled in.
fn filled(route: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { ID.to_owned() } else { part.to_owned() };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Where an operator hands in a whole file.
const FILE_DOOR: &str = "/operateur/import";

/// Where programs, and browsers sent by other sites, post.
const OPEN_DOORS: [&str; 7] = [
    "/oauth/authorize",
    "/oauth/end-session",
    "/oauth/par",
    "/oauth/token",
    "/oauth/userinfo",
    "/oauth/introspect",
    "/oauth/revoke",
];

/// The status of an answer to a body that is announced as, or really is, a megabyte.
async fn megabyte(world: &World, path: &str, announced: bool) -> u16 {
    let address = format!("127.0.0.1:{}", world.url.port().expect("a port"));
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    let size = 1024 * 1024;
    let length =
        if announced { format!("content-length: {size}") } else { "transfer-encoding: chunked".to_owned() };
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("the head");
    let (mut reading, mut writing) = stream.into_split();
    let writer = tokio::spawn(async move {
        let chunk = format!("a={}", "a".repeat(16_382));
        for _ in 0..size / chunk.len() {
            let sent = if announced { chunk.clone() } else { format!("{:x}\r\n{chunk}\r\n", chunk.len()) };
            // It may hang up as soon as it has answered.
            if writing.write_all(sent.as_bytes()).await.is_err() {
                return;
            }
        }
        drop(writing.write_all(if announced { b"" } else { b"0\r\n\r\n" }).await);
    });
    let mut line = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(10), reading.read_exact(&mut line)).await;
    read.unwrap_or_else(|_| panic!("{path}: no answer")).unwrap_or_else(|error| panic!("{path}: {error}"));
    writer.abort();
    let line = String::from_utf8_lossy(&line).into_owned();
    line.rsplit(' ').next().and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{path}: {line}"))
}

fn request(scene: &Scene, change: &[(&str, &str)]) -> Url {
    let redirect_uri = scene.world.at("/retour-caf").to_string();
    let challenge = procura::crypto::hash::b64(&procura::crypto::hash::sha256(VERIFIER.as_bytes()));
    let usual = [
        ("client_id", "caf"),
        ("redirect_uri", redirect_uri.as_str()),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "the-state"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let mut url = scene.world.at("/oauth/authorize");
    let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    url.query_pairs_mut().extend_pairs(kept).extend_pairs(change);
    url
}

fn parameter(page: &Page, name: &str) -> Option<String> {
    page.url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// One answer, not followed.
async fn first_answer(call: reqwest::RequestBuilder) -> (u16, String, String) {
    let answer = call.send().await.expect("an answer");
    assert!(answer.headers().get("x-evil").is_none(), "a header was injected");
    let text = |name: &str| {
        answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let found = (answer.status().as_u16(), text("location"), text("set-cookie"));
    assert!(!found.1.contains(['\r', '\n']) && !found.2.contains(['\r', '\n']));
    found
}

on_each_database! {
    async fn an_aidant_who_may_not_work_is_told_of_nobody(world) {
        let mut scene = Scene::set(world).await;
        let service = scene.caf.copy();
        let begun = [scene.persons(&service).await, scene.persons(&service).await];
        for page in &begun {
            assert!(page.main_text().contains("Lefèvre"), "{}", page.main_text());
        }
        let habilitation = scene.aidant.habilitations[0];
        let end = HabilitationChange::End("départ");
        change_habilitation(&scene.world.bench, &CLI, habilitation, end, None).await.expect("ended");
        for page in &begun {
            let page = scene.aidant.browser.get(&page.url).await.expect("a page");
            assert_eq!(page.status.as_u16(), 403, "{}", page.main_text());
            assert!(page.main_text().contains("est finie") && !page.html.contains("Lefèvre"), "{}", page.main_text());
        }
        assert_eq!(scene.world.count("act.refused!").await, 2, "each is written");
    }

    async fn a_megabyte_is_refused_at_every_door(world) {
        let before = world.kinds().await;
        let doors = form_doors();
        let doors = doors.iter().map(String::as_str).chain(OPEN_DOORS);
        let receipts = format!("/api/v1/acts/{ID}/receipts");
        for path in doors.chain([receipts.as_str()]) {
            // A file may be longer there; a stranger is sent to log in before any of it is read.
            let expected = if path == FILE_DOOR { 303 } else { 413 };
            assert_eq!(megabyte(&world, path, true).await, expected, "{path}");
            let status = megabyte(&world, path, false).await;
            assert!((303..500).contains(&status), "{path}: {status} to a megabyte in chunks");
        }
        assert_eq!(world.kinds().await, before);
        assert!(world.http.get(world.at("/healthz")).send().await.expect("alive").status().is_success());
    }

    async fn another_site_posts_nothing_to_any_form(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (mut person, _) = scene.person("jeanne").await;
        let draft = draw_up(&scene.world, &mut scene.aidant, &["papiers"], "short").await;
        let mut consent = scene.world.browser();
        open_text(&scene.world, &mut consent, &draft.link, "rosa").await;
        let world = &scene.world;
        let mut real = form_doors();
        let mandate = scene.mandate.id;
        real.extend(["abandonner", "revoquer", "attestation"].map(|door| format!("/aidant/mandats/{}/{door}", draft.id)));
        real.push(format!("/aidant/mandats/{mandate}/revoquer"));
        real.push(format!("/personne/mandats/{mandate}/revoquer"));
        real.push(draft.link.path().to_owned());
        let before = (world.kinds().await, world.messages().await.len());
        let account = scene.aidant.account.to_string();
        let fields = [("decision", "approve"), ("reason", "x"), ("aidant", account.as_str()), ("theme", "social")];
        for from in ["https://evil.example/", "http://127.0.0.1:1/", "http://localhost/"] {
            let from: Url = from.parse().expect("an address");
            for path in &real {
                for browser in [&mut scene.aidant.browser, &mut person, &mut consent] {
                    let page = browser.post_from(&from, &world.at(path), &fields).await.expect("a page");
                    assert_eq!(page.status.as_u16(), 400, "{path} from {from}: {}", page.main_text());
                }
            }
        }
        for path in &real {
            for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "same-site")] {
                let call = world.http.post(world.at(path)).header(name, value).form(&fields);
                assert_eq!(first_answer(call).await.0, 400, "{path} with {name}: {value}");
            }
        }
        assert_eq!((world.kinds().await, world.messages().await.len()), before);
        assert_eq!(status(world, mandate).await, procura::domain::mandate::MandateStatus::Active);
    }

    async fn a_parameter_that_stands_twice_is_refused(world) {
        let scene = Scene::set(world).await;
        let mut browser = scene.world.browser();
        for (name, value) in [("client_id", "caf"), ("redirect_uri", "https://evil.example/")] {
            let mut url = request(&scene, &[]);
            url.query_pairs_mut().append_pair(name, value);
            let page = browser.get(&url).await.expect("a page");
            assert_eq!((page.status.as_u16(), page.history.len()), (400, 1), "{name}");
        }
        let names = ["response_type", "scope", "state", "code_challenge", "code_challenge_method", "nonce", "prompt",
            "max_age", "claims", "acr_values", "authorization_details", "request", "resource"];
        for name in names {
            let mut url = request(&scene, &[]);
            url.query_pairs_mut().append_pair(name, "1").append_pair(name, "2");
            let page = browser.get(&url).await.expect("a page");
            assert_eq!(parameter(&page, "error").as_deref(), Some("invalid_request"), "{name} at {}", page.url);
            assert!(page.url.path() == "/retour-caf" && parameter(&page, "code").is_none());
        }
        let pushed = request(&scene, &[]);
        let pairs: Vec<(String, String)> = pushed.query_pairs().into_owned().collect();
        for name in names.into_iter().chain(["redirect_uri", "client_id"]) {
            let mut fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.extend([(name, "1"), (name, "2")]);
            let (status, told) = scene.post("/oauth/par", &scene.caf, &fields).await;
            assert_eq!((status, &told["error"]), (400, &Value::from("invalid_request")), "{name}: {told}");
        }
        for name in ["grant_type", "code", "redirect_uri", "code_verifier", "scope", "client_id", "client_assertion"] {
            let fields = [("grant_type", "client_credentials"), (name, "1"), (name, "2")];
            let (status, told) = scene.post("/oauth/token", &scene.caf, &fields).await;
            assert_eq!((status, &told["error"]), (400, &Value::from("invalid_request")), "{name}: {told}");
        }
        for path in ["/oauth/introspect", "/oauth/revoke"] {
            let (status, told) = scene.post(path, &scene.caf, &[("token", "a"), ("token", "b")]).await;
            assert_eq!((status, &told["error"]), (400, &Value::from("invalid_request")), "{path}: {told}");
        }
    }

    async fn an_unknown_parameter_changes_nothing(world) {
        let mut scene = Scene::set(world).await;
        let url = request(&scene, &[("utm_source", "x"), ("ui_locales", "fr"), ("display", "page"), ("admin", "1")]);
        let page = scene.aidant.browser.get(&url).await.expect("a page");
        assert!(page.h1().contains("Pour qui"), "{} {}", page.url, page.main_text());
        let fields = [("grant_type", "client_credentials"), ("scope", "receipts"), ("admin", "1"), ("expires_in", "9999999")];
        let (status, token) = scene.post("/oauth/token", &scene.caf, &fields).await;
        assert!(status == 200 && token["expires_in"].as_i64().is_some_and(|seconds| seconds <= 300), "{token}");
    }

    async fn no_address_or_state_makes_a_header(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let break_in = "\r\nx-evil: 1\r\nset-cookie: a=b";
        for (name, value) in [
            ("redirect_uri", format!("{}{break_in}", world.at("/retour-caf"))),
            ("client_id", format!("caf{break_in}")),
        ] {
            let (status, location, _) = first_answer(world.http.get(request(&scene, &[(name, &value)]))).await;
            assert_eq!((status, location.as_str()), (400, ""), "{name}");
        }
        for name in ["state", "nonce"] {
            let (status, location, _) =
                first_answer(world.http.get(request(&scene, &[(name, break_in)]))).await;
            assert_eq!(status, 303, "{name}");
            assert!(location.starts_with(world.at("/retour-caf").as_str()) && location.contains("error=invalid_request"), "{location}");
            assert!(!location.contains("x-evil"), "{location}");
        }
        for path in ["/langue?vers=fr&retour=/aide%0d%0ax-evil:%201", "/aidant/mandats/%0d%0ax-evil:%201", "/aidant/connexion?suite=/a%0d%0ax-evil:%201",
            "/oauth/end-session?client_id=caf&post_logout_redirect_uri=%0d%0ax-evil:%201"] {
            first_answer(world.http.get(world.at(path))).await;
        }
        let form = [("client_id", format!("caf{break_in}"))];
        let (status, location, _) = first_answer(world.http.post(world.at("/oauth/authorize")).form(&form)).await;
        assert!(status == 303 && location.starts_with("/oauth/authorize?client_id=caf%0D%0A"), "{status} {location}");
    }

    async fn a_posted_request_goes_on_as_a_link(world) {
        let mut scene = Scene::set(world).await;
        let url = request(&scene, &[]);
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let world = &scene.world;
        let (status, location, cookie) = first_answer(world.http.post(world.at("/oauth/authorize")).form(&pairs)).await;
        assert_eq!((status, cookie.as_str()), (303, ""));
        let target = world.url.join(&location).expect("an address");
        assert_eq!(target.query_pairs().into_owned().collect::<Vec<_>>(), pairs);
        let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let evil = "https://portail.example/".parse().expect("an address");
        let page = scene.aidant.browser.post_from(&evil, &world.at("/oauth/authorize"), &fields).await.expect("a page");
        assert!(page.h1().contains("Pour qui"), "{} {}", page.url, page.main_text());
    }

    async fn prompt_and_max_age_are_heeded(world) {
        let mut scene = Scene::set(world).await;
        for (prompt, error) in [("none", "interaction_required"), ("none login", "invalid_request"), ("create", "invalid_request")] {
            let page = scene.aidant.browser.get(&request(&scene, &[("prompt", prompt)])).await.expect("a page");
            assert_eq!(parameter(&page, "error").as_deref(), Some(error), "{prompt}: {}", page.url);
        }
        let mut stranger = scene.world.browser();
        let page = stranger.get(&request(&scene, &[("prompt", "none")])).await.expect("a page");
        assert_eq!(parameter(&page, "error").as_deref(), Some("login_required"));
        let url = request(&scene, &[("prompt", "login")]);
        let page = scene.aidant.browser.get(&url).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant/second-facteur", "a factor of a moment ago is asked for again");
        let page = scene.aidant.second_factor(&scene.world, &page).await;
        assert!(page.h1().contains("Pour qui"), "{} {}", page.url, page.main_text());
        scene.world.clock.advance(Duration::from_secs(61));
        for (max_age, asked) in [("3600", false), ("120", false), ("60", true), ("0", true)] {
            let page = scene.aidant.browser.get(&request(&scene, &[("max_age", max_age)])).await.expect("a page");
            assert_eq!(page.url.path() == "/aidant/second-facteur", asked, "max_age {max_age}: {}", page.url);
        }
        for max_age in ["-1", "x", "1.5"] {
            let page = scene.aidant.browser.get(&request(&scene, &[("max_age", max_age)])).await.expect("a page");
            assert_eq!(parameter(&page, "error").as_deref(), Some("invalid_request"), "{max_age}");
        }
    }

    async fn a_forged_person_is_a_refused_act_that_tells_nothing(world) {
        let mut scene = Scene::set(world).await;
        let caf = scene.caf.copy();
        for forged in ["AAAAAAAAAAAAAAAAAAAA", "", "' OR 1=1 --"] {
            let before = scene.world.count("act.refused!").await;
            let page = scene.persons(&caf).await;
            let form = page.form_last_in_main().expect("the persons").tampered(&[("person", forged), ("theme", "social")]);
            let refused = scene.aidant.browser.submit(&form).await.expect("a page");
            assert_eq!(refused.status.as_u16(), 403, "{forged}: {}", refused.main_text());
            assert!(!refused.main_text().contains("Lefèvre") && parameter(&refused, "code").is_none());
            assert_eq!(scene.world.count("act.refused!").await, before + 1, "{forged}");
        }
        assert_eq!(scene.world.count("act.opened").await, 0);
    }

    async fn a_handle_of_one_act_names_nobody_in_another(world) {
        let mut scene = Scene::set(world).await;
        let caf = scene.caf.copy();
        let page = scene.persons(&caf).await;
        let form = page.form_last_in_main().expect("the persons").choose(&["Jeanne", "Lefèvre"]).expect("her");
        let handle = form.value("person").expect("a handle").to_owned();
        let page = scene.persons(&caf).await;
        let form = page.form_last_in_main().expect("the persons").tampered(&[("person", &handle)]);
        let refused = scene.aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(refused.status.as_u16(), 403, "{}", refused.main_text());
    }

    async fn nobody_acts_for_another_organisations_person(world) {
        let race = Race::set(world).await;
        let world = &race.scene.world;
        let sonia = world.aidant("Sonia").await;
        let sonia = current::aidant(&world.bench, sonia.account, sonia.habilitations[0], Some(world.bench.now())).await;
        let sonia = sonia.expect("a read").expect("an aidant");
        for theme in [Some(Theme::Social), None] {
            let act = race.begin().await;
            let chosen = Chosen { person: Some(race.person.person.id), theme };
            let opening = open_act(&world.bench, &sonia, &race.shown(act).await, &BROWSER, chosen, None).await;
            assert!(matches!(opening, Ok(Opening::Refused(_))), "{opening:?}");
        }
        assert_eq!((world.count("act.opened").await, world.count("act.refused!").await), (0, 2));
        let journal = race.lines_of_person().await;
        assert_eq!(journal, 0, "she is told of no attempt by an organisation that never knew her");
        let mut colleague = world.aidant_in("Karim", &[(race.aidant.organisation.id, world.next_year())]).await;
        colleague.login(world).await;
        let act = race.begin().await;
        assert_eq!(colleague.get(world, &format!("/acte/{act}")).await.status.as_u16(), 404, "another browser's act");
        for door in ["", "/quitter"] {
            let url = world.at(&format!("/acte/{act}{door}"));
            let page = colleague.browser.post_from(&url, &url, &[("theme", "social")]).await.expect("a page");
            assert_eq!(page.status.as_u16(), 404, "{door}");
        }
    }

    async fn an_altered_request_ends_the_code(world) {
        let race = Race::set(world).await;
        let scene = &race.scene;
        let redirect_uri = race.client.registration.redirect_uris.first().expect("an address").clone();
        let verifier = "e".repeat(43);
        for (what, redirect, given) in [
            ("another address", Some("https://evil.example/"), Some(VERIFIER)),
            ("a longer address", Some("http://127.0.0.1/retour-caf/"), Some(VERIFIER)),
            ("no address", None, Some(VERIFIER)),
            ("another verifier", Some(redirect_uri.as_str()), Some(verifier.as_str())),
            ("no verifier", Some(redirect_uri.as_str()), None),
        ] {
            let code = race.opened().await;
            let before = scene.world.count("act.refused!").await;
            let mut fields = vec![("grant_type", "authorization_code"), ("code", code.as_str())];
            fields.extend(redirect.map(|uri| ("redirect_uri", uri)));
            fields.extend(given.map(|verifier| ("code_verifier", verifier)));
            let (status, told) = scene.post("/oauth/token", &scene.caf, &fields).await;
            assert_eq!((status, &told["error"]), (400, &Value::from("invalid_grant")), "{what}: {told}");
            assert_eq!(scene.world.count("act.refused!").await, before + 1, "{what}");
            let right = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &redirect_uri), ("code_verifier", VERIFIER)];
            let (status, told) = scene.post("/oauth/token", &scene.caf, &right).await;
            assert_eq!((status, &told["error"]), (400, &Value::from("invalid_grant")), "{what}, then the right one: {told}");
        }
        assert_eq!(scene.world.count("act.token_issued").await, 0);
    }
}
