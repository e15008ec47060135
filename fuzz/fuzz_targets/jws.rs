//! Header and claims of any bytes, signed by us or by nobody; and any text as a whole token.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::keys::Algorithm;
use procura_fuzz::KEYS;
use procura_fuzz::halves;
use procura_fuzz::token;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let rule = Expected { typ: TypRule::AnyOf(&["at+jwt", "JWT"]), algorithms: &Algorithm::ALL };
    let (header, claims) = halves(data);
    if let Ok(verified) = jose::verify::<Value>(&token(header, claims, true), &KEYS, &rule) {
        assert!(verified.claims.is_object() && verified.header.algorithm == Algorithm::EdDsa);
    }
    assert!(jose::verify::<Value>(&token(header, claims, false), &KEYS, &rule).is_err());
    if let Ok(text) = std::str::from_utf8(data) {
        drop(jose::header(text));
        drop(jose::verify::<Value>(text, &KEYS, &rule));
        drop(jose::verify_with_own_key::<Value>(text, &rule));
    }
});
