#!/usr/bin/env bash
# The release build, the same from any folder and at any time: no path of this machine, no time but the commit's, exactly
# the locked versions. Leaves target/release/procura (or CARGO_TARGET_DIR's); with a checksum on standard output.
set -euo pipefail
cd "$(dirname "$0")/.."

: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || echo 0)}"
target=${CARGO_TARGET_DIR:-$PWD/target}
cargo_home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never
# The last prefix that fits wins.
export RUSTFLAGS="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$sysroot=/rust --remap-path-prefix=$PWD=/source --remap-path-prefix=$target=/target"
export CFLAGS="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/source -ffile-prefix-map=$target=/target"

cargo build --locked --release --bin procura >&2
sha256sum "$target/release/procura"
