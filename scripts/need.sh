#!/usr/bin/env bash
# Makes sure that what a target needs is there. On Debian as root or with sudo it installs what is missing and says so;
# elsewhere it names what is missing and stops. Usage: scripts/need.sh build|postgres|bench|peers|browser|faults|fuzz…
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "need: $*" >&2; }

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
updated=""

can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# packages NAME… : installs Debian packages, or names them and fails.
packages() {
    if ! can_install; then
        say "missing: $*. Please install them (on Debian: sudo apt-get install $*)."
        exit 1
    fi
    say "installing with apt-get: $*"
    if [ -z "$updated" ]; then
        "${as_root[@]}" apt-get update -q >&2
        updated=yes
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 </dev/null
}

need_build() {
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        say "cargo is in $HOME/.cargo/bin: please add it to PATH"
        exit 1
    fi
    command -v cargo >/dev/null || { say "missing: Rust (https://rustup.rs); rust-toolchain.toml names the version"; exit 1; }
    command -v cc >/dev/null || packages gcc libc6-dev
}

postgres_folder() {
    local folder
    if command -v pg_config >/dev/null; then
        folder=$(pg_config --bindir)
        [ -x "$folder/initdb" ] && { printf '%s\n' "$folder"; return; }
    fi
    folder=$(find /usr/lib/postgresql /usr/pgsql-* /opt/homebrew/opt/postgresql@* -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1)
    [ -z "$folder" ] || dirname "$folder"
}

need_postgres() {
    [ -n "$(postgres_folder)" ] || packages postgresql
    [ -n "$(postgres_folder)" ] || { say "PostgreSQL's initdb is nowhere to be found"; exit 1; }
}

# Independent readers of the papers and time-stamps: poppler, qpdf, zbar and openssl.
paper_readers() {
    local readers=()
    command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null && command -v pdfinfo >/dev/null || readers+=(poppler-utils)
    command -v qpdf >/dev/null || readers+=(qpdf)
    command -v zbarimg >/dev/null || readers+=(zbar-tools)
    # Whom time-stamps are checked against.
    command -v openssl >/dev/null || readers+=(openssl)
    # What deploy/backup.md uses on SQLite.
    command -v sqlite3 >/dev/null || readers+=(sqlite3)
    [ ${#readers[@]} -eq 0 ] || packages "${readers[@]}"
}

need_peers() {
    command -v python3 >/dev/null || packages python3 python3-venv
    command -v node >/dev/null && command -v npm >/dev/null || packages nodejs npm
    paper_readers
    local peers=tests/peers stamp
    if [ -f "$peers/requirements.txt" ]; then
        stamp="$peers/.venv/installed"
        if ! cmp -s "$peers/requirements.txt" "$stamp"; then
            say "installing the Python relying party into $peers/.venv"
            rm -rf "$peers/.venv"
            python3 -m venv "$peers/.venv" >&2 || { packages python3-venv; rm -rf "$peers/.venv"; python3 -m venv "$peers/.venv" >&2; }
            "$peers/.venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$peers/requirements.txt" >&2 </dev/null
            cp "$peers/requirements.txt" "$stamp"
        fi
    fi
    [ ! -f "$peers/package.json" ] || node_modules "$peers"
    [ ! -f examples/node/package.json ] || node_modules examples/node
    # The walk by hand is tried as well.
    command -v jq >/dev/null && command -v curl >/dev/null || packages jq curl
}

# node_modules FOLDER : npm ci where the lock file has changed since the last time.
node_modules() {
    local folder=$1 stamp="$1/node_modules/.installed"
    cmp -s "$folder/package-lock.json" "$stamp" && return
    say "installing the packages of $folder/package-lock.json"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >&2 </dev/null)
    cp "$folder/package-lock.json" "$stamp"
}

# The other provider that `make bench` measures beside ours.
need_bench() {
    command -v node >/dev/null && command -v npm >/dev/null || packages nodejs npm
    node_modules benches/peer
}

need_browser() {
    command -v node >/dev/null && command -v npm >/dev/null || packages nodejs npm
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
        || packages chromium fonts-dejavu-core
    command -v python3 >/dev/null || packages python3
    paper_readers
    [ ! -f tests/e2e/package.json ] || node_modules tests/e2e
}

# The reverse proxy in front of several gateways, and a clock that can be stepped for one process alone.
need_faults() {
    command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages nginx-light
    find /usr/lib /usr/lib64 -name libfaketimeMT.so.1 2>/dev/null | grep -q . || packages faketime
    command -v ps >/dev/null || packages procps
}

need_sbom() {
    command -v python3 >/dev/null || packages python3
}

need_fuzz() {
    command -v c++ >/dev/null || packages g++
    command -v cargo-fuzz >/dev/null && return
    say "installing cargo-fuzz with cargo (a few minutes)"
    cargo install --quiet --locked cargo-fuzz@0.13.2 >&2 </dev/null
}

for what in "$@"; do
    case $what in
        build) need_build ;;
        postgres) need_postgres ;;
        bench) need_bench ;;
        peers) need_peers ;;
        browser) need_browser ;;
        faults) need_faults ;;
        fuzz) need_fuzz ;;
        sbom) need_sbom ;;
        postgres-folder) postgres_folder ;;
        *) say "unknown: $what"; exit 2 ;;
    esac
done
