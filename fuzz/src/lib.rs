//! What the targets share: keys of a fixed seed, so that a finding can be played again, and one registered client.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use procura::crypto::hash::b64;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::domain::client::AssertionAudience;
use procura::domain::client::Client;
use procura::domain::client::ClientAuth;
use procura::domain::client::ClientKind;
use procura::domain::client::ClientOptions;
use procura::domain::client::ClientStatus;
use procura::domain::client::Registration;
use procura::domain::ids::ClientId;
use procura::domain::ids::Random;
use procura::domain::person::ConsentGrade;
use procura::domain::theme::Theme;
use procura::oidc::provider::fields::Fields;
use procura::oidc::provider::request;
use procura::oidc::provider::request::Came;
use procura::oidc::provider::request::NAMES;
use procura::operations::push_request::Asked;

/// Who we are.
pub const ISSUER: &str = "https://procura.example";
/// The present, in seconds since 1970.
pub const NOW: i64 = 1_795_000_000;
/// The one registered redirect address.
pub const ADDRESS: &str = "https://caf.example/cb";

/// How requests come here.
pub const PUSHED: Came = Came { pushed: true, signed: false };

/// Always the same bytes.
pub struct Fixed;

impl Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// PKCS#8 of an Ed25519 key of zeros (RFC 8410): its signatures are the same in each run.
pub static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let mut pkcs8 =
        vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    pkcs8.extend([0; 32]);
    SigningKey::from_pkcs8(Algorithm::EdDsa, &pkcs8).expect("a key")
});

/// The public half as a set.
pub static KEYS: LazyLock<JwkSet> = LazyLock::new(|| JwkSet { keys: vec![KEY.public_jwk()] });

/// One client with every right an administration has.
pub static CLIENT: LazyLock<Client> = LazyLock::new(|| Client {
    id: ClientId::parse("caf").expect("an id"),
    status: ClientStatus::Active,
    secret_hash: None,
    registration: Registration {
        name: "CAF".to_owned(),
        kind: ClientKind::Administration,
        auth: ClientAuth::PrivateKeyJwt,
        compat: true,
        redirect_uris: BTreeSet::from([ADDRESS.to_owned()]),
        post_logout_redirect_uris: BTreeSet::new(),
        themes: BTreeSet::from([Theme::Social, Theme::Logement]),
        scopes: ["openid", "profile", "receipts"].into_iter().map(str::to_owned).collect(),
        mandate_type: true,
        client_credentials: true,
        min_consent_grade: ConsentGrade::FranceConnect,
        aidant_name: false,
        require_par: false,
        assertion_audience: AssertionAudience::Issuer,
        jwks: serde_json::to_value(&*KEYS).ok(),
        id_token_alg: "ES256".to_owned(),
        userinfo_alg: None,
        sector: None,
        options: ClientOptions::default(),
    },
});

/// A token with this header and these claims, signed or not.
pub fn token(header: &[u8], claims: &[u8], signed: bool) -> String {
    let input = format!("{}.{}", b64(header), b64(claims));
    let signature = if signed { KEY.sign(input.as_bytes()).expect("signs") } else { vec![0; 64] };
    format!("{input}.{}", b64(&signature))
}

/// The input in two halves, cut at the first line end.
pub fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    (&data[..at], data.get(at + 1..).unwrap_or_default())
}

/// Whatever a request makes of it, it stays within the registration.
pub fn within_registration(asked: &Asked) {
    let own = &CLIENT.registration;
    assert!(asked.request.themes.is_subset(&own.themes));
    assert!(asked.request.scope.is_subset(&own.scopes));
    assert_eq!(asked.request.redirect_uri, ADDRESS);
}

/// An ordinary request with one more parameter of any bytes.
pub fn request_with(name: &str, value: &[u8]) {
    let Ok(value) = std::str::from_utf8(value) else { return };
    let mut body = "response_type=code&scope=openid&code_challenge_method=S256\
        &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        .to_owned();
    body.push_str(&format!("&{name}="));
    for byte in value.bytes() {
        body.push_str(&format!("%{byte:02x}"));
    }
    let fields = Fields::parse(body.as_bytes(), &NAMES).expect("a form");
    if let Ok(asked) = request::check(&CLIENT, ADDRESS, &fields, PUSHED) {
        within_registration(&asked);
    }
}
