#!/bin/bash
# Backups: `backup.sh once` makes one, `backup.sh daily` one each day, `backup.sh check` fails when none is recent.
#
# A backup is a folder named after its time: cat4.dump (the database), rows.tsv (how many rows it has, by table), base/
# (a copy of the server, from which the archive leads to any later moment), files/ (the uploads) and SHA256SUMS.
# The server and the login are libpq's: PGHOST, PGPORT, PGUSER, PGPASSWORD.
set -euo pipefail

database=${PGDATABASE:-cat4}
backups=${CAT4_BACKUPS:-/backups}
files=${CAT4_FILES:-/var/lib/cat4/files}
# Empty where the server archives nothing: then there is no base either.
archive=${CAT4_ARCHIVE-/archive}
keep_days=${CAT4_BACKUP_DAYS:-7}
hour=${CAT4_BACKUP_HOUR:-2}
recent_minutes=$((26 * 60))

once() {
  local began target partial=$backups/.partial
  began=$(date --utc +%Y-%m-%dT%H%M%SZ)
  target=$backups/$began
  rm -rf "$partial"
  mkdir -p "$partial/files"
  # What holds every organization is read by nobody but who restores it.
  (umask 077; copy_database "$partial"; [[ -z $archive ]] || copy_server "$partial")
  # After the database: a file that no row names does no harm, a row without its file would.
  [[ ! -d $files ]] || cp --recursive --preserve=timestamps "$files/." "$partial/files"
  (cd "$partial" && find . -type f -print0 | sort -z | xargs -0 sha256sum > ../.sums && mv ../.sums SHA256SUMS)
  sync
  mv "$partial" "$target"
  ln --symbolic --force --no-dereference "$began" "$backups/latest"
  forget
  echo "Backup $target"
}

copy_database() {
  pg_dump --format=custom --file="$1/cat4.dump" "$database"
  # The dump is read once, so that one that can't be is noticed today.
  pg_restore --data-only --file=- "$1/cat4.dump" | awk '
    /^COPY / && !inside { table = $2; rows = 0; inside = 1; next }
    inside && $0 == "\\." { sub(/^public\./, "", table); print table "\t" rows; inside = 0; next }
    inside { rows++ }' | sort > "$1/rows.tsv"
  [[ -s $1/rows.tsv ]] || { echo "The dump of $database has no table" >&2; return 1; }
  chmod a+r "$1/rows.tsv"
}

copy_server() {
  pg_basebackup --pgdata="$1/base" --format=tar --gzip --wal-method=stream --checkpoint=fast
  tar --extract --gzip --to-stdout --file="$1/base/base.tar.gz" backup_label |
    sed -nE 's/^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)$/\1/p' > "$1/base/first-piece"
  [[ -s $1/base/first-piece ]] || { echo "The copy of the server names no beginning" >&2; return 1; }
}

# Backups older than they are kept, the last one excepted, and what of the archive no backup needs any more.
forget() {
  local oldest folder last oldest_kept=""
  oldest=$(date --utc --date="$keep_days days ago" +%Y-%m-%dT%H%M%SZ)
  last=$(readlink "$backups/latest")
  for folder in "$backups"/????-??-??T??????Z; do
    if [[ $(basename "$folder") < $oldest && $(basename "$folder") != "$last" ]]; then
      rm -rf "$folder"
    elif [[ -z $oldest_kept && -s $folder/base/first-piece ]]; then
      oldest_kept=$folder
    fi
  done
  [[ -z $archive || -z $oldest_kept ]] || pg_archivecleanup -x .gz "$archive" "$(< "$oldest_kept/base/first-piece")"
}

is_due() {
  local today=("$backups/$(date --utc +%Y-%m-%d)"T*)
  [[ ! -e $backups/latest ]] || { [[ ! -e ${today[0]} ]] && ((10#$(date --utc +%H) >= 10#$hour)); }
}

daily() {
  trap 'exit 0' TERM INT
  while true; do
    # In a shell of its own: inside a condition `set -e` wouldn't end it at the first step that fails.
    if is_due; then bash "${BASH_SOURCE[0]}" once || echo "The backup failed; it is tried again in ten minutes" >&2; fi
    sleep 600 &
    wait $!
  done
}

check() {
  [[ -n $(find -H "$backups/latest" -maxdepth 0 -mmin "-$recent_minutes") ]]
}

case ${1:-} in
  once | daily | check) "$1" ;;
  *) echo "backup.sh once|daily|check" >&2; exit 2 ;;
esac
