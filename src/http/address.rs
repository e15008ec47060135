//! Where a request comes from: the peer, or what a proxy we trust says of it.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::config::Server;
use crate::http::state::App;

/// The address of the browser or client, for throttling; personal data, never logged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address behind a connection from `peer` with these headers.
    pub fn of(server: &Server, peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        Self(client(server, peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), headers))
    }

    /// What is throttled as one: an IPv4 address, or the /64 network of an IPv6 address.
    pub fn network(&self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl std::fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientAddress(…)")
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        Ok(Self::of(&app.config().server, peer, &parts.headers))
    }
}

/// Walks `X-Forwarded-For` from its end: the first address that is no trusted proxy is the client.
fn client(server: &Server, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let hops: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut current = peer;
    for hop in hops.into_iter().rev() {
        if !server.trusts(current) {
            break;
        }
        match hop.parse() {
            Ok(address) => current = address,
            Err(_) => break,
        }
    }
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use axum::http::HeaderValue;

    fn seen(peer: &str, forwarded: &'static str) -> String {
        let text = "[server]\ntrusted_proxies = [\"10.0.0.0/8\"]\n[keys]\nmaster_key = \"0101010101010101010101010101010101010101010101010101010101010101\"";
        let config = Config::from_toml_str(text).expect("a configuration");
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static(forwarded));
        client(&config.server, peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("192.0.2.7", "198.51.100.1"), "192.0.2.7");
        assert_eq!(seen("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "unknown"), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_network_counts_as_one() {
        let network = |text: &str| ClientAddress(text.parse().expect("an address")).network();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
