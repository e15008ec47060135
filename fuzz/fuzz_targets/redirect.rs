//! What may be registered as an address to redirect to, and what is taken for a registered one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::domain::redirect::is_registrable;
use procura_fuzz::ADDRESS;
use procura_fuzz::CLIENT;

fuzz_target!(|text: &str| {
    assert_eq!(CLIENT.redirects_to(text), text == ADDRESS);
    if is_registrable(text) {
        assert!(text.is_ascii() && !text.contains(['#', '*', '\\', ' ', '\n', '\r', '\t']));
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).expect("a scheme");
        let authority = rest.split(['/', '?']).next().expect("an authority");
        assert!(!authority.is_empty() && !authority.contains('@') && !authority.contains('%'));
        assert_eq!(authority, authority.to_ascii_lowercase());
    }
});
