#!/bin/bash
# The login of backups: it reads every organization and copies the server, and writes nothing. Runs once, when the
# database volume is empty; on a server of before, and with a new password, as often as one likes:
#   docker compose exec -u postgres postgres bash /docker-entrypoint-initdb.d/20-backup.sh
set -euo pipefail
export CAT4_DATABASE=${CAT4_DATABASE:-cat4}

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv password CAT4_BACKUP_PASSWORD
\getenv database CAT4_DATABASE
SELECT 'CREATE ROLE cat4_backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cat4_backup') \gexec
ALTER ROLE cat4_backup LOGIN REPLICATION BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
GRANT pg_read_all_data TO cat4_backup;
GRANT CONNECT ON DATABASE :"database" TO cat4_backup;
SQL

# A copy of the server is a connection of its own kind, which "all" doesn't cover.
line="host replication cat4_backup samenet scram-sha-256"
grep -qxF "$line" "$PGDATA/pg_hba.conf" || echo "$line" >> "$PGDATA/pg_hba.conf"
psql --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --command "SELECT pg_reload_conf()" > /dev/null
