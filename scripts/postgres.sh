# A PostgreSQL of our own for tests, on a free port of loopback. To be sourced by bash, in the project's folder.
# `start_postgres` sets TEST_POSTGRES_URL; `stop_postgres` ends it and removes its data.
postgres_data=

postgres_folder() { # the folder of initdb and pg_ctl, or nothing
    local found
    found=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql@*/bin/initdb 2>/dev/null | tail -n 1 || true)
    [ -z "$found" ] || dirname "$(readlink -f "$found")"
}

as_user() { # PostgreSQL refuses to run as root
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$(id -un postgres 2>/dev/null || echo nobody)" -- env -C / "$@"
    else
        "$@"
    fi
}

postgres_place() { # in memory where there is room: each test has a database of its own, which costs a disk ten times the work of the test
    local free
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ "${free:-0}" -gt 2000000 ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

start_postgres() {
    local bin port
    bin=$(postgres_folder) && [ -n "$bin" ] || return 1
    port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    postgres_data=$(as_user mktemp -d "$(postgres_place)/postgres.XXXXXX") &&
        as_user "$bin/initdb" -D "$postgres_data/db" -U resident --auth=trust --encoding=UTF8 --locale=C >/dev/null &&
        as_user "$bin/pg_ctl" -D "$postgres_data/db" -s -w -l "$postgres_data/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_data -c fsync=off -c max_wal_size=256MB" start &&
        as_user "$bin/psql" -q -h 127.0.0.1 -p "$port" -U resident -d postgres -c 'CREATE DATABASE resident' &&
        export TEST_POSTGRES_URL="postgresql://resident@127.0.0.1:$port/resident"
}

stop_postgres() {
    [ -n "$postgres_data" ] || return 0
    as_user "$(postgres_folder)/pg_ctl" -D "$postgres_data/db" -s -m immediate stop || true
    rm -rf "$postgres_data"
}
