//! A search names a person, an aidant, an organisation, an administration or a case; everybody read has a line of it.

use procura::operations::read_trail;
use procura::operations::read_trail::Part;
use procura::operations::read_trail::Search;
use procura::operations::read_trail::Under;

use crate::authority::actor;
use crate::authority::another_person;
use crate::authority::client;
use crate::authority::key;
use crate::authority::purpose;
use crate::authority::searched;
use crate::authority::stated;
use crate::spaces::Scene;
use crate::spaces::service;

on_each_database! {
    async fn everybody_whose_lines_were_read_sees_it(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        another_person(&mut scene).await;
        let mut agent = scene.world.authority("Claire", &[]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent).await;
        let page = searched(&mut agent, &page, &[("organisation", "ccas de dijon")]).await;
        let words = page.main_text();
        assert!(words.contains("Lignes trouvées") && words.contains("Jeanne") && words.contains("Boubacar"), "{words}");
        assert!(page.url.query().is_none(), "no name in an address: {}", page.url);
        assert_eq!(scene.world.count("trail.read_by_authority").await, 2, "one line for each of the two");
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("Claire Durand"), "{}", journal.main_text());
        let (mut person, _) = scene.person("boubacar").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("his journal");
        assert!(journal.main_text().contains("Claire Durand"), "{}", journal.main_text());
        let page = searched(&mut agent, &page, &[("organisation", ""), ("aidant", "durand amélie"), ("kind", "act.opened")]).await;
        assert_eq!(page.all_words("tbody th"), ["Ouverture de dossier"], "{}", page.main_text());
        assert_eq!(scene.world.count("trail.read_by_authority").await, 3, "only hers was read");
    }

    async fn a_proof_is_of_what_the_search_found(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        let mut agent = scene.world.authority("Claire", &[]).await;
        agent.login(&scene.world).await;
        let page = stated(&scene, &mut agent).await;
        let page = searched(&mut agent, &page, &[("person", "Lefèvre"), ("aidant", "zacharie")]).await;
        assert!(!page.main_text().contains("Amélie"), "{}", page.main_text());
        for path in [format!("/autorite/journal/{}", acted.txn), format!("/autorite/journal/{}/preuve", acted.txn)] {
            let page = agent.get(&scene.world, &path).await;
            assert_eq!(page.status, 404, "{path}: {}", page.text());
            assert!(!page.html.contains("Amélie"), "{path}");
        }
        assert_eq!(scene.world.count("trail.exported").await, 0, "nothing was taken away");
        let page = agent.get(&scene.world, "/autorite/journal").await;
        searched(&mut agent, &page, &[("person", "Lefèvre"), ("aidant", "durand")]).await;
        let proof = agent.get(&scene.world, &format!("/autorite/journal/{}/preuve", acted.txn)).await;
        assert_eq!(scene.verified(&proof.html).await.lines.len(), 1);
        scene.world.clock.advance(std::time::Duration::from_secs(16 * 60));
        for path in ["/autorite/journal/export".to_owned(), format!("/autorite/journal/{}/preuve", acted.txn)] {
            let page = agent.get(&scene.world, &path).await;
            assert_eq!(page.url.path(), "/autorite/second-facteur", "an old factor takes nothing away: {path}");
        }
        assert_eq!(scene.world.count("trail.exported").await, 1);
    }

    async fn what_is_combined_narrows(world) {
        let mut scene = Scene::set(world).await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        scene.act("social").await;
        scene.act_at(&impots, "logement").await;
        let agent = scene.world.authority("Claire", &[]).await;
        let agent = actor(&scene.world, &agent).await;
        let bench = &scene.world.bench;
        let why = purpose(&scene.world, &agent).await;
        let read = async |search: Search| {
            let query = read_trail::resolve(bench, &agent, &search).await.expect("found");
            let trail = read_trail::read_trail(bench, &agent, Under::Own(&why, &query), Part::default(), None).await.expect("read");
            trail.lines.into_iter().filter(|line| line.kind == "act.opened").count()
        };
        let by = |client: &str| Search { client: client.to_owned(), ..Search::default() };
        assert_eq!((read(by("caf")).await, read(by("impots")).await), (1, 1));
        let aidant = Search { aidant: scene.aidant.email.clone(), ..Search::default() };
        assert_eq!(read(aidant.clone()).await, 2);
        assert_eq!(read(Search { client: "caf".to_owned(), ..aidant.clone() }).await, 1);
        let today = bench.now().day();
        let (yesterday, tomorrow) = (today.plus_days(-1).to_string(), today.plus_days(1).to_string());
        assert_eq!(read(Search { from: yesterday.clone(), to: yesterday, ..aidant.clone() }).await, 0);
        assert_eq!(read(Search { to: tomorrow, ..aidant }).await, 2);
    }

    async fn a_page_goes_on_where_the_one_before_ended(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let agent = scene.world.authority("Claire", &[]).await;
        let agent = actor(&scene.world, &agent).await;
        let bench = &scene.world.bench;
        let why = purpose(&scene.world, &agent).await;
        let search = Search { client: "caf".to_owned(), ..Search::default() };
        let query = read_trail::resolve(bench, &agent, &search).await.expect("found");
        // Each look at her person's lines adds one, until there is more than a page of them.
        let hers = Search { person: "Lefèvre".to_owned(), ..Search::default() };
        let hers = read_trail::resolve(bench, &agent, &hers).await.expect("found");
        for _ in 0..read_trail::PAGE {
            scene.world.clock.advance(std::time::Duration::from_millis(5));
            read_trail::read_trail(bench, &agent, Under::Own(&why, &hers), Part::default(), None).await.expect("read");
        }
        let under = Under::Own(&why, &hers);
        let mut seen = Vec::new();
        let mut part = Part::default();
        loop {
            let trail = read_trail::read_trail(bench, &agent, under, part, None).await.expect("read");
            seen.extend(trail.lines.iter().map(|line| (line.at, line.id)));
            let Some(next) = trail.next else { break };
            part.after = Some(next);
        }
        assert!(seen.len() > 50, "{}", seen.len());
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice");
        let trail = read_trail::read_trail(bench, &agent, Under::Own(&why, &query), Part::default(), None).await.expect("read");
        assert!(trail.next.is_none() && !trail.lines.is_empty());
    }

    async fn an_administration_s_agent_stays_at_its_services(world) {
        let mut scene = Scene::set(world).await;
        let impots = service(&scene.world, "impots", "Service des impôts").await;
        scene.act("social").await;
        scene.act_at(&impots, "logement").await;
        let agent = scene.world.authority("Claire", &[client("caf")]).await;
        let agent = actor(&scene.world, &agent).await;
        let bench = &scene.world.bench;
        let why = purpose(&scene.world, &agent).await;
        let other = Search { client: "impots".to_owned(), ..Search::default() };
        assert_eq!(key(read_trail::resolve(bench, &agent, &other).await), "authority-client-unknown");
        let of = async |search: Search| {
            let query = read_trail::resolve(bench, &agent, &search).await.expect("found");
            let trail = read_trail::read_trail(bench, &agent, Under::Own(&why, &query), Part::default(), None).await.expect("read");
            trail.lines
        };
        for search in [
            Search { aidant: scene.aidant.email.clone(), ..Search::default() },
            Search { organisation: "CCAS de Dijon".to_owned(), ..Search::default() },
            Search { from: "2020-01-01".to_owned(), ..Search::default() },
        ] {
            let lines = of(search).await;
            assert!(!lines.is_empty() && lines.iter().all(|line| line.client == Some(client("caf"))), "{lines:?}");
        }
        // Even a query made by hand reaches nothing elsewhere, and what was read of nobody is a line too.
        let query = read_trail::Query { client: Some(client("impots")), ..read_trail::Query::default() };
        let before = scene.world.count("trail.read_by_authority").await;
        let trail = read_trail::read_trail(bench, &agent, Under::Own(&why, &query), Part::default(), None).await.expect("read");
        assert_eq!((trail.lines.len(), scene.world.count("trail.read_by_authority").await), (0, before + 1));
    }

    async fn nothing_named_is_nothing_found(world) {
        let scene = Scene::set(world).await;
        let agent = scene.world.authority("Claire", &[]).await;
        let agent = actor(&scene.world, &agent).await;
        let bench = &scene.world.bench;
        let with = |change: fn(&mut Search)| {
            let mut search = Search::default();
            change(&mut search);
            search
        };
        for (search, wanted) in [
            (Search::default(), "authority-search-empty"),
            (with(|s| s.from = "2026-01-01".into()), "authority-search-empty"),
            (with(|s| s.kind = "act.opened".into()), "authority-search-empty"),
            (with(|s| s.aidant = "Durand".into()), "authority-aidant-unknown"),
            (with(|s| s.aidant = "personne@nulle.part".into()), "authority-aidant-unknown"),
            (with(|s| s.organisation = "Nulle part".into()), "authority-organisation-unknown"),
            (with(|s| s.case = "2026-9999".into()), "authority-case-unknown"),
        ] {
            assert_eq!(key(read_trail::resolve(bench, &agent, &search).await), wanted, "{search:?}");
        }
        assert_eq!(scene.world.count("trail.read_by_authority").await, 0);
    }
}
