//! Places are read in whole or not at all; an aidant notes one for a person, who finds it again.

use procura::operations::import_places;
use procura::operations::import_places::ImportOptions;
use procura::operations::import_places::Imported;
use procura::operations::import_places::read_file;
use procura::operations::refusal::Refusal;

use crate::records::number;
use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::World;

const EXAMPLE: &[u8] = include_bytes!("../../../config/lieux.example.csv");

async fn import(world: &World, bytes: &[u8], options: ImportOptions) -> Result<Imported, Refusal> {
    let file = read_file(bytes).expect("a file");
    import_places::import(&world.bench, &CLI, &file, options, None).await
}

on_each_database! {
    async fn a_file_is_read_in_whole_and_what_it_no_longer_names_is_marked(world) {
        let all = import(&world, EXAMPLE, ImportOptions::default()).await.expect("read in");
        assert_eq!((all.added, all.changed, all.removed), (6, 0, 0));
        let again = import(&world, EXAMPLE, ImportOptions::default()).await.expect("read in");
        assert_eq!((again.added, again.changed, again.removed, again.same), (0, 0, 0, 6));
        let text = String::from_utf8(EXAMPLE.to_vec()).expect("text");
        let mut lines: Vec<&str> = text.lines().collect();
        let moved = lines.pop().expect("a line").replace("Cours Napoléon", "Place du Diamant");
        lines.pop();
        let broken = lines.pop().expect("a line").replace(",93200,", ",9320,");
        let changed = format!("{}\n{broken}\n{moved}\n", lines.join("\n"));
        let refused = import(&world, changed.as_bytes(), ImportOptions::default()).await;
        assert!(matches!(refused, Err(Refusal::Conflict("places-bad-lines"))), "{refused:?}");
        assert_eq!(number(&world, "SELECT COUNT(*) FROM places WHERE removed_at IS NOT NULL").await, 0, "nothing half done");
        let skip = ImportOptions { skip_bad: true, partial: false };
        let tried = import_places::try_import(&world.bench, &read_file(changed.as_bytes()).expect("a file"), skip).await.expect("tried");
        let done = import(&world, changed.as_bytes(), skip).await.expect("read in");
        assert_eq!(tried, done);
        assert_eq!((done.changed, done.removed, done.same, done.left_out), (1, 1, 3, 1), "a bad line removes nothing");
        assert_eq!(world.count("places.imported").await, 3);
        let one = ImportOptions { skip_bad: false, partial: true };
        let head = text.lines().take(2).collect::<Vec<_>>().join("\n");
        assert_eq!(import(&world, head.as_bytes(), one).await.expect("read in").removed, 0);
        let back = import(&world, EXAMPLE, ImportOptions::default()).await.expect("read in");
        assert_eq!((back.changed, back.removed), (2, 0), "what is named again is back");
        let empty = import(&world, text.lines().next().expect("names").as_bytes(), ImportOptions::default()).await;
        assert!(matches!(empty, Err(Refusal::Conflict("places-none"))));
    }

    async fn an_aidant_finds_a_place_and_the_person_takes_it_along(world) {
        import(&world, EXAMPLE, ImportOptions::default()).await.expect("read in");
        let mut scene = Scene::set(world).await;
        let path = scene.mandate.path.clone();
        let base = format!("{path}/orientation");
        let page = scene.aidant.get(&scene.world, &path).await;
        assert!(page.link("/orientation").is_ok(), "the mandate's page leads there");
        let page = scene.aidant.get(&scene.world, &format!("{base}?commune=st+denis")).await;
        assert!(page.main_text().contains("Atelier connecté") && page.main_text().contains("Barachois"), "{}", page.main_text());
        let page = scene.aidant.get(&scene.world, &format!("{base}?commune=97400")).await;
        assert!(!page.main_text().contains("Atelier connecté") && page.main_text().contains("Barachois"));
        let page = scene.aidant.get(&scene.world, &format!("{base}?commune=quet")).await;
        assert!(page.main_text().contains("Quetigny (21800)"), "{}", page.main_text());
        let page = scene.aidant.get(&scene.world, &format!("{base}?commune=DIJON&service=securite")).await;
        assert!(page.main_text().contains("Tilleuls") && !page.main_text().contains("Médiathèque"), "{}", page.main_text());
        let form = page.form_last_in_main().expect("the form");
        let wrong = form.clone().with(&[("reason", " "), ("appointment", "hier"), ("pass", "<b>")]).expect("its fields");
        let wrong = scene.aidant.browser.submit(&wrong).await.expect("a page");
        assert_eq!(wrong.status.as_u16(), 422);
        for words in ["Choisissez un lieu", "Écrivez pour quoi faire", "Écrivez un jour à venir", "n’a pas la forme"] {
            assert!(wrong.main_text().contains(words), "{words} in {}", wrong.main_text());
        }
        assert!(wrong.html.contains("value=\"hier\""), "what was typed is kept");
        let fields = [("place", "exemple-dijon-maison"), ("reason", "Apprendre à lire ses courriels"), ("appointment", "15/01/2027"), ("pass", "PN-2026-000123")];
        let sheet = scene.aidant.browser.submit(&form.with(&fields).expect("its fields")).await.expect("the sheet");
        assert!(sheet.url.path().contains("/orientations/"), "{}", sheet.main_text());
        for words in ["Maison numérique des Tilleuls", "18 avenue des Tilleuls, 21000 Dijon", "Apprendre à lire", "PN-2026-000123", "vendredi 15 janvier 2027"] {
            assert!(sheet.main_text().contains(words), "{words} in {}", sheet.main_text());
        }
        let paper = scene.aidant.get(&scene.world, &format!("{}/fiche.pdf", sheet.url.path())).await;
        assert!(paper.html.starts_with("%PDF-"));
        assert_eq!(scene.world.count("orientation.noted").await, 1);
        let sealed = number(&scene.world, "SELECT COUNT(*) FROM orientations WHERE CAST(sealed AS TEXT) LIKE '%Tilleuls%'").await;
        assert_eq!(sealed, 0);
        let (mut browser, _) = scene.person("jeanne").await;
        let own = browser.get(&scene.world.at("/personne/orientations")).await.expect("her places");
        assert!(own.main_text().contains("Tilleuls") && own.main_text().contains("PN-2026-000123"), "{}", own.main_text());
        let mut other = scene.world.aidant("Karim").await;
        other.login(&scene.world).await;
        for path in [base, sheet.url.path().to_owned(), format!("{}/fiche.pdf", sheet.url.path())] {
            assert_eq!(other.get(&scene.world, &path).await.status.as_u16(), 404, "{path}");
        }
        let (mut paul, _) = scene.person("luc").await;
        let id = sheet.url.path().rsplit('/').next().expect("an identifier").to_owned();
        let page = paul.get(&scene.world.at(&format!("/personne/orientations/{id}/fiche.pdf"))).await.expect("a page");
        assert_eq!(page.status.as_u16(), 404);
    }
}
