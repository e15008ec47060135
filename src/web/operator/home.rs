//! `/operateur`: what waits for an operator, and what weakens the installation.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::organisation::Organisation;
use crate::domain::witness::WitnessFault;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::change_client;
use crate::operations::evidence;
use crate::operations::habilitation_queue;
use crate::operations::habilitation_queue::Queue;
use crate::operations::merge_organisations;
use crate::operations::organisation_requests::queue;
use crate::operations::register_client;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Desk;

/// A head that enough witnesses saw may be so much older than the newest.
const UNSEEN: Duration = Duration::from_secs(60);

struct Waiting {
    name: String,
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/home.html")]
struct Home {
    page: Page,
    waiting: Vec<Waiting>,
    requests: Option<String>,
    merges: Vec<(String, String)>,
    habilitations: Vec<(String, String)>,
    alone: bool,
    /// No witness is configured.
    unwatched: bool,
    /// The newest witnessed head is too old.
    unseen: bool,
    /// What a witness holds against the ledger.
    witness_alarm: Option<String>,
}

/// `GET /operateur`
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.t();
    let clients = register_client::list_clients(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let changing =
        change_client::waiting_changes(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let queues = habilitation_queue::counts(&app.bench, &desk.operator)
        .await
        .map_err(|refusal| desk.refuse(refusal))?;
    let habilitations =
        Queue::ALL.iter().zip(queues).filter(|(_, count)| *count > 0).map(|(queue, count)| {
            let words = t.with(&format!("operator-queue-{queue}"), &[("count", &count)]);
            (words, format!("/operateur/habilitations?liste={queue}"))
        });
    let pending = clients
        .iter()
        .filter(|client| client.status == ClientStatus::Pending || changing.contains(&client.id));
    let requests =
        queue::waiting(&app.bench, &desk.operator).await.map_err(|refusal| desk.refuse(refusal))?;
    let merges = merge_organisations::all_waiting(&app.bench, &desk.operator).await;
    let merges = merges.map_err(|refusal| desk.refuse(refusal))?;
    let merge = |(absorbed, target): (Organisation, Organisation)| {
        let words = t.with("operator-merge-row", &[("absorbed", &absorbed.name), ("target", &target.name)]);
        (words, format!("/operateur/structures/{}/fusionner", absorbed.id))
    };
    let standing = evidence::standing(&app.bench).await.map_err(|refusal| desk.refuse(refusal))?;
    let alarm = standing.witnesses.iter().find(|one| one.fault.is_some_and(WitnessFault::is_alarm));
    let view = Home {
        unwatched: standing.quorum == 0,
        unseen: standing.quorum > 0 && standing.size > 0 && !standing.is_witnessed(UNSEEN),
        witness_alarm: alarm.and_then(|one| {
            Some(t.with(&format!("operator-witness-{}", one.fault?), &[("name", &one.name)]))
        }),
        requests: (requests > 0).then(|| t.with("operator-home-requests", &[("count", &requests)])),
        merges: merges.into_iter().map(merge).collect(),
        page: desk.page(t.get("nav-operator-requests")),
        habilitations: habilitations.collect(),
        waiting: pending.map(|client| waiting(t, client)).collect(),
        alone: !app.config().operators.two_persons,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn waiting(t: Text, client: &Client) -> Waiting {
    let all: Vec<_> = client.registration.themes.iter().copied().collect();
    let titles: Vec<String> = themes().titles(&all, t.language()).into_iter().map(str::to_owned).collect();
    Waiting {
        name: client.registration.name.clone(),
        words: t.with("operator-waiting-words", &[("themes", &t.list(&titles))]),
        href: format!("/operateur/administrations/{}", client.id),
    }
}
