//! What single steps cost in this process, on one thread: processor time, the middle of many rounds.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use anyhow::Context;
use anyhow::Result;
use procura::config::Config;
use procura::config::SystemClock;
use procura::crypto::hash::b64;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::crypto::seal::DataKey;
use procura::domain::account::AccountStatus;
use procura::domain::client::ClientStatus;
use procura::domain::decision::Blocks;
use procura::domain::decision::Question;
use procura::domain::decision::decide;
use procura::domain::ids::EntryId;
use procura::domain::ids::Random;
use procura::domain::ids::random_bytes;
use procura::ledger::entry::Entry;
use procura::ledger::kinds::Event;
use procura::ledger::merkle;
use procura::ledger::merkle::Hash;
use procura::ledger::merkle::HashSource;
use procura::ledger::sealed::FiledUnder;
use procura::ledger::sealed::seal_entry;
use procura::ledger::values::Named;
use procura::ledger::words::ActWay;
use procura::operations::bench::Bench;
use procura::operations::install;
use procura::operations::install::Migrate;
use procura::operations::keys;
use procura::operations::practice;
use procura::operations::practice::Group;
use procura::operations::refusal::Refusal;
use procura::operations::work::actor;
use procura::storage::mandates;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::meter::on_processor;

const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_millis(12);
/// The tree in which proofs are made and verified.
const LEVELS: u32 = 20;

/// Measures each step; microseconds by name.
///
/// # Errors
/// When a step does not do what it must.
pub async fn measure() -> Result<Value> {
    let mut found = Map::new();
    let random = SystemRandom::new();
    let mut tell = |name: &str, micros: f64| {
        println!("{name:<58} {micros:>9.2}");
        found.insert(name.to_owned(), json!(micros));
    };
    signatures(&random, &mut tell)?;
    let home = tempfile::tempdir()?;
    let bench = installation(home.path()).await?;
    let stage = practice::found(&bench, 1).await.map_err(told)?;
    let group = Group::gather(&bench, &stage, 64, bench.now()).await.map_err(told)?;
    let sample = group.close(64).await.map_err(told)?.pop().context("a person")?;
    let aidant = stage.aidant(&bench, 0).await.map_err(told)?;
    let mut tx = bench.db.read().await?;
    let mandate = mandates::find(&mut tx, sample.mandate).await?.context("her mandate")?.mandate;
    drop(tx);
    let mut client = stage.client.clone();
    client.status = ClientStatus::Active;
    let question = Question {
        now: bench.now(),
        client: &client,
        account: AccountStatus::Active,
        habilitation: &aidant.habilitation,
        organisation: &aidant.organisation,
        mandate: Some(&mandate),
        theme: practice::THEME,
        blocks: Blocks::default(),
        has_email: true,
        factor_was_fresh: true,
    };
    decide(&question).map_err(|reason| anyhow::anyhow!("the decision is no: {reason}"))?;
    tell("decision of one act", median(|| decide(black_box(&question)).is_ok()));
    let key = DataKey::fresh(&random);
    let at = bench.now();
    let mut entry = Entry::new(EntryId::in_order(at, 0, &random), at, actor(&aidant.account), opened(at));
    entry.organisation = Some(Named::new(stage.organisation.id, stage.organisation.name.clone()));
    entry.person = Some(sample.person.person.id);
    entry.mandate = Some(sample.mandate);
    tell("canonical payload of an entry (RFC 8785)", median(|| entry.payload().is_ok()));
    tell(
        "append: canonical, committed, packed, sealed, leaf hash",
        median(|| seal_entry(&entry, &FiledUnder::default(), &key).is_ok()),
    );
    let tree = Tree::of(LEVELS);
    let (size, index) = (1_u64 << LEVELS, 0x5_A5A5);
    let proof = merkle::inclusion_proof(&tree, index, size).ok().context("a proof")?;
    let (leaf, root) = (tree.node(0, index)?, tree.node(LEVELS, 0)?);
    anyhow::ensure!(merkle::verify_inclusion(&leaf, index, size, &proof, &root), "the proof does not hold");
    tell(
        "inclusion proof among 1,048,576 leaves",
        median(|| merkle::inclusion_proof(&tree, black_box(index), size).is_ok()),
    );
    tell(
        "inclusion proof verified",
        median(|| merkle::verify_inclusion(&leaf, black_box(index), size, &proof, &root)),
    );
    bench.db.close().await;
    Ok(Value::Object(found))
}

fn signatures(random: &SystemRandom, tell: &mut impl FnMut(&str, f64)) -> Result<()> {
    let claims = json!({
        "iss": "https://gateway.example", "sub": b64(&random_bytes::<32>(random)), "aud": "caf", "iat": 1_790_000_000,
        "exp": 1_790_000_300, "nonce": b64(&random_bytes::<32>(random)), "jti": b64(&random_bytes::<16>(random)),
    });
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let (key, _) = SigningKey::generate(algorithm, random)?;
        let token = jose::sign(&key, Some("JWT"), &claims)?;
        let name = algorithm.as_str();
        tell(
            &format!("{name} token signed"),
            median(|| jose::sign(&key, Some("JWT"), black_box(&claims)).is_ok()),
        );
        let keys = JwkSet { keys: vec![key.public_jwk()] };
        let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[algorithm] };
        jose::verify::<Map<String, Value>>(&token, &keys, &expected)?;
        tell(
            &format!("{name} token verified"),
            median(|| jose::verify::<Map<String, Value>>(black_box(&token), &keys, &expected).is_ok()),
        );
    }
    Ok(())
}

async fn installation(home: &std::path::Path) -> Result<Bench> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom::new());
    let master = b64(&random_bytes::<32>(random.as_ref()));
    let text = format!(
        "[database]\nurl = \"sqlite://{}\"\n[keys]\nmaster_key = \"{master}\"\n[operators]\ntwo_persons = false\n\
         [ledger]\norigin = \"bench.example/ledger\"\n",
        home.join("micro.db").display()
    );
    let config = Config::from_toml_str(&text).map_err(|errors| anyhow::anyhow!("{errors}"))?;
    let bench =
        install::open(Arc::new(config), Arc::new(SystemClock), Arc::clone(&random), Migrate::Always).await?;
    keys::ensure(&bench).await.map_err(told)?;
    Ok(bench)
}

fn opened(at: procura::domain::time::Instant) -> Event {
    let (state_digest, nonce_digest) = (None, None);
    Event::ActOpened {
        way: ActWay::Login,
        factor_at: at.into(),
        grade: "franceconnect".to_owned(),
        state_digest,
        nonce_digest,
    }
}

/// The middle of many rounds: microseconds of one call on a processor. Each call must succeed.
fn median(mut call: impl FnMut() -> bool) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (begun, mut many) = (Instant::now(), 0_u32);
            let before = on_processor(begun);
            while begun.elapsed() < ROUND {
                for _ in 0..8 {
                    assert!(black_box(call()), "a step that was measured failed");
                }
                many += 8;
            }
            on_processor(begun).saturating_sub(before).as_secs_f64() * 1e6 / f64::from(many)
        })
        .collect();
    rounds.sort_unstable_by(f64::total_cmp);
    rounds.get(ROUNDS / 2).copied().unwrap_or(0.0)
}

fn told(refusal: Refusal) -> anyhow::Error {
    anyhow::anyhow!("{refusal:?}")
}

/// A whole tree in memory, level by level.
struct Tree(Vec<Vec<Hash>>);

impl Tree {
    fn of(levels: u32) -> Self {
        let leaves = (0..1_u64 << levels).map(|leaf| merkle::leaf_hash(&leaf.to_be_bytes())).collect();
        let mut all: Vec<Vec<Hash>> = vec![leaves];
        for _ in 0..levels {
            let below = all.last().map_or(&[][..], Vec::as_slice);
            let level = below.chunks_exact(2).map(merkle::root_of).collect();
            all.push(level);
        }
        Self(all)
    }
}

impl HashSource for Tree {
    type Error = anyhow::Error;

    fn node(&self, level: u32, index: u64) -> Result<Hash> {
        let found = self.0.get(usize::try_from(level)?).and_then(|all| all.get(usize::try_from(index).ok()?));
        found.copied().context("a node of the tree")
    }
}
