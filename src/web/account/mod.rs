//! Logging in with two factors: aidants, referents, authorities, operators, integrators.

mod activation;
mod ceremony;
mod code;
mod door;
mod enrol;
mod factors;
mod insider;
mod link;
mod login;
mod organisation;
mod passkey;
mod proconnect;
mod second_factor;

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::account::Role;
use crate::http::errors::PageError;
use crate::http::gate;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::oidc::relying_party::AidantProvider;
use crate::web::account::door::Door;
use crate::web::account::door::space;

/// The routes of this part.
pub fn router() -> Router<App> {
    let aidant = Router::new()
        .route("/aidant/proconnect", get(proconnect::begin))
        .route("/aidant/proconnect/retour", get(proconnect::finish).layer(from_fn(gate::aside)))
        .route("/aidant/proconnect/code", get(proconnect::show_code).post(proconnect::check_code))
        .route("/aidant/proconnect/sortie", get(proconnect::left))
        .route("/aidant/structure", get(organisation::show).post(organisation::switch));
    let activation = Router::new()
        .route("/compte/activation/{code}", get(activation::show).post(activation::begin))
        .route("/compte/activation/{code}/application", get(activation::show_app).post(activation::add_app))
        .route("/compte/activation/{code}/cle", get(activation::show_key).post(activation::add_key))
        .route("/compte/activation/{code}/cle/options", post(activation::key_options))
        .route("/compte/facteurs", get(factors::anywhere));
    Role::ALL.iter().fold(aidant.merge(activation), |all, role| all.merge(door(*role)))
}

fn door(role: Role) -> Router<App> {
    let home = space(role).home();
    Router::new()
        .route(&format!("{home}/connexion"), get(login::show).post(login::begin))
        .route(&format!("{home}/connexion/cle"), post(passkey::enter))
        .route(&format!("{home}/connexion/cle/options"), post(passkey::options))
        .route(&format!("{home}/second-facteur"), get(second_factor::show).post(second_factor::check))
        .route(&format!("{home}/second-facteur/cle"), post(second_factor::check_key))
        .route(&format!("{home}/second-facteur/cle/options"), post(second_factor::options))
        .route(&format!("{home}/facteurs"), get(factors::list))
        .route(&format!("{home}/facteurs/application"), get(factors::show_app).post(factors::add_app))
        .route(&format!("{home}/facteurs/cle"), get(factors::show_key).post(factors::add_key))
        .route(&format!("{home}/facteurs/cle/options"), post(factors::key_options))
        .route(&format!("{home}/facteurs/{{id}}/retirer"), get(factors::show_remove).post(factors::remove))
        .route(
            &format!("{home}/facteurs/{{id}}/valider"),
            get(factors::show_validate).post(factors::validate),
        )
        .route(&format!("{home}/connexion/courriel"), get(login::sent))
        .route(&format!("{home}/connexion/lien/{{token}}"), get(link::show).post(link::finish))
        .route(&format!("{home}/deconnexion"), post(leave))
        .layer(Extension(role))
}

/// Ends the session, ProConnect's too where an aidant came that way; the next page is the login.
async fn leave(
    State(app): State<App>,
    Extension(provider): Extension<Arc<AidantProvider>>,
    door: Door,
    reader: Reader,
) -> Result<Response, PageError> {
    let left = async {
        if door.role == Role::Aidant {
            return proconnect::leave(&app, &provider, &door.session, &reader).await;
        }
        door.session.flush().await?;
        Ok(None)
    };
    let left = left.await.map_err(|refusal| PageError::from_refusal(refusal, &reader, door.space()))?;
    Ok(left.unwrap_or_else(|| respond::see_other(&door.path("connexion"))))
}

#[cfg(test)]
mod tests;
