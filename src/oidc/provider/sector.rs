//! What the document at a sector identifier lists (OIDC Core section 8.1), read before a client is registered with it.

use std::collections::BTreeSet;

use crate::crypto::json::read_unambiguous;
use crate::oidc::provider::client_keys::is_json;
use crate::outbound::Outbound;
use crate::outbound::Reply;

const LONGEST: usize = 65_536;

/// The addresses listed at `uri`; `None` when it does not answer with a JSON array of texts.
pub async fn listed(outbound: &Outbound, uri: &str) -> Option<BTreeSet<String>> {
    let reply = outbound.get(uri, "application/json", LONGEST).await;
    match reply.map_err(|error| error.to_string()).and_then(|reply| read(&reply)) {
        Ok(listed) => Some(listed),
        Err(why) => {
            tracing::warn!(uri, why, "a sector identifier could not be read");
            None
        }
    }
}

fn read(reply: &Reply) -> Result<BTreeSet<String>, String> {
    if reply.status != 200 || !is_json(reply.content_type.as_deref()) {
        return Err(format!("status {}, or not JSON", reply.status));
    }
    read_unambiguous(&reply.body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_array_of_addresses_is_read() {
        let reply = |status, body: &str| Reply {
            status,
            content_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
        };
        assert_eq!(read(&reply(200, r#"["https://a.example/cb"]"#)).expect("a list").len(), 1);
        for (status, body) in [(404, "[]"), (302, "[]"), (200, "{}"), (200, "[1]"), (200, "<html>")] {
            assert!(read(&reply(status, body)).is_err(), "{status} {body}");
        }
    }
}
