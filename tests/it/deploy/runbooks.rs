//! Every command that a page of `deploy/` names exists with these options.

use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use crate::deploy::files;
use crate::deploy::root;
use crate::deploy::shell_blocks;

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("SECURITY.md")];
    for folder in ["deploy", "deploy/runbooks", "deploy/kubernetes", "deploy/monitoring"] {
        pages.extend(files(folder, ".md"));
    }
    pages
}

/// The calls of `procura` in a line of shell or prose, each to its end.
fn calls(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("procura ") {
        let before = line.get(..at).unwrap_or_default();
        // There it is the name of a namespace or of an object.
        if before.contains("kubectl") && !before.ends_with("bin/") {
            continue;
        }
        if before.ends_with(|c: char| c.is_alphanumeric() || "-_./:=@'\"".contains(c))
            && !before.ends_with("bin/")
        {
            continue;
        }
        let rest = line.get(at + "procura ".len()..).unwrap_or_default();
        let end = rest.find(['`', '|', ';', ')', '&', '>', '#', '…', ',', '(']).unwrap_or(rest.len());
        found.push(rest.get(..end).unwrap_or_default().trim().to_owned());
    }
    found
}

/// Words of a call as the program gets them; quoted ones stay together.
fn words(call: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in call.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(|word| word.trim_matches(['[', ']']).to_owned()));
        }
    }
    words
}

fn help(path: &[String]) -> Option<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_procura"));
    let output = command.args(path).arg("--help").stdin(Stdio::null()).output().expect("the program runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Why a call cannot be made as it is written; `None` when it can.
fn fault(words: &[String]) -> Option<String> {
    let named = words.iter().take_while(|word| {
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
    });
    let mut path: Vec<String> = named.cloned().collect();
    // What stands behind the command may be an argument in small letters.
    let about = loop {
        if path.is_empty() {
            return Some("no command".to_owned());
        }
        match help(&path) {
            Some(about) => break about,
            None => drop(path.pop()),
        }
    };
    let left = words.len() - path.len();
    if left > 0 && path.len() < 2 && about.contains("\nCommands:") && !words[path.len()].starts_with('-') {
        return Some(format!("no command {}", words[path.len()]));
    }
    let options =
        words.iter().filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or(word));
    let unknown: Vec<&str> = options
        .filter(|option| !about.contains(&format!("{option} ")) && !about.contains(&format!("{option}\n")))
        .collect();
    (!unknown.is_empty()).then(|| format!("no option {unknown:?} of {path:?}"))
}

#[test]
fn every_command_in_the_pages_exists() {
    let mut seen = 0;
    for path in pages() {
        let page = std::fs::read_to_string(&path).expect("a page");
        let blocks = shell_blocks(&page);
        let shell = blocks.iter().flat_map(|(_, text)| text.lines().map(str::to_owned));
        // In prose a command stands between back ticks.
        let prose =
            page.split('`').skip(1).step_by(2).filter(|code| code.starts_with("procura ")).map(str::to_owned);
        for line in shell.chain(prose).filter(|line| !line.trim_start().starts_with('#')) {
            for call in calls(&line) {
                let words = words(&call);
                if words.is_empty()
                    || words.first().is_some_and(|word| word.starts_with(|c: char| c.is_uppercase()))
                {
                    continue;
                }
                seen += 1;
                assert_eq!(fault(&words), None, "`procura {call}` in {}", path.display());
            }
        }
    }
    assert!(seen > 40, "commands were found: {seen}");
}

#[test]
fn what_does_not_exist_is_noticed() {
    for wrong in
        ["keys turn", "keys rotate --soon", "ledgers", "ledger audit --payload-all", "client revoke X"]
    {
        assert!(fault(&words(wrong)).is_some(), "{wrong}");
    }
    for right in [
        "keys rotate --ledger --now",
        "client disable ID --reason \"it leaked\"",
        "doctor",
        "serve --no-jobs --config X",
    ] {
        assert_eq!(fault(&words(right)), None, "{right}");
    }
    assert_eq!(
        calls("openssl x | procura keys list --config \"$C\"; cd /var/lib/procura x"),
        ["keys list --config \"$C\""]
    );
}

#[test]
fn every_runbook_says_how_it_begins_and_how_it_ends() {
    let pages: Vec<PathBuf> =
        files("deploy/runbooks", ".md").into_iter().filter(|path| !path.ends_with("README.md")).collect();
    assert_eq!(pages.len(), 5);
    let list = std::fs::read_to_string(root().join("deploy/runbooks/README.md")).expect("a page");
    for path in pages {
        let page = std::fs::read_to_string(&path).expect("a page");
        for heading in ["## How you notice", "## First", "## It is over when"] {
            assert!(page.contains(heading), "{heading} in {}", path.display());
        }
        assert!(!shell_blocks(&page).is_empty());
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(list.contains(&name), "{name} in the list");
    }
}
