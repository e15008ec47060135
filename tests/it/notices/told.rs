//! Each notice by each way, as she prefers, once, whatever breaks.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use procura::demo::client::http_client;
use procura::domain::contact::Delivery;
use procura::domain::contact::Topic;
use procura::domain::message::MessageBody;
use procura::domain::message::MessageLanguage;
use procura::jobs;
use procura::jobs::Ways;
use procura::notify::post::Post;
use procura::operations::current;
use procura::operations::preferences;
use procura::operations::preferences::Preferences;
use procura::operations::tell::NoticeKind;
use procura::operations::tell::tell_person;
use procura::operations::work::Housekeeping;
use procura::operations::work::Work;
use procura::outbound::Outbound;
use tokio::sync::watch;

use crate::consent::approved;
use crate::notices::EMAIL;
use crate::notices::PHONE;
use crate::notices::by_sms;
use crate::notices::give_phone;
use crate::notices::jeanne;
use crate::notices::not_me;
use crate::notices::received;
use crate::notices::send;
use crate::notices::so_far;
use crate::spaces::Scene;
use crate::world::World;

const HOUR: Duration = Duration::from_secs(3_600);

async fn prefer(scene: &Scene, delivery: Delivery) {
    let id = jeanne(scene).await;
    let person = current::person(&scene.world.bench, id).await.expect("a read").expect("her");
    let topics = Topic::ALL
        .iter()
        .filter(|topic| delivery != Delivery::None || topic.can_be_silenced())
        .map(|topic| (*topic, delivery))
        .collect();
    let chosen = Preferences { topics, language: None };
    preferences::choose(&scene.world.bench, &person, &chosen, None).await.expect("kept");
}

async fn tell_end(world: &World, scene_person: procura::domain::ids::PersonId, organisation: &str) {
    let mut work = Work::begin(&world.bench, None).await.expect("a transaction");
    let body =
        MessageBody::MandateExpired { organisation: organisation.to_owned(), until: world.bench.now() };
    tell_person(&mut work, scene_person, NoticeKind::End, body, 48 * HOUR).await.expect("told");
    work.commit_without_entry(Housekeeping::Outbox).await.expect("a commit");
}

/// How often each text came to a receiver.
fn times(world: &World, to: &str) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for message in world.mailbox.messages().into_iter().filter(|message| message.to == to) {
        *times.entry(message.text).or_default() += 1;
    }
    times
}

async fn wait_until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..400 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}");
}

on_each_database! {
    async fn every_notice_comes_by_both_ways_where_she_wants_both(world) {
        let mut scene = Scene::set(world).await;
        give_phone(&scene.world, jeanne(&scene).await, PHONE).await;
        prefer(&scene, Delivery::Both).await;
        received(&scene.world, EMAIL, 0, "signé").await;
        let before = so_far(&scene.world);
        let second = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let (mail, sms) = (received(&scene.world, EMAIL, before, "signé").await, received(&scene.world, PHONE, before, "peut agir pour vous").await);
        assert!(mail.subject.contains("signé") && sms.text.contains("peut agir pour vous jusqu'au"), "{}", sms.text);
        assert_eq!(not_me(&mail), not_me(&sms), "one link, by either way");
        assert!(mail.links.first().is_some_and(|link| link.ends_with("/personne")), "{:?}", mail.links);
        let before = so_far(&scene.world);
        scene.act("social").await;
        let (mail, sms) = (received(&scene.world, EMAIL, before, "agit pour vous").await, received(&scene.world, PHONE, before, "agit pour vous").await);
        assert!(sms.text.contains("Amélie Durand") && sms.text.contains("Caisse d'essai"), "{}", sms.text);
        assert_eq!(not_me(&mail), not_me(&sms));
        let before = so_far(&scene.world);
        let (mut browser, _) = scene.person("jeanne").await;
        let path = format!("/personne/mandats/{}/revoquer", second.id);
        let page = browser.get(&scene.world.at(&path)).await.expect("the question");
        browser.submit(&page.form_last_in_main().expect("the question")).await.expect("done");
        let (mail, sms) = (received(&scene.world, EMAIL, before, "arrêté").await, received(&scene.world, PHONE, before, "mis fin").await);
        assert!(mail.subject.contains("arrêté") && sms.text.contains("vous avez mis fin au mandat"), "{}", sms.text);
        let before = so_far(&scene.world);
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let page = browser.click(&journal, "Ce n’était pas prévu").await.expect("the form");
        send(&mut browser, &page, &[("reason", "Je n’étais pas là.")]).await;
        let (mail, sms) = (received(&scene.world, EMAIL, before, "signalement").await, received(&scene.world, PHONE, before, "signalement").await);
        assert!(mail.subject.contains("signalement") && sms.text.contains("signalement"), "{}", sms.text);
        for to in [EMAIL, PHONE] {
            assert!(times(&scene.world, to).values().all(|count| *count == 1), "{to}: {:?}", times(&scene.world, to));
        }
    }

    async fn she_chooses_what_may_be_silent_and_in_which_language(world) {
        let mut scene = Scene::set(world).await;
        give_phone(&scene.world, jeanne(&scene).await, PHONE).await;
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at("/personne/avis")).await.expect("her choices");
        let form = page.form_last_in_main().expect("its form");
        assert_eq!(form.value("avis-use"), Some("email"));
        let form = form.with(&[("avis-use", "none"), ("avis-grant", "sms"), ("language", "en")]).expect("its fields");
        let done = browser.submit(&form).await.expect("a page");
        assert!(done.main_text().contains("Vos choix sont enregistrés"), "{}", done.main_text());
        assert_eq!(done.form_last_in_main().expect("its form").value("avis-use"), Some("none"));
        let forbidden = done.form_last_in_main().expect("its form").tampered(&[("avis-grant", "none")]);
        let page = browser.submit(&forbidden).await.expect("a page");
        assert_eq!(page.status.as_u16(), 400, "what protects her is always told");
        for strange in [("avis-use", "pigeon"), ("language", "xx")] {
            let page = done.form_last_in_main().expect("its form").tampered(&[strange]);
            assert_eq!(browser.submit(&page).await.expect("a page").status.as_u16(), 400, "{strange:?}");
        }
        assert_eq!(scene.world.count("person.preferences_changed").await, 1);
        scene.act("social").await;
        let used = |message: &procura::domain::message::Message| matches!(message.body, MessageBody::ActOpened { .. });
        assert!(!scene.world.messages().await.iter().any(used), "she does not want to be told of acts");
        let before = so_far(&scene.world);
        approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let sms = received(&scene.world, PHONE, before, "Procura").await;
        assert!(sms.text.contains("may act for you"), "she chose English: {}", sms.text);
        let last = scene.world.messages().await.pop().expect("a message");
        assert_eq!(last.language, MessageLanguage::English);
        assert_eq!(by_sms(&scene.world).len(), 1);
    }

    async fn two_workers_send_nothing_twice(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let person = jeanne(&scene).await;
        give_phone(world, person, PHONE).await;
        prefer(&scene, Delivery::Both).await;
        let client = http_client(None).expect("a client");
        let ways = Ways {
            post: Arc::new(Post::new(&world.bench.config, client).expect("a way out")),
            outbound: Outbound::new(true, Duration::from_secs(1)).expect("a client"),
            configured: Outbound::new(true, Duration::from_secs(1)).expect("a client"),
        };
        let (stop, stopped) = watch::channel(false);
        let second = tokio::spawn(jobs::run(world.bench.clone(), ways, stopped));
        for number in 0..30 {
            tell_end(world, person, &format!("Structure {number} fin")).await;
        }
        let whole = |to: &str| times(world, to).into_keys().filter(|text| text.contains(" fin")).count();
        wait_until("thirty messages by each way", || whole(EMAIL) == 30 && whole(PHONE) == 30).await;
        stop.send_replace(true);
        second.await.expect("the second worker");
        for to in [EMAIL, PHONE] {
            assert!(times(world, to).values().all(|count| *count == 1), "{to}: {:?}", times(world, to));
        }
        assert_eq!(world.sms.asked(), by_sms(world).len(), "the gateway was asked once for each");
    }

    async fn what_could_not_leave_for_a_day_leaves_once(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let person = jeanne(&scene).await;
        give_phone(world, person, PHONE).await;
        prefer(&scene, Delivery::Both).await;
        received(world, EMAIL, 0, "signé").await;
        world.sms.set_down(true);
        world.mailbox.set_down(true);
        for number in 0..5 {
            tell_end(world, person, &format!("Structure {number} fin")).await;
        }
        wait_until("a first try", || world.sms.asked() > 0).await;
        for _ in 0..24 {
            world.clock.advance(HOUR);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let whole = |to: &str| times(world, to).into_keys().filter(|text| text.contains(" fin")).count();
        assert_eq!((whole(EMAIL), whole(PHONE)), (0, 0));
        world.sms.set_down(false);
        world.mailbox.set_down(false);
        // The longest wait between two tries is a quarter of an hour.
        wait_until("everything leaves", || {
            world.clock.advance(Duration::from_secs(60));
            whole(EMAIL) == 5 && whole(PHONE) == 5
        }).await;
        for to in [EMAIL, PHONE] {
            assert!(times(world, to).values().all(|count| *count == 1), "{to}: {:?}", times(world, to));
        }
    }

    async fn a_gateway_whose_answers_are_lost_sends_one_sms_all_the_same(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let person = jeanne(&scene).await;
        give_phone(world, person, PHONE).await;
        prefer(&scene, Delivery::Sms).await;
        world.sms.set_answers_lost(true);
        tell_end(world, person, "Structure fin").await;
        wait_until("several tries", || {
            world.clock.advance(Duration::from_secs(60));
            world.sms.asked() >= 3
        }).await;
        world.sms.set_answers_lost(false);
        let before = world.sms.asked();
        wait_until("the answer that it was taken", || {
            world.clock.advance(Duration::from_secs(60));
            world.sms.asked() > before
        }).await;
        let settled = world.sms.asked();
        for _ in 0..20 {
            world.clock.advance(Duration::from_secs(900));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!((by_sms(world).len(), world.sms.asked()), (1, settled), "taken once, and not asked for again");
    }
}
