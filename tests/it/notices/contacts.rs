//! Her addresses: added with a code, told at old and new, taken away; and what must not become one.

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::message::Address;
use procura::domain::message::MessageBody;
use procura::domain::message::MessageLanguage;
use procura::domain::person::Identification;
use procura::domain::person::Identity;
use procura::domain::private::Private;
use procura::operations::change_contact;
use procura::operations::contacts;
use procura::operations::current;
use procura::operations::identify_person::ProvenIdentity;
use procura::operations::log_in_person::log_in_person;
use procura::operations::refusal::Refusal;
use procura::storage::contacts as stored;

use crate::notices::EMAIL;
use crate::notices::PHONE;
use crate::notices::give_phone;
use crate::notices::received;
use crate::notices::send;
use crate::notices::so_far;
use crate::spaces::Scene;
use crate::world::World;

async fn add(world: &World, browser: &mut Browser, way: &str, field: &str, typed: &str) -> Page {
    let path = format!("/personne/coordonnees/ajouter?moyen={way}");
    let page = browser.get(&world.at(&path)).await.expect("the field");
    send(browser, &page, &[(field, typed)]).await
}

fn proven(sub: &str, email: &str) -> ProvenIdentity {
    let text = |text: &str| Private::new(text.to_owned());
    ProvenIdentity {
        issuer: "https://fc.example".to_owned(),
        sub: text(sub),
        identity: Identity {
            given_name: text("Zoé"),
            family_name: text("Petit"),
            birthdate: text("1970-01-02"),
            gender: text("female"),
            birthplace: text("75107"),
            birthcountry: text("99100"),
            email: Some(text(email)),
            ..Identity::default()
        },
        identification: Identification::Eidas1,
    }
}

on_each_database! {
    async fn a_number_is_hers_once_its_code_came_back(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&world.at("/personne/coordonnees")).await.expect("her addresses");
        assert!(page.main_text().contains(EMAIL) && page.main_text().contains("Donnée par FranceConnect"), "{}", page.main_text());
        let before = so_far(world);
        let page = add(world, &mut browser, "telephone", "phone", "06 12 34 56 78").await;
        assert!(page.h1().contains("code reçu") && page.main_text().contains("06 12 34 56 78"), "{}", page.main_text());
        let sms = received(world, PHONE, before, "votre code").await;
        let code = sms.code.clone().expect("six digits");
        assert!(sms.text.contains("Ne le donnez à personne"), "{}", sms.text);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let again = send(&mut browser, &page, &[("code", wrong)]).await;
        assert!(again.status.as_u16() == 422 && again.main_text().contains("pas le bon"), "{}", again.main_text());
        let list = browser.get(&world.at("/personne/coordonnees")).await.expect("her addresses");
        assert!(list.main_text().contains("À confirmer"), "{}", list.main_text());
        let before = so_far(world);
        let done = send(&mut browser, &page, &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
        assert!(done.main_text().contains("C’est confirmé") && done.main_text().contains("confirmé par vous"), "{}", done.main_text());
        let (old, new) = (received(world, EMAIL, before, "coordonnées ont changé").await, received(world, PHONE, before, "a été ajouté").await);
        assert!(old.text.contains("numéro de téléphone a été ajouté") && !old.text.contains("12 34 56"), "{}", old.text);
        assert!(new.text.contains("a été ajouté"), "{}", new.text);
        assert_eq!(world.count("person.contact_changed").await, 1);
        let journal = browser.get(&world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("numéro de téléphone pour vous prévenir a été ajouté"), "{}", journal.main_text());
    }

    async fn five_wrong_codes_end_a_code(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let (mut browser, _) = scene.person("jeanne").await;
        let before = so_far(world);
        let page = add(world, &mut browser, "email", "email", "jeanne.bis@courriel.example").await;
        let code = received(world, "jeanne.bis@courriel.example", before, "code").await.code.expect("six digits");
        let wrong = if code == "123123" { "123124" } else { "123123" };
        for _ in 0..5 {
            send(&mut browser, &page, &[("code", wrong)]).await;
        }
        let late = send(&mut browser, &page, &[("code", &code)]).await;
        assert!(late.status.as_u16() == 422 && late.main_text().contains("ne sert plus"), "{}", late.main_text());
        world.clock.advance(Duration::from_secs(60));
        let before = so_far(world);
        let page = add(world, &mut browser, "email", "email", "jeanne.bis@courriel.example").await;
        let code = received(world, "jeanne.bis@courriel.example", before, "code").await.code.expect("six digits");
        world.clock.advance(Duration::from_secs(16 * 60));
        let late = send(&mut browser, &page, &[("code", &code)]).await;
        assert!(late.main_text().contains("ne sert plus"), "{}", late.main_text());
        assert_eq!(world.count("person.contact_changed").await, 0);
    }

    async fn what_is_taken_away_is_told_there_one_last_time(world) {
        let mut scene = Scene::set(world).await;
        let person = crate::notices::jeanne(&scene).await;
        give_phone(&scene.world, person, PHONE).await;
        let (mut browser, _) = scene.person("jeanne").await;
        let world = &scene.world;
        let list = browser.get(&world.at("/personne/coordonnees")).await.expect("her addresses");
        let before = so_far(world);
        let page = browser.click(&list, &format!("Retirer : {EMAIL}")).await.expect("the question");
        assert!(!page.main_text().contains("dernier moyen"), "{}", page.main_text());
        let list = browser.submit(&page.form_last_in_main().expect("the question")).await.expect("the list");
        assert!(list.main_text().contains("C’est retiré") && !list.main_text().contains(EMAIL), "{}", list.main_text());
        received(world, EMAIL, before, "a été retirée").await;
        received(world, PHONE, before, "a été retirée").await;
        let last = browser.click(&list, "Retirer : 06").await.expect("the question");
        assert!(last.main_text().contains("dernier moyen de vous prévenir"), "{}", last.main_text());
        browser.submit(&last.form_last_in_main().expect("the question")).await.expect("the list");
        let twice = browser.submit(&last.form_last_in_main().expect("the question")).await.expect("the list");
        assert!(twice.main_text().contains("ne savons pas où vous prévenir"), "{}", twice.main_text());
        assert_eq!(world.count("person.contact_changed").await, 2);
        let written = world.messages().await.len();
        scene.act("social").await;
        let login = |body: &MessageBody| matches!(body, MessageBody::LoginLink { .. });
        let more = scene.world.messages().await.into_iter().skip(written).filter(|message| !login(&message.body)).count();
        assert_eq!(more, 0, "nobody is written to at an address that was taken away");
        scene.person("jeanne").await;
        let list = browser.get(&scene.world.at("/personne/coordonnees")).await.expect("her addresses");
        assert!(!list.main_text().contains(EMAIL), "a login does not bring back what she took away: {}", list.main_text());
    }

    async fn hostile_values_become_no_address(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let (mut browser, _) = scene.person("jeanne").await;
        let before = world.messages().await.len();
        for typed in [
            "", "x", "a@b", "jeanne@exаmple.fr", "a@b.fr\r\nBcc: c@d.fr", "a@b.fr,c@d.fr", "<script>@b.fr", "a@b.fr\u{202e}",
            &format!("{}@b.fr", "a".repeat(3_000)),
        ] {
            let page = browser.get(&world.at("/personne/coordonnees/ajouter?moyen=email")).await.expect("the field");
            let form = page.form_last_in_main().expect("its form").tampered(&[("email", typed)]);
            let page = browser.submit(&form).await.expect("a page");
            assert_eq!(page.status.as_u16(), 422, "{typed:?}");
            assert!(page.main_text().contains("Cette adresse ne peut pas servir") && !page.html.contains("<script>@"), "{typed:?}");
        }
        for (typed, words) in [
            ("01 23 45 67 89", "ligne fixe"),
            ("0612", "ne peut pas servir"),
            ("+33612345678,+33612345679", "ne peut pas servir"),
            ("٠٦١٢٣٤٥٦٧٨", "ne peut pas servir"),
        ] {
            let page = add(world, &mut browser, "telephone", "phone", typed).await;
            assert!(page.status.as_u16() == 422 && page.main_text().contains(words), "{typed:?}: {}", page.main_text());
            assert_eq!(page.form_last_in_main().expect("its form").value("phone"), Some(typed));
        }
        assert_eq!(world.messages().await.len(), before, "nothing was sent");
    }

    async fn nobody_is_flooded_with_codes_and_no_one_has_more_than_five(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let person = current::person(&world.bench, crate::notices::jeanne(&scene).await).await.expect("a read").expect("her");
        let phone = |last: u32| Address::Phone(Private::new(format!("+3361234560{last}")));
        let begin = async |last: u32| {
            change_contact::begin(&world.bench, &person, &phone(last), MessageLanguage::French, None).await
        };
        for _ in 0..5 {
            begin(1).await.expect("a code");
        }
        assert!(matches!(begin(1).await, Err(Refusal::Throttled)));
        assert!(matches!(begin(2).await, Err(Refusal::Throttled)), "another number is no way round");
        for last in 2..5 {
            world.clock.advance(Duration::from_secs(2 * 3_600));
            begin(last).await.expect("a code");
        }
        world.clock.advance(Duration::from_secs(2 * 3_600));
        assert!(matches!(begin(5).await, Err(Refusal::Conflict("contact-many"))), "four numbers and FranceConnect's address");
    }

    async fn ten_persons_may_have_the_same_telephone_and_each_her_own_notices(world) {
        for number in 0..10 {
            let proven = proven(&format!("zoe-{number}"), &format!("zoe{number}@courriel.example"));
            let id = log_in_person(&world.bench, &proven, None).await.expect("a person");
            give_phone(&world, id, PHONE).await;
        }
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let lookup = contacts::lookup(&world.bench, &Address::Phone(Private::new(PHONE.to_owned())));
        assert_eq!(stored::persons_with(&mut tx, &lookup).await.expect("a count"), 10);
    }

    async fn an_address_that_franceconnect_changes_is_told_at_both(world) {
        let id = log_in_person(&world.bench, &proven("zoe", "zoe@ancien.example"), None).await.expect("a person");
        log_in_person(&world.bench, &proven("zoe", "ZOE@ancien.example"), None).await.expect("the same");
        assert_eq!(world.messages().await.len(), 0, "the same address in other letters is no change");
        give_phone(&world, id, PHONE).await;
        log_in_person(&world.bench, &proven("zoe", "zoe@nouveau.example"), None).await.expect("the same");
        let mut told: Vec<String> = world.messages().await.iter().map(|message| message.to.show().clone()).collect();
        told.sort();
        assert_eq!(told, [PHONE, "zoe@ancien.example", "zoe@nouveau.example"]);
        assert_eq!(world.count("person.contact_changed").await, 1);
        log_in_person(&world.bench, &proven("zoe", "not an address\r\nBcc: x@y.fr"), None).await.expect("the same");
        assert_eq!(world.messages().await.len(), 3, "what is no address changes nothing");
        let person = current::person(&world.bench, id).await.expect("a read").expect("her");
        let all = change_contact::list(&world.bench, &person).await.expect("a list");
        assert_eq!(all.len(), 2, "{all:?}");
    }

    async fn anothers_addresses_are_not_there_for_her(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = add(world, &mut browser, "email", "email", "jeanne.bis@courriel.example").await;
        let path = page.url.path().to_owned();
        let (mut other, _) = scene.person("rosa").await;
        for path in [path.clone(), path.replace("confirmer", "retirer"), "/personne/coordonnees/x/retirer".to_owned()] {
            assert_eq!(other.get(&world.at(&path)).await.expect("a page").status.as_u16(), 404, "{path}");
        }
        let from = world.at("/personne/coordonnees");
        let page = other.post_from(&from, &world.at(&path), &[("code", "123456")]).await.expect("a page");
        assert_eq!(page.status.as_u16(), 404);
        let mut stranger = world.browser();
        for path in ["/personne/coordonnees", "/personne/avis", "/personne/coordonnees/ajouter", path.as_str()] {
            let page = stranger.get(&world.at(path)).await.expect("a page");
            assert_eq!(page.url.path(), "/personne/connexion", "{path}");
        }
    }
}
