#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, made for it and deleted afterwards; the command finds its address in
# PROCURA_TEST_POSTGRES, in PROCURA_POSTGRES_RESTART a program that kills the server and starts it again, and in
# PROCURA_POSTGRES_DATA the server's folder. Nothing is
# kept, nothing is written to disk for good (fsync is off): for tests alone. With PROCURA_POSTGRES_DURABLE=1 every commit is
# on the disk before it is answered, as in production: for measurements and faults. PROCURA_POSTGRES_CLUSTER names a program
# that makes more servers in the same folder (scripts/postgres-cluster.sh): a standby, and one whose disk fills.
# Usage: scripts/with-postgres.sh COMMAND…
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

fail() { printf '%s\n' "with-postgres: $*" >&2; exit 1; }

[ $# -gt 0 ] || fail "no command given"
if [ -n "${PROCURA_TEST_POSTGRES:-}" ]; then
    exec "$@"
fi

bin=$("$here/need.sh" postgres-folder)
[ -n "$bin" ] || fail "PostgreSQL is not installed (scripts/need.sh postgres installs it)"

# PostgreSQL refuses to run as root: its own user, or one made for it.
run=()
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    owner=postgres
    if ! id "$owner" >/dev/null 2>&1; then
        owner=procura-test
        id "$owner" >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin "$owner"
    fi
    if command -v runuser >/dev/null; then run=(runuser -u "$owner" --); else run=(setpriv --reuid="$owner" --regid="$owner" --clear-groups); fi
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/procura-postgres.XXXXXX")
chmod 700 "$folder"
[ "$(id -u)" -ne 0 ] || chown "$owner" "$folder"

child=""
stop() {
    status=$?
    trap '' INT TERM
    [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
    for data in "$folder/data" "$folder"/*/data; do
        (cd / && "${run[@]}" "$bin/pg_ctl" -D "$data" -m immediate -w -t 20 stop >/dev/null 2>&1) || true
    done
    for mounted in "$folder"/*/; do
        umount "$mounted" 2>/dev/null || true
    done
    rm -rf "$folder"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
    local port
    for _ in $(seq 50); do
        port=$((20000 + RANDOM % 25000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
    done
    return 1
}

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '%s\n' "$password" >"$folder/password"
[ "$(id -u)" -ne 0 ] || chown "$owner" "$folder/password"
(cd / && "${run[@]}" "$bin/initdb" -D "$folder/data" -U procura --pwfile="$folder/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1) || { cat "$folder/initdb.log" >&2; fail "initdb failed"; }

started=""
for _ in 1 2 3; do
    port=$(free_port) || fail "no free port"
    options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c timezone=UTC"
    if [ -n "${PROCURA_POSTGRES_DURABLE:-}" ]; then
        # As deploy/README.md advises: a quarter of the memory, and pages of the disk fetched ahead.
        memory=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
        options="$options -c shared_buffers=$((${memory:-2097152} / 4))kB -c max_wal_size=4GB -c effective_io_concurrency=32"
    else
        options="$options -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=64MB"
    fi
    if (cd / && "${run[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/log" -w -t 30 -o "$options" start >/dev/null 2>&1); then
        started=yes
        break
    fi
done
[ -n "$started" ] || { tail -n 20 "$folder/data/log" >&2 || true; fail "PostgreSQL did not start"; }

printf '#!/bin/sh\ncd / && exec %s %s/pg_ctl -D %s/data -l %s/data/log -m immediate -w -t 30 -o "%s" restart\n' \
    "${run[*]}" "$bin" "$folder" "$folder" "$options" >"$folder/restart"
chmod 700 "$folder/restart"
export PROCURA_POSTGRES_RESTART="$folder/restart"
export PROCURA_POSTGRES_DATA="$folder/data"
export PROCURA_POSTGRES_CLUSTER="$here/postgres-cluster.sh"
export PROCURA_POSTGRES_BIN="$bin" PROCURA_POSTGRES_RUN="${run[*]}" PROCURA_POSTGRES_HOME="$folder"
export PROCURA_TEST_POSTGRES="postgres://procura:$password@127.0.0.1:$port/postgres"
"$@" &
child=$!
status=0
wait "$child" || status=$?
child=""
exit "$status"
