//! An encrypted token whose header has members of any kind (first line) and whose content is of any text; and any text as a whole.
#![no_main]

use std::sync::Arc;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use procura::crypto::hash::b64;
use procura::crypto::jwe;
use procura::crypto::jwe::EncryptionKey;
use procura_fuzz::Fixed;
use procura_fuzz::halves;
use serde_json::Map;
use serde_json::Value;

static KEYS: LazyLock<[Arc<EncryptionKey>; 1]> =
    LazyLock::new(|| [Arc::new(EncryptionKey::from_bytes(&[9; 32]).expect("a key"))]);

fuzz_target!(|data: &[u8]| {
    let (head, body) = halves(data);
    let text = String::from_utf8_lossy(body);
    if let Ok(members) = serde_json::from_slice::<Map<String, Value>>(head)
        && let Ok(token) = jwe::encrypt_headed(&KEYS[0].public_jwk(), &text, members, &Fixed)
        && let Ok(opened) = jwe::decrypt(&token, &*KEYS)
    {
        assert_eq!(opened, text);
    }
    let made_up = format!("{}..{}.{}.{}", b64(head), b64(&[7; 12]), b64(body), b64(&[7; 16]));
    assert!(jwe::decrypt(&made_up, &*KEYS).is_err());
    if let Ok(text) = std::str::from_utf8(data) {
        drop(jwe::decrypt(text, &*KEYS));
    }
});
