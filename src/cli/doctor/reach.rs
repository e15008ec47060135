//! The part of `procura doctor` that calls our own public address and the collector of spans.

use std::time::Duration;

use secrecy::ExposeSecret;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::config::Config;
use crate::config::Traces;
use crate::server::outbound_client;

/// Adds what it finds.
pub(super) async fn look(config: &Config, patience: Duration, points: &mut Vec<Point>) {
    points.push(issuer(config, patience).await);
    if let Some(traces) = &config.traces {
        points.push(match collector(traces, patience).await {
            Ok(()) => Point::new("collector", State::Ok, "it takes spans"),
            Err(error) => {
                let finding = format!("{}: {:#}", traces.endpoint, anyhow::Error::new(error));
                Point::new("collector", State::Failure, finding)
            }
        });
    }
}

/// Whether the public address leads here, as every client will ask. A gateway that is not started yet does not answer.
async fn issuer(config: &Config, patience: Duration) -> Point {
    let own = &config.server.public_url;
    let address = own.join("/.well-known/openid-configuration");
    let asked = async {
        let answer = outbound_client()?.get(&address).timeout(patience).send().await?.error_for_status()?;
        answer.json::<serde_json::Value>().await
    };
    match asked.await {
        Ok(json) if json.get("issuer").and_then(|issuer| issuer.as_str()) == Some(own.as_str()) => {
            Point::new("issuer", State::Ok, format!("{address} answers in our name"))
        }
        Ok(_) => Point::new("issuer", State::Failure, format!("{address} is answered by somebody else")),
        Err(error) => {
            let finding = format!("{address}: {:#}", anyhow::Error::new(error.without_url()));
            Point::new("issuer", State::Warning, format!("{finding}: is the gateway started, and the proxy?"))
        }
    }
}

/// An empty message is a valid one: no span.
async fn collector(traces: &Traces, patience: Duration) -> Result<(), reqwest::Error> {
    let mut request = outbound_client()?
        .post(traces.endpoint.clone())
        .timeout(patience)
        .header("content-type", "application/x-protobuf")
        .body(Vec::new());
    if let Some(secret) = &traces.authorization {
        request = request.header("authorization", secret.expose_secret());
    }
    request.send().await?.error_for_status().map(drop).map_err(reqwest::Error::without_url)
}
