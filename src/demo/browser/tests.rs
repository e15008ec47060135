use std::time::Duration;

use axum::Router;
use axum::extract::RawForm;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Redirect;
use axum::routing::get;
use axum::routing::post;
use tokio::net::TcpListener;

use super::*;
use crate::demo::client::http_client;
use crate::domain::time::Instant;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Instant {
        Instant::from_seconds(1_795_000_000)
    }
}

const FORM_PAGE: &str = r#"<title>Essai</title><body><header><form action="/sortir" method="post"></form></header>
<main><h1>Une  page</h1><form method="post" action="/echo" id="f">
<input type="hidden" name="token" value="abc"><input name="email" value="">
<input type="checkbox" name="theme" value="social" id="t1"><label for="t1">Social - Santé</label>
<input type="checkbox" name="theme" value="argent" id="t2" checked><label for="t2">Argent</label>
<input type="radio" name="person" value="p1" id="p1"><label for="p1"><b>Jeanne Lefèvre</b> <span>Née le 12 avril</span></label>
<label><input type="radio" name="person" value="p2"> Thomas Vasseur</label>
<select name="duration"><option value="short">1 jour</option><option value="month" selected>1 mois</option></select>
<textarea name="note">
bonjour</textarea><button name="decision" value="approve">Approuver</button></form></main>
<input name="outside" value="1" form="f"><script>var hidden = "secret words";</script></body>"#;

async fn echo(headers: HeaderMap, RawForm(body): RawForm) -> impl IntoResponse {
    let show = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned();
    let names = ["origin", "referer", "sec-fetch-site", "sec-fetch-mode", "cookie", "accept-language"];
    let lines: Vec<String> = names.iter().map(|name| format!("{name}={}", show(name))).collect();
    Html(format!(
        "<main>{} body={}</main>",
        lines.join(" ; "),
        String::from_utf8_lossy(&body).replace('&', "&amp;")
    ))
}

async fn start(router: Router) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&format!("http://{address}/")).expect("an address")
}

async fn site() -> Url {
    start(
        Router::new()
            .route("/form", get(|| async { ([("set-cookie", "a=1; Path=/")], Html(FORM_PAGE)) }))
            .route("/echo", post(echo).get(echo))
            .route("/see-other", post(|| async { Redirect::to("/echo?x=1") }))
            .route("/again", post(|| async { Redirect::temporary("/echo") }))
            .route("/loop", get(|| async { Redirect::to("/loop") }))
            .route("/script", get(|| async { Redirect::to("javascript:alert(1)") })),
    )
    .await
}

fn browser() -> Browser {
    Browser::new(http_client(None).expect("a client"), Arc::new(Fixed))
}

#[tokio::test]
async fn a_form_is_sent_with_its_defaults_what_was_typed_and_the_pressed_button() {
    let site = site().await;
    let mut browser = browser();
    let page = browser.get(&site.join("form").expect("a path")).await.expect("a page");
    assert_eq!((page.title().as_str(), page.h1().as_str()), ("Essai", "Une page"));
    assert!(!page.text().contains("secret words"));
    let form = page.form_last_in_main().expect("a form");
    assert_eq!(form.value("note"), Some("bonjour"));
    let form = form.with(&[("email", "a@b.fr"), ("theme", "social")]).expect("fields");
    let form = form
        .choose(&["Jeanne", "Lefèvre"])
        .expect("a person")
        .press("decision", "approve")
        .expect("a button");
    let answer = browser.submit(&form).await.expect("an answer").text();
    let body = answer.split("body=").nth(1).expect("a body");
    assert_eq!(
        body,
        "token=abc&duration=month&note=bonjour&outside=1&email=a%40b.fr&theme=social&person=p1&decision=approve"
    );
}

#[tokio::test]
async fn what_a_form_does_not_offer_cannot_be_entered() {
    let site = site().await;
    let page = browser().get(&site.join("form").expect("a path")).await.expect("a page");
    let form = page.form_last_in_main().expect("a form");
    assert!(matches!(form.clone().with(&[("otp", "1")]), Err(PageError::NoField { .. })));
    assert!(matches!(form.clone().with(&[("theme", "justice")]), Err(PageError::NoOption { .. })));
    assert!(matches!(form.clone().choose(&["Jeanne", "Vasseur"]), Err(PageError::NoChoice { .. })));
    assert!(matches!(form.clone().with(&[("token", "zzz")]), Err(PageError::NoField { .. })));
    assert_eq!(form.clone().choose(&["Thomas"]).expect("a person").value("person"), Some("p2"));
    assert_eq!(form.tampered(&[("token", "zzz")]).value("token"), Some("zzz"));
}

#[tokio::test]
async fn a_post_says_where_it_comes_from_and_a_foreign_one_too() {
    let site = site().await;
    let mut browser = browser();
    let page = browser.get(&site.join("form").expect("a path")).await.expect("a page");
    let own = browser.submit(&page.form_last_in_main().expect("a form")).await.expect("an answer").text();
    let origin = site.origin().ascii_serialization();
    assert!(
        own.contains(&format!("origin={origin} ; referer={origin}/form ; sec-fetch-site=same-origin")),
        "{own}"
    );
    assert!(own.contains("cookie=a=1"), "{own}");
    let evil = Url::parse("http://evil.example/trap").expect("an address");
    let foreign = browser
        .post_from(&evil, &site.join("echo").expect("a path"), &[("x", "1")])
        .await
        .expect("an answer");
    assert!(
        foreign.text().contains(
            "origin=http://evil.example ; referer=http://evil.example/ ; sec-fetch-site=cross-site"
        )
    );
    assert!(foreign.text().contains("cookie=-"), "{}", foreign.text());
}

#[tokio::test]
async fn see_other_becomes_a_get_and_temporary_keeps_the_post() {
    let site = site().await;
    let mut browser = browser();
    let from = site.join("form").expect("a path");
    let post = |path: &str| site.join(path).expect("a path");
    let seen = browser.post_from(&from, &post("see-other"), &[("x", "1")]).await.expect("an answer");
    assert!(seen.text().ends_with("body=x=1") && seen.url.query() == Some("x=1"), "{}", seen.text());
    assert!(seen.text().contains("origin=-"));
    assert_eq!(seen.history.len(), 2);
    let kept = browser.post_from(&from, &post("again"), &[("y", "2")]).await.expect("an answer");
    assert!(kept.text().ends_with("body=y=2"));
}

#[tokio::test]
async fn loops_and_foreign_schemes_end_in_an_error() {
    let site = site().await;
    let mut browser = browser();
    let looped = browser.get(&site.join("loop").expect("a path")).await;
    assert!(matches!(looped, Err(BrowserError::TooManyRedirects(_))));
    let script = browser.get(&site.join("script").expect("a path")).await;
    assert!(matches!(script, Err(BrowserError::BadRedirect(_))));
}

#[tokio::test]
async fn a_form_may_not_be_redirected_where_its_page_does_not_allow() {
    let elsewhere = site().await;
    let target = elsewhere.join("echo").expect("a path").to_string();
    let allowed = elsewhere.origin().ascii_serialization();
    let page = |policy: String| {
        let html = r#"<main><form method="post" action="/go"><button>Go</button></form></main>"#;
        get(move || async move { ([("content-security-policy", policy)], Html(html)) })
    };
    let here = start(
        Router::new()
            .route("/closed", page("form-action 'self'".to_owned()))
            .route("/open", page(format!("form-action 'self' {allowed}")))
            .route("/go", post(move || async move { Redirect::to(&target) })),
    )
    .await;
    let mut browser = browser();
    let closed = browser.get(&here.join("closed").expect("a path")).await.expect("a page");
    let blocked = browser.submit(&closed.form_last_in_main().expect("a form")).await;
    assert!(matches!(blocked, Err(BrowserError::FormActionBlocked { .. })));
    let open = browser.get(&here.join("open").expect("a path")).await.expect("a page");
    let passed = browser.submit(&open.form_last_in_main().expect("a form")).await.expect("an answer");
    assert_eq!(passed.url.origin(), elsewhere.origin());
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let site = start(Router::new().route("/", get(|| async { "x".repeat(3 * 1024 * 1024) }))).await;
    let answer = tokio::time::timeout(Duration::from_secs(10), browser().get(&site)).await.expect("in time");
    assert!(matches!(answer, Err(BrowserError::Body(_, BodyError::TooLarge))));
}
