//! Signing keys: made once however many processes start, published long enough, moved under a new master key.

use std::sync::Arc;
use std::time::Duration;

use procura::config::Config;
use procura::crypto::jwe;
use procura::crypto::jwe::JweError;
use procura::crypto::jwk::Jwk;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::KeyState;
use procura::crypto::keys::Purpose;
use procura::crypto::random::SystemRandom;
use procura::crypto::seal::MasterKey;
use procura::operations::bench::Bench;
use procura::operations::install;
use procura::operations::install::InstallError;
use procura::operations::install::Migrate;
use procura::operations::keys;
use procura::operations::prove;
use procura::operations::prove::Check;
use procura::operations::refusal::Refusal;
use procura::operations::rotate_keys;
use procura::operations::rotate_keys::Haste;

use crate::world::Engine;
use crate::world::MASTER_KEY;
use crate::world::TestClock;
use crate::world::bare;
use crate::world::empty;

const NEW_MASTER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

async fn published(bench: &Bench) -> Vec<String> {
    let JwkSet { keys } = keys::jwks(bench).await.expect("keys");
    keys.into_iter().filter_map(|key| key.kid).collect()
}

async fn first_start(engine: Engine) {
    let directory = tempfile::tempdir().expect("a directory");
    let url = empty(engine, directory.path()).await.url;
    let clock = Arc::new(TestClock::new(false));
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(bare::open(&bare::config(&url), &clock).await);
    }
    let started: Vec<_> = processes
        .iter()
        .cloned()
        .map(|bench| tokio::spawn(async move { keys::ensure(&bench).await }))
        .collect();
    for one in started {
        one.await.expect("a task").expect("keys");
    }
    let all = keys::list(&processes[0]).await.expect("keys");
    assert_eq!(all.len(), 9, "{all:?}");
    for algorithm in keys::TOKEN_ALGORITHMS {
        for state in [KeyState::Current, KeyState::Next] {
            let fits = all.iter().filter(|key| {
                (key.purpose, key.algorithm, key.state) == (Purpose::Token, algorithm.into(), state)
            });
            assert_eq!(fits.count(), 1, "{algorithm} {state:?}");
        }
    }
    let kids: Vec<String> = {
        let mut kids = Vec::new();
        for bench in &processes {
            kids.push(keys::signing_key(bench, Algorithm::Es256).await.expect("a key").kid().to_owned());
        }
        kids
    };
    assert!(kids.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_first_starts_make_one_set_sqlite() {
    first_start(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_first_starts_make_one_set_postgres() {
    first_start(Engine::Postgres).await;
}

on_each_engine! {
    async fn a_rotated_key_is_published_until_its_last_mandate_has_ended(bare) {
        let bench = &bare.bench;
        let other = bare.another().await;
        let before = published(&other).await;
        assert_eq!(before.len(), 7, "the ledger's key is not among them");
        let old = keys::signing_key(&other, Algorithm::Es256).await.expect("a key").kid().to_owned();
        bare.clock.advance(rotate_keys::PUBLISHED_BEFORE_SIGNING + Duration::from_secs(120));
        let rotated = rotate_keys::rotate(bench, Some(Algorithm::Es256), Haste::Orderly).await.expect("rotated");
        assert_eq!((rotated.len(), &rotated[0].retired), (1, &old));
        assert!(before.contains(&rotated[0].current), "the new current key was published before it signs");
        assert_eq!(keys::signing_key(bench, Algorithm::Es256).await.expect("a key").kid(), rotated[0].current);
        bare.clock.advance(Duration::from_secs(6));
        assert_eq!(keys::signing_key(&other, Algorithm::Es256).await.expect("a key").kid(), rotated[0].current);
        assert_eq!(published(&other).await.len(), 8);
        bare.clock.advance(Duration::from_secs(365 * 86_400));
        assert!(published(bench).await.contains(&old));
        bare.clock.advance(Duration::from_secs(2 * 86_400));
        assert!(!published(bench).await.contains(&old));
        assert_eq!(rotate_keys::rotate(bench, None, Haste::Orderly).await.expect("rotated").len(), 4);
        bare.integrate().await;
        assert_eq!(bare.findings().await, []);
    }

    async fn an_encryption_key_is_published_alone_and_opens_for_some_days_more(bare) {
        let bench = &bare.bench;
        let opening = async |bench: &Bench| -> Vec<String> {
            let keys = keys::encryption_keys(bench).await.expect("keys");
            keys.iter().map(|key| key.kid().to_owned()).collect()
        };
        let enc = async |bench: &Bench| -> Vec<Jwk> {
            let JwkSet { keys } = keys::jwks(bench).await.expect("keys");
            keys.into_iter().filter(|key| key.use_.as_deref() == Some("enc")).collect()
        };
        let before = enc(bench).await;
        assert_eq!(before.len(), 1);
        assert_eq!(before[0].alg.as_deref(), Some("ECDH-ES"));
        assert!(!Algorithm::ALL.iter().any(|algorithm| before[0].fits(*algorithm)), "it signs nothing");
        let old = before[0].kid.clone().expect("a name");
        assert_eq!(opening(bench).await.first(), Some(&old));
        let sealed = jwe::encrypt(&before[0], "a.b.c", bench.random.as_ref()).expect("encrypts");
        let rotated = rotate_keys::rotate_encryption(bench).await.expect("rotated");
        assert_eq!(rotated.retired, old);
        let after = enc(bench).await;
        assert_eq!(after.len(), 1, "one to begin with");
        assert_eq!(after[0].kid.as_ref(), Some(&rotated.current));
        assert_eq!(opening(bench).await.len(), 3);
        let opened = jwe::decrypt(&sealed, &keys::encryption_keys(bench).await.expect("keys"));
        assert_eq!(opened.as_deref(), Ok("a.b.c"), "what was on its way still opens");
        bare.clock.advance(keys::OPENS_AFTER_RETIREMENT);
        assert!(!opening(bench).await.contains(&old));
        let gone = jwe::decrypt(&sealed, &keys::encryption_keys(bench).await.expect("keys"));
        assert_eq!(gone, Err(JweError::UnknownKey));
    }

    async fn a_next_key_can_be_withdrawn_and_others_not(bare) {
        let all = keys::list(&bare.bench).await.expect("keys");
        let of = |state| all.iter().find(|key| key.purpose == Purpose::Token && key.state == state).expect("a key");
        rotate_keys::retire(&bare.bench, &of(KeyState::Next).kid).await.expect("withdrawn");
        let refused = rotate_keys::retire(&bare.bench, &of(KeyState::Next).kid).await;
        assert!(matches!(refused, Err(Refusal::Conflict("key-is-retired"))), "{refused:?}");
        let refused = rotate_keys::retire(&bare.bench, &of(KeyState::Current).kid).await;
        assert!(matches!(refused, Err(Refusal::Conflict("key-is-current"))), "{refused:?}");
        assert!(matches!(rotate_keys::retire(&bare.bench, "nobody").await, Err(Refusal::NotFound)));
        assert!(!published(&bare.bench).await.contains(&of(KeyState::Next).kid), "what never signed is not published");
        let all = keys::list(&bare.bench).await.expect("keys");
        assert_eq!(all.iter().filter(|key| key.state == KeyState::Next).count(), 4);
    }

    async fn a_leaked_key_is_published_no_more_and_opens_nothing(bare) {
        let bench = &bare.bench;
        let other = bare.another().await;
        let ledger = keys::ledger_key(bench).await.expect("a key").kid().to_owned();
        let old = keys::signing_key(&other, Algorithm::Es256).await.expect("a key").kid().to_owned();
        let refused = rotate_keys::withdraw(bench, &old).await;
        assert!(matches!(refused, Err(Refusal::Conflict("key-not-retired"))), "{refused:?}");
        let refused = rotate_keys::withdraw(bench, &ledger).await;
        assert!(matches!(refused, Err(Refusal::Conflict("key-of-ledger"))), "{refused:?}");
        assert!(matches!(rotate_keys::withdraw(bench, "nobody").await, Err(Refusal::NotFound)));
        let rotated = rotate_keys::rotate(bench, None, Haste::AtOnce).await.expect("rotated");
        let retired: Vec<String> = rotated.into_iter().map(|one| one.retired).collect();
        assert_eq!(retired.len(), 4);
        assert!(published(bench).await.contains(&old), "what it signed before may still be looked at");
        for kid in &retired {
            rotate_keys::withdraw(bench, kid).await.expect("withdrawn");
            let again = rotate_keys::withdraw(bench, kid).await;
            assert!(matches!(again, Err(Refusal::Conflict("key-is-withdrawn"))), "{again:?}");
        }
        bare.clock.advance(Duration::from_secs(6));
        for bench in [bench, &other] {
            let published = published(bench).await;
            assert!(retired.iter().all(|kid| !published.contains(kid)), "{published:?}");
            let opening = keys::encryption_keys(bench).await.expect("keys");
            assert!(opening.iter().all(|key| !retired.contains(&key.kid().to_owned())));
        }
        let all = keys::list(bench).await.expect("keys");
        assert_eq!(all.iter().filter(|key| key.withdrawn_at.is_some()).count(), 4);
        bare.integrate().await;
        assert_eq!(bare.findings().await, []);
    }

    async fn everything_moves_under_a_new_master_key(bare) {
        let ids = bare.write(5).await;
        bare.integrate().await;
        let new = MasterKey::parse(NEW_MASTER).expect("a key");
        let moved = rotate_keys::rewrap(&bare.bench, &new).await.expect("moved");
        assert_eq!((moved.signing_keys, moved.settings), (9, 1));
        assert!(moved.data_keys >= 1);
        let open = async |master: &str| {
            let text = bare::config(&bare.url).replace(MASTER_KEY, master);
            let config = Config::from_toml_str(&text).unwrap_or_else(|errors| panic!("{errors}"));
            let random = Arc::new(SystemRandom::new());
            install::open(Arc::new(config), bare.clock.clone(), random, Migrate::AsConfigured).await
        };
        assert!(matches!(open(MASTER_KEY).await, Err(InstallError::OtherMasterKey)));
        let moved = open(NEW_MASTER).await.expect("opens with the new key");
        let lookup = |bench: &Bench| bench.lookup.hash("label", "value");
        assert_eq!(lookup(&moved), lookup(&bare.bench), "who was found before is found again");
        keys::signing_key(&moved, Algorithm::Rs256).await.expect("opens");
        assert!(matches!(prove::verify_here(&moved, ids[0]).await.expect("known"), Check::Holds { .. }));
    }
}
