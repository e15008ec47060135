//! Calls to addresses that clients registered: keys, event receivers, logout receivers. Never into the gateway's own network.

mod address;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use url::Host;
use url::Url;

pub use address::is_public;

/// The longest address that is called.
pub const LONGEST_ADDRESS: usize = 512;

/// Why a call was not made, or brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Not an https address without credentials and fragment, or one of a private network.
    #[error("the address may not be called")]
    Forbidden,
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection failed; a name that only resolves to private addresses ends here too.
    #[error("the connection failed")]
    Connection(#[source] reqwest::Error),
    /// The answer is longer than the caller reads.
    #[error("the answer is too long")]
    TooLong,
    /// The client could not be made.
    #[error("the HTTP client cannot be built")]
    Client(#[source] reqwest::Error),
}

/// An answer, of any status.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code; a redirect is not followed and stands here.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A client that calls public https addresses only: no redirects, no proxy, bounded time and size.
#[derive(Clone)]
pub struct Outbound {
    client: reqwest::Client,
    allow_private: bool,
    timeout: Duration,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Outbound {
    /// `allow_private` opens loopback and private networks, and http there: for tests and demonstrations only. `timeout` bounds
    /// a call with its whole answer.
    ///
    /// # Errors
    /// [`OutboundError::Client`] when the TLS library refuses its configuration.
    pub fn new(allow_private: bool, timeout: Duration) -> Result<Self, OutboundError> {
        // Another part of this process may have chosen the same provider before.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(timeout)
            .timeout(timeout)
            .dns_resolver(Arc::new(Resolver { allow_private }))
            .user_agent(concat!("procura/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(OutboundError::Client)?;
        Ok(Self { client, allow_private, timeout })
    }

    /// Whether an address may be called at all, as far as can be said without asking for its name: https (or http where private
    /// addresses are allowed), no credentials, no fragment, no private address in place of a name.
    ///
    /// # Errors
    /// [`OutboundError::Forbidden`].
    pub fn permits(&self, address: &str) -> Result<Url, OutboundError> {
        let forbidden = || OutboundError::Forbidden;
        let plain = address.len() <= LONGEST_ADDRESS
            && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let url = plain.then(|| Url::parse(address).ok()).flatten().ok_or_else(forbidden)?;
        let scheme = url.scheme() == "https" || (self.allow_private && url.scheme() == "http");
        let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let reachable = match url.host() {
            Some(Host::Ipv4(address)) => self.allow_private || is_public(address.into()),
            Some(Host::Ipv6(address)) => self.allow_private || is_public(address.into()),
            Some(Host::Domain(name)) => self.allow_private || !address::is_local_name(name),
            None => false,
        };
        if scheme && bare && reachable { Ok(url) } else { Err(forbidden()) }
    }

    /// A GET that asks for `accept` and reads at most `longest` bytes.
    ///
    /// # Errors
    /// See [`OutboundError`]; every status is an answer.
    pub async fn get(&self, address: &str, accept: &str, longest: usize) -> Result<Reply, OutboundError> {
        let request = self.client.get(self.permits(address)?).header(http::header::ACCEPT, accept);
        self.answer(request, longest).await
    }

    /// A POST of `body` with these headers; reads at most `longest` bytes of the answer.
    ///
    /// # Errors
    /// See [`OutboundError`]; every status is an answer.
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
        longest: usize,
    ) -> Result<Reply, OutboundError> {
        let mut request = self.client.post(self.permits(address)?).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request, longest).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder, longest: usize) -> Result<Reply, OutboundError> {
        let reading = async {
            let mut answer = request.send().await.map_err(failed)?;
            let content_type = answer.headers().get(http::header::CONTENT_TYPE);
            let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
            let mut body = Vec::new();
            while let Some(chunk) = answer.chunk().await.map_err(failed)? {
                if body.len().saturating_add(chunk.len()) > longest {
                    return Err(OutboundError::TooLong);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Reply { status: answer.status().as_u16(), content_type, body })
        };
        tokio::time::timeout(self.timeout, reading).await.map_err(|_| OutboundError::Timeout)?
    }
}

fn failed(error: reqwest::Error) -> OutboundError {
    if error.is_timeout() { OutboundError::Timeout } else { OutboundError::Connection(error.without_url()) }
}

/// Leaves out private addresses, so that what was checked is what is connected to.
struct Resolver {
    allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err("no public address".into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbound(allow_private: bool) -> Outbound {
        Outbound::new(allow_private, Duration::from_secs(2)).expect("a client")
    }

    #[test]
    fn only_public_https_addresses_are_called() {
        let guarded = outbound(false);
        for good in ["https://caf.example/jwks", "https://caf.example:8443/a?b=c", "https://93.184.216.34/"] {
            assert!(guarded.permits(good).is_ok(), "{good}");
        }
        for bad in [
            "http://caf.example/jwks",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://db.localhost./",
            "https://printer.local/",
            "https://user:pass@caf.example/",
            "https://caf.example/#x",
            "https://caf.example\\@10.0.0.1/",
            "ftp://caf.example/",
            "file:///etc/passwd",
            "caf.example",
            "",
        ] {
            assert!(matches!(guarded.permits(bad), Err(OutboundError::Forbidden)), "{bad}");
        }
        assert!(outbound(true).permits("http://127.0.0.1:9/x").is_ok());
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_not_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let name: Name = "localhost".parse().expect("a name");
        assert!(Resolver { allow_private: false }.resolve(name).await.is_err());
        let name: Name = "localhost".parse().expect("a name");
        assert!(Resolver { allow_private: true }.resolve(name).await.is_ok());
        let guarded = outbound(false).get(&format!("https://127.0.0.1:{port}/"), "*/*", 10).await;
        assert!(matches!(guarded, Err(OutboundError::Forbidden)));
    }
}
