//! The bill of materials names what the program is made of, with the checksums of the lock file, and is the same each time.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::deploy::read;
use crate::deploy::root;

fn bill() -> Vec<u8> {
    let mut command = Command::new("python3");
    command.arg("scripts/sbom.py").current_dir(root()).env("SOURCE_DATE_EPOCH", "1795000000");
    let output = command.output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn the_bill_of_materials_is_that_of_the_lock_file_without_the_tests() {
    let first = bill();
    assert_eq!(first, bill(), "the same bytes each time");
    let bill: Value = serde_json::from_slice(&first).expect("JSON");
    assert_eq!((bill["bomFormat"].as_str(), bill["specVersion"].as_str()), (Some("CycloneDX"), Some("1.6")));
    assert_eq!(bill["metadata"]["timestamp"], "2026-11-18T11:06:40Z");
    assert_eq!(bill["metadata"]["component"]["name"], "procura");
    let lock: toml::Table = read("Cargo.lock").parse().expect("a lock file");
    let mut locked = BTreeMap::new();
    for package in lock["package"].as_array().expect("packages") {
        let word = |name: &str| package.get(name).and_then(toml::Value::as_str).map(str::to_owned);
        locked.insert((word("name").expect("a name"), word("version").expect("a version")), word("checksum"));
    }
    let mut names = Vec::new();
    for component in bill["components"].as_array().expect("components") {
        let word = |name: &str| component[name].as_str().expect(name).to_owned();
        let checksum = locked.get(&(word("name"), word("version"))).unwrap_or_else(|| panic!("{component}"));
        assert_eq!(component["hashes"][0]["content"].as_str(), checksum.as_deref(), "{component}");
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        names.push(word("name"));
    }
    for inside in ["axum", "ring", "sqlx", "libsqlite3-sys", "rustls"] {
        assert!(names.iter().any(|name| name == inside), "{inside} is in the program");
    }
    for test in ["proptest", "insta", "ct-merkle"] {
        assert!(!names.iter().any(|name| name == test), "{test} is only in tests");
    }
    let references = bill["dependencies"].as_array().expect("dependencies");
    assert_eq!(references.len(), names.len() + 1, "each has its line, and the program");
}
