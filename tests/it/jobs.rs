//! The jobs: messages leave once and are tried again with growing waits, what has served its time goes.

use std::time::Duration;

use procura::domain::act::ActStatus;
use procura::domain::ids::ActId;
use procura::domain::message::Address;
use procura::domain::message::Message;
use procura::domain::message::MessageBody;
use procura::domain::message::MessageLanguage;
use procura::domain::private::Private;
use procura::operations::deliver;
use procura::operations::purge;
use procura::operations::work::Housekeeping;
use procura::operations::work::Work;
use procura::storage::db::Sql;
use procura::storage::db::Tx;

use crate::world::bare::Bare;

const HOLD: Duration = Duration::from_secs(120);
const DAY: Duration = Duration::from_secs(86_400);
/// More than a test takes between two lines: the clock runs meanwhile.
const MARGIN: Duration = Duration::from_secs(60);

async fn post(bare: &Bare, worth_for: Duration) {
    let mut work = Work::begin(&bare.bench, None).await.expect("a transaction");
    let message = Message {
        to: Address::Email(Private::new("jeanne@example.org".to_owned())),
        name: Private::new("Jeanne Lefèvre".to_owned()),
        language: MessageLanguage::French,
        body: MessageBody::CaseOpened { number: "2026-0001".to_owned(), organisation: "CCAS".to_owned() },
    };
    work.send(&message, worth_for).await.expect("posted");
    work.commit_without_entry(Housekeeping::Outbox).await.expect("a commit");
}

async fn count(tx: &mut Tx, sql: &'static str) -> i64 {
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
}

/// How many pushed requests and how many acts of each of these states are left after a purge.
async fn left(bare: &Bare) -> (i64, i64, i64) {
    purge::purge(&bare.bench).await.expect("purged");
    let mut tx = bare.bench.db.read().await.expect("a transaction");
    (
        count(&mut tx, "SELECT COUNT(*) FROM pushed_requests").await,
        count(&mut tx, "SELECT COUNT(*) FROM acts WHERE status = 'choosing'").await,
        count(&mut tx, "SELECT COUNT(*) FROM acts WHERE status = 'refused'").await,
    )
}

on_each_engine! {
    async fn a_message_is_claimed_by_one_and_waits_longer_after_each_failure(bare) {
        post(&bare, Duration::from_secs(3_600)).await;
        let bench = &bare.bench;
        let other = bare.another().await;
        let (one, two) = tokio::join!(deliver::claim(bench, HOLD), deliver::claim(&other, HOLD));
        let mut claimed = one.expect("claimed");
        claimed.extend(two.expect("claimed"));
        assert_eq!(claimed.len(), 1, "two processes share one message");
        let mut message = claimed.remove(0);
        assert_eq!(message.message.as_ref().expect("readable").to.show(), "jeanne@example.org");
        for wait in [5, 10, 20, 40] {
            deliver::put_back(bench, &message).await.expect("put back");
            bare.clock.advance(Duration::from_secs(wait - 1));
            assert!(!deliver::anything_due(bench).await.expect("readable"), "before {wait} s");
            bare.clock.advance(Duration::from_secs(1));
            message = deliver::claim(bench, HOLD).await.expect("claimed").remove(0);
        }
        deliver::done(bench, message.id).await.expect("noted");
        bare.clock.advance(Duration::from_secs(900));
        assert!(!deliver::anything_due(bench).await.expect("readable"));
    }

    async fn a_claim_of_a_process_that_died_ends_by_itself(bare) {
        post(&bare, Duration::from_secs(3_600)).await;
        assert_eq!(deliver::claim(&bare.bench, HOLD).await.expect("claimed").len(), 1);
        assert!(deliver::claim(&bare.bench, HOLD).await.expect("claimed").is_empty());
        bare.clock.advance(HOLD + Duration::from_secs(1));
        assert_eq!(deliver::claim(&bare.bench, HOLD).await.expect("claimed")[0].attempts, 2);
    }

    async fn what_has_served_its_time_goes_and_the_rest_stays(bare) {
        post(&bare, Duration::from_secs(60)).await;
        post(&bare, Duration::from_secs(86_400 * 3)).await;
        let mut tx = bare.bench.db.begin().await.expect("a transaction");
        let now = bare.bench.now();
        for (key, expires) in [(1_u8, now.plus(Duration::from_secs(60))), (2, now.plus(Duration::from_secs(86_400)))] {
            for sql in [
                "INSERT INTO sessions (id_hash, sealed, expires_at) VALUES ($1, $1, $2)",
                "INSERT INTO seen_tokens (id_hash, expires_at) VALUES ($1, $2)",
                "INSERT INTO throttles (subject_hash, failures, last_at) VALUES ($1, 1, $2)",
            ] {
                let sql = match sql.contains("sealed") {
                    true => "INSERT INTO sessions (id_hash, sealed, expires_at) VALUES ($1, $3, $2)",
                    false => sql,
                };
                let query = tx.query(Sql::same(sql)).bind(vec![key; 32]).bind(expires);
                let query = if sql.contains("$3") { query.bind(vec![0_u8]) } else { query };
                query.execute().await.expect("a row");
            }
        }
        tx.commit().await.expect("a commit");
        assert_eq!(purge::purge(&bare.bench).await.expect("purged"), 0);
        bare.clock.advance(Duration::from_secs(2 * 3_600));
        assert_eq!(purge::purge(&bare.bench).await.expect("purged"), 4);
        let mut tx = bare.bench.db.read().await.expect("a transaction");
        assert_eq!(count(&mut tx, "SELECT COUNT(*) FROM sessions").await, 1);
        assert_eq!(count(&mut tx, "SELECT COUNT(*) FROM outbox").await, 1);
    }

    async fn requests_and_choices_go_a_day_after_their_end_and_not_before(bare) {
        let bench = &bare.bench;
        let (request, choice) = (bench.config.oidc.par_lifetime, bench.config.oidc.choice_lifetime);
        assert!(request + MARGIN + MARGIN < choice, "one ends well before the other");
        let mut tx = bench.db.begin().await.expect("a transaction");
        let now = bench.now();
        let client = "INSERT INTO clients (id, status, registration, registered_by, created_at)
            VALUES ('service', 'active', '{}', 'cli', $1)";
        tx.query(Sql::same(client)).bind(now).execute().await.expect("a client");
        let pushed = "INSERT INTO pushed_requests (uri_hash, client, request, expires_at)
            VALUES ($1, 'service', '{}', $2)";
        let pushed = tx.query(Sql::same(pushed)).bind(vec![1_u8; 32]).bind(now.plus(request));
        pushed.execute().await.expect("a request");
        for status in [ActStatus::Choosing, ActStatus::Refused] {
            let act = "INSERT INTO acts (id, client, request, created_at, expires_at, browser_hash, status)
                VALUES ($1, 'service', '{}', $2, $3, $4, $5)";
            let act = tx.query(Sql::same(act)).bind(ActId::fresh(now, bench.random.as_ref())).bind(now);
            act.bind(now.plus(choice)).bind(vec![2_u8; 32]).bind(status).execute().await.expect("an act");
        }
        tx.commit().await.expect("a commit");
        bare.clock.advance((request + DAY).saturating_sub(MARGIN));
        assert_eq!(left(&bare).await, (1, 1, 1), "a minute less than a day after the request's end");
        bare.clock.advance(MARGIN + MARGIN);
        assert_eq!(left(&bare).await, (0, 1, 1), "the request alone");
        bare.clock.advance(choice.saturating_sub(request + MARGIN + MARGIN));
        assert_eq!(left(&bare).await, (0, 1, 1), "a minute less than a day after the choice's end");
        bare.clock.advance(MARGIN + MARGIN);
        assert_eq!(left(&bare).await, (0, 0, 1), "what was decided stays");
    }
}

on_each_database! {
    async fn a_login_link_arrives_by_smtp(world) {
        let mut aidant = world.aidant("Amélie").await;
        let written = aidant.link(&world).await;
        let arrived = world.mailbox.wait_for(&aidant.email, 0, Duration::from_secs(10)).await.expect("a mail");
        assert_eq!(arrived.links.first().map(String::as_str), Some(written.as_str()));
        assert_eq!(arrived.subject, "Votre lien de connexion");
    }
}
