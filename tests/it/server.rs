//! The server itself: limits, errors with a face, headers, health.

use std::time::Duration;

use procura::domain::time::Clock;
use procura::operations::install;
use procura::operations::install::InstallError;
use procura::operations::install::Migrate;

use crate::world::Engine;
use crate::world::Options;
use crate::world::World;

on_each_database! {
    async fn a_body_of_a_megabyte_is_refused(world) {
        let body = format!("email={}", "a".repeat(1024 * 1024));
        let answer = world
            .http
            .post(world.at("/aidant/connexion"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await;
        // The server may close the connection before the whole body is sent.
        if let Ok(answer) = answer {
            assert_eq!(answer.status().as_u16(), 413);
        }
        assert!(world.http.get(world.at("/healthz")).send().await.expect("alive").status().is_success());
    }

    async fn unknown_pages_and_methods_have_a_face(world) {
        let mut browser = world.browser();
        let page = browser.get(&world.at("/nulle-part")).await.expect("a page");
        assert_eq!(page.status.as_u16(), 404);
        assert_eq!(page.h1(), "Cette page n’existe pas");
        let page = browser.post_from(&world.url, &world.at("/aide"), &[]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 405);
        assert!(page.header("content-security-policy").is_some());
    }

    async fn every_page_carries_the_headers_that_protect_it(world) {
        let mut browser = world.browser();
        for path in ["/", "/aidant/connexion", "/nulle-part", "/operateur/connexion"] {
            let page = browser.get(&world.at(path)).await.expect("a page");
            for name in ["content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options"] {
                assert!(page.header(name).is_some(), "{path} {name}");
            }
            let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
            assert!(!policy.contains("unsafe") && policy.contains("default-src 'none'"), "{policy}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        }
    }

    async fn the_language_is_kept_and_leads_back_here_only(world) {
        let mut browser = world.browser();
        let page = browser.get(&world.at("/aide")).await.expect("a page");
        let page = browser.click(&page, "English").await.expect("a page");
        assert_eq!(page.url.path(), "/aide");
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("en"));
        let page = browser.get(&world.at("/langue?vers=fr&retour=https://evil.example/")).await.expect("a page");
        assert_eq!(page.url, world.url);
        assert_eq!(page.attribute("html", "lang").as_deref(), Some("fr"));
    }

    async fn a_reader_who_only_looks_gets_no_session(world) {
        let mut browser = world.browser();
        for path in ["/", "/aide", "/aidant/connexion"] {
            browser.get(&world.at(path)).await.expect("a page");
        }
        assert_eq!(browser.cookies().names().count(), 0);
    }

    async fn it_is_ready_once_a_checkpoint_is_served_and_mail_goes_out(world) {
        let mut ready = false;
        for _ in 0..100 {
            ready = world.http.get(world.at("/readyz")).send().await.expect("an answer").status().is_success();
            if ready {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(ready, "no checkpoint within five seconds");
        let mut aidant = world.aidant("Amélie").await;
        let link = aidant.link(&world).await;
        let mail = world.mailbox.wait_for(&aidant.email, 0, Duration::from_secs(10)).await.expect("an e-mail");
        assert_eq!(mail.links.first().map(String::as_str), Some(link.as_str()));
    }

    async fn a_repeated_field_is_refused(world) {
        let login = world.at("/aidant/connexion");
        let mut browser = world.browser();
        let fields = [("email", "a@b.example"), ("email", "c@d.example"), ("otp", "123456")];
        let page = browser.post_from(&login, &login, &fields).await.expect("a page");
        assert_eq!(page.status.as_u16(), 400);
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    }
}

async fn reopen(world: &World, change: impl Fn(String) -> String) -> Result<(), InstallError> {
    let database = match world.engine {
        Engine::Sqlite => format!("sqlite://{}", world.directory.path().join("procura.db").display()),
        Engine::Postgres => secrecy::ExposeSecret::expose_secret(&world.bench.config.database.url).to_owned(),
    };
    let text = format!(
        "[database]\nurl = \"{database}\"\n[keys]\nmaster_key = \"{}\"\n[ledger]\norigin = \"procura.example/ledger\"\n",
        hex::encode(world.bench.config.keys.master.expose())
    );
    let config =
        procura::config::Config::from_toml_str(&change(text)).unwrap_or_else(|errors| panic!("{errors}"));
    let clock: std::sync::Arc<dyn Clock> = world.clock.clone();
    let random = std::sync::Arc::clone(&world.bench.random);
    install::open(std::sync::Arc::new(config), clock, random, Migrate::AsConfigured).await.map(drop)
}

on_each_database! {
    async fn another_master_key_or_ledger_name_stops_the_start(world) {
        reopen(&world, |text| text).await.expect("the same installation");
        let other = hex::encode([9; 32]);
        let own = hex::encode(world.bench.config.keys.master.expose());
        let wrong_key = reopen(&world, |text| text.replace(&own, &other)).await;
        assert!(matches!(wrong_key, Err(InstallError::OtherMasterKey)), "{wrong_key:?}");
        let wrong_name = reopen(&world, |text| text.replace("procura.example", "other.example")).await;
        assert!(matches!(wrong_name, Err(InstallError::OtherOrigin { .. })), "{wrong_name:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_world_shows_the_real_time() {
    let world = World::start_with(Engine::Sqlite, Options { live: true, ..Options::default() }).await;
    let apart = procura::config::SystemClock.now().since(world.clock.now());
    assert!(apart < Duration::from_secs(1));
}
