//! The small values entries are made of, in the form in which they stand in a payload.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;

use crate::crypto::hash::b64;
use crate::crypto::hash::unb64_32;
use crate::domain::time::Instant;

/// An instant in a payload: RFC 3339 in UTC with three decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(Instant);

impl Moment {
    /// The instant, whole milliseconds.
    pub const fn instant(self) -> Instant {
        self.0
    }
}

impl From<Instant> for Moment {
    fn from(instant: Instant) -> Self {
        Self(Instant::from_millis(instant.millis()))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_text();
        write!(f, "{}Z", text.get(..23).unwrap_or(&text))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = Instant::parse(&text).ok_or_else(|| D::Error::custom("no RFC 3339 instant"))?;
        Ok(Self::from(instant))
    }
}

/// A SHA-256 digest in a payload: base64url without padding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The 32 raw bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&b64(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        unb64_32(&text).map(Self).ok_or_else(|| D::Error::custom("no 32 bytes in base64url"))
    }
}

/// Somebody or something by identifier and by the name it had then, so that a line reads by itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its identifier inside this gateway.
    pub id: String,
    /// Its name at the time of the entry.
    pub name: String,
    /// The SIRET of an organisation or administration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub siret: Option<String>,
}

impl Named {
    /// An identifier and a name without SIRET.
    pub fn new(id: impl fmt::Display, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into(), siret: None }
    }
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_text_of_milliseconds_and_comes_back() {
        let moment = Moment::from(Instant::from_micros(1_795_000_000_123_999));
        let text = serde_json::to_string(&moment).expect("json");
        assert_eq!(text, "\"2026-11-18T11:06:40.123Z\"");
        assert_eq!(serde_json::from_str::<Moment>(&text).expect("reads"), moment);
        assert!(serde_json::from_str::<Moment>("\"yesterday\"").is_err());
    }

    #[test]
    fn a_digest_is_base64url_of_exactly_32_bytes() {
        let digest = Digest::from([0xff; 32]);
        let text = serde_json::to_string(&digest).expect("json");
        assert_eq!(serde_json::from_str::<Digest>(&text).expect("reads"), digest);
        assert!(serde_json::from_str::<Digest>("\"AAAA\"").is_err());
    }
}
