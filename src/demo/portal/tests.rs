use tokio::net::TcpListener;
use url::Url;

use super::*;
use crate::demo::browser::Browser;
use crate::demo::client::http_client;
use crate::demo::ports::Addresses;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Instant {
        Instant::from_seconds(1_795_000_001)
    }
}

#[tokio::test]
async fn the_page_shows_people_codes_and_messages_as_they_come() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base =
        Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("an address");
    let mailbox = Mailbox::new(Arc::new(Fixed));
    let portal = Portal::new(mailbox.clone(), Arc::new(Fixed));
    let router = portal.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut browser = Browser::new(http_client(None).expect("a client"), Arc::new(Fixed));
    assert!(browser.get(&base).await.expect("a page").h1().contains("démarre"));

    let demo = DemoFile::of(&Addresses::from_port(8080).expect("addresses"), &[3; 32], "key");
    let first = demo.aidants[0].clone();
    portal.publish(demo);
    mailbox.keep(Channel::Email, "a@b.example", "Bonjour <b>", "Voici : https://x.example/lien et 123456");
    let page = browser.get(&base).await.expect("a page");
    let code = code_of(&first, Fixed.now());
    assert_eq!(code.len(), 6);
    assert!(page.text().contains(&format!("{} {} {code}", first.name, first.email)), "{}", page.text());
    assert!(page.text().contains("Bonjour <b>") && !page.html.contains("Bonjour <b>"));
    assert_eq!(page.link("Ouvrir le lien").expect("a link").as_str(), "https://x.example/lien");

    let json = browser.get(&base.join("messages.json").expect("a path")).await.expect("json").html;
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    assert_eq!((&json[0]["to"], &json[0]["code"]), (&"a@b.example".into(), &"123456".into()));
    let json = browser.get(&base.join("codes.json").expect("a path")).await.expect("json").html;
    let json: serde_json::Value = serde_json::from_str(&json).expect("json");
    assert_eq!((&json[0]["code"], &json[0]["seconds_left"]), (&code.into(), &19.into()));
}
