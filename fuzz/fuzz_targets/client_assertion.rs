//! A client's assertion whose header and claims are of any bytes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use procura::config::PublicUrl;
use procura::domain::ids::ClientId;
use procura::domain::time::Instant;
use procura::operations::authenticate_client::assertion_number;
use procura::operations::authenticate_client::claimed_client;
use procura_fuzz::CLIENT;
use procura_fuzz::KEYS;
use procura_fuzz::NOW;
use procura_fuzz::halves;
use procura_fuzz::token;

static ISSUER: LazyLock<PublicUrl> = LazyLock::new(|| procura_fuzz::ISSUER.parse().expect("an address"));

fuzz_target!(|data: &[u8]| {
    let (header, claims) = halves(data);
    let now = Instant::from_seconds(NOW);
    let whole = std::str::from_utf8(data).unwrap_or_default();
    let own = token(br#"{"alg":"EdDSA","typ":"JWT"}"#, data, true);
    for assertion in [whole, &token(header, claims, true), &own] {
        let named = claimed_client(assertion);
        if let Some(number) = assertion_number(&CLIENT, &KEYS, assertion, &ISSUER, now) {
            assert_eq!(named.as_ref().map(ClientId::as_str), Some("caf"));
            assert!((1..=256).contains(&number.len()));
        }
    }
    let unsigned = token(header, claims, false);
    assert!(assertion_number(&CLIENT, &KEYS, &unsigned, &ISSUER, now).is_none());
});
