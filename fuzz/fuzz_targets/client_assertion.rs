//! A client's assertion whose header and claims are of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::domain::ids::ClientId;
use procura::operations::authenticate_client::claimed_client;
use procura_fuzz::halves;
use procura_fuzz::token;

fuzz_target!(|data: &[u8]| {
    let (header, claims) = halves(data);
    let whole = std::str::from_utf8(data).unwrap_or_default();
    for assertion in [whole, &token(header, claims, true)] {
        if let Some(id) = claimed_client(assertion) {
            assert!(ClientId::parse(id.as_str()).is_some());
        }
    }
});
