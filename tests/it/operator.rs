//! The operator's space: organisations, aidants, administrations, and what takes two.

use procura::crypto::second_factor::TotpSecret;
use procura::demo::browser::page::Page;
use procura::domain::client::ClientStatus;
use procura::domain::ids::ClientId;
use procura::domain::time::Clock;
use procura::operations::fold_statistics;
use procura::operations::register_client::show_client;

use crate::consent::approved;
use crate::world::Engine;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;
use crate::world::siret;

async fn operator(world: &World, name: &str) -> Professional {
    let mut operator = world.operator(name).await;
    operator.login(world).await;
    operator
}

/// Fills the page's own form and sends it.
async fn send(who: &mut Professional, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("a form").with(fields).expect("its fields");
    who.browser.submit(&form).await.expect("a page")
}

const NEW_CLIENT: &str = "/operateur/administrations/nouvelle";

async fn register(world: &World, operator: &mut Professional, name: &str) -> (Page, ClientId) {
    let page = operator.get(world, NEW_CLIENT).await;
    let fields = [
        ("name", name),
        ("profile", "compat"),
        ("theme", "social"),
        ("redirect_uri", "https://caf.example/retour"),
    ];
    let page = send(operator, &page, &fields).await;
    let id = page.words("#client_id").and_then(|id| ClientId::parse(&id));
    let id = id.unwrap_or_else(|| panic!("{}", page.main_text()));
    (page, id)
}

async fn client_status(world: &World, id: &ClientId) -> ClientStatus {
    show_client(&world.bench, id).await.expect("the client").status
}

on_each_database! {
    async fn an_organisation_is_accepted_suspended_and_restored(world) {
        let mut olga = operator(&world, "Olga").await;
        let page = olga.get(&world, "/operateur/structures/nouvelle").await;
        let typed = [("name", "CCAS de Dole"), ("siret", "123"), ("address", "1 rue du Pont, 39100 Dole")];
        let page = send(&mut olga, &page, &typed).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.title().starts_with("Erreur"), "{}", page.title());
        assert_eq!(page.form_last_in_main().expect("a form").value("name"), Some("CCAS de Dole"), "what was typed is kept");
        assert_eq!(world.count("organisation.accepted").await, 0);
        let number = siret(7).to_string();
        let one = send(&mut olga, &page, &[("siret", &number)]).await;
        assert_eq!(one.h1(), "CCAS de Dole", "{}", one.main_text());
        let twice = send(&mut olga, &page, &[("siret", &number)]).await;
        assert!(twice.main_text().contains("Une structure a déjà ce SIRET"), "{}", twice.main_text());
        let silent = send(&mut olga, &one, &[("reason", "  ")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        assert_eq!(world.count("organisation.suspended").await, 0, "nothing without a reason");
        let suspended = send(&mut olga, &silent, &[("reason", "Convention dénoncée")]).await;
        assert_eq!(suspended.words(".status").as_deref(), Some("Suspendue"));
        let list = olga.get(&world, "/operateur/structures").await;
        assert!(list.main_text().contains("CCAS de Dole") && list.main_text().contains("Suspendue"));
        let restored = send(&mut olga, &suspended, &[]).await;
        assert_eq!(restored.words(".status").as_deref(), Some("Active"));
        let kinds = world.kinds().await;
        for kind in ["organisation.accepted", "organisation.suspended", "organisation.restored"] {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), 1, "{kind} in {kinds:?}");
        }
        let journal = olga.get(&world, "/operateur/journal").await.main_text();
        assert!(journal.contains("Vous avez suspendu la structure CCAS de Dole"), "{journal}");
        assert!(journal.contains("Raison donnée : Convention dénoncée"), "{journal}");
    }

    async fn an_aidant_is_enrolled_with_a_secret_shown_once(world) {
        let organisation = world.organisation("CCAS de Dijon").await.to_string();
        let mut olga = operator(&world, "Olga").await;
        let form = olga.get(&world, "/operateur/aidants/nouveau").await;
        let empty = send(&mut olga, &form, &[]).await;
        assert_eq!(empty.status.as_u16(), 422);
        let typed = [
            ("given_name", "Zoé"),
            ("family_name", "O’Neill"),
            ("email", "zoe@ccas.example"),
            ("organisation", organisation.as_str()),
            ("until", "22/11/2026"),
        ];
        let past = send(&mut olga, &form, &typed).await;
        assert!(past.main_text().contains("Choisissez un jour à venir"), "{}", past.main_text());
        assert_eq!(world.count("habilitation.accepted").await, 0);
        let enrolled = send(&mut olga, &past, &[("until", "31/12/2027")]).await;
        assert_eq!(enrolled.h1(), "Zoé O’Neill a une habilitation", "{}", enrolled.main_text());
        assert!(enrolled.html.contains("<svg viewBox") && enrolled.header("cache-control") == Some("no-store"));
        let shown = enrolled.words("#secret").expect("a secret");
        let secret = TotpSecret::from_base32(&shown).expect("base32");
        let mut zoe = world.browser();
        let login = zoe.get(&world.at("/aidant/connexion")).await.expect("a page");
        let code = secret.code_at(world.clock.now());
        let fields = [("email", "zoe@ccas.example"), ("otp", code.as_str())];
        let form = login.form_last_in_main().expect("a form").with(&fields).expect("its fields");
        zoe.submit(&form).await.expect("a page");
        let link = world.login_link("zoe@ccas.example").await.expect("a link");
        let page = zoe.get(&link).await.expect("a page");
        let home = zoe.submit(&page.form_last_in_main().expect("a button")).await.expect("a page");
        assert_eq!(home.url.path(), "/aidant", "{}", home.main_text());
        let again = send(&mut olga, &past, &[("until", "31/12/2027")]).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.main_text().contains("Un aidant a déjà cette adresse"), "{}", again.main_text());
        let list = olga.get(&world, "/operateur/aidants").await;
        assert!(list.main_text().contains("Zoé O’Neill") && list.main_text().contains("En cours"));
        let account = olga.browser.click(&list, "Zoé O’Neill").await.expect("her page");
        assert!(account.main_text().contains("zoe@ccas.example") && !account.html.contains(&shown));
    }

    async fn a_habilitation_is_suspended_restored_and_ended(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let mut olga = operator(&world, "Olga").await;
        let path = format!("/operateur/aidants/habilitations/{}", amelie.habilitations[0]);
        let page = olga.get(&world, &path).await;
        let nothing = send(&mut olga, &page, &[]).await;
        assert!(nothing.main_text().contains("Choisissez ce qui change"), "{}", nothing.main_text());
        let silent = send(&mut olga, &page, &[("change", "suspend")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        assert_eq!(world.count("habilitation.suspended").await, 0);
        let draft = amelie.get(&world, "/aidant/mandats/nouveau").await;
        let done = send(&mut olga, &silent, &[("reason", "Carte perdue")]).await;
        assert!(done.main_text().contains("Suspendue"), "{}", done.main_text());
        let fields = [("theme", "social"), ("duration", "short"), ("channel", "present")];
        let refused = send(&mut amelie, &draft, &fields).await;
        assert!(!refused.status.is_success() || !refused.url.path().starts_with("/aidant/mandats/0"), "{}", refused.url);
        assert_eq!(world.count("mandate.drafted").await, 0, "a suspended aidant draws nothing up");
        let page = olga.get(&world, &path).await;
        send(&mut olga, &page, &[("change", "restore")]).await;
        let page = olga.get(&world, &path).await;
        let done = send(&mut olga, &page, &[("change", "end"), ("reason", "A quitté la structure")]).await;
        assert!(done.main_text().contains("Finie"), "{}", done.main_text());
        let over = olga.get(&world, &path).await;
        assert!(over.forms_in_main().is_empty(), "{}", over.main_text());
        let stale = send(&mut olga, &page, &[("change", "suspend"), ("reason", "Trop tard")]).await;
        assert_eq!(stale.url.path(), path);
        let organisation = amelie.organisations[0].to_string();
        let place = [("organisation", organisation.as_str()), ("until", "31/12/2027")];
        let renewed = send(&mut olga, &done, &place).await;
        assert!(renewed.main_text().contains("En cours"), "{}", renewed.main_text());
        let twice = send(&mut olga, &done, &place).await;
        assert!(twice.main_text().contains("déjà une habilitation dans cette structure"), "{}", twice.main_text());
        let kinds = world.kinds().await;
        let wanted = [("habilitation.accepted", 2), ("habilitation.suspended", 1), ("habilitation.restored", 1), ("habilitation.ended", 1)];
        for (kind, count) in wanted {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), count, "{kind} in {kinds:?}");
        }
    }

    async fn a_client_takes_two_operators(world) {
        let (mut olga, mut paul) = (operator(&world, "Olga").await, operator(&world, "Paul").await);
        let (page, id) = register(&world, &mut olga, "Caisse d’allocations").await;
        assert!(page.main_text().contains("Un autre exploitant doit confirmer"), "{}", page.main_text());
        assert!(page.words("#client_secret").is_some_and(|secret| secret.len() >= 40));
        let path = format!("/operateur/administrations/{id}");
        let confirm = format!("{path}/confirmer");
        let own = olga.get(&world, &path).await;
        assert!(own.form_to("/confirmer").is_err(), "who registered it is offered no confirmation");
        let denied = olga.browser.post_from(&world.at(&path), &world.at(&confirm), &[]).await.expect("a page");
        assert_eq!(denied.status.as_u16(), 403);
        assert!(denied.main_text().contains("Un autre exploitant que celui qui a enregistré"), "{}", denied.main_text());
        assert_eq!(client_status(&world, &id).await, ClientStatus::Pending);
        assert_eq!((world.count("client.changed").await, world.count("client.changed!").await), (0, 1));
        let home = paul.get(&world, "/operateur").await;
        let page = paul.browser.click(&home, "Examiner").await.expect("the client's page");
        assert!(!page.html.contains("client_secret\""), "the secret is shown once");
        let form = page.form_to("/confirmer").expect("the confirmation");
        let page = paul.browser.submit(&form).await.expect("a page");
        assert_eq!(page.words(".status").as_deref(), Some("En service"));
        assert_eq!(client_status(&world, &id).await, ClientStatus::Active);
        let silent = send(&mut olga, &own, &[("reason", "")]).await;
        assert_eq!((silent.status.as_u16(), client_status(&world, &id).await), (422, ClientStatus::Active));
        let off = send(&mut olga, &silent, &[("reason", "Fin de la convention")]).await;
        assert_eq!((off.words(".status").as_deref(), off.forms_in_main().len()), (Some("Désactivée"), 0));
        assert_eq!(client_status(&world, &id).await, ClientStatus::Disabled);
        let journal = paul.get(&world, "/operateur/journal").await.main_text();
        assert!(journal.contains("C’est refusé") && journal.contains("Vous avez changé"), "{journal}");
    }

    async fn nobody_confirms_what_was_not_shown_or_is_ones_own(world) {
        let (mut olga, mut paul) = (operator(&world, "Olga").await, operator(&world, "Paul").await);
        let mut rosa = operator(&world, "Rosa").await;
        let (_, id) = register(&world, &mut olga, "Caisse d’allocations").await;
        let path = format!("/operateur/administrations/{id}");
        let shown = rosa.get(&world, &path).await.form_to("/confirmer").expect("the confirmation");
        let form = paul.get(&world, &format!("{path}/changer")).await;
        send(&mut paul, &form, &[("name", "Caisse d’allocations familiales")]).await;
        let stale = rosa.browser.submit(&shown).await.expect("a page");
        assert_eq!((stale.status.as_u16(), client_status(&world, &id).await), (403, ClientStatus::Pending));
        assert!(stale.main_text().contains("a changé depuis que vous avez ouvert la page"), "{}", stale.main_text());
        for either in [&mut olga, &mut paul] {
            let page = either.get(&world, &path).await;
            assert!(page.form_to("/confirmer").is_err(), "both had a hand in it");
            let there = world.at(&format!("{path}/confirmer"));
            let denied = either.browser.post_from(&world.at(&path), &there, &[("shown", "")]).await.expect("a page");
            assert_eq!((denied.status.as_u16(), client_status(&world, &id).await), (403, ClientStatus::Pending));
        }
        let form = stale.form_to("/confirmer").expect("the confirmation");
        rosa.browser.submit(&form).await.expect("a page");
        assert_eq!(client_status(&world, &id).await, ClientStatus::Active);
        // A change that waits is replaced after it was read.
        let form = olga.get(&world, &format!("{path}/changer")).await;
        send(&mut olga, &form, &[("name", "Caisse A")]).await;
        let read = rosa.get(&world, &path).await.form_to("/changement/confirmer").expect("the confirmation");
        send(&mut olga, &form, &[("name", "Caisse B")]).await;
        let stale = rosa.browser.submit(&read).await.expect("a page");
        assert_eq!(stale.status.as_u16(), 403, "{}", stale.main_text());
        assert!(stale.h1().contains("familiales") && stale.main_text().contains("Caisse B"), "{}", stale.main_text());
        let form = stale.form_to("/changement/confirmer").expect("the confirmation");
        let done = rosa.browser.submit(&form).await.expect("a page");
        assert!(done.h1().contains("Caisse B"), "{}", done.main_text());
    }

    async fn a_client_that_does_not_fit_says_where(world) {
        let mut olga = operator(&world, "Olga").await;
        let page = olga.get(&world, NEW_CLIENT).await;
        let page = send(&mut olga, &page, &[("name", "Mairie"), ("profile", "compat"), ("redirect_uri", "http://mairie.example/retour"), ("jwks", "{")]).await;
        assert_eq!(page.status.as_u16(), 422);
        let page = send(&mut olga, &page, &[("jwks", "")]).await;
        assert_eq!(page.all_words(".error-summary li").len(), 2, "{}", page.main_text());
        let kept = page.form_last_in_main().expect("a form");
        assert_eq!((kept.value("name"), kept.value("redirect_uri")), (Some("Mairie"), Some("http://mairie.example/retour")));
        let strange = kept.tampered(&[("theme", "tout")]);
        assert_eq!(olga.browser.submit(&strange).await.expect("a page").status.as_u16(), 400);
        assert_eq!(world.count("client.registered").await, 0);
    }

    async fn what_is_not_there_is_no_page(world) {
        let mut olga = operator(&world, "Olga").await;
        let nobody = "01900000-0000-7000-8000-000000000000";
        let mine = olga.account;
        for path in [
            "/operateur/structures/x".to_owned(),
            format!("/operateur/structures/{nobody}"),
            format!("/operateur/aidants/{nobody}"),
            format!("/operateur/aidants/{mine}"),
            format!("/operateur/aidants/habilitations/{nobody}"),
            "/operateur/administrations/inconnue".to_owned(),
            "/operateur/administrations/a%20b".to_owned(),
        ] {
            assert_eq!(olga.get(&world, &path).await.status.as_u16(), 404, "{path}");
        }
    }

    async fn nobody_else_enters_or_changes_anything(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        let organisation = amelie.organisations[0];
        let paths = ["/operateur", "/operateur/structures", "/operateur/aidants", "/operateur/administrations", "/operateur/journal", "/operateur/chiffres"];
        for path in paths {
            assert_eq!(amelie.get(&world, path).await.url.path(), "/operateur/connexion", "{path}");
        }
        let suspend = world.at(&format!("/operateur/structures/{organisation}/suspendre"));
        let reason = [("reason", "Sans droit")];
        let away = amelie.browser.post_from(&world.at("/operateur"), &suspend, &reason).await.expect("a page");
        assert_eq!(away.url.path(), "/operateur/connexion");
        let mut olga = operator(&world, "Olga").await;
        let evil = url::Url::parse("https://evil.example/").expect("an address");
        let crossed = olga.browser.post_from(&evil, &suspend, &reason).await.expect("a page");
        assert!(!crossed.status.is_success() || crossed.url.path() == "/operateur/connexion", "{}", crossed.status);
        assert_eq!(world.count("organisation.suspended").await, 0);
    }

    async fn figures_count_what_happened(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        approved(&world, &mut amelie, &["social"], "month", "jeanne").await;
        let mut olga = operator(&world, "Olga").await;
        fold_statistics::fold(&world.bench).await.expect("counted");
        let page = olga.get(&world, "/operateur/chiffres").await;
        let figures: Vec<(String, String)> =
            page.all_words(".figures dt").into_iter().zip(page.all_words(".figures dd")).collect();
        for (words, count) in [("mandat actif", "1"), ("structure active", "1"), ("aidant habilité", "1"), ("actes ouverts", "0"), ("acte ouvert", "0")] {
            let found = figures.iter().find(|(title, _)| title == words);
            assert!(found.is_none_or(|(_, shown)| shown == count), "{words} in {figures:?}");
        }
        assert!(figures.contains(&("mandat actif".to_owned(), "1".to_owned())), "{figures:?}");
        assert!(page.main_text().contains("Mandat approuvé") && !page.text().contains("Jeanne"), "{}", page.main_text());
    }
}

async fn one_operator_alone_is_pointed_out(engine: Engine) {
    let options = Options { config: "[operators]\ntwo_persons = false\n".to_owned(), ..Options::default() };
    let world = World::start_with(engine, options).await;
    let mut olga = operator(&world, "Olga").await;
    let home = olga.get(&world, "/operateur").await.main_text();
    assert!(home.contains("Un seul exploitant peut enregistrer") && home.contains("Aucun témoin"), "{home}");
    let (page, id) = register(&world, &mut olga, "CAF").await;
    assert!(!page.main_text().contains("doit confirmer"), "{}", page.main_text());
    assert_eq!(client_status(&world, &id).await, ClientStatus::Active);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_operator_alone_is_pointed_out_sqlite() {
    one_operator_alone_is_pointed_out(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_operator_alone_is_pointed_out_postgres() {
    one_operator_alone_is_pointed_out(Engine::Postgres).await;
}
