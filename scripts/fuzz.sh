#!/usr/bin/env bash
# Runs each fuzz target, or those named, for FUZZ_SECONDS (60) with the address sanitizer. Seeds are in git (fuzz/seeds), what a
# run finds of interest is kept in fuzz/corpus, what breaks in fuzz/artifacts; neither is in git.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-60}
# The sanitizer is a switch of the compiler that a stable one refuses by default.
export RUSTC_BOOTSTRAP=1
export PATH="$PATH:$HOME/.cargo/bin"

if [ $# -gt 0 ]; then
    targets=("$@")
else
    mapfile -t targets < <(cargo fuzz list)
fi

cargo fuzz build
failed=()
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target"
    printf '%s\n' "fuzz: $target, $seconds s"
    if ! cargo fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 2>"fuzz/corpus/$target.log"; then
        failed+=("$target")
        tail -n 40 "fuzz/corpus/$target.log"
    fi
    grep -E 'stat::number_of_executed_units|^#[0-9]+.*DONE' "fuzz/corpus/$target.log" || true
done
if [ ${#failed[@]} -gt 0 ]; then
    printf '%s\n' "fuzz: broken: ${failed[*]} (fuzz/artifacts)"
    exit 1
fi
