//! The authority's work: searches, approvals, orders of courts, exports, systems.

mod cases;
mod four_eyes;
mod orders;
mod searches;
mod systems;

use procura::demo::browser::page::Page;
use procura::domain::ids::ClientId;
use procura::domain::person::folded;
use procura::operations::actors;
use procura::operations::actors::AuthorityActor;
use procura::operations::actors::PersonActor;
use procura::operations::bench::Bench;
use procura::operations::current;
use procura::operations::read_timeline;
use procura::operations::read_timeline::Filter;
use procura::operations::read_trail;
use procura::operations::read_trail::Purpose;
use procura::operations::read_trail::Search;
use procura::operations::refusal::Refusal;
use procura::storage::db::Sql;

use crate::consent::approved;
use crate::spaces::Scene;
use crate::world::Professional;
use crate::world::World;

pub const PURPOSE: &str = "Contrôle de l’activité du mois";

pub fn client(id: &str) -> ClientId {
    ClientId::parse(id).expect("a client's identifier")
}

/// The agent as operations know her.
pub async fn actor(world: &World, agent: &Professional) -> AuthorityActor {
    let now = world.bench.now();
    current::authority(&world.bench, agent.account, Some(now)).await.expect("a read").expect("an agent")
}

pub async fn purpose(world: &World, agent: &AuthorityActor) -> Purpose {
    read_trail::state_purpose(&world.bench, agent, PURPOSE, None).await.expect("a purpose")
}

/// A search for Jeanne.
pub fn jeanne() -> Search {
    Search { person: "Lefèvre 12/04/1948".to_owned(), ..Search::default() }
}

/// The person of the scene as her own space knows her.
pub async fn herself(world: &World) -> PersonActor {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    for row in world.persons().await {
        let person = actors::person(&world.bench, &mut tx, row.id).await.expect("her");
        if folded(person.person.identity.family_name.show()) == "lefevre" {
            return person;
        }
    }
    panic!("nobody of that name");
}

/// The kinds on her timeline, newest first.
pub async fn timeline(bench: &Bench, person: &PersonActor) -> Vec<String> {
    let page = read_timeline::read_timeline(bench, person, Filter::default()).await.expect("her journal");
    page.groups.into_iter().map(|group| group.main.kind).collect()
}

/// Everything that was written has its place in the tree.
pub async fn settled(world: &World) {
    for _ in 0..100 {
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let waiting: Option<(i64,)> = tx
            .query(Sql::same("SELECT COUNT(*) FROM ledger_pending"))
            .fetch_optional()
            .await
            .expect("the queue");
        drop(tx);
        if waiting == Some((0,)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the integrator does not come along");
}

/// The key of a refusal.
pub fn key<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> &'static str {
    match refused {
        Err(Refusal::Conflict(key)) => key,
        Err(Refusal::Invalid(faults)) => faults.first().map_or("", |fault| fault.key),
        Err(Refusal::NotFound) => "not-found",
        other => panic!("{other:?}"),
    }
}

/// A second person with a mandate of the same aidant.
pub async fn another_person(scene: &mut Scene) {
    approved(&scene.world, &mut scene.aidant, &["social"], "semester", "boubacar").await;
}

pub async fn stated(scene: &Scene, agent: &mut Professional) -> Page {
    let page = agent.get(&scene.world, "/autorite/journal").await;
    let form =
        page.form_last_in_main().expect("the purpose").with(&[("purpose", PURPOSE)]).expect("its field");
    agent.browser.submit(&form).await.expect("the search")
}

pub async fn searched(agent: &mut Professional, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("the search").with(fields).expect("its fields");
    agent.browser.submit(&form).await.expect("the trail")
}
