//! Signed claims of any JSON (first line) with disclosures of any bytes (each other line); and any text as a whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::keys::Algorithm;
use procura::crypto::sd_jwt;
use procura_fuzz::KEYS;
use procura_fuzz::token;

fuzz_target!(|data: &[u8]| {
    let rule = Expected { typ: TypRule::Exactly("dc+sd-jwt"), algorithms: &Algorithm::ALL };
    let mut lines = data.split(|byte| *byte == b'\n');
    let mut claims = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let (mut disclosures, mut all) = (String::new(), Vec::new());
    for (number, line) in lines.enumerate() {
        // A digest cannot be guessed: `$0` in what stands before it stands for the digest of the first disclosure.
        let disclosure = b64(line);
        all.push((format!("${number}"), b64(&sha256(disclosure.as_bytes()))));
        disclosures.push_str(&disclosure);
        disclosures.push('~');
    }
    for (name, digest) in all.iter().rev() {
        claims = claims.replace(name.as_str(), digest);
    }
    let signed = token(br#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#, claims.as_bytes(), true);
    if let Ok(verified) = sd_jwt::verify(&format!("{signed}~{disclosures}"), &KEYS, &rule) {
        assert!(!verified.claims.contains_key("_sd") && !verified.claims.contains_key("..."));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        drop(sd_jwt::verify(text, &KEYS, &rule));
    }
});
