#!/bin/bash
# Puts a server back to a moment: recover.sh FOLDER [TIME], such as '2026-10-15 09:30:00+00'; without a time, to the last
# that was archived. The server is stopped before. Its data folder ($PGDATA) is kept beside the new one; at its next start
# the server reads the archive up to that moment and goes on from there.
set -euo pipefail
backup=${1:?recover.sh FOLDER [TIME]}
moment=${2:-}
archive=${CAT4_ARCHIVE:-/archive}

if pg_isready --quiet; then
  echo "The server still runs: stop it first" >&2
  exit 1
fi
(cd "$backup" && grep -E '  \./base/' SHA256SUMS | sha256sum --check --quiet --strict)
mkdir -p "$(dirname "$PGDATA")"
fresh=$(mktemp --directory "$PGDATA.new-XXXXXX")
tar --extract --gzip --file="$backup/base/base.tar.gz" --directory="$fresh"
tar --extract --gzip --file="$backup/base/pg_wal.tar.gz" --directory="$fresh/pg_wal"
{
  echo "restore_command = 'gzip --decompress --stdout $archive/%f.gz > %p'"
  echo "recovery_target_action = 'promote'"
  # Also without one: the copy may hold that of a recovery of before.
  echo "recovery_target_time = '$moment'"
} >> "$fresh/postgresql.auto.conf"
touch "$fresh/recovery.signal"
chmod 0700 "$fresh"
if [[ -e $PGDATA ]]; then
  kept=$PGDATA.before-$(date --utc +%Y-%m-%dT%H%M%SZ)
  mv "$PGDATA" "$kept"
  echo "The data of before are kept in $kept"
fi
mv "$fresh" "$PGDATA"
echo "Start the server: it recovers to ${moment:-the last moment that was archived}"
