//! The body of a pushed request, of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::oidc::provider::fields::Fields;
use procura::oidc::provider::request;
use procura::oidc::provider::request::NAMES;
use procura_fuzz::ADDRESS;
use procura_fuzz::CLIENT;
use procura_fuzz::PUSHED;
use procura_fuzz::within_registration;

fuzz_target!(|body: &[u8]| {
    let Ok(fields) = Fields::parse(body, &NAMES) else { return };
    if let Ok(asked) = request::check(&CLIENT, ADDRESS, &fields, PUSHED) {
        within_registration(&asked);
    }
});
