//! `deploy/backup.md` to the letter, on both databases: backup, loss, restore, audit, and a start of what was restored.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use url::Url;

use crate::deploy::read;
use crate::deploy::root;
use crate::deploy::shell_blocks;
use crate::world::Engine;
use crate::world::ROLES;
use crate::world::empty;
use crate::world::program::Program;

/// The names that the page's commands use, as this test's installation has them.
struct Shell {
    names: Vec<(&'static str, String)>,
    path: String,
}

impl Shell {
    fn of(program: &Program) -> Self {
        let folder = program.directory.path();
        let in_folder = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
        fs::create_dir(folder.join("bin")).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_procura"), folder.join("bin/procura"))
            .expect("a link");
        let names = vec![
            ("DAY", "2026-11-22".to_owned()),
            ("CONFIG", in_folder("procura.toml")),
            ("KEPT", in_folder("checkpoint")),
            ("BACKUPS", in_folder("backups")),
            ("KEY_BACKUPS", in_folder("keys")),
            ("RECIPIENT", in_folder("backup-keys.pem")),
            ("IDENTITY", in_folder("backup-keys.key")),
            ("OWNER_PASSWORD", "owner-of-the-test".to_owned()),
            ("SERVICE_PASSWORD", "service-of-the-test".to_owned()),
        ];
        let tools =
            Command::new(root().join("scripts/need.sh")).arg("postgres-folder").output().expect("a script");
        let tools = String::from_utf8_lossy(&tools.stdout).trim().to_owned();
        #[expect(clippy::disallowed_methods, reason = "the tools of this machine")]
        let path = std::env::var("PATH").expect("a path");
        let shell = Self { names, path: format!("{}:{tools}:{path}", in_folder("bin")) };
        let made = shell.run(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=key-backups -keyout \"$IDENTITY\" -out \"$RECIPIENT\"",
        );
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        shell
    }

    fn run(&self, text: &str) -> Output {
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", text]).env_clear().env("PATH", &self.path);
        command.envs(self.names.iter().map(|(name, value)| (*name, value.as_str())));
        command.current_dir(root()).stdin(Stdio::null()).output().expect("bash runs")
    }

    /// Says this to the database that the name leads to.
    fn sql(&self, name: &str, text: &str) {
        let mut shell = self.names.clone();
        shell.push(("SAID", text.to_owned()));
        let run = Self { names: shell, path: self.path.clone() }
            .run(&format!("psql -X -q -v ON_ERROR_STOP=1 -c \"$SAID\" \"${name}\""));
        assert!(run.status.success(), "{text}: {}", String::from_utf8_lossy(&run.stderr));
    }

    /// Runs what the page says under these headings, in one go as a reader would; what it printed.
    fn follow(&self, headings: &[&str]) -> String {
        let page = read("deploy/backup.md");
        let blocks = shell_blocks(&page);
        let mut text = String::new();
        for heading in headings {
            let own: Vec<&str> =
                blocks.iter().filter(|(title, _)| title == heading).map(|(_, text)| text.as_str()).collect();
            assert_eq!(own.len(), 1, "one block under {heading}");
            text.push_str(&own.concat());
        }
        let output = self.run(&text);
        let (said, complained) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{headings:?}: {said}{complained}");
        said.into_owned()
    }
}

/// Writes something that needs a data key of its own, and lets it go into the tree.
async fn life(program: &Program, siret: &str) {
    program.json(&[
        "organisation",
        "add",
        "--siret",
        siret,
        "--name",
        "CCAS",
        "--address",
        "1 rue X, 75000 Paris",
    ]);
    let gateway = program.serve().await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(gateway.stop(), "{}", program.logged());
}

fn as_role(database: &str, role: &str, password: &str) -> String {
    let mut url = Url::parse(database).expect("an address");
    url.set_username(role).expect("a name");
    url.set_password(Some(password)).expect("a password");
    url.into()
}

fn audit(program: &Program) -> serde_json::Value {
    program.json(&["ledger", "audit", "--payloads", "--json"])
}

fn gone_without_keys(program: &Program) -> u64 {
    audit(program)["payloads"]["erased"].as_u64().expect("a number")
}

fn nothing_readable(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
        assert!(!bytes.windows(9).any(|part| part == b"data_keys"), "key backups are encrypted");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_says_brings_everything_back_on_sqlite() {
    let program = Program::on(Engine::Sqlite, "").await;
    life(&program, "26210099300019").await;
    let before = audit(&program);
    let mut shell = Shell::of(&program);
    let folder = program.directory.path();
    let path = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let database = program.url.trim_start_matches("sqlite://").to_owned();
    shell.names.extend([("DATABASE", database.clone()), ("RESTORED", path("restored.db"))]);
    shell.follow(&["Names used below", "SQLite: every night"]);
    nothing_readable(&folder.join("keys"));
    // The copy alone opens nothing.
    fs::copy(folder.join("backups/procura-2026-11-22.db"), folder.join("alone.db")).expect("a copy");
    program.configure(&program.text(&format!("sqlite://{}", path("alone.db")), ""));
    assert!(gone_without_keys(&program) > 0);
    for name in [database.clone(), format!("{database}-wal"), format!("{database}-shm")] {
        drop(fs::remove_file(name));
    }
    shell.follow(&["Names used below", "SQLite: restore"]);
    program.configure(&program.text(&format!("sqlite://{}", path("restored.db")), ""));
    ends(&program, &shell, &before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_says_brings_everything_back_on_postgres() {
    let _alone = ROLES.lock().await;
    let program = Program::on(Engine::Postgres, "").await;
    life(&program, "26210099300019").await;
    let before = audit(&program);
    let mut shell = Shell::of(&program);
    let restored = empty(Engine::Postgres, program.directory.path()).await.url;
    let reader = as_role(&program.url, "procura_backup", "backup-of-the-test");
    let owner = as_role(&restored, "procura_owner", "owner-of-the-test");
    shell.names.extend([
        ("RESTORE_URL", restored.clone()),
        ("OWNER_URL", owner),
        ("SUPERUSER", program.url.clone()),
    ]);
    shell.names.push(("DATABASE_URL", reader));
    let page = read("deploy/backup.md");
    let role = page.split('`').find(|code| code.starts_with("CREATE ROLE procura_backup")).expect("the role");
    let name = Url::parse(&program.url).expect("an address").path().trim_start_matches('/').to_owned();
    let role = role
        .replace("'…'", "'backup-of-the-test'")
        .replace("DATABASE procura", &format!("DATABASE \"{name}\""));
    shell.sql("SUPERUSER", &format!("DROP ROLE IF EXISTS procura_backup; {role}"));
    // The owner may be there from another test, with another password.
    shell.sql(
        "SUPERUSER",
        "DO $$ BEGIN CREATE ROLE procura_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    );
    shell.sql("SUPERUSER", "ALTER ROLE procura_owner PASSWORD 'owner-of-the-test'");
    shell.follow(&["Names used below", "PostgreSQL: every night"]);
    nothing_readable(&program.directory.path().join("keys"));
    shell.follow(&["Names used below", "PostgreSQL: restore"]);
    program.configure(&program.text(&restored, ""));
    ends(&program, &shell, &before).await;
    // The service runs there under its own role, which adds to the ledger and changes nothing in it.
    // It may have been there before the page made it, with another password.
    shell.sql("RESTORE_URL", "ALTER ROLE procura_service PASSWORD 'service-of-the-test'");
    let own = as_role(&restored, "procura_service", "service-of-the-test");
    let text = program.text(&own, "");
    program.configure(&text.replacen("[server]\n", "[server]\nmigrate_at_start = false\n", 1));
    life(&program, "80412377600028").await;
    let rewritten = shell.run(&format!("psql -X -c \"UPDATE ledger_entries SET leaf = leaf\" '{own}'"));
    assert!(!rewritten.status.success(), "the service's role changes no line");
    let points = program.run(&["doctor"]);
    let said = String::from_utf8_lossy(&points.stdout);
    assert!(said.contains("ok      database role"), "{said}");
}

/// What the page ends with, and that nothing is missing.
async fn ends(program: &Program, shell: &Shell, before: &serde_json::Value) {
    let said = shell.follow(&["Names used below", "After either"]);
    assert!(said.contains("the ledger holds") && said.contains("CONSISTENT"), "{said}");
    let after = audit(program);
    for same in ["holds", "size", "root", "payloads"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_eq!(after["payloads"]["erased"], 0);
    let organisations = program.json(&["organisation", "list"]);
    assert_eq!(organisations.as_array().map(Vec::len), Some(1), "names open under the keys that came back");
    let gateway = program.serve().await;
    assert!(gateway.stop(), "{}", program.logged());
}
