//! The `claims` parameter (OIDC Core section 5.5).
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|value: &[u8]| procura_fuzz::request_with("claims", value));
