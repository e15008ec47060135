//! Habilitations and referents, tried as operator, referent and aidant.

mod doors;
mod life;
mod races;
mod referents;
mod rounds;
mod space;

use procura::demo::browser::page::Page;
use procura::domain::account::Professional as Identity;
use procura::domain::account::Role;
use procura::domain::habilitation::Habilitation;
use procura::domain::ids::HabilitationId;
use procura::domain::ids::OrganisationId;
use procura::domain::message::HabilitationNews;
use procura::domain::message::MessageBody;
use procura::domain::organisation::Organisation;
use procura::domain::time::Clock;
use procura::operations::actors::OperatorActor;
use procura::operations::actors::StaffActor;
use procura::operations::current;
use procura::operations::decide_habilitation::Verdict;
use procura::operations::decide_habilitation::decide_habilitation;
use procura::operations::request_habilitation::NewAidant;
use procura::storage::habilitations;

use crate::world::CLI;
use crate::world::Professional;
use crate::world::World;

/// Fills the page's own form and sends it.
async fn send(who: &mut Professional, page: &Page, fields: &[(&str, &str)]) -> Page {
    let form = page.form_last_in_main().expect("a form").with(fields).expect("its fields");
    who.browser.submit(&form).await.expect("a page")
}

/// A referent who is logged in, of these organisations.
async fn referent(world: &World, name: &str, organisations: &[OrganisationId]) -> Professional {
    let mut referent = world.referent(name, organisations).await;
    referent.login(world).await;
    referent
}

async fn operator(world: &World, name: &str) -> Professional {
    let mut operator = world.operator(name).await;
    operator.login(world).await;
    operator
}

/// The referent as operations know one.
async fn staff(world: &World, who: &Professional) -> (StaffActor, Vec<Organisation>) {
    current::referent(&world.bench, who.account, None).await.expect("a look").expect("a referent")
}

/// The operator as operations know one.
async fn operator_actor(world: &World, who: &Professional) -> OperatorActor {
    let staff = current::staff(&world.bench, who.account, Role::Operator, None).await;
    OperatorActor { staff: staff.expect("a look") }
}

fn newcomer(given_name: &str, email: &str) -> NewAidant {
    let professional = Identity {
        given_name: given_name.to_owned().into(),
        family_name: "Martin".to_owned().into(),
        email: email.to_owned().into(),
    };
    NewAidant { professional, profession: "Médiatrice".to_owned().into() }
}

/// Invites through the page; gives the page that follows.
async fn invite(world: &World, referent: &mut Professional, given_name: &str, email: &str) -> Page {
    let form = referent.get(world, "/referent/aidants/nouveau").await;
    let fields = [
        ("given_name", given_name),
        ("family_name", "Martin"),
        ("email", email),
        ("profession", "Assistante sociale"),
    ];
    send(referent, &form, &fields).await
}

/// The newest habilitation of the installation.
async fn newest(world: &World) -> HabilitationId {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    habilitations::every(&mut tx).await.expect("a list").last().expect("one").id
}

async fn find(world: &World, id: HabilitationId) -> Habilitation {
    let mut tx = world.bench.db.read().await.expect("a transaction");
    habilitations::find(&mut tx, id).await.expect("a look").expect("a habilitation")
}

/// What was written to an address, of habilitations: whether it is the reader's own, and what.
async fn told(world: &World, email: &str) -> Vec<(bool, HabilitationNews)> {
    let mine = world.messages().await.into_iter().filter(|message| message.to.show() == email);
    mine.filter_map(|message| match message.body {
        MessageBody::Habilitation { aidant, news, .. } => Some((aidant.is_none(), news)),
        _ => None,
    })
    .collect()
}

/// The invitations written to an address: the link, and whether the account was known.
async fn invitations(world: &World, email: &str) -> Vec<(String, bool)> {
    let mine = world.messages().await.into_iter().filter(|message| message.to.show() == email);
    mine.filter_map(|message| match message.body {
        MessageBody::Invited { link, known, .. } => Some((link.show().clone(), known)),
        _ => None,
    })
    .collect()
}

/// Trained and given until a year from now, without a signature.
async fn give(world: &World, id: HabilitationId) {
    let today = world.clock.now().day();
    for verdict in [Verdict::Accept(today), Verdict::Trained, Verdict::Habilitate(today.plus_days(365))] {
        decide_habilitation(&world.bench, &CLI, id, verdict, None).await.expect("decided");
    }
}

/// Days pass.
fn days(world: &World, days: u64) {
    world.clock.advance(std::time::Duration::from_secs(days * 86_400));
}
