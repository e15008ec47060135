//! Organisations: asked for by anybody, decided by operators, read from files, merged with their mandates.

mod imports;
mod merge;
mod requests;

use procura::demo::browser::page::Page;
use procura::domain::organisation::Siret;

use crate::world::Professional;
use crate::world::World;

/// An operator, logged in.
async fn operator(world: &World, name: &str) -> Professional {
    let mut operator = world.operator(name).await;
    operator.login(world).await;
    operator
}

/// Fills the form of this page that ends at an address with this end, and sends it.
async fn send_to(who: &mut Professional, page: &Page, end: &str, fields: &[(&str, &str)]) -> Page {
    let form = page.form_to(end).unwrap_or_else(|error| panic!("{error}: {}", page.main_text()));
    who.browser.submit(&form.with(fields).expect("its fields")).await.expect("a page")
}

/// A SIRET with its key, as people type it.
fn typed(siret: &Siret) -> String {
    let digits = siret.as_str();
    format!("{} {} {} {}", &digits[..3], &digits[3..6], &digits[6..9], &digits[9..])
}
