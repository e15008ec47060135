//! Every link of every space's navigation leads to a page, and the aidant's own journal turns its pages.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::http::page::Space;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;

use crate::world::CLI;
use crate::world::World;

/// Follows each link of the navigation on `front`, which must be just those of its space.
async fn follow(world: &World, browser: &mut Browser, front: &Page, space: Space) {
    let wanted: Vec<&str> = space.links().map(|(_, path)| path).collect();
    let inside: Vec<String> = front.links().into_iter().map(|(url, _)| url.path().to_owned()).collect();
    let mut titles = BTreeSet::new();
    for path in &wanted {
        assert!(inside.iter().any(|shown| shown == path), "{path} is not linked on {}", front.url);
        let page = browser.get(&world.at(path)).await.expect("a page");
        assert_eq!((page.status.as_u16(), page.url.path()), (200, *path), "{}", page.main_text());
        let current = page.attribute(".nav [aria-current]", "href");
        assert_eq!(current.as_deref(), Some(*path), "the page knows its place");
        assert_eq!(page.all_words("h1").len(), 1, "{path}");
        assert!(!page.html.contains('⟦'), "a sentence is missing on {path}");
        assert!(titles.insert(page.title()), "{path} has another page's title {}", page.title());
    }
    assert_eq!(front.all_words(".nav a").len(), wanted.len());
}

on_each_database! {
    async fn every_link_of_every_professional_leads_to_a_page(world) {
        let amelie = world.aidant("Amélie").await;
        let organisation = amelie.organisations[0];
        let everyone = [
            (amelie, Space::Aidant),
            (world.referent("René", &[organisation]).await, Space::Referent),
            (world.authority("Alix", &[]).await, Space::Authority),
            (world.operator("Olga").await, Space::Operator),
        ];
        for (mut who, space) in everyone {
            let front = who.login(&world).await;
            follow(&world, &mut who.browser, &front, space).await;
        }
    }

    async fn what_is_the_same_for_everybody_travels_compressed_and_pages_do_not(world) {
        let get = async |path: &str, accepted: &str| {
            let answer = world.http.get(world.at(path)).header("accept-encoding", accepted).send().await.expect("an answer");
            let coding = answer.headers().get("content-encoding").map(|coding| coding.to_str().expect("text").to_owned());
            (coding, answer.bytes().await.expect("a body"))
        };
        let (coding, page) = get("/aide", "gzip").await;
        let page = String::from_utf8(page.to_vec()).expect("text");
        assert_eq!(coding, None, "its length would tell of what it holds");
        let files: Vec<&str> = page.split('"').filter(|word| word.starts_with("/assets/")).collect();
        assert!(files.iter().any(|file| file.ends_with(".css")) && files.iter().any(|file| file.ends_with(".js")), "{files:?}");
        for file in files {
            let (coding, plain) = get(file, "identity").await;
            assert_eq!(coding, None, "{file}");
            let (coding, packed) = get(file, "br, gzip").await;
            assert_eq!(coding.as_deref(), Some("gzip"), "{file}");
            assert!(packed.len() < plain.len(), "{file}: {} of {} bytes", packed.len(), plain.len());
            let mut whole = Vec::new();
            GzDecoder::new(&packed[..]).read_to_end(&mut whole).expect("gzip");
            assert_eq!(whole, plain, "{file}");
        }
    }

    async fn every_link_of_a_person_leads_to_a_page(world) {
        let mut browser = world.browser();
        let page = browser.get(&world.at("/personne/connexion")).await.expect("a page");
        let page = browser.submit(&page.form_last_in_main().expect("a button")).await.expect("a page");
        let front = world.identify(&mut browser, page, "jeanne").await;
        assert_eq!(front.url.path(), "/personne", "{}", front.main_text());
        follow(&world, &mut browser, &front, Space::Person).await;
    }

    async fn the_aidants_journal_holds_her_own_lines(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let place = [(organisation, world.next_year())];
        let (mut amelie, mut karim) = (world.aidant_in("Amélie", &place).await, world.aidant_in("Karim", &place).await);
        amelie.login(&world).await;
        karim.login(&world).await;
        crate::consent::draw_up(&world, &mut amelie, &["logement"], "short").await;
        let page = amelie.get(&world, "/aidant/journal").await;
        assert!(page.main_text().contains("Vous avez préparé un mandat pour Logement"), "{}", page.main_text());
        assert!(page.main_text().contains("Vous avez ouvert une session d’aidant"), "{}", page.main_text());
        let other = karim.get(&world, "/aidant/journal").await;
        assert!(!other.main_text().contains("Logement") && !other.main_text().contains("Amélie"), "{}", other.main_text());
        let today = amelie.get(&world, "/aidant/journal?from=23/11/2026&to=23/11/2026").await;
        assert!(today.main_text().contains("Logement"), "{}", today.main_text());
        let before = amelie.get(&world, "/aidant/journal?to=2026-11-22").await;
        assert!(before.main_text().contains("Aucune ligne"), "{}", before.main_text());
        assert_eq!(world.browser().get(&world.at("/aidant/journal")).await.expect("a page").url.path(), "/aidant/connexion");
    }

    async fn a_long_journal_has_pages_that_do_not_overlap(world) {
        let mut amelie = world.aidant("Amélie").await;
        amelie.login(&world).await;
        for turn in 0..60 {
            let change = if turn % 2 == 0 { HabilitationChange::Suspend("Essai") } else { HabilitationChange::Restore };
            change_habilitation(&world.bench, &CLI, amelie.habilitations[0], change, None).await.expect("changed");
        }
        let page = amelie.get(&world, "/aidant/journal?from=01/01/2026").await;
        let first = page.all_words(".timeline > li").len();
        assert_eq!(first, 50);
        let next = amelie.browser.click(&page, "plus anciennes").await.expect("the next page");
        let total = first + next.all_words(".timeline > li").len();
        assert_eq!(total, world.kinds().await.len() - keys(&world).await - 1, "each of her lines stands once");
        assert!(next.link("apres=").is_err(), "nothing older");
        assert_eq!(next.form_last_in_main().expect("the filter").value("from"), Some("01/01/2026"));
    }
}

/// Lines of the first start, which are nobody's.
async fn keys(world: &World) -> usize {
    world.kinds().await.iter().filter(|kind| kind.starts_with("key.")).count()
}
