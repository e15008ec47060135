//! A mandate held by several causes at once is in force again when none is left.

use std::sync::Arc;

use procura::domain::case::CaseOutcome;
use procura::domain::mandate::HoldCause;
use procura::domain::mandate::MandateStatus;
use procura::operations::cases;
use procura::operations::cases::Speaker;
use procura::operations::holds::causes;
use procura::operations::organisation_holds::follow;
use procura::operations::refusal::Refusal;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::restore_organisation;
use procura::operations::suspend::suspend_organisation;
use procura::operations::suspend_mandate::Suspender;
use procura::operations::suspend_mandate::restore;
use procura::operations::suspend_mandate::suspend;

use crate::consent::approved;
use crate::consent::status;
use crate::life::act_lines;
use crate::life::acted;
use crate::life::agent;
use crate::life::chain;
use crate::life::contest_at;
use crate::life::contested;
use crate::races::Race;
use crate::world::CLI;

on_each_database! {
    async fn each_cause_must_go_before_a_mandate_is_in_force_again(world) {
        let race = acted(world).await;
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let bench = &world.bench;
        let number = contested(&race).await;
        let organisation = race.aidant.organisation.id;
        suspend_organisation(bench, &CLI, organisation, "contrôle", None).await.expect("suspended");
        suspend(bench, Suspender::Operator(&CLI), mandate, "vérification", None).await.expect("held");
        suspend(bench, Suspender::Person(&race.person), mandate, "", None).await.expect("held");
        assert_eq!(
            causes(bench, mandate).await.expect("a read"),
            [HoldCause::Case, HoldCause::Organisation, HoldCause::Operator, HoldCause::Person]
        );
        let again = suspend(bench, Suspender::Operator(&CLI), mandate, "vérification", None).await;
        assert!(matches!(again, Err(Refusal::Conflict(_))), "held by the same already: {again:?}");
        let alix = agent(world, "Alix", &[]).await;
        cases::answer(bench, Speaker::Authority(&alix), &number, "Nous regardons.", None).await.expect("answered");
        cases::close(bench, &alix, &number, CaseOutcome::Restored, "Rien d’anormal.", None).await.expect("closed");
        restore_organisation(bench, &CLI, organisation, None).await.expect("restored");
        restore(bench, Suspender::Operator(&CLI), mandate, "vérifié", None).await.expect("lifted");
        assert_eq!(status(world, mandate).await, MandateStatus::Suspended, "she still holds it herself");
        let by_operator = restore(bench, Suspender::Operator(&CLI), mandate, "vérifié", None).await;
        assert!(matches!(by_operator, Err(Refusal::Conflict(_))), "nobody lets go what another held");
        restore(bench, Suspender::Person(&race.person), mandate, "", None).await.expect("lifted");
        assert_eq!(status(world, mandate).await, MandateStatus::Active);
        let lines = chain(world, mandate).await;
        let of = |kind: &str| lines.iter().filter(|known| *known == kind).count();
        assert_eq!((of("mandate.suspended"), of("mandate.hold_added"), of("mandate.hold_lifted"), of("mandate.restored")), (1, 3, 3, 1), "{lines:?}");
        assert!(race.open(race.begin().await).await.is_some(), "it can be used again");
    }

    async fn every_mandate_of_a_suspended_organisation_is_held_and_let_go(world) {
        let mut race = Race::set(world).await;
        let scene = &mut Arc::get_mut(&mut race).expect("nobody else holds it").scene;
        let other = approved(&scene.world, &mut scene.aidant, &["papiers"], "month", "jeanne").await;
        let world = &race.scene.world;
        let (bench, organisation) = (&world.bench, race.aidant.organisation.id);
        suspend_organisation(bench, &CLI, organisation, "contrôle", None).await.expect("suspended");
        for id in [race.scene.mandate.id, other.id] {
            assert_eq!(status(world, id).await, MandateStatus::Suspended);
            let lines = chain(world, id).await;
            assert_eq!(lines.iter().filter(|kind| *kind == "mandate.suspended").count(), 1, "{lines:?}");
        }
        assert_eq!(follow(bench, None).await.expect("a round"), 0, "nothing is held twice");
        revoke(bench, Revoker::Person(&race.person), other.id, None, None, None).await.expect("ended while held");
        restore_organisation(bench, &CLI, organisation, None).await.expect("restored");
        assert_eq!(status(world, race.scene.mandate.id).await, MandateStatus::Active);
        assert_eq!(status(world, other.id).await, MandateStatus::Revoked, "what ended stays ended");
        assert_eq!(follow(bench, None).await.expect("a round"), 0);
    }

    async fn an_authority_holds_only_what_lies_in_its_competence(world) {
        let race = acted(world).await;
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let elsewhere = crate::spaces::service(world, "ailleurs", "Ailleurs").await;
        let elsewhere = procura::domain::ids::ClientId::parse(&elsewhere.id).expect("an id");
        let (here, there) = (agent(world, "Ici", std::slice::from_ref(&race.client.id)).await, agent(world, "Las", &[elsewhere]).await);
        let bench = &world.bench;
        let refused = suspend(bench, Suspender::Authority(&there), mandate, "contrôle", None).await;
        assert!(matches!(refused, Err(Refusal::NotFound)), "{refused:?}");
        let unsaid = suspend(bench, Suspender::Authority(&here), mandate, "  ", None).await;
        assert!(matches!(unsaid, Err(Refusal::Invalid(_))), "{unsaid:?}");
        suspend(bench, Suspender::Authority(&here), mandate, "contrôle", None).await.expect("held");
        let national = agent(world, "Nadia", &[]).await;
        restore(bench, Suspender::Authority(&national), mandate, "levé", None).await.expect("lifted");
        assert_eq!(status(world, mandate).await, MandateStatus::Active);
    }

    async fn a_restoration_and_a_revocation_at_once_leave_it_revoked(world) {
        for _ in 0..3 {
            let race = acted(crate::world::World::start(world.engine).await).await;
            let mandate = race.scene.mandate.id;
            suspend(&race.scene.world.bench, Suspender::Operator(&CLI), mandate, "x", None).await.expect("held");
            let (one, two) = (Arc::clone(&race), Arc::clone(&race));
            let restoring = tokio::spawn(async move {
                restore(&one.scene.world.bench, Suspender::Operator(&CLI), mandate, "y", None).await
            });
            let revoking = tokio::spawn(async move {
                revoke(&two.scene.world.bench, Revoker::Person(&two.person), mandate, None, None, None).await
            });
            let restored = restoring.await.expect("a task");
            revoking.await.expect("a task").expect("she ends it whatever happens");
            assert!(matches!(restored, Ok(()) | Err(Refusal::Conflict(_))), "{restored:?}");
            assert_eq!(status(&race.scene.world, mandate).await, MandateStatus::Revoked);
            let lines = chain(&race.scene.world, mandate).await;
            assert_eq!(lines.last().map(String::as_str), Some("mandate.revoked"), "{lines:?}");
        }
    }

    async fn closing_a_case_and_opening_another_at_once_never_frees_the_mandate(world) {
        let race = acted(world).await;
        let (world, mandate) = (&race.scene.world, race.scene.mandate.id);
        let code = race.opened().await;
        race.redeem(&code).await.expect("tokens");
        let number = contested(&race).await;
        let second = act_lines(world).await[1];
        let alix = agent(world, "Alix", &[]).await;
        let bench = &world.bench;
        cases::answer(bench, Speaker::Authority(&alix), &number, "Nous regardons.", None).await.expect("answered");
        let (closer, opener) = (Arc::clone(&race), Arc::clone(&race));
        let closing = tokio::spawn(async move {
            let bench = &closer.scene.world.bench;
            cases::close(bench, &alix, &number, CaseOutcome::Restored, "Rien.", None).await
        });
        let opening = tokio::spawn(async move { contest_at(&opener, second).await });
        closing.await.expect("a task").expect("closed");
        opening.await.expect("a task");
        assert_eq!(status(world, mandate).await, MandateStatus::Suspended);
        assert_eq!(causes(bench, mandate).await.expect("a read"), [HoldCause::Case]);
        chain(world, mandate).await;
        assert!(race.open(race.begin().await).await.is_none(), "it cannot be used");
    }
}
