//! The one place where the counterparts' HTTP client is built: no redirects of its own, short timeouts, no proxy.

use std::time::Duration;

use thiserror::Error;

/// The longest answer a counterpart reads, in bytes.
pub const LARGEST_ANSWER: usize = 2 * 1024 * 1024;

/// Why no client could be built.
#[derive(Debug, Error)]
pub enum ClientError {
    /// The extra root certificate is not a PEM certificate.
    #[error("the extra root certificate cannot be read")]
    Certificate(#[source] reqwest::Error),
    /// The TLS library refused its configuration.
    #[error("the HTTP client cannot be built")]
    Build(#[source] reqwest::Error),
}

/// Why an answer could not be read.
#[derive(Debug, Error)]
pub enum BodyError {
    /// More than [`LARGEST_ANSWER`] bytes.
    #[error("the answer is larger than {LARGEST_ANSWER} bytes")]
    TooLarge,
    /// The connection broke off.
    #[error("the answer could not be read")]
    Broken(#[source] reqwest::Error),
}

/// A client for the counterparts and for the story's browser.
///
/// `extra_root` is a PEM certificate trusted beside the system's, for a gateway behind a private authority.
pub fn http_client(extra_root: Option<&[u8]>) -> Result<reqwest::Client, ClientError> {
    install_tls_provider();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(20));
    if let Some(pem) = extra_root {
        let certificate = reqwest::Certificate::from_pem(pem).map_err(ClientError::Certificate)?;
        builder = builder.tls_certs_merge([certificate]);
    }
    builder.build().map_err(ClientError::Build)
}

fn install_tls_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have installed it in between: then there is one, which is all that is wanted.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

/// Reads a whole answer, up to [`LARGEST_ANSWER`].
pub async fn read_bounded(mut response: reqwest::Response) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyError::Broken)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
