//! What ends a right, against acts at the same moment: whichever comes first, nothing is done after the end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::domain::act::Act;
use procura::domain::act::AuthorizationRequest;
use procura::domain::client::Client;
use procura::domain::ids::ActId;
use procura::domain::ids::ClientId;
use procura::domain::ids::PersonId;
use procura::domain::message::MessageLanguage;
use procura::domain::theme::Theme;
use procura::domain::time::Instant;
use procura::operations::actors;
use procura::operations::actors::AidantActor;
use procura::operations::actors::PersonActor;
use procura::operations::begin_act::act_of_browser;
use procura::operations::begin_act::begin_act;
use procura::operations::block::Target;
use procura::operations::block::block;
use procura::operations::contest_line::contest_line;
use procura::operations::current;
use procura::operations::introspect::introspect;
use procura::operations::open_act::Chosen;
use procura::operations::open_act::Opening;
use procura::operations::open_act::open_act;
use procura::operations::redeem_code::Presented;
use procura::operations::redeem_code::redeem_code;
use procura::operations::refusal::Refusal;
use procura::operations::register_client::disable_client;
use procura::operations::register_client::show_client;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::Changer;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend::suspend_organisation;
use procura::operations::suspend_account::suspend_account;
use procura::storage::db::Db;
use procura::storage::db::Sql;
use procura::storage::mandates;
use serde_json::Value;
use sqlx::Row;
use url::Url;

use crate::spaces::Scene;
use crate::world::CLI;
use crate::world::Engine;
use crate::world::World;

pub const BROWSER: [u8; 32] = [7; 32];
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk-0123456789";
const GIVEN: [&str; 3] = ["act.opened", "act.token_issued", "mandate.token_issued"];

/// Everything that ends a right to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Mandate,
    Theme,
    Contested,
    HabilitationSuspended,
    HabilitationEnded,
    RemovedByReferent,
    Organisation,
    AidantBlocked,
    OrganisationBlocked,
    Client,
    Account,
}

impl Ending {
    const ALL: [Self; 11] = [
        Self::Mandate,
        Self::Theme,
        Self::Contested,
        Self::HabilitationSuspended,
        Self::HabilitationEnded,
        Self::RemovedByReferent,
        Self::Organisation,
        Self::AidantBlocked,
        Self::OrganisationBlocked,
        Self::Client,
        Self::Account,
    ];

    /// The entry it leaves.
    const fn entry(self) -> Option<&'static str> {
        match self {
            Self::Mandate => Some("mandate.revoked"),
            Self::Theme => Some("authorization.revoked"),
            Self::Contested => Some("mandate.suspended"),
            Self::HabilitationSuspended => Some("habilitation.suspended"),
            Self::HabilitationEnded | Self::RemovedByReferent => Some("habilitation.ended"),
            Self::Organisation => Some("organisation.suspended"),
            Self::AidantBlocked | Self::OrganisationBlocked => Some("person.blocked"),
            Self::Client => Some("client.disabled"),
            Self::Account => Some("account.suspended"),
        }
    }
}

/// An aidant with Jeanne's mandate and an administration, for acts without pages.
pub struct Race {
    pub scene: Scene,
    pub aidant: AidantActor,
    pub person: PersonActor,
    pub client: Client,
}

/// The tokens of one act.
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub mandate: String,
}

impl Race {
    pub async fn set(world: World) -> Arc<Self> {
        let scene = Scene::set(world).await;
        let bench = &scene.world.bench;
        let (account, habilitation) = (scene.aidant.account, scene.aidant.habilitations[0]);
        let aidant = current::aidant(bench, account, habilitation, Some(bench.now())).await;
        let aidant = aidant.expect("a read").expect("the aidant");
        let mut tx = bench.db.begin().await.expect("a transaction");
        let stored = mandates::find(&mut tx, scene.mandate.id).await.expect("a read").expect("the mandate");
        let person: PersonId = stored.mandate.consent().expect("a consent").person;
        let person = actors::person(bench, &mut tx, person).await.expect("the person");
        drop(tx);
        let client = ClientId::parse(&scene.caf.id).expect("an id");
        let client = show_client(bench, &client).await.expect("the client");
        Arc::new(Self { scene, aidant, person, client })
    }

    pub async fn begin(&self) -> ActId {
        self.begin_at(&self.client).await
    }

    /// Begins an act at another client.
    pub async fn begin_at(&self, client: &Client) -> ActId {
        let request = AuthorizationRequest {
            redirect_uri: client.registration.redirect_uris.first().expect("an address").clone(),
            scope: BTreeSet::from(["openid".to_owned()]),
            state: None,
            nonce: None,
            code_challenge: Some(b64(&sha256(VERIFIER.as_bytes()))),
            mandate_format: procura::domain::act::MandateFormat::Jwt,
            themes: BTreeSet::new(),
            fresh_factor: false,
            max_age: None,
            id_token_claims: BTreeSet::new(),
            userinfo_claims: BTreeSet::new(),
            pushed: false,
            dpop_jkt: None,
            answer_alg: None,
            labels_unusable: false,
        };
        begin_act(&self.scene.world.bench, client, request, &BROWSER, None, None).await.expect("an act")
    }

    /// The code, where the act is allowed.
    pub async fn open(&self, act: ActId) -> Option<String> {
        let chosen = Chosen { person: Some(self.person.person.id), theme: Some(Theme::Social) };
        let act = self.shown(act).await;
        let opening = open_act(&self.scene.world.bench, &self.aidant, &act, &BROWSER, chosen, None).await;
        match opening.expect("an answer") {
            Opening::Opened(back) => {
                let back = Url::parse(&back).expect("an address");
                back.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
            }
            Opening::Refused(_) => None,
        }
    }

    /// The act as its browser is shown it.
    pub async fn shown(&self, act: ActId) -> Act {
        act_of_browser(&self.scene.world.bench, act, &BROWSER).await.expect("an act")
    }

    pub async fn opened(&self) -> String {
        self.open(self.begin().await).await.expect("a code")
    }

    /// The tokens, where the code is still good.
    pub async fn redeem(&self, code: &str) -> Option<Tokens> {
        let redirect_uri = self.client.registration.redirect_uris.first().map(String::as_str);
        let presented = Presented { code, redirect_uri, code_verifier: Some(VERIFIER), jkt: None };
        match redeem_code(&self.scene.world.bench, &self.client, &presented, None).await {
            Ok(issued) => {
                let issued = serde_json::to_value(issued).expect("json");
                let text = |name: &str| issued[name].as_str().expect("a token").to_owned();
                Some(Tokens {
                    access: text("access_token"),
                    id: text("id_token"),
                    mandate: text("mandate_token"),
                })
            }
            Err(Refusal::Denied(_)) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn end(&self, ending: Ending) {
        let bench = &self.scene.world.bench;
        let (organisation, habilitation) = (self.aidant.organisation.id, self.aidant.habilitation.id);
        let (by, mandate) = (Revoker::Person(&self.person), self.scene.mandate.id);
        let done = match ending {
            Ending::Mandate => revoke(bench, by, mandate, None, None, None).await,
            Ending::Theme => revoke(bench, by, mandate, Some(Theme::Social), None, None).await,
            Ending::Contested => {
                let line = self.first_line().await;
                let french = MessageLanguage::French;
                contest_line(bench, &self.person, line, "Je ne sais pas.", french, None).await.map(drop)
            }
            Ending::HabilitationSuspended => {
                let change = HabilitationChange::Suspend("contrôle");
                change_habilitation(bench, &CLI, habilitation, change, None).await
            }
            Ending::HabilitationEnded => {
                let change = HabilitationChange::End("départ");
                change_habilitation(bench, &CLI, habilitation, change, None).await
            }
            Ending::RemovedByReferent => {
                let referent = self.scene.world.referent("René", &[organisation]).await;
                let found = current::referent(bench, referent.account, None).await.expect("a read");
                let (referent, managed) = found.expect("the referent");
                let by = Changer::Referent(&referent, &managed);
                change(bench, by, habilitation, HabilitationChange::End("départ"), None).await
            }
            Ending::Organisation => suspend_organisation(bench, &CLI, organisation, "contrôle", None).await,
            Ending::AidantBlocked => {
                block(bench, &self.person, Target::Aidant(self.aidant.account.id), None).await
            }
            Ending::OrganisationBlocked => {
                block(bench, &self.person, Target::Organisation(organisation), None).await
            }
            Ending::Client => disable_client(bench, &CLI, &self.client.id, "clos", None).await.map(drop),
            Ending::Account => suspend_account(bench, &CLI, self.aidant.account.id, "contrôle", None).await,
        };
        done.unwrap_or_else(|refusal| panic!("{ending:?}: {refusal:?}"));
    }

    pub async fn first_line(&self) -> procura::domain::ids::EntryId {
        let mut tx = self.scene.world.bench.db.read().await.expect("a transaction");
        let sql =
            Sql::same("SELECT entry FROM entry_refs WHERE kind = 'act.opened' ORDER BY at, entry LIMIT 1");
        let found: Option<(procura::domain::ids::EntryId,)> =
            tx.query(sql).fetch_optional().await.expect("a read");
        found.expect("an act").0
    }

    /// Kind, instant and place in the tree of everything given and of the ending, once nothing waits any more.
    async fn lines(&self, ending: Ending) -> Vec<(String, Instant, i64)> {
        let wanted: BTreeSet<&str> = GIVEN.into_iter().chain(ending.entry()).collect();
        for _ in 0..200 {
            let mut tx = self.scene.world.bench.db.read().await.expect("a transaction");
            let waiting: (i64,) = tx
                .query(Sql::same("SELECT COUNT(*) FROM ledger_pending"))
                .fetch_one()
                .await
                .expect("a count");
            if waiting.0 == 0 {
                let sql = Sql::same(
                    "SELECT r.kind, r.at, s.idx FROM entry_refs r JOIN ledger_sequence s ON s.entry = r.entry
                     WHERE NOT (r.refused = $1) ORDER BY s.idx",
                );
                let all: Vec<(String, Instant, i64)> =
                    tx.query(sql).bind(true).fetch_all().await.expect("the lines");
                return all.into_iter().filter(|(kind, ..)| wanted.contains(kind.as_str())).collect();
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the entries are not integrated");
    }

    /// Nothing was given behind the entry of the ending, by the clock and by the ledger's order; nothing after `done`.
    async fn nothing_after(&self, ending: Ending, done: Instant) {
        let lines = self.lines(ending).await;
        let end = ending.entry().map(|kind| {
            let found = lines.iter().find(|(known, ..)| known == kind);
            found.map_or_else(|| panic!("no {kind}"), |(_, at, place)| (*at, *place))
        });
        for (kind, at, place) in lines.iter().filter(|(kind, ..)| GIVEN.contains(&kind.as_str())) {
            assert!(*at <= done, "{ending:?}: {kind} at {at:?}, after {done:?}");
            if let Some((end_at, end_place)) = end {
                assert!(
                    *at <= end_at && *place < end_place,
                    "{ending:?}: {kind} after its end, {place} {end_place}"
                );
            }
        }
    }

    /// How many acts, refused ones too, stand in her own journal.
    pub async fn lines_of_person(&self) -> usize {
        let mut tx = self.scene.world.bench.db.read().await.expect("a transaction");
        let sql = Sql::same(
            "SELECT kind FROM entry_refs WHERE person = $1 AND kind IN ('act.opened', 'act.refused')",
        );
        tx.query(sql).bind(self.person.person.id).fetch_all::<(String,)>().await.expect("the lines").len()
    }

    async fn is_active(&self, token: &str) -> bool {
        let told = introspect(&self.scene.world.bench, &self.client, token, None).await.expect("an answer");
        told["active"] == Value::Bool(true)
    }

    async fn userinfo(&self, token: &str) -> u16 {
        let url = self.scene.world.at("/oauth/userinfo");
        let answer = self.scene.world.http.get(url).bearer_auth(token).send().await.expect("an answer");
        answer.status().as_u16()
    }

    /// What is refused once the ending is known: old tokens, waiting codes, new acts; each refusal of an act is an entry.
    async fn is_over(&self, ending: Ending, old: &Tokens, waiting: &str) {
        assert!(!self.is_active(&old.access).await, "{ending:?}: the access token");
        assert_eq!(self.userinfo(&old.access).await, 401, "{ending:?}");
        if matches!(ending, Ending::Mandate | Ending::Theme | Ending::Contested | Ending::Client) {
            assert!(!self.is_active(&old.mandate).await, "{ending:?}: the mandate token");
        }
        let before = self.scene.world.count("act.refused!").await;
        if ending != Ending::Client {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", waiting),
                ("redirect_uri", self.client.registration.redirect_uris.first().expect("an address")),
                ("code_verifier", VERIFIER),
            ];
            let (status, answer) = self.scene.post("/oauth/token", &self.scene.caf, &fields).await;
            assert_eq!(
                (status, &answer["error"]),
                (400, &Value::from("invalid_grant")),
                "{ending:?}: {answer}"
            );
            assert_eq!(self.scene.world.count("act.refused!").await, before + 1, "{ending:?}");
        } else {
            assert!(self.redeem(waiting).await.is_none(), "{ending:?}");
        }
        let before = self.scene.world.count("act.refused!").await;
        assert!(self.open(self.begin().await).await.is_none(), "{ending:?}: a new act");
        assert_eq!(self.scene.world.count("act.refused!").await, before + 1, "{ending:?}");
    }
}

/// Many acts and redemptions while the ending comes.
async fn against_many(world: World, ending: Ending) {
    let race = Race::set(world).await;
    let code = race.opened().await;
    let old = race.redeem(&code).await.expect("tokens");
    let waiting = race.opened().await;
    let mut running = Vec::new();
    for number in 0..5_u64 {
        let (act, code) = (race.begin().await, race.opened().await);
        let (opener, redeemer) = (Arc::clone(&race), Arc::clone(&race));
        running.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(number * 4)).await;
            if let Some(code) = opener.open(act).await {
                opener.redeem(&code).await;
            }
        }));
        running.push(tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(number * 4)).await;
            redeemer.redeem(&code).await;
        }));
    }
    tokio::time::sleep(Duration::from_millis(6)).await;
    race.end(ending).await;
    let done = race.scene.world.bench.now();
    for task in running {
        task.await.expect("a task");
    }
    race.nothing_after(ending, done).await;
    race.is_over(ending, &old, &waiting).await;
}

macro_rules! endings {
    ($($name:ident => $ending:ident),+ $(,)?) => {
        on_each_database! {$(
            async fn $name(world) {
                super::against_many(world, super::Ending::$ending).await;
            }
        )+}
    };
}

endings!(
    the_person_ends_the_mandate => Mandate,
    the_person_ends_a_theme => Theme,
    the_person_contests_an_act => Contested,
    a_habilitation_is_suspended => HabilitationSuspended,
    a_habilitation_is_ended => HabilitationEnded,
    an_aidant_is_removed_by_her_referent => RemovedByReferent,
    an_organisation_is_suspended => Organisation,
    the_person_blocks_the_aidant => AidantBlocked,
    the_person_blocks_the_organisation => OrganisationBlocked,
    a_client_is_disabled => Client,
    an_account_is_suspended => Account,
);

/// How many transactions of this database wait for another, once they are `wanted` or the `end` has come.
async fn until_waiting(gate: &mut sqlx::PgConnection, wanted: i64, end: impl Fn() -> bool) -> i64 {
    let count = "SELECT COUNT(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()";
    let mut waiting = 0;
    for _ in 0..500 {
        waiting = sqlx::raw_sql(count).fetch_one(&mut *gate).await.expect("a count").get(0);
        if waiting >= wanted || end() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    waiting
}

/// A redemption that has decided and not yet written is made to wait; the ending must wait for it.
async fn waits_for_what_is_decided(ending: Ending) {
    let race = Race::set(World::start(Engine::Postgres).await).await;
    let Db::Postgres(lines) = &race.scene.world.bench.db else { panic!("this test is for PostgreSQL") };
    let code = race.opened().await;
    let mut gate = lines.pool().begin().await.expect("a transaction");
    sqlx::raw_sql("SELECT id FROM acts FOR UPDATE").execute(&mut *gate).await.expect("locked");
    let redeemer = Arc::clone(&race);
    let redeeming = tokio::spawn(async move { redeemer.redeem(&code).await });
    assert_eq!(
        until_waiting(&mut gate, 1, || false).await,
        1,
        "{ending:?}: the redemption waits at the gate"
    );
    let ender = Arc::clone(&race);
    let ended = tokio::spawn(async move { ender.end(ending).await });
    let waiting = until_waiting(&mut gate, 2, || ended.is_finished()).await;
    assert_eq!(waiting, 2, "{ending:?}: an act that is decided and not written comes first");
    gate.rollback().await.expect("the gate opens");
    let tokens = redeeming.await.expect("a task").expect("tokens, for it came first");
    ended.await.expect("a task");
    race.nothing_after(ending, race.scene.world.bench.now()).await;
    assert!(!race.is_active(&tokens.access).await, "{ending:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ending_waits_for_what_is_decided() {
    for ending in Ending::ALL {
        waits_for_what_is_decided(ending).await;
    }
}

on_each_database! {
    async fn one_code_redeemed_many_times_at_once_is_good_once_and_then_for_nothing(world) {
        let race = Race::set(world).await;
        let code = race.opened().await;
        let mut running = Vec::new();
        for _ in 0..6 {
            let (redeemer, code) = (Arc::clone(&race), code.clone());
            running.push(tokio::spawn(async move {
                let redirect_uri = redeemer.client.registration.redirect_uris.first().map(String::as_str);
                let presented = Presented { code: &code, redirect_uri, code_verifier: Some(VERIFIER), jkt: None };
                redeem_code(&redeemer.scene.world.bench, &redeemer.client, &presented, None).await
            }));
        }
        let mut issued = Vec::new();
        for task in running {
            match task.await.expect("a task") {
                Ok(tokens) => issued.push(serde_json::to_value(tokens).expect("json")),
                Err(Refusal::Conflict("code_used_twice")) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(issued.len(), 1);
        for name in ["access_token", "mandate_token"] {
            assert!(!race.is_active(issued[0][name].as_str().expect("a token")).await, "{name}");
        }
        assert_eq!(race.scene.world.count("act.token_issued").await, 1);
        assert_eq!(race.scene.world.count("act.refused!").await, 5);
    }

    async fn one_choice_sent_many_times_at_once_opens_one_act(world) {
        let race = Race::set(world).await;
        let act = race.shown(race.begin().await).await;
        let chosen = Chosen { person: Some(race.person.person.id), theme: Some(Theme::Social) };
        let mut running = Vec::new();
        for _ in 0..6 {
            let (opener, act) = (Arc::clone(&race), act.clone());
            running.push(tokio::spawn(async move {
                open_act(&opener.scene.world.bench, &opener.aidant, &act, &BROWSER, chosen, None).await
            }));
        }
        let mut opened = 0;
        for task in running {
            match task.await.expect("a task") {
                Ok(Opening::Opened(_)) => opened += 1,
                Err(Refusal::Conflict("act-over")) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((opened, race.scene.world.count("act.opened").await), (1, 1));
    }
}
