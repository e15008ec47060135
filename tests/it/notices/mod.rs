//! How persons are told, by mail and SMS; their addresses; the link of a notice; the paper code of a space.

mod contacts;
mod not_me;
mod paper;
mod told;

use std::time::Duration;

use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::demo::mailbox::Channel;
use procura::demo::mailbox::Message as Received;
use procura::domain::contact::ContactSource;
use procura::domain::ids::PersonId;
use procura::domain::message::Address;
use procura::domain::private::Private;
use procura::operations::actors;
use procura::operations::contacts as addresses;
use procura::operations::data_keys;
use procura::operations::work::Housekeeping;
use procura::operations::work::Work;
use procura::storage::db::Sql;
use procura::storage::mandates;
use url::Url;

use crate::spaces::Scene;
use crate::world::World;

pub const PHONE: &str = "+33612345678";
pub const EMAIL: &str = "jeanne@courriel.example";
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(50);

/// The first message to `to` beyond the first `after` that says `part`: others may still be on their way.
pub async fn received(world: &World, to: &str, after: usize, part: &str) -> Received {
    let says = |message: &Received| {
        message.to == to && (message.subject.contains(part) || message.text.contains(part))
    };
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        if let Some(found) = world.mailbox.messages().into_iter().skip(after).find(|message| says(message)) {
            return found;
        }
        tokio::time::sleep(STEP).await;
        waited += STEP;
    }
    panic!("nothing that says {part} came to {to}")
}

/// How many messages came so far.
pub fn so_far(world: &World) -> usize {
    world.mailbox.messages().len()
}

/// What came by SMS.
pub fn by_sms(world: &World) -> Vec<Received> {
    world.mailbox.messages().into_iter().filter(|message| message.channel == Channel::Sms).collect()
}

/// The person of this scene's mandate.
pub async fn jeanne(scene: &Scene) -> PersonId {
    let mut tx = scene.world.bench.db.read().await.expect("a transaction");
    let stored = mandates::find(&mut tx, scene.mandate.id).await.expect("a read").expect("the mandate");
    stored.mandate.consent().expect("a consent").person
}

/// Gives her a telephone she proved.
pub async fn give_phone(world: &World, person: PersonId, number: &str) {
    let mut work = Work::begin(&world.bench, None).await.expect("a transaction");
    let found = actors::person(&world.bench, &mut work.tx, person).await.expect("her");
    let key = data_keys::require(&world.bench, &mut work.tx, found.data_key).await.expect("her key");
    let phone = Address::Phone(Private::new(number.to_owned()));
    let now = Some(work.now);
    addresses::add(&mut work, (person, &key), &phone, ContactSource::Herself, now).await.expect("added");
    work.commit_without_entry(Housekeeping::SentCode).await.expect("a commit");
}

/// From now on she is known by declaration only.
pub async fn declare(world: &World, person: PersonId) {
    let mut tx = world.bench.db.begin().await.expect("a transaction");
    let sql = Sql::same("UPDATE persons SET identification = 'declared' WHERE id = $1");
    tx.query(sql).bind(person).execute().await.expect("an update");
    tx.commit().await.expect("a commit");
}

/// Sends the page's own form with these fields.
pub async fn send(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("its form").with(fields).expect("its fields");
    browser.submit(&form).await.expect("a page")
}

/// The address of a text that says "this was not me".
pub fn not_me(message: &Received) -> Url {
    let link = message.links.iter().find(|link| link.contains("/pas-moi/"));
    let link = link.unwrap_or_else(|| panic!("a link in {}", message.text));
    Url::parse(link).expect("an address")
}
