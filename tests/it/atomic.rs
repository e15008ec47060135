//! No change without its entry: where the ledger takes no entry, each operation fails and leaves everything as it was.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::ids::EntryId;
use procura::domain::ids::MandateId;
use procura::domain::mandate::MandateDuration;
use procura::domain::mandate::MandateStatus;
use procura::domain::message::MessageLanguage;
use procura::domain::theme::Theme;
use procura::ledger::entry::Actor;
use procura::ledger::kinds::Event;
use procura::ledger::sealed::FiledUnder;
use procura::operations::ask_person::Way;
use procura::operations::attestation;
use procura::operations::attestation::Holder;
use procura::operations::block::Target;
use procura::operations::block::block;
use procura::operations::contest_line::contest_line;
use procura::operations::current;
use procura::operations::data_keys;
use procura::operations::draw_up_mandate::Draft;
use procura::operations::draw_up_mandate::draw_up;
use procura::operations::issue_client_token::issue_client_token;
use procura::operations::open_act::Chosen;
use procura::operations::open_act::open_act;
use procura::operations::practice;
use procura::operations::read_trail::Part;
use procura::operations::read_trail::Query;
use procura::operations::read_trail::Under;
use procura::operations::read_trail::export_trail;
use procura::operations::read_trail::read_trail;
use procura::operations::read_trail::state_purpose;
use procura::operations::redeem_code::Presented;
use procura::operations::redeem_code::redeem_code;
use procura::operations::refusal::Refusal;
use procura::operations::register_client::NewClient;
use procura::operations::register_client::disable_client;
use procura::operations::register_client::register_client;
use procura::operations::revoke_mandate::Revoker;
use procura::operations::revoke_mandate::revoke;
use procura::operations::suspend::HabilitationChange;
use procura::operations::suspend::change_habilitation;
use procura::operations::suspend::suspend_organisation;
use procura::operations::work::Line;
use procura::operations::work::alone::Alone;
use procura::storage::db::Db;
use procura::storage::db::Sql;
use procura::storage::entries;
use procura::storage::entries::NewEntry;
use procura::storage::entries::Refs;
use procura::storage::tokens::StoredToken;
use procura::storage::tokens::TokenKind;
use sqlx::AssertSqlSafe;
use sqlx::Row;

use crate::consent::answer;
use crate::consent::draw_up as draw_up_by_page;
use crate::consent::open_text;
use crate::consent::status;
use crate::races::BROWSER;
use crate::races::Race;
use crate::races::VERIFIER;
use crate::world::CLI;
use crate::world::World;

/// Everything an operation may change; sessions and throttles are the doors' own.
const TABLES: [&str; 24] = [
    "accounts",
    "acts",
    "attestations",
    "blocks",
    "cases",
    "clients",
    "consent_links",
    "consents",
    "data_keys",
    "entry_refs",
    "habilitations",
    "ledger_entries",
    "ledger_payloads",
    "ledger_pending",
    "mandate_themes",
    "mandates",
    "organisation_withheld_themes",
    "organisations",
    "person_subjects",
    "persons",
    "receipts",
    "settings",
    "tokens",
    "verifications",
];

async fn try_to_run(world: &World, sql: &str) -> Result<u64, sqlx::Error> {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match &world.bench.db {
        Db::Sqlite { writer, .. } => sql.execute(writer.pool()).await.map(|done| done.rows_affected()),
        Db::Postgres(lines) => sql.execute(lines.pool()).await.map(|done| done.rows_affected()),
    }
}

async fn run(world: &World, sql: &str) {
    try_to_run(world, sql).await.expect("sql");
}

/// From here on the ledger takes no entry.
async fn close_the_ledger(world: &World) {
    run(
        world,
        match &world.bench.db {
            Db::Sqlite { .. } => {
                "CREATE TRIGGER closed BEFORE INSERT ON ledger_entries BEGIN SELECT RAISE(ABORT, 'closed'); END;"
            }
            Db::Postgres(_) => {
                "CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'closed'; END $$;
                 CREATE TRIGGER closed BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION closed();"
            }
        },
    )
    .await;
}

/// The jobs' own work is done: what changes from here on was changed by an operation.
async fn quiet(world: &World) {
    for _ in 0..200 {
        let mut tx = world.bench.db.read().await.expect("a transaction");
        let waiting = Sql::same(
            "SELECT (SELECT COUNT(*) FROM ledger_pending) + (SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL)",
        );
        let (waiting,): (i64,) = tx.query(waiting).fetch_one().await.expect("a count");
        if waiting == 0 {
            return;
        }
        drop(tx);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the jobs do not come to rest");
}

/// Each table's rows as text, and how many messages were written.
async fn everything(world: &World) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for table in TABLES {
        let rows = match &world.bench.db {
            Db::Sqlite { readers, .. } => {
                let columns =
                    sqlx::raw_sql(AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')")));
                let columns = columns.fetch_all(readers.pool()).await.expect("columns");
                assert!(!columns.is_empty(), "{table}");
                let quoted = columns.iter().map(|row| format!("quote({})", row.get::<String, _>(0)));
                let row = quoted.collect::<Vec<_>>().join("||','||");
                let sql = format!(
                    "SELECT group_concat(line, char(10)) FROM (SELECT {row} AS line FROM {table} ORDER BY 1)"
                );
                let found = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(readers.pool()).await.expect("rows");
                found.get::<Option<String>, _>(0)
            }
            Db::Postgres(lines) => {
                let sql = format!("SELECT string_agg(t::text, chr(10) ORDER BY t::text) FROM {table} t");
                let found = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(lines.pool()).await.expect("rows");
                found.get::<Option<String>, _>(0)
            }
        };
        found.insert(table.to_owned(), rows.unwrap_or_default());
    }
    found.insert("messages".to_owned(), world.messages().await.len().to_string());
    found
}

/// What was tried failed as a fault, and nothing is different.
async fn nothing_of<T: Debug>(
    world: &World,
    before: &BTreeMap<String, String>,
    what: &str,
    tried: Result<T, Refusal>,
) {
    assert!(matches!(tried, Err(Refusal::Fault(_))), "{what}: {tried:?}");
    same(world, before, what).await;
}

async fn same(world: &World, before: &BTreeMap<String, String>, what: &str) {
    let after = everything(world).await;
    for (table, rows) in before {
        assert_eq!(rows, &after[table], "{what} changed {table}");
    }
}

fn new_client() -> NewClient {
    let mut new = NewClient::new(ClientKind::Administration, "Un service");
    new.id = ClientId::parse("nouveau");
    new.compat = true;
    new.themes = [Theme::Social].into();
    new.redirect_uris.insert("https://nouveau.example/retour".to_owned());
    new
}

async fn first_act(world: &World) -> EntryId {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    let sql = Sql::same("SELECT entry FROM entry_refs WHERE kind = 'act.opened' ORDER BY at, entry LIMIT 1");
    tx.query(sql).fetch_one::<(EntryId,)>().await.expect("an act").0
}

on_each_database! {
    async fn no_operation_changes_anything_without_its_entry(world) {
        let race = Race::set(world).await;
        let world = &race.scene.world;
        let bench = &world.bench;
        let agent = world.authority("Claire", &[]).await;
        let authority = current::authority(bench, agent.account, Some(bench.now())).await.expect("a read").expect("an agent");
        let purpose = state_purpose(bench, &authority, "Examen d’une réclamation", None).await.expect("a purpose");
        let (code, act) = (race.opened().await, race.begin().await);
        let shown = race.shown(act).await;
        let line = first_act(world).await;
        close_the_ledger(world).await;
        quiet(world).await;
        let before = everything(world).await;
        let chosen = Chosen { person: Some(race.person.person.id), theme: Some(Theme::Social) };
        let refused = Chosen { person: None, theme: None };
        let redirect_uri = race.client.registration.redirect_uris.first().map(String::as_str);
        let good = Presented { code: &code, redirect_uri, code_verifier: Some(VERIFIER), jkt: None };
        let wrong = Presented { code: &code, redirect_uri, code_verifier: Some("wrong"), jkt: None };
        let (mandate, person) = (race.scene.mandate.id, &race.person);
        let draft = Draft { themes: [Theme::Social].into(), duration: MandateDuration::Month, way: Way::Present, renews: None };
        let query = Query { person: Some(person.person.id), ..Query::default() };
        let (under, part) = (Under::Own(&purpose, &query), Part::default());
        let (organisation, habilitation) = (race.aidant.organisation.id, race.aidant.habilitation.id);
        let b = &before;
        nothing_of(world, b, "an act", open_act(bench, &race.aidant, &shown, &BROWSER, chosen, None).await).await;
        nothing_of(world, b, "a refused act", open_act(bench, &race.aidant, &shown, &BROWSER, refused, None).await).await;
        nothing_of(world, b, "a redemption", redeem_code(bench, &race.client, &good, None).await).await;
        nothing_of(world, b, "a refused redemption", redeem_code(bench, &race.client, &wrong, None).await).await;
        nothing_of(world, b, "a client's own token", issue_client_token(bench, &race.client, Some("receipts"), None, None).await.map(drop)).await;
        nothing_of(world, b, "her revocation", revoke(bench, Revoker::Person(person), mandate, None, None, None).await).await;
        nothing_of(world, b, "of a theme", revoke(bench, Revoker::Person(person), mandate, Some(Theme::Social), None, None).await).await;
        nothing_of(world, b, "an aidant's", revoke(bench, Revoker::Aidant(&race.aidant), mandate, None, Some("fin"), None).await).await;
        nothing_of(world, b, "a draft", draw_up(bench, &race.aidant, &draft, None).await).await;
        nothing_of(world, b, "an attestation", attestation::issue(bench, Holder::Aidant(&race.aidant), mandate, None).await).await;
        nothing_of(world, b, "a reading", read_trail(bench, &authority, under, part, None).await.map(drop)).await;
        nothing_of(world, b, "an export", export_trail(bench, &authority, under, part, None).await.map(drop)).await;
        nothing_of(world, b, "a block", block(bench, person, Target::Organisation(organisation), None).await).await;
        nothing_of(world, b, "a contest", contest_line(bench, person, line, "Pourquoi ?", MessageLanguage::French, None).await).await;
        nothing_of(world, b, "a suspension", suspend_organisation(bench, &CLI, organisation, "contrôle", None).await).await;
        let change = HabilitationChange::End("départ");
        nothing_of(world, b, "an end", change_habilitation(bench, &CLI, habilitation, change, None).await).await;
        nothing_of(world, b, "a client", register_client(bench, &CLI, new_client(), None).await).await;
        nothing_of(world, b, "a client's end", disable_client(bench, &CLI, &race.client.id, "clos", None).await).await;
        run(world, match &bench.db {
            Db::Sqlite { .. } => "DROP TRIGGER closed",
            Db::Postgres(_) => "DROP TRIGGER closed ON ledger_entries",
        }).await;
        race.open(act).await.expect("the same act is still to be had");
        redeem_code(bench, &race.client, &good, None).await.expect("and the same code");
    }

    async fn no_answer_of_hers_counts_without_its_entry(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let mut texts = Vec::new();
        for decision in ["approve", "refuse"] {
            let handed = draw_up_by_page(&world, &mut aidant, &["social"], "short").await;
            let mut browser = world.browser();
            let text = open_text(&world, &mut browser, &handed.link, "jeanne").await;
            texts.push((decision, handed.id, browser, text));
        }
        close_the_ledger(&world).await;
        quiet(&world).await;
        let before = everything(&world).await;
        for (decision, id, browser, text) in &mut texts {
            let page = answer(browser, text, decision).await;
            assert_eq!(page.status.as_u16(), 500, "{decision}: {}", page.main_text());
            assert!(page.main_text().contains("donnez ce numéro"), "{}", page.main_text());
            same(&world, &before, decision).await;
            assert_eq!(status(&world, *id).await, MandateStatus::AwaitingConsent);
        }
    }

    async fn a_line_that_is_not_the_next_of_its_mandate_is_refused_by_the_database(world) {
        let race = Race::set(world).await;
        race.opened().await;
        let bench = &race.scene.world.bench;
        let like = first_act(&race.scene.world).await;
        let mandate = race.scene.mandate.id;
        // A statement that failed ends its transaction on PostgreSQL: each line has one of its own, and none is kept.
        for (after, taken) in [(-1, false), (0, false), (2, false), (1, true)] {
            let mut tx = bench.db.begin().await.expect("a transaction");
            let (end, _) = entries::chain_end(&mut tx, mandate).await.expect("a read").expect("a mandate");
            let stored = entries::find(&mut tx, like).await.expect("a read").expect("a line");
            let filed = FiledUnder { person: stored.filed.person, mandate: Some(mandate), ..FiledUnder::default() };
            let refs = Refs { kind: &stored.kind, filed, ..Refs::default() };
            let line = NewEntry {
                id: EntryId::fresh(bench.now(), bench.random.as_ref()), at: stored.at, commitment: &[8; 32], leaf_hash: &[9; 32],
                data_key: stored.data_key.expect("a key"), sealed: stored.sealed.as_deref().expect("a payload"),
                chain_n: Some(end + after), refs,
            };
            assert_eq!(entries::insert(&mut tx, &line).await.is_ok(), taken, "{after} after the end");
            if taken {
                assert_eq!(entries::chain_end(&mut tx, mandate).await.expect("a read"), Some((end + 1, Some(vec![9; 32]))));
            }
        }
    }
}

on_each_database! {
    async fn whom_and_what_an_act_names_is_never_deleted(world) {
        let race = Race::set(world).await;
        let code = race.opened().await;
        race.redeem(&code).await.expect("tokens");
        race.begin().await;
        let world = &race.scene.world;
        let named = [
            ("clients", "client"),
            ("organisations", "organisation"),
            ("accounts", "account"),
            ("habilitations", "habilitation"),
            ("persons", "person"),
            ("mandates", "mandate"),
            ("acts", "id"),
        ];
        for (table, column) in named {
            let sql = format!("DELETE FROM {table} WHERE id IN (SELECT {column} FROM acts WHERE status = 'redeemed')");
            let error = try_to_run(world, &sql).await.expect_err(&sql).to_string();
            let refused = match &world.bench.db {
                Db::Sqlite { .. } => error.contains("FOREIGN KEY"),
                Db::Postgres(_) => error.contains("never deleted"),
            };
            assert!(refused, "{sql}: {error}");
        }
        let gone = try_to_run(world, "DELETE FROM acts WHERE status = 'choosing'").await.expect("it may");
        assert_eq!(gone, 1);
    }
}

on_each_engine! {
    async fn only_a_line_that_nothing_follows_stands_alone(bare) {
        let bench = &bare.bench;
        // A real client: what is refused below is refused for what it is, not for whom it names.
        let client = practice::found(bench, 1).await.expect("founded").client.id;
        let count = async |sql: &'static str| {
            let mut tx = bench.db.look().await.expect("a connection");
            tx.query(Sql::same(sql)).fetch_one::<(i64,)>().await.expect("a count").0
        };
        let lines = async || count("SELECT COUNT(*) FROM ledger_entries").await;
        let before = lines().await;
        let try_alone = async |event: Event, mandate: Option<MandateId>| {
            let alone = Alone::begin(bench, None).await.expect("a connection");
            let row = StoredToken {
                jti: "of-a-test".to_owned(),
                kind: TokenKind::Client,
                client: client.clone(),
                act: None,
                mandate: None,
                expires_at: alone.now().plus(Duration::from_secs(60)),
                ended_at: None,
            };
            let line = Line::new(event, Actor::system(), data_keys::system(bench));
            let line = match mandate {
                Some(mandate) => line.mandate(mandate),
                None => line,
            };
            alone.record_token(line, &row).await
        };
        let issued = || Event::ClientTokenIssued { jti: "of-a-test".to_owned(), scope: "receipts".to_owned() };
        let chained = MandateId::fresh(bench.now(), bench.random.as_ref());
        let suspended = Event::OrganisationSuspended { reason: "a test".to_owned() };
        for refused in [try_alone(issued(), Some(chained)).await, try_alone(suspended, None).await] {
            assert!(matches!(refused, Err(Refusal::Fault(_))), "{refused:?}");
        }
        let tokens = "SELECT COUNT(*) FROM tokens WHERE jti = 'of-a-test'";
        assert_eq!((lines().await, count(tokens).await), (before, 0), "neither line nor token");
        try_alone(issued(), None).await.expect("a line that stands alone");
        assert_eq!((lines().await, count(tokens).await), (before + 1, 1), "line and token");
    }
}
