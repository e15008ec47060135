//! `[server]`: where the gateway is reached and what it accepts.

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use crate::config::limits::Limits;
use crate::config::reader::Reader;
use crate::config::reader::safe;

const SECTION: &str = "server";

/// Where the gateway is reached, and the limits of a request.
#[derive(Clone, Debug)]
pub struct Server {
    /// Public base URL and OpenID issuer.
    pub public_url: PublicUrl,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// A listener for `/metrics` alone.
    pub internal_listen: Option<SocketAddr>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// After this time a request is answered 503.
    pub request_timeout: Duration,
    /// How long a stopping service goes on answering while `/readyz` says that it leaves.
    pub drain: Duration,
    /// Longest accepted body, in bytes.
    pub body_limit: usize,
    /// What is taken on at once, and how long anybody may take.
    pub limits: Limits,
    /// Whether the service migrates its database when it starts.
    pub migrate_at_start: bool,
}

impl Server {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let public_url = reader.parsed(
            SECTION,
            "public_url",
            "a base URL: https (http for loopback hosts only), without path, such as https://procura.example",
        );
        let listen = reader.parsed(SECTION, "listen", "an address with port such as 127.0.0.1:8080");
        let internal_listen =
            reader.optional_parsed(SECTION, "internal_listen", "an address with port such as 127.0.0.1:9090");
        let trusted_proxies =
            reader.parsed_list(SECTION, "trusted_proxies", "an address or network such as 10.0.0.0/8");
        let request_timeout =
            reader.span(SECTION, "request_timeout", Duration::from_secs(1)..=Duration::from_secs(120));
        let drain = reader.span(SECTION, "drain", Duration::ZERO..=Duration::from_secs(60));
        let body_limit = reader.number(SECTION, "body_limit", 8_192..=16_777_216);
        let limits = Limits::read(reader);
        let migrate_at_start = reader.switch(SECTION, "migrate_at_start");
        Some(Self {
            public_url: public_url?,
            listen: listen?,
            internal_listen: internal_listen?,
            trusted_proxies: trusted_proxies?,
            request_timeout: request_timeout?,
            drain: drain?,
            body_limit: body_limit?,
            limits: limits?,
            migrate_at_start: migrate_at_start?,
        })
    }

    /// Whether the header `X-Forwarded-For` of a connection from `peer` is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }
}

/// The service's base URL, without path and without a slash at its end: the OpenID issuer (OIDC Discovery section 3).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    authority: String,
    host: String,
    https: bool,
}

impl PublicUrl {
    /// `https://procura.example`, never with a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address of a path of this service; `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// `host[:port]`, the port only where it is not the scheme's own.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether cookies can be `Secure` and `__Host-`.
    pub const fn is_https(&self) -> bool {
        self.https
    }
}

impl FromStr for PublicUrl {
    type Err = NotUsable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| NotUsable)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !(bare && anonymous && safe(&url)) {
            return Err(NotUsable);
        }
        let host = url.host_str().ok_or(NotUsable)?.to_owned();
        let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let text = format!("{}://{authority}", url.scheme());
        Ok(Self { text, authority, host, https: url.scheme() == "https" })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that is not of the form its key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form this key asks for")]
pub struct NotUsable;

/// A network such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `address` lies in this network; an IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                shared(u128::from(own.to_bits()), u128::from(other.to_bits()), 32, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => shared(own.to_bits(), other.to_bits(), 128, self.prefix),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn shared(one: u128, other: u128, width: u32, prefix: u8) -> bool {
    let ignored = width.saturating_sub(u32::from(prefix));
    one.checked_shr(ignored).unwrap_or(0) == other.checked_shr(ignored).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NotUsable;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotUsable)?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| NotUsable)?,
            None => widest,
        };
        if prefix > widest { Err(NotUsable) } else { Ok(Self { address, prefix }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_https_or_loopback_and_has_no_path() {
        for (text, kept) in [
            ("https://procura.example/", "https://procura.example"),
            ("https://procura.example:443", "https://procura.example"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.2:1", "http://127.0.0.2:1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().as_ref().map(PublicUrl::as_str), Ok(kept));
        }
        for wrong in [
            "http://procura.example",
            "http://localhost.example",
            "https://procura.example/base",
            "https://procura.example?x",
            "https://user@procura.example",
            "ftp://procura.example",
            "procura.example",
        ] {
            assert_eq!(wrong.parse::<PublicUrl>(), Err(NotUsable), "{wrong}");
        }
    }

    #[test]
    fn the_authority_names_a_port_only_where_needed() {
        let url: PublicUrl = "https://procura.example:8443".parse().expect("a base URL");
        assert_eq!(
            (url.authority(), url.host(), url.is_https()),
            ("procura.example:8443", "procura.example", true)
        );
        assert_eq!(url.join("/oauth/token"), "https://procura.example:8443/oauth/token");
    }

    #[test]
    fn networks_hold_their_own_addresses_only() {
        let network: Network = "10.1.0.0/16".parse().expect("a network");
        assert!(network.contains("10.1.255.3".parse().expect("an address")));
        assert!(network.contains("::ffff:10.1.0.9".parse().expect("an address")));
        assert!(!network.contains("10.2.0.1".parse().expect("an address")));
        assert!(!network.contains("::1".parse().expect("an address")));
        let all: Network = "0.0.0.0/0".parse().expect("a network");
        assert!(all.contains("192.0.2.1".parse().expect("an address")));
        let one: Network = "2001:db8::1".parse().expect("a network");
        assert!(!one.contains("2001:db8::2".parse().expect("an address")));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
    }
}
