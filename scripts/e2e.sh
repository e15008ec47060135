#!/usr/bin/env bash
# The browser tests: a demo of its own on a free port, the pages in a headless Chromium, then everything is stopped.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -f tests/e2e/package.json ]; then
    printf '%s\n' "e2e: tests/e2e/package.json is missing" >&2
    exit 1
fi
scripts/need.sh build browser
cargo build --locked --bin procura
PROCURA_BIN=$(realpath "${CARGO_TARGET_DIR:-target}/debug/procura")
export PROCURA_BIN
cd tests/e2e
exec npm test --silent </dev/null
