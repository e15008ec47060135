//! What is in `deploy/` does what it says: backups are restored, commands exist, metrics are those of the program, manifests
//! and units keep to what was promised.

mod backup;
mod bill;
mod first;
mod hardening;
mod monitoring;
mod runbooks;

use std::path::Path;
use std::path::PathBuf;

/// The repository's folder.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files of a folder, by the end of their names.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> = paths.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    found.sort();
    found
}

/// The shell blocks of a page with the heading that each stands under, in order; indented ones lose their indent.
fn shell_blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut open: Option<(usize, String)> = None;
    for line in page.lines() {
        let indent = line.len() - line.trim_start().len();
        match &mut open {
            None if line.trim() == "```sh" => open = Some((indent, String::new())),
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    title.clone_into(&mut heading);
                }
            }
            Some((_, text)) if line.trim() == "```" => {
                blocks.push((heading.clone(), std::mem::take(text)));
                open = None;
            }
            Some((outer, text)) => {
                text.push_str(line.get((*outer).min(indent)..).unwrap_or_default());
                text.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block that does not end");
    blocks
}
