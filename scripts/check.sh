#!/usr/bin/env bash
# Form, lints, licences and generated files; `make check` runs it.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --check
cargo clippy --locked --all-targets -- -D warnings
cargo test --locked --lib -- config::schema
cargo test --locked --test architecture

if command -v cargo-deny >/dev/null; then
    cargo deny --all-features check bans licenses sources
else
    printf '%s\n' "check: cargo-deny is absent: licences, duplicates and sources were NOT checked (cargo install --locked cargo-deny)" >&2
fi

if command -v shellcheck >/dev/null; then
    shellcheck scripts/*.sh examples/*/*.sh .ci/run
fi
