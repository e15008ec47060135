//! The doors of the house: which room names which other, who names sqlx, axum and ring, and how long a file may be.
//!
//! The table is ARCHITECTURE.md's. A room without a line fails, and so does a line without a room.

#![expect(clippy::expect_used, reason = "a test that cannot read the sources fails")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Room → the rooms it may name. `*` is every room.
const DOORS: [(&str, &[&str]); 19] = [
    ("domain", &[]),
    ("crypto", &["domain"]),
    ("ledger", &["domain", "crypto"]),
    ("config", &["domain", "crypto"]),
    ("telemetry", &["domain", "config"]),
    ("text", &["domain"]),
    ("document", &["domain", "config", "text"]),
    ("storage", &["domain", "ledger"]),
    ("notify", &["domain", "config", "text"]),
    ("operations", &["domain", "crypto", "ledger", "storage", "config", "text", "telemetry"]),
    ("outbound", &[]),
    ("http", &["domain", "crypto", "config", "operations", "telemetry", "text", "storage", "outbound"]),
    ("oidc", &["http", "operations", "domain", "config", "text", "crypto", "telemetry", "outbound"]),
    ("web", &["http", "operations", "domain", "config", "text", "document", "oidc", "telemetry", "outbound"]),
    ("api", &["http", "operations", "domain", "config", "text", "ledger", "telemetry"]),
    (
        "jobs",
        &[
            "operations",
            "storage",
            "ledger",
            "crypto",
            "notify",
            "config",
            "domain",
            "text",
            "telemetry",
            "outbound",
        ],
    ),
    ("server", &["*"]),
    ("demo", &["*"]),
    ("cli", &["*"]),
];

/// Rooms that may come later; each then needs a line above.
const NOT_BUILT_YET: [&str; 0] = [];

/// Crate → the rooms that may name it.
const CRATES: [(&str, &[&str]); 5] = [
    ("sqlx", &["storage"]),
    ("axum", &["http", "oidc", "web", "api", "server", "demo"]),
    ("ring", &["crypto"]),
    ("webauthn_rs", &["crypto"]),
    ("std::env", &["config"]),
];

const LONGEST_FILE: usize = 600;

/// A closed list is one list, however long it grows.
const LONG_LISTS: [&str; 1] = ["ledger/kinds.rs"];

#[test]
fn every_room_keeps_to_its_doors() {
    let faults: Vec<String> = sources().iter().flat_map(faults_of).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_room_has_a_line_and_every_line_a_room() {
    let built: BTreeSet<String> = sources().into_iter().filter_map(|source| source.room).collect();
    let lines: BTreeSet<String> = DOORS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(built, lines);
    for (room, doors) in DOORS {
        for door in doors {
            let known = *door == "*" || lines.contains(*door) || NOT_BUILT_YET.contains(door);
            assert!(known, "{room} names the unknown room {door}");
        }
    }
}

#[test]
fn the_table_is_the_one_people_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs::read_to_string(path).expect("ARCHITECTURE.md");
    for (room, doors) in DOORS {
        let row = text.lines().find(|line| {
            let first = line.strip_prefix('|').and_then(|line| line.split('|').next()).unwrap_or_default();
            first.split(',').any(|name| name.trim() == format!("`{room}`"))
        });
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {room}"));
        let written: BTreeSet<String> = row
            .split('|')
            .nth(3)
            .expect("a third column")
            .split(',')
            .map(|door| door.trim().trim_matches('`').chars().take_while(|c| c.is_alphanumeric()).collect())
            .map(|door: String| if door == "all" { "*".to_owned() } else { door })
            .filter(|door| door != "nothing")
            .collect();
        let held: BTreeSet<String> = doors.iter().map(|door| (*door).to_owned()).collect();
        assert_eq!(written, held, "the doors of {room} in ARCHITECTURE.md");
    }
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| !LONG_LISTS.iter().any(|list| source.path.ends_with(list)))
        .map(|source| (source.path.display().to_string(), source.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines:\n{}", long.join("\n"));
}

#[test]
fn a_crossed_door_is_noticed() {
    let crossed = |room: &str, text: &str| {
        let source =
            Source { room: Some(room.to_owned()), path: PathBuf::from("x.rs"), text: text.to_owned() };
        faults_of(&source).len()
    };
    assert_eq!(crossed("domain", "use crate::storage::Db;"), 1);
    assert_eq!(crossed("domain", "fn f() { crate :: crypto::x(); }"), 1);
    assert_eq!(crossed("domain", "#[cfg(test)]\nmod tests { use crate::cli; }"), 1);
    assert_eq!(crossed("domain", "// crate::storage\n/* crate::storage\n/* sqlx:: */ */ fn f() {}"), 0);
    assert_eq!(crossed("domain", "use crate::{storage, domain};"), 1, "a group hides what it names");
    assert_eq!(crossed("web", "use sqlx::query;"), 1);
    assert_eq!(crossed("web", "use axum::Router;"), 0);
    assert_eq!(crossed("web", "fn f() { let a = b.axum; \"ring::\"; string::x() }"), 0);
    assert_eq!(crossed("operations", "use ring::rand;\nfn f() { std::env::var(\"X\") }"), 2);
    assert_eq!(crossed("web", "use std::env;\nfn f() { env::var(\"X\") }"), 1);
    assert_eq!(crossed("web", "use sqlx as database;"), 1);
    assert_eq!(crossed("web", "use ring_buffer::X; use std::environment::X; let sqlx = 3;"), 0);
    assert_eq!(crossed("http", "use crate::nowhere::X;"), 1);
    assert_eq!(crossed("ledger", "let s = \"// \"; use crate::web::X;"), 1, "a string is no comment");
    assert_eq!(crossed("ledger", "let c = '\"'; use crate::web::X; let d = '\"';"), 1);
}

/// Every threat that SECURITY.md names has a test that exists, and each flow was read with every letter of STRIDE.
#[test]
fn every_threat_has_a_test_that_exists() {
    let faults = faults_of_threats(&text_of("SECURITY.md"));
    assert!(faults.is_empty(), "\nSECURITY.md:\n{}", faults.join("\n"));
}

#[test]
fn a_threat_without_a_test_is_noticed() {
    let flow =
        |rows: &str| format!("## Threats, flow by flow\n### One\n{rows}\n## After\n| S | x | y | z | |\n");
    let good = "| S T R I D E | x | y | `server::a_repeated_field_is_refused` | |";
    assert_eq!(faults_of_threats(&flow(good)), Vec::<String>::new());
    assert_eq!(faults_of_threats(&flow(&good.replace(" E |", " |"))).len(), 1, "a letter is missing");
    assert_eq!(faults_of_threats(&flow("| S T R I D E | x | y | nothing | |")).len(), 1, "no test");
    for unknown in
        ["server::never_written", "nowhere::x", "src/nowhere.rs::x", "src/http/csrf.rs::x", "plain"]
    {
        let row = good.replace("server::a_repeated_field_is_refused", unknown);
        assert_eq!(faults_of_threats(&flow(&row)).len(), 1, "{unknown}");
    }
    assert_eq!(faults_of_threats("no such section").len(), 1);
}

/// Cargo.toml's lint holds for library, program, tests, examples and benches; the roots say it too, for who reads only them.
#[test]
fn no_code_of_ours_is_unsafe() {
    assert!(text_of("Cargo.toml").lines().any(|line| line == "unsafe_code = \"forbid\""));
    let mut roots =
        vec!["src/lib.rs".to_owned(), "src/main.rs".to_owned(), "examples/rust/service.rs".to_owned()];
    let benches = text_of("Cargo.toml");
    roots.extend(
        benches
            .lines()
            .filter_map(|line| Some(line.strip_prefix("path = \"benches/")?.trim_end_matches('"')))
            .map(|name| format!("benches/{name}")),
    );
    assert!(roots.len() > 4, "{roots:?}");
    for root in roots {
        assert!(text_of(&root).contains("#![forbid(unsafe_code)]"), "{root} does not forbid unsafe code");
    }
}

/// What a break-in at the service finds shut, wherever it runs under systemd.
#[test]
fn the_unit_keeps_the_service_in() {
    let unit = text_of("deploy/systemd/procura.service");
    for line in [
        "DynamicUser=yes",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "PrivateUsers=yes",
        "MemoryDenyWriteExecute=yes",
        "CapabilityBoundingSet=",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "LimitCORE=0",
        "UMask=0077",
    ] {
        assert!(unit.lines().any(|found| found == line), "the unit lacks {line}");
    }
    let secret = |line: &&str| line.contains("master_key") && !line.starts_with('#');
    assert!(
        unit.lines()
            .filter(secret)
            .all(|line| line.contains("LoadCredential=") || line.contains("_FILE=%d/"))
    );
}

fn text_of(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository")
}

fn faults_of_threats(text: &str) -> Vec<String> {
    let Some((_, section)) = text.split_once("## Threats, flow by flow\n") else {
        return vec!["it has no flows".to_owned()];
    };
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut faults = Vec::new();
    for flow in section.split("### ").skip(1) {
        let title = flow.lines().next().unwrap_or_default();
        let mut read = BTreeSet::new();
        for row in flow.lines().filter(|line| line.starts_with('|')) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let letters: Vec<char> = cells[1].chars().filter(|letter| *letter != ' ').collect();
            if letters.is_empty() || letters.iter().any(|letter| !"STRIDE".contains(*letter)) {
                continue; // the heading
            }
            read.extend(letters);
            faults.extend(
                faults_of_proof(cells.get(4).copied().unwrap_or_default())
                    .into_iter()
                    .map(|fault| format!("{title}: {}: {fault}", cells[2])),
            );
        }
        faults.extend(
            "STRIDE"
                .chars()
                .filter(|letter| !read.contains(letter))
                .map(|letter| format!("{title}: no {letter}")),
        );
    }
    faults
}

/// What is wrong with the tests that a row names.
fn faults_of_proof(cell: &str) -> Vec<String> {
    let named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    if named.is_empty() {
        return vec!["no test is named".to_owned()];
    }
    named.into_iter().filter(|name| !is_a_test(name)).map(|name| format!("{name} does not exist")).collect()
}

/// Whether `file.rs::function`, `module::function` of tests/it, or `tests/e2e/file: step` is there.
fn is_a_test(name: &str) -> bool {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let holds = |path: &Path, words: &str| fs::read_to_string(path).is_ok_and(|text| text.contains(words));
    if let Some((file, step)) = name.split_once(": ") {
        return file.starts_with("tests/e2e/") && holds(&root.join(file), &format!("\"{step}\""));
    }
    let Some((place, function)) = name.rsplit_once("::") else { return false };
    let function = format!("fn {function}(");
    if place.ends_with(".rs") {
        return holds(&root.join(place), &function);
    }
    let module = root.join("tests/it").join(place.replace("::", "/"));
    holds(&module.with_extension("rs"), &function) || holds(&module.join("mod.rs"), &function)
}

struct Source {
    /// The folder or file directly below `src`; `None` for `lib.rs` and `main.rs`.
    room: Option<String>,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 30, "the sources are not where this test looks for them");
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&root).expect("below src").to_owned();
            let first = path.iter().next().expect("a name").to_string_lossy().into_owned();
            let room = first.strip_suffix(".rs").unwrap_or(&first).to_owned();
            let text = fs::read_to_string(&file).expect("a source file");
            Source { room: Some(room).filter(|room| room != "lib" && room != "main"), path, text }
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn faults_of(source: &Source) -> Vec<String> {
    let Some(room) = &source.room else { return Vec::new() };
    let doors: BTreeMap<&str, &[&str]> = DOORS.into_iter().collect();
    let Some(allowed) = doors.get(room.as_str()) else {
        return vec![format!("{}: the room {room} has no line in the table", source.path.display())];
    };
    let code: String = code_of(&source.text);
    let mut faults = BTreeSet::new();
    for named in after(&code, "crate::") {
        let fine = named == *room || allowed.contains(&"*") || allowed.contains(&named.as_str());
        if !fine {
            faults.insert(format!("{}: {room} may not name crate::{named}", source.path.display()));
        }
    }
    for (library, rooms) in CRATES {
        if !rooms.contains(&room.as_str()) && names(&code, library) {
            faults.insert(format!("{}: {room} may not name {library}", source.path.display()));
        }
    }
    faults.into_iter().collect()
}

/// The identifiers that follow `marker`; an opening brace counts as an identifier of its own.
fn after(code: &str, marker: &str) -> Vec<String> {
    positions(code, marker)
        .map(|end| {
            let rest = &code[end..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name.is_empty() { rest.chars().take(1).collect() } else { name }
        })
        .collect()
}

/// Whether the code names a crate or module: in a path, or in a `use` of its own.
fn names(code: &str, library: &str) -> bool {
    positions(code, library).any(|end| {
        let before = code[..end - library.len()].trim_end();
        let rest = &code[end..];
        let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let used = before.ends_with("use") || before.ends_with("crate") || before.ends_with("use ::");
        ends && (rest.starts_with("::") || used)
    })
}

/// Where each `marker` ends that does not continue a longer identifier or path.
fn positions<'code>(code: &'code str, marker: &str) -> impl Iterator<Item = usize> + use<'code> {
    let length = marker.len();
    let starts: Vec<usize> = code.match_indices(marker).map(|(start, _)| start).collect();
    starts.into_iter().filter_map(move |start| {
        let before = code[..start].chars().next_back();
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.' || c == '$');
        // `::sqlx::` is the crate; `x::ring::` is not.
        let inner = code[..start].ends_with("::")
            && code[..start - 2]
                .chars()
                .next_back()
                .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '>');
        (begins && !inner).then_some(start + length)
    })
}

/// The code without comments, texts and spaces around `::`.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if rest.starts_with("/*") {
            rest = after_block_comment(rest);
        } else if let Some(skipped) = after_raw_text(rest, &code) {
            code.push_str("\"\"");
            rest = skipped;
        } else if first == '"' {
            code.push_str("\"\"");
            rest = after_text(&rest[1..]);
        } else if let Some(skipped) = after_character(rest) {
            code.push_str("' '");
            rest = skipped;
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    let tight: Vec<&str> = code.split("::").map(str::trim).collect();
    tight.join("::")
}

fn after_block_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return &text[at..];
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    ""
}

fn after_text(text: &str) -> &str {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

fn after_raw_text<'text>(text: &'text str, before: &str) -> Option<&'text str> {
    if before.chars().next_back().is_some_and(|c| c.is_alphanumeric() && c != 'b') {
        return None;
    }
    let inner = text.strip_prefix('r')?;
    let hashes = inner.chars().take_while(|c| *c == '#').count();
    let body = inner[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    body.find(&end).map(|at| &body[at + end.len()..])
}

/// Skips a character literal such as `'"'` or `'\n'`, not a lifetime.
fn after_character(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('\'')?;
    let mut characters = inner.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        let end = inner.char_indices().skip(2).find(|(_, character)| *character == '\'')?.0;
        return Some(&inner[end + 1..]);
    }
    match characters.next()? {
        (at, '\'') => Some(&inner[at + 1..]),
        _ => None,
    }
}
