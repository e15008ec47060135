//! `/operateur/habilitations`: requests, trainings and renewals that wait, oldest first.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::HabilitationId;
use crate::domain::organisation::Organisation;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::habilitation_queue;
use crate::operations::habilitation_queue::Queue;
use crate::operations::teams::Member;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::operator::Desk;

/// Which list, and where the page before ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    liste: String,
    #[serde(default)]
    apres: String,
}

struct Tab {
    words: String,
    href: String,
    current: bool,
}

struct Row {
    name: String,
    email: String,
    organisation: String,
    words: String,
    badge: Badge,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/habilitations.html")]
struct QueuePage {
    page: Page,
    heading: String,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// The list a word of the address names.
fn queue(word: &str) -> Queue {
    Queue::parse(word).unwrap_or(Queue::Requests)
}

/// `GET /operateur/habilitations`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let queue = queue(&asked.liste);
    let after: Option<HabilitationId> = asked.apres.parse().ok();
    let waiting = habilitation_queue::waiting(&app.bench, &desk.operator, queue, after).await;
    let waiting = waiting.map_err(|refusal| desk.refuse(refusal))?;
    let tabs = Queue::ALL.iter().zip(waiting.counts).map(|(one, count)| Tab {
        words: t.with(&format!("operator-queue-{one}"), &[("count", &count)]),
        href: format!("/operateur/habilitations?liste={one}"),
        current: *one == queue,
    });
    let now = app.bench.now();
    let view = QueuePage {
        page: desk.page(t.get("operator-queue-page")).wide(),
        heading: t.get(&format!("operator-queue-{queue}-title")),
        tabs: tabs.collect(),
        rows: waiting.rows.iter().map(|(organisation, member)| row(t, organisation, member, now)).collect(),
        next: waiting.next.map(|next| format!("/operateur/habilitations?liste={queue}&apres={next}")),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn row(t: Text, organisation: &Organisation, member: &Member, now: Instant) -> Row {
    let since = member.renewal_requested_at.unwrap_or(member.created_at);
    Row {
        name: member.shown.name.show().clone(),
        email: member.shown.email.show().clone(),
        organisation: organisation.name.clone(),
        words: t.with("operator-queue-since", &[("date", &t.day_short(since.day()))]),
        badge: Badge::step(t, &member.account, &member.habilitation, now),
        href: format!("/operateur/aidants/habilitations/{}", member.habilitation.id),
    }
}
