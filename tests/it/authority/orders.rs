//! A court's order: the reading is an entry at once, hers to see from the set day on, and nothing betrays it before.

use std::time::Duration;

use procura::domain::ids::EntryId;
use procura::domain::message::MessageBody;
use procura::domain::time::Day;
use procura::operations::court_orders;
use procura::operations::court_orders::NewOrder;
use procura::operations::court_orders::Recorder;
use procura::operations::person_export;
use procura::operations::print_trail;
use procura::operations::print_trail::Days;
use procura::operations::prove_lines;
use procura::operations::read_timeline;
use procura::operations::read_timeline::Filter;
use procura::operations::read_trail;
use procura::operations::read_trail::Part;
use procura::operations::read_trail::Search;
use procura::operations::read_trail::Under;
use procura::storage::db::Sql;
use procura::storage::trails;

use crate::authority::actor;
use crate::authority::herself;
use crate::authority::jeanne;
use crate::authority::key;
use crate::authority::purpose;
use crate::authority::settled;
use crate::authority::timeline;
use crate::spaces::Scene;
use crate::world::World;

const KIND: &str = "trail.read_by_authority";

fn order(today: Day, person: &str) -> NewOrder {
    NewOrder {
        court: "Tribunal judiciaire de Dijon".to_owned(),
        number: "26/00123".to_owned(),
        decided_on: Some(today),
        shown_on: Some(today.plus_days(30)),
        person: person.to_owned(),
        document: "ab".repeat(32),
    }
}

async fn told(world: &World) -> usize {
    let all = world.messages().await;
    all.iter().filter(|message| matches!(message.body, MessageBody::TrailRead { .. })).count()
}

on_each_database! {
    async fn a_secret_reading_is_hers_to_see_from_its_day_on(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (claire, denis) = (scene.world.authority("Claire", &[]).await, scene.world.authority("Denis", &[]).await);
        let (claire, denis) = (actor(&scene.world, &claire).await, actor(&scene.world, &denis).await);
        let bench = &scene.world.bench;
        let today = bench.now().day();
        let by = Recorder::Authority(&denis);
        let id = court_orders::record(bench, by, &order(today, "Lefèvre 12/04/1948"), None).await.expect("recorded");
        let why = purpose(&scene.world, &claire).await;
        let search = Search { order: id.to_string(), ..jeanne() };
        let query = read_trail::resolve(bench, &claire, &search).await.expect("found");
        let person = herself(&scene.world).await;
        let before = timeline(bench, &person).await;
        let chain = scene.mandate_chain().await;
        read_trail::read_trail(bench, &claire, Under::Own(&why, &query), Part::default(), None).await.expect("read");
        assert_eq!(scene.world.count(KIND).await, 1, "the entry is there at once");
        assert_eq!(timeline(bench, &person).await, before, "and she does not see it");
        assert_eq!(scene.mandate_chain().await, chain, "nor does a gap in her mandate's chain tell of it");
        assert_eq!(told(&scene.world).await, 0);
        settled(&scene.world).await;
        let ids = read_timeline::line_ids(bench, &person, Filter::default(), 500).await.expect("her proofs");
        let file = prove_lines::file_of(bench, &ids).await.expect("her file");
        assert!(!String::from_utf8_lossy(&file).contains(KIND), "nor in her proofs");
        let copy = person_export::export(bench, &person, ("s", "p")).await.expect("her copy");
        assert!(!copy.to_string().contains(KIND), "nor in the copy of her data");
        let statement = print_trail::own(bench, &person, Days::default()).await.expect("her statement");
        assert!(statement.groups.iter().all(|group| group.main.kind != KIND), "nor on paper");
        let secret = scene.entry_of(KIND).await;
        let line = read_timeline::read_line(bench, &person, secret).await;
        assert_eq!(key(line.map(|_| ())), "not-found", "nor by its address");
        // Another agent's reading of her journal does not tell of it either; its own notice is not held back.
        let other = read_trail::resolve(bench, &denis, &jeanne()).await.expect("found");
        let trail = read_trail::read_trail(bench, &denis, Under::Own(&why, &other), Part::default(), None).await.expect("read");
        assert!(trail.lines.iter().all(|line| line.id != secret));
        let open = read_trail::resolve(bench, &claire, &jeanne()).await.expect("found");
        read_trail::read_trail(bench, &claire, Under::Own(&why, &open), Part::default(), None).await.expect("read");
        assert_eq!(told(&scene.world).await, 2, "open readings are told as ever");
        let own = read_trail::own_readings(bench, &claire).await.expect("her readings");
        assert!(own.iter().any(|line| line.id == secret), "the reader sees it among hers");
        // The boundary, to the last instant.
        let shown = today.plus_days(30).start();
        let mut tx = bench.db.read().await.expect("a transaction");
        for (at, seen) in [(shown.minus(Duration::from_micros(1)), false), (shown, true)] {
            let found = trails::is_of_person(&mut tx, secret, person.person.id, at).await.expect("a look");
            assert_eq!(found, seen, "{at:?}");
        }
        drop(tx);
        scene.world.clock.advance(shown.since(bench.now()).saturating_sub(Duration::from_secs(60)));
        assert_eq!(court_orders::tell_due(bench).await.expect("a round"), 0);
        assert!(read_timeline::read_line(bench, &person, secret).await.is_err(), "a minute before");
        scene.world.clock.advance(Duration::from_secs(60));
        read_timeline::read_line(bench, &person, secret).await.expect("from that day on");
        assert_eq!(timeline(bench, &person).await.iter().filter(|kind| *kind == KIND).count(), 3);
        while court_orders::tell_due(bench).await.expect("a round") > 0 {}
        assert_eq!(told(&scene.world).await, 3, "and she is told, once");
        let (mut browser, _) = scene.person("jeanne").await;
        let journal = browser.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("Ordonnance : Tribunal judiciaire de Dijon, 26/00123"), "{}", journal.main_text());
        let over = read_trail::read_trail(bench, &claire, Under::Own(&why, &query), Part::default(), None).await;
        assert_eq!(key(over), "court-order-over", "its secrecy has ended");
    }

    async fn an_order_takes_two_and_is_about_one_person(world) {
        let mut scene = Scene::set(world).await;
        scene.act("social").await;
        let (claire, denis) = (scene.world.authority("Claire", &[]).await, scene.world.authority("Denis", &[]).await);
        let (claire, denis) = (actor(&scene.world, &claire).await, actor(&scene.world, &denis).await);
        let bench = &scene.world.bench;
        let today = bench.now().day();
        let why = purpose(&scene.world, &claire).await;
        let read = async |person: &str, search: Search| {
            let by = Recorder::Authority(&denis);
            let id = court_orders::record(bench, by, &order(today, person), None).await.expect("recorded");
            let search = Search { order: id.to_string(), ..search };
            let query = read_trail::resolve(bench, &claire, &search).await.expect("found");
            let under = Under::Own(&why, &query);
            let own = read_trail::read_trail(bench, &denis, under, Part::default(), None).await;
            assert_eq!(key(own), "court-order-own", "whoever recorded it reads nothing under it");
            key(read_trail::read_trail(bench, &claire, under, Part::default(), None).await)
        };
        assert_eq!(read("Lefèvre 13/04/1948", jeanne()).await, "court-order-person-differs");
        let wide = Search { client: "caf".to_owned(), ..Search::default() };
        assert_eq!(read("Lefèvre 12/04/1948", wide).await, "court-order-person-differs");
        assert_eq!(scene.world.count(KIND).await, 0);
        assert_eq!(scene.world.count("court_order.recorded").await, 2);
        let mut olga = scene.world.operator("Olga").await;
        olga.login(&scene.world).await;
        let page = olga.get(&scene.world, "/operateur/ordonnances").await;
        assert!(page.main_text().contains("26/00123") && !page.main_text().contains("Lefèvre"), "{}", page.main_text());
        let form = page.form_last_in_main().expect("the form");
        let page = olga.browser.submit(&form).await.expect("an answer");
        assert!(page.status.as_u16() == 422 && page.title().starts_with("Erreur"), "{}", page.main_text());
        let day = today.plus_days(30).to_string();
        let today = today.to_string();
        let digest = "ab".repeat(32);
        let fields = [("court", "Tribunal judiciaire de Lyon"), ("number", "26/7"), ("decided_on", today.as_str()), ("shown_on", day.as_str()), ("person", "Lefèvre 12/04/1948"), ("document", digest.as_str())];
        let form = page.form_last_in_main().expect("the form").with(&fields).expect("its fields");
        let page = olga.browser.submit(&form).await.expect("the list");
        assert!(page.main_text().contains("Tribunal judiciaire de Lyon, 26/7"), "{}", page.main_text());
        assert_eq!(scene.world.count("court_order.recorded").await, 3);
    }
}

impl Scene {
    async fn mandate_chain(&self) -> i64 {
        let mut tx = self.world.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT CAST(SUM(chain_n) AS BIGINT) FROM mandates");
        let sum: Vec<(Option<i64>,)> = tx.query(sql).fetch_all().await.expect("chains");
        sum[0].0.unwrap_or_default()
    }

    async fn entry_of(&self, kind: &str) -> EntryId {
        let mut tx = self.world.bench.db.read().await.expect("a transaction");
        let sql = Sql::same("SELECT entry FROM entry_refs WHERE kind = $1 ORDER BY at, entry LIMIT 1");
        let rows: Vec<(EntryId,)> = tx.query(sql).bind(kind).fetch_all().await.expect("entries");
        rows[0].0
    }
}
