//! `[telemetry]`: where spans are sent, when anywhere.

use secrecy::SecretString;
use url::Url;

use crate::config::reader::Reader;
use crate::config::reader::safe;

const SECTION: &str = "telemetry";

/// Where spans go as OpenTelemetry (OTLP over HTTP, protobuf).
#[derive(Clone, Debug)]
pub struct Traces {
    /// The collector's whole address, such as `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: Url,
    /// The value of the header `Authorization`, where the collector asks for one.
    pub authorization: Option<SecretString>,
    /// How many requests in a hundred are sent, from 1 to 100.
    pub percent: u8,
}

impl Traces {
    /// Inner `None` when nothing is sent.
    pub(super) fn read(reader: &mut Reader) -> Option<Option<Self>> {
        let endpoint = reader.optional_parsed::<Url>(
            SECTION,
            "otlp_endpoint",
            "an address such as http://127.0.0.1:4318/v1/traces",
        );
        let authorization = reader.secret(SECTION, "otlp_authorization");
        let percent = reader.number(SECTION, "otlp_percent", 1..=100);
        let (endpoint, authorization, percent) = (endpoint?, authorization?, percent?);
        let Some(endpoint) = endpoint else { return Some(None) };
        if !matches!(endpoint.scheme(), "http" | "https") || endpoint.host().is_none() {
            reader.problem(SECTION, "otlp_endpoint", "must be an address of http or https");
            return None;
        }
        if authorization.is_some() && !safe(&endpoint) {
            reader.problem(SECTION, "otlp_endpoint", "must be https where otlp_authorization goes along");
            return None;
        }
        Some(Some(Self { endpoint, authorization, percent }))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use crate::config::Config;

    fn read(lines: &str) -> Result<Config, String> {
        let key = hex::encode([7; 32]);
        Config::from_toml_str(&format!("[keys]\nmaster_key = \"{key}\"\n[telemetry]\n{lines}"))
            .map_err(|errors| errors.to_string())
    }

    #[test]
    fn nothing_is_sent_unless_an_address_is_named() {
        assert!(read("").expect("a configuration").traces.is_none());
        let named =
            read("otlp_endpoint = \"http://collector:4318/v1/traces\"\notlp_percent = 5\n").expect("one");
        let traces = named.traces.expect("an address");
        assert_eq!((traces.endpoint.as_str(), traces.percent), ("http://collector:4318/v1/traces", 5));
    }

    #[test]
    fn a_secret_goes_along_by_https_alone() {
        let with = |address: &str| {
            read(&format!("otlp_endpoint = \"{address}\"\notlp_authorization = \"Bearer x\"\n"))
        };
        let traces = with("https://collector.example/v1/traces").expect("one").traces.expect("an address");
        assert_eq!(traces.authorization.expect("a secret").expose_secret(), "Bearer x");
        assert!(with("http://collector.example/v1/traces").expect_err("refused").contains("must be https"));
        assert!(read("otlp_endpoint = \"file:///tmp/x\"\n").expect_err("refused").contains("http or https"));
        assert!(read("otlp_percent = 0\n").expect_err("refused").contains("telemetry.otlp_percent"));
    }
}
