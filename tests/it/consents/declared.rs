//! A person without FranceConnect answers by a code sent by SMS; the referent approves beside her.

use std::time::Duration;

use procura::crypto::hash::sha256;
use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::MandateStatus;
use procura::domain::person::ConsentGrade;
use procura::domain::person::Identification;
use procura::operations::data_keys;
use procura::operations::decide_mandate::EVIDENCE_LABEL;
use procura::operations::decide_mandate::TEXT_LABEL;
use procura::operations::erase_person;
use procura::operations::erase_person::Asked;
use procura::storage::mandates;
use procura::storage::persons;

use crate::consent::continue_link;
use crate::consent::status;
use crate::consents::MARCEL;
use crate::consents::MINUTE;
use crate::consents::asked;
use crate::consents::by_sms;
use crate::consents::digits;
use crate::consents::fill;
use crate::consents::newest;
use crate::consents::other_than;
use crate::consents::send;
use crate::consents::team;
use crate::consents::told;
use crate::consents::word;
use crate::records::audited;
use crate::records::number;
use crate::records::person;
use crate::world::World;

const PHONE: &str = "+33639980008";

async fn stored(world: &World, id: procura::domain::ids::MandateId) -> procura::domain::mandate::Mandate {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    mandates::find(&mut tx, id).await.expect("a read").expect("the mandate").mandate
}

on_each_database! {
    async fn both_approve_and_the_texts_are_kept_byte_for_byte(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, link) = newest(&world, PHONE).await;
        let waiting = aidant.get(&world, &sent.path).await;
        assert!(!waiting.html.contains("/consentement/") && !waiting.html.contains(&digits(&sms)), "the aidant sees neither link nor code");
        let mut phone = world.browser();
        let link = url::Url::parse(&link).expect("a link");
        let text = continue_link(&mut phone, &link).await;
        let sheet = text.words(".sheet").expect("the text");
        for words in ["Marcel Vasseur", "né le 5 mai 1936", "sans FranceConnect", "31 jours"] {
            assert!(sheet.contains(words), "{words} in {sheet}");
        }
        assert!(text.main_text().contains("Identité déclarée"));
        let form = text.form_last_in_main().expect("the form").with(&[("code", &digits(&sms))]).expect("its field");
        let done = phone.submit(&form.press("decision", "approve").expect("yes")).await.expect("a page");
        assert!(done.h1().contains("Vous avez dit oui") && done.main_text().contains("doit encore donner son accord"), "{}", done.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent, "hers alone is not enough");
        assert_eq!(asked(&world, &sent).await, [referent.email.clone()]);
        assert!(aidant.get(&world, &sent.path).await.main_text().contains("attendons l’accord de votre référent"));
        world.clock.advance(Duration::from_secs(86_400));
        referent.login(&world).await;
        let list = referent.get(&world, "/referent/mandats").await;
        assert!(list.main_text().contains("Marcel Vasseur"), "{}", list.main_text());
        word(&world, &mut referent, &sent, "approve", "").await;
        let mandate = stored(&world, sent.id).await;
        let consent = mandate.consent().expect("a consent").clone();
        assert_eq!((mandate.status_at(world.bench.now()), consent.grade, consent.method), (MandateStatus::Active, ConsentGrade::Declared, ConsentMethod::Sms));
        let first = world.bench.now().minus(Duration::from_secs(86_400)).day();
        assert_eq!(consent.validity.until, first.plus_days(31).end(), "days are counted from her yes");
        for kind in ["person.declared", "mandate.approved", "mandate.referent_approved"] {
            assert_eq!(world.count(kind).await, 1, "{kind}");
        }
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let kept = mandates::consent(&mut tx, sent.id).await.expect("a read").expect("a consent");
        let key = data_keys::require(&world.bench, &mut tx, kept.data_key).await.expect("her key");
        let bytes = key.open(TEXT_LABEL, &kept.sealed_text).expect("opens");
        assert_eq!(sha256(&bytes), consent.text_digest);
        let evidence = key.open(EVIDENCE_LABEL, &kept.sealed_evidence).expect("opens");
        let evidence: serde_json::Value = serde_json::from_slice(&evidence).expect("json");
        assert_eq!(evidence["messages"][0]["text"], sms.as_str());
        assert_eq!((&evidence["method"], &evidence["answered_by"]), (&"sms".into(), &"person".into()));
        let row = persons::find(&mut tx, consent.person).await.expect("a read").expect("a person");
        assert_eq!(row.identification, Identification::Declared);
        drop(tx);
        aidant.login(&world).await;
        for path in [sent.path.as_str(), "/aidant/personnes", "/aidant"] {
            let words = aidant.get(&world, path).await.main_text();
            assert!(words.contains("Identité déclarée"), "marked on {path}: {words}");
        }
        let paper = aidant.get(&world, &format!("{}/attestation", sent.path)).await;
        assert!(paper.main_text().contains("Identité déclarée"), "{}", paper.main_text());
    }

    async fn the_code_may_be_told_to_the_aidant_and_the_referent_may_be_first(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, link) = newest(&world, PHONE).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent, "his alone is not enough");
        let page = told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        assert!(asked(&world, &sent).await.is_empty(), "whoever has approved is not asked again");
        assert!(page.main_text().contains("Actif"), "{}", page.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Active);
        let late = world.browser().get(&url::Url::parse(&link).expect("a link")).await.expect("a page");
        assert_eq!(late.status, 410, "her link is used up");
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let kept = mandates::consent(&mut tx, sent.id).await.expect("a read").expect("a consent");
        let key = data_keys::require(&world.bench, &mut tx, kept.data_key).await.expect("her key");
        let evidence = key.open(EVIDENCE_LABEL, &kept.sealed_evidence).expect("opens");
        let evidence: serde_json::Value = serde_json::from_slice(&evidence).expect("json");
        assert_eq!((&evidence["answered_by"], &evidence["typed_by"]), (&"aidant".into(), &aidant.account.to_string().into()));
    }

    async fn a_number_is_hers_once_both_have_approved_and_those_before_hear_of_it(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let numbers = async |person: procura::domain::ids::PersonId| {
            let mut tx = world.bench.db.read().await.expect("a transaction");
            let rows = procura::storage::contacts::of_person(&mut tx, person).await.expect("a read");
            rows.iter().filter(|row| row.state == procura::domain::contact::ContactState::Confirmed).count()
        };
        let first = by_sms(&world, &mut aidant, &[]).await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let row = procura::storage::askings::find(&mut tx, first.id).await.expect("a read").expect("a row");
        let her = row.person.expect("a person");
        drop(tx);
        told(&world, &mut aidant, &first, "yes", &digits(&newest(&world, PHONE).await.0)).await;
        assert_eq!(numbers(her).await, 0, "an aidant alone gives nobody a number");
        word(&world, &mut referent, &first, "approve", "").await;
        assert_eq!((numbers(her).await, world.count("person.contact_changed").await), (1, 1));
        // The same person, and a telephone that may be the aidant's.
        let other = "+33639980018";
        let mut fields = vec![("theme", "logement"), ("duration", "short"), ("channel", "sms"), ("phone", "0639980018")];
        fields.extend(MARCEL);
        let form = fill(&world, &mut aidant, &fields).await.form_last_in_main().expect("the form");
        let known = form.choice_by_words(&["Marcel Vasseur"]).expect("the one who is known");
        let form = form.with(&[("same_as", &known.value)]).expect("a choice");
        let page = aidant.browser.submit(&form).await.expect("a page");
        let path = page.url.path().to_owned();
        let second = crate::consents::Sent { id: path.rsplit('/').next().expect("an id").parse().expect("an id"), path };
        told(&world, &mut aidant, &second, "yes", &digits(&newest(&world, other).await.0)).await;
        assert_eq!(numbers(her).await, 1, "not before the referent's word");
        word(&world, &mut referent, &second, "approve", "").await;
        assert_eq!((numbers(her).await, world.count("person.contact_changed").await), (2, 2));
        let changed = |body: &procura::domain::message::MessageBody| matches!(body, procura::domain::message::MessageBody::ContactChanged { .. });
        let mut heard: Vec<String> = world.messages().await.iter().filter(|one| changed(&one.body)).map(|one| one.to.show().to_owned()).collect();
        heard.sort();
        assert_eq!(heard, [PHONE, other], "old and new");
    }

    async fn every_answer_but_yes_is_a_no(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let page = told(&world, &mut aidant, &sent, "no", "").await;
        assert!(page.h1().contains("refusé"), "{}", page.main_text());
        for (decision, name) in [("refuse", "Marcelle"), ("maybe", "Marceline"), ("", "Marcelin")] {
            let sent = by_sms(&world, &mut aidant, &[("given_name", name)]).await;
            let (sms, link) = newest(&world, PHONE).await;
            let link = url::Url::parse(&link).expect("a link");
            let mut phone = world.browser();
            continue_link(&mut phone, &link).await;
            let code = digits(&sms);
            let done = phone.post_from(&link, &link, &[("decision", decision), ("code", &code)]).await.expect("a page");
            assert!(done.h1().contains("Vous avez refusé"), "{decision}: {}", done.main_text());
            assert_eq!(status(&world, sent.id).await, MandateStatus::Refused, "{decision}");
        }
        assert_eq!(world.count("mandate.approved").await, 0);
    }

    async fn erased_she_is_unknown_and_nothing_tells_who_she_was(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        told(&world, &mut aidant, &sent, "yes", &digits(&newest(&world, PHONE).await.0)).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        let declared = "SELECT COUNT(*) FROM declared_persons";
        assert_eq!(number(&world, declared).await, 1);
        let marcel = person(&world, sent.id).await;
        let asked = erase_person::ask(&world.bench, &marcel, true, None).await.expect("erased");
        assert_eq!(asked, Asked::Erased);
        for left in [
            declared,
            "SELECT COUNT(*) FROM askings",
            "SELECT COUNT(*) FROM consents",
            "SELECT COUNT(*) FROM consent_links",
            "SELECT COUNT(*) FROM person_contacts",
        ] {
            assert_eq!(number(&world, left).await, 0, "{left}");
        }
        assert!(audited(&world).await > 0);
        // Of the same name and birth date, she is nobody the organisation knows.
        by_sms(&world, &mut aidant, &[]).await;
        assert_eq!(world.count("person.declared").await, 2);
    }

    async fn three_wrong_codes_end_it_through_either_door(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, link) = newest(&world, PHONE).await;
        let link = url::Url::parse(&link).expect("a link");
        let wrong = other_than(&digits(&sms));
        let page = told(&world, &mut aidant, &sent, "yes", &wrong).await;
        assert!(page.status == 422 && page.main_text().contains("reste 2 essais"), "{}", page.main_text());
        let mut phone = world.browser();
        let text = continue_link(&mut phone, &link).await;
        let form = text.form_last_in_main().expect("the form").with(&[("code", &wrong)]).expect("its field");
        let form = form.press("decision", "approve").expect("yes");
        let page = phone.submit(&form).await.expect("a page");
        assert!(page.main_text().contains("reste un essai"), "{}", page.main_text());
        let dead = phone.submit(&form).await.expect("a page");
        assert!(dead.h1().contains("faux trois fois"), "{}", dead.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
        assert_eq!(world.count("mandate.code_refused!").await, 3);
        assert!(aidant.get(&world, &sent.path).await.h1().contains("faux trois fois"));
    }

    async fn a_code_is_good_for_half_an_hour_and_a_new_one_replaces_it(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (first, _) = newest(&world, PHONE).await;
        world.clock.advance(31 * MINUTE);
        aidant.login(&world).await;
        let page = told(&world, &mut aidant, &sent, "yes", &digits(&first)).await;
        assert!(page.main_text().contains("trop de temps"), "{}", page.main_text());
        let again = world.at(&format!("{}/renvoyer", sent.path));
        aidant.browser.post_from(&again, &again, &[]).await.expect("a page");
        let (second, _) = newest(&world, PHONE).await;
        assert_ne!(first, second);
        if digits(&first) != digits(&second) {
            let page = told(&world, &mut aidant, &sent, "yes", &digits(&first)).await;
            assert_eq!(page.status, 422);
        }
        told(&world, &mut aidant, &sent, "yes", &digits(&second)).await;
        referent.login(&world).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        assert_eq!(status(&world, sent.id).await, MandateStatus::Active);
    }

    async fn it_is_a_month_at_most(world) {
        let (mut aidant, _) = team(&world).await;
        for duration in ["semester", "long"] {
            let mut fields = vec![("theme", "social"), ("duration", duration), ("channel", "sms"), ("phone", "0639980008")];
            fields.extend(MARCEL);
            let page = fill(&world, &mut aidant, &fields).await;
            assert!(page.status == 400 && page.main_text().contains("un mois au plus"), "{}", page.main_text());
        }
        assert_eq!(world.count("mandate.drafted").await, 0);
    }

    async fn who_has_the_same_name_and_date_is_asked_for_and_never_guessed(world) {
        let (mut aidant, _) = team(&world).await;
        let first = by_sms(&world, &mut aidant, &[]).await;
        let mut fields = vec![("theme", "social"), ("duration", "short"), ("channel", "sms"), ("phone", "0639980018")];
        fields.extend(MARCEL);
        let page = fill(&world, &mut aidant, &fields).await;
        assert!(page.status == 400 && page.main_text().contains("Dites si c’est la même personne"), "{}", page.main_text());
        let form = page.form_last_in_main().expect("the form");
        let known = form.choice_by_words(&["Marcel Vasseur"]).expect("the one who is known");
        let page = aidant.browser.submit(&form.clone().with(&[("same_as", &known.value)]).expect("a choice")).await.expect("a page");
        let same: procura::domain::ids::MandateId = page.url.path().rsplit('/').next().expect("an id").parse().expect("an id");
        let page = aidant.browser.submit(&form.with(&[("same_as", "new")]).expect("a choice")).await.expect("a page");
        let other: procura::domain::ids::MandateId = page.url.path().rsplit('/').next().expect("an id").parse().expect("an id");
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let mut who = Vec::new();
        for id in [first.id, same, other] {
            let row = procura::storage::askings::find(&mut tx, id).await.expect("a read").expect("a row");
            who.push(row.person.expect("a person"));
        }
        drop(tx);
        assert_eq!(who[0], who[1]);
        assert_ne!(who[0], who[2]);
        assert_eq!(world.count("person.declared").await, 2);
        // Elsewhere she is always new, and nobody is asked about her.
        let mut karim = world.aidant("Karim").await;
        karim.login(&world).await;
        send(&world, &mut karim, &fields).await;
        assert_eq!(world.count("person.declared").await, 3);
        let tampered = fill(&world, &mut aidant, &fields).await.form_last_in_main().expect("the form");
        let page = aidant.browser.submit(&tampered.tampered(&[("same_as", "somebody")])).await.expect("a page");
        assert_eq!(page.status, 400);
    }

    async fn she_is_never_one_with_a_person_of_franceconnect(world) {
        let (mut aidant, mut referent) = team(&world).await;
        crate::consent::approved(&world, &mut aidant, &["social"], "month", "jeanne").await;
        let fields = [
            ("theme", "logement"), ("duration", "month"), ("channel", "sms"), ("phone", "0639980001"),
            ("given_name", "Jeanne Marie"), ("family_name", "Lefèvre"), ("birthdate", "12/04/1948"), ("gender", "female"),
        ];
        let sent = send(&world, &mut aidant, &fields).await;
        let (sms, _) = newest(&world, "+33639980001").await;
        told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let all = mandates::of_organisation(&mut tx, aidant.organisations[0]).await.expect("a read");
        drop(tx);
        let persons: std::collections::BTreeSet<_> = all.iter().filter_map(|one| one.mandate.consent()).map(|consent| consent.person).collect();
        assert_eq!(persons.len(), 2);
        // Her space by FranceConnect shows only what she gave there.
        let mut browser = world.browser();
        let page = browser.get(&world.at("/personne/connexion")).await.expect("a page");
        let page = browser.submit(&page.form_last_in_main().expect("a button")).await.expect("a page");
        let home = world.identify(&mut browser, page, "jeanne").await;
        assert!(home.main_text().contains("Social") && !home.main_text().contains("Logement"), "{}", home.main_text());
    }

    async fn an_unapproved_yes_lapses(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, _) = newest(&world, PHONE).await;
        told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        world.clock.advance(Duration::from_secs(6 * 86_400));
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent, "the referent has a week");
        world.clock.advance(Duration::from_secs(2 * 86_400));
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
        procura::operations::expire_mandates::expire_overdue(&world.bench).await.expect("written down");
        referent.login(&world).await;
        let page = referent.get(&world, &format!("/referent/mandats/{}", sent.id)).await;
        assert_eq!(page.url.path(), "/referent/mandats");
        assert_eq!(world.count("mandate.lapsed").await, 1);
    }
}
