//! One consent, from the aidant's draft to the person's answer, and what must not happen on the way.

use std::time::Duration;

use procura::crypto::hash::sha256;
use procura::crypto::hash::sha256_parts;
use procura::crypto::hash::unb64;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::ids::MandateId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use procura::operations::data_keys;
use procura::operations::decide_mandate::EVIDENCE_LABEL;
use procura::operations::decide_mandate::TEXT_LABEL;
use procura::storage::mandates;
use url::Url;

use crate::life::chain;
use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

/// A draft handed over.
pub struct Handed {
    pub id: MandateId,
    /// The aidant's page of it.
    pub path: String,
    /// The address for the person.
    pub link: Url,
}

/// Draws a mandate up through the form.
pub async fn draw_up(world: &World, aidant: &mut Professional, themes: &[&str], duration: &str) -> Handed {
    let page = aidant.get(world, "/aidant/mandats/nouveau").await;
    let mut fields = vec![("duration", duration), ("channel", "present")];
    fields.extend(themes.iter().map(|theme| ("theme", *theme)));
    let form = page.form_last_in_main().expect("the form").with(&fields).expect("its fields");
    let page = aidant.browser.submit(&form).await.expect("the hand-over page");
    let path = page.url.path().to_owned();
    let link = page.link("/consentement/").expect("the consent link");
    let id = path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a mandate's page");
    Handed { id, path, link }
}

/// Opens a consent link and continues it: ends at the identity provider.
pub async fn continue_link(browser: &mut Browser, link: &Url) -> Page {
    let page = browser.get(link).await.expect("the link's page");
    let form = page.form_last_in_main().expect("its button");
    browser.submit(&form).await.expect("the next page")
}

/// From the link to the text, as this person.
pub async fn open_text(world: &World, browser: &mut Browser, link: &Url, login: &str) -> Page {
    let page = continue_link(browser, link).await;
    world.identify(browser, page, login).await
}

/// Presses one of the two buttons.
pub async fn answer(browser: &mut Browser, text: &Page, decision: &str) -> Page {
    let form =
        text.form_last_in_main().expect("the decision").press("decision", decision).expect("its button");
    browser.submit(&form).await.expect("the answer's page")
}

/// A mandate that `login` approved in a browser of her own.
pub async fn approved(
    world: &World,
    aidant: &mut Professional,
    themes: &[&str],
    duration: &str,
    login: &str,
) -> Handed {
    let handed = draw_up(world, aidant, themes, duration).await;
    let mut browser = world.browser();
    let text = open_text(world, &mut browser, &handed.link, login).await;
    let done = answer(&mut browser, &text, "approve").await;
    assert!(done.h1().contains("approuvé"), "{}", done.main_text());
    handed
}

/// Where a mandate is in its life.
pub async fn status(world: &World, id: MandateId) -> MandateStatus {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    mandates::find(&mut tx, id)
        .await
        .expect("a read")
        .expect("the mandate")
        .mandate
        .status_at(world.bench.now())
}

async fn ready(world: &World) -> Professional {
    let organisation = world.organisation("CCAS de Dijon").await;
    let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
    aidant.login(world).await;
    aidant
}

on_each_database! {
    async fn the_person_reads_the_exact_text_and_approves_it(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social", "papiers"], "month").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        assert_eq!(text.url, handed.link);
        let sheet = text.words(".sheet").expect("the text");
        for words in ["Jeanne Marie Lefèvre", "née le 12 avril 1948", "CCAS de Dijon", "Social - Santé", "24 décembre 2026"] {
            assert!(sheet.contains(words), "{words} in {sheet}");
        }
        let done = answer(&mut person, &text, "approve").await;
        assert!(done.status.is_success() && done.h1().contains("Vous avez approuvé"), "{}", done.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
        for kind in ["mandate.drafted", "mandate.submitted", "person.identified", "mandate.approved"] {
            assert_eq!(world.count(kind).await, 1, "{kind}");
        }
        let told = world.messages().await.into_iter().rfind(|message| message.to.show() == "jeanne@courriel.example");
        assert!(matches!(told.map(|message| message.body), Some(MessageBody::MandateApproved { .. })));
        let page = aidant.get(&world, &handed.path).await;
        assert!(page.main_text().contains("Jeanne Marie Lefèvre") && page.main_text().contains("Actif"), "{}", page.main_text());
    }

    async fn text_and_evidence_are_kept_and_bound_to_the_draft(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "semester", "boubacar").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let mandate = mandates::find(&mut tx, handed.id).await.expect("a read").expect("the mandate").mandate;
        let stored = mandates::consent(&mut tx, handed.id).await.expect("a read").expect("a consent");
        let key = data_keys::require(&world.bench, &mut tx, stored.data_key).await.expect("her key");
        let text = key.open(TEXT_LABEL, &stored.sealed_text).expect("opens");
        assert_eq!(mandate.consent().expect("a consent").text_digest, sha256(&text));
        let text = String::from_utf8(text.to_vec()).expect("a text");
        assert!(text.contains("Boubacar Sissoko, né en 1950") && text.contains(&mandate.terms.reference_text()), "{text}");
        let evidence = key.open(EVIDENCE_LABEL, &stored.sealed_evidence).expect("opens");
        let evidence: serde_json::Value = serde_json::from_slice(&evidence).expect("json");
        let field = |name: &str| evidence[name].as_str().expect("a field").to_owned();
        let draft = unb64(&field("draft")).expect("base64url");
        assert_eq!(draft, mandate.terms.draft_bytes().expect("bytes"));
        let nonce = sha256_parts(&[&sha256(&draft), &unb64(&field("nonce_random")).expect("base64url")]);
        assert_eq!(field("nonce"), hex::encode(nonce));
        let claims = field("id_token").split('.').nth(1).and_then(unb64).expect("claims");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("json");
        assert_eq!(claims["nonce"], field("nonce"));
    }

    async fn the_person_refuses(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "luc").await;
        let done = answer(&mut person, &text, "refuse").await;
        assert!(done.h1().contains("Vous avez refusé"), "{}", done.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Refused);
        assert_eq!(world.count("mandate.refused").await, 1);
        assert_eq!(world.count("mandate.approved").await, 0);
        let page = aidant.get(&world, &handed.path).await;
        assert!(page.h1().contains("refusé") && !page.main_text().contains("Perrin"), "{}", page.main_text());
    }

    async fn a_get_burns_nothing_and_the_first_post_binds_the_browser(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        for _ in 0..3 {
            let page = world.browser().get(&handed.link).await.expect("a page");
            assert!(page.form_last_in_main().is_ok(), "{}", page.main_text());
        }
        let mut person = world.browser();
        let away = continue_link(&mut person, &handed.link).await;
        let mut other = world.browser();
        let page = other.get(&handed.link).await.expect("a page");
        assert_eq!(page.status, 403);
        assert!(page.h1().contains("ailleurs") && page.form_last_in_main().is_err(), "{}", page.main_text());
        let posted = other.post_from(&handed.link, &handed.link, &[]).await.expect("a page");
        assert_eq!(posted.status, 403);
        let text = world.identify(&mut person, away, "jeanne").await;
        assert!(text.words(".sheet").is_some(), "{}", text.main_text());
    }

    async fn the_aidants_browser_may_hold_the_consent_and_none_of_them_mix(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut desk = aidant.browser.clone();
        let text = open_text(&world, &mut desk, &handed.link, "jeanne").await;
        assert_eq!(world.franceconnect.live_sessions(), 0, "her session there is ended before the text is shown");
        let space = desk.get(&world.at("/personne")).await.expect("a page");
        assert!(!space.text().contains("Lefèvre"), "a consent opens nothing else");
        answer(&mut desk, &text, "approve").await;
        let home = desk.get(&world.at("/aidant")).await.expect("a page");
        assert!(home.h1().contains("Amélie") && home.main_text().contains("Jeanne Marie Lefèvre"), "{}", home.main_text());
        let again = desk.get(&handed.link).await.expect("a page");
        assert_eq!(again.status, 410);
        assert!(!again.text().contains("Lefèvre"), "the session died with the answer");
    }

    async fn an_answer_counts_once(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        let mut second = person.clone();
        answer(&mut person, &text, "approve").await;
        let late = answer(&mut second, &text, "refuse").await;
        assert!(late.words(".verdict").is_none(), "{}", late.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
        assert_eq!(world.count("mandate.refused").await, 0);
    }

    async fn nobody_answers_before_having_read(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut stranger = world.browser();
        for decision in ["approve", "refuse", "maybe"] {
            stranger.post_from(&handed.link, &handed.link, &[("decision", decision)]).await.expect("a page");
            assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent, "{decision}");
        }
        let mut person = world.browser();
        continue_link(&mut person, &handed.link).await;
        person.post_from(&handed.link, &handed.link, &[("decision", "approve")]).await.expect("a page");
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
    }

    async fn another_site_cannot_answer_for_her(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        open_text(&world, &mut person, &handed.link, "jeanne").await;
        let evil = Url::parse("https://evil.example/").expect("an address");
        let page = person.post_from(&evil, &handed.link, &[("decision", "approve")]).await.expect("a page");
        assert!(page.status.is_client_error());
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
    }

    async fn a_text_of_yesterday_is_shown_again(world) {
        let mut aidant = ready(&world).await;
        world.clock.advance(Duration::from_secs(13 * 3_600 + 50 * 60));
        aidant.login(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "month").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        assert!(text.words(".sheet").expect("a text").contains("24 décembre 2026"));
        world.clock.advance(15 * MINUTE);
        let again = answer(&mut person, &text, "approve").await;
        assert!(again.main_text().contains("Le texte a changé"), "{}", again.main_text());
        assert!(again.words(".sheet").expect("a text").contains("25 décembre 2026"));
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
        answer(&mut person, &again, "approve").await;
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
    }

    async fn an_unanswered_draft_lapses(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let opened = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &opened.link, "jeanne").await;
        world.clock.advance(31 * MINUTE);
        let late = answer(&mut person, &text, "approve").await;
        assert_eq!(late.status, 410, "{}", late.main_text());
        world.clock.advance(Duration::from_secs(2 * 3_600));
        let page = world.browser().get(&handed.link).await.expect("a page");
        assert_eq!(page.status, 410, "{}", page.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Lapsed);
        procura::operations::expire_mandates::expire_overdue(&world.bench).await.expect("written down");
        assert_eq!(world.count("mandate.lapsed").await, 2);
        assert_eq!(procura::operations::expire_mandates::expire_overdue(&world.bench).await.expect("nothing left"), 0);
    }

    async fn an_unknown_code_tells_nothing(world) {
        for path in ["/consentement/q7Xw2mVd9LkT4sPzN8aRfB", "/consentement/%00", "/consentement/a%20b"] {
            let page = world.browser().get(&world.at(path)).await.expect("a page");
            assert_eq!(page.status, 404, "{path}");
        }
        let link = world.at("/consentement/q7Xw2mVd9LkT4sPzN8aRfB");
        let page = world.browser().post_from(&link, &link, &[]).await.expect("a page");
        assert_eq!(page.status, 404);
        assert!(page.header("set-cookie").is_none());
    }

    async fn a_suspended_organisation_gets_no_mandate(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        procura::operations::suspend::suspend_organisation(&world.bench, &CLI, aidant.organisations[0], "contrôle", None)
            .await
            .expect("suspended");
        let page = answer(&mut person, &text, "approve").await;
        assert_eq!(page.status, 403, "{}", page.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
        let lines = chain(&world, handed.id).await;
        assert_eq!(lines.last().map(String::as_str), Some("mandate.approved!"), "{lines:?}");
        procura::operations::suspend::restore_organisation(&world.bench, &CLI, aidant.organisations[0], None)
            .await
            .expect("restored");
        let page = aidant.get(&world, "/aidant/journal").await;
        assert!(page.main_text().contains("la structure est suspendue"), "{}", page.main_text());
        world.clock.advance(MINUTE);
        let done = answer(&mut person, &text, "approve").await;
        assert!(done.h1().contains("approuvé"), "{}", done.main_text());
        assert_eq!(chain(&world, handed.id).await.iter().filter(|kind| *kind == "mandate.approved").count(), 1);
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let given = procura::storage::entries::first_of_kind(&mut tx, handed.id, "mandate.approved").await;
        let given = given.expect("a read").expect("the line of the grant");
        let hers = mandates::find(&mut tx, handed.id).await.expect("a read").expect("the mandate");
        let from = hers.mandate.consent().expect("her consent").validity.from;
        assert_eq!(from.micros() / 1000, given.at.micros() / 1000, "not the refused one");
    }

    async fn the_same_person_is_found_again_and_equal_names_are_not_enough(world) {
        let mut aidant = ready(&world).await;
        for login in ["jeanne", "jeanne", "luc"] {
            approved(&world, &mut aidant, &["social"], "short", login).await;
        }
        assert_eq!(world.persons().await.len(), 2);
    }

    async fn english_pages_show_the_french_text(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser().speaking("en");
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        assert!(text.h1().starts_with("Do you accept"), "{}", text.h1());
        assert_eq!(text.attribute(".sheet", "lang").as_deref(), Some("fr"));
        assert!(text.main_text().contains("This text is in French"), "{}", text.main_text());
        assert!(text.words(".sheet").expect("a text").contains("Je donne mandat"));
    }
}
