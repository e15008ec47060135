//! The keys that check what a client signed, read from its address when they are not at hand; no transaction is open then.

use std::time::Duration;

use crate::crypto::jwk::JwkSet;
use crate::domain::client::Client;
use crate::http::state::App;
use crate::operations::client_keys;
use crate::operations::client_keys::Held;
use crate::operations::client_keys::LONGEST_SET;
use crate::operations::client_keys::Read;
use crate::operations::refusal::Refusal;
use crate::outbound::Outbound;
use crate::outbound::OutboundError;
use crate::outbound::Reply;

const ACCEPT: &str = "application/jwk-set+json, application/json";
/// How long a call waits for a reading that another call began.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The public keys of `client`, for a signature whose header names `kid`; an empty set where there are none. A set read from
/// an address serves ten minutes; an unknown `kid` asks again, at most every half minute for each client; while the address
/// fails, what was read serves for a day.
///
/// # Errors
/// As the database says; what goes wrong at the client's address is logged, and its old keys serve.
pub async fn client_keys(app: &App, client: &Client, kid: Option<&str>) -> Result<JwkSet, Refusal> {
    let read = match client_keys::held(&app.bench, client).await? {
        Held::ByValue(set) => return Ok(set),
        Held::None => return Ok(JwkSet::default()),
        Held::ByAddress(read) => read,
    };
    if read.serves(app.bench.now(), kid) {
        return Ok(read.set);
    }
    if !client_keys::may_read(&app.bench, client, &read.uri).await? {
        return wait_for_another(app, client, kid, read).await;
    }
    match fetch(&app.registered, &read.uri).await {
        Ok(set) => {
            client_keys::keep(&app.bench, client, &read.uri, &set).await?;
            Ok(set)
        }
        Err(why) => {
            tracing::warn!(client = %client.id, why, "the keys of a client could not be read");
            Ok(read.set)
        }
    }
}

/// Another call reads at this moment, or did just now: what it finds serves here too.
async fn wait_for_another(
    app: &App,
    client: &Client,
    kid: Option<&str>,
    mut read: Read,
) -> Result<JwkSet, Refusal> {
    let mut waited = Duration::ZERO;
    let under_way = |read: &Read| {
        let begun = read.tried_at.is_none_or(|tried| app.bench.now() < tried.plus(PATIENCE));
        begun && read.at.is_none_or(|at| read.tried_at.is_none_or(|tried| at < tried))
    };
    while waited < PATIENCE && under_way(&read) && !read.serves(app.bench.now(), kid) {
        tokio::time::sleep(LOOK_EVERY).await;
        waited += LOOK_EVERY;
        if let Held::ByAddress(newer) = client_keys::held(&app.bench, client).await? {
            read = newer;
        }
    }
    Ok(read.set)
}

async fn fetch(outbound: &Outbound, uri: &str) -> Result<JwkSet, String> {
    let reply =
        outbound.get(uri, ACCEPT, LONGEST_SET).await.map_err(|error: OutboundError| error.to_string())?;
    read_reply(&reply)
}

fn read_reply(reply: &Reply) -> Result<JwkSet, String> {
    if reply.status != 200 {
        return Err(format!("status {}", reply.status));
    }
    if !is_json(reply.content_type.as_deref()) {
        return Err("the answer is not JSON".to_owned());
    }
    client_keys::parse(&reply.body).map_err(|bad| bad.to_string())
}

/// Whether a `Content-Type` is JSON: `application/json`, `application/jwk-set+json` (RFC 7517 section 8.5.2).
pub(crate) fn is_json(content_type: Option<&str>) -> bool {
    let kind =
        content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_json_answer_of_200_is_read() {
        let body = br#"{"keys":[{"kty":"EC"}]}"#.to_vec();
        let reply = |status, kind: Option<&str>| Reply {
            status,
            content_type: kind.map(str::to_owned),
            body: body.clone(),
        };
        assert!(read_reply(&reply(200, Some("application/jwk-set+json; charset=utf-8"))).is_ok());
        assert!(read_reply(&reply(200, Some("Application/JSON"))).is_ok());
        for (status, kind) in [
            (200, None),
            (200, Some("text/html")),
            (200, Some("text/json")),
            (301, Some("application/json")),
            (404, Some("application/json")),
        ] {
            assert!(read_reply(&reply(status, kind)).is_err(), "{status} {kind:?}");
        }
    }
}
