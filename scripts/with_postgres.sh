#!/usr/bin/env bash
# scripts/with_postgres.sh COMMAND...: runs it with a PostgreSQL of its own, whose address is in TEST_POSTGRES_URL.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/postgres.sh
trap stop_postgres EXIT
trap 'exit 130' INT TERM HUP
start_postgres || {
    echo "PostgreSQL is needed: apt-get install postgresql" >&2
    exit 1
}
"$@"
