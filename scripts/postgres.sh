#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own: scripts/postgres.sh COMMAND [ARG…]
#
# The server lives in a new folder, on a free port of 127.0.0.1, as an unprivileged user, and is gone afterwards,
# however the command ends. The command finds it in RENDA_TEST_POSTGRES (postgres://renda@127.0.0.1:PORT).
# Exit code: the command's; 3 if there is no PostgreSQL on this machine.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || echo /missing/initdb)")
if [ ! -x "$bin/initdb" ]; then
  echo "没有 PostgreSQL（需要 initdb 与 postgres；Debian：apt-get install postgresql）" >&2
  exit 3
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/renda-postgres.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then  # PostgreSQL refuses to run as root
  user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
  chown "$user" "$work"
  as=(runuser -u "$user" --)
fi

stop() {
  cd /
  [ ! -f "$work/data/postmaster.pid" ] || "${as[@]}" "$bin/pg_ctl" -D "$work/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(
  cd "$work"
  "${as[@]}" "$bin/initdb" -D "$work/data" -U renda --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$work/initdb.log" 2>&1 ||
    { cat "$work/initdb.log" >&2; exit 1; }
  # Nothing in it outlives the run: no need to wait for the disk.
  "${as[@]}" "$bin/pg_ctl" -D "$work/data" -w -t 60 -l "$work/data/server.log" start -o \
    "-h 127.0.0.1 -p $port -k $work -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c shared_buffers=128MB" \
    >/dev/null || { cat "$work/data/server.log" >&2; exit 1; }
)
RENDA_TEST_POSTGRES="postgres://renda@127.0.0.1:$port" "$@"
