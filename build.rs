//! Tells cargo what the binary carries besides its sources.

fn main() {
    for folder in ["migrations", "locales", "config"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
