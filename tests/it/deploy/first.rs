//! `deploy/first-installation.md` to the letter: roles, secrets, configuration, tables, operators, and a gateway that serves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
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

/// Runs `text` as an operator would, in the repository's folder.
fn run(text: &str, folder: &Path, names: &[(&str, &str)]) -> Output {
    let tools =
        Command::new(root().join("scripts/need.sh")).arg("postgres-folder").output().expect("a script");
    let tools = String::from_utf8_lossy(&tools.stdout).trim().to_owned();
    #[expect(clippy::disallowed_methods, reason = "the tools of this machine")]
    let path = std::env::var("PATH").expect("a path");
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", text]).env_clear().current_dir(root()).stdin(Stdio::null());
    command
        .env("PATH", format!("{}:{tools}:{path}", folder.join("bin").display()))
        .envs(names.iter().copied());
    command.output().expect("bash runs")
}

/// As [`run`], which must succeed; what it printed.
fn done(text: &str, folder: &Path, names: &[(&str, &str)]) -> String {
    let Output { status, stdout, stderr } = run(text, folder, names);
    let (said, complained) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{text}: {said}{complained}");
    said.into_owned()
}

/// What the page says under its names and under this heading.
fn block(heading: &str) -> String {
    let page = read("deploy/first-installation.md");
    let blocks = shell_blocks(&page);
    let parts = ["Names used below", heading].map(|wanted| {
        let mut own = blocks.iter().filter(|(title, _)| title == wanted).map(|(_, text)| text.as_str());
        let text = own.next().unwrap_or_else(|| panic!("a block under {wanted}")).to_owned();
        assert_eq!(own.next(), None, "one block under {wanted}");
        text
    });
    parts.concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_installation_by_the_page_serves() {
    let _alone = ROLES.lock().await;
    let directory = tempfile::tempdir().expect("a directory");
    let folder = directory.path();
    fs::create_dir(folder.join("bin")).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_procura"), folder.join("bin/procura")).expect("a link");
    let admin = empty(Engine::Postgres, folder).await.url;
    let url = Url::parse(&admin).expect("an address");
    let (host, port) = (url.host_str().expect("a host"), url.port().expect("a port"));
    let address = format!("{host}:{port}{}", url.path());
    let etc = folder.join("etc");
    let etc = etc.to_str().expect("a path");
    let names = [("ETC", etc), ("ADMIN_URL", admin.as_str()), ("ADDRESS", address.as_str())];

    done(&block("1. Program, roles and secrets"), folder, &names);
    for name in ["master_key", "owner_url", "database_url"] {
        let about = fs::metadata(folder.join("etc/secrets").join(name)).expect("a secret");
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}");
    }
    // Another test may have made the roles before, with passwords of its own: the page's are those of the files.
    for (file, role) in [("owner_url", "procura_owner"), ("database_url", "procura_service")] {
        let own = fs::read_to_string(folder.join("etc/secrets").join(file)).expect("a secret");
        let own = Url::parse(own.trim()).expect("an address");
        let password = own.password().expect("a password");
        done(
            &format!("psql -X -q -c \"ALTER ROLE {role} PASSWORD '{password}'\" \"$ADMIN_URL\""),
            folder,
            &names,
        );
    }
    // What the page leaves to the operator's hand.
    for name in ["smtp_password", "franceconnect_secret"] {
        let path = folder.join("etc/secrets").join(name);
        fs::write(&path, "from elsewhere").expect("a secret");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("its mode");
    }
    let config = folder.join("etc/procura.toml");
    let text = fs::read_to_string(&config).expect("a configuration");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let own_port = listener.local_addr().expect("an address").port();
    drop(listener);
    let text = text
        .replace("/etc/procura", etc)
        .replace("127.0.0.1:8080", &format!("127.0.0.1:{own_port}"))
        .replace("127.0.0.1:9090", "127.0.0.1:0")
        .replace("/var/lib/procura", &folder.display().to_string());
    fs::write(&config, text).expect("a configuration");

    // The service's role migrates nothing, and the refusal names the way.
    let refused = run("procura migrate --config \"$ETC/procura.toml\"", folder, &names);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("PROCURA__DATABASE__URL_FILE"), "{said}");

    let printed = done(&block("2. Tables and the first operators"), folder, &names);
    assert_eq!(printed.matches("otpauth://totp/").count(), 2, "{printed}");

    let mut serving = Command::new(env!("CARGO_BIN_EXE_procura"));
    serving.arg("serve").arg("--config").arg(&config).stdin(Stdio::null()).stderr(Stdio::null());
    let _serving = crate::world::program::Running(serving.spawn().expect("the program starts"));
    let client = procura::demo::client::http_client(None).expect("a client");
    let mut ready = false;
    for _ in 0..300 {
        let asked = client.get(format!("http://127.0.0.1:{own_port}/readyz")).send().await;
        ready = asked.is_ok_and(|answer| answer.status().is_success());
        if ready {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(ready, "the gateway of the page's installation is ready");
    let points = run("procura doctor --config \"$ETC/procura.toml\"", folder, &names);
    let said = String::from_utf8_lossy(&points.stdout);
    for well in ["ok      database role", "ok      token keys", "ok      kept checkpoint", "ok      secrets"]
    {
        assert!(said.contains(well), "{well}: {said}");
    }
}

/// Every secret that the example asks for is handed over by units, compose file and manifests; those of sections that are
/// commented out stand there commented out.
#[test]
fn each_secret_of_the_example_reaches_the_service() {
    let example = read("config/production.example.toml");
    let mut places = vec![read("deploy/compose.yaml")];
    for (folder, end) in [("deploy/systemd", ".service"), ("deploy/kubernetes", ".yaml")] {
        let paths = crate::deploy::files(folder, end).into_iter();
        let texts = paths.map(|path| fs::read_to_string(path).expect("a file"));
        places.extend(texts.filter(|text| text.contains("PROCURA__KEYS__MASTER_KEY_FILE")));
    }
    assert_eq!(places.len(), 7, "compose file, three units, three manifests");
    let (mut section, mut seen) = (String::new(), 0);
    for line in example.lines() {
        let off = line.starts_with('#');
        let line = line.trim_start_matches('#');
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
        }
        let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| key.ends_with("_file")) else {
            continue;
        };
        if key == "checkpoint_file" {
            continue;
        }
        seen += 1;
        let name = format!("PROCURA__{}__{}", section.to_uppercase(), key.to_uppercase());
        for place in &places {
            let own: Vec<&str> = place.lines().filter(|line| line.contains(&name)).collect();
            assert!(!own.is_empty(), "{name} is missing in {place}");
            assert!(own.iter().all(|line| line.trim_start().starts_with('#') == off), "{own:?}");
        }
    }
    assert_eq!(seen, 6);
}
