//! Status lists: what a client that checks by itself learns, how soon, and what nobody may learn from them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use procura::crypto::hash::unb64;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::crypto::status_list::Packed;
use procura::crypto::status_list::StatusError;
use procura::crypto::status_list::StatusList;
use procura::crypto::status_list::StatusReference;
use procura::crypto::status_list::look_up;
use procura::domain::ids::Random;
use procura::domain::mandate::Mandate;
use procura::domain::message::MessageLanguage;
use procura::domain::status::StatusValue;
use procura::domain::theme::Theme;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::bench::Bench;
use procura::operations::contest_line::contest_line;
use procura::operations::keys;
use procura::operations::purge;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::status_lists::rebuild;
use procura::operations::status_lists::turn_every;
use procura::storage::db::Sql;
use procura::storage::mandates;
use procura::storage::status;
use procura::storage::status::ListRow;
use serde_json::Map;
use serde_json::Value;

use crate::races::Race;
use crate::races::Tokens;
use crate::world::World;
use crate::world::bare::Bare;

fn claims(token: &str) -> Map<String, Value> {
    let payload = token.split('.').nth(1).and_then(unb64).expect("a JWS");
    serde_json::from_slice(&payload).expect("claims")
}

fn named(token: &str) -> StatusReference {
    StatusReference::of(&claims(token)).expect("the token names its status")
}

async fn tokens(race: &Race) -> Tokens {
    let code = race.opened().await;
    race.redeem(&code).await.expect("tokens")
}

async fn fetch(world: &World, uri: &str) -> String {
    let answer = world.http.get(uri).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{uri}");
    answer.text().await.expect("a token")
}

async fn jwks(world: &World) -> JwkSet {
    let answer = world.http.get(world.at("/oauth/jwks")).send().await.expect("an answer");
    answer.json().await.expect("keys")
}

/// What the published list says now, checked as a client checks it.
async fn looked(world: &World, reference: &StatusReference) -> StatusValue {
    let list = fetch(world, &reference.uri).await;
    let found = look_up(&list, &jwks(world).await, reference, world.clock.now()).expect("the list holds");
    StatusValue::from_code(found.value).expect("a value of ours")
}

/// Builds by hand until the published list says this: the job does the same beside us.
async fn becomes(world: &World, reference: &StatusReference, wanted: StatusValue) {
    for _ in 0..40 {
        rebuild(&world.bench).await.expect("built");
        if looked(world, reference).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{reference:?} never becomes {wanted}");
}

/// Changes the mandate as an operation would leave it.
async fn change(race: &Race, step: impl FnOnce(Mandate, Instant) -> Mandate) {
    let bench = &race.scene.world.bench;
    let mut tx = bench.db.begin().await.expect("a transaction");
    let stored = mandates::take(&mut tx, race.scene.mandate.id).await.expect("a read").expect("the mandate");
    mandates::save(&mut tx, &step(stored.mandate, bench.now())).await.expect("saved");
    tx.commit().await.expect("a commit");
}

fn invalid_in(list: &str) -> BTreeSet<usize> {
    let packed: Packed = serde_json::from_value(claims(list)["status_list"].clone()).expect("a list");
    let list = StatusList::unpack(&packed).expect("a list");
    (0..list.len()).filter(|index| list.get(*index) == Some(1)).collect()
}

on_each_database! {
    async fn a_list_follows_its_mandate_within_the_interval(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let (act, mandate) = (named(&given.access), named(&given.mandate));
        assert_eq!(named(&given.id), act, "ID token and access token speak of the same");
        assert_ne!(act, mandate, "the act is for one theme, the signed mandate names two");
        for reference in [&act, &mandate] {
            assert_eq!(looked(world, reference).await, StatusValue::Valid);
        }
        let list = claims(&fetch(world, &act.uri).await);
        assert_eq!(list["sub"], act.uri);
        assert_eq!((&list["ttl"], &list["status_list"]["bits"]), (&Value::from(10), &Value::from(2)));
        let line = race.first_line().await;
        contest_line(&world.bench, &race.person, line, "Je ne sais pas.", MessageLanguage::French, None).await.expect("a case");
        becomes(world, &act, StatusValue::Suspended).await;
        assert_eq!(looked(world, &mandate).await, StatusValue::Suspended);
        change(&race, |mandate, _| mandate.restore().expect("it was suspended")).await;
        becomes(world, &act, StatusValue::Valid).await;
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        let ended = world.clock.now();
        while looked(world, &act).await != StatusValue::Invalid {
            assert!(world.clock.now().since(ended) <= world.bench.config.oidc.status_every, "later than the interval");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(looked(world, &mandate).await, StatusValue::Invalid);
        assert!(turn_every(&world.bench) * 2 <= world.bench.config.oidc.status_every);
    }

    async fn many_who_ask_at_once_are_all_told_what_is_so(world) {
        let race = Race::set(world).await;
        let act = named(&tokens(&race).await.access);
        let world = &race.scene.world;
        let everybody = || join_all((0..40).map(|_| looked(world, &act)));
        assert!(everybody().await.iter().all(|value| *value == StatusValue::Valid));
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        let (_, values) = tokio::join!(becomes(world, &act, StatusValue::Invalid), everybody());
        assert!(values.iter().all(|value| matches!(value, StatusValue::Valid | StatusValue::Invalid)), "{values:?}");
        assert!(everybody().await.iter().all(|value| *value == StatusValue::Invalid), "once told, told to all");
    }

    async fn a_clock_that_ran_ahead_holds_no_end_back_and_brings_nothing_back(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let act = named(&given.access);
        world.clock.advance(Duration::from_secs(3_600));
        let line = race.first_line().await;
        contest_line(&world.bench, &race.person, line, "Je ne sais pas.", MessageLanguage::French, None).await.expect("a case");
        becomes(world, &act, StatusValue::Suspended).await;
        world.clock.set_back(Duration::from_secs(3_600));
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        becomes(world, &act, StatusValue::Invalid).await;
        world.clock.advance(Duration::from_secs(3_601));
        // Until it is signed again there is none that may be believed: never the one that was signed ahead.
        let answer = world.http.get(&act.uri).send().await.expect("an answer");
        if answer.status().as_u16() != 503 {
            let list = answer.text().await.expect("a token");
            let found = look_up(&list, &jwks(world).await, &act, world.clock.now()).expect("the list holds");
            assert_eq!(found.value, StatusValue::Invalid.code(), "what was signed ahead is gone");
        }
        becomes(world, &act, StatusValue::Invalid).await;
    }

    async fn a_theme_that_ends_takes_its_indexes_along_and_what_is_left_has_another(world) {
        let race = Race::set(world).await;
        let first = tokens(&race).await;
        let again = tokens(&race).await;
        assert_eq!((named(&first.access), named(&first.mandate)), (named(&again.access), named(&again.mandate)));
        let world = &race.scene.world;
        let by = Revoker::Person(&race.person);
        revoke(&world.bench, by, race.scene.mandate.id, Some(Theme::Logement), None, None).await.expect("ended");
        becomes(world, &named(&first.mandate), StatusValue::Invalid).await;
        assert_eq!(looked(world, &named(&first.access)).await, StatusValue::Valid, "it names the other theme alone");
        let left = tokens(&race).await;
        assert_ne!(named(&left.mandate), named(&first.mandate), "never the old index");
        assert_eq!(looked(world, &named(&left.mandate)).await, StatusValue::Valid);
        assert_eq!(looked(world, &named(&first.mandate)).await, StatusValue::Invalid);
    }

    async fn the_end_of_its_time_is_in_the_list_before_any_job_wrote_it_down(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        world.clock.advance(Duration::from_secs(184 * 86_400));
        becomes(world, &named(&given.mandate), StatusValue::Invalid).await;
    }

    async fn neither_counting_nor_what_changes_at_once_tells_what_ended(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let own: BTreeSet<usize> = [named(&given.access), named(&given.mandate)]
            .iter()
            .map(|reference| usize::try_from(reference.idx).expect("an index"))
            .collect();
        assert_eq!(own.len(), 2);
        let before = invalid_in(&fetch(world, &named(&given.mandate).uri).await);
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        becomes(world, &named(&given.mandate), StatusValue::Invalid).await;
        let after = invalid_in(&fetch(world, &named(&given.mandate).uri).await);
        let changed: BTreeSet<usize> = after.difference(&before).copied().collect();
        assert!(own.is_subset(&changed) && changed.len() >= own.len() + 2, "{own:?} alone in {changed:?}");
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let name = named(&given.mandate).uri.rsplit('/').next().expect("a name").to_owned();
        let decoys = status::decoys(&mut tx, &name).await.expect("decoys");
        let decoys: BTreeSet<usize> = decoys.iter().map(|decoy| usize::try_from(decoy.idx).expect("an index")).collect();
        assert!(decoys.is_disjoint(&own) && changed.difference(&own).all(|index| decoys.contains(index)));
        drop(tx);
        world.clock.advance(Duration::from_secs(50 * 60));
        rebuild(&world.bench).await.expect("built");
        let later = invalid_in(&fetch(world, &named(&given.mandate).uri).await);
        assert!(after.is_subset(&later), "what ended stays so, decoys too");
    }

    async fn a_list_can_be_asked_for_as_it_was(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let reference = named(&given.mandate);
        let valid_at = world.clock.now().seconds();
        world.clock.advance(Duration::from_secs(3));
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        becomes(world, &reference, StatusValue::Invalid).await;
        let at = |time: &str| format!("{}?time={time}", reference.uri);
        let then = fetch(world, &at(&valid_at.to_string())).await;
        let keys = jwks(world).await;
        let moment = Instant::from_seconds(valid_at);
        assert_eq!(look_up(&then, &keys, &reference, moment).expect("it held").value, 0, "as it was then");
        let now = world.clock.now();
        let list = fetch(world, &at(&now.seconds().to_string())).await;
        assert_eq!(look_up(&list, &keys, &reference, now).expect("it holds").value, 1);
        for (uri, wanted) in [
            (at("yesterday"), 400),
            (at("1&time=2"), 400),
            (at("12"), 404),
            (at(&(now.seconds() + 60).to_string()), 404),
            (reference.uri.replace("/status/", "/status/x"), 404),
        ] {
            let answer = world.http.get(&uri).send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), wanted, "{uri}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json", "{uri}");
        }
        // What was signed long ago and is no longer believed does not hold for a later time.
        world.clock.advance(Duration::from_secs(7_200));
        let gap = now.seconds() + 3_700;
        let answer = world.http.get(at(&gap.to_string())).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 404);
    }

    async fn a_list_is_cheap_to_ask_for_again_and_open_to_scripts(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let uri = named(&given.mandate).uri;
        let (headers, again) = known_again(world, &uri).await;
        assert_eq!(headers["content-type"], "application/statuslist+jwt");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["cache-control"], "public, max-age=5");
        assert_eq!(again, 304);
        let binary = world.http.get(&uri).header("accept", "application/statuslist+cwt").send().await.expect("an answer");
        assert_eq!(binary.status().as_u16(), 406);
        let all: Value = world.http.get(world.at("/status")).send().await.expect("an answer").json().await.expect("json");
        assert_eq!(all["status_lists"], serde_json::json!([uri]));
        let metadata = world.http.get(world.at("/.well-known/openid-configuration")).send().await.expect("an answer");
        let metadata: Value = metadata.json().await.expect("json");
        assert_eq!(metadata["status_list_aggregation_endpoint"], world.at("/status").as_str());
        assert!(metadata["claims_supported"].as_array().is_some_and(|claims| claims.contains(&Value::from("status"))));
    }

    async fn the_command_checks_a_status_list_offline_and_says_what_it_found(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let files = Files::new(world).await;
        let reference = named(&given.mandate);
        let good = fetch(world, &reference.uri).await;
        let verdict = files.verify(&given.mandate, Some(&good), world.clock.now());
        assert_eq!(verdict["valid"], true, "{verdict}");
        assert_eq!((&verdict["status"]["value"], &verdict["status"]["index"]), (&Value::from("valid"), &Value::from(reference.idx)));
        let without = files.verify(&given.mandate, None, world.clock.now());
        assert!(without["valid"] == true && without.get("status").is_none(), "{without}");
        let refused = |token: &str, list: &str, words: &str, at: Instant| {
            let verdict = files.verify(token, Some(list), at);
            let told = verdict["reason"].as_str().is_some_and(|reason| reason.contains(words));
            assert!(verdict["valid"] == false && told, "{words}: {verdict}");
        };
        let now = world.clock.now();
        let key = keys::signing_key(&world.bench, Algorithm::Es256).await.expect("a key");
        let times = (now, now.plus(Duration::from_secs(60)));
        let stranger = SigningKey::generate(Algorithm::Es256, &SystemRandom::new()).expect("a key").0;
        let empty = StatusList::new(1 << 16);
        refused(&given.mandate, &empty.sign(&stranger, &reference.uri, times, 10).expect("signed"), "no known key", now);
        refused(&given.mandate, &empty.sign(&key, "https://procura.example/status/x", times, 10).expect("signed"), "another one", now);
        let short = StatusList::new(4).sign(&key, &reference.uri, times, 10).expect("signed");
        refused(&given.mandate, &short, "out of the list's range", now);
        refused(&given.mandate, &good, "expired", now.plus(Duration::from_secs(3_700)));
        refused(&given.mandate, &given.mandate, "another type", now);
        let tampered = given.mandate.replacen('.', ".e", 1);
        let verdict = files.verify(&tampered, Some(&good), now);
        assert!(verdict["valid"] == false && !verdict["reason"].as_str().expect("words").contains("status"), "{verdict}");
        revoke(&world.bench, Revoker::Person(&race.person), race.scene.mandate.id, None, None, None).await.expect("ended");
        becomes(world, &reference, StatusValue::Invalid).await;
        refused(&given.mandate, &fetch(world, &reference.uri).await, "was ended", world.clock.now());
        assert_eq!(files.verify(&given.mandate, Some(&good), now)["valid"], true, "as of then it held");
    }

    async fn a_busy_worker_may_be_late_but_nobody_is_told_something_old(world) {
        let race = Race::set(world).await;
        let given = tokens(&race).await;
        let world = &race.scene.world;
        let reference = named(&given.mandate);
        let list = fetch(world, &reference.uri).await;
        world.clock.advance(Duration::from_secs(3_700));
        let late = world.http.get(&reference.uri).send().await.expect("an answer");
        if late.status().as_u16() == 200 {
            let fresh = late.text().await.expect("a token");
            assert!(look_up(&fresh, &jwks(world).await, &reference, world.clock.now()).is_ok(), "signed again already");
        } else {
            assert_eq!(late.status().as_u16(), 503);
        }
        let old = look_up(&list, &jwks(world).await, &reference, world.clock.now());
        assert_eq!(old, Err(StatusError::Expired));
        becomes(world, &reference, StatusValue::Valid).await;
    }
}

/// The headers of a list, and the status of asking for it again; decoys may change it once between the two.
async fn known_again(world: &World, uri: &str) -> (http::HeaderMap, u16) {
    let mut last = (http::HeaderMap::new(), 0);
    for _ in 0..3 {
        let first = world
            .http
            .get(uri)
            .header("accept", "application/statuslist+jwt")
            .send()
            .await
            .expect("an answer");
        let headers = first.headers().clone();
        let again = world.http.get(uri).header("if-none-match", headers["etag"].clone()).send().await;
        last = (headers, again.expect("an answer").status().as_u16());
        if last.1 == 304 {
            break;
        }
    }
    last
}

/// Keys and lists in files, for the program.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    async fn new(world: &World) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = serde_json::to_vec(&jwks(world).await).expect("json");
        std::fs::write(folder.path().join("jwks.json"), keys).expect("a file");
        Self { folder }
    }

    fn verify(&self, token: &str, list: Option<&str>, at: Instant) -> Value {
        let path = |name: &str| -> String { shown(&self.folder.path().join(name)) };
        let mut arguments = vec!["mandate".to_owned(), "verify".to_owned(), token.to_owned()];
        arguments.extend(["--jwks".to_owned(), path("jwks.json"), "--at".to_owned(), at.to_text()]);
        if let Some(list) = list {
            std::fs::write(path("list.jwt"), format!("{list}\n")).expect("a file");
            arguments.extend(["--status".to_owned(), path("list.jwt")]);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
        // An empty folder and environment: nothing but the arguments may matter.
        command.args(&arguments).stdin(Stdio::null()).env_clear().current_dir("/");
        let output: Output = command.output().expect("the program runs");
        let verdict: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(output.status.success(), verdict["valid"] == true, "{verdict}");
        verdict
    }
}

fn shown(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// A source that draws no burst of decoys.
struct Quiet;

impl Random for Quiet {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

fn quiet(bare: &Bare) -> Bench {
    Bench { random: Arc::new(Quiet), ..bare.bench.clone() }
}

async fn empty_list(bare: &Bare, name: &str) -> ListRow {
    keys::ensure(&bare.bench).await.expect("keys");
    let list = StatusList::new(1 << 12);
    let now = bare.bench.now();
    let row = ListRow {
        name: name.to_owned(),
        capacity: 1 << 12,
        opened_at: now,
        closed_at: None,
        shown: list.pack().expect("packs").lst,
        issued_at: now,
        expires_at: now.plus(bare.bench.config.oidc.status_lifetime),
    };
    let mut tx = bare.bench.db.begin().await.expect("a transaction");
    status::insert_list(&mut tx, &row).await.expect("a list");
    tx.commit().await.expect("a commit");
    row
}

async fn lists(bare: &Bare) -> Vec<ListRow> {
    status::lists(&mut bare.bench.db.read().await.expect("a transaction")).await.expect("lists")
}

async fn count(bare: &Bare, sql: &'static str) -> i64 {
    let mut tx = bare.bench.db.read().await.expect("a transaction");
    tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
}

on_each_engine! {
    async fn a_list_is_signed_again_only_when_it_must_be(bare) {
        let bench = quiet(&bare);
        let begun = empty_list(&bare, "one").await;
        bare.clock.advance(Duration::from_secs(60));
        for _ in 0..5 {
            assert_eq!(rebuild(&bench).await.expect("built"), 0, "nothing changed");
        }
        assert_eq!(lists(&bare).await, [begun]);
        bare.clock.advance(Duration::from_secs(45 * 60));
        assert_eq!(rebuild(&bench).await.expect("built"), 1, "a quarter of its life is left");
        assert_eq!(rebuild(&bench).await.expect("built"), 0);
        let shown = lists(&bare).await;
        assert!(shown[0].expires_at.since(bare.bench.now()) > Duration::from_secs(3_500));
    }

    async fn a_list_is_signed_again_where_the_public_address_has_changed(bare) {
        let bench = quiet(&bare);
        empty_list(&bare, "one").await;
        bare.clock.advance(Duration::from_secs(50 * 60));
        assert_eq!(rebuild(&bench).await.expect("built"), 1);
        let mut config = (*bench.config).clone();
        config.server.public_url = "https://ailleurs.example".parse().expect("an address");
        let moved = Bench { config: Arc::new(config), ..bench.clone() };
        bare.clock.advance(Duration::from_secs(1));
        assert_eq!(rebuild(&moved).await.expect("built"), 1, "its address is another one");
        bare.clock.advance(Duration::from_secs(1));
        assert_eq!(rebuild(&moved).await.expect("built"), 0);
    }

    async fn of_two_processes_one_signs(bare) {
        empty_list(&bare, "one").await;
        let other = bare.another().await;
        for _ in 0..5 {
            bare.clock.advance(Duration::from_secs(50 * 60));
            let before = count(&bare, "SELECT COUNT(*) FROM status_tokens").await;
            let (one, two) = tokio::join!(rebuild(&bare.bench), rebuild(&other));
            let signed = one.expect("built") + two.expect("built");
            let after = count(&bare, "SELECT COUNT(*) FROM status_tokens").await;
            assert!(signed >= 1);
            assert_eq!(after - before, i64::try_from(signed).expect("a number"), "what is said to be signed is kept");
        }
    }

    async fn an_old_list_gives_out_no_more_and_goes_when_nothing_can_ask_for_it(bare) {
        let bench = quiet(&bare);
        empty_list(&bare, "one").await;
        bare.clock.advance(Duration::from_secs(91 * 86_400));
        assert_eq!(rebuild(&bench).await.expect("built"), 1);
        let all = lists(&bare).await;
        assert_eq!((all.len(), all[0].closed_at.is_some(), all[1].closed_at), (2, true, None));
        let mut tx = bare.bench.db.read().await.expect("a transaction");
        assert_eq!(status::open_list(&mut tx).await.expect("a read").map(|(name, _)| name), Some(all[1].name.clone()));
        drop(tx);
        bare.clock.advance(Duration::from_secs(400 * 86_400));
        purge::purge(&bare.bench).await.expect("purged");
        assert_eq!(lists(&bare).await.len(), 2, "a mandate token of the old list may still be in question");
        assert_eq!(count(&bare, "SELECT COUNT(*) FROM status_tokens").await, 0, "but not what it was 400 days ago");
        bare.clock.advance(Duration::from_secs(400 * 86_400));
        purge::purge(&bare.bench).await.expect("purged");
        assert_eq!(lists(&bare).await.len(), 1);
    }

    async fn a_decoy_that_was_suspended_holds_again_or_is_over(bare) {
        let bench = quiet(&bare);
        let begun = empty_list(&bare, "one").await;
        let until = Some(begun.opened_at.plus(Duration::from_secs(600)));
        let mut tx = bare.bench.db.begin().await.expect("a transaction");
        for idx in 0..60 {
            let decoy = status::DecoyRow { idx, decoy: StatusValue::Suspended, decoy_until: until };
            assert!(status::insert_decoy(&mut tx, "one", decoy).await.expect("a decoy"));
            assert!(!status::insert_decoy(&mut tx, "one", decoy).await.expect("taken"));
        }
        tx.commit().await.expect("a commit");
        bare.clock.advance(Duration::from_secs(601));
        // The usual source: each of them takes one of two ways.
        assert_eq!(rebuild(&Bench { random: bare.bench.random.clone(), ..bench }).await.expect("built"), 1);
        let mut tx = bare.bench.db.read().await.expect("a transaction");
        let left = status::decoys(&mut tx, "one").await.expect("decoys");
        assert!(left.iter().filter(|decoy| decoy.idx < 60).all(|decoy| decoy.decoy == StatusValue::Invalid && decoy.decoy_until.is_none()));
        let over = left.iter().filter(|decoy| decoy.idx < 60).count();
        assert!((1..60).contains(&over), "{over} of 60");
        let row = &lists(&bare).await[0];
        let shown = StatusList::unpack(&Packed { bits: 2, lst: row.shown.clone() }).expect("a list");
        for idx in 0..60 {
            let wanted = u8::from(left.iter().any(|decoy| decoy.idx == idx));
            assert_eq!(shown.get(usize::try_from(idx).expect("an index")), Some(wanted));
        }
    }
}
