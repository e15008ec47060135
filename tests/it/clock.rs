//! A machine's clock that ran an hour ahead and is set right: nothing that was begun meanwhile lives longer for it, nothing
//! that had ended comes back, and the ledger goes on.

use std::time::Duration;

use procura::domain::mandate::MandateStatus;
use procura::domain::theme::Theme;
use procura::domain::time::Clock;
use procura::operations::expire_mandates::expire_overdue;
use procura::storage::mandates;

use crate::consent::approved;
use crate::consent::status;
use crate::signals::stage::ALONE;
use crate::signals::stage::own_token;
use crate::signals::stage::system;
use crate::world::Engine;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

const HOUR: Duration = Duration::from_secs(3_600);

async fn is_in(world: &World, aidant: &mut Professional) -> bool {
    aidant.get(world, "/aidant/structure").await.url.path() == "/aidant/structure"
}

async fn token_dies(engine: Engine) {
    let world = World::start_with(engine, Options { config: ALONE.to_owned(), ..Options::default() }).await;
    let caf = system(&world, "caf", &[Theme::Social], None).await;
    let secret = caf.secret().to_owned();
    let active = async |token: &str| {
        let call = world.http.post(world.at("/oauth/introspect")).basic_auth("caf", Some(&secret));
        let answer = call.form(&[("token", token)]).send().await.expect("an answer");
        answer.json::<serde_json::Value>().await.expect("json")["active"] == true
    };
    let before = own_token(&world, "caf", &secret, "receipts").await;
    world.clock.advance(HOUR);
    let ahead = own_token(&world, "caf", &secret, "receipts").await;
    assert!(active(&ahead).await);
    world.clock.set_back(HOUR);
    assert!(!active(&ahead).await, "it would live an hour longer");
    assert!(active(&before).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_from_a_clock_that_ran_ahead_is_not_active_on_sqlite() {
    token_dies(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_from_a_clock_that_ran_ahead_is_not_active_on_postgres() {
    token_dies(Engine::Postgres).await;
}

on_each_database! {
    async fn a_login_from_a_clock_that_ran_ahead_is_not_kept(world) {
        let mut early = world.aidant("Amélie").await;
        early.login(&world).await;
        let mut late = world.aidant("Bénédicte").await;
        world.clock.advance(HOUR - Duration::from_secs(60));
        late.login(&world).await;
        assert!(is_in(&world, &mut late).await && is_in(&world, &mut early).await);
        world.clock.set_back(HOUR - Duration::from_secs(60));
        assert!(!is_in(&world, &mut late).await, "it would live an hour longer");
        assert!(is_in(&world, &mut early).await, "what was begun in time goes on");
        // Her use an hour ahead does not prolong it either: it is noted anew, and idle from then on.
        world.clock.advance(HOUR + Duration::from_secs(60));
        assert!(!is_in(&world, &mut early).await);
    }

    async fn a_mandate_that_ended_under_it_stays_ended(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let handed = approved(&world, &mut aidant, &["social"], "short", "jeanne").await;
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
        let until = {
            let mut tx = world.bench.db.read().await.expect("a transaction");
            let found = mandates::find(&mut tx, handed.id).await.expect("a read").expect("the mandate");
            found.mandate.consent().expect("approved").validity.until
        };
        world.clock.advance(until.since(world.clock.now()) + HOUR / 2);
        assert_eq!(status(&world, handed.id).await, MandateStatus::Expired);
        while expire_overdue(&world.bench).await.expect("ends") > 0 {}
        let expired = world.count("mandate.expired").await;
        world.clock.set_back(HOUR);
        assert!(world.clock.now() < until);
        assert_eq!(status(&world, handed.id).await, MandateStatus::Expired);
        while expire_overdue(&world.bench).await.expect("ends") > 0 {}
        assert_eq!(world.count("mandate.expired").await, expired, "its end is told once");
        assert_eq!(expired, 1);
    }
}
