//! The life of a mandate against its table: any steps, only allowed edges, each with exactly one entry on a chain without gaps.

use std::collections::BTreeSet;

use procura::domain::case::CaseOutcome;
use procura::domain::ids::AccountId;
use procura::domain::ids::HabilitationId;
use procura::domain::ids::MandateId;
use procura::domain::ids::OrganisationId;
use procura::domain::ids::PersonId;
use procura::domain::mandate::Channel;
use procura::domain::mandate::Consent;
use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::End;
use procura::domain::mandate::EndedBy;
use procura::domain::mandate::Mandate;
use procura::domain::mandate::MandateDuration;
use procura::domain::mandate::MandateStatus;
use procura::domain::mandate::Terms;
use procura::domain::mandate::Validity;
use procura::domain::person::ConsentGrade;
use procura::domain::theme::Theme;
use procura::domain::time::Instant;
use procura::operations::cases;
use procura::operations::cases::Speaker;
use procura::operations::refusal::Refusal;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::restore_organisation;
use procura::operations::suspend::suspend_organisation;
use procura::operations::suspend_mandate::Suspender;
use procura::operations::suspend_mandate::restore;
use procura::operations::suspend_mandate::suspend;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prelude::proptest;
use proptest::test_runner::Config;
use uuid::Uuid;

use crate::consent::status;
use crate::life::act_lines;
use crate::life::acted;
use crate::life::agent;
use crate::life::chain;
use crate::life::contest_at;
use crate::world::CLI;

const START: Instant = Instant::from_seconds(1_795_424_400);

/// The table of the product: everything that may become something else.
const TABLE: [(MandateStatus, &[MandateStatus]); 8] = {
    use MandateStatus::Active;
    use MandateStatus::AwaitingConsent;
    use MandateStatus::Draft;
    use MandateStatus::Expired;
    use MandateStatus::Lapsed;
    use MandateStatus::Refused;
    use MandateStatus::Revoked;
    use MandateStatus::Suspended;
    [
        (Draft, &[AwaitingConsent, Lapsed]),
        (AwaitingConsent, &[Active, Refused, Lapsed]),
        (Active, &[Suspended, Revoked, Expired]),
        (Suspended, &[Active, Revoked, Expired]),
        (Revoked, &[]),
        (Expired, &[]),
        (Refused, &[]),
        (Lapsed, &[]),
    ]
};

fn allowed(from: MandateStatus, to: MandateStatus) -> bool {
    TABLE.iter().any(|(known, next)| *known == from && next.contains(&to))
}

fn draft() -> Mandate {
    let terms = Terms {
        organisation: OrganisationId::from_uuid(Uuid::from_u128(1)),
        drafted_by: AccountId::from_uuid(Uuid::from_u128(2)),
        habilitation: HabilitationId::from_uuid(Uuid::from_u128(3)),
        themes: BTreeSet::from([Theme::Social, Theme::Logement]),
        duration: MandateDuration::Month,
        channel: Channel::Present,
        text_version: "2026-11-22".to_owned(),
        reference: [7; 16],
        drafted_at: START,
    };
    let lapses_at = START.plus(std::time::Duration::from_secs(3_600));
    Mandate::draft(MandateId::from_uuid(Uuid::from_u128(4)), terms, lapses_at)
}

fn consent(now: Instant) -> Consent {
    Consent {
        person: PersonId::from_uuid(Uuid::from_u128(5)),
        method: ConsentMethod::FranceConnect,
        grade: ConsentGrade::FranceConnect,
        text_digest: [9; 32],
        validity: Validity::approved_at(now, MandateDuration::Month),
    }
}

/// One step by number; `None` where the life does not allow it.
fn step(mandate: &Mandate, number: u8, now: Instant) -> Option<Mandate> {
    let end = || End { at: now, by: EndedBy::Person };
    let mandate = mandate.clone();
    match number % 9 {
        0 => mandate.submit(),
        1 => mandate.approve(consent(now)),
        2 => mandate.refuse(now),
        3 => mandate.lapse(now),
        4 => mandate.suspend(now),
        5 => mandate.restore(),
        6 => mandate.revoke(end()),
        7 => mandate.revoke_theme(if number < 128 { Theme::Social } else { Theme::Logement }, end()),
        _ => mandate.expire(now),
    }
    .ok()
}

proptest! {
    #![proptest_config(Config { cases: 512, failure_persistence: None, ..Config::default() })]
    #[test]
    fn any_steps_take_only_the_edges_of_the_table(steps in vec((any::<u8>(), 0_u64..3_000_000), 0..40)) {
        let mut mandate = draft();
        let mut now = START;
        for (number, wait) in steps {
            now = now.plus(std::time::Duration::from_secs(wait));
            let from = mandate.status();
            if let Some(next) = step(&mandate, number, now) {
                let to = next.status();
                assert!(from == to && number % 9 == 7 || allowed(from, to), "{from} to {to} by {number}");
                assert!(from == to || from.may_become(to), "the domain's own table");
                assert_eq!(next.terms, mandate.terms, "what was drawn up never changes");
                assert!(mandate.consent().is_none() || next.consent() == mandate.consent(), "nor the consent");
                mandate = next;
            }
            let shown = mandate.status_at(now);
            assert!(shown == mandate.status() || allowed(mandate.status(), shown), "shown as {shown}");
        }
    }
}

#[test]
fn the_domain_has_the_products_table() {
    for from in MandateStatus::ALL {
        for to in MandateStatus::ALL {
            assert_eq!(from.may_become(*to), allowed(*from, *to), "{from} to {to}");
        }
    }
}

/// The state a chain of entries tells, edge by edge.
fn told(kinds: &[String]) -> MandateStatus {
    let mut at = MandateStatus::Draft;
    for kind in kinds {
        let to = match kind.as_str() {
            "mandate.submitted" => MandateStatus::AwaitingConsent,
            "mandate.approved" | "mandate.restored" => MandateStatus::Active,
            "mandate.suspended" => MandateStatus::Suspended,
            "mandate.revoked" => MandateStatus::Revoked,
            "mandate.expired" => MandateStatus::Expired,
            _ => continue,
        };
        assert!(allowed(at, to), "{at} to {to} in {kinds:?}");
        at = to;
    }
    at
}

/// The steps of one walk: the same on every run, different for each seed.
fn walk(seed: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(seed), |last| Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)))
        .skip(1)
        .map(|number| number >> 16)
}

on_each_database! {
    async fn any_operations_leave_a_chain_that_tells_the_state(world) {
        let engine = world.engine;
        drop(world);
        for seed in [3, 11] {
            let race = acted(crate::world::World::start(engine).await).await;
            let (bench, mandate) = (&race.scene.world.bench, race.scene.mandate.id);
            let alix = agent(&race.scene.world, "Alix", &[]).await;
            let organisation = race.aidant.organisation.id;
            let mut open: Vec<String> = Vec::new();
            for (number, turn) in walk(seed).take(24).enumerate() {
                let before = chain(&race.scene.world, mandate).await.len();
                let from = status(&race.scene.world, mandate).await;
                let done: Result<(), Refusal> = match turn % 9 {
                    0 => suspend(bench, Suspender::Operator(&CLI), mandate, "x", None).await,
                    1 => restore(bench, Suspender::Operator(&CLI), mandate, "x", None).await,
                    2 => suspend(bench, Suspender::Person(&race.person), mandate, "", None).await,
                    3 => restore(bench, Suspender::Person(&race.person), mandate, "", None).await,
                    4 => suspend_organisation(bench, &CLI, organisation, "x", None).await,
                    5 => restore_organisation(bench, &CLI, organisation, None).await,
                    6 => {
                        if let Some(code) = race.open(race.begin().await).await {
                            race.redeem(&code).await;
                        }
                        let line = *act_lines(&race.scene.world).await.last().expect("an act");
                        let known = procura::operations::read_timeline::read_line(bench, &race.person, line).await.expect("hers");
                        if known.case.is_none() {
                            open.push(contest_at(&race, line).await);
                        }
                        Ok(())
                    }
                    7 => match open.pop() {
                        Some(number) => {
                            cases::answer(bench, Speaker::Authority(&alix), &number, "x", None).await.expect("answered");
                            cases::close(bench, &alix, &number, CaseOutcome::Restored, "x", None).await
                        }
                        None => Ok(()),
                    },
                    _ if number > 18 => revoke(bench, Revoker::Person(&race.person), mandate, Some(Theme::Logement), None, None).await,
                    _ => Ok(()),
                };
                let after = chain(&race.scene.world, mandate).await;
                match done {
                    Ok(()) => {}
                    Err(Refusal::Conflict(_)) => assert_eq!(after.len(), before, "what was refused wrote nothing"),
                    Err(other) => panic!("step {turn}: {other:?}"),
                }
                let edges = after[before..].iter().filter(|kind| {
                    matches!(kind.as_str(), "mandate.suspended" | "mandate.restored" | "mandate.revoked")
                });
                let to = status(&race.scene.world, mandate).await;
                assert_eq!(edges.count(), usize::from(from != to), "one entry for an edge and none without: {after:?}");
                assert_eq!(told(&after), to, "{after:?}");
            }
        }
    }
}
