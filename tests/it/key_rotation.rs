//! Our own keys change under clients that hold our key set for as long as it says: no verification fails on either side.

use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::keys;
use procura::operations::refusal::Refusal;
use procura::operations::rotate_keys;
use procura::operations::rotate_keys::Haste;
use serde_json::Value;

use crate::provider::stage::Stage;
use crate::provider::stage::VERIFIER;

/// How a client's library holds our keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// Reads them again once `max-age` is over, and at no other time.
    ByAge,
    /// Reads them at the first start, then again for an unknown `kid`.
    ByKid,
}

struct Library {
    habit: Habit,
    held: Option<(JwkSet, Instant, i64)>,
    reads: usize,
}

impl Library {
    const fn new(habit: Habit) -> Self {
        Self { habit, held: None, reads: 0 }
    }

    async fn read(&mut self, stage: &Stage) {
        let answer = stage.http.get(stage.url("/oauth/jwks")).send().await.expect("an answer");
        let words = answer.headers()["cache-control"].to_str().expect("words").to_owned();
        let age = words.split("max-age=").nth(1).and_then(|rest| rest.parse().ok()).expect("a max-age");
        let set = answer.json().await.expect("a key set");
        self.held = Some((set, stage.clock.now(), age));
        self.reads += 1;
    }

    /// Verifies as a library does; `false` is a failure a user would see.
    async fn verifies(&mut self, stage: &Stage, token: &str) -> bool {
        let stale = match &self.held {
            None => true,
            Some((_, at, age)) => {
                self.habit == Habit::ByAge && stage.clock.now().seconds() - at.seconds() >= *age
            }
        };
        if stale {
            self.read(stage).await;
        }
        let kid = jose::header(token).expect("a header").kid.expect("a kid");
        let known = |library: &Self| {
            library
                .held
                .as_ref()
                .is_some_and(|(set, ..)| set.keys.iter().any(|key| key.kid.as_deref() == Some(kid.as_str())))
        };
        if !known(self) && self.habit == Habit::ByKid {
            self.read(stage).await;
        }
        let (set, ..) = self.held.as_ref().expect("keys");
        let expected =
            Expected { typ: TypRule::AnyOf(&["JWT", "at+jwt", "mandate+jwt"]), algorithms: &Algorithm::ALL };
        jose::verify::<Value>(token, set, &expected).is_ok()
    }
}

/// What one login leaves at the administration.
struct Left {
    access: Value,
    tokens: Vec<String>,
}

async fn log_in(stage: &Stage) -> Left {
    let mut browser = stage.aidant().await;
    let code = stage.code(&mut browser).await;
    let (status, tokens) = stage.redeem(&stage.caf, &code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}");
    let all = ["id_token", "access_token", "mandate_token"]
        .map(|name| tokens[name].as_str().expect("a token").to_owned());
    Left { access: tokens["access_token"].clone(), tokens: all.to_vec() }
}

async fn logins_go_on_through_a_rotation(engine: &str) {
    let stage = Stage::new(engine).await;
    let mut libraries = [Library::new(Habit::ByAge), Library::new(Habit::ByKid)];
    let mut kept: Vec<String> = Vec::new();
    let mut kids = std::collections::BTreeSet::new();
    for turn in 0..4 {
        stage.later(rotate_keys::PUBLISHED_BEFORE_SIGNING.as_secs().cast_signed() + 1);
        // A client that came just before the change holds the set of that instant.
        for library in &mut libraries {
            if library.habit == Habit::ByAge {
                library.read(&stage).await;
            }
        }
        let bench = stage.bench.clone();
        let turning = tokio::spawn(async move { rotate_keys::rotate(&bench, None, Haste::Orderly).await });
        let during = log_in(&stage).await;
        let rotated = turning.await.expect("a task").expect("rotated");
        assert_eq!(rotated.len(), 4, "turn {turn}: three for tokens, one for encryption");
        let after = log_in(&stage).await;
        for left in [during, after] {
            assert_eq!(stage.userinfo(&left.access).await.0, 200, "our own side, turn {turn}");
            assert!(stage.is_active(&stage.caf, &left.access).await, "our own side, turn {turn}");
            kept.extend(left.tokens);
        }
        for library in &mut libraries {
            for token in &kept {
                assert!(library.verifies(&stage, token).await, "turn {turn}, {:?}", library.habit);
            }
        }
        kids.insert(jose::header(kept.last().expect("a token")).expect("a header").kid.expect("a kid"));
    }
    assert_eq!(kids.len(), 4, "each turn signed with a key of its own");
    let [by_age, by_kid] = libraries;
    assert!(by_age.reads >= 4);
    assert!(by_kid.reads <= 4, "every set already named the key that came next: {} reads", by_kid.reads);
}

async fn a_key_signs_only_after_it_was_published(engine: &str) {
    let stage = Stage::new(engine).await;
    let bench = &stage.bench;
    // The first next key is in every key set that was ever served.
    rotate_keys::rotate(bench, None, Haste::Orderly).await.expect("known from the start");
    let many = keys::list(bench).await.expect("keys").len();
    let early = rotate_keys::rotate(bench, None, Haste::Orderly).await;
    assert!(matches!(early, Err(Refusal::Conflict("key-too-young"))), "{early:?}");
    assert_eq!(keys::list(bench).await.expect("keys").len(), many, "nothing was changed");
    stage.later(rotate_keys::PUBLISHED_BEFORE_SIGNING.as_secs().cast_signed());
    rotate_keys::rotate(bench, Some(Algorithm::Es256), Haste::Orderly).await.expect("old enough");
    let again = rotate_keys::rotate(bench, None, Haste::Orderly).await;
    assert!(
        matches!(again, Err(Refusal::Conflict("key-too-young"))),
        "one young key holds all back: {again:?}"
    );
    let leak = rotate_keys::rotate(bench, Some(Algorithm::Es256), Haste::AtOnce).await.expect("at once");
    let mut library = Library::new(Habit::ByKid);
    library.read(&stage).await;
    let left = log_in(&stage).await;
    let id_token = &left.tokens[0];
    assert_eq!(jose::header(id_token).expect("a header").kid.as_deref(), Some(leak[0].current.as_str()));
    assert!(library.verifies(&stage, id_token).await);
}

mod sqlite {
    #[tokio::test]
    async fn logins_go_on_through_a_rotation() {
        super::logins_go_on_through_a_rotation("sqlite").await;
    }

    #[tokio::test]
    async fn a_key_signs_only_after_it_was_published() {
        super::a_key_signs_only_after_it_was_published("sqlite").await;
    }
}

mod postgres {
    #[tokio::test]
    async fn logins_go_on_through_a_rotation() {
        super::logins_go_on_through_a_rotation("postgres").await;
    }

    #[tokio::test]
    async fn a_key_signs_only_after_it_was_published() {
        super::a_key_signs_only_after_it_was_published("postgres").await;
    }
}
