//! Files a verifier is handed: bundles, checkpoints, proofs as text, signed notes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use procura::crypto::note::NoteKey;
use procura::crypto::note::unverified_text;
use procura::ledger::bundle::Bundles;
use procura::ledger::checkpoint::Checkpoint;
use procura::ledger::verify;
use procura_fuzz::KEY;

static NOTE_KEY: LazyLock<NoteKey> =
    LazyLock::new(|| NoteKey::of("procura.example/ledger", &KEY).expect("a key"));

fuzz_target!(|data: &[u8]| {
    drop(Bundles::read(data));
    assert!(verify::verify(data, &NOTE_KEY).is_err(), "nothing in the corpus is signed with this key");
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(unverified_text(text).map_or(0, str::len) <= text.len());
        drop(Checkpoint::parse_body(text));
        assert!(Checkpoint::verify(text, &NOTE_KEY).is_err());
    }
});
