//! National oversight by two: nothing is looked for before another agent's yes, and a yes is for one reading of an hour.

use std::time::Duration;

use procura::demo::mailbox::Message;
use procura::domain::message::MessageBody;
use procura::domain::reading::LASTS;
use procura::domain::reading::WAITS;
use procura::operations::read_trail;
use procura::operations::read_trail::Part;
use procura::operations::read_trail::Search;
use procura::operations::read_trail::Under;
use procura::operations::read_trail::approvals;
use procura::operations::suspend_account;

use crate::authority::PURPOSE;
use crate::authority::actor;
use crate::authority::client;
use crate::authority::herself;
use crate::authority::jeanne;
use crate::authority::key;
use crate::authority::purpose;
use crate::authority::searched;
use crate::authority::stated;
use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::Options;

fn two() -> Options {
    Options { config: "[authority]\nfour_eyes = true\n".to_owned(), ..Options::default() }
}

on_each_database_with! { two();
    async fn a_reading_waits_for_another_agent_and_names_both(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let mut claire = scene.world.authority("Claire", &[]).await;
        let mut denis = scene.world.authority("Denis", &[]).await;
        claire.login(&scene.world).await;
        denis.login(&scene.world).await;
        let page = stated(&scene, &mut claire).await;
        assert!(page.main_text().contains("Un autre agent doit approuver"), "{}", page.main_text());
        let page = searched(&mut claire, &page, &[("person", "Lefèvre 12/04/1948")]).await;
        assert_eq!(page.url.path(), "/autorite/lectures/demandes");
        assert!(!page.main_text().contains("Jeanne"), "nobody was looked for: {}", page.main_text());
        assert_eq!(scene.world.count("trail.reading_asked").await, 1);
        let again = claire.get(&scene.world, "/autorite/journal").await;
        assert!(!again.main_text().contains("Amélie"), "{}", again.main_text());
        assert_eq!(scene.world.count("trail.read_by_authority").await, 0);
        let page = denis.get(&scene.world, "/autorite/lectures/demandes").await;
        assert!(page.main_text().contains("Claire Durand") && page.main_text().contains("Lefèvre 12/04/1948"), "{}", page.main_text());
        let list = scene.world.at("/autorite/lectures/demandes");
        let address = page.html.split("action=\"/autorite/lectures/demandes/").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
        let action = scene.world.at(&format!("/autorite/lectures/demandes/{address}"));
        denis.browser.post_from(&list, &action, &[("decision", "approuver")]).await.expect("decided");
        assert_eq!(scene.world.count("trail.reading_approved").await, 1);
        let open = scene.world.at(&format!("/autorite/lectures/demandes/{address}/ouvrir"));
        let stranger = denis.browser.post_from(&list, &open, &[]).await.expect("a page");
        assert_eq!(stranger.status.as_u16(), 404, "only the one who asked opens it");
        let page = claire.browser.post_from(&list, &open, &[]).await.expect("the trail");
        assert!(page.main_text().contains("Jeanne") && page.main_text().contains("Ouverture de dossier"), "{}", page.main_text());
        assert_eq!(scene.world.count("trail.read_by_authority").await, 1);
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        let words = journal.main_text();
        assert!(words.contains("Claire Durand") && words.contains("Lecture approuvée par Denis Durand"), "{words}");
    }

    async fn the_other_agents_are_told_that_a_request_waits_and_nothing_of_whom(world) {
        let scene = Scene::set(world).await;
        let mut agents = Vec::new();
        for (name, clients) in [("Claire", vec![]), ("Denis", vec![]), ("Farid", vec![]), ("Paul", vec![client("caf")])] {
            agents.push(scene.world.authority(name, &clients).await);
        }
        let off = agents[2].account;
        suspend_account::suspend_account(&scene.world.bench, &CLI, off, "Absence", None).await.expect("suspended");
        let claire = actor(&scene.world, &agents[0]).await;
        let why = purpose(&scene.world, &claire).await;
        approvals::ask(&scene.world.bench, &claire, (&why, &jeanne()), None).await.expect("asked");
        let told: Vec<_> = scene.world.messages().await.into_iter()
            .filter(|message| matches!(message.body, MessageBody::ReadingAsked { .. }))
            .collect();
        let [message] = told.as_slice() else { panic!("one agent besides her may decide: {}", told.len()) };
        assert_eq!(message.to.show(), &agents[1].email, "neither herself, nor one who cannot log in, nor another competence");
        let asked = |mail: &Message| mail.to == agents[1].email && mail.links.iter().any(|link| link.ends_with("/autorite/lectures/demandes"));
        let mut mail = None;
        for _ in 0..100 {
            mail = scene.world.mailbox.messages().into_iter().find(asked);
            if mail.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let mail = mail.expect("an e-mail");
        for private in ["Lefèvre", "Jeanne", "1948", PURPOSE, "Claire"] {
            assert!(!mail.text.contains(private) && !mail.subject.contains(private), "{private}: {}", mail.text);
        }
    }

    async fn one_alone_reads_nothing(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let people = [("Claire", Vec::new()), ("Denis", Vec::new()), ("Paul", vec![client("caf")])];
        let mut actors = Vec::new();
        for (name, clients) in &people {
            let one = scene.world.authority(name, clients).await;
            actors.push(actor(&scene.world, &one).await);
        }
        let [claire, denis, paul] = actors.as_slice() else { panic!("three") };
        let bench = &scene.world.bench;
        let why = purpose(&scene.world, claire).await;
        let query = read_trail::resolve(bench, claire, &jeanne()).await.expect("found");
        let own = Under::Own(&why, &query);
        assert_eq!(key(read_trail::read_trail(bench, claire, own, Part::default(), None).await), "reading-needs-approval");
        assert_eq!(key(read_trail::export_trail(bench, claire, own, Part::default(), None).await), "reading-needs-approval");
        let id = approvals::ask(bench, claire, (&why, &jeanne()), None).await.expect("asked");
        let under = Under::Approved(id);
        assert_eq!(key(read_trail::read_trail(bench, claire, under, Part::default(), None).await), "reading-not-approved");
        assert_eq!(key(approvals::decide(bench, claire, id, true, None).await), "reading-own", "nobody approves her own");
        assert_eq!(key(approvals::decide(bench, paul, id, true, None).await), "not-found", "another competence");
        assert_eq!(key(approvals::list(bench, paul).await), "not-found");
        assert_eq!(key(approvals::ask(bench, paul, (&why, &jeanne()), None).await), "reading-alone", "an administration's agent needs none");
        approvals::decide(bench, denis, id, false, None).await.expect("refused");
        assert_eq!(key(approvals::decide(bench, denis, id, true, None).await), "reading-decided");
        assert_eq!(key(read_trail::read_trail(bench, claire, under, Part::default(), None).await), "reading-not-approved");
        assert_eq!(scene.world.count("trail.read_by_authority").await + scene.world.count("trail.exported").await, 0);
        assert_eq!(scene.world.count("trail.reading_refused").await, 1);
    }

    async fn an_approval_is_for_one_reader_one_search_and_one_hour(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let claire = scene.world.authority("Claire", &[]).await;
        let denis = scene.world.authority("Denis", &[]).await;
        let (claire, denis) = (actor(&scene.world, &claire).await, actor(&scene.world, &denis).await);
        let bench = &scene.world.bench;
        let why = purpose(&scene.world, &claire).await;
        let id = approvals::ask(bench, &claire, (&why, &jeanne()), None).await.expect("asked");
        approvals::decide(bench, &denis, id, true, None).await.expect("approved");
        let under = Under::Approved(id);
        assert_eq!(key(read_trail::read_trail(bench, &denis, under, Part::default(), None).await), "reading-foreign");
        let trail = read_trail::read_trail(bench, &claire, under, Part::default(), None).await.expect("hers");
        assert_eq!(trail.query.person, Some(herself(&scene.world).await.person.id), "what was approved is what is read");
        scene.world.clock.advance(LASTS - Duration::from_secs(1));
        read_trail::export_trail(bench, &claire, under, Part::default(), None).await.expect("within the hour");
        scene.world.clock.advance(Duration::from_secs(1));
        assert_eq!(key(read_trail::read_trail(bench, &claire, under, Part::default(), None).await), "reading-over", "used up");
        let id = approvals::ask(bench, &claire, (&why, &jeanne()), None).await.expect("asked");
        scene.world.clock.advance(WAITS);
        assert_eq!(key(approvals::decide(bench, &denis, id, true, None).await), "reading-over");
        let wrong = Search { person: "Inconnue 01/01/1950".to_owned(), ..Search::default() };
        let id = approvals::ask(bench, &claire, (&why, &wrong), None).await.expect("asked");
        approvals::decide(bench, &denis, id, true, None).await.expect("approved");
        let none = read_trail::read_trail(bench, &claire, Under::Approved(id), Part::default(), None).await;
        assert_eq!(key(none), "authority-person-unknown");
        assert_eq!(scene.world.count("trail.read_by_authority").await, 1);
    }
}
