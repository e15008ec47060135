//! A contested act, as everybody concerned sees it: told, answered, closed; and by whom it is not.

use procura::domain::case::CaseOutcome;
use procura::domain::ids::ClientId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::CaseNews;
use procura::domain::message::CaseReader;
use procura::domain::message::MessageBody;
use procura::operations::cases;
use procura::operations::cases::Speaker;
use procura::operations::refusal::Refusal;

use crate::consent::status;
use crate::life::act_lines;
use crate::life::acted;
use crate::life::agent;
use crate::life::chain;
use crate::life::contest_at;
use crate::life::contested;
use crate::life::written_to;
use crate::spaces::Scene;
use crate::spaces::service;

const WORDS: &str = "Ce n’était pas prévu.";

async fn news_to(world: &crate::world::World, email: &str) -> Vec<(CaseNews, CaseReader)> {
    let all = written_to(world, email).await;
    let news = |body| match body {
        MessageBody::CaseNews { news, reader, .. } => Some((news, reader)),
        _ => None,
    };
    all.into_iter().filter_map(|message| news(message.body)).collect()
}

on_each_database! {
    async fn a_contested_act_is_told_answered_and_closed(world) {
        let mut scene = Scene::set(world).await;
        let organisation = scene.aidant.organisations[0];
        let mut referent = scene.world.referent("René", &[organisation]).await;
        let caf = ClientId::parse(&scene.caf.id).expect("an id");
        let mut agent = scene.world.authority("Alix", &[caf]).await;
        let national = scene.world.authority("Nadia", &[]).await;
        scene.act("social").await;
        let (mut person, _) = scene.person("jeanne").await;
        let line = act_lines(&scene.world).await[0];
        let page = person.get(&scene.world.at(&format!("/personne/journal/{line}/contester"))).await.expect("a page");
        let form = page.form_last_in_main().expect("the form").with(&[("reason", WORDS)]).expect("its field");
        let page = person.submit(&form).await.expect("a page");
        let case = page.link("/personne/dossiers/").expect("the case");
        let number = case.path().rsplit('/').next().expect("a number").to_owned();
        for (email, reader) in [
            (referent.email.clone(), CaseReader::Referent),
            (agent.email.clone(), CaseReader::Authority),
            (national.email.clone(), CaseReader::Authority),
            (scene.aidant.email.clone(), CaseReader::Aidant),
        ] {
            assert_eq!(news_to(&scene.world, &email).await, [(CaseNews::Opened, reader)], "{email}");
        }

        let page = person.get(&case).await.expect("her case");
        assert!(page.main_text().contains(WORDS) && page.main_text().contains("Suspendu"), "{}", page.main_text());
        let home = scene.aidant.get(&scene.world, "/aidant").await;
        assert!(home.main_text().contains(&number), "{}", home.main_text());
        let page = scene.aidant.get(&scene.world, &format!("/aidant/dossiers/{number}")).await;
        assert!(page.status.is_success() && !page.text().contains(WORDS), "{}", page.text());
        assert!(!scene.aidant.get(&scene.world, "/aidant/journal").await.text().contains(WORDS));

        referent.login(&scene.world).await;
        let path = format!("/referent/dossiers/{number}");
        assert!(referent.get(&scene.world, "/referent/dossiers").await.main_text().contains(&number));
        let page = referent.get(&scene.world, &path).await;
        assert!(!page.text().contains(WORDS), "her words are for the authority: {}", page.text());
        let form = page.form_last_in_main().expect("the form");
        let empty = referent.browser.submit(&form).await.expect("a page");
        assert!(empty.status.as_u16() == 422 && empty.title().starts_with("Erreur"), "{}", empty.title());
        let form = empty.form_last_in_main().expect("the form").with(&[("words", "Un rendez-vous déplacé.")]).expect("its field");
        let page = referent.browser.submit(&form).await.expect("a page");
        assert!(page.main_text().contains("Un rendez-vous déplacé."), "{}", page.main_text());

        agent.login(&scene.world).await;
        let readings = scene.world.count("trail.read_by_authority").await;
        let page = agent.get(&scene.world, &format!("/autorite/dossiers/{number}")).await;
        assert!(page.main_text().contains(WORDS) && page.main_text().contains("Lefèvre"), "{}", page.main_text());
        assert_eq!(scene.world.count("trail.read_by_authority").await, readings + 1, "a reading is an entry");
        let form = page.form_to("/repondre").expect("the answer").with(&[("words", "Nous avons vérifié.")]).expect("its field");
        let page = agent.browser.submit(&form).await.expect("a page");
        let form = page.form_last_in_main().expect("the closing").with(&[("outcome", "restored"), ("reason", "Tout était prévu.")]);
        let page = agent.browser.submit(&form.expect("its fields")).await.expect("a page");
        assert!(page.main_text().contains("Clos"), "{}", page.main_text());
        assert_eq!(status(&scene.world, scene.mandate.id).await, MandateStatus::Active);

        let page = person.get(&case).await.expect("her case");
        for wanted in ["Un rendez-vous déplacé.", "Nous avons vérifié.", "Tout était prévu.", "Actif"] {
            assert!(page.main_text().contains(wanted), "{wanted}: {}", page.main_text());
        }
        assert!(!page.html.contains('⟦'), "{}", page.html);
        let journal = person.get(&scene.world.at("/personne/journal")).await.expect("her journal");
        assert!(journal.main_text().contains("Tout était prévu.") && journal.main_text().contains("Examen du dossier"), "{}", journal.main_text());
        let told: Vec<CaseNews> = news_to(&scene.world, &written_to_her(&scene).await).await.into_iter().map(|(news, _)| news).collect();
        assert_eq!(told, [CaseNews::OrganisationAnswered, CaseNews::AuthorityAnswered, CaseNews::ClosedRestored]);
        let lines = chain(&scene.world, scene.mandate.id).await;
        for kind in ["act.contested", "mandate.suspended", "case.opened", "case.closed", "mandate.restored"] {
            assert_eq!(lines.iter().filter(|known| *known == kind).count(), 1, "{kind} in {lines:?}");
        }
        assert_eq!(lines.iter().filter(|known| *known == "case.answered").count(), 2);
    }

    async fn a_case_is_nobody_elses(world) {
        let race = acted(world).await;
        let number = contested(&race).await;
        let world = &race.scene.world;
        let elsewhere = service(world, "ailleurs", "Ailleurs").await;
        let elsewhere = ClientId::parse(&elsewhere.id).expect("an id");
        let other_place = world.organisation("Autre").await;
        let (mut agent, mut referent) = (world.authority("Las", &[elsewhere]).await, world.referent("René", &[other_place]).await);
        let mut aidant = world.aidant_in("Karim", &[(race.aidant.organisation.id, world.next_year())]).await;
        let mut operator = world.operator("Olga").await;
        for who in [&mut agent, &mut referent, &mut aidant, &mut operator] {
            who.login(world).await;
        }
        assert_eq!(agent.get(world, &format!("/autorite/dossiers/{number}")).await.status.as_u16(), 404);
        assert_eq!(referent.get(world, &format!("/referent/dossiers/{number}")).await.status.as_u16(), 404);
        assert_eq!(referent.get(world, &format!("/referent/dossiers/structure/{}", race.aidant.organisation.id)).await.status.as_u16(), 404);
        assert_eq!(aidant.get(world, &format!("/aidant/dossiers/{number}")).await.status.as_u16(), 404, "not the one concerned");
        let (mut luc, _) = race.scene.person("luc").await;
        assert_eq!(luc.get(&world.at(&format!("/personne/dossiers/{number}"))).await.expect("a page").status.as_u16(), 404);
        let mut stranger = world.browser();
        for path in [format!("/personne/dossiers/{number}"), format!("/aidant/dossiers/{number}"), format!("/referent/dossiers/{number}"), format!("/autorite/dossiers/{number}"), "/autorite/erreurs".to_owned()] {
            let page = stranger.get(&world.at(&path)).await.expect("a page");
            assert!(page.url.path().ends_with("/connexion"), "{path} leads to {}", page.url);
            let page = operator.browser.get(&world.at(&path)).await.expect("a page");
            assert!(page.url.path().ends_with("/connexion"), "an operator at {path}: {}", page.url);
        }
        let before = chain(world, race.scene.mandate.id).await;
        let posts = [(&mut agent, "/autorite", "repondre"), (&mut agent_two(world).await, "/referent", "")];
        for (who, space, verb) in posts {
            let path = format!("{space}/dossiers/{number}/{verb}");
            let page = who.browser.post_from(&world.at(space), &world.at(path.trim_end_matches('/')), &[("words", "moi")]).await.expect("a page");
            assert!(page.status.as_u16() == 404 || page.url.path().ends_with("/connexion"), "{path}: {}", page.status);
        }
        assert_eq!(chain(world, race.scene.mandate.id).await, before, "nothing was written");
    }

    async fn a_case_follows_its_steps_and_no_others(world) {
        let race = acted(world).await;
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let bench = &world.bench;
        let number = contested(&race).await;
        let alix = agent(world, "Alix", &[]).await;
        let early = cases::close(bench, &alix, &number, CaseOutcome::Restored, "Rien.", None).await;
        assert!(matches!(early, Err(Refusal::Conflict("case-step"))), "nobody has answered: {early:?}");
        for words in ["", "   ", &"x".repeat(2_001), "a\u{0}b"] {
            let wrong = cases::answer(bench, Speaker::Authority(&alix), &number, words, None).await;
            assert!(matches!(wrong, Err(Refusal::Invalid(_))), "{wrong:?}");
        }
        let hers = Speaker::Person(&race.person);
        cases::answer(bench, hers, &number, "J’ajoute ceci.", None).await.expect("a word");
        let word = cases::close(bench, &alix, &number, CaseOutcome::Restored, "Rien.", None).await;
        assert!(matches!(word, Err(Refusal::Conflict(_))), "her own word is no answer");
        cases::answer(bench, Speaker::Authority(&alix), &number, "Nous regardons.", None).await.expect("answered");
        let unchanged = cases::close(bench, &alix, &number, CaseOutcome::Unchanged, "Rien.", None).await;
        assert!(matches!(unchanged, Err(Refusal::Invalid(_))), "the mandate lives: something must be decided");
        cases::close(bench, &alix, &number, CaseOutcome::Revoked, "Ce n’était pas convenu.", None).await.expect("closed");
        assert_eq!(status(world, mandate).await, MandateStatus::Revoked);
        for late in [
            cases::answer(bench, Speaker::Authority(&alix), &number, "Encore.", None).await,
            cases::answer(bench, hers, &number, "Encore.", None).await,
            cases::close(bench, &alix, &number, CaseOutcome::Unchanged, "Encore.", None).await,
        ] {
            assert!(matches!(late, Err(Refusal::Conflict("case-step"))), "{late:?}");
        }
        let lines = chain(world, mandate).await;
        assert!(lines.ends_with(&["case.closed".to_owned(), "mandate.revoked".to_owned()]), "{lines:?}");
    }

    async fn nothing_is_restored_while_another_case_is_open(world) {
        let race = acted(world).await;
        let code = race.opened().await;
        race.redeem(&code).await.expect("tokens");
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let bench = &world.bench;
        let first = contested(&race).await;
        let second = contest_at(&race, act_lines(world).await[1]).await;
        let alix = agent(world, "Alix", &[]).await;
        for (number, wanted) in [(first, MandateStatus::Suspended), (second, MandateStatus::Active)] {
            cases::answer(bench, Speaker::Authority(&alix), &number, "Nous regardons.", None).await.expect("answered");
            cases::close(bench, &alix, &number, CaseOutcome::Restored, "Rien.", None).await.expect("closed");
            assert_eq!(status(world, mandate).await, wanted, "{number}");
        }
    }

    async fn a_case_about_an_ended_mandate_is_closed_without_touching_it(world) {
        let race = acted(world).await;
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let bench = &world.bench;
        procura::operations::end_mandates::end_with_organisation(bench, &race.person, race.aidant.organisation.id, None).await.expect("ended");
        let number = contested(&race).await;
        let alix = agent(world, "Alix", &[]).await;
        cases::answer(bench, Speaker::Authority(&alix), &number, "Nous regardons.", None).await.expect("answered");
        for wrong in [CaseOutcome::Restored, CaseOutcome::Revoked] {
            let refused = cases::close(bench, &alix, &number, wrong, "Rien.", None).await;
            assert!(matches!(refused, Err(Refusal::Invalid(_))), "{wrong}: {refused:?}");
        }
        cases::close(bench, &alix, &number, CaseOutcome::Unchanged, "Il avait pris fin.", None).await.expect("closed");
        assert_eq!(status(world, mandate).await, MandateStatus::Revoked);
        let again = procura::operations::end_mandates::end_with_organisation(bench, &race.person, race.aidant.organisation.id, None).await;
        assert!(matches!(again, Err(Refusal::Conflict("nothing-to-end"))), "{again:?}");
    }
}

async fn written_to_her(scene: &Scene) -> String {
    let mut all = scene.world.messages().await.into_iter();
    let hers = all.find(|message| matches!(message.body, MessageBody::MandateApproved { .. }));
    let hers = hers.expect("the news of her mandate");
    hers.to.show().clone()
}

async fn agent_two(world: &crate::world::World) -> crate::world::Professional {
    let place = world.organisation("Encore une autre").await;
    let mut referent = world.referent("Zoé", &[place]).await;
    referent.login(world).await;
    referent
}
