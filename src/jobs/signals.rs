//! Tells clients what changed: events pushed to their receivers (RFC 8935), logout tokens to their back channels.
//!
//! Each receiver is served by itself, so that a slow one holds nobody else; several processes share the work by claims.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use secrecy::ExposeSecret;
use tokio::task::Id;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::domain::signal::SignalKind;
use crate::jobs::Complaint;
use crate::jobs::Shutdown;
use crate::jobs::pause;
use crate::operations::bench::Bench;
use crate::operations::deliver_signals;
use crate::operations::deliver_signals::Ended;
use crate::operations::deliver_signals::Parcel;
use crate::operations::deliver_signals::Receiver;
use crate::operations::refusal::Refusal;
use crate::outbound::Outbound;
use crate::outbound::OutboundError;
use crate::outbound::Reply;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::telemetry::metrics::Gauge;

const EVERY: Duration = Duration::from_millis(150);
const RETRY: Duration = Duration::from_secs(5);
/// How many looks there are between two cleanings: about a minute.
const CLEAN_EVERY: u32 = 400;
/// The longest answer that is read.
const LONGEST_ANSWER: usize = 4 * 1024;
/// Receivers served at once by one process; the others wait for the next look.
const MOST_RECEIVERS: usize = 64;

/// Delivers until it is time to stop; what is under way is ended first.
pub async fn run(bench: &Bench, outbound: &Outbound, mut shutdown: Shutdown) {
    let mut complaint = Complaint::new("signals");
    let mut served: JoinSet<()> = JoinSet::new();
    let mut receivers: HashMap<Id, Receiver> = HashMap::new();
    for look in 0_u32.. {
        while let Some(ended) = served.try_join_next_with_id() {
            receivers.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
        }
        if look.is_multiple_of(CLEAN_EVERY) {
            complaint.turn(clean(bench)).await;
        }
        let due = complaint.turn(deliver_signals::due(bench)).await;
        let span = if due.is_some() { EVERY } else { RETRY };
        for receiver in due.unwrap_or_default() {
            let busy = receivers.values().any(|known| *known == receiver);
            if !busy && receivers.len() < MOST_RECEIVERS {
                let one = serve(bench.clone(), outbound.clone(), receiver.clone(), shutdown.clone());
                receivers.insert(served.spawn(one).id(), receiver);
            }
        }
        if !pause(span, &mut shutdown).await {
            break;
        }
    }
    while served.join_next().await.is_some() {}
}

async fn clean(bench: &Bench) -> Result<(), Refusal> {
    let lost = deliver_signals::drop_old(bench).await?;
    metrics::count_many(Counter::SignalLost, lost);
    #[expect(clippy::cast_precision_loss, reason = "a gauge; nothing waits 2^53 times")]
    let waiting = deliver_signals::waiting(bench).await? as f64;
    metrics::level(Gauge::SignalsWaiting, waiting);
    Ok(())
}

/// Tells one receiver what is due, until nothing is, or nothing more gets through.
async fn serve(bench: Bench, outbound: Outbound, receiver: Receiver, shutdown: Shutdown) {
    while !*shutdown.borrow() {
        match round(&bench, &outbound, &receiver).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(?receiver, %error, "signals cannot be claimed or noted");
                return;
            }
        }
    }
}

/// One batch; whether another may follow at once.
async fn round(bench: &Bench, outbound: &Outbound, receiver: &Receiver) -> Result<bool, Refusal> {
    let parcels = deliver_signals::claim(bench, receiver).await?;
    let answers = join_all(parcels.iter().map(|parcel| {
        let span = tracing::debug_span!("signal", signal = %parcel.id, client = %parcel.client, otel.kind = "producer");
        send(outbound, parcel).instrument(span)
    }));
    let answers = answers.await;
    let judged = parcels.iter().zip(answers);
    let ended: Vec<(&Parcel, Ended)> =
        judged.map(|(parcel, answer)| (parcel, verdict(parcel.kind, &answer))).collect();
    if ended.is_empty() {
        return Ok(false);
    }
    deliver_signals::note(bench, receiver, &ended).await?;
    for (parcel, ended) in &ended {
        say(parcel, ended);
    }
    Ok(ended.iter().any(|(_, ended)| !matches!(ended, Ended::Again(_))))
}

fn say(parcel: &Parcel, ended: &Ended) {
    let Parcel { id, kind, client, attempts, .. } = parcel;
    match ended {
        Ended::Delivered => metrics::count(Counter::SignalDelivered),
        Ended::GivenUp(code) => {
            metrics::count(Counter::SignalRefused);
            tracing::warn!(signal = %id, %kind, %client, code, "a receiver refused a signal");
        }
        Ended::Again(why) => {
            metrics::count(Counter::SignalFailed);
            tracing::info!(signal = %id, %kind, %client, attempts, why, "a signal waits for another attempt");
        }
    }
}

async fn send(outbound: &Outbound, parcel: &Parcel) -> Result<Reply, OutboundError> {
    let form = parcel.kind == SignalKind::BackchannelLogout;
    let (kind, body) = if form {
        // Base64url and dots need no escaping.
        ("application/x-www-form-urlencoded", format!("logout_token={}", parcel.token))
    } else {
        ("application/secevent+jwt", parcel.token.clone())
    };
    let mut headers = vec![("content-type", kind), ("accept", "application/json")];
    if let Some(authorization) = &parcel.authorization {
        headers.push(("authorization", authorization.expose_secret()));
    }
    outbound.post(&parcel.address, &headers, body.into_bytes(), LONGEST_ANSWER).await
}

/// For events RFC 8935 section 2: 202 takes them; 400 with a registered code refuses them, for good where another attempt could
/// not be judged otherwise. For logout tokens OIDC Back-Channel Logout section 2.8: 200 or 204 takes, 400 refuses.
fn verdict(kind: SignalKind, answer: &Result<Reply, OutboundError>) -> Ended {
    let reply = match answer {
        Ok(reply) => reply,
        Err(error) => return Ended::Again(error.to_string()),
    };
    let logout = kind == SignalKind::BackchannelLogout;
    match reply.status {
        200 | 204 if logout => Ended::Delivered,
        400 if logout => Ended::GivenUp("invalid_request"),
        202 if !logout => Ended::Delivered,
        400 => final_code(&reply.body).map_or_else(|| Ended::Again("status 400".to_owned()), Ended::GivenUp),
        status => Ended::Again(format!("status {status}")),
    }
}

/// The code of a refusal that lies in the event itself. Keys, credentials and permissions can be mended at either end.
fn final_code(body: &[u8]) -> Option<&'static str> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = answer.get("err")?.as_str()?;
    ["invalid_request", "invalid_issuer", "invalid_audience"].into_iter().find(|known| *known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> Result<Reply, OutboundError> {
        Ok(Reply { status, content_type: None, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn only_202_takes_an_event_and_only_its_own_faults_end_it() {
        let event = |answer| verdict(SignalKind::MandateRevoked, &answer);
        assert_eq!(event(reply(202, "")), Ended::Delivered);
        assert_eq!(event(reply(400, r#"{"err":"invalid_audience"}"#)), Ended::GivenUp("invalid_audience"));
        for again in [
            reply(200, "<html>"),
            reply(204, ""),
            reply(302, ""),
            reply(400, "garbage"),
            reply(400, r#"{"err":"authentication_failed"}"#),
            reply(400, r#"{"err":"invalid_key"}"#),
            reply(401, ""),
            reply(404, ""),
            reply(500, ""),
            Err(OutboundError::Timeout),
        ] {
            assert!(matches!(event(again), Ended::Again(_)));
        }
    }

    #[test]
    fn a_logout_is_taken_by_200_and_refused_by_400() {
        let logout = |answer| verdict(SignalKind::BackchannelLogout, &answer);
        assert_eq!(logout(reply(200, "")), Ended::Delivered);
        assert_eq!(logout(reply(204, "")), Ended::Delivered);
        assert_eq!(logout(reply(400, "")), Ended::GivenUp("invalid_request"));
        assert!(matches!(logout(reply(202, "")), Ended::Again(_)));
        assert!(matches!(logout(reply(503, "")), Ended::Again(_)));
    }
}
