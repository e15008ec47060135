//! Two organisations become one: who may, what moves, and what holds afterwards.

use procura::domain::ids::OrganisationId;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageBody;
use procura::operations::current;
use procura::operations::merge_organisations;
use procura::operations::merge_organisations::Confirmer;
use procura::operations::refusal::Refusal;
use procura::storage::db::Sql;
use procura::storage::mandates;

use crate::consent::draw_up;
use crate::consent::status;
use crate::organisations::operator;
use crate::organisations::send_to;
use crate::spaces::Scene;
use crate::world::Options;
use crate::world::World;

/// Proposes, as this operator, to merge `absorbed` into `target`, through the pages.
async fn propose(
    world: &World,
    who: &mut crate::world::Professional,
    absorbed: OrganisationId,
    target: OrganisationId,
) {
    let path = format!("/operateur/structures/{absorbed}/fusionner");
    let list = who.get(world, &path).await;
    assert!(list.html.contains(&format!("vers={target}")), "{}", list.main_text());
    let page = who.get(world, &format!("{path}?vers={target}")).await;
    let page = send_to(who, &page, "/fusionner", &[("reason", "Communes nouvelles")]).await;
    assert!(page.main_text().contains("attend une deuxième personne"), "{}", page.main_text());
}

on_each_database! {
    async fn mandates_move_and_only_the_new_organisation_acts(world) {
        let mut scene = Scene::set(world).await;
        let before = scene.act("social").await;
        let old = scene.aidant.organisations[0];
        let new = scene.world.organisation("Métropole de Dijon").await;
        let later = scene.world.next_year();
        let mut other = scene.world.aidant_in("Béatrice", &[(new, later)]).await;
        let draft = draw_up(&scene.world, &mut scene.aidant, &["famille"], "short").await;
        let mut rita = scene.world.referent("Rita", &[old]).await;
        rita.login(&scene.world).await;
        let mut olga = operator(&scene.world, "Olga").await;
        let mut paul = operator(&scene.world, "Paul").await;
        propose(&scene.world, &mut olga, old, new).await;
        let told = scene.world.messages().await.iter().any(|message| matches!(message.body, MessageBody::MergeAsked { .. }));
        assert!(told, "the referent is written to");
        let path = format!("/operateur/structures/{old}/fusionner");
        let own = olga.get(&scene.world, &path).await;
        assert!(own.form_to("/confirmer").is_err(), "who asked is offered no confirmation");
        let forced = scene.world.at(&format!("{path}/confirmer"));
        let into = new.to_string();
        let denied = olga.browser.post_from(&scene.world.at(&path), &forced, &[("target", into.as_str())]).await.expect("a page");
        assert_eq!(denied.status.as_u16(), 403, "{}", denied.main_text());
        assert_eq!((scene.world.count("organisation.merged").await, scene.world.count("organisation.merged!").await), (0, 1));
        let page = paul.get(&scene.world, &path).await;
        assert!(page.main_text().contains("un mandat transféré") && page.main_text().contains("un projet abandonné"), "{}", page.main_text());
        let page = send_to(&mut paul, &page, "/confirmer", &[]).await;
        assert!(page.main_text().contains("Fusionnée avec Métropole de Dijon"), "{}", page.main_text());
        assert_eq!(status(&scene.world, draft.id).await, MandateStatus::Lapsed);
        let mut tx = scene.world.bench.db.read().await.expect("a transaction");
        let stored = mandates::find(&mut tx, scene.mandate.id).await.expect("a read").expect("the mandate");
        assert_eq!(stored.mandate.terms.organisation, new);
        drop(tx);
        let kinds = scene.world.kinds().await;
        for (kind, wanted) in [("mandate.transferred", 1), ("organisation.merged", 1), ("habilitation.moved", 1), ("mandate.lapsed", 1)] {
            assert_eq!(kinds.iter().filter(|one| *one == kind).count(), wanted, "{kind} in {kinds:?}");
        }
        let told = scene.world.messages().await.iter().filter(|message| matches!(&message.body, MessageBody::MandatesTransferred { to, .. } if to == "Métropole de Dijon")).count();
        assert_eq!(told, 1, "the person is told once");
        other.login(&scene.world).await;
        let caf = scene.caf.copy();
        let moved = std::mem::replace(&mut scene.aidant, other);
        let acted = scene.act_at(&caf, "social").await;
        let claims = acted.id_token.split('.').nth(1).and_then(procura::crypto::hash::unb64).expect("claims");
        let claims = String::from_utf8(claims).expect("text");
        assert!(claims.contains("Métropole de Dijon") && !claims.contains("CCAS de Dijon"), "{claims}");
        assert_ne!(acted.txn, before.txn);
        scene.aidant = moved;
        let again = scene.act_at(&caf, "logement").await;
        assert_ne!(again.txn, acted.txn, "who came with the merger acts in the new organisation");
        let (_, space) = scene.person("jeanne").await;
        assert!(space.main_text().contains("Métropole de Dijon"), "{}", space.main_text());
        let (mut browser, _) = scene.person("jeanne").await;
        let page = browser.get(&scene.world.at(&format!("/personne/mandats/{}", scene.mandate.id))).await.expect("a page");
        assert!(page.main_text().contains("Transféré de CCAS de Dijon à Métropole de Dijon"), "{}", page.main_text());
        let paper = scene.aidant.get(&scene.world, &format!("/aidant/mandats/{}/attestation", scene.mandate.id)).await;
        assert!(paper.main_text().contains("Transféré de CCAS de Dijon"), "{}", paper.main_text());
        let restore = olga.get(&scene.world, &format!("/operateur/structures/{old}")).await;
        assert!(restore.form_to("/retablir").is_err() && restore.form_to("/suspendre").is_err());
        let forced = scene.world.at(&format!("/operateur/structures/{old}/retablir"));
        olga.browser.post_from(&scene.world.at("/operateur"), &forced, &[]).await.expect("a page");
        assert_eq!(scene.world.count("organisation.restored").await, 0, "a closed organisation stays closed");
    }

    async fn the_referent_of_the_one_that_closes_decides_and_no_other(world) {
        let (old, new) = (world.organisation("CCAS d’Arbois").await, world.organisation("CCAS de Poligny").await);
        let mut rita = world.referent("Rita", &[old]).await;
        let mut ivan = world.referent("Ivan", &[new]).await;
        rita.login(&world).await;
        ivan.login(&world).await;
        let mut olga = operator(&world, "Olga").await;
        let path = format!("/referent/structures/{old}/fusion");
        assert!(rita.get(&world, &path).await.main_text().contains("Aucune fusion"));
        propose(&world, &mut olga, old, new).await;
        assert_eq!(ivan.get(&world, &path).await.status.as_u16(), 404, "another organisation's referent knows nothing");
        let forced = world.at(&format!("{path}/confirmer"));
        let away = ivan.browser.post_from(&world.at("/referent"), &forced, &[]).await.expect("a page");
        assert_eq!((away.status.as_u16(), world.count("organisation.merged").await), (404, 0));
        let page = rita.get(&world, &path).await;
        let page = send_to(&mut rita, &page, "/refuser", &[]).await;
        assert_eq!((page.url.path(), world.count("organisation.merge_withdrawn").await), ("/referent", 1));
        propose(&world, &mut olga, old, new).await;
        let page = rita.get(&world, &path).await;
        let page = send_to(&mut rita, &page, "/confirmer", &[]).await;
        assert_eq!(world.count("organisation.merged").await, 1, "{}", page.main_text());
        let (_, managed) = current::referent(&world.bench, rita.account, None).await.expect("a read").expect("Rita");
        let managed: Vec<_> = managed.into_iter().map(|one| one.id).collect();
        assert_eq!(managed, [new], "she manages the one that stays");
    }

    async fn an_aidant_of_both_has_one_habilitation_afterwards(world) {
        let (old, new) = (world.organisation("Maison A").await, world.organisation("Maison B").await);
        let later = world.next_year();
        let both = world.aidant_in("Amélie", &[(old, later), (new, later)]).await;
        let (olga, paul) = (operator(&world, "Olga").await, operator(&world, "Paul").await);
        let by = async |account| current::operator(&world.bench, account, None).await.expect("a read").expect("an operator");
        let (olga, paul) = (by(olga.account).await, by(paul.account).await);
        let bench = &world.bench;
        merge_organisations::propose(bench, &olga, (old, new), "Fusion", None).await.expect("a proposal");
        let twice = merge_organisations::propose(bench, &paul, (old, new), "Fusion", None).await;
        assert!(matches!(twice, Err(Refusal::Conflict("merge-waits"))), "{twice:?}");
        let elsewhere = merge_organisations::confirm(bench, Confirmer::Operator(&paul), (old, old), None).await;
        assert!(matches!(elsewhere, Err(Refusal::Conflict("merge-none"))), "another than was shown: {elsewhere:?}");
        let moved = merge_organisations::confirm(bench, Confirmer::Operator(&paul), (old, new), None).await.expect("a merger");
        assert_eq!((moved.habilitations, moved.mandates), (0, 0));
        let again = merge_organisations::confirm(bench, Confirmer::Operator(&paul), (old, new), None).await;
        assert!(matches!(again, Err(Refusal::Conflict(_))), "{again:?}");
        let back = merge_organisations::propose(bench, &olga, (new, old), "Retour", None).await;
        assert!(matches!(back, Err(Refusal::Invalid(_))), "nothing goes into a closed organisation: {back:?}");
        let places = current::workplaces(bench, both.account).await.expect("a read");
        let open: Vec<_> = places.into_iter().filter(|place| place.open).map(|place| place.organisation.id).collect();
        assert_eq!(open, [new]);
    }

    async fn two_thousand_mandates_move_in_one_go(world) {
        let scene = Scene::set(world).await;
        let world = &scene.world;
        let (old, new) = (scene.aidant.organisations[0], world.organisation("Métropole").await);
        let mut tx = world.bench.db.begin().await.expect("a transaction");
        for place in 0_u128..2_000 {
            // Copies of Jeanne's, each with an identifier of its own.
            let id = procura::domain::ids::MandateId::from_uuid(uuid::Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + place));
            let copy = Sql::same("INSERT INTO mandates (id, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at,
                lapses_at, status, person, consent_method, grade, text_digest, valid_from, valid_until, chain_n)
                SELECT $1, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at, lapses_at, status, person,
                consent_method, grade, text_digest, valid_from, valid_until, 0 FROM mandates WHERE id = $2");
            tx.query(copy).bind(id).bind(scene.mandate.id).execute().await.expect("a copy");
        }
        tx.commit().await.expect("a commit");
        let (olga, paul) = (operator(world, "Olga").await, operator(world, "Paul").await);
        let by = async |account| current::operator(&world.bench, account, None).await.expect("a read").expect("an operator");
        let (olga, paul) = (by(olga.account).await, by(paul.account).await);
        merge_organisations::propose(&world.bench, &olga, (old, new), "Fusion", None).await.expect("a proposal");
        let moved = merge_organisations::confirm(&world.bench, Confirmer::Operator(&paul), (old, new), None).await.expect("a merger");
        assert_eq!(moved.mandates, 2_001);
        assert_eq!(world.count("mandate.transferred").await, 2_001);
        let told = world.messages().await.iter().filter(|message| matches!(message.body, MessageBody::MandatesTransferred { .. })).count();
        assert_eq!(told, 1, "one person is told once");
    }
}

on_each_database_with! { Options { config: "[operators]\ntwo_persons = false\n".to_owned(), ..Options::default() };
    async fn where_one_person_is_enough_it_is_done_at_once(world) {
        let (old, new) = (world.organisation("Maison A").await, world.organisation("Maison B").await);
        let mut olga = operator(&world, "Olga").await;
        let page = olga.get(&world, &format!("/operateur/structures/{old}/fusionner?vers={new}")).await;
        assert!(page.main_text().contains("une seule personne suffit"), "{}", page.main_text());
        let silent = send_to(&mut olga, &page, "/fusionner", &[("reason", "")]).await;
        assert_eq!(silent.status.as_u16(), 422);
        let done = send_to(&mut olga, &silent, "/fusionner", &[("reason", "Communes nouvelles")]).await;
        assert!(done.main_text().contains("Fusionnée avec Maison B"), "{}", done.main_text());
        assert_eq!(world.count("organisation.merged").await, 1);
    }
}
