//! A signed authorization request (RFC 9101) whose claims are of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::domain::time::Instant;
use procura::oidc::provider::request;
use procura::oidc::provider::request_object;
use procura_fuzz::ADDRESS;
use procura_fuzz::CLIENT;
use procura_fuzz::ISSUER;
use procura_fuzz::KEYS;
use procura_fuzz::NOW;
use procura_fuzz::PUSHED;
use procura_fuzz::halves;
use procura_fuzz::token;
use procura_fuzz::within_registration;

fuzz_target!(|data: &[u8]| {
    let (header, claims) = halves(data);
    let own = token(br#"{"alg":"EdDSA","typ":"oauth-authz-req+jwt"}"#, data, true);
    for object in [token(header, claims, true), own] {
        let read = request_object::read(&object, &CLIENT, &KEYS, ISSUER, Instant::from_seconds(NOW));
        let Ok(fields) = read else { continue };
        assert!(fields.repeated().is_none() && fields.get("request").is_none());
        if let Ok(asked) = request::check(&CLIENT, ADDRESS, &fields, PUSHED) {
            within_registration(&asked);
        }
    }
    let unsigned = token(header, claims, false);
    assert!(request_object::read(&unsigned, &CLIENT, &KEYS, ISSUER, Instant::from_seconds(NOW)).is_err());
});
