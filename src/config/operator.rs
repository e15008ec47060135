//! `[ledger]`, `[operators]`, `[theme]`, `[operator]` and `[log]`: how the gateway is run.

use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use crate::config::reader::Reader;

/// The audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The log's name, where it is not derived from the public URL; see [`crate::config::Config::ledger_origin`].
    pub origin: Option<String>,
    /// Where the last signed checkpoint is kept outside the database.
    pub checkpoint_file: Option<PathBuf>,
    /// How often committed entries are put into the tree.
    pub integrate_every: Duration,
    /// How long an entry may wait for its place before `/readyz` says so.
    pub ready_lag: Duration,
}

impl Ledger {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let origin = reader.optional("ledger", "origin");
        let checkpoint_file = reader.path("ledger", "checkpoint_file");
        let integrate_every =
            reader.span("ledger", "integrate_every", Duration::from_millis(10)..=Duration::from_secs(5));
        let ready_lag =
            reader.span("ledger", "ready_lag", Duration::from_secs(1)..=Duration::from_secs(3_600));
        let origin = origin?;
        // A key name of a signed note holds neither space nor plus sign.
        let nameable =
            |text: &String| text.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '+');
        if !origin.as_ref().is_none_or(nameable) {
            reader.problem("ledger", "origin", "must have no space and no plus sign");
            return None;
        }
        let (integrate_every, ready_lag) = (integrate_every?, ready_lag?);
        Some(Self { origin, checkpoint_file: checkpoint_file?, integrate_every, ready_lag })
    }
}

/// Rules among operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operators {
    /// Whether what one could abuse needs a second operator.
    pub two_persons: bool,
}

impl Operators {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self { two_persons: reader.switch("operators", "two_persons")? })
    }
}

/// The look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeFolder {
    /// An operator's own stylesheet and images.
    pub directory: Option<PathBuf>,
}

impl ThemeFolder {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let directory = reader.path("theme", "directory")?;
        if directory.as_ref().is_some_and(|directory| !directory.is_dir()) {
            reader.problem("theme", "directory", "is not a folder that can be read");
            return None;
        }
        Some(Self { directory })
    }
}

/// Who runs this gateway, as the legal pages say it; each may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorTexts {
    /// The body that runs the gateway.
    pub name: Option<String>,
    /// Whom users write to.
    pub contact_email: Option<String>,
    /// Whom users call.
    pub phone: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// The director of publication.
    pub publisher: Option<String>,
}

impl OperatorTexts {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.optional("operator", "name");
        let contact_email =
            reader.optional_parsed::<lettre::Address>("operator", "contact_email", "an e-mail address");
        let phone = reader.optional("operator", "phone");
        let address = reader.optional("operator", "address");
        let publisher = reader.optional("operator", "publisher");
        Some(Self {
            name: name?,
            contact_email: contact_email?.map(|address| address.to_string()),
            phone: phone?,
            address: address?,
            publisher: publisher?,
        })
    }
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Text,
}

/// The words of `log.format`.
pub(super) const FORMAT_WORDS: [(&str, LogFormat); 2] =
    [("json", LogFormat::Json), ("text", LogFormat::Text)];

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The form of a line.
    pub format: LogFormat,
    /// Directives as `tracing_subscriber::EnvFilter` reads them, checked.
    pub filter: String,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let format = reader.choice("log", "format", &FORMAT_WORDS);
        let filter = reader.text("log", "filter")?;
        if EnvFilter::try_new(&filter).is_err() {
            reader.problem(
                "log",
                "filter",
                format!("\"{filter}\" is not a filter such as \"info,procura=debug\""),
            );
            return None;
        }
        Some(Self { format: format?, filter })
    }
}
