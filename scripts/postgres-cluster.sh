#!/usr/bin/env bash
# More PostgreSQL servers beside the one of scripts/with-postgres.sh, inside its folder and gone with it; for faults that one
# server alone cannot have. scripts/with-postgres.sh names this program in PROCURA_POSTGRES_CLUSTER and tells it by
# PROCURA_POSTGRES_{BIN,RUN,HOME} where everything is.
# Usage: postgres-cluster.sh VERB NAME …
#   primary NAME PORT          a new server, durable
#   small NAME PORT MEBIBYTES  the same on a file system of its own of that size; exit status 77 where none may be mounted
#   standby NAME PORT OF       a copy of OF that follows it; OF then answers a commit only when NAME has it on the disk
#   kill NAME                  kill -9 of the server and all its processes
#   start NAME                 starts it unless it runs
#   promote NAME               the standby becomes a server of its own
#   fill NAME | empty NAME     takes all the room that is left on its file system, gives it back
set -euo pipefail

fail() { printf '%s\n' "postgres-cluster: $*" >&2; exit 1; }

[ $# -ge 2 ] || fail "a verb and a name are missing"
[ -n "${PROCURA_POSTGRES_HOME:-}" ] || fail "run this under scripts/with-postgres.sh"
verb=$1 name=$2
bin=$PROCURA_POSTGRES_BIN
home=$PROCURA_POSTGRES_HOME/$name
read -r -a run <<<"${PROCURA_POSTGRES_RUN:-}"
cd /

as_owner() { "${run[@]}" "$@"; }

make_home() {
    mkdir -p "$home"
    own
}

own() {
    chmod 700 "$home"
    [ "$(id -u)" -ne 0 ] || chown "$(stat -c %U "$PROCURA_POSTGRES_HOME")" "$home"
}

start() {
    as_owner "$bin/pg_ctl" -D "$home/data" status >/dev/null 2>&1 && return
    # Left behind by a kill: the process it names is gone.
    rm -f "$home/data/postmaster.pid"
    as_owner "$bin/pg_ctl" -D "$home/data" -l "$PROCURA_POSTGRES_HOME/$name.log" -w -t 60 -o "$(cat "$PROCURA_POSTGRES_HOME/$name.options")" start >/dev/null \
        || { tail -n 20 "$PROCURA_POSTGRES_HOME/$name.log" >&2; fail "$name does not start"; }
}

options() {
    printf '%s\n' "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c timezone=UTC -c max_wal_senders=4 -c wal_keep_size=256MB $2" \
        >"$PROCURA_POSTGRES_HOME/$name.options"
    : >"$PROCURA_POSTGRES_HOME/$name.log"
    [ "$(id -u)" -ne 0 ] || chown "$(stat -c %U "$PROCURA_POSTGRES_HOME")" "$PROCURA_POSTGRES_HOME/$name.log"
}

initialise() {
    as_owner "$bin/initdb" -D "$home/data" -U procura --pwfile="$PROCURA_POSTGRES_HOME/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C --no-sync >/dev/null
}

case $verb in
    primary)
        make_home
        options "$3" ""
        initialise
        start
        ;;
    small)
        mkdir -p "$home"
        mount -t tmpfs -o "size=${4}m" procura-small "$home" 2>/dev/null || exit 77
        own
        options "$3" "-c wal_keep_size=0 -c min_wal_size=32MB -c max_wal_size=48MB"
        initialise
        start
        ;;
    standby)
        make_home
        options "$3" "-c hot_standby=on"
        port=$(sed -n 's/^-p \([0-9]*\).*/\1/p' "$PROCURA_POSTGRES_HOME/$4.options")
        password=$(cat "$PROCURA_POSTGRES_HOME/password")
        as_owner env PGPASSWORD="$password" "$bin/pg_basebackup" -h 127.0.0.1 -p "$port" -U procura -D "$home/data" -R -X stream -c fast --no-sync
        start
        ask() { as_owner env PGPASSWORD="$password" "$bin/psql" -h 127.0.0.1 -p "$port" -U procura -d postgres -X -q -t -A -c "$1"; }
        ask "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'"
        ask "SELECT pg_reload_conf()" >/dev/null
        for _ in $(seq 100); do
            [ "$(ask "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')")" = 1 ] && exit 0
            sleep 0.1
        done
        fail "$name does not follow $4"
        ;;
    kill)
        server=$(head -n 1 "$home/data/postmaster.pid")
        mapfile -t children < <(ps -o pid= --ppid "$server" | tr -d ' ')
        kill -9 "$server" "${children[@]}"
        while kill -0 "$server" 2>/dev/null; do sleep 0.02; done
        ;;
    start) start ;;
    promote) as_owner "$bin/pg_ctl" -D "$home/data" -w -t 60 promote >/dev/null ;;
    fill) dd if=/dev/zero of="$home/filler" bs=64k >/dev/null 2>&1 || true ;;
    empty) rm -f "$home/filler" ;;
    *) fail "unknown: $verb" ;;
esac
