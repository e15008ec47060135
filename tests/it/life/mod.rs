//! The life of a mandate, and what protects the person and the aidant: cases, holds, renewal, ends, errors, calls and letters.

mod cases;
mod ends;
mod errors;
mod holds;
mod machine;
mod recorded;
mod renewal;

use std::sync::Arc;

use procura::domain::ids::ClientId;
use procura::domain::ids::EntryId;
use procura::domain::ids::MandateId;
use procura::domain::message::Message;
use procura::domain::message::MessageLanguage;
use procura::operations::actors::AuthorityActor;
use procura::operations::contest_line::contest_line;
use procura::operations::current;
use procura::storage::db::Sql;

use crate::races::Race;
use crate::world::World;

/// Contests the first act of a race; gives the case's number.
pub async fn contested(race: &Race) -> String {
    let line = race.first_line().await;
    contest_at(race, line).await
}

/// Contests an act; gives the case's number.
pub async fn contest_at(race: &Race, line: EntryId) -> String {
    let bench = &race.scene.world.bench;
    let french = MessageLanguage::French;
    let case = contest_line(bench, &race.person, line, "Ce n’était pas prévu.", french, None).await;
    case.expect("a case").number
}

/// The lines of every act opened so far, oldest first.
pub async fn act_lines(world: &World) -> Vec<EntryId> {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let sql = Sql::same("SELECT entry FROM entry_refs WHERE kind = 'act.opened' ORDER BY at, entry");
    let rows: Vec<(EntryId,)> = tx.query(sql).fetch_all().await.expect("a read");
    rows.into_iter().map(|(entry,)| entry).collect()
}

/// A race with one whole act behind it.
pub async fn acted(world: World) -> Arc<Race> {
    let race = Race::set(world).await;
    let code = race.opened().await;
    race.redeem(&code).await.expect("tokens");
    race
}

/// An agent of an authority, as operations know it; of national oversight without clients.
pub async fn agent(world: &World, given_name: &str, clients: &[ClientId]) -> AuthorityActor {
    let enrolled = world.authority(given_name, clients).await;
    let found = current::authority(&world.bench, enrolled.account, None).await;
    found.expect("a read").expect("the agent")
}

/// The messages written to an address.
pub async fn written_to(world: &World, email: &str) -> Vec<Message> {
    let all = world.messages().await;
    all.into_iter().filter(|message| to(message).eq_ignore_ascii_case(email)).collect()
}

fn to(message: &Message) -> String {
    message.to.show().clone()
}

/// The kinds of a mandate's entries in the order of its chain; fails where a place is missing or taken twice.
pub async fn chain(world: &World, id: MandateId) -> Vec<String> {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let sql = Sql::same("SELECT kind, refused FROM entry_refs WHERE mandate = $1 ORDER BY at, entry");
    let rows: Vec<(String, bool)> = tx.query(sql).bind(id).fetch_all().await.expect("the lines");
    let sql = Sql::same("SELECT chain_n FROM mandates WHERE id = $1");
    let (length,): (i64,) = tx.query(sql).bind(id).fetch_one().await.expect("the mandate");
    assert_eq!(usize::try_from(length).expect("a length"), rows.len(), "{rows:?}");
    rows.into_iter().map(|(kind, refused)| if refused { kind + "!" } else { kind }).collect()
}
