//! The program itself in processes of its own, on an installation that nobody else uses.

use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;

use procura::demo::client::http_client;
use serde_json::Value;

use crate::world::Engine;
use crate::world::MASTER_KEY;
use crate::world::empty;

/// One installation with its configuration.
pub struct Program {
    pub directory: tempfile::TempDir,
    /// The gateway's address, without a slash at its end.
    pub base: String,
    pub url: String,
    pub http: reqwest::Client,
}

/// A running process; it gets no further than its owner.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    /// Sends it a signal such as `TERM`.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([&format!("-{name}"), &self.0.id().to_string()]).status();
        assert!(told.expect("kill runs").success());
    }

    /// Stops it as a service manager does; whether it ended well.
    pub fn stop(mut self) -> bool {
        self.signal("TERM");
        self.0.wait().expect("it ends").success()
    }
}

impl Program {
    /// On an empty database; `more` stands behind the configuration's own sections.
    pub async fn on(engine: Engine, more: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let url = empty(engine, directory.path()).await.url;
        let port = {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
            listener.local_addr().expect("an address").port()
        };
        let base = format!("http://127.0.0.1:{port}");
        let program = Self { directory, base, url, http: http_client(None).expect("a client") };
        program.configure(&program.text(&program.url, more));
        program
    }

    /// A configuration on the database at `url`.
    pub fn text(&self, url: &str, more: &str) -> String {
        let listen = self.base.trim_start_matches("http://");
        format!(
            "[server]\npublic_url = \"{}\"\nlisten = \"{listen}\"\n[database]\nurl = \"{url}\"\nmax_connections = 4\n[keys]\n\
             master_key = \"{MASTER_KEY}\"\n[operators]\ntwo_persons = false\n[ledger]\norigin = \"procura.example/ledger\"\n\
             checkpoint_file = \"{}\"\nintegrate_every = \"20 ms\"\n{more}",
            self.base,
            self.kept().display(),
        )
    }

    /// Takes this text as configuration from now on.
    pub fn configure(&self, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(self.config(), text).expect("a file");
        std::fs::set_permissions(self.config(), PermissionsExt::from_mode(0o600)).expect("its mode");
    }

    pub fn config(&self) -> PathBuf {
        self.directory.path().join("procura.toml")
    }

    /// Where the last checkpoint is kept.
    pub fn kept(&self) -> PathBuf {
        self.directory.path().join("checkpoint")
    }

    pub fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
        command.args(words).arg("--config").arg(self.config()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the program runs")
    }

    /// Runs a command that must succeed; the JSON it prints.
    pub fn json(&self, words: &[&str]) -> Value {
        let Output { status, stdout, stderr } = self.run(words);
        let said = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "{words:?}: {}{said}", String::from_utf8_lossy(&stdout));
        serde_json::from_slice(&stdout).unwrap_or_else(|_| panic!("{words:?}: {said}"))
    }

    /// Starts a process whose log is kept; the former log goes.
    pub fn start(&self, words: &[&str]) -> Running {
        let log = std::fs::File::create(self.log()).expect("a file");
        Running(self.command(words).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts"))
    }

    /// Starts the gateway and waits until it is ready.
    pub async fn serve(&self) -> Running {
        let running = self.start(&["serve"]);
        for _ in 0..600 {
            let ready = self.http.get(format!("{}/readyz", self.base)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return running;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the service is not ready after 30 s: {}", self.logged());
    }

    /// What was logged so far.
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }
}
