//! Logging in with two factors: aidants, referents, authorities, operators, integrators.

mod code;
mod door;
mod link;
mod login;
mod organisation;
mod second_factor;

use axum::Extension;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::account::Role;
use crate::http::errors::PageError;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::web::account::door::Door;
use crate::web::account::door::space;

/// The routes of this part.
pub fn router() -> Router<App> {
    let aidant = Router::new()
        .route("/aidant/second-facteur", get(second_factor::show).post(second_factor::check))
        .route("/aidant/structure", get(organisation::show).post(organisation::switch));
    Role::ALL.iter().fold(aidant, |all, role| all.merge(door(*role)))
}

fn door(role: Role) -> Router<App> {
    let home = space(role).home();
    Router::new()
        .route(&format!("{home}/connexion"), get(login::show).post(login::begin))
        .route(&format!("{home}/connexion/courriel"), get(login::sent))
        .route(&format!("{home}/connexion/lien/{{token}}"), get(link::show).post(link::finish))
        .route(&format!("{home}/deconnexion"), post(leave))
        .layer(Extension(role))
}

/// Ends the session; the next page is the login.
async fn leave(door: Door, reader: Reader) -> Result<Response, PageError> {
    let ended = door.session.flush().await;
    ended.map_err(|refusal| PageError::from_refusal(refusal, &reader, door.space()))?;
    Ok(respond::see_other(&door.path("connexion")))
}

#[cfg(test)]
mod tests;
