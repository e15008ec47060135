//! A proof whose header and claims are of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::crypto::dpop;
use procura::crypto::dpop::Expected;
use procura::domain::time::Instant;
use procura_fuzz::KEY;
use procura_fuzz::NOW;
use procura_fuzz::halves;
use procura_fuzz::token;

fuzz_target!(|data: &[u8]| {
    let nonces = ["a-nonce".to_owned()];
    let expected = Expected {
        method: "POST",
        url: "https://procura.example/oauth/token",
        now: Instant::from_seconds(NOW),
        nonces: &nonces,
        access_token: None,
    };
    let (header, claims) = halves(data);
    let own = serde_json::json!({"alg": "EdDSA", "typ": "dpop+jwt", "jwk": KEY.public_jwk()}).to_string();
    for token in [token(header, claims, true), token(own.as_bytes(), data, true)] {
        if let Ok(proof) = dpop::verify(&token, &expected) {
            assert_eq!(proof.jkt, KEY.kid());
            assert!((proof.iat.seconds() - NOW).abs() <= 60 && !proof.jti.is_empty());
        }
    }
    if let Ok(text) = std::str::from_utf8(data) {
        drop(dpop::verify(text, &expected));
    }
});
