//! Bodies and query strings, and the way back that a page is given.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::http::form::FormFields;
use procura::http::respond::local_path;

fuzz_target!(|data: &[u8]| {
    if let Ok(form) = FormFields::parse(data) {
        assert!(form.all("a").len() < 2 || form.one("a").is_err());
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let path = local_path(text);
        assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', '\t']));
    }
});
