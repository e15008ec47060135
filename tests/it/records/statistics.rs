//! What is counted is what was done; what is small is not shown; folding again changes nothing.

use std::time::Duration;

use procura::domain::statistics::Measure;
use procura::operations::fold_statistics;
use procura::operations::read_statistics;

use crate::records::copies;
use crate::records::number;
use crate::spaces::Scene;
use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

async fn fold(world: &World) {
    while fold_statistics::fold(&world.bench).await.expect("a fold") {}
}

on_each_database! {
    async fn days_and_months_are_counted_once_and_small_numbers_stay_hidden(world) {
        let mut scene = Scene::set(world).await;
        let now = procura::domain::time::Clock::now(&*scene.world.clock);
        for _ in 0..6 {
            scene.act("social").await;
        }
        scene.act("logement").await;
        let who = (scene.aidant.account, scene.aidant.organisations[0]);
        copies(&scene.world, scene.mandate.id, who, &[now; 11]).await;
        fold(&scene.world).await;
        let first = read_statistics::for_staff(&scene.world.bench).await.expect("figures");
        fold(&scene.world).await;
        assert_eq!(read_statistics::for_staff(&scene.world.bench).await.expect("figures"), first);
        let acts = "SELECT CAST(SUM(count) AS BIGINT) FROM statistics_months WHERE measure = 'acts'";
        assert_eq!(number(&scene.world, acts).await, 7);
        let last = |series: &[Option<i64>]| *series.last().expect("a month");
        assert_eq!(last(&first.country[&Measure::Acts]), Some(7));
        assert_eq!(last(&first.country[&Measure::Mandates]), Some(12));
        assert_eq!(last(&first.departements["21"][&Measure::Mandates]), Some(12));
        assert_eq!(last(&first.departements["75"][&Measure::Mandates]), Some(0));
        assert_eq!(first.active_mandates, 10, "down to the ten below");
        for (theme, series) in &first.themes {
            assert!(last(series) != Some(1) && last(series) != Some(6), "{theme}: 1 would follow from 7 - 6");
        }
        let public = read_statistics::for_everybody(&scene.world.bench).await.expect("figures");
        assert!(public.country.values().flatten().all(|cell| *cell == Some(0)), "the month is not over");
        scene.world.clock.advance(31 * DAY);
        fold(&scene.world).await;
        let public = read_statistics::for_everybody(&scene.world.bench).await.expect("figures");
        assert_eq!(last(&public.country[&Measure::Mandates]), Some(12), "now it is");
        let mut browser = scene.world.browser();
        let page = browser.get(&scene.world.at("/statistiques?departement=21")).await.expect("the page");
        assert!(page.main_text().contains("Côte-d’Or (21)") && page.main_text().contains("12"), "{}", page.main_text());
        assert!(!page.html.contains("style=") && page.html.contains("role=\"img\""));
        let file = browser.get(&scene.world.at("/statistiques.csv")).await.expect("the file");
        assert!(file.html.contains("2026-11,mandates,21,,12\r\n"), "{}", file.html);
        assert!(file.html.contains("2026-11,acts,,social,nc\r\n"));
        for line in file.html.lines().skip(1) {
            let count = line.rsplit(',').next().expect("a number");
            assert!(count == "nc" || !matches!(count.parse::<i64>(), Ok(1..=4)), "{line}");
        }
        let staff = scene.aidant.get(&scene.world, "/operateur/statistiques").await;
        assert_eq!(staff.url.path(), "/operateur/connexion");
    }
}
