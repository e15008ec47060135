//! What a client's developer will want to know about a call that was refused, noted as the answer leaves.

use std::cell::RefCell;

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::Response;

use crate::domain::ids::ClientId;
use crate::http::errors::OAuthError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::note_fault::Noted;
use crate::operations::note_fault::note_fault;

tokio::task_local! {
    /// Whose call this is, and whether that was proved.
    static CALLER: RefCell<Option<(ClientId, bool)>>;
}

/// Errors that are a step of the protocol, not a fault of the client.
const STEPS: [&str; 2] = ["use_dpop_nonce", "authorization_pending"];

/// Says whose call this is; the newest word holds.
pub(super) fn caller(id: &ClientId, proved: bool) {
    let heard = CALLER.try_with(|caller| *caller.borrow_mut() = Some((id.clone(), proved)));
    if heard.is_err() {
        tracing::trace!("no layer notes refused calls here");
    }
}

/// Notes the error of an answer for the client that called.
pub async fn noted(State(app): State<App>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let endpoint = head.uri.path().to_owned();
    let reference = Reader::of(&head, &app).reference;
    let answered = CALLER.scope(RefCell::new(None), async {
        let response = next.run(Request::from_parts(head, body)).await;
        (response, CALLER.try_with(|caller| caller.borrow_mut().take()).ok().flatten())
    });
    let (response, caller) = answered.await;
    let told = response.extensions().get::<OAuthError>().filter(|told| !STEPS.contains(&told.error));
    if let (Some((id, proved)), Some(told)) = (caller, told) {
        let noted = Noted {
            endpoint: &endpoint,
            error: told.error,
            description: &told.description,
            reference: &reference,
        };
        keep(&app, &id, proved, noted).await;
    }
    response
}

/// Notes why a browser was sent back to its client, or was not.
pub(super) async fn sent_back(app: &App, client: &ClientId, error: &str, description: &str, reference: &str) {
    let noted = Noted { endpoint: "/oauth/authorize", error, description, reference };
    keep(app, client, false, noted).await;
}

/// The client has its answer either way.
async fn keep(app: &App, id: &ClientId, proved: bool, noted: Noted<'_>) {
    if let Err(refusal) = note_fault(&app.bench, id, proved, noted).await {
        tracing::warn!(?refusal, "a refused call could not be noted");
    }
}
