//! What an aidant does with mandates: drawing up, giving up, ending, printing, finding persons again.

use std::time::Duration;

use procura::domain::ids::PersonId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use procura::domain::theme::Theme;
use procura::operations::actors;
use procura::operations::attestation;
use procura::operations::expire_mandates::expire_overdue;
use procura::operations::refusal::Refusal;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::storage::accounts;
use procura::storage::mandates;

use crate::consent::approved;
use crate::consent::draw_up;
use crate::consent::status;
use crate::world::Professional;
use crate::world::World;

async fn ready(world: &World) -> Professional {
    let organisation = world.organisation("CCAS de Dijon").await;
    let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
    aidant.login(world).await;
    aidant
}

async fn person_of(world: &World, id: procura::domain::ids::MandateId) -> PersonId {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    mandates::find(&mut tx, id)
        .await
        .expect("a read")
        .expect("a mandate")
        .mandate
        .consent()
        .expect("a consent")
        .person
}

on_each_database! {
    async fn the_hand_over_page_follows_the_person(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "month").await;
        let page = aidant.get(&world, &handed.path).await;
        assert!(page.words(".waiting").expect("waiting").contains("ouvre sa page"), "{}", page.main_text());
        assert!(page.html.contains("<svg viewBox") && page.words(".address").is_some_and(|words| words == handed.link.as_str()));
        let mut person = world.browser();
        let away = crate::consent::continue_link(&mut person, &handed.link).await;
        let page = aidant.get(&world, &handed.path).await;
        assert!(page.words(".waiting").expect("waiting").contains("FranceConnect"), "{}", page.main_text());
        world.identify(&mut person, away, "jeanne").await;
        let page = aidant.get(&world, &handed.path).await;
        assert!(page.words(".waiting").expect("waiting").contains("Elle lit"), "{}", page.main_text());
        assert!(!page.text().contains("Lefèvre"), "nobody is named before she answered");
    }

    async fn a_form_without_answers_says_what_is_missing(world) {
        let mut aidant = ready(&world).await;
        let page = aidant.get(&world, "/aidant/mandats/nouveau").await;
        let form = page.form_last_in_main().expect("a form");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(page.status, 400);
        assert!(page.title().starts_with("Erreur"), "{}", page.title());
        assert_eq!(page.all_words(".error-summary li").len(), 2, "{}", page.main_text());
        let kept = form.clone().with(&[("theme", "social")]).expect("a theme");
        let page = aidant.browser.submit(&kept).await.expect("a page");
        assert_eq!(page.form_last_in_main().expect("a form").value("theme"), Some("social"), "what was typed is kept");
        let remote = kept.clone().tampered(&[("duration", "short"), ("channel", "remote")]);
        assert_eq!(aidant.browser.submit(&remote).await.expect("a page").status, 400);
        let strange = kept.tampered(&[("duration", "century")]);
        assert_eq!(aidant.browser.submit(&strange).await.expect("a page").status, 400);
        assert_eq!(world.count("mandate.drafted").await, 0);
    }

    async fn an_old_second_factor_is_asked_for_again(world) {
        let mut aidant = ready(&world).await;
        world.clock.advance(Duration::from_secs(16 * 60));
        let page = aidant.get(&world, "/aidant/mandats/nouveau").await;
        assert_eq!(page.url.path(), "/aidant/second-facteur");
        let page = aidant.second_factor(&world, &page).await;
        assert_eq!(page.url.path(), "/aidant/mandats/nouveau", "{}", page.main_text());
    }

    async fn an_ended_habilitation_draws_nothing_up_and_it_is_written(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let soon = world.bench.now().plus(Duration::from_secs(300));
        let mut aidant = world.aidant_in("Amélie", &[(organisation, soon)]).await;
        aidant.login(&world).await;
        let page = aidant.get(&world, "/aidant/mandats/nouveau").await;
        let fields = [("theme", "social"), ("duration", "short"), ("channel", "present")];
        let form = page.form_last_in_main().expect("a form").with(&fields).expect("fields");
        world.clock.advance(Duration::from_secs(301));
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert!(!page.url.path().starts_with("/aidant/mandats/0"), "{}", page.url);
        assert_eq!(world.count("mandate.drafted").await, 0);
        if page.url.path() == "/aidant/mandats/nouveau" {
            assert!(page.main_text().contains("habilitation est finie"), "{}", page.main_text());
            assert_eq!(world.count("mandate.drafted!").await, 1);
        }
    }

    async fn a_withheld_theme_is_not_offered_and_not_taken(world) {
        let mut aidant = ready(&world).await;
        let page = aidant.get(&world, "/aidant/mandats/nouveau").await;
        let fields = [("theme", "justice"), ("duration", "short"), ("channel", "present")];
        let form = page.form_last_in_main().expect("a form").with(&fields).expect("fields");
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        let sql = procura::storage::db::Sql::same("INSERT INTO organisation_withheld_themes (organisation, theme) VALUES ($1, $2)");
        tx.query(sql).bind(aidant.organisations[0]).bind(Theme::Justice).execute().await.expect("withheld");
        tx.commit().await.expect("a commit");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(page.status, 403);
        assert!(page.main_text().contains("ne fait pas l’une de ces démarches"), "{}", page.main_text());
        assert_eq!(world.count("mandate.drafted!").await, 1);
        assert!(page.form_last_in_main().expect("a form").with(&[("theme", "justice")]).is_err());
    }

    async fn a_draft_is_given_up(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "month").await;
        let page = aidant.get(&world, &handed.path).await;
        let form = page.form_last_in_main().expect("a form");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(page.url.path(), "/aidant");
        assert_eq!(status(&world, handed.id).await, MandateStatus::Lapsed);
        assert_eq!(world.count("mandate.lapsed").await, 1);
        let page = world.browser().get(&handed.link).await.expect("a page");
        assert_eq!(page.status, 410);
    }

    async fn another_organisation_finds_nothing(world) {
        let mut aidant = ready(&world).await;
        let draft = draw_up(&world, &mut aidant, &["social"], "month").await;
        let given = approved(&world, &mut aidant, &["social"], "month", "jeanne").await;
        let mut stranger = world.aidant("Sonia").await;
        stranger.login(&world).await;
        for handed in [&draft, &given] {
            for path in [handed.path.clone(), format!("{}/revoquer", handed.path), format!("{}/attestation", handed.path)] {
                assert_eq!(stranger.get(&world, &path).await.status, 404, "{path}");
            }
            for action in ["abandonner", "revoquer", "attestation"] {
                let url = world.at(&format!("{}/{action}", handed.path));
                let page = stranger.browser.post_from(&url, &url, &[("reason", "x")]).await.expect("a page");
                assert_eq!(page.status, 404, "{action}");
            }
        }
        let page = stranger.get(&world, "/aidant/personnes").await;
        assert!(!page.text().contains("Lefèvre"));
        assert_eq!(status(&world, draft.id).await, MandateStatus::AwaitingConsent);
        assert_eq!(status(&world, given.id).await, MandateStatus::Active);
        assert_eq!(stranger.get(&world, "/aidant/mandats/nothing").await.status, 404);
    }

    async fn persons_are_found_by_name_without_accents(world) {
        let mut aidant = ready(&world).await;
        approved(&world, &mut aidant, &["social"], "month", "noelle").await;
        approved(&world, &mut aidant, &["logement"], "long", "luc").await;
        let page = aidant.get(&world, "/aidant/personnes").await;
        assert_eq!(page.all_words("tbody tr").len(), 2, "{}", page.main_text());
        let form = page.forms_in_main().into_iter().next().expect("search").with(&[("nom", "noelle nguessan")]).expect("a field");
        let nothing = aidant.browser.submit(&form).await.expect("a page");
        let form = form.with(&[("nom", "HEBRARD noelle")]).expect("a field");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(nothing.all_words("tbody tr").len() + page.all_words("tbody tr").len(), 1, "{}", page.main_text());
        let home = aidant.get(&world, "/aidant").await;
        assert!(home.main_text().contains("Noëlle") && home.main_text().contains("Luc Perrin"), "{}", home.main_text());
    }

    async fn an_aidant_ends_one_theme_then_the_rest(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social", "logement"], "month", "jeanne").await;
        let path = format!("{}/revoquer", handed.path);
        let page = aidant.get(&world, &path).await;
        let form = page.form_last_in_main().expect("a form");
        let page = aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(page.status, 400);
        assert!(page.words(".error-summary").is_some_and(|words| words.contains("pourquoi")), "{}", page.main_text());
        let one = form.clone().with(&[("theme", "social"), ("reason", "Démarche finie")]).expect("fields");
        let page = aidant.browser.submit(&one).await.expect("a page");
        assert!(page.main_text().contains("Démarches arrêtées"), "{}", page.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
        assert_eq!((world.count("authorization.revoked").await, world.count("mandate.revoked").await), (1, 0));
        let all = form.with(&[("reason", "Elle déménage")]).expect("fields");
        let page = aidant.browser.submit(&all).await.expect("a page");
        assert!(page.main_text().contains("a été arrêté par votre structure"), "{}", page.main_text());
        assert_eq!(status(&world, handed.id).await, MandateStatus::Revoked);
        assert_eq!(world.count("mandate.revoked").await, 1);
        let told = world.messages().await;
        let ends = told.iter().filter(|message| matches!(message.body, MessageBody::MandateEnded { by_person: false, .. }));
        assert_eq!(ends.count(), 2);
        aidant.browser.submit(&all).await.expect("a page");
        assert_eq!(world.count("mandate.revoked").await, 1, "once is enough");
    }

    async fn the_person_ends_the_last_theme_and_the_mandate_with_it(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "month", "jeanne").await;
        let other = approved(&world, &mut aidant, &["social"], "month", "luc").await;
        let jeanne = person_of(&world, handed.id).await;
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        let actor = actors::person(&world.bench, &mut tx, jeanne).await.expect("a person");
        drop(tx);
        let by = Revoker::Person(&actor);
        let foreign = revoke(&world.bench, by, other.id, None, None, None).await;
        assert!(matches!(foreign, Err(Refusal::NotFound)), "{foreign:?}");
        revoke(&world.bench, by, handed.id, Some(Theme::Social), None, None).await.expect("ended");
        assert_eq!(status(&world, handed.id).await, MandateStatus::Revoked);
        assert_eq!((world.count("authorization.revoked").await, world.count("mandate.revoked").await), (1, 1));
        let again = revoke(&world.bench, by, handed.id, None, None, None).await;
        assert!(matches!(again, Err(Refusal::Conflict(_))), "{again:?}");
    }

    async fn a_mandate_ends_with_its_last_day(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "short", "jeanne").await;
        world.clock.advance(Duration::from_secs(37 * 3_600));
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active, "to the end of tomorrow");
        world.clock.advance(Duration::from_secs(3_600));
        assert_eq!(status(&world, handed.id).await, MandateStatus::Expired);
        expire_overdue(&world.bench).await.expect("written down");
        assert_eq!(world.count("mandate.expired").await, 1);
    }

    async fn the_paper_has_a_code_that_can_be_replaced_and_ends_with_the_mandate(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "month", "jeanne").await;
        let path = format!("{}/attestation", handed.path);
        let page = aidant.get(&world, &path).await;
        let mut codes = vec![page.words(".attestation__code").expect("its first code, without asking")];
        assert!(page.words(".sheet").is_some_and(|sheet| sheet.contains("Jeanne Marie Lefèvre")));
        let form = page.form_last_in_main().expect("a form");
        let page = aidant.browser.submit(&form).await.expect("a page");
        codes.push(page.words(".attestation__code").expect("a code"));
        assert_ne!(codes[0], codes[1]);
        let old = attestation::check(&world.bench, &codes[0], None).await;
        assert!(old.is_ok_and(|old| old.replaced.is_some()), "it says that another stands in its place");
        let typed = codes[1].to_lowercase().replace('-', " ");
        let checked = attestation::check(&world.bench, &typed, None).await.expect("good");
        assert_eq!((checked.status, checked.mandate.id), (MandateStatus::Active, handed.id));
        attestation::check(&world.bench, &typed, None).await.expect("good");
        assert_eq!(world.count("attestation.issued").await, 1, "the approval's line names the first");
        assert_eq!(world.count("attestation.verified").await, 3, "each look is a line");
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        let actor = actors::person(&world.bench, &mut tx, person_of(&world, handed.id).await).await.expect("a person");
        drop(tx);
        revoke(&world.bench, Revoker::Person(&actor), handed.id, None, None, None).await.expect("ended");
        let gone = attestation::check(&world.bench, &typed, None).await;
        let gone = gone.expect("it says what became of it");
        assert_eq!((gone.status, gone.ended.is_some()), (MandateStatus::Revoked, true));
        world.clock.advance(Duration::from_secs(366 * 86_400));
        let forgotten = attestation::check(&world.bench, &typed, None).await;
        assert!(matches!(forgotten, Err(Refusal::NotFound)), "{forgotten:?}");
    }

    async fn a_suspended_account_ends_no_mandate(world) {
        let mut aidant = ready(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "month", "jeanne").await;
        let page = aidant.get(&world, &format!("{}/revoquer", handed.path)).await;
        let form = page.form_last_in_main().expect("a form").with(&[("reason", "Démarche finie")]).expect("a field");
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        accounts::set_status(&mut tx, aidant.account, procura::domain::account::AccountStatus::Suspended).await.expect("set");
        tx.commit().await.expect("a commit");
        aidant.browser.submit(&form).await.expect("a page");
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
        assert_eq!(world.count("mandate.revoked").await, 0);
    }
}
