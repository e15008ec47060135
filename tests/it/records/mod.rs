//! What is kept of persons and acts, how it is counted, watched, dropped and erased.

mod erasure;
mod export;
mod places;
mod retention;
mod signs;
mod statistics;

use procura::domain::ids::AccountId;
use procura::domain::ids::MandateId;
use procura::domain::ids::OrganisationId;
use procura::domain::ids::PersonId;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::actors::PersonActor;
use procura::operations::audit_ledger;
use procura::operations::audit_ledger::Finding;
use procura::operations::current;
use procura::storage::db::Sql;

use crate::world::World;

/// One number out of the database.
pub async fn number(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a number").0
}

/// The person who gave a mandate.
pub async fn giver(world: &World, mandate: MandateId) -> PersonId {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let sql = Sql::same("SELECT person FROM mandates WHERE id = $1");
    tx.query(sql).bind(mandate).fetch_one::<(PersonId,)>().await.expect("a person").0
}

/// The person who gave a mandate, as in her session.
pub async fn person(world: &World, mandate: MandateId) -> PersonActor {
    current::person(&world.bench, giver(world, mandate).await).await.expect("a read").expect("the person")
}

/// Nothing is wrong with the ledger, payloads included; gives how many of those are erased.
pub async fn audited(world: &World) -> u64 {
    let mut done = audit_ledger::audit(&world.bench, true, &mut |_, _| {}).await.expect("an audit");
    // Where the clock was turned, lines look old that the integrator has not come to yet.
    for _ in 0..200 {
        if !done.findings.iter().any(|finding| matches!(finding, Finding::Unsequenced(_))) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        done = audit_ledger::audit(&world.bench, true, &mut |_, _| {}).await.expect("an audit");
    }
    assert!(done.findings.is_empty(), "{:?}", done.findings);
    done.payloads.expect("payloads").erased
}

/// Puts copies of a mandate into the database, each approved at one of these instants.
pub async fn copies(
    world: &World,
    mandate: MandateId,
    (aidant, organisation): (AccountId, OrganisationId),
    times: &[Instant],
) {
    let mut tx = world.bench.db.begin().await.expect("a transaction");
    let sql = Sql::same(
        "INSERT INTO mandates (id, organisation, drafted_by, habilitation, duration, channel, text_version, reference, drafted_at, lapses_at,
            status, person, consent_method, grade, text_digest, valid_from, valid_until, chain_n)
         SELECT $1, $2, $3, habilitation, duration, channel, text_version, reference, drafted_at, lapses_at,
            'active', person, consent_method, grade, text_digest, $4, valid_until, 0 FROM mandates WHERE id = $5",
    );
    for at in times {
        let id = MandateId::fresh(world.clock.now(), world.bench.random.as_ref());
        let query = tx.query(sql).bind(id).bind(organisation).bind(aidant).bind(*at).bind(mandate);
        assert_eq!(query.execute().await.expect("a copy"), 1);
    }
    tx.commit().await.expect("a commit");
}
