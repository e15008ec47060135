//! One telephone for ten persons, twins, names of one and of 256 letters, names from right to left, clients that refuse the grade.

use procura::domain::client::Client;
use procura::domain::client::ClientKind;
use procura::domain::client::ClientStatus;
use procura::domain::decision::Reason;
use procura::domain::decision::client_accepts;
use procura::domain::mandate::MandateStatus;
use procura::domain::person::ConsentGrade;
use procura::domain::theme::Theme;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::register_client;
use procura::storage::clients;
use procura::storage::mandates;

use crate::consent::answer;
use crate::consent::continue_link;
use crate::consent::status;
use crate::consents::MARCEL;
use crate::consents::by_sms;
use crate::consents::digits;
use crate::consents::fill;
use crate::consents::link_to;
use crate::consents::newest;
use crate::consents::pairing_code;
use crate::consents::send;
use crate::consents::team;
use crate::consents::told;
use crate::consents::type_code;
use crate::consents::word;
use crate::world::CLI;
use crate::world::World;

/// A client that accepts social steps, in use.
async fn client(world: &World, id: &str, lowest: Option<ConsentGrade>) -> Client {
    let mut new = NewClient::new(ClientKind::Administration, format!("Service {id}"));
    new.themes = [Theme::Social].into();
    new.redirect_uris.insert(format!("https://{id}.example/retour"));
    new.min_consent_grade = lowest;
    new.compat = true;
    let registered = register_client(&world.bench, &CLI, new, None).await.expect("registered");
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let mut client =
        clients::find(&mut tx, &registered.client.id).await.expect("a read").expect("the client");
    client.status = ClientStatus::Active;
    client
}

on_each_database! {
    async fn one_number_serves_ten_persons_each_with_her_own_code(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let names = ["Ada", "Bea", "Célia", "Dora", "Ève", "Fanny", "Gaëlle", "Hélène", "Inès", "Judith"];
        let mut all = Vec::new();
        for name in names {
            let sent = by_sms(&world, &mut aidant, &[("given_name", name)]).await;
            all.push((sent, digits(&newest(&world, "+33639980008").await.0)));
        }
        for (sent, code) in &all {
            told(&world, &mut aidant, sent, "yes", code).await;
            word(&world, &mut referent, sent, "approve", "").await;
            assert_eq!(status(&world, sent.id).await, MandateStatus::Active);
        }
        assert_eq!(world.count("person.declared").await, names.len());
    }

    async fn of_two_with_the_same_name_and_date_only_the_one_who_hears_the_code_goes_on(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = crate::consents::remote(&world, &mut aidant).await;
        let code = pairing_code(&world, &mut aidant, &sent).await;
        let link = link_to(&world, "jeanne@courriel.example").await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "twin").await;
        assert!(page.h1().contains("Tapez le code"), "the twin fits what was expected: {}", page.main_text());
        let wrong = crate::consents::other_than(&code);
        let page = type_code(&mut phone, &page, "pairing", &wrong).await;
        assert_eq!(page.status, 422);
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent);
        crate::consent::approved(&world, &mut aidant, &["social"], "short", "jeanne").await;
        crate::consent::approved(&world, &mut aidant, &["social"], "short", "twin").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let all = mandates::of_organisation(&mut tx, aidant.organisations[0]).await.expect("a read");
        let persons: std::collections::BTreeSet<_> = all.iter().filter_map(|one| one.mandate.consent()).map(|consent| consent.person).collect();
        assert_eq!(persons.len(), 2, "equal identities are never one person");
    }

    async fn a_letter_that_only_looks_the_same_is_another_name(world) {
        let (mut aidant, _) = team(&world).await;
        let sent = crate::consents::remote(&world, &mut aidant).await;
        let link = link_to(&world, "jeanne@courriel.example").await;
        let mut phone = world.browser();
        let away = continue_link(&mut phone, &link).await;
        let page = world.identify(&mut phone, away, "homograph").await;
        assert!(page.h1().contains("une autre personne"), "{}", page.main_text());
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
    }

    async fn names_of_one_letter_of_256_and_from_right_to_left(world) {
        let (mut aidant, _) = team(&world).await;
        let longest = format!("L{}", "é".repeat(255));
        for (login, name) in [("short", "o"), ("longest", longest.as_str()), ("rtl", "بن علي")] {
            let to = format!("{login}@courriel.example");
            let fields = [("theme", "social"), ("duration", "short"), ("channel", "remote"), ("family_name", name), ("birthdate", "12/04/1948"), ("email", &to)];
            let sent = send(&world, &mut aidant, &fields).await;
            let code = pairing_code(&world, &mut aidant, &sent).await;
            let mut phone = world.browser();
            let away = continue_link(&mut phone, &link_to(&world, &to).await).await;
            let page = world.identify(&mut phone, away, login).await;
            let text = type_code(&mut phone, &page, "pairing", &code).await;
            answer(&mut phone, &text, "approve").await;
            assert_eq!(status(&world, sent.id).await, MandateStatus::Active, "{login}");
            assert_eq!(aidant.get(&world, &sent.path).await.status, 200, "{login}");
        }
        for (field, wrong) in [("family_name", "é".repeat(257)), ("given_name", "Jean\u{202e}ne".to_owned()), ("family_name", String::new())] {
            let mut fields = vec![("theme", "social"), ("duration", "short"), ("channel", "sms"), ("phone", "0639980008")];
            fields.extend(MARCEL);
            fields.retain(|(name, _)| *name != field);
            fields.push((field, &wrong));
            assert_eq!(fill(&world, &mut aidant, &fields).await.status, 400, "{field}");
        }
    }

    async fn a_client_that_wants_franceconnect_refuses_the_grade_and_no_broker_takes_it(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, _) = newest(&world, "+33639980008").await;
        told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        word(&world, &mut referent, &sent, "approve", "").await;
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let mandate = mandates::find(&mut tx, sent.id).await.expect("a read").expect("the mandate").mandate;
        drop(tx);
        for (id, lowest, wanted) in [
            ("strict", None, Err(Reason::ConsentGrade)),
            ("lenient", Some(ConsentGrade::Declared), Ok(())),
        ] {
            let mut client = client(&world, id, lowest).await;
            assert_eq!(client_accepts(&client, Some(&mandate), Theme::Social), wanted, "{id}");
            client.registration.kind = ClientKind::IdentityBroker;
            assert_eq!(client_accepts(&client, Some(&mandate), Theme::Social), Err(Reason::ConsentGrade), "never a broker");
        }
    }
}
