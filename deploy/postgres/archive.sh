#!/bin/bash
# Called by PostgreSQL for each finished piece of its log: archive.sh PATH NAME FOLDER. Exit code 0 says that the piece
# is safe, and that it may be removed. A piece that is there already is never written over.
set -euo pipefail
path=$1 kept="$3/$2.gz"

if [[ -e $kept ]]; then
  # A crash between archiving and noting it leaves the same piece once more.
  gzip --decompress --stdout "$kept" | cmp --silent - "$path" && exit 0
  echo "$kept holds another piece: is the archive that of another server?" >&2
  exit 1
fi
gzip --stdout "$path" > "$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
sync "$3"
