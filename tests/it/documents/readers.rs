//! Readers that are not ours open the papers: poppler, qpdf, zbar and pdfua. A missing one fails.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use procura::document::Block;
use procura::document::Document;
use procura::document::render;
use procura::text::Language;

use crate::documents::file;
use crate::documents::signed_text;
use crate::documents::with_code;
use crate::spaces::Scene;

/// What a program says; it must be there and be content.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output =
        output.unwrap_or_else(|error| panic!("{program}: {error}; scripts/need.sh peers installs it"));
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {words}{}", String::from_utf8_lossy(&output.stderr));
    words
}

/// A paper as a file in a folder of its own.
struct Kept {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Kept {
    fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("paper.pdf");
        std::fs::write(&path, bytes).expect("written");
        Self { folder, path }
    }

    fn path(&self) -> &str {
        self.path.to_str().expect("a path")
    }

    /// Checked by all; the words of it.
    fn checked(&self) -> String {
        said("qpdf", &["--check", self.path()]);
        let info = said("pdfinfo", &[self.path()]);
        assert!(info.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{info}");
        assert!(info.contains("Title:") && info.contains("A4"), "{info}");
        let fonts = said("pdffonts", &[self.path()]);
        for font in fonts.lines().skip(2) {
            assert!(
                font.contains("DejaVuSans") && font.contains("yes yes yes"),
                "embedded and named: {font}"
            );
        }
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/.venv/bin/python");
        said(python.to_str().expect("a path"), &["-m", "pdfua", "check", self.path()]);
        said("pdftotext", &["-layout", "-nopgbrk", self.path(), "-"])
    }

    /// What a camera reads on its first pages.
    fn scanned(&self) -> String {
        let image = self.folder.path().join("page");
        said("pdftoppm", &["-r", "150", "-png", self.path(), image.to_str().expect("a path")]);
        let mut pages: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .expect("pages")
            .map(|entry| entry.expect("a page").path())
            .collect();
        pages.retain(|page| page.extension().is_some_and(|ending| ending == "png"));
        pages.sort();
        for page in pages {
            let output =
                Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&page).output().expect("zbarimg");
            let words = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            if !words.is_empty() {
                return words;
            }
        }
        panic!("no square code on any page");
    }
}

/// Words alone: lines, bullets, marks of headings and the foot of pages do not count.
fn plain(text: &str) -> String {
    text.lines()
        .filter(|line| !(line.contains("Page ") && line.contains(" sur ")))
        .map(|line| line.trim().trim_start_matches(['#', '-', '•']).trim())
        .flat_map(str::split_whitespace)
        .collect::<Vec<_>>()
        .join(" ")
}

on_each_database! {
    async fn an_attestation_holds_the_very_text_and_a_code_that_leads_to_its_verification(world) {
        let mut scene = Scene::set(world).await;
        let code = with_code(&mut scene).await;
        let bytes = file(&scene.world, &scene.aidant.browser, &format!("{}/attestation.pdf", scene.mandate.path)).await;
        let again = file(&scene.world, &scene.aidant.browser, &format!("{}/attestation.pdf", scene.mandate.path)).await;
        assert!(bytes == again, "the same bytes each time");
        let kept = Kept::of(&bytes);
        let words = plain(&kept.checked());
        let signed = plain(&signed_text(&scene.world, scene.mandate.id).await);
        assert!(words.contains(&signed), "{signed}\n\nis not in\n\n{words}");
        for wanted in ["CCAS de Dijon", "Identité vérifiée par FranceConnect", &code, "Amélie Durand", "Arrêter ce mandat"] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        let address = kept.scanned();
        assert_eq!(address, scene.world.at(&format!("/verifier?code={code}")).as_str());
        let mut stranger = scene.world.browser();
        let form = stranger.get(&address.parse().expect("an address")).await.expect("the form");
        let page = stranger.submit(&form.form_last_in_main().expect("the form")).await.expect("an answer");
        assert!(page.h1().contains("valable"), "{}", page.main_text());
    }

    async fn a_statement_of_revocation_says_when_by_whom_and_why(world) {
        let mut scene = Scene::set(world).await;
        let page = scene.aidant.get(&scene.world, &format!("{}/revoquer", scene.mandate.path)).await;
        let form = page.form_last_in_main().expect("the form");
        let form = form.with(&[("theme", "social"), ("reason", "La démarche est finie")]).expect("its fields");
        scene.aidant.browser.submit(&form).await.expect("one theme ended");
        let paper = format!("{}/revocation.pdf", scene.mandate.path);
        let words = plain(&Kept::of(&file(&scene.world, &scene.aidant.browser, &paper).await).checked());
        for wanted in ["Fin d’une partie", "Social - Santé", "Logement", "La démarche est finie", "Amélie Durand", "Jeanne"] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        let (mut jeanne, _) = scene.person("jeanne").await;
        let path = format!("/personne/mandats/{}", scene.mandate.id);
        let page = jeanne.get(&scene.world.at(&format!("{path}/revoquer"))).await.expect("the question");
        jeanne.submit(&page.form_last_in_main().expect("the form")).await.expect("stopped");
        let words = plain(&Kept::of(&file(&scene.world, &jeanne, &format!("{path}/revocation.pdf")).await).checked());
        assert!(words.contains("Fin de mandat") && words.contains("La démarche est finie"), "{words}");
        let words = plain(&Kept::of(&file(&scene.world, &jeanne, &format!("{path}/attestation.pdf")).await).checked());
        assert!(words.contains("Ce mandat est fini") && !words.contains("Vérifier ce papier"), "{words}");
    }

    async fn a_statement_of_the_journal_holds_its_lines(world) {
        let mut scene = Scene::set(world).await;
        let acted = scene.act("social").await;
        scene.usual_report(&acted).await;
        let (jeanne, _) = scene.person("jeanne").await;
        let words = plain(&Kept::of(&file(&scene.world, &jeanne, "/personne/journal.pdf").await).checked());
        for wanted in ["Relevé de ce qui a été fait", "Jeanne Marie Lefèvre", "Caisse d’essai", "Amélie Durand"] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        let later = file(&scene.world, &jeanne, "/personne/journal.pdf?from=01/01/2031&to=02/01/2031").await;
        let words = plain(&Kept::of(&later).checked());
        assert!(words.contains("Rien n’a été fait"), "{words}");
    }
}

#[test]
fn names_of_all_scripts_and_long_tables_are_read_by_others() {
    let long = "Anne-".repeat(51) + "a";
    let rows: Vec<Vec<String>> =
        (0..400).map(|at| vec![format!("ligne {at}"), long.clone(), String::new()]).collect();
    let blocks = vec![
        Block::Heading { level: 1, text: "Noms 👩🏽 日本".to_owned() },
        Block::Paragraph(
            "Ζωή Παπαδοπούλου, Олена Шевченко, שרה כהן, محمد علي, Łukasz Żółć, e\u{301}".to_owned(),
        ),
        Block::Table {
            head: ["Un", "Deux", "Trois"].map(str::to_owned).to_vec(),
            rows,
            caption: "Lignes".to_owned(),
        },
    ];
    let document = Document { title: "Noms".to_owned(), language: Language::Fr, blocks };
    let words = Kept::of(&render(&document).expect("a PDF")).checked();
    for wanted in [
        "Ζωή Παπαδοπούλου",
        "Олена Шевченко",
        "שרה",
        "כהן",
        "محمد",
        "علي",
        "Łukasz Żółć",
        "日本",
        "ligne 399",
    ] {
        assert!(words.contains(wanted), "{wanted}");
    }
    assert!(words.matches("Trois").count() > 3, "the head is repeated");
}
