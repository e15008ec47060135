//! The Node `oidc-provider` in memory, login and consent answered at once (benches/peer): what a complete login and an
//! introspection cost there, with the same client, in the same run.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use anyhow::Result;
use anyhow::bail;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::demo::browser::cookies::CookieJar;
use tempfile::TempDir;
use url::Url;

use crate::cell::Worker;
use crate::drive::login::host;
use crate::drive::login::member;
use crate::drive::login::parameter;
use crate::drive::prepare::REDIRECT;
use crate::drive::visitor::Visitor;
use crate::drive::wire::Trouble;
use crate::drive::wire::Wire;
use crate::meter::Meter;
use crate::support::Process;

const READY_WITHIN: Duration = Duration::from_secs(20);
const CLIENT: &str = "bench";
const SECRET: &str = "a-secret-of-the-bench-alone-0123456789";

/// The other provider, running.
pub struct Peer {
    /// Whose cost is counted.
    pub meter: Meter,
    base: Url,
    address: SocketAddr,
    _process: Process,
    _home: TempDir,
}

impl Peer {
    /// Starts it; none where Node or its packages are missing.
    ///
    /// # Errors
    /// When it is there and does not start.
    pub async fn start() -> Result<Option<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer");
        if !folder.join("node_modules/oidc-provider").exists() {
            return Ok(None);
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let home = tempfile::tempdir()?;
        let log = home.path().join("log");
        let mut command = Command::new("node");
        command.arg(folder.join("server.mjs")).args([&port.to_string(), CLIENT, SECRET, REDIRECT]);
        let begun = Instant::now();
        let mut process = Process::start(&mut command, &log)?;
        let (base, address) =
            (Url::parse(&format!("http://localhost:{port}"))?, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let mut wire = Wire::new(address, &host(&base));
        while wire.get("/.well-known/openid-configuration", &[]).await.is_err() {
            if process.0.try_wait()?.is_some() || begun.elapsed() > READY_WITHIN {
                bail!("the peer did not start: {}", std::fs::read_to_string(&log)?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let meter = Meter { service: Some(process.0.id()), database: None };
        Ok(Some(Self { meter, base, address, _process: process, _home: home }))
    }

    /// A connection to it.
    pub fn wire(&self) -> Wire {
        Wire::new(self.address, &host(&self.base))
    }

    /// A user of this number, without any cookie.
    pub fn user(&self, number: usize) -> PeerUser {
        PeerUser { front: self.wire(), back: self.wire(), base: self.base.clone(), number, turn: 0 }
    }
}

/// `Authorization` of its one client.
pub fn basic() -> String {
    format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")))
}

/// Somebody who logs in there, each time anew.
pub struct PeerUser {
    front: Wire,
    back: Wire,
    base: Url,
    number: usize,
    turn: usize,
}

impl PeerUser {
    /// One complete login: authorize, interaction, resume, token, userinfo; its access token.
    ///
    /// # Errors
    /// When an answer does not come or is not what it must be.
    pub async fn login(&mut self) -> Result<String, Trouble> {
        self.turn += 1;
        let verifier = b64(&sha256(format!("{}-{}", self.number, self.turn).as_bytes()));
        let mut url = self.base.clone();
        url.set_path("/auth");
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", REDIRECT),
            ("scope", "openid profile email"),
            ("state", "state"),
            ("nonce", &verifier),
            ("code_challenge", &b64(&sha256(verifier.as_bytes()))),
            ("code_challenge_method", "S256"),
        ]);
        // The connection stays, the cookies do not: login and consent are answered each time.
        let wire = std::mem::replace(&mut self.front, self.back.another());
        let mut visitor = Visitor::new(wire, &self.base, CookieJar::default());
        let back = visitor.come(&url).await?.away();
        self.front = visitor.wire;
        let code = parameter(&back?, "code")?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier.as_str()),
        ];
        let basic = basic();
        let answer = self.back.post("/token", &[("authorization", &basic)], &fields).await?;
        let answer = answer.must(200, "token")?.json()?;
        let access = member(&answer, "access_token")?;
        member(&answer, "id_token")?;
        let bearer = format!("Bearer {access}");
        let userinfo = self.back.get("/me", &[("authorization", &bearer)]).await?.must(200, "userinfo")?;
        member(&userinfo.json()?, "sub")?;
        Ok(access)
    }
}

impl Worker for PeerUser {
    async fn turn(&mut self) -> Result<(), Trouble> {
        self.login().await.map(drop)
    }
}
