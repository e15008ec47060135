//! The poll endpoint (RFC 8936 section 2.4): the receiver says what it took, and gets what waits.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::api::ssf::body::Asked;
use crate::http::bearer::Bearer;
use crate::http::gate::Place;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::poll_stream;
use crate::operations::poll_stream::Offer;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The most events of one answer.
const MOST: usize = 100;
/// The most events acknowledged or refused at once.
const MOST_TAKEN: usize = 1_000;
/// The longest wait for an event.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PollIn {
    max_events: Option<usize>,
    return_immediately: bool,
    ack: Vec<String>,
    set_errs: BTreeMap<String, Refused>,
}

#[derive(Deserialize)]
struct Refused {
    err: String,
}

/// Takes acknowledgements, then offers what waits; waits for something for ten seconds at most where `returnImmediately` does not
/// forbid it and anything is wanted (`maxEvents` 0 only acknowledges).
pub(super) async fn poll(
    State(app): State<App>,
    Path(stream): Path<String>,
    Bearer(token): Bearer,
    reader: Reader,
    place: Option<Extension<Place>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked = Asked { token: &token, reference: &reader.reference };
    let done = async {
        asked.reads()?;
        let wanted: PollIn = asked.body(&headers, &body)?;
        if wanted.ack.len() + wanted.set_errs.len() > MOST_TAKEN {
            return Err(asked.invalid("ack and setErrs: 1000 together at most"));
        }
        let refused = refused(&wanted).map_err(|why| asked.invalid(why))?;
        let refuse = |refusal: Refusal| asked.refuse(&refusal);
        let (took, gave_up) = poll_stream::take(&app.bench, &token.client, &stream, &wanted.ack, &refused)
            .await
            .map_err(refuse)?;
        metrics::count_many(Counter::SignalDelivered, took);
        metrics::count_many(Counter::SignalRefused, gave_up);
        if gave_up > 0 {
            tracing::warn!(client = %token.client.id, gave_up, "a receiver refused events it had fetched");
        }
        let most = wanted.max_events.unwrap_or(MOST).min(MOST);
        let limit = app.config().server.request_timeout.saturating_sub(Duration::from_secs(2));
        let wait =
            if wanted.return_immediately || most == 0 { Duration::ZERO } else { LONGEST_WAIT.min(limit) };
        // Whoever waits works on nothing: the place is for others meanwhile. Where too many wait, nobody else does.
        let aside = place.and_then(|Extension(place)| place.step_aside());
        let wait = if aside.is_some() { wait } else { Duration::ZERO };
        let waiting = wait_for(&app, &token.client, &stream, (most, wait));
        waiting.await.map_err(refuse)
    };
    match done.await {
        Ok(offer) => answer(offer),
        Err(response) => *response,
    }
}

/// The registered form of an error code: short, printable, no spaces.
fn refused(wanted: &PollIn) -> Result<Vec<(String, String)>, &'static str> {
    let plain =
        |code: &str| (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic());
    if !wanted.set_errs.values().all(|refused| plain(&refused.err)) {
        return Err("setErrs: each with a registered err");
    }
    Ok(wanted.set_errs.iter().map(|(id, refused)| (id.clone(), refused.err.clone())).collect())
}

async fn wait_for(
    app: &App,
    client: &crate::domain::client::Client,
    stream: &str,
    (most, wait): (usize, Duration),
) -> Result<Offer, Refusal> {
    let until = tokio::time::Instant::now() + wait;
    loop {
        let offer = poll_stream::offer(&app.bench, client, stream, most).await?;
        if !offer.events.is_empty() || tokio::time::Instant::now() + LOOK_EVERY > until {
            return Ok(offer);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn answer(offer: Offer) -> Response {
    let sets: Map<String, Value> =
        offer.events.into_iter().map(|(id, token)| (id.to_string(), Value::from(token))).collect();
    let body = json!({ "sets": sets, "moreAvailable": offer.more });
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
