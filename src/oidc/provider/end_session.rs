//! `/oauth/end-session`: the person's dossier at a client is left (OIDC RP-Initiated Logout). The aidant's session goes on.

use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::http::error_page::ErrorPage;
use crate::http::error_page::Trouble;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::oidc::provider::authorize::untrusted;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::fields::LONGEST_QUERY;
use crate::operations::answer;
use crate::operations::end_act::end_act;
use crate::operations::end_act::known_client;
use crate::operations::refusal::Refusal;

const NAMES: [&str; 4] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"];

pub(super) async fn by_get(State(app): State<App>, reader: Reader, RawQuery(query): RawQuery) -> Response {
    leave(&app, &reader, query.unwrap_or_default().as_bytes()).await
}

pub(super) async fn by_post(State(app): State<App>, reader: Reader, body: axum::body::Bytes) -> Response {
    leave(&app, &reader, &body).await
}

async fn leave(app: &App, reader: &Reader, encoded: &[u8]) -> Response {
    let fields = match Fields::parse(encoded, &NAMES) {
        Ok(fields) if encoded.len() <= 2 * LONGEST_QUERY && fields.repeated().is_none() => fields,
        _ => return untrusted(reader),
    };
    match end(app, reader, &fields).await {
        Ok(client) => way_back(reader, &fields, client.as_ref()),
        Err(refusal) => reader.refuse(Space::Public, refusal),
    }
}

async fn end(app: &App, reader: &Reader, fields: &Fields) -> Result<Option<Client>, Refusal> {
    let named = fields.get("client_id");
    match fields.get("id_token_hint") {
        Some(hint) => end_act(&app.bench, hint, named, Some(&reader.reference)).await,
        None => match named.and_then(ClientId::parse) {
            Some(id) => known_client(&app.bench, &id).await,
            None => Ok(None),
        },
    }
}

fn way_back(reader: &Reader, fields: &Fields, client: Option<&Client>) -> Response {
    match (fields.get("post_logout_redirect_uri"), client) {
        (None, _) => left(reader),
        (Some(uri), Some(client)) if client.registration.post_logout_redirect_uris.contains(uri) => {
            respond::see_other(&answer::address(uri, &[("state", fields.get("state"))]))
        }
        (Some(_), _) => untrusted(reader),
    }
}

fn left(reader: &Reader) -> Response {
    let t = reader.t;
    let view = ErrorPage::of(Trouble::Gone, reader.page(Space::Public), None);
    let view = ErrorPage {
        page: view.page.titled(t.get("act-left-title")),
        why: t.get("act-left-why"),
        advice: vec![t.get("act-left-advice")],
        ..view
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
