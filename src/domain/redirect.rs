//! Addresses a browser may be sent to with a code: what may be registered, so that one text means one place.

use url::Host;
use url::Url;

const LONGEST_ADDRESS: usize = 512;

/// Whether `uri` may be registered to be redirected to (RFC 9700 section 4.1): https, or http on a loopback host; no fragment,
/// no wildcard, no credentials; and written as every reader of addresses writes it, so that no two of them disagree about the
/// host: ASCII, no upper-case or escaped host, no empty user, no dot segments, no final dot, no backslash, no control
/// character.
pub fn is_registrable(uri: &str) -> bool {
    let printable = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'*' | b'#' | b'\\');
    if uri.len() > LONGEST_ADDRESS || !uri.bytes().all(printable) {
        return false;
    }
    let Ok(url) = Url::parse(uri) else { return false };
    let (loopback, trailing_dot) = match url.host() {
        Some(Host::Domain(name)) => (name == "localhost", name.ends_with('.')),
        Some(Host::Ipv4(address)) => (address.is_loopback(), false),
        Some(Host::Ipv6(address)) => (address.is_loopback(), false),
        None => return false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let credentials = !url.username().is_empty() || url.password().is_some();
    scheme && !credentials && !trailing_dot && is_in_normal_form(uri, &url)
}

/// Whether reading and writing an address gives it back; the usual port may be written, the slash of an empty path left out.
fn is_in_normal_form(uri: &str, url: &Url) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let authority = authority.strip_suffix(usual).unwrap_or(authority);
    let slash = if tail.starts_with('/') { "" } else { "/" };
    url.as_str() == format!("{scheme}://{authority}{slash}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_that_can_be_trusted_may_be_registered() {
        for good in [
            "https://caf.example",
            "https://caf.example/cb",
            "https://caf.example?x=1",
            "https://caf.example:443/cb",
            "https://caf.example:8443/cb?x=1&y=a%2Fb",
            "https://xn--caf-dma.example/retour",
            "http://localhost:8082/cb",
            "http://127.0.0.3/cb",
            "http://[::1]:9/cb",
        ] {
            assert!(is_registrable(good), "{good}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_trusted_may_not() {
        let long = format!("https://caf.example/{}", "a".repeat(LONGEST_ADDRESS));
        for bad in [
            long.as_str(),
            "",
            "https://",
            "https:",
            "http://caf.example/cb",
            "https://caf.example/cb#x",
            "https://*.caf.example/cb",
            "https://u:p@caf.example/cb",
            "https://u@caf.example/cb",
            "https://@caf.example/cb",
            "https://:@caf.example/cb",
            "https://caf.example@evil.example/cb",
            "https://caf.example%40evil.example/cb",
            "https://caf.example%2eevil.example/cb",
            "https://caf.example./cb",
            "https://localhost.",
            "http://localhost./cb",
            "https://CAF.example/cb",
            "HTTPS://caf.example/cb",
            "https:caf.example/cb",
            "https:/caf.example/cb",
            "https:///caf.example/cb",
            "https:\\\\caf.example",
            "https://caf.example\\@evil.example",
            "https://caf.example/a/../cb",
            "https://caf.example/a/%2e%2e/cb",
            "https://caf.example/./cb",
            "https://caf.example/c b",
            "https://caf.example/c\tb",
            "https://caf.example/cb\n",
            "\u{a0}https://caf.example/cb",
            "https://caf.ex\tample/cb",
            "https://caf.example/\"x\"",
            "https://2130706433/cb",
            "http://0x7f.1/cb",
            "http://127.1/cb",
            "http://[::ffff:127.0.0.1]/cb",
            "http://localhost.evil.example/cb",
            "https://café.example/cb",
            "https://cafe\u{301}.example/cb",
            "https://cаf.example/cb",
            "https://caf。example/cb",
            "https://caf.example／cb",
            "https://ca\u{ad}f.example/cb",
            "https://caf\u{200d}.example/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "myapp://cb",
            "//caf.example/cb",
            "/cb",
        ] {
            assert!(!is_registrable(bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic_and_what_passes_is_one_place(text in "(https?://)?[\\PC\\t\\n]{0,80}") {
            if is_registrable(&text) {
                let url = Url::parse(&text).expect("an address");
                prop_assert!(text.is_ascii() && url.fragment().is_none() && url.username().is_empty());
                let host = url.host_str().expect("a host").to_owned();
                prop_assert!(text.contains(&host), "the host is written as it is read");
            }
        }

        #[test]
        fn an_address_that_holds_more_than_its_own_characters_is_none(
            at in 8_usize..22,
            stray in prop_oneof!["[\\x00-\\x20\\x7f\\\\#*@]", "[^\\x00-\\x7f]"],
        ) {
            let mut text = "https://caf.example/cb".to_owned();
            text.insert_str(at, &stray);
            prop_assume!(!(stray == "@" && at > 19));
            prop_assert!(!is_registrable(&text), "{text:?}");
        }
    }
}
