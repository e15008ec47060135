//! Spans for an OpenTelemetry collector, off unless an address is configured; every value passes through
//! [`crate::telemetry::redact`] before it leaves.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::Value;
use opentelemetry::trace::Status;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::Bytes;
use opentelemetry_http::HttpClient;
use opentelemetry_http::HttpError;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_otlp::Protocol;
use opentelemetry_otlp::SpanExporter as OtlpExporter;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_otlp::WithHttpConfig;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::BatchConfigBuilder;
use opentelemetry_sdk::trace::BatchSpanProcessor;
use opentelemetry_sdk::trace::Sampler;
use opentelemetry_sdk::trace::SdkTracerProvider;
use opentelemetry_sdk::trace::SpanData;
use opentelemetry_sdk::trace::SpanExporter;
use secrecy::ExposeSecret;
use secrecy::SecretString;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::config::Traces;
use crate::telemetry::redact;

const SEND_EVERY: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(5);
/// Spans that wait to be sent; what comes beyond is dropped, never waited for.
const QUEUE: usize = 8_192;
const BATCH: usize = 512;
/// Only what this program says of itself: a library's spans may hold what a user typed.
const OWN: &str = "off,procura=debug";

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// A layer that sends spans as configured, on the runtime that calls this.
///
/// # Errors
/// When the exporter cannot be made of this address.
pub fn layer<S>(
    traces: &Traces,
    client: reqwest::Client,
) -> Result<Box<dyn Layer<S> + Send + Sync>, ExporterBuildError>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    let sender = Sender {
        client,
        authorization: traces.authorization.clone(),
        runtime: tokio::runtime::Handle::current(),
        failing: Mutex::new(false),
    };
    let exporter = OtlpExporter::builder()
        .with_http()
        .with_http_client(sender)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces.endpoint.as_str())
        .with_timeout(PATIENCE)
        .build()?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(QUEUE)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(SEND_EVERY)
        .build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(BatchSpanProcessor::builder(Masked(exporter)).with_batch_config(batches).build())
        .with_sampler(Sampler::TraceIdRatioBased(f64::from(traces.percent) / 100.0))
        .with_resource(resource())
        .build();
    let tracer = provider.tracer("procura");
    drop(PROVIDER.set(provider));
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_error_events_to_status(true);
    Ok(layer.with_filter(EnvFilter::new(OWN)).boxed())
}

/// Sends what waits and ends; at the end of the process, on a thread that is none of the runtime's.
pub fn finish() {
    if let Some(provider) = PROVIDER.get() {
        // What a collector that is away does not take is lost.
        drop(provider.shutdown_with_timeout(PATIENCE));
    }
}

fn resource() -> Resource {
    let about = [
        KeyValue::new("service.name", "procura"),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
    ];
    Resource::builder_empty().with_attributes(about).build()
}

/// The way out: the client this program uses for all calls, on its own runtime.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    authorization: Option<SecretString>,
    runtime: tokio::runtime::Handle,
    failing: Mutex<bool>,
}

#[async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
        let mut request = reqwest::Request::try_from(request)?;
        if let Some(secret) = &self.authorization {
            let mut value = http::HeaderValue::from_str(secret.expose_secret())?;
            value.set_sensitive(true);
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request).await?.error_for_status()?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let outcome = sent.await?;
        self.note(outcome.as_ref().err());
        let (status, body) = outcome.map_err(reqwest::Error::without_url)?;
        Ok(http::Response::builder().status(status).body(body)?)
    }
}

impl Sender {
    /// Says once that nothing is taken and once that it is again.
    fn note(&self, error: Option<&reqwest::Error>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match (error, std::mem::replace(&mut *failing, error.is_some())) {
            (Some(error), false) => {
                let status = error.status().map(|status| status.as_u16());
                tracing::warn!(status, "the collector of spans does not take them");
            }
            (None, true) => tracing::info!("the collector of spans takes them again"),
            (Some(_), true) | (None, false) => {}
        }
    }
}

/// Masks what goes to the exporter behind it.
#[derive(Debug)]
struct Masked<E>(E);

impl<E: SpanExporter> SpanExporter for Masked<E> {
    fn export(&self, mut batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        for span in &mut batch {
            mask_span(span);
        }
        self.0.export(batch)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

fn mask_span(span: &mut SpanData) {
    mask_text(&mut span.name);
    mask_values(&mut span.attributes);
    for event in &mut span.events.events {
        mask_text(&mut event.name);
        mask_values(&mut event.attributes);
    }
    if let Status::Error { description } = &mut span.status {
        mask_text(description);
    }
}

fn mask_text(text: &mut Cow<'static, str>) {
    let masked = redact::masked(text);
    if masked != *text {
        *text = Cow::Owned(masked);
    }
}

/// Masks values and gives those that have one the name of OpenTelemetry's conventions.
fn mask_values(attributes: &mut [KeyValue]) {
    for attribute in attributes {
        if redact::is_sensitive(attribute.key.as_str()) {
            attribute.value = Value::from(redact::MASK);
        } else if let Value::String(text) = &attribute.value {
            attribute.value = Value::from(redact::masked(text.as_str()));
        } else if let Value::Array(_) = attribute.value {
            attribute.value = Value::from(redact::MASK);
        }
        let known = match attribute.key.as_str() {
            "route" => "http.route",
            "method" => "http.request.method",
            "status_code" => "http.response.status_code",
            _ => continue,
        };
        attribute.key = known.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_masked_and_the_conventions_names_given() {
        let mut attributes = vec![
            KeyValue::new("route", "/aidant/mandats/{id}"),
            KeyValue::new("status_code", 303),
            KeyValue::new("email", "jeanne"),
            KeyValue::new("error", "refused by jeanne@example.org"),
            KeyValue::new("listing", Value::Array(vec![1_i64, 2].into())),
        ];
        mask_values(&mut attributes);
        let shown: Vec<(String, String)> =
            attributes.iter().map(|one| (one.key.to_string(), one.value.to_string())).collect();
        let wanted = [
            ("http.route", "/aidant/mandats/{id}"),
            ("http.response.status_code", "303"),
            ("email", "…"),
            ("error", "refused by …"),
            ("listing", "…"),
        ];
        assert_eq!(shown, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let mut name = Cow::Borrowed("mail to a@b.example failed");
        mask_text(&mut name);
        assert_eq!(name, "mail to … failed");
    }
}
