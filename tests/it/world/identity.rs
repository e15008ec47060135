//! The identity provider of a world, with every misbehaviour at hand: `wrong-nonce.jeanne` logs Jeanne in and answers badly.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::client::http_client;
use procura::demo::franceconnect::FranceConnect;
use procura::demo::franceconnect::High;
use procura::demo::franceconnect::RegisteredClient;
use procura::demo::franceconnect::Settings;
use procura::demo::franceconnect::mischief::Failure;
use procura::demo::franceconnect::mischief::Forgery;
use procura::demo::franceconnect::mischief::Mischief;
use procura::demo::franceconnect::mischief::WrongEncryption;
use procura::demo::people;
use procura::domain::time::Clock;
use url::Url;

pub const CLIENT_ID: &str = "procura-test";
pub const CLIENT_SECRET: &str = "secret-of-the-test-gateway";

const PATHS: [(&str, &str); 2] = [
    ("/consentement/franceconnect/retour", "/consentement/franceconnect/sortie"),
    ("/personne/franceconnect/retour", "/personne/franceconnect/sortie"),
];

/// The provider for a gateway at `gateway`.
pub fn provider(gateway: &Url, port: u16, clock: Arc<dyn Clock>, plus: bool) -> FranceConnect {
    let random = Arc::new(SystemRandom::new());
    let at = |path: &str| gateway.join(path).expect("a path").to_string();
    let scopes = ["openid", "identite_pivot", "preferred_username", "email", "idp_birthdate", "idp_id"];
    let client = RegisteredClient {
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
        name: "Procura".to_owned(),
        redirect_uris: PATHS.iter().map(|(back, _)| at(back)).collect(),
        post_logout_redirect_uris: PATHS.iter().map(|(_, out)| at(out)).collect(),
        scopes: scopes.map(str::to_owned).to_vec(),
    };
    let settings = Settings {
        issuer: Url::parse(&format!("http://127.0.0.1:{port}/api/v2")).expect("an address"),
        clients: vec![client],
        persons: persons(),
        clock,
        key: SigningKey::generate(Algorithm::Es256, random.as_ref()).expect("a key").0,
        random,
        subject_secret: [7; 32],
        high: plus.then(|| High {
            client_keys: at("/oauth/jwks").parse().expect("an address"),
            http: http_client(None).expect("a client"),
        }),
        mischief: mischief(),
    };
    FranceConnect::new(settings).expect("a provider")
}

/// The sample persons, and some whom no demonstration needs: somebody with Jeanne's name and birth date
/// from another town, a name of one letter,
/// the longest one, one from right to left, one with a Cyrillic letter that looks Latin.
fn persons() -> Vec<people::Person> {
    let mut persons = people::persons();
    let jeanne = persons.first().cloned().expect("the first person");
    let longest = format!("L{}", "é".repeat(255));
    let others = [
        ("twin", "Jeanne Marie", "Lefèvre", "75113"),
        ("short", "É", "O", "21231"),
        ("longest", "Anne", longest.as_str(), "21231"),
        ("rtl", "عبد الرحمن", "بن علي", "21231"),
        ("homograph", "Jeanne", "Lеfèvre", "21231"),
    ];
    persons.extend(others.map(|(login, given_name, family_name, birthplace)| people::Person {
        birthplace: birthplace.to_owned(),
        login: login.to_owned(),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        email: format!("{login}@courriel.example"),
        ..jeanne.clone()
    }));
    persons
}

/// Every misbehaviour by its prefix.
pub fn mischief() -> BTreeMap<String, Mischief> {
    let forgeries = [
        ("wrong-azp", Forgery::Claim("azp", "somebody-else")),
        ("no-iat", Forgery::NoIssuedAt),
        ("cut-signature", Forgery::CutSignature),
        ("lower-level", Forgery::Claim("acr", "eidas1")),
        ("no-level", Forgery::Claim("acr", "")),
        ("other-idp", Forgery::Claim("idp_id", "another-provider")),
        ("other-siret", Forgery::Claim("siret", "21999990000018")),
        ("broken-siret", Forgery::Claim("siret", "123")),
        ("other-email", Forgery::Claim("email", "somebody.else@aidant.example")),
        ("wrong-nonce", Forgery::WrongNonce),
        ("wrong-issuer", Forgery::WrongIssuer),
        ("wrong-audience", Forgery::WrongAudience),
        ("expired", Forgery::Expired),
        ("no-subject", Forgery::NoSubject),
        ("other-subject", Forgery::OtherSubject),
        ("foreign-key", Forgery::ForeignKey),
        ("alg-none", Forgery::AlgNone),
        ("hs256", Forgery::Hs256),
    ];
    let failures = [
        ("slow", Failure::Slow(Duration::from_secs(20))),
        ("server-error", Failure::ServerError),
        ("oversized", Failure::Oversized),
        ("garbage", Failure::Garbage),
        ("redirects", Failure::Redirects),
    ];
    let encryptions = [
        ("jwe-none", WrongEncryption::None),
        ("jwe-rsa-oaep", WrongEncryption::RsaOaep),
        ("jwe-other-enc", WrongEncryption::OtherContent),
        ("jwe-zip", WrongEncryption::Zipped),
        ("jwe-not-nested", WrongEncryption::NotNested),
        ("jwe-not-marked", WrongEncryption::NotMarked),
        ("jwe-foreign-key", WrongEncryption::ForeignKey),
    ];
    let mut all = BTreeMap::from([
        ("issuer-parameter.".to_owned(), Mischief::IssuerParameter),
        ("wrong-state.".to_owned(), Mischief::WrongState),
    ]);
    for (name, forgery) in forgeries {
        all.insert(format!("{name}."), Mischief::IdToken(forgery));
        all.insert(format!("userinfo-{name}."), Mischief::Userinfo(forgery));
    }
    for (name, encryption) in encryptions {
        all.insert(format!("{name}."), Mischief::IdTokenEncryption(encryption));
        all.insert(format!("userinfo-{name}."), Mischief::UserinfoEncryption(encryption));
    }
    for (name, failure) in failures {
        all.insert(format!("{name}."), Mischief::TokenEndpoint(failure));
        all.insert(format!("userinfo-{name}."), Mischief::UserinfoEndpoint(failure));
    }
    all
}
