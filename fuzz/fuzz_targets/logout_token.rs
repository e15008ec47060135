//! The token that a logout is asked for with: header and claims of any bytes. (Back-channel logout tokens are made here, never
//! read.)
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::crypto::keyed_hash::KeyedHash;
use procura::operations::live_token::hinted;
use procura_fuzz::ISSUER;
use procura_fuzz::KEYS;
use procura_fuzz::halves;
use procura_fuzz::token;
use serde_json::Map;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let (header, claims) = halves(data);
    let own = token(br#"{"alg":"EdDSA","typ":"JWT"}"#, data, true);
    for token in [token(header, claims, true), own] {
        if let Some(hint) = hinted(&token, &KEYS, ISSUER) {
            assert!(hint.sid.len() + hint.audience.len() <= data.len());
        }
        assert!(
            hinted(&token, &KEYS, "https://evil.example").is_none()
                || data.windows(4).any(|part| part == b"evil")
        );
    }
    assert!(hinted(&token(header, claims, false), &KEYS, ISSUER).is_none());
    if let Ok(text) = std::str::from_utf8(data) {
        drop(hinted(text, &KEYS, ISSUER));
        if let Ok(keyed) = KeyedHash::read(text) {
            drop(keyed.claimed("aud").map(str::to_owned));
            assert!(
                keyed.verify::<Map<String, Value>>(&[7; 32]).is_err(),
                "no seed is made with this secret"
            );
        }
    }
});
