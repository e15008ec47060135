//! Two at once: operators on one habilitation, referents on one aidant, the last two referents leaving, a removal amid an act.

use std::sync::Arc;

use procura::domain::organisation::ReferentKind;
use procura::operations::referents;
use procura::operations::referents::Decider;
use procura::operations::refusal::Refusal;
use procura::operations::request_habilitation::request_as_referent;
use procura::operations::suspend;
use procura::operations::suspend::Changer;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;

use super::*;

on_each_database! {
    async fn two_operators_at_once_neither_wait_for_ever_nor_both_win(world) {
        let amelie = world.aidant("Amélie").await;
        let (world, id) = (Arc::new(world), amelie.habilitations[0]);
        for round in 0..6 {
            let mut running = Vec::new();
            for number in 0..6 {
                let world = Arc::clone(&world);
                running.push(tokio::spawn(async move {
                    let change = match round % 2 {
                        0 => HabilitationChange::Suspend("contrôle"),
                        _ => HabilitationChange::Restore,
                    };
                    (number, change_habilitation(&world.bench, &CLI, id, change, None).await)
                }));
            }
            let mut won = 0;
            for task in running {
                match task.await.expect("a task").1 {
                    Ok(()) => won += 1,
                    Err(Refusal::Conflict("habilitation-status")) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(won, 1, "round {round}");
        }
        assert_eq!((world.count("habilitation.suspended").await, world.count("habilitation.restored").await), (3, 3));
    }

    async fn two_referents_at_once_invite_one_aidant_once(world) {
        let place = world.organisation("CCAS de Dole").await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let (rene, sonia) = (world.referent("René", &[place]).await, world.referent("Sonia", &[place]).await);
        let other = world.referent("Ali", &[elsewhere]).await;
        let mut actors = Vec::new();
        for (who, place) in [(&rene, place), (&sonia, place), (&other, elsewhere)] {
            actors.push((staff(&world, who).await, place));
        }
        let world = Arc::new(world);
        let running: Vec<_> = actors
            .into_iter()
            .map(|((actor, managed), place)| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    let new = newcomer("Zoé", "zoe@dole.example");
                    request_as_referent(&world.bench, (&actor, &managed), place, &new, None).await
                })
            })
            .collect();
        let mut done = Vec::new();
        for task in running {
            done.push(task.await.expect("a task"));
        }
        assert!(done[2].is_ok(), "the other organisation's: {:?}", done[2]);
        let here: Vec<_> = done[..2].iter().collect();
        assert_eq!(here.iter().filter(|one| one.is_ok()).count(), 1, "{here:?}");
        let told = here.iter().find_map(|one| one.as_ref().err());
        assert!(matches!(told, Some(Refusal::Invalid(faults)) if faults[0].key == "already-here"), "{told:?}");
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let all = habilitations::every(&mut tx).await.expect("a list");
        assert!(all.len() == 2 && all[0].account == all[1].account, "one account, two organisations: {all:?}");
    }

    async fn two_referents_change_one_aidant_at_once(world) {
        let amelie = world.aidant("Amélie").await;
        let (place, id) = (amelie.organisations[0], amelie.habilitations[0]);
        let (rene, sonia) = (world.referent("René", &[place]).await, world.referent("Sonia", &[place]).await);
        let (first, second) = (staff(&world, &rene).await, staff(&world, &sonia).await);
        let suspend = suspend::change(&world.bench, Changer::Referent(&first.0, &first.1), id, HabilitationChange::Suspend("congé"), None);
        let end = suspend::change(&world.bench, Changer::Referent(&second.0, &second.1), id, HabilitationChange::End("départ"), None);
        let (suspended, ended) = tokio::join!(suspend, end);
        ended.expect("an end follows anything that lives");
        assert!(matches!(suspended, Ok(()) | Err(Refusal::Conflict("habilitation-status"))), "{suspended:?}");
        assert_eq!(find(&world, id).await.status().as_str(), "ended");
    }

    async fn of_the_last_two_referents_who_leave_at_once_one_stays(world) {
        for round in 0..4 {
            let place = world.organisation(&format!("CCAS {round}")).await;
            let (rene, sonia) = (
                world.referent(&format!("René{round}"), &[place]).await,
                world.referent(&format!("Sonia{round}"), &[place]).await,
            );
            let (first, second) = (staff(&world, &rene).await, staff(&world, &sonia).await);
            let (one, other) = tokio::join!(
                referents::leave(&world.bench, (&first.0, &first.1), place, None),
                referents::leave(&world.bench, (&second.0, &second.1), place, None),
            );
            assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
            let left = referents::of(&world.bench, Decider::Operator(&CLI), place).await.expect("a list");
            assert!(left.len() == 1 && left[0].kind == ReferentKind::Referent, "{left:?}");
        }
        assert_eq!((world.count("referent.left").await, world.count("referent.left!").await), (4, 4));
    }
}
