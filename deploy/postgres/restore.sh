#!/bin/bash
# Restores a backup's dump into a database for trying it: restore.sh FOLDER [DATABASE], or restore.sh drop [DATABASE].
# The login is that of an administrator (libpq's PGHOST, PGUSER, PGPASSWORD); the roles of cat4 are there already. A
# database of that name is replaced, so the name has to say what it is for.
set -euo pipefail
backup=${1:?restore.sh FOLDER [DATABASE]}
database=${2:-cat4_rehearsal}

if [[ ! $database =~ ^[a-z0-9_]+_rehearsal$ ]]; then
  echo "$database would be replaced: name one that ends with _rehearsal" >&2
  exit 2
fi

run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname "${1}" --command "$2"; }

if [[ $backup == drop ]]; then
  run postgres "DROP DATABASE IF EXISTS $database WITH (FORCE)"
  exit
fi
(cd "$backup" && grep -E '  \./(cat4\.dump|rows\.tsv)$' SHA256SUMS | sha256sum --check --quiet --strict)
run postgres "DROP DATABASE IF EXISTS $database WITH (FORCE)"
run postgres "CREATE DATABASE $database OWNER cat4_owner TEMPLATE template0"
run postgres "REVOKE ALL ON DATABASE $database FROM PUBLIC"
run postgres "GRANT CONNECT ON DATABASE $database TO cat4_app"
pg_restore --exit-on-error --dbname="$database" "$backup/cat4.dump"
echo "Restored $backup into $database"
