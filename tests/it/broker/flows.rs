//! Service, broker, gateway and back: honest, with deviations, and what the person sees of it.

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::demo::broker::mischief::Mischief;
use procura::demo::browser::page::Page;
use procura::operations::actors;
use procura::operations::actors::IDENTITY_LABEL;
use procura::operations::data_keys;
use procura::storage::db::Sql;
use procura::storage::mandates;
use serde_json::Value;

use super::JEANNE;
use super::LABEL;
use super::Scene;
use super::parameter;
use crate::world::World;

impl Scene {
    /// From a service to wherever the broker's button leads.
    async fn begin(&mut self, service: &str) -> Page {
        let url = self.base.join(&format!("{service}/connexion")).expect("a path");
        let page = self.aidant.browser.get(&url).await.expect("the broker");
        let form = page.form_last_in_main().unwrap_or_else(|error| panic!("{error}: {}", page.text()));
        let page = self.aidant.browser.submit(&form).await.expect("a page");
        self.fresh(page).await
    }

    /// A whole login at the first service; the page after the broker's callback.
    async fn login(&mut self, theme: &str) -> Page {
        let page = self.begin("ville").await;
        self.choose(&page, &JEANNE, theme).await
    }

    /// From the broker's information page into the service.
    async fn enter(&mut self, page: &Page) -> Page {
        let form = page.form_last_in_main().expect("the broker's button");
        self.aidant.browser.submit(&form).await.expect("the service")
    }

    /// What the broker came back with after a request with this mischief.
    async fn deviates(&mut self, mischief: Mischief) -> Page {
        self.broker.misbehave(Some(mischief));
        let page = self.begin("ville").await;
        self.broker.misbehave(None);
        page
    }

    /// The person loses her e-mail address.
    async fn forget_email(&self) {
        let bench = &self.world.bench;
        let mut tx = bench.db.begin().await.expect("a transaction");
        let stored = mandates::find(&mut tx, self.mandate.id).await.expect("a read").expect("a mandate");
        let id = stored.mandate.consent().expect("given").person;
        let person = actors::person(bench, &mut tx, id).await.expect("a person");
        let mut identity = person.person.identity;
        identity.email = None;
        let key = data_keys::require(bench, &mut tx, person.data_key).await.expect("a key");
        let bytes = serde_json::to_vec(&identity).expect("json");
        let sealed = key.seal(IDENTITY_LABEL, &bytes, bench.random.as_ref()).expect("sealed");
        let sql = Sql::same("UPDATE persons SET identity = $2 WHERE id = $1");
        tx.query(sql).bind(id).bind(sealed).execute().await.expect("changed");
        tx.commit().await.expect("committed");
    }
}

/// The kinds of every refused entry.
async fn refusals(world: &World) -> Vec<String> {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let rows: Vec<(String,)> = tx
        .query(Sql::same("SELECT kind FROM entry_refs WHERE refused ORDER BY at, entry"))
        .fetch_all()
        .await
        .expect("entries");
    rows.into_iter().map(|(kind,)| kind).collect()
}

/// The newest line of this kind in her journal, as its proof writes it, and the journal's words.
async fn her_line(world: &World, kind: &str) -> (Value, String) {
    let mut browser = world.browser();
    let page = browser.get(&world.at("/personne")).await.expect("the login page");
    let page = browser.submit(&page.form_last_in_main().expect("its button")).await.expect("the provider");
    world.identify(&mut browser, page, "jeanne").await;
    let journal = browser.get(&world.at("/personne/journal")).await.expect("her journal");
    let lines: Vec<String> = journal
        .links()
        .into_iter()
        .map(|(url, _)| url.path().to_owned())
        .filter(|path| path.matches('/').count() == 3 && path.len() > 50)
        .collect();
    for line in lines {
        let proof = browser.get(&world.at(&format!("{line}/preuve"))).await.expect("a proof");
        let bundle: Value = serde_json::from_str(&proof.html).expect("a bundle");
        if bundle["entry"]["kind"] == kind {
            return (bundle["entry"].clone(), journal.main_text());
        }
    }
    panic!("no {kind} in {}", journal.main_text());
}

on_each_database! {
    async fn the_service_sees_the_person_and_nothing_of_the_aidant(world) {
        let mut scene = Scene::set(world).await;
        let page = scene.login("social").await;
        assert!(page.h1().contains("Jeanne Marie Lefèvre"), "{}", page.text());
        let page = scene.enter(&page).await;
        assert!(page.url.path() == "/ville/espace" && page.h1().contains("Jeanne"), "{}", page.text());
        let json = scene.aidant.browser.get(&scene.base.join("ville/espace.json").expect("a path")).await.expect("JSON");
        let person: Value = serde_json::from_str(&json.html).expect("JSON");
        assert_eq!(person["email"], "jeanne@courriel.example");
        for word in ["Amélie", "CCAS", "\"act\"", "rep_scope", "mandate"] {
            assert!(!json.html.contains(word) && !page.html.contains(word), "{word}");
        }
        assert_eq!(scene.world.count("act.opened").await, 1);
    }

    async fn a_session_of_franceconnect_opens_more_unseen_and_the_journal_says_so(world) {
        let mut scene = Scene::set(world).await;
        let page = scene.login("social").await;
        let sent = page.history.iter().find_map(|url| parameter(url, "state").filter(|_| url.path().ends_with("oidc-callback")));
        scene.enter(&page).await;
        // Again at the same service: the broker does not come back to us.
        let url = scene.base.join("ville/connexion").expect("a path");
        let page = scene.aidant.browser.get(&url).await.expect("the broker");
        assert!(page.h1().contains("Jeanne"), "straight to the information page: {}", page.text());
        assert!(scene.enter(&page).await.url.path() == "/ville/espace");
        assert_eq!(scene.world.count("act.opened").await, 1, "what we cannot see");
        // A service of another label: the broker checks again.
        let url = scene.base.join("justice/connexion").expect("a path");
        let page = scene.aidant.browser.get(&url).await.expect("the broker");
        assert!(page.text().contains("Y600020"), "{}", page.text());
        let (entry, words) = her_line(&scene.world, "act.opened").await;
        assert!(words.contains("30 minutes") && words.contains("FranceConnect d’essai"), "{words}");
        assert!(!words.contains("n’a pas encore"), "no report is expected from a broker: {words}");
        assert_eq!(entry["details"]["way"], "broker", "{entry:#}");
        let digest = b64(&sha256(sent.expect("the state sent").as_bytes()));
        assert_eq!(entry["details"]["state_digest"], digest.as_str());
        assert_eq!(entry["details"]["nonce_digest"].as_str().map(str::len), Some(43));
    }

    async fn every_deviation_of_the_request_is_refused(world) {
        let mut scene = Scene::set(world).await;
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned();
        for (mischief, error) in [
            (Mischief::Sends("code_challenge", challenge), "invalid_request"),
            (Mischief::Sends("nonce", "short".to_owned()), "invalid_request"),
            (Mischief::Sends("max_age", "0".to_owned()), "invalid_request"),
            (Mischief::Omits("nonce"), "invalid_request"),
            (Mischief::Omits("acr_values"), "invalid_request"),
            (Mischief::Sends("acr_values", "eidas2".to_owned()), "unmet_authentication_requirements"),
            (Mischief::Sends("claims", "{".to_owned()), "invalid_request"),
            (Mischief::Sends("response_type", "code id_token".to_owned()), "unsupported_response_type"),
            (Mischief::Sends("scope", "profile".to_owned()), "invalid_scope"),
            (Mischief::Sends("prompt", "none".to_owned()), "interaction_required"),
        ] {
            let page = scene.deviates(mischief.clone()).await;
            let text = page.text();
            assert!(text.contains("n’a pas abouti") && text.contains(error), "{mischief:?}: {text}");
        }
        let page = scene.deviates(Mischief::Omits("state")).await;
        assert!(page.text().contains("Y020021"), "{}", page.text());
        let elsewhere = Mischief::Sends("redirect_uri", scene.base.join("ville/retour").expect("a path").to_string());
        for mischief in [elsewhere, Mischief::Sends("client_id", "somebody".to_owned())] {
            let page = scene.deviates(mischief).await;
            assert_eq!((page.status.as_u16(), page.url.path()), (400, "/oauth/authorize"));
        }
        assert_eq!(scene.world.count("act.opened").await, 0);
    }

    async fn every_deviation_at_the_token_endpoint_is_refused(world) {
        let mut scene = Scene::set(world).await;
        for (mischief, code) in [
            (Mischief::WrongSecret, "Y020026"),
            (Mischief::SecretInHeader, "Y020026"),
            (Mischief::Verifier, "Y020026"),
            (Mischief::CodeTwice, "Y020027"),
        ] {
            scene.broker.misbehave(Some(mischief.clone()));
            let page = scene.login("social").await;
            assert!(page.text().contains(code), "{mischief:?}: {}", page.text());
        }
        scene.broker.misbehave(None);
        let page = scene.login("social").await;
        assert!(page.h1().contains("Jeanne"), "honest again: {}", page.text());
    }

    async fn labels_that_serve_nobody_are_told_on_the_page_and_to_the_broker(world) {
        let mut scene = Scene::set(world).await;
        // Not a label we know, one the broker is not registered for, and one that no mandate covers.
        for (labels, entries) in [(vec!["Voyages"], 1), (vec!["Loisirs-Sport-Culture"], 2), (vec!["Justice"], 2)] {
            scene.broker.misbehave(Some(Mischief::AsksFor(labels.iter().map(|&label| label.to_owned()).collect())));
            let page = scene.begin("ville").await;
            assert!(page.url.path().starts_with("/acte/") && page.h1().contains("ne pouvez"), "{labels:?}: {}", page.text());
            assert_eq!(refusals(&scene.world).await.len(), entries, "{labels:?}");
            if labels != ["Justice"] {
                let again = scene.visit(&page.url).await;
                assert!(again.h1().contains("n’est plus ouvert"), "written once: {}", again.text());
                assert_eq!(refusals(&scene.world).await.len(), entries);
            }
            let form = page.form_last_in_main().expect("its button");
            let page = scene.aidant.browser.submit(&form).await.expect("the broker");
            assert!(page.text().contains("access_denied"), "with its state: {}", page.text());
        }
        // Some usable, some not: the usable ones are offered.
        let labels = vec!["Justice".to_owned(), "Voyages".to_owned(), LABEL.to_owned()];
        scene.broker.misbehave(Some(Mischief::AsksFor(labels)));
        let page = scene.login("social").await;
        assert!(page.h1().contains("Jeanne"), "{}", page.text());
        assert_eq!(scene.world.count("act.opened").await, 1);
    }

    async fn another_label_than_the_services_is_stopped_by_the_broker(world) {
        let mut scene = Scene::set(world).await;
        scene.broker.misbehave(Some(Mischief::AsksFor(Vec::new())));
        let page = scene.login("papiers").await;
        assert!(page.text().contains("Y600020"), "any theme was open, the service takes another: {}", page.text());
    }

    async fn a_person_without_address_is_not_passed_on(world) {
        let mut scene = Scene::set(world).await;
        let caf = crate::spaces::service(&scene.world, "caf", "Caisse d’essai").await;
        let choice = scene.begin("ville").await;
        let chosen = choice.form_last_in_main().expect("the persons").choose(&JEANNE).expect("her");
        let opened = scene.visit(&scene.request(&[])).await;
        let opened = scene.choose(&opened, &JEANNE, "social").await;
        let code = parameter(&opened.url, "code").expect("a code");
        scene.forget_email().await;
        // The code that was given before is worth nothing now.
        let (status, answer) = scene.redeem(&code).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
        assert_eq!(scene.world.count("act.refused!").await, 1);
        // Chosen before, sent after: refused in plain words, with its entry.
        let page = scene.aidant.browser.submit(&chosen).await.expect("a page");
        assert!(page.status.as_u16() == 403 && page.main_text().contains("adresse électronique"), "{}", page.main_text());
        assert_eq!(scene.world.count("act.refused!").await, 2);
        let (entry, words) = her_line(&scene.world, "act.refused").await;
        assert_eq!(entry["details"]["reason"], "no_email", "{entry:#}");
        assert!(words.contains("adresse électronique"), "{words}");
        // From then on the page says why she is missing.
        scene.forget_email().await;
        let page = scene.begin("ville").await;
        assert!(page.main_text().contains("aucune adresse électronique"), "{}", page.main_text());
        // An administration that knows mandates needs no address.
        let mut other = crate::spaces::Scene { world: scene.world, aidant: scene.aidant, mandate: scene.mandate, caf };
        other.act("social").await;
    }

    async fn a_logout_comes_back_with_its_state_and_the_aidant_stays(world) {
        let mut scene = Scene::set(world).await;
        let page = scene.login("social").await;
        let space = scene.enter(&page).await;
        let leave = space.form_last_in_main().expect("the logout");
        for (mischief, status) in [
            (Mischief::LogoutElsewhere("https://elsewhere.example/".to_owned()), 400),
            (Mischief::ForgedHint, 400),
        ] {
            scene.broker.misbehave(Some(mischief.clone()));
            let mut copy = scene.aidant.browser.clone();
            let page = copy.submit(&leave).await.expect("a page");
            assert_eq!((page.status.as_u16(), page.url.path()), (status, "/oauth/end-session"), "{mischief:?}");
            // The service had forgotten its file; it logs in again within the broker's session.
            let url = scene.base.join("ville/connexion").expect("a path");
            let page = scene.aidant.browser.get(&url).await.expect("the broker");
            scene.enter(&page).await;
        }
        assert_eq!(scene.world.count("act.ended").await, 1, "the first had a good hint");
        scene.broker.misbehave(None);
        let page = scene.aidant.browser.submit(&leave).await.expect("a page");
        assert!(page.url.path() == "/ville/sortie" && page.h1().contains("déconnecté"), "{} {}", page.url, page.text());
        let asked = page.history.iter().find(|url| url.path() == "/oauth/end-session").expect("by the gateway");
        let came = page.history.iter().find(|url| url.path().ends_with("logout-callback")).expect("and back");
        assert_eq!(parameter(asked, "state"), parameter(came, "state"));
        assert!(parameter(asked, "id_token_hint").is_some() && parameter(asked, "client_id").is_some());
        assert_eq!(scene.aidant.get(&scene.world, "/aidant").await.url.path(), "/aidant", "still logged in");
        let url = scene.base.join("ville/connexion").expect("a path");
        let page = scene.aidant.browser.get(&url).await.expect("the broker");
        assert!(page.text().contains("Continuer avec Procura"), "the broker's session is over: {}", page.text());
    }
}
