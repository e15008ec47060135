//! A case taken along: with proofs that hold, as a paper that reads, and as events for other tools.

use std::process::Command;

use serde_json::Value;

use crate::authority::client;
use crate::authority::settled;
use crate::documents::file;
use crate::spaces::Scene;
use crate::spaces::service;

/// The words of a tagged paper, by readers that are not ours.
fn read_paper(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).expect("written");
    let said = |program: &str, last: &[&str]| {
        let output = Command::new(program).arg(&path).args(last).output();
        let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
        assert!(output.status.success(), "{program}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let info = said("pdfinfo", &[]);
    assert!(info.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{info}");
    said("pdftotext", &["-"])
}

/// Jeanne contests her act; the number of her case.
async fn contested(scene: &mut Scene) -> String {
    let acted = scene.act("social").await;
    scene.usual_report(&acted).await;
    scene.act("logement").await;
    let (mut person, _) = scene.person("jeanne").await;
    let address = scene.world.at(&format!("/personne/journal/{}/contester", acted.txn));
    let page = person.get(&address).await.expect("the form");
    let form = page.form_last_in_main().expect("the form");
    let form = form.with(&[("reason", "Je ne comprends pas.")]).expect("its field");
    person.submit(&form).await.expect("the case");
    settled(&scene.world).await;
    format!("{}-0001", scene.world.bench.now().day().parts().0)
}

on_each_database! {
    async fn a_case_goes_along_with_proofs_and_on_paper(world) {
        let mut scene = Scene::set(world).await;
        let number = contested(&mut scene).await;
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        agent.login(&scene.world).await;
        let page = agent.get(&scene.world, &format!("/autorite/dossiers/{number}")).await;
        let proofs = agent.browser.click(&page, "Exporter avec les preuves").await.expect("the proofs");
        let report = scene.verified(&proofs.html).await;
        assert!(report.lines.len() >= 4, "contest, act, tokens, report: {:?}", report.lines.len());
        for kind in ["act.contested", "act.opened", "act.reported"] {
            assert!(proofs.html.contains(kind), "{kind}");
        }
        assert!(!proofs.html.contains("\"mandate.approved\""), "only acts at its own services");
        assert_eq!(scene.world.count("trail.exported").await, 1);
        let paper = file(&scene.world, &agent.browser, &format!("/autorite/dossiers/{number}/export?format=pdf")).await;
        let words = read_paper(&paper);
        assert!(words.contains(&format!("Dossier {number}")) && words.contains("Je ne comprends pas."), "{words}");
        assert_eq!(scene.world.count("trail.exported").await, 2);
        let (mut person, _) = scene.person("jeanne").await;
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains(&format!("Examen du dossier {number}")), "{}", journal.main_text());
        service(&scene.world, "autre", "Autre service").await;
        let mut stranger = scene.world.authority("Denis", &[client("autre")]).await;
        stranger.login(&scene.world).await;
        for path in ["export", "export?format=pdf", "export?format=ocsf"] {
            let page = stranger.get(&scene.world, &format!("/autorite/dossiers/{number}/{path}")).await;
            assert_eq!(page.status.as_u16(), 404, "{path}");
        }
        assert_eq!(scene.world.count("trail.exported").await, 2);
        let mut national = scene.world.authority("Nadia", &[]).await;
        national.login(&scene.world).await;
        let whole = national.get(&scene.world, &format!("/autorite/dossiers/{number}/export")).await;
        assert!(whole.html.contains("\"mandate.approved\""), "national oversight has her consent with it");
        scene.verified(&whole.html).await;
    }

    async fn other_tools_read_a_case(world) {
        let mut scene = Scene::set(world).await;
        let number = contested(&mut scene).await;
        let mut agent = scene.world.authority("Claire", &[client("caf")]).await;
        agent.login(&scene.world).await;
        let file = agent.get(&scene.world, &format!("/autorite/dossiers/{number}/export?format=ocsf")).await;
        let events: Vec<Value> = file.html.lines().map(|line| serde_json::from_str(line).expect("an event")).collect();
        assert!(events.len() >= 4);
        for event in &events {
            let number = |name: &str| event[name].as_u64().expect("a number");
            assert_eq!((number("category_uid"), number("type_uid")), (3, number("class_uid") * 100 + number("activity_id")));
            assert!(event["metadata"]["sequence"].is_u64() && event["metadata"]["log_name"].is_string(), "{event}");
        }
        assert!(events.iter().any(|event| event["metadata"]["event_code"] == "act.opened" && event["class_uid"] == 3003));
        let file = agent.get(&scene.world, &format!("/autorite/dossiers/{number}/export?format=fhir")).await;
        let bundle: Value = serde_json::from_str(&file.html).expect("a bundle");
        let all = bundle["entry"].as_array().expect("entries");
        assert_eq!(all.len(), events.len());
        for one in all {
            let event = &one["resource"];
            assert_eq!(event["resourceType"], "AuditEvent");
            assert!(event["agent"][0]["who"]["identifier"]["value"].is_string() && event["recorded"].is_string(), "{event}");
        }
        assert_eq!(scene.world.count("trail.exported").await, 2);
    }
}
