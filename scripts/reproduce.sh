#!/usr/bin/env bash
# Builds this commit twice, in two folders of different names and with nothing shared but the downloaded crates, and
# compares the two programs byte by byte. Takes two whole release builds.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse HEAD)
folder=$(mktemp -d "${TMPDIR:-/tmp}/procura-reproduce.XXXXXX")
trap 'rm -rf "$folder"' EXIT
git clone --quiet --no-hardlinks . "$folder/first"
git clone --quiet --no-hardlinks . "$folder/the-second-one"
for name in first the-second-one; do
    git -C "$folder/$name" checkout --quiet "$commit"
    (cd "$folder/$name" && env -u CARGO_TARGET_DIR -u SOURCE_DATE_EPOCH scripts/release.sh >/dev/null)
done
if cmp "$folder/first/target/release/procura" "$folder/the-second-one/target/release/procura"; then
    sha256sum "$folder/first/target/release/procura" | sed "s#  .*#  procura ($commit)#"
else
    printf '%s\n' "reproduce: the two builds of $commit differ" >&2
    exit 1
fi
