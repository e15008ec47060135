//! `[outbound]`: calls to addresses that clients registered.

use std::time::Duration;

use crate::config::reader::Reader;

/// How such calls are bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboundCalls {
    /// Loopback and private networks may be called, with http too: for tests and demonstrations.
    pub allow_private: bool,
    /// Longest wait for one whole answer.
    pub timeout: Duration,
}

impl OutboundCalls {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let allow_private = reader.switch("outbound", "allow_private");
        let timeout =
            reader.span("outbound", "timeout", Duration::from_millis(100)..=Duration::from_secs(10));
        Some(Self { allow_private: allow_private?, timeout: timeout? })
    }
}
