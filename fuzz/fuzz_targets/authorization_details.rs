//! The `authorization_details` parameter (RFC 9396).
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|value: &[u8]| procura_fuzz::request_with("authorization_details", value));
