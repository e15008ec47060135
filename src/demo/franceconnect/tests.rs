use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use tokio::net::TcpListener;

use super::*;
use crate::crypto::hash::unb64;
use crate::crypto::jose::Expected;
use crate::crypto::jose::JoseError;
use crate::crypto::jose::TypRule;
use crate::crypto::jose::verify;
use crate::crypto::random::SystemRandom;
use crate::demo::browser::Browser;
use crate::demo::browser::page::Page;
use crate::demo::client::http_client;
use crate::demo::franceconnect::mischief::Forgery;
use crate::demo::people::persons;
use crate::domain::time::Instant;

struct Moved(AtomicI64);

impl Clock for Moved {
    fn now(&self) -> Instant {
        Instant::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

struct World {
    provider: FranceConnect,
    clock: Arc<Moved>,
    issuer: String,
    callback: String,
    http: reqwest::Client,
    browser: Browser,
}

type Changes<'a> = &'a [(&'a str, &'a str)];

const STATE: &str = "5555555555555555555555555555555555555555555555555555555555555555";
const NONCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const SCOPE: &str = "openid identite_pivot preferred_username email idp_birthdate";

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn world() -> World {
    let callback = serve(Router::new().route("/callback", get(|| async { "back" }))).await + "/callback";
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
    let clock = Arc::new(Moved(AtomicI64::new(1_795_000_000)));
    let random = Arc::new(SystemRandom::new());
    let provider = FranceConnect::new(Settings {
        issuer: Url::parse(&issuer).expect("an address"),
        clients: vec![RegisteredClient {
            client_id: "gateway".into(),
            client_secret: "secret-of-the-gateway".into(),
            name: "La passerelle".into(),
            redirect_uris: vec![callback.clone()],
            post_logout_redirect_uris: vec![callback.clone()],
            scopes: SCOPE.split(' ').map(str::to_owned).collect(),
        }],
        persons: persons(),
        clock: clock.clone(),
        random: random.clone(),
        key: SigningKey::generate(Algorithm::Es256, random.as_ref()).expect("a key").0,
        subject_secret: [7; 32],
        high: None,
        mischief: BTreeMap::from([
            ("none.".to_owned(), Mischief::IdToken(Forgery::AlgNone)),
            ("foreign.".to_owned(), Mischief::IdToken(Forgery::ForeignKey)),
            ("hs256.".to_owned(), Mischief::IdToken(Forgery::Hs256)),
            ("other.".to_owned(), Mischief::Userinfo(Forgery::OtherSubject)),
        ]),
    })
    .expect("a provider");
    let router = provider.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let http = http_client(None).expect("a client");
    let browser = Browser::new(http.clone(), clock.clone());
    World { provider, clock, issuer, callback, http, browser }
}

impl World {
    fn request(&self, changes: &[(&str, &str)]) -> Url {
        let mut pairs: Vec<(String, String)> = [
            ("client_id", "gateway"),
            ("response_type", "code"),
            ("scope", SCOPE),
            ("acr_values", "eidas1"),
            ("nonce", NONCE),
            ("state", STATE),
            ("redirect_uri", &self.callback),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        for (name, value) in changes {
            pairs.retain(|(key, _)| key != name);
            if *value != "-" {
                pairs.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        Url::parse_with_params(&format!("{}/authorize", self.issuer), pairs).expect("an address")
    }

    async fn ask(&mut self, changes: &[(&str, &str)]) -> Page {
        let url = self.request(changes);
        self.browser.get(&url).await.expect("a page")
    }

    async fn log_in(&mut self, login: &str) -> String {
        let page = self.ask(&[]).await;
        let form = page.form_last_in_main().expect("a form").with(&[("login", login)]).expect("a field");
        let page = self.browser.submit(&form).await.expect("a page");
        let back = self.browser.submit(&page.form_last_in_main().expect("a form")).await.expect("back");
        assert_eq!(parameter(&back, "state").as_deref(), Some(STATE));
        assert_eq!(parameter(&back, "iss").as_deref(), Some(self.issuer.as_str()));
        parameter(&back, "code").expect("a code")
    }

    async fn redeem(&self, code: &str, secret: &str) -> (u16, Value) {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", "gateway"),
            ("client_secret", secret),
            ("redirect_uri", self.callback.as_str()),
            ("code", code),
        ];
        let answer =
            self.http.post(format!("{}/token", self.issuer)).form(&fields).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.expect("json"))
    }

    async fn identity(&self, tokens: &Value) -> (u16, String) {
        let call = self.http.get(format!("{}/userinfo", self.issuer));
        let answer = call
            .bearer_auth(tokens["access_token"].as_str().expect("a token"))
            .send()
            .await
            .expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    fn check(&self, token: &str) -> Result<Value, JoseError> {
        let keys = JwkSet { keys: vec![self.provider.settings().key.public_jwk()] };
        let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::Es256] };
        verify::<Value>(token, &keys, &expected).map(|verified| verified.claims)
    }
}

fn parameter(page: &Page, name: &str) -> Option<String> {
    page.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn a_login_gives_exactly_what_the_real_one_gives() {
    let mut world = world().await;
    let code = world.log_in("boubacar").await;
    let (status, tokens) = world.redeem(&code, "secret-of-the-gateway").await;
    assert_eq!(status, 200);
    let mut names: Vec<&str> = tokens.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "scope", "token_type"]);
    let id_token = tokens["id_token"].as_str().expect("a token");
    let header: Value =
        serde_json::from_slice(&unb64(id_token.split('.').next().expect("a header")).expect("base64"))
            .expect("json");
    assert_eq!(header.as_object().expect("an object").len(), 2);
    let claims = world.check(id_token).expect("a signature");
    let mut names: Vec<&str> = claims.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["acr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sub"]);
    assert_eq!((claims["nonce"].as_str(), claims["acr"].as_str()), (Some(NONCE), Some("eidas1")));
    let (status, userinfo) = world.identity(&tokens).await;
    assert_eq!(status, 200);
    let person = world.check(&userinfo).expect("a signature");
    assert_eq!(person["sub"], claims["sub"]);
    assert_eq!(person["sub"].as_str().map(str::len), Some(66));
    assert_eq!(
        (&person["birthdate"], &person["idp_birthdate"]),
        (&json!("1950-01-01"), &json!("1950-00-00"))
    );
    assert_eq!(person["birthplace"], json!(""));
    assert!(person.get("preferred_username").is_none() && person["aud"] == "gateway");
}

#[tokio::test]
async fn a_code_lives_thirty_seconds_and_once_and_for_its_client_only() {
    let mut world = world().await;
    let code = world.log_in("jeanne").await;
    assert_eq!(world.redeem(&code, "wrong").await.0, 401);
    let (_, tokens) = world.redeem(&code, "secret-of-the-gateway").await;
    let (status, again) = world.redeem(&code, "secret-of-the-gateway").await;
    assert_eq!((status, again["error"].as_str()), (400, Some("invalid_grant")));
    assert!(again["error_uri"].as_str().is_some_and(|uri| uri.contains("code=Y0416228")));
    assert_eq!(world.identity(&tokens).await.0, 401);
    let late = world.log_in_again().await;
    world.clock.0.fetch_add(30, Ordering::SeqCst);
    assert_eq!(world.redeem(&late, "secret-of-the-gateway").await.0, 400);
}

impl World {
    /// The session goes on: no login form, the information page at once, even with `prompt=login`.
    async fn log_in_again(&mut self) -> String {
        let page = self.ask(&[("prompt", "login")]).await;
        assert!(page.h1().contains("Lefèvre"), "{page:?}");
        let back = self.browser.submit(&page.form_last_in_main().expect("a form")).await.expect("back");
        parameter(&back, "code").expect("a code")
    }
}

#[tokio::test]
async fn strangers_in_the_request_get_a_page_and_no_redirect() {
    let mut world = world().await;
    let long = "b".repeat(21);
    let cases: [(Changes<'_>, &str); 14] = [
        (&[("code_challenge", "x"), ("code_challenge_method", "S256")], "Y030007"),
        (&[("code_challenge", "")], "Y030007"),
        (&[("max_age", "0")], "Y030007"),
        (&[("login_hint", "x")], "Y030007"),
        (&[("response_mode", "query")], "Y030007"),
        (&[("nonce", "-")], "Y030007"),
        (&[("acr_values", "-")], "Y030007"),
        (&[("nonce", &long)], "Y030007"),
        (&[("prompt", "none")], "Y030007"),
        (&[("prompt", "")], "Y030007"),
        (&[("anything", "1")], "Y030007"),
        (&[("redirect_uri", "http://evil.example/")], "Y04C013C"),
        (&[("client_id", "nobody")], "Y04EA6EF"),
        (&[("claims", r#"{"id_token":{"amr":{"essential":true}}}"#)], "Y100009"),
    ];
    for (changes, code) in cases {
        let page = world.ask(changes).await;
        assert_eq!(page.status.as_u16(), 400, "{changes:?}");
        assert!(page.text().contains(code), "{changes:?}: {}", page.text());
        assert_eq!(page.history.len(), 1);
    }
    let mut twice = world.request(&[]);
    twice.query_pairs_mut().append_pair("state", "again");
    assert_eq!(world.browser.get(&twice).await.expect("a page").status.as_u16(), 400);
}

#[tokio::test]
async fn errors_that_may_go_back_to_the_client_do_with_state_and_issuer() {
    let mut world = world().await;
    let cases: [(Changes<'_>, &str, &str); 5] = [
        (&[("scope", "openid birth")], "invalid_scope", STATE),
        (&[("claims", "{")], "invalid_request", STATE),
        (&[("idp_hint", "some")], "invalid_idp_hint", "undefined"),
        (&[("acr_values", "eidas2")], "invalid_acr", STATE),
        (&[("scope", "profileless openid unknown")], "", STATE),
    ];
    for (changes, error, state) in cases {
        let page = world.ask(changes).await;
        if error.is_empty() {
            assert!(page.h1().contains("La passerelle"), "unknown scope words are ignored: {page:?}");
            continue;
        }
        assert_eq!(parameter(&page, "error").as_deref(), Some(error), "{page:?}");
        assert_eq!(parameter(&page, "state").as_deref(), Some(state));
        assert_eq!(parameter(&page, "iss").as_deref(), Some(world.issuer.as_str()));
    }
    let page = world.ask(&[("response_type", "token")]).await;
    assert!(page.url.fragment().is_some_and(|text| text.contains("error=unsupported_response_type")));
    let page = world.ask(&[]).await;
    let back = world.browser.submit(&page.form_to("/cancel").expect("a form")).await.expect("back");
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn logout_ends_the_session_and_comes_back_with_the_state() {
    let mut world = world().await;
    let code = world.log_in("jeanne").await;
    let (_, tokens) = world.redeem(&code, "secret-of-the-gateway").await;
    let id_token = tokens["id_token"].as_str().expect("a token").to_owned();
    world.clock.0.fetch_add(300, Ordering::SeqCst);
    let end = |pairs: &[(&str, &str)]| {
        Url::parse_with_params(&format!("{}/session/end", world.issuer), pairs).expect("an address")
    };
    let no_hint = end(&[("state", "s")]);
    let bad_hint = end(&[("id_token_hint", "x.y.z")]);
    let elsewhere =
        end(&[("id_token_hint", &id_token), ("post_logout_redirect_uri", "http://evil.example/")]);
    let right =
        end(&[("id_token_hint", &id_token), ("post_logout_redirect_uri", &world.callback), ("state", "s1")]);
    for (url, code) in [(no_hint, "Y000400"), (bad_hint, "Y04FEDB9"), (elsewhere, "Y04CFAEF")] {
        let page = world.browser.get(&url).await.expect("a page");
        assert!(page.html.contains(code) && page.status.as_u16() == 400, "{}", page.html);
    }
    assert_eq!(world.provider.live_sessions(), 1);
    let back = world.browser.get(&right).await.expect("back");
    assert_eq!((back.url.path(), parameter(&back, "state").as_deref()), ("/callback", Some("s1")));
    assert_eq!(world.provider.live_sessions(), 0);
    let again = world.browser.get(&right).await.expect("a page");
    assert!(again.text().contains("Y100019"));
    assert!(world.ask(&[]).await.form_last_in_main().expect("a form").with(&[("login", "luc")]).is_ok());
}

#[tokio::test]
async fn a_session_slides_for_half_an_hour_and_belongs_to_one_browser() {
    let mut world = world().await;
    world.log_in("jeanne").await;
    world.clock.0.fetch_add(29 * 60, Ordering::SeqCst);
    world.log_in_again().await;
    world.clock.0.fetch_add(29 * 60, Ordering::SeqCst);
    world.log_in_again().await;
    let page = world.ask(&[]).await;
    let mut other = Browser::new(world.http.clone(), world.clock.clone());
    let stolen = other.submit(&page.form_last_in_main().expect("a form")).await.expect("a page");
    assert!(stolen.text().contains("Y190001"));
    world.clock.0.fetch_add(31 * 60, Ordering::SeqCst);
    assert!(world.ask(&[]).await.h1().starts_with("Connexion"));
}

#[tokio::test]
async fn whoever_has_no_account_stays_outside() {
    let mut world = world().await;
    for login in ["marcel", "nobody", ""] {
        let page = world.ask(&[]).await;
        let form = page.form_last_in_main().expect("a form").with(&[("login", login)]).expect("a field");
        let page = world.browser.submit(&form).await.expect("a page");
        assert!(page.text().contains("n’existe pas"), "{login}");
    }
}

#[tokio::test]
async fn the_same_person_has_unrelated_subjects_at_two_clients() {
    let world = world().await;
    let person = &persons()[0];
    assert_ne!(world.provider.subject(person, "gateway"), world.provider.subject(person, "other"));
}

#[tokio::test]
async fn mischief_is_really_mischievous() {
    let mut world = world().await;
    for (login, wanted) in [
        ("none.jeanne", JoseError::Algorithm),
        ("hs256.jeanne", JoseError::Algorithm),
        ("foreign.jeanne", JoseError::Signature),
    ] {
        world.provider.end_sessions();
        let code = world.log_in(login).await;
        let (_, tokens) = world.redeem(&code, "secret-of-the-gateway").await;
        assert_eq!(world.check(tokens["id_token"].as_str().expect("a token")), Err(wanted), "{login}");
    }
    world.provider.end_sessions();
    let code = world.log_in("other.jeanne").await;
    let (_, tokens) = world.redeem(&code, "secret-of-the-gateway").await;
    let userinfo = world.check(&world.identity(&tokens).await.1).expect("a signature");
    let id_token = world.check(tokens["id_token"].as_str().expect("a token")).expect("a signature");
    assert_ne!(userinfo["sub"], id_token["sub"]);
}
