//! Time-stamps: a real authority (OpenSSL's) stamps checkpoints, ours checks it, and OpenSSL checks what we keep.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::post;
use procura::crypto::random::SystemRandom;
use procura::crypto::timestamp::Roots;
use procura::crypto::timestamp::StampError;
use procura::crypto::timestamp::StampRequest;
use procura::crypto::timestamp::stamped_at;
use procura::domain::witness::WitnessFault;
use procura::jobs::witnesses::stamp;
use procura::operations::bench::Bench;
use procura::operations::evidence;
use procura::operations::keys;

use crate::evidence::file_of;
use crate::evidence::outbound;
use crate::evidence::procura;
use crate::evidence::serve;
use crate::world::bare::Bare;

/// An authority of OpenSSL in a folder: a root, a certificate for time-stamps under it, and what it needs to answer.
#[derive(Clone)]
struct Authority {
    folder: PathBuf,
}

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

const SETTINGS: &str = "
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[other]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, serverAuth
[both]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping, serverAuth
[soft]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = timeStamping
[tsa]
default_tsa = authority
[authority]
dir = .
serial = ./serial
crypto_device = builtin
signer_cert = ./stamps.pem
certs = ./root.pem
signer_key = ./stamps.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
";

impl Authority {
    fn new(folder: &Path, name: &str, key: &[&str]) -> Self {
        let folder = folder.join(name);
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("openssl.cnf"), SETTINGS).expect("settings");
        std::fs::write(folder.join("serial"), "01\n").expect("a serial number");
        let subject = format!("/CN={name}");
        let common = ["-config", "openssl.cnf", "-nodes"];
        let root = [&["req", "-x509", "-newkey"], key, &common, &["-keyout", "root.key", "-out", "root.pem"]]
            .concat();
        openssl(&folder, &[&root[..], &["-subj", &subject, "-days", "30", "-extensions", "root"]].concat());
        let request =
            [&["req", "-newkey"], key, &common, &["-keyout", "stamps.key", "-out", "stamps.csr"]].concat();
        openssl(&folder, &[&request[..], &["-subj", "/CN=Horodatage"]].concat());
        let this = Self { folder };
        this.certify("stamps");
        this
    }

    /// The certificate of the stamping key, with these extensions.
    fn certify(&self, extensions: &str) {
        let sign =
            ["x509", "-req", "-in", "stamps.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"];
        let to = ["-out", "stamps.pem", "-days", "30", "-extfile", "openssl.cnf", "-extensions", extensions];
        openssl(&self.folder, &[&sign[..], &to].concat());
    }

    fn reply(&self, request: &[u8]) -> Vec<u8> {
        self.reply_with(request, &[])
    }

    fn reply_with(&self, request: &[u8], more: &[&str]) -> Vec<u8> {
        std::fs::write(self.folder.join("request.tsq"), request).expect("a request");
        let answer =
            ["ts", "-reply", "-config", "openssl.cnf", "-queryfile", "request.tsq", "-out", "reply.tsr"];
        openssl(&self.folder, &[&answer[..], more].concat());
        std::fs::read(self.folder.join("reply.tsr")).expect("a reply")
    }

    fn pem(&self) -> PathBuf {
        self.folder.join("root.pem")
    }

    fn roots(&self) -> Roots {
        Roots::from_pem(&std::fs::read(self.pem()).expect("a certificate")).expect("a root")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Honest,
    /// It stamps what it is not asked for.
    Confused,
    Down,
}

/// The authority behind HTTP.
async fn listen(authority: Authority) -> (String, Arc<Mutex<Mood>>) {
    let mood = Arc::new(Mutex::new(Mood::Honest));
    let now = Arc::clone(&mood);
    let answer = move |body: Bytes| {
        let (authority, mood) = (authority.clone(), *now.lock().expect("a mood"));
        async move {
            let reply = |bytes: Vec<u8>| -> Response {
                ([("content-type", "application/timestamp-reply")], bytes).into_response()
            };
            match mood {
                Mood::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                Mood::Honest => reply(authority.reply(&body)),
                Mood::Confused => {
                    let other = StampRequest::new(b"other", &SystemRandom::new()).expect("a request");
                    reply(authority.reply(&other.body))
                }
            }
        }
    };
    (serve(Router::new().route("/tsa", post(answer))).await + "/tsa", mood)
}

async fn stamping(bare: &Bare, address: &str, authority: &Authority) -> Bench {
    let more = format!(
        "[timestamps]\nurl = \"{address}\"\nevery = \"1 h\"\nca_file = \"{}\"\n",
        authority.pem().display()
    );
    bare.another_with(&more).await
}

async fn turn(bench: &Bench) {
    let authority = bench.config.timestamps.clone().expect("an authority");
    stamp(bench, &outbound(), &authority, "test").await.expect("a turn");
}

const KEYS: [(&str, &[&str]); 3] = [
    ("rsa", &["rsa:2048"]),
    ("p256", &["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("p384", &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]),
];

#[test]
fn stamps_by_rsa_and_ecdsa_hold_and_whatever_differs_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let stranger = Authority::new(folder.path(), "stranger", KEYS[1].1);
    for (name, key) in KEYS {
        let authority = Authority::new(folder.path(), name, key);
        let roots = authority.roots();
        let request = StampRequest::new(b"a head", &SystemRandom::new()).expect("a request");
        for digest in ["sha256", "sha384", "sha512"] {
            // ECDSA with SHA-512 is not among those that are checked.
            let known = digest != "sha512" || name == "rsa";
            let settings = SETTINGS.replace("signer_digest = sha256", &format!("signer_digest = {digest}"));
            std::fs::write(authority.folder.join("openssl.cnf"), settings).expect("settings");
            let accepted = request.accept(&authority.reply(&request.body), b"a head", &roots);
            assert_eq!(accepted.is_ok(), known, "{name} {digest}: {accepted:?}");
        }
        std::fs::write(authority.folder.join("openssl.cnf"), SETTINGS).expect("settings");
        let reply = authority.reply(&request.body);
        assert!(stamped_at(&reply, b"a head", &roots).is_ok());
        assert_eq!(stamped_at(&reply, b"another", &roots), Err(StampError::Imprint));
        assert_eq!(stamped_at(&reply, b"a head", &stranger.roots()), Err(StampError::Certificate));
        let other = StampRequest::new(b"a head", &SystemRandom::new()).expect("a request");
        assert_eq!(other.accept(&reply, b"a head", &roots), Err(StampError::Nonce));
        let mut held = 0;
        for at in 0..reply.len() {
            let mut altered = reply.clone();
            altered[at] ^= 1;
            held += usize::from(stamped_at(&altered, b"a head", &roots).is_ok());
        }
        // What nobody signed: the words of the status, identifiers beside the signed ones, the root sent along.
        assert!(held < reply.len() / 2, "{held} of {} altered bytes were not noticed", reply.len());
        assert!(stamped_at(&reply[..reply.len() - 1], b"a head", &roots).is_err());
        let sha1 = SETTINGS.replace("ess_cert_id_alg = sha256", "ess_cert_id_alg = sha1");
        std::fs::write(authority.folder.join("openssl.cnf"), sha1).expect("settings");
        assert!(
            request.accept(&authority.reply(&request.body), b"a head", &roots).is_ok(),
            "the older attribute"
        );
    }
}

#[test]
fn a_certificate_for_something_else_stamps_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new(folder.path(), "authority", KEYS[1].1);
    let request = StampRequest::new(b"a head", &SystemRandom::new()).expect("a request");
    let reply = authority.reply(&request.body);
    // OpenSSL's authority does not answer with such a certificate: what it stamped is signed again as a message of its own.
    std::fs::write(authority.folder.join("reply.tsr"), &reply).expect("a reply");
    openssl(
        &authority.folder,
        &["ts", "-reply", "-config", "openssl.cnf", "-in", "reply.tsr", "-token_out", "-out", "token"],
    );
    openssl(
        &authority.folder,
        &["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", "token", "-out", "info"],
    );
    let signed_again = || {
        let of = [
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-cades",
            "-md",
            "sha256",
            "-in",
            "info",
            "-outform",
            "DER",
        ];
        let with =
            ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-signer", "stamps.pem", "-inkey", "stamps.key"];
        let token = openssl(&authority.folder, &[&of[..], &with].concat());
        // PKIStatusInfo: granted.
        let body = [&[0x30, 3, 2, 1, 0][..], &token].concat();
        let length = u16::try_from(body.len()).expect("short").to_be_bytes();
        [&[0x30, 0x82][..], &length, &body].concat()
    };
    let roots = authority.roots();
    assert!(stamped_at(&signed_again(), b"a head", &roots).is_ok());
    for purpose in ["other", "both", "soft"] {
        authority.certify(purpose);
        assert_eq!(stamped_at(&signed_again(), b"a head", &roots), Err(StampError::Certificate), "{purpose}");
    }
}

on_each_engine! {
    async fn checkpoints_are_stamped_now_and_then_and_openssl_agrees(bare) {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::new(folder.path(), "authority", KEYS[0].1);
        let (address, mood) = listen(authority.clone()).await;
        let bench = stamping(&bare, &address, &authority).await;
        // OpenSSL states the real time.
        bare.clock.follow_real_time();
        let ids = bare.write(10).await;
        let size = bare.integrate().await;
        turn(&bench).await;
        let standing = evidence::standing(&bench).await.expect("a standing");
        assert_eq!(standing.stamped.as_ref().map(|stamped| stamped.size), Some(size));
        bare.write(1).await;
        bare.integrate().await;
        turn(&bench).await;
        let all = evidence::timestamps(&bench, None, 10).await.expect("readable");
        assert_eq!(all.len(), 1, "the hour is not over");
        // The kept answer and the bytes it is about, checked by a program that is not ours.
        let (reply, message) = evidence::timestamp(&bench, size).await.expect("a time-stamp");
        std::fs::write(folder.path().join("kept.tsr"), &reply).expect("a file");
        std::fs::write(folder.path().join("kept.txt"), &message).expect("a file");
        let root = authority.pem();
        let root = root.to_str().expect("a path");
        let words = openssl(folder.path(), &["ts", "-verify", "-in", "kept.tsr", "-data", "kept.txt", "-CAfile", root]);
        assert!(words.is_empty() || String::from_utf8_lossy(&words).contains("OK"));
        std::fs::write(folder.path().join("kept.txt"), message.replace(&size.to_string(), "7")).expect("a file");
        let wrong = Command::new("openssl")
            .args(["ts", "-verify", "-in", "kept.tsr", "-data", "kept.txt", "-CAfile", root])
            .current_dir(folder.path())
            .output()
            .expect("openssl runs");
        assert!(!wrong.status.success());
        // A bundle carries it, and says so to whoever asks for it.
        let key = keys::ledger_verifier(&bench).await.expect("a key").to_string();
        let file = file_of(&bare, &bench, &ids[..1]).await;
        let checked = procura(&["ledger", "verify", &file, "--key", &key, "--tsa-ca", root]);
        let words = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success() && words.contains("time-stamping authority"), "{words}");
        let stranger = Authority::new(folder.path(), "stranger", KEYS[1].1).pem();
        let other = procura(&["ledger", "verify", &file, "--key", &key, "--tsa-ca", stranger.to_str().expect("a path")]);
        assert_eq!(other.status.code(), Some(1));
        // An outage is noted and stops nothing; a wrong answer is not kept.
        bare.clock.advance(Duration::from_secs(3_700));
        for (mad, expected) in [(Mood::Down, WitnessFault::Refused), (Mood::Confused, WitnessFault::Signature)] {
            *mood.lock().expect("a mood") = mad;
            turn(&bench).await;
            assert_eq!(evidence::standing(&bench).await.expect("a standing").stamp_fault, Some(expected));
            bare.clock.advance(Duration::from_secs(600));
        }
        assert_eq!(evidence::timestamps(&bench, None, 10).await.expect("readable").len(), 1);
        *mood.lock().expect("a mood") = Mood::Honest;
        turn(&bench).await;
        assert_eq!(evidence::timestamps(&bench, None, 10).await.expect("readable").len(), 2);
        assert_eq!(evidence::standing(&bench).await.expect("a standing").stamp_fault, None);
        for sql in ["UPDATE ledger_timestamps SET size = size + 1", "DELETE FROM ledger_timestamps"] {
            assert!(bare.raw(sql).await.is_err(), "{sql}");
        }
    }
}
