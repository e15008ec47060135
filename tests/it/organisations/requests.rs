//! The request of an organisation: form, mailed link, follow-up, operators' queue and decisions.

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::form::Form;
use procura::demo::browser::page::Page;
use procura::domain::message::MessageBody;
use procura::domain::message::RequestNews;
use procura::operations::purge::purge;
use procura::storage::db::Sql;
use url::Url;

use crate::organisations::operator;
use crate::organisations::send_to;
use crate::organisations::typed;
use crate::world::Professional;
use crate::world::World;
use crate::world::siret;

const FORM: &str = "/structures/demande";
const QUEUE: &str = "/operateur/demandes";

/// What a calm applicant types.
fn fields(siret: &str) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = [
        ("name", "CCAS de Dole"),
        ("kind", "ccas"),
        ("street", "1 rue du Pont"),
        ("postcode", "39100"),
        ("commune", "Dole"),
        ("contact_given_name", "Claire"),
        ("contact_family_name", "Fontaine"),
        ("contact_email", "claire@dole.example"),
        ("referent_given_name", "Rémi"),
        ("referent_family_name", "Blanc"),
        ("referent_email", "remi@dole.example"),
        ("referent_phone", "03 84 00 00 00"),
        ("aidant_1_given_name", "Zoé"),
        ("aidant_1_family_name", "O’Neill"),
        ("aidant_1_email", "zoe@dole.example"),
        ("aidant_1_function", "Travailleuse sociale"),
        ("charter", "1"),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.to_owned()))
    .collect();
    all.push(("siret", siret.to_owned()));
    all
}

fn filled(page: &Page, with: &[(&'static str, String)]) -> Form {
    let pairs: Vec<(&str, &str)> = with.iter().map(|(name, value)| (*name, value.as_str())).collect();
    page.form_last_in_main().expect("the form").with(&pairs).expect("its fields")
}

async fn send(world: &World, browser: &mut Browser, with: &[(&'static str, String)]) -> Page {
    let page = browser.get(&world.at(FORM)).await.expect("the form");
    browser.submit(&filled(&page, with)).await.expect("a page")
}

/// The link of the newest mail about a request.
async fn link(world: &World) -> Url {
    let found = world.messages().await.into_iter().rev().find_map(|message| match message.body {
        MessageBody::OrganisationRequestConfirm { link, .. }
        | MessageBody::OrganisationRequestNews { link, .. } => Url::parse(link.show()).ok(),
        _ => None,
    });
    found.expect("a mailed link")
}

async fn news(world: &World) -> Vec<RequestNews> {
    let bodies = world.messages().await.into_iter().filter_map(|message| match message.body {
        MessageBody::OrganisationRequestNews { news, .. } => Some(news),
        _ => None,
    });
    bodies.collect()
}

/// Sends a form and confirms it; gives the follow-up page.
async fn confirmed(world: &World, number: u32) -> (Browser, Url, Page) {
    let mut browser = world.browser();
    let sent = send(world, &mut browser, &fields(&typed(&siret(number)))).await;
    assert_eq!(sent.url.path(), "/structures/demande/envoyee", "{}", sent.main_text());
    let link = link(world).await;
    let page = browser.get(&link).await.expect("the follow-up page");
    let page = browser.submit(&page.form_to("/confirmer").expect("its button")).await.expect("a page");
    (browser, link, page)
}

async fn examine(world: &World, who: &mut Professional) -> Page {
    let list = who.get(world, QUEUE).await;
    who.browser.click(&list, "Examiner").await.unwrap_or_else(|error| panic!("{error}: {}", list.main_text()))
}

async fn count(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
}

on_each_database! {
    async fn an_organisation_asks_and_is_accepted(world) {
        let mut browser = world.browser();
        let number = typed(&siret(7));
        let page = browser.get(&world.at(FORM)).await.expect("the form");
        let mut wrong = fields("732 829 320 00075");
        wrong.retain(|(name, _)| *name != "charter");
        let page = browser.submit(&filled(&page, &wrong)).await.expect("a page");
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.title().starts_with("Erreur"), "{}", page.title());
        assert_eq!(page.all_words(".error-summary li").len(), 2, "{}", page.main_text());
        let kept = page.form_last_in_main().expect("the form");
        assert_eq!(kept.value("aidant_1_family_name"), Some("O’Neill"), "what was typed is kept");
        let more = kept.with(&[("siret", &number), ("charter", "1")]).expect("fields").press("do", "add").expect("a button");
        let page = browser.submit(&more).await.expect("a page");
        assert_eq!(page.status.as_u16(), 200);
        let second = [("aidant_2_given_name", "Élie"), ("aidant_2_family_name", "Martin"), ("aidant_2_email", "elie@dole.example"), ("aidant_2_function", "Médiateur")];
        let form = page.form_last_in_main().expect("the form").with(&second).expect("the second line");
        let page = browser.submit(&form.without("do")).await.expect("a page");
        assert_eq!(page.url.path(), "/structures/demande/envoyee", "{}", page.main_text());
        assert_eq!(world.count("organisation.requested").await, 0, "nothing counts before the link was opened");
        let mut olga = operator(&world, "Olga").await;
        assert!(olga.get(&world, QUEUE).await.main_text().contains("Aucune demande"));
        let link = link(&world).await;
        let page = browser.get(&link).await.expect("a page");
        assert!(page.main_text().contains("Confirmez la demande"), "{}", page.main_text());
        assert_eq!(world.count("organisation.requested").await, 0, "opening the page changes nothing");
        let form = page.form_to("/confirmer").expect("its button");
        for _ in 0..2 {
            let page = browser.submit(&form).await.expect("a page");
            assert!(page.main_text().contains("Un exploitant examine"), "{}", page.main_text());
        }
        assert_eq!(world.count("organisation.requested").await, 1, "a replayed confirmation changes nothing");
        assert_eq!(news(&world).await, [RequestNews::Received]);
        let one = examine(&world, &mut olga).await;
        assert!(one.h1().ends_with("CCAS de Dole"), "{}", one.h1());
        assert!(one.main_text().contains("Département 39") && one.main_text().contains("Élie Martin"), "{}", one.main_text());
        let done = send_to(&mut olga, &one, "/accepter", &[]).await;
        assert!(done.main_text().contains("Acceptée"), "{}", done.main_text());
        let house = olga.browser.click(&done, "Voir la structure").await.expect("the organisation");
        let words = house.main_text();
        assert!(words.contains("CCAS ou CIAS") && words.contains("39") && words.contains("Rémi Blanc"), "{words}");
        let kinds = world.kinds().await;
        for (kind, wanted) in [("organisation.accepted", 1), ("referent.named", 1), ("habilitation.requested", 2)] {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), wanted, "{kind} in {kinds:?}");
        }
        let invited = world.messages().await.iter().filter(|message| matches!(message.body, MessageBody::Invited { .. })).count();
        assert_eq!(invited, 3, "referent and aidants are written to");
        let page = browser.get(&link).await.expect("the follow-up page");
        assert!(page.main_text().contains("La structure est habilitée"), "{}", page.main_text());
        let area = count(&world, "SELECT count(*) FROM organisations WHERE departement = '39' AND kind = 'ccas' AND postcode = '39100'").await;
        assert_eq!(area, 1);
    }

    async fn changes_are_asked_made_and_refused(world) {
        let (mut browser, link, _) = confirmed(&world, 8).await;
        let mut olga = operator(&world, "Olga").await;
        let one = examine(&world, &mut olga).await;
        let silent = send_to(&mut olga, &one, "/changements", &[("changes", " ")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        let words = "Le nom n’est pas celui de l’Insee.\r\nBcc: x@evil.example";
        let done = send_to(&mut olga, &silent, "/changements", &[("changes", words)]).await;
        assert!(done.main_text().contains("Changements demandés"), "{}", done.main_text());
        let page = browser.get(&link).await.expect("the follow-up page");
        assert!(page.main_text().contains("Le nom n’est pas celui de l’Insee."), "{}", page.main_text());
        let form = browser.click(&page, "Corriger la demande").await.expect("the form");
        let again = form.form_last_in_main().expect("the form");
        assert_eq!(again.value("name"), Some("CCAS de Dole"));
        let again = again.with(&[("name", "CCAS de la ville de Dole"), ("contact_email", "other@evil.example")]);
        let page = browser.submit(&again.expect("its fields")).await.expect("a page");
        assert!(page.main_text().contains("Un exploitant examine"), "{}", page.main_text());
        let list = olga.get(&world, QUEUE).await;
        assert!(list.main_text().contains("CCAS de la ville de Dole"), "{}", list.main_text());
        let one = examine(&world, &mut olga).await;
        assert!(!one.html.contains("other@evil.example"), "the confirmed address stays");
        let stale = send_to(&mut olga, &done, "/refuser", &[("reason", "Trop tard")]).await;
        assert_eq!(stale.status.as_u16(), 409, "what was read has changed: {}", stale.main_text());
        let refused = send_to(&mut olga, &one, "/refuser", &[("reason", "Hors du champ")]).await;
        assert!(refused.main_text().contains("Refusée"), "{}", refused.main_text());
        assert_eq!(news(&world).await, [RequestNews::Received, RequestNews::ChangesAsked, RequestNews::Refused]);
        let page = browser.get(&link).await.expect("the follow-up page");
        assert!(page.main_text().contains("Hors du champ") && page.form_to("/retirer").is_err());
        let kinds = world.kinds().await;
        for kind in ["organisation.requested", "organisation.request_changes_asked", "organisation.request_corrected", "organisation.refused"] {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), 1, "{kind} in {kinds:?}");
        }
        assert_eq!(world.count("organisation.accepted").await, 0);
        let key = count(&world, "SELECT count(*) FROM data_keys").await;
        world.clock.advance(Duration::from_secs(366 * 86_400));
        purge(&world.bench).await.expect("a purge");
        assert_eq!(count(&world, "SELECT count(*) FROM organisation_requests").await, 0);
        assert_eq!(count(&world, "SELECT count(*) FROM data_keys").await, key - 1, "its key is destroyed");
        let gone = browser.get(&link).await.expect("a page");
        assert_eq!(gone.status.as_u16(), 404);
    }

    async fn two_operators_decide_at_once(world) {
        confirmed(&world, 9).await;
        let (mut olga, mut paul) = (operator(&world, "Olga").await, operator(&world, "Paul").await);
        let (one, other) = (examine(&world, &mut olga).await, examine(&world, &mut paul).await);
        let (one, other) = (one.form_to("/accepter").expect("a form"), other.form_to("/refuser").expect("a form").with(&[("reason", "Non")]).expect("a reason"));
        let (one, other) = tokio::join!(olga.browser.submit(&one), paul.browser.submit(&other));
        let told: Vec<u16> = [one, other].into_iter().map(|page| page.expect("a page").status.as_u16()).collect();
        assert!(told.contains(&200) && told.contains(&409), "the second one is told: {told:?}");
        let decided = world.count("organisation.accepted").await + world.count("organisation.refused").await;
        assert_eq!(decided, 1);
    }

    async fn a_siret_is_asked_for_once_and_nobody_learns_by_whom(world) {
        let (mut browser, link, _) = confirmed(&world, 10).await;
        let mut other = world.browser();
        let again = send(&world, &mut other, &fields(&typed(&siret(10)))).await;
        assert_eq!(again.status.as_u16(), 409);
        let words = again.main_text();
        assert!(words.contains("déjà connu ici") && !words.contains("claire@"), "{words}");
        let page = browser.get(&link).await.expect("the follow-up page");
        let page = browser.submit(&page.form_to("/retirer").expect("its button")).await.expect("a page");
        assert!(page.main_text().contains("Vous avez retiré"), "{}", page.main_text());
        let again = send(&world, &mut other, &fields(&typed(&siret(10)))).await;
        assert_eq!(again.url.path(), "/structures/demande/envoyee", "{}", again.main_text());
        world.clock.advance(Duration::from_secs(8 * 86_400));
        let late = crate::organisations::requests::link(&world).await;
        let page = other.get(&late).await.expect("a page");
        assert!(page.main_text().contains("pas été confirmé à temps") && page.form_to("/confirmer").is_err());
        let path = format!("{}/confirmer", late.path());
        let forced = other.post_from(&late, &world.at(&path), &[]).await.expect("a page");
        assert_eq!(forced.status.as_u16(), 409, "{}", forced.main_text());
        assert_eq!(world.count("organisation.requested").await, 1);
        world.clock.advance(Duration::from_secs(31 * 86_400));
        purge(&world.bench).await.expect("a purge");
        let left = count(&world, "SELECT count(*) FROM organisation_requests").await;
        assert_eq!(left, 1, "the withdrawn one stays a year");
    }

    async fn hostile_requests_are_slowed_down_and_told_why(world) {
        let mut browser = world.browser();
        for (name, value) in [("name", "CCAS\u{202e}eloD"), ("name", "a\r\nBcc: x@evil.example"), ("commune", "x\u{200b}y"), ("postcode", "99999"), ("contact_email", "a@b\r\nBcc: c@d"), ("aidant_1_given_name", ""), ("kind", "")] {
            let mut with = fields(&typed(&siret(11)));
            with.retain(|(known, _)| *known != name);
            let page = browser.get(&world.at(FORM)).await.expect("the form");
            let form = filled(&page, &with).tampered(&[(name, value)]);
            let page = browser.submit(&form).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{name} {value:?}: {}", page.main_text());
        }
        let mut long = fields(&typed(&siret(11)));
        long.retain(|(known, _)| *known != "name");
        long.push(("name", "é".repeat(201)));
        assert_eq!(send(&world, &mut browser, &long).await.status.as_u16(), 422);
        assert_eq!(count(&world, "SELECT count(*) FROM organisation_requests").await, 0);
        let mut slowed = false;
        for number in 20..40 {
            let page = send(&world, &mut browser, &fields(&typed(&siret(number)))).await;
            slowed |= page.status.as_u16() == 429;
        }
        assert!(slowed, "one address is not written to without end");
        for path in ["/structures/demande/0123456789012345678901234567890123", "/structures/demande/x", "/structures/demande/%2e%2e%2f%2e%2e%2fxxxxxxxxxxxxxxxxxxxx"] {
            assert_eq!(browser.get(&world.at(path)).await.expect("a page").status.as_u16(), 404, "{path}");
        }
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        for path in [QUEUE, "/operateur/import", "/operateur/import/structures.csv"] {
            assert_eq!(amelie.get(&world, path).await.url.path(), "/operateur/connexion", "{path}");
        }
    }
}
