//! Log lines on standard error, as JSON or text; every value passes through [`crate::telemetry::redact`].

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::Map;
use serde_json::Value;
use tracing::Event;
use tracing::Level;
use tracing::Metadata;
use tracing::Subscriber;
use tracing::field::Field;
use tracing::field::Visit;
use tracing::span::Attributes;
use tracing::span::Id;
use tracing::span::Record;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::Registry;
use tracing_subscriber::filter::FilterExt;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::registry::Scope;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Log;
use crate::config::LogFormat;
use crate::domain::time::Clock;
use crate::telemetry::redact;

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter's directives cannot be read.
    #[error("log.filter cannot be read")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// This process already logs somewhere.
    #[error("logging is already set up")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// A part of the log beside the lines: spans for a collector.
pub type Beside = Box<dyn Layer<Registry> + Send + Sync>;

/// Sends the log of this process to standard error from now on, and spans to whatever stands beside.
pub fn init(log: &Log, clock: Arc<dyn Clock>, beside: Option<Beside>) -> Result<(), LogError> {
    let (filter, handle) = reload::Layer::new(EnvFilter::try_new(&log.filter)?);
    let lines = Lines { format: log.format, clock, writer: std::io::stderr };
    let vouched = FilterFn::new(|about: &Metadata<'_>| is_vouched_for(about.target(), *about.level()));
    let mut layers = vec![lines.with_filter(filter.and(vouched)).boxed()];
    layers.extend(beside);
    tracing_subscriber::registry().with(layers).try_init()?;
    drop(FILTER.set(handle));
    Ok(())
}

/// Whether nothing personal can stand in such a line: libraries write what they are given (addresses, whole
/// conversations) below `INFO`, so only this program is heard there.
fn is_vouched_for(target: &str, level: Level) -> bool {
    level <= Level::INFO || target == "procura" || target.starts_with("procura::")
}

/// Takes another filter for the lines; `false` where nothing is logged yet.
///
/// # Errors
/// When its directives cannot be read; then the former one stays.
pub fn set_filter(filter: &str) -> Result<bool, LogError> {
    let filter = EnvFilter::try_new(filter)?;
    Ok(FILTER.get().is_some_and(|handle| handle.reload(filter).is_ok()))
}

/// The layer that writes one line per event, with the fields of the spans around it.
pub struct Lines<W> {
    /// The form of a line.
    pub format: LogFormat,
    /// Where the time of a line comes from.
    pub clock: Arc<dyn Clock>,
    /// Where lines go.
    pub writer: W,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        let at = self.clock.now().to_text();
        let mut line = match self.format {
            LogFormat::Json => json_line(&at, metadata.level(), metadata.target(), fields.0),
            LogFormat::Text => text_line(&at, metadata.level(), metadata.target(), fields.0),
        };
        line.push('\n');
        // A log that cannot be written must not stop the service, and there is nowhere to say so.
        drop(self.writer.make_writer().write_all(line.as_bytes()));
    }
}

fn json_line(at: &str, level: &Level, target: &str, fields: Map<String, Value>) -> String {
    let mut line = Map::new();
    line.insert("at".to_owned(), Value::from(at));
    line.insert("level".to_owned(), Value::from(level.as_str()));
    line.insert("target".to_owned(), Value::from(target));
    for (name, value) in fields {
        // A field never takes the place of the line's own.
        let name = if line.contains_key(&name) { format!("field.{name}") } else { name };
        line.insert(name, value);
    }
    Value::Object(line).to_string()
}

fn text_line(at: &str, level: &Level, target: &str, mut fields: Map<String, Value>) -> String {
    let message = match fields.remove("message") {
        Some(Value::String(text)) => text.escape_debug().to_string(),
        _ => String::new(),
    };
    let mut line = format!("{at} {level:>5} {target}: {message}");
    for (name, value) in fields {
        // JSON text, so that no value can begin a line of its own.
        line.push_str(&format!(" {name}={value}"));
    }
    line
}

/// The fields of a span or an event, already masked.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    /// What only OpenTelemetry reads.
    fn is_foreign(field: &Field) -> bool {
        field.name().starts_with("otel.")
    }

    fn put(&mut self, field: &Field, value: Value) {
        if Self::is_foreign(field) {
            return;
        }
        let value = match value {
            _ if redact::is_sensitive(field.name()) => Value::from(redact::MASK),
            Value::String(text) => Value::from(redact::masked(&text)),
            other => other,
        };
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, Value::from(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, Value::from(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, Value::from(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, Value::from(value.to_string()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if Self::is_foreign(field) {
            return;
        }
        self.put(field, Value::from(format!("{value:?}")));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use tracing::info;
    use tracing::info_span;

    use super::*;
    use crate::domain::time::Instant;

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Instant {
            Instant::from_seconds(1_795_000_000)
        }
    }

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, work: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = Lines { format, clock: Arc::new(Stopped), writer: move || writer.clone() };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), work);
        let bytes = kept.0.lock().expect("no panic").clone();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_line_carries_its_spans_and_masks_what_it_must() {
        let text = logged(LogFormat::Json, || {
            let span = info_span!(
                "request",
                request = "4K7X",
                email = "a@b.fr",
                otel.name = "GET /x",
                status_code = tracing::field::Empty
            );
            let _inside = span.enter();
            span.record("status_code", 303);
            info!(otp = 123_456, error = %"relay refused jeanne@example.org", at = "x", "login done");
        });
        let line: Value = serde_json::from_str(&text).expect("one line of JSON");
        assert_eq!(line["at"], "2026-11-18T11:06:40.000000Z");
        assert_eq!(line["field.at"], "x");
        assert_eq!(line["request"], "4K7X");
        assert_eq!(line["status_code"], 303);
        assert_eq!(line["message"], "login done");
        assert!(line.get("otel.name").is_none());
        assert_eq!(line["error"], "relay refused …");
        for hidden in ["a@b.fr", "123456", "jeanne"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }

    #[test]
    fn libraries_are_heard_from_info_on_and_this_program_at_every_level() {
        for target in ["procura", "procura::server"] {
            assert!(is_vouched_for(target, Level::TRACE), "{target}");
        }
        for target in ["lettre::transport", "procurator", "sqlx::query"] {
            assert!(is_vouched_for(target, Level::WARN) && is_vouched_for(target, Level::INFO), "{target}");
            assert!(!is_vouched_for(target, Level::DEBUG), "{target}");
        }
    }

    #[test]
    fn no_value_can_forge_a_second_line() {
        for format in [LogFormat::Json, LogFormat::Text] {
            let text = logged(format, || info!(route = "/x\n2026 INFO forged", "first\nsecond"));
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(text.contains("first"), "{text}");
        }
    }
}
