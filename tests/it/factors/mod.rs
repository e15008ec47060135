//! Second factors: enrolled alone, used to enter, taken away, handed out as cards, and reset by two persons.

mod cards;
mod enrolled;
mod passkeys;
mod resets;
mod soft;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::account::Professional as Identity;
use procura::domain::account::Role;
use procura::domain::factor::FactorChange;
use procura::domain::factor::LinkPurpose;
use procura::domain::ids::AccountId;
use procura::domain::ids::OrganisationId;
use procura::domain::message::MessageBody;
use procura::operations::account_links;
use procura::operations::enrol;
use procura::operations::work::Housekeeping;
use procura::operations::work::Work;
use serde_json::Value;
use url::Url;

use crate::factors::soft::Saying;
use crate::factors::soft::Soft;
use crate::world::CLI;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

/// A world in which passkeys can be used.
pub fn named() -> Options {
    Options { named: true, ..Options::default() }
}

impl World {
    /// What an honest authenticator says here.
    fn saying(&self) -> Saying {
        Saying::at(self.url.as_str().trim_end_matches('/'))
    }
}

/// Somebody whose account waits for her first second factor, with the link she was sent.
struct Invited {
    account: AccountId,
    email: String,
    link: Url,
}

async fn invited(world: &World, role: Role, name: &str, place: Option<OrganisationId>) -> Invited {
    let email = format!("{}@invitee.example", name.to_lowercase());
    let professional = Identity {
        given_name: name.to_owned().into(),
        family_name: "Martin".to_owned().into(),
        email: email.clone().into(),
    };
    let mut work = Work::begin(&world.bench, None).await.expect("a transaction");
    let (account, _) = enrol::invite(&mut work, role, professional).await.expect("an account");
    let link = account_links::issue(&mut work, account.id, LinkPurpose::Activate).await.expect("a link");
    work.commit_without_entry(Housekeeping::LoginLink).await.expect("a commit");
    if let Some(organisation) = place {
        let given = (organisation, world.next_year());
        enrol::add_habilitation(&world.bench, &CLI, account.id, given, None).await.expect("a habilitation");
    }
    Invited { account: account.id, email, link: Url::parse(link.show()).expect("an address") }
}

async fn aidant_invited(world: &World, name: &str) -> Invited {
    let organisation = world.organisation("CCAS de Dole").await;
    invited(world, Role::Aidant, name, Some(organisation)).await
}

fn below(link: &Url, rest: &str) -> Url {
    Url::parse(&format!("{link}{rest}")).expect("an address")
}

/// Opens a link and presses its button.
async fn start(browser: &mut Browser, link: &Url) -> Page {
    let page = browser.get(link).await.expect("a page");
    let form = page.form_last_in_main().expect("the button");
    browser.submit(&form).await.expect("a page")
}

/// What the script of a page would get to ask the device for.
async fn options(browser: &mut Browser, url: &Url) -> Value {
    let page = browser.post_from(url, url, &[]).await.expect("an answer");
    assert_eq!(page.status.as_u16(), 200, "{}", page.html);
    serde_json::from_str(&page.html).expect("json")
}

/// Enrols a passkey at this address as the page's script would; gives the device and the page that follows.
async fn make_key(world: &World, browser: &mut Browser, url: &Url) -> (Soft, Page) {
    let asked = options(browser, &Url::parse(&format!("{url}/options")).expect("an address")).await;
    let (soft, answer) = Soft::make(&asked, &world.saying());
    let fields = [("label", "Ordinateur du bureau"), ("answer", answer.as_str())];
    let page = browser.post_from(url, url, &fields).await.expect("a page");
    (soft, page)
}

/// Enters by passkey at a door, saying this; gives the page that follows.
async fn enter(world: &World, browser: &mut Browser, home: &str, soft: &mut Soft, saying: &Saying) -> Page {
    let url = world.at(&format!("{home}/connexion/cle"));
    let asked = options(browser, &world.at(&format!("{home}/connexion/cle/options"))).await;
    let answer = soft.answer(&asked, saying);
    browser.post_from(&url, &url, &[("answer", &answer)]).await.expect("a page")
}

/// An aidant who has activated her account with a passkey and nothing else.
async fn keyed(world: &World, name: &str) -> (Invited, Soft) {
    let invited = aidant_invited(world, name).await;
    let mut browser = world.browser();
    start(&mut browser, &invited.link).await;
    let (soft, page) = make_key(world, &mut browser, &below(&invited.link, "/cle")).await;
    assert_eq!(page.h1(), "Votre compte est actif", "{}", page.main_text());
    (invited, soft)
}

/// The changes this address was told of, oldest first.
async fn told(world: &World, email: &str) -> Vec<FactorChange> {
    let mine = |message: &procura::domain::message::Message| message.to.show() == email;
    let all = world.messages().await.into_iter().filter(mine);
    all.filter_map(|message| match message.body {
        MessageBody::FactorChanged { change, .. } => Some(change),
        _ => None,
    })
    .collect()
}

/// The newest link to her account mailed to this address.
async fn mailed_link(world: &World, email: &str) -> Option<Url> {
    world.messages().await.into_iter().rev().filter(|message| message.to.show() == email).find_map(
        |message| match message.body {
            MessageBody::AccountLink { link, .. } => Url::parse(link.show()).ok(),
            _ => None,
        },
    )
}

async fn send(who: &mut Professional, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("a form").with(fields).expect("its fields");
    who.browser.submit(&form).await.expect("a page")
}
