//! Consent of persons who are elsewhere, and of persons without FranceConnect.

mod declared;
mod letter;
mod referent;
mod remote;
mod withstand;

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::ids::MandateId;
use procura::domain::message::MessageBody;
use url::Url;

use crate::world::Professional;
use crate::world::World;

pub const MINUTE: Duration = Duration::from_secs(60);

/// Marcel, who has no FranceConnect.
pub const MARCEL: [(&str, &str); 4] =
    [("given_name", "Marcel"), ("family_name", "Vasseur"), ("birthdate", "05/05/1936"), ("gender", "male")];

/// A draft whose person is asked.
pub struct Sent {
    pub id: MandateId,
    /// The aidant's page of it.
    pub path: String,
}

/// An aidant and a referent of one organisation, both logged in.
pub async fn team(world: &World) -> (Professional, Professional) {
    let mut aidant = world.aidant("Amélie").await;
    aidant.login(world).await;
    let mut referent = world.referent("René", &[aidant.organisations[0]]).await;
    referent.login(world).await;
    (aidant, referent)
}

/// Fills the form in; gives the page that follows.
pub async fn fill(world: &World, aidant: &mut Professional, fields: &[(&str, &str)]) -> Page {
    let page = aidant.get(world, "/aidant/mandats/nouveau").await;
    let form = page.form_last_in_main().expect("the form").with(fields).expect("its fields");
    aidant.browser.submit(&form).await.expect("a page")
}

/// Draws a mandate up for a person elsewhere or without FranceConnect.
pub async fn send(world: &World, aidant: &mut Professional, fields: &[(&str, &str)]) -> Sent {
    let page = fill(world, aidant, fields).await;
    let path = page.url.path().to_owned();
    let id = path.rsplit('/').next().and_then(|id| id.parse().ok());
    Sent { id: id.unwrap_or_else(|| panic!("no mandate's page: {}", page.main_text())), path }
}

/// A remote draft for Jeanne, link by e-mail.
pub async fn remote(world: &World, aidant: &mut Professional) -> Sent {
    let fields = [
        ("theme", "social"),
        ("duration", "month"),
        ("channel", "remote"),
        ("family_name", "Lefevre"),
        ("birthdate", "12/04/1948"),
        ("email", "jeanne@courriel.example"),
    ];
    send(world, aidant, &fields).await
}

/// Marcel's draft by SMS.
pub async fn by_sms(world: &World, aidant: &mut Professional, more: &[(&str, &str)]) -> Sent {
    let mut fields =
        vec![("theme", "social"), ("duration", "month"), ("channel", "sms"), ("phone", "06 39 98 00 08")];
    fields.extend(MARCEL);
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    send(world, aidant, &fields).await
}

/// The newest link that was sent to this address or number.
pub async fn link_to(world: &World, to: &str) -> Url {
    let text = newest(world, to).await.1;
    Url::parse(&text).expect("a link")
}

/// The newest message to this address or number: its text, where it is kept verbatim, and its link.
pub async fn newest(world: &World, to: &str) -> (String, String) {
    let mine = |message: &procura::domain::message::Message| message.to.show() == to;
    let found =
        world.messages().await.into_iter().rev().filter(mine).find_map(|message| match message.body {
            MessageBody::ConsentLink { link, .. } => Some((String::new(), link.show().clone())),
            MessageBody::Verbatim { text } => {
                let link =
                    text.show().split_whitespace().find(|word| word.starts_with("http")).map(str::to_owned);
                Some((text.show().clone(), link.unwrap_or_default()))
            }
            _ => None,
        });
    found.unwrap_or_else(|| panic!("nothing was sent to {to}"))
}

/// Who was written to because this draft waits for a referent's word.
pub async fn asked(world: &World, sent: &Sent) -> Vec<String> {
    let here = format!("/referent/mandats/{}", sent.id);
    let about = |body: &MessageBody| matches!(body, MessageBody::ApprovalAsked { path, .. } if *path == here);
    let all = world.messages().await.into_iter().filter(|message| about(&message.body));
    all.map(|message| message.to.show().to_owned()).collect()
}

/// The six digits in a text.
pub fn digits(text: &str) -> String {
    text.split(|sign: char| !sign.is_alphanumeric())
        .find(|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or_else(|| panic!("no code in {text}"), str::to_owned)
}

/// The pairing code as the aidant reads it on her page.
pub async fn pairing_code(world: &World, aidant: &mut Professional, sent: &Sent) -> String {
    let page = aidant.get(world, &sent.path).await;
    let shown = page.words(".spoken").unwrap_or_else(|| panic!("no code: {}", page.main_text()));
    shown.chars().filter(char::is_ascii_digit).collect()
}

/// A wrong code beside the right one.
pub fn other_than(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

/// Types a code into the page's own form.
pub async fn type_code(browser: &mut Browser, page: &Page, field: &str, code: &str) -> Page {
    let form = page.form_last_in_main().expect("a form").with(&[(field, code)]).expect("its field");
    browser.submit(&form).await.expect("a page")
}

/// Marcel's answer, told to the aidant.
pub async fn told(world: &World, aidant: &mut Professional, sent: &Sent, answer: &str, code: &str) -> Page {
    let page = aidant.get(world, &format!("{}/code", sent.path)).await;
    let form = page.form_last_in_main().expect("the form").with(&[("answer", answer), ("code", code)]);
    aidant.browser.submit(&form.expect("its fields")).await.expect("a page")
}

/// The referent's decision.
pub async fn word(
    world: &World,
    referent: &mut Professional,
    sent: &Sent,
    decision: &str,
    reason: &str,
) -> Page {
    let page = referent.get(world, &format!("/referent/mandats/{}", sent.id)).await;
    let form = page.form_last_in_main().expect("the form").with(&[("reason", reason)]).expect("its field");
    let form = form.press("decision", decision).expect("its button");
    referent.browser.submit(&form).await.expect("a page")
}
