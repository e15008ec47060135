//! `[witnesses]` and `[timestamps]`: who else says when the ledger had which head.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::config::reader::Reader;
use crate::config::reader::safe;
use crate::crypto::cosignature::WitnessKey;
use crate::crypto::timestamp::Roots;

/// One witness: its key and the address below which `add-checkpoint` is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Whose cosignatures are accepted.
    pub key: WitnessKey,
    /// Without a slash at the end.
    pub address: String,
}

impl FromStr for Witness {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (key, address) = text.trim().split_once(' ').ok_or(())?;
        let url = Url::parse(address.trim()).map_err(|_| ())?;
        let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        if !safe(&url) || !bare || url.password().is_some() {
            return Err(());
        }
        let address = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { key: key.parse().map_err(|_| ())?, address })
    }
}

/// The witnesses of the ledger's checkpoints; none by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnesses {
    /// Who they are.
    pub list: Vec<Witness>,
    /// How many of them make a checkpoint a witnessed one.
    pub quorum: usize,
    /// How often they are shown the newest checkpoint.
    pub every: Duration,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

impl Witnesses {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let form = "a witness: its key (name+hash+base64), a space and its https address";
        let list = reader.parsed_list::<Witness>("witnesses", "list", form);
        let quorum = reader.number::<usize>("witnesses", "quorum", 0..=100);
        let every =
            reader.span("witnesses", "every", Duration::from_millis(100)..=Duration::from_secs(3_600));
        let timeout =
            reader.span("witnesses", "timeout", Duration::from_millis(100)..=Duration::from_secs(10));
        let (list, quorum) = (list?, quorum?);
        let twice = list.iter().enumerate().any(|(at, one)| {
            list.iter()
                .take(at)
                .any(|other| other.key.name() == one.key.name() || other.key.public() == one.key.public())
        });
        if twice {
            reader.problem("witnesses", "list", "names one witness twice");
            return None;
        }
        if quorum > list.len() || (quorum == 0 && !list.is_empty()) {
            reader.problem(
                "witnesses",
                "quorum",
                "must be from 1 to the number of witnesses, and 0 without any",
            );
            return None;
        }
        Some(Self { list, quorum, every: every?, timeout: timeout? })
    }
}

/// Where checkpoints are time-stamped (RFC 3161).
#[derive(Clone, Debug)]
pub struct TimestampAuthority {
    /// The address that requests are posted to.
    pub url: String,
    /// How often.
    pub every: Duration,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// The certificates its own must lead to.
    pub roots: Arc<Roots>,
}

impl TimestampAuthority {
    /// `None` inside where no address is given.
    pub(super) fn read(reader: &mut Reader) -> Option<Option<Self>> {
        let url = reader.optional_parsed::<Url>("timestamps", "url", "an address");
        let every =
            reader.span("timestamps", "every", Duration::from_secs(1)..=Duration::from_secs(31 * 86_400));
        let timeout =
            reader.span("timestamps", "timeout", Duration::from_millis(100)..=Duration::from_secs(10));
        let file = reader.path("timestamps", "ca_file");
        let Some(url) = url? else { return Some(None) };
        // The answer is signed and the request a digest: http is no danger here, and usual.
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || url.password().is_some() {
            reader.problem("timestamps", "url", "must be an http or https address");
            return None;
        }
        let Some(file) = file? else {
            reader.problem("timestamps", "ca_file", "is missing: without it no time-stamp can be checked");
            return None;
        };
        let read = std::fs::read(&file).map_err(|error| error.to_string());
        let roots = read.and_then(|bytes| Roots::from_pem(&bytes).map_err(|error| error.to_string()));
        match roots {
            Ok(roots) => Some(Some(Self {
                url: url.to_string(),
                every: every?,
                timeout: timeout?,
                roots: Arc::new(roots),
            })),
            Err(error) => {
                reader.problem("timestamps", "ca_file", format!("{}: {error}", file.display()));
                None
            }
        }
    }
}
