//! The person is elsewhere: link, FranceConnect, comparison, pairing code, text, answer.

use std::time::Duration;

use procura::domain::mandate::MandateStatus;

use crate::consent::answer;
use crate::consent::continue_link;
use crate::consent::status;
use crate::consents::fill;
use crate::consents::link_to;
use crate::consents::other_than;
use crate::consents::pairing_code;
use crate::consents::remote;
use crate::consents::send;
use crate::consents::team;
use crate::consents::type_code;

const JEANNE: &str = "jeanne@courriel.example";

on_each_database! {
    async fn she_answers_from_home_with_the_code_told_by_voice(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let waiting = aidant.get(&world, &sent.path).await;
        let words = waiting.main_text();
        assert!(words.contains("j…e@courriel.example") && !words.contains("jeanne@courriel"), "{words}");
        assert!(waiting.link("/consentement/").is_ok(), "the address stands on the aidant's page");
        let link = link_to(&world, JEANNE).await;
        assert_eq!(waiting.link("/consentement/").expect("the link"), link);
        let code = pairing_code(&world, &mut aidant, &sent).await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("se connecte à FranceConnect"));
        let page = world.identify(&mut phone, away, "jeanne").await;
        assert_eq!(world.franceconnect.live_sessions(), 0, "her session there is ended before anything is shown");
        assert!(page.h1().contains("Tapez le code") && page.words(".sheet").is_none(), "{}", page.main_text());
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("qu’elle tape le code"));
        let text = type_code(&mut phone, &page, "pairing", &code).await;
        assert!(text.words(".sheet").expect("the text").contains("Jeanne Marie Lefèvre"));
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("attendons sa décision"));
        let done = answer(&mut phone, &text, "approve").await;
        assert!(done.h1().contains("approuvé"), "{}", done.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Active);
        for kind in ["mandate.drafted", "mandate.submitted", "person.identified", "mandate.paired", "mandate.approved"] {
            assert_eq!(world.count(kind).await, 1, "{kind}");
        }
    }

    async fn another_person_than_the_expected_one_ends_the_draft(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let link = link_to(&world, JEANNE).await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "luc").await;
        assert_eq!(page.status, 403);
        assert!(page.h1().contains("une autre personne"), "{}", page.main_text());
        assert_eq!(world.franceconnect.live_sessions(), 0);
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
        assert_eq!(world.count("mandate.identity_refused!").await, 1);
        assert_eq!(world.count("person.identified").await, 0, "nothing is kept of the other person");
        let told = aidant.get(&world, &sent.path).await.main_text();
        assert!(told.contains("Une autre personne a répondu") && !told.contains("Perrin"), "{told}");
        let again = world.browser().get(&link).await.expect("a page");
        assert_eq!(again.status, 410);
    }

    async fn three_wrong_codes_end_the_draft(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let wrong = other_than(&pairing_code(&world, &mut aidant, &sent).await);
        let link = link_to(&world, JEANNE).await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let mut page = world.identify(&mut phone, away, "jeanne").await;
        // What is no code is no try.
        page = type_code(&mut phone, &page, "pairing", "12").await;
        assert_eq!(page.status, 422);
        for left in ["reste 2 essais", "reste un essai"] {
            page = type_code(&mut phone, &page, "pairing", &wrong).await;
            assert!(page.status == 422 && page.main_text().contains(left), "{}", page.main_text());
        }
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("reste un essai"));
        let dead = type_code(&mut phone, &page, "pairing", &wrong).await;
        assert!(dead.h1().contains("faux trois fois"), "{}", dead.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
        assert_eq!(world.count("mandate.code_refused!").await, 3);
        assert!(aidant.get(&world, &sent.path).await.h1().contains("faux trois fois"));
        let late = phone.get(&link).await.expect("a page");
        assert_eq!(late.status, 410);
    }

    async fn nothing_is_shown_or_decided_before_the_code(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let link = link_to(&world, JEANNE).await;
        let mut phone = world.browser();
        // Neither a code nor an answer of a browser where nobody said who she is.
        for fields in [("pairing", "123456"), ("decision", "approve")] {
            phone.post_from(&link, &link, &[fields]).await.expect("a page");
        }
        let away = continue_link(&mut phone, &link).await;
        world.identify(&mut phone, away, "jeanne").await;
        let answered = phone.post_from(&link, &link, &[("decision", "approve")]).await.expect("a page");
        assert!(answered.words(".sheet").is_none() && answered.words(".verdict").is_none());
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent);
        assert_eq!(world.count("mandate.code_refused!").await, 0);
    }

    async fn whoever_logs_in_again_types_the_code_again(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let code = pairing_code(&world, &mut aidant, &sent).await;
        let link = link_to(&world, JEANNE).await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "jeanne").await;
        let text = type_code(&mut phone, &page, "pairing", &code).await;
        let restart = text.form_to("/consentement/").expect("the form that begins again");
        let away = phone.submit(&restart).await.expect("the provider");
        let page = world.identify(&mut phone, away, "jeanne").await;
        assert!(page.h1().contains("Tapez le code"), "{}", page.main_text());
        let text = type_code(&mut phone, &page, "pairing", &code).await;
        answer(&mut phone, &text, "refuse").await;
        assert_eq!(status(&world, sent.id).await, MandateStatus::Refused);
    }

    async fn a_link_sent_again_replaces_the_one_before_and_not_too_often(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let first = link_to(&world, JEANNE).await;
        let again = world.at(&format!("{}/renvoyer", sent.path));
        let soon = aidant.browser.post_from(&again, &again, &[]).await.expect("a page");
        assert_eq!(soon.status, 429);
        let mut phone = world.browser();
        continue_link(&mut phone, &first).await;
        for _ in 0..5 {
            world.clock.advance(Duration::from_secs(61));
            let page = aidant.browser.post_from(&again, &again, &[]).await.expect("a page");
            assert!(page.status.is_success(), "{}", page.main_text());
        }
        world.clock.advance(Duration::from_secs(61));
        assert_eq!(aidant.browser.post_from(&again, &again, &[]).await.expect("a page").status, 429);
        assert_eq!(world.count("mandate.sent_again").await, 5);
        assert_eq!(phone.get(&first).await.expect("a page").status, 404, "the link before opens nothing");
        let last = link_to(&world, JEANNE).await;
        assert_ne!(first, last);
        let mut other = world.browser();
        let away = continue_link(&mut other, &last).await;
        let page = world.identify(&mut other, away, "jeanne").await;
        assert!(page.h1().contains("Tapez le code"), "{}", page.main_text());
    }

    async fn she_takes_her_time_and_the_draft_ends_after_two_days(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let code = pairing_code(&world, &mut aidant, &sent).await;
        let link = link_to(&world, JEANNE).await;
        world.clock.advance(Duration::from_secs(40 * 3_600));
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "jeanne").await;
        world.clock.advance(Duration::from_secs(50 * 60));
        let text = type_code(&mut phone, &page, "pairing", &code).await;
        assert!(text.words(".sheet").is_some(), "{}", text.main_text());
        world.clock.advance(Duration::from_secs(8 * 3_600));
        let late = world.browser().get(&link).await.expect("a page");
        assert_eq!(late.status, 410);
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
    }

    async fn what_is_missing_is_asked_for_and_what_was_typed_is_kept(world) {
        let (mut aidant, _) = team(&world).await;
        let base = [("theme", "social"), ("duration", "month"), ("channel", "remote")];
        let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
        let good = [("family_name", "Lefèvre"), ("birthdate", "12/04/1948"), ("email", JEANNE)];
        for (more, words) in [
            (vec![], "Écrivez le nom de la personne"),
            (vec![good[0], ("birthdate", "31/02/1948"), good[2]], "Écrivez la date de naissance"),
            (vec![good[0], good[1]], "Donnez une adresse e-mail ou un numéro"),
            (vec![good[0], good[1], ("email", "jeanne")], "n’est pas complète"),
            (vec![good[0], good[1], ("phone", "12")], "numéro de téléphone"),
            (vec![("family_name", "J3anne"), good[1], good[2]], "sans chiffre"),
        ] {
            let page = fill(&world, &mut aidant, &with(&more)).await;
            assert_eq!(page.status, 400, "{words}");
            assert!(page.main_text().contains(words) && page.title().starts_with("Erreur"), "{}", page.main_text());
            let form = page.form_last_in_main().expect("the form");
            for (name, value) in &more {
                assert_eq!(form.value(name), Some(*value), "what was typed is kept");
            }
        }
        assert_eq!(world.count("mandate.drafted").await, 0);
        let presumed = [("family_name", "SISSOKO"), ("birthdate", "1950"), ("phone", "+33639980006")];
        let sent = send(&world, &mut aidant, &with(&presumed)).await;
        let link = link_to(&world, "+33639980006").await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "boubacar").await;
        assert!(page.h1().contains("Tapez le code"), "a presumed date fits: {}", page.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent);
    }

    async fn the_name_of_use_is_as_good_as_that_of_birth_and_abroad_is_a_place(world) {
        let (mut aidant, _) = team(&world).await;
        for (login, name, date) in [("rosa", "fontaine", "25/07/1963"), ("noelle", "N GUESSAN HEBRARD", "30.01.1955"), ("mohamed", "Benali", "17/09/1951")] {
            let to = format!("{login}@courriel.example");
            let fields = [("theme", "social"), ("duration", "short"), ("channel", "remote"), ("family_name", name), ("birthdate", date), ("email", &to)];
            send(&world, &mut aidant, &fields).await;
            let link = link_to(&world, &to).await;
            let mut phone = world.browser();
            let away = continue_link(&mut phone, &link).await;
            let page = world.identify(&mut phone, away, login).await;
            assert!(page.h1().contains("Tapez le code"), "{login}: {}", page.main_text());
        }
    }

    async fn a_draft_is_forgotten_with_the_answer(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let row = procura::storage::askings::find(&mut tx, sent.id).await.expect("a read").expect("a row");
        assert!(row.sealed.is_some());
        drop(tx);
        let code = pairing_code(&world, &mut aidant, &sent).await;
        let link = link_to(&world, JEANNE).await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "jeanne").await;
        let text = type_code(&mut phone, &page, "pairing", &code).await;
        answer(&mut phone, &text, "approve").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let row = procura::storage::askings::find(&mut tx, sent.id).await.expect("a read").expect("a row");
        assert!(row.sealed.is_none() && row.confirmed_at.is_some());
        drop(tx);
        assert!(!aidant.get(&world, &sent.path).await.html.contains(&code));
    }

    async fn two_browsers_at_once_and_strangers_get_nothing(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = remote(&world, &mut aidant).await;
        let link = link_to(&world, JEANNE).await;
        let (mut one, mut two) = (world.browser(), world.browser());
        let away = continue_link(&mut one, &link).await;
        let elsewhere = two.get(&link).await.expect("a page");
        assert_eq!(elsewhere.status, 403);
        let posted = two.post_from(&link, &link, &[("pairing", "123456")]).await.expect("a page");
        assert!(posted.words(".sheet").is_none());
        world.identify(&mut one, away, "jeanne").await;
        let mut karim = world.aidant("Karim").await;
        karim.login(&world).await;
        for path in [sent.path.clone(), format!("{}/code", sent.path)] {
            assert_eq!(karim.get(&world, &path).await.status, 404, "{path}");
        }
        let again = world.at(&format!("{}/renvoyer", sent.path));
        assert_eq!(karim.browser.post_from(&again, &again, &[]).await.expect("a page").status, 404);
        let nobody = world.browser().get(&world.at(&sent.path)).await.expect("a page");
        assert_eq!(nobody.url.path(), "/aidant/connexion");
        // A remote draft is not answered by a code told to the aidant.
        assert_eq!(aidant.get(&world, &format!("{}/code", sent.path)).await.status, 404);
    }
}
