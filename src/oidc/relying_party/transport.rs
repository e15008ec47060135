//! Calls to the provider: bounded in time and size, without redirects.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::Request;
use http::Response;
use openidconnect::AsyncHttpClient;
use openidconnect::HttpRequest;
use openidconnect::HttpResponse;
use serde::Deserialize;
use tracing::Instrument;

use crate::oidc::relying_party::callback::printable;
use crate::oidc::relying_party::callback::support_codes;
use crate::oidc::relying_party::error::RpError;

/// The longest answer that is read, in bytes.
pub const LONGEST_ANSWER: usize = 1024 * 1024;

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The request cannot be made.
    #[error("the request cannot be made")]
    Request,
    /// Nothing came in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection failed.
    #[error("the connection failed")]
    Connection(#[source] reqwest::Error),
    /// The provider says that it has failed.
    #[error("status {0}")]
    Failed(u16),
    /// More than [`LONGEST_ANSWER`].
    #[error("the answer is too long")]
    TooLong,
}

impl From<TransportError> for RpError {
    fn from(error: TransportError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The client for these calls.
#[derive(Clone, Debug)]
pub struct Transport {
    client: reqwest::Client,
    timeout: Duration,
}

impl Transport {
    /// `client` follows no redirects; `timeout` bounds each call with its whole answer.
    pub const fn new(client: reqwest::Client, timeout: Duration) -> Self {
        Self { client, timeout }
    }

    /// One call.
    ///
    /// # Errors
    /// See [`TransportError`].
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let span = tracing::debug_span!("identity provider", host, otel.kind = "client");
        tokio::time::timeout(self.timeout, self.exchange(request))
            .instrument(span)
            .await
            .map_err(|_| TransportError::Timeout)?
    }

    /// A GET that asks for `accept`.
    ///
    /// # Errors
    /// As [`Transport::send`].
    pub async fn get(&self, url: &str, accept: &str) -> Result<Response<Vec<u8>>, TransportError> {
        let request = Request::get(url).header(http::header::ACCEPT, accept).body(Vec::new());
        self.send(request.map_err(|_| TransportError::Request)?).await
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Request)?;
        let mut answer = self
            .client
            .execute(request)
            .await
            .map_err(|error| TransportError::Connection(error.without_url()))?;
        let mut body = Vec::new();
        while let Some(chunk) =
            answer.chunk().await.map_err(|error| TransportError::Connection(error.without_url()))?
        {
            if body.len().saturating_add(chunk.len()) > LONGEST_ANSWER {
                return Err(TransportError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

#[derive(Deserialize)]
struct FailureBody {
    error: Option<String>,
    error_uri: Option<String>,
}

/// Keeps what the provider's support asks for, where a failure says it.
pub fn log_failure(body: &[u8]) {
    let Ok(failure) = serde_json::from_slice::<FailureBody>(body) else { return };
    let (error_code, error_id) = support_codes(failure.error_uri.as_deref());
    let provider_error = printable(failure.error.as_deref().unwrap_or_default());
    tracing::warn!(provider_error, error_code, error_id, "the identity provider failed");
}

impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request).await?;
            if answer.status().is_server_error() {
                log_failure(answer.body());
                return Err(TransportError::Failed(answer.status().as_u16()));
            }
            Ok(answer)
        })
    }
}
